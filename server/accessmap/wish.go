package accessmap

import (
	"net/url"
	"slices"

	graph "keyholder/casework/access"
	"keyholder/server/view"
)

// mapWish is what a worker wants to see of the map: closed codes, and ids that say nothing.
type mapWish struct {
	to   graph.NodeID // a thing that could be reached
	who  graph.NodeID // a person
	at   graph.NodeID // anything else on the map
	sure graph.Certainty
	all  bool // also what nobody named a way to
}

// mapFilter is the form above the map, in words.
type mapFilter struct {
	Action  string
	At      string // the thing that stays in focus
	Focus   string // its name
	To      view.Select
	Who     view.Select
	Sure    view.Select
	All     view.Checkboxes
	Clear   string
	Narrows bool
}

func (w mapWish) narrows() bool { return w.to+w.who+w.at != "" || w.sure != "" }

// query writes a wish as the end of an address.
func (w mapWish) query() string {
	v := url.Values{}
	for name, value := range map[string]string{
		"to": string(w.to), "who": string(w.who), "at": string(w.at), "sure": string(w.sure),
	} {
		if value != "" {
			v.Set(name, value)
		}
	}
	if w.all {
		v.Set("show", "all")
	}
	if len(v) == 0 {
		return ""
	}
	return "?" + v.Encode()
}

// readWish reads the address. What is not on the map wishes for nothing.
func (m *mapped) readWish() mapWish {
	w := mapWish{all: m.c.Query("show") == "all"}
	for _, n := range m.g.Nodes() {
		switch {
		case n.Protected && string(n.ID) == m.c.Query("to"):
			w.to = n.ID
		case n.Kind == graph.Person && string(n.ID) == m.c.Query("who"):
			w.who = n.ID
		case n.Kind != graph.Person && !n.Protected && string(n.ID) == m.c.Query("at"):
			w.at = n.ID
		}
	}
	if sure := graph.Certainty(m.c.Query("sure")); slices.Contains(certainties(), sure) {
		w.sure = sure
	}
	return w
}

func certainties() []graph.Certainty {
	return []graph.Certainty{graph.Known, graph.Suspected, graph.Unknown}
}

// filter offers what can be wished for.
func (m *mapped) filter(w mapWish) mapFilter {
	at := m.c.At(m.p.Within + "/map")
	f := mapFilter{Action: at, Clear: at, At: string(w.at), Focus: m.names[w.at], Narrows: w.narrows() || w.all}
	pick := func(name string) view.Select {
		return view.Select{
			Name: name, Label: m.c.T("map.filter." + name), Items: []view.Choice{{Label: m.c.T("map.filter." + name + ".all")}},
		}
	}
	f.To, f.Who, f.Sure = pick("to"), pick("who"), pick("sure")
	reached := m.g.Reached()
	for _, n := range m.g.Nodes() {
		switch {
		case n.Protected && reached[n.ID]:
			f.To.Items = append(f.To.Items, view.Choice{Value: string(n.ID), Label: upperFirst(m.can(n.ID)), Chosen: n.ID == w.to})
		case n.Kind == graph.Person:
			f.Who.Items = append(f.Who.Items, view.Choice{Value: string(n.ID), Label: upperFirst(m.names[n.ID]), Chosen: n.ID == w.who})
		}
	}
	for _, sure := range certainties() {
		f.Sure.Items = append(f.Sure.Items, view.Choice{Value: string(sure), Label: m.c.T("map.sure." + string(sure)), Chosen: sure == w.sure})
	}
	f.All = view.Checkboxes{Name: "show", Label: m.c.T("map.filter.show"), Small: true, Items: []view.Choice{
		{Value: "all", Label: m.c.T("map.filter.show.all"), Chosen: w.all},
	}}
	return f
}

// drawn are the links that a wish draws. Without one these are all that a person of concern reaches,
// and what the survivor holds.
func (m *mapped) drawn(w mapWish) []graph.Edge {
	reached := m.g.Reached()
	fits := m.focus(w)
	var out []graph.Edge
	for _, e := range m.g.Edges() {
		from, _ := m.g.Node(e.From)
		hers := from.Role == graph.Survivor
		if !w.all && !reached[e.From] && !hers || w.sure != "" && e.Certainty != w.sure {
			continue
		}
		if fits(e) {
			out = append(out, e)
		}
	}
	return out
}

// focus tells which links lie on a way through what is in focus.
func (m *mapped) focus(w mapWish) func(graph.Edge) bool {
	var tests []func(graph.Edge) bool
	if w.to != "" {
		behind := m.g.Behind(w.to)
		tests = append(tests, func(e graph.Edge) bool { return behind[e.To] })
	}
	if w.who != "" {
		ahead := m.g.Ahead(w.who)
		tests = append(tests, func(e graph.Edge) bool { return ahead[e.From] })
	}
	if w.at != "" {
		ahead, behind := m.g.Ahead(w.at), m.g.Behind(w.at)
		tests = append(tests, func(e graph.Edge) bool { return ahead[e.From] || behind[e.To] })
	}
	return func(e graph.Edge) bool {
		return !slices.ContainsFunc(tests, func(test func(graph.Edge) bool) bool { return !test(e) })
	}
}
