package access

import (
	"math"
	"slices"
)

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
	by := w.surest()
	var out []int
	for n := from; n != w.target; n = w.g.to[by[n]] {
		out = append(out, by[n])
	}
	return out
}

// surest returns for every node the first link of the surest of its shortest ways to the target.
func (w *walker) surest() []int {
	var nodes []int
	for n, d := range w.distance {
		if d > 0 {
			nodes = append(nodes, n)
		}
	}
	slices.SortStableFunc(nodes, func(a, b int) int { return w.distance[a] - w.distance[b] })
	by, doubt := make([]int, len(w.g.nodes)), make([]int, len(w.g.nodes))
	for _, n := range nodes {
		by[n], doubt[n] = w.next(n, doubt)
	}
	return by
}

// next returns the link by which the surest of the shortest ways leaves a node, and the doubt of that way.
// doubt holds that of every node nearer to the target.
func (w *walker) next(n int, doubt []int) (best, least int) {
	best = -1
	for _, e := range w.g.out[n] {
		to := w.g.to[e]
		if w.distance[to] != w.distance[n]-1 || !w.s.open(e) {
			continue
		}
		if d := doubt[to] + w.g.doubt[e]; best < 0 || d < least {
			best, least = e, d
		}
	}
	return best, least
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
