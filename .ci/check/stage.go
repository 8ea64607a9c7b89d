package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"
)

// stage is one step of the test command.
type stage struct {
	name   string
	what   string
	budget time.Duration // printed beside the time taken; passing it is told, not punished
	run    func(ctx context.Context, s *shell) error
}

// lane is a row of stages that run one after the other.
type lane struct {
	stages []stage
	low    bool // runs with low priority, so that the lane beside it keeps its times
}

func (l lane) budget() time.Duration {
	sum := time.Duration(0)
	for _, s := range l.stages {
		sum += s.budget
	}
	return sum
}

// phase is a set of lanes that run side by side; a phase begins when the one before has ended.
type phase []lane

// work is what all stages share.
type work struct {
	root      string // folder of the module
	scratch   string // removed at the end
	artefacts string // pages, pictures and prints that the tests leave for a reader
	install   bool
	tally     *tally

	mu sync.Mutex // one stage prints at a time
}

func (w *work) close() {
	// Go's module cache is read-only, but nothing of it lies in here.
	_ = os.RemoveAll(w.scratch)
}

// phase runs the lanes side by side and waits for all of them.
func (w *work) phase(ctx context.Context, p phase) {
	var wg sync.WaitGroup
	for _, l := range p {
		wg.Go(func() {
			for _, s := range l.stages {
				w.stage(ctx, s, l.low)
			}
		})
	}
	wg.Wait()
}

// stage runs one stage and prints its line, and its output when it failed.
func (w *work) stage(ctx context.Context, s stage, low bool) {
	sh := &shell{work: w, budget: s.budget, low: low}
	started := time.Now()
	// Three budgets, because a slow machine is no failure but a hanging test is.
	ctx, cancel := context.WithTimeout(ctx, max(3*s.budget, 10*time.Minute))
	defer cancel()
	err := s.run(ctx, sh)
	took := time.Since(started)
	word := "ok"
	var skip skipError
	switch {
	case errors.As(err, &skip):
		word = "skipped"
		w.tally.check(s.name, skipped, skip.reason)
	case err != nil:
		word = "FAILED"
		fmt.Fprintln(&sh.out, err)
		if !errors.Is(err, errTests) {
			w.tally.check(s.name, failed, "")
		}
	case !sh.counted:
		w.tally.check(s.name, passed, "")
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	fmt.Printf("%-8s %-12s %10s of %s%s\n", word, s.name, seconds(took), seconds(s.budget), late(took, s.budget))
	for _, n := range sh.notes {
		fmt.Println("         " + n)
	}
	if out := strings.TrimRight(sh.out.String(), "\n"); err != nil && out != "" {
		fmt.Println(out)
	}
}

func late(took, budget time.Duration) string {
	if took > budget {
		return "  (over its budget)"
	}
	return ""
}

// skipError says why a stage was left out; it is neither passed nor failed.
type skipError struct{ reason string }

func (e skipError) Error() string { return "skipped: " + e.reason }

// errTests says that tests failed which the tally has already counted one by one.
var errTests = errors.New("tests failed")

// shell runs commands for one stage and keeps what they say.
type shell struct {
	*work
	budget  time.Duration
	low     bool
	counted bool // the stage counted single tests, so it does not count itself
	notes   []string
	out     bytes.Buffer
}

// note adds a line that is printed under the stage whether it passed or not.
func (s *shell) note(format string, args ...any) {
	s.notes = append(s.notes, fmt.Sprintf(format, args...))
}

// command prepares a command in the module's folder, with env added to the environment.
func (s *shell) command(ctx context.Context, env []string, name string, args ...string) *exec.Cmd {
	if nice, err := exec.LookPath("nice"); s.low && err == nil {
		name, args = nice, append([]string{"-n", "10", name}, args...)
	}
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = s.root
	cmd.Env = append(os.Environ(), env...)
	cmd.Stdout, cmd.Stderr = &s.out, &s.out
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 15 * time.Second
	return cmd
}

// do runs a command whose output matters only when it fails.
func (s *shell) do(ctx context.Context, env []string, name string, args ...string) error {
	if err := s.command(ctx, env, name, args...).Run(); err != nil {
		return fmt.Errorf("running %s: %w", name, err)
	}
	return nil
}

// read runs a command and returns its standard output.
func (s *shell) read(ctx context.Context, env []string, name string, args ...string) (string, error) {
	var out bytes.Buffer
	cmd := s.command(ctx, env, name, args...)
	cmd.Stdout = &out
	if err := cmd.Run(); err != nil {
		return out.String(), fmt.Errorf("running %s: %w", name, err)
	}
	return out.String(), nil
}

// tool runs a linter pinned in .ci/tools and returns its standard output.
func (s *shell) tool(ctx context.Context, name string, args ...string) (string, error) {
	all := append([]string{"tool", "-modfile=.ci/tools/go.mod", name}, args...)
	return s.read(ctx, nil, "go", all...)
}
