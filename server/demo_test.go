package server

import (
	"net/url"
	"strings"
	"testing"
)

// TestDemo_cookies: a demonstration under the same number has cookies of its own, so that it signs
// nobody out of real cases.
func TestDemo_cookies(t *testing.T) {
	b := newWorld(t, func(c *Config) { c.MadeUp = true }).browser()
	b.get("/start")
	b.post("/start", url.Values{"token": {testToken}})
	b.post("/first", url.Values{"passphrase": {testPassphrase}, "passphrase2": {testPassphrase}})
	if len(b.cookies) < 3 {
		t.Fatalf("%d cookies; want probe, ticket and session at least", len(b.cookies))
	}
	for name := range b.cookies {
		if !strings.HasPrefix(strings.TrimPrefix(name, prefix), "made-up-") {
			t.Errorf("a demonstration sets the cookie %s", name)
		}
	}
	real := newWorld(t).browser()
	real.get("/start")
	real.post("/start", url.Values{"token": {testToken}})
	for name := range real.cookies {
		if _, shared := b.cookies[name]; shared {
			t.Errorf("both use the cookie %s", name)
		}
	}
}

// TestDemo_passphrase: only a demonstration shows how to open it.
func TestDemo_passphrase(t *testing.T) {
	const shown = "three words more"
	for _, demo := range []bool{true, false} {
		w := newWorld(t, func(c *Config) {
			if c.MadeUp = demo; demo {
				c.Shown = shown
			}
		})
		w.vault.passphrase = testPassphrase
		b := w.browser()
		b.post("/start", url.Values{"token": {testToken}})
		if page := b.get("/unlock").Body.String(); strings.Contains(page, shown) != demo || strings.Contains(page, "kh-madeup") != demo {
			t.Errorf("demonstration %v: the page that asks for the passphrase is not right", demo)
		}
	}
	cfg := newWorld(t).server.cfg
	cfg.Shown = shown
	if _, err := New(cfg); err == nil {
		t.Error("a server over real cases may show a passphrase")
	}
}
