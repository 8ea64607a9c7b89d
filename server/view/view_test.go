package view

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"

	"keyholder/server/i18n"
)

type samplePage struct {
	Base
	Box   Input
	Boxes []Input
	Words map[string]string
}

func (samplePage) Template() string { return "area/sample" }

type hidingPage struct {
	Base
	Title string
}

func (hidingPage) Template() string { return "area/sample" }

func engine(t *testing.T, content string, p Page) (*Engine, error) {
	t.Helper()
	fsys := fstest.MapFS{
		"layout/layout.html":     {Data: []byte(`{{define "layout"}}<main>{{.Title}}{{template "content" .}}</main>{{end}}`)},
		"partials/input.html":    {Data: []byte(`{{define "input"}}<input name="{{.Name}}" value="{{.Value}}">{{end}}`)},
		"pages/area/sample.html": {Data: []byte(content)},
		"locales/en.json":        {Data: []byte(`{"a.b": "Hello {name}"}`)},
	}
	c, err := i18n.Load(fsys, "locales")
	if err != nil {
		t.Fatal(err)
	}
	texts, err := c.Localiser("en")
	if err != nil {
		t.Fatal(err)
	}
	return New(Config{
		Templates: fsys, Texts: texts, Static: func(name string) string { return "/static/" + name }, Pages: []Page{p},
	})
}

func TestNew_checks_fields(t *testing.T) {
	tests := []struct {
		name, content, want string
	}{
		{"fine", `{{define "content"}}{{template "input" .Box}}{{range $i, $b := .Boxes}}{{$b.Label}}{{$i}}{{end}}{{end}}`, ""},
		{"method of base", `{{define "content"}}{{.At "/x"}}{{.Guard.Token}}{{end}}`, ""},
		{"function result", `{{define "content"}}{{(index .Boxes 0).Name}}{{t "a.b" "name" .Title}}{{end}}`, ""},
		{"with and dollar", `{{define "content"}}{{with .Box}}{{.Name}}{{$.Title}}{{else}}{{.Title}}{{end}}{{end}}`, ""},
		{"map", `{{define "content"}}{{range $k, $v := .Words}}{{$k}}{{$v}}{{end}}{{end}}`, ""},
		{"variable", `{{define "content"}}{{$x := .Box}}{{$x.Name}}{{end}}`, ""},
		{"unknown field", `{{define "content"}}{{.Vendor}}{{end}}`, "Vendor"},
		{"unknown in with", `{{define "content"}}{{with .Box}}{{.Vendor}}{{end}}{{end}}`, "Vendor"},
		{"unknown in range", `{{define "content"}}{{range .Boxes}}{{.Vendor}}{{end}}{{end}}`, "Vendor"},
		{"unknown in else", `{{define "content"}}{{if .Box}}{{else}}{{.Vendor}}{{end}}{{end}}`, "Vendor"},
		{"unknown of variable", `{{define "content"}}{{$x := .Box}}{{$x.Vendor}}{{end}}`, "Vendor"},
		{"unknown as argument", `{{define "content"}}{{t "a.b" "name" .Vendor}}{{end}}`, "Vendor"},
		{"unknown in a pipe", `{{define "content"}}{{.Vendor | printf "%s"}}{{end}}`, "Vendor"},
		{"partial with the wrong struct", `{{define "content"}}{{template "input" .Guard}}{{end}}`, "Name"},
		{"no such partial", `{{define "content"}}{{template "other" .}}{{end}}`, "other"},
		{"unexported", `{{define "content"}}{{.hidden}}{{end}}`, "hidden"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := engine(t, tt.content, &samplePage{})
			if tt.want == "" && err != nil {
				t.Errorf("got %v", err)
			}
			if tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
				t.Errorf("got %v, want an error that names %s", err, tt.want)
			}
		})
	}
}

func TestNew_refuses_hidden_base(t *testing.T) {
	_, err := engine(t, `{{define "content"}}{{end}}`, &hidingPage{})
	if err == nil || !strings.Contains(err.Error(), "hides") {
		t.Errorf("got %v", err)
	}
}

func TestEngine_Render(t *testing.T) {
	e, err := engine(t, `{{define "content"}}{{t "a.b" "name" .Box.Value}}{{template "input" .Box}}{{end}}`, &samplePage{})
	if err != nil {
		t.Fatal(err)
	}
	p := &samplePage{Base: Base{Title: "T"}, Box: Input{Name: "n", Value: `<script>"x"`}}
	got, err := e.Render(p)
	if err != nil {
		t.Fatal(err)
	}
	const want = `<main>THello &lt;script&gt;&#34;x&#34;<input name="n" value="&lt;script&gt;&#34;x&#34;"></main>`
	if string(got) != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

func TestBase_addresses(t *testing.T) {
	b := Base{Key: "k1", Within: "/cases/7"}
	if got := b.At("/home") + " " + b.In("/scan"); got != "/k/k1/home /k/k1/cases/7/scan" {
		t.Errorf("got %s", got)
	}
	if got := (&Base{}).At("/home"); got != "/home" {
		t.Errorf("got %s", got)
	}
	for _, tt := range []struct{ path, within, onRecord, want string }{
		{"/cases/7/scan", "/cases/7", "/cases/7", "/cases/7/scan"},
		{"/session/9/ask", "/session/9", "", ""},
		{"/session/9/ask", "/session/9", "/cases/7", "/cases/7/ask"},
		{"/settings", "", "", "/settings"},
	} {
		b := Base{Path: tt.path, Within: tt.within, OnRecord: tt.onRecord}
		if got := b.Guard().From; got != tt.want {
			t.Errorf("a form on %s comes back on %q, want %q", tt.path, got, tt.want)
		}
	}
	if got := FieldID("q:12.2/when") + " " + ItemID("q", 0) + " " + ItemID("q", 1); got != "f-q-12-2-when f-q f-q-2" {
		t.Errorf("got %s", got)
	}
}

func TestRefill(t *testing.T) {
	const page = `<!DOCTYPE html><html><head></head><body>
<form action="/other"><input name="line" value="untouched"></form>
<form action="/save"><input type="hidden" name="_token" value="new"><input type="password" name="secret" value="">
<input name="line" value="old"><textarea name="note">old</textarea>
<input type="radio" name="state" value="yes" checked><input type="radio" name="state" value="no">
<input type="checkbox" name="who" value="a" checked><input type="checkbox" name="who" value="b"><input type="checkbox" name="gone" value="c" checked>
<select name="list"><option value="1" selected>1</option><option value="2">2</option></select></form></body></html>`
	values := url.Values{
		"line": {`new "line"`}, "note": {"<b>new</b>"}, "state": {"no"}, "who": {"b"}, "list": {"2"},
		"_token": {"stolen"}, "secret": {"typed"},
	}
	got, err := Refill([]byte(page), "/save", values, "kept & back")
	if err != nil {
		t.Fatal(err)
	}
	out := string(got)
	for _, text := range []string{
		`kept &amp; back`, `value="new &#34;line&#34;"`, `&lt;b&gt;new&lt;/b&gt;</textarea>`, `value="untouched"`,
		`name="state" value="yes"/>`, `name="state" value="no" checked=""/>`, `value="a"/>`, `value="b" checked=""/>`,
		`value="c"/>`, `<option value="1">`, `<option value="2" selected="">`, `name="_token" value="new"`,
	} {
		if !strings.Contains(out, text) {
			t.Errorf("the page lacks %s", text)
		}
	}
	if strings.Contains(out, "typed") || strings.Contains(out, "stolen") {
		t.Error("a hidden field or a passphrase was filled")
	}
	same, err := Refill([]byte(page), "/nowhere", values, "x")
	if err != nil || string(same) != page {
		t.Errorf("a page without the form was changed (%v)", err)
	}
}

// TestRefill_sameThing: a page may have the same form for many things; what was typed about one must
// not come back at another.
func TestRefill_sameThing(t *testing.T) {
	const form = `<form action="/save"><input type="hidden" name="h.x" value="new"><input type="hidden" name="thing" value="%s"><input name="line" value=""></form>`
	page := fmt.Sprintf("<!DOCTYPE html><html><body>"+form+form+"</body></html>", "first", "second")
	for thing, want := range map[string]int{"first": 1, "second": 2, "gone": 0} {
		got, err := Refill([]byte(page), "/save", url.Values{"thing": {thing}, "h.x": {"old"}, "line": {"MARKER"}}, "kept")
		if err != nil {
			t.Fatal(err)
		}
		before, _, found := strings.Cut(string(got), "MARKER")
		if !found {
			before = ""
		}
		if n := strings.Count(before, `name="line"`); n != want {
			t.Errorf("what was typed about %s came back in form %d, want %d", thing, n, want)
		}
	}
}
