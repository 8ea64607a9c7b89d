package access

import (
	"errors"
	"slices"
)

// ErrUnknownStep is returned when a step is not among the steps of the map.
var ErrUnknownStep = errors.New("looking ahead: the step is not in the map")

// Pair is a person of concern and a protected thing.
type Pair struct{ From, To NodeID }

// Forecast is what an order of steps would do, before anyone acts.
type Forecast struct {
	Before []Reach // the ways as things stand
	After  []State // one for each step, in the order given
	Redo   []Again // steps whose link could come back at the moment they were done
}

// State is how things would stand after one more step.
type State struct {
	Step    StepID
	Alert   Alert    // of this step; unknown is A2
	Held    []string // why the phase or the freeze rule holds it back now; codes
	Missing []StepID // steps that should have come first
	Gone    []EdgeID // links that this step ended, and that were there before it
	Back    []EdgeID // links that some step cut and that are open again
	BackBy  []EdgeID // for each link in Back, the link by which it came back
	Closed  []Pair   // pairs that have no way left since this step
	Left    []Reach  // the ways that remain

	Noticed   Alert    // the worst alert level so far
	Told      []string // who is told or may see it, so far, each once, in the order of the steps
	ProofLost []string // what proof goes, so far, each once, in the order of the steps
	Warnings  []string // what is to be said before this step
}

// Again is a step to do again: when it was done, its link could come back, and the step that stops
// this came later. In between the other side may have used it.
type Again struct {
	Step  StepID
	Edge  EdgeID // the link that could come back
	After StepID // the step after which it no longer can
}

// WhatIf works out the state after each step of an order. It takes nothing for done that the order
// does not name: a step that was done once may not have held. A step that the phase holds back is
// still worked out, and says so. It returns ErrUnknownStep when a step is not in the map.
func (g *Graph) WhatIf(order []StepID) (Forecast, error) {
	numbers := make([]int, len(order))
	for i, id := range order {
		s, ok := g.stepAt[id]
		if !ok {
			return Forecast{}, ErrUnknownStep
		}
		numbers[i] = s
	}
	f := Forecast{Before: g.Paths()}
	done := make([]bool, len(g.steps))
	was, left, sum := g.settle(done), f.Before, &sums{}
	returned := make(map[int]int) // link that is open though cut → the step that cut it
	for _, s := range numbers {
		done[s] = true
		is := g.settle(done)
		after := State{Step: g.steps[s].ID, Left: g.paths(done), Missing: g.missing(s, done)}
		after.Gone, after.Back = g.changed(was, is)
		for _, id := range after.Back {
			after.BackBy = append(after.BackBy, g.edges[is.back[g.edgeAt[id]]].ID)
		}
		after.Closed = closed(left, after.Left)
		sum.add(&g.steps[s], &after)
		f.Redo = append(f.Redo, g.redo(returned, s, is)...)
		f.After = append(f.After, after)
		was, left = is, after.Left
	}
	return f, nil
}

// missing lists what should have been done before a step and neither was nor is waived.
func (g *Graph) missing(step int, done []bool) []StepID {
	var out []StepID
	for _, s := range g.closure[step] {
		if s != step && !done[s] && !g.steps[s].Done && !g.steps[s].Waived {
			out = append(out, g.steps[s].ID)
		}
	}
	return out
}

// changed compares two states.
func (g *Graph) changed(was, is *state) (gone, back []EdgeID) {
	for e := range g.edges {
		switch {
		case was.open(e) && !is.open(e):
			gone = append(gone, g.edges[e].ID)
		case is.cut[e] && is.open(e):
			back = append(back, g.edges[e].ID)
		}
	}
	return gone, back
}

// redo keeps which links could come back, and tells which of them were stopped only by this step.
func (g *Graph) redo(returned map[int]int, step int, is *state) []Again {
	var out []Again
	for e := range g.edges {
		cutter, waits := returned[e]
		switch {
		case is.cut[e] && is.open(e) && !waits && slices.Contains(g.cutters[e], step):
			returned[e] = step
		case waits && !is.open(e):
			delete(returned, e)
			if !slices.Contains(g.cutters[e], step) {
				out = append(out, Again{Step: g.steps[cutter].ID, Edge: g.edges[e].ID, After: g.steps[step].ID})
			}
		}
	}
	return out
}

// closed lists the pairs that had a way and have none left.
func closed(before, after []Reach) []Pair {
	still := make(map[Pair]bool, len(after))
	for _, r := range after {
		still[Pair{From: r.From, To: r.To}] = true
	}
	var out []Pair
	for _, r := range before {
		if p := (Pair{From: r.From, To: r.To}); !still[p] {
			out = append(out, p)
		}
	}
	return out
}

// sums adds up what others notice and what proof goes.
type sums struct {
	alert       Alert
	told, proof []string
}

func (s *sums) add(step *Step, to *State) {
	to.Alert, to.Warnings = step.Alert.OrWorst(), slices.Clone(step.Warnings)
	if !step.Available {
		to.Held = slices.Clone(step.Held)
	}
	s.alert = max(s.alert, to.Alert)
	for _, t := range step.Told {
		if !slices.Contains(s.told, t) {
			s.told = append(s.told, t)
		}
	}
	if p := step.ProofLost; p != "" && p != "none" && !slices.Contains(s.proof, p) {
		s.proof = append(s.proof, p)
	}
	to.Noticed, to.Told, to.ProofLost = s.alert, slices.Clone(s.told), slices.Clone(s.proof)
}
