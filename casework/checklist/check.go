package checklist

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
)

// check looks for faults that a schema cannot see: names that lead nowhere, texts that are missing
// for somebody who has to read them, rules that could never fire.
func (l *linter) check(c *Content) error {
	k := &checker{c: c, l: l}
	k.words()
	for i := range c.Sections {
		for j := range c.Sections[i].Questions {
			k.question(&c.Sections[i].Questions[j])
		}
	}
	k.question(&c.Matrix)
	k.question(&c.Presence)
	for i := range c.Actions {
		k.action(&c.Actions[i])
	}
	k.gates()
	k.first()
	k.triage()
	k.session()
	k.access()
	k.notices()
	k.incidents()
	k.letters()
	return errors.Join(k.faults...)
}

type checker struct {
	c      *Content
	l      *linter
	faults []error
}

// mostFaults is how many faults are told at once; the rest will be there again after these are mended.
const mostFaults = 50

// fault keeps a fault, with file and line of the id it concerns.
func (k *checker) fault(id, format string, args ...any) {
	if len(k.faults) == mostFaults {
		return
	}
	says := fmt.Sprintf(format, args...)
	if file, line := k.l.place(id); line > 0 {
		k.faults = append(k.faults, fmt.Errorf("%s:%d: %s: %s", file, line, id, says))
		return
	}
	k.faults = append(k.faults, fmt.Errorf("content: %s: %s", id, says))
}

func (k *checker) words() {
	for _, s := range States() {
		if k.c.StateLabels[s] == "" {
			k.fault("state_labels", "no words for the state %s", s)
		}
	}
	for _, w := range Warnings() {
		if k.c.WarningTexts[w] == "" {
			k.fault("warning_texts", "no sentence for the warning %s", w)
		}
	}
	for _, o := range []struct {
		list []Option
		name string
	}{{k.c.Who, "who"}, {k.c.Freq, "freq"}} {
		if len(o.list) == 0 {
			k.fault(o.name, "the shared list is empty")
		}
	}
}

var codeForm = regexp.MustCompile(`^[a-z0-9][a-z0-9_]*$`)

func (k *checker) question(q *Question) {
	if q.Text == "" || q.Help == "" {
		k.fault(q.ID, "text or help is missing")
	}
	if len(q.Parts) == 0 {
		k.fault(q.ID, "no part to answer")
	}
	k.parts(q, q.Parts)
	if q.Rows != nil {
		k.parts(q, q.Rows.Columns)
	}
	k.concern(q)
	k.steps(q.ID, q.Actions)
	k.shared(q.ID, q.Sources, q.Warnings, q.Checked)
	if q.Look != nil && (q.Look.Where == "" || q.Look.Trace == "") {
		k.fault(q.ID, "looking needs both where and trace")
	}
}

func (k *checker) steps(question string, ids []string) {
	for _, id := range ids {
		if k.c.Action(id) == nil {
			k.fault(question, "the step %s does not exist", id)
		}
	}
}

// shared checks what questions and steps have in common.
func (k *checker) shared(id string, sources []string, warnings []Warning, checked string) {
	for _, s := range sources {
		if _, ok := k.c.Sources[s]; !ok {
			k.fault(id, "the source %s is not listed", s)
		}
	}
	if len(sources) == 0 || checked == "" {
		k.fault(id, "source or date checked is missing")
	}
	for _, w := range warnings {
		if !slices.Contains(Warnings(), w) {
			k.fault(id, "%s is not a warning", w)
		}
	}
}

func (k *checker) parts(q *Question, parts []Part) {
	seen := map[string]bool{}
	for i := range parts {
		p := &parts[i]
		if p.Kind == KindItems && p.Name != "" {
			k.fault(q.ID, "an items part has to be the main part")
		}
		for _, s := range p.Slots() {
			if seen[s] {
				k.fault(q.ID, "the part %q stands there twice", s)
			}
			seen[s] = true
		}
		needs := p.Kind == KindPick || p.Kind == KindMulti || p.Kind == KindItems
		if needs != (len(p.Options) > 0) {
			k.fault(q.ID, "the part %q has options that its kind does not use, or lacks them", p.Name)
		}
		k.options(q, p)
	}
}

func (k *checker) options(q *Question, p *Part) {
	seen := map[string]bool{}
	for _, o := range p.Options {
		if !codeForm.MatchString(o.Code) || o.Label == "" || seen[o.Code] {
			k.fault(q.ID, "the option %q is no code, has no label, or stands there twice", o.Code)
		}
		if o.Code == CodeDontKnow {
			k.fault(q.ID, "\"don't know\" is a state, not an option")
		}
		seen[o.Code] = true
		for _, s := range o.Opens {
			if k.c.SectionByID(s) == nil {
				k.fault(q.ID, "the option %q opens a section that does not exist", o.Code)
			}
		}
	}
}

// concern checks that every rule can fire and that a question with rules says what they come to.
func (k *checker) concern(q *Question) {
	for _, r := range q.Concern {
		k.rule(q, r)
	}
	if len(q.Concern) == 0 {
		return
	}
	if missing(q.Finding, q.Means, q.NextStep, q.Unknown) {
		k.fault(q.ID, "finding, means, next_step or unknown is missing")
	}
	if missing(q.DontKnow.Who, q.DontKnow.How) {
		k.fault(q.ID, "it does not say who could find out and how")
	}
}

func (k *checker) rule(q *Question, r Rule) {
	p := q.Part(r.Part)
	if p == nil {
		k.fault(q.ID, "the concern names the part %q, which does not exist", r.Part)
		return
	}
	if len(r.States)+len(r.Codes) == 0 {
		k.fault(q.ID, "a concern without states and codes can never fire")
	}
	k.steps(q.ID, r.Actions)
	for _, code := range r.Codes {
		if k.c.option(p, code) == nil {
			k.fault(q.ID, "the concern names the code %q, which is no option", code)
		}
	}
}

// missing reports whether any of the texts is empty.
func missing(texts ...string) bool { return slices.Contains(texts, "") }

func (k *checker) action(a *Action) {
	if missing(a.Worker, a.Survivor, a.WhoActs) {
		k.fault(a.ID, "a text or who acts is missing")
	}
	if !a.Protective {
		k.heldBack(a)
	}
	if !slices.Contains(ActionGroups(), a.Group) {
		k.fault(a.ID, "the group %q is not one of the order", a.Group)
	}
	for _, d := range a.DependsOn {
		if k.c.Action(d) == nil || d == a.ID {
			k.fault(a.ID, "it depends on %s, which does not exist", d)
		}
	}
	if k.circular(a.ID, a.ID, map[string]bool{}) {
		k.fault(a.ID, "its dependencies lead back to itself")
	}
	k.shared(a.ID, a.Sources, a.Warnings, a.Checked)
}

// heldBack checks a step that the phase gate may hold back.
func (k *checker) heldBack(a *Action) {
	if missing(a.NotYet.What, a.NotYet.Told, a.NotYet.Ready) {
		k.fault(a.ID, "the words for \"not yet\" are missing")
	}
	if a.Alert.OrWorst() != A0 && len(a.Warnings) == 0 {
		k.fault(a.ID, "a step that can be noticed has no warning")
	}
}

// circular reports whether the dependencies of a step lead to start. Each step is looked at once, or a
// long list of steps that all wait for each other would never end.
func (k *checker) circular(start, at string, seen map[string]bool) bool {
	a := k.c.Action(at)
	if a == nil || seen[at] {
		return false
	}
	seen[at] = true
	return slices.ContainsFunc(a.DependsOn, func(d string) bool {
		return d == start || k.circular(start, d, seen)
	})
}

func (k *checker) gates() {
	for _, g := range k.c.Gates {
		q := k.c.Question(g.Ask)
		if q == nil || q.Part(g.Part) == nil {
			k.fault(g.ID, "the gate looks at a part that does not exist")
			continue
		}
		for _, code := range g.Codes {
			if k.c.option(q.Part(g.Part), code) == nil {
				k.fault(g.ID, "the gate names the code %q, which is no option", code)
			}
		}
	}
}

func (k *checker) first() {
	f := k.c.First
	if len(f.Steps) == 0 || len(f.Screens) == 0 {
		k.fault("first", "the first walk has no screen or no step")
	}
	for _, s := range f.Screens {
		for _, show := range s.Show {
			k.show(s.ID, show)
		}
	}
	for _, r := range f.Pattern {
		k.pattern(r)
	}
	for _, id := range f.Steps {
		if a := k.c.Action(id); a == nil || !a.Protective && a.Alert != A0 {
			k.fault(id, "the first walk names this step, which does not exist or can be noticed")
		}
	}
}

// pattern checks one reading of the grid; a code that is no option could never fit.
func (k *checker) pattern(r PatternRule) {
	for _, s := range r.Sections {
		if k.c.SectionByID(s) == nil {
			k.fault(r.ID, "it suggests the section %s, which does not exist", s)
		}
	}
	for part, codes := range map[string][]string{"what": r.What, "where": r.Where, "present": r.Present} {
		k.reads(r.ID, patternQuestion, part, codes)
	}
}

func (k *checker) show(screen string, show Show) {
	q := k.c.Question(show.Question)
	if q == nil {
		k.fault(screen, "the screen shows %s, which does not exist", show.Question)
		return
	}
	for _, p := range show.Parts {
		if q.Part(p) == nil {
			k.fault(screen, "the screen shows the part %q of %s, which does not exist", p, q.ID)
		}
	}
}

func (k *checker) triage() {
	for _, item := range k.c.Triage.Items {
		if len(item.From) == 0 {
			k.fault(item.ID, "no question speaks for this core item")
		}
		for _, f := range item.From {
			k.reads(item.ID, f.Question, f.Part, codesOf(f.Codes))
		}
	}
	for _, b := range k.c.Triage.Behaviour {
		k.reads(b.Question, b.Question, b.Part, b.Codes)
	}
}

// session checks how the questions of one sitting are chosen. The core items all have to fit.
func (k *checker) session() {
	rules := k.c.Session
	core := map[string]bool{}
	for _, item := range k.c.Triage.Items {
		core[item.From[0].Question] = true
	}
	if rules.Limit < len(core) || rules.Limit > maxSession {
		k.fault("session", "the limit has to be between the core questions (%d) and %d", len(core), maxSession)
	}
	for _, id := range rules.OptIn {
		if k.c.SectionByID(id) == nil {
			k.fault("session", "it offers the section %s, which does not exist", id)
		}
	}
	if missing(rules.Grid.Text, rules.Grid.Help, rules.Grid.Noun) {
		k.fault("session", "a text of the pattern grid is missing")
	}
}

func (k *checker) reads(id, question, part string, codes []string) {
	q := k.c.Question(question)
	if q == nil || q.Part(part) == nil || len(q.Refs("")) == 0 ||
		!slices.Contains(q.Refs(""), Ref{Question: question, Part: part}) {
		k.fault(id, "it reads %s/%s, which does not exist", question, part)
		return
	}
	for _, code := range codes {
		if k.c.option(q.Part(part), code) == nil {
			k.fault(id, "it reads the code %q of %s, which is no option", code, question)
		}
	}
}

func codesOf(m map[string]State) []string {
	var codes []string
	for code := range m {
		codes = append(codes, code)
	}
	slices.Sort(codes)
	return codes
}
