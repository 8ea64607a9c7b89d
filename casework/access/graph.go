package access

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
)

// ErrModel is wrapped by every error about a model that does not hold together.
var ErrModel = errors.New("the access map does not hold together")

// Graph is a map that was checked. It is read-only and may be used by several goroutines.
type Graph struct {
	nodes     []Node
	edges     []Edge
	steps     []Step
	questions []Question

	nodeAt map[NodeID]int
	edgeAt map[EdgeID]int
	stepAt map[StepID]int

	from, to []int   // ends of each edge
	doubt    []int   // of each edge
	out, in  [][]int // edges by node
	reopens  [][]int // edges that come back while this edge can be reached
	via      [][]int // edges by which this edge comes back
	cutters  [][]int // steps that cut this edge
	ends     [][]int // edges that this step cuts, by step
	closure  [][]int // the step and everything that comes first, each once, in order of index
	sources  []int   // persons of concern
	targets  []int   // protected nodes
}

// New checks a model and makes a map of it: ids are unique, every end, step and reopening link
// exists, and no step waits for itself. Links whose certainty is No are left out. The errors say
// what is wrong and with which number in the model, and hold no id.
func New(m Model) (*Graph, error) {
	g := &Graph{
		nodes: slices.Clone(m.Nodes), steps: slices.Clone(m.Steps), questions: slices.Clone(m.Questions),
	}
	gone, there := make(map[EdgeID]bool), make(map[EdgeID]bool)
	for _, e := range m.Edges {
		if there[e.ID] { // also of two of which one was answered with no: the other would lose what it opens
			return nil, fmt.Errorf("%w: two nodes, two links or two steps have one id", ErrModel)
		}
		there[e.ID] = true
		if e.Certainty == No {
			gone[e.ID] = true
			continue
		}
		if e.Certainty != Known && e.Certainty != Suspected {
			e.Certainty = Unknown
		}
		g.edges = append(g.edges, e)
	}
	g.sort()
	if err := g.index(); err != nil {
		return nil, err
	}
	if err := g.link(gone); err != nil {
		return nil, err
	}
	return g, g.close()
}

// sort makes every result independent of the order of the model.
func (g *Graph) sort() {
	slices.SortFunc(g.nodes, func(a, b Node) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortFunc(g.edges, func(a, b Edge) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortFunc(g.steps, func(a, b Step) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortStableFunc(g.questions, func(a, b Question) int {
		return cmp.Or(cmp.Compare(a.Slot, b.Slot), cmp.Compare(a.Entity, b.Entity), cmp.Compare(a.Channel, b.Channel))
	})
}

func (g *Graph) index() error {
	g.nodeAt = make(map[NodeID]int, len(g.nodes))
	g.edgeAt = make(map[EdgeID]int, len(g.edges))
	g.stepAt = make(map[StepID]int, len(g.steps))
	for i, n := range g.nodes {
		g.nodeAt[n.ID] = i
		if n.Role == PersonOfConcern {
			g.sources = append(g.sources, i)
		}
		if n.Protected {
			g.targets = append(g.targets, i)
		}
	}
	for i, e := range g.edges {
		g.edgeAt[e.ID] = i
	}
	for i, s := range g.steps {
		g.stepAt[s.ID] = i
	}
	if len(g.nodeAt) != len(g.nodes) || len(g.edgeAt) != len(g.edges) || len(g.stepAt) != len(g.steps) {
		return fmt.Errorf("%w: two nodes, two links or two steps have one id", ErrModel)
	}
	return nil
}

// link turns ids into numbers. A link that was answered with no cannot open anything again.
func (g *Graph) link(gone map[EdgeID]bool) error {
	n := len(g.edges)
	g.from, g.to, g.doubt = make([]int, n), make([]int, n), make([]int, n)
	g.out, g.in = make([][]int, len(g.nodes)), make([][]int, len(g.nodes))
	g.ends = make([][]int, len(g.steps))
	g.reopens, g.via, g.cutters = make([][]int, n), make([][]int, n), make([][]int, n)
	for i, e := range g.edges {
		a, okA := g.nodeAt[e.From]
		b, okB := g.nodeAt[e.To]
		if !okA || !okB {
			return fmt.Errorf("%w: link %d has an end that is not in the map", ErrModel, i)
		}
		g.from[i], g.to[i], g.doubt[i] = a, b, e.Certainty.Doubt()
		g.out[a], g.in[b] = append(g.out[a], i), append(g.in[b], i)
		if err := g.linkSteps(i, gone); err != nil {
			return err
		}
	}
	return nil
}

func (g *Graph) linkSteps(i int, gone map[EdgeID]bool) error {
	for _, id := range g.edges[i].CutBy {
		s, ok := g.stepAt[id]
		if !ok {
			return fmt.Errorf("%w: link %d is cut by a step that does not exist", ErrModel, i)
		}
		g.cutters[i], g.ends[s] = append(g.cutters[i], s), append(g.ends[s], i)
	}
	for _, id := range g.edges[i].ReopensVia {
		if gone[id] {
			continue
		}
		r, ok := g.edgeAt[id]
		if !ok {
			return fmt.Errorf("%w: link %d comes back by a link that is not in the map", ErrModel, i)
		}
		g.via[i], g.reopens[r] = append(g.via[i], r), append(g.reopens[r], i)
	}
	return nil
}

// close works out for every step what must come first, and refuses a circle.
func (g *Graph) close() error {
	g.closure = make([][]int, len(g.steps))
	for i := range g.steps {
		seen := make([]bool, len(g.steps))
		if err := g.follow(i, seen, nil); err != nil {
			return err
		}
		for s, is := range seen {
			if is {
				g.closure[i] = append(g.closure[i], s)
			}
		}
	}
	return nil
}

// follow marks a step and what it depends on; above are the steps that led here.
func (g *Graph) follow(step int, seen []bool, above []int) error {
	if slices.Contains(above, step) {
		return fmt.Errorf("%w: step %d waits for itself", ErrModel, step)
	}
	if seen[step] {
		return nil
	}
	seen[step] = true
	for _, id := range g.steps[step].DependsOn {
		d, ok := g.stepAt[id]
		if !ok {
			return fmt.Errorf("%w: step %d waits for a step that does not exist", ErrModel, step)
		}
		if err := g.follow(d, seen, append(above, step)); err != nil {
			return err
		}
	}
	return nil
}

// Nodes returns the nodes in order of id. The caller must not change them.
func (g *Graph) Nodes() []Node { return g.nodes }

// Edges returns the links that are open as things stand, in order of id. The caller must not change
// them.
func (g *Graph) Edges() []Edge { return g.edges }

// Steps returns the steps in order of id. The caller must not change them.
func (g *Graph) Steps() []Step { return g.steps }

// Questions returns what nobody was asked, in order of slot. The caller must not change them.
func (g *Graph) Questions() []Question { return g.questions }

// Node returns the node with this id; false when there is none.
func (g *Graph) Node(id NodeID) (Node, bool) {
	i, ok := g.nodeAt[id]
	if !ok {
		return Node{}, false
	}
	return g.nodes[i], true
}

// Edge returns the link with this id; false when there is none.
func (g *Graph) Edge(id EdgeID) (Edge, bool) {
	i, ok := g.edgeAt[id]
	if !ok {
		return Edge{}, false
	}
	return g.edges[i], true
}

// Step returns the step with this id; false when there is none.
func (g *Graph) Step(id StepID) (Step, bool) {
	i, ok := g.stepAt[id]
	if !ok {
		return Step{}, false
	}
	return g.steps[i], true
}
