package browsertest

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// TestFrame_firstStart goes from an empty folder to the list of cases, locks, unlocks and leaves by
// button, and looks at every page on the way.
func TestFrame_firstStart(t *testing.T) {
	for _, scripts := range []string{"with scripts", "without scripts"} {
		t.Run(scripts, func(t *testing.T) {
			var options []tabOption
			if scripts == "without scripts" {
				options = append(options, noScript)
			}
			a := startApp(t)
			b := a.open(t, options...)
			b.goTo("/")
			b.check("start")
			b.begin()
			b.check("first")
			b.choosePassphrase("short")
			b.check("first-refused")
			b.wantsErrorTitle()
			b.choosePassphrase(passphrase)
			b.check("recovery")
			b.confirmRecovery()
			b.check("home-empty")
			b.click(b.say("frame.nav.settings"))
			b.check("settings")
			b.click(b.say("frame.settings.passphrase"))
			b.check("passphrase")
			b.click(b.say("frame.nav.settings"))
			b.click(b.say("frame.settings.licences"))
			b.check("licences")
			b.back()
			b.click(b.say("frame.lock"))
			b.check("unlock")
			b.press(b.say("frame.unlock.forgot"))
			b.wants(b.say("frame.unlock.forgot.text"))
			b.fill(b.say("frame.unlock.passphrase"), "not the passphrase")
			b.click(b.say("frame.unlock.go"))
			b.wantsErrorTitle()
			b.check("unlock-refused")
			b.unlock()
			behind := b.url()
			b.leaveButton()
			b.isAway()
			b.check("away")
			b.goTo(behind)
			b.wants(b.say("frame.closed.title"))
			b.expectConsole("status of 403") // the browser's own word for a page that is refused
			b.check("closed")
		})
	}
}

// wantsErrorTitle asserts that the window's title says first that something is to be corrected.
func (b *tab) wantsErrorTitle() {
	b.t.Helper()
	if !strings.HasPrefix(b.title(), b.say("frame.error")) {
		b.t.Errorf("the window is called %q after a mistake", b.title())
	}
}

// TestFrame_back: after lock and after leave, Back shows only the closed page, with and without
// scripts.
func TestFrame_back(t *testing.T) {
	tests := []struct {
		name    string
		options []tabOption
		away    func(b *tab)
	}{
		{"leave by button", nil, (*tab).leaveButton},
		{"leave by Shift", nil, (*tab).leaveKeys},
		{"leave without scripts", []tabOption{noScript}, (*tab).leaveButton},
		{"lock", nil, func(b *tab) { b.click(b.say("frame.lock")) }},
		{"lock without scripts", []tabOption{noScript}, func(b *tab) { b.click(b.say("frame.lock")) }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := startApp(t)
			b := a.open(t, tt.options...)
			b.firstRun()
			b.click(b.say("frame.nav.settings"))
			tt.away(b)
			if strings.HasPrefix(tt.name, "leave") {
				b.isAway()
			}
			b.onlyClosedBehind()
		})
	}
}

// onlyClosedBehind goes back through the whole history: every page in it may be one that anybody may
// see, the closed page, or the page that asks for a passphrase.
func (b *tab) onlyClosedBehind() {
	b.t.Helper()
	open := []string{b.say("frame.home.title"), b.say("frame.settings.emergency"), b.say("frame.recovery.why")}
	for range 12 {
		history := get(b, "reading the history", chromedp.NavigationEntries())
		if history.CurrentIndex < 1 || history.Entries[history.CurrentIndex-1].URL == "about:blank" {
			return
		}
		b.back()
		for _, text := range open {
			b.lacks(text)
		}
	}
	b.t.Error("the history has no end")
}

// TestFrame_leaveFromHistory: with scripts, Leave takes the page out of the history as well.
func TestFrame_leaveFromHistory(t *testing.T) {
	b := startApp(t).open(t)
	b.firstRun()
	b.click(b.say("frame.nav.settings"))
	left := b.url()
	b.leaveButton()
	for _, e := range get(b, "reading the history", chromedp.NavigationEntries()).Entries {
		if e.URL == left {
			t.Errorf("the page that was left stands in the history: %s", e.URL)
		}
	}
}

// TestFrame_shift: three taps of Shift leave; a capital letter in between does not count.
func TestFrame_shift(t *testing.T) {
	b := startApp(t).open(t)
	b.firstRun()
	b.click(b.say("frame.nav.settings"))
	here := b.url()
	b.do("typing capitals", b.shift(), b.shift(), chromedp.KeyEvent("K"), b.shift(), chromedp.KeyEvent("K"), b.shift())
	b.wait(300 * time.Millisecond)
	if b.url() != here {
		t.Fatalf("writing capitals left the page for %s", b.url())
	}
	b.leaveKeys()
	b.isAway()
}

// TestFrame_strangers: a cookie replayed from another local program opens nothing, no more does the
// address from the history alone; other hosts are refused.
func TestFrame_strangers(t *testing.T) {
	a := startApp(t)
	b := a.open(t)
	b.firstRun()
	u, err := url.Parse(b.url())
	if err != nil {
		t.Fatal(err)
	}
	cookies := b.cookies()
	if !strings.Contains(cookies, "session=") {
		t.Fatalf("the browser holds no session cookie: %q", cookies)
	}
	secret := b.say("frame.nav.settings")
	tests := map[string]reply{
		"the cookie alone":  a.send("GET", "/", "", map[string]string{"Cookie": cookies}),
		"the cookie, guess": a.send("GET", replaceKey(u.Path), "", map[string]string{"Cookie": cookies}),
		"the address alone": a.send("GET", u.Path, "", nil),
		"another host":      a.send("GET", u.Path, "", map[string]string{"Cookie": cookies, "Host": "example.com"}),
		"a bare address":    a.send("GET", u.Path, "", map[string]string{"Cookie": cookies, "Host": "127.0.0.1:" + a.address.Port()}),
		"the start":         a.send("GET", "/unlock", "", nil),
		"the first start":   a.send("GET", "/first", "", nil),
	}
	for name, r := range tests {
		if strings.Contains(string(r.body), secret) {
			t.Errorf("%s opens a page behind the lock (status %d)", name, r.status)
		}
	}
	if got := a.send("GET", "/", "", map[string]string{"Host": "example.com"}).status; got != 421 {
		t.Errorf("another host is answered with status %d, want 421", got)
	}
	if both := a.send("GET", u.Path, "", map[string]string{"Cookie": cookies}); !strings.Contains(string(both.body), secret) {
		t.Errorf("cookie and address together do not open the page (status %d): the refusals above prove nothing", both.status)
	}
}

// replaceKey puts a guess where the session's key stands in a path.
func replaceKey(path string) string {
	parts := strings.Split(path, "/")
	for i, p := range parts {
		if len(p) >= 20 {
			parts[i] = strings.Repeat("a", len(p))
		}
	}
	return strings.Join(parts, "/")
}

// TestFrame_marker types a marker into every field of the frame and searches for it where it must not
// be.
func TestFrame_marker(t *testing.T) {
	const marker = "MARKER-frame-4417"
	h := newHunt(t, marker)
	a := startApp(t)
	b := a.open(t)
	b.begin()
	b.choosePassphrase(marker + " long enough")
	b.confirmRecovery()
	b.click(b.say("frame.nav.settings"))
	b.fill(b.say("frame.settings.emergency"), marker)
	b.click(b.say("frame.settings.save"))
	b.click(b.say("frame.lock"))
	b.fill(b.say("frame.unlock.passphrase"), marker)
	b.click(b.say("frame.unlock.go"))
	b.seen()
	h.tab(b)
	h.errorPages(a)
	h.app(a)
	a.stop()
	h.app(a)
}

// TestFrame_keyboard goes from the list of cases to the settings and out with keys alone.
func TestFrame_keyboard(t *testing.T) {
	b := startApp(t).open(t)
	b.firstRun()
	b.tabTo(b.say("frame.nav.settings"))
	b.enterKey()
	b.wants(b.say("frame.settings.title"))
	b.tabTo(b.say("frame.lock"))
	b.enterKey()
	b.tabTo(b.say("frame.unlock.passphrase"))
	b.typed(passphrase)
	b.enterKey()
	b.wants(b.say("frame.home.title"))
	b.tabTo(b.say("frame.leave") + "…")
	b.enterKey()
	b.isAway()
}

// TestFrame_lockLosesNothing locks and unlocks again and again: the process that held the vault ends
// with each lock, and no request of the browser may be lost between it and the next.
func TestFrame_lockLosesNothing(t *testing.T) {
	b := startApp(t).open(t)
	b.firstRun()
	for range 10 {
		b.click(b.say("frame.lock"))
		b.wants(b.say("frame.unlock.title"))
		b.unlock()
	}
	b.check("home-empty")
}

// TestFrame_secondStart: a second start on the same folder opens nothing of its own; it shows the
// address of the first, with a new code.
func TestFrame_secondStart(t *testing.T) {
	first := startApp(t)
	second := startApp(t, withData(first.data))
	select {
	case <-second.done:
	case <-time.After(patience):
		t.Fatal("the second start goes on beside the first")
	}
	if second.address.Host != first.address.Host {
		t.Errorf("the second start shows %s, the first %s", second.address.Host, first.address.Host)
	}
	if second.code() == first.code() {
		t.Error("the second start shows the code of the first again")
	}
	b := second.open(t)
	b.firstRun()
}

// TestFrame_demo: every page of the demonstration says that everything in it is made up.
func TestFrame_demo(t *testing.T) {
	b := startApp(t, withArgs("demo")).open(t)
	b.enterDemo()
	for _, area := range []string{"frame.nav.cases", "frame.nav.settings"} {
		b.click(b.say(area))
		b.wants(b.say("frame.madeup"))
	}
	b.check("demo")
}

// enterDemo unlocks the demonstration with the passphrase that its page shows.
func (b *tab) enterDemo() {
	b.t.Helper()
	b.enter()
	b.wants(b.say("frame.madeup"))
	shown := strings.Split(b.say("frame.unlock.madeup"), "{")[0]
	_, rest, _ := strings.Cut(b.text(), shown)
	phrase, _, _ := strings.Cut(rest, "\n")
	b.fill(b.say("frame.unlock.passphrase"), strings.TrimSpace(phrase))
	b.click(b.say("frame.unlock.go"))
}
