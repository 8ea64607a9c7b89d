package catalogue

import (
	"fmt"
	"io/fs"
	"strings"
	"unicode"
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

	chips, noise map[string]bool
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
	for _, field := range []string{"manufacturer", "txt.manufacturer", "txt.usb_mfg", "txt.mfg", "txt.vendor"} {
		for _, f := range v.facts {
			if b := c.words.brandOf(f.fields[field].raw); b != "" {
				return clean(b)
			}
		}
	}
	if b := c.words.saidBy(v); b != "" {
		return b
	}
	for _, f := range v.facts {
		if f.kind == kindVendor {
			if b := c.words.brandOf(f.fields["brand"].raw); b != "" {
				return clean(b)
			}
		}
	}
	return ""
}

// saidBy looks for a brand in what the device says; the longest word wins.
func (v *vocabulary) saidBy(facts view) string {
	best, brand := "", ""
	for _, f := range facts.facts {
		if f.kind != kindText {
			continue
		}
		words := f.fields["value"].words
		list := strings.Split(words, " ")
		for i := range list {
			for n := 1; n <= 3 && i+n <= len(list); n++ { // brands have at most three words
				phrase := strings.Join(list[i:i+n], " ")
				if b, ok := v.Said[phrase]; ok && len(phrase) > len(best) {
					best, brand = phrase, b
				}
			}
		}
	}
	return brand
}

// modelFields are where devices give their model, the most telling first.
var modelFields = []string{"modelname", "txt.md", "txt.ty", "txt.model", "txt.am", "txt.mdl", "txt.usb_mdl",
	"txt.modelname", "txt.rpmd", "txt.modelid", "modelnumber"}

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
		if !unicode.IsGraphic(r) {
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
