package stats

// network is a flow network with a lower and an upper bound on every arc. The figures of one variable
// over nested periods form one: people flow from the total through the periods to the answers. Its
// flows are exactly the whole-number counts a reader must hold possible, so the least and the greatest
// flow on an arc are exact bounds on the figure, not estimates.
type network struct {
	head     []int   // head[a] is where arc a leads; a^1 is its reverse
	residual []int   // how much more may flow along arc a
	low      []int   // low[k] is the lower bound of the k-th bounded arc
	from     [][]int // arcs that leave a node
	balance  []int   // what the lower bounds already bring into a node
}

// unbounded stands for "no upper bound"; no service has a thousand million clients.
const unbounded = 1_000_000_000

func (n *network) node() int {
	n.from = append(n.from, nil)
	n.balance = append(n.balance, 0)
	return len(n.from) - 1
}

// arc adds an arc with bounds and returns its number.
func (n *network) arc(tail, head int, s span) int {
	n.link(tail, head, s.hi-s.lo)
	n.low = append(n.low, s.lo)
	n.balance[head] += s.lo
	n.balance[tail] -= s.lo
	return len(n.low) - 1
}

func (n *network) link(tail, head, room int) {
	at := len(n.head)
	n.head = append(n.head, head, tail)
	n.residual = append(n.residual, room, 0)
	n.from[tail] = append(n.from[tail], at)
	n.from[head] = append(n.from[head], at+1)
}

// feasible finds a flow within all bounds and reports whether there is one. Call it once, after the
// last arc and before bounds.
func (n *network) feasible() bool {
	nodes := len(n.from)
	source, sink := n.node(), n.node()
	need := 0
	for v := range nodes {
		switch b := n.balance[v]; {
		case b > 0:
			n.link(source, v, b)
			need += b
		case b < 0:
			n.link(v, sink, -b)
		}
	}
	return n.push(source, sink, need, -1) == need
}

// bounds returns the least and the greatest flow on arc k over all flows within the bounds.
func (n *network) bounds(k int) span {
	forth, back := 2*k, 2*k+1
	tail, head := n.head[back], n.head[forth]
	up := n.push(head, tail, n.residual[forth], k)
	n.residual[forth] -= up
	n.residual[back] += up
	most := n.low[k] + n.residual[back]
	down := n.push(tail, head, n.residual[back], k)
	n.residual[back] -= down
	n.residual[forth] += down
	return span{n.low[k] + n.residual[back], most}
}

// push sends up to limit from one node to another along shortest paths that avoid arc skip, and
// returns how much arrived.
func (n *network) push(from, to, limit, skip int) int {
	sent := 0
	for sent < limit {
		came := n.path(from, to, skip)
		if came == nil {
			break
		}
		room := limit - sent
		for v := to; v != from; v = n.head[came[v]^1] {
			room = min(room, n.residual[came[v]])
		}
		for v := to; v != from; v = n.head[came[v]^1] {
			n.residual[came[v]] -= room
			n.residual[came[v]^1] += room
		}
		sent += room
	}
	return sent
}

// path returns, for a shortest path with room, the arc by which each node was reached, or nil.
func (n *network) path(from, to, skip int) []int {
	came := make([]int, len(n.from))
	for i := range came {
		came[i] = -1
	}
	queue := []int{from}
	for len(queue) > 0 {
		v := queue[0]
		queue = queue[1:]
		for _, a := range n.from[v] {
			next := n.head[a]
			if n.residual[a] == 0 || a/2 == skip || next == from || came[next] >= 0 {
				continue
			}
			came[next] = a
			if next == to {
				return came
			}
			queue = append(queue, next)
		}
	}
	return nil
}
