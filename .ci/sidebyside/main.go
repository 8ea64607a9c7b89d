// Command sidebyside runs the network check and four well-known tools on the lab, in one run, and
// prints what each found and how long it took: the median of five runs. It needs root, a lab of network
// namespaces in the folder that KEYHOLDER_LAB names, and nmap, arp-scan and avahi-utils.
//
//	KEYHOLDER_LAB=folder go run ./.ci/sidebyside [-runs 5] [-only full] [-into docs/benchmarks.md]
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"keyholder/scanner/scantest"
)

func main() {
	runs := flag.Int("runs", 5, "runs of each tool; the median is printed")
	only := flag.String("only", "", "part of the name of the tools to run; all when empty")
	into := flag.String("into", "", "file whose part between the two marks is replaced by the table")
	flag.Parse()
	if err := run(context.Background(), *runs, *only, *into); err != nil {
		fmt.Fprintln(os.Stderr, "sidebyside:", err)
		os.Exit(1)
	}
}

var errNoLab = errors.New("name the folder of a lab in KEYHOLDER_LAB, and run as root")

func run(ctx context.Context, runs int, only, into string) error {
	folder := os.Getenv("KEYHOLDER_LAB")
	if folder == "" || os.Getuid() != 0 {
		return errNoLab
	}
	l, err := scantest.OpenLab(folder)
	if err != nil {
		return err
	}
	binary, remove, err := build(ctx)
	if err != nil {
		return err
	}
	defer remove()
	table := header
	for _, t := range tools(l, binary) {
		if !strings.Contains(t.name, only) {
			continue
		}
		row, err := measure(ctx, l, t, runs)
		if err != nil {
			return err
		}
		fmt.Print(row)
		table += row
	}
	table += footer(l, runs)
	if into == "" {
		fmt.Print("\n", table)
		return nil
	}
	return replace(into, table)
}

// build makes the program as it is delivered, where every user can run it.
func build(ctx context.Context) (path string, remove func(), err error) {
	folder, err := os.MkdirTemp("", "sidebyside-")
	if err != nil {
		return "", nil, err
	}
	remove = func() { os.RemoveAll(folder) }
	if err := os.Chmod(folder, 0o755); err != nil {
		return "", remove, err
	}
	path = filepath.Join(folder, "keyholder")
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", path, ".")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", remove, fmt.Errorf("building: %w: %s", err, out)
	}
	return path, remove, nil
}

// measure gives every tool a lab of its own, so that a tool that stops a device spoils no other's result.
func measure(ctx context.Context, l *scantest.Lab, t tool, runs int) (string, error) {
	if err := l.Up(ctx); err != nil {
		return "", err
	}
	defer func() {
		if err := l.Down(ctx); err != nil {
			fmt.Fprintln(os.Stderr, "sidebyside:", err)
		}
	}()
	before := programs(ctx, l)
	var all [4][]float64
	for range runs {
		began := time.Now()
		out, err := t.command(ctx).Output()
		took := time.Since(began)
		if err != nil {
			return "", fmt.Errorf("running %s: %w", t.name, err)
		}
		c := t.count(string(out), l.Devices)
		for i, v := range []float64{float64(c.devices), float64(c.names), float64(c.classes), took.Seconds()} {
			all[i] = append(all[i], v)
		}
	}
	stopped := gone(before, programs(ctx, l))
	return fmt.Sprintf("| %s | %.0f | %.0f | %.0f | %.1f | %s |\n",
		t.title, median(all[0]), median(all[1]), median(all[2]), median(all[3]), stopped), nil
}

func median(values []float64) float64 {
	slices.Sort(values)
	return values[len(values)/2]
}

// programs lists what every device runs, as "device: program".
func programs(ctx context.Context, l *scantest.Lab) map[string]bool {
	set := map[string]bool{}
	for _, d := range l.Devices {
		list, err := l.Running(ctx, d.Name)
		if err != nil {
			continue
		}
		for _, what := range list {
			if strings.HasPrefix(what, "program ") {
				set[d.Name+": "+what] = true
			}
		}
	}
	return set
}

// gone names the devices of which a program ended.
func gone(before, after map[string]bool) string {
	var list []string
	for what := range before {
		name, _, _ := strings.Cut(what, ":")
		if !after[what] && !slices.Contains(list, name) {
			list = append(list, name)
		}
	}
	if len(list) == 0 {
		return "none"
	}
	slices.Sort(list)
	return strings.Join(list, ", ")
}

const (
	from = "<!-- side by side: begin -->\n"
	to   = "<!-- side by side: end -->\n"
)

// replace puts the table between the two marks of a file.
func replace(path, table string) error {
	raw, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	before, rest, ok := strings.Cut(string(raw), from)
	_, after, ok2 := strings.Cut(rest, to)
	if !ok || !ok2 {
		return fmt.Errorf("%s has no part between %q and %q", path, from, to)
	}
	return os.WriteFile(path, []byte(before+from+table+to+after), 0o644)
}
