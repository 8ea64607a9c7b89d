package catalogue

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"keyholder/scanner"
)

// weigh makes a claim a mere hint where chance or an everyday name can meet it.
func (c *Catalogue) weigh(k claim, all []*fact) claim {
	k.named = onlyChosen(k)
	if k.named && c.byChance(k, all) {
		k.sure = Possible
	}
	return k
}

// byChance reports whether a claim rests only on words that any name can hold by chance, and nothing
// the device cannot choose stands beside them: "c210" is a camera, and also the room of a lecture.
// Such a claim is a hint: a second kind of evidence can raise it, the words alone cannot.
func (c *Catalogue) byChance(k claim, all []*fact) bool {
	if k.sure == Possible {
		return false
	}
	for i, f := range k.facts {
		if !c.words.common(f, &k.rule.Match[i]) {
			return false
		}
	}
	return !backed(k.rule.Brand, all)
}

// onlyChosen reports whether a claim rests on nothing but text that people or programs choose.
func onlyChosen(k claim) bool {
	for i := range k.facts {
		for _, p := range k.rule.Match[i].Fields {
			if !p.chosen {
				return false
			}
		}
	}
	return k.rule.Group != ""
}

// backed reports whether the hardware address belongs to the maker that a rule names.
func backed(brand string, all []*fact) bool {
	return brand != "" && slices.ContainsFunc(all, func(f *fact) bool {
		return f.kind == kindVendor && f.field == "mac" && strings.HasPrefix(f.fields["brand"].lower, strings.ToLower(brand))
	})
}

// common reports whether all that the pattern finds in the fact is too plain to tell.
func (v *vocabulary) common(f *fact, p *Pattern) bool {
	return !slices.ContainsFunc(p.Fields, func(p Predicate) bool { return v.tells(f, &p) })
}

// tells reports whether one of the tests that hold rests on telling words.
func (v *vocabulary) tells(f *fact, p *Predicate) bool {
	said := f.fields[p.Field]
	for i := range p.Tests {
		t := &p.Tests[i]
		if t.plain || !t.holds(said.lower, said.words) {
			continue
		}
		if v.tellingHere(t, said.lower) {
			return true
		}
	}
	return false
}

// tellingHere decides for a test whose words are not plain in themselves.
func (v *vocabulary) tellingHere(t *Test, lower string) bool {
	switch t.op {
	case opRegexp:
		return v.telling(normalise(t.re.FindString(lower)))
	case opPrefix: // "realme" is also the beginning of "realmedia"
		next, _ := utf8.DecodeRuneInString(lower[len(t.text):])
		last, _ := utf8.DecodeLastRuneInString(t.text)
		return !unicode.IsLetter(next) || !unicode.IsLetter(last) || len(t.text) > tellingStart
	}
	return true
}

// mark notes in every rule what byChance needs to know of its tests.
func (v *vocabulary) mark(rules []Rule) {
	for _, r := range rules {
		for _, p := range r.Match {
			for i := range p.Fields {
				p.Fields[i].chosen = chosen(p.Kind, p.Fields[i].Field)
				for j := range p.Fields[i].Tests {
					t := &p.Fields[i].Tests[j]
					t.plain = t.op != opRegexp && !v.telling(normalise(t.text))
				}
			}
		}
	}
}

// chosen reports whether a field is text that people or programs are free to choose.
func chosen(kind, field string) bool {
	return kind == kindText || slices.Contains(textFields[scanner.FactKind(kind)], field)
}

// The least letters or characters that make words telling: in two million names of nonsense these
// turned up less than once for each pattern.
const (
	tellingLetters = 6  // of one word
	tellingPair    = 5  // letters of two words together
	tellingSign    = 10 // characters of one word with digits
	tellingStart   = 7  // letters of a start in the middle of a word
)

// telling reports whether words are long and rare enough to be more than chance. Some short ones are,
// and some long ones are words of everyday language; both are listed.
func (v *vocabulary) telling(words string) bool {
	if v.names[words] {
		return true
	}
	list := strings.Fields(words)
	letters, long := 0, 0
	for _, w := range list {
		if !v.everyday[w] {
			letters += len([]rune(strings.TrimFunc(w, unicode.IsDigit)))
			long += len(w)
		}
	}
	switch {
	case long == 0:
		return false
	case len(list) > 1:
		return letters >= tellingPair || long >= tellingSign
	}
	if strings.IndexFunc(words, unicode.IsDigit) < 0 {
		return letters >= tellingLetters
	}
	return len(words) >= tellingSign
}
