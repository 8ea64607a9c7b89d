package server

import (
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// listedPages reads the list of pages that the journey through every page has to reach.
func listedPages(t *testing.T) []string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("browsertest", "testdata", "pages.txt"))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for line := range strings.Lines(string(raw)) {
		if path, _, _ := strings.Cut(strings.TrimSpace(line), " "); path != "" && path != "#" {
			out = append(out, path)
		}
	}
	return out
}

// TestPages_listed: every address that shows something stands in the list of the journey that looks at
// every page, and nothing else does. A new page is looked at from its first day, or is left out with a
// reason that stands beside it.
func TestPages_listed(t *testing.T) {
	place := strings.NewReplacer("/cases/:case", "PLACE", "/session/:sitting", "PLACE")
	var have []string
	for _, a := range newWorld(t).server.areas() {
		for _, r := range a.Routes {
			if r.Method == http.MethodGet {
				have = append(have, place.Replace(r.Path))
			}
		}
	}
	slices.Sort(have)
	have = slices.Compact(have)
	listed := listedPages(t)
	for _, path := range have {
		if !slices.Contains(listed, path) {
			t.Errorf("%s is missing in browsertest/testdata/pages.txt: add the line, and a link that leads there", path)
		}
	}
	for _, path := range listed {
		if !slices.Contains(have, path) {
			t.Errorf("%s stands in browsertest/testdata/pages.txt, but nothing answers there", path)
		}
	}
}
