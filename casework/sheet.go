package casework

import (
	"slices"

	"keyholder/casework/checklist"
	"keyholder/casework/personal"
)

// SheetForm is one of the three printed forms of a plan.
type SheetForm string

// The forms.
const (
	SheetWorker   SheetForm = "worker"
	SheetSurvivor SheetForm = "survivor"
	SheetUnmarked SheetForm = "unmarked" // reads like a household list and betrays nothing
)

// SheetForms lists the forms.
func SheetForms() []SheetForm { return []SheetForm{SheetWorker, SheetSurvivor, SheetUnmarked} }

// Sheet is a printed plan as a document: words and their order, no layout. A key is a message key
// of the locale catalogue; texts come from the content in the language of the content.
type Sheet struct {
	Form     SheetForm
	TitleKey string
	Code     string // case code, on the worker's copy only
	MadeUp   bool   // a made-up case says so on every copy but the unmarked one
	Phase    checklist.Phase
	Lane     Lane    // worker's copy only
	Triage   *Triage // worker's copy only
	Parts    []SheetPart
	OnHer    int // steps that rest on the survivor; on the worker's copy
}

// SheetPart is a heading with its lines. The unmarked form has one part without heading.
type SheetPart struct {
	HeadingKey string
	Lines      []SheetLine
}

// SheetLine is one step in words.
type SheetLine struct {
	Before []string // warnings, printed before the step
	Text   string
	About  personal.Text // the thing, as it was recorded; empty on the unmarked copy
	Number int           // of the thing, where the step is wanted for several; with Count, 0 on the unmarked copy
	Count  int
	Told   string          // what the other side could be told, for steps held back
	Ready  string          // what must be ready first, for steps held back
	Holds  []Hold          // why it is held back, worker's copy
	Alert  checklist.Alert // empty on the unmarked copy
	Proof  string          // proof that may go with the step; empty for none and on the unmarked copy
	WhoKey string          // message key of who acts; empty on the unmarked copy
	Date   string
	Device personal.Text
	Check  bool // look the next day whether it held
}

// Sheet writes the plan in one of its printed forms. A step that is held back appears on the
// worker's and the survivor's copy in words, without instructions, and on the unmarked copy not at
// all: that copy has no way to say "not yet" without saying why.
func (f *File) Sheet(form SheetForm) Sheet {
	plan := f.SafetyPlan()
	s := Sheet{Form: form, TitleKey: "plan." + string(form) + ".title", Phase: plan.Phase}
	if form == SheetUnmarked {
		s.Phase = ""
		s.Parts = []SheetPart{{Lines: unmarked(plan)}}
		return s
	}
	s.MadeUp = f.Case.MadeUp
	if form == SheetWorker {
		triage := f.Triage()
		s.Code, s.Lane, s.Triage, s.OnHer = f.Case.Code, plan.Lane, &triage, plan.OnHer
	}
	add := func(heading string, steps []Step) {
		if len(steps) == 0 {
			return
		}
		part := SheetPart{HeadingKey: heading}
		for _, step := range steps {
			part.Lines = append(part.Lines, f.line(form, step))
		}
		s.Parts = append(s.Parts, part)
	}
	add("plan.sheet.protect", plan.Protect)
	add("plan.sheet.now", plan.Now)
	add("plan.sheet.not_yet", plan.NotYet)
	add("plan.sheet.left", plan.Left)
	if form == SheetWorker {
		add("plan.sheet.done", plan.Done)
	}
	return s
}

// line writes one step for the worker's or the survivor's copy.
func (f *File) line(form SheetForm, s Step) SheetLine {
	l := SheetLine{
		Before: f.warningTexts(s.Warnings), Alert: s.Alert, WhoKey: "plan.who." + s.WhoActs,
		Date: s.Date, Device: s.Device, Check: s.NextDayCheck, About: s.Name,
		Number: s.Number, Count: s.Count,
	}
	if form == SheetSurvivor {
		l.WhoKey = "plan.survivor.who." + s.WhoActs // "You do this"
	}
	if s.ProofLost != "none" {
		l.Proof = s.ProofLost
	}
	switch {
	case s.Held():
		l.Text, l.Told, l.Ready = s.NotYet.What, s.NotYet.Told, s.NotYet.Ready
		if form == SheetWorker {
			l.Holds = s.Holds
		}
	case form == SheetWorker:
		l.Text = s.Action.Worker
	default:
		l.Text = f.SurvivorWords(s)
	}
	return l
}

// SurvivorWords is what the survivor reads of a step that may be done. Where another step of the content
// has the same words, it says first what it is about: what is held back for the mail account must not
// read as if it could be done there too.
func (f *File) SurvivorWords(s Step) string {
	words := s.Action.Survivor
	if slices.ContainsFunc(f.Content.Actions, func(a checklist.Action) bool { return a.ID != s.Of && a.Survivor == words }) {
		return s.NotYet.What + ": " + words
	}
	return words
}

// warningTexts are the sentences of warning codes.
func (f *File) warningTexts(codes []checklist.Warning) []string {
	var out []string
	for _, w := range codes {
		out = append(out, f.Content.WarningTexts[w])
	}
	return out
}

// unmarked writes the steps that may be done as a household list. Steps that have no everyday
// wording are left out, and so is every date and device.
func unmarked(plan SafetyPlan) []SheetLine {
	var out []SheetLine
	printed := make(map[string]bool)
	for _, s := range slices.Concat(plan.Protect, plan.Now) {
		if text := s.Action.Unmarked; text != "" && !printed[text] {
			printed[text] = true
			out = append(out, SheetLine{Text: text})
		}
	}
	return out
}
