package casework

import (
	"context"
	"slices"
	"time"

	"keyholder/casework/checklist"
)

// FieldPhase is the phase as a worker set it (PRACTICE 3.5). Its history is kept.
const FieldPhase Field = "phase"

// Phases lists the phase codes in the order in which pages offer them.
func Phases() []checklist.Phase {
	return []checklist.Phase{
		checklist.PhysicalControl, checklist.Escape, checklist.LifeApart, checklist.MovesBetween,
		checklist.ModelDoesNotFit, checklist.PhaseUnknown,
	}
}

// Phase returns the phase that rules go by: what a worker set, or else what the answers on living
// and leaving say. When those answers are newer than the worker's word and ask for more care, they
// win until the worker looks again. A worker who says that nobody knows is believed until somebody answers.
func (f *File) Phase() checklist.Phase {
	said := checklist.PhaseOf(f.Content, f.answers)
	set := f.Head("", FieldPhase)
	if set.State == checklist.DontKnow && !f.overtaken(set) {
		return checklist.PhaseUnknown
	}
	if set.State != checklist.Yes || !slices.Contains(Phases(), checklist.Phase(set.Code())) {
		return said
	}
	if chosen := checklist.Phase(set.Code()); f.stands(chosen, said) {
		return chosen
	}
	return said
}

// stands reports whether the phase that a worker set still counts beside what the answers say.
func (f *File) stands(chosen, said checklist.Phase) bool {
	return !f.overtaken(f.Head("", FieldPhase)) || care(said) <= care(chosen)
}

// phaseHolds reports whether what a worker said of the phase still counts, see Phase.
func (f *File) phaseHolds() bool {
	set := f.Head("", FieldPhase)
	if set.State != checklist.Yes {
		return !f.overtaken(set)
	}
	return f.stands(checklist.Phase(set.Code()), checklist.PhaseOf(f.Content, f.answers))
}

// overtaken reports whether living or leaving was answered after a worker set the phase.
func (f *File) overtaken(set Value) bool {
	return f.Ask("01.1", "").At.After(set.At) || f.Ask("01.2", "").At.After(set.At)
}

// phaseSince is when anything last changed that the phase rests on.
func (f *File) phaseSince() time.Time {
	since := f.Head("", FieldPhase).At
	for _, v := range []Value{f.Ask("01.1", ""), f.Ask("01.2", "")} {
		if v.At.After(since) {
			since = v.At
		}
	}
	return since
}

// care ranks phases by how careful their rules are.
func care(p checklist.Phase) int {
	switch p.Tag() {
	case checklist.TagLA:
		return 0
	case checklist.TagES:
		return 1
	}
	return 2
}

// SetPhase keeps the phase that the worker and the survivor agreed on.
func (b *Casebook) SetPhase(ctx context.Context, id CaseID, a Act, p checklist.Phase) error {
	if !slices.Contains(Phases(), p) {
		return invalid(string(FieldPhase), "error.field.code")
	}
	v := Value{
		Slot: Slot{Field: FieldPhase}, State: checklist.Yes, Codes: []string{string(p)},
		Basis: WorkerSaw,
	}
	if p == checklist.PhaseUnknown {
		v.State, v.Codes = checklist.DontKnow, nil
	}
	return b.apply(ctx, id, b.change(a, VerbRisk, v))
}

// GatePhase returns the phase that holds steps back. While the two live under one roof the rules of
// physical control hold until a worker has set another phase: answers alone do not open removal
// steps (01.1). A phase that was set before they moved together again is no longer a worker's word on it.
func (f *File) GatePhase() checklist.Phase {
	p, set, living := f.Phase(), f.Head("", FieldPhase), f.Ask("01.1", "")
	oneRoof := living.Has("together") || living.Has("same_building")
	judged := set.State == checklist.Yes && f.stands(checklist.Phase(set.Code()), checklist.PhaseOf(f.Content, f.answers))
	if oneRoof && !judged && care(p) < care(checklist.PhysicalControl) {
		return checklist.PhysicalControl
	}
	return p
}
