package casework

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"keyholder/casework/checklist"
	"keyholder/casework/personal"
	"keyholder/casework/stats"
)

// content is loaded once for all tests of this file.
var content = sync.OnceValues(checklist.Load)

// agreed builds a file with a yes to statistics and the given heads.
func agreed(t *testing.T, heads ...Value) *File {
	t.Helper()
	c, err := content()
	if err != nil {
		t.Fatal(err)
	}
	opened := time.Date(2026, 8, 31, 23, 30, 0, 0, time.FixedZone("", 2*3600))
	return NewFile(c, Case{ID: "one", Code: "KH-2222-2222", OpenedAt: opened}, nil, heads,
		[]Consent{{Purpose: ConsentStatistics, State: checklist.Yes}})
}

// told returns the answer that a record tells for a variable.
func told(t *testing.T, rec stats.Record, id stats.VariableID) stats.AnswerID {
	t.Helper()
	v, at, ok := stats.CaseSchema().Lookup(id)
	if !ok {
		t.Fatalf("no variable %s", id)
	}
	return v.Answers[rec.Values[at]].ID
}

func TestFile_record_states(t *testing.T) {
	tests := []struct {
		field string
		state State
		codes []string
		want  stats.AnswerID
	}{
		{"ta_any", checklist.Yes, nil, "yes"},
		{"ta_any", checklist.No, nil, "no"},
		{"ta_any", checklist.Suspected, nil, "suspected"},
		{"ta_any", checklist.DontKnow, nil, "dont_know"},
		{"ta_any", checklist.Declined, nil, "declined"},
		{"ta_any", checklist.NotAsked, nil, "not_asked"},
		{"ta_any", checklist.NotApplicable, nil, "not_asked"},
		{"ta_health_assistive", checklist.Yes, nil, "yes_or_suspected"},
		{"ta_health_assistive", checklist.Suspected, nil, "yes_or_suspected"},
		{"ta_health_assistive", checklist.No, nil, "no"},
		{"ta_how_found", checklist.Yes, []string{"worker_asked"}, "worker_asked"},
		{"ta_how_found", checklist.DontKnow, nil, "dont_know"},
		{"ta_prompted", checklist.Suspected, nil, "dont_know"},
	}
	for _, tc := range tests {
		f := agreed(t, Value{Slot: Slot{Field: Field(tc.field)}, State: tc.state, Codes: tc.codes})
		rec, ok := f.record(stats.CaseSchema())
		if !ok {
			t.Fatal("an agreed case has no record")
		}
		if got := told(t, rec, stats.VariableID(tc.field)); got != tc.want {
			t.Errorf("%s %s is told as %s, want %s", tc.field, tc.state, got, tc.want)
		}
		if got := told(t, rec, "ta_vehicle"); got != "not_asked" {
			t.Errorf("a box nobody filled in is told as %s", got)
		}
		if rec.Opened != stats.MonthOf(f.Case.OpenedAt) || stats.QuarterOf(rec.Opened) != stats.Quarter(2026, 3) {
			t.Errorf("opened in month %d, want the local month of opening", rec.Opened)
		}
	}
}

// TestFile_record_everyVariableHasABox makes sure that no variable is asked of a field that the
// checklist does not have.
func TestFile_record_everyVariableHasABox(t *testing.T) {
	c := agreed(t).Content
	for _, v := range stats.CaseSchema().Variables() {
		if c.Presence.Part(string(v.ID)) == nil {
			t.Errorf("the variable %s has no box in the content", v.ID)
		}
	}
}

func TestFile_record_consent(t *testing.T) {
	for _, s := range append(checklist.States(), "") {
		f := agreed(t)
		f.Consents = append(f.Consents, Consent{Purpose: ConsentStatistics, State: s})
		if _, ok := f.record(stats.CaseSchema()); ok != (s == checklist.Yes) {
			t.Errorf("consent %q: record %t", s, ok)
		}
	}
	f := agreed(t)
	f.Consents = nil
	if _, ok := f.record(stats.CaseSchema()); ok {
		t.Error("a case nobody asked is in the statistics")
	}
}

func TestFile_record_noText(t *testing.T) {
	f := agreed(t, Value{Slot: Slot{Field: PresenceAny}, State: checklist.Yes, Text: personal.New("CANARY")})
	rec, _ := f.record(stats.CaseSchema())
	if strings.Contains(fmt.Sprintf("%#v", rec), "CANARY") || strings.Contains(fmt.Sprintf("%#v", rec), "KH-") {
		t.Error("a record carries text or the case code")
	}
}

func TestCasebook_StatRecords(t *testing.T) {
	m := NewMemory()
	b := NewCasebook(CasebookConfig{
		Record: m, Cases: m, Audit: m, Content: agreed(t).Content,
		Clock: func() time.Time { return time.Date(2026, 5, 5, 12, 0, 0, 0, time.UTC) },
	})
	open := func(madeUp bool, statistics State) {
		t.Helper()
		k, err := b.OpenCase(context.Background(), Act{By: "w"}, madeUp)
		if err != nil {
			t.Fatal(err)
		}
		err = b.SaveAnswers(context.Background(), k.ID, Act{By: "w"}, Answers{Values: []Value{
			{Slot: Slot{Field: "q:00.7/statistics"}, State: statistics, Basis: SurvivorSaid},
		}})
		if err != nil {
			t.Fatal(err)
		}
	}
	open(false, checklist.Yes)
	open(false, checklist.No)
	open(false, checklist.DontKnow)
	_, counted, err := b.StatRecords(context.Background(), stats.CaseSchema())
	if err != nil || counted != (Counted{Cases: 3, Agreed: 1, NotAgreed: 2}) {
		t.Errorf("%+v, %v; want one of three", counted, err)
	}
	open(true, checklist.Yes)
	if _, _, err := b.StatRecords(context.Background(), stats.CaseSchema()); err == nil {
		t.Error("made-up cases were counted among real ones")
	}
}
