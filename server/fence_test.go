package server

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"keyholder/server/web"
)

// fixedHeaders are on every answer, refusals included, byte by byte.
func fixedHeaders() map[string]string {
	return map[string]string{
		"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; " +
			"img-src 'self'; connect-src 'self'; font-src 'self'; form-action 'self'; " +
			"base-uri 'none'; frame-ancestors 'none'",
		"Referrer-Policy":              "no-referrer",
		"X-Content-Type-Options":       "nosniff",
		"Cross-Origin-Opener-Policy":   "same-origin",
		"Cross-Origin-Resource-Policy": "same-origin",
		"Permissions-Policy":           permissions,
	}
}

func checkHeaders(t *testing.T, what string, rec *httptest.ResponseRecorder, cache string) {
	t.Helper()
	for name, value := range fixedHeaders() {
		want(t, what+": "+name, rec.Header().Get(name), value)
	}
	want(t, what+": Cache-Control", rec.Header().Get("Cache-Control"), cache)
}

// TestServer_headers_everywhere walks the whole table of routes, in both states.
func TestServer_headers_everywhere(t *testing.T) {
	w := newWorld(t)
	closed := w.browser()
	open := w.unlocked()
	for _, a := range w.server.areas() {
		for _, r := range a.Routes {
			if strings.HasPrefix(r.Path, "/static") || r.Path == "/lock" || r.Path == "/leave" {
				continue // they have their own tests; two of them would end the session
			}
			path := r.Path
			if r.Access == web.Unlocked {
				path = open.at(r.Path)
			}
			for _, b := range []*browser{closed, open} {
				checkHeaders(t, r.Method+" "+r.Path, b.send(httptest.NewRequest(r.Method, testOrigin+path, nil)), "no-store")
			}
		}
	}
	checkHeaders(t, "nothing there", open.get("/nothing"), "no-store")
	file := open.get(w.server.assets.url("css/keyholder.css"))
	want(t, "static file", file.Code, http.StatusOK)
	checkHeaders(t, "static file", file, "public, max-age=31536000, immutable")
	old := open.get("/static/0000000000000000/css/keyholder.css")
	want(t, "static file of an older version", old.Code, http.StatusNotFound)
	checkHeaders(t, "static file of an older version", old, "no-store")
}

func TestServer_exact_host(t *testing.T) {
	w := newWorld(t)
	for _, host := range []string{
		"", "localhost:4711", "127.0.0.1:4711", "evil.example", "quiet-name.localhost", "quiet-name.localhost:80",
		"QUIET-name.localhost:4711.evil.example", "a.quiet-name.localhost:4711",
	} {
		for _, path := range []string{"/", "/leave", "/start", "/static/x/y", "/k/a/home"} {
			r := httptest.NewRequest(http.MethodGet, testOrigin+path, nil)
			r.Host = host
			rec := httptest.NewRecorder()
			w.server.ServeHTTP(rec, r)
			want(t, "host "+host+path, rec.Code, http.StatusMisdirectedRequest)
			checkHeaders(t, "host "+host+path, rec, "no-store")
		}
	}
}

func TestServer_cross_origin(t *testing.T) {
	w := newWorld(t)
	b := w.unlocked()
	tests := []struct {
		name, method, path, origin, site string
		status                           int
	}{
		{"other site posts", "POST", b.at("/lock"), "https://evil.example", "cross-site", 403},
		{"other port posts", "POST", b.at("/lock"), "http://quiet-name.localhost:9", "same-site", 403},
		{"old browser posts", "POST", b.at("/lock"), "https://evil.example", "", 403},
		{"null origin posts", "POST", b.at("/lock"), "null", "", 403},
		{"other site reads", "GET", b.at("/home"), "", "cross-site", 403},
		{"other port reads", "GET", b.at("/home"), "", "same-site", 403},
		{"other site takes a file", "GET", w.server.assets.url("js/keyholder.js"), "", "cross-site", 403},
		{"other site enters", "GET", "/start", "", "cross-site", 200},
		{"typed address", "GET", b.at("/home"), "", "none", 200},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequest(tt.method, testOrigin+tt.path, nil)
			if tt.origin != "" {
				r.Header.Set("Origin", tt.origin)
			}
			if tt.site != "" {
				r.Header.Set("Sec-Fetch-Site", tt.site)
			}
			want(t, "status", b.send(r).Code, tt.status)
		})
	}
	want(t, "exits", len(w.exits), 0)
}

// TestServer_cookie_replay is another local program that was sent our cookies, which browsers do not
// keep apart by port.
func TestServer_cookie_replay(t *testing.T) {
	w := newWorld(t)
	b := w.unlocked()
	guard := b.guard("/settings")
	thief := w.browser()
	for name, value := range b.cookies {
		thief.cookies[name] = value
	}
	for _, path := range []string{"/home", "/settings", "/k/home", "/k//home", "/k/aaaaaaaaaaaaaaaaaaaaaaaaaa/home"} {
		if rec := thief.get(path); rec.Code == http.StatusOK {
			t.Errorf("the cookie alone opens %s", path)
		}
	}
	if rec := thief.get("/"); strings.Contains(rec.Body.String()+rec.Header().Get("Location"), "/k/") {
		t.Error("the cookie alone is told the path key")
	}
	if rec := w.browser().get(b.at("/home")); rec.Code != http.StatusForbidden ||
		!strings.Contains(rec.Body.String(), "This page is closed") {
		t.Error("the address alone opens the page")
	}
	guard.Set("_token", "wrong")
	guard.Set("product", "Stolen")
	want(t, "wrong form token", b.post(b.at("/settings"), guard).Code, http.StatusSeeOther)
	if strings.Contains(b.get(b.at("/settings")).Body.String(), "Stolen") {
		t.Error("a form without the session's token was accepted")
	}
}

func TestServer_ticket_before_passphrase(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	pass := url.Values{"passphrase": {testPassphrase}, "passphrase2": {testPassphrase}}
	for _, path := range []string{"/first", "/unlock", "/strength"} {
		want(t, "GET or POST without ticket "+path, b.post(path, pass).Header().Get("Location"), "/start")
	}
	want(t, "vault made by a stranger", w.vault.passphrase, "")
	want(t, "wrong code", b.post("/start", url.Values{"token": {"zzzz"}}).Header().Get("Location"), "")
	want(t, "tickets after a wrong code", len(w.keeper.tickets), 0)
	b.letIn()
	second := w.browser()
	second.post("/start", url.Values{"token": {testToken}})
	want(t, "tickets after the code was used twice", len(w.keeper.tickets), 1)
	want(t, "right passphrase without ticket", second.post("/unlock", pass).Header().Get("Location"), "/start")
}

func TestServer_other_user_redeems_nothing(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.SameUser = func(_, _ string) bool { return false } })
	server := httptest.NewServer(w.server)
	defer server.Close()
	r, err := http.NewRequest(http.MethodPost, server.URL+"/start", strings.NewReader("token="+testToken))
	if err != nil {
		t.Fatal(err)
	}
	r.Host = testHost
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	want(t, "status", answer.StatusCode, http.StatusForbidden)
	want(t, "tickets", len(w.keeper.tickets), 0)
	want(t, "unused codes", len(w.keeper.tokens), 1)
}

func TestServer_wrong_passphrase_waits(t *testing.T) {
	w := newWorld(t)
	w.unlocked()
	w.restart()
	b := w.browser()
	w.keeper.tokens[hash(testToken)] = true
	b.letIn()
	wrong := url.Values{"passphrase": {"wrong"}}
	if body := b.post("/unlock", wrong).Body.String(); !strings.Contains(body, "govuk-error-summary") {
		t.Error("a wrong passphrase is not explained")
	}
	want(t, "tries", w.keeper.tries, 1)
	w.keeper.wait = 1500 * time.Millisecond
	right := url.Values{"passphrase": {testPassphrase}}
	if body := b.post("/unlock", right).Body.String(); !strings.Contains(body, "Wait 2 seconds") {
		t.Error("a try that came too early is not told to wait")
	}
	w.keeper.wait = 0
	want(t, "right passphrase", b.post("/unlock", right).Code, http.StatusSeeOther)
	want(t, "tries after the right one", w.keeper.tries, 0)
}

func TestServer_cut_body_saves_nothing(t *testing.T) {
	w := newWorld(t)
	b := w.unlocked()
	guard := b.guard("/settings")
	guard.Set("product", "Saved")
	guard.Set("idle", "5")
	send := func(body io.Reader, length int64, kind string) int {
		r := httptest.NewRequest(http.MethodPost, testOrigin+b.at("/settings"), body)
		r.ContentLength = length
		r.Header.Set("Content-Type", kind)
		r.Header.Set("Origin", testOrigin)
		return b.send(r).Code
	}
	const form = "application/x-www-form-urlencoded"
	full := guard.Encode()
	large := full + "&x=" + strings.Repeat("y", defaultBody)
	want(t, "too large", send(strings.NewReader(large), int64(len(large)), form), http.StatusUnprocessableEntity)
	broken := io.MultiReader(strings.NewReader(full[:len(full)/2]), brokenReader{})
	want(t, "cut short", send(broken, int64(len(full)), form), http.StatusUnprocessableEntity)
	want(t, "badly coded", send(strings.NewReader(full+"&a=%zz"), -1, form), http.StatusUnprocessableEntity)
	want(t, "JSON", send(strings.NewReader(`{"product":"x"}`), -1, "application/json"), http.StatusUnprocessableEntity)
	if product, _ := w.vault.record.Setting(t.Context(), web.SettingProduct); product != "" {
		t.Errorf("a form that arrived in part was saved")
	}
	want(t, "whole", send(strings.NewReader(full), int64(len(full)), form), http.StatusSeeOther)
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }
