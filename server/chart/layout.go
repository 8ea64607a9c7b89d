package chart

import "slices"

// Geometry, in units of the view box.
const (
	margin    = 10  // around everything
	boxWidth  = 184 // of every node: three columns with labels fit on a page of the product
	boxLeast  = 52  // height of a node with one line of text
	boxPad    = 10
	textLeft  = 44   // from the left edge of a box that has an icon
	gapY      = 22   // between boxes
	areaPad   = 10   // between an area and its boxes
	areaHead  = 10   // heading of an area, besides its lines
	pageHigh  = 1500 // of what can be read on one page
	portStep  = 22   // between the lines that leave a box to the right: the height of a label
	entryStep = 10   // between those that come in from the left
	strip     = 138  // room for a label on the straight part of a line
	stripPad  = 20
	bend      = 44 // room for the bends between two columns
	thin      = 12 // height of a line that passes a column
)

// vertex is a place in a column: a node, or a line that passes the column on its way.
type vertex struct {
	node         int // index of the node, -1 for a line that passes
	layer, pos   int
	group        string
	x, y, height int
	label, sub   []string
	right, left  []port
}

// port is where a line touches a box.
type port struct {
	edge int
	far  int // the vertex at the other end of this stretch
	last bool
}

// layout is a diagram on its way to a drawing.
type layout struct {
	nodes  []Node
	edges  []Edge
	verts  []vertex
	layers [][]int // vertices of each column, from top to bottom
	chains [][]int // of each edge: its vertices from left to right
	turned []bool  // of each edge: it runs from right to left
	xs     []int   // left side of each column
	strips []int   // room for labels right of each column
	wide   int
	high   int
	ends   []stretch
}

// stretch is the heights at which an edge leaves its left box and enters its right one.
type stretch struct{ from, to int }

func newLayout(nodes []Node, edges []Edge) *layout {
	l := &layout{nodes: nodes, edges: edges, ends: make([]stretch, len(edges))}
	var ranks []int
	for _, n := range nodes {
		ranks = append(ranks, n.Layer)
	}
	slices.Sort(ranks)
	ranks = slices.Compact(ranks)
	l.layers = make([][]int, len(ranks))
	at := map[string]int{}
	for i, n := range nodes {
		at[n.ID] = i
		rank, _ := slices.BinarySearch(ranks, n.Layer)
		l.add(vertex{node: i, layer: rank, group: clean(n.Group)})
	}
	for _, e := range edges {
		l.chain(at[e.From], at[e.To])
	}
	return l
}

// add puts a vertex at the end of its column.
func (l *layout) add(v vertex) int {
	v.pos = len(l.layers[v.layer])
	l.verts = append(l.verts, v)
	l.layers[v.layer] = append(l.layers[v.layer], len(l.verts)-1)
	return len(l.verts) - 1
}

// chain leads an edge from the left of its ends to the right one, with a vertex in every column that
// it passes, so that no line runs through a box.
func (l *layout) chain(from, to int) {
	turned := l.verts[from].layer > l.verts[to].layer
	if turned {
		from, to = to, from
	}
	edge := len(l.chains)
	chain := []int{from}
	for rank := l.verts[from].layer + 1; rank < l.verts[to].layer; rank++ {
		chain = append(chain, l.add(vertex{node: -1, layer: rank, height: thin}))
	}
	chain = append(chain, to)
	l.chains, l.turned = append(l.chains, chain), append(l.turned, turned)
	l.verts[from].right = append(l.verts[from].right, port{edge: edge, far: chain[1]})
	end := port{edge: edge, far: chain[len(chain)-2], last: true}
	if l.level(edge) {
		l.verts[to].right = append(l.verts[to].right, end)
		return
	}
	l.verts[to].left = append(l.verts[to].left, end)
}

// level reports whether both ends of an edge stand in one column: such a line goes out and comes back
// on the right.
func (l *layout) level(edge int) bool {
	c := l.chains[edge]
	return l.verts[c[0]].layer == l.verts[c[len(c)-1]].layer
}

// place gives every vertex its size and its place.
func (l *layout) place() {
	for i := range l.verts {
		l.size(&l.verts[i])
	}
	l.columns()
	tallest := 0
	for _, column := range l.layers {
		tallest = max(tallest, l.stack(column, margin))
	}
	for _, column := range l.layers {
		l.stack(column, margin+(tallest-l.stack(column, margin))/2)
	}
	l.high = tallest + margin
	for i := range l.verts {
		l.ports(&l.verts[i])
	}
}

// size computes the height of a box from its text and from the lines that touch it.
func (l *layout) size(v *vertex) {
	if v.node < 0 {
		return
	}
	n := l.nodes[v.node]
	room := boxWidth - 2*boxPad
	if n.Icon != "" {
		room = boxWidth - textLeft - boxPad
	}
	v.label, v.sub = wrap(n.Label, boldSize, room, 3), wrap(n.Sub, subSize, room, 2)
	text := (len(v.label)+len(v.sub))*lineStep + 2*boxPad
	v.height = max(boxLeast, text, len(v.right)*portStep+boxPad, len(v.left)*entryStep+boxPad)
}

// columns places the columns, with room for labels where lines have any.
func (l *layout) columns() {
	x := margin + areaPad
	for rank, column := range l.layers {
		labels, lines := l.leaving(column)
		l.xs, l.strips = append(l.xs, x), append(l.strips, labels)
		x += boxWidth + labels
		switch {
		case lines:
			x += bend
		case rank < len(l.layers)-1:
			x += bend / 2
		}
	}
	l.wide = x + margin + areaPad
}

// leaving returns the room for labels that the lines to the right of a column need, and whether there
// are any lines.
func (l *layout) leaving(column []int) (room int, lines bool) {
	for _, at := range column {
		lines = lines || l.verts[at].node < 0
		for _, p := range l.verts[at].right {
			lines = true
			if said := l.said(p.edge); said != "" {
				room = max(room, min(strip, width(said)*subSize/10+stripPad))
			}
		}
	}
	return room, lines
}

// said is the label of an edge; an unknown one says at least that.
func (l *layout) said(edge int) string {
	e := l.edges[edge]
	if e.Style != Unknown {
		return clean(e.Label)
	}
	return clean("? " + e.Label)
}

// stack places a column from top on and returns where it ends.
func (l *layout) stack(column []int, top int) int {
	y, group := top, ""
	for i, at := range column {
		v := &l.verts[at]
		if i > 0 {
			y += gapY
		}
		if v.group != group && group != "" {
			y += areaPad
		}
		if v.group != group && v.group != "" {
			y += headHeight(v.group)
		}
		group = v.group
		v.x, v.y = l.xs[v.layer], y
		y += v.height
	}
	if group != "" {
		y += areaPad
	}
	return y
}

// heading is the heading of an area in at most two lines.
func heading(group string) []string { return wrap(group, boldSize, boxWidth+areaPad, 2) }

func headHeight(group string) int { return areaHead + len(heading(group))*lineStep }

// ports spreads the lines over the sides of a box, in the order of what they lead to.
func (l *layout) ports(v *vertex) {
	for _, side := range [][]port{v.right, v.left} {
		slices.SortStableFunc(side, func(a, b port) int { return l.middle(a.far) - l.middle(b.far) })
		for i, p := range side {
			y := v.y + v.height*(2*i+1)/(2*len(side))
			if p.last {
				l.ends[p.edge].to = y
			} else {
				l.ends[p.edge].from = y
			}
		}
	}
}

func (l *layout) middle(at int) int { return l.verts[at].y + l.verts[at].height/2 }
