package main

import (
	"bufio"
	"context"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// goTest runs `go test -json` with args and counts each test; only what failed is printed. No
// package may take longer than two budgets of the stage.
func (s *shell) goTest(ctx context.Context, env []string, args ...string) error {
	args = append([]string{"test", "-json", "-count=1", "-timeout=" + (2 * s.budget).String()}, args...)
	env = append(env, "KEYHOLDER_ARTEFACTS="+s.artefacts)
	cmd := s.command(ctx, env, "go", args...)
	cmd.Stdout = nil
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		return fmt.Errorf("connecting to go test: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("starting go test: %w", err)
	}
	st := newStream(s.tally)
	lines := bufio.NewReader(pipe)
	for {
		line, err := lines.ReadString('\n')
		if line != "" {
			st.line(strings.TrimSuffix(line, "\n"))
		}
		if err != nil {
			break
		}
	}
	err = cmd.Wait()
	s.out.Write(st.broken.Bytes())
	switch {
	case st.bad > 0:
		s.counted = true
		return errTests
	case err != nil:
		return fmt.Errorf("running go test: %w", err)
	case st.ran == 0:
		return skipError{"no test is there yet"}
	}
	s.counted = true
	return nil
}

// packages lists the module's packages below the given patterns that have test files.
func (s *shell) packages(ctx context.Context, patterns ...string) ([]string, error) {
	const format = `{{if or .TestGoFiles .XTestGoFiles}}{{.ImportPath}}{{end}}`
	out, err := s.read(ctx, nil, "go", append([]string{"list", "-f", format}, patterns...)...)
	if err != nil {
		return nil, err
	}
	return strings.Fields(out), nil
}

func short(ctx context.Context, s *shell) error {
	return s.goTest(ctx, nil, append([]string{"-short", "./..."}, s.own()...)...)
}

// race runs the short tests under the race detector, for packages that start goroutines.
func race(ctx context.Context, s *shell) error {
	if missing := s.lacks("gcc"); missing != "" {
		return skipError{missing}
	}
	const format = `{{if or .TestGoFiles .XTestGoFiles}}{{.ImportPath}} {{.Dir}}{{end}}`
	out, err := s.read(ctx, nil, "go", "list", "-f", format, "./...")
	if err != nil {
		return err
	}
	var pkgs []string
	for line := range strings.Lines(out) {
		path, dir, ok := strings.Cut(strings.TrimSpace(line), " ")
		if !ok {
			continue
		}
		starts, err := startsGoroutines(dir)
		if err != nil {
			return err
		}
		if starts {
			pkgs = append(pkgs, path)
		}
	}
	if len(pkgs) == 0 {
		return skipError{"no package starts a goroutine"}
	}
	s.note("packages: %d", len(pkgs))
	return s.goTest(ctx, []string{"CGO_ENABLED=1"}, append([]string{"-race", "-short"}, pkgs...)...)
}

// startsGoroutines says whether a file of the folder, other than a test, has a go statement or
// calls a Go method, as sync.WaitGroup has one.
func startsGoroutines(dir string) (bool, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return false, fmt.Errorf("listing a package: %w", err)
	}
	starts := false
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			return false, fmt.Errorf("reading a package: %w", err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.GoStmt:
				starts = true
			case *ast.SelectorExpr:
				starts = starts || n.Sel.Name == "Go"
			}
			return true
		})
	}
	return starts, nil
}

// store runs in full, without -short, every package that no other stage runs in full.
func store(ctx context.Context, s *shell) error {
	all, err := s.packages(ctx, "./...")
	if err != nil {
		return err
	}
	rest := slices.DeleteFunc(all, func(p string) bool {
		return strings.HasPrefix(p, "keyholder/scanner") || strings.HasPrefix(p, "keyholder/server/browsertest")
	})
	return s.goTest(ctx, nil, rest...)
}

// lab runs the scanner's tests in full; as root they start daemons in namespaces of their own.
func lab(ctx context.Context, s *shell) error {
	if os.Getuid() != 0 {
		s.note("not root: the tests in network namespaces skip themselves")
	}
	return s.goTest(ctx, nil, "-p=1", "./scanner/...")
}

// browser runs the journeys, which leave their pages, pictures and prints among the artefacts.
func browser(ctx context.Context, s *shell) error {
	if err := os.RemoveAll(s.artefacts); err != nil {
		return fmt.Errorf("emptying the folder for artefacts: %w", err)
	}
	return s.goTest(ctx, nil, "./server/browsertest/...")
}

// fuzz runs every fuzz target for two minutes.
func fuzz(ctx context.Context, s *shell) error {
	pkgs, err := s.packages(ctx, "./...")
	if err != nil {
		return err
	}
	ran := 0
	for _, pkg := range pkgs {
		out, err := s.read(ctx, nil, "go", "test", "-list", "^Fuzz", pkg)
		if err != nil {
			return err
		}
		for name := range strings.FieldsSeq(out) {
			if !strings.HasPrefix(name, "Fuzz") {
				continue
			}
			ran++
			s.note("fuzzed %s %s", pkg, name)
			if err := s.do(ctx, nil, "go", "test", "-run", "^$", "-fuzz", "^"+name+"$", "-fuzztime=2m", pkg); err != nil {
				return err
			}
		}
	}
	if ran == 0 {
		return skipError{"no fuzz target is there yet"}
	}
	return nil
}
