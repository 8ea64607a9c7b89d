package server

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"keyholder/server/i18n"
	"keyholder/server/web"
	"keyholder/templates"
)

func texts(t *testing.T, lang string) map[string]string {
	t.Helper()
	raw, err := fs.ReadFile(templates.FS, "locales/"+lang+".json")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	if err := json.Unmarshal(raw, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

// callsInTemplates finds {{t "key"}} and {{tn "key"}}.
var callsInTemplates = regexp.MustCompile(`\b(tn?) "([^"]+)"`)

// usedKeys returns the keys that templates ask for, and all string literals of the Go code outside
// of tests: a key may be written anywhere there, or be put together from a literal that ends in a
// full stop.
func usedKeys(t *testing.T) (inTemplates, plural map[string]string, literals []string) {
	t.Helper()
	inTemplates, plural = map[string]string{}, map[string]string{}
	err := fs.WalkDir(templates.FS, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(name) != ".html" {
			return err
		}
		body, err := fs.ReadFile(templates.FS, name)
		for _, m := range callsInTemplates.FindAllStringSubmatch(string(body), -1) {
			if m[1] == "tn" {
				plural[m[2]] = name
			} else {
				inTemplates[m[2]] = name
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return inTemplates, plural, literalsBelow(t, "..")
}

func literalsBelow(t *testing.T, root string) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				if s, err := strconv.Unquote(lit.Value); err == nil {
					found = append(found, s)
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

var pluralForms = []string{".zero", ".one", ".two", ".few", ".many", ".other"}

// keyShape is what a message key looks like; it tells keys from other literals.
var keyShape = regexp.MustCompile(`^[a-z]+(\.[a-z0-9_]+)+$`)

func TestTexts_every_key_is_there(t *testing.T) {
	all := texts(t, i18n.Source)
	inTemplates, plural, literals := usedKeys(t)
	for key, name := range inTemplates {
		if _, ok := all[key]; !ok {
			t.Errorf("%s asks for %s, which has no text", name, key)
		}
	}
	for key, name := range plural {
		if _, ok := all[key+".other"]; !ok {
			t.Errorf("%s asks for %s, which has no plural", name, key)
		}
	}
	areas := map[string]bool{}
	for key := range all {
		area, _, _ := strings.Cut(key, ".")
		areas[area] = true
	}
	for _, lit := range literals {
		area, _, _ := strings.Cut(lit, ".")
		_, known := all[lit]
		_, isPlural := all[lit+".other"]
		// Names of settings and of files look like keys but are not.
		if keyShape.MatchString(lit) && areas[area] && !known && !isPlural && !notAKey(lit) {
			t.Errorf("the code asks for %s, which has no text", lit)
		}
	}
}

// notAKey names literals with the shape of a key that are something else.
func notAKey(lit string) bool {
	settings := []string{
		web.SettingProduct, web.SettingIdle, web.SettingLeave, web.SettingEmergency, web.SettingRecovery, web.SettingHide, web.SettingRelook,
	}
	ext := filepath.Ext(lit)
	return slices.Contains(settings, lit) || slices.Contains([]string{".db", ".css", ".js", ".sock", ".csv", ".json", ".yaml", ".age", ".vault", ".bak", ".tsv"}, ext)
}

func TestTexts_every_text_is_used(t *testing.T) {
	inTemplates, plural, literals := usedKeys(t)
	used := map[string]bool{}
	var starts []string
	for _, lit := range literals {
		used[lit] = true
		if strings.HasSuffix(lit, ".") {
			starts = append(starts, lit)
		} else if keyShape.MatchString(lit) {
			starts = append(starts, lit+".") // a helper adds the codes of an answer
		}
	}
	for key := range all(t) {
		base := key
		for _, form := range append(pluralForms, ".next", ".window", ".why", ".hint") {
			base = strings.TrimSuffix(base, form)
		}
		_, a := inTemplates[key]
		_, b := plural[base]
		begun := slices.ContainsFunc(starts, func(s string) bool { return len(s) > 4 && strings.HasPrefix(key, s) })
		if !a && !b && !used[key] && !used[base] && !begun {
			t.Errorf("%s is never used", key)
		}
	}
}

func all(t *testing.T) map[string]string { return texts(t, i18n.Source) }

func TestTexts_languages_agree(t *testing.T) {
	source := all(t)
	names, err := fs.Glob(templates.FS, "locales/*.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		lang := strings.TrimSuffix(filepath.Base(name), ".json")
		for key, text := range texts(t, lang) {
			if strings.TrimSpace(text) == "" {
				t.Errorf("%s: %s is empty", lang, key)
			}
			if want, ok := source[key]; !ok {
				t.Errorf("%s: %s is not in the source language", lang, key)
			} else if !slices.Equal(i18n.Placeholders(want), i18n.Placeholders(text)) {
				t.Errorf("%s: %s has other placeholders", lang, key)
			}
		}
		for key := range source {
			if _, ok := texts(t, lang)[key]; !ok {
				t.Errorf("%s: %s is missing", lang, key)
			}
		}
	}
}

// TestTexts_window_says_nothing: what a window, a tab or the history shows must not tell what the
// program is for (PRACTICE 6.4).
func TestTexts_window_says_nothing(t *testing.T) {
	telling := regexp.MustCompile(`(?i)abus|violen|stalk|surviv|victim|partner|spy|spied|track|danger|refuge|shelter|hidden|escape|threat|hurt|harm`)
	source := all(t)
	for key, text := range source {
		if !strings.HasSuffix(key, ".title") && !strings.HasSuffix(key, ".window") {
			continue
		}
		if _, own := source[key+".window"]; own && strings.HasSuffix(key, ".title") {
			continue
		}
		if telling.MatchString(text) {
			t.Errorf("%s shows %q in the window", key, text)
		}
	}
}

// TestEmbed_is_complete: go:embed leaves out names that begin with a full stop or an underscore.
func TestEmbed_is_complete(t *testing.T) {
	for root, embedded := range map[string]fs.FS{"../templates": templates.FS, "../static": staticFS()} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || filepath.Ext(path) == ".go" || strings.HasSuffix(path, ".new") {
				return err
			}
			name, err := filepath.Rel(root, path)
			if err != nil {
				return err
			}
			onDisk, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			inside, err := fs.ReadFile(embedded, filepath.ToSlash(name))
			if err != nil {
				t.Errorf("%s is not in the binary", path)
			} else if string(inside) != string(onDisk) {
				t.Errorf("%s differs in the binary", path)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
