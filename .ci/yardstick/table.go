package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
)

// The limits past which a function has to give its reason.
const (
	maxCyclomatic = 10
	maxCognitive  = 12
)

// row is one line of the table: what the house style aims at beside what is there.
type row struct {
	thing, target, lookAgain, found string
	past                            int
}

// rows measures everything against the table of the house style.
func (s *source) rows() []row {
	lines := s.each(func(f *function) int { return f.lines })
	params := s.each(func(f *function) int { return f.params })
	cyclomatic := s.each(func(f *function) int { return f.cyclomatic })
	cognitive := s.each(func(f *function) int { return f.cognitive })
	depths := s.each(func(f *function) int { return f.depth })
	packages := slices.Collect(maps.Values(s.packages))
	return []row{
		spread("Function lines", "median 15, p95 45", 70, lines),
		spread("Cyclomatic", "p95 7", maxCyclomatic, cyclomatic),
		spread("Cognitive", "p95 7", maxCognitive, cognitive),
		spread("Parameters", "4", 5, params),
		spread("Indentation depth", "3", 4, depths),
		spread("Go file lines", "median 120, p95 350", 500, s.files),
		spread("Files in a package", "20", 40, packages),
		spread("Interface methods", "median 2", 6, s.methods),
		spread("Test file lines", "p95 500", 800, s.testFiles),
		s.ratio("scanner"), s.ratio("casework"), s.ratio("server"),
		spread("Template file lines", "median 40, p95 110", 200, s.templates),
		single("Own JavaScript lines", "400", 800, s.ownJS),
		single("Own CSS lines", "400", 800, s.ownCSS),
		single("Direct modules", "20", 25, s.modules),
		{
			thing: "Exported documented", target: "100%", lookAgain: "100%",
			found: fmt.Sprintf("%d of %d", s.exported-len(s.undocumented), s.exported),
			past:  len(s.undocumented),
		},
	}
}

func (s *source) each(value func(*function) int) []int {
	out := make([]int, 0, len(s.functions))
	for _, f := range s.functions {
		out = append(out, value(f))
	}
	return out
}

// spread tells median, 95th percentile and largest of a set, and how many lie past a limit.
func spread(thing, target string, limit int, values []int) row {
	r := row{thing: thing, target: target, lookAgain: fmt.Sprint(limit), found: "none"}
	if len(values) == 0 {
		return r
	}
	slices.Sort(values)
	at := func(p int) int { return values[min(len(values)-1, len(values)*p/100)] }
	r.found = fmt.Sprintf("median %d, p95 %d, max %d of %d", at(50), at(95), values[len(values)-1], len(values))
	for _, v := range values {
		if v > limit {
			r.past++
		}
	}
	return r
}

func single(thing, target string, limit, value int) row {
	r := row{thing: thing, target: target, lookAgain: fmt.Sprint(limit), found: fmt.Sprint(value)}
	if value > limit {
		r.past = 1
	}
	return r
}

// ratio compares the lines of tests with the lines of code below one folder.
func (s *source) ratio(folder string) row {
	r := row{thing: "Tests to code, " + folder, target: "0.9-1.5", lookAgain: "0.7", found: "no code"}
	if code := s.codeLines[folder]; code > 0 {
		share := float64(s.testLines[folder]) / float64(code)
		r.found = fmt.Sprintf("%.2f (%d to %d)", share, s.testLines[folder], code)
		if share < 0.7 {
			r.past = 1
		}
	}
	return r
}

// faults are what makes the command fail.
func (s *source) faults() []string {
	var out []string
	for _, u := range s.undocumented {
		out = append(out, u+" is exported and has no documentation")
	}
	for _, f := range s.functions {
		if f.reason == "" && (f.cyclomatic > maxCyclomatic || f.cognitive > maxCognitive) {
			out = append(out, fmt.Sprintf("%s %s: cyclomatic %d (limit %d), cognitive %d (limit %d): split it, "+
				"or say why not in a //yardstick: comment", f.where, f.name, f.cyclomatic, maxCyclomatic, f.cognitive, maxCognitive))
		}
	}
	return out
}

func printTable(w io.Writer, rows []row) {
	const form = "%-22s %-20s %-6s %-34s %s\n"
	fmt.Fprintf(w, form, "thing", "aim", "past", "found", "how many past")
	for _, r := range rows {
		past := ""
		if r.past > 0 {
			past = fmt.Sprint(r.past)
		}
		fmt.Fprintf(w, form, r.thing, r.target, r.lookAgain, r.found, past)
	}
}
