package access_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"gopkg.in/yaml.v3"

	"keyholder/casework/access"
)

// household is a worked household in testdata/households, written so that a practitioner can check
// it: who and what there is, the links, the steps, and what the map should say.
type household struct {
	About string `yaml:"about"`
	Nodes []struct {
		ID      string `yaml:"id"`
		Kind    string `yaml:"kind"`
		Role    string `yaml:"role"`
		Protect bool   `yaml:"protect"`
	} `yaml:"nodes"`
	Links []struct {
		ID          string   `yaml:"id"`
		From        string   `yaml:"from"`
		To          string   `yaml:"to"`
		How         string   `yaml:"how"`
		Certainty   string   `yaml:"certainty"`
		NotAsked    bool     `yaml:"not_asked"`
		CutBy       []string `yaml:"cut_by"`
		ComesBackBy []string `yaml:"comes_back_by"`
	} `yaml:"links"`
	Steps []struct {
		ID     string   `yaml:"id"`
		Alert  string   `yaml:"alert"`
		Told   []string `yaml:"told"`
		Proof  string   `yaml:"proof"`
		After  []string `yaml:"after"`
		Held   string   `yaml:"held"`
		Done   bool     `yaml:"done"`
		Waived bool     `yaml:"waived"`
	} `yaml:"steps"`
	Expect struct {
		Paths    []wantPath `yaml:"paths"`
		WhatIf   []wantIf   `yaml:"what_if"`
		Smallest wantSet    `yaml:"smallest"`
	} `yaml:"expect"`
}

// wantPath is one path: its links joined by " > ".
type wantPath struct {
	By        string `yaml:"by"`
	Weakest   string `yaml:"weakest"`
	Certainty string `yaml:"certainty"`
	CutBy     string `yaml:"cut_by"` // steps, best first; "*" after one that alone does not close it
}

type wantIf struct {
	Order []string    `yaml:"order"`
	After []wantState `yaml:"after"`
	Redo  []string    `yaml:"redo"` // "step until step"
}

type wantState struct {
	Gone    []string `yaml:"gone"`
	Back    []string `yaml:"back"`
	Missing []string `yaml:"missing"`
	Left    []string `yaml:"left"` // protected things that are still reached
	Noticed string   `yaml:"noticed"`
	Told    []string `yaml:"told"`
	Proof   []string `yaml:"proof"`
}

type wantSet struct {
	Steps   []string `yaml:"steps"`
	Confirm []string `yaml:"confirm"`
	Ask     []string `yaml:"ask"`
	Open    []string `yaml:"open"` // "links: why"
	Guess   bool     `yaml:"may_not_be_smallest"`
}

func readHousehold(t *testing.T, path string) household {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var h household
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	if err := dec.Decode(&h); err != nil {
		t.Fatalf("reading %s: %v", filepath.Base(path), err)
	}
	return h
}

// alertOf reads an alert level as the files write it; anything else is unknown.
func alertOf(word string) access.Alert {
	return map[string]access.Alert{"A0": access.A0, "A1": access.A1, "A2": access.A2}[word]
}

func wordOf(a access.Alert) string {
	return map[access.Alert]string{access.A0: "A0", access.A1: "A1", access.A2: "A2"}[a]
}

func (h household) model() access.Model {
	var m access.Model
	for _, n := range h.Nodes {
		m.Nodes = append(m.Nodes, access.Node{
			ID: access.NodeID(n.ID), Kind: access.Kind(n.Kind), Role: access.Role(n.Role), Protected: n.Protect,
		})
	}
	for _, l := range h.Links {
		m.Edges = append(m.Edges, access.Edge{
			ID: access.EdgeID(l.ID), From: access.NodeID(l.From), To: access.NodeID(l.To), Channel: l.How,
			Certainty: access.Certainty(l.Certainty), NotAsked: l.NotAsked, Slot: l.ID,
			CutBy: idsOf[access.StepID](l.CutBy), ReopensVia: idsOf[access.EdgeID](l.ComesBackBy),
		})
	}
	for _, s := range h.Steps {
		step := access.Step{
			ID: access.StepID(s.ID), Alert: alertOf(s.Alert), Told: s.Told, ProofLost: s.Proof,
			DependsOn: idsOf[access.StepID](s.After), Available: s.Held == "", Done: s.Done, Waived: s.Waived,
		}
		if s.Held != "" {
			step.Held = []string{s.Held}
		}
		m.Steps = append(m.Steps, step)
	}
	return m
}

func idsOf[T ~string](words []string) []T {
	var out []T
	for _, w := range words {
		out = append(out, T(w))
	}
	return out
}

func wordsOf[T ~string](ids []T) []string {
	var out []string
	for _, id := range ids {
		out = append(out, string(id))
	}
	return out
}

func joined[T ~string](ids []T) string { return strings.Join(wordsOf(ids), " > ") }

func mustGraph(t testing.TB, m access.Model) *access.Graph {
	t.Helper()
	g, err := access.New(m)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// TestHouseholds reads every worked household and compares everything it expects.
func TestHouseholds(t *testing.T) {
	files, err := filepath.Glob("testdata/households/*.yaml")
	if err != nil || len(files) < 12 {
		t.Fatalf("%d worked households, want at least 12 (%v)", len(files), err)
	}
	for _, path := range files {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".yaml"), func(t *testing.T) {
			h := readHousehold(t, path)
			if h.About == "" {
				t.Error("the household does not say what it is about")
			}
			g := mustGraph(t, h.model())
			same(t, "paths", h.Expect.Paths, pathsOf(g))
			for _, want := range h.Expect.WhatIf {
				same(t, "what if "+strings.Join(want.Order, ", "), want, whatIfOf(t, g, want.Order))
			}
			same(t, "smallest set", h.Expect.Smallest, smallestOf(g))
		})
	}
}

func same[T any](t *testing.T, what string, want, got T) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func pathsOf(g *access.Graph) []wantPath {
	var out []wantPath
	for _, r := range g.Paths() {
		for _, p := range r.Paths {
			var cuts []string
			for _, c := range p.Cuts {
				word := string(c.Step)
				if c.Reopens {
					word += "*"
				}
				cuts = append(cuts, word)
			}
			out = append(out, wantPath{
				By: joined(p.Edges), Weakest: string(p.Weakest), Certainty: string(p.Certainty), CutBy: strings.Join(cuts, ", "),
			})
		}
	}
	return out
}

func whatIfOf(t *testing.T, g *access.Graph, order []string) wantIf {
	t.Helper()
	f, err := g.WhatIf(idsOf[access.StepID](order))
	if err != nil {
		t.Fatal(err)
	}
	out := wantIf{Order: order}
	for _, s := range f.After {
		var left []string
		for _, r := range s.Left {
			left = append(left, string(r.To))
		}
		out.After = append(out.After, wantState{
			Gone: wordsOf(s.Gone), Back: wordsOf(s.Back), Missing: wordsOf(s.Missing), Left: left,
			Noticed: wordOf(s.Noticed), Told: s.Told, Proof: s.ProofLost,
		})
	}
	for _, a := range f.Redo {
		out.Redo = append(out.Redo, string(a.Step)+" until "+string(a.After))
	}
	return out
}

func smallestOf(g *access.Graph) wantSet {
	p := g.Smallest()
	out := wantSet{Confirm: wordsOf(p.Confirm), Ask: p.Ask, Guess: !p.Exact}
	for _, c := range p.Steps {
		out.Steps = append(out.Steps, string(c.Step))
	}
	for _, o := range p.Open {
		out.Open = append(out.Open, joined(o.Path.Edges)+": "+string(o.Why))
	}
	return out
}
