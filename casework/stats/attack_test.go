package stats

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"testing"
)

// The attacker of these tests knows the whole mechanism: he runs it on every population there could
// be and keeps those that give exactly what was published. What is left is all he can know.

// looseTest is the default rule with zeros shown from a total that small populations reach, so that
// exhausting them covers both readings of the mark.
func looseTest(zerosFrom int) Policy {
	return Policy{HideUpTo: 7, RoundTo: 5, ZerosFrom: zerosFrom, MaxHiddenPercent: 100}
}

// publishCounts runs the mechanism on counts: one slice per table, all with the same sum.
func publishCounts(period Period, policy Policy, tables ...[]int) *Published {
	p := &Published{Period: period, Rule: RuleVersion, Policy: policy}
	total := 0
	for _, n := range tables[0] {
		total += n
	}
	p.Total = policy.publish(total, false)
	p.Zeros = policy.showsZeros(p.Total)
	for i, counts := range tables {
		t := PublishedTable{Axes: []Axis{axis(i, len(counts))}}
		for _, n := range counts {
			t.Cells = append(t.Cells, policy.publish(n, p.Zeros))
		}
		p.Tables = append(p.Tables, t)
	}
	return p
}

func axis(i, answers int) Axis {
	return Axis{Variable: VariableID("v" + strconv.Itoa(i)), Answers: make([]AnswerID, answers)}
}

// knowledge is what the attacker keeps for one publication: the range of every count.
type knowledge struct {
	cells  []Cell
	ranges []span
	worlds int
	whole  bool // in every world so far one answer holds everybody
}

func (k *knowledge) add(counts []int, whole bool) {
	if k.worlds == 0 {
		k.whole = true
		for _, n := range counts {
			k.ranges = append(k.ranges, span{n, n})
		}
	}
	for i, n := range counts {
		k.ranges[i] = span{min(k.ranges[i].lo, n), max(k.ranges[i].hi, n)}
	}
	k.whole = k.whole && whole
	k.worlds++
}

// check fails when a hidden figure is pinned down.
func (k *knowledge) check(t *testing.T, name string) {
	t.Helper()
	for i, c := range k.cells {
		if c.Hidden && k.ranges[i].width() < 3 {
			t.Errorf("%s: figure %d lies in %v over %d worlds", name, i, k.ranges[i], k.worlds)
		}
	}
	if k.whole {
		t.Errorf("%s: everybody gave one answer in all %d worlds", name, k.worlds)
	}
}

// vectors calls f with every vector of k counts that sums to at most most.
func vectors(k, most int, f func([]int)) {
	v := make([]int, k)
	var fill func(at, left int)
	fill = func(at, left int) {
		if at == k {
			f(v)
			return
		}
		for n := 0; n <= left; n++ {
			v[at] = n
			fill(at+1, left-n)
		}
	}
	fill(0, most)
}

func sum(counts []int) (n int) {
	for _, c := range counts {
		n += c
	}
	return n
}

// whole reports whether one answer holds everybody.
func whole(counts []int) bool {
	for _, n := range counts {
		if n > 0 && n == sum(counts) {
			return true
		}
	}
	return false
}

// refused runs the checks that may refuse; the answer depends on the published figures only.
func refused(p *Published, earlier ...Earlier) bool {
	return checkWhole(p) != nil || checkTogether(p, earlier) != nil
}

// nameOf tells publications apart.
func nameOf(ps ...*Published) string {
	var name []byte
	for _, c := range allCells(ps...) {
		if c.Hidden {
			name = append(name, 'c')
			continue
		}
		name = strconv.AppendInt(append(name, ' '), int64(c.Value), 10)
	}
	return string(name)
}

func allCells(ps ...*Published) (cells []Cell) {
	for _, p := range ps {
		cells = append(cells, p.Total)
		for _, t := range p.Tables {
			cells = append(cells, t.Cells...)
		}
	}
	return cells
}

// attackOne exhausts all populations of one table with k answers and at most most people.
func attackOne(t *testing.T, policy Policy, k, most int) {
	t.Helper()
	known := map[string]*knowledge{}
	judged := map[string]bool{}
	refusals := 0
	vectors(k, most, func(counts []int) {
		p := publishCounts(Year(2026), policy, counts)
		name := nameOf(p)
		bad, seen := judged[name]
		if !seen {
			bad = refused(p)
			judged[name] = bad
		}
		if bad {
			refusals++
			return
		}
		if known[name] == nil {
			known[name] = &knowledge{cells: allCells(p)}
		}
		known[name].add(append([]int{sum(counts)}, counts...), whole(counts))
	})
	// Populations near the limit share their publication with larger ones that were not tried.
	for name, k := range known {
		if k.ranges[0].hi <= most-3 {
			k.check(t, name)
		}
	}
	if len(known) < 10 || refusals == 0 {
		t.Errorf("%d publications and %d refusals: the attack tried nothing", len(known), refusals)
	}
}

func TestPrepare_oneTableAgainstEveryPopulation(t *testing.T) {
	attackOne(t, looseTest(1<<20), 2, 90)
	attackOne(t, looseTest(1<<20), 3, 75)
	attackOne(t, looseTest(20), 2, 90)
	attackOne(t, looseTest(20), 3, 75)
	if !testing.Short() {
		attackOne(t, looseTest(1<<20), 4, 56)
		attackOne(t, looseTest(20), 4, 56)
		attackOne(t, DefaultPolicy(), 3, 130)
	}
}

func TestPrepare_twoTablesAgainstEveryPopulation(t *testing.T) {
	for _, policy := range []Policy{looseTest(1 << 20), looseTest(20)} {
		const most = 34
		known := map[string]*knowledge{}
		judged := map[string]bool{}
		vectors(3, most, func(a []int) {
			for n := 0; n <= sum(a); n++ {
				b := []int{n, sum(a) - n}
				p := publishCounts(Year(2026), policy, a, b)
				name := nameOf(p)
				bad, seen := judged[name]
				if !seen {
					bad = refused(p)
					judged[name] = bad
				}
				if bad {
					continue
				}
				if known[name] == nil {
					known[name] = &knowledge{cells: allCells(p)}
				}
				counts := append([]int{sum(a)}, a...)
				known[name].add(append(counts, b...), whole(a) || whole(b))
			}
		})
		if len(known) < 10 {
			t.Fatalf("only %d publications", len(known))
		}
		for name, k := range known {
			if k.ranges[0].hi <= most-3 {
				k.check(t, name)
			}
		}
	}
}

// TestPrepare_quarterThenYear publishes a quarter, freezes it, then the year that contains it, over
// every population of two answers.
func TestPrepare_quarterThenYear(t *testing.T) {
	for _, policy := range []Policy{looseTest(1 << 20), looseTest(20)} {
		most := 36
		if testing.Short() {
			most = 30
		}
		known := map[string]*knowledge{}
		judged := map[string]bool{}
		both := 0
		vectors(4, most, func(c []int) {
			quarter := publishCounts(Quarter(2026, 1), policy, c[:2])
			year := publishCounts(Year(2026), policy, []int{c[0] + c[2], c[1] + c[3]})
			name := nameOf(quarter, year)
			bad, seen := judged[name]
			if !seen {
				bad = refused(quarter) || refused(year, Earlier{Published: *quarter, Changed: ChangeNone})
				judged[name] = bad
			}
			if bad {
				return
			}
			both++
			if known[name] == nil {
				known[name] = &knowledge{cells: allCells(quarter, year)}
			}
			known[name].add([]int{c[0] + c[1], c[0], c[1], sum(c), c[0] + c[2], c[1] + c[3]}, false)
		})
		if both < 100 {
			t.Fatalf("only %d populations published both", both)
		}
		for name, k := range known {
			if k.ranges[3].hi <= most-3 {
				k.check(t, name)
			}
		}
	}
}

// TestPrepare_twoTablesQuarterThenYear links questions by their totals and periods by their people,
// the case in which the audit is not one exact solution.
func TestPrepare_twoTablesQuarterThenYear(t *testing.T) {
	if testing.Short() {
		t.Skip("tries two million populations twice")
	}
	for _, policy := range []Policy{looseTest(1 << 20), looseTest(20)} {
		const most = 27
		known := map[string]*knowledge{}
		judged := map[string]bool{}
		vectors(4, most, func(c []int) {
			q, rest := c[0]+c[1], c[2]+c[3]
			for b := 0; b <= q; b++ {
				for d := 0; d <= rest; d++ {
					quarter := publishCounts(Quarter(2026, 1), policy, c[:2], []int{b, q - b})
					y := [][]int{{c[0] + c[2], c[1] + c[3]}, {b + d, q + rest - b - d}}
					year := publishCounts(Year(2026), policy, y...)
					name := nameOf(quarter, year)
					bad, seen := judged[name]
					if !seen {
						bad = refused(quarter) || refused(year, Earlier{Published: *quarter, Changed: ChangeNone})
						judged[name] = bad
					}
					if bad {
						continue
					}
					if known[name] == nil {
						known[name] = &knowledge{cells: allCells(quarter, year)}
					}
					known[name].add([]int{q, c[0], c[1], b, q - b, q + rest, y[0][0], y[0][1], y[1][0], y[1][1]}, false)
				}
			}
		})
		if len(known) < 10 {
			t.Fatalf("only %d publications", len(known))
		}
		for name, k := range known {
			if k.ranges[5].hi <= most-3 {
				k.check(t, name)
			}
		}
	}
}

// TestAudit_boundsAreThoseOfBruteForce compares the flow bounds with trying every population, on
// random figures over a quarter, two of its months and the rest.
func TestAudit_boundsAreThoseOfBruteForce(t *testing.T) {
	r := rand.New(rand.NewPCG(26, 11))
	policy := looseTest(1 << 20)
	for range 25 {
		// Two months of two answers; the third month is empty in the worlds tried and in the releases.
		months := [][]int{{r.IntN(14), r.IntN(14)}, {r.IntN(14), r.IntN(14)}, {0, 0}}
		releases := []*Published{publishCounts(Quarter(2026, 1), policy,
			[]int{months[0][0] + months[1][0], months[0][1] + months[1][1]})}
		for i, m := range months {
			releases = append(releases, publishCounts(MonthPeriod(2026, i+1), policy, m))
		}
		root := growPlaces(Quarter(2026, 1), releases, false)
		s := newSystem(root, axis(0, 2))
		if !s.net.feasible() {
			t.Fatalf("no world fits %v", months)
		}
		want := bruteMonths(releases)
		var got []span
		for _, p := range root.all() {
			for _, arc := range s.cells[p] {
				got = append(got, s.net.bounds(arc))
			}
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("months %v: bounds %v, brute force %v", months, got, want)
		}
	}
}

// bruteMonths returns the range of each cell of the quarter and its three months over all worlds.
func bruteMonths(releases []*Published) []span {
	k := &knowledge{}
	fits := func(p *Published, counts ...int) bool {
		for i, n := range counts {
			at := p.Policy.reads(p.Tables[0].Cells[i], p.Zeros)
			if n < at.lo || n > at.hi {
				return false
			}
		}
		at := p.total()
		return sum(counts) >= at.lo && sum(counts) <= at.hi
	}
	var worlds [3][][]int
	for i := range worlds {
		vectors(2, 40, func(v []int) {
			if fits(releases[i+1], v...) {
				worlds[i] = append(worlds[i], append([]int(nil), v...))
			}
		})
	}
	for _, a := range worlds[0] {
		for _, b := range worlds[1] {
			for _, c := range worlds[2] {
				q := []int{a[0] + b[0] + c[0], a[1] + b[1] + c[1]}
				if fits(releases[0], q...) {
					k.add([]int{q[0], q[1], a[0], a[1], b[0], b[1], c[0], c[1]}, false)
				}
			}
		}
	}
	return k.ranges
}

// TestPrepare_monthsThenQuarter publishes three months and then their quarter, over random
// populations, and tries every world that fits all four.
func TestPrepare_monthsThenQuarter(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 5))
	policy := looseTest(1 << 20)
	published, refusals := 0, 0
	for range 150 {
		quarter := []int{0, 0}
		var releases []*Published
		var earlier []Earlier
		ok := true
		for i := range 3 {
			month := []int{r.IntN(15), r.IntN(15)}
			if i == 2 {
				month = []int{r.IntN(4), r.IntN(4)}
			}
			quarter[0], quarter[1] = quarter[0]+month[0], quarter[1]+month[1]
			p := publishCounts(MonthPeriod(2026, i+1), policy, month)
			ok = ok && !refused(p, earlier...)
			releases = append(releases, p)
			earlier = append(earlier, Earlier{Published: *p, Changed: ChangeNone})
		}
		q := publishCounts(Quarter(2026, 1), policy, quarter)
		if !ok || checkWhole(q) != nil || checkTogether(q, nil) != nil {
			continue
		}
		if checkTogether(q, earlier) != nil {
			refusals++
			continue
		}
		published++
		releases = append([]*Published{q}, releases...)
		k := &knowledge{ranges: bruteMonths(releases)}
		for _, p := range releases {
			k.cells = append(k.cells, p.Tables[0].Cells...)
		}
		k.check(t, fmt.Sprint(k.cells))
	}
	if published < 10 || refusals == 0 {
		t.Errorf("%d quarters published, %d refused for their months: the attack tried nothing", published, refusals)
	}
}
