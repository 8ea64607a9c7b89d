package checklist_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"keyholder/casework/checklist"
)

const lettersName = "letters.v1.yaml"

// TestLetters_faults damages the letters in one place each; the loader has to stop, and say where.
func TestLetters_faults(t *testing.T) {
	for name, tc := range map[string]struct{ old, new, want string }{
		"step that does not exist":         {"step: SP-03.1\n", "step: SP-99.9\n", "which does not exist"},
		"step of protection":               {"step: SP-19.6\n", "step: SP-P.help\n", "protective"},
		"lower alert than its step":        {"ready: \"Codes that no longer come to this number, saved proof, and a plan for their reaction.\"}\n    alert: A2", "ready: \"Codes that no longer come to this number, saved proof, and a plan for their reaction.\"}\n    alert: A1", "alert level"},
		"phase its step has not":           {"phases: [ES, LA]\n    depends_on: [SP-23.2]\n    warnings: [SAFE_NEW, ALERT, LOCK, LEGAL, EVID]", "phases: [PC, ES, LA]\n    depends_on: [SP-23.2]\n    warnings: [SAFE_NEW, ALERT, LOCK, LEGAL, EVID]", "not for the phase PC"},
		"removal without preservation":     {"    preserve: \"Before you end anything, please keep the list of users, sign-ins, changes and recordings. Please tell me how I can ask for them later.\"\n", "", "does not ask to keep"},
		"removal that does not wait":       {"phases: [LA]\n    depends_on: [SP-23.2, SP-24.2]\n    warnings: [SAFE_NEW, ALERT, LOCK, EVID]\n    subject: \"The call list", "phases: [LA]\n    warnings: [SAFE_NEW, ALERT, LOCK, EVID]\n    subject: \"The call list", "does not depend on SP-23.2"},
		"gap that nothing fills":           {"It has been there since {since}.\", \"I ask how it can be parted", "It has been there since {sinse}.\", \"I ask how it can be parted", "nothing fills {sinse}"},
		"brace that stands alone":          {"It has been there since {since}.\", \"I ask how it can be parted", "It has been there since {since.\", \"I ask how it can be parted", "stands alone"},
		"fact that is never used":          {"Please look at {children} as well.", "Please look at the others as well.", "is never used"},
		"fact from nowhere":                {"{question: \"03.6\"}", "{question: \"77.7\"}", "does not exist"},
		"fact from free words":             {"{question: \"03.6\"}", "{question: \"00.4\", part: hours}", "free words"},
		"words for what nobody can answer": {"repeater: \"a repeater\"", "repeeter: \"a repeater\"", "nobody can answer"},
		"purpose that is none":             {"purpose: split_line", "purpose: find_person", "no purpose"},
		"certainty that is none":           {"sure: likely", "sure: certain", "how sure"},
		"contact way without words":        {"    in_person: \"Please do not call", "    on_foot: \"Please do not call", "contact way in_person"},
		"no warning":                       {"    warnings: [SAFE_NEW, ALERT, LOCK, LEGAL, EVID]\n", "    warnings: []\n", "has no warning"},
		"unknown key":                      {"    subject: \"A line of my own\"", "    subjects: \"A line of my own\"", lettersName + ":"},
		"same letter twice":                {"id: SP-L.child-line", "id: SP-L.phone-split", "stands there twice"},
	} {
		t.Run(name, func(t *testing.T) {
			m := files(t)
			text := string(m[lettersName].Data)
			damaged := strings.Replace(text, tc.old, tc.new, 1)
			if damaged == text {
				t.Fatalf("no %q", tc.old)
			}
			m[lettersName].Data = []byte(damaged)
			if _, err := checklist.LoadFS(m, checklist.Current); err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("loading says %v, want %q", err, tc.want)
			}
		})
	}
}

// A letter is a step behind its own step, with everything that one waits for and no lower alert level.
func TestLetters_areSteps(t *testing.T) {
	c := load(t)
	receivers, purposes := map[string]bool{}, map[string]bool{}
	for i := range c.Letters.Letters {
		l := &c.Letters.Letters[i]
		receivers[l.To], purposes[l.Purpose] = true, true
		a, of := c.Action(l.ID), c.Action(l.Step)
		if a == nil || a.Protective || a.Alert.OrWorst() == checklist.A0 || a.Alert.OrWorst() < of.Alert.OrWorst() || a.Group != of.Group {
			t.Errorf("%s is not a step that the gate of %s holds for: %+v", l.ID, l.Step, a)
			continue
		}
		for _, first := range of.DependsOn {
			if !slices.Contains(a.DependsOn, first) {
				t.Errorf("%s does not wait for %s, and its step does", l.ID, first)
			}
		}
		if of.NeedsOwnAdmin && !a.NeedsOwnAdmin {
			t.Errorf("%s does not wait for an own admin login, and its step does", l.ID)
		}
		if l.Removes() && (l.Preserve == "" || !slices.Contains(l.Warnings, checklist.WarnEvid)) {
			t.Errorf("%s removes without asking to keep proof, or without the warning", l.ID)
		}
	}
	if len(c.Letters.Letters) < 14 || len(receivers) != len(checklist.LetterReceivers()) || len(purposes) != len(checklist.LetterPurposes()) {
		t.Errorf("%d letters to %d of %d kinds of receiver for %d of %d purposes", len(c.Letters.Letters),
			len(receivers), len(checklist.LetterReceivers()), len(purposes), len(checklist.LetterPurposes()))
	}
}

// A letter whose alert level nobody gave counts as the worst.
func TestLetters_unknownAlert(t *testing.T) {
	m := files(t)
	text := strings.ReplaceAll(string(m[lettersName].Data), "    alert: A1\n", "")
	m[lettersName].Data = []byte(text)
	c, err := checklist.LoadFS(m, checklist.Current)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range c.Letters.Letters {
		if c.Action(l.ID).Alert.OrWorst() != checklist.A2 {
			t.Errorf("%s has the level %q", l.ID, c.Action(l.ID).Alert)
		}
	}
}

// What a letter says by default tells no story and names no person of concern; only the reason may,
// and that is off until it is chosen.
func TestLetters_tellNoStory(t *testing.T) {
	telling := regexp.MustCompile(`(?i)\b(abus\w*|violen\w*|survivor|victim|refuge|partner|ex|stalk\w*|spy\w*|track\w*|threat\w*|danger\w*|afraid|fear\w*|safe\w*|protect\w*|separat\w*|divorc\w*|he|she|him|her|his|husband|wife|boyfriend|girlfriend|advocate|shelter)\b`)
	c := load(t)
	frame := c.Letters.Frame
	texts := map[string][]string{"frame": {frame.Reference, frame.Greeting, frame.Deadline, frame.Only, frame.Closing}}
	for _, s := range frame.Contact {
		texts["frame"] = append(texts["frame"], s)
	}
	for i := range c.Letters.Letters {
		l := &c.Letters.Letters[i]
		all := l.Sentences()
		texts[l.ID] = all[:len(all)-1] // without the reason
		for _, fact := range l.Facts {
			for _, w := range fact.Words {
				texts[l.ID] = append(texts[l.ID], w)
			}
		}
	}
	for at, all := range texts {
		for _, s := range all {
			if m := telling.FindString(s); m != "" {
				t.Errorf("%s tells by %q: %s", at, m, s)
			}
		}
	}
}

func TestFillGaps(t *testing.T) {
	words := map[string]string{"a": "one", "b": "two", "empty": "", "odd": "{a}"}
	for _, tc := range []struct {
		text, want string
		ok         bool
	}{
		{"no gap", "no gap", true},
		{"{a} and {b}", "one and two", true},
		{"{a} and {c}", "", false},
		{"{empty}", "", false},
		{"{A}", "{A}", true},
		{"{odd}", "{a}", true},
	} {
		if got, ok := checklist.FillGaps(tc.text, words); got != tc.want || ok != tc.ok {
			t.Errorf("%q reads %q, %v", tc.text, got, ok)
		}
	}
}
