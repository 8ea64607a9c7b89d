package casework_test

import (
	"slices"
	"testing"

	"keyholder/casework"
	"keyholder/casework/casetest"
	"keyholder/casework/checklist"
)

// With less time fewer questions are chosen, the weightiest first, and nothing is chosen that a whole
// sitting would leave out; without a word about time everything is as before.
func TestCasebook_LeadTalkFor(t *testing.T) {
	chosen := func(minutes int) []string {
		t.Helper()
		b := casetest.New(t)
		b.NoDanger().Pick("00.6", "stop_it")
		if err := b.LeadTalkFor(ctx, b.Case, b.Act(), checklist.DepthSession, minutes); err != nil {
			t.Fatal(err)
		}
		return b.File().Talk().IDs()
	}
	whole := chosen(0)
	if len(whole) < 25 {
		t.Fatalf("a whole sitting asks only %d questions", len(whole))
	}
	for minutes, most := range map[int]int{15: 10, 30: 20} {
		some := chosen(minutes)
		if len(some) != most {
			t.Errorf("%d questions in %d minutes, want %d", len(some), minutes, most)
		}
		for _, id := range some {
			if !slices.Contains(whole, id) {
				t.Errorf("%d minutes ask %s, which a whole sitting leaves out", minutes, id)
			}
		}
	}
	if got := chosen(60); !slices.Equal(got, whole) {
		t.Errorf("an hour asks %d questions, want the same %d as without a word about time", len(got), len(whole))
	}
	b := casetest.New(t)
	wantKey(t, b.LeadTalkFor(ctx, b.Case, b.Act(), checklist.DepthSession, -1), "error.field.code")
}

// What was answered in the sitting before somebody said how much time is left takes none of that time.
func TestFile_Choose_timeAfterAnswers(t *testing.T) {
	b := casetest.New(t)
	b.NoDanger().Pick("00.6", "stop_it")
	if err := b.LeadTalk(ctx, b.Case, b.Act(), checklist.DepthSession); err != nil {
		t.Fatal(err)
	}
	f := b.File()
	for _, id := range f.Talk().IDs() {
		if q := f.Content.Question(id); len(f.Talk().IDs())-b.File().Talk().Left < 12 && q.Rows == nil {
			for _, ref := range q.Refs("") {
				b.Save(casework.ValueOf(ref, checklist.Answer{State: checklist.Declined}, casework.SurvivorSaid))
			}
		}
	}
	if err := b.LeadTalkFor(ctx, b.Case, b.Act(), checklist.DepthSession, 15); err != nil {
		t.Fatal(err)
	}
	f = b.File()
	if left, offered := f.Talk().Left, f.Choose(b.Now()).Count(); left != 10 || offered != left {
		t.Errorf("%d questions are left for a quarter of an hour, and %d are offered", left, offered)
	}
}
