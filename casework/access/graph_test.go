package access_test

import (
	"errors"
	"testing"
	"time"

	"keyholder/casework/access"
)

// TestNew_refuses: a model that does not hold together is refused, and the error holds no id.
func TestNew_refuses(t *testing.T) {
	node := access.Node{ID: "a", Kind: access.Person, Role: access.PersonOfConcern}
	tests := map[string]access.Model{
		"two nodes with one id":   {Nodes: []access.Node{node, node}},
		"a link to nowhere":       {Nodes: []access.Node{node}, Edges: []access.Edge{{ID: "e", From: "a", To: "b"}}},
		"a link from nowhere":     {Nodes: []access.Node{node}, Edges: []access.Edge{{ID: "e", From: "b", To: "a"}}},
		"an unknown cutting step": {Nodes: []access.Node{node}, Edges: []access.Edge{{ID: "e", From: "a", To: "a", CutBy: []access.StepID{"s"}}}},
		"an unknown way back":     {Nodes: []access.Node{node}, Edges: []access.Edge{{ID: "e", From: "a", To: "a", ReopensVia: []access.EdgeID{"f"}}}},
		"an unknown first step":   {Steps: []access.Step{{ID: "s", DependsOn: []access.StepID{"t"}}}},
		"steps in a circle": {Steps: []access.Step{
			{ID: "s", DependsOn: []access.StepID{"t"}}, {ID: "t", DependsOn: []access.StepID{"s"}},
		}},
	}
	for name, m := range tests {
		if _, err := access.New(m); !errors.Is(err, access.ErrModel) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestGraph_lookups: what is asked for by id is found, and nothing else.
func TestGraph_lookups(t *testing.T) {
	g := mustGraph(t, access.Model{
		Nodes:     []access.Node{{ID: "b"}, {ID: "a", Kind: access.Device}},
		Edges:     []access.Edge{{ID: "e", From: "a", To: "b"}},
		Steps:     []access.Step{{ID: "s"}},
		Questions: []access.Question{{Slot: "2", Entity: "a"}, {Slot: "1", Entity: "b"}},
	})
	n, okN := g.Node("a")
	e, okE := g.Edge("e")
	s, okS := g.Step("s")
	if !okN || !okE || !okS || n.Kind != access.Device || e.Certainty != access.Unknown || s.Alert.OrWorst() != access.A2 {
		t.Errorf("found %v %v %v", n, e, s)
	}
	if g.Nodes()[0].ID != "a" || g.Questions()[0].Slot != "1" || len(g.Edges()) != 1 || len(g.Steps()) != 1 {
		t.Error("the lists are not whole or not in order")
	}
	_, okN = g.Node("x")
	_, okE = g.Edge("x")
	_, okS = g.Step("x")
	if okN || okE || okS {
		t.Error("something was found that is not there")
	}
	if _, err := g.WhatIf([]access.StepID{"x"}); !errors.Is(err, access.ErrUnknownStep) {
		t.Errorf("an unknown step: %v", err)
	}
}

// TestAlert_unknown: a level nobody wrote weighs as the worst.
func TestAlert_unknown(t *testing.T) {
	for _, a := range []access.Alert{access.AlertUnknown, 9, access.A2} {
		if a.OrWorst() != access.A2 || a.Weight() != access.A2.Weight() {
			t.Errorf("level %d is not the worst", a)
		}
	}
	if access.A0.Weight()*999 >= access.A1.Weight() || access.A1.Weight()*999 >= access.A2.Weight() {
		t.Error("many quiet steps outweigh a loud one")
	}
}

// TestSmallest_reasons: each step says what it cuts, how sure that is, and what stays without it.
func TestSmallest_reasons(t *testing.T) {
	h := readHousehold(t, "testdata/households/11-stays-signed-in.yaml")
	p := mustGraph(t, h.model()).Smallest()
	pair := []access.Pair{{From: "sam", To: "messages"}}
	same(t, "proposal", access.Proposal{
		Exact: true, A1: 1, A2: 1,
		Steps: []access.Choice{
			{Step: "new_password", Alert: access.A1, Cuts: []access.EdgeID{"password"}, Best: access.Known, For: []access.StepID{"sign_out_everywhere"}, Reaches: pair},
			{Step: "sign_out_everywhere", Alert: access.A2, Cuts: []access.EdgeID{"session"}, Best: access.Suspected, Reaches: pair},
		},
	}, p)
}

// TestSmallest_held: what is held back is never proposed and says what holds it.
func TestSmallest_held(t *testing.T) {
	h := readHousehold(t, "testdata/households/01-living-together.yaml")
	p := mustGraph(t, h.model()).Smallest()
	if len(p.Open) != 1 || len(p.Open[0].Held) != 1 || p.Open[0].Held[0] != "physical_control" {
		t.Errorf("held by %+v", p.Open)
	}
}

// TestSmallest_time: the exact search ends soon also for households that are hard for it.
func TestSmallest_time(t *testing.T) {
	for seed := range uint64(40) {
		m := randomHousehold(seed, 60, 220, 20)
		for i := range m.Steps {
			m.Steps[i].Available, m.Steps[i].Done, m.Steps[i].Waived = true, false, false
		}
		for i := range m.Nodes {
			m.Nodes[i].Protected = i > 40
		}
		g := mustGraph(t, m)
		start := time.Now()
		p := g.Smallest()
		if took := time.Since(start); took > 3*time.Second {
			t.Errorf("seed %d: %d steps took %v", seed, len(p.Steps), took)
		}
	}
}
