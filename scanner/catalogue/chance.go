package catalogue

import (
	"math"
	"regexp/syntax"
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
	if k.sure == Possible || c.words.forms[k.rule.ID] {
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
		if !t.plain && t.holds(said.lower, said.words) && !t.inside(said.lower) {
			return true
		}
	}
	return false
}

// inside reports whether what a test begins with is only the beginning of a longer word: "realme" also
// begins "realmedia".
func (t *Test) inside(lower string) bool {
	if t.op != opPrefix || len(t.text) > tellingStart {
		return false
	}
	next, _ := utf8.DecodeRuneInString(lower[len(t.text):])
	last, _ := utf8.DecodeLastRuneInString(t.text)
	return unicode.IsLetter(next) && unicode.IsLetter(last)
}

// mark notes in every rule what byChance needs to know of its tests.
func (v *vocabulary) mark(rules []Rule) {
	for _, r := range rules {
		for _, p := range r.Match {
			for i := range p.Fields {
				p.Fields[i].chosen = chosen(p.Kind, p.Fields[i].Field)
				for j := range p.Fields[i].Tests {
					t := &p.Fields[i].Tests[j]
					t.plain = !v.telling(t)
				}
			}
		}
	}
}

// chosen reports whether a field is text that people or programs are free to choose.
func chosen(kind, field string) bool {
	return kind == kindText || slices.Contains(textFields[scanner.FactKind(kind)], field)
}

// How rare, in bits, a made-up text has to be to meet a test before the test tells anything. Counted as
// if whoever makes it up knew where letters and digits stand. Measured with names of nonsense: see
// TestCatalogue_Identify_nonsense.
const (
	tellingBits  = 28
	tellingStart = 7 // letters of a start in the middle of a word
	tellingWord  = 3 // characters of a word
)

// Bits of one character, of one more word, and of a word of everyday language beside a telling one.
var (
	letterBits = math.Log2(26)
	digitBits  = math.Log2(10)
)

const (
	wordBits     = 6
	everydayBits = 6
)

// telling reports whether a test is met so rarely by chance that it says something.
func (v *vocabulary) telling(t *Test) bool {
	if t.op != opRegexp {
		return v.textBits(normalise(t.text)) >= tellingBits
	}
	re, err := syntax.Parse(t.text[1:len(t.text)-1], syntax.Perl)
	return err == nil && v.bits(re) >= tellingBits
}

// textBits counts a text that must stand as it is. Words of everyday language and of one or two
// characters are no surprise when nothing else stands beside them.
func (v *vocabulary) textBits(text string) float64 {
	bits, words, rare := 0.0, 0, false
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		words++
		if v.everyday[word] || len(word) < tellingWord {
			bits += everydayBits
			continue
		}
		rare = true
		bits += spelt(word)
	}
	if !rare {
		return 0
	}
	return bits + wordBits*float64(words-1)
}

// spelt counts one word. Syllables that can be spoken are what people and programs make up first, so
// their letters count for less: one of some 18 consonants, then one of five vowels.
func spelt(word string) float64 {
	if syllables(word) {
		return float64(len(word)) * math.Log2(18*5) / 2
	}
	bits := 0.0
	for _, r := range word {
		bits += runeBits(r)
	}
	return bits
}

// syllables reports whether consonants and vowels take turns, as in "tado".
func syllables(word string) bool {
	for i, r := range word {
		if r < 'a' || r > 'z' || strings.ContainsRune("aeiou", r) != (i%2 == 1) {
			return false
		}
	}
	return len(word)%2 == 0
}

func runeBits(r rune) float64 {
	if unicode.IsDigit(r) {
		return digitBits
	}
	return letterBits
}

// bits counts what an expression asks for at least: the rarest way to meet it counts for little, the
// most common for most.
func (v *vocabulary) bits(re *syntax.Regexp) float64 {
	switch re.Op {
	case syntax.OpLiteral:
		return v.textBits(string(re.Rune))
	case syntax.OpCharClass:
		return classBits(re.Rune)
	case syntax.OpCapture, syntax.OpPlus:
		return v.bits(re.Sub[0])
	case syntax.OpRepeat:
		return float64(re.Min) * v.bits(re.Sub[0])
	case syntax.OpConcat:
		sum := 0.0
		for _, sub := range re.Sub {
			sum += v.bits(sub)
		}
		return sum
	case syntax.OpAlternate:
		often := 0.0
		for _, sub := range re.Sub {
			often += math.Exp2(-v.bits(sub))
		}
		return max(0, -math.Log2(often))
	}
	return 0 // what may be left out, or be anything
}

// classBits counts one character out of some, given as pairs of bounds.
func classBits(bounds []rune) float64 {
	among, most := 0, 0.0
	for i := 0; i+1 < len(bounds); i += 2 {
		among += int(bounds[i+1]-bounds[i]) + 1
		most = max(most, runeBits(bounds[i]))
	}
	return max(0, most-math.Log2(float64(among)))
}
