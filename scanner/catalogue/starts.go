package catalogue

import (
	"regexp/syntax"
)

// How far the beginnings of an expression are spelled out for the index.
const (
	maxStarts = 200 // more alternatives than this and the expression is tried on every value
	maxClass  = 12  // characters of one class
)

// starts returns beginnings of prefixBytes, one of which every match of an anchored expression must
// have; the same one may come twice. atWord says that the match may begin at any word instead of only at the
// start of the value: the form "(^| )…". It returns nil when the expression promises nothing.
func starts(expression string) (list []string, atWord bool) {
	re, err := syntax.Parse(expression, syntax.Perl)
	if err != nil {
		return nil, false
	}
	parts := flatten(re)
	if len(parts) < 2 {
		return nil, false
	}
	switch {
	case parts[0].Op == syntax.OpBeginText:
	case isWordStart(parts[0]):
		atWord = true
	default:
		return nil, false
	}
	if list, _ = spell([]string{""}, parts[1:]); !longEnough(list) {
		return nil, false
	}
	for i, s := range list {
		list[i] = s[:prefixBytes]
	}
	return list, atWord
}

func flatten(re *syntax.Regexp) []*syntax.Regexp {
	if re.Op == syntax.OpConcat {
		return re.Sub
	}
	return []*syntax.Regexp{re}
}

// isWordStart recognises "(^| )".
func isWordStart(re *syntax.Regexp) bool {
	if re.Op != syntax.OpCapture || re.Sub[0].Op != syntax.OpAlternate || len(re.Sub[0].Sub) != 2 {
		return false
	}
	a, b := re.Sub[0].Sub[0], re.Sub[0].Sub[1]
	return a.Op == syntax.OpBeginText && b.Op == syntax.OpLiteral && string(b.Rune) == " "
}

// spell appends the parts to every beginning until all are long enough. It reports whether the parts
// were spelled out in full.
func spell(list []string, parts []*syntax.Regexp) ([]string, bool) {
	for _, p := range parts {
		if longEnough(list) {
			return list, false
		}
		next, whole := extend(list, p)
		if next == nil {
			return list, false
		}
		list = next
		if !whole {
			return list, false
		}
	}
	return list, true
}

// extend appends one part; nil when it cannot be spelled out.
func extend(list []string, p *syntax.Regexp) (next []string, whole bool) {
	switch p.Op {
	case syntax.OpLiteral:
		return product(list, []string{string(p.Rune)}), true
	case syntax.OpCharClass:
		return product(list, classOf(p.Rune)), true
	case syntax.OpCapture:
		return spell(list, flatten(p.Sub[0]))
	case syntax.OpConcat:
		return spell(list, p.Sub)
	case syntax.OpQuest:
		return either(list, p.Sub[0], &syntax.Regexp{Op: syntax.OpEmptyMatch})
	case syntax.OpAlternate:
		return either(list, p.Sub...)
	case syntax.OpEmptyMatch:
		return list, true
	}
	return nil, false
}

// either appends each of the alternatives.
func either(list []string, alternatives ...*syntax.Regexp) (next []string, whole bool) {
	whole = true
	for _, p := range alternatives {
		more, all := extend(list, p)
		if more == nil {
			return nil, false
		}
		next, whole = append(next, more...), whole && all
	}
	return capped(next), whole
}

func product(list, ends []string) []string {
	if len(ends) == 0 {
		return nil
	}
	var next []string
	for _, s := range list {
		for _, end := range ends {
			next = append(next, s+end)
		}
	}
	return capped(next)
}

func capped(list []string) []string {
	if len(list) > maxStarts {
		return nil
	}
	return list
}

func classOf(ranges []rune) []string {
	var list []string
	for i := 0; i+1 < len(ranges); i += 2 {
		for r := ranges[i]; r <= ranges[i+1]; r++ {
			if list = append(list, string(r)); len(list) > maxClass {
				return nil
			}
		}
	}
	return list
}

func longEnough(list []string) bool {
	for _, s := range list {
		if len(s) < prefixBytes {
			return false
		}
	}
	return true
}
