package casework_test

import (
	"slices"
	"testing"

	"keyholder/casework"
	"keyholder/casework/casetest"
	"keyholder/casework/checklist"
)

func finding(t *testing.T, b *casetest.Book, id string) *casework.Finding {
	t.Helper()
	for _, x := range b.File().Findings() {
		if x.ID == id {
			return &x
		}
	}
	return nil
}

func TestFile_Findings_joinsTheRecord(t *testing.T) {
	b := casetest.New(t)
	b.Answer("12.2", checklist.No)
	x := finding(t, b, "F-12.2")
	if x == nil {
		t.Fatal("no finding for a login she does not hold")
	}
	if x.Alert != checklist.A2 || x.Status != casework.FindingOpen || len(x.Actions) == 0 ||
		!slices.Equal(x.Bases, []casework.Basis{casework.SurvivorSaid}) {
		t.Errorf("finding %+v, want A2, open, steps and her word as its basis", x)
	}
	owner := b.Row("12.1", "owner", checklist.WhoPersonOfConcern)
	if x := finding(t, b, "F-12.1@"+string(owner)); x == nil || x.Entity != owner {
		t.Error("no finding about the platform he owns")
	}
	device := b.Device("Speaker", "iot_hub", "smart_speaker")
	b.About(device, "set_up_by", checklist.DontKnow)
	open := finding(t, b, "O-matrix@"+string(device))
	if open == nil || open.Label.Reveal() != "Speaker" || open.Certainty != checklist.CertainUnknown {
		t.Errorf("open item %+v, want one that names the device and says nobody knows", open)
	}
}

// TestFile_Findings_unknownStays walks every question that can be a concern: "don't know" and
// "declined" each leave an open item, and a question nobody asked stands among those not asked.
func TestFile_Findings_unknownStays(t *testing.T) {
	b := casetest.New(t)
	f := b.File()
	for _, o := range f.NotAsked() {
		if o.Entity != "" {
			continue
		}
		ref := o.Reasons[0].Ref
		place := ref.Question
		if ref.Part != "" {
			place += "/" + ref.Part
		}
		for _, s := range []casework.State{checklist.DontKnow, checklist.Declined} {
			b.Answer(place, s)
			if finding(t, b, "O-"+ref.Question) == nil {
				t.Errorf("%s answered %s leaves no open item", place, s)
			}
		}
		b.Answer(place, checklist.NotAsked)
	}
	if n := len(b.File().NotAsked()); n != len(f.NotAsked()) || n < 30 {
		t.Errorf("%d questions not asked, want the %d from before", n, len(f.NotAsked()))
	}
}

func TestCasebook_SetFindingStatus(t *testing.T) {
	b := casetest.New(t)
	set := func(id string, s casework.FindingStatus) error {
		return b.SetFindingStatus(ctx, b.Case, b.Act(), id, s, nil)
	}
	wantKey(t, set("F-12.2", casework.FindingWatching), "error.finding.not_found")
	b.Answer("12.2", checklist.No)
	wantKey(t, set("F-12.2", "forgotten"), "error.field.code")
	if err := set("F-12.2", casework.FindingResolved); err != nil {
		t.Fatal(err)
	}
	if x := finding(t, b, "F-12.2"); x.Status != casework.FindingResolved {
		t.Errorf("status %s, want resolved", x.Status)
	}
	b.Answer("12.2", checklist.Suspected).Answer("12.2", checklist.No)
	if x := finding(t, b, "F-12.2"); x.Status != casework.FindingReturned {
		t.Errorf("status %s after the concern was recorded again, want returned", x.Status)
	}
	b.Answer("12.2", checklist.DontKnow)
	wantKey(t, set("O-12.2", casework.FindingResolved), "error.finding.only_an_answer")
	if err := set("O-12.2", casework.FindingWatching); err != nil {
		t.Error(err)
	}
}
