package casework_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"keyholder/casework"
	"keyholder/casework/casetest"
	"keyholder/casework/checklist"
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

// TestBuildDemo_publishes: whatever the day, the figures over the last ended quarter may leave, and say
// that they are made up.
func TestBuildDemo_publishes(t *testing.T) {
	for _, end := range []time.Time{
		casetest.At(0), time.Date(2027, 1, 1, 0, 5, 0, 0, time.UTC), time.Date(2027, 3, 31, 23, 0, 0, 0, time.UTC),
		time.Date(2028, 6, 1, 12, 0, 0, 0, time.UTC),
	} {
		m := casework.NewMemory()
		cfg := casework.CasebookConfig{
			Record: m, Cases: m, Audit: m, Content: casetest.New(t).Content(), Clock: func() time.Time { return end },
		}
		if err := casework.BuildDemo(ctx, cfg, casework.DemoSeed); err != nil {
			t.Fatal(err)
		}
		records, _, err := casework.NewCasebook(cfg).StatRecords(ctx, stats.CaseSchema())
		if err != nil {
			t.Fatal(err)
		}
		quarter := int(end.Month()-1)/3 + 1
		year := end.Year()
		if quarter--; quarter == 0 {
			year, quarter = year-1, 4
		}
		req := stats.Request{Period: stats.Quarter(year, quarter), Tables: []stats.Table{{"ta_any"}, {"ta_iot_home"}}}
		release, err := stats.Prepare(records, req, stats.DefaultPolicy(), nil)
		if err != nil || !release.Published().MadeUp {
			t.Errorf("started on %s: %v; want made-up figures that may leave", end.Format(time.DateOnly), err)
		}
	}
}

// TestDemo_sitting: a case that a course opens is made up as well, or it would stand among the others
// as a real one and no figures could be made.
func TestDemo_sitting(t *testing.T) {
	m := casework.NewMemory()
	cfg := casework.CasebookConfig{
		Record: m, Cases: m, Audit: m, Content: casetest.New(t).Content(), MadeUp: true,
		Clock: func() time.Time { return casetest.At(0) },
	}
	sitting, err := casework.NewCasebook(cfg).StartConsultation(ctx, casework.DemoWorker)
	if err != nil {
		t.Fatal(err)
	}
	agreed := casework.Answers{Values: []casework.Value{{
		Slot: casework.Slot{Field: "q:00.7/record"}, State: checklist.Yes, Basis: casework.SurvivorSaid,
	}}}
	if err := sitting.Casebook().SaveAnswers(ctx, sitting.Case(), casework.Act{Submission: "one", By: sitting.By, Consultation: sitting.ID}, agreed); err != nil {
		t.Fatal(err)
	}
	if err := sitting.Keep(ctx, casework.Keeping{Submission: "two"}); err != nil {
		t.Fatal(err)
	}
	list, err := m.Cases(ctx)
	if err != nil || len(list) != 1 || !list[0].MadeUp {
		t.Errorf("%+v, %v; want one case that is marked", list, err)
	}
}

func TestBuildDemo_notAmongRealCases(t *testing.T) {
	b := casetest.New(t)
	err := casework.BuildDemo(ctx, casework.CasebookConfig{
		Record: b.Memory, Cases: b.Memory, Audit: b.Memory, Clock: b.Now, Content: b.Content(),
	}, 1)
	wantKey(t, err, "error.demo.not_empty")
}
