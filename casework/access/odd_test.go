package access_test

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"keyholder/casework/access"
)

// oddHousehold is a household that no reasonable drawing has: links to themselves, the same link several
// times over, homes without a way to each other, a person of concern who is kept things from as well, and
// persons who are the survivor and somebody of the other side at once.
func oddHousehold(seed uint64) access.Model {
	r := rand.New(rand.NewPCG(seed, 23))
	m := randomHousehold(seed, 9, 12, 7)
	for i := range m.Nodes {
		if r.IntN(5) == 0 {
			m.Nodes[i].Protected = true
		}
		if r.IntN(8) == 0 {
			m.Nodes[i].Kind, m.Nodes[i].Role = access.Person, access.PersonOfConcern
		}
	}
	for i := range 6 {
		e := m.Edges[r.IntN(len(m.Edges))]
		e.ID = access.EdgeID(fmt.Sprintf("twin%d", i))
		switch r.IntN(4) {
		case 0:
			e.To = e.From
		case 1:
			e.CutBy = nil
		case 2:
			e.ReopensVia = []access.EdgeID{e.ID} // comes back by itself
		}
		m.Edges = append(m.Edges, e)
	}
	for i := range 3 { // another home that nothing leads to
		m.Nodes = append(m.Nodes, access.Node{ID: access.NodeID(fmt.Sprintf("home%d", i)), Kind: access.Place, Protected: i == 2})
		if i > 0 {
			m.Edges = append(m.Edges, access.Edge{
				ID: access.EdgeID(fmt.Sprintf("home%d", i)), From: access.NodeID(fmt.Sprintf("home%d", i-1)), To: access.NodeID(fmt.Sprintf("home%d", i)),
			})
		}
	}
	return m
}

// flood follows links from some nodes, with none of the package's code.
func flood(m access.Model, start []access.NodeID, backwards bool) map[access.NodeID]bool {
	seen := map[access.NodeID]bool{}
	for _, n := range start {
		seen[n] = true
	}
	for again := true; again; {
		again = false
		for _, e := range m.Edges {
			from, to := e.From, e.To
			if backwards {
				from, to = to, from
			}
			if e.Certainty != access.No && seen[from] && !seen[to] {
				seen[to], again = true, true
			}
		}
	}
	return seen
}

// TestGraph_around: what is reached, what a node leads to and what leads to it, on odd households.
func TestGraph_around(t *testing.T) {
	for seed := range uint64(150) {
		m := oddHousehold(seed)
		g := mustGraph(t, m)
		var concern []access.NodeID
		for _, n := range m.Nodes {
			if n.Role == access.PersonOfConcern {
				concern = append(concern, n.ID)
			}
			if got, want := g.Ahead(n.ID), flood(m, []access.NodeID{n.ID}, false); !maps.Equal(got, want) {
				t.Fatalf("seed %d: %s leads to %v, want %v", seed, n.ID, got, want)
			}
			if got, want := g.Behind(n.ID), flood(m, []access.NodeID{n.ID}, true); !maps.Equal(got, want) {
				t.Fatalf("seed %d: behind %s are %v, want %v", seed, n.ID, got, want)
			}
		}
		if got, want := g.Reached(), flood(m, concern, false); !maps.Equal(got, want) {
			t.Fatalf("seed %d: reached are %v, want %v", seed, got, want)
		}
		if g.Ahead("nobody") != nil || g.Behind("nobody") != nil || g.Ways("nobody") != nil {
			t.Fatal("something follows from a node that is not there")
		}
	}
}

// TestPaths_odd: on odd households every path is a path: it begins at a person of concern, goes from link
// to link, meets no node twice, ends where it says, is as sure as its least sure link, and every pair that
// can be reached has one.
func TestPaths_odd(t *testing.T) {
	seen := 0
	for seed := range uint64(200) {
		m := oddHousehold(seed)
		g := mustGraph(t, m)
		pairs := map[access.Pair]bool{}
		for _, r := range g.Paths() {
			pairs[access.Pair{From: r.From, To: r.To}] = true
			for _, p := range r.Paths {
				seen++
				walk(t, seed, g, r, p)
			}
			ways := g.Ways(r.To)
			i := slices.IndexFunc(ways, func(w access.Reach) bool { return w.From == r.From })
			if i < 0 || len(ways[i].Paths) < len(r.Paths) || len(ways[i].Paths)+ways[i].More < len(r.Paths)+r.More {
				t.Fatalf("seed %d: who wants to see more sees less", seed)
			}
			for k, p := range r.Paths {
				if !slices.Equal(p.Edges, ways[i].Paths[k].Edges) {
					t.Fatalf("seed %d: the longer list begins with other paths", seed)
				}
			}
		}
		for _, from := range m.Nodes {
			if from.Role != access.PersonOfConcern {
				continue
			}
			ahead := flood(m, []access.NodeID{from.ID}, false)
			for _, to := range m.Nodes {
				want := to.Protected && to.ID != from.ID && ahead[to.ID]
				if got := pairs[access.Pair{From: from.ID, To: to.ID}]; got != want {
					t.Fatalf("seed %d: %s to %s is told %t, want %t", seed, from.ID, to.ID, got, want)
				}
			}
		}
	}
	if seen < 500 {
		t.Errorf("only %d paths in 200 households", seen)
	}
}

// walk checks one path.
func walk(t *testing.T, seed uint64, g *access.Graph, r access.Reach, p access.Path) {
	t.Helper()
	at, doubt, met := r.From, 0, map[access.NodeID]bool{r.From: true}
	for _, id := range p.Edges {
		e, ok := g.Edge(id)
		if !ok || e.From != at || met[e.To] {
			t.Fatalf("seed %d: %v is no simple path", seed, p.Edges)
		}
		at, met[e.To], doubt = e.To, true, max(doubt, e.Certainty.Doubt())
	}
	if at != r.To || p.From != r.From || p.To != r.To || p.Certainty.Doubt() != doubt {
		t.Fatalf("seed %d: the path ends at %s with certainty %s", seed, at, p.Certainty)
	}
	if least, ok := g.Edge(p.Least); !ok || least.Certainty.Doubt() != doubt || !slices.Contains(p.Edges, p.Least) {
		t.Fatalf("seed %d: the least certain link is %q", seed, p.Least)
	}
	if p.Weakest != "" && !slices.Contains(p.Edges, p.Weakest) || p.Weakest == "" && len(p.Cuts) > 0 {
		t.Fatalf("seed %d: the weakest link is %q of %v with %d cuts", seed, p.Weakest, p.Edges, len(p.Cuts))
	}
	for _, c := range p.Cuts {
		e, _ := g.Edge(c.Edge)
		if !slices.Contains(p.Edges, c.Edge) || !slices.Contains(e.CutBy, c.Step) {
			t.Fatalf("seed %d: %s does not cut %s", seed, c.Step, c.Edge)
		}
	}
}

// TestPaths_unknownIsNeverNo: making a link less sure, in any way that is not a plain no, takes no pair
// away and adds none; a no can only take away.
func TestPaths_unknownIsNeverNo(t *testing.T) {
	pairs := func(m access.Model) map[access.Pair]bool {
		out := map[access.Pair]bool{}
		for _, r := range mustGraph(t, m).Paths() {
			out[access.Pair{From: r.From, To: r.To}] = true
		}
		return out
	}
	for seed := range uint64(60) {
		m := oddHousehold(seed)
		want := pairs(m)
		for i := range m.Edges {
			was := m.Edges[i].Certainty
			for _, c := range []access.Certainty{access.Known, access.Suspected, access.Unknown, "", "declined", "dont_know", "not_asked"} {
				m.Edges[i].Certainty = c
				if got := pairs(m); !maps.Equal(got, want) {
					t.Fatalf("seed %d: a link that is %q changes who reaches what", seed, c)
				}
			}
			m.Edges[i].Certainty = access.No
			for p := range pairs(m) {
				if !want[p] {
					t.Fatalf("seed %d: a no opened a way", seed)
				}
			}
			m.Edges[i].Certainty = was
		}
	}
}

// TestPaths_pairIsNeverLost: where there are more beginnings than are looked at, the pair still shows one
// way, the surest of the shortest, and says that there are more.
func TestPaths_pairIsNeverLost(t *testing.T) {
	var m access.Model
	m.Nodes = append(m.Nodes, access.Node{ID: "sam", Kind: access.Person, Role: access.PersonOfConcern}, access.Node{ID: "end", Protected: true})
	const wide, deep = 6, 6
	link := func(from, to access.NodeID, c access.Certainty) {
		m.Edges = append(m.Edges, access.Edge{ID: access.EdgeID(from + ">" + to), From: from, To: to, Certainty: c})
	}
	name := func(d, w int) access.NodeID { return access.NodeID(fmt.Sprintf("n%d%d", d, w)) }
	for d := range deep {
		for w := range wide {
			m.Nodes = append(m.Nodes, access.Node{ID: name(d, w)})
			if d == 0 {
				link("sam", name(0, w), access.Known)
				continue
			}
			for from := range wide {
				link(name(d-1, from), name(d, w), access.Known)
			}
		}
	}
	for w := range wide {
		c := access.Unknown
		if w == 3 {
			c = access.Suspected
		}
		link(name(deep-1, w), "end", c)
	}
	got := mustGraph(t, m).Paths()
	if len(got) != 1 || len(got[0].Paths) == 0 || !got[0].AtLeast {
		t.Fatalf("the pair is told as %+v", got)
	}
	p := got[0].Paths[0]
	if len(p.Edges) != deep+1 || p.Certainty != access.Suspected || p.Edges[deep] != "n53>end" {
		t.Errorf("the way shown is %v (%s)", p.Edges, p.Certainty)
	}
}

// TestSmallest_beyondTwenty: with more steps than the exact search takes on the proposal says that it may
// not be the smallest, closes all the same whatever can be closed, and holds no step that nothing needs.
func TestSmallest_beyondTwenty(t *testing.T) {
	greedy, rounds := 0, uint64(60)
	if testing.Short() {
		rounds = 20
	}
	for seed := range rounds {
		m := randomHousehold(seed, 30, 90, 40)
		for i := range m.Nodes {
			m.Nodes[i].Protected = i > 20
		}
		g := mustGraph(t, m)
		p := g.Smallest()
		if !p.Exact {
			greedy++
		}
		var order []access.StepID
		for _, s := range g.Steps() {
			if s.Done && !s.Waived {
				order = append(order, s.ID)
			}
		}
		done := len(order)
		for _, c := range p.Steps {
			if s, _ := g.Step(c.Step); !s.Available || s.Done || s.Waived {
				t.Fatalf("seed %d: %s is proposed and cannot be done now", seed, c.Step)
			}
			order = append(order, c.Step)
		}
		every := slices.Clone(order)
		for _, s := range g.Steps() {
			if s.Available && !s.Done && !s.Waived && !slices.Contains(every, s.ID) && met(g, s) {
				every = append(every, s.ID)
			}
		}
		left, least := open(t, g, order), open(t, g, every)
		if left != least {
			t.Fatalf("seed %d: %d pairs stay open, %d with every step there is", seed, left, least)
		}
		if a2 := len(p.Steps); p.A1+p.A2 > a2 {
			t.Fatalf("seed %d: %d steps, %d of them noticed", seed, a2, p.A1+p.A2)
		}
		for i, c := range p.Steps {
			if len(c.For) > 0 || len(c.Reaches) == 0 {
				continue
			}
			without := slices.Delete(slices.Clone(order), done+i, done+i+1)
			if open(t, g, without) == left {
				t.Fatalf("seed %d: nothing opens without %s, and it says %v", seed, c.Step, c.Reaches)
			}
		}
	}
	if greedy == 0 {
		t.Error("no household was too large for the exact search: the test proves nothing")
	}
}

// met reports whether everything a step waits for can be done, was done or is not needed.
func met(g *access.Graph, s access.Step) bool {
	for _, id := range s.DependsOn {
		d, _ := g.Step(id)
		if !d.Done && !d.Waived && !d.Available || !met(g, d) {
			return false
		}
	}
	return true
}

// open counts the pairs that keep a way after an order of steps.
func open(t *testing.T, g *access.Graph, order []access.StepID) int {
	t.Helper()
	f, err := g.WhatIf(order)
	if err != nil {
		t.Fatal(err)
	}
	if len(f.After) == 0 {
		return len(f.Before)
	}
	return len(f.After[len(f.After)-1].Left)
}

// TestSmallest_cannotBeMet: a step whose first step is held back, or never there, is not proposed; the way
// stays open and says what holds it.
func TestSmallest_cannotBeMet(t *testing.T) {
	m := access.Model{
		Nodes: []access.Node{{ID: "sam", Role: access.PersonOfConcern}, {ID: "photos", Protected: true}, {ID: "lee", Role: access.PersonOfConcern, Protected: true}},
		Edges: []access.Edge{
			{ID: "key", From: "sam", To: "photos", Certainty: access.Unknown, CutBy: []access.StepID{"cut"}},
			{ID: "loop", From: "photos", To: "photos", CutBy: []access.StepID{"cut"}},
			{ID: "friends", From: "sam", To: "lee"},
		},
		Steps: []access.Step{
			{ID: "cut", Alert: access.A2, Available: true, DependsOn: []access.StepID{"first"}},
			{ID: "first", Alert: access.A1, DependsOn: []access.StepID{"proof"}, Held: []string{"plan.hold.control"}},
			{ID: "proof", Alert: access.A0, Available: true},
		},
	}
	p := mustGraph(t, m).Smallest()
	if len(p.Steps) != 0 || !p.Exact || len(p.Open) != 2 {
		t.Fatalf("proposed %+v, open %+v", p.Steps, p.Open)
	}
	for _, o := range p.Open {
		switch o.Path.To {
		case "photos":
			if o.Why != access.WhyHeld || !slices.Equal(o.Held, []string{"plan.hold.control"}) {
				t.Errorf("the way is open because of %s %v", o.Why, o.Held)
			}
		case "lee":
			if o.Why != access.WhyNoStep || len(o.Held) != 0 {
				t.Errorf("a way that no step cuts is open because of %s %v", o.Why, o.Held)
			}
		}
	}
	m.Steps[1].Waived = true // found not to be needed: now the cut can be done, with the proof first
	p = mustGraph(t, m).Smallest()
	if len(p.Steps) == 0 || p.Steps[len(p.Steps)-1].Step != "cut" {
		t.Errorf("with the hindrance gone the proposal is %+v", p.Steps)
	}
	m.Edges = append(m.Edges, access.Edge{ID: "key", From: "sam", To: "lee", Certainty: access.No})
	if _, err := access.New(m); !errors.Is(err, access.ErrModel) {
		t.Errorf("two links with one id, one of them a no, gave %v", err)
	}
}
