package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// outcome of one test. The order is the order of weight: a test that passed in one stage and was
// skipped in another counts as passed, and one that failed anywhere counts as failed.
type outcome int

const (
	skipped outcome = iota + 1
	passed
	failed
)

// id names one test, or one stage that is a check of its own (test empty).
type id struct{ pkg, test string }

type verdict struct {
	outcome outcome
	reason  string // why it was skipped
}

// tally counts every test once, however many stages ran it.
type tally struct {
	mu      sync.Mutex
	results map[id]verdict
}

func newTally() *tally {
	return &tally{results: map[id]verdict{}}
}

// check records a stage that is itself one check.
func (t *tally) check(stage string, o outcome, reason string) {
	t.put(id{pkg: stage}, verdict{o, reason})
}

func (t *tally) put(k id, v verdict) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if v.outcome > t.results[k].outcome {
		t.results[k] = v
	}
}

// report prints what was skipped and why, then the totals alone on a line, and returns the exit
// status. A test with subtests is not counted beside them, unless it failed by itself.
func (t *tally) report(w io.Writer) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	parents := map[id]bool{}
	for k := range t.results {
		for i := strings.LastIndex(k.test, "/"); i > 0; i = strings.LastIndex(k.test[:i], "/") {
			parents[id{k.pkg, k.test[:i]}] = true
		}
	}
	count := map[outcome]int{}
	keys := slices.SortedFunc(maps.Keys(t.results), func(a, b id) int {
		return cmp.Or(cmp.Compare(a.pkg, b.pkg), cmp.Compare(a.test, b.test))
	})
	for _, k := range keys {
		v := t.results[k]
		if parents[k] && v.outcome != failed {
			continue
		}
		count[v.outcome]++
		if v.outcome == skipped {
			fmt.Fprintf(w, "skipped: %s: %s\n", strings.TrimSpace(k.pkg+" "+k.test), cmp.Or(v.reason, "no reason given"))
		}
	}
	fmt.Fprintf(w, "%d passed, %d failed, %d skipped\n", count[passed], count[failed], count[skipped])
	if count[failed] > 0 || count[passed] == 0 {
		return 1
	}
	return 0
}

// event is one line of `go test -json`.
type event struct {
	Action, Package, Test, Output, ImportPath string
}

// stream reads the events of one `go test -json` run.
type stream struct {
	tally  *tally
	pieces map[id]*bytes.Buffer // output so far, by test; by package where no test is running
	builds map[string]*bytes.Buffer
	seen   map[id]outcome
	broken bytes.Buffer // what failed, in full
	ran    int
	bad    int
}

func newStream(t *tally) *stream {
	return &stream{
		tally: t, pieces: map[id]*bytes.Buffer{}, builds: map[string]*bytes.Buffer{}, seen: map[id]outcome{},
	}
}

// line takes one line of output; lines that are no JSON are kept as they are.
func (s *stream) line(text string) {
	var e event
	if err := json.Unmarshal([]byte(text), &e); err != nil {
		fmt.Fprintln(&s.broken, text)
		return
	}
	k := id{strings.TrimPrefix(e.Package, "keyholder/"), e.Test}
	switch e.Action {
	case "output":
		piece(s.pieces, k).WriteString(e.Output)
	case "build-output":
		piece(s.builds, e.ImportPath).WriteString(e.Output)
	case "build-fail":
		s.broken.Write(piece(s.builds, e.ImportPath).Bytes())
	case "pass":
		s.end(k, passed)
	case "skip":
		s.end(k, skipped)
	case "fail":
		s.end(k, failed)
	}
}

// end records the end of a test or of a package.
func (s *stream) end(k id, o outcome) {
	text := piece(s.pieces, k).String()
	delete(s.pieces, k)
	if k.test == "" {
		s.endPackage(k, o, text)
		return
	}
	s.ran++
	s.seen[k] = o
	if o == failed {
		s.bad++
		s.seen[id{pkg: k.pkg}] = failed
		fmt.Fprintf(&s.broken, "%s %s\n%s", k.pkg, k.test, trimRun(text))
	}
	reason := ""
	if o == skipped {
		reason = skipReason(text)
	}
	s.tally.put(k, verdict{o, reason})
}

// endPackage counts a package as one failed check when it failed without a failing test: it did
// not build, it panicked outside a test, or it ran out of time.
func (s *stream) endPackage(k id, o outcome, text string) {
	if o != failed || s.seen[k] == failed {
		return
	}
	s.bad++
	fmt.Fprintf(&s.broken, "%s\n%s", k.pkg, head(trimRun(text)))
	for open, rest := range s.pieces {
		if open.pkg == k.pkg {
			fmt.Fprintf(&s.broken, "%s had not ended:\n%s", open.test, head(trimRun(rest.String())))
		}
	}
	s.tally.put(id{pkg: "package " + k.pkg}, verdict{failed, ""})
}

func piece[K comparable](m map[K]*bytes.Buffer, k K) *bytes.Buffer {
	if m[k] == nil {
		m[k] = &bytes.Buffer{}
	}
	return m[k]
}

var reasonLine = regexp.MustCompile(`(?m)^\s+\S+\.go:\d+: (.+)$`)

// skipReason finds what a test said when it skipped itself.
func skipReason(output string) string {
	found := reasonLine.FindAllStringSubmatch(output, -1)
	if len(found) == 0 {
		return ""
	}
	return found[len(found)-1][1]
}

// head cuts the stacks of a test that ran out of time, which go on for pages.
func head(output string) string {
	const most = 60
	lines := strings.SplitAfterN(output, "\n", most+1)
	if len(lines) <= most {
		return output
	}
	return strings.Join(lines[:most], "") + "[cut]\n"
}

var runLine = regexp.MustCompile(`(?m)^\s*=== (RUN|PAUSE|CONT|NAME) .*\n`)

func trimRun(output string) string {
	return runLine.ReplaceAllString(output, "")
}
