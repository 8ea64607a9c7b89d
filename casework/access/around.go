package access

// Reached marks what a person of concern reaches as things stand, the persons themselves among it.
func (g *Graph) Reached() map[NodeID]bool {
	s := g.settle(make([]bool, len(g.steps)))
	return g.marked(s.reached)
}

// Ahead marks what a node leads to, itself among it; nothing for a node that is not in the map.
func (g *Graph) Ahead(id NodeID) map[NodeID]bool {
	return g.follows(id, g.out, g.to)
}

// Behind marks what leads to a node, itself among it; nothing for a node that is not in the map.
func (g *Graph) Behind(id NodeID) map[NodeID]bool {
	return g.follows(id, g.in, g.from)
}

// follows goes from a node along its links, over the ends that far names.
func (g *Graph) follows(id NodeID, links [][]int, far []int) map[NodeID]bool {
	start, ok := g.nodeAt[id]
	if !ok {
		return nil
	}
	seen := make([]bool, len(g.nodes))
	seen[start] = true
	for queue := []int{start}; len(queue) > 0; queue = queue[1:] {
		for _, e := range links[queue[0]] {
			if n := far[e]; !seen[n] {
				seen[n] = true
				queue = append(queue, n)
			}
		}
	}
	return g.marked(seen)
}

func (g *Graph) marked(is []bool) map[NodeID]bool {
	out := make(map[NodeID]bool)
	for n, yes := range is {
		if yes {
			out[g.nodes[n].ID] = true
		}
	}
	return out
}

// Ways lists the paths to one protected thing as Paths does, but up to deepPaths of them for each
// person of concern: for a reader who wants to see what Paths only counts.
func (g *Graph) Ways(to NodeID) []Reach {
	n, ok := g.nodeAt[to]
	if !ok || !g.nodes[n].Protected {
		return nil
	}
	w := &walker{
		g: g, s: g.settle(make([]bool, len(g.steps))), alone: g.alone(),
		limits: limits{shown: deepPaths, counted: deepPaths, steps: deepSteps},
	}
	return w.pairs([]int{n})
}
