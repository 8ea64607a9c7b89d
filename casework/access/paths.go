package access

import (
	"cmp"
	"slices"
)

// What one pair of a person and a protected thing is given. The numbers are a reader's: nobody reads
// more than a handful of ways to the same thing, but everybody must know that there are more.
const (
	shownPaths   = 5   // paths listed, the shortest and surest first
	countedPaths = 10  // paths looked for before the count becomes "at least"
	searchSteps  = 200 // partial paths looked at before the count becomes "at least"
)

// What a proposal looks at for a thing that cannot be closed, since each of its paths that can be
// closed counts there.
const (
	deepPaths = 100
	deepSteps = 3000
)

// limits bound the search of one pair.
type limits struct{ shown, counted, steps int }

// Path is one way from a person of concern to a protected thing: each node at most once.
type Path struct {
	From, To  NodeID
	Edges     []EdgeID
	Certainty Certainty // the least certain link decides
	NotAsked  bool      // a link on it was drawn though nobody was asked about it
	Least     EdgeID    // the first of the least certain links
	Weakest   EdgeID    // the link that is easiest to cut, known links first; empty when no step cuts any
	Cuts      []Cut     // every step that cuts a link of it, what can be done now and alerts least first
}

// Cut is one step that ends a link of a path.
type Cut struct {
	Step    StepID
	Edge    EdgeID // the first link of the path that it ends
	Alert   Alert
	Usable  bool // it can be done now, together with what comes first
	Reopens bool // alone it does not close the path: the link comes back
}

// Reach is what one person of concern has to one protected thing.
type Reach struct {
	From, To NodeID
	Paths    []Path // never empty
	More     int    // paths beyond those listed
	AtLeast  bool   // More is only what was counted; there may be more still
}

// Paths lists the ways from every person of concern to every protected thing as things stand, in
// order of ids; pairs without a way are left out. For each pair the paths come shortest first, among
// those the surer first. The search is best-first with the true distance to the target as its guide:
// one pass over the links for each target, then O(searchSteps × links of a node × length) for each
// pair at the most, however many circles there are.
func (g *Graph) Paths() []Reach { return g.paths(make([]bool, len(g.steps))) }

// paths lists the ways that are left after the steps.
func (g *Graph) paths(done []bool) []Reach {
	s := g.settle(done)
	w := &walker{g: g, s: s, alone: g.alone(), limits: limits{shown: shownPaths, counted: countedPaths, steps: searchSteps}}
	return w.pairs(g.targets)
}

// pairs lists the ways to these nodes.
func (w *walker) pairs(targets []int) []Reach {
	var out []Reach
	for _, from := range w.g.sources {
		for _, to := range targets {
			if from == to || !w.s.reached[to] {
				continue
			}
			if r := w.reach(from, to); len(r.Paths) > 0 {
				out = append(out, r)
			}
		}
	}
	return out
}

// path tells what is to be said of one path.
func (w *walker) path(from, to int, links []int) Path {
	g := w.g
	p := Path{From: g.nodes[from].ID, To: g.nodes[to].ID, Certainty: Known}
	for i, e := range links {
		edge := &g.edges[e]
		p.Edges = append(p.Edges, edge.ID)
		p.NotAsked = p.NotAsked || edge.NotAsked
		if i == 0 || edge.Certainty.Doubt() > p.Certainty.Doubt() {
			p.Certainty, p.Least = edge.Certainty, edge.ID
		}
	}
	p.Cuts = g.cuts(links, w.alone)
	p.Weakest = g.weakest(links, p.Cuts)
	return p
}

// cuts lists the steps that cut a link of a path.
func (g *Graph) cuts(links []int, alone []*state) []Cut {
	var out []Cut
	seen := make(map[int]bool)
	for _, e := range links {
		for _, s := range g.cutters[e] {
			if seen[s] || g.steps[s].Waived {
				continue
			}
			seen[s] = true
			out = append(out, Cut{
				Step: g.steps[s].ID, Edge: g.edges[e].ID, Alert: g.steps[s].Alert.OrWorst(),
				Usable: g.usable(s), Reopens: alone[s] != nil && alone[s].allOpen(links),
			})
		}
	}
	slices.SortFunc(out, func(a, b Cut) int {
		return cmp.Or(
			asInt(b.Usable)-asInt(a.Usable), asInt(a.Reopens)-asInt(b.Reopens),
			cmp.Compare(a.Alert, b.Alert), cmp.Compare(a.Step, b.Step))
	})
	return out
}

// weakest returns the link that the best step cuts, taking known links before others and, among
// equals, the one closest to the person.
func (g *Graph) weakest(links []int, cuts []Cut) EdgeID {
	for _, onlyKnown := range []bool{true, false} {
		for _, c := range cuts {
			for _, e := range links {
				edge := &g.edges[e]
				if (!onlyKnown || edge.Certainty == Known) && slices.Contains(edge.CutBy, c.Step) {
					return edge.ID
				}
			}
		}
	}
	return ""
}

// alone returns the state after each step together with what comes first, for those steps that cut
// a link which can come back. For all others the link is gone for certain and no state is needed.
func (g *Graph) alone() []*state {
	out := make([]*state, len(g.steps))
	for e := range g.edges {
		if len(g.via[e]) == 0 {
			continue
		}
		for _, s := range g.cutters[e] {
			if out[s] == nil {
				out[s] = g.settle(g.set(g.closure[s]))
			}
		}
	}
	return out
}

// set turns numbers of steps into a mark for each step. A waived step does nothing.
func (g *Graph) set(steps []int) []bool {
	out := make([]bool, len(g.steps))
	for _, s := range steps {
		out[s] = !g.steps[s].Waived
	}
	return out
}

// usable reports whether a step can be done now: it is available, and so is everything that comes
// first and is neither done nor waived.
func (g *Graph) usable(step int) bool {
	if g.steps[step].Waived {
		return false
	}
	for _, s := range g.closure[step] {
		if d := &g.steps[s]; !d.Available && !d.Done && !d.Waived {
			return false
		}
	}
	return true
}

func asInt(b bool) int {
	if b {
		return 1
	}
	return 0
}
