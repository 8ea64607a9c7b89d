package access

// state is what is open once some steps are done.
//
// A link is cut when one of its steps is done. A cut link comes back while one of the links in its
// ReopensVia can be reached: that link is open and a person of concern reaches its start. Doing more
// steps never opens what fewer steps left closed, so every question about sets of steps can be
// answered by looking at one set at a time.
type state struct {
	g       *Graph
	cut     []bool // by edge: a step that was done ends it
	back    []int  // by edge: the link by which it came back, or -1
	reached []bool // by node: a person of concern reaches it
	by      []int  // by node: the link that reached it first, or -1 at a person of concern
	queue   []int
}

// settle works out the state after the steps. It looks at every link once: O(nodes + links).
func (g *Graph) settle(done []bool) *state {
	s := &state{
		g: g, cut: make([]bool, len(g.edges)), back: make([]int, len(g.edges)),
		reached: make([]bool, len(g.nodes)), by: make([]int, len(g.nodes)), queue: make([]int, 0, len(g.nodes)),
	}
	for e := range g.edges {
		s.back[e] = -1
		for _, c := range g.cutters[e] {
			s.cut[e] = s.cut[e] || done[c]
		}
	}
	for n := range g.nodes {
		s.by[n] = -1
	}
	for _, n := range g.sources {
		s.reach(n, -1)
	}
	for len(s.queue) > 0 {
		n := s.queue[0]
		s.queue = s.queue[1:]
		for _, e := range g.out[n] {
			if s.open(e) {
				s.use(e)
			}
		}
	}
	return s
}

func (s *state) reach(node, by int) {
	if s.reached[node] {
		return
	}
	s.reached[node], s.by[node] = true, by
	s.queue = append(s.queue, node)
}

// use follows an open link whose start is reached, and brings back what comes back by it.
func (s *state) use(edge int) {
	work := []int{edge}
	for len(work) > 0 {
		e := work[0]
		work = work[1:]
		s.reach(s.g.to[e], e)
		for _, f := range s.g.reopens[e] {
			if !s.cut[f] || s.back[f] >= 0 {
				continue
			}
			s.back[f] = e
			if s.reached[s.g.from[f]] {
				work = append(work, f)
			}
		}
	}
}

// open reports whether a link is there: never cut, or come back.
func (s *state) open(edge int) bool { return !s.cut[edge] || s.back[edge] >= 0 }

// allOpen reports whether every link of a path is there.
func (s *state) allOpen(path []int) bool {
	for _, e := range path {
		if !s.open(e) {
			return false
		}
	}
	return true
}

// from marks what one node leads to over the open links.
func (s *state) from(node int) []bool {
	seen := make([]bool, len(s.g.nodes))
	seen[node] = true
	for queue := []int{node}; len(queue) > 0; queue = queue[1:] {
		for _, e := range s.g.out[queue[0]] {
			if n := s.g.to[e]; !seen[n] && s.open(e) {
				seen[n] = true
				queue = append(queue, n)
			}
		}
	}
	return seen
}

// groundsOf returns the uncut links that make the node reached.
func (s *state) groundsOf(node int) []int {
	g := newGrounds(s)
	g.node(node)
	return g.links
}

// groundsOfPath returns the uncut links that keep an open path open. While none of them is cut, the
// path is open whatever else is done.
func (s *state) groundsOfPath(path []int) []int {
	g := newGrounds(s)
	for _, e := range path {
		g.edge(e)
	}
	return g.links
}

// grounds collects why something is so.
type grounds struct {
	s     *state
	seen  []bool
	links []int
}

func newGrounds(s *state) *grounds { return &grounds{s: s, seen: make([]bool, len(s.cut))} }

func (g *grounds) node(n int) {
	for e := g.s.by[n]; e >= 0 && !g.seen[e]; e = g.s.by[n] {
		g.edge(e)
		n = g.s.g.from[e]
	}
}

// edge adds an uncut link itself, and for a link that came back the links that brought it back.
func (g *grounds) edge(e int) {
	if g.seen[e] {
		return
	}
	g.seen[e] = true
	if !g.s.cut[e] {
		g.links = append(g.links, e)
		return
	}
	r := g.s.back[e]
	g.edge(r)
	g.node(g.s.g.from[r])
}
