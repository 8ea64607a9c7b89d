package casework

import (
	"slices"
	"strings"
	"time"

	"keyholder/casework/checklist"
	"keyholder/casework/personal"
)

// Parts of a letter; the field of a part is "letter:<id>/<part>". The typed facts of the content
// (checklist.TypedFacts) are parts too: they belong to the one letter and are printed in no other.
const (
	LetterRead   = "read"    // the warnings were acknowledged
	LetterText   = "text"    // the text as the worker edited it; blank while it follows the record
	LetterRoute  = "route"   // how an answer may come: one of the safe ways of 00.4
	LetterWhy    = "why"     // yes when worker and survivor chose to say why
	LetterStage  = "stage"   // a code of LetterStages
	LetterSentOn = "sent_on" // year-month-day
)

// LetterStages lists where a letter can stand, in the order in which pages offer it.
func LetterStages() []string { return []string{"drafted", "printed", "sent", "answered"} }

// LetterParts lists the parts of a letter that its form carries.
func LetterParts() []string {
	return append(checklist.TypedFacts(), LetterRoute, LetterWhy, LetterText, LetterStage, LetterSentOn)
}

// LetterField is the field of the case that holds one part of a letter.
func LetterField(id, part string) Field { return Field("letter:" + id + "/" + part) }

// LetterFact is one thing a letter could say, with where it comes from. What nobody knows says
// nothing: the sentence that needs it is left out, and nothing is turned into a no.
type LetterFact struct {
	Name   string        // placeholder
	Label  string        // for the worker; empty for typed facts, which have texts of their own
	Says   personal.Text // as the letter says it; empty while not known
	State  State         // of the answer behind it; not_asked when nobody asked
	From   checklist.Ref // the answer behind it; zero for the list of devices and for typed facts
	Typed  bool          // typed for this letter
	Basis  Basis         // empty while not known
	At     time.Time
	InText bool // its words stand in the text as it is now
}

// Letter is a letter of the plan as it stands. Text and Facts are empty while anything holds it back:
// the phase gate, warnings that nobody has read, or no safe way for an answer.
type Letter struct {
	Letter *checklist.Letter
	Step   Step
	Read   bool     // the warnings were read since phase, living and contact last changed
	Routes []string // the safe ways of 00.4 that are not ruled out there
	Route  string   // the one that the letter names; empty while none is known
	Facts  []LetterFact
	Claims []string // what the text says by its wording alone, whatever the record holds
	Text   personal.Text
	Edited bool // the text is the worker's own
	Behind bool // the edited text was written for another contact way
	Why    bool

	Deadline string // year-month-day
	Stage    string // a code of LetterStages, empty while nobody has said
	SentOn   string // year-month-day
}

// Shown reports whether the letter may be shown at all.
func (l Letter) Shown() bool { return !l.Step.Held() && l.Read && l.Route != "" }

// Printable reports whether it may be printed: shown, with no gap left, and with the contact way that
// holds now.
func (l Letter) Printable() bool {
	text := l.Text.Reveal()
	return l.Shown() && !l.Behind && strings.TrimSpace(text) != "" && !hasGap(text)
}

// hasGap reports whether something in braces is left to fill in.
func hasGap(text string) bool { return strings.ContainsAny(text, "{}") }

// Letter returns a letter of the plan; ok is false when the plan has no such letter.
func (f *File) Letter(id string) (letter Letter, ok bool) {
	of, _ := StepParts(id)
	if content := f.Content.Letter(of); content != nil {
		if step, there := f.SafetyPlan().step(id); there {
			return f.letterAt(content, step), true
		}
	}
	return Letter{}, false
}

// Letters returns every letter of the plan, in the order of the content.
func (f *File) Letters() []Letter {
	plan := f.SafetyPlan()
	var out []Letter
	for i := range f.Content.Letters.Letters {
		content := &f.Content.Letters.Letters[i]
		for _, step := range plan.steps(content.ID) {
			out = append(out, f.letterAt(content, step))
		}
	}
	return out
}

// letterAt reads the letter that a step of the plan is.
func (f *File) letterAt(content *checklist.Letter, step Step) Letter {
	id := step.ID
	l := Letter{
		Letter: content, Step: step, Read: f.letterRead(id), Routes: f.contactRoutes(),
		Why:      f.letter(id, LetterWhy).State == checklist.Yes,
		Deadline: f.letter(id, "deadline").Code(), Stage: f.letter(id, LetterStage).Code(), SentOn: f.letter(id, LetterSentOn).Code(),
	}
	l.Route = f.letterRoute(id, l.Routes)
	if l.Shown() {
		f.letterText(&l)
	}
	return l
}

// letterText fills in the facts and the text of a letter that may be shown.
func (f *File) letterText(l *Letter) {
	id := l.Step.ID
	l.Facts = f.letterFacts(l)
	l.Text = personal.New(f.draft(l))
	if own := f.letter(id, LetterText); own.State == checklist.Yes {
		l.Text, l.Edited, l.Behind = own.Text, true, own.Code() != l.Route
	}
	text := l.Text.Reveal()
	l.Claims = slices.DeleteFunc(claims(l.Letter, l.Why), func(s string) bool { return !strings.Contains(text, s) })
	for i := range l.Facts {
		says := l.Facts[i].Says.Reveal()
		l.Facts[i].InText = says != "" && strings.Contains(text, says)
	}
}

// claims are the sentences of the body that need no fact: nobody answered them, so the worker
// checks that they are true.
func claims(l *checklist.Letter, why bool) []string {
	out := []string{l.Subject}
	for _, p := range l.Body {
		for _, s := range p {
			if len(checklist.Gaps(s)) == 0 {
				out = append(out, s)
			}
		}
	}
	if why {
		out = append(out, l.Why)
	}
	return out
}

// step finds a step of the plan; the id of the content stands for the first of its things that is there.
func (p SafetyPlan) step(id string) (Step, bool) {
	for _, s := range p.all() {
		if s.ID == id {
			return s, true
		}
	}
	if all := p.steps(id); len(all) > 0 {
		return all[0], true
	}
	return Step{}, false
}

// steps lists the steps of the plan that are one step of the content.
func (p SafetyPlan) steps(of string) []Step {
	return slices.DeleteFunc(p.all(), func(s Step) bool { return s.Of != of })
}

// all lists every step of the plan.
func (p SafetyPlan) all() []Step { return slices.Concat(p.Protect, p.Now, p.NotYet, p.Left, p.Done) }

// letter returns the newest value of one part of a letter.
func (f *File) letter(id, part string) Value {
	slot := LetterSlot(id, part)
	return f.Head(slot.Entity, slot.Field)
}

// letters are the letters to write for a step: none once the step is settled, or when she chose to keep
// or leave what it is about.
func (f *File) letters(id string, thing EntityID) []*checklist.Letter {
	end := f.said(id, stepEnd, thing).Code()
	if f.stepSettled(id, thing) || end == EndKeep || end == EndLeave {
		return nil
	}
	step, _ := StepParts(id)
	return f.Content.LettersOf(step)
}

// letterBegun reports whether anything was written for a letter, so that it stays in the plan.
func (f *File) letterBegun(id string) bool {
	return slices.ContainsFunc(LetterParts(), func(part string) bool { return f.letter(id, part).ID != "" })
}

// letterRead reports whether the warnings were read since anything changed that they rest on: the
// phase, how she lives, and how she can be reached.
func (f *File) letterRead(id string) bool {
	since := f.phaseSince()
	for _, v := range []Value{f.Ask("00.4", "route"), f.Ask("00.4", "forbidden")} {
		if v.At.After(since) {
			since = v.At
		}
	}
	v := f.letter(id, LetterRead)
	return v.State == checklist.Yes && !v.At.Before(since)
}

// contactRoutes are the ways of 00.4 that were named as safe and not ruled out beside it, those first
// that leave the least behind. Whatever is not a plain yes is not known.
func (f *File) contactRoutes() []string {
	named := f.Ask("00.4", "route")
	if named.State != checklist.Yes {
		return nil
	}
	never := f.Ask("00.4", "forbidden")
	var out []string
	for _, way := range []string{
		"survivor_calls", "in_person", "email_new", "via_person", "call_other_phone", "call_own_phone", "text_own_phone",
	} {
		ruledOut := slices.ContainsFunc(ruledOutBy(way), never.Has)
		if named.Has(way) && !ruledOut {
			out = append(out, way)
		}
	}
	return out
}

// ruledOutBy names the codes of 00.4/forbidden that rule a way out.
func ruledOutBy(way string) []string {
	switch way {
	case "call_own_phone":
		return []string{"own_phone"}
	case "text_own_phone":
		return []string{"own_phone", "text_or_chat"}
	}
	return nil
}

// letterRoute is the way that the worker chose for this letter while it is safe, else the first one.
func (f *File) letterRoute(id string, routes []string) string {
	if chosen := f.letter(id, LetterRoute).Code(); slices.Contains(routes, chosen) {
		return chosen
	}
	if len(routes) == 0 {
		return ""
	}
	return routes[0]
}
