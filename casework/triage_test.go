package casework_test

import (
	"encoding/json"
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"keyholder/casework"
	"keyholder/casework/checklist"
)

// referenceCases is the shape of testdata/triage-cases.json.
type referenceCases struct {
	CoreItems struct {
		Immediate []casework.CoreItem
		High      []casework.CoreItem
		Context   []casework.CoreItem
	} `json:"core_items"`
	Lanes []casework.Lane `json:"lanes_low_to_high"`
	Cases []struct {
		Name       string
		Answers    map[casework.CoreItem]casework.State
		Behaviours int `json:"tech_behaviours_last_3_months"`
		Judgement  *struct {
			Lane         casework.Lane
			SecondPerson bool `json:"second_person"`
		}
		Want struct {
			Automatic casework.Lane       `json:"automatic_lane"`
			Final     casework.Lane       `json:"final_lane"`
			Unknown   int                 `json:"unknown_core_items"`
			AskFirst  []casework.CoreItem `json:"ask_first"`
			Reasons   []casework.Reason
		}
	}
}

func reference(t testing.TB) referenceCases {
	t.Helper()
	data, err := os.ReadFile("testdata/triage-cases.json")
	if err != nil {
		t.Fatal(err)
	}
	var ref referenceCases
	if err := json.Unmarshal(data, &ref); err != nil {
		t.Fatal(err)
	}
	if len(ref.Cases) != 25 {
		t.Fatalf("%d reference cases, want 25", len(ref.Cases))
	}
	return ref
}

func (r referenceCases) rule() casework.TriageRule {
	return casework.TriageRule{
		Version: "v1", Immediate: r.CoreItems.Immediate, High: r.CoreItems.High,
		Cluster: r.CoreItems.Context,
		AskNow: []casework.CoreItem{
			"cannot_exit", "confidential_address_leak", "child_image", "vital_aid_interference",
		},
	}
}

func TestTriageRule_Assess_reference(t *testing.T) {
	ref := reference(t)
	if diff := cmp.Diff(ref.Lanes, casework.Lanes()); diff != "" {
		t.Fatalf("lanes (-want +got):\n%s", diff)
	}
	for _, tc := range ref.Cases {
		t.Run(tc.Name, func(t *testing.T) {
			in := casework.TriageInput{Items: tc.Answers, Behaviours: tc.Behaviours}
			if j := tc.Judgement; j != nil {
				in.Judgement = &casework.Judgement{Lane: j.Lane, SecondPerson: j.SecondPerson}
			}
			got := ref.rule().Assess(in)
			want := casework.Triage{
				Rule: "v1", Automatic: tc.Want.Automatic, Final: tc.Want.Final,
				Reasons: tc.Want.Reasons, Unknown: tc.Want.Unknown, AskFirst: tc.Want.AskFirst,
			}
			opts := []cmp.Option{
				cmpopts.EquateEmpty(), cmpopts.IgnoreFields(casework.Triage{}, "Count"),
			}
			if diff := cmp.Diff(want, got, opts...); diff != "" {
				t.Errorf("triage (-want +got):\n%s", diff)
			}
		})
	}
}

func TestTriageRule_Assess_missingIsNotAsked(t *testing.T) {
	rule := reference(t).rule()
	got := rule.Assess(casework.TriageInput{})
	if got.Automatic != casework.LaneIncomplete || got.Unknown != 22 || len(got.AskFirst) != 10 {
		t.Errorf("empty input gives %+v, want incomplete with 22 unknown and 10 to ask first", got)
	}
	if got.Count.NotAsked != 22 || got.Count.Of != 22 {
		t.Errorf("count %+v, want all 22 not asked", got.Count)
	}
}

// TestTriageRule_Assess_askNow tells the four items for which "don't know" means a look today from
// the six for which it is printed first and no more (R2, R3b).
func TestTriageRule_Assess_askNow(t *testing.T) {
	ref := reference(t)
	rule := ref.rule()
	for _, item := range rule.Immediate {
		items := make(map[casework.CoreItem]casework.State)
		for _, each := range rule.Items() {
			items[each] = checklist.No
		}
		items[item] = checklist.DontKnow
		want := casework.LaneIncomplete
		if slices.Contains(rule.AskNow, item) {
			want = casework.LaneReviewToday
		}
		got := rule.Assess(casework.TriageInput{Items: items})
		if got.Automatic != want || !slices.Equal(got.AskFirst, []casework.CoreItem{item}) {
			t.Errorf("%s not known gives %s, ask first %v; want %s", item, got.Automatic, got.AskFirst, want)
		}
	}
}

func TestTriageRule_Assess_count(t *testing.T) {
	rule := reference(t).rule()
	states := []casework.State{
		checklist.Yes, checklist.Yes, checklist.Suspected, checklist.DontKnow, checklist.Declined,
		checklist.NotAsked, checklist.NotApplicable, checklist.No,
	}
	items := make(map[casework.CoreItem]casework.State)
	for i, item := range rule.Items() {
		items[item] = checklist.No
		if i < len(states) {
			items[item] = states[i]
		}
	}
	want := casework.TriageCount{Positive: 2, Suspected: 1, Unknown: 2, NotAsked: 1, Of: 22}
	if diff := cmp.Diff(want, rule.Assess(casework.TriageInput{Items: items}).Count); diff != "" {
		t.Errorf("count (-want +got):\n%s", diff)
	}
}

// TestTriageRule_Assess_neverQuieter changes one item at a time from a known no to each unknown
// state: no lane may fall, and the unknown must be counted.
func TestTriageRule_Assess_neverQuieter(t *testing.T) {
	ref := reference(t)
	rule := ref.rule()
	for _, tc := range ref.Cases {
		for _, item := range rule.Items() {
			if tc.Answers[item] != checklist.No {
				continue
			}
			before := rule.Assess(casework.TriageInput{Items: tc.Answers, Behaviours: tc.Behaviours})
			for _, s := range []casework.State{
				checklist.DontKnow, checklist.Declined, checklist.NotAsked, checklist.Suspected, checklist.Yes,
			} {
				changed := make(map[casework.CoreItem]casework.State)
				for k, v := range tc.Answers {
					changed[k] = v
				}
				changed[item] = s
				after := rule.Assess(casework.TriageInput{Items: changed, Behaviours: tc.Behaviours})
				if lane(after.Automatic) < lane(before.Automatic) {
					t.Errorf("%s: %s=%s lowers %s to %s", tc.Name, item, s, before.Automatic, after.Automatic)
				}
				if !s.Known() && after.Unknown != before.Unknown+1 {
					t.Errorf("%s: %s=%s is not counted as unknown", tc.Name, item, s)
				}
			}
		}
	}
}

func lane(l casework.Lane) int {
	for i, each := range casework.Lanes() {
		if each == l {
			return i
		}
	}
	return -1
}

func TestTriageRule_Assess_judgementBounds(t *testing.T) {
	ref := reference(t)
	rule := ref.rule()
	for _, tc := range ref.Cases {
		for _, to := range casework.Lanes() {
			for _, second := range []bool{false, true} {
				got := rule.Assess(casework.TriageInput{
					Items: tc.Answers, Behaviours: tc.Behaviours,
					Judgement: &casework.Judgement{Lane: to, SecondPerson: second},
				})
				drop := lane(got.Automatic) - lane(got.Final)
				switch {
				case drop > 1:
					t.Errorf("%s: lowered by %d lanes", tc.Name, drop)
				case drop == 1 && (!second || got.Automatic == casework.LaneActNow):
					t.Errorf("%s: lowered from %s, second person %t", tc.Name, got.Automatic, second)
				case drop == 1 && got.Final != casework.LanePlanned:
					t.Errorf("%s: lowered to %s", tc.Name, got.Final)
				case lane(to) >= lane(got.Automatic) && got.Final != to:
					t.Errorf("%s: raising to %s gave %s", tc.Name, to, got.Final)
				}
			}
		}
	}
}

// BenchmarkTriageRule_Assess puts the 25 reference cases through the rule.
func BenchmarkTriageRule_Assess(b *testing.B) {
	ref := reference(b)
	rule := ref.rule()
	for b.Loop() {
		for _, tc := range ref.Cases {
			rule.Assess(casework.TriageInput{Items: tc.Answers, Behaviours: tc.Behaviours})
		}
	}
	b.ReportMetric(float64(b.N*len(ref.Cases))/b.Elapsed().Seconds(), "cases/s")
}
