package checklist_test

import (
	"regexp"
	"slices"
	"sort"
	"strings"
	"testing"

	"keyholder/casework/checklist"
)

// texts lists every sentence a person reads, by where it stands.
func texts(c *checklist.Content) map[string]string {
	out := map[string]string{}
	add := func(at, s string) {
		if s != "" {
			out[at] = s
		}
	}
	for _, s := range c.Sections {
		add(s.ID+" title", s.Title)
		add(s.ID+" why", s.Why)
	}
	for _, q := range append(c.Questions(), &c.Matrix, &c.Presence) {
		add(q.ID+" text", q.Text)
		add(q.ID+" help", q.Help)
		add(q.ID+" finding", q.Finding)
		add(q.ID+" means", q.Means)
		add(q.ID+" next", q.NextStep)
		add(q.ID+" who", q.DontKnow.Who)
		add(q.ID+" how", q.DontKnow.How)
		if q.Look != nil {
			add(q.ID+" where", q.Look.Where)
			add(q.ID+" trace", q.Look.Trace)
		}
		for _, p := range q.Parts {
			add(q.ID+"/"+p.Name+" label", p.Label)
			for _, o := range p.Options {
				add(q.ID+"/"+p.Name+" "+o.Code, o.Label)
			}
		}
	}
	for i := range c.Actions {
		a := &c.Actions[i]
		add(a.ID+" worker", a.Worker)
		add(a.ID+" survivor", a.Survivor)
		add(a.ID+" what", a.NotYet.What)
		add(a.ID+" told", a.NotYet.Told)
		add(a.ID+" ready", a.NotYet.Ready)
	}
	for _, l := range c.Letters.Letters {
		add(l.ID+" told", l.Told.Words)
		for i, s := range l.Sentences() {
			add(l.ID+" sentence "+itoa(i), s)
		}
	}
	for way, s := range c.Letters.Frame.Contact {
		add("contact "+way, s)
	}
	add("contact only", c.Letters.Frame.Only)
	for _, n := range c.Notices {
		for part, s := range map[string]string{"title": n.Title, "head": n.Head, "body": n.Body, "who": n.Who, "when": n.When, "means": n.Means} {
			add("notice "+n.ID+" "+part, s)
		}
	}
	for _, w := range c.Incidents.Ways {
		add("way "+w.ID+" title", w.Title)
		add("way "+w.ID+" text", w.Text)
		add("way "+w.ID+" not", strings.Join(w.Not, " "))
	}
	for w, s := range c.WarningTexts {
		add("warning "+string(w), s)
	}
	for _, g := range c.Gates {
		add("gate "+g.ID, strings.Join(g.Text, " "))
	}
	return out
}

// TestWords_readingAge prints the ten hardest questions and fails when the texts get harder than a
// reader of about twelve can take.
func TestWords_readingAge(t *testing.T) {
	c := load(t)
	all := texts(c)
	var at []string
	sum, n := 0.0, 0
	for k, s := range all {
		if checklist.CountWords(s) >= 6 { // the measure means nothing for a few words
			at = append(at, k)
			sum += checklist.Grade(s)
			n++
		}
	}
	sort.Slice(at, func(i, j int) bool { return checklist.Grade(all[at[i]]) > checklist.Grade(all[at[j]]) })
	t.Logf("%d texts, average grade %.1f; the hardest ten:", n, sum/float64(n))
	for _, k := range at[:10] {
		t.Logf("  %4.1f  %s: %s", checklist.Grade(all[k]), k, all[k])
	}
	if sum/float64(n) > 7 {
		t.Errorf("average grade %.1f, want 7 or less (about age 12)", sum/float64(n))
	}
	if worst := checklist.Grade(all[at[0]]); worst > 14 {
		t.Errorf("%s has grade %.1f", at[0], worst)
	}
	for _, q := range c.Questions() {
		if g := checklist.Grade(q.Text); g > 9 {
			t.Errorf("the question %s has grade %.1f: %s", q.ID, g, q.Text)
		}
	}
}

// Words that promise too much or judge too fast stand nowhere.
func TestWords_forbidden(t *testing.T) {
	for at, s := range texts(load(t)) {
		if m := checklist.Judging(s); m != "" {
			t.Errorf("%s says %q", at, m)
		}
	}
}

// A finding is a possibility, never a verdict.
func TestWords_findingsArePossibilities(t *testing.T) {
	possible := regexp.MustCompile(`\b(may|might|could)\b`)
	plain := map[string]bool{"00.7": true, "24.6": true} // facts about the session itself
	c := load(t)
	for _, q := range append(c.Questions(), &c.Matrix) {
		if q.Finding != "" && !plain[q.ID] && !possible.MatchString(q.Finding) {
			t.Errorf("%s states as a fact: %s", q.ID, q.Finding)
		}
	}
}

// The unmarked copy reads like a household list: no word in it tells what it is about.
func TestWords_unmarkedCopy(t *testing.T) {
	telling := regexp.MustCompile(`(?i)\b(abuse\w*|violen\w*|police|safe\w*|survivor|refuge|evidence|proof|track\w*|spy\w*|danger\w*|partner|they|them|their|he|him|his|threat\w*|worker|secret|hidden|plan for|react\w*|risk|court|shelter|escape|leav\w+|remove\w*|other person)\b`)
	c := load(t)
	kept := 0
	for i := range c.Actions {
		a := &c.Actions[i]
		if m := telling.FindString(a.Unmarked); m != "" {
			t.Errorf("%s: %q betrays the list", a.ID, m)
		}
		if a.Unmarked != "" {
			kept++
		}
	}
	if kept < len(c.Actions)/3 {
		t.Errorf("only %d of %d steps stand on the unmarked copy", kept, len(c.Actions))
	}
}

// What stands under "not yet" must not tell how to do it.
func TestWords_notYetHasNoInstructions(t *testing.T) {
	imperative := regexp.MustCompile(`^(Take|Tap|Open|Change|Reset|Remove|Unlink|Sign|Mute|Unplug|Delete|Save|Get|Go|Use)\b`)
	c := load(t)
	for i := range c.Actions {
		a := &c.Actions[i]
		for _, s := range []string{a.NotYet.What, a.NotYet.Told, a.NotYet.Ready} {
			if imperative.MatchString(s) {
				t.Errorf("%s instructs: %s", a.ID, s)
			}
		}
	}
}

// Questions that make someone open a setting or sign in say what looking shows.
func TestContent_lookIsNamed(t *testing.T) {
	c := load(t)
	for _, id := range strings.Fields("01.5 11.3 12.1 12.2 12.3 12.4 12.5 12.6 12.7 12.9 13.2 13.4 13.5") {
		if c.Question(id).Look == nil {
			t.Errorf("%s does not say what looking shows", id)
		}
	}
}

// Inference and vendor behaviour stay marked until a practitioner has signed them off.
func TestContent_reviewNeeded(t *testing.T) {
	c := load(t)
	for _, q := range c.Questions() {
		if (slices.Contains(q.Sources, "inf") || q.Look != nil) && q.Review != "needed" {
			t.Errorf("%s rests on inference or vendor behaviour without review: needed", q.ID)
		}
	}
	for i := range c.Actions {
		if a := &c.Actions[i]; slices.Contains(a.Sources, "inf") && a.Review != "needed" {
			t.Errorf("%s rests on inference without review: needed", a.ID)
		}
	}
}

// complete names the sections of this version and how many questions each has (25 sections, 186
// questions in all; the danger section is our own).
func TestContent_sections(t *testing.T) {
	c := load(t)
	complete := map[string]int{
		"S00": 8, "S01": 8, "S02": 8, "S03": 7, "S04": 8, "S05": 8, "S06": 6, "S07": 8, "S08": 7, "S09": 8, "S10": 6,
		"S11": 7, "S12": 10, "S13": 7, "S14": 6, "S15": 6, "S16": 8, "S17": 7, "S18": 10, "S19": 9, "S20": 6, "S21": 7,
		"S22": 7, "S23": 7, "S24": 7, "D": 6,
	}
	if len(c.Sections) != 26 {
		t.Errorf("%d sections, want 25 and the danger section", len(c.Sections))
	}
	for _, s := range c.Sections {
		if len(s.Questions) != complete[s.ID] || s.Available != (complete[s.ID] > 0) {
			t.Errorf("%s has %d questions, want %d", s.ID, len(s.Questions), complete[s.ID])
		}
		for i, q := range s.Questions {
			prefix := strings.TrimPrefix(s.ID, "S") + "."
			if q.ID != prefix+itoa(i+1) {
				t.Errorf("%s stands at place %d of %s", q.ID, i+1, s.ID)
			}
		}
	}
}

// A step that is protective is never held back, so it must be one that nobody else can notice.
func TestContent_protectiveSteps(t *testing.T) {
	c := load(t)
	n := 0
	for i := range c.Actions {
		a := &c.Actions[i]
		if !a.Protective {
			continue
		}
		n++
		if a.Alert != checklist.A0 || len(a.Phases) != 3 || a.Group != "protect" || len(a.DependsOn) > 0 {
			t.Errorf("%s is protective but %s, phases %v, group %s", a.ID, a.Alert, a.Phases, a.Group)
		}
	}
	if n < 10 {
		t.Errorf("%d protective steps", n)
	}
}
