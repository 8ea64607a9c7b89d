package casework_test

import (
	"testing"
	"time"

	"keyholder/casework"
	"keyholder/casework/casetest"
	"keyholder/casework/checklist"
)

// lead chooses the depth of a consultation and returns how far it is.
func lead(t *testing.T, b *casetest.Book, depth checklist.Depth) casework.Talk {
	t.Helper()
	if err := b.LeadTalk(ctx, b.Case, b.Act(), depth); err != nil {
		t.Fatalf("choosing a depth: %v", err)
	}
	return b.File().Talk()
}

// unknown answers "don't know" to a question.
func unknown(t *testing.T, b *casetest.Book, questions ...*checklist.Question) {
	t.Helper()
	var form casework.Answers
	for _, q := range questions {
		for _, ref := range q.Refs("") {
			form.Values = append(form.Values, casework.ValueOf(ref, checklist.Answer{State: checklist.DontKnow}, ""))
		}
	}
	if err := b.SaveAnswers(ctx, b.Case, b.Act(), form); err != nil {
		t.Fatalf("answering: %v", err)
	}
}

// Choosing again in the same sitting counts what was asked; in another sitting all of the limit is
// there again. Nothing answered is chosen a second time.
func TestTalk_limitOfOneSitting(t *testing.T) {
	b := casetest.New(t)
	limit := b.Content().Session.Limit
	first := lead(t, b, checklist.DepthSession)
	if first.Left != limit {
		t.Fatalf("%d questions chosen, want %d", first.Left, limit)
	}
	unknown(t, b, first.Topics[1].Questions...)
	answered := len(first.Topics[1].Questions)
	again := lead(t, b, checklist.DepthSession)
	if len(again.IDs()) > limit || again.Left != limit-answered {
		t.Errorf("after %d answers %d questions of which %d are left", answered, len(again.IDs()), again.Left)
	}
	b.Pass(casework.SameSitting + time.Hour)
	later := lead(t, b, checklist.DepthSession)
	if later.Left != limit || len(later.IDs()) != limit {
		t.Errorf("in another sitting %d questions, %d left; want %d", len(later.IDs()), later.Left, limit)
	}
	for _, q := range first.Topics[1].Questions {
		for _, id := range later.IDs() {
			if id == q.ID {
				t.Errorf("%s is asked a second time", id)
			}
		}
	}
}

// The chosen questions stay as they are whatever is answered, and the place to go on follows the last
// answer, then the pause, and comes back to what was skipped.
func TestTalk_resume(t *testing.T) {
	b := casetest.New(t)
	talk := lead(t, b, checklist.DepthSession)
	if at := b.File().Resume(talk); at != 0 {
		t.Errorf("a new sitting begins at topic %d", at)
	}
	unknown(t, b, talk.Topics[2].Questions...)
	now := b.File()
	if at := now.Resume(now.Talk()); at != 3 {
		t.Errorf("after the third topic it goes on at %d, want 3", at)
	}
	if err := b.PauseTalk(ctx, b.Case, b.Act(), talk.Topics[1].Section.ID); err != nil {
		t.Fatal(err)
	}
	now = b.File()
	if at := now.Resume(now.Talk()); at != 1 {
		t.Errorf("after a pause it goes on at %d, want 1", at)
	}
	for i, topic := range talk.Topics {
		if i != 0 {
			unknown(t, b, topic.Questions...)
		}
	}
	now = b.File()
	if at := now.Resume(now.Talk()); at != 0 {
		t.Errorf("at the end it goes on at %d, want what was skipped", at)
	}
	unknown(t, b, talk.Topics[0].Questions...)
	now = b.File()
	if at := now.Resume(now.Talk()); at != -1 || now.Talk().Left != 0 {
		t.Errorf("with nothing left it goes on at %d, %d left", at, now.Talk().Left)
	}
	if got := len(now.Talk().IDs()); got != len(talk.IDs()) {
		t.Errorf("%d of %d chosen questions are left in the list", got, len(talk.IDs()))
	}
}

// A sensitive topic is open only after a yes; declined stays declined and is never a no.
func TestTalk_openSection(t *testing.T) {
	b := casetest.New(t)
	if s := b.File().Opened("S12"); s != checklist.Yes {
		t.Errorf("a topic that is not sensitive: %s", s)
	}
	for _, s := range []casework.State{checklist.Declined, checklist.Yes, checklist.NotAsked} {
		if err := b.OpenSection(ctx, b.Case, b.Act(), "S21", s, nil); err != nil {
			t.Fatal(err)
		}
		if got := b.File().Opened("S21"); got != s {
			t.Errorf("opened is %s, want %s", got, s)
		}
		open := lead(t, b, checklist.DepthFull).Index("S21") >= 0
		if open != (s == checklist.Yes) {
			t.Errorf("%s: the topic is among all topics: %v", s, open)
		}
	}
	wantKey(t, b.OpenSection(ctx, b.Case, b.Act(), "S21", checklist.No, nil), "error.field.state")
	wantKey(t, b.OpenSection(ctx, b.Case, b.Act(), "S12", checklist.Yes, nil), "frame.error.not_found")
	wantKey(t, b.LeadTalk(ctx, b.Case, b.Act(), "deeper"), "error.talk.depth")
}

// An answer from another day does not say that it is safe to talk today.
func TestTalk_safeToTalk(t *testing.T) {
	b := casetest.New(t)
	if err := b.AskedSafe(ctx, b.Case, b.Act()); err != nil {
		t.Fatal(err)
	}
	if b.File().SafeToTalk(b.Now()) {
		t.Error("nobody answered, and it counts as asked")
	}
	unknown(t, b, b.Content().Question("00.1"))
	if !b.File().SafeToTalk(b.Now()) {
		t.Error("it was asked a minute ago")
	}
	if b.File().SafeToTalk(b.Now().Add(casework.SameSitting + time.Hour)) {
		t.Error("an answer of another day counts for today")
	}
	b.Pass(24 * time.Hour)
	unknown(t, b, b.Content().Question("00.1"))
	if err := b.AskedSafe(ctx, b.Case, b.Act()); err != nil {
		t.Fatal(err)
	}
	if !b.File().SafeToTalk(b.Now()) {
		t.Error("the same answer on another day does not count for that day")
	}
}
