package stats

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// bounds is an attacker of his own: every figure is an interval, answers sum to totals, months sum to
// quarters and quarters to years. He narrows until nothing changes and shares no code with the audit.
type bounds struct {
	spans []span
	sums  [][]int // the first is the sum of the others
}

func (b *bounds) figure(s span) int {
	b.spans = append(b.spans, s)
	return len(b.spans) - 1
}

// narrow tightens all intervals to a fixed point; false when no whole numbers fit.
func (b *bounds) narrow() bool {
	for again := true; again; {
		again = false
		for _, sum := range b.sums {
			for _, of := range sum {
				s := b.spans[of]
				rest := span{}
				for _, other := range sum[1:] {
					if other != of {
						rest.lo, rest.hi = rest.lo+b.spans[other].lo, rest.hi+b.spans[other].hi
					}
				}
				want := rest
				if of != sum[0] {
					want = span{b.spans[sum[0]].lo - rest.hi, b.spans[sum[0]].hi - rest.lo}
				}
				if t := s.meet(want); t != s {
					b.spans[of], again = t, true
					if t.empty() {
						return false
					}
				}
			}
		}
	}
	return true
}

// reader reads releases as an attacker would and returns the widths of all hidden figures.
func reader(t *testing.T, releases []Published) (widths map[string]int, fits bool) {
	t.Helper()
	b := &bounds{}
	type at struct {
		period   Period
		variable VariableID
	}
	totals, cells := map[Period]int{}, map[at][]int{}
	for _, p := range releases {
		totals[p.Period] = b.figure(p.Policy.reads(p.Total, false))
		for _, table := range p.Tables {
			sum := []int{totals[p.Period]}
			for _, c := range table.Cells {
				sum = append(sum, b.figure(p.Policy.reads(c, p.Zeros)))
			}
			b.sums = append(b.sums, sum)
			cells[at{p.Period, table.Axes[0].Variable}] = sum[1:]
		}
	}
	for _, p := range releases { // a period whose parts are all published is their sum
		var all []at
		complete := len(parts(p.Period)) > 0
		for _, part := range parts(p.Period) {
			_, there := totals[part]
			complete = complete && there
		}
		if !complete {
			continue
		}
		sum := []int{totals[p.Period]}
		for _, part := range parts(p.Period) {
			sum = append(sum, totals[part])
		}
		b.sums = append(b.sums, sum)
		for key := range cells {
			if key.period == p.Period {
				all = append(all, key)
			}
		}
		for _, whole := range all {
			for i, cell := range cells[whole] {
				sum := []int{cell}
				for _, part := range parts(p.Period) {
					if c, ok := cells[at{part, whole.variable}]; ok {
						sum = append(sum, c[i])
					}
				}
				if len(sum) == len(parts(p.Period))+1 {
					b.sums = append(b.sums, sum)
				}
			}
		}
	}
	fits, widths = b.narrow(), map[string]int{}
	for _, p := range releases {
		for _, table := range p.Tables {
			for i, c := range table.Cells {
				if key := (at{p.Period, table.Axes[0].Variable}); c.Hidden {
					widths[fmt.Sprint(key.period, key.variable, i)] = b.spans[cells[key][i]].width()
				}
			}
		}
	}
	return widths, fits
}

// caseload draws a year of records over the real schema: small and large services, rare and common
// answers, and answers that hang together.
func caseload(t *testing.T, r *rand.Rand) *Records {
	t.Helper()
	schema := CaseSchema()
	records := NewRecords(schema)
	n := []int{3, 20, 60, 120, 350}[r.IntN(5)]
	skew := make([]int, len(schema.variables))
	for i := range skew {
		skew[i] = 1 + r.IntN(4)
	}
	for range n {
		rec := Record{Opened: monthAt(2026, 1+r.IntN(12))}
		mood := r.IntN(3)
		for i, v := range schema.variables {
			code := r.IntN(len(v.Answers))
			for range skew[i] {
				code = min(code, r.IntN(len(v.Answers)))
			}
			if mood == 0 && r.IntN(2) == 0 {
				code = 0
			}
			rec.Values = append(rec.Values, Code(code))
		}
		if err := records.Add(rec); err != nil {
			t.Fatal(err)
		}
	}
	return records
}

// TestPrepare_ledgerOfAYear publishes what it may, in random order, quarters, months and the year, and
// reads the whole ledger after each: no hidden figure may become narrower than the rule allows, no shown
// figure may be wrong by more than the rounding, and a refusal may name no figure.
func TestPrepare_ledgerOfAYear(t *testing.T) {
	published, refused, hidden := 0, map[Reason]int{}, 0
	rounds := 80
	if testing.Short() {
		rounds = 30
	}
	for round := range rounds {
		r := rand.New(rand.NewPCG(uint64(round), 5))
		records := caseload(t, r)
		periods := []Period{Year(2026), Quarter(2026, 1), Quarter(2026, 2), Quarter(2026, 3), Quarter(2026, 4), MonthPeriod(2026, 1), MonthPeriod(2026, 2), MonthPeriod(2026, 3)}
		r.Shuffle(len(periods), func(i, j int) { periods[i], periods[j] = periods[j], periods[i] })
		var ledger []Earlier
		var releases []Published
		for _, p := range periods {
			var tables []Table
			for _, v := range CaseSchema().variables {
				if r.IntN(3) > 0 {
					tables = append(tables, Table{v.ID})
				}
			}
			if len(tables) == 0 {
				continue
			}
			rel, err := Prepare(records, Request{Period: p, Tables: tables, MostlyHidden: r.IntN(2) == 0}, DefaultPolicy(), ledger)
			var refusal *Refusal
			if errors.As(err, &refusal) {
				refused[refusal.Reason]++
				if strings.ContainsAny(strings.TrimLeft(refusal.Error(), " "), "0123456789") && !knownNumbers(refusal.Error()) {
					t.Fatalf("a refusal holds a figure: %s", refusal.Error())
				}
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			published++
			pub := rel.Published()
			truth(t, records, pub)
			ledger = append(ledger, Earlier{Published: pub, Changed: ChangeNone})
			releases = append(releases, pub)
			widths, fits := reader(t, releases)
			if !fits {
				t.Fatalf("round %d: the figures of the ledger contradict each other", round)
			}
			for cell, width := range widths {
				if hidden++; width < minWidth {
					t.Fatalf("round %d: %s is known to within %d", round, cell, width)
				}
			}
		}
	}
	if published < 60 || hidden < 500 || len(refused) < 3 {
		t.Errorf("%d releases, %d hidden figures, refused %v: the test proves little", published, hidden, refused)
	}
}

// knownNumbers reports whether the only digits of a text are those of the rules it names.
func knownNumbers(text string) bool {
	for _, rule := range []string{"(rule 7)", "(rule 6)", "(rule 8)", "(rule 5)", "(rules 3 and 4)", "300 or more", "Tables: ["} {
		text = strings.ReplaceAll(text, rule, "")
	}
	return !strings.ContainsAny(text, "0123456789")
}

// truth compares a release with the counts behind it.
func truth(t *testing.T, records *Records, p Published) {
	t.Helper()
	for _, table := range p.Tables {
		_, at, _ := records.schema.Lookup(table.Axes[0].Variable)
		counts, total := records.count(p.Period, []int{at})
		for i, c := range append(slices.Clone(table.Cells), p.Total) {
			n, zeros := total, false
			if i < len(counts) {
				n, zeros = counts[i], p.Zeros
			}
			if s := p.Policy.reads(c, zeros); n < s.lo || n > s.hi {
				t.Fatalf("a figure of %d is published as %+v, which reads %v", n, c, s)
			}
			if !c.Hidden && c.Value > 0 && (n < 8 || c.Value%5 != 0) {
				t.Fatalf("a figure of %d is published as %d", n, c.Value)
			}
		}
	}
}

// TestPrepare_decidesByWhatIsPublished: two services whose figures would be published alike are treated
// alike, so that no decision tells more than the figures. Months are left out: the rule for them counts.
func TestPrepare_decidesByWhatIsPublished(t *testing.T) {
	compared, refusals := 0, 0
	for round := range 400 {
		r := rand.New(rand.NewPCG(uint64(round), 8))
		one, two := NewRecords(testSchema(t)), NewRecords(testSchema(t))
		answers := one.schema.variables[0].Answers
		counts := make([]int, len(answers))
		for i := range counts {
			counts[i] = []int{0, 0, r.IntN(8), 8 + r.IntN(5), r.IntN(40), 20}[r.IntN(6)]
		}
		moved := slices.Clone(counts)
		for i := range moved { // within what would be published of it
			moved[i] = max(0, counts[i]+r.IntN(5)-2)
		}
		fill(t, one, counts)
		fill(t, two, moved)
		req := Request{Period: Quarter(2026, 2), Tables: []Table{{one.schema.variables[0].ID}}, MostlyHidden: round%2 == 0}
		a, b := tabulate(one, req, DefaultPolicy()), tabulate(two, req, DefaultPolicy())
		if !slices.Equal(a.Tables[0].Cells, b.Tables[0].Cells) || a.Total != b.Total || a.Zeros != b.Zeros {
			continue
		}
		compared++
		_, errOne := Prepare(one, req, DefaultPolicy(), nil)
		_, errTwo := Prepare(two, req, DefaultPolicy(), nil)
		var refOne, refTwo *Refusal
		if errors.As(errOne, &refOne) != errors.As(errTwo, &refTwo) || refOne != nil && refOne.Reason != refTwo.Reason {
			t.Fatalf("round %d: %v and %v are published alike and answered with %v and %v", round, counts, moved, errOne, errTwo)
		}
		if refOne != nil {
			refusals++
		}
	}
	if compared < 60 || refusals < 10 || refusals == compared {
		t.Errorf("%d pairs compared, %d refused: the test proves little", compared, refusals)
	}
}

// fill adds people who differ in the first variable only.
func fill(t *testing.T, r *Records, counts []int) {
	t.Helper()
	for code, n := range counts {
		rec := Record{Opened: monthAt(2026, 5), Values: make([]Code, len(r.schema.variables))}
		rec.Values[0] = Code(code)
		for range n {
			if err := r.Add(rec); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// TestNetwork_boundsAreExact compares the bounds of small random networks of flows with every flow there
// is.
func TestNetwork_boundsAreExact(t *testing.T) {
	possible := 0
	for seed := range uint64(600) {
		r := rand.New(rand.NewPCG(seed, 12))
		var n network
		var tails, heads []int
		var at []span
		for range 4 {
			n.node()
		}
		for range 6 {
			tail, head := r.IntN(4), r.IntN(4)
			if tail == head {
				continue
			}
			lo := r.IntN(3)
			s := span{lo, lo + r.IntN(3)}
			tails, heads, at = append(tails, tail), append(heads, head), append(at, s)
			n.arc(tail, head, s)
		}
		var want []span
		flow := make([]int, len(at))
		var try func(k int)
		try = func(k int) {
			if k < len(at) {
				for flow[k] = at[k].lo; flow[k] <= at[k].hi; flow[k]++ {
					try(k + 1)
				}
				return
			}
			balance := make([]int, 4)
			for i, f := range flow {
				balance[tails[i]] -= f
				balance[heads[i]] += f
			}
			if slices.ContainsFunc(balance, func(b int) bool { return b != 0 }) {
				return
			}
			if want == nil {
				for _, f := range flow {
					want = append(want, span{f, f})
				}
			}
			for i, f := range flow {
				want[i] = span{min(want[i].lo, f), max(want[i].hi, f)}
			}
		}
		try(0)
		if got := n.feasible(); got != (want != nil) {
			t.Fatalf("seed %d: feasible %t, want %t", seed, got, want != nil)
		}
		if want == nil {
			continue
		}
		possible++
		for k := range at {
			if got := n.bounds(k); got != want[k] {
				t.Fatalf("seed %d: arc %d is bounded by %v, want %v", seed, k, got, want[k])
			}
		}
	}
	if possible < 30 {
		t.Errorf("only %d networks have a flow", possible)
	}
}
