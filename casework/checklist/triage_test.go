package checklist_test

import (
	"slices"
	"testing"

	"keyholder/casework/checklist"
)

// coreItems are the 22 core items and their groups as PRACTICE section 3.7 and its reference cases
// name them.
var coreItems = map[string][]string{
	"immediate": {
		"threat_kill", "strangulation", "weapon_threat", "present_or_on_way", "suicide_threat",
		"cannot_exit", "confidential_address_leak", "child_image", "vital_aid_interference", "child_immediate",
	},
	"high": {
		"fear_serious_harm", "order_breach_tech", "violent_reaction_to_change", "address_exposed_or_found",
		"covert_listening_or_camera", "child_used_as_channel", "stalked_in_person", "escalation_3m", "external_tool_high",
	},
	"context": {"separation_12m", "coercive_control", "violence_ever"},
}

func TestTriage_items(t *testing.T) {
	c := load(t)
	got := map[string][]string{}
	for _, item := range c.Triage.Items {
		got[item.Group] = append(got[item.Group], item.ID)
	}
	for group, want := range coreItems {
		slices.Sort(want)
		slices.Sort(got[group])
		if !slices.Equal(got[group], want) {
			t.Errorf("%s: %v, want %v", group, got[group], want)
		}
	}
	askNow := []string{}
	for _, item := range c.Triage.Items {
		if item.AskNow {
			askNow = append(askNow, item.ID)
		}
	}
	slices.Sort(askNow)
	if want := []string{"cannot_exit", "child_image", "confidential_address_leak", "vital_aid_interference"}; !slices.Equal(askNow, want) {
		t.Errorf("ask now: %v", askNow)
	}
}

// TestTriage_readable: every option of every question that speaks for a core item is read, so that
// no answer can fall through; and every state of every such slot arrives as itself.
func TestTriage_readable(t *testing.T) {
	c := load(t)
	for _, item := range c.Triage.Items {
		for _, f := range item.From {
			p := c.Question(f.Question).Part(f.Part)
			if p.Kind.Coded() {
				for _, o := range c.Options(p) {
					if _, ok := f.Codes[o.Code]; !ok {
						t.Errorf("%s does not read %s of %s", item.ID, o.Code, f.Question)
					}
				}
			}
			for _, s := range []checklist.State{checklist.DontKnow, checklist.Declined, checklist.NotAsked} {
				as := checklist.Answers{at(f.Question, f.Part): state(s)}
				if got := core(c, as)[item.ID]; got != s {
					t.Errorf("%s: %s in %s reads as %s", item.ID, s, f.Question, got)
				}
			}
		}
	}
}

func core(c *checklist.Content, as checklist.Answers) map[string]checklist.State {
	out := map[string]checklist.State{}
	for _, cs := range checklist.CoreStates(c, as) {
		out[cs.Item] = cs.State
	}
	return out
}

func TestCoreStates(t *testing.T) {
	c := load(t)
	suspected := func(code string) checklist.Answer {
		return checklist.Answer{State: checklist.Suspected, Codes: []string{code}}
	}
	for _, tc := range []struct {
		name, item string
		as         checklist.Answers
		want       checklist.State
	}{
		{"ticked", "threat_kill", checklist.Answers{at("00.5", "threat_kill"): state(checklist.Yes)}, checklist.Yes},
		{"on the way", "present_or_on_way", checklist.Answers{at("00.2", "place"): codes("on_the_way")}, checklist.Yes},
		{"near is a suspicion", "present_or_on_way", checklist.Answers{at("00.2", "place"): codes("near")}, checklist.Suspected},
		{"on the way wins over no", "present_or_on_way", checklist.Answers{
			at("00.5", "present_or_on_way"): state(checklist.No), at("00.2", "place"): codes("on_the_way"),
		}, checklist.Yes},
		{"unknown place outweighs no", "present_or_on_way", checklist.Answers{
			at("00.5", "present_or_on_way"): state(checklist.No), at("00.2", "place"): state(checklist.DontKnow),
		}, checklist.DontKnow},
		{"elsewhere does not answer for waiting", "present_or_on_way", checklist.Answers{at("00.2", "place"): codes("elsewhere")}, checklist.NotAsked},
		{"violence", "violent_reaction_to_change", checklist.Answers{at("01.8", ""): codes("questions", "violence")}, checklist.Yes},
		{"anger is not violence", "violent_reaction_to_change", checklist.Answers{at("01.8", ""): codes("anger")}, checklist.No},
		{"anger, and more unknown", "violent_reaction_to_change", checklist.Answers{
			at("01.8", ""): {State: checklist.DontKnow, Codes: []string{"anger"}},
		}, checklist.DontKnow},
		{"violence suspected", "violent_reaction_to_change", checklist.Answers{at("01.8", ""): suspected("violence")}, checklist.Suspected},
		{"none of these", "violent_reaction_to_change", checklist.Answers{at("01.8", ""): state(checklist.No)}, checklist.No},
		{"more", "escalation_3m", checklist.Answers{at("01.7", ""): codes("more")}, checklist.Yes},
		{"planned leaving", "separation_12m", checklist.Answers{at("01.2", ""): codes("planned")}, checklist.Yes},
		{"camera suspected", "covert_listening_or_camera", checklist.Answers{at("13.6", ""): state(checklist.Suspected)}, checklist.Suspected},
		{"nothing", "fear_serious_harm", checklist.Answers{}, checklist.NotAsked},
	} {
		if got := core(c, tc.as)[tc.item]; got != tc.want {
			t.Errorf("%s: %s, want %s", tc.name, got, tc.want)
		}
	}
}

func TestRecentBehaviour(t *testing.T) {
	c := load(t)
	freq, last := at("12.8", ""), at("12.8", "last")
	for _, tc := range []struct {
		name  string
		as    checklist.Answers
		want  checklist.State
		count int
	}{
		{"nothing", checklist.Answers{}, checklist.NotAsked, 0},
		{"never", checklist.Answers{freq: codes("never")}, checklist.No, 0},
		{"weekly, no date", checklist.Answers{freq: codes("weekly")}, checklist.Yes, 1},
		{"once, last week", checklist.Answers{freq: codes("once"), last: codes("within_7_days")}, checklist.Yes, 1},
		{"once, a year ago", checklist.Answers{freq: codes("once"), last: codes("longer_ago")}, checklist.No, 0},
		{"not known", checklist.Answers{freq: state(checklist.DontKnow)}, checklist.DontKnow, 0},
		{"both", checklist.Answers{freq: codes("once"), at("01.6", "what"): codes("talk")}, checklist.Yes, 2},
	} {
		if s, n := checklist.RecentBehaviour(c, tc.as); s != tc.want || n != tc.count {
			t.Errorf("%s: %s %d, want %s %d", tc.name, s, n, tc.want, tc.count)
		}
	}
}
