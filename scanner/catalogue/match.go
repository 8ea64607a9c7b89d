package catalogue

import "strings"

// anchor is where a rule is found from: a value that must occur for its first pattern to match.
type anchor struct {
	kind, field, text string
}

// index finds the few rules worth trying for a fact, so that not all are.
type index struct {
	equals map[anchor][]int // whole value
	words  map[anchor][]int // first word of a phrase
	prefix map[anchor][]int // first bytes of a prefix
	scan   map[anchor][]int // no text: expressions and "any value", by kind and field
}

// prefixBytes is how much of a prefix the index looks at; shorter prefixes are scanned.
const prefixBytes = 3

func buildIndex(rules []Rule) index {
	x := index{equals: map[anchor][]int{}, words: map[anchor][]int{}, prefix: map[anchor][]int{},
		scan: map[anchor][]int{}}
	for i, r := range rules {
		p := r.Match[0]
		best := p.Fields[0]
		for _, f := range p.Fields[1:] {
			if f.cost() < best.cost() {
				best = f
			}
		}
		for _, t := range best.Tests {
			x.add(p.Kind, best.Field, t, i)
		}
	}
	return x
}

// cost orders predicates by how well they narrow the search. A service type is on many devices, but
// each type is tried once; the value of another field narrows more.
func (p Predicate) cost() int {
	worst := 0
	for _, t := range p.Tests {
		worst = max(worst, int(t.op))
	}
	return worst
}

func (x *index) add(kind, field string, t Test, rule int) {
	switch {
	case t.op == opEquals:
		insert(x.equals, anchor{kind, field, t.text}, rule)
	case t.op == opWord:
		first, _, _ := strings.Cut(t.text, " ")
		insert(x.words, anchor{kind, field, first}, rule)
	case t.op == opPrefix && len(t.text) >= prefixBytes:
		insert(x.prefix, anchor{kind, field, t.text[:prefixBytes]}, rule)
	default:
		insert(x.scan, anchor{kind, field, ""}, rule)
	}
}

func insert(m map[anchor][]int, a anchor, rule int) {
	list := m[a]
	if len(list) == 0 || list[len(list)-1] != rule {
		m[a] = append(list, rule)
	}
}

// each calls try for every rule that f may start; the same rule may come more than once.
func (x *index) each(f *fact, try func(rule int)) {
	for name, v := range f.fields {
		for _, rule := range x.equals[anchor{f.kind, name, v.lower}] {
			try(rule)
		}
		if len(v.lower) >= prefixBytes {
			for _, rule := range x.prefix[anchor{f.kind, name, v.lower[:prefixBytes]}] {
				try(rule)
			}
		}
		for _, rule := range x.scan[anchor{f.kind, name, ""}] {
			try(rule)
		}
		for words := v.words; words != ""; {
			var word string
			word, words, _ = strings.Cut(words, " ")
			for _, rule := range x.words[anchor{f.kind, name, word}] {
				try(rule)
			}
		}
	}
}

// matches reports whether every predicate of p holds on f.
func (p *Pattern) matches(f *fact) bool {
	if p.Kind != f.kind {
		return false
	}
	for i := range p.Fields {
		v, ok := f.fields[p.Fields[i].Field]
		if !ok || !p.Fields[i].holds(v) {
			return false
		}
	}
	return true
}

func (p *Predicate) holds(v value) bool {
	for _, t := range p.Tests {
		if t.holds(v.lower, v.words) {
			return true
		}
	}
	return false
}

// match returns, for each pattern of r, a fact that fulfils it; nil when one is missing. The first
// pattern is only tried on first.
func (r *Rule) match(first *fact, all []*fact) []*fact {
	if !r.Match[0].matches(first) {
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
		if p.matches(f) {
			return f
		}
	}
	return nil
}
