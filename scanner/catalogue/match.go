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
	list, texts := x.places(kind, e.test)
	for _, text := range texts {
		a := anchor{kind, field, text}
		list[a] = append(list[a], e)
	}
}

// places says in which list a test is filed, and under which texts.
func (x *index) places(kind string, t Test) (list map[anchor][]entry, texts []string) {
	switch t.op {
	case opEquals:
		return x.equals, []string{t.text}
	case opWord:
		first, _, _ := strings.Cut(t.text, " ")
		return x.words, []string{first}
	case opPrefix:
		if len(t.text) >= prefixBytes {
			return x.prefix, []string{t.text[:prefixBytes]}
		}
	case opRegexp:
		texts, atWord := starts(t.text[1 : len(t.text)-1])
		if len(texts) > 0 && !atWord {
			return x.prefix, texts
		}
		if len(texts) > 0 && kind == kindText {
			return x.starts, texts
		}
	}
	return x.scan, []string{""}
}

// each calls try for every test filed under f that holds; the same rule may come more than once.
func (x *index) each(f *fact, try func(e *entry)) {
	for name, v := range f.fields {
		v.try(x.equals[anchor{f.kind, name, v.lower}], try)
		if len(v.lower) >= prefixBytes {
			v.try(x.prefix[anchor{f.kind, name, v.lower[:prefixBytes]}], try)
		}
		v.try(x.scan[anchor{f.kind, name, ""}], try)
		x.eachWord(f.kind, name, v, try)
	}
}

func (x *index) eachWord(kind, name string, v value, try func(e *entry)) {
	for words := v.words; words != ""; {
		if kind == kindText && len(words) >= prefixBytes {
			v.try(x.starts[anchor{kind, name, words[:prefixBytes]}], try)
		}
		var word string
		word, words, _ = strings.Cut(words, " ")
		v.try(x.words[anchor{kind, name, word}], try)
	}
}

// try calls try for the tests of the list that v passes.
func (v value) try(list []entry, try func(e *entry)) {
	for i := range list {
		if list[i].test.holds(v.lower, v.words) {
			try(&list[i])
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
