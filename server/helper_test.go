package server

import (
	"context"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"keyholder/casework"
	"keyholder/scanner"
	"keyholder/scanner/lan"
	"keyholder/server/logging"
	"keyholder/server/scan"
	"keyholder/server/web"
	"keyholder/static"
	"keyholder/templates"
)

const (
	testHost       = "quiet-name.localhost:4711"
	testOrigin     = "http://" + testHost
	testPassphrase = "long enough for a test"
	testToken      = "abcdefghijklmnopqrstuvwxyz"
)

// fakeVault keeps its record in memory. It counts nothing and encrypts nothing.
type fakeVault struct {
	mu         sync.Mutex
	passphrase string
	record     *casework.Memory
	drafts     []web.Draft
	releases   fakeReleases
}

// fakeReleases freezes in memory.
type fakeReleases struct{ bodies map[string][]byte }

func (f *fakeReleases) Release(_ context.Context, key string) ([]byte, error) {
	body, ok := f.bodies[key]
	if !ok {
		return nil, &casework.Error{Kind: casework.KindNotFound, Key: "error.release.not_found"}
	}
	return body, nil
}

func (f *fakeReleases) Released(context.Context) ([][]byte, error) {
	return slices.Collect(maps.Values(f.bodies)), nil
}

func (f *fakeReleases) Freeze(_ context.Context, key string, body []byte, _ casework.WorkerID) error {
	if f.bodies == nil {
		f.bodies = map[string][]byte{}
	}
	f.bodies[key] = body
	return nil
}

type keyedError string

func (e keyedError) Error() string { return string(e) }

func testErrorKey(err error) string {
	var k keyedError
	if errors.As(err, &k) {
		return string(k)
	}
	return ""
}

func (v *fakeVault) Exists() (bool, error) { return v.passphrase != "", nil }

func (v *fakeVault) Create(_ context.Context, pass string) (*web.Opened, string, error) {
	v.passphrase, v.record = pass, casework.NewMemory()
	return v.open(), "AAAAA-BBBBB-CCCCC-DDDDD", nil
}

func (v *fakeVault) Unlock(_ context.Context, secret string) (*web.Opened, error) {
	if secret != v.passphrase {
		return nil, keyedError("frame.start.code.wrong")
	}
	return v.open(), nil
}

func (v *fakeVault) open() *web.Opened {
	return &web.Opened{
		Record: v.record, Cases: v.record, Audit: v.record, Settings: v.record,
		Releases: &v.releases, Worker: "w1",
		Drafts: func(context.Context) ([]web.Draft, error) { return v.drafts, nil },
		DropDrafts: func(ids ...string) error {
			v.drafts = slices.DeleteFunc(v.drafts, func(d web.Draft) bool { return slices.Contains(ids, d.ID) })
			return nil
		},
		Change: func(_ context.Context, old, chosen string) error {
			if old != v.passphrase {
				return keyedError("frame.start.code.wrong")
			}
			v.passphrase = chosen
			return nil
		},
		NewRecovery: func(context.Context) (string, error) { return "EEEEE-FFFFF-GGGGG-HHHHH", nil },
		Close:       func() error { return nil },
	}
}

func (v *fakeVault) Phrase() string { return "one two three four five six" }

func (v *fakeVault) Strength(pass string) Strength {
	return Strength{Level: "fair", Reason: "frame.first.hint", Accepted: len(pass) >= 12}
}

func (v *fakeVault) SealDraft(plain []byte) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.drafts = append(v.drafts, web.Draft{ID: casework.NewID(), Body: plain})
	return nil
}

// fakeKeeper lets one token in and makes everybody wait when told so.
type fakeKeeper struct {
	mu      sync.Mutex
	tokens  map[string]bool
	tickets map[string]bool
	wait    time.Duration
	tries   int
}

func (k *fakeKeeper) Redeem(token, ticket string) (bool, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if !k.tokens[token] {
		return false, nil
	}
	delete(k.tokens, token)
	k.tickets[ticket] = true
	return true, nil
}

func (k *fakeKeeper) HasTicket(ticket string) bool { return k.tickets[ticket] }

func (k *fakeKeeper) Try() (time.Duration, error) {
	k.tries++
	return k.wait, nil
}

func (k *fakeKeeper) Right() error {
	k.tries = 0
	return nil
}

// world is a server with its fakes.
type world struct {
	t      testing.TB
	server *Server
	vault  *fakeVault
	keeper *fakeKeeper
	exits  []string
	now    time.Time
	check  scan.Check // of the network; a test may replace it at any time
}

func newWorld(t testing.TB, change ...func(*Config)) *world {
	t.Helper()
	w := &world{t: t, vault: &fakeVault{}, now: time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)}
	w.keeper = &fakeKeeper{tokens: map[string]bool{hash(testToken): true}, tickets: map[string]bool{}}
	w.restart(change...)
	return w
}

// checkWith puts the check of a change in the place of the one that is made from now on.
func (w *world) checkWith(change func(*Config)) {
	var cfg Config
	change(&cfg)
	w.check = cfg.Check
}

// restart is what the supervisor does after a lock: a clean server over the same vault.
func (w *world) restart(change ...func(*Config)) {
	w.t.Helper()
	data := programData(w.t)
	cfg := Config{
		Vault: w.vault, Keeper: w.keeper, Data: data, Log: logging.New(io.Discard, true), Host: testHost,
		Templates: templates.FS, Static: static.FS, Version: "test",
		Now:      func() time.Time { return w.now },
		Exit:     func(reason string) { w.exits = append(w.exits, reason) },
		ErrorKey: testErrorKey,
	}
	for _, f := range change {
		f(&cfg)
	}
	if w.check = cfg.Check; w.check == nil {
		w.check = scan.NetworkCheck
	}
	cfg.Check = func(ctx context.Context, choice lan.Choice, progress func(scanner.Progress)) (*scanner.Report, error) {
		return w.check(ctx, choice, progress)
	}
	s, err := New(cfg)
	if err != nil {
		w.t.Fatal(err)
	}
	w.server = s
}

// browser is one browser: it keeps cookies and follows redirects by hand.
type browser struct {
	w       *world
	cookies map[string]string
	key     string // path key, once unlocked
	page    *httptest.ResponseRecorder
}

func (w *world) browser() *browser { return &browser{w: w, cookies: map[string]string{}} }

// send performs one request without following a redirect.
func (b *browser) send(r *http.Request) *httptest.ResponseRecorder {
	b.w.t.Helper()
	r.Host = testHost
	for name, value := range b.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	rec := httptest.NewRecorder()
	b.w.server.ServeHTTP(rec, r)
	for _, c := range rec.Result().Cookies() {
		b.cookies[c.Name] = c.Value
		if c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		}
	}
	if m := regexp.MustCompile(`^/k/([a-z2-7]{26})/`).FindStringSubmatch(rec.Header().Get("Location")); m != nil {
		b.key = m[1]
	}
	b.page = rec
	return rec
}

func (b *browser) get(path string) *httptest.ResponseRecorder {
	b.w.t.Helper()
	return b.send(httptest.NewRequest(http.MethodGet, testOrigin+path, nil))
}

// post sends a form as a browser would from one of our own pages.
func (b *browser) post(path string, form url.Values) *httptest.ResponseRecorder {
	b.w.t.Helper()
	r := httptest.NewRequest(http.MethodPost, testOrigin+path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", testOrigin)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return b.send(r)
}

// at is a path behind this browser's lock.
func (b *browser) at(path string) string { return "/k/" + b.key + path }

// guard is what form-guard puts into every form; the page is fetched for it.
func (b *browser) guard(page string) url.Values {
	b.w.t.Helper()
	body := b.get(b.at(page)).Body.String()
	form := url.Values{}
	for _, name := range []string{"_token", "_submission", "_from"} {
		m := regexp.MustCompile(`name="` + name + `" value="([^"]*)"`).FindStringSubmatch(body)
		if m == nil {
			b.w.t.Fatalf("page %s has no field %s", page, name)
		}
		form.Set(name, m[1])
	}
	return form
}

// letIn redeems the launch token.
func (b *browser) letIn() {
	b.w.t.Helper()
	b.get("/start")
	want(b.w.t, "redeeming", b.post("/start", url.Values{"token": {testToken}}).Code, http.StatusSeeOther)
}

// unlocked makes a vault on first use and unlocks it.
func (w *world) unlocked() *browser {
	w.t.Helper()
	b := w.browser()
	b.letIn()
	form := url.Values{"passphrase": {testPassphrase}, "passphrase2": {testPassphrase}}
	path := "/unlock"
	if w.vault.passphrase == "" {
		path = "/first"
	}
	want(w.t, "unlocking", b.post(path, form).Code, http.StatusSeeOther)
	return b
}

func want[T comparable](t testing.TB, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// casebook works on the record of the world without the pages.
func (w *world) casebook() *casework.Casebook {
	return casework.NewCasebook(casework.CasebookConfig{
		Record: w.vault.record, Cases: w.vault.record, Audit: w.vault.record,
		Clock: func() time.Time { return w.now }, Content: w.server.Content,
	})
}

// file is the record of a case.
func (b *browser) file(path string) *casework.File {
	b.w.t.Helper()
	file, err := b.w.casebook().Read(b.w.t.Context(), casework.CaseID(strings.TrimPrefix(path, "/cases/")), "w1")
	if err != nil {
		b.w.t.Fatal(err)
	}
	return file
}

// programData is the data of the program.
func programData(t testing.TB) Data {
	t.Helper()
	data, err := theData()
	if err != nil {
		t.Fatal(err)
	}
	return data
}
