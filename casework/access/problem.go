package access

import "slices"

// problem is what both searches work on.
type problem struct {
	g          *Graph
	base       []bool   // steps that were done
	start      *state   // with the steps that were done
	all        *state   // with every step that can be done
	relevant   []bool   // by link: it is on a way, or keeps one open
	targets    []int    // protected things that can be closed
	paths      [][]int  // paths that can be closed, to things that cannot
	candidates []int    // usable steps that cut a relevant link
	involved   []int    // candidates and what must come first
	listed     []listed // paths to things that cannot be closed
	unseen     bool     // there may be more paths to such things than were looked at
}

// listed is a path with its links as numbers.
type listed struct {
	path  Path
	links []int
}

func newProblem(g *Graph) *problem {
	p := &problem{g: g, base: make([]bool, len(g.steps))}
	every := make([]bool, len(g.steps))
	for i := range g.steps {
		p.base[i] = g.steps[i].Done && !g.steps[i].Waived
		every[i] = p.base[i] || g.usable(i)
	}
	p.start, p.all = g.settle(p.base), g.settle(every)
	p.divide()
	p.mark()
	p.pick()
	return p
}

// divide tells the things that can be closed from those that cannot, and of the paths to the latter
// those that can be.
func (p *problem) divide() {
	var stuck []int
	for _, t := range p.g.targets {
		switch {
		case p.all.reached[t]:
			stuck = append(stuck, t)
		case p.start.reached[t]:
			p.targets = append(p.targets, t)
		}
	}
	w := &walker{
		g: p.g, s: p.start, alone: p.g.alone(),
		limits: limits{shown: deepPaths, counted: deepPaths, steps: deepSteps},
	}
	for _, r := range w.pairs(stuck) {
		p.unseen = p.unseen || r.AtLeast
		for _, path := range r.Paths {
			l := listed{path: path, links: p.g.numbers(path.Edges)}
			if p.all.allOpen(l.links) {
				p.listed = append(p.listed, l)
				continue
			}
			p.paths = append(p.paths, l.links)
		}
	}
}

func (g *Graph) numbers(edges []EdgeID) []int {
	out := make([]int, len(edges))
	for i, e := range edges {
		out[i] = g.edgeAt[e]
	}
	return out
}

// mark finds the links that are on a way to a thing that can be closed, on a path that can be, or
// that bring such a link back.
func (p *problem) mark() {
	m := &marker{p: p, seen: make([]bool, len(p.g.nodes))}
	p.relevant = make([]bool, len(p.g.edges))
	for _, path := range p.paths {
		for _, e := range path {
			m.take(e)
		}
	}
	for _, t := range p.targets {
		m.visit(t)
	}
	for ; len(m.nodes) > 0; m.nodes = m.nodes[1:] {
		for _, e := range p.g.in[m.nodes[0]] {
			if m.take(e); p.relevant[e] {
				m.visit(p.g.from[e])
			}
		}
	}
}

// marker follows links backwards.
type marker struct {
	p     *problem
	seen  []bool // by node
	nodes []int  // still to be looked at
}

func (m *marker) visit(node int) {
	if !m.seen[node] {
		m.seen[node] = true
		m.nodes = append(m.nodes, node)
	}
}

// take marks an open link that somebody reaches, and what brings it back with the ways to that.
func (m *marker) take(e int) {
	p := m.p
	if p.relevant[e] || !p.start.open(e) || !p.start.reached[p.g.from[e]] {
		return
	}
	p.relevant[e] = true
	for _, r := range p.g.via[e] {
		m.take(r)
		m.visit(p.g.from[r])
	}
}

// pick lists the candidates and what must come before them.
func (p *problem) pick() {
	for s := range p.g.steps {
		if p.base[s] || !p.g.usable(s) || len(p.cutsOf(s)) == 0 {
			continue
		}
		p.candidates = append(p.candidates, s)
		p.involved = append(p.involved, p.needs(s)...)
	}
	slices.Sort(p.involved)
	p.involved = slices.Compact(p.involved)
}

// cutsOf lists the relevant links that a step cuts.
func (p *problem) cutsOf(step int) []int {
	var out []int
	for _, e := range p.g.ends[step] {
		if p.relevant[e] {
			out = append(out, e)
		}
	}
	return out
}

// needs lists a step and what must be done before it and is neither done nor waived.
func (p *problem) needs(step int) []int {
	var out []int
	for _, s := range p.g.closure[step] {
		if !p.g.steps[s].Done && !p.g.steps[s].Waived {
			out = append(out, s)
		}
	}
	return out
}

// unmet returns the links of one way that is still open after the steps, or nil. Every answer cuts
// one of them.
func (p *problem) unmet(s *state) []int {
	for _, t := range p.targets {
		if s.reached[t] {
			return s.groundsOf(t)
		}
	}
	for _, path := range p.paths {
		if s.allOpen(path) {
			return s.groundsOfPath(path)
		}
	}
	return nil
}

// steps lists the candidates that cut one of the links, each once, in order.
func (p *problem) steps(links []int) []int {
	var out []int
	for _, e := range links {
		for _, s := range p.g.cutters[e] {
			if slices.Contains(p.candidates, s) && !slices.Contains(out, s) {
				out = append(out, s)
			}
		}
	}
	slices.Sort(out)
	return out
}

func (p *problem) weight(step int) int64 { return p.g.steps[step].Alert.Weight() }
