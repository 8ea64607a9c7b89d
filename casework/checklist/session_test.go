package checklist_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyholder/casework/checklist"
)

// asked are the answers of a scripted client after the first walk.
func (w walk) asked(t *testing.T, c *checklist.Content) checklist.Answers {
	t.Helper()
	as := checklist.Answers{}
	for i, form := range w.screens {
		for ref, a := range answers(t, c, i, form) {
			as[ref] = a
		}
	}
	return as
}

// homes are the devices on the list of the scripted clients; nil where nobody listed any.
func homes() map[string]map[string]bool {
	return map[string]map[string]bool{
		"living together":            {"phone_computer": true, "iot_hub": true, "network": true},
		"apart with shared children": {"child": true, "phone_computer": true},
		"one device only":            {"iot_camera": true},
	}
}

func talkOf(c *checklist.Content, w walk, as checklist.Answers) checklist.Talk {
	return checklist.Talk{Situation: checklist.Situation{Phase: checklist.PhaseOf(c, as), Groups: homes()[w.name]}}
}

// Every scripted client is asked at most 40 questions, each for a reason, and what their story points
// to is among them.
func TestSession_clients(t *testing.T) {
	c := load(t)
	wanted := map[string][]string{
		"living together":            {"S12", "S13"},
		"leaving next week":          {"S07", "S22"},
		"apart with shared children": {"S18", "S07"},
		"parental abuse":             {"S04", "S08"},
		"one device only":            {"S13"},
		"nothing known":              {"S07", "S02"},
	}
	for _, w := range walks() {
		as := w.asked(t, c)
		got := checklist.Session(c, as, talkOf(c, w, as))
		sections := map[string]int{}
		for _, topic := range got.Topics {
			sections[topic.Section.ID] = len(topic.Questions)
			for _, k := range topic.Questions {
				if len(k.Because) == 0 {
					t.Errorf("%s: %s is asked without a reason", w.name, k.Question.ID)
				}
			}
		}
		t.Logf("%s: %d questions in %d topics: %v", w.name, got.Count(), len(got.Topics), got.IDs())
		if got.Count() > 40 || got.Count() < 20 {
			t.Errorf("%s: %d questions", w.name, got.Count())
		}
		for _, s := range append(wanted[w.name], "S24") {
			if sections[s] == 0 {
				t.Errorf("%s: nothing of %s is asked, only %v", w.name, s, sections)
			}
		}
		if sections["S21"] != 0 {
			t.Errorf("%s: the sensitive topic opened by itself", w.name)
		}
	}
}

// story is a random set of answers and a random home.
func story(c *checklist.Content, r *rand.Rand) (checklist.Answers, checklist.Talk) {
	as := checklist.Answers{}
	most := r.Float64()
	for _, q := range append(c.Questions(), &c.Presence) {
		if r.Float64() > most {
			continue
		}
		for _, ref := range q.Refs("") {
			as[ref] = randomAnswer(c, q, ref, r)
		}
	}
	t := checklist.Talk{OptedIn: map[string]bool{"S21": r.IntN(2) == 0}}
	phases := []checklist.Phase{"", checklist.PhysicalControl, checklist.Escape, checklist.LifeApart, checklist.MovesBetween, checklist.PhaseUnknown}
	t.Phase = phases[r.IntN(len(phases))]
	if r.IntN(3) > 0 {
		t.Groups = map[string]bool{}
		for _, s := range c.Sections {
			for _, g := range s.Gate.Groups {
				if r.IntN(4) == 0 {
					t.Groups[g] = true
				}
			}
		}
	}
	return as, t
}

func randomAnswer(c *checklist.Content, q *checklist.Question, ref checklist.Ref, r *rand.Rand) checklist.Answer {
	states := checklist.States()
	a := checklist.Answer{State: states[r.IntN(len(states))]}
	if options := c.Options(q.Part(ref.Part)); a.State == checklist.Yes && len(options) > 0 {
		a.Codes = []string{options[r.IntN(len(options))].Code}
	}
	return a
}

// Never more than 40, never one that was answered, core items before all else, the same every time,
// and nothing is lost: what is not chosen is counted under its topic.
func TestSession_properties(t *testing.T) {
	c := load(t)
	r := rand.New(rand.NewPCG(4, 4))
	most := 0
	for range 150 {
		as, talk := story(c, r)
		got := checklist.Session(c, as, talk)
		if diff := cmp.Diff(got.IDs(), checklist.Session(c, as, talk).IDs()); diff != "" {
			t.Fatalf("the same answers give another selection:\n%s", diff)
		}
		most = max(most, got.Count())
		if got.Count() > 40 {
			t.Fatalf("%d questions", got.Count())
		}
		honest(t, c, as, got)
		complete(t, c, as, got)
		if talk.OptedIn["S21"] {
			continue
		}
		if slices.ContainsFunc(got.Topics, func(topic checklist.Topic) bool { return topic.Section.ID == "S21" }) {
			t.Fatal("the sensitive topic opened by itself")
		}
	}
	if most != 40 {
		t.Errorf("the fullest sitting of 150 has %d questions; the limit was never met", most)
	}
}

// honest checks that nothing answered is asked again and that every core item comes first.
func honest(t *testing.T, c *checklist.Content, as checklist.Answers, got checklist.Selection) {
	t.Helper()
	core := map[string]bool{}
	for i, item := range checklist.CoreStates(c, as) {
		from := c.Triage.Items[i].From[0]
		if ref := at(from.Question, from.Part); item.State == checklist.NotAsked && as[ref].Is() == checklist.NotAsked {
			core[from.Question] = true
		}
	}
	past := false // the topics with core items
	for i, topic := range got.Topics {
		holds := false
		for _, k := range topic.Questions {
			if asked, _ := checklist.Touched(k.Question, as); asked && !core[k.Question.ID] {
				t.Fatalf("%s was answered and is asked again", k.Question.ID)
			}
			if k.Core != core[k.Question.ID] {
				t.Fatalf("%s: core is %v, want %v", k.Question.ID, k.Core, core[k.Question.ID])
			}
			holds = holds || k.Core
			delete(core, k.Question.ID)
		}
		if holds && past {
			t.Fatalf("the core items of %s come after another topic", topic.Section.ID)
		}
		past = past || !holds && topic.Section.ID != "S00"
		if i > 0 && topic.Section.ID == "S00" {
			t.Fatal("something is asked before whether it is safe to talk")
		}
	}
	if len(core) > 0 {
		t.Fatalf("core questions were dropped: %v", core)
	}
}

// complete checks that every question is answered, chosen or counted among the rest of its topic.
func complete(t *testing.T, c *checklist.Content, as checklist.Answers, got checklist.Selection) {
	t.Helper()
	chosen := map[string]int{}
	for _, topic := range got.Topics {
		chosen[topic.Section.ID] = len(topic.Questions)
	}
	rest := map[string]int{}
	for _, r := range got.Rest {
		rest[r.Section.ID] = r.Questions
	}
	for i := range c.Sections {
		s := &c.Sections[i]
		open := 0
		for j := range s.Questions {
			if checklist.Open(c, as, &s.Questions[j]) {
				open++
			}
		}
		if chosen[s.ID]+rest[s.ID] != open {
			t.Fatalf("%s: %d open questions, %d chosen and %d one click away", s.ID, open, chosen[s.ID], rest[s.ID])
		}
	}
}

// Choosing again never makes a sitting longer: what was answered of the first choice counts.
func TestSession_again(t *testing.T) {
	c := load(t)
	w := walks()[0]
	as := w.asked(t, c)
	talk := talkOf(c, w, as)
	first := checklist.Session(c, as, talk)
	for _, id := range first.IDs()[:15] {
		for _, ref := range c.Question(id).Refs("") {
			as[ref] = state(checklist.DontKnow)
		}
	}
	talk.Chosen = first.IDs()
	if second := checklist.Session(c, as, talk); second.Count() != first.Count()-15 {
		t.Errorf("%d questions after 15 of %d were answered", second.Count(), first.Count())
	}
}

// A wish, a worry, the pattern and the list each bring their topic, with the words that say why.
func TestSession_reasons(t *testing.T) {
	c := load(t)
	for name, tt := range map[string]struct {
		as      checklist.Answers
		groups  map[string]bool
		section string
		kind    checklist.ReasonKind
		words   string
	}{
		"wish":     {checklist.Answers{at("00.6", ""): codes("evidence")}, map[string]bool{"other": true}, "S23", checklist.BecauseWish, "Have proof"},
		"worry":    {checklist.Answers{at("D.6", "most"): codes("they_come_here")}, map[string]bool{"other": true}, "S14", checklist.BecauseWorry, "They come here or get in"},
		"pattern":  {checklist.Answers{at("01.6", "what"): codes("place"), at("01.6", "where"): codes("journeys")}, map[string]bool{"other": true}, "S16", checklist.BecausePattern, "Known only after journeys: think of the phone, the car, a tag or a child’s device."},
		"row":      {checklist.Answers{{Entity: "r1", Question: "grid", Part: "what"}: codes("spending")}, map[string]bool{"other": true}, "S19", checklist.BecausePattern, "Known after spending: think of bank, shop and card accounts."},
		"device":   {checklist.Answers{}, map[string]bool{"vehicle": true}, "S16", checklist.BecauseDevice, ""},
		"presence": {checklist.Answers{at("presence", "ta_vehicle"): state(checklist.Suspected)}, map[string]bool{"other": true}, "S16", checklist.BecausePresence, "Car or other vehicle"},
	} {
		got := checklist.Session(c, tt.as, checklist.Talk{Situation: checklist.Situation{Phase: checklist.LifeApart, Groups: tt.groups}})
		without := checklist.Session(c, checklist.Answers{}, checklist.Talk{Situation: checklist.Situation{Phase: checklist.LifeApart, Groups: map[string]bool{"other": true}}})
		if !says(got, tt.section, tt.kind, tt.words) {
			t.Errorf("%s: %s is not asked because of %q", name, tt.section, tt.words)
		}
		if says(without, tt.section, tt.kind, tt.words) {
			t.Errorf("%s: %s is asked for that reason without it", name, tt.section)
		}
	}
}

func says(s checklist.Selection, section string, kind checklist.ReasonKind, words string) bool {
	for _, topic := range s.Topics {
		for _, k := range topic.Questions {
			if topic.Section.ID == section && slices.ContainsFunc(k.Because, func(b checklist.Because) bool { return b.Kind == kind && b.Words == words }) {
				return true
			}
		}
	}
	return false
}

// Where looking may be noticed, a question that needs no looking comes before one that does.
func TestSession_lookingCosts(t *testing.T) {
	c := load(t)
	looks := func(phase checklist.Phase) int {
		got := checklist.Session(c, checklist.Answers{}, checklist.Talk{Situation: checklist.Situation{Phase: phase}})
		n := 0
		for _, id := range got.IDs() {
			if c.Question(id).Look != nil {
				n++
			}
		}
		return n
	}
	if close, apart := looks(checklist.PhysicalControl), looks(checklist.LifeApart); close >= apart {
		t.Errorf("living together %d questions need a look, apart %d", close, apart)
	}
}

// Rows of the grid are read one by one, and 01.6 learns what they say without losing what it has.
func TestGrid(t *testing.T) {
	c := load(t)
	row := func(name, part string) checklist.Ref {
		return checklist.Ref{Entity: name, Question: checklist.GridID, Part: part}
	}
	as := checklist.Answers{
		at("01.6", "what"):      {State: checklist.DontKnow, Codes: []string{"photos"}},
		row("a", "what"):        codes("talk"),
		row("a", "where"):       codes("one_room"),
		row("b", "what"):        codes("place", "photos"),
		row("b", "where"):       codes("journeys"),
		row("b", "present"):     state(checklist.DontKnow),
		at("01.6", "present"):   state(checklist.Declined),
		at("01.6", "how_often"): codes("weekly"),
	}
	var rules []string
	for _, r := range checklist.ReadGrid(c, as) {
		for _, s := range r.Suggestions {
			rules = append(rules, r.Row+"/"+s.Rule)
		}
	}
	if diff := cmp.Diff([]string{"/photos", "a/one_room", "b/place", "b/photos"}, rules); diff != "" {
		t.Errorf("readings (-want +got):\n%s", diff)
	}
	want := checklist.Answers{
		at("01.6", "what"):  {State: checklist.DontKnow, Codes: []string{"photos", "talk", "place"}},
		at("01.6", "where"): codes("one_room", "journeys"),
	}
	if diff := cmp.Diff(want, checklist.JoinGrid(c, as, as)); diff != "" {
		t.Errorf("01.6 with the rows (-want +got):\n%s", diff)
	}
}
