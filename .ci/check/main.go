// Command check is the one test command of Keyholder: it installs what the tests need where it
// may, runs every stage within a printed budget and ends with one line of totals.
//
//	go run ./.ci/check             everything, under 25 minutes cold on two cores
//	go run ./.ci/check -only vet   one stage, or several with commas
//	go run ./.ci/check -list       the stages and their budgets
//	go run ./.ci/check -long       what is run before a release
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"iter"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

func main() {
	os.Exit(run())
}

// run returns the exit status: 0 all passed, 1 something failed, 2 wrong use.
func run() int {
	only := flag.String("only", "", "run only these `stages`, separated by commas")
	list := flag.Bool("list", false, "list the stages and their budgets")
	long := flag.Bool("long", false, "run what is run before a release instead")
	install := flag.Bool("install", true, "on Debian as root, install what is missing")
	flag.Parse()
	plan := everyChange()
	if *long {
		plan = beforeRelease()
	}
	if *list {
		printPlan(plan)
		return 0
	}
	plan, err := choose(plan, *only)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	w, err := newWork(*install)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	defer w.close()
	started := time.Now()
	for _, p := range plan {
		w.phase(ctx, p)
	}
	fmt.Printf("\nwhole run: %s\n", seconds(time.Since(started)))
	return w.tally.report(os.Stdout)
}

// newWork finds the module's folder and makes an empty folder for what the tests leave behind.
func newWork(install bool) (*work, error) {
	root, err := os.Getwd()
	if err != nil {
		return nil, fmt.Errorf("finding the module: %w", err)
	}
	for !exists(filepath.Join(root, ".ci", "check", "main.go")) {
		up := filepath.Dir(root)
		if up == root {
			return nil, errors.New("run this inside the source tree of keyholder: go run ./.ci/check")
		}
		root = up
	}
	scratch, err := os.MkdirTemp("", "keyholder-check-")
	if err != nil {
		return nil, fmt.Errorf("making a scratch folder: %w", err)
	}
	artefacts := filepath.Join(root, "dist", "check")
	w := &work{root: root, scratch: scratch, artefacts: artefacts, install: install, tally: newTally()}
	return w, nil
}

// choose keeps the stages that were asked for, in the order of the plan.
func choose(plan []phase, only string) ([]phase, error) {
	if only == "" {
		return plan, nil
	}
	wanted := strings.Split(only, ",")
	known := []string{}
	kept := []phase{}
	for s := range stages(plan) {
		known = append(known, s.name)
		if slices.Contains(wanted, s.name) {
			kept = append(kept, phase{{stages: []stage{s}}})
		}
	}
	for _, name := range wanted {
		if !slices.Contains(known, name) {
			return nil, fmt.Errorf("no stage is called %q; there are: %s", name, strings.Join(known, ", "))
		}
	}
	return kept, nil
}

// stages yields the stages of a plan in order.
func stages(plan []phase) iter.Seq[stage] {
	return func(yield func(stage) bool) {
		for _, p := range plan {
			for _, l := range p {
				for _, s := range l.stages {
					if !yield(s) {
						return
					}
				}
			}
		}
	}
}

func printPlan(plan []phase) {
	for s := range stages(plan) {
		fmt.Printf("%-12s %12s  %s\n", s.name, seconds(s.budget), s.what)
	}
	total := time.Duration(0)
	for _, p := range plan {
		longest := time.Duration(0)
		for _, l := range p {
			longest = max(longest, l.budget())
		}
		total += longest
	}
	fmt.Printf("%-12s %12s  lanes of a phase run side by side\n", "at most", seconds(total))
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// seconds prints a duration as a person reads it.
func seconds(d time.Duration) string {
	if d >= 2*time.Minute {
		return fmt.Sprintf("%d min %02d s", int(d.Minutes()), int(d.Seconds())%60)
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}
