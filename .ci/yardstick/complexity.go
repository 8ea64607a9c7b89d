package main

import (
	"bytes"
	"fmt"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// measureComplexity asks the two pinned tools for every function.
func (s *source) measureComplexity(root string) error {
	for name, set := range map[string]func(*function, int){
		"gocyclo":  func(f *function, n int) { f.cyclomatic = n },
		"gocognit": func(f *function, n int) { f.cognitive = n },
	} {
		args := []string{"tool", "-modfile=.ci/tools/go.mod", name}
		if name == "gocyclo" {
			// Vendored folders and test data are skipped by the tool itself.
			args = append(args, "-ignore", `_test\.go`)
		} else {
			args = append(args, "-test=false")
		}
		cmd := exec.Command("go", append(args, ".")...)
		cmd.Dir = root
		var errs bytes.Buffer
		cmd.Stderr = &errs
		out, err := cmd.Output()
		if err != nil {
			return fmt.Errorf("running %s: %w: %s", name, err, errs.String())
		}
		if found := s.assign(string(out), set); found == 0 && len(s.functions) > 0 {
			return fmt.Errorf("running %s: it named none of our functions", name)
		}
	}
	return nil
}

// assign reads lines of the form "complexity package function file:line:column".
func (s *source) assign(out string, set func(*function, int)) (found int) {
	for line := range strings.Lines(out) {
		fields := strings.Fields(line)
		if len(fields) < 4 {
			continue
		}
		n, err := strconv.Atoi(fields[0])
		if err != nil {
			continue
		}
		where := filepath.ToSlash(fields[len(fields)-1])
		if i := strings.LastIndex(where, ":"); i > 0 {
			where = where[:i]
		}
		if f := s.byWhere[where]; f != nil {
			set(f, n)
			found++
		}
	}
	return found
}
