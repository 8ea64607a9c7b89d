package casework

import (
	"context"
	"slices"
	"strings"

	"keyholder/casework/checklist"
	"keyholder/casework/personal"
)

// FindingStatus is where a finding stands. It is the only part of a finding that is stored; the rest
// follows from the answers.
type FindingStatus string

// The statuses of findings.
const (
	FindingOpen     FindingStatus = "open"
	FindingWatching FindingStatus = "watching"
	FindingResolved FindingStatus = "resolved"
	FindingReturned FindingStatus = "returned"
)

// FindingStatuses lists the statuses in the order in which pages offer them.
func FindingStatuses() []FindingStatus {
	return []FindingStatus{FindingOpen, FindingWatching, FindingResolved, FindingReturned}
}

// Finding is a possibility that the answers point to, or a question to which nobody knows the
// answer yet, joined with the thing it is about. It is never a verdict.
type Finding struct {
	ID        string // e.g. "F-12.2", "F-13.1@<entity>"; an open item has "O-" in place of "F-"
	Kind      checklist.OutcomeKind
	Question  *checklist.Question
	Entity    EntityID
	Label     personal.Text // of the entity, empty for the case itself
	Reasons   []checklist.Reason
	Bases     []Basis // how the answers behind it are known, each once
	Certainty checklist.Certainty
	Alert     checklist.Alert // of the next step; unknown is A2
	Warnings  []checklist.Warning
	ProofLost string // unknown when the content does not say
	Phase     checklist.Phase
	Status    FindingStatus
	Actions   []string // ids of the steps it offers
}

// Findings derives all findings and open items from the answers, in the order of the questions, the
// matrix rows last. Questions that nobody asked are listed by NotAsked.
func (f *File) Findings() []Finding {
	var out []Finding
	for _, o := range f.outcomes() {
		if o.Kind != checklist.OutcomeNotAsked {
			out = append(out, f.finding(o))
		}
	}
	return out
}

// NotAsked lists the questions that could be a concern and that nobody has asked.
func (f *File) NotAsked() []checklist.Outcome {
	return checklist.Of(f.outcomes(), checklist.OutcomeNotAsked)
}

// outcomes runs the engine over the questions and the matrix rows of all things.
func (f *File) outcomes() []checklist.Outcome {
	var things []string
	for _, e := range f.Things() {
		things = append(things, string(e.ID))
	}
	return append(checklist.Evaluate(f.Content, f.answers),
		checklist.EvaluateMatrix(f.Content, f.answers, things)...)
}

// finding joins an outcome with what the record knows.
func (f *File) finding(o checklist.Outcome) Finding {
	x := Finding{
		ID: outcomeID(o), Kind: o.Kind, Question: o.Question, Entity: EntityID(o.Entity),
		Reasons: o.Reasons, Certainty: o.Certainty, Alert: o.Question.Alert.OrWorst(),
		Warnings: o.Question.Warnings, ProofLost: o.Question.ProofLost, Phase: f.Phase(),
		Actions: o.Actions,
	}
	if x.ProofLost == "" {
		x.ProofLost = "unknown"
	}
	if x.Entity != "" {
		x.Label = f.Head(x.Entity, FieldLabel).Text
	}
	for _, r := range o.Reasons {
		if b := f.At(r.Ref).Basis; b != "" && !slices.Contains(x.Bases, b) {
			x.Bases = append(x.Bases, b)
		}
	}
	x.Status = f.findingStatus(x)
	return x
}

// findingStatus reads the stored status. A resolved finding whose concerning answer was given again
// later has returned.
func (f *File) findingStatus(x Finding) FindingStatus {
	v := f.Head(x.Entity, x.statusField())
	status := FindingStatus(v.Code())
	if !slices.Contains(FindingStatuses(), status) {
		return FindingOpen
	}
	if status != FindingResolved {
		return status
	}
	for _, r := range x.Reasons {
		if f.At(r.Ref).At.After(v.At) {
			return FindingReturned
		}
	}
	return status
}

// returned are the slots of the findings that were settled and have come back by a newer answer.
func (f *File) returned() map[Slot]bool {
	back := make(map[Slot]bool)
	for _, x := range f.Findings() {
		if x.Status == FindingReturned {
			back[x.Slot()] = true
		}
	}
	return back
}

// outcomeID names an outcome; what is not known has an id apart from what is a concern, so that
// settling one never settles the other.
func outcomeID(o checklist.Outcome) string {
	if o.Kind == checklist.OutcomeOpen {
		return "O-" + strings.TrimPrefix(o.ID(), "F-")
	}
	return o.ID()
}

// statusField is the field of the entity that holds the status of the finding.
func (x Finding) statusField() Field {
	id, _, _ := strings.Cut(x.ID, "@")
	return Field("finding:" + id + "/status")
}

// Slot is where the status of the finding is kept.
func (x Finding) Slot() Slot { return Slot{Entity: x.Entity, Field: x.statusField()} }

// SetFindingStatus keeps where a finding stands. The finding must follow from the answers as they
// are now. What nobody knows yet can be watched, but only an answer settles it. expect holds the head
// that the form showed, see Finding.Slot.
func (b *Casebook) SetFindingStatus(
	ctx context.Context, id CaseID, a Act, finding string, s FindingStatus, expect map[Slot]ValueID,
) error {
	if !slices.Contains(FindingStatuses(), s) {
		return invalid("status", "error.field.code")
	}
	f, err := b.file(ctx, id)
	if err != nil {
		return err
	}
	findings := f.Findings()
	i := slices.IndexFunc(findings, func(x Finding) bool { return x.ID == finding })
	if i < 0 {
		return &Error{Kind: KindNotFound, Key: "error.finding.not_found"}
	}
	if findings[i].Kind == checklist.OutcomeOpen && s != FindingOpen && s != FindingWatching {
		return invalid("status", "error.finding.only_an_answer")
	}
	v := Value{Slot: findings[i].Slot(), State: checklist.Yes, Codes: []string{string(s)}, Basis: WorkerSaw}
	c := b.change(a, VerbPlan, v)
	c.Expect = expect
	return b.apply(ctx, id, c)
}
