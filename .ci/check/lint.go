package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// format fails when gofumpt would change a file.
func format(ctx context.Context, s *shell) error {
	out, err := s.tool(ctx, "gofumpt", "-l", ".")
	if err != nil {
		return err
	}
	if out != "" {
		s.out.WriteString(out)
		return errors.New("these files are not formatted; run: go tool -modfile=.ci/tools/go.mod gofumpt -w FILE")
	}
	return nil
}

// vet runs go vet and two analysers that are not part of it.
func vet(ctx context.Context, s *shell) error {
	pkgs := append([]string{"./..."}, s.own()...)
	if err := s.do(ctx, nil, "go", append([]string{"vet"}, pkgs...)...); err != nil {
		return err
	}
	for _, name := range []string{"shadow", "nilness"} {
		if err := s.analyse(ctx, name, pkgs); err != nil {
			return err
		}
	}
	return nil
}

// analyse runs one analyser through go vet. An inner err that hides an outer one is the usual form
// of `if err := …; err != nil` and no finding.
func (s *shell) analyse(ctx context.Context, name string, pkgs []string) error {
	// -n prints where the tool lies once it is built, but only a run builds it.
	if _, err := s.tool(ctx, name, "-V=full"); err != nil {
		return err
	}
	path, err := s.read(ctx, nil, "go", "tool", "-n", "-modfile=.ci/tools/go.mod", name)
	if err != nil {
		return err
	}
	cmd := s.command(ctx, nil, "go", append([]string{"vet", "-vettool=" + strings.TrimSpace(path)}, pkgs...)...)
	cmd.Stdout, cmd.Stderr = nil, nil
	out, err := cmd.CombinedOutput()
	if err == nil {
		return nil
	}
	var findings []string
	for line := range strings.Lines(string(out)) {
		if name == "shadow" && !strings.Contains(line, `declaration of "`) || strings.Contains(line, `declaration of "err"`) {
			continue
		}
		findings = append(findings, line)
	}
	if len(findings) == 0 {
		return nil
	}
	s.out.WriteString(strings.Join(findings, ""))
	return fmt.Errorf("running %s: %w", name, err)
}

func staticcheck(ctx context.Context, s *shell) error {
	out, err := s.tool(ctx, "staticcheck", append([]string{"./..."}, s.own()...)...)
	s.out.WriteString(out)
	return err
}

// yardstick prints the sizes of the house style beside what was measured.
func yardstick(ctx context.Context, s *shell) error {
	out, err := s.read(ctx, nil, "go", "run", "./.ci/yardstick")
	for line := range strings.Lines(out) {
		s.note("%s", strings.TrimRight(line, "\n"))
	}
	return err
}

// html checks the pages that the browser journeys left behind.
func html(ctx context.Context, s *shell) error {
	pages, err := filepath.Glob(filepath.Join(s.artefacts, "pages", "*.html"))
	if err != nil {
		return fmt.Errorf("listing the pages: %w", err)
	}
	if len(pages) == 0 {
		return skipError{"the browser journeys left no page to check"}
	}
	if missing := s.lacks("npm"); missing != "" {
		return skipError{missing}
	}
	dir := filepath.Join(s.root, ".ci", "html")
	if !exists(filepath.Join(dir, "node_modules", ".bin", "html-validate")) {
		npm := []string{"ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", "--prefix", dir}
		if err := s.do(ctx, nil, "npm", npm...); err != nil {
			return err
		}
	}
	s.note("pages: %d", len(pages))
	tool := filepath.Join(dir, "node_modules", ".bin", "html-validate")
	config := filepath.Join(dir, "htmlvalidate.json")
	return s.do(ctx, nil, tool, append([]string{"--config", config}, pages...)...)
}

// lacks names a command that is not there, in the words of a skip; empty when it is there.
func (s *shell) lacks(command string) string {
	if _, err := exec.LookPath(command); err == nil {
		return ""
	}
	return command + " is not installed" + hint(command)
}

// hint names the Debian package of a command.
func hint(command string) string {
	for _, n := range needs() {
		if n.command == command {
			return " (Debian package " + n.pkg + ")"
		}
	}
	return ""
}

// onDebian says whether packages can be installed here with apt-get.
func onDebian() bool {
	_, err := exec.LookPath("apt-get")
	return err == nil && os.Getuid() == 0 && exists("/etc/debian_version")
}
