package casework_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"keyholder/casework"
	"keyholder/casework/casetest"
	"keyholder/casework/checklist"
	"keyholder/casework/personal"
)

// What was answered in the session is in the draft of the note, with how it is known; what was answered
// before it is not. What is answered after the note was saved is told apart.
func TestFile_Close_note(t *testing.T) {
	b := casetest.New(t)
	b.Pick("01.1", "together")
	since := b.Pass(time.Hour).Now()
	b.Answer("12.2", checklist.DontKnow)
	k := b.File().Close(since, b.Now())
	if len(k.Draft) != 1 || k.Draft[0].Line.Ref.Question != "12.2" || k.Draft[0].Basis != casework.SurvivorSaid {
		t.Fatalf("the draft holds %+v", k.Draft)
	}
	if len(k.Covered) != 1 || k.Covered[0].ID != "S12" {
		t.Errorf("covered: %d topics", len(k.Covered))
	}
	if !slices.ContainsFunc(k.Unknown, func(x casework.Finding) bool { return x.Question.ID == "12.2" }) {
		t.Error("what she does not know is not among the unknown")
	}
	if err := b.SaveClosing(ctx, b.Case, b.Act(), casework.Closed{Note: personal.New("what we said")}, nil); err != nil {
		t.Fatal(err)
	}
	if k = b.File().Close(since, b.Now()); k.Note.Text.Reveal() != "what we said" || len(k.Later) != 0 {
		t.Errorf("the note is %v with %d later lines", k.Note.ID != "", len(k.Later))
	}
	b.Answer("13.6", checklist.No)
	if k = b.File().Close(since, b.Now()); len(k.Later) != 1 || k.Later[0].Line.Ref.Question != "13.6" {
		t.Errorf("after the note: %d lines", len(k.Later))
	}
}

// The next look at the risk is 30 days after the last one, or on a chosen day, and a chosen day that
// has come asks for it.
func TestFile_RelookOn(t *testing.T) {
	b := casetest.New(t)
	b.NoDanger()
	if _, err := b.Assess(ctx, b.Case, b.Act()); err != nil {
		t.Fatal(err)
	}
	assessed := b.Now()
	day, chosen := b.File().RelookOn(b.Now())
	if want := assessed.Add(casework.RelookAfter); chosen || day.Sub(want).Abs() > time.Hour {
		t.Errorf("the next look is on %v (chosen %v), want %v", day, chosen, want)
	}
	soon := assessed.AddDate(0, 0, 3).Format(time.DateOnly)
	if err := b.SaveClosing(ctx, b.Case, b.Act(), casework.Closed{Relook: soon}, nil); err != nil {
		t.Fatal(err)
	}
	if day, chosen = b.File().RelookOn(b.Now()); !chosen || day.Format(time.DateOnly) != soon {
		t.Errorf("the next look is on %v, want the chosen %s", day, soon)
	}
	due := func(days int) bool {
		return slices.Contains(b.File().Reopen(assessed.AddDate(0, 0, days)), casework.ReopenTime)
	}
	if due(2) || !due(4) {
		t.Errorf("due after two days %v, after four %v", due(2), due(4))
	}
	late := assessed.AddDate(0, 0, 90).Format(time.DateOnly)
	if err := b.SaveClosing(ctx, b.Case, b.Act(), casework.Closed{Relook: late}, nil); err != nil {
		t.Fatal(err)
	}
	if !due(31) {
		t.Error("a later day put the look off beyond the rule")
	}
	for _, bad := range []string{"tomorrow", "2020-01-01"} {
		if err := b.SaveClosing(ctx, b.Case, b.Act(), casework.Closed{Relook: bad, Note: personal.New("lost?")}, nil); err == nil {
			t.Errorf("%s passed as a day", bad)
		}
	}
	if k := b.File().Close(assessed, b.Now()); k.Note.ID != "" {
		t.Error("a refused form kept its note")
	}
}

// Paper is taken after a plain yes only; nothing of the way of contact is on it.
func TestFile_HandBack(t *testing.T) {
	b := casetest.New(t)
	b.NoDanger().Ready()
	b.Pick("24.5/route", "we_call").Pick("24.5/date", "2026-12-01")
	for _, state := range checklist.States() {
		b.Answer("24.7", state)
		sheet, may := b.File().HandBack()
		if may != (state == checklist.Yes) {
			t.Errorf("%s: paper may be taken: %v", state, may)
		}
		if may && (len(sheet.Lines) == 0 || sheet.Day != "2026-12-01" || strings.Contains(strings.Join(sheet.Lines, " "), "call")) {
			t.Errorf("the page reads %v, %q", sheet.Lines, sheet.Day)
		}
	}
}

// The one step is one that she agreed to and that may be done, else one that protects.
func TestFile_OneStep(t *testing.T) {
	b := casetest.New(t)
	b.NoDanger().Ready()
	b.Row("12.1", "owner", checklist.WhoPersonOfConcern)
	if st, ok := b.File().OneStep(); !ok || !st.Protective {
		t.Errorf("before any agreement: %s", st.ID)
	}
	plan := b.File().SafetyPlan()
	if len(plan.Now) == 0 {
		t.Fatal("nothing may be done")
	}
	last := plan.Now[len(plan.Now)-1].ID
	if err := b.Decide(ctx, b.Case, b.Act(), last, casework.Decision{Agreed: checklist.Yes}, nil); err != nil {
		t.Fatal(err)
	}
	if st, ok := b.File().OneStep(); !ok || st.ID != last {
		t.Errorf("she agreed to %s, shown is %s", last, st.ID)
	}
	danger := b.Content().Question("00.5").Refs("")[0]
	b.Answer("00.5/"+danger.Part, checklist.Yes)
	if lane := b.File().Triage().Final; lane != casework.LaneActNow {
		t.Fatalf("danger today gives the lane %s", lane)
	}
	if st, ok := b.File().OneStep(); !ok || !st.Protective {
		t.Errorf("with danger today: %s", st.ID)
	}
}
