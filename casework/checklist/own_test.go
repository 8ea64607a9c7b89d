package checklist_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"keyholder/casework/checklist"
)

// ownTopic is a topic of an organisation's own that can be used as it stands.
const ownTopic = `version: 1
organisation: House by the river
sources:
  X-rule: {text: "House rules, 2026", at: "in the office"}
section:
  id: X-river
  title: "Phones in our house"
  why: "The house has rules that keep its address unknown."
  gate: {when: always, text: "Before moving in"}
  questions:
    - id: X-river.1
      text: "Does any app on your phone share where you are?"
      help: "Some apps go on sharing after a move."
      parts:
        - {kind: t4}
        - {name: which, kind: multi, label: "Which?", options: [{code: map, label: "A map"}, {code: chat, label: "A chat"}]}
      concern: [{states: ["yes"]}, {part: which, codes: [map]}]
      unknown: finding
      finding: "An app may tell others where the house is"
      means: "They could see the address on a map."
      next_step: "Talk about it before the move."
      actions: [SP-X-river.1]
      alert: A1
      warnings: [LIVE]
      phases: [PC, ES, LA]
      depth: session
      dont_know: {who: "Your worker", how: "Look together at a place they do not know."}
      sources: [X-rule]
      checked: 2026-11
      review: needed
    - id: X-river.2
      text: "Which things do you bring along?"
      help: "We look at each of them."
      parts: [{kind: list}]
      rows:
        entity: device
        noun: "thing"
        columns:
          - {name: what, kind: text, label: "What is it?"}
          - {name: given_by, kind: who, label: "Who gave it?"}
      concern: [{part: given_by, codes: [person_of_concern]}]
      unknown: open
      finding: "A thing may tell where the house is"
      means: "Some gifts can be found by an app."
      next_step: "Look at it before the move."
      actions: [SP-X-river.1]
      alert: A0
      phases: [PC, ES, LA]
      depth: full
      dont_know: {who: "Your worker", how: "Look together."}
      sources: [inf]
      checked: 2026-11
      review: needed
actions:
  - id: SP-X-river.1
    worker: "Go through the apps together before the move."
    survivor: "Look through your apps together with your worker."
    unmarked: "Tidy up the apps"
    not_yet: {what: "Turning off sharing", told: "They may see that it stopped.", ready: "A date for the move."}
    alert: A1
    warnings: [ALERT]
    proof_lost: none
    phases: [ES, LA]
    group: location
    who_acts: survivor
    ends: [limit]
    sources: [X-rule]
    checked: 2026-11
    review: needed
`

// withOwn adds the topic after one replacement.
func withOwn(t *testing.T, from, to string) (*checklist.Content, error) {
	t.Helper()
	text := strings.Replace(ownTopic, from, to, 1)
	if from != "" && text == ownTopic {
		t.Fatalf("the text to change is not there: %q", from)
	}
	return load(t).WithOwn("river.yaml", []byte(text))
}

// A topic of one's own is asked, judged and planned like any other, closes no session, and leaves every
// word and every judgement of the core as it was.
func TestContent_WithOwn_addsAndChangesNothing(t *testing.T) {
	core := load(t)
	out, err := withOwn(t, "", "")
	if err != nil {
		t.Fatal(err)
	}
	if core.Question("X-river.1") != nil || core.Action("SP-X-river.1") != nil || len(out.Sections) != len(core.Sections)+1 {
		t.Fatal("the core itself was changed, or the topic is not there")
	}
	if last := out.Sections[len(out.Sections)-1]; last.Gate.When != "last" {
		t.Errorf("after the topic was added, %s is the last one", last.ID)
	}
	unexported := cmpopts.IgnoreUnexported(checklist.Content{})
	for _, q := range core.Questions() {
		if diff := cmp.Diff(q, out.Question(q.ID)); diff != "" {
			t.Errorf("%s was changed:\n%s", q.ID, diff)
		}
	}
	for i := range core.Actions {
		if diff := cmp.Diff(&core.Actions[i], out.Action(core.Actions[i].ID)); diff != "" {
			t.Errorf("%s was changed:\n%s", core.Actions[i].ID, diff)
		}
	}
	rest := *out
	rest.Sections, rest.Actions, rest.Sources = core.Sections, core.Actions, core.Sources
	if diff := cmp.Diff(*core, rest, unexported); diff != "" {
		t.Errorf("something else was changed:\n%s", diff)
	}
	s := out.SectionByID("X-river")
	if s.Own != "House by the river" || !s.Available || out.Question("X-river.1").Section != "X-river" {
		t.Errorf("the topic does not say whose it is: %+v", s)
	}
	as := checklist.Answers{at("X-river.1", ""): state(checklist.DontKnow), at("X-river.1", "which"): codes("map")}
	got := about(checklist.Evaluate(out, as), at("X-river.1", ""))
	if len(got) != 1 || got[0].Kind != checklist.OutcomeOpen || !got[0].Concern || got[0].Actions[0] != "SP-X-river.1" {
		t.Errorf("\"don't know\" to an own question gives %+v", got)
	}
	if found := about(checklist.Evaluate(out, as), at("X-river.1", "which")); len(found) != 1 || found[0].Kind != checklist.OutcomeFinding {
		t.Errorf("a concerning choice gives %+v", found)
	}
	ref, ok := out.Ref("row1", "q:X-river.2/given_by")
	if !ok || ref.Part != "given_by" {
		t.Error("a column of an own list has no place in the record")
	}
	second := strings.ReplaceAll(strings.ReplaceAll(ownTopic, "X-river", "X-hill"), "X-rule", "X-order")
	if both, err := out.WithOwn("hill.yaml", []byte(second)); err != nil || both.Question("X-hill.1") == nil || both.Question("X-river.1") == nil {
		t.Errorf("two topics of one's own do not stand beside each other: %v", err)
	}
	claims := strings.ReplaceAll(ownTopic, "X-river", "X-lake")
	claims = strings.Replace(claims, "House rules, 2026", "Something else", 1)
	if _, err := out.WithOwn("lake.yaml", []byte(claims)); err == nil || !strings.Contains(err.Error(), "in use by another topic") {
		t.Errorf("a second topic has other words under the source of the first (%v)", err)
	}
	if _, err := out.WithOwn("again.yaml", []byte(ownTopic)); err == nil {
		t.Error("the same topic was added twice")
	}
}

// Whatever could weaken the core or the gate is refused, with the line and what to do.
func TestContent_WithOwn_refuses(t *testing.T) {
	for name, tc := range map[string]struct{ from, to, want string }{
		"topic of the core":            {"id: X-river\n", "id: S12\n", "S12"},
		"topic outside the name space": {"id: X-river\n", "id: river\n", "the topic's id has to be X-"},
		"question of the core":         {"id: X-river.1\n", "id: \"12.2\"\n", "12.2"},
		"question out of its row":      {"id: X-river.2\n", "id: X-river.3\n", "X-river.2"},
		"step of the core":             {"- id: SP-X-river.1", "- id: SP-13.2", "SP-13.2"},
		"step outside the topic":       {"- id: SP-X-river.1", "- id: SP-X-other.1", "SP-X-other.1"},
		"step that does not exist":     {"actions: [SP-X-river.1]\n      alert: A1", "actions: [SP-99.9]\n      alert: A1", "SP-99.9"},
		"source of the core replaced":  {"X-rule: {text", "SH: {text", "start with X-"},
		"no version":                   {"version: 1", "version: 0", "version is missing"},
		"nobody's":                     {"organisation: House by the river", "organisation: \" \"", "organisation is missing"},
		"goes into statistics":         {"      depth: session", "      stat_field: ta_any\n      depth: session", "never go into statistics"},
		"is exported":                  {"{name: which, kind: multi,", "{name: which, export: Y, kind: multi,", "never exported"},
		"promises":                     {"keep its address unknown", "keep you and your address safe, so you are safe", "promises"},
		"judges":                       {"An app may tell others", "Your phone is hacked and tells others", "promises"},
		"promises in a choice":         {"{code: chat, label: \"A chat\"}", "{code: chat, label: \"A chat, then you are safe\"}", "promises"},
		"promises in a state":          {"- {kind: t4}", "- {kind: t4, state_labels: {\"no\": \"No, it is clean\"}}", "promises"},
		"promises in an example":       {"- {kind: t4}", "- {kind: t4, is_not: [\"A phone that was hacked\"]}", "promises"},
		"promises where one looks":     {"      depth: session", "      look: {alert: A0, where: \"Settings\", trace: \"Look, you are safe\"}\n      depth: session", "promises"},
		"promises at the gate":         {"text: \"Before moving in\"", "text: \"When you are safe\"", "promises"},
		"protects and can be noticed":  {"    proof_lost: none", "    protective: true\n    proof_lost: none", "never held back"},
		"no alert level":               {"alert: A1\n    warnings: [ALERT]", "warnings: [ALERT]", "alert is"},
		"alert level that is none":     {"alert: A1\n    warnings: [ALERT]", "alert: A9\n    warnings: [ALERT]", "alert is"},
		"noticed without a warning":    {"    warnings: [ALERT]\n", "", "no warning"},
		"no words for not yet":         {"told: \"They may see that it stopped.\", ", "", "not yet"},
		"no phase":                     {"phases: [ES, LA]", "phases: []", "phases is missing"},
		"phase that is none":           {"phases: [ES, LA]", "phases: [XX]", "phases is"},
		"end that is none":             {"ends: [limit]", "ends: [destroy]", "ends is"},
		"nobody acts":                  {"who_acts: survivor", "who_acts: hacker", "who_acts is"},
		"group that is none":           {"group: location", "group: first", "not one of the order"},
		"silent about not knowing":     {"unknown: finding", "unknown: ignore", "unknown is"},
		"don't know as a choice":       {"{code: chat, label: \"A chat\"}", "{code: dont_know, label: \"No idea\"}", "is a state, not an option"},
		"choice twice":                 {"{code: chat, label: \"A chat\"}", "{code: map, label: \"A chat\"}", "stands there twice"},
		"kind that is none":            {"{name: given_by, kind: who,", "{name: given_by, kind: auto,", "kind is"},
		"rows of nothing":              {"entity: device", "entity: spell", "rows: entity is"},
		"concern about nothing":        {"{part: which, codes: [map]}", "{part: which, codes: [moon]}", "which is no option"},
		"concern of no part":           {"{part: which, codes: [map]}", "{part: who, codes: [map]}", "which does not exist"},
		"month that is none":           {"checked: 2026-11\n      review: needed\n    - id", "checked: 2026-13\n      review: needed\n    - id", "year and a month"},
		"part with a sign of a row":    {"{name: which, kind: multi", "{name: \"which@new1\", kind: multi", "name"},
		"part with a slash":            {"{name: which, kind: multi", "{name: \"which/two\", kind: multi", "name"},
		"column with a sign of a row":  {"{name: what, kind: text", "{name: \"a@b\", kind: text", "column"},
		"column without a name":        {"{name: what, kind: text", "{kind: text", "column"},
		"column named like a part":     {"parts: [{kind: list}]", "parts: [{kind: list}, {name: what, kind: t4, label: x}]", "name of a part"},
		"unknown key":                  {"  why: ", "  because: ", "river.yaml:"},
		"second document":              {"version: 1\n", "version: 1\n---\nversion: 1\n", "river.yaml"},
		"key twice":                    {"  why: ", "  title: again\n  why: ", "river.yaml:"},
		"gate that is none":            {"when: always", "when: never", "gate: when"},
		"looking without a trace":      {"      depth: session", "      look: {alert: A0, where: here}\n      depth: session", "where and trace"},
		"needs a step that is not":     {"    who_acts: survivor", "    depends_on: [SP-99.9]\n    who_acts: survivor", "which does not exist"},
		"waits for itself":             {"    who_acts: survivor", "    depends_on: [SP-X-river.1]\n    who_acts: survivor", "SP-X-river.1"},
		"too hard to read":             {"Some apps go on sharing after a move.", "Notwithstanding aforementioned organisational considerations, confidentiality necessitates comprehensive reconfiguration.", "hard to read"},
	} {
		t.Run(name, func(t *testing.T) {
			out, err := withOwn(t, tc.from, tc.to)
			if err == nil || !strings.Contains(err.Error(), tc.want) || out != nil {
				t.Errorf("got %v, want it refused with %q", err, tc.want)
			}
			if err != nil && !strings.Contains(err.Error(), "river.yaml") && !strings.Contains(err.Error(), "X-river") && !strings.Contains(err.Error(), "content:") {
				t.Errorf("the fault does not say where: %v", err)
			}
		})
	}
}

// Two topics of one organisation may rest on one source.
func TestContent_WithOwn_sourceShared(t *testing.T) {
	one, err := withOwn(t, "", "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := one.WithOwn("lake.yaml", []byte(strings.ReplaceAll(ownTopic, "X-river", "X-lake"))); err != nil {
		t.Errorf("a second topic with the same source is refused: %v", err)
	}
}

// A file made to do harm ends soon, with an error, and not with the program.
func TestContent_WithOwn_hostile(t *testing.T) {
	core := load(t)
	bomb := "version: 1\na: &a [x,x,x,x,x,x,x,x,x]\n"
	for i := 'b'; i <= 'k'; i++ {
		p := string(i - 1)
		bomb += fmt.Sprintf("%c: &%c [*%s,*%s,*%s,*%s,*%s,*%s,*%s,*%s]\n", i, i, p, p, p, p, p, p, p, p)
	}
	tangle := strings.Builder{}
	tangle.WriteString(ownTopic)
	for i := 2; i < 90; i++ {
		fmt.Fprintf(&tangle, "  - {id: SP-X-river.%d, worker: \"Do it.\", survivor: \"Do it.\", not_yet: {what: x, told: x, ready: x}, alert: A0, phases: [PC], group: rest, who_acts: worker, sources: [inf], checked: 2026-11, depends_on: [", i)
		for j := 1; j < i; j++ {
			fmt.Fprintf(&tangle, "SP-X-river.%d,", j)
		}
		tangle.WriteString("]}\n")
	}
	for name, tc := range map[string]struct {
		text string
		fine bool
	}{
		"nothing at all":          {"", false},
		"only a comment":          {"# nothing\n", false},
		"not text":                {"\x00\x01\xff\xfe\x80", false},
		"a list":                  {"- 1\n- 2\n", false},
		"a word":                  {"hello", false},
		"null everywhere":         {"version: ~\norganisation: ~\nsection: ~\nactions: ~\n", false},
		"anchors without end":     {bomb, false},
		"deep nesting":            {"version: " + strings.Repeat("[", 20000) + strings.Repeat("]", 20000), false},
		"an anchor of itself":     {"version: 1\nsection: &a {questions: [*a]}\n", false},
		"larger than any topic":   {ownTopic + "#" + strings.Repeat("x", 1<<20), false},
		"steps that all wait":     {tangle.String(), true},
		"a thousand faults":       {"version: 1\norganisation: x\nsection:\n  id: X-a\n  questions:\n" + strings.Repeat("    - {id: X-a.9}\n", 1), false},
		"a number far too large":  {strings.Replace(ownTopic, "version: 1", "version: 99999999999999999999999", 1), false},
		"a merge of the whole":    {strings.Replace(ownTopic, "version: 1", "version: 1\n<<: {organisation: y}", 1), true}, // what stands in the file wins
		"questions without ids":   {"version: 1\norganisation: x\nsection: {id: X-a, title: a, why: b, gate: {when: always}, questions: [{}, {}, {}]}\n", false},
		"parts without anything":  {strings.Replace(ownTopic, "- {kind: t4}\n", "- {}\n", 1), false},
		"rows without columns":    {strings.Replace(ownTopic, "          - {name: what, kind: text, label: \"What is it?\"}\n          - {name: given_by, kind: who, label: \"Who gave it?\"}\n", "", 1), false},
		"items in a row":          {strings.Replace(ownTopic, "{name: what, kind: text, label: \"What is it?\"}", "{name: what, kind: items, label: x, options: [{code: a, label: a}]}", 1), false},
		"a page in a title":       {strings.Replace(ownTopic, "Phones in our house", "<script>alert(1)</script>", 1), true},
		"lines of another system": {strings.ReplaceAll(ownTopic, "\n", "\r\n"), true},
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			out, err := core.WithOwn("x.yaml", []byte(tc.text))
			if (err == nil) != tc.fine || (out != nil) != tc.fine {
				t.Errorf("got %.200v, want fine %t", err, tc.fine)
			}
			if took := time.Since(start); took > 10*time.Second {
				t.Errorf("it took %v", took)
			}
			if err != nil && len(err.Error()) > 64<<10 {
				t.Errorf("the error is %d bytes long", len(err.Error()))
			}
		})
	}
}
