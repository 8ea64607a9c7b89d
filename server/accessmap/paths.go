package accessmap

import (
	"slices"

	graph "keyholder/casework/access"
	"keyholder/server/view"
)

// How many ways to one thing a page lists.
const (
	pathsBrief = 2  // on the whole map
	pathsFull  = 25 // where one thing is in focus
)

// reaches lists what could be reached, with the ways in words, and how much that is.
func (m *mapped) reaches(w mapWish) (out []reachView, count string) {
	pairs := m.pairs(w)
	for _, r := range pairs {
		out = append(out, m.reach(r, w))
	}
	if len(pairs) == 0 {
		return nil, m.c.T("map.count.none")
	}
	return out, m.c.N("map.count", len(pairs))
}

// pairs are the ways that fit a wish. Where only some do, more of them are looked at, so that none is
// left out because shorter ones came first.
func (m *mapped) pairs(w mapWish) []graph.Reach {
	if !w.narrows() {
		return m.g.Paths()
	}
	var out []graph.Reach
	for _, n := range m.g.Nodes() {
		if !n.Protected || w.to != "" && n.ID != w.to {
			continue
		}
		for _, r := range m.g.Ways(n.ID) {
			r.Paths = slices.DeleteFunc(r.Paths, func(p graph.Path) bool { return !m.pathFits(p, w) })
			if len(r.Paths) > 0 {
				out = append(out, r)
			}
		}
	}
	return out
}

// pathFits reports whether a way passes what is in focus.
func (m *mapped) pathFits(p graph.Path, w mapWish) bool {
	if w.sure != "" && p.Certainty != w.sure {
		return false
	}
	passes := func(id graph.NodeID) bool {
		return id == "" || slices.ContainsFunc(p.Edges, func(e graph.EdgeID) bool {
			edge, _ := m.g.Edge(e)
			return edge.From == id || edge.To == id
		})
	}
	return passes(w.at) && passes(w.who)
}

// reach is one thing with its ways. What is not listed is counted, and the way to it stands there.
func (m *mapped) reach(r graph.Reach, w mapWish) reachView {
	v := reachView{Title: upperFirst(m.can(r.To))}
	shown := pathsBrief
	if w.to != "" || w.at != "" {
		shown = pathsFull
	}
	shown = min(shown, len(r.Paths))
	for _, p := range r.Paths[:shown] {
		v.Paths = append(v.Paths, m.pathView(p))
	}
	rest := len(r.Paths) - shown + r.More
	if rest == 0 && !r.AtLeast {
		return v
	}
	key := "map.more"
	if r.AtLeast {
		key = "map.more.at_least"
	}
	v.Rest = m.c.N(key, rest)
	if w.to == "" {
		one := mapWish{to: r.To, at: w.at, who: w.who, sure: w.sure}
		v.More = &view.Link{Text: v.Rest, About: v.Title, Href: m.c.At(m.p.Within + "/map" + one.query())}
	}
	return v
}

// pathView puts one way into words: what it rests on, who could find out, and the step that ends it.
func (m *mapped) pathView(p graph.Path) pathView {
	v := pathView{Text: m.path(p), Sure: view.Tag{Text: m.c.T("map.tag." + string(p.Certainty)), Tone: "quiet"}}
	m.rests(&v, p)
	m.cut(&v, p)
	return v
}

// rests names the link that a way is least sure of.
func (m *mapped) rests(v *pathView, p graph.Path) {
	e, _ := m.g.Edge(p.Least)
	key := "map.rests." + string(e.Certainty)
	if e.NotAsked {
		key = "map.rests.not_asked"
	}
	v.Rests = m.c.T(key, "basis", lowerFirst(m.basis(e)), "link", m.sentence(e))
	v.Ask = m.source(e)
	if q, _ := m.question(e.Slot); q != nil && e.Certainty != graph.Known && q.DontKnow.Who != "" {
		v.Tell = m.c.T("map.tell", "who", q.DontKnow.Who, "how", q.DontKnow.How)
	}
}

// cut names the step that ends a way. How it is done stands on the page of the step, if it may.
func (m *mapped) cut(v *pathView, p graph.Path) {
	if len(p.Cuts) == 0 {
		v.Note = m.c.T("map.cut.none")
		return
	}
	best := p.Cuts[0]
	v.Cut, v.Alert = m.stepLink(best.Step), m.alert(best.Alert)
	if st := m.steps[best.Step]; st.Held() {
		for _, h := range st.Holds {
			v.Wait = append(v.Wait, m.c.T(string(h)))
		}
	}
	if step, _ := m.g.Step(best.Step); !step.Available && len(v.Wait) == 0 {
		v.Wait = m.held(step.Held)
	}
	switch {
	case best.Reopens:
		v.Note = m.c.T("map.cut.reopens")
	case !best.Usable && len(v.Wait) == 0:
		v.Wait = []string{m.c.T("plan.hold.depends")}
	}
}
