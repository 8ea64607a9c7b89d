package bundle_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"strings"
	"testing"

	"keyholder/casework/bundle"
)

func parts() []bundle.Part {
	return []bundle.Part{{Name: "statement.txt", Body: []byte("What was met.\n")}, {Name: "check.json", Body: []byte("{}")}}
}

func TestWrite_sameBytes(t *testing.T) {
	one, err := bundle.Write(parts())
	if err != nil {
		t.Fatal(err)
	}
	two, _ := bundle.Write(parts())
	if !bytes.Equal(one, two) {
		t.Error("the same parts gave two different files")
	}
	got, err := bundle.Check(one)
	if err != nil || len(got) != 2 || string(got[0].Body) != "What was met.\n" || got[1].Name != "check.json" {
		t.Errorf("%v, %v: the parts did not come back", got, err)
	}
}

// Whatever single byte is changed, and however the file is cut or lengthened, it is noticed.
func TestCheck_everyByte(t *testing.T) {
	file, err := bundle.Write(parts())
	if err != nil {
		t.Fatal(err)
	}
	for i := range file {
		for _, bit := range []byte{1, 0x80} {
			changed := bytes.Clone(file)
			changed[i] ^= bit
			if _, err := bundle.Check(changed); err == nil {
				t.Errorf("bit %#x of byte %d of %d was changed without being noticed", bit, i, len(file))
			}
		}
	}
	for _, other := range [][]byte{nil, file[:len(file)-1], append(bytes.Clone(file), 0), append([]byte("x"), file...)} {
		if _, err := bundle.Check(other); err == nil {
			t.Errorf("a file of %d bytes passed", len(other))
		}
	}
}

// A part that is added, also with a list of its own at the end, and any other zip are refused.
func TestCheck_others(t *testing.T) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range []string{"statement.txt", "more.txt", bundle.Manifest} {
		part, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write([]byte(strings.Repeat("x", 100))); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := bundle.Check(b.Bytes()); !errors.Is(err, bundle.ErrChanged) {
		t.Errorf("%v, want %v", err, bundle.ErrChanged)
	}
	for _, name := range []string{"a\x1b[2J", "a\nb", "../a", "a/b", "", strings.Repeat("x", 65), "\u202ea"} {
		forged, err := bundle.Write([]bundle.Part{{Name: name, Body: []byte("x")}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := bundle.Check(forged); !errors.Is(err, bundle.ErrNoBundle) {
			t.Errorf("a part called %q: %v, want %v", name, err, bundle.ErrNoBundle)
		}
	}
	if _, err := bundle.Check([]byte("hello")); !errors.Is(err, bundle.ErrNoBundle) {
		t.Errorf("%v, want %v", err, bundle.ErrNoBundle)
	}
}
