// Package chart lays out diagrams: who or what stands where, and which line runs between them. It
// knows neither words nor records; templates/partials/diagram.html draws what it returns, so that
// everything is escaped there. The same input always gives the same picture.
package chart

import (
	"errors"
	"fmt"
	"slices"
)

// Limit is how many nodes one picture shows. What is beyond it is put together into one box for
// each layer; a line to it stays a line to that box.
const Limit = 200

// Style says how sure a line is. It decides how the line is drawn; its label says it in words.
type Style string

// The styles.
const (
	Known     Style = "known"     // solid
	Reported  Style = "reported"  // long dashes
	Suspected Style = "suspected" // dashed
	Unknown   Style = "unknown"   // dotted, with a question mark; never left out
)

// Kind decides the outline of a node.
type Kind string

// The kinds; any other is drawn as a thing.
const (
	Person  Kind = "person"  // round ends
	Thing   Kind = "thing"   // rounded corners
	Account Kind = "account" // six corners
	Home    Kind = "home"    // a double line
)

// Tone puts weight on a node or a line, never without words beside it.
type Tone string

// The tones.
const (
	Plain Tone = ""
	Reach Tone = "reach" // heavy: within reach of the person of concern
	Quiet Tone = "quiet" // faint: not seen lately, for instance
	Query Tone = "query" // dashed outline: nobody knows what it is
)

// Node is a box of a diagram.
type Node struct {
	ID    string // unique in the diagram
	Label string // may be long and hostile: control characters are dropped, the rest is cut and kept whole in Box.Says
	Sub   string // a second line: what it is
	Icon  string // a symbol of icons.svg, or empty
	Kind  Kind
	Href  string // where the box leads, or empty
	Tone  Tone
	Layer int    // columns stand from left to right in the order of their layers
	Group string // heading of the area it stands in; nodes of one layer and group stand together
}

// Edge is a line of a diagram.
type Edge struct {
	From, To string // ids of nodes
	Label    string // what the line stands for
	Style    Style
	Href     string // where the line leads, or empty
	Says     string // the whole line in words; put together from the labels when empty
	Tone     Tone
	Plain    bool // without an arrow: neither end reaches the other
}

// Diagram is what Draw lays out.
type Diagram struct {
	ID    string // unlike that of any other diagram of the page
	Title string
	Desc  string // what the picture shows, for those who cannot see it
	Nodes []Node
	Edges []Edge
	More  func(n int) string // words for the box of what is beyond Limit
}

// Drawing is a diagram with its geometry, in units of the view box, which are pixels at full size.
type Drawing struct {
	ID, Title, Desc string
	Width, Height   int
	Areas           []Area
	Lines           []Line
	Tall            bool  // too tall to be read when it is made to fit one page
	Boxes           []Box // by column, and from top to bottom: the order of the keyboard
}

// Area is the outline around the nodes of one group, with its heading.
type Area struct {
	X, Y, Width, Height int
	Heading             []Text
	Full                string
}

// Box is a placed node.
type Box struct {
	ID                  string
	X, Y, Width, Height int
	Outline             string // path data
	Kind                Kind
	Tone                Tone
	Icon, Href          string
	IconX, IconY        int
	Label, Sub          []Text
	Says                string // label and sub in full
}

// Line is a placed edge.
type Line struct {
	Number     int // of the edge, from 1, in the order given
	Path       string
	Head       string // path data of the arrow, or empty
	Style      Style
	Tone       Tone
	Href, Says string
	Label      *Text // nil: the line has no words of its own
}

// Text is one line of text that starts at X on the base line Y.
type Text struct {
	X, Y int
	Text string
}

// Draw lays a diagram out. It fails when two nodes have one id, or an edge names a node that is not
// there: a line that is left out would read as "no way".
func Draw(d Diagram) (Drawing, error) {
	if err := d.check(); err != nil {
		return Drawing{}, err
	}
	l := newLayout(d.folded())
	l.order()
	l.place()
	return l.drawing(d), nil
}

// check refuses what cannot be drawn in full.
func (d Diagram) check() error {
	there := map[string]bool{}
	for i, n := range d.Nodes {
		if n.ID == "" || there[n.ID] {
			return fmt.Errorf("drawing node %d: its id is empty or there twice", i)
		}
		there[n.ID] = true
	}
	for i, e := range d.Edges {
		if !there[e.From] || !there[e.To] {
			return fmt.Errorf("drawing edge %d: it names a node that is not there", i)
		}
		if !slices.Contains([]Style{Known, Reported, Suspected, Unknown}, e.Style) {
			return fmt.Errorf("drawing edge %d: it does not say how sure it is", i)
		}
	}
	if len(d.Nodes) > Limit && d.More == nil {
		return errors.New("drawing more nodes than the limit without words for the rest")
	}
	return nil
}
