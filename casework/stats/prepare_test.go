package stats

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// people adds n records with the answers given.
func people(t testing.TB, r *Records, n int, opened Month, answers ...AnswerID) {
	t.Helper()
	rec := Record{Opened: opened}
	for i, a := range answers {
		code, ok := r.schema.variables[i].Code(a)
		if !ok {
			t.Fatalf("no answer %q", a)
		}
		rec.Values = append(rec.Values, code)
	}
	for range n {
		if err := r.Add(rec); err != nil {
			t.Fatal(err)
		}
	}
}

// aQuarter is 70 people in the second quarter of 2026.
func aQuarter(t testing.TB) *Records {
	r := NewRecords(testSchema(t))
	may := monthAt(2026, 5)
	people(t, r, 33, may, "yes", "no")
	people(t, r, 9, may, "suspected", "yes")
	people(t, r, 4, may, "no", "no")
	people(t, r, 11, may, "dont_know", "suspected")
	people(t, r, 13, may, "not_asked", "not_asked")
	return r
}

var bothTables = []Table{{"ta_any"}, {"ta_iot_home"}}

func TestPrepare_table(t *testing.T) {
	rel, err := Prepare(aQuarter(t), Request{Period: Quarter(2026, 2), Tables: bothTables}, DefaultPolicy(), nil)
	if err != nil {
		t.Fatal(err)
	}
	p := rel.Preview()
	var got []string
	for _, r := range p.Tables[0].Rows {
		got = append(got, string(r.ID)+" "+r.Shown)
	}
	got = append(got, "total "+p.Tables[0].Total, "known "+p.Tables[0].ShareKnown)
	want := []string{"yes 35", "suspected 10", "no [c]", "dont_know 10", "declined 0", "not_asked 15", "total 70", "known [c]"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("table (-want +got):\n%s", diff)
	}
	// Shown: no 35, yes 10, suspected 10, not asked 15, so 55 of 70; the counts give 57 of 70, 81 %.
	if got := p.Tables[1].ShareKnown; got != "79%" {
		t.Errorf("share known %s", got)
	}
	if len(p.Release) != 32 || p.Period != "2026 Q2" || p.MadeUp {
		t.Errorf("release %q, period %q, made up %v", p.Release, p.Period, p.MadeUp)
	}
}

func TestPrepare_smallService(t *testing.T) {
	r := NewRecords(testSchema(t))
	people(t, r, 3, monthAt(2026, 5), "yes", "yes")
	req := Request{Period: Quarter(2026, 2), Tables: bothTables}
	if got := reasonOf(t, r, req, nil); got != ReasonManyHidden {
		t.Errorf("refused because %q", got)
	}
	req.MostlyHidden = true
	rel, err := Prepare(r, req, DefaultPolicy(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range rel.Preview().Tables {
		for _, row := range table.Rows {
			if row.Shown != HiddenMark {
				t.Errorf("%s shows %s", row.ID, row.Shown)
			}
		}
		if table.Total != HiddenMark || table.ShareKnown != HiddenMark {
			t.Errorf("total %s, share known %s", table.Total, table.ShareKnown)
		}
	}
}

// reasonOf returns the reason of the refusal, "" when the release is made.
func reasonOf(t testing.TB, r *Records, req Request, earlier []Earlier) Reason {
	t.Helper()
	_, err := Prepare(r, req, DefaultPolicy(), earlier)
	if err == nil {
		return ""
	}
	var refusal *Refusal
	if !errors.As(err, &refusal) {
		t.Fatal(err)
	}
	if text := refusal.Error(); strings.Contains(text, "  ") || !strings.Contains(text, "rule") {
		t.Errorf("refusal text %q", text)
	}
	return refusal.Reason
}

func TestPrepare_refusals(t *testing.T) {
	r := aQuarter(t)
	rel, err := Prepare(r, Request{Period: Quarter(2026, 2), Tables: bothTables}, DefaultPolicy(), nil)
	if err != nil {
		t.Fatal(err)
	}
	q2, year := Quarter(2026, 2), Year(2026)
	ledger := func(c Change, edit func(*Published)) []Earlier {
		p := rel.Published()
		if edit != nil {
			edit(&p)
		}
		return []Earlier{{Published: p, Changed: c}}
	}
	all := NewRecords(testSchema(t))
	people(t, all, 60, monthAt(2026, 5), "yes", "yes")
	for name, c := range map[string]struct {
		records *Records
		req     Request
		earlier []Earlier
		want    Reason
	}{
		"the same period again":        {r, Request{Period: q2, Tables: bothTables[:1]}, ledger(ChangeMany, nil), ReasonFrozen},
		"year, change not known":       {r, Request{Period: year, Tables: bothTables}, ledger(ChangeUnknown, nil), ReasonWaits},
		"year, one person withdrew":    {r, Request{Period: year, Tables: bothTables}, ledger(ChangeFew, nil), ReasonWaits},
		"year, nothing changed":        {r, Request{Period: year, Tables: bothTables}, ledger(ChangeNone, nil), ""},
		"figures that do not fit":      {all, Request{Period: year, Tables: bothTables}, ledger(ChangeNone, nil), ReasonDisclosive},
		"another rule":                 {r, Request{Period: year, Tables: bothTables}, ledger(ChangeNone, func(p *Published) { p.Rule = "0" }), ReasonOtherRule},
		"other bands":                  {r, Request{Period: year, Tables: bothTables}, ledger(ChangeNone, withoutDeclined), ReasonOtherRule},
		"another year is no matter":    {r, Request{Period: q2, Tables: bothTables}, ledger(ChangeFew, func(p *Published) { p.Period = Year(2025) }), ""},
		"a month of a small service":   {r, Request{Period: MonthPeriod(2026, 5), Tables: bothTables}, nil, ReasonMonths},
		"two questions in one table":   {r, Request{Period: q2, Tables: []Table{{"ta_any", "ta_iot_home"}}}, nil, ReasonTwoWay},
		"one answer holds all":         {all, Request{Period: q2, Tables: bothTables}, nil, ReasonDisclosive},
		"one answer holds all, insist": {all, Request{Period: q2, Tables: bothTables, MostlyHidden: true}, nil, ReasonDisclosive},
	} {
		if got := reasonOf(t, c.records, c.req, c.earlier); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestPrepare_monthOfALargeService(t *testing.T) {
	r := aQuarter(t)
	people(t, r, 100, monthAt(2026, 2), "yes", "yes")
	people(t, r, 130, monthAt(2025, 6), "yes", "yes")
	if got := reasonOf(t, r, Request{Period: MonthPeriod(2026, 5), Tables: bothTables}, nil); got != "" {
		t.Errorf("300 new cases in twelve months: refused because %q", got)
	}
	if got := reasonOf(t, r, Request{Period: MonthPeriod(2026, 6), Tables: bothTables}, nil); got != ReasonMonths {
		t.Errorf("170 new cases in twelve months: %q", got)
	}
}

func TestPrepare_mistakes(t *testing.T) {
	r := aQuarter(t)
	for name, req := range map[string]Request{
		"no table":         {Period: Quarter(2026, 2)},
		"an empty table":   {Period: Quarter(2026, 2), Tables: []Table{{}}},
		"an unknown table": {Period: Quarter(2026, 2), Tables: []Table{{"nickname"}}},
		"the same twice":   {Period: Quarter(2026, 2), Tables: []Table{{"ta_any"}, {"ta_any"}}},
		"no period":        {Tables: bothTables},
		"a moving quarter": {Period: Period{KindQuarter, monthAt(2026, 2)}, Tables: bothTables},
	} {
		var refusal *Refusal
		if _, err := Prepare(r, req, DefaultPolicy(), nil); err == nil || errors.As(err, &refusal) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// withoutDeclined takes the answer nobody gave out of the first table.
func withoutDeclined(p *Published) {
	t := &p.Tables[0]
	t.Axes[0].Answers = slices.Delete(t.Axes[0].Answers, 4, 5)
	t.Cells = slices.Delete(t.Cells, 4, 5)
}

// TestPrepare_otherBandsInAnotherQuarter: the same question had fewer answers in the first quarter.
func TestPrepare_otherBandsInAnotherQuarter(t *testing.T) {
	rel, err := Prepare(aQuarter(t), Request{Period: Quarter(2026, 2), Tables: bothTables}, DefaultPolicy(), nil)
	if err != nil {
		t.Fatal(err)
	}
	p := rel.Published()
	p.Period = Quarter(2026, 1)
	withoutDeclined(&p)
	if got := reasonOf(t, aQuarter(t), Request{Period: Quarter(2026, 2), Tables: bothTables}, []Earlier{{Published: p}}); got != "" {
		t.Errorf("refused because %q", got)
	}
}

func TestPrepare_damagedLedger(t *testing.T) {
	rel, err := Prepare(aQuarter(t), Request{Period: Quarter(2026, 2), Tables: bothTables}, DefaultPolicy(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, damage := range map[string]func(*Published){
		"a cell lost":  func(p *Published) { p.Tables[0].Cells = p.Tables[0].Cells[1:] },
		"no axis":      func(p *Published) { p.Tables[0].Axes = nil },
		"no period":    func(p *Published) { p.Period = Period{} },
		"weak numbers": func(p *Published) { p.Policy.RoundTo = 1 },
	} {
		p := rel.Published()
		damage(&p)
		req := Request{Period: Quarter(2026, 3), Tables: bothTables}
		if _, err := Prepare(aQuarter(t), req, DefaultPolicy(), []Earlier{{Published: p}}); err == nil || !strings.Contains(err.Error(), "damaged") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestPublished_keepsNoTrueCount changes a population within what the rule hides: the ledger entry
// must not tell the two apart.
func TestPublished_keepsNoTrueCount(t *testing.T) {
	ledgerOf := func(yes, no int) Published {
		r := NewRecords(testSchema(t))
		people(t, r, yes, monthAt(2026, 5), "yes", "yes")
		people(t, r, 30, monthAt(2026, 5), "suspected", "suspected")
		people(t, r, 20, monthAt(2026, 5), "dont_know", "no")
		people(t, r, no, monthAt(2026, 5), "no", "dont_know")
		rel, err := Prepare(r, Request{Period: Quarter(2026, 2), Tables: bothTables}, DefaultPolicy(), nil)
		if err != nil {
			t.Fatal(err)
		}
		p := rel.Published()
		p.ID = ""
		return p
	}
	if diff := cmp.Diff(ledgerOf(39, 4), ledgerOf(41, 5)); diff != "" {
		t.Errorf("the ledger tells populations apart that the tables do not:\n%s", diff)
	}
}

func TestRelease_Published_isACopy(t *testing.T) {
	rel, err := Prepare(aQuarter(t), Request{Period: Quarter(2026, 2), Tables: bothTables}, DefaultPolicy(), nil)
	if err != nil {
		t.Fatal(err)
	}
	p := rel.Published()
	p.Tables[0].Cells[2] = Cell{Value: 4}
	p.Tables[0].Axes[0].Answers[0] = "changed"
	if got := rel.Preview().Tables[0].Rows[2].Shown; got != HiddenMark {
		t.Errorf("a hidden figure became %s", got)
	}
	if got := rel.Published().Tables[0].Axes[0].Answers[0]; got != "yes" {
		t.Errorf("an answer became %s", got)
	}
}

func TestPolicy_check(t *testing.T) {
	for name, c := range map[string]struct {
		policy Policy
		ok     bool
	}{
		"default":              {DefaultPolicy(), true},
		"14 and 10":            {Policy{14, 10, 50, 40}, true},
		"5 and 5 gives 6 away": {Policy{5, 5, 50, 40}, false},
		"9 and 5":              {Policy{9, 5, 50, 40}, false},
		"no rounding":          {Policy{7, 1, 50, 40}, false},
		"zeros of a few":       {Policy{7, 5, 10, 40}, false},
		"more than all hidden": {Policy{7, 5, 50, 101}, false},
	} {
		if err := c.policy.check(); (err == nil) != c.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestPolicy_readsBackEveryCount: what a reader reads from a figure holds the count behind it.
func TestPolicy_readsBackEveryCount(t *testing.T) {
	for _, policy := range []Policy{DefaultPolicy(), {14, 10, 50, 40}} {
		for n := range 200 {
			for _, zeros := range []bool{true, false} {
				c := policy.publish(n, zeros)
				if at := policy.reads(c, zeros); n < at.lo || n > at.hi {
					t.Errorf("%d is published as %v, read as %v", n, c, at)
				}
				if !c.Hidden && n > 0 && policy.reads(c, zeros).width() < 3 {
					t.Errorf("%d is published as %v, read too closely", n, c)
				}
			}
		}
	}
}

func TestPeriod(t *testing.T) {
	for p, want := range map[Period]string{Year(2026): "2026", Quarter(2026, 3): "2026 Q3", MonthPeriod(2026, 7): "2026-07"} {
		if p.String() != want || !p.valid() {
			t.Errorf("%v is written %q, want %q", p, p.String(), want)
		}
	}
	if !Year(2026).overlaps(MonthPeriod(2026, 12)) || Quarter(2026, 1).overlaps(Quarter(2026, 2)) {
		t.Error("overlap is wrong")
	}
	at := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	if got := QuarterOf(MonthOf(at)); got != Quarter(2026, 4) || got.Ended(MonthOf(at)) || !Quarter(2026, 3).Ended(MonthOf(at)) {
		t.Errorf("quarter of November is %v", got)
	}
}

// BenchmarkPrepare tabulates all one-way tables of a million people, end to end.
func BenchmarkPrepare(b *testing.B) {
	schema := CaseSchema()
	variables := schema.Variables()
	r := NewRecords(schema)
	rec := Record{Values: make([]Code, len(variables))}
	seed := uint32(1)
	for range 1_000_000 {
		for i := range rec.Values {
			seed = seed*1664525 + 1013904223
			rec.Values[i] = Code(seed >> 8 % uint32(len(variables[i].Answers)))
		}
		rec.Opened = monthAt(2026, 1+int(seed>>16)%12)
		if err := r.Add(rec); err != nil {
			b.Fatal(err)
		}
	}
	req := Request{Period: Year(2026)}
	for _, v := range variables {
		req.Tables = append(req.Tables, Table{v.ID})
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Prepare(r, req, DefaultPolicy(), nil); err != nil {
			b.Fatal(err)
		}
	}
}
