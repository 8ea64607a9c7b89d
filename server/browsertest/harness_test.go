package browsertest

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// These tests are about the tests: each kind of fault that a journey is there to find is made on
// purpose, on a page of ours under the same strict policy, and has to be found.

const strictPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

const cleanPage = `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Sample</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="/icon.svg"></head><body>
<main><h1>Sample</h1><form method="post" action="/next"><p><label for="n">Name</label> <input id="n" name="n"></p>
<fieldset><legend>First</legend><input type="radio" id="a" name="r" value="1"><label for="a">Yes</label></fieldset>
<fieldset><legend>Second</legend><input type="radio" id="b" name="s" value="2"><label for="b">Yes</label></fieldset>
<p><label for="l">List</label> <select id="l" name="l"><option>One</option><option>Two</option></select></p>
<button>Go on</button></form>EXTRA</main></body></html>`

// samplePages serves the clean page with something added, and shows what a form sent.
func samplePages(t *testing.T, extra string) *app {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /icon.svg", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "image/svg+xml")
		_, _ = w.Write([]byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`))
	})
	mux.HandleFunc("POST /next", func(w http.ResponseWriter, r *http.Request) {
		body := "<h1>Next</h1><p>got " + r.PostFormValue("n") + r.PostFormValue("r") + r.PostFormValue("s") + r.PostFormValue("l") + "</p>"
		_, _ = w.Write([]byte(strings.Replace(cleanPage, "<h1>Sample</h1>", body, 1)))
	})
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Security-Policy", strictPolicy)
		_, _ = w.Write([]byte(strings.Replace(cleanPage, "EXTRA", extra, 1)))
	})
	mux.HandleFunc("GET /noise.js", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/javascript")
		_, _ = w.Write([]byte(`console.log("noise")`))
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	address, err := url.Parse(server.URL)
	if err != nil {
		t.Fatalf("reading the sample's address: %v", err)
	}
	return &app{t: t, address: address, log: &logbook{}}
}

func TestTab_check_findsFaults(t *testing.T) {
	tests := []struct {
		name, extra     string
		axe, narrow     bool
		console, policy bool
	}{
		{name: "clean"},
		{name: "image without words", extra: `<img src="/icon.svg">`, axe: true},
		{name: "inline style", extra: `<p style="color: red">red</p>`, policy: true},
		{name: "inline script", extra: `<script>window.ran = 1</script>`, policy: true},
		{name: "script from elsewhere", extra: `<script src="http://127.0.0.1:9/x.js"></script>`, policy: true},
		{name: "console", extra: `<script src="/noise.js"></script>`, console: true},
		{name: "missing script", extra: `<script src="/missing.js"></script>`, console: true},
		{name: "wide", extra: `<pre>` + strings.Repeat("wide", 60) + `</pre>`, narrow: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := samplePages(t, tt.extra).open(t)
			b.goTo("/")
			if got := len(b.faults()) > 0; got != tt.axe {
				t.Errorf("axe found something = %v, want %v: %v", got, tt.axe, b.faults())
			}
			b.do("making the window narrow", narrow())
			if got := get(b, "measuring", width()) > 320; got != tt.narrow {
				t.Errorf("too wide = %v, want %v", got, tt.narrow)
			}
			b.mu.Lock()
			defer b.mu.Unlock()
			if got := len(b.policy) > 0; got != tt.policy {
				t.Errorf("policy violations %q, want some: %v", b.policy, tt.policy)
			}
			loud := slices.ContainsFunc(b.console, func(m string) bool { return !strings.Contains(m, "Content Security Policy") })
			if loud != tt.console {
				t.Errorf("console %q, want something: %v", b.console, tt.console)
			}
		})
	}
}

func TestTab_noScript(t *testing.T) {
	b := samplePages(t, `<script src="/noise.js"></script><noscript><p>no scripts here</p></noscript>`).open(t, noScript)
	b.goTo("/")
	b.wants("no scripts here")
	if got := b.faults(); len(got) > 0 {
		t.Errorf("axe: %v", got)
	}
	b.fill("Name", "Ada")
	b.click("Go on")
	b.wants("got Ada")
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.console) > 0 {
		t.Errorf("a script ran: %q", b.console)
	}
}

func TestTab_actsByName(t *testing.T) {
	b := samplePages(t, "").open(t)
	b.goTo("/")
	b.fill("Name", "first")
	b.fill("Name", "ada")
	b.tick("Second > Yes")
	b.choose("List", "Two")
	b.click("Go on")
	b.wants("got ada2Two")
	b.lacks("first")
	if got, want := b.count(), (inputs{clicks: 1, choices: 2, typed: 2}); got != want {
		t.Errorf("inputs = %+v, want %+v", got, want)
	}
	if got := b.count().total(); got != 5 {
		t.Errorf("inputs in all = %d, want 5", got)
	}
	b.back()
	b.wants("Sample")
	b.tabTo("Name")
	b.typed("eve")
	b.tabTo("Go on")
	b.enterKey()
	b.wants("got eve")
	if text := b.print("sample"); text != nil && !strings.Contains(strings.Join(text, ""), "got eve") {
		t.Errorf("the print reads %q", text)
	}
}

func TestHunt_findsEveryForm(t *testing.T) {
	const marker = "MARKER-7f3 <é>"
	forms := newHunt(t, marker).forms
	if len(forms) < 12 {
		t.Fatalf("only %d forms", len(forms))
	}
	for form, bytes := range forms {
		inner := &testing.T{}
		h := &hunt{t: inner, forms: map[string][]byte{form: bytes}}
		h.in("a place", []byte("before"+string(bytes)+"after"))
		if !inner.Failed() {
			t.Errorf("not found: %s", form)
		}
		clean := &testing.T{}
		h = &hunt{t: clean, forms: map[string][]byte{form: bytes}}
		h.in("a place", []byte("nothing here"))
		if clean.Failed() {
			t.Errorf("found where it is not: %s", form)
		}
	}
}

func TestHunt_folder(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a"), []byte("xxMARKER-7f3xx"), 0o600); err != nil {
		t.Fatal(err)
	}
	inner := &testing.T{}
	h := newHunt(inner, "MARKER-7f3")
	h.folder("a folder", dir)
	if !inner.Failed() {
		t.Error("a marker in a file was not found")
	}
	empty := &testing.T{}
	h = newHunt(empty, "MARKER-7f3")
	h.folder("an empty folder", t.TempDir())
	if !empty.Failed() {
		t.Error("an empty folder passed as searched")
	}
}
