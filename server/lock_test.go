package server

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"keyholder/casework"
)

func TestServer_lock_voids_everything(t *testing.T) {
	w := newWorld(t)
	b := w.unlocked()
	guard := b.guard("/home")
	want(t, "lock", b.post(b.at("/lock"), guard).Header().Get("Location"), "/unlock")
	want(t, "exits", strings.Join(w.exits, " "), "locked")
	late := b.get(b.at("/home"))
	want(t, "page after lock, same process", late.Code, http.StatusTemporaryRedirect)
	want(t, "goes to the next process", late.Header().Get("Location"), testOrigin+b.at("/home"))
	if w.server.jobs.Err() == nil {
		t.Error("work under way goes on after the lock")
	}
	w.restart()
	want(t, "page after lock, next process", b.get(b.at("/home")).Code, http.StatusForbidden)
}

func TestServer_leave(t *testing.T) {
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		w := newWorld(t)
		b := w.unlocked()
		var rec *httptest.ResponseRecorder
		if method == http.MethodGet {
			rec = b.get("/leave")
		} else {
			rec = b.post("/leave", nil)
		}
		want(t, "status", rec.Code, http.StatusSeeOther)
		want(t, "where to", rec.Header().Get("Location"), "/away")
		want(t, "clears", rec.Header().Get("Clear-Site-Data"), `"cache", "cookies", "storage"`)
		checkHeaders(t, "leave", rec, "no-store")
		want(t, "exits", len(w.exits), 1)
		w.restart()
		want(t, "Back", b.get(b.at("/home")).Code, http.StatusForbidden)
		away := b.get("/away").Body.String()
		for _, word := range []string{"Keyholder", "keyholder", "Leave", "case", "Case"} {
			if strings.Contains(away, word) {
				t.Errorf("the neutral page says %q", word)
			}
		}
	}
	stranger := newWorld(t)
	want(t, "without a session", stranger.browser().get("/leave").Header().Get("Location"), "/away")
	want(t, "exits without a session", len(stranger.exits), 0)
}

// TestServer_leave_ends_one_session: with two browsers open the last one ends the process.
func TestServer_leave_ends_one_session(t *testing.T) {
	w := newWorld(t)
	first := w.unlocked()
	w.keeper.tokens[hash(testToken)] = true
	second := w.unlocked()
	first.get("/leave")
	want(t, "exits after the first", len(w.exits), 0)
	want(t, "first browser", first.get(first.at("/home")).Code, http.StatusForbidden)
	want(t, "second browser", second.get(second.at("/home")).Code, http.StatusOK)
	second.get("/leave")
	want(t, "exits after the second", len(w.exits), 1)
}

func TestServer_mustLock(t *testing.T) {
	const m = time.Minute
	tests := []struct {
		name          string
		idle          time.Duration // since somebody was there
		hold          time.Duration // of "In session", from the start
		wall, machine time.Duration
		want          string
	}{
		{"busy", m, 0, tick, tick, ""},
		{"just before", 5*m - 1, 0, tick, tick, ""},
		{"idle", 5 * m, 0, tick, tick, "idle"},
		{"held", 14 * m, 15 * m, tick, tick, ""},
		{"held no longer", 15 * m, 15 * m, tick, tick, "idle"},
		{"asleep, own clock stood still", m, 15 * m, 20 * m, tick, "sleep"},
		{"asleep, own clock ran on", m, 15 * m, 20 * m, 20 * m, "sleep"},
		{"asleep for a moment", m, 15 * m, 20 * time.Second, tick, "sleep"},
		{"clock set back", m, 0, -20 * m, tick, ""},
		{"slow machine", m, 0, 8 * time.Second, 8 * time.Second, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			w.unlocked()
			w.server.heldTill = w.now.Add(tt.hold)
			w.now = w.now.Add(tt.idle)
			want(t, "reason", w.server.mustLock(tt.wall, tt.machine), tt.want)
		})
	}
	w := newWorld(t)
	want(t, "nothing open", w.server.mustLock(time.Hour, tick), "")
}

func TestServer_hold(t *testing.T) {
	w := newWorld(t)
	b := w.unlocked()
	guard := b.guard("/home")
	guard.Set("minutes", "30")
	b.post(b.at("/hold"), guard)
	body := b.get(b.at("/home")).Body.String()
	for _, text := range []string{"30 more minutes", `data-cover="120"`, `data-idle="1800"`} {
		if !strings.Contains(body, text) {
			t.Errorf("the held page lacks %s", text)
		}
	}
	guard = b.guard("/home")
	guard.Set("minutes", "600")
	want(t, "too long", b.post(b.at("/hold"), guard).Code, http.StatusUnprocessableEntity)
}

// TestServer_kept_form: a form posted into a lock comes back filled in, once.
func TestServer_kept_form(t *testing.T) {
	w := newWorld(t)
	b := w.unlocked()
	form := b.guard("/settings")
	form.Set("product", "Quiet box")
	form.Set("idle", "seven")
	w.restart()
	want(t, "posted into the lock", b.post(b.at("/settings"), form).Header().Get("Location"), "/unlock?kept")
	want(t, "sealed", len(w.vault.drafts), 1)
	if strings.Contains(string(w.vault.drafts[0].Body), form.Get("_token")) {
		t.Error("the kept form holds the old session's token")
	}
	if !strings.Contains(b.get("/unlock?kept").Body.String(), "We kept what you typed") {
		t.Error("the unlock page does not say that the form is kept")
	}
	b.post("/unlock", map[string][]string{"passphrase": {testPassphrase}})
	want(t, "goes to", b.page.Header().Get("Location"), b.at("/settings"))
	body := b.get(b.at("/settings")).Body.String()
	for _, text := range []string{`value="Quiet box"`, `value="seven"`, "We kept what you typed"} {
		if !strings.Contains(body, text) {
			t.Errorf("the page lacks %s", text)
		}
	}
	form = b.guard("/settings")
	form.Set("product", "Quiet box")
	form.Set("idle", "seven")
	b.post(b.at("/settings"), form)
	want(t, "still sealed while not accepted", len(w.vault.drafts), 1)
	form.Set("idle", "7")
	want(t, "saved", b.post(b.at("/settings"), form).Code, http.StatusSeeOther)
	want(t, "dropped once accepted", len(w.vault.drafts), 0)
	if strings.Contains(b.get(b.at("/settings")).Body.String(), "We kept") {
		t.Error("the form comes back a second time")
	}
}

func TestServer_keeps_nothing_from_strangers(t *testing.T) {
	w := newWorld(t)
	b := w.unlocked()
	form := b.guard("/settings")
	w.restart()
	want(t, "without ticket", w.browser().post(b.at("/settings"), form).Code, http.StatusForbidden)
	for _, from := range []string{"", "//evil.example/", "https://evil.example", "/../x", `/\evil`} {
		form.Set("_from", from)
		want(t, "from "+from, b.post(b.at("/settings"), form).Code, http.StatusForbidden)
	}
	form = b.guardless("/settings/passphrase")
	want(t, "a passphrase", b.post(b.at("/settings/passphrase"), form).Code, http.StatusForbidden)
	want(t, "sealed", len(w.vault.drafts), 0)
}

func TestAfterSitting(t *testing.T) {
	for _, tt := range []struct{ action, from, want string }{
		{"/session/9/ask/3", "/cases/7/ask/3", "/cases/7/ask/3"},
		{"/session/9", "/cases/7", "/cases/7"},
		{"/cases/7/ask", "/cases/7/ask", "/cases/7/ask"},
		{"/session", "/cases/7", "/session"},
		{"/settings", "/settings", "/settings"},
	} {
		want(t, tt.action, afterSitting(tt.action, tt.from), tt.want)
	}
}

// guardless is a form as a page that was open before the lock would send it.
func (b *browser) guardless(from string) map[string][]string {
	return map[string][]string{"_from": {from}, "passphrase": {"secret secret"}}
}

// TestServer_submission_once: a double click does one thing and both clicks see the result.
func TestServer_submission_once(t *testing.T) {
	w := newWorld(t)
	b := w.unlocked()
	form := b.guard("/home")
	form.Set("minutes", "15")
	v := w.server.sessions[0]
	acts := 0 // guarded by the submission itself
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			done := v.Begin(form.Get("_submission"))
			defer done.Unlock()
			if done.Location == "" {
				acts++
				done.Location = "/done"
			}
		})
	}
	wait.Wait()
	want(t, "acts", acts, 1)
	want(t, "first", b.post(b.at("/hold"), b.again(form)).Code, http.StatusSeeOther)
	till := w.server.heldTill
	w.now = w.now.Add(time.Minute)
	want(t, "second", b.post(b.at("/hold"), form).Code, http.StatusSeeOther)
	want(t, "held till", w.server.heldTill, till)
}

// again gives a form a submission of its own that nobody has used.
func (b *browser) again(form map[string][]string) map[string][]string {
	form["_submission"] = []string{casework.NewID()}
	return form
}
