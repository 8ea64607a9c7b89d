package casework_test

import (
	"testing"

	"keyholder/casework"
	"keyholder/casework/casetest"
	"keyholder/casework/checklist"
)

func kinds(hs []casework.Holding) map[casework.HoldingKind]int {
	out := map[casework.HoldingKind]int{}
	for _, h := range hs {
		out[h.Kind]++
	}
	return out
}

// Only what is known to be hers alone is hers: joint, suspected, unknown and theirs are not.
func TestFile_Holdings_login(t *testing.T) {
	b := casetest.New(t)
	camera := b.Device("hall", "iot_camera", "camera_indoor")
	for _, tc := range []struct {
		state checklist.State
		who   string
		holds bool
	}{
		{checklist.Yes, "survivor", true},
		{checklist.Yes, "joint", false},
		{checklist.Yes, "person_of_concern", false},
		{checklist.Suspected, "survivor", false},
		{checklist.DontKnow, "", false},
		{checklist.NotAsked, "", false},
	} {
		var codes []string
		if tc.who != "" {
			codes = []string{tc.who}
		}
		b.About(camera, "account_holder", tc.state, codes...)
		if got := kinds(b.File().Holdings())[casework.HoldingLogin] == 1; got != tc.holds {
			t.Errorf("%s %s: holds the login %v", tc.state, tc.who, got)
		}
	}
}

// What a finished step brought is hers; what is only planned, taken back or has returned is not.
func TestFile_Holdings_steps(t *testing.T) {
	b := casetest.New(t)
	if got := b.File().Holdings(); len(got) != 0 {
		t.Fatalf("nothing is known, and she holds %v", got)
	}
	decide := func(d casework.Decision) {
		t.Helper()
		if err := b.Decide(ctx, b.Case, b.Act(), "SP-13.2", d, nil); err != nil {
			t.Fatal(err)
		}
	}
	decide(casework.Decision{End: casework.EndTakeOver})
	if kinds(b.File().Holdings())[casework.HoldingTaken] != 0 {
		t.Error("a choice alone counts as taken over")
	}
	decide(casework.Decision{Result: casework.ResultDone})
	if kinds(b.File().Holdings())[casework.HoldingTaken] != 1 {
		t.Error("a finished step does not count")
	}
	decide(casework.Decision{Result: casework.ResultUndone})
	if kinds(b.File().Holdings())[casework.HoldingTaken] != 0 {
		t.Error("what came back still counts")
	}
	decide(casework.Decision{End: casework.EndKeep})
	if kinds(b.File().Holdings())[casework.HoldingKept] != 1 {
		t.Error("what she chose to keep does not count")
	}
	b.Answer("12.2", checklist.DontKnow)
	if kinds(b.File().Holdings())[casework.HoldingAdmin] != 0 {
		t.Error("“don’t know” counts as an admin login")
	}
	b.Answer("12.2", checklist.Yes)
	if kinds(b.File().Holdings())[casework.HoldingAdmin] != 1 {
		t.Error("an admin login of her own does not count")
	}
}
