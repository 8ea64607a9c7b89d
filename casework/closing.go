package casework

import (
	"context"
	"slices"
	"strings"
	"time"

	"keyholder/casework/checklist"
	"keyholder/casework/personal"
)

// closingSection is the topic that closes a session.
const closingSection = "S24"

// FieldRelook holds the day on which the risk is looked at again, chosen when a session was closed.
const FieldRelook Field = "close/relook"

// FieldNote is the field of the session note of a day.
func FieldNote(day time.Time) Field { return Field("close/note/" + day.Format(time.DateOnly)) }

// Closing is what the end of a session shows. Everything but the note and the day of the next look is
// derived from the answers.
type Closing struct {
	Since    time.Time
	Steps    []ClosingStep
	Covered  []*checklist.Section // topics in which something was answered since, in order
	Unknown  []Finding            // what nobody knows yet, with who could find out
	NotAsked int                  // questions that could be a concern and that nobody asked
	Paper    State                // is paper safe to take (24.7); only a plain yes is a yes
	Relook   time.Time            // the day of the next look at the risk
	Chosen   bool                 // the day was chosen, not only the default
	Draft    []NoteLine           // what was answered since, with how each line is known
	Note     Value                // the note of the day, as the worker left it
	Later    []NoteLine           // lines that were answered after the note was saved
	Wipe     []string             // what the survivor wants wiped now (24.4), in the words of the question
}

// ClosingStep is one question of the closing topic.
type ClosingStep struct {
	Question *checklist.Question
	Asked    bool
	Auto     bool // the program fills it in by itself
}

// NoteLine is one line of a session note: what was asked, what was answered, and how it is known.
type NoteLine struct {
	Line  checklist.Line
	Basis Basis
	At    time.Time
}

// Close derives the end of a session. since is when the session began; day is the day it belongs to.
func (f *File) Close(since, now time.Time) Closing {
	k := Closing{
		Since: since, Paper: f.Ask("24.7", "").State, NotAsked: len(f.NotAsked()),
		Note: f.Head("", FieldNote(now)), Draft: f.noteLines(since), Steps: f.closingSteps(), Wipe: f.toWipe(),
	}
	k.Relook, k.Chosen = f.RelookOn(now)
	for i := range f.Content.Sections {
		s := &f.Content.Sections[i]
		if at := f.newest(s); !at.IsZero() && !at.Before(since) {
			k.Covered = append(k.Covered, s)
		}
	}
	for _, x := range f.Findings() {
		if x.Kind == checklist.OutcomeOpen {
			k.Unknown = append(k.Unknown, x)
		}
	}
	if k.Note.ID != "" {
		k.Later = f.noteLines(k.Note.At.Add(time.Nanosecond))
	}
	return k
}

// closingSteps are the questions of the closing topic.
func (f *File) closingSteps() []ClosingStep {
	s := f.Content.SectionByID(closingSection)
	if s == nil {
		return nil
	}
	var out []ClosingStep
	for i := range s.Questions {
		q := &s.Questions[i]
		asked, _ := checklist.Touched(q, f.answers)
		out = append(out, ClosingStep{Question: q, Asked: asked, Auto: len(q.Refs("")) == 0})
	}
	return out
}

// toWipe lists what the survivor wants wiped now, in the words of the question.
func (f *File) toWipe() []string {
	q := f.Content.Question(keptQuestion)
	if q == nil {
		return nil
	}
	var out []string
	for _, ref := range q.Refs("") {
		if o := q.Part(ref.Part).Option(ref.Part); o != nil && f.At(ref).State == checklist.No {
			out = append(out, o.Label)
		}
	}
	return out
}

// keptQuestion asks what may be kept and what must be wiped now.
const keptQuestion = "24.4"

// mayKeep reports whether the survivor has not asked for something to be wiped.
func (f *File) mayKeep(what string) bool { return f.Ask(keptQuestion, what).State != checklist.No }

// OwnWords returns what the survivor wants in words of her own (00.6); empty when she has asked for her
// own words to be wiped.
func (f *File) OwnWords() personal.Text {
	if !f.mayKeep("own_words") {
		return personal.Text{}
	}
	return f.Ask("00.6", "own_words").Text
}

// noteLines are the answers since a moment, in the order of the questions. What she wants wiped does not
// go into a note.
func (f *File) noteLines(since time.Time) []NoteLine {
	var out []NoteLine
	if !f.mayKeep("answers") {
		return nil
	}
	for _, l := range checklist.Lines(f.Content, checklist.All(f.Content.Questions()...), f.answers) {
		v := f.At(l.Ref)
		wiped := !v.Text.Empty() && !f.mayKeep("own_words")
		if v.ID != "" && !v.At.Before(since) && !v.blank() && !wiped {
			out = append(out, NoteLine{Line: l, Basis: v.Basis, At: v.At})
		}
	}
	return out
}

// RelookOn returns the day on which the risk is looked at again, and whether somebody chose it. A day
// that was chosen before the last assessment no longer counts.
func (f *File) RelookOn(now time.Time) (time.Time, bool) {
	v, last := f.Head("", FieldRelook), f.Head("", FieldAssessment)
	if day, err := time.ParseInLocation(time.DateOnly, v.Code(), now.Location()); err == nil && v.At.After(last.At) {
		return day, true
	}
	if last.ID != "" {
		return last.At.Add(RelookAfter), false
	}
	return now.Add(RelookAfter), false
}

// Closed is what a worker saves at the end of a session. An empty part changes nothing.
type Closed struct {
	Note   personal.Text
	Relook string // year-month-day
}

// SaveClosing keeps the note of the day and the day of the next look. expect holds the heads that the
// form showed. A day that is no day, or is past, refuses the whole form.
func (b *Casebook) SaveClosing(ctx context.Context, id CaseID, a Act, k Closed, expect map[Slot]ValueID) error {
	now := b.clock()
	var values []Value
	if strings.TrimSpace(k.Note.Reveal()) != "" {
		values = append(values, textValue("", FieldNote(now), k.Note, WorkerSaw))
	}
	if k.Relook != "" {
		day, err := time.ParseInLocation(time.DateOnly, k.Relook, now.Location())
		if err != nil || day.Format(time.DateOnly) < now.Format(time.DateOnly) {
			return invalid("relook", "error.close.relook")
		}
		values = append(values, classValue("", FieldRelook, k.Relook, checklist.Yes, WorkerSaw))
	}
	return b.decided(ctx, id, a, VerbPlan, Answers{Values: values, Expect: expect})
}

// HandBack is the one page that the survivor may take along. It reads like a household list.
type HandBack struct {
	Lines []string // everyday words of the steps that may be done
	Day   string   // next appointment, year-month-day; empty when none was agreed
}

// HandBack writes the page, and reports false unless she has said plainly that paper is safe to take.
// Nothing that is held back, no reason, no way of contact and none of her own words is on it.
func (f *File) HandBack() (HandBack, bool) {
	if f.Ask("24.7", "").State != checklist.Yes {
		return HandBack{}, false
	}
	var out HandBack
	for _, l := range unmarked(f.SafetyPlan()) {
		out.Lines = append(out.Lines, l.Text)
	}
	if day := f.Ask("24.5", "date"); day.State == checklist.Yes {
		out.Day = day.Code()
	}
	return out, true
}

// OneStep returns the one step that is hers to look at now: the first that she agreed to and that may
// be done, or else the first protective act that a finding asks for, or else the first of all. False
// when the content has none. A step that is held back is never it.
func (f *File) OneStep() (Step, bool) {
	plan := f.SafetyPlan()
	agreed := func(s Step) bool { return s.Agreed == checklist.Yes && !s.Held() }
	if i := slices.IndexFunc(plan.Now, agreed); i >= 0 {
		return plan.Now[i], true
	}
	if len(plan.Protect) > 0 {
		return plan.Protect[0], true
	}
	return Step{}, false
}
