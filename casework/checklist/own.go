package checklist

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// An organisation can add topics of its own. They live in a name space that no topic of the core uses,
// so that nothing of the core can be changed by adding to it.
var ownSection = regexp.MustCompile(`^X-[a-z][a-z0-9]{0,15}$`)

// Bounds of a topic of an organisation's own.
const (
	largestOwn   = 1 << 20 // bytes of the file
	hardestText  = 12.0    // grade; the core's hardest text is about there
	fewestGraded = 8       // words; below it the grade means nothing
)

// ownFile is the file of a topic that an organisation adds.
type ownFile struct {
	Version      int               `yaml:"version"`
	Organisation string            `yaml:"organisation"`
	Sources      map[string]Source `yaml:"sources"`
	Section      Section           `yaml:"section"`
	Actions      []Action          `yaml:"actions"`
}

// WithOwn returns the content with a topic that an organisation has added; c itself stays as it is.
// name is the file's name as faults should tell it.
//
// The error joins every fault that was found, each with its line and what to do about it. A topic that
// has one is not added: a question that is half right is worse than none.
func (c *Content) WithOwn(name string, raw []byte) (*Content, error) {
	if len(raw) > largestOwn {
		return nil, fmt.Errorf("%s: it is larger than 1 MiB; put the topics into files of their own", name)
	}
	l := &linter{}
	var f ownFile
	if l.decode(name, raw, &f); l.err != nil {
		return nil, l.err
	}
	out, err := c.joined(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	k := &ownChecker{checker: checker{c: out, l: l}, file: f, core: c}
	k.check()
	if len(k.faults) > 0 {
		return nil, errors.Join(k.faults...)
	}
	return out, nil
}

// joined is a copy of c with the parts of f. Topics that close a session stay the last ones.
func (c *Content) joined(f ownFile) (*Content, error) {
	out := *c
	section := f.Section
	section.Own, section.Available = f.Organisation, true
	at := slices.IndexFunc(c.Sections, func(s Section) bool { return s.Gate.When == "last" })
	if at < 0 {
		at = len(c.Sections)
	}
	out.Sections = slices.Insert(slices.Clone(c.Sections), at, section)
	for i := range out.Sections { // index writes into the questions
		out.Sections[i].Questions = slices.Clone(out.Sections[i].Questions)
	}
	out.Actions = append(slices.Clone(c.Actions), f.Actions...)
	out.Sources = maps.Clone(c.Sources)
	for key, source := range f.Sources {
		if _, core := c.Sources[key]; !core {
			out.Sources[key] = source
		}
	}
	if err := out.index(); err != nil {
		return nil, err
	}
	return &out, nil
}

// ownChecker finds the faults of one topic. It asks for everything that the loader asks of the core,
// and for what the core's schema and tests ask beside it.
type ownChecker struct {
	checker
	file ownFile
	core *Content
}

func (k *ownChecker) check() {
	k.head()
	for i := range k.file.Section.Questions {
		q := &k.file.Section.Questions[i]
		if want := k.file.Section.ID + "." + strconv.Itoa(i+1); q.ID != want {
			k.fault(q.ID, "question %d of the topic has to have the id %s", i+1, want)
		}
		q.Section = k.file.Section.ID
		k.question(q)
		k.ownQuestion(q)
	}
	for i := range k.file.Actions {
		k.action(&k.file.Actions[i])
		k.ownAction(&k.file.Actions[i])
	}
}

// head checks what stands above the questions.
func (k *ownChecker) head() {
	s := k.file.Section
	if k.file.Version < 1 {
		k.fault(s.ID, "version is missing; count from 1 and raise it with every change")
	}
	if strings.TrimSpace(k.file.Organisation) == "" {
		k.fault(s.ID, "organisation is missing; it says on the page whose questions these are")
	}
	if !ownSection.MatchString(s.ID) {
		k.fault(s.ID, "the topic's id has to be X- and up to 16 small letters or digits, such as X-shelter")
	}
	if missing(s.Title, s.Why) || len(s.Questions) == 0 {
		k.fault(s.ID, "title, why or the questions are missing")
	}
	k.oneOf(s.ID, "gate: when", s.Gate.When, "always", "devices", "phase", "last")
	for key, source := range k.file.Sources {
		if !strings.HasPrefix(key, "X-") {
			k.fault(s.ID, "the source %s: keys of your own start with X-, so that no source of the core is replaced", key)
		}
		if was, taken := k.core.Sources[key]; taken && was != source {
			k.fault(s.ID, "the source %s is in use by another topic, with other words; choose a key of its own", key)
		}
	}
	k.readable(s.ID, s.Title, s.Why, s.Gate.Text)
}

// ownQuestion checks what the schema asks of a question of the core.
func (k *ownChecker) ownQuestion(q *Question) {
	k.common(q.ID, q.Alert, q.Phases, q.ProofLost, q.Checked)
	k.oneOf(q.ID, "depth", string(q.Depth), string(DepthFirst), string(DepthSession), string(DepthFull))
	if len(q.Concern) > 0 {
		k.oneOf(q.ID, "unknown", q.Unknown, "finding", "open")
	}
	if q.StatField != "" {
		k.fault(q.ID, "stat_field: answers to questions of your own never go into statistics; leave it out")
	}
	if q.Look != nil {
		k.oneOf(q.ID, "look: alert", string(q.Look.Alert), "A0", "A1", "A2")
		k.readable(q.ID, q.Look.Where, q.Look.Trace)
	}
	parts := q.Parts
	if q.Rows != nil {
		parts = append(slices.Clone(parts), q.Rows.Columns...)
		k.readable(q.ID, q.Rows.Noun)
		k.oneOf(q.ID, "rows: entity", q.Rows.Entity, "device", "account", "platform", "vehicle", "home", "person", "row")
	}
	k.partNames(q)
	for _, p := range parts {
		k.oneOf(q.ID, "kind", string(p.Kind), kinds()...)
		if p.Export != "" && p.Export != "N" {
			k.fault(q.ID, "export: answers to questions of your own are never exported; leave it out")
		}
		k.readable(q.ID, partTexts(p)...)
	}
	k.readable(q.ID, q.Text, q.Help, q.Finding, q.Means, q.NextStep, q.DontKnow.Who, q.DontKnow.How)
}

// partTexts are all the words of a part that somebody reads.
func partTexts(p Part) []string {
	out := slices.Concat([]string{p.Label, p.Help, p.YesToAll}, p.Is, p.IsNot)
	for _, o := range p.Options {
		out = append(out, o.Label, o.Help)
	}
	for _, state := range States() {
		out = append(out, p.StateLabels[state])
	}
	return out
}

// partNames checks that every part and column can be told from the others, and that its name can stand in
// a form and in a record.
func (k *ownChecker) partNames(q *Question) {
	seen := map[string]bool{}
	for i := range q.Parts {
		for _, slot := range q.Parts[i].Slots() {
			seen[slot] = true
		}
		if name := q.Parts[i].Name; name != "" && !codeForm.MatchString(name) {
			k.fault(q.ID, "the name %.20q of a part: use small letters, digits and low lines, such as who_knows", name)
		}
	}
	if q.Rows == nil {
		return
	}
	for i := range q.Rows.Columns {
		switch name := q.Rows.Columns[i].Name; {
		case !codeForm.MatchString(name):
			k.fault(q.ID, "the name %.20q of a column: use small letters, digits and low lines, such as who_knows", name)
		case seen[name]:
			k.fault(q.ID, "the column %s has the name of a part or an item; choose another", name)
		}
	}
}

// kinds are the kinds of parts as a file names them.
func kinds() []string {
	var out []string
	for _, k := range []Kind{
		KindState, KindPick, KindMulti, KindItems, KindWho, KindWhoMulti, KindFreq, KindText, KindNote, KindNumber,
		KindDate, KindList,
	} {
		out = append(out, string(k))
	}
	return out
}

// ownAction checks what the schema asks of a step of the core.
func (k *ownChecker) ownAction(a *Action) {
	if !strings.HasPrefix(a.ID, "SP-"+k.file.Section.ID+".") {
		k.fault(a.ID, "a step of this topic has to have an id such as SP-%s.1", k.file.Section.ID)
	}
	k.common(a.ID, a.Alert, a.Phases, a.ProofLost, a.Checked)
	k.oneOf(a.ID, "who_acts", a.WhoActs, "survivor", "worker", "provider", "police", "landlord", "service")
	for _, end := range a.Ends {
		k.oneOf(a.ID, "ends", end, "keep_use", "take_over", "limit", "leave_for_now", "remove")
	}
	if a.Protective && (a.Alert != A0 || len(a.Phases) != 3 || a.Group != "protect" || len(a.DependsOn) > 0) {
		k.fault(a.ID, "a protective step is never held back, so it has to be A0, in all phases, in the group protect, and depend on nothing")
	}
	k.readable(a.ID, a.Worker, a.Survivor, a.Unmarked, a.NotYet.What, a.NotYet.Told, a.NotYet.Ready)
}

var month = regexp.MustCompile(`^20[0-9]{2}-(0[1-9]|1[0-2])$`)

// common checks what questions and steps share.
func (k *ownChecker) common(id string, alert Alert, phases []PhaseTag, proof, checked string) {
	k.oneOf(id, "alert", string(alert), "A0", "A1", "A2")
	if len(phases) == 0 {
		k.fault(id, "phases is missing; say in which of PC, ES and LA it belongs")
	}
	for _, p := range phases {
		k.oneOf(id, "phases", string(p), string(TagPC), string(TagES), string(TagLA))
	}
	if proof != "" {
		k.oneOf(id, "proof_lost", proof, "none", "history", "recordings", "messages", "unknown")
	}
	if !month.MatchString(checked) {
		k.fault(id, "checked has to be a year and a month, such as 2026-11")
	}
}

func (k *ownChecker) oneOf(id, what, got string, allowed ...string) {
	if !slices.Contains(allowed, got) {
		k.fault(id, "%s is %q; use one of %s", what, got, strings.Join(allowed, ", "))
	}
}

// readable checks that a tired reader of about twelve can follow, and that nothing is promised.
func (k *ownChecker) readable(id string, texts ...string) {
	for _, s := range texts {
		if word := Judging(s); word != "" {
			k.fault(id, "%q promises or judges more than anybody can know; say it as a possibility", word)
		}
		if CountWords(s) >= fewestGraded && Grade(s) > hardestText {
			k.fault(id, "hard to read (grade %.0f, want %.0f or less): use shorter words and sentences: %.60s", Grade(s), hardestText, s)
		}
	}
}
