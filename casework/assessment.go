package casework

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"keyholder/casework/checklist"
	"keyholder/casework/personal"
)

// Fields of the triage. An assessment keeps rule version and inputs, so that it can be replayed; a
// judgement stands beside it and never replaces it.
const (
	FieldAssessment Field = "triage"
	FieldJudgement  Field = "triage/judgement"
	FieldSecond     Field = "triage/second" // second person: role, when and how reached
)

// RelookAfter is how long a triage stands before it is looked at again (R4).
const RelookAfter = 30 * 24 * time.Hour

// judgedWithSecond marks a judgement to which a second person agreed.
const judgedWithSecond = "second_person"

// RuleOf returns the triage rule that the content describes.
func RuleOf(c *checklist.Content) TriageRule {
	r := TriageRule{Version: c.Triage.Rule}
	for _, item := range c.Triage.Items {
		id := CoreItem(item.ID)
		switch item.Group {
		case "immediate":
			r.Immediate = append(r.Immediate, id)
		case "high":
			r.High = append(r.High, id)
		case "context":
			r.Cluster = append(r.Cluster, id)
		}
		if item.AskNow {
			r.AskNow = append(r.AskNow, id)
		}
	}
	return r
}

// TriageInput reads the core items and the recent behaviours from the answers.
func (f *File) TriageInput() TriageInput {
	in := TriageInput{Items: make(map[CoreItem]State)}
	for _, core := range checklist.CoreStates(f.Content, f.answers) {
		in.Items[CoreItem(core.Item)] = core.State
	}
	_, in.Behaviours = checklist.RecentBehaviour(f.Content, f.answers)
	return in
}

// Triage applies the rule to the case as it stands, with the worker's judgement. A lowering holds
// only for the facts it was made on: once any input has changed it lapses and has to be made again.
// A raise stays.
func (f *File) Triage() Triage {
	rule, in := RuleOf(f.Content), f.TriageInput()
	automatic := rule.Assess(in)
	j := f.Head("", FieldJudgement)
	if j.State != checklist.Yes || !Lane(j.Code()).Valid() {
		return automatic
	}
	in.Judgement = &Judgement{Lane: Lane(j.Code()), SecondPerson: j.Has(judgedWithSecond)}
	lowers := in.Judgement.Lane.rank() < automatic.Automatic.rank()
	if lowers && !j.Has(in.digest()) {
		automatic.Lapsed = true
		return automatic
	}
	return rule.Assess(in)
}

// digest names the facts a judgement was made on.
func (in TriageInput) digest() string {
	sum := sha256.Sum256([]byte(strings.Join(in.codes(), " ")))
	return "facts-" + hex.EncodeToString(sum[:8])
}

// codes writes the inputs as closed codes, in a fixed order.
func (in TriageInput) codes() []string {
	codes := make([]string, 0, len(in.Items)+1)
	for item := range in.Items {
		codes = append(codes, string(item)+"="+string(in.state(item)))
	}
	slices.Sort(codes)
	return append(codes, "behaviours="+strconv.Itoa(in.Behaviours))
}

// Assess applies the rule and keeps the result with rule version and inputs, unless the same result
// from the same facts already stands and is not due for another look.
func (b *Casebook) Assess(ctx context.Context, id CaseID, a Act) (*Triage, error) {
	f, err := b.file(ctx, id)
	if err != nil {
		return nil, err
	}
	t := f.Triage()
	v := f.assessment(t)
	if now := f.Head("", FieldAssessment); now.Same(v) && b.clock().Sub(now.At) < RelookAfter {
		return &t, nil
	}
	if err := b.apply(ctx, id, b.change(a, VerbRisk, v)); err != nil {
		return nil, err
	}
	return &t, nil
}

// assessment writes a triage as one value.
func (f *File) assessment(t Triage) Value {
	codes := []string{
		"rule=" + t.Rule, "automatic=" + string(t.Automatic), "final=" + string(t.Final),
		"phase=" + string(f.Phase()),
	}
	if j := f.Head("", FieldJudgement); j.State == checklist.Yes && !t.Lapsed {
		codes = append(codes, "judgement="+j.Code(), "second="+strconv.FormatBool(j.Has(judgedWithSecond)))
	}
	return Value{
		Slot: Slot{Field: FieldAssessment}, State: checklist.Yes, Basis: Inferred,
		Codes: append(codes, f.TriageInput().codes()...),
	}
}

// Replay applies the rule again to the inputs of a stored assessment and reports whether it still
// comes to the stored lanes (R9). It fails for a value that is no assessment of this rule version.
func (r TriageRule) Replay(v Value) (t Triage, same bool, err error) {
	stored := make(map[string]string, len(v.Codes))
	for _, code := range v.Codes {
		key, value, _ := strings.Cut(code, "=")
		stored[key] = value
	}
	if v.Slot.Field != FieldAssessment || stored["rule"] != r.Version {
		return Triage{}, false, &Error{Kind: KindInvalid, Key: "error.triage.other_rule"}
	}
	in := TriageInput{Items: make(map[CoreItem]State)}
	for _, item := range r.Items() {
		in.Items[item] = State(stored[string(item)])
	}
	if in.Behaviours, err = strconv.Atoi(stored["behaviours"]); err != nil {
		return Triage{}, false, fmt.Errorf("replaying a triage: %w", err)
	}
	if stored["judgement"] != "" {
		in.Judgement = &Judgement{Lane: Lane(stored["judgement"]), SecondPerson: stored["second"] == "true"}
	}
	t = r.Assess(in)
	return t, string(t.Automatic) == stored["automatic"] && string(t.Final) == stored["final"], nil
}

// Judging is a worker's own lane, with the reason for it.
type Judging struct {
	Lane   Lane
	Reason personal.Text
	Second personal.Text // second person: role, when and how reached; empty for none
	Seen   *ValueID      // the judgement that the form showed; nil is not checked
}

// Judge keeps a worker's judgement beside the automatic lane. It needs a reason. A lowering that the
// rule refuses is kept too, so that the attempt stands in the record, and has no effect (R6).
func (b *Casebook) Judge(ctx context.Context, id CaseID, a Act, j Judging) (*Triage, error) {
	var wrong FieldErrors
	if !j.Lane.Valid() {
		wrong = append(wrong, invalid("lane", "error.triage.lane"))
	}
	if strings.TrimSpace(j.Reason.Reveal()) == "" {
		wrong = append(wrong, invalid("reason", "error.triage.reason"))
	}
	if err := wrong.Err(); err != nil {
		return nil, err
	}
	f, err := b.file(ctx, id)
	if err != nil {
		return nil, err
	}
	v := Value{
		Slot: Slot{Field: FieldJudgement}, State: checklist.Yes, Text: j.Reason, Basis: WorkerSaw,
		Codes: []string{string(j.Lane), f.TriageInput().digest()},
	}
	values := []Value{v}
	if strings.TrimSpace(j.Second.Reveal()) != "" {
		values[0].Codes = append(values[0].Codes, judgedWithSecond)
		values = append(values, textValue("", FieldSecond, j.Second, WorkerSaw))
	}
	c := b.change(a, VerbRisk, values...)
	if j.Seen != nil {
		c.Expect = map[Slot]ValueID{v.Slot: *j.Seen}
	}
	if err := b.apply(ctx, id, c); err != nil {
		return nil, err
	}
	return b.Assess(ctx, id, Act{By: a.By, Consultation: a.Consultation})
}

// ReopenReason is why a triage has to be looked at again (R4), as a message key.
type ReopenReason string

// The reasons to look again.
const (
	ReopenNever    ReopenReason = "triage.reopen.never_assessed"
	ReopenAnswers  ReopenReason = "triage.reopen.answers_changed"
	ReopenPhase    ReopenReason = "triage.reopen.phase_changed"
	ReopenReturned ReopenReason = "triage.reopen.access_returned"
	ReopenStep     ReopenReason = "triage.reopen.step_done"
	ReopenLapsed   ReopenReason = "triage.reopen.judgement_lapsed"
	ReopenTime     ReopenReason = "triage.reopen.time"
)

// Reopen lists why the triage has to be looked at again, empty when the last one stands.
func (f *File) Reopen(now time.Time) []ReopenReason {
	last := f.Head("", FieldAssessment)
	if last.ID == "" {
		return []ReopenReason{ReopenNever}
	}
	var why []ReopenReason
	note := func(r ReopenReason, holds bool) {
		if holds {
			why = append(why, r)
		}
	}
	note(ReopenAnswers, slices.ContainsFunc(f.TriageInput().codes(), func(c string) bool { return !last.Has(c) }))
	note(ReopenPhase, !last.Has("phase="+string(f.Phase())))
	returned := f.Ask("22.6", "")
	note(ReopenReturned, returned.State == checklist.Yes && returned.At.After(last.At))
	note(ReopenStep, f.noticeableStepDone(last.At))
	note(ReopenLapsed, f.Triage().Lapsed)
	day, chosen := f.RelookOn(now)
	note(ReopenTime, now.Sub(last.At) >= RelookAfter || chosen && !now.Before(day))
	return why
}
