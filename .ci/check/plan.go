package main

import (
	"context"
	"path/filepath"
	"time"
)

// own lists the programs under .ci: Go leaves folders with a leading dot out of "./...".
func (s *shell) own() []string {
	mains, err := filepath.Glob(filepath.Join(s.root, ".ci", "*", "main.go"))
	if err != nil {
		return nil // the pattern is ours and well-formed
	}
	var out []string
	for _, path := range mains {
		out = append(out, "./.ci/"+filepath.Base(filepath.Dir(path)))
	}
	return out
}

// everyChange is the plan of the test command. What installs runs beside what only reads; what only
// computes runs with low priority beside the tests that wait for daemons and pages.
func everyChange() []phase {
	return []phase{
		{
			{stages: []stage{{"prepare", "install what is missing (Debian, root), or name it", 5 * time.Minute, prepare}}},
			{stages: []stage{
				{"format", "gofumpt leaves every file as it is", 30 * time.Second, format},
				{"vet", "go vet, shadow and nilness", 2 * time.Minute, vet},
				{"staticcheck", "staticcheck", 90 * time.Second, staticcheck},
				{"gates", "import rule, own rules, repository guard", time.Minute, tests("-run", "^TestGate", ".")},
			}},
		},
		{{stages: []stage{
			{"short", "every test that needs only this process and loopback", 3 * time.Minute, short},
		}}},
		{
			{stages: []stage{
				{"lab", "the scan against real daemons in network namespaces", 5 * time.Minute, lab},
				{"browser", "journeys in one Chromium, with axe, CSP and console", 15 * time.Minute, browser},
				{"html", "html-validate over the pages of the journeys", time.Minute, html},
			}},
			{low: true, stages: []stage{
				{"race", "race detector, for packages that start goroutines", 10 * time.Minute, race},
				{"store", "vault, store, process and kill tests in full", 5 * time.Minute, store},
				{"windows", "cross-build for windows/amd64 without cgo", 3 * time.Minute, cross("windows", "amd64")},
				{"darwin", "cross-build for darwin/arm64 without cgo", 3 * time.Minute, cross("darwin", "arm64")},
				{"clone", "build from a clean clone with no Node in the path", 3 * time.Minute, clone},
			}},
		},
		{{stages: []stage{
			{"yardstick", "sizes, documentation, complexity", time.Minute, yardstick},
		}}},
	}
}

// beforeRelease is the plan of .ci/long. It prints what it measured and writes it nowhere.
func beforeRelease() []phase {
	long := []string{"KEYHOLDER_LONG=1"}
	return []phase{
		{{stages: []stage{{"prepare", "install what is missing (Debian, root), or name it", 5 * time.Minute, prepare}}}},
		{{stages: []stage{
			{
				"everything", "all tests with KEYHOLDER_LONG=1: 200 kills, large sets, every page and theme",
				90 * time.Minute, testsWith(long, "./..."),
			},
			{"fuzz", "every fuzz target for two minutes", 60 * time.Minute, fuzz},
			{"reproduce", "six targets built twice in different folders, byte for byte the same", 30 * time.Minute, reproduce},
		}}},
	}
}

// tests runs go test with these arguments and counts every test.
func tests(args ...string) func(context.Context, *shell) error {
	return testsWith(nil, args...)
}

func testsWith(env []string, args ...string) func(context.Context, *shell) error {
	return func(ctx context.Context, s *shell) error { return s.goTest(ctx, env, args...) }
}
