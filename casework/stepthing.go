package casework

import (
	"slices"
	"strings"

	"keyholder/casework/checklist"
	"keyholder/casework/personal"
)

// A step of the content can be wanted for several things: two phones, two accounts. Each then has a step
// of its own, with its own agreement, result and letters. The first thing that the record ever named for
// a step has the id of the content ("SP-M.1"); every other one has the thing behind it ("SP-M.1@<entity>").
// See docs/decisions/0012.

// stepOfThing names the step of one thing that is not the first one.
func stepOfThing(step string, thing EntityID) string { return step + "@" + string(thing) }

// StepParts splits the id of a step of the plan into the step of the content and the thing it is kept
// under, which is empty for a step without one and for that of the first thing.
func StepParts(id string) (step string, thing EntityID) {
	step, after, _ := strings.Cut(id, "@")
	return step, EntityID(after)
}

// StepSlot is where one part of the decisions about a step of the plan is kept.
func StepSlot(id, part string) Slot {
	step, thing := StepParts(id)
	return Slot{Entity: thing, Field: stepField(step, part)}
}

// LetterSlot is where one part of a letter of the plan is kept.
func LetterSlot(id, part string) Slot {
	letter, thing := StepParts(id)
	return Slot{Entity: thing, Field: LetterField(letter, part)}
}

// onceForAll are the steps that a row asks for and that are not about the thing in the row: a phone is
// replaced once whatever number of apps it has, one account of her own is opened, and what rules the home
// is found out once for all that hangs on it. Inference, as no field of the content says so.
func onceForAll(question, step string) bool {
	switch step {
	case "SP-09.1b":
		return question == "09.3"
	case "SP-12.1":
		return question == "15.1"
	case "SP-19.1":
		return true
	}
	return false
}

// perThing reports whether a question that names things asks for a step of each. What protects, and what
// neither changes anything nor ends in a choice, is said once.
func perThing(question string, a *checklist.Action) bool {
	return !a.Protective && (len(a.Ends) > 0 || a.Alert.OrWorst() != checklist.A0) && !onceForAll(question, a.ID)
}

// firstThings finds, for each step that is about one thing, the thing that the record named first. Slots
// come in the order in which they were first filled and are never taken away, so the first one stays the
// first one, also once it is settled, off the list or said to be another thing: what was agreed for it never
// passes to another.
func (f *File) firstThings() map[string]EntityID {
	first := make(map[string]EntityID)
	for _, s := range f.order {
		ref, ok := f.Content.Ref(string(s.Entity), string(s.Field))
		if s.Entity == "" || !ok {
			continue
		}
		for _, step := range f.stepsAbout(ref.Question) {
			if first[step] == "" {
				first[step] = s.Entity
			}
		}
	}
	return first
}

// stepsAbout lists the steps that a question asks for once for each thing, with their letters.
func (f *File) stepsAbout(question string) []string {
	q := f.Content.Question(question)
	if question == checklist.MatrixID {
		q = &f.Content.Matrix
	}
	if q == nil {
		return nil
	}
	ids := slices.Clone(q.Actions)
	for _, r := range q.Concern {
		ids = append(ids, r.Actions...)
	}
	var out []string
	for _, id := range ids {
		if a := f.Content.Action(id); a != nil && perThing(question, a) {
			out = append(out, id)
			for _, l := range f.Content.LettersOf(id) {
				out = append(out, l.ID)
			}
		}
	}
	return out
}

// stepID is the id of the step of one thing.
func (f *File) stepID(step string, thing EntityID) string {
	if thing == "" || f.first()[step] == thing {
		return step
	}
	return stepOfThing(step, thing)
}

// StepOf returns the id of the step of the plan by which a finding asks for a step of the content.
func (f *File) StepOf(x Finding, step string) string { return f.stepID(step, f.thingOf(x, step)) }

// thingOf is the thing that a finding asks for a step of; empty for a step that is said once.
func (f *File) thingOf(x Finding, step string) EntityID {
	if a := f.Content.Action(step); a != nil && perThing(x.Question.ID, a) {
		return x.Entity
	}
	return ""
}

// listed reports whether a thing is of the case and on the lists.
func (f *File) listed(thing EntityID) bool {
	there := slices.ContainsFunc(f.Entities, func(e Entity) bool { return e.ID == thing })
	return there && !f.Discarded(thing) && !f.Folded(thing)
}

// knownStep checks the id of a step of the plan: the content has the step, and the case the thing.
func (f *File) knownStep(id string) (*checklist.Action, error) {
	step, thing := StepParts(id)
	a := f.Content.Action(step)
	first := thing == f.first()[step] && thing != ""
	if a == nil || strings.Contains(id, "@") && (first || !perThing("", a) || !f.listed(thing)) {
		return nil, &Error{Kind: KindNotFound, Key: "error.step.not_found"}
	}
	return a, nil
}

// ThingName is what the record calls a thing: its label, or what its row says it is. Empty while nobody
// has said.
func (f *File) ThingName(thing EntityID) personal.Text {
	if label := f.Head(thing, FieldLabel).Text; !label.Empty() {
		return label
	}
	return f.rowNames()[thing]
}

// namesOfRows reads what the rows of the lists say they are.
func (f *File) namesOfRows() map[EntityID]personal.Text {
	names := make(map[EntityID]personal.Text)
	for _, s := range f.order {
		if s.Entity == "" || !names[s.Entity].Empty() {
			continue
		}
		if ref, ok := f.Content.Ref(string(s.Entity), string(s.Field)); ok {
			names[s.Entity] = f.columnWords(ref)
		}
	}
	return names
}

// columnWords is what the first telling column of a row says: free words, or the label of a choice that is
// none of the WHO codes.
func (f *File) columnWords(ref checklist.Ref) personal.Text {
	v, q := f.At(ref), f.Content.Question(ref.Question)
	if q == nil || q.Rows == nil || len(q.Rows.Columns) == 0 || v.State != checklist.Yes && v.State != checklist.Suspected {
		return personal.Text{}
	}
	p := &q.Rows.Columns[0]
	if p.Name != ref.Part {
		return personal.Text{}
	}
	if !v.Text.Empty() {
		return v.Text
	}
	if o := p.Option(v.Code()); o != nil && p.Kind == checklist.KindPick {
		return personal.New(o.Label)
	}
	return personal.Text{}
}

// rehome moves decisions about steps and letters that stand under the id of the content to the thing they
// were made for, where that thing is the first one in from and not in the record that they go to.
func rehome(values []Value, from, to *File) []Value {
	was, is := from.first(), to.first()
	for i, v := range values {
		_, rest, decided := strings.Cut(string(v.Slot.Field), ":")
		kind := strings.TrimSuffix(string(v.Slot.Field), ":"+rest)
		step, _, _ := strings.Cut(rest, "/")
		thing := was[step]
		if decided && v.Slot.Entity == "" && (kind == "step" || kind == "letter") && thing != "" && is[step] != thing {
			values[i].Slot.Entity = thing
		}
	}
	return values
}
