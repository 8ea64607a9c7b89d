package chart

// Layers of a picture around a middle.
const (
	left   = 0
	middle = 1
	right  = 2
)

// Around places nodes left and right of a middle: the nodes of one group stay together, in the order
// given, and both sides get about as much. The nodes of the middle come first.
func Around(hub, nodes []Node) []Node {
	out := make([]Node, 0, len(hub)+len(nodes))
	for _, n := range hub {
		n.Layer = middle
		out = append(out, n)
	}
	size := map[string]int{}
	for _, n := range nodes {
		size[n.Group]++
	}
	side, load := map[string]int{}, [3]int{}
	for _, n := range nodes {
		at, known := side[n.Group]
		if !known {
			at = left
			if load[right] < load[left] {
				at = right
			}
			side[n.Group] = at
			load[at] += size[n.Group] + 1 // its heading takes room too
		}
		n.Layer = at
		out = append(out, n)
	}
	return out
}
