package casework

import (
	"context"
	"slices"

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
// win until the worker looks again.
func (f *File) Phase() checklist.Phase {
	said := checklist.PhaseOf(f.Content, f.answers)
	set := f.Head("", FieldPhase)
	if set.State != checklist.Yes || !slices.Contains(Phases(), checklist.Phase(set.Code())) {
		return said
	}
	chosen := checklist.Phase(set.Code())
	newer := f.Ask("01.1", "").At.After(set.At) || f.Ask("01.2", "").At.After(set.At)
	if newer && care(said) > care(chosen) {
		return said
	}
	return chosen
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
// steps (01.1).
func (f *File) GatePhase() checklist.Phase {
	p := f.Phase()
	living := f.Ask("01.1", "")
	oneRoof := living.Has("together") || living.Has("same_building")
	if oneRoof && f.Head("", FieldPhase).State != checklist.Yes && care(p) < care(checklist.PhysicalControl) {
		return checklist.PhysicalControl
	}
	return p
}
