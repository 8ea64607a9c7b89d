package checklist_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"keyholder/casework/checklist"
)

// A suspicion, or a yes, that names none of the choices is not silence: every coded slot that a concern
// speaks of, in parts and in rows, leaves an open item or a finding.
func TestEvaluate_namesNothing(t *testing.T) {
	c := load(t)
	tried := 0
	for _, q := range c.Questions() {
		for ref := range ruled(q) {
			if !q.Part(ref.Part).Kind.Coded() {
				continue
			}
			for _, s := range []checklist.State{checklist.Yes, checklist.Suspected} {
				got := one(c, ref, state(s))
				heard := slices.ContainsFunc(got, func(o checklist.Outcome) bool { return o.Kind != checklist.OutcomeNotAsked })
				if !heard {
					t.Errorf("%s/%s: %s that names nothing is heard by nobody", q.ID, ref.Part, s)
				}
				tried++
			}
		}
	}
	for _, part := range c.Matrix.Parts {
		ref := checklist.Ref{Entity: "phone", Question: checklist.MatrixID, Part: part.Name}
		for _, s := range []checklist.State{checklist.Yes, checklist.Suspected, checklist.DontKnow, checklist.Declined} {
			out := checklist.EvaluateMatrix(c, checklist.Answers{ref: state(s)}, []string{"phone"})
			if !slices.ContainsFunc(out, func(o checklist.Outcome) bool { return o.Kind != checklist.OutcomeNotAsked }) {
				t.Errorf("%s is %s and names nobody: the row counts as closed", part.Name, s)
			}
		}
	}
	if tried < 60 {
		t.Errorf("only %d slots tried", tried)
	}
}

// Such an answer can be given: ticking "suspected" and nothing else is a form like any other, and it
// survives being shown and sent again.
func TestParseForm_suspectedAndNothingElse(t *testing.T) {
	c := load(t)
	for _, q := range c.Questions() {
		asked := checklist.All(q)
		for _, ref := range q.Refs("") {
			p := q.Part(ref.Part)
			if !p.Kind.Coded() {
				continue
			}
			form := map[string][]string{ref.StateInput(): {string(checklist.Suspected)}}
			as, errs := checklist.ParseForm(c, asked, "", form)
			if len(errs) > 0 || as[ref].State != checklist.Suspected {
				t.Errorf("%s/%s: read as %v (%v)", q.ID, ref.Part, as[ref], errs)
				continue
			}
			again, errs := checklist.ParseForm(c, asked, "", fill(c, asked, "", as))
			if len(errs) > 0 || !again[ref].Equal(as[ref]) {
				t.Errorf("%s/%s: sent again it reads %v", q.ID, ref.Part, again[ref])
			}
		}
	}
}

// A guess never reads as a no in a core item: every item, every place it is read from, every choice.
func TestCoreStates_aGuessIsNoNo(t *testing.T) {
	c := load(t)
	for _, item := range c.Triage.Items {
		for _, f := range item.From {
			ref := at(f.Question, f.Part)
			for code, meant := range f.Codes {
				got := core(c, checklist.Answers{ref: {State: checklist.Suspected, Codes: []string{code}}})[item.ID]
				want := map[checklist.State]checklist.State{
					checklist.Yes: checklist.Suspected, checklist.No: checklist.DontKnow,
				}[meant]
				if want == "" {
					want = meant
				}
				if got != want {
					t.Errorf("%s: %s/%s suspected to be %s reads %s, want %s", item.ID, f.Question, f.Part, code, got, want)
				}
				for _, s := range []checklist.State{checklist.DontKnow, checklist.Declined} {
					got := core(c, checklist.Answers{ref: {State: s, Codes: []string{code}}})[item.ID]
					if got == checklist.No || got == checklist.NotApplicable || got == checklist.NotAsked {
						t.Errorf("%s: %s beside %q reads %s", item.ID, s, code, got)
					}
				}
			}
		}
	}
}

// gravity is how much a state weighs, said once more: an unknown outweighs a no.
func gravity(s checklist.State) int {
	return slices.Index([]checklist.State{
		checklist.NotAsked, checklist.NotApplicable, checklist.No, checklist.Declined, checklist.DontKnow,
		checklist.Suspected, checklist.Yes,
	}, s)
}

// One more answer never makes a core item less grave than the answer alone or the rest alone.
func TestCoreStates_moreAnswersNeverHide(t *testing.T) {
	c := load(t)
	random := rand.New(rand.NewPCG(5, 1))
	for range 300 {
		as := checklist.Answers{}
		item := c.Triage.Items[random.IntN(len(c.Triage.Items))]
		for _, f := range item.From {
			ref := at(f.Question, f.Part)
			as[ref] = randomAnswer(c, c.Question(f.Question), ref, random)
		}
		all := gravity(core(c, as)[item.ID])
		for ref, a := range as {
			if alone := gravity(core(c, checklist.Answers{ref: a})[item.ID]); alone > all {
				t.Errorf("%s: %v alone is graver than together with the rest", item.ID, ref)
			}
		}
	}
}

// Behaviour of the last months: every state with a choice that counts, with one that does not, with none,
// and with every last time.
func TestRecentBehaviour_everyAnswer(t *testing.T) {
	c := load(t)
	old := []string{"within_12_months", "longer_ago"}
	for _, b := range c.Triage.Behaviour {
		ref, last := at(b.Question, b.Part), at(b.Question, b.LastPart)
		counts := b.Codes[0]
		for _, s := range checklist.States() {
			_, bare := checklist.RecentBehaviour(c, checklist.Answers{ref: state(s)})
			if want := s == checklist.Yes || s == checklist.Suspected; (bare == 1) != want {
				t.Errorf("%s: %s that names nothing counts %d", b.Question, s, bare)
			}
			got, _ := checklist.RecentBehaviour(c, checklist.Answers{ref: state(s)})
			if (s == checklist.DontKnow || s == checklist.Declined) && got != s {
				t.Errorf("%s: %s reads %s", b.Question, s, got)
			}
		}
		for _, o := range c.Options(c.Question(b.Question).Part(b.Part)) {
			if slices.Contains(b.Codes, o.Code) {
				continue
			}
			guess, n := checklist.RecentBehaviour(c, checklist.Answers{ref: {State: checklist.Suspected, Codes: []string{o.Code}}})
			if n == 0 && guess != checklist.DontKnow {
				t.Errorf("%s: a guess at %s reads %s", b.Question, o.Code, guess)
			}
		}
		if b.LastPart == "" {
			continue
		}
		for _, o := range c.Question(b.Question).Part(b.LastPart).Options {
			for _, s := range []checklist.State{checklist.Yes, checklist.Suspected, checklist.DontKnow} {
				_, n := checklist.RecentBehaviour(c, checklist.Answers{
					ref: codes(counts), last: {State: s, Codes: []string{o.Code}},
				})
				long := slices.Contains(old, o.Code) && s == checklist.Yes
				if (n == 0) != long {
					t.Errorf("%s: last time %s (%s) counts %d", b.Question, o.Code, s, n)
				}
			}
		}
	}
}

// Why gives the reasons of the choice, and none for what was answered or is closed to her.
func TestWhy_sameAsTheChoice(t *testing.T) {
	c := load(t)
	r := rand.New(rand.NewPCG(9, 3))
	for range 25 {
		as, talk := story(c, r)
		chosen := map[string][]checklist.Because{}
		for _, topic := range checklist.Session(c, as, talk).Topics {
			for _, k := range topic.Questions {
				chosen[k.Question.ID] = k.Because
			}
		}
		for _, q := range c.Questions() {
			why := checklist.Why(c, as, talk, q)
			if because, is := chosen[q.ID]; is && !slices.Equal(because, why) {
				t.Fatalf("%s was chosen for %v and says %v", q.ID, because, why)
			}
			core := slices.ContainsFunc(why, func(b checklist.Because) bool { return b.Kind == checklist.BecauseCore })
			if asked, _ := checklist.Touched(q, as); len(why) > 0 && asked && !core {
				t.Fatalf("%s was answered and there are reasons to ask it", q.ID)
			}
			if c.OptIn(q.Section) && !talk.OptedIn[q.Section] && len(why) > 0 && !core {
				t.Fatalf("%s stands in a topic she did not open", q.ID)
			}
		}
	}
}

// The whole consultation holds every section that the case does not rule out, never one she did not open,
// and in each exactly what is open and fits the phase.
func TestWhole(t *testing.T) {
	c := load(t)
	r := rand.New(rand.NewPCG(2, 9))
	for range 40 {
		as, talk := story(c, r)
		there := map[string]bool{}
		for _, topic := range checklist.Whole(c, as, talk) {
			there[topic.Section.ID] = true
			for _, k := range topic.Questions {
				if !checklist.Open(c, as, k.Question) || k.Question.Section != topic.Section.ID {
					t.Fatalf("%s is not open, or in a foreign topic", k.Question.ID)
				}
			}
		}
		for i := range c.Sections {
			s := &c.Sections[i]
			closed := c.OptIn(s.ID) && !talk.OptedIn[s.ID]
			if want := s.Opens(talk.Situation) != checklist.OpensNo && !closed; there[s.ID] != want {
				t.Fatalf("%s: in the whole consultation %t, want %t", s.ID, there[s.ID], want)
			}
		}
	}
	quiet := checklist.Talk{Situation: checklist.Situation{Phase: checklist.PhaseUnknown}}
	questions := 0
	for _, topic := range checklist.Whole(c, checklist.Answers{}, quiet) {
		questions += len(topic.Questions)
	}
	auto := 0
	for _, q := range c.Questions() {
		if !checklist.Open(c, checklist.Answers{}, q) {
			auto++
		}
	}
	if want := len(c.Questions()) - auto - len(c.SectionByID("S21").Questions); questions != want {
		t.Errorf("with nothing known %d questions are open, want %d: what is not known rules nothing out", questions, want)
	}
}
