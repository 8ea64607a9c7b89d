package access

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
)

// search is the exact search: branch and bound over sets of steps, each step one bit. The bits stand
// for the involved steps, lightest first, so that the first answer found is a light one and equal
// weights always fall the same way.
type search struct {
	p       *problem
	step    []int    // by bit: the step
	weight  []int64  // by bit
	needs   []uint64 // by bit: the step and what must come first
	pool    []uint64 // every answer holds one bit of each
	best    uint64
	bestSum int64
}

// exact returns a lightest set of steps that leaves nothing unmet.
func (p *problem) exact() []bool {
	s := &search{p: p, step: slices.Clone(p.involved), bestSum: math.MaxInt64}
	slices.SortFunc(s.step, func(a, b int) int {
		return cmp.Or(cmp.Compare(p.weight(a), p.weight(b)), cmp.Compare(a, b))
	})
	for _, step := range s.step {
		s.weight = append(s.weight, p.weight(step))
		s.needs = append(s.needs, s.mask(p.needs(step)))
	}
	s.branch(0, 0)
	out := make([]bool, len(p.g.steps))
	for b := range s.step {
		out[s.step[b]] = s.best&(1<<b) != 0
	}
	return out
}

func (s *search) mask(steps []int) uint64 {
	var m uint64
	for _, step := range steps {
		m |= 1 << slices.Index(s.step, step)
	}
	return m
}

// branch looks for a lighter answer that holds every chosen and no banned step.
func (s *search) branch(chosen, banned uint64) {
	if sum := s.sum(chosen); sum+s.bound(chosen, banned) >= s.bestSum {
		return
	}
	set := s.tightest(chosen, banned)
	if set == 0 {
		set = s.find(chosen)
		if set == 0 {
			s.best, s.bestSum = chosen, s.sum(chosen)
			return
		}
		s.pool = append(s.pool, set)
	}
	for open := set &^ banned; open != 0; open &= open - 1 {
		b := bits.TrailingZeros64(open)
		if s.needs[b]&banned == 0 {
			s.branch(chosen|s.needs[b], banned)
		}
		banned |= 1 << b
	}
}

// tightest returns the set of the pool that is not met and leaves the fewest choices, 0 when all are
// met.
func (s *search) tightest(chosen, banned uint64) uint64 {
	var best uint64
	fewest := maxBits + 1
	for _, set := range s.pool {
		if set&chosen != 0 {
			continue
		}
		if n := bits.OnesCount64(set &^ banned); n < fewest {
			best, fewest = set, n
		}
	}
	return best
}

// find works out the state after the chosen steps and returns a set that is not met, 0 when nothing
// is left open.
func (s *search) find(chosen uint64) uint64 {
	done := slices.Clone(s.p.base)
	for b, step := range s.step {
		done[step] = done[step] || chosen&(1<<b) != 0
	}
	links := s.p.unmet(s.p.g.settle(done))
	return s.mask(s.p.steps(links))
}

// bound is what must be added to the chosen steps at least: sets of the pool that share no choice
// each need a step of their own.
func (s *search) bound(chosen, banned uint64) int64 {
	var sum int64
	used := chosen
	for _, set := range s.pool {
		if set &= ^banned; set&used != 0 {
			continue
		}
		if set == 0 {
			return math.MaxInt64 / 2 // a set without a choice left: no answer here
		}
		sum += s.weight[bits.TrailingZeros64(set)] // the lightest, since bits are in order of weight
		used |= set
	}
	return sum
}

func (s *search) sum(set uint64) int64 {
	var sum int64
	for ; set != 0; set &= set - 1 {
		sum += s.weight[bits.TrailingZeros64(set)]
	}
	return sum
}

// greedy takes, as long as something is unmet, the step that meets most for its weight, and in the
// end leaves out what is not needed, heaviest first.
func (p *problem) greedy() []bool {
	chosen := make([]bool, len(p.g.steps))
	for {
		hits := p.hits(p.g.settle(p.with(chosen)))
		best := -1
		for _, s := range p.candidates {
			if hits[s] > 0 && (best < 0 || p.better(s, best, hits, chosen)) {
				best = s
			}
		}
		if best < 0 {
			return p.prune(chosen)
		}
		for _, s := range p.needs(best) {
			chosen[s] = true
		}
	}
}

// hits counts for each candidate how many of the things and paths still open it would help to close.
func (p *problem) hits(s *state) []int64 {
	hits := make([]int64, len(p.g.steps))
	count := func(links []int) {
		for _, step := range p.steps(links) {
			hits[step]++
		}
	}
	for _, t := range p.targets {
		if s.reached[t] {
			count(s.groundsOf(t))
		}
	}
	for _, path := range p.paths {
		if s.allOpen(path) {
			count(s.groundsOfPath(path))
		}
	}
	return hits
}

// better compares two candidates by hits for each unit of weight that they add.
func (p *problem) better(a, b int, hits []int64, chosen []bool) bool {
	return hits[a]*p.added(b, chosen) > hits[b]*p.added(a, chosen)
}

func (p *problem) added(step int, chosen []bool) int64 {
	var sum int64
	for _, s := range p.needs(step) {
		if !chosen[s] {
			sum += p.weight(s)
		}
	}
	return sum
}

// prune leaves out steps, heaviest first, that nothing needs. Leaving one out can free another that
// came only before it, so it goes on until nothing changes.
func (p *problem) prune(chosen []bool) []bool {
	steps := p.order(chosen)
	slices.SortStableFunc(steps, func(a, b int) int { return cmp.Compare(p.weight(b), p.weight(a)) })
	for again := true; again; {
		again = false
		for _, s := range steps {
			if chosen[s] && p.needless(s, chosen) {
				chosen[s], again = false, true
			}
		}
	}
	return chosen
}

// needless reports whether no chosen step waits for a step and nothing opens without it.
func (p *problem) needless(step int, chosen []bool) bool {
	if len(p.waiting(step, chosen)) > 0 {
		return false
	}
	less := p.with(chosen)
	less[step] = false
	return p.unmet(p.g.settle(less)) == nil
}
