package checklist_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"keyholder/casework/checklist"
)

// More places at which content can be damaged: gates that would never close, a sitting that could drop
// danger, notices and ways that lead nowhere. Each has to stop the start and be named.
func TestLoad_moreFaults(t *testing.T) {
	const session, notices, incidents, presence = "session.v1.yaml", "notices.v1.yaml", "incidents.v1.yaml", "presence.v1.yaml"
	batches := &damaged{}
	for _, tc := range []struct{ name, file, old, new, want string }{
		{"gate at no question", mainName, "    question: \"00.2\"\n    part: place\n    states: [dont_know]", "    question: \"00.22\"\n    part: place\n    states: [dont_know]", "near: the gate looks at a part that does not exist"},
		{"gate at no part", mainName, "    part: place\n    states: [dont_know]", "    part: places\n    states: [dont_know]", "near: the gate looks at a part that does not exist"},
		{"gate at no choice", mainName, "codes: [here, near, on_the_way]", "codes: [here, next_door]", "\"next_door\", which is no option"},
		{"sitting of more than forty", session, "limit: 40", "limit: 41", "the limit has to be between"},
		{"sitting too short for danger", session, "limit: 40", "limit: 3", "the limit has to be between"},
		{"sensitive topic that is none", session, "opt_in: [S21]", "opt_in: [S99]", "it offers the section S99"},
		{"grid without words", session, "  noun: \"row\"", "  noun: \"\"", "a text of the pattern grid is missing"},
		{"notice without a text", notices, "head: \"New sign-in to your account\"", "head: \"\"", "new_signin: a text of the notice is missing"},
		{"notice as sure as none", notices, "    sure: likely\n    looks", "    sure: sure\n    looks", "new_signin: sure is"},
		{"notice twice", notices, "- id: setting_changed", "- id: new_signin", "the notice stands there twice"},
		{"notice after no step", notices, "steps: [SP-03.3,", "steps: [SP-99.9,", "SP-99.9"},
		{"notice of no look", notices, "looks: [\"01.5\",", "looks: [\"77.7\",", "77.7 does not exist or makes nobody look"},
		{"notice of a question without a look", notices, "looks: [\"01.5\",", "looks: [\"00.1\",", "00.1 does not exist or makes nobody look"},
		{"no notice for what nobody knows", notices, "  - id: unknown\n", "  - id: unknown_too\n", "the notice for what nobody knows is missing"},
		{"way twice", incidents, "  - id: public\n", "  - id: told\n", "the way stands there twice"},
		{"way without words", incidents, "title: \"It could be seen in public\"", "title: \"\"", "public: a text"},
		{"way that explains all", incidents, "    not: [\"Things that you told nobody and posted nowhere.\"]\n", "", "what the way would not explain"},
		{"way that asks nothing", incidents, "ask: [\"06.5\", \"17.3\"]", "ask: []", "or a question is missing"},
		{"way that asks no question", incidents, "ask: [\"06.5\", \"17.3\"]", "ask: [\"77.7\"]", "77.7 does not exist"},
		{"way by no choice", incidents, "what: [place, visitors, plans, photos, spending]", "what: [place, magic]", "\"magic\" is no answer that anybody can give"},
		{"way back by no choice", incidents, "back: [said_it, wrote_it, turned_up, through_others]", "back: [dreamt_it]", "\"dreamt_it\" is no answer"},
		{"row of the map by no column", "access.v1.yaml", "{question: \"22.1\", by: holds", "{question: \"22.1\", by: held", "read a column that does not exist"},
		{"row of the map by no choice", "access.v1.yaml", "map: {mail: [mail], messages: [messages]", "map: {male: [mail], messages: [messages]", "\"male\", which is no option"},
		{"row of the map to nowhere", "access.v1.yaml", "map: {mail: [mail], messages: [messages]", "map: {mail: [], messages: [messages]", "lead nowhere for mail"},
		{"pattern that opens nothing", "first.v1.yaml", "sections: [", "sections: [S99, ", "S99, which does not exist"},
		{"screen with no such part", "first.v1.yaml", "{question: \"00.2\", parts: [place]}", "{question: \"00.2\", parts: [palace]}", "part \"palace\" of 00.2"},
		{"behaviour of no choice", "triage.v1.yaml", "codes: [weekly, daily_or_almost]", "codes: [weekly, hourly]", "\"hourly\""},
		{"box without a label", presence, "name: ta_tracker, kind: t4,", "name: ta_any, kind: t4,", "stands there twice"},
		{"step without who acts", "actions.v1.yaml", "    who_acts: survivor\n", "    who_acts: \"\"\n", "who acts is missing"},
		{"step of no group", "actions.v1.yaml", "    group: session\n", "    group: sometime\n", "is not one of the order"},
		{"question without help", mainName, "help: \"If it is, we leave the checklist and get help first.\"", "help: \"\"", "00.5: text or help is missing"},
		{"finding without words", mainName, "finding: \"There may be danger to life today\"", "finding: \"\"", "00.5: finding, means"},
		{"look without a trace", "S05.v1.yaml", "look: {alert: A1, where:", "look: {alert: A1, were:", "S05.v1.yaml:"},
		{"topic in nobody's place", "S05.v1.yaml", "  id: S05", "  id: S55", "keeps no place"},
		{"topic of another version", "S05.v1.yaml", "version: 1", "version: 2", "keeps no place"},
	} {
		damage(t, batches, tc.file, tc.old, tc.new, tc.want)
	}
	for i, m := range batches.files {
		_, err := checklist.LoadFS(m, checklist.Current)
		for _, want := range batches.want[i] {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("got %v, want an error with %q", err, want)
			}
		}
	}
}

// damaged are copies of the content, each damaged in one place of a file at the most, so that no fault hides
// another.
type damaged struct {
	files []fstest.MapFS
	want  [][]string
	used  []map[string]bool
}

// damage puts one fault into the first copy whose file is whole. A fault that stops the reader itself gets
// a copy of its own.
func damage(t *testing.T, d *damaged, file, old, with, want string) {
	t.Helper()
	at := len(d.files)
	stops := strings.HasSuffix(want, ".yaml:") || strings.Contains(want, "keeps no place")
	for i := range d.files {
		if !stops && !d.used[i][file] && !d.used[i]["stops"] {
			at = i
			break
		}
	}
	if at == len(d.files) {
		d.files, d.want, d.used = append(d.files, files(t)), append(d.want, nil), append(d.used, map[string]bool{"stops": stops})
	}
	f := d.files[at][file]
	text := strings.Replace(string(f.Data), old, with, 1)
	if text == string(f.Data) {
		t.Fatalf("the text to damage is not in %s: %q", file, old)
	}
	f.Data = []byte(text)
	d.used[at][file] = true
	d.want[at] = append(d.want[at], want)
}

// A file that is missing is named; the loader never goes on with a part of the content.
func TestLoad_everyFileIsNeeded(t *testing.T) {
	all := files(t)
	for name := range all {
		topic := strings.HasPrefix(name, "S") && name != "S12.v1.yaml" && name != "S05.v1.yaml"
		if !strings.Contains(name, ".yaml") || strings.Contains(name, "/") || topic {
			continue
		}
		m := files(t)
		delete(m, name)
		c, err := checklist.LoadFS(m, checklist.Current)
		if err == nil || c != nil {
			t.Errorf("without %s the content was loaded", name)
		}
	}
}

// What the other side may see: never silent about a step or a look that can be noticed, and a letter shows
// at least what its step shows.
func TestNotices_neverLess(t *testing.T) {
	c := load(t)
	unknown := func(ns []checklist.Notice) bool { return len(ns) == 1 && ns[0].ID == checklist.UnknownNotice }
	for i := range c.Letters.Letters {
		l := &c.Letters.Letters[i]
		own := c.NoticesOf(c.Action(l.ID))
		for _, n := range c.NoticesOf(c.Action(l.Step)) {
			if n.ID != checklist.UnknownNotice && !slices.ContainsFunc(own, func(o checklist.Notice) bool { return o.ID == n.ID }) {
				t.Errorf("%s hides %s of its step", l.ID, n.ID)
			}
		}
		if !slices.Contains(c.LettersOf(l.Step), l) {
			t.Errorf("%s is not among the letters of %s", l.ID, l.Step)
		}
		for _, f := range l.Facts {
			if !l.Uses(f.Name) {
				t.Errorf("%s: the fact %s is not used", l.ID, f.Name)
			}
		}
		if l.Uses("nothing") {
			t.Errorf("%s uses a fact that is not there", l.ID)
		}
	}
	if len(c.LettersOf("SP-none")) != 0 {
		t.Error("a step that does not exist has letters")
	}
	for _, q := range c.Questions() {
		notices := c.NoticesOfLook(q)
		if (q.Look == nil) != (len(notices) == 0) {
			t.Errorf("%s: look %v and %d notices", q.ID, q.Look != nil, len(notices))
		}
		if len(c.NoticesOfChange(q)) > 0 && q.Look == nil {
			t.Errorf("%s: nothing is looked at and something may be changed", q.ID)
		}
	}
	silent := checklist.Question{ID: "77.7", Look: &checklist.Look{Alert: checklist.A0}}
	if !unknown(c.NoticesOfLook(&silent)) {
		t.Error("a look nobody has described is not called unknown")
	}
	for _, alert := range []checklist.Alert{checklist.A1, checklist.A2, "", "A9"} {
		if !unknown(c.NoticesOf(&checklist.Action{ID: "SP-new", Alert: alert})) {
			t.Errorf("a step of level %q nobody has described is not called unknown", alert)
		}
	}
	if n := c.NoticesOf(&checklist.Action{ID: "SP-new", Alert: checklist.A0}); len(n) != 0 {
		t.Error("a step that changes nothing shows a notice")
	}
}

// One incident: a column nobody knows excludes no way, and every further code can only add what a way
// leaves open.
func TestPlausible_knowingMoreExcludesOnly(t *testing.T) {
	c := load(t)
	all := c.Plausible(checklist.Incident{})
	if len(all) != len(c.Incidents.Ways) {
		t.Errorf("with nothing known %d of %d ways fit", len(all), len(c.Incidents.Ways))
	}
	fits := func(in checklist.Incident) map[string]int {
		out := map[string]int{}
		for _, p := range c.Plausible(in) {
			out[p.Way.ID] = len(p.Leaves.What) + len(p.Leaves.Where) + len(p.Leaves.Back)
		}
		return out
	}
	for _, what := range c.Grid.Part("what").Options {
		one := fits(checklist.Incident{What: []string{what.Code}})
		for _, where := range c.Grid.Part("where").Options {
			both := fits(checklist.Incident{What: []string{what.Code}, Where: []string{where.Code}})
			for id, open := range both {
				if before, there := one[id]; !there || open < before {
					t.Errorf("%s in %s: the way %s came in by knowing more", what.Code, where.Code, id)
				}
			}
			if len(both) == 0 {
				t.Errorf("%s in %s: no way is left, not even chance", what.Code, where.Code)
			}
		}
		for _, present := range c.Grid.Part("present").Options {
			if got := fits(checklist.Incident{What: []string{what.Code}, Present: []string{present.Code}}); len(got) != len(one) {
				t.Errorf("%s: what was there ruled a way out: it may be incomplete", what.Code)
			}
		}
	}
}

// Two answers are the same when state, codes and words are: a code "don't know" is that state.
func TestAnswer_Equal(t *testing.T) {
	a := checklist.Answer{State: checklist.Yes, Codes: []string{"a", "b"}, Text: checklist.NewWords("x")}
	for name, b := range map[string]checklist.Answer{
		"state": {State: checklist.Suspected, Codes: []string{"a", "b"}, Text: checklist.NewWords("x")},
		"codes": {State: checklist.Yes, Codes: []string{"b", "a"}, Text: checklist.NewWords("x")},
		"words": {State: checklist.Yes, Codes: []string{"a", "b"}, Text: checklist.NewWords("y")},
	} {
		if a.Equal(b) || b.Equal(a) {
			t.Errorf("answers that differ in %s are equal", name)
		}
	}
	if !(checklist.Answer{}).Equal(checklist.Answer{State: checklist.NotAsked}) || !a.Equal(a) {
		t.Error("an answer nobody gave differs from \"not asked\"")
	}
	known := []checklist.State{checklist.Yes, checklist.No, checklist.Suspected, checklist.NotApplicable}
	for _, s := range append(checklist.States(), "", "maybe", "Yes") {
		if s.Known() != slices.Contains(known, s) || s.Valid() != slices.Contains(checklist.States(), s) {
			t.Errorf("%q: known %t, valid %t", s, s.Known(), s.Valid())
		}
		coded := checklist.Answer{State: s, Codes: []string{"a", checklist.CodeDontKnow}}
		if coded.Is() != checklist.DontKnow {
			t.Errorf("\"don't know\" ticked beside %s reads %s", s, coded.Is())
		}
	}
}
