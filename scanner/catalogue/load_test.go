package catalogue

import "testing"

func load(t testing.TB) *Catalogue {
	t.Helper()
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestLoad_rules(t *testing.T) {
	if n := len(load(t).Rules()); n < 400 {
		t.Errorf("%d rules, want 400 or more", n)
	}
}
