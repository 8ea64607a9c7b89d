package casework_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"keyholder/casework"
	"keyholder/casework/casetest"
	"keyholder/casework/checklist"
	"keyholder/casework/personal"
)

// careOf ranks phases by how much their rules hold back, said once more apart from the product.
func careOf(p checklist.Phase) int {
	switch p {
	case checklist.LifeApart:
		return 0
	case checklist.Escape:
		return 1
	}
	return 2
}

// They moved together again after a worker had set "life apart": the old word opens nothing, whatever
// is said about leaving.
func TestFile_GatePhase_movedTogetherAgain(t *testing.T) {
	for _, leaving := range []string{"", "not_considered", "thinking", "planned", "under_way", "recent"} {
		for _, living := range []string{"together", "same_building"} {
			b := casetest.New(t)
			b.Pick("01.1", "apart")
			if err := b.SetPhase(ctx, b.Case, b.Act(), checklist.LifeApart); err != nil {
				t.Fatal(err)
			}
			b.Pick("01.1", living)
			if leaving != "" {
				b.Pick("01.2", leaving)
			}
			if got := b.File().GatePhase(); careOf(got) < 2 {
				t.Errorf("%s and leaving %q after a worker's older word: gate phase %s", living, leaving, got)
			}
			if err := b.SetPhase(ctx, b.Case, b.Act(), checklist.Escape); err != nil {
				t.Fatal(err)
			}
			if got := b.File().GatePhase(); got != checklist.Escape {
				t.Errorf("%s: a worker has looked again and the gate still says %s", living, got)
			}
		}
	}
}

// A worker who looked and says that nobody knows is believed: the answers before it open nothing, and a
// later answer counts again.
func TestFile_Phase_workerDoesNotKnow(t *testing.T) {
	b := casetest.New(t).NoDanger().Ready() // apart, for long
	if got := b.File().Phase(); got != checklist.LifeApart {
		t.Fatalf("phase %s: the test would prove nothing", got)
	}
	if err := b.SetPhase(ctx, b.Case, b.Act(), checklist.PhaseUnknown); err != nil {
		t.Fatal(err)
	}
	f := b.File()
	if f.Phase() != checklist.PhaseUnknown || f.GatePhase() != checklist.PhaseUnknown || f.ScanAdvice().Mode != casework.ScanListen {
		t.Errorf("nobody knows, and the phase is %s, the gate %s", f.Phase(), f.GatePhase())
	}
	a := checklist.Action{ID: "x", Alert: checklist.A1}
	if holds := f.Readiness().Holds(&a, casework.StepFacts{Agreed: true}); !slices.Contains(holds, casework.HoldPhaseUnknown) {
		t.Errorf("a step that can be noticed is held by %v", holds)
	}
	if f.Next(b.Now()) != casework.NextPhase {
		t.Errorf("the next thing is %s, want the phase", f.Next(b.Now()))
	}
	b.Pick("01.2", "recent")
	if got := b.File().Phase(); got != checklist.LifeApart {
		t.Errorf("after a newer answer the phase is %s", got)
	}
}

// Random histories of answers and of a worker's word: the gate is never less careful than the last word
// of a worker who knew the answers, and under one roof nothing less careful than control counts without
// such a word.
func TestFile_GatePhase_property(t *testing.T) {
	random := rand.New(rand.NewPCG(4, 2))
	rounds := 120
	if testing.Short() {
		rounds = 40
	}
	livings := []string{"together", "same_building", "separated_sharing", "moves_between", "apart", "family_or_care"}
	leavings := []string{"not_considered", "thinking", "planned", "under_way", "recent", "longer_ago"}
	unsure := []casework.State{checklist.DontKnow, checklist.Declined, checklist.NotAsked}
	for round := range rounds {
		b := casetest.New(t)
		living, judged := "", false // judged: a worker set a phase after the newest answer
		word := checklist.PhaseUnknown
		for range 6 {
			switch random.IntN(4) {
			case 0:
				word = casework.Phases()[random.IntN(len(casework.Phases()))]
				judged = word != checklist.PhaseUnknown
				if err := b.SetPhase(ctx, b.Case, b.Act(), word); err != nil {
					t.Fatal(err)
				}
			case 1:
				before := b.File().Ask("01.2", "").ID
				b.Pick("01.2", leavings[random.IntN(len(leavings))])
				judged = judged && b.File().Ask("01.2", "").ID == before
			case 2:
				before := b.File().Ask("01.1", "").ID
				b.Answer("01.1", unsure[random.IntN(len(unsure))])
				if b.File().Ask("01.1", "").ID != before {
					living, judged = "", false
				}
			default:
				before := b.File().Ask("01.1", "").ID
				next := livings[random.IntN(len(livings))]
				b.Pick("01.1", next)
				living, judged = next, judged && b.File().Ask("01.1", "").ID == before
			}
			gate := b.File().GatePhase()
			oneRoof := living == "together" || living == "same_building"
			switch {
			case judged && gate != word:
				t.Fatalf("round %d: a worker has just said %s and the gate says %s", round, word, gate)
			case !judged && oneRoof && careOf(gate) < 2 && careOf(gate) < careOf(word):
				t.Fatalf("round %d: %s without a worker's word on it, and the gate says %s", round, living, gate)
			case !judged && living == "" && word == checklist.PhaseUnknown && careOf(gate) < 2:
				t.Fatalf("round %d: nobody knows how they live, and the gate says %s", round, gate)
			}
		}
	}
}

// unlockedStep readies a case under control and unlocks one A2 step, which is then shown.
func unlockedStep(t *testing.T) (b *casetest.Book, step string) {
	t.Helper()
	step = "SP-13.2"
	b = casetest.New(t).NoDanger().Ready()
	b.Pick("01.1", "together").Pick("01.2", "not_considered").Answer("12.2", checklist.Yes)
	if err := b.SetReady(ctx, b.Case, b.Act(), casework.Ready{Camera: checklist.Yes}, nil); err != nil {
		t.Fatal(err)
	}
	for _, id := range append(slices.Clone(b.Content().Action(step).DependsOn), step) {
		if err := b.Decide(ctx, b.Case, b.Act(), id, casework.Decision{Agreed: checklist.Yes}, nil); err != nil {
			t.Fatal(err)
		}
		if id != step {
			if err := b.Decide(ctx, b.Case, b.Act(), id, casework.Decision{Result: casework.ResultNotNeeded}, nil); err != nil {
				t.Fatal(err)
			}
		}
	}
	u := casework.Unlocking{Reason: personal.New("he is away"), Second: personal.New("senior, by phone")}
	if err := b.UnlockStep(ctx, b.Case, b.Act(), step, u); err != nil {
		t.Fatal(err)
	}
	return b, step
}

// Two workers judged a step for one situation. Anything that changes the situation ends it: living,
// leaving, a worker's word on the phase.
func TestFile_unlockingEndsWithTheSituation(t *testing.T) {
	again, unlocked := unlockedStep(t)
	if s := again.File().PlanSteps(unlocked)[unlocked]; slices.Contains(s.Holds, casework.HoldControl) || slices.Contains(s.Holds, casework.HoldSecond) {
		t.Fatalf("the unlocked step is still held by %v: the test would prove nothing", s.Holds)
	}
	for name, change := range map[string]func(b *casetest.Book){
		"they moved into one building": func(b *casetest.Book) { b.Pick("01.1", "same_building") },
		"she plans to leave":           func(b *casetest.Book) { b.Pick("01.2", "planned") },
		"nobody knows any more":        func(b *casetest.Book) { b.Answer("01.2", checklist.DontKnow) },
		"a worker set the phase": func(b *casetest.Book) {
			if err := b.SetPhase(ctx, b.Case, b.Act(), checklist.PhysicalControl); err != nil {
				t.Fatal(err)
			}
		},
	} {
		b, step := unlockedStep(t)
		change(b)
		s := b.File().PlanSteps(step)[step]
		if !slices.Contains(s.Holds, casework.HoldControl) || !slices.Contains(s.Holds, casework.HoldSecond) || s.Text != "" {
			t.Errorf("%s, and the step that was unlocked before is held by %v", name, s.Holds)
		}
	}
	again.Pick("01.1", "together").Pick("01.2", "not_considered") // the same answers once more change nothing
	if s := again.File().PlanSteps(unlocked)[unlocked]; slices.Contains(s.Holds, casework.HoldControl) {
		t.Error("an answer that was only repeated ended the unlocking")
	}
}

// The warnings of a letter were read in one situation; in another they are to be read again.
func TestLetter_readingEndsWithTheSituation(t *testing.T) {
	const id = "SP-L.phone-split"
	for name, change := range map[string]func(b *casetest.Book){
		"living":      func(b *casetest.Book) { b.Pick("01.1", "moves_between") },
		"leaving":     func(b *casetest.Book) { b.Pick("01.2", "under_way") },
		"safe ways":   func(b *casetest.Book) { b.Pick("00.4/route", "in_person") },
		"unsafe ways": func(b *casetest.Book) { b.Pick("00.4/forbidden", "own_phone") },
		"phase by hand": func(b *casetest.Book) {
			if err := b.SetPhase(ctx, b.Case, b.Act(), checklist.Escape); err != nil {
				t.Fatal(err)
			}
		},
	} {
		b := openCase(t, id)
		if !letterOf(t, b, id).Read {
			t.Fatal("the letter was not read: the test would prove nothing")
		}
		change(b)
		if l := letterOf(t, b, id); l.Read || l.Shown() || !l.Text.Empty() || len(l.Facts) > 0 {
			t.Errorf("%s changed, and the letter still counts as read (%t) or shows text", name, l.Read)
		}
	}
}

// What the phase gate asks of a step hangs on the phase that is gated, not on a word that was overruled:
// every A1 and A2 step of the content, in every phase, with nothing ready, is held and wordless.
func TestFile_PlanSteps_everyStepInEveryPhase(t *testing.T) {
	b := casetest.New(t).NoDanger()
	var ids []string
	for _, a := range b.Content().Actions {
		ids = append(ids, a.ID)
	}
	ids = append(ids, "SP-none")
	for _, p := range casework.Phases() {
		if err := b.SetPhase(ctx, b.Case, b.Act(), p); err != nil {
			t.Fatal(err)
		}
		steps := b.File().PlanSteps(ids...)
		if len(steps) != len(ids)-1 {
			t.Fatalf("%d steps of %d", len(steps), len(ids)-1)
		}
		for id, s := range steps {
			a := b.Content().Action(id)
			switch {
			case a.Protective:
				if s.Held() || s.Text != a.Worker {
					t.Errorf("%s in %s: a protective act is held back", id, p)
				}
			case a.Alert.OrWorst() != checklist.A0:
				if !s.Held() || s.Text != "" || s.Action != nil || s.NotYet.What == "" {
					t.Errorf("%s in %s: shown with nothing ready", id, p)
				}
			}
			if s.ProofLost == "" {
				t.Errorf("%s: says nothing about proof; nothing known is \"unknown\"", id)
			}
		}
	}
	if err := b.SetPhase(ctx, b.Case, b.Act(), "elsewhere"); err == nil {
		t.Error("a phase that does not exist was set")
	}
}
