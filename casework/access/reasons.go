package access

import "slices"

// explain writes down the chosen steps in order, with their reasons.
func (p *problem) explain(chosen []bool, out *Proposal) {
	now := p.g.settle(make([]bool, len(p.g.steps)))
	for s, is := range p.base {
		if is && slices.ContainsFunc(p.g.ends[s], func(e int) bool { return now.reached[p.g.from[e]] }) {
			out.Confirm = append(out.Confirm, p.g.steps[s].ID)
		}
	}
	for _, s := range p.order(chosen) {
		c := p.choice(s)
		c.For, c.Reaches = p.waiting(s, chosen), p.without(s, chosen)
		out.A2 += asInt(c.Alert == A2)
		out.A1 += asInt(c.Alert == A1)
		out.Steps = append(out.Steps, c)
	}
}

// choice says what a step cuts and how sure that is.
func (p *problem) choice(step int) Choice {
	c := Choice{Step: p.g.steps[step].ID, Alert: p.g.steps[step].Alert.OrWorst(), Best: Unknown}
	for _, e := range p.cutsOf(step) {
		c.Cuts = append(c.Cuts, p.g.edges[e].ID)
		if p.g.doubt[e] < c.Best.Doubt() {
			c.Best = p.g.edges[e].Certainty
		}
	}
	return c
}

// waiting lists the chosen steps that wait for a step.
func (p *problem) waiting(step int, chosen []bool) []StepID {
	var out []StepID
	for s, is := range chosen {
		if is && s != step && slices.Contains(p.g.closure[s], step) {
			out = append(out, p.g.steps[s].ID)
		}
	}
	return out
}

// without lists the pairs that keep a way when one chosen step is left out.
func (p *problem) without(step int, chosen []bool) []Pair {
	less := p.with(chosen)
	less[step] = false
	s := p.g.settle(less)
	var out []Pair
	for _, from := range p.g.sources {
		seen := s.from(from)
		for _, to := range p.targets {
			if seen[to] {
				out = append(out, Pair{From: p.g.nodes[from].ID, To: p.g.nodes[to].ID})
			}
		}
	}
	return out
}

// with returns the chosen steps together with those that were done.
func (p *problem) with(chosen []bool) []bool {
	out := slices.Clone(p.base)
	for s, is := range chosen {
		out[s] = out[s] || is
	}
	return out
}

// order puts chosen steps so that what must come first does, then what stops a link from coming back
// before the step that cuts it, then what alerts least.
func (p *problem) order(chosen []bool) []int {
	left := slices.Clone(chosen)
	var out []int
	for best := p.next(left); best >= 0; best = p.next(left) {
		left[best] = false
		out = append(out, best)
	}
	return out
}

// next returns the step to do next, -1 when none is left.
func (p *problem) next(left []bool) int {
	best, least := -1, 0
	for s, is := range left {
		if !is || p.waits(s, left) {
			continue
		}
		key := int(p.g.steps[s].Alert.OrWorst())
		if p.early(s, left) {
			key += int(A2) + 1
		}
		if best < 0 || key < least {
			best, least = s, key
		}
	}
	return best
}

// waits reports whether something that must come before a step is still to be done.
func (p *problem) waits(step int, left []bool) bool {
	for _, d := range p.g.closure[step] {
		if d != step && left[d] {
			return true
		}
	}
	return false
}

// early reports whether a link that the step cuts could come back by a link that a later step cuts.
func (p *problem) early(step int, left []bool) bool {
	later := func(s int) bool { return s != step && left[s] }
	for _, e := range p.g.ends[step] {
		for _, r := range p.g.via[e] {
			if slices.ContainsFunc(p.g.cutters[r], later) {
				return true
			}
		}
	}
	return false
}
