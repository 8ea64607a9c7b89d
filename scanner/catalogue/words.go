package catalogue

import (
	"fmt"
	"io/fs"
	"strings"
	"unicode"
	"unicode/utf8"
)

// vocabulary is data/words.v0.yaml: what the scoring needs to know about brands and boxes.
type vocabulary struct {
	Version int    `yaml:"version"`
	Checked string `yaml:"checked"`
	// Chips are makers of network parts, whose name says nothing about the brand on the box.
	Chips []string `yaml:"chips"`
	// Brands maps the start of a maker's name in lower case to the brand.
	Brands map[string]string `yaml:"brands"`
	// Together are pairs of codes that are often one and the same box.
	Together [][]string `yaml:"together"`
	// Said maps words that stand in names and models to the brand they belong to.
	Said map[string]string `yaml:"said"`
	// Noise are model texts that mean nothing.
	Noise []string `yaml:"noise"`
	// Everyday are words of everyday language that are also names of products; Forms are the rules about
	// names that a program makes up in a form of its own. See byChance.
	Everyday []string `yaml:"everyday"`
	Forms    []string `yaml:"forms"`

	chips, noise, everyday, forms map[string]bool
}

func readVocabulary(fsys fs.FS) (vocabulary, error) {
	const name = "data/words.v0.yaml"
	var v vocabulary
	raw, err := fs.ReadFile(fsys, name)
	if err != nil {
		return v, fmt.Errorf("reading %s: %w", name, err)
	}
	if err := decodeStrict(raw, &v); err != nil {
		return v, fmt.Errorf("decoding %s: %w", name, err)
	}
	for _, pair := range v.Together {
		for _, code := range pair {
			if _, class := GroupOf(Class(code)); !class && Classes(Group(code)) == nil {
				return v, fmt.Errorf("%s: %q is not in the code set", name, code)
			}
		}
	}
	v.chips, v.noise = setOf(v.Chips), setOf(v.Noise)
	v.everyday, v.forms = setOf(v.Everyday), setOf(v.Forms)
	return v, nil
}

func setOf(list []string) map[string]bool {
	set := make(map[string]bool, len(list))
	for _, s := range list {
		set[strings.ToLower(s)] = true
	}
	return set
}

// brandOf shortens a maker's name; empty when it says nothing.
func (v *vocabulary) brandOf(name string) string {
	lower := strings.ToLower(name)
	if lower == "" || v.chips[lower] || v.noise[lower] {
		return ""
	}
	best, brand := 0, name
	for start, b := range v.Brands {
		if len(start) > best && strings.HasPrefix(lower, start) {
			best, brand = len(start), b
		}
	}
	return brand
}

// brand picks the brand: from the claim that named the device, from what the device says, or from
// the register of makers.
func (c *Catalogue) brand(id Identity, claims []claim, v view) string {
	for _, k := range claims {
		if k.rule.Group == id.Group && k.rule.Brand != "" {
			return k.rule.Brand
		}
	}
	for _, field := range [...]string{"manufacturer", "txt.manufacturer", "txt.usb_mfg", "txt.mfg", "txt.vendor"} {
		if b := c.words.namedIn(v.facts, field); b != "" {
			return b
		}
	}
	if b := c.words.saidBy(v.facts); b != "" {
		return b
	}
	return c.words.namedIn(v.of(kindVendor), "brand")
}

// namedIn returns the brand of the first fact that names a maker in a field.
func (v *vocabulary) namedIn(facts []*fact, field string) string {
	for _, f := range facts {
		if b := v.brandOf(f.fields[field].raw); b != "" {
			return clean(b)
		}
	}
	return ""
}

// saidBy looks for a brand in what the device says; the longest word wins.
func (v *vocabulary) saidBy(facts []*fact) string {
	best := ""
	for _, f := range facts {
		if f.kind == kindText {
			best = v.longest(strings.Split(f.fields["value"].words, " "), best)
		}
	}
	return v.Said[best]
}

// brandWords is how many words a brand has at most.
const brandWords = 3

// longest returns the longest run of words that speaks for a brand, or best when none is longer.
func (v *vocabulary) longest(words []string, best string) string {
	for i := range words {
		for n := 1; n <= min(brandWords, len(words)-i); n++ {
			phrase := strings.Join(words[i:i+n], " ")
			if _, ok := v.Said[phrase]; ok && len(phrase) > len(best) {
				best = phrase
			}
		}
	}
	return best
}

// modelFields are where devices give their model, the most telling first.
var modelFields = []string{
	"modelname", "txt.md", "txt.ty", "txt.model", "txt.am", "txt.mdl", "txt.usb_mdl",
	"txt.modelname", "txt.rpmd", "txt.modelid", "modelnumber",
}

// model is the model that the winning rule names, or what the device gives as its model.
func (c *Catalogue) model(claims []claim, v view) string {
	if len(claims) > 0 && claims[0].rule.Model != "" {
		return claims[0].rule.Model
	}
	for _, field := range modelFields {
		for _, f := range v.facts {
			text := f.fields[field]
			if text.raw != "" && !c.words.noise[text.lower] {
				return clean(text.raw)
			}
		}
	}
	return ""
}

// maxShown is how many characters of a device's own text appear in an evidence.
const maxShown = 80

// clean makes text of a device fit to be shown on one line: no control, direction or other invisible
// characters, valid UTF-8, bounded length. Escaping is left to the output.
func clean(s string) string {
	var b strings.Builder
	n := 0
	for _, r := range strings.ToValidUTF8(s, "") {
		if !unicode.IsGraphic(r) || r == utf8.RuneError {
			r = ' '
		}
		if n++; n > maxShown {
			b.WriteString("…")
			break
		}
		b.WriteRune(r)
	}
	return strings.TrimSpace(b.String())
}
