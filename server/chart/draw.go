package chart

import (
	"fmt"
	"strings"
)

// drawing turns the layout into what the template draws.
func (l *layout) drawing(d Diagram) Drawing {
	out := Drawing{ID: d.ID, Title: clean(d.Title), Desc: clean(d.Desc), Width: l.wide, Height: l.high, Tall: l.high > pageHigh}
	for _, column := range l.layers {
		out.Areas = append(out.Areas, l.areas(column)...)
		for _, at := range column {
			if l.verts[at].node >= 0 {
				out.Boxes = append(out.Boxes, l.box(l.verts[at]))
			}
		}
	}
	for edge := range l.edges {
		out.Lines = append(out.Lines, l.line(edge))
	}
	return out
}

// areas are the outlines around the groups of a column.
func (l *layout) areas(column []int) []Area {
	var out []Area
	group := ""
	for _, at := range column {
		v := l.verts[at]
		if v.group != "" && v.group != group {
			out = append(out, area(v))
		}
		if v.group != "" {
			last := &out[len(out)-1]
			last.Height = v.y + v.height + areaPad - last.Y
		}
		group = v.group
	}
	return out
}

// area begins the outline above its first box.
func area(v vertex) Area {
	a := Area{X: v.x - areaPad, Y: v.y - headHeight(v.group), Width: boxWidth + 2*areaPad, Full: v.group}
	for i, line := range heading(v.group) {
		a.Heading = append(a.Heading, Text{X: v.x, Y: a.Y + 21 + i*lineStep, Text: line})
	}
	return a
}

// box is a node at its place. Its text stands in the middle of its height.
func (l *layout) box(v vertex) Box {
	n := l.nodes[v.node]
	b := Box{
		ID: n.ID, X: v.x, Y: v.y, Width: boxWidth, Height: v.height, Outline: outline(n.Kind, v), Kind: n.Kind, Tone: n.Tone,
		Icon: n.Icon, Href: n.Href, IconX: v.x + boxPad, IconY: v.y + (v.height-24)/2, Says: joined(", ", n.Label, n.Sub),
	}
	x, y := v.x+boxPad, v.y+(v.height-(len(v.label)+len(v.sub))*lineStep)/2+15
	if n.Icon != "" {
		x = v.x + textLeft
	}
	for _, line := range v.label {
		b.Label = append(b.Label, Text{x, y, line})
		y += lineStep
	}
	for _, line := range v.sub {
		b.Sub = append(b.Sub, Text{x, y, line})
		y += lineStep
	}
	return b
}

// joined puts cleaned texts together and leaves out the empty ones.
func joined(between string, texts ...string) string {
	var out []string
	for _, t := range texts {
		if t = clean(t); t != "" {
			out = append(out, t)
		}
	}
	return strings.Join(out, between)
}

// outline is the shape of a node.
func outline(kind Kind, v vertex) string {
	x, y, w, h := v.x, v.y, boxWidth, v.height
	switch kind {
	case Person:
		return rounded(x, y, w, h, min(26, h/2))
	case Account:
		c := min(12, h/2)
		return fmt.Sprintf("M%d %dH%dL%d %dV%dL%d %dH%dL%d %dV%dZ", x+c, y, x+w-c, x+w, y+c, y+h-c, x+w-c, y+h, x+c, x, y+h-c, y+c)
	case Home:
		return rounded(x, y, w, h, 2) + rounded(x+4, y+4, w-8, h-8, 1)
	}
	return rounded(x, y, w, h, 8)
}

func rounded(x, y, w, h, r int) string {
	return fmt.Sprintf("M%d %dH%da%d %d 0 0 1 %d %dV%da%d %d 0 0 1 -%d %dH%da%d %d 0 0 1 -%d -%dV%da%d %d 0 0 1 %d -%dZ",
		x+r, y, x+w-r, r, r, r, r, y+h-r, r, r, r, r, x+r, r, r, r, r, y+r, r, r, r, r)
}

// line is an edge from box to box. Its label stands on the straight stretch right of its left end,
// where no other line, label or box is.
func (l *layout) line(edge int) Line {
	e, x := l.edges[edge], l.verts[l.chains[edge][0]].x+boxWidth
	out := Line{
		Number: edge + 1, Path: l.path(edge), Style: e.Style, Tone: e.Tone, Href: e.Href, Says: clean(e.Says),
	}
	if out.Says == "" {
		out.Says = l.spoken(edge)
	}
	if said := l.said(edge); said != "" {
		out.Label = &Text{X: x + 12, Y: l.ends[edge].from - 6, Text: short(said, subSize, strip-stripPad)}
	}
	if !e.Plain {
		out.Head = l.head(edge)
	}
	return out
}

// spoken says an edge in the words that it has: from, what, to.
func (l *layout) spoken(edge int) string {
	ids := map[string]string{}
	for _, n := range l.nodes {
		ids[n.ID] = n.Label
	}
	e := l.edges[edge]
	return joined(" – ", ids[e.From], l.said(edge), ids[e.To])
}

// path leads through the columns: straight beside boxes and labels, bent between.
func (l *layout) path(edge int) string {
	chain, ends := l.chains[edge], l.ends[edge]
	first := l.verts[chain[0]]
	x, y := first.x+boxWidth, ends.from
	var b strings.Builder
	fmt.Fprintf(&b, "M%d %d", x, y)
	if l.level(edge) {
		x += l.strips[first.layer]
		fmt.Fprintf(&b, "H%dC%d %d %d %d %d %dH%d", x, x+bend, y, x+bend, ends.to, x, ends.to, first.x+boxWidth)
		return b.String()
	}
	for i, at := range chain[1:] {
		v, before := l.verts[at], l.verts[chain[i]]
		x = before.x + boxWidth + l.strips[before.layer]
		to := l.middle(at)
		if i == len(chain)-2 {
			to = ends.to
		}
		half := (x + v.x) / 2
		fmt.Fprintf(&b, "H%dC%d %d %d %d %d %d", x, half, y, half, to, v.x, to)
		y = to
	}
	return b.String()
}

// head is the arrow at the end that is reached.
func (l *layout) head(edge int) string {
	chain, ends := l.chains[edge], l.ends[edge]
	first, last := l.verts[chain[0]], l.verts[chain[len(chain)-1]]
	switch {
	case l.turned[edge]:
		return fmt.Sprintf("M%d %dl9 -5v10Z", first.x+boxWidth, ends.from)
	case l.level(edge):
		return fmt.Sprintf("M%d %dl9 -5v10Z", last.x+boxWidth, ends.to)
	}
	return fmt.Sprintf("M%d %dl-9 -5v10Z", last.x, ends.to)
}
