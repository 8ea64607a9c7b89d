package catalogue

import "strings"

// anchor is where a test is found from: something that must occur for it to hold.
type anchor struct {
	kind, field, text string
}

// entry is one test of the leading predicate of a rule's first pattern.
type entry struct {
	rule, predicate int
	test            Test
}

// index finds the few tests worth trying for a fact, so that not all rules are.
type index struct {
	equals map[anchor][]entry // whole value
	words  map[anchor][]entry // first word of a phrase
	prefix map[anchor][]entry // first bytes of the value
	starts map[anchor][]entry // first bytes of any word of the value
	scan   map[anchor][]entry // no text: other expressions and "any value", by kind and field
}

// prefixBytes is how much of a prefix the index looks at; shorter prefixes are scanned.
const prefixBytes = 3

func buildIndex(rules []Rule) index {
	x := index{
		equals: map[anchor][]entry{}, words: map[anchor][]entry{}, prefix: map[anchor][]entry{},
		starts: map[anchor][]entry{}, scan: map[anchor][]entry{},
	}
	for i, r := range rules {
		p := r.Match[0]
		best := 0
		for j, f := range p.Fields {
			if f.cost() < p.Fields[best].cost() {
				best = j
			}
		}
		for _, t := range p.Fields[best].Tests {
			x.add(p.Kind, p.Fields[best].Field, entry{rule: i, predicate: best, test: t})
		}
	}
	return x
}

// cost orders predicates by how well they narrow the search: whole values best, expressions worst.
func (p Predicate) cost() int {
	worst := 0
	for _, t := range p.Tests {
		worst = max(worst, int(t.op))
	}
	return worst
}

func (x *index) add(kind, field string, e entry) {
	t := e.test
	file := func(m map[anchor][]entry, text string) {
		a := anchor{kind, field, text}
		m[a] = append(m[a], e)
	}
	switch {
	case t.op == opEquals:
		file(x.equals, t.text)
	case t.op == opWord:
		first, _, _ := strings.Cut(t.text, " ")
		file(x.words, first)
	case t.op == opPrefix && len(t.text) >= prefixBytes:
		file(x.prefix, t.text[:prefixBytes])
	case t.op == opRegexp:
		list, atWord := starts(t.text[1 : len(t.text)-1])
		if len(list) == 0 || atWord && kind != kindText {
			file(x.scan, "")
			return
		}
		for _, s := range list {
			if atWord {
				file(x.starts, s[:prefixBytes])
			} else {
				file(x.prefix, s[:prefixBytes])
			}
		}
	default:
		file(x.scan, "")
	}
}

// each calls try for every test filed under f that holds; the same rule may come more than once.
func (x *index) each(f *fact, try func(e *entry)) {
	for name, v := range f.fields {
		run := func(list []entry) {
			for i := range list {
				if list[i].test.holds(v.lower, v.words) {
					try(&list[i])
				}
			}
		}
		run(x.equals[anchor{f.kind, name, v.lower}])
		if len(v.lower) >= prefixBytes {
			run(x.prefix[anchor{f.kind, name, v.lower[:prefixBytes]}])
		}
		run(x.scan[anchor{f.kind, name, ""}])
		for words := v.words; words != ""; {
			if f.kind == kindText && len(words) >= prefixBytes {
				run(x.starts[anchor{f.kind, name, words[:prefixBytes]}])
			}
			var word string
			word, words, _ = strings.Cut(words, " ")
			run(x.words[anchor{f.kind, name, word}])
		}
	}
}

// matches reports whether every predicate of p holds on f, skip excepted.
func (p *Pattern) matches(f *fact, skip int) bool {
	if p.Kind != f.kind {
		return false
	}
	for i := range p.Fields {
		if i == skip {
			continue
		}
		v, ok := f.fields[p.Fields[i].Field]
		if !ok || !p.Fields[i].holds(v) {
			return false
		}
	}
	return true
}

func (p *Predicate) holds(v value) bool {
	for i := range p.Tests {
		if p.Tests[i].holds(v.lower, v.words) {
			return true
		}
	}
	return false
}

// match returns, for each pattern of r, a fact that fulfils it; nil when one is missing. The first
// pattern is only tried on first, whose predicate number known is already known to hold.
func (r *Rule) match(first *fact, known int, all []*fact) []*fact {
	if !r.Match[0].matches(first, known) {
		return nil
	}
	found := make([]*fact, 1, len(r.Match))
	found[0] = first
	for i := 1; i < len(r.Match); i++ {
		f := firstMatch(&r.Match[i], all)
		if f == nil {
			return nil
		}
		found = append(found, f)
	}
	return found
}

func firstMatch(p *Pattern, all []*fact) *fact {
	for _, f := range all {
		if p.matches(f, -1) {
			return f
		}
	}
	return nil
}
