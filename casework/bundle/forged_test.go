package bundle_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"keyholder/casework/bundle"
)

// member is one part of a file that somebody else made.
type member struct {
	header zip.FileHeader
	body   string
}

// listOf is the list of hashes for the members, as the real writer makes it.
func listOf(members []member) string {
	var out strings.Builder
	for _, m := range members {
		fmt.Fprintf(&out, "%s  %s\n", bundle.Sum([]byte(m.body)), m.header.Name)
	}
	return out.String()
}

// zipped writes members with any headers.
func zipped(t *testing.T, comment string, members ...member) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, m := range members {
		part, err := w.CreateHeader(&m.header)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write([]byte(m.body)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.SetComment(comment); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func plainMember(name, body string) member {
	return member{header: zip.FileHeader{Name: name, Method: zip.Store}, body: body}
}

// Whoever forges a file with care, with hashes that fit, still makes another file than the program would
// have: it is refused, and never half read.
func TestCheck_forgedWithCare(t *testing.T) {
	one, two := plainMember("statement.txt", "What was met.\n"), plainMember("check.json", "{}")
	list := func(members ...member) member { return plainMember(bundle.Manifest, listOf(members)) }
	if parts, err := bundle.Check(zipped(t, "", one, two, list(one, two))); err != nil || len(parts) != 2 {
		t.Fatalf("a file that is built like the real one: %v: the test would prove nothing", err)
	}
	squeezed, dated, system := one, one, one
	squeezed.header.Method = zip.Deflate
	dated.header.Modified = time.Date(2026, 11, 3, 9, 0, 0, 0, time.UTC)
	system.header.ExternalAttrs = 0o600 << 16
	extra := one
	extra.header.Extra = []byte{1, 0, 2, 0, 9, 9}
	for name, file := range map[string][]byte{
		"squeezed":                  zipped(t, "", squeezed, two, list(one, two)),
		"with a time":               zipped(t, "", dated, two, list(one, two)),
		"with rights":               zipped(t, "", system, two, list(one, two)),
		"with a field of its own":   zipped(t, "", extra, two, list(one, two)),
		"with a comment":            zipped(t, "made by somebody", one, two, list(one, two)),
		"in another order":          zipped(t, "", two, one, list(one, two)),
		"a part left out":           zipped(t, "", one, list(one, two)),
		"a part twice":              zipped(t, "", one, one, two, list(one, two)),
		"a part behind the list":    zipped(t, "", one, list(one, two), two),
		"a list of another file":    zipped(t, "", one, two, list(two, one)),
		"a list with a word more":   zipped(t, "", one, two, plainMember(bundle.Manifest, listOf([]member{one, two})+"\n")),
		"a list of another system":  zipped(t, "", one, two, plainMember(bundle.Manifest, strings.ReplaceAll(listOf([]member{one, two}), "\n", "\r\n"))),
		"a list in capital letters": zipped(t, "", one, two, plainMember(bundle.Manifest, strings.ToUpper(listOf([]member{one, two})))),
		"an empty list":             zipped(t, "", one, two, plainMember(bundle.Manifest, "")),
		"no list":                   zipped(t, "", one, two),
		"nothing":                   zipped(t, ""),
		"two files in one":          append(zipped(t, "", one, list(one)), zipped(t, "", two, list(two))...),
		"something before it":       append([]byte("PK\x03\x04 not one of ours"), zipped(t, "", one, list(one))...),
	} {
		parts, err := bundle.Check(file)
		if !errors.Is(err, bundle.ErrChanged) && !errors.Is(err, bundle.ErrNoBundle) || parts != nil {
			t.Errorf("%s: %d parts, %v", name, len(parts), err)
		}
	}
}

// A part that unpacks to far more than any evidence is given up, and does not fill the memory.
func TestCheck_bomb(t *testing.T) {
	huge := plainMember("statement.txt", strings.Repeat("\x00", 65<<20))
	huge.header.Method = zip.Deflate
	file := zipped(t, "", huge, plainMember(bundle.Manifest, "x"))
	if len(file) > 1<<20 {
		t.Fatalf("the bomb has %d bytes: it is none", len(file))
	}
	if parts, err := bundle.Check(file); !errors.Is(err, bundle.ErrChanged) || parts != nil {
		t.Errorf("a bomb gave %d parts, %v", len(parts), err)
	}
}

// What goes in comes back, whatever it is: no bytes, all bytes, many parts. A name that could lead
// anywhere else, or make a terminal obey, is no name of ours.
func TestWrite_anyParts(t *testing.T) {
	every := make([]byte, 256)
	for i := range every {
		every[i] = byte(i)
	}
	for _, parts := range [][]bundle.Part{
		nil,
		{{Name: "empty.txt"}},
		{{Name: "all-bytes", Body: every}, {Name: "zip.bin", Body: []byte("PK\x05\x06")}},
		{{Name: "a"}, {Name: "a", Body: []byte("the same name twice")}},
	} {
		file, err := bundle.Write(parts)
		if err != nil {
			t.Fatal(err)
		}
		got, err := bundle.Check(file)
		if err != nil || len(got) != len(parts) {
			t.Errorf("%d parts came back as %d (%v)", len(parts), len(got), err)
			continue
		}
		for i := range parts {
			if got[i].Name != parts[i].Name || !bytes.Equal(got[i].Body, parts[i].Body) {
				t.Errorf("part %d came back as %q", i, got[i].Name)
			}
		}
	}
	for _, name := range []string{"", "../x", "a/b", "a\\b", "C:x", "two words", "\x1b[31m", "ä", "x\n", strings.Repeat("x", 65)} {
		file := zipped(t, "", plainMember(name, "x"), plainMember(bundle.Manifest, listOf([]member{plainMember(name, "x")})))
		if parts, err := bundle.Check(file); err == nil || parts != nil {
			t.Errorf("a part called %q passed", name)
		}
	}
}
