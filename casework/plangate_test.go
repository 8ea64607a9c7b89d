package casework_test

import (
	"slices"
	"testing"

	"keyholder/casework"
	"keyholder/casework/casetest"
	"keyholder/casework/checklist"
)

// flags turns a number into n booleans, so that a loop can walk all combinations.
func flags(n int, bits uint) []bool {
	out := make([]bool, n)
	for i := range out {
		out[i] = bits&(1<<i) != 0
	}
	return out
}

// forbidden is the phase gate and the freeze rule said once more, as sentences of PRACTICE 2.1 and
// R5, independent of how the product builds its holds.
func forbidden(a *checklist.Action, r casework.Readiness, d casework.StepFacts) bool {
	if a.Protective {
		return false
	}
	if r.Lane == casework.LaneActNow { // only protective steps and those of the emergency page
		return true
	}
	alert := a.Alert
	if alert != checklist.A0 && alert != checklist.A1 { // unknown = A2
		alert = checklist.A2
	}
	if alert == checklist.A0 {
		return false
	}
	control := true // whatever is not clearly escape or life apart
	switch r.Phase {
	case checklist.Escape, checklist.LifeApart:
		control = false
	}
	phaseKnown := r.Phase != checklist.PhaseUnknown && r.Phase != ""
	freeze := !phaseKnown || !r.Evidence || !r.ReactionPlan || !d.Agreed || !r.SafeDevice
	if alert == checklist.A2 && control {
		return freeze || !d.Unlocked || !d.Second
	}
	return freeze
}

// TestReadiness_Holds_property walks every step of the content, and an A1 and A2 step of unknown
// alert, through all phases, lanes, readiness and decisions.
func TestReadiness_Holds_property(t *testing.T) {
	content := casetest.New(t).Content()
	actions := slices.Clone(content.Actions)
	actions = append(actions, checklist.Action{ID: "no alert given"}, checklist.Action{ID: "odd alert", Alert: "A7"})
	checked, held, shown := 0, 0, 0
	for i := range actions {
		a := &actions[i]
		for _, phase := range append(casework.Phases(), "", "nonsense") {
			for _, lane := range casework.Lanes() {
				for bits := range uint(1 << 8) {
					b := flags(8, bits)
					r := casework.Readiness{
						Phase: phase, Lane: lane, Evidence: b[0], ReactionPlan: b[1], SafeDevice: b[2], OwnAdmin: b[3],
					}
					d := casework.StepFacts{Agreed: b[4], Unlocked: b[5], Second: b[6], Dated: b[7]}
					holds := r.Holds(a, d)
					checked++
					switch {
					case a.Protective && len(holds) > 0:
						t.Fatalf("%s protects and is held back: %v", a.ID, holds)
					case forbidden(a, r, d) && len(holds) == 0:
						t.Fatalf("%s (%s) is shown in %q, %s, %+v %+v", a.ID, a.Alert, phase, lane, r, d)
					case len(holds) > 0:
						held++
					default:
						shown++
					}
				}
			}
		}
	}
	if held == 0 || shown == 0 || checked < 500_000 {
		t.Errorf("%d combinations, %d held, %d shown: the walk proves nothing", checked, held, shown)
	}
}

func TestReadiness_Holds_words(t *testing.T) {
	step := &checklist.Action{Alert: checklist.A2}
	quiet := &checklist.Action{Alert: checklist.A0}
	apart := casework.Readiness{
		Phase: checklist.LifeApart, Lane: casework.LanePlanned, Evidence: true, ReactionPlan: true,
		SafeDevice: true, OwnAdmin: true,
	}
	with := func(change func(*casework.Readiness)) casework.Readiness {
		r := apart
		change(&r)
		return r
	}
	agreed := casework.StepFacts{Agreed: true}
	later := []checklist.PhaseTag{checklist.TagLA}
	tests := []struct {
		name  string
		ready casework.Readiness
		step  *checklist.Action
		facts casework.StepFacts
		want  []casework.Hold
	}{
		{"ready", apart, step, agreed, nil},
		{"she has not agreed", apart, step, casework.StepFacts{}, []casework.Hold{casework.HoldAgreement}},
		{"no evidence asked", with(func(r *casework.Readiness) { r.Evidence = false }), step, agreed, []casework.Hold{casework.HoldEvidence}},
		{"no plan for a reaction", with(func(r *casework.Readiness) { r.ReactionPlan = false }), step, agreed, []casework.Hold{casework.HoldReaction}},
		{"no safe device", with(func(r *casework.Readiness) { r.SafeDevice = false }), step, agreed, []casework.Hold{casework.HoldSafeDevice}},
		{"living together", with(func(r *casework.Readiness) { r.Phase = checklist.PhysicalControl }), step, agreed, []casework.Hold{casework.HoldControl, casework.HoldSecond}},
		{"parental abuse", with(func(r *casework.Readiness) { r.Phase = checklist.ModelDoesNotFit }), step, agreed, []casework.Hold{casework.HoldControl, casework.HoldSecond}},
		{"moving back and forth", with(func(r *casework.Readiness) { r.Phase = checklist.MovesBetween }), step, agreed, []casework.Hold{casework.HoldControl, casework.HoldSecond}},
		{"unlocked by one worker", with(func(r *casework.Readiness) { r.Phase = checklist.PhysicalControl }), step, casework.StepFacts{Agreed: true, Unlocked: true}, []casework.Hold{casework.HoldSecond}},
		{"unlocked by two", with(func(r *casework.Readiness) { r.Phase = checklist.PhysicalControl }), step, casework.StepFacts{Agreed: true, Unlocked: true, Second: true}, nil},
		{"phase unknown, unlocked", with(func(r *casework.Readiness) { r.Phase = checklist.PhaseUnknown }), step, casework.StepFacts{Agreed: true, Unlocked: true, Second: true}, []casework.Hold{casework.HoldPhaseUnknown}},
		{"leaving without a date", with(func(r *casework.Readiness) { r.Phase = checklist.Escape }), step, agreed, []casework.Hold{casework.HoldDate}},
		{"leaving with a date", with(func(r *casework.Readiness) { r.Phase = checklist.Escape }), step, casework.StepFacts{Agreed: true, Dated: true}, nil},
		{"danger freezes quiet steps too", with(func(r *casework.Readiness) { r.Lane = casework.LaneActNow }), quiet, casework.StepFacts{}, []casework.Hold{casework.HoldActNow}},
		{"a quiet step needs nothing", casework.Readiness{}, quiet, casework.StepFacts{}, nil},
		{"a quiet step of a later time", with(func(r *casework.Readiness) { r.Phase = checklist.PhysicalControl }), &checklist.Action{Alert: checklist.A0, Phases: later}, agreed, []casework.Hold{casework.HoldPhaseLater}},
		{"A1 of a later time is not unlocked", with(func(r *casework.Readiness) { r.Phase = checklist.Escape }), &checklist.Action{Alert: checklist.A1, Phases: later}, casework.StepFacts{Agreed: true, Unlocked: true, Second: true}, []casework.Hold{casework.HoldPhaseLater}},
		{"A2 of a later time, unlocked by two", with(func(r *casework.Readiness) { r.Phase = checklist.PhysicalControl }), &checklist.Action{Alert: checklist.A2, Phases: later}, casework.StepFacts{Agreed: true, Unlocked: true, Second: true}, nil},
		{"in its time", apart, &checklist.Action{Alert: checklist.A2, Phases: later}, agreed, nil},
		{"another step first", apart, quiet, casework.StepFacts{Waits: true}, []casework.Hold{casework.HoldDepends}},
		{"own admin first", with(func(r *casework.Readiness) { r.OwnAdmin = false }), &checklist.Action{Alert: checklist.A0, NeedsOwnAdmin: true}, agreed, []casework.Hold{casework.HoldOwnAdmin}},
		{"camera not known", with(func(r *casework.Readiness) { r.Camera = casework.HoldCamera }), &checklist.Action{Alert: checklist.A0, UsesCamera: true}, agreed, []casework.Hold{casework.HoldCamera}},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			if got := tc.ready.Holds(tc.step, tc.facts); !slices.Equal(got, tc.want) {
				t.Errorf("holds %v, want %v", got, tc.want)
			}
		})
	}
}

func TestFile_Readiness(t *testing.T) {
	b := casetest.New(t)
	r := b.File().Readiness()
	if r.Evidence || r.ReactionPlan || r.SafeDevice || r.OwnAdmin || r.Camera == "" || r.Phase != checklist.PhaseUnknown {
		t.Errorf("an empty case is ready: %+v", r)
	}
	b.Ready()
	r = b.File().Readiness()
	if !r.Evidence || !r.ReactionPlan || !r.SafeDevice || r.Phase != checklist.LifeApart {
		t.Errorf("not ready although everything was asked: %+v", r)
	}
	b.Answer("23.4", checklist.NotAsked)
	if b.File().Readiness().Evidence {
		t.Error("evidence counts as asked with one question open")
	}
	b.Answer("24.2/who_helps", checklist.No)
	if b.File().Readiness().ReactionPlan {
		t.Error("\"nobody helps\" counts as a plan")
	}
	b.Answer("12.2", checklist.Suspected)
	if b.File().Readiness().OwnAdmin {
		t.Error("a suspicion counts as holding the login")
	}
	if err := b.SetReady(ctx, b.Case, b.Act(), casework.Ready{Device: checklist.DontKnow}, nil); err != nil || b.File().Readiness().SafeDevice {
		t.Error("\"don't know\" counts as a safe device")
	}
	if err := b.SetReady(ctx, b.Case, b.Act(), casework.Ready{Camera: checklist.Yes}, nil); err != nil || b.File().Readiness().Camera != "" {
		t.Error("a camera that does not sync still holds photographs back")
	}
}

// TestFile_Readiness_camera: photographing waits until it is known that pictures are copied to no
// place they can open (06.1, 06.2), or a camera that does not sync was chosen.
func TestFile_Readiness_camera(t *testing.T) {
	content := casetest.New(t).Content()
	for _, backup := range checklist.States() {
		for _, shares := range checklist.States() {
			f := casework.NewFile(content, casework.Case{}, nil, []casework.Value{
				{ID: "a", Slot: casework.Slot{Field: "q:06.1"}, State: backup},
				{ID: "b", Slot: casework.Slot{Field: "q:06.2"}, State: shares},
			}, nil)
			quiet := func(s casework.State) bool { return s == checklist.No || s == checklist.NotApplicable }
			leaks := func(s casework.State) bool { return s == checklist.Yes || s == checklist.Suspected }
			want := casework.HoldCamera
			switch {
			case leaks(backup) || leaks(shares):
				want = casework.HoldCameraSyncs
			case quiet(backup) && quiet(shares):
				want = ""
			}
			if got := f.Readiness().Camera; got != want {
				t.Errorf("06.1 %s, 06.2 %s: %q, want %q", backup, shares, got, want)
			}
		}
	}
}

func TestFile_GatePhase(t *testing.T) {
	b := casetest.New(t)
	want := func(p, gate checklist.Phase) {
		t.Helper()
		if f := b.File(); f.Phase() != p || f.GatePhase() != gate {
			t.Errorf("phase %s gated as %s, want %s as %s", f.Phase(), f.GatePhase(), p, gate)
		}
	}
	want(checklist.PhaseUnknown, checklist.PhaseUnknown)
	b.Pick("01.1", "together").Pick("01.2", "planned")
	want(checklist.Escape, checklist.PhysicalControl) // until a worker changes the phase
	if err := b.SetPhase(ctx, b.Case, b.Act(), checklist.Escape); err != nil {
		t.Fatal(err)
	}
	want(checklist.Escape, checklist.Escape)
	b.Pick("01.2", "not_considered")
	want(checklist.PhysicalControl, checklist.PhysicalControl) // newer answers that ask for more care
	if err := b.SetPhase(ctx, b.Case, b.Act(), checklist.LifeApart); err != nil {
		t.Fatal(err)
	}
	want(checklist.LifeApart, checklist.LifeApart)
	wantKey(t, b.SetPhase(ctx, b.Case, b.Act(), "holiday"), "error.field.code")
}
