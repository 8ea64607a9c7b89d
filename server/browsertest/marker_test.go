package browsertest

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"html"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"
)

// A marker is a made-up text that is typed into a personal field. Afterwards it must be found nowhere
// but on the pages that show that field.

// hunt searches for markers in every form that a program may write them in.
type hunt struct {
	t     *testing.T
	forms map[string][]byte // description of the form → bytes
	looks int               // how many places were searched
}

func newHunt(t *testing.T, markers ...string) *hunt {
	t.Helper()
	h := &hunt{t: t, forms: map[string][]byte{}}
	for _, m := range markers {
		if len(m) < 8 {
			t.Fatalf("marker %q is too short to be found by nothing but itself", m)
		}
		h.add(m)
	}
	return h
}

// add lists the forms of one marker.
func (h *hunt) add(m string) {
	quoted, _ := json.Marshal(m) // a string always has a JSON form
	h.forms[m] = []byte(m)
	h.forms[m+" in lower case"] = []byte(strings.ToLower(m))
	h.forms[m+" in JSON"] = bytes.Trim(quoted, `"`)
	h.forms[m+" in HTML"] = []byte(html.EscapeString(m))
	h.forms[m+" in an address"] = []byte(url.PathEscape(m))
	h.forms[m+" in a form"] = []byte(url.QueryEscape(m))
	h.forms[m+" in hexadecimal"] = []byte(hex.EncodeToString([]byte(m)))
	h.forms[m+" in UTF-16"] = utf16Bytes(m, false)
	h.forms[m+" in big-endian UTF-16"] = utf16Bytes(m, true)
	for shift := range 3 {
		// The middle of the base64 form, the same whatever stands before and after it.
		whole := base64.StdEncoding.EncodeToString(append(make([]byte, shift), m...))
		h.forms[m+" in base64"+strings.Repeat("'", shift)] = []byte(whole[4*((shift+2)/3) : len(whole)/4*4-4])
	}
}

func utf16Bytes(s string, big bool) []byte {
	var out []byte
	for _, u := range utf16.Encode([]rune(s)) {
		if big {
			out = append(out, byte(u>>8), byte(u))
		} else {
			out = append(out, byte(u), byte(u>>8))
		}
	}
	return out
}

// in searches one place and reports whether a marker is there; that fails the test.
func (h *hunt) in(place string, data []byte) {
	h.t.Helper()
	h.looks++
	lower := bytes.ToLower(data)
	for form, want := range h.forms {
		if bytes.Contains(data, want) || bytes.Contains(lower, want) {
			h.t.Errorf("a marker stands in %s: %s", place, form)
		}
	}
}

// app searches what the program printed and every file of its data folder, with their names.
func (h *hunt) app(a *app) {
	h.t.Helper()
	h.in("the log", a.log.all())
	h.folder("the data folder", a.data)
}

// folder searches every file below dir, and the names of files and folders.
func (h *hunt) folder(place, dir string) {
	h.t.Helper()
	before := h.looks
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		h.in("the name of a file in "+place, []byte(d.Name()))
		if !d.Type().IsRegular() {
			return nil
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		h.in(place+", file "+d.Name(), data)
		return nil
	})
	if err != nil {
		h.t.Errorf("searching %s: %v", place, err)
	}
	if h.looks-before < 3 {
		h.t.Errorf("%s holds no file: the search proves nothing", place)
	}
}

// tab searches every address and title that the tab has shown or asked for.
func (h *hunt) tab(b *tab) {
	h.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.visited) == 0 {
		h.t.Error("the tab has shown no page: the search proves nothing")
	}
	for _, v := range b.visited {
		h.in("an address", []byte(v.url))
		h.in("a title", []byte(v.title))
	}
	for _, r := range b.requests {
		h.in("a request's address", []byte(r))
	}
}

// errorPages searches the answers to requests that go wrong in ways that a stranger can cause.
func (h *hunt) errorPages(a *app) {
	h.t.Helper()
	for _, try := range []struct {
		method, path string
		header       map[string]string
	}{
		{"GET", "/nothing-here", nil},
		{"GET", "/s/guessed/home", nil},
		{"POST", "/unlock", nil},
		{"PUT", "/", nil},
		{"GET", "/", map[string]string{"Host": "example.com"}},
		{"GET", "/%2e%2e/%2e%2e/etc", nil},
	} {
		r := a.send(try.method, try.path, "", try.header)
		h.in("the answer to "+try.method+" "+try.path, r.body)
		for k, values := range r.header {
			h.in("a header", []byte(k+": "+strings.Join(values, ", ")))
		}
	}
}
