package checklist_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"keyholder/casework/checklist"
)

// walk is one scripted client: what is chosen and typed on each of the screens.
type walk struct {
	name    string
	screens [7]url.Values
	step    string
	phase   checklist.Phase
}

func walks() []walk {
	none := url.Values{"s.00.5": {"no"}, "s.D.1": {"no"}}
	agree := url.Values{"s.00.7": {"yes"}}
	safe := url.Values{"s.00.1": {"yes"}, "a.00.1/minutes": {"15_to_30"}, "a.00.2/place": {"elsewhere"}}
	next := func(most, second string) url.Values {
		return url.Values{"a.D.6/most": {most}, "a.D.6/second": {second}, "a.00.4/route": {"survivor_calls"}, "a.24.5/time": {"Tuesday morning"}}
	}
	return []walk{
		{"living together", [7]url.Values{
			safe, none, agree,
			{"a.00.6": {"know_what", "calm"}},
			{"a.01.1": {"together"}, "a.01.2": {"thinking"}},
			{"a.01.6/what": {"talk"}, "a.01.6/where": {"one_room"}, "a.01.6/present": {"speaker_hub", "phone"}},
			next("they_hear_or_see_home", "what_they_do_next"),
		}, "SP-P.quiet", checklist.PhysicalControl},
		{"leaving next week", [7]url.Values{
			safe,
			{"s.00.5": {"no"}, "a.D.1": {"confidential_address_leak"}, "s.D.1": {"dont_know"}},
			agree,
			{"a.00.6": {"plan_to_leave"}},
			{"a.01.1": {"together"}, "a.01.2": {"planned"}},
			{"a.01.6/what": {"place"}, "a.01.6/where": {"journeys"}, "a.01.6/present": {"car", "phone"}},
			next("they_know_where_i_am", "if_i_leave"),
		}, "SP-P.help", checklist.Escape},
		{"apart with shared children", [7]url.Values{
			safe, none, agree,
			{"a.00.6": {"stop_it", "evidence"}},
			{"a.01.1": {"apart"}, "a.01.2": {"recent"}},
			{"a.01.6/what": {"visitors", "place"}, "a.01.6/where": {"home"}, "a.01.6/present": {"child_device"}},
			next("children", "they_know_where_i_am"),
		}, "SP-P.carry", checklist.LifeApart},
		{"parental abuse", [7]url.Values{
			safe, none, agree,
			{"a.00.6": {"know_what"}},
			{"a.01.1": {"family_or_care"}, "a.01.2": {"not_considered"}},
			{"a.01.6/what": {"messages"}, "a.01.6/where": {"online"}, "a.01.6/present": {"phone"}},
			next("they_read_messages", "money"),
		}, "SP-P.quiet", checklist.ModelDoesNotFit},
		{"one device only", [7]url.Values{
			safe, none, agree,
			{"a.00.6": {"stop_it"}},
			{"a.01.1": {"apart"}, "a.01.2": {"longer_ago"}},
			{"a.01.6/what": {"talk"}, "a.01.6/where": {"home"}, "a.01.6/present": {"camera"}},
			next("they_hear_or_see_home", "other"),
		}, "SP-P.quiet", checklist.LifeApart},
		{"nothing known", [7]url.Values{
			{"s.00.1": {"yes"}, "a.00.2/place": {"~dont_know"}},
			{"s.00.5": {"dont_know"}, "s.D.1": {"dont_know"}},
			agree,
			{"s.00.6": {"dont_know"}},
			{"a.01.1": {"~dont_know"}, "a.01.2": {"~dont_know"}},
			{"s.01.6/what": {"dont_know"}, "s.01.6/where": {"dont_know"}, "s.01.6/present": {"dont_know"}},
			{"a.D.6/most": {"what_they_do_next"}, "s.00.4/route": {"dont_know"}},
		}, "SP-P.help", checklist.PhaseUnknown},
	}
}

// The walk has at most seven screens; each scripted client needs at most 25 inputs, of which at
// most three are typed. Every tick, choice, typed field and Continue button counts as one.
func TestFirst_budget(t *testing.T) {
	c := load(t)
	if len(c.First.Screens) > 7 {
		t.Fatalf("%d screens", len(c.First.Screens))
	}
	for _, w := range walks() {
		inputs, typed := len(c.First.Screens), 0
		for i, form := range w.screens {
			answers(t, c, i, form)
			for name, vs := range form {
				inputs += len(vs)
				if strings.HasSuffix(name, "/time") {
					typed++
				}
			}
		}
		t.Logf("%s: %d inputs, %d typed", w.name, inputs, typed)
		if inputs > 25 || typed > 3 {
			t.Errorf("%s: %d inputs, %d typed", w.name, inputs, typed)
		}
	}
}

func answers(t *testing.T, c *checklist.Content, screen int, form url.Values) checklist.Answers {
	t.Helper()
	as, errs := checklist.ParseForm(c, c.Screen(screen), "", form)
	if len(errs) > 0 {
		t.Fatalf("screen %d: %v", screen, errs)
	}
	for name := range form {
		if !slices.ContainsFunc(c.Screen(screen), func(k checklist.Asked) bool {
			return slices.ContainsFunc(c.Inputs(k, "", as), func(in checklist.Input) bool { return in.Name == name })
		}) {
			t.Fatalf("screen %d has no control %s", screen, name)
		}
	}
	return as
}

// B16: nothing asked is never "no risk". Wherever the walk stops, the summary says what is known,
// what is not, and what nobody asked, and the three together are everything.
func TestB16_trueSummaryAtEveryStop(t *testing.T) {
	c := load(t)
	all := len(checklist.Lines(c, c.FirstAsked(), nil))
	for _, w := range walks() {
		as := checklist.Answers{}
		for i := 0; i <= len(w.screens); i++ {
			s := checklist.Summarise(c, c.FirstAsked(), as)
			known, unknown := 0, 0
			for _, a := range as {
				switch a.Is() {
				case checklist.DontKnow:
					unknown++
				case checklist.NotAsked, checklist.Declined:
				default:
					known++
				}
			}
			if len(s.Known) != known || len(s.Unknown) != unknown || len(s.Known)+len(s.Unknown)+len(s.Declined)+len(s.NotAsked) != all {
				t.Errorf("%s, stopped before screen %d: %d known (want %d), %d unknown (want %d), %d not asked of %d",
					w.name, i, len(s.Known), known, len(s.Unknown), unknown, len(s.NotAsked), all)
			}
			if i < len(w.screens) {
				for ref, a := range answers(t, c, i, w.screens[i]) {
					as[ref] = a
				}
			}
		}
	}
}

// What is marked for the first walk is on one of its screens, and nothing else is.
func TestFirst_depth(t *testing.T) {
	c := load(t)
	shown := map[string]bool{}
	for i := range c.First.Screens {
		for _, k := range c.Screen(i) {
			shown[k.Question.ID] = true
		}
	}
	for _, q := range c.Questions() {
		if (q.Depth == checklist.DepthFirst) != shown[q.ID] {
			t.Errorf("%s has depth %s, on a screen: %v", q.ID, q.Depth, shown[q.ID])
		}
	}
}

// Every state has its own list in the summary, and is called by its own words.
func TestSummarise_everyState(t *testing.T) {
	c := load(t)
	asked := []checklist.Asked{{Question: c.Question("11.3")}}
	for _, st := range checklist.States() {
		s := checklist.Summarise(c, asked, checklist.Answers{at("11.3", ""): state(st)})
		lists := map[checklist.State][]checklist.Line{
			checklist.DontKnow: s.Unknown, checklist.Declined: s.Declined, checklist.NotAsked: s.NotAsked,
		}
		got, own := lists[st]
		if !own {
			got = s.Known
		}
		total := len(s.Known) + len(s.Unknown) + len(s.Declined) + len(s.NotAsked)
		if len(got) != 1 || total != 1 || !slices.Equal(got[0].Answer, []string{c.StateLabels[st]}) {
			t.Errorf("%s: %+v", st, s)
		}
	}
}

func TestFirst_walks(t *testing.T) {
	c := load(t)
	for _, w := range walks() {
		as := checklist.Answers{}
		for i, form := range w.screens {
			if next := c.NextScreen(as); next != i {
				t.Errorf("%s: the next screen is %d, want %d", w.name, next, i)
			}
			for ref, a := range answers(t, c, i, form) {
				as[ref] = a
			}
		}
		if next := c.NextScreen(as); next != len(w.screens) {
			t.Errorf("%s: screen %d is left over", w.name, next)
		}
		step := checklist.FirstStep(c, checklist.Evaluate(c, as))
		if step.ID != w.step || step.Alert != checklist.A0 {
			t.Errorf("%s: the step is %s (%s), want %s", w.name, step.ID, step.Alert, w.step)
		}
		if got := checklist.PhaseOf(c, as); got != w.phase {
			t.Errorf("%s: phase %s, want %s", w.name, got, w.phase)
		}
	}
}

func TestFirstStep_alwaysHasOne(t *testing.T) {
	if a := checklist.FirstStep(load(t), nil); a == nil || !a.Protective {
		t.Errorf("got %v", a)
	}
}

func TestSuggest(t *testing.T) {
	c := load(t)
	for _, tc := range []struct {
		what, where, present []string
		want                 string
	}{
		{[]string{"talk"}, []string{"one_room"}, nil, "one_room"},
		{[]string{"talk", "place"}, []string{"one_room"}, nil, "place"},
		{[]string{"place"}, []string{"journeys"}, []string{"child_device"}, "journeys place child_device"},
		{[]string{"messages"}, nil, nil, "messages"},
		{nil, nil, []string{"person"}, "through_people"},
		{nil, nil, nil, ""},
	} {
		as := checklist.Answers{at("01.6", "what"): codes(tc.what...), at("01.6", "where"): codes(tc.where...), at("01.6", "present"): codes(tc.present...)}
		var ids []string
		for _, s := range checklist.Suggest(c, as) {
			ids = append(ids, s.Rule)
		}
		if got := strings.Join(ids, " "); got != tc.want {
			t.Errorf("%v %v %v: %q, want %q", tc.what, tc.where, tc.present, got, tc.want)
		}
	}
}
