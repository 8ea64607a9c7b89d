package chart

import (
	"cmp"
	"strconv"
)

// folded puts the nodes beyond Limit together into one box for each layer and leads their lines
// there. Of the lines between the same two boxes one of each look stays, so that an unknown one is
// still drawn as unknown, and a way that is within reach as that.
func (d Diagram) folded() ([]Node, []Edge) {
	if len(d.Nodes) <= Limit {
		return d.Nodes, d.Edges
	}
	keep := Limit - d.layers() // a box for the rest of each layer has to fit in
	nodes := append([]Node(nil), d.Nodes[:max(keep, 0)]...)
	moved := map[string]string{}
	count := map[int]int{}
	var layers []int
	for _, n := range d.Nodes[max(keep, 0):] {
		if count[n.Layer] == 0 {
			layers = append(layers, n.Layer)
		}
		count[n.Layer]++
		moved[n.ID] = "\x00more-" + strconv.Itoa(n.Layer) // no id that a caller could have given
	}
	for _, layer := range layers {
		nodes = append(nodes, Node{
			ID: "\x00more-" + strconv.Itoa(layer), Label: d.More(count[layer]), Layer: layer, Kind: Thing, Tone: Query,
		})
	}
	return nodes, led(d.Edges, moved)
}

// layers counts the different layers.
func (d Diagram) layers() int {
	seen := map[int]bool{}
	for _, n := range d.Nodes {
		seen[n.Layer] = true
	}
	return len(seen)
}

// led leads the edges of folded nodes to their box.
func led(edges []Edge, moved map[string]string) []Edge {
	type way struct {
		from, to string
		style    Style
		tone     Tone
		plain    bool
	}
	var out []Edge
	seen := map[way]int{}
	for _, e := range edges {
		from, to := moved[e.From], moved[e.To]
		if from == "" && to == "" {
			out = append(out, e)
			continue
		}
		e.From, e.To = cmp.Or(from, e.From), cmp.Or(to, e.To)
		w := way{e.From, e.To, e.Style, e.Tone, e.Plain}
		if i, there := seen[w]; there {
			if out[i].Label != e.Label {
				out[i].Label = "" // the word of one of them would not be true of all
			}
			continue
		}
		seen[w] = len(out)
		e.Href, e.Says = "", "" // it stands for several now
		out = append(out, e)
	}
	return out
}
