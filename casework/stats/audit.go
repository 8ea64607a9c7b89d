package stats

import "slices"

// verdict is what a rule-knowing reader could do with a set of releases.
type verdict struct {
	possible bool         // some counts fit all the figures
	narrow   []VariableID // variables in which a hidden figure can be pinned down too closely
}

// place is one period in the tree of nested periods of a calendar year. A place without a release is
// known to the reader only through the others.
type place struct {
	release  *Published
	total    span
	children []*place
}

// growPlaces builds the tree below a period. Where published parts do not make up the whole, a last
// child stands for the rest; when people may have come since, it always does.
func growPlaces(p Period, releases []*Published, came bool) *place {
	here := &place{total: span{0, unbounded}}
	for _, r := range releases {
		if r.Period == p {
			here.release, here.total = r, r.total()
		}
	}
	parts := parts(p)
	for _, part := range parts {
		child := growPlaces(part, releases, came)
		if child.release != nil || len(child.children) > 0 {
			here.children = append(here.children, child)
		}
	}
	if n := len(here.children); n > 0 && (came || n < len(parts)) {
		here.children = append(here.children, &place{total: span{0, unbounded}})
	}
	return here
}

// parts returns the next lower level of a period.
func parts(p Period) []Period {
	kind, length := KindQuarter, Month(3)
	switch p.Kind {
	case KindMonth:
		return nil
	case KindQuarter:
		kind, length = KindMonth, 1
	}
	first, last := p.months()
	var ps []Period
	for m := first; m <= last; m += length {
		ps = append(ps, Period{kind, m})
	}
	return ps
}

func (p *place) all() []*place {
	out := []*place{p}
	for _, c := range p.children {
		out = append(out, c.all()...)
	}
	return out
}

// audit reads all releases of one calendar year together, as one system of whole-number bounds:
// answers sum to totals, periods sum to the periods that contain them. For one period the bounds are
// exact; over several they are exact for each variable on its own, with the totals narrowed by all.
// came reads the longer period as holding people who came after the shorter one was published.
func audit(year Period, releases []*Published, came bool) verdict {
	root := growPlaces(year, releases, came)
	places := root.all()
	axes := releasedAxes(releases)
	for changed := true; changed; {
		changed = false
		for _, a := range axes {
			s := newSystem(root, a)
			if !s.net.feasible() {
				return verdict{}
			}
			changed = s.tighten(places) || changed
		}
	}
	return verdict{possible: true, narrow: narrowVariables(root, places, axes)}
}

// tighten narrows what is known of the totals by what this variable says, and reports whether it did.
func (s *system) tighten(places []*place) (changed bool) {
	for _, p := range places {
		if t := s.net.bounds(s.total[p]).meet(p.total); t != p.total {
			p.total, changed = t, true
		}
	}
	return changed
}

// releasedAxes lists the questions of the releases. A question asked in other bands is another one;
// releases over the same people never hold both (rule 6).
func releasedAxes(releases []*Published) (axes []Axis) {
	for _, r := range releases {
		for _, t := range r.Tables {
			if a := t.Axes[0]; len(t.Axes) == 1 && !slices.ContainsFunc(axes, a.equal) {
				axes = append(axes, a)
			}
		}
	}
	return axes
}

// narrowVariables returns the variables with a hidden figure that has become too narrow. A hidden
// total that has become so concerns them all.
func narrowVariables(root *place, places []*place, axes []Axis) (narrow []VariableID) {
	everywhere := slices.ContainsFunc(places, func(p *place) bool {
		return p.release != nil && p.release.Total.Hidden && p.total.width() < minWidth
	})
	for _, a := range axes {
		if everywhere || newSystem(root, a).narrow(places) {
			narrow = append(narrow, a.Variable)
		}
	}
	return narrow
}

// system is the network of one variable over the tree of periods.
type system struct {
	net   network
	axis  Axis
	total map[*place]int   // arc of a period's total
	cells map[*place][]int // arcs of a period's answers
}

func newSystem(root *place, a Axis) *system {
	s := &system{axis: a, total: map[*place]int{}, cells: map[*place][]int{}}
	source, sink := s.net.node(), s.net.node()
	sinks := make([]int, len(a.Answers))
	for i := range sinks {
		sinks[i] = sink
	}
	s.grow(root, source, sinks)
	s.net.arc(sink, source, span{0, unbounded})
	return s
}

// grow adds a period: its total flows in from above, its answers flow out to the answers of the
// period that contains it.
func (s *system) grow(p *place, from int, to []int) {
	people := s.net.node()
	s.total[p] = s.net.arc(from, people, p.total)
	tails := make([]int, len(s.axis.Answers))
	for i := range tails {
		tails[i] = people
		if len(p.children) > 0 {
			tails[i] = s.net.node()
		}
	}
	t, known := p.table(s.axis)
	for i := range tails {
		at := span{0, unbounded}
		if known {
			at = p.release.Policy.reads(t.Cells[i], p.release.Zeros)
		}
		s.cells[p] = append(s.cells[p], s.net.arc(tails[i], to[i], at))
	}
	for _, c := range p.children {
		s.grow(c, people, tails)
	}
}

func (p *place) table(a Axis) (PublishedTable, bool) {
	if p.release == nil {
		return PublishedTable{}, false
	}
	return p.release.oneWay(a)
}

// narrow reports whether a hidden cell is pinned down too closely.
func (s *system) narrow(places []*place) bool {
	if !s.net.feasible() {
		return true
	}
	for _, p := range places {
		t, _ := p.table(s.axis)
		for i, c := range t.Cells {
			if c.Hidden && s.net.bounds(s.cells[p][i]).width() < minWidth {
				return true
			}
		}
	}
	return false
}
