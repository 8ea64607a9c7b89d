package access

import "slices"

// exactSteps is how many steps the exact search takes on. Beyond it the proposal may not be the
// smallest and says so.
const exactSteps = 20

// maxBits is how many steps fit into one set of the exact search.
const maxBits = 64

// The weights of a step. One step more at a level weighs more than every step below it together, as
// long as there are fewer than a thousand steps: fewer A2 steps win first, then fewer A1 steps, then
// fewer steps.
const (
	weightStep = 1
	weightA1   = 1_000
	weightA2   = 1_000_000
)

// Weight returns what a step of this level weighs in a proposal. Unknown weighs as A2.
func (a Alert) Weight() int64 {
	switch a.OrWorst() {
	case A0:
		return weightStep
	case A1:
		return weightStep + weightA1
	}
	return weightStep + weightA2
}

// Proposal is a set of steps that closes every path which can be closed now. It is never applied by
// itself.
type Proposal struct {
	Steps   []Choice // in an order in which they can be done
	Confirm []StepID // done before and counted on: ask again whether they held
	Exact   bool     // false: it may not be the smallest
	A2, A1  int      // how many steps the other side is told of, and how many it may see
	Open    []Open   // the paths that no step closes now, and why
	More    bool     // there may be further such paths beside those in Open
	Ask     []string // slots of unknown links on the ways: an answer may make steps needless
}

// Choice is one step of a proposal with its reasons.
type Choice struct {
	Step    StepID
	Alert   Alert
	Cuts    []EdgeID  // links on the ways that it cuts; none when it is there for another step only
	Best    Certainty // the surest of these links: Unknown means to ask first
	For     []StepID  // steps of the proposal that wait for it
	Reaches []Pair    // pairs that keep a way when this step alone is left out
}

// Why says what keeps a path open.
type Why string

// What keeps a path open.
const (
	WhyNoStep  Why = "no_step" // no step cuts any of its links
	WhyHeld    Why = "held"    // the phase, the freeze rule or a step that comes first holds back every step
	WhyReopens Why = "reopens" // what is cut now comes back
)

// Open is a path that cannot be closed now.
type Open struct {
	Path Path
	Why  Why
	Held []string // codes of what holds its steps back, each once
}

// Smallest proposes the smallest set of steps, by weight, that closes every path that steps which
// are available now can close. Links nobody knows count as open. Every step comes with what must be
// done first. Steps that were done weigh nothing and come under Confirm.
//
// It is a weighted hitting set whose sets are found as they are needed: for a choice of steps the
// state is worked out, and if a thing is still reached, one of the steps that cut a link of that way
// must be in every answer. Up to exactSteps candidates the search is exact (branch and bound, at
// worst 2^20 choices); beyond it it takes the step that hits most for its weight and then leaves out
// what is not needed. A thing that cannot be closed is looked at path by path, up to deepPaths of them;
// where there may be more, the proposal is not called exact either.
func (g *Graph) Smallest() Proposal {
	p := newProblem(g)
	out := Proposal{Ask: p.ask()}
	out.Open, out.More = p.unclosable()
	var chosen []bool
	if len(p.candidates) <= exactSteps && len(p.involved) <= maxBits {
		chosen, out.Exact = p.exact(), !p.unseen
	} else {
		chosen = p.greedy()
	}
	p.explain(chosen, &out)
	return out
}

// unclosable tells why each path that stays open does.
func (p *problem) unclosable() (open []Open, more bool) {
	count := make(map[Pair]int)
	more = p.unseen
	for _, l := range p.listed {
		pair := Pair{From: l.path.From, To: l.path.To}
		if count[pair]++; count[pair] > shownPaths {
			more = true
			continue
		}
		o := Open{Path: l.path, Why: WhyNoStep}
		for _, c := range l.path.Cuts {
			if c.Usable {
				o.Why = WhyReopens
				break
			}
			o.Why = WhyHeld
			o.Held = p.held(p.g.stepAt[c.Step], o.Held)
		}
		if o.Why == WhyReopens {
			o.Held = nil
		}
		open = append(open, o)
	}
	return open, more
}

// held adds what holds back a step or what comes before it.
func (p *problem) held(step int, to []string) []string {
	for _, s := range p.needs(step) {
		if p.g.steps[s].Available {
			continue
		}
		for _, h := range p.g.steps[s].Held {
			if !slices.Contains(to, h) {
				to = append(to, h)
			}
		}
	}
	return to
}

// ask lists the slots of the unknown links that are on a way.
func (p *problem) ask() []string {
	var out []string
	take := func(e int) {
		edge := &p.g.edges[e]
		if edge.Certainty == Unknown && edge.Slot != "" && !slices.Contains(out, edge.Slot) {
			out = append(out, edge.Slot)
		}
	}
	for e, is := range p.relevant {
		if is {
			take(e)
		}
	}
	for _, l := range p.listed {
		for _, e := range l.links {
			take(e)
		}
	}
	slices.Sort(out)
	return out
}
