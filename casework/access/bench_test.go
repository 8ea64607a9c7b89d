package access_test

import (
	"fmt"
	"slices"
	"testing"

	"keyholder/casework/access"
)

// largeHousehold has 200 entities: three homes with routers, hubs, cameras and locks, four children
// with tablets, accounts that recover each other in a circle, and sixty kinds of steps.
func largeHousehold() access.Model {
	m := access.Model{Nodes: []access.Node{
		{ID: "poc", Kind: access.Person, Role: access.PersonOfConcern},
		{ID: "friend", Kind: access.Person, Role: access.PersonOfConcern},
	}}
	for i := range 60 {
		s := access.Step{ID: access.StepID(fmt.Sprintf("step%02d", i)), Alert: access.Alert(1 + i%3), Available: i%7 != 3}
		if i%5 == 4 {
			s.DependsOn = []access.StepID{access.StepID(fmt.Sprintf("step%02d", i-4))}
		}
		m.Steps = append(m.Steps, s)
	}
	link := func(from, to string, step int, back ...access.EdgeID) {
		n := len(m.Edges)
		m.Edges = append(m.Edges, access.Edge{
			ID: access.EdgeID(fmt.Sprintf("e%04d", n)), From: access.NodeID(from), To: access.NodeID(to),
			Certainty: []access.Certainty{access.Known, access.Suspected, access.Unknown}[n%3], Slot: fmt.Sprintf("s%04d", n),
			CutBy: []access.StepID{access.StepID(fmt.Sprintf("step%02d", step%60))}, ReopensVia: back,
		})
	}
	for i := range 198 {
		id := fmt.Sprintf("x%03d", i)
		m.Nodes = append(m.Nodes, access.Node{ID: access.NodeID(id), Kind: access.Device, Protected: i%2 == 1})
		switch {
		case i < 12: // homes, routers, hubs: reached at once, in several ways
			link("poc", id, i)
			link("poc", id, i+20, access.EdgeID(fmt.Sprintf("e%04d", len(m.Edges)-1)))
		case i%10 == 0:
			link("friend", id, i)
		default: // everything else hangs on three earlier things and leads back to one
			link(fmt.Sprintf("x%03d", i%12), id, i)
			link(fmt.Sprintf("x%03d", (i*7)%i), id, i+1)
			link(fmt.Sprintf("x%03d", (i*5+3)%i), id, i+2)
			link(id, fmt.Sprintf("x%03d", (i*11)%i), i+3)
		}
	}
	return m
}

// TestLargeHousehold: with 200 entities every pair that is reached is listed, what is left out is
// counted, and a set found greedily says so and still closes what can be closed.
func TestLargeHousehold(t *testing.T) {
	m := largeHousehold()
	g := mustGraph(t, m)
	if len(g.Nodes()) != 200 {
		t.Fatalf("%d entities", len(g.Nodes()))
	}
	o := &oracle{m: m, edge: map[access.EdgeID]access.Edge{}}
	for _, e := range m.Edges {
		o.edge[e.ID] = e
	}
	reached := o.reached(o.open(nil))
	pairs := map[access.NodeID]bool{}
	more := false
	for _, r := range g.Paths() {
		pairs[r.To] = true
		more = more || r.More > 0 && r.AtLeast
	}
	for _, n := range m.Nodes {
		if n.Protected && reached[n.ID] != pairs[n.ID] {
			t.Errorf("reached %v, listed %v", reached[n.ID], pairs[n.ID])
		}
	}
	if !more {
		t.Error("no pair says that there are more ways than were counted")
	}
	p := g.Smallest()
	if p.Exact {
		t.Error("more than 20 candidates were called exact")
	}
	all, done := map[access.StepID]bool{}, map[access.StepID]bool{}
	for _, s := range m.Steps {
		all[s.ID] = s.Available && !slices.ContainsFunc(s.DependsOn, func(d access.StepID) bool {
			i := slices.IndexFunc(m.Steps, func(x access.Step) bool { return x.ID == d })
			return !m.Steps[i].Available
		})
	}
	for _, c := range p.Steps {
		done[c.Step] = true
	}
	least, left := o.reached(o.open(all)), o.reached(o.open(done))
	for _, n := range m.Nodes {
		if n.Protected && left[n.ID] && !least[n.ID] {
			t.Error("a thing that can be closed stays open")
		}
	}
}

func BenchmarkPaths(b *testing.B) {
	g := mustGraph(b, largeHousehold())
	for b.Loop() {
		g.Paths()
	}
}

func BenchmarkSmallest(b *testing.B) {
	g := mustGraph(b, largeHousehold())
	for b.Loop() {
		g.Smallest()
	}
}

// BenchmarkSmallest_exact has twenty candidates over the 200 entities.
func BenchmarkSmallest_exact(b *testing.B) {
	m := largeHousehold()
	for i := range m.Edges {
		m.Edges[i].CutBy = []access.StepID{m.Steps[(i*7)%20].ID, m.Steps[(i*3+i/20)%20].ID}
	}
	for i := range m.Steps {
		m.Steps[i].Available, m.Steps[i].DependsOn = true, m.Steps[i].DependsOn[:0]
	}
	g := mustGraph(b, m)
	if !g.Smallest().Exact {
		b.Fatal("not exact")
	}
	for b.Loop() {
		g.Smallest()
	}
}

func BenchmarkWhatIf(b *testing.B) {
	g := mustGraph(b, largeHousehold())
	for b.Loop() {
		if _, err := g.WhatIf([]access.StepID{"step00", "step20", "step01"}); err != nil {
			b.Fatal(err)
		}
	}
}
