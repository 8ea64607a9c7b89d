package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const sample = `package sample

// Documented says so.
type Documented struct{}

type Bare struct{}

// Group speaks for its constants.
const (
	One = 1
	Two = 2
)

func (Bare) Method(a, b int) {}

type hidden struct{}

func (hidden) Method() {}

//yardstick:table every row is one case
func table() {
	if true {
		for {
			if true {
				return
			}
		}
	}
}

func plain() {
	//yardstick:table
}
`

func readSample(t *testing.T) *source {
	t.Helper()
	dir := t.TempDir()
	t.Chdir(dir)
	if err := os.WriteFile(filepath.Join(dir, "sample.go"), []byte(sample), 0o600); err != nil {
		t.Fatal(err)
	}
	src, err := readSource(".")
	if err != nil {
		t.Fatal(err)
	}
	return src
}

func TestSource_documentation(t *testing.T) {
	src := readSample(t)
	got := strings.Join(src.undocumented, "\n")
	want := "sample.go:6 Bare\nsample.go:14 Method"
	if got != want {
		t.Errorf("undocumented = %q, want %q", got, want)
	}
	if src.exported != 5 {
		t.Errorf("exported = %d, want 5", src.exported)
	}
}

func TestSource_functions(t *testing.T) {
	src := readSample(t)
	table, plain := src.byWhere["sample.go:21"], src.byWhere["sample.go:31"]
	if table == nil || plain == nil {
		t.Fatalf("functions found at %v", src.byWhere)
	}
	if table.depth != 3 {
		t.Errorf("depth = %d, want 3", table.depth)
	}
	if table.reason == "" || plain.reason != "" {
		t.Errorf("reasons = %q and %q: a bare mark gives no reason", table.reason, plain.reason)
	}
}

func TestSource_faults(t *testing.T) {
	src := &source{byWhere: map[string]*function{}}
	for _, f := range []*function{
		{where: "a.go:1", name: "fine", cyclomatic: 10, cognitive: 12},
		{where: "a.go:2", name: "excused", cyclomatic: 40, reason: "one row for every route"},
		{where: "a.go:3", name: "branchy"},
		{where: "a.go:4", name: "nested"},
	} {
		src.functions = append(src.functions, f)
		src.byWhere[f.where] = f
	}
	if n := src.assign("11 main branchy a.go:3:1\nno number here\n", func(f *function, n int) { f.cyclomatic = n }); n != 1 {
		t.Errorf("assigned %d, want 1", n)
	}
	src.assign("13 main nested a.go:4:1\n", func(f *function, n int) { f.cognitive = n })
	got := src.faults()
	if len(got) != 2 || !strings.Contains(got[0], "branchy") || !strings.Contains(got[1], "nested") {
		t.Errorf("faults = %q, want branchy and nested", got)
	}
}
