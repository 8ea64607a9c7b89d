package checklist_test

import (
	"slices"
	"testing"

	"keyholder/casework/checklist"
)

// one evaluates a single answer and returns the outcomes of its question.
func one(c *checklist.Content, ref checklist.Ref, a checklist.Answer) []checklist.Outcome {
	return about(checklist.Evaluate(c, checklist.Answers{ref: a}), ref)
}

// about keeps the outcomes whose reasons speak of the slot.
func about(outcomes []checklist.Outcome, ref checklist.Ref) []checklist.Outcome {
	var out []checklist.Outcome
	for _, o := range outcomes {
		if slices.ContainsFunc(o.Reasons, func(r checklist.Reason) bool { return r.Ref == ref }) {
			out = append(out, o)
		}
	}
	return out
}

func kinds(outcomes []checklist.Outcome) []checklist.OutcomeKind {
	ks := []checklist.OutcomeKind{}
	for _, o := range outcomes {
		ks = append(ks, o.Kind)
	}
	return ks
}

// ruled lists every slot that a concern rule speaks of, with the rules, rows included.
func ruled(q *checklist.Question) map[checklist.Ref][]checklist.Rule {
	out := map[checklist.Ref][]checklist.Rule{}
	refs := q.Refs("")
	if q.Rows != nil {
		refs = append(refs, q.RowRefs("new1")...)
	}
	for _, ref := range refs {
		p := q.Part(ref.Part)
		for _, r := range q.Concern {
			if r.Part == ref.Part || p.Kind == checklist.KindItems && r.Part == p.Name {
				out[ref] = append(out[ref], r)
			}
		}
	}
	return out
}

// TestEvaluate_everyAnswer walks every ruled slot of every question through every state and every
// option: each concerning answer opens the finding, each unknown an open item, and neither is ever
// silent.
func TestEvaluate_everyAnswer(t *testing.T) {
	c := load(t)
	slots := 0
	for _, q := range c.Questions() {
		for ref, rules := range ruled(q) {
			slots++
			for _, s := range checklist.States() {
				checkState(t, c, ref, rules, s)
			}
			for _, o := range c.Options(q.Part(ref.Part)) {
				if q.Part(ref.Part).Kind.Coded() && o.Code != checklist.CodeDontKnow {
					checkCode(t, c, ref, rules, o.Code)
				}
			}
		}
	}
	if slots < 60 {
		t.Errorf("walked only %d slots", slots)
	}
}

func checkState(t *testing.T, c *checklist.Content, ref checklist.Ref, rules []checklist.Rule, s checklist.State) {
	t.Helper()
	got := kinds(one(c, ref, state(s)))
	concern := slices.ContainsFunc(rules, func(r checklist.Rule) bool {
		return slices.Contains(r.States, s) || s == checklist.Suspected && slices.Contains(r.States, checklist.Yes)
	})
	if found := slices.Contains(got, checklist.OutcomeFinding); found != concern {
		t.Errorf("%s %s: finding %v, want %v", ref.Field(), s, found, concern)
	}
	if unknown := s == checklist.DontKnow || s == checklist.Declined; unknown && !slices.Contains(got, checklist.OutcomeOpen) {
		t.Errorf("%s %s: no open item", ref.Field(), s)
	}
	listed := slices.Contains(got, checklist.OutcomeNotAsked)
	if want := s == checklist.NotAsked && ref.Entity == ""; want && !listed || s != checklist.NotAsked && listed {
		t.Errorf("%s %s: listed as not asked: %v", ref.Field(), s, listed)
	}
}

func checkCode(t *testing.T, c *checklist.Content, ref checklist.Ref, rules []checklist.Rule, code string) {
	t.Helper()
	concern := slices.ContainsFunc(rules, func(r checklist.Rule) bool {
		return slices.Contains(r.Codes, code) || slices.Contains(r.States, checklist.Yes)
	})
	for _, s := range []checklist.State{checklist.Yes, checklist.Suspected, checklist.DontKnow, checklist.Declined} {
		out := one(c, ref, checklist.Answer{State: s, Codes: []string{code}})
		got := kinds(out)
		want := concern && (s == checklist.Yes || s == checklist.Suspected) ||
			slices.ContainsFunc(rules, func(r checklist.Rule) bool { return slices.Contains(r.Codes, code) })
		if found := slices.Contains(got, checklist.OutcomeFinding); found != want {
			t.Errorf("%s %s (%s): finding %v, want %v", ref.Field(), code, s, found, want)
		}
		if (s == checklist.DontKnow || s == checklist.Declined) && !slices.Contains(got, checklist.OutcomeOpen) {
			t.Errorf("%s %s (%s): the unknown went silent beside the code", ref.Field(), code, s)
		}
		if want && s == checklist.Suspected && out[0].Certainty != checklist.CertainSuspected {
			t.Errorf("%s %s: a suspicion became %s", ref.Field(), code, out[0].Certainty)
		}
	}
}

// B1 of the practice: in the reference tool "unsure" raises nothing.
func TestB1_dontKnowIsNeverSilent(t *testing.T) {
	c := load(t)
	as := checklist.Answers{}
	questions := 0
	for _, q := range c.Questions() {
		for ref := range ruled(q) {
			as[ref] = state(checklist.DontKnow)
		}
		if len(q.Concern) > 0 {
			questions++
		}
	}
	out := checklist.Evaluate(c, as)
	open := map[string]bool{}
	for _, o := range out {
		if o.Kind == checklist.OutcomeFinding {
			t.Errorf("%s: an unknown became a finding", o.Question.ID)
		}
		open[o.Question.ID] = open[o.Question.ID] || o.Kind == checklist.OutcomeOpen
	}
	for _, q := range c.Questions() {
		if len(q.Concern) > 0 && !open[q.ID] {
			t.Errorf("%s: don't know opened nothing", q.ID)
		}
	}
	if questions < 50 {
		t.Errorf("only %d questions have a concern", questions)
	}
}

// B2: the reference tool compares a list with one string, so the set-up risk can never fire.
func TestB2_oneManyAndNoChoice(t *testing.T) {
	c := load(t)
	ref := at("13.2", "")
	for _, tc := range []struct {
		name string
		a    checklist.Answer
		want []checklist.OutcomeKind
	}{
		{"one choice", codes("person_of_concern"), []checklist.OutcomeKind{checklist.OutcomeFinding}},
		{"many choices", codes("survivor", "person_of_concern", "child"), []checklist.OutcomeKind{checklist.OutcomeFinding}},
		{"many harmless choices", codes("survivor", "child"), []checklist.OutcomeKind{}},
		{"none", state(checklist.No), []checklist.OutcomeKind{}},
		{"nothing", checklist.Answer{}, []checklist.OutcomeKind{checklist.OutcomeNotAsked}},
		{"don't know as a WHO code", codes("dont_know"), []checklist.OutcomeKind{checklist.OutcomeOpen}},
	} {
		if got := kinds(one(c, ref, tc.a)); !slices.Equal(got, tc.want) {
			t.Errorf("%s: %v, want %v", tc.name, got, tc.want)
		}
	}
}

// A suspicion that she has her own login does not settle the question of who rules the home.
func TestEvaluate_suspectedWhereOnlyYesSettles(t *testing.T) {
	if got := kinds(one(load(t), at("12.2", ""), state(checklist.Suspected))); !slices.Equal(got, []checklist.OutcomeKind{checklist.OutcomeOpen}) {
		t.Errorf("got %v", got)
	}
}

func TestEvaluate_listWithoutRows(t *testing.T) {
	c := load(t)
	if got := kinds(one(c, at("12.1", ""), state(checklist.Yes))); !slices.Equal(got, []checklist.OutcomeKind{checklist.OutcomeOpen}) {
		t.Errorf("said to have rows but has none: %v", got)
	}
	if got := kinds(one(c, at("12.1", ""), state(checklist.No))); len(got) != 0 {
		t.Errorf("no rows: %v", got)
	}
}

// B4: the reference tool loses the eleventh item. Twelve rows keep a finding each.
func TestB4_twelveRows(t *testing.T) {
	as := checklist.Answers{at("13.1", ""): state(checklist.Yes)}
	for i := range 12 {
		as[checklist.Ref{Entity: "row" + itoa(i), Question: "13.1", Part: "installed_by"}] = codes("person_of_concern")
	}
	ids := map[string]bool{}
	for _, o := range checklist.Of(checklist.Evaluate(load(t), as), checklist.OutcomeFinding) {
		ids[o.ID()] = true
	}
	if len(ids) != 12 {
		t.Errorf("%d findings for 12 rows", len(ids))
	}
}

func TestEvaluateMatrix(t *testing.T) {
	c := load(t)
	for _, col := range c.Matrix.Parts {
		for _, o := range c.Who {
			as := checklist.Answers{}
			for _, other := range c.Matrix.Parts {
				as[checklist.Ref{Entity: "d1", Question: checklist.MatrixID, Part: other.Name}] = codes("survivor")
			}
			as[checklist.Ref{Entity: "d1", Question: checklist.MatrixID, Part: col.Name}] = codes(o.Code)
			got := checklist.EvaluateMatrix(c, as, []string{"d1"})
			want := o.Code == "person_of_concern" || o.Code == "dont_know"
			if open := len(got) == 1 && got[0].Concern; open != want {
				t.Errorf("%s = %s: open %v, want %v", col.Name, o.Code, open, want)
			}
		}
	}
}

func TestEvaluateMatrix_untouchedRow(t *testing.T) {
	got := checklist.EvaluateMatrix(load(t), checklist.Answers{}, []string{"d1", "d2"})
	if len(got) != 2 || got[0].Kind != checklist.OutcomeNotAsked || len(got[0].Reasons) != 5 {
		t.Errorf("got %+v", kinds(got))
	}
}

// Each danger brings its own steps; an unknown one brings what would be needed if it were so.
func TestEvaluate_stepsOfTheAnswer(t *testing.T) {
	c := load(t)
	for _, tc := range []struct {
		part string
		s    checklist.State
		want []string
	}{
		{"cannot_exit", checklist.Yes, []string{"SP-P.help", "SP-P.exit"}},
		{"confidential_address_leak", checklist.Yes, []string{"SP-P.help", "SP-P.carry", "SP-P.search"}},
		{"vital_aid_interference", checklist.Suspected, []string{"SP-P.help", "SP-P.vital"}},
		{"child_image", checklist.DontKnow, []string{"SP-P.help", "SP-P.image"}},
	} {
		out := one(c, at("D.1", tc.part), state(tc.s))
		if len(out) == 0 || !slices.Equal(out[0].Actions, tc.want) {
			t.Errorf("%s %s: %v, want %v", tc.part, tc.s, out, tc.want)
		}
	}
}

func TestStepsFor_order(t *testing.T) {
	c := load(t)
	as := checklist.Answers{at("11.2", ""): codes("person_of_concern"), at("13.6", ""): state(checklist.Yes)}
	steps := checklist.StepsFor(c, checklist.Evaluate(c, as))
	if want := []string{"SP-P.talk", "SP-P.leave-camera", "SP-13.6", "SP-11.2"}; !slices.Equal(steps, want) {
		t.Errorf("got %v, want %v", steps, want)
	}
}
