package casework_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"keyholder/casework"
	"keyholder/casework/casetest"
	"keyholder/casework/checklist"
	"keyholder/casework/personal"
)

// One topic can show several lists, and each numbers its new rows from one. Two new rows of two lists are
// two things, each of the kind of its own list: a child's watch is not the app of the school.
func TestFile_Form_newRowsOfTwoLists(t *testing.T) {
	b := casetest.New(t)
	for i := range b.Content().Sections {
		s := &b.Content().Sections[i]
		as := checklist.Answers{}
		want := map[string]string{} // entity kind by list
		for j := range s.Questions {
			q := &s.Questions[j]
			if q.Rows == nil {
				continue
			}
			want[q.ID] = q.Rows.Entity
			for _, ref := range append(q.RowRefs("new1"), q.RowRefs("new2")...) {
				as[ref] = checklist.Answer{State: checklist.DontKnow}
			}
		}
		form := b.File().Form(as, nil, "")
		if len(form.Entities) != 2*len(want) {
			t.Errorf("%s: %d new rows of %d lists became %d things", s.ID, 2*len(want), len(want), len(form.Entities))
			continue
		}
		kindOf := map[casework.EntityID]casework.EntityKind{}
		for _, e := range form.Entities {
			kindOf[e.ID] = e.Kind
		}
		listOf := map[casework.EntityID]string{}
		for _, v := range form.Values {
			ref, ok := b.Content().Ref(string(v.Slot.Entity), string(v.Slot.Field))
			if !ok || string(kindOf[v.Slot.Entity]) != want[ref.Question] {
				t.Errorf("%s: a column of %s stands on a %s", s.ID, ref.Question, kindOf[v.Slot.Entity])
			}
			if other, seen := listOf[v.Slot.Entity]; seen && other != ref.Question {
				t.Errorf("%s: one thing is a row of %s and of %s", s.ID, other, ref.Question)
			}
			listOf[v.Slot.Entity] = ref.Question
		}
	}
}

// A topic of an organisation's own was asked in this sitting, and the next start has no such topic: the
// sitting goes on without it.
func TestCasebook_LeadTalk_topicThatIsGone(t *testing.T) {
	b := casetest.New(t)
	own, err := b.Content().WithOwn("own.yaml", []byte(`version: 1
organisation: House by the river
section:
  id: X-river
  title: "Our house"
  why: "We ask this of everybody."
  gate: {when: always, text: "Always"}
  questions:
    - {id: X-river.1, text: "Do you know the rules of the house?", help: "They keep it quiet.", parts: [{kind: t4}], alert: A0, phases: [PC, ES, LA], depth: first, sources: [inf], checked: 2026-11}
actions: []
`))
	if err != nil {
		t.Fatal(err)
	}
	with := func(c *checklist.Content) *casework.Casebook {
		return casework.NewCasebook(casework.CasebookConfig{Record: b.Memory, Cases: b.Memory, Audit: b.Memory, Clock: b.Now, Content: c})
	}
	book := with(own)
	if err := book.LeadTalk(ctx, b.Case, b.Act(), checklist.DepthSession); err != nil {
		t.Fatal(err)
	}
	f, err := book.Read(ctx, b.Case, casetest.Worker)
	if err != nil || !slices.Contains(f.Talk().IDs(), "X-river.1") {
		t.Fatalf("the own topic was not chosen (%v): the test would prove nothing", err)
	}
	b.Answer("00.1", checklist.Yes)
	if err := book.SaveAnswers(ctx, b.Case, b.Act(), casework.Answers{Values: []casework.Value{{
		Slot: casework.Slot{Field: "q:X-river.1"}, State: checklist.Yes, Basis: casework.SurvivorSaid,
	}}}); err != nil {
		t.Fatal(err)
	}
	if err := b.LeadTalk(ctx, b.Case, b.Act(), checklist.DepthSession); err != nil {
		t.Fatal(err)
	}
	f = b.File()
	if ids := f.Talk().IDs(); len(ids) == 0 || slices.Contains(ids, "X-river.1") || len(ids) > 40 {
		t.Errorf("after the topic is gone the sitting asks %v", ids)
	}
	if f.Head("", "q:X-river.1").State != checklist.Yes {
		t.Error("the answer to a topic that is gone was lost")
	}
	for _, l := range f.Close(casetest.At(0), b.Now()).Draft {
		if l.Line.Ref.Question == "X-river.1" {
			t.Error("a question nobody can read any more stands in the note")
		}
	}
}

// One sitting asks forty questions at the most, however often the worker chooses again and whatever was
// answered in between; after it, the count begins anew; a paused talk goes on where it was left.
func TestFile_Talk_fortyOfOneSitting(t *testing.T) {
	b := casetest.New(t)
	b.Pick("01.1", "apart").Pick("00.6", "stop_it", "evidence").Device("Hub", "iot_hub", "hub_platform")
	asked := map[string]bool{}
	for range 5 {
		if err := b.LeadTalk(ctx, b.Case, b.Act(), checklist.DepthSession); err != nil {
			t.Fatal(err)
		}
		talk := b.File().Talk()
		if n := len(talk.IDs()); n > 40 || n == 0 {
			t.Fatalf("%d questions chosen", n)
		}
		open := 0
		for _, topic := range talk.Topics {
			if topic.Section.ID == "S21" {
				t.Fatal("the sensitive topic opened by itself")
			}
			for _, q := range topic.Questions {
				if !checklist.Open(b.Content(), b.File().Answers(), q) {
					continue
				}
				open++
				if open > 9 {
					continue
				}
				for _, ref := range q.Refs("") {
					if err := b.SaveAnswers(ctx, b.Case, b.Act(), casework.Answers{Values: []casework.Value{
						casework.ValueOf(ref, checklist.Answer{State: checklist.DontKnow}, ""),
					}}); err != nil {
						t.Fatal(err)
					}
				}
				asked[q.ID] = true
			}
		}
		if got := b.File().Talk().Left; got != open-min(open, 9) {
			t.Errorf("%d questions left, want %d", got, open-min(open, 9))
		}
	}
	if len(asked) > 40 {
		t.Errorf("%d questions asked in one sitting", len(asked))
	}
	b.Pass(2 * casework.SameSitting)
	if n := b.File().Choose(b.Now()).Count(); n < 30 {
		t.Errorf("the next sitting has room for %d questions", n)
	}
	if b.File().SafeToTalk(b.Now()) {
		t.Error("what was said on another day counts as safe to talk today")
	}
	if err := b.PauseTalk(ctx, b.Case, b.Act(), "S24"); err != nil {
		t.Fatal(err)
	}
	f := b.File()
	if talk := f.Talk(); talk.Index("S24") >= 0 && talk.Topics[talk.Index("S24")].Left > 0 && f.Resume(talk) != talk.Index("S24") {
		t.Error("the talk does not go on where it was paused")
	}
	if err := b.LeadTalk(ctx, b.Case, b.Act(), "deep"); err == nil {
		t.Error("a depth that does not exist was led")
	}
}

// Her own words, and what she calls things, stand in no letter: every letter of the content, with her
// words in every field of the record that takes words.
func TestLetters_noWordsOfHers(t *testing.T) {
	letters := casetest.New(t).Content().Letters.Letters
	if testing.Short() {
		letters = letters[:6]
	}
	for i := range letters {
		id := letters[i].ID
		b := openCase(t, id)
		var form casework.Answers
		for _, q := range b.Content().Questions() {
			for _, ref := range q.Refs("") {
				if k := q.Part(ref.Part).Kind; k == checklist.KindText || k == checklist.KindNote {
					form.Values = append(form.Values, casework.ValueOf(ref, checklist.Answer{State: checklist.Yes, Text: checklist.NewWords(marker)}, ""))
				}
			}
		}
		if err := b.SaveAnswers(ctx, b.Case, b.Act(), form); err != nil {
			t.Fatal(err)
		}
		b.Device(marker, "network", "router")
		if err := b.SaveEmergency(ctx, b.Case, b.Act(), map[casework.Field]personal.Text{
			casework.FieldCallWho: personal.New(marker), casework.FieldWayOut: personal.New(marker),
		}, nil); err != nil {
			t.Fatal(err)
		}
		if err := b.SaveClosing(ctx, b.Case, b.Act(), casework.Closed{Note: personal.New(marker)}, nil); err != nil {
			t.Fatal(err)
		}
		other := letters[(i+1)%len(letters)].ID
		if _, planned := b.File().Letter(other); planned {
			save(t, b, other, map[string]string{"to": marker, "sign": marker, "reference": marker})
		}
		if err := b.ReadLetter(ctx, b.Case, b.Act(), id); err != nil {
			t.Fatal(err)
		}
		l := letterOf(t, b, id)
		if !l.Shown() || l.Text.Empty() {
			t.Fatalf("%s is not shown (%v, read %t, route %q): the test would prove nothing", id, l.Step.Holds, l.Read, l.Route)
		}
		if strings.Contains(l.Text.Reveal(), marker) || slices.ContainsFunc(l.Facts, func(f casework.LetterFact) bool { return strings.Contains(f.Says.Reveal(), marker) }) {
			t.Errorf("%s holds words of hers, or of another letter", id)
		}
		if strings.ContainsAny(l.Text.Reveal(), "{}") {
			t.Errorf("%s has a gap", id)
		}
	}
}

// An assessment can be worked out again from what was kept, whatever the answers were; a rule of another
// version, and a value that is none, is refused.
func TestTriageRule_Replay_anyAnswers(t *testing.T) {
	b := casetest.New(t)
	rule := casework.RuleOf(b.Content())
	for i, s := range checklist.States() {
		for j, item := range b.Content().Triage.Items {
			if from := item.From[0]; (i+j)%3 == 0 && !b.Content().Question(from.Question).Part(from.Part).Kind.Coded() {
				place := from.Question
				if from.Part != "" {
					place += "/" + from.Part
				}
				b.Answer(place, s)
			}
		}
		if i%2 == 1 {
			judging := casework.Judging{Lane: casework.Lanes()[i%5], Reason: personal.New("seen"), Second: personal.New(strings.Repeat("x", i%4))}
			if _, err := b.Judge(ctx, b.Case, b.Act(), judging); err != nil {
				t.Fatal(err)
			}
		}
		got, err := b.Assess(ctx, b.Case, b.Act())
		if err != nil {
			t.Fatal(err)
		}
		kept := b.File().Head("", casework.FieldAssessment)
		again, same, err := rule.Replay(kept)
		if err != nil || !same || again.Final != got.Final || again.Automatic != got.Automatic || again.Unknown != got.Unknown {
			t.Errorf("state %s: replayed as %s/%s (%t, %v), was %s/%s", s, again.Automatic, again.Final, same, err, got.Automatic, got.Final)
		}
		for name, forge := range map[string]func(v *casework.Value){
			"another lane":      func(v *casework.Value) { v.Codes = swap(v.Codes, "automatic=", "automatic=no_trigger_recorded_at_all") },
			"another rule":      func(v *casework.Value) { v.Codes = swap(v.Codes, "rule=", "rule=triage.v0") },
			"another field":     func(v *casework.Value) { v.Slot.Field = casework.FieldJudgement },
			"no count":          func(v *casework.Value) { v.Codes = swap(v.Codes, "behaviours=", "behaviours=many") },
			"nothing in it":     func(v *casework.Value) { v.Codes = nil },
			"a final lane less": func(v *casework.Value) { v.Codes = swap(v.Codes, "final=", "final=x") },
		} {
			v := kept
			v.Codes = slices.Clone(kept.Codes)
			forge(&v)
			if _, same, err := rule.Replay(v); err == nil && same {
				t.Errorf("an assessment with %s was taken for genuine", name)
			}
		}
	}
	if why := b.File().Reopen(b.Now().Add(casework.RelookAfter + time.Hour)); !slices.Contains(why, casework.ReopenTime) {
		t.Errorf("after %v nothing asks for another look: %v", casework.RelookAfter, why)
	}
}

// swap replaces the code that begins so.
func swap(codes []string, prefix, with string) []string {
	for i, c := range codes {
		if strings.HasPrefix(c, prefix) {
			codes[i] = with
			return codes
		}
	}
	panic(fmt.Sprintf("no code begins with %s", prefix))
}
