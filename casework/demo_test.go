package casework_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"keyholder/casework"
	"keyholder/casework/casetest"
	"keyholder/casework/stats"
)

func demo(t *testing.T, seed uint64) (*casework.Casebook, *casework.Memory) {
	t.Helper()
	m := casework.NewMemory()
	cfg := casework.CasebookConfig{
		Record: m, Cases: m, Audit: m, Content: casetest.New(t).Content(),
		Clock: func() time.Time { return casetest.At(0) },
	}
	if err := casework.BuildDemo(ctx, cfg, seed); err != nil {
		t.Fatalf("building the demonstration: %v", err)
	}
	return casework.NewCasebook(cfg), m
}

// states reads what a demonstration says, without its random ids.
func states(t *testing.T, m *casework.Memory) []string {
	t.Helper()
	list, err := m.Cases(ctx)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, k := range list {
		heads, err := m.Heads(ctx, k.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range heads {
			if v.Slot.Field != casework.FieldAssessment {
				out = append(out, string(v.Slot.Field)+" "+string(v.State))
			}
		}
	}
	return out
}

func TestBuildDemo(t *testing.T) {
	book, m := demo(t, 1)
	list, err := book.List(ctx)
	if err != nil || len(list) != 212 {
		t.Fatalf("%d cases, %v; want 212", len(list), err)
	}
	lanes, devices, held := make(map[casework.Lane]bool), 0, 0
	for _, line := range list {
		if !line.Case.MadeUp {
			t.Fatal("a case of the demonstration is not marked as made up")
		}
		f, err := book.Read(ctx, line.Case.ID, casetest.Worker)
		if err != nil {
			t.Fatal(err)
		}
		if f.Case.OpenedAt.After(casetest.At(0)) {
			t.Error("a case was opened in the future")
		}
		plan := f.SafetyPlan()
		lanes[plan.Lane] = true
		devices += len(f.Devices())
		held += len(plan.NotYet)
	}
	if !lanes[casework.LaneActNow] || !lanes[casework.LaneReviewToday] || !lanes[casework.LanePlanned] || devices < 12 || held == 0 {
		t.Errorf("lanes %v, %d devices, %d steps held back: the demonstration shows too little", lanes, devices, held)
	}
	records, counted, err := book.StatRecords(ctx, stats.CaseSchema())
	if err != nil || records == nil || !counted.MadeUpOnly || counted.NotAgreed == 0 || counted.Agreed < 150 {
		t.Errorf("%+v, %v; want most of the cases counted, some not, all made up", counted, err)
	}
	_, again := demo(t, 1)
	if diff := cmp.Diff(states(t, m), states(t, again)); diff != "" {
		t.Error("the same seed gives another demonstration")
	}
	_, other := demo(t, 2)
	if cmp.Equal(states(t, m), states(t, other)) {
		t.Error("another seed gives the same demonstration")
	}
}

func TestBuildDemo_notAmongRealCases(t *testing.T) {
	b := casetest.New(t)
	err := casework.BuildDemo(ctx, casework.CasebookConfig{
		Record: b.Memory, Cases: b.Memory, Audit: b.Memory, Clock: b.Now, Content: b.Content(),
	}, 1)
	wantKey(t, err, "error.demo.not_empty")
}
