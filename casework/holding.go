package casework

import (
	"cmp"
	"slices"

	"keyholder/casework/checklist"
)

// HoldingKind says how the survivor holds something, as a message key.
type HoldingKind string

// The ways of holding something.
const (
	HoldingLogin    HoldingKind = "hold.login"     // the main login is hers
	HoldingRecovery HoldingKind = "hold.recovery"  // the messages that reset it come to her alone
	HoldingAdmin    HoldingKind = "hold.admin"     // an admin login of her own (12.2)
	HoldingDevice   HoldingKind = "hold.device"    // a device and account that they never touched
	HoldingTaken    HoldingKind = "hold.take_over" // a step ended in taking it over
	HoldingLimited  HoldingKind = "hold.limit"     // a step ended in limiting it
	HoldingKept     HoldingKind = "hold.keep_use"  // her choice to keep it and use it
)

// Holding is one key that is hers. There is no count, share or score of them.
type Holding struct {
	Kind   HoldingKind
	Device *Device // of HoldingLogin
	What   string  // in the words of the content: an account, or what a step was about
}

// Holdings lists what is known to be in her hands: only what a plain answer or a finished step says.
// What nobody knows, what is shared, and what came back is not among them; that something is missing
// here says nothing about it.
func (f *File) Holdings() []Holding {
	var out []Holding
	if f.Readiness().SafeDevice {
		out = append(out, Holding{Kind: HoldingDevice})
	}
	for _, d := range f.Devices() {
		if f.hers(checklist.Ref{Entity: string(d.ID), Question: checklist.MatrixID, Part: "account_holder"}) {
			out = append(out, Holding{Kind: HoldingLogin, Device: &d})
		}
	}
	out = append(out, f.recoveries()...)
	if f.Ask("12.2", "").State == checklist.Yes {
		out = append(out, Holding{Kind: HoldingAdmin})
	}
	return append(out, f.regained()...)
}

// hers reports whether an answer names the survivor and nobody else, for sure.
func (f *File) hers(at checklist.Ref) bool {
	v := f.At(at)
	return v.State == checklist.Yes && len(v.Codes) == 1 && v.Codes[0] == "survivor"
}

// recoveryList is the question whose rows are accounts with their ways of resetting.
const recoveryList = "05.4"

// recoveries are the accounts whose reset messages come to her alone.
func (f *File) recoveries() []Holding {
	q := f.Content.Question(recoveryList)
	if q == nil || q.Rows == nil {
		return nil
	}
	var out []Holding
	for _, row := range f.answers.Rows(recoveryList) {
		at := func(part string) checklist.Ref {
			return checklist.Ref{Entity: row, Question: recoveryList, Part: part}
		}
		old := f.At(at("old_route")).State
		if !f.hers(at("phone")) || !f.hers(at("mail")) || old != checklist.No && old != checklist.NotApplicable {
			continue
		}
		if o := q.Part("account").Option(f.At(at("account")).Code()); o != nil {
			out = append(out, Holding{Kind: HoldingRecovery, What: o.Label})
		}
	}
	return out
}

// regained are the finished steps that ended with the thing in her hands, and what she chose to keep.
// A step whose finding has come back is not among them.
func (f *File) regained() []Holding {
	back, things := make(map[string]bool), make(map[string]EntityID)
	for _, x := range f.Findings() {
		for _, step := range x.Actions {
			id := f.StepOf(x, step)
			back[id] = back[id] || x.Status == FindingReturned
			things[id] = cmp.Or(things[id], f.thingOf(x, step))
		}
	}
	var out []Holding
	for _, id := range f.decidedSteps() {
		h, hers := f.held(id, things[id])
		if hers && !back[id] && !slices.Contains(out, h) { // of two things it is said once
			out = append(out, h)
		}
	}
	return out
}

// held is what a decided step put, or left, in her hands; false for nothing.
func (f *File) held(id string, thing EntityID) (Holding, bool) {
	step, _ := StepParts(id)
	a := f.Content.Action(step)
	if a == nil || a.NotYet.What == "" {
		return Holding{}, false
	}
	h := Holding{Kind: HoldingKind("hold." + f.said(id, stepEnd, thing).Code()), What: a.NotYet.What}
	done := f.said(id, stepResult, thing).Code() == ResultDone
	return h, h.Kind == HoldingKept || done && (h.Kind == HoldingTaken || h.Kind == HoldingLimited)
}
