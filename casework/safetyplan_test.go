package casework_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"keyholder/casework"
	"keyholder/casework/casetest"
	"keyholder/casework/checklist"
	"keyholder/casework/personal"
)

// lists names every list of a plan.
func lists(p casework.SafetyPlan) map[string][]casework.Step {
	return map[string][]casework.Step{
		"protect": p.Protect, "now": p.Now, "not yet": p.NotYet, "left": p.Left, "done": p.Done,
	}
}

func inList(steps []casework.Step, id string) *casework.Step {
	for i := range steps {
		if steps[i].ID == id {
			return &steps[i]
		}
	}
	return nil
}

// checkPlan holds a plan and its printed copies to the promises of PRACTICE 2.1.
func checkPlan(t *testing.T, b *casetest.Book, f *casework.File) {
	t.Helper()
	plan := f.SafetyPlan()
	content := b.Content()
	seen := make(map[string]int)
	for name, steps := range lists(plan) {
		for _, s := range steps {
			seen[s.ID]++
			action := content.Action(s.Of)
			if s.Held() && (s.Text != "" || s.Action != nil) {
				t.Fatalf("%s is held back in %s and carries instructions", s.ID, name)
			}
			if s.Held() && name != "not yet" && name != "done" {
				t.Fatalf("%s is held back and stands under %s", s.ID, name)
			}
			if action.Protective && (name != "protect" || s.Held() || s.Text == "") {
				t.Fatalf("%s protects and is not shown: %s", s.ID, name)
			}
			if name == "not yet" && (!s.Held() || s.NotYet.What == "" || s.NotYet.Told == "" || s.NotYet.Ready == "") {
				t.Fatalf("%s under \"not yet\" does not say what, who is told and what must be ready", s.ID)
			}
		}
	}
	for id, n := range seen {
		if n != 1 {
			t.Fatalf("%s stands in the plan %d times", id, n)
		}
	}
	wanted := []string{"SP-P.help", "SP-P.exit", "SP-P.carry", "SP-P.search"}
	for _, x := range f.Findings() {
		wanted = append(wanted, x.Actions...)
	}
	for _, id := range wanted {
		if content.Action(id).Protective && inList(plan.Protect, id) == nil {
			t.Fatalf("the protective act %s is missing", id)
		}
	}
	checkSheets(t, f, plan)
}

// checkSheets looks for the instructions of held steps on every printed copy.
func checkSheets(t *testing.T, f *casework.File, plan casework.SafetyPlan) {
	t.Helper()
	for _, form := range casework.SheetForms() {
		printed, lined := make(map[string]bool), make(map[string]bool)
		for _, part := range f.Sheet(form).Parts {
			for _, line := range part.Lines {
				printed[line.Text] = true
				lined[fmt.Sprint(line.Text, "|", line.Number, line.Count)] = true
				if form == casework.SheetUnmarked && (!line.About.Empty() || line.Count > 0) {
					t.Fatalf("the unmarked copy names a thing")
				}
			}
		}
		for _, s := range plan.NotYet {
			a := f.Content.Action(s.Of)
			shownElsewhere := func(text string) bool {
				return slices.ContainsFunc(append(slices.Clone(plan.Protect), plan.Now...), func(o casework.Step) bool {
					return o.Action.Unmarked == text
				})
			}
			shown := lined[fmt.Sprint(a.Worker, "|", s.Number, s.Count)] || lined[fmt.Sprint(a.Survivor, "|", s.Number, s.Count)]
			if shown || a.Unmarked != "" && printed[a.Unmarked] && !shownElsewhere(a.Unmarked) {
				t.Fatalf("the %s copy prints instructions of %s, which is held back", form, s.ID)
			}
			if form != casework.SheetUnmarked && !printed[s.NotYet.What] {
				t.Fatalf("the %s copy hides %s, which is held back", form, s.ID)
			}
		}
		for _, s := range plan.Protect {
			a := f.Content.Action(s.Of)
			if form == casework.SheetWorker && !printed[a.Worker] || form == casework.SheetSurvivor && !printed[a.Survivor] {
				t.Fatalf("the %s copy leaves out the protective act %s", form, s.ID)
			}
		}
	}
}

// TestFile_SafetyPlan_property builds random households and decisions in all phases and holds each
// plan to its promises.
func TestFile_SafetyPlan_property(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 11))
	b := casetest.New(t)
	content := b.Content()
	var questions []checklist.Ref
	for _, q := range content.Questions() {
		questions = append(questions, q.Refs("")...)
	}
	held, now, things, rounds := 0, 0, 0, 400
	if testing.Short() {
		rounds = 60
	}
	for range rounds {
		f := randomFile(random, content, questions)
		checkPlan(t, b, f)
		plan := f.SafetyPlan()
		for _, s := range plan.NotYet {
			if a := content.Action(s.Of); a.Alert.OrWorst() != checklist.A0 {
				held++
			}
		}
		for _, s := range plan.Now {
			if a := content.Action(s.Of); a.Alert.OrWorst() != checklist.A0 {
				now++
				if strings.Contains(s.ID, "@") {
					things++
				}
				r, d := f.Readiness(), casework.StepFacts{
					Agreed: s.Agreed == checklist.Yes, Unlocked: !s.UnlockReason.Empty(),
					Second: !s.SecondWorker.Empty(), Dated: s.Date != "",
				}
				if forbidden(a, r, d) {
					t.Fatalf("%s is shown although it is forbidden: %+v %+v", s.ID, r, d)
				}
			}
		}
	}
	if held == 0 || now == 0 || things == 0 {
		t.Errorf("%d noticeable steps held and %d shown, %d of them of a second thing: the walk proves nothing", held, now, things)
	}
}

// randomFile draws a case: answers, phase, decisions. Three quarters of the cases are ready for the
// freeze rule, so that steps are shown as well as held back.
func randomFile(random *rand.Rand, c *checklist.Content, refs []checklist.Ref) *casework.File {
	var heads []casework.Value
	put := func(field casework.Field, s casework.State, text string, codes ...string) {
		v := casework.Value{
			ID: casework.ValueID(casework.NewID()), Slot: casework.Slot{Field: field}, State: s, Codes: codes,
			Text: personal.New(text), Basis: casework.SurvivorSaid, At: casetest.At(1),
		}
		heads = append(heads, v)
	}
	for _, ref := range refs {
		part := c.Question(ref.Question).Part(ref.Part)
		states := checklist.States()
		s := states[random.IntN(len(states))]
		if dangerous(c, ref.Question) { // else every random case is act_now
			s = []casework.State{checklist.No, checklist.DontKnow, checklist.Yes}[max(0, random.IntN(40)-37)]
		}
		if options := c.Options(part); part.Kind.Coded() && s == checklist.Yes {
			put(casework.Field(ref.Field()), s, "", options[random.IntN(len(options))].Code)
			continue
		}
		put(casework.Field(ref.Field()), s, "")
	}
	if random.IntN(4) > 0 {
		phases := casework.Phases()
		heads = slices.DeleteFunc(heads, func(v casework.Value) bool {
			return strings.HasPrefix(string(v.Slot.Field), "q:24.2") || strings.HasPrefix(string(v.Slot.Field), "q:23.") ||
				v.Slot.Field == "q:02.8"
		})
		put("phase", checklist.Yes, "", string(phases[random.IntN(len(phases))]))
		for _, id := range []string{"23.1", "23.2", "23.3", "23.4", "23.5"} {
			put(casework.Field("q:"+id), checklist.No, "")
		}
		put("q:24.2/who_helps", checklist.Yes, "", "service")
		put("safe_device", checklist.Yes, "")
		put("safe_camera", checklist.Yes, "")
	}
	var entities []casework.Entity
	entities, heads = randomThings(random, c, heads)
	for _, id := range append(actionIDs(c), thingSteps(c, entities, heads)...) {
		step, thing := casework.StepParts(id)
		a := c.Action(step)
		field := func(part string) casework.Field { return casework.StepSlot(id, part).Field }
		ofThing := func(field casework.Field, s casework.State, text string, codes ...string) {
			put(field, s, text, codes...)
			heads[len(heads)-1].Slot.Entity = thing
		}
		often := thing != "" // few steps are of a second thing: they are decided more often
		if often || random.IntN(2) == 0 {
			ofThing(field("agreed"), checklist.Yes, "")
		}
		if often && random.IntN(2) == 0 || random.IntN(3) == 0 {
			ofThing(field("unlocked"), checklist.Yes, "reason")
			ofThing(field("second"), checklist.Yes, "senior")
		}
		if often || random.IntN(2) == 0 {
			ofThing(field("date"), checklist.Yes, "", "2026-12-01")
		}
		if !often && random.IntN(2) == 0 {
			ofThing(field("result"), checklist.Yes, "", casework.ResultNotNeeded)
		}
		if len(a.Ends) > 0 && random.IntN(4) == 0 {
			ofThing(field("end"), checklist.Yes, "", a.Ends[random.IntN(len(a.Ends))])
		}
	}
	return casework.NewFile(c, casework.Case{ID: "one", Code: "KH-2222-2222"}, entities, heads, nil)
}

// dangerous reports whether an item of immediate danger is read from a question.
func dangerous(c *checklist.Content, question string) bool {
	return slices.ContainsFunc(c.Triage.Items, func(item checklist.CoreItem) bool {
		// A no is what makes a way out a danger: that one is left to chance.
		return item.Group == "immediate" && item.ID != "cannot_exit" && slices.ContainsFunc(item.From, func(from checklist.From) bool { return from.Question == question })
	})
}

// randomThings puts up to three rows into some of the lists, with random answers and names, as heads.
func randomThings(random *rand.Rand, c *checklist.Content, heads []casework.Value) ([]casework.Entity, []casework.Value) {
	var entities []casework.Entity
	put := func(slot casework.Slot, s casework.State, text string, codes ...string) {
		heads = append(heads, casework.Value{
			ID: casework.ValueID(casework.NewID()), Slot: slot, State: s, Codes: codes, Text: personal.New(text),
			Basis: casework.SurvivorSaid, At: casetest.At(1),
		})
	}
	for _, q := range c.Questions() {
		if q.Rows == nil || dangerous(c, q.ID) || random.IntN(3) > 0 {
			continue
		}
		for range 1 + random.IntN(3) {
			e := casework.Entity{ID: casework.EntityID(casework.NewID()), Kind: casework.EntityKind(cmp.Or(q.Rows.Entity, "row"))}
			entities = append(entities, e)
			for i := range q.Rows.Columns {
				p := &q.Rows.Columns[i]
				ref := checklist.Ref{Entity: string(e.ID), Question: q.ID, Part: p.Name}
				slot := casework.Slot{Entity: e.ID, Field: casework.Field(ref.Field())}
				states := checklist.States()
				s := states[random.IntN(len(states))]
				if options := c.Options(p); p.Kind.Coded() && s == checklist.Yes {
					put(slot, s, "", options[random.IntN(len(options))].Code)
					continue
				}
				put(slot, s, map[bool]string{true: thingMarker}[s == checklist.Yes])
			}
		}
	}
	return entities, heads
}

// thingMarker stands in the names of random things.
const thingMarker = "OKAPI-1889"

func actionIDs(c *checklist.Content) []string {
	var out []string
	for _, a := range c.Actions {
		out = append(out, a.ID)
	}
	return out
}

// thingSteps are the ids of the steps about every thing that is not the first one of its step.
func thingSteps(c *checklist.Content, entities []casework.Entity, heads []casework.Value) []string {
	var out []string
	f := casework.NewFile(c, casework.Case{}, entities, heads, nil)
	for _, x := range f.Findings() {
		for _, step := range x.Actions {
			if id := f.StepOf(x, step); id != step && !slices.Contains(out, id) {
				out = append(out, id)
			}
		}
	}
	return out
}

func TestFile_SafetyPlan_ownAdminBeforeRemoving(t *testing.T) {
	b := casetest.New(t)
	b.NoDanger().Ready()
	b.Row("12.1", "owner", checklist.WhoPersonOfConcern)
	decide := func(step string, d casework.Decision) {
		t.Helper()
		if err := b.Decide(ctx, b.Case, b.Act(), step, d, nil); err != nil {
			t.Fatal(err)
		}
	}
	decide("SP-12.R", casework.Decision{Agreed: checklist.Yes})
	plan := b.File().SafetyPlan()
	removal := inList(plan.NotYet, "SP-12.R")
	if removal == nil || !slices.Contains(removal.Holds, casework.HoldOwnAdmin) || !slices.Contains(removal.Holds, casework.HoldDepends) {
		t.Fatalf("removal %+v, want it held back for her own login and the steps before it", removal)
	}
	order := make(map[string]int)
	for i, s := range append(slices.Clone(plan.Now), plan.NotYet...) {
		order[s.ID] = i
	}
	for _, first := range removal.After {
		if _, there := order[first]; !there {
			t.Errorf("%s is needed first and is not in the plan", first)
		}
	}
	b.Answer("12.2", checklist.Yes)
	if err := b.SetReady(ctx, b.Case, b.Act(), casework.Ready{Camera: checklist.Yes}, nil); err != nil {
		t.Fatal(err)
	}
	for _, first := range []string{"SP-12.1", "SP-12.2", "SP-12.3", "SP-23.2"} {
		decide(first, casework.Decision{Result: casework.ResultDone})
	}
	plan = b.File().SafetyPlan()
	removal = inList(plan.Now, "SP-12.R")
	if removal == nil || !removal.NextDayCheck || len(removal.Warnings) == 0 || removal.Text == "" {
		t.Errorf("removal %+v, want it shown with its warnings and a look the next day", removal)
	}
}

func TestFile_SafetyPlan_actNowFreezes(t *testing.T) {
	b := casetest.New(t)
	b.NoDanger().Ready().Answer("12.2", checklist.No).Pick("12.8", "weekly")
	if plan := b.File().SafetyPlan(); len(plan.Now) == 0 {
		t.Fatal("nothing can be done although nothing stands in the way")
	}
	b.Answer("00.5/threat_kill", checklist.Yes)
	plan := b.File().SafetyPlan()
	if len(plan.Now) != 0 || len(plan.NotYet) == 0 || len(plan.Protect) == 0 {
		t.Errorf("%d steps now, %d held back, %d protective; want only protection", len(plan.Now), len(plan.NotYet), len(plan.Protect))
	}
	for _, s := range plan.NotYet {
		if !slices.Contains(s.Holds, casework.HoldActNow) {
			t.Errorf("%s is not frozen by the danger", s.ID)
		}
	}
}

func TestCasebook_UnlockStep(t *testing.T) {
	b := casetest.New(t)
	b.NoDanger().Ready().Answer("12.2", checklist.No).Pick("01.1", "together")
	unlock := func(step, reason, second string) error {
		return b.UnlockStep(ctx, b.Case, b.Act(), step, casework.Unlocking{
			Reason: personal.New(reason), Second: personal.New(second),
		})
	}
	wantKey(t, unlock("SP-12.2", "", "senior"), "error.step.reason")
	wantKey(t, unlock("SP-12.2", "because", " "), "error.step.second")
	wantKey(t, unlock("SP-12.1", "because", "senior"), "error.step.nothing_to_unlock")
	wantKey(t, unlock("SP-99", "because", "senior"), "error.step.not_found")

	for _, d := range []struct {
		step string
		what casework.Decision
	}{{"SP-12.2", casework.Decision{Agreed: checklist.Yes}}, {"SP-12.1", casework.Decision{Result: casework.ResultDone}}} {
		if err := b.Decide(ctx, b.Case, b.Act(), d.step, d.what, nil); err != nil {
			t.Fatal(err)
		}
	}
	if s := inList(b.File().SafetyPlan().NotYet, "SP-12.2"); s == nil || !slices.Contains(s.Holds, casework.HoldControl) {
		t.Fatalf("step %+v, want it held back while they live together", s)
	}
	if err := unlock("SP-12.2", "he is away for a month", "senior, by phone at nine"); err != nil {
		t.Fatal(err)
	}
	s := inList(b.File().SafetyPlan().Now, "SP-12.2")
	if s == nil || !s.SecondPending || s.UnlockReason.Reveal() == "" {
		t.Fatalf("step %+v, want it shown with the second worker unconfirmed", s)
	}
	b.Pick("01.1", "same_building") // the situation moved on: the unlocking was not made for it
	if s := inList(b.File().SafetyPlan().NotYet, "SP-12.2"); s == nil {
		t.Error("an unlocking outlived the situation it was made for")
	}
}

func TestCasebook_Decide(t *testing.T) {
	b := casetest.New(t)
	b.NoDanger().Ready().Answer("12.2", checklist.No)
	decide := func(step string, d casework.Decision) error { return b.Decide(ctx, b.Case, b.Act(), step, d, nil) }
	wantKey(t, decide("SP-99", casework.Decision{}), "error.step.not_found")
	wantKey(t, decide("SP-12.2", casework.Decision{End: "explode"}), "error.field.code")
	wantKey(t, decide("SP-12.2", casework.Decision{End: casework.EndKeep}), "error.field.code")
	wantKey(t, decide("SP-12.2", casework.Decision{Date: "soon"}), "error.field.code")
	wantKey(t, decide("SP-12.2", casework.Decision{Harm: "some"}), "error.field.state")

	device := b.Device("Speaker", "iot_hub", "smart_speaker")
	b.About(device, "set_up_by", checklist.Yes, checklist.WhoPersonOfConcern)
	if err := decide("SP-M.1", casework.Decision{End: casework.EndLeave}); err != nil {
		t.Fatal(err)
	}
	plan := b.File().SafetyPlan()
	if inList(plan.Left, "SP-M.1") == nil || inList(plan.Now, "SP-M.1") != nil {
		t.Error("a thing she leaves for now does not stand under what is left")
	}
	before := plan.OnHer
	if err := decide("SP-M.1", casework.Decision{End: casework.EndTakeOver}); err != nil {
		t.Fatal(err)
	}
	if after := b.File().SafetyPlan().OnHer; after != before+1 {
		t.Errorf("%d steps rest on her, want one more than %d", after, before)
	}
	if err := decide("SP-12.2", casework.Decision{
		Result: casework.ResultDone, Noticed: checklist.Yes, Harm: checklist.DontKnow, Note: personal.New("he asked"),
	}); err != nil {
		t.Fatal(err)
	}
	s := inList(b.File().SafetyPlan().Done, "SP-12.2")
	if s == nil || s.Noticed != checklist.Yes || s.Harm != checklist.DontKnow {
		t.Errorf("step %+v: what happened after it is lost", s)
	}
}

// TestFile_SafetyPlan_metIsNotAskedAgain: a step whose purpose the answers already meet is not put
// into the plan only because another step builds on it.
func TestFile_SafetyPlan_metIsNotAskedAgain(t *testing.T) {
	b := casetest.New(t)
	b.NoDanger().Pick("01.1", "apart").Pick("01.8", "anger")
	plan := b.File().SafetyPlan()
	if s := inList(plan.NotYet, "SP-01.8"); s == nil || !slices.Equal(s.After, []string{"SP-24.2"}) {
		t.Fatalf("step %+v, want it to wait for the plan for their reaction", s)
	}
	if inList(plan.Now, "SP-24.2") == nil {
		t.Error("the step that comes first is not in the plan")
	}
	b.Pick("24.2/who_helps", "service")
	plan = b.File().SafetyPlan()
	if inList(plan.Now, "SP-01.8") == nil || inList(plan.Now, "SP-24.2") != nil {
		t.Error("a plan for their reaction is asked for although there is one")
	}
}

func TestFile_SafetyPlan_resolvedFinding(t *testing.T) {
	b := casetest.New(t)
	b.NoDanger().Ready().Pick("12.8", "weekly")
	if inList(b.File().SafetyPlan().Now, "SP-12.8") == nil {
		t.Fatal("the step of an open finding is missing")
	}
	if err := b.SetFindingStatus(ctx, b.Case, b.Act(), "F-12.8", casework.FindingResolved, nil); err != nil {
		t.Fatal(err)
	}
	if inList(b.File().SafetyPlan().Now, "SP-12.8") != nil {
		t.Error("the step of a resolved finding is still asked for")
	}
}
