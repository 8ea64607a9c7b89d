package access

import (
	"cmp"
	"math"
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

// walker searches paths in one state.
type walker struct {
	g        *Graph
	s        *state
	alone    []*state
	limits   limits
	distance []int // links from each node to target, -1 when there is no way
	target   int
	lengths  []int // of the shortest whole paths on the heap, in order
	longest  int   // no partial path longer than this is worth keeping
	arena    []partial
	heap     []uint64 // keys of partial paths, the best first
}

// partial is the beginning of a path; its links are found by following prev.
type partial struct {
	node, edge, prev     int
	length, guess, doubt int
}

// reach searches the paths of one pair.
func (w *walker) reach(from, to int) Reach {
	r := Reach{From: w.g.nodes[from].ID, To: w.g.nodes[to].ID}
	found, complete := w.search(from, to)
	for i, p := range found {
		if i < w.limits.shown {
			r.Paths = append(r.Paths, w.path(from, to, p))
		} else {
			r.More++
		}
	}
	r.AtLeast = !complete
	return r
}

// search returns as many paths as the limits let it and whether these are all.
func (w *walker) search(from, to int) (found [][]int, complete bool) {
	w.measure(to)
	if w.distance[from] < 0 {
		return nil, true
	}
	w.arena, w.heap, w.lengths, w.longest = w.arena[:0], w.heap[:0], w.lengths[:0], math.MaxInt
	w.add(partial{node: from, edge: -1, prev: -1, guess: w.distance[from]})
	for steps := 0; len(w.heap) > 0; steps++ {
		if len(found) == w.limits.counted {
			return found, false
		}
		if steps == w.limits.steps {
			if len(found) == 0 {
				found = [][]int{w.descend(from)}
			}
			return found, false
		}
		at := w.pop()
		if w.arena[at].node == to {
			found = append(found, w.links(at))
			continue
		}
		w.extend(at)
	}
	return found, true
}

// descend follows the surest of the shortest ways, so that a pair with a way always shows one.
func (w *walker) descend(from int) []int {
	var out []int
	for n := from; n != w.target; n = w.g.to[out[len(out)-1]] {
		best := -1
		for _, e := range w.g.out[n] {
			if d := w.distance[w.g.to[e]]; d < 0 || d != w.distance[n]-1 || !w.s.open(e) {
				continue
			}
			if best < 0 || w.g.edges[e].Certainty.Doubt() < w.g.edges[best].Certainty.Doubt() {
				best = e
			}
		}
		out = append(out, best)
	}
	return out
}

// measure counts the links from every node to the target.
func (w *walker) measure(target int) {
	if w.distance != nil && w.target == target {
		return
	}
	w.target = target
	if w.distance == nil {
		w.distance = make([]int, len(w.g.nodes))
	}
	for i := range w.distance {
		w.distance[i] = -1
	}
	w.distance[target] = 0
	queue := append(make([]int, 0, len(w.g.nodes)), target)
	for len(queue) > 0 {
		n := queue[0]
		queue = queue[1:]
		for _, e := range w.g.in[n] {
			if a := w.g.from[e]; w.distance[a] < 0 && w.s.open(e) {
				w.distance[a] = w.distance[n] + 1
				queue = append(queue, a)
			}
		}
	}
}

// extend adds every way on from a partial path that can still reach the target.
func (w *walker) extend(at int) {
	p := w.arena[at]
	for _, e := range w.g.out[p.node] {
		n := w.g.to[e]
		if w.distance[n] < 0 || !w.s.open(e) || w.visited(at, n) {
			continue
		}
		w.add(partial{
			node: n, edge: e, prev: at, length: p.length + 1,
			guess: p.length + 1 + w.distance[n], doubt: p.doubt + w.g.doubt[e],
		})
	}
}

func (w *walker) visited(at, node int) bool {
	for ; at >= 0; at = w.arena[at].prev {
		if w.arena[at].node == node {
			return true
		}
	}
	return false
}

func (w *walker) links(at int) []int {
	var out []int
	for ; w.arena[at].prev >= 0; at = w.arena[at].prev {
		out = append(out, w.arena[at].edge)
	}
	slices.Reverse(out)
	return out
}

// The fields of a key, from its low bits up: the place in the arena, how far the path still is from
// its end, its doubt, and its length in the end. A smaller key is a better path: shorter, then
// surer, then further on, then older.
const (
	placeBits = 28
	fieldBits = 12
)

// key returns the key of the partial path at a place of the arena.
func (w *walker) key(at int) uint64 {
	p := &w.arena[at]
	key := uint64(0)
	for _, field := range []int{p.guess, p.doubt, p.guess - p.length} {
		key = key<<fieldBits | uint64(min(field, 1<<fieldBits-1))
	}
	return key<<placeBits | uint64(at)
}

// add puts a partial path on the heap, unless enough shorter paths are there already.
func (w *walker) add(p partial) {
	if p.guess > w.longest {
		return
	}
	if p.node == w.target {
		w.complete(p.length)
	}
	w.arena = append(w.arena, p)
	key := w.key(len(w.arena) - 1)
	w.heap = append(w.heap, key)
	i := len(w.heap) - 1
	for up := (i - 1) / 2; i > 0 && key < w.heap[up]; up = (i - 1) / 2 {
		w.heap[i], i = w.heap[up], up
	}
	w.heap[i] = key
}

// complete keeps the lengths of the shortest whole paths on the heap. With as many as are counted,
// nothing longer than these can be among them.
func (w *walker) complete(length int) {
	at, _ := slices.BinarySearch(w.lengths, length)
	w.lengths = slices.Insert(w.lengths, at, length)
	if len(w.lengths) >= w.limits.counted {
		w.lengths = w.lengths[:w.limits.counted]
		w.longest = w.lengths[w.limits.counted-1]
	}
}

// pop takes the best partial path off the heap.
func (w *walker) pop() int {
	top, last := w.heap[0], len(w.heap)-1
	key := w.heap[last]
	w.heap = w.heap[:last]
	i := 0
	for c := 1; c < last; c = 2*i + 1 {
		if c+1 < last && w.heap[c+1] < w.heap[c] {
			c++
		}
		if key <= w.heap[c] {
			break
		}
		w.heap[i], i = w.heap[c], c
	}
	if last > 0 {
		w.heap[i] = key
	}
	return int(top & (1<<placeBits - 1))
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
