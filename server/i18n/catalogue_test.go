package i18n

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

func load(t *testing.T, files map[string]string) *Catalogue {
	t.Helper()
	fsys := fstest.MapFS{}
	for name, body := range files {
		fsys["locales/"+name+".json"] = &fstest.MapFile{Data: []byte(body)}
	}
	c, err := Load(fsys, "locales")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestLocaliser_T(t *testing.T) {
	c := load(t, map[string]string{"en": `{"a.b": "Case {code} of {n}", "plain": "Plain"}`})
	l, err := c.Localiser("en")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ got, want string }{
		{l.T("a.b", "code", "KH-1", "n", 2), "Case KH-1 of 2"},
		{l.T("a.b", "code", "{n}", "n", 2), "Case {n} of 2"},
		{l.T("plain", "extra", 1), "Plain"},
		{l.T("missing"), "⟦missing⟧"},
	} {
		if tt.got != tt.want {
			t.Errorf("got %q, want %q", tt.got, tt.want)
		}
	}
}

func TestLocaliser_N(t *testing.T) {
	c := load(t, map[string]string{
		"en": `{"d.one": "one day", "d.other": "{n} days"}`,
		"pl": `{"d.one": "1 dzień", "d.few": "{n} dni", "d.many": "{n} dni (wiele)", "d.other": "{n} dnia"}`,
		"ar": `{"d.other": "{n}"}`,
	})
	for _, tt := range []struct {
		lang string
		n    int
		want string
	}{
		{"en", 0, "0 days"},
		{"en", 1, "one day"},
		{"en", 2, "2 days"},
		{"pl", 1, "1 dzień"},
		{"pl", 3, "3 dni"},
		{"pl", 5, "5 dni (wiele)"},
		{"pl", 22, "22 dni"},
		{"ar", 3, "3"}, // a form that the language has and the file lacks
	} {
		l, err := c.Localiser(tt.lang)
		if err != nil {
			t.Fatal(err)
		}
		if got := l.N("d", tt.n); got != tt.want {
			t.Errorf("%s %d: got %q, want %q", tt.lang, tt.n, got, tt.want)
		}
	}
}

func TestLocaliser_direction(t *testing.T) {
	c := load(t, map[string]string{"en": "{}", "ar": "{}", "he": "{}", "ur": "{}", "az": "{}", "cy": "{}"})
	for lang, want := range map[string]string{
		"en": "ltr", "cy": "ltr", "az": "ltr", "ar": "rtl", "he": "rtl", "ur": "rtl", "xx": "ltr",
	} {
		l, err := c.Localiser(lang)
		if err != nil {
			t.Fatal(err)
		}
		if l.Dir != want {
			t.Errorf("%s: got %s, want %s", lang, l.Dir, want)
		}
	}
}

func TestCatalogue_pseudo(t *testing.T) {
	c := load(t, map[string]string{"en": `{"a": "Hold for {minutes} minutes"}`})
	l, err := c.Localiser(Pseudo)
	if err != nil {
		t.Fatal(err)
	}
	got := l.T("a", "minutes", 15)
	if !strings.HasPrefix(got, "[") || !strings.Contains(got, " 15 ") || strings.Contains(got, "Hold") {
		t.Errorf("the pseudo-language gives %q", got)
	}
}

func TestLoad_errors(t *testing.T) {
	for name, files := range map[string]fstest.MapFS{
		"no source language": {"locales/cy.json": {Data: []byte("{}")}},
		"not flat":           {"locales/en.json": {Data: []byte(`{"a": {"b": "c"}}`)}},
		"not a language":     {"locales/en.json": {Data: []byte("{}")}, "locales/!.json": {Data: []byte("{}")}},
	} {
		if _, err := Load(files, "locales"); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := load(t, map[string]string{"en": "{}"}).Localiser("tlh"); err == nil || !strings.Contains(err.Error(), "en") {
		t.Errorf("an unknown language is answered with %v", err)
	}
}

func TestPlaceholders(t *testing.T) {
	got := Placeholders("{b} and {a}, {b} again, } and {open")
	if want := []string{"a", "b"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
