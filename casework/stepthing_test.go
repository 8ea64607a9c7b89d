package casework_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"keyholder/casework"
	"keyholder/casework/casetest"
	"keyholder/casework/checklist"
	"keyholder/casework/personal"
)

// twoPhones is a case with two phones that the person of concern set up.
func twoPhones(t *testing.T) (b *casetest.Book, first, second casework.EntityID) {
	t.Helper()
	b = casetest.New(t)
	b.NoDanger().Ready()
	first, second = b.Device("Her phone", "phone_computer", "phone"), b.Device("Old phone", "phone_computer", "phone")
	for _, e := range []casework.EntityID{first, second} {
		b.About(e, "set_up_by", checklist.Yes, checklist.WhoPersonOfConcern)
	}
	return b, first, second
}

// stepsOf are the steps of a plan that are one step of the content, with the list they stand in and the
// name of the thing.
func stepsOf(p casework.SafetyPlan, of string) []string {
	var out []string
	for name, steps := range lists(p) {
		for _, s := range steps {
			if s.Of == of {
				out = append(out, fmt.Sprintf("%s: %s %d of %d", name, s.Name.Reveal(), s.Number, s.Count))
			}
		}
	}
	slices.Sort(out)
	return out
}

func decide(t *testing.T, b *casetest.Book, step string, d casework.Decision) {
	t.Helper()
	if err := b.Decide(ctx, b.Case, b.Act(), step, d, nil); err != nil {
		t.Fatal(err)
	}
}

// Each of two phones has its own step, its own end, its own result, and its own harm.
func TestFile_SafetyPlan_eachThing(t *testing.T) {
	b, first, second := twoPhones(t)
	want := []string{"now: Her phone 1 of 2", "now: Old phone 2 of 2"}
	if diff := cmp.Diff(want, stepsOf(b.File().SafetyPlan(), "SP-M.1")); diff != "" {
		t.Fatalf("before anything was decided (-want +got):\n%s", diff)
	}
	other := "SP-M.1@" + string(second)
	decide(t, b, "SP-M.1", casework.Decision{End: casework.EndKeep})
	decide(t, b, other, casework.Decision{End: casework.EndRemove, Result: casework.ResultDone, Noticed: checklist.Yes, Harm: checklist.Yes})
	plan := b.File().SafetyPlan()
	want = []string{"done: Old phone 2 of 2", "left: Her phone 1 of 2"}
	if diff := cmp.Diff(want, stepsOf(plan, "SP-M.1")); diff != "" {
		t.Errorf("each decided on its own (-want +got):\n%s", diff)
	}
	kept, done := inList(plan.Left, "SP-M.1"), inList(plan.Done, other)
	if kept == nil || kept.Thing != first || kept.Harm != checklist.NotAsked || done == nil || done.Harm != checklist.Yes {
		t.Errorf("harm after one step is told of the other: %+v and %+v", kept, done)
	}
	wantKey(t, b.Decide(ctx, b.Case, b.Act(), "SP-M.1@"+string(first), casework.Decision{End: casework.EndKeep}, nil), "error.step.not_found")
	wantKey(t, b.Decide(ctx, b.Case, b.Act(), "SP-M.1@"+casework.NewID(), casework.Decision{End: casework.EndKeep}, nil), "error.step.not_found")
	wantKey(t, b.Decide(ctx, b.Case, b.Act(), "SP-P.help@"+string(second), casework.Decision{Agreed: checklist.Yes}, nil), "error.step.not_found")
}

// twoAccounts is a case with two accounts whose reset messages go elsewhere; the step of each is A2.
func twoAccounts(t *testing.T) (b *casetest.Book, first, second casework.EntityID) {
	t.Helper()
	b = casetest.New(t)
	b.NoDanger().Ready().Pick("00.4/route", "survivor_calls")
	row := func(account string) casework.EntityID {
		e := b.Row("05.4", "account", account)
		b.Save(casework.ValueOf(checklist.Ref{Entity: string(e), Question: "05.4", Part: "phone"},
			checklist.Answer{State: checklist.Yes, Codes: []string{checklist.WhoPersonOfConcern}}, casework.SurvivorSaid))
		return e
	}
	options := b.Content().Question("05.4").Part("account").Options
	first, second = row(options[0].Code), row(options[1].Code)
	for _, s := range b.Content().Action("SP-05.4").DependsOn {
		decide(t, b, s, casework.Decision{Result: casework.ResultDone})
	}
	return b, first, second
}

// She agrees to a step about one account: the other one stays held back, on every copy, with its letter.
func TestFile_SafetyPlan_agreementIsForOneThing(t *testing.T) {
	b, _, second := twoAccounts(t)
	other := "SP-05.4@" + string(second)
	if got := stepsOf(b.File().SafetyPlan(), "SP-05.4"); len(got) != 2 || !strings.HasPrefix(got[0], "not yet") || !strings.HasPrefix(got[1], "not yet") {
		t.Fatalf("nothing agreed: %v", got)
	}
	decide(t, b, other, casework.Decision{Agreed: checklist.Yes})
	plan := b.File().SafetyPlan()
	agreed, held := inList(plan.Now, other), inList(plan.NotYet, "SP-05.4")
	if agreed == nil || agreed.Text == "" || held == nil || held.Text != "" || held.Action != nil {
		t.Fatalf("agreed %+v, held %+v", agreed, held)
	}
	if !slices.Contains(held.Holds, casework.HoldAgreement) {
		t.Errorf("held for %v, want her agreement", held.Holds)
	}
	worker := b.File().Sheet(casework.SheetWorker)
	about := map[string]bool{}
	for _, part := range worker.Parts {
		for _, l := range part.Lines {
			if l.Text == agreed.Text {
				about[l.About.Reveal()] = true
			}
		}
	}
	if len(about) != 1 || !about[agreed.Name.Reveal()] || agreed.Name.Empty() {
		t.Errorf("the worker's copy prints the step about %v, want %q alone", about, agreed.Name.Reveal())
	}
	if s := b.File().PlanSteps("SP-05.4")["SP-05.4"]; !s.Held() {
		t.Error("asked for by the id of the content, a step that is held back for one thing comes with instructions")
	}
}

// What was agreed for the first thing never passes to another: not when that one is settled, and not when
// it is taken off the list.
func TestFile_SafetyPlan_firstThingStaysFirst(t *testing.T) {
	for name, gone := range map[string]func(b *casetest.Book, first casework.EntityID) error{
		"off the list": func(b *casetest.Book, first casework.EntityID) error {
			return b.DiscardDevice(ctx, b.Case, b.Act(), first, "mistake")
		},
		"settled": func(b *casetest.Book, first casework.EntityID) error {
			return b.SetFindingStatus(ctx, b.Case, b.Act(), "F-05.4@"+string(first), casework.FindingResolved, nil)
		},
	} {
		b, first, second := twoAccounts(t)
		decide(t, b, "SP-05.4", casework.Decision{Agreed: checklist.Yes})
		if err := gone(b, first); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		plan := b.File().SafetyPlan()
		for _, s := range plan.Now {
			if s.Of == "SP-05.4" {
				t.Errorf("%s: instructions that were agreed for the first account stand in the plan, about %q", name, s.Thing)
			}
		}
		if inList(plan.NotYet, "SP-05.4@"+string(second)) == nil {
			t.Errorf("%s: the step of the other account is not under \"not yet\"", name)
		}
	}
}

// A record from before there were steps of things opens as it was: one thing, under the id of the content.
// An agreement that is older than the thing was not given for it.
func TestFile_SafetyPlan_oldRecord(t *testing.T) {
	b := casetest.New(t)
	b.NoDanger().Ready()
	options := b.Content().Question("05.4").Part("account").Options
	only := b.Row("05.4", "account", options[0].Code)
	b.Save(casework.ValueOf(checklist.Ref{Entity: string(only), Question: "05.4", Part: "phone"},
		checklist.Answer{State: checklist.Yes, Codes: []string{checklist.WhoPersonOfConcern}}, casework.SurvivorSaid))
	for _, s := range b.Content().Action("SP-05.4").DependsOn {
		decide(t, b, s, casework.Decision{Result: casework.ResultDone})
	}
	put(t, b, row("step:SP-05.4/agreed", checklist.Yes, ""))
	if s := inList(b.File().SafetyPlan().Now, "SP-05.4"); s == nil || s.Thing != only {
		t.Fatalf("the step of the only thing: %+v", s)
	}
	f := b.File()
	entities := slices.Clone(f.Entities)
	for i := range entities {
		entities[i].At = f.Head("", "step:SP-05.4/agreed").At.Add(time.Minute)
	}
	late := casework.NewFile(f.Content, f.Case, entities, f.Heads(), f.Consents)
	if s := inList(late.SafetyPlan().NotYet, "SP-05.4"); s == nil || s.Agreed == checklist.Yes {
		t.Errorf("an agreement that is older than the thing opens its step: %+v", s)
	}
}

// What she agreed to before there was a thing has to be agreed to again, and can be.
func TestCasebook_Decide_again(t *testing.T) {
	b := casetest.New(t)
	b.NoDanger().Ready()
	for _, s := range append(b.Content().Action("SP-05.4").DependsOn, "SP-05.4") {
		decide(t, b, s, casework.Decision{Agreed: checklist.Yes, Result: map[bool]string{true: casework.ResultDone}[s != "SP-05.4"]})
	}
	if inList(b.File().SafetyPlan().Now, "SP-05.4") == nil {
		t.Fatal("a step that is about nothing yet is held back")
	}
	e := b.Row("05.4", "account", b.Content().Question("05.4").Part("account").Options[0].Code)
	b.Save(casework.ValueOf(checklist.Ref{Entity: string(e), Question: "05.4", Part: "phone"},
		checklist.Answer{State: checklist.Yes, Codes: []string{checklist.WhoPersonOfConcern}}, casework.SurvivorSaid))
	if s := inList(b.File().SafetyPlan().NotYet, "SP-05.4"); s == nil || s.Thing != e || s.Agreed == checklist.Yes {
		t.Fatalf("an agreement from before the account was named opens its step: %+v", s)
	}
	for range 2 {
		decide(t, b, "SP-05.4", casework.Decision{Agreed: checklist.Yes})
		if inList(b.File().SafetyPlan().Now, "SP-05.4") == nil {
			t.Fatal("agreed to again, and still held back")
		}
	}
	decide(t, b, "SP-05.4", casework.Decision{Agreed: checklist.No})
	if inList(b.File().SafetyPlan().NotYet, "SP-05.4") == nil {
		t.Error("an agreement cannot be taken back")
	}
}

// What was done before there was a thing was not done about it: no step of a thing is done, left or hers by
// a word from before, and it can be said again.
func TestFile_SafetyPlan_doneBeforeTheThing(t *testing.T) {
	b := casetest.New(t)
	b.NoDanger().Ready()
	for _, s := range b.Content().Action("SP-05.4").DependsOn {
		decide(t, b, s, casework.Decision{Result: casework.ResultDone})
	}
	before := casework.Decision{Agreed: checklist.Yes, End: casework.EndTakeOver, Result: casework.ResultDone}
	decide(t, b, "SP-05.4", before)
	if inList(b.File().SafetyPlan().Done, "SP-05.4") == nil {
		t.Fatal("a step that is about nothing is not done though somebody said so")
	}
	holdings := len(b.File().Holdings())
	e := b.Row("05.4", "account", b.Content().Question("05.4").Part("account").Options[0].Code)
	b.Save(casework.ValueOf(checklist.Ref{Entity: string(e), Question: "05.4", Part: "phone"},
		checklist.Answer{State: checklist.Yes, Codes: []string{checklist.WhoPersonOfConcern}}, casework.SurvivorSaid))
	f := b.File()
	if s := inList(f.SafetyPlan().NotYet, "SP-05.4"); s == nil || s.Thing != e || s.Result != "" || s.End != "" {
		t.Fatalf("what was done before the account was named counts for it: %+v", s)
	}
	if len(f.Holdings()) >= holdings {
		t.Error("what was taken over before the account was named stands among what is hers")
	}
	decide(t, b, "SP-05.4", before)
	if s := inList(b.File().SafetyPlan().Done, "SP-05.4"); s == nil || s.End != casework.EndTakeOver {
		t.Error("said again, and still not done")
	}
}

// Two phones that are said to be one: what was agreed and done for the first stays its own, and the other
// one keeps what was said of it.
func TestFile_SafetyPlan_joinedThings(t *testing.T) {
	b, first, second := twoPhones(t)
	other := "SP-M.1@" + string(second)
	decide(t, b, "SP-M.1", casework.Decision{End: casework.EndRemove, Result: casework.ResultDone})
	decide(t, b, other, casework.Decision{Agreed: checklist.No, Note: personal.New("her no")})
	if err := b.JoinDevice(ctx, b.Case, b.Act(), first, casework.Joining{As: second}); err != nil {
		t.Fatal(err)
	}
	for _, joined := range []bool{true, false} {
		plan := b.File().SafetyPlan()
		done, open := inList(plan.Done, "SP-M.1"), inList(plan.Now, other)
		if done == nil || done.Thing != first || open == nil || open.Thing != second || open.Agreed != checklist.No {
			t.Fatalf("joined %v: done %+v, open %+v", joined, done, open)
		}
		if err := b.JoinDevice(ctx, b.Case, b.Act(), first, casework.Joining{}); err != nil {
			t.Fatal(err)
		}
	}
}

// Each account has its own letter, which says nothing of the other one, and is written, read and sent on
// its own.
func TestLetters_eachThing(t *testing.T) {
	b, first, second := twoAccounts(t)
	letter := b.Content().LettersOf("SP-05.4")[0].ID
	other := letter + "@" + string(second)
	for _, id := range []string{letter, other} {
		for s := range dependencies(b.Content(), letter) {
			decide(t, b, s, casework.Decision{Result: casework.ResultDone})
		}
		decide(t, b, id, casework.Decision{Agreed: checklist.Yes})
		if id == letter {
			decide(t, b, "SP-05.4", casework.Decision{Agreed: checklist.Yes})
		}
	}
	if err := b.ReadLetter(ctx, b.Case, b.Act(), letter); err != nil {
		t.Fatal(err)
	}
	if letterOf(t, b, other).Read {
		t.Error("the warnings of one letter count as read for the other")
	}
	if err := b.ReadLetter(ctx, b.Case, b.Act(), other); err != nil {
		t.Fatal(err)
	}
	save(t, b, other, map[string]string{"to": "Second provider", casework.LetterStage: "sent"})
	one, two := letterOf(t, b, letter), letterOf(t, b, other)
	if one.Step.Thing != first || two.Step.Thing != second || one.Stage != "" || two.Stage != "sent" {
		t.Fatalf("first %q about the first: %v; second %q", one.Stage, one.Step.Thing == first, two.Stage)
	}
	if strings.Contains(one.Text.Reveal(), "Second provider") || !strings.Contains(two.Text.Reveal(), "Second provider") {
		t.Error("the receiver of one letter stands in the other, or is lost")
	}
	wantKey(t, b.ReadLetter(ctx, b.Case, b.Act(), letter+"@"+casework.NewID()), "error.letter.not_found")
}

// A letter about one thing names no other thing of hers.
func TestLetters_factsOfOneThing(t *testing.T) {
	b := casetest.New(t)
	b.NoDanger().Ready().Pick("00.4/route", "survivor_calls")
	q := b.Content().Question("05.4").Part("account")
	var rows []casework.EntityID
	for _, o := range q.Options[:3] {
		e := b.Row("05.4", "account", o.Code)
		b.Save(casework.ValueOf(checklist.Ref{Entity: string(e), Question: "05.4", Part: "phone"},
			checklist.Answer{State: checklist.Yes, Codes: []string{checklist.WhoPersonOfConcern}}, casework.SurvivorSaid))
		rows = append(rows, e)
	}
	named := map[string]int{}
	for _, l := range b.File().Letters() {
		if l.Step.Thing != "" && slices.Contains(rows, l.Step.Thing) {
			named[l.Letter.ID]++
		}
	}
	for id, n := range named {
		if n != len(rows) {
			t.Errorf("%d letters %s, want one for each of %d accounts", n, id, len(rows))
		}
	}
	if len(named) == 0 {
		t.Error("no letter is about an account: nothing was looked at")
	}
}

// A sitting that is put beside an older case keeps each decision with the thing it was made for.
func TestConsultation_Keep_stepsStayWithTheirThing(t *testing.T) {
	b, first, second := twoAccounts(t)
	decide(t, b, "SP-05.4", casework.Decision{Note: personal.New("for the first")})
	f := b.File()
	older := casework.NewFile(f.Content, f.Case, f.Entities, slices.DeleteFunc(f.Heads(), func(v casework.Value) bool {
		return v.Slot.Entity == first
	}), nil)
	if s, _ := findStep(older.SafetyPlan(), "SP-05.4"); s.Thing != second {
		t.Fatalf("without the answers about the first, the step is about %q", s.Thing)
	}
	moved := casework.Rehome(f.Heads(), f, older)
	for _, v := range moved {
		if v.Slot.Field == "step:SP-05.4/note" && v.Slot.Entity != first {
			t.Errorf("the note about the first account is kept under %q", v.Slot.Entity)
		}
	}
}

// A record gives a whole sitting one moment. What she agreed to before the account was named, or a worker
// unlocked before the phase changed, does not come to life by that.
func TestConsultation_Keep_lapsedDecisions(t *testing.T) {
	kept := casetest.New(t)
	c, err := kept.StartConsultation(ctx, casetest.Worker)
	if err != nil {
		t.Fatal(err)
	}
	b := *kept
	b.Casebook, b.Case = c.Casebook(), c.Case()
	b.Ready().Answer("00.7/record", checklist.Yes)
	decide(t, &b, "SP-05.4", casework.Decision{Agreed: checklist.Yes, Date: "2026-12-01", Note: personal.New("her words")})
	reasons := casework.Unlocking{Reason: personal.New("why"), Second: personal.New("senior")}
	if err := b.UnlockStep(ctx, b.Case, b.Act(), "SP-12.2", reasons); err != nil {
		t.Fatal(err)
	}
	e := b.Row("05.4", "account", b.Content().Question("05.4").Part("account").Options[0].Code)
	b.Save(casework.ValueOf(checklist.Ref{Entity: string(e), Question: "05.4", Part: "phone"},
		checklist.Answer{State: checklist.Yes, Codes: []string{checklist.WhoPersonOfConcern}}, casework.SurvivorSaid))
	decide(t, &b, "SP-12.2", casework.Decision{Agreed: checklist.Yes})
	if err := b.SetPhase(ctx, b.Case, b.Act(), checklist.Escape); err != nil {
		t.Fatal(err)
	}
	if err := c.Keep(ctx, casework.Keeping{}); err != nil {
		t.Fatal(err)
	}
	f, err := kept.Read(ctx, c.Case(), casetest.Worker)
	if err != nil {
		t.Fatal(err)
	}
	for field, want := range map[casework.Field]casework.State{
		"step:SP-05.4/agreed": checklist.NotAsked, "step:SP-05.4/date": checklist.NotAsked, "step:SP-05.4/note": checklist.Yes,
		"step:SP-12.2/unlocked": checklist.NotAsked, "step:SP-12.2/second": checklist.NotAsked, "step:SP-12.2/agreed": checklist.Yes,
	} {
		if got := f.Head("", field).State; got != want {
			t.Errorf("%s is %q on record, want %q", field, got, want)
		}
	}
}

// A phase that answers had overtaken does not stand again on record, and a finding that had come back is
// not settled again, because the record gives all of it one moment.
func TestConsultation_Keep_whatWasOvertaken(t *testing.T) {
	kept := casetest.New(t)
	c, err := kept.StartConsultation(ctx, casetest.Worker)
	if err != nil {
		t.Fatal(err)
	}
	b := *kept
	b.Casebook, b.Case = c.Casebook(), c.Case()
	b.Answer("00.7/record", checklist.Yes).Answer("12.2", checklist.No)
	if err := b.SetPhase(ctx, b.Case, b.Act(), checklist.LifeApart); err != nil {
		t.Fatal(err)
	}
	if err := b.SetFindingStatus(ctx, b.Case, b.Act(), "F-12.2", casework.FindingResolved, nil); err != nil {
		t.Fatal(err)
	}
	b.Pick("01.1", "together").Answer("12.2", checklist.Suspected).Answer("12.2", checklist.No)
	before := b.File()
	if err := c.Keep(ctx, casework.Keeping{}); err != nil {
		t.Fatal(err)
	}
	after, err := kept.Read(ctx, c.Case(), casetest.Worker)
	if err != nil {
		t.Fatal(err)
	}
	if was, is := before.GatePhase(), after.GatePhase(); was != checklist.PhysicalControl || is != was {
		t.Errorf("the gate goes by %q in the sitting and by %q on record, want %q", was, is, checklist.PhysicalControl)
	}
	status := func(f *casework.File) (s casework.FindingStatus) {
		for _, x := range f.Findings() {
			if x.ID == "F-12.2" {
				s = x.Status
			}
		}
		return s
	}
	if was, is := status(before), status(after); was != casework.FindingReturned || is != was {
		t.Errorf("the finding is %q in the sitting and %q on record", was, is)
	}
}

func findStep(p casework.SafetyPlan, id string) (casework.Step, bool) {
	for _, steps := range lists(p) {
		if s := inList(steps, id); s != nil {
			return *s, true
		}
	}
	return casework.Step{}, false
}
