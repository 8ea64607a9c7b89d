package casework_test

import (
	"errors"
	"testing"

	"keyholder/casework"
	"keyholder/casework/casetest"
	"keyholder/casework/checklist"
)

// sitting starts a consultation on an empty record and returns a function that answers in it.
func sitting(t *testing.T) (*casetest.Book, *casework.Consultation, func(...casework.Value)) {
	t.Helper()
	b := casetest.New(t)
	c, err := b.StartConsultation(ctx, casetest.Worker)
	if err != nil {
		t.Fatal(err)
	}
	return b, c, func(values ...casework.Value) {
		t.Helper()
		form := casework.Answers{Values: values}
		if err := c.Casebook().SaveAnswers(ctx, c.Case(), casework.Act{Submission: casework.NewID(), By: c.By, Consultation: c.ID}, form); err != nil {
			t.Fatalf("answering in a consultation: %v", err)
		}
	}
}

func cases(t *testing.T, b *casetest.Book) int {
	t.Helper()
	list, err := b.List(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return len(list)
}

func TestConsultation_nothingBeforeAgreement(t *testing.T) {
	b, c, answer := sitting(t)
	before := len(b.Memory.Entries())
	answer(casetest.Value("00.1", checklist.Yes), casetest.Value("00.5/threat_kill", checklist.No))
	if _, err := c.Casebook().Read(ctx, c.Case(), casetest.Worker); err != nil {
		t.Fatal(err)
	}
	for _, s := range []casework.State{
		checklist.NotAsked, checklist.No, checklist.Suspected, checklist.DontKnow, checklist.Declined,
	} {
		answer(casetest.Value("00.7/record", s), casetest.Value("00.7/scan", checklist.Yes))
		wantKey(t, c.Keep(ctx, casework.Keeping{}), "error.consultation.not_agreed")
	}
	if c.Standing() != casework.StandingDraft {
		t.Errorf("standing %s, want draft", c.Standing())
	}
	if n := cases(t, b); n != 1 || len(b.Memory.Entries()) != before {
		t.Errorf("%d cases and %d new audit entries before agreement, want none of this sitting",
			n, len(b.Memory.Entries())-before)
	}
}

func TestConsultation_Keep_oneTransaction(t *testing.T) {
	b, c, answer := sitting(t)
	before := len(b.Memory.Entries())
	answer(casetest.Value("00.1", checklist.Suspected))
	answer(casetest.Value("00.1", checklist.Yes), casetest.Value("00.3", checklist.DontKnow))
	answer(casetest.Value("00.7/record", checklist.Yes), casetest.Value("00.7/scan", checklist.No))
	draft := c.Case()
	if err := c.Keep(ctx, casework.Keeping{Submission: casework.NewID()}); err != nil {
		t.Fatal(err)
	}
	if err := c.Keep(ctx, casework.Keeping{Submission: casework.NewID()}); err != nil {
		t.Errorf("a second click: %v", err)
	}
	entries := b.Memory.Entries()
	if len(entries) != before+1 || entries[before].Verb != casework.VerbOpenCase {
		t.Fatalf("%d audit entries, want one for the whole sitting", len(entries)-before)
	}
	f, err := b.Read(ctx, c.Case(), casetest.Worker)
	if err != nil {
		t.Fatal(err)
	}
	if f.Ask("00.1", "").State != checklist.Yes || f.Ask("00.3", "").State != checklist.DontKnow {
		t.Error("an answer given before the agreement is not on record")
	}
	chain, err := b.History(ctx, c.Case(), casework.Slot{Field: "q:00.1"})
	if err != nil || len(chain) != 1 || chain[0].Consultation != c.ID {
		t.Errorf("history %+v, %v: what was corrected before the agreement was written", chain, err)
	}
	if f.ConsentTo(casework.ConsentRecord) != checklist.Yes || f.ConsentTo(casework.ConsentScan) != checklist.No {
		t.Error("consents are not on record purpose by purpose")
	}
	if c.Standing() != casework.StandingRecorded || c.Case() != draft {
		t.Errorf("standing %s", c.Standing())
	}
	answer(casetest.Value("12.2", checklist.No))
	if f, err := b.Read(ctx, c.Case(), casetest.Worker); err != nil || f.Ask("12.2", "").State != checklist.No {
		t.Errorf("an answer after the agreement is not written as it is given (%v)", err)
	}
}

func TestConsultation_Keep_attach(t *testing.T) {
	b, c, answer := sitting(t)
	b.Answer("12.2", checklist.Yes).Answer("12.3", checklist.No)
	answer(casetest.Value("12.2", checklist.No), casetest.Value("12.3", checklist.No),
		casetest.Value("11.3", checklist.Yes), casetest.Value("00.7/record", checklist.Yes))
	err := c.Keep(ctx, casework.Keeping{Attach: b.Case})
	var conflict *casework.Conflict
	if !errors.As(err, &conflict) || len(conflict.Sides) != 1 {
		t.Fatalf("got %v, want one contested answer", err)
	}
	if b.File().Ask("11.3", "").State != checklist.NotAsked {
		t.Fatal("a refused attachment was written in part")
	}
	slot := conflict.Sides[0].Now.Slot
	keeping := casework.Keeping{
		Attach: b.Case, Expect: map[casework.Slot]casework.ValueID{slot: conflict.Sides[0].Now.ID},
	}
	if err := c.Keep(ctx, keeping); err != nil {
		t.Fatal(err)
	}
	f := b.File()
	if f.Ask("12.2", "").State != checklist.No || f.Ask("11.3", "").State != checklist.Yes || c.Case() != b.Case {
		t.Error("the sitting is not on the case it was attached to")
	}
	if cases(t, b) != 1 {
		t.Error("attaching opened another case")
	}
}

func TestConsultation_Keep_attachLeaves(t *testing.T) {
	b, c, answer := sitting(t)
	b.Answer("12.2", checklist.Yes)
	answer(casetest.Value("12.2", checklist.No), casetest.Value("00.7/record", checklist.Yes))
	leave := []casework.Slot{{Field: "q:12.2"}}
	if err := c.Keep(ctx, casework.Keeping{Attach: b.Case, Leave: leave}); err != nil {
		t.Fatal(err)
	}
	if b.File().Ask("12.2", "").State != checklist.Yes {
		t.Error("an answer that was to stay was replaced")
	}
}

func TestConsultation_withoutRecord(t *testing.T) {
	b, c, answer := sitting(t)
	all := casework.NewConsultations()
	all.Add(c)
	c.WithoutRecord()
	answer(casetest.Value("01.1", checklist.Yes, "together"))
	f, err := c.Casebook().Read(ctx, c.Case(), casetest.Worker)
	if err != nil || len(f.SafetyPlan().Protect) == 0 {
		t.Fatalf("the same plan is not there without a record: %v", err)
	}
	book, id := c.Casebook(), c.Case()
	all.End(c.ID)
	if _, err := book.Read(ctx, id, casetest.Worker); err == nil {
		t.Error("a sitting without record can be read after its end")
	}
	_, err = all.Find(c.ID)
	wantKey(t, err, "error.consultation.gone")
	if cases(t, b) != 1 {
		t.Error("a sitting without record left a case")
	}
	if c.Standing().NoticeKey() != "consultation.notice.without_record" {
		t.Errorf("notice %s does not say that nothing is kept", c.Standing().NoticeKey())
	}
}
