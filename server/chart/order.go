package chart

import (
	"cmp"
	"slices"
)

// sweeps is how often the columns are put in a better order; more do not make it better.
const sweeps = 8

// order puts each column in an order with few crossings: everything moves towards the middle of what
// it is tied to (barycentre ordering; Sugiyama, Tagawa and Toda 1981). Groups stay together. What no line
// pulls keeps its place, so that one thing more moves little.
func (l *layout) order() {
	near := l.neighbours()
	for rank := range l.layers {
		l.gather(rank)
	}
	best, fewest := l.snapshot(), l.crossings()
	for sweep := range sweeps {
		for i := range l.layers {
			if sweep%2 == 1 {
				i = len(l.layers) - 1 - i
			}
			l.pull(i, near)
		}
		if n := l.crossings(); n < fewest {
			best, fewest = l.snapshot(), n
		}
	}
	for rank, column := range best {
		l.set(rank, column)
	}
}

// neighbours lists for each vertex those of other columns that a stretch of a line ties it to.
func (l *layout) neighbours() [][]int {
	near := make([][]int, len(l.verts))
	for edge, chain := range l.chains {
		if l.level(edge) {
			continue
		}
		for i, a := range chain[1:] {
			b := chain[i]
			near[a], near[b] = append(near[a], b), append(near[b], a)
		}
	}
	return near
}

// gather puts the vertices of one group together, where the first of them stands.
func (l *layout) gather(rank int) {
	stand := l.stands(rank)
	column := slices.Clone(l.layers[rank])
	slices.SortStableFunc(column, func(a, b int) int { return cmp.Compare(stand[a], stand[b]) })
	l.set(rank, column)
}

// stands is where each vertex of a column stands, or the first one of its group.
func (l *layout) stands(rank int) map[int]int {
	first, stand := map[string]int{}, map[int]int{}
	for i, at := range l.layers[rank] {
		g := l.verts[at].group
		if _, ok := first[g]; !ok {
			first[g] = i
		}
		if stand[at] = i; g != "" {
			stand[at] = first[g]
		}
	}
	return stand
}

// pull sorts one column by the middle of its neighbours: groups first, then inside each group.
func (l *layout) pull(rank int, near [][]int) {
	middle := map[int]float64{}
	sum, count := map[string]float64{}, map[string]float64{}
	for _, at := range l.layers[rank] {
		middle[at] = l.barycentre(at, near[at])
		sum[l.verts[at].group] += middle[at]
		count[l.verts[at].group]++
	}
	key := func(at int) float64 {
		if g := l.verts[at].group; g != "" {
			return sum[g] / count[g]
		}
		return middle[at]
	}
	stand := l.stands(rank)
	column := slices.Clone(l.layers[rank])
	slices.SortStableFunc(column, func(a, b int) int {
		return cmp.Or(cmp.Compare(key(a), key(b)), cmp.Compare(stand[a], stand[b]), cmp.Compare(middle[a], middle[b]))
	})
	l.set(rank, column)
}

// barycentre is the middle of the neighbours of a vertex as a share of their columns; its own place
// when it has none.
func (l *layout) barycentre(at int, near []int) float64 {
	if len(near) == 0 {
		near = []int{at}
	}
	sum := 0.0
	for _, n := range near {
		v := l.verts[n]
		sum += (float64(v.pos) + 0.5) / float64(len(l.layers[v.layer]))
	}
	return sum / float64(len(near))
}

func (l *layout) set(rank int, column []int) {
	l.layers[rank] = column
	for i, at := range column {
		l.verts[at].pos = i
	}
}

func (l *layout) snapshot() [][]int {
	out := make([][]int, len(l.layers))
	for i, column := range l.layers {
		out[i] = slices.Clone(column)
	}
	return out
}

// tie is a stretch of a line between two neighbouring columns: its places in both.
type tie struct{ a, b int }

// crossings counts the pairs of lines that cross between neighbouring columns.
func (l *layout) crossings() int {
	n := 0
	for _, ties := range l.ties() {
		for i, s := range ties {
			for _, t := range ties[:i] {
				if (s.a-t.a)*(s.b-t.b) < 0 {
					n++
				}
			}
		}
	}
	return n
}

// ties lists the stretches right of each column.
func (l *layout) ties() [][]tie {
	between := make([][]tie, len(l.layers))
	for edge, chain := range l.chains {
		if l.level(edge) {
			continue
		}
		for i, at := range chain[:len(chain)-1] {
			rank := l.verts[at].layer
			between[rank] = append(between[rank], tie{l.verts[at].pos, l.verts[chain[i+1]].pos})
		}
	}
	return between
}
