package casework

import (
	"slices"

	"keyholder/casework/checklist"
)

// Hold is one thing that keeps a step back, as the message key of a sentence that says what must be
// ready first. It never tells how to do the step.
type Hold string

// The holds of the phase gate and the freeze rule (PRACTICE 2.1 and R5).
const (
	HoldActNow       Hold = "plan.hold.act_now"        // the lane freezes everything but protection
	HoldPhaseUnknown Hold = "plan.hold.phase_unknown"  // nobody knows the phase
	HoldPhaseLater   Hold = "plan.hold.phase_later"    // the step belongs to a later phase
	HoldControl      Hold = "plan.hold.control"        // A2 under physical control, not unlocked
	HoldSecond       Hold = "plan.hold.second_worker"  // A2 under physical control, no second worker
	HoldEvidence     Hold = "plan.hold.evidence"       // 23.1 to 23.5 not all asked
	HoldReaction     Hold = "plan.hold.reaction_plan"  // no plan for what happens if they notice (24.2)
	HoldAgreement    Hold = "plan.hold.agreement"      // she has not agreed to this step
	HoldSafeDevice   Hold = "plan.hold.safe_device"    // no device they have never touched
	HoldDate         Hold = "plan.hold.leaving_date"   // A2 while leaving needs a date
	HoldOwnAdmin     Hold = "plan.hold.own_admin"      // she has no login of her own with all rights
	HoldCamera       Hold = "plan.hold.camera_unknown" // nobody knows where photos are copied to
	HoldCameraSyncs  Hold = "plan.hold.camera_syncs"   // photos are copied to where they can be seen
	HoldDepends      Hold = "plan.hold.depends"        // another step comes first
)

// Readiness is what the gate knows about a case.
type Readiness struct {
	Phase        checklist.Phase // the gate phase
	Lane         Lane            // the final lane
	Evidence     bool            // 23.1 to 23.5 were asked
	ReactionPlan bool            // 24.2 says who helps
	SafeDevice   bool            // one device and account they have never touched
	OwnAdmin     bool            // 12.2 is yes
	Camera       Hold            // empty when photographs can be taken unseen
}

// StepFacts is what was decided about one step.
type StepFacts struct {
	Agreed   bool // she agreed after hearing the alert level
	Unlocked bool // a worker unlocked it under physical control, with a reason
	Second   bool // a second worker stands behind the unlocking
	Dated    bool // a date is set
	Waits    bool // a step that comes first is neither done nor not needed
}

// Holds decides whether a step may be shown with its instructions: no holds, and it may. It is the
// phase gate and the freeze rule in one place. Protective acts are never held back.
func (r Readiness) Holds(a *checklist.Action, d StepFacts) []Hold {
	if a.Protective {
		return nil
	}
	var holds []Hold
	hold := func(h Hold, when bool) {
		if when {
			holds = append(holds, h)
		}
	}
	hold(HoldActNow, r.Lane == LaneActNow)
	hold(HoldPhaseLater, r.early(a, d))
	if a.Alert.OrWorst() != checklist.A0 {
		holds = append(holds, r.freeze(a, d)...)
	}
	hold(HoldOwnAdmin, a.NeedsOwnAdmin && !r.OwnAdmin)
	hold(r.Camera, a.UsesCamera && r.Camera != "")
	hold(HoldDepends, d.Waits)
	return holds
}

// early reports whether the step belongs to a later phase only. An unlocked A2 step has been judged
// by two workers for this phase.
func (r Readiness) early(a *checklist.Action, d StepFacts) bool {
	if len(a.Phases) == 0 || slices.Contains(a.Phases, r.Phase.Tag()) {
		return false
	}
	return !(a.Alert.OrWorst() == checklist.A2 && d.Unlocked && d.Second)
}

// freeze applies R5 and the phase gate to a step that the other side could notice.
func (r Readiness) freeze(a *checklist.Action, d StepFacts) []Hold {
	var holds []Hold
	hold := func(h Hold, when bool) {
		if when {
			holds = append(holds, h)
		}
	}
	worst, tag := a.Alert.OrWorst() == checklist.A2, r.Phase.Tag()
	hold(HoldPhaseUnknown, r.Phase == checklist.PhaseUnknown || r.Phase == "")
	hold(HoldControl, worst && tag == checklist.TagPC && !d.Unlocked)
	hold(HoldSecond, worst && tag == checklist.TagPC && !d.Second)
	hold(HoldDate, worst && tag == checklist.TagES && !d.Dated)
	hold(HoldEvidence, !r.Evidence)
	hold(HoldReaction, !r.ReactionPlan)
	hold(HoldAgreement, !d.Agreed)
	hold(HoldSafeDevice, !r.SafeDevice)
	return holds
}

// FieldSafeDevice and FieldSafeCamera are protective facts (PRACTICE 3.9): one device and account
// they have never touched, and a camera that copies its pictures nowhere.
const (
	FieldSafeDevice Field = "safe_device"
	FieldSafeCamera Field = "safe_camera"
)

// Readiness reads from the case what the gate needs to know. Whatever is not known is not ready.
func (f *File) Readiness() Readiness {
	r := Readiness{
		Phase: f.GatePhase(), Lane: f.Triage().Final, Evidence: true,
		ReactionPlan: f.filled("24.2", "who_helps"),
		SafeDevice:   f.safeDevice(),
		OwnAdmin:     f.Ask("12.2", "").State == checklist.Yes,
		Camera:       f.camera(),
	}
	for _, id := range []string{"23.1", "23.2", "23.3", "23.4", "23.5"} {
		asked := false
		if q := f.Content.Question(id); q != nil {
			asked, _ = checklist.Touched(q, f.answers)
		}
		r.Evidence = r.Evidence && asked
	}
	return r
}

// safeDevice reports whether there is a device that they never touched. It is asked in two places: one
// plain yes is enough, unless the other place says anything else.
func (f *File) safeDevice() bool {
	yes := false
	for _, v := range []Value{f.Head("", FieldSafeDevice), f.Ask("02.8", "")} {
		switch v.State {
		case checklist.Yes:
			yes = true
		case checklist.NotAsked:
		default:
			return false
		}
	}
	return yes
}

// filled reports whether a part of a question has a plain yes with something in it.
func (f *File) filled(question, part string) bool {
	v := f.Ask(question, part)
	return v.State == checklist.Yes && (len(v.Codes) > 0 || !v.Text.Empty())
}

// camera says what stands in the way of photographing: nothing, when it is known that pictures are
// copied to no place they can open (06.1, 06.2) or a camera that does not sync was chosen.
func (f *File) camera() Hold {
	if f.Head("", FieldSafeCamera).State == checklist.Yes {
		return ""
	}
	hold := Hold("")
	for _, id := range []string{"06.1", "06.2"} {
		switch f.Head("", Field("q:"+id)).State {
		case checklist.No, checklist.NotApplicable:
		case checklist.Yes, checklist.Suspected:
			return HoldCameraSyncs
		default:
			hold = HoldCamera
		}
	}
	return hold
}
