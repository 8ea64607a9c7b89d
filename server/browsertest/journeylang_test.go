package browsertest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"

	"keyholder/casework/knowledge"
	"keyholder/server/i18n"
	"keyholder/templates"
)

// TestJourney_pseudo goes the whole way in the made-up language, in which every text of the
// catalogue is visibly changed: what is not changed has been written past the catalogue. Words of
// the checklist and of the release have languages of their own and are left out.
func TestJourney_pseudo(t *testing.T) {
	b := startApp(t, withArgs("-lang", i18n.Pseudo)).open(t)
	b.pseudo = true
	wholeWay(b, nil)
}

// thePseudo is the made-up language, as the program makes it.
var thePseudo = sync.OnceValues(func() (*i18n.Localiser, error) {
	catalogue, err := i18n.Load(templates.FS, "locales")
	if err != nil {
		return nil, err
	}
	return catalogue.Localiser(i18n.Pseudo)
})

// pseudo is a text of the interface in the made-up language.
func pseudo(t *testing.T, key string, pairs ...string) string {
	t.Helper()
	l, err := thePseudo()
	if err != nil {
		t.Fatalf("reading the made-up language: %v", err)
	}
	var args []any
	for _, p := range pairs {
		args = append(args, p)
	}
	return plain(l.T(key, args...))
}

// bracketed is a text of the catalogue in the made-up language; one may stand inside another.
var bracketed = regexp.MustCompile(`\[[^\[\]]*\]`)

// ofTheWorker is what a journey types, what is made by chance or by the clock, and the name of the
// rule of a release.
var ofTheWorker = regexp.MustCompile(`speaker in the kitchen|at noon|pancakes|the neighbour, from her phone|the worker's laptop|` +
	`agreed after the warnings were read aloud|Keyholder|KH-[0-9A-Z-]+|[0-9a-f]{32}|Q[1-4]|UTC|hide \d+, round \d+, version \d+`)

// joined is what stands between two texts that are put beside each other.
var joined = regexp.MustCompile(` – |: |, `)

// anyNumber is a number, or the place of one in a text.
var anyNumber = regexp.MustCompile(`%d|\d+`)

var aWord = regexp.MustCompile(`\pL{2,}`)

// checkTranslated looks for words on the page that did not come out of a catalogue: texts, labels for
// assistive technology, and what stands in fields.
func (b *tab) checkTranslated(name string) {
	b.t.Helper()
	const script = `(() => {
		const out = [document.title];
		const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
		while (walk.nextNode()) {
			const parent = walk.currentNode.parentElement;
			// a picture breaks its labels into lines; the table beside it has them whole
			if (!parent.closest("script, style, noscript, svg, [data-phrase], .kh-key, .kh-licence")) out.push(walk.currentNode.data);
		}
		for (const e of document.querySelectorAll("*"))
			for (const a of ["aria-label", "alt", "title", "placeholder", "data-show", "data-hide"])
				if (e.hasAttribute(a)) out.push(e.getAttribute(a));
		return out;
	})()`
	corpus, err := theCorpus()
	if err != nil {
		b.t.Fatalf("reading what is not in the catalogue: %v", err)
	}
	for _, text := range get(b, "reading all texts", chromedp.Evaluate[[]string](script)) {
		rest := plain(text)
		if rest == "" || strings.Contains(corpus, rest) {
			continue
		}
		rest = ofTheWorker.ReplaceAllString(rest, " ")
		for bracketed.MatchString(rest) {
			rest = bracketed.ReplaceAllString(rest, " ")
		}
		for _, part := range joined.Split(anyNumber.ReplaceAllString(rest, "#"), -1) {
			if part = strings.Trim(plain(part), ". ()"); aWord.MatchString(part) && !strings.Contains(corpus, part) {
				b.t.Errorf("page %s says %q, which is not from a catalogue", name, plain(text))
			}
		}
	}
}

// theCorpus is every text that has a language of its own: the checklist, what devices can do, and the
// words of a release.
var theCorpus = sync.OnceValues(func() (string, error) {
	var all strings.Builder
	checklist, err := theContent()
	if err != nil {
		return "", err
	}
	gather(&all, reflect.ValueOf(checklist))
	base, err := knowledge.Load()
	if err != nil {
		return "", err
	}
	gather(&all, reflect.ValueOf(base))
	err = literals(&all, filepath.Join("..", "..", "casework", "stats"))
	return all.String() + anyNumber.ReplaceAllString(all.String(), "#"), err
})

// gather writes all strings of a value.
func gather(out *strings.Builder, v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		out.WriteString(plain(v.String()) + "\n")
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			gather(out, v.Elem())
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			gather(out, v.Index(i))
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			gather(out, v.MapIndex(key))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			gather(out, v.Field(i))
		}
	}
}

// literals writes all texts that stand in the code of a folder.
func literals(out *strings.Builder, dir string) error {
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return err
	}
	for _, name := range files {
		source, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, source, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				if text, err := strconv.Unquote(lit.Value); err == nil {
					out.WriteString(plain(text) + "\n")
				}
			}
			return true
		})
	}
	return nil
}
