// Package i18n loads the texts of the user interface: one flat JSON file per language with keys of
// the form area.screen.element, placeholders in braces and plural forms by the rules of CLDR.
package i18n

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

// Source is the language that every other one is measured against.
const Source = "en"

// Pseudo is the made-up language of the tests: every text of the catalogue is visibly changed, so
// that a text which never went through the catalogue shows at once.
const Pseudo = "xx"

// Catalogue holds the texts of all languages. It is read only after Load.
type Catalogue struct{ languages map[string]*Localiser }

// Load reads every *.json of dir in fsys. The pseudo-language is made from the source language.
func Load(fsys fs.FS, dir string) (*Catalogue, error) {
	names, err := fs.Glob(fsys, path.Join(dir, "*.json"))
	if err != nil {
		return nil, fmt.Errorf("listing languages: %w", err)
	}
	c := &Catalogue{languages: map[string]*Localiser{}}
	for _, name := range names {
		code := strings.TrimSuffix(path.Base(name), ".json")
		texts, err := readTexts(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("reading language %s: %w", code, err)
		}
		if c.languages[code], err = newLocaliser(code, texts); err != nil {
			return nil, err
		}
	}
	source, ok := c.languages[Source]
	if !ok {
		return nil, fmt.Errorf("reading languages: %s.json is missing", Source)
	}
	c.languages[Pseudo] = pseudoLocaliser(source)
	return c, nil
}

func readTexts(fsys fs.FS, name string) (map[string]string, error) {
	raw, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, err
	}
	texts := map[string]string{}
	if err := json.Unmarshal(raw, &texts); err != nil {
		return nil, err
	}
	return texts, nil
}

// Languages returns the codes of all languages, sorted, the pseudo-language included.
func (c *Catalogue) Languages() []string {
	codes := make([]string, 0, len(c.languages))
	for code := range c.languages {
		codes = append(codes, code)
	}
	slices.Sort(codes)
	return codes
}

// Localiser returns the texts of one language, or an error that names the languages there are.
func (c *Catalogue) Localiser(code string) (*Localiser, error) {
	l, ok := c.languages[code]
	if !ok {
		return nil, fmt.Errorf("choosing language %q: there are only %s",
			code, strings.Join(c.Languages(), ", "))
	}
	return l, nil
}

// Localiser gives the texts of one language.
type Localiser struct {
	Lang string // BCP 47 code
	Dir  string // "ltr" or "rtl"

	texts map[string]string
	tag   language.Tag
}

func newLocaliser(code string, texts map[string]string) (*Localiser, error) {
	tag, err := language.Parse(code)
	if err != nil {
		return nil, fmt.Errorf("parsing language code %q: %w", code, err)
	}
	return &Localiser{Lang: code, Dir: direction(tag), texts: texts, tag: tag}, nil
}

// direction looks at the script, because Azerbaijani or Kurdish may be written either way.
func direction(tag language.Tag) string {
	script, _ := tag.Script()
	switch script.String() {
	case "Arab", "Hebr", "Thaa", "Syrc", "Nkoo", "Adlm":
		return "rtl"
	}
	return "ltr"
}

// Has reports whether the catalogue has a text for key.
func (l *Localiser) Has(key string) bool {
	_, ok := l.texts[key]
	return ok
}

// T returns the text of key. args are pairs of a placeholder's name and its value: T("case.code",
// "code", c.Code) fills "{code}". A key without text comes back in brackets, which a test finds.
func (l *Localiser) T(key string, args ...any) string {
	text, ok := l.texts[key]
	if !ok {
		return "⟦" + key + "⟧"
	}
	return fill(text, args)
}

// N returns the plural form of key for n: the text of key.one, key.few, key.many, … or key.other,
// with "{n}" filled.
func (l *Localiser) N(key string, n int, args ...any) string {
	form := pluralForm(l.tag, n)
	if !l.Has(key + "." + form) {
		form = "other"
	}
	return l.T(key+"."+form, append([]any{"n", n}, args...)...)
}

func pluralForm(tag language.Tag, n int) string {
	if n < 0 {
		n = -n
	}
	switch plural.Cardinal.MatchPlural(tag, n, 0, 0, 0, 0) {
	case plural.Zero:
		return "zero"
	case plural.One:
		return "one"
	case plural.Two:
		return "two"
	case plural.Few:
		return "few"
	case plural.Many:
		return "many"
	}
	return "other"
}

func fill(text string, args []any) string {
	if len(args) < 2 {
		return text
	}
	pairs := make([]string, 0, len(args))
	for i := 0; i+1 < len(args); i += 2 {
		pairs = append(pairs, fmt.Sprintf("{%v}", args[i]), fmt.Sprint(args[i+1]))
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// Placeholders returns the names in braces of a text, sorted, each once.
func Placeholders(text string) []string {
	var names []string
	for rest := text; ; {
		_, after, found := strings.Cut(rest, "{")
		if !found {
			break
		}
		name, tail, closed := strings.Cut(after, "}")
		if !closed {
			break
		}
		names, rest = append(names, name), tail
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// pseudoLocaliser marks every source text and makes it a third longer, as many languages would.
func pseudoLocaliser(source *Localiser) *Localiser {
	texts := make(map[string]string, len(source.texts))
	for key, text := range source.texts {
		texts[key] = "[" + accent(text) + strings.Repeat("~", len([]rune(text))/3) + "]"
	}
	return &Localiser{Lang: Pseudo, Dir: "ltr", texts: texts, tag: source.tag}
}

// accent swaps vowels outside of placeholders.
func accent(text string) string {
	var b strings.Builder
	swap := strings.NewReplacer("a", "á", "e", "é", "i", "í", "o", "ó", "u", "ú",
		"A", "Á", "E", "É", "I", "Í", "O", "Ó", "U", "Ú")
	for text != "" {
		before, after, found := strings.Cut(text, "{")
		b.WriteString(swap.Replace(before))
		if !found {
			break
		}
		name, rest, _ := strings.Cut(after, "}")
		b.WriteString("{" + name + "}")
		text = rest
	}
	return b.String()
}
