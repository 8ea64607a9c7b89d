package chart

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func more(n int) string { return fmt.Sprintf("and %d more", n) }

// random makes a diagram of n nodes with lines of every kind: forwards, backwards, inside a column,
// over several columns and from a node to itself.
func random(seed uint64, n, layers int) Diagram {
	r := rand.New(rand.NewPCG(seed, seed))
	words := strings.Fields("the tablet of her oldest child in the kitchen e-mail WWWWWWWWWWWWWWWWWWWWWWWWWWWWW 客厅里的智能音箱 и камера")
	text := func() string { return strings.Join(words[:r.IntN(len(words))], " ") }
	d := Diagram{ID: "d", Title: "t", More: more}
	for i := range n {
		node := Node{ID: strconv.Itoa(i), Label: text(), Sub: text(), Kind: []Kind{Person, Thing, Account, Home}[r.IntN(4)], Layer: r.IntN(layers)}
		if r.IntN(2) == 0 {
			node.Group = []string{"Hall", "Kitchen", "Bedroom"}[r.IntN(3)]
		}
		if r.IntN(2) == 0 {
			node.Icon = "camera"
		}
		d.Nodes = append(d.Nodes, node)
	}
	styles := []Style{Known, Reported, Suspected, Unknown}
	for range n * 2 {
		e := Edge{From: strconv.Itoa(r.IntN(n)), To: strconv.Itoa(r.IntN(n)), Style: styles[r.IntN(len(styles))]}
		if r.IntN(3) > 0 {
			e.Label = text()
		}
		d.Edges = append(d.Edges, e)
	}
	return d
}

func draw(t testing.TB, d Diagram) Drawing {
	t.Helper()
	out, err := Draw(d)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// place is a rectangle.
type place struct{ x, y, w, h int }

func (p place) meets(q place) bool {
	return p.x < q.x+q.w && q.x < p.x+p.w && p.y < q.y+q.h && q.y < p.y+p.h
}

func (p place) inside(q place) bool {
	return p.x >= q.x && p.y >= q.y && p.x+p.w <= q.x+q.w && p.y+p.h <= q.y+q.h
}

// places are the rectangles of all boxes and of all labels of lines.
func places(d Drawing) (boxes, labels []place) {
	for _, b := range d.Boxes {
		boxes = append(boxes, place{b.X, b.Y, b.Width, b.Height})
	}
	for _, l := range d.Lines {
		if l.Label != nil {
			labels = append(labels, place{l.Label.X, l.Label.Y - 14, width(l.Label.Text) * subSize / 10, 18})
		}
	}
	return boxes, labels
}

func TestDraw_nothing_overlaps(t *testing.T) {
	for seed := range uint64(60) {
		d := draw(t, random(seed, 1+int(seed)%60, 1+int(seed)%5))
		boxes, labels := places(d)
		all := append(slices.Clone(boxes), labels...)
		frame := place{0, 0, d.Width, d.Height}
		for i, p := range all {
			if !p.inside(frame) {
				t.Fatalf("seed %d: %v stands outside of %v", seed, p, frame)
			}
			for _, q := range all[:i] {
				if p.meets(q) {
					t.Fatalf("seed %d: %v and %v overlap", seed, p, q)
				}
			}
		}
	}
}

// Areas hold the boxes of their group and no other, and do not overlap.
func TestDraw_areas(t *testing.T) {
	for seed := range uint64(40) {
		in := random(seed, 30, 3)
		d := draw(t, in)
		group := map[string]string{}
		for _, n := range in.Nodes {
			group[n.ID] = n.Group
		}
		for i, a := range d.Areas {
			at := place{a.X, a.Y, a.Width, a.Height}
			for _, b := range d.Areas[:i] {
				if at.meets(place{b.X, b.Y, b.Width, b.Height}) {
					t.Fatalf("seed %d: two areas overlap", seed)
				}
			}
			for _, b := range d.Boxes {
				box := place{b.X, b.Y, b.Width, b.Height}
				if own := group[b.ID] == a.Full; box.meets(at) && !(own && box.inside(at)) {
					t.Fatalf("seed %d: box %s of %q stands in the area %q", seed, b.ID, group[b.ID], a.Full)
				}
			}
		}
	}
}

// The boxes of a column never stand in the way of a line that passes it.
func TestDraw_lines_pass_between_boxes(t *testing.T) {
	for seed := range uint64(40) {
		in := random(seed, 40, 4)
		l := newLayout(in.folded())
		l.order()
		l.place()
		for at, v := range l.verts {
			for other, w := range l.verts {
				if at != other && v.layer == w.layer && v.y < w.y+w.height && w.y < v.y+v.height {
					t.Fatalf("seed %d: two places of a column overlap", seed)
				}
			}
		}
	}
}

func TestDraw_no_line_is_left_out(t *testing.T) {
	for _, n := range []int{1, 30, 200, 450} {
		in := random(uint64(n), n, 4)
		d := draw(t, in)
		if len(d.Boxes) > Limit {
			t.Errorf("%d boxes for %d nodes", len(d.Boxes), n)
		}
		if n <= Limit && (len(d.Lines) != len(in.Edges) || len(d.Boxes) != n) {
			t.Errorf("%d of %d lines, %d of %d boxes", len(d.Lines), len(in.Edges), len(d.Boxes), n)
		}
		for _, l := range d.Lines {
			if l.Style == Unknown && (l.Label == nil || !strings.HasPrefix(l.Label.Text, "?")) {
				t.Errorf("unknown line %d has no question mark", l.Number)
			}
		}
	}
}

func TestDraw_what_is_beyond_the_limit_is_counted(t *testing.T) {
	in := Diagram{ID: "d", More: more, Nodes: []Node{{ID: "hub", Label: "hub"}}}
	for i := range 300 {
		id := strconv.Itoa(i)
		in.Nodes = append(in.Nodes, Node{ID: id, Label: "n" + id, Layer: 1})
		in.Edges = append(in.Edges, Edge{From: "hub", To: id, Style: Unknown}, Edge{From: "hub", To: id, Style: Known})
	}
	d := draw(t, in)
	last := d.Boxes[len(d.Boxes)-1]
	if len(d.Boxes) != Limit-1 || last.Says != "and 103 more" {
		t.Errorf("%d boxes, the last says %q", len(d.Boxes), last.Says)
	}
	tail := d.Lines[len(d.Lines)-2:]
	if tail[0].Style != Unknown || tail[1].Style != Known || len(d.Lines) != 2*197+2 {
		t.Errorf("%d lines; those to the rest are %s and %s", len(d.Lines), tail[0].Style, tail[1].Style)
	}
	in.More = nil
	if _, err := Draw(in); err == nil {
		t.Error("nodes were dropped without a word")
	}
}

// Lines to the box of the rest are one for each look: nothing within reach is drawn as less, no arrow is
// lost, and no word of one line stands for another.
func TestDraw_lines_beyond_the_limit_keep_their_weight(t *testing.T) {
	in := Diagram{ID: "d", More: more, Nodes: []Node{{ID: "hub", Label: "hub"}}}
	looks := []Edge{
		{Style: Known, Plain: true},
		{Style: Known},
		{Style: Known, Tone: Reach},
		{Style: Known, Tone: Reach},
		{Style: Unknown, Label: "key"},
		{Style: Unknown, Label: "key"},
		{Style: Suspected, Label: "key"},
		{Style: Suspected, Label: "login"},
	}
	for i := range Limit + len(looks) {
		in.Nodes = append(in.Nodes, Node{ID: strconv.Itoa(i), Label: "n", Layer: 1})
		if at := i - Limit; at >= 0 {
			e := looks[at]
			e.From, e.To = "hub", strconv.Itoa(i)
			in.Edges = append(in.Edges, e)
		}
	}
	var got []string
	for _, l := range draw(t, in).Lines {
		label := ""
		if l.Label != nil {
			label = l.Label.Text
		}
		got = append(got, fmt.Sprintf("%s %s arrow=%v %q", l.Style, l.Tone, l.Head != "", label))
	}
	want := []string{`known  arrow=false ""`, `known  arrow=true ""`, `known reach arrow=true ""`, `unknown  arrow=true "? key"`, `suspected  arrow=true ""`}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
}

func TestDraw_is_the_same_each_time(t *testing.T) {
	for seed := range uint64(5) {
		a, b := draw(t, random(seed, 50, 3)), draw(t, random(seed, 50, 3))
		if diff := cmp.Diff(a, b); diff != "" {
			t.Error(diff)
		}
	}
}

func TestDraw_refuses_what_it_cannot_show(t *testing.T) {
	two := []Node{{ID: "a"}, {ID: "b"}}
	for name, d := range map[string]Diagram{
		"an id twice":   {Nodes: []Node{{ID: "a"}, {ID: "a"}}},
		"no id":         {Nodes: []Node{{}}},
		"a loose line":  {Nodes: two, Edges: []Edge{{From: "a", To: "c", Style: Known}}},
		"an open style": {Nodes: two, Edges: []Edge{{From: "a", To: "b"}}},
	} {
		if _, err := Draw(d); err == nil {
			t.Errorf("%s was drawn", name)
		}
	}
	if d := draw(t, Diagram{}); len(d.Boxes) != 0 {
		t.Error("nothing was drawn as something")
	}
}

// Two columns that are given crosswise are put in an order without crossings.
func TestDraw_few_crossings(t *testing.T) {
	var in Diagram
	for i := range 12 {
		a, b := "a"+strconv.Itoa(i), "b"+strconv.Itoa(11-i)
		in.Nodes = append(in.Nodes, Node{ID: a}, Node{ID: b, Layer: 1})
	}
	for i := range 12 {
		in.Edges = append(in.Edges, Edge{From: "a" + strconv.Itoa(i), To: "b" + strconv.Itoa(i), Style: Known})
	}
	l := newLayout(in.folded())
	before := l.crossings()
	l.order()
	if after := l.crossings(); before != 66 || after != 0 {
		t.Errorf("%d crossings before, %d after", before, after)
	}
}

func TestClean_hostile_labels(t *testing.T) {
	in := "a\u202Eb\u2066c\x00\x1b[31m\n\td\u200F"
	if got := clean(in); got != "abc[31m d" {
		t.Errorf("clean gave %q", got)
	}
	d := draw(t, Diagram{Nodes: []Node{{ID: "x", Label: strings.Repeat("W", 64<<10), Sub: strings.Repeat("\u0301", 9000)}}})
	b := d.Boxes[0]
	if len(b.Label) != 3 || b.Height > 200 || !strings.HasSuffix(b.Label[2].Text, "…") {
		t.Errorf("%d lines in a box %d high", len(b.Label), b.Height)
	}
}

func TestWrap(t *testing.T) {
	for _, c := range []struct {
		in   string
		want []string
	}{
		{"", nil},
		{"Speaker", []string{"Speaker"}},
		{"Speaker in the kitchen", []string{"Speaker in the", "kitchen"}},
		{"one two three four five six seven eight nine", []string{"one two three", "four five six…"}},
	} {
		if diff := cmp.Diff(c.want, wrap(c.in, 16, 130, 2)); diff != "" {
			t.Errorf("%q: %s", c.in, diff)
		}
	}
}

func TestAround_both_sides_and_in_order(t *testing.T) {
	var in []Node
	for _, g := range []string{"Hall", "Hall", "Hall", "Kitchen", "Study", "Bedroom"} {
		in = append(in, Node{ID: strconv.Itoa(len(in)), Group: g})
	}
	out := Around([]Node{{ID: "router"}}, in)
	var got []string
	for _, n := range out {
		got = append(got, n.Group+strconv.Itoa(n.Layer))
	}
	want := []string{"1", "Hall0", "Hall0", "Hall0", "Kitchen2", "Study2", "Bedroom0"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	d := Diagram{Nodes: out}
	for _, n := range in {
		d.Edges = append(d.Edges, Edge{From: "router", To: n.ID, Style: Known})
	}
	var headings []string
	for _, a := range draw(t, d).Areas {
		headings = append(headings, a.Full)
	}
	if diff := cmp.Diff([]string{"Hall", "Bedroom", "Kitchen", "Study"}, headings); diff != "" {
		t.Errorf("rooms lost their order: %s", diff)
	}
}

func BenchmarkDraw200(b *testing.B) {
	in := random(7, 200, 4)
	for b.Loop() {
		draw(b, in)
	}
}
