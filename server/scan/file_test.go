package scan

import (
	"testing"
	"testing/fstest"
)

// The name of embedded data follows its files: another name, another content, another mark.
func TestFingerprint(t *testing.T) {
	mark := func(name, body string) string {
		m, err := fingerprint(fstest.MapFS{"data/" + name: {Data: []byte(body)}, "data/b.yaml": {Data: []byte("b")}})
		if err != nil || len(m) != 12 {
			t.Fatalf("mark %q: %v", m, err)
		}
		return m
	}
	first := mark("a.yaml", "a")
	if first != mark("a.yaml", "a") {
		t.Error("the same data again has another mark")
	}
	for _, other := range []string{mark("a.yaml", "A"), mark("c.yaml", "a"), mark("a.yamla", "")} {
		if other == first {
			t.Error("other data has the same mark")
		}
	}
}
