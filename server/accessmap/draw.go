package accessmap

import (
	"slices"
	"strconv"
	"strings"

	"keyholder/casework"
	graph "keyholder/casework/access"
	"keyholder/server/chart"
	"keyholder/server/wording"
)

// Columns of the picture, from left to right.
const (
	layerPersons = iota
	layerHoldings
	layerThings
)

// mapLine is one line of the picture: all links of one style between the same two, so that many
// reasons for one way are one line. The table names each.
type mapLine struct {
	edges []graph.Edge
	first int // place of the first of them in the table
}

// diagram draws links with their ends, and, unless the wish is narrower, every thing of the record.
func (m *mapped) diagram(w mapWish, edges []graph.Edge) chart.Diagram {
	out := chart.Diagram{
		ID: "map", Title: m.c.T("map.picture"), Desc: m.c.T("map.picture.desc"),
		More: func(n int) string { return m.c.N("map.picture.more", n) },
	}
	ends := map[graph.NodeID]bool{}
	for _, e := range edges {
		ends[e.From], ends[e.To] = true, true
	}
	best := m.best()
	for _, n := range m.inOrder() {
		_, recorded := m.kinds[string(n.ID)]
		if ends[n.ID] || w.all || recorded && !w.narrows() {
			out.Nodes = append(out.Nodes, m.node(n, best))
		}
	}
	for _, l := range m.lines(edges) {
		out.Edges = append(out.Edges, m.line(l))
	}
	return out
}

// inOrder lists the nodes so that those of one kind stand together: first whoever is drawn left.
func (m *mapped) inOrder() []graph.Node {
	nodes := slices.Clone(m.g.Nodes())
	kinds := []graph.Kind{graph.Person, graph.Device, graph.Account, graph.Place, graph.Vehicle, graph.Thing}
	slices.SortStableFunc(nodes, func(a, b graph.Node) int {
		return slices.Index(kinds, a.Kind) - slices.Index(kinds, b.Kind)
	})
	return nodes
}

// best is the surest way to each thing that is reached.
func (m *mapped) best() map[graph.NodeID]graph.Certainty {
	out := map[graph.NodeID]graph.Certainty{}
	for _, r := range m.g.Paths() {
		for _, p := range r.Paths {
			if now, ok := out[r.To]; !ok || p.Certainty.Doubt() < now.Doubt() {
				out[r.To] = p.Certainty
			}
		}
	}
	return out
}

func (m *mapped) node(n graph.Node, best map[graph.NodeID]graph.Certainty) chart.Node {
	out := chart.Node{ID: string(n.ID), Label: upperFirst(m.names[n.ID]), Kind: chart.Thing, Layer: layerHoldings}
	switch n.Kind {
	case graph.Person:
		out.Layer, out.Kind, out.Icon = layerPersons, chart.Person, "person"
		out.Href = m.c.At(m.p.Within + "/map" + mapWish{who: n.ID}.query())
		return out
	case graph.Thing:
		out.Layer, out.Tone = layerThings, chart.Query
		if sure, ok := best[n.ID]; ok {
			out.Sub = m.c.T("map.reach." + string(sure))
		}
		if best[n.ID] == graph.Known {
			out.Tone = chart.Reach
		}
		out.Href = m.c.At(m.p.Within + "/map" + mapWish{to: n.ID}.query())
		return out
	case graph.Account:
		out.Kind = chart.Account
	case graph.Place:
		out.Kind = chart.Home
	}
	out.Group, out.Icon = m.c.T("map.group."+string(n.Kind)), mapIcon(n)
	if d, ok := m.kinds[string(n.ID)]; ok {
		out.Sub, out.Icon = wording.Kind(m.c, wording.OrOther(d.Group), d.Class), wording.Icon(wording.OrOther(d.Group), d.Class)
		if d.Label.Empty() {
			out.Sub = ""
		} else {
			out.Label = d.Label.Reveal()
		}
	}
	out.Href = m.c.At(m.p.Within + "/map" + mapWish{at: n.ID}.query())
	if l := m.open(n.ID); l != nil {
		out.Href = l.Href
	}
	return out
}

// mapIcon is the symbol of what is asked about as one ("the main mail").
func mapIcon(n graph.Node) string {
	own := map[string]string{
		"phone": "mobile", "number": "phone", "home": "home", "wifi": "router", "cameras": "camera", "locks": "lock",
		"tv": "tv", "wearable": "watch", "health_aid": "health", "child_devices": "child", "bank": "money", "cloud": "cloud",
		"hub": "hub", "computer": "computer", "home_devices": "thermostat",
	}[n.Class]
	if own != "" {
		return own
	}
	return map[graph.Kind]string{
		graph.Device: "unknown", graph.Account: "account", graph.Place: "home", graph.Vehicle: "car",
	}[n.Kind]
}

// lines puts links together.
func (m *mapped) lines(edges []graph.Edge) []mapLine {
	type key struct {
		from, to graph.NodeID
		style    chart.Style
	}
	at := map[key]int{}
	var out []mapLine
	for i, e := range edges {
		k := key{e.From, e.To, styleOf(e)}
		n, there := at[k]
		if !there {
			n, at[k] = len(out), len(out)
			out = append(out, mapLine{first: i})
		}
		out[n].edges = append(out[n].edges, e)
	}
	return out
}

// styleOf is how a link is drawn. What was said is told apart from what was seen.
func styleOf(e graph.Edge) chart.Style {
	switch {
	case e.Certainty == graph.Suspected:
		return chart.Suspected
	case e.Certainty != graph.Known:
		return chart.Unknown
	case slices.Contains([]casework.Basis{casework.WorkerSaw, casework.ProviderConfirmed}, casework.Basis(e.Basis)):
		return chart.Known
	}
	return chart.Reported
}

// line is one line of the picture. It leads to what says it, or to its first row in the table where it
// stands for several.
func (m *mapped) line(l mapLine) chart.Edge {
	e := l.edges[0]
	out := chart.Edge{From: string(e.From), To: string(e.To), Style: styleOf(e), Label: m.channel(e)}
	var says []string
	for _, one := range l.edges {
		says = append(says, m.sentence(one)+" "+m.sure(one)+".")
	}
	out.Says = strings.Join(says, " ")
	if n := len(l.edges) - 1; n > 0 {
		out.Label = m.c.T("map.line.more", "way", out.Label, "n", n)
		out.Href = "#" + wayID(l.first)
		return out
	}
	out.Href = "#" + wayID(l.first)
	if link := m.source(e); link != nil {
		out.Href = link.Href
	}
	return out
}

func wayID(i int) string { return "way-" + strconv.Itoa(i+1) }

// table says every link that the picture shows.
func (m *mapped) table(edges []graph.Edge) wayTable {
	var t wayTable
	for i, e := range edges {
		t.Rows = append(t.Rows, wayRow{
			ID: wayID(i), From: upperFirst(m.names[e.From]), How: m.channel(e), To: upperFirst(m.names[e.To]),
			Basis: m.basis(e), Sure: m.sure(e), Source: m.source(e), About: m.sentence(e),
		})
	}
	return t
}
