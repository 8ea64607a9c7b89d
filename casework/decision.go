package casework

import (
	"context"
	"slices"
	"strings"
	"time"

	"keyholder/casework/checklist"
	"keyholder/casework/personal"
)

// Parts of a step's decisions; the field of a part is "step:<id>/<part>".
const (
	stepAgreed   = "agreed"   // hers, after hearing the alert level
	stepEnd      = "end"      // how the item ends, her choice: a code of Ends
	stepUnlocked = "unlocked" // by a worker, with the reason as text
	stepSecond   = "second"   // second worker: role, when and how reached; unconfirmed
	stepDate     = "date"     // year-month-day
	stepDevice   = "device"   // from which safe device, in words
	stepResult   = "result"   // a code of StepResults
	stepNoticed  = "noticed"  // did they notice
	stepHarm     = "harm"     // was there harm after the step: the safety signal of the product itself
	stepNote     = "note"
)

// stepAgain marks a decision that was made once more, about the thing that had been recorded meanwhile.
const stepAgain = "again"

// stepUnconfirmed marks a second worker who has not signed in.
const stepUnconfirmed = "unconfirmed"

// Ends of an item: each is hers to choose; the same function may serve her when apart.
const (
	EndKeep     = "keep_use"
	EndTakeOver = "take_over"
	EndLimit    = "limit"
	EndLeave    = "leave_for_now"
	EndRemove   = "remove"
)

// Results of a step.
const (
	ResultDone      = "done"
	ResultNotNeeded = "not_needed"
	ResultUndone    = "undone" // tried and taken back, or come back
)

// StepResults lists the results in the order in which pages offer them.
func StepResults() []string { return []string{ResultDone, ResultNotNeeded, ResultUndone} }

// stepField is the field of one part of a step's decisions.
func stepField(step, part string) Field { return Field("step:" + step + "/" + part) }

// Decision is what the survivor and the worker decided about one step. A zero field changes
// nothing.
type Decision struct {
	Agreed  State         // her agreement
	End     string        // a code of Ends that the step offers
	Date    string        // year-month-day
	Device  personal.Text // from which device
	Result  string        // a code of StepResults
	Noticed State
	Harm    State
	Note    personal.Text
}

// Decide keeps decisions about a step. expect holds the heads that the form showed. What happened is
// recorded even of a step that was held back: people act on their own.
func (b *Casebook) Decide(
	ctx context.Context, id CaseID, a Act, step string, d Decision, expect map[Slot]ValueID,
) error {
	f, err := b.file(ctx, id)
	if err != nil {
		return err
	}
	action, err := f.knownStep(step)
	if err != nil {
		return err
	}
	values, err := d.values(action, step)
	if err != nil {
		return err
	}
	for i := range values {
		values[i] = f.renewed(values[i], step)
	}
	return b.decided(ctx, id, a, VerbPlan, Answers{Values: values, Expect: expect})
}

// renewed marks what is decided once more because the old decision was made before the thing was recorded:
// without a mark it would say what stands already, and not be kept.
func (f *File) renewed(v Value, id string) Value {
	now, thing := f.Head(v.Slot.Entity, v.Slot.Field), v.Slot.Entity
	if thing == "" {
		thing = f.first()[id]
	}
	late := now.ID != "" && (now.At.Before(f.entity(thing).At) || now.At.Before(f.offSince(id)))
	if (late || now.Has(stepAgain)) && !v.blank() {
		v.Codes = append(v.Codes, stepAgain)
	}
	return v
}

// values checks a decision and turns it into rows.
func (d Decision) values(action *checklist.Action, id string) ([]Value, error) {
	thing := StepSlot(id, "").Entity
	var wrong FieldErrors
	var out []Value
	state := func(part string, s State) {
		switch {
		case s == "":
		case !s.Valid():
			wrong = append(wrong, invalid(part, "error.field.state"))
		default:
			out = append(out, Value{
				Slot: StepSlot(id, part), State: s, Basis: SurvivorSaid,
			})
		}
	}
	code := func(part, c string, ok bool) {
		switch {
		case c == "":
		case !ok:
			wrong = append(wrong, invalid(part, "error.field.code"))
		default:
			out = append(out, classValue(thing, stepField(action.ID, part), c, checklist.Yes, SurvivorSaid))
		}
	}
	text := func(part string, t personal.Text) {
		if !t.Empty() {
			out = append(out, textValue(thing, stepField(action.ID, part), t, SurvivorSaid))
		}
	}
	state(stepAgreed, d.Agreed)
	code(stepEnd, d.End, slices.Contains(action.Ends, d.End))
	_, dateErr := time.Parse(time.DateOnly, d.Date)
	code(stepDate, d.Date, dateErr == nil)
	text(stepDevice, d.Device)
	code(stepResult, d.Result, slices.Contains(StepResults(), d.Result))
	state(stepNoticed, d.Noticed)
	state(stepHarm, d.Harm)
	text(stepNote, d.Note)
	return out, wrong.Err()
}

// Unlocking opens an A2 step under physical control. Both texts are needed.
type Unlocking struct {
	Reason personal.Text
	Second personal.Text // second worker: role, when and how reached; unconfirmed until they sign in
}

// UnlockStep keeps that a worker unlocked an A2 step under physical control, with the reason and a
// second worker (R5). The rest of the freeze rule still holds, and a newer phase ends the unlocking.
func (b *Casebook) UnlockStep(ctx context.Context, id CaseID, a Act, step string, u Unlocking) error {
	f, err := b.file(ctx, id)
	if err != nil {
		return err
	}
	action, err := f.knownStep(step)
	if err != nil {
		return err
	}
	var wrong FieldErrors
	if strings.TrimSpace(u.Reason.Reveal()) == "" {
		wrong = append(wrong, invalid("reason", "error.step.reason"))
	}
	if strings.TrimSpace(u.Second.Reveal()) == "" {
		wrong = append(wrong, invalid("second", "error.step.second"))
	}
	if action.Alert.OrWorst() != checklist.A2 {
		wrong = append(wrong, invalid("reason", "error.step.nothing_to_unlock"))
	}
	if err := wrong.Err(); err != nil {
		return err
	}
	reason, at := StepSlot(step, stepUnlocked), StepSlot(step, stepSecond)
	second := textValue(at.Entity, at.Field, u.Second, WorkerSaw)
	second.Codes = []string{stepUnconfirmed}
	return b.apply(ctx, id, b.change(a, VerbPlan,
		textValue(reason.Entity, reason.Field, u.Reason, WorkerSaw), second))
}

// facts reads what was decided about a step of the plan. What was decided before the thing it is about
// was recorded was not decided about that thing.
func (f *File) facts(id string, wanted needs) StepFacts {
	since, off := f.phaseSince(), f.offSince(id)
	given := func(part string, since time.Time) bool {
		v := f.said(id, part, wanted.thing(id))
		return v.State == checklist.Yes && !v.At.Before(since) && !v.At.Before(off)
	}
	return StepFacts{
		Agreed:   given(stepAgreed, time.Time{}),
		Unlocked: given(stepUnlocked, since), Second: given(stepSecond, since),
		Dated: given(stepDate, time.Time{}),
		Waits: len(f.waitsFor(id, wanted)) > 0,
	}
}

// said is the newest value of one part of the decisions about a step as the step of a thing: nothing that
// was decided before the thing was recorded was decided about it, a result no more than an agreement.
func (f *File) said(id, part string, thing EntityID) Value {
	v := f.step(id, part)
	if thing != "" && v.At.Before(f.entity(thing).At) {
		return Value{Slot: v.Slot, State: checklist.NotAsked}
	}
	return v
}

// offSince is when the first thing of a step went off the lists; zero while it stands there. Where the step
// is wanted for another reason, what was agreed for that thing opens nothing.
func (f *File) offSince(id string) time.Time {
	first := f.first()[id]
	if first == "" || f.listed(first) {
		return time.Time{}
	}
	if f.Discarded(first) {
		return f.Head(first, FieldStanding).At
	}
	return f.Head(first, FieldSameAs).At
}

// entity returns an entity of the case, a zero one for none.
func (f *File) entity(id EntityID) Entity {
	if i := slices.IndexFunc(f.Entities, func(e Entity) bool { return e.ID == id }); i >= 0 {
		return f.Entities[i]
	}
	return Entity{}
}

// Steps whose purpose is known to be met once an answer says so.
const (
	stepReactionPlan = "SP-24.2"
	stepOwnAdmin     = "SP-12.2"
)

// stepMet reports whether the answers say that what a step would bring is there already: nobody is
// asked to make a plan that is made.
func (f *File) stepMet(step string) bool {
	switch step {
	case stepReactionPlan:
		return f.filled("24.2", "who_helps")
	case stepOwnAdmin:
		return f.Ask("12.2", "").State == checklist.Yes
	}
	return false
}

// stepSettled reports whether a step was done or found not to be needed for a thing, see said.
func (f *File) stepSettled(id string, thing EntityID) bool {
	result := f.said(id, stepResult, thing).Code()
	return result == ResultDone || result == ResultNotNeeded
}

// step returns the newest value of one part of the decisions about a step of the plan.
func (f *File) step(id, part string) Value {
	slot := StepSlot(id, part)
	return f.Head(slot.Entity, slot.Field)
}

// noticeableStepDone reports whether an A2 step was done after t (R4).
func (f *File) noticeableStepDone(t time.Time) bool {
	for _, s := range f.order {
		rest, decided := strings.CutPrefix(string(s.Field), "step:")
		step, part, _ := strings.Cut(rest, "/")
		a, v := f.Content.Action(step), f.heads[s]
		if decided && part == stepResult && a != nil && a.Alert.OrWorst() == checklist.A2 && v.Code() == ResultDone && v.At.After(t) {
			return true
		}
	}
	return false
}

// Ready is what many steps wait for. A zero state changes nothing.
type Ready struct {
	Device State // one device and account they have never touched
	Camera State // a camera that copies its pictures nowhere
}

// SetReady keeps what steps wait for. expect holds the heads that the form showed.
func (b *Casebook) SetReady(ctx context.Context, id CaseID, a Act, r Ready, expect map[Slot]ValueID) error {
	var values []Value
	for _, fact := range []struct {
		field Field
		state State
	}{{FieldSafeDevice, r.Device}, {FieldSafeCamera, r.Camera}} {
		if fact.state == "" {
			continue
		}
		if !fact.state.Valid() {
			return invalid(string(fact.field), "error.field.state")
		}
		values = append(values, Value{Slot: Slot{Field: fact.field}, State: fact.state, Basis: SurvivorSaid})
	}
	return b.decided(ctx, id, a, VerbPlan, Answers{Values: values, Expect: expect})
}

// decided keeps a form of decisions: what was left as it was shown is not written again.
func (b *Casebook) decided(ctx context.Context, id CaseID, a Act, verb Verb, form Answers) error {
	f, err := b.file(ctx, id)
	if err != nil {
		return err
	}
	kept, expected, err := b.untouched(ctx, f, form)
	if err != nil {
		return err
	}
	c := b.change(a, verb, kept...)
	c.Expect = expected
	return b.apply(ctx, id, c)
}

// lapsed reports whether a decision of a sitting opens or settles nothing any more when it goes on record.
// The record gives everything one moment: what was decided before a thing was known, or before the phase
// or the safe ways changed, would stand again as if it had been decided afterwards.
func (f *File) lapsed(v Value, wanted needs) bool {
	kind, rest, _ := strings.Cut(string(v.Slot.Field), ":")
	step, part, _ := strings.Cut(rest, "/")
	if kind == "letter" {
		id := f.stepID(step, v.Slot.Entity)
		return part == LetterRead && !f.letterRead(id)
	}
	if kind != "step" {
		return false
	}
	early := v.Slot.Entity == "" && v.At.Before(f.entity(f.first()[step]).At)
	switch part {
	case stepUnlocked, stepSecond:
		return early || v.At.Before(f.phaseSince())
	case stepAgreed, stepDate:
		return early
	case stepResult, stepEnd:
		return early && wanted.thing(step) != ""
	}
	return false
}
