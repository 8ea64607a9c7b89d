package browsertest

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// say returns a text of the interface by its key, so that a journey survives a better wording. Pairs
// fill the places in it: say(t, "frame.hold.for", "minutes", "15").
func say(t *testing.T, key string, pairs ...string) string {
	t.Helper()
	shared.textsOnce.Do(shared.readTexts)
	if shared.textsErr != nil {
		t.Fatalf("reading the texts: %v", shared.textsErr)
	}
	text, ok := shared.texts[key]
	if !ok {
		t.Fatalf("there is no text %s", key)
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		text = strings.ReplaceAll(text, "{"+pairs[i]+"}", pairs[i+1])
	}
	return plain(text)
}

// say returns a text of the interface by its key.
func (b *tab) say(key string, pairs ...string) string {
	b.t.Helper()
	if b.pseudo {
		return pseudo(b.t, key, pairs...)
	}
	return say(b.t, key, pairs...)
}

func (s *suite) readTexts() {
	data, err := os.ReadFile(filepath.Join("..", "..", "templates", "locales", "en.json"))
	if err != nil {
		s.textsErr = err
		return
	}
	s.textsErr = json.Unmarshal(data, &s.texts)
}

// passphrase is long enough to be taken and made up for tests.
const passphrase = "violet kettle harbour ninety"

// begin comes in with the one-time code, by hand where there is no script.
func (b *tab) begin() {
	b.t.Helper()
	b.enter()
	if !b.script {
		b.fill(b.say("frame.start.code"), b.app.code())
		b.click(b.say("frame.start.go"))
	}
}

// firstRun goes from the printed address through the first start to the list of cases.
func (b *tab) firstRun() {
	b.t.Helper()
	b.begin()
	b.choosePassphrase(passphrase)
	b.confirmRecovery()
	b.wants(b.say("frame.home.title"))
}

func (b *tab) choosePassphrase(phrase string) {
	b.t.Helper()
	b.fill(b.say("frame.first.passphrase"), phrase)
	b.fill(b.say("frame.first.repeat"), phrase)
	b.click(b.say("frame.first.go"))
}

var groupNumber = regexp.MustCompile(`\d+`)

// confirmRecovery types the group that is asked for, as from paper, and returns the whole key.
func (b *tab) confirmRecovery() string {
	b.t.Helper()
	groups := get(b, "reading the recovery key",
		chromedp.Evaluate[[]string](`Array.from(document.querySelectorAll("main ol li")).map(e => e.textContent.trim())`))
	label := strings.Split(b.say("frame.recovery.group"), "{")[0] + "…"
	var number int
	if _, err := fmt.Sscan(groupNumber.FindString(b.find(label, "textbox").name), &number); err != nil || number < 1 || number > len(groups) {
		b.t.Fatalf("the page asks for group %d of %d\n%s", number, len(groups), b.where())
	}
	b.fill(label, groups[number-1])
	b.click(b.say("frame.recovery.go"))
	return strings.Join(groups, " ")
}

// unlock opens the vault on the page that asks for the passphrase.
func (b *tab) unlock() {
	b.t.Helper()
	b.fill(b.say("frame.unlock.passphrase"), passphrase)
	b.click(b.say("frame.unlock.go"))
	b.wants(b.say("frame.home.title"))
}

// leaveButton presses Leave and waits for the neutral page. The same stands once more at the end of
// the page for assistive technology; the first is the one that everybody sees.
func (b *tab) leaveButton() {
	b.t.Helper()
	found := b.matching(b.say("frame.leave")+" "+b.say("frame.leave.hint"), "link", "button")
	if len(found) == 0 || !b.offers(b.say("frame.leave.more"), "link") {
		b.t.Fatalf("the button or the hidden link of Leave is missing\n%s", b.where())
	}
	b.inputs.clicks++
	b.follow("pressing Leave", b.mouse(found[0]))
}

// isAway asserts that the neutral page is shown and nothing of ours.
func (b *tab) isAway() {
	b.t.Helper()
	b.wants(b.say("frame.away.title"))
	b.lacks("Keyholder", b.say("frame.leave.more"))
	if got := b.title(); got != b.say("frame.away.title") {
		b.t.Errorf("the window is called %q", got)
	}
}
