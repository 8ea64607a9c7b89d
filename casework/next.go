package casework

import (
	"slices"
	"time"

	"keyholder/casework/checklist"
)

// Next is the one thing to do next in a case, as a message key: "next.emergency" and so on.
type Next string

// The next things, in the order in which they come first.
const (
	NextEmergency Next = "next.emergency"    // the lane is act_now
	NextAskDanger Next = "next.ask_danger"   // immediate items nobody knows
	NextReview    Next = "next.review_today" // a specialist looks today
	NextPhase     Next = "next.phase"        // nobody knows whether they live together
	NextContact   Next = "next.contact"      // no next safe contact agreed
	NextReopen    Next = "next.reopen"       // the triage has to be looked at again
	NextPresence  Next = "next.presence"     // the presence boxes were not asked
	NextDevices   Next = "next.devices"      // rows of the five questions are open or not asked
	NextPlan      Next = "next.plan"         // steps can be done or agreed
	NextNothing   Next = "next.nothing"      // nothing recorded is waiting; it does not mean no danger
)

// Next picks the one thing to do next: danger first, then what the gate and the next contact need,
// then the rest of the record.
func (f *File) Next(now time.Time) Next {
	if n := f.nextForSafety(); n != "" {
		return n
	}
	switch {
	case len(f.Reopen(now)) > 0:
		return NextReopen
	case f.Head("", PresenceAny).State == checklist.NotAsked:
		return NextPresence
	case slices.ContainsFunc(f.Devices(), func(d Device) bool { return d.Row.Open || d.Row.Unasked > 0 }):
		return NextDevices
	}
	if plan := f.SafetyPlan(); len(plan.Now)+len(plan.NotYet) > 0 {
		return NextPlan
	}
	return NextNothing
}

// nextForSafety picks what comes before all else, empty when nothing of it is waiting.
func (f *File) nextForSafety() Next {
	t := f.Triage()
	switch {
	case t.Final == LaneActNow:
		return NextEmergency
	case len(t.AskFirst) > 0:
		return NextAskDanger
	case t.Final == LaneReviewToday:
		return NextReview
	case f.Phase() == checklist.PhaseUnknown:
		return NextPhase
	case !f.filled("24.5", "route"):
		return NextContact
	}
	return ""
}
