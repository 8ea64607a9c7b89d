package browsertest

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// another opens a second tab of the same person: it shares the cookies of the first.
func (b *tab) another(t *testing.T) *tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(b.ctx)
	t.Cleanup(cancel)
	c := &tab{t: t, app: b.app, ctx: ctx, script: true}
	if err := chromedp.Listen(ctx, c.hear); err != nil {
		t.Fatalf("opening a second tab: %v", err)
	}
	c.do("preparing a second tab", prepared())
	return c
}

// toCase makes a case and returns its address.
func (b *tab) toCase() string {
	b.t.Helper()
	b.firstRun()
	b.walkFirst()
	b.click(b.say("session.summary.end"))
	b.click(b.say("session.end.close"))
	return b.path()
}

// TestJourney_twoTabs changes the same answers in two tabs: the second one is shown both sides,
// chooses for each, and nothing is lost.
func TestJourney_twoTabs(t *testing.T) {
	a := startApp(t)
	b := a.open(t)
	place := b.toCase()
	c := b.another(t)
	b.goTo(place + "/ask/00.4")
	c.goTo(place + "/ask/00.4")

	b.enters(entry{"a.00.4/code_word", "words of the first tab"}, entry{"a.00.4/hours", "hours of the first tab"})
	b.click(b.say("checklist.question.save_topic"))
	c.enters(entry{"a.00.4/code_word", "words of the second tab"}, entry{"a.00.4/hours", "hours of the second tab"},
		entry{"a.00.4/forbidden", "voicemail"})
	c.click(c.say("checklist.question.save_topic"))

	c.stands(c.say("session.conflict.title"))
	c.check("conflict")
	c.wants("words of the first tab", "words of the second tab", "hours of the first tab", "hours of the second tab")
	q := content(t).Question("00.4")
	about := c.say("session.conflict.choose") + " " + q.Text + " "
	c.tick(about + q.Part("code_word").Label + " > " + c.say("session.conflict.mine"))
	c.tick(about + q.Part("hours").Label + " > " + c.say("session.conflict.theirs"))
	c.click(c.say("session.conflict.save"))
	c.wants("words of the second tab", "hours of the first tab", "Voicemail")
	c.lacks("words of the first tab", "hours of the second tab")

	c.goTo(place + "/history/00.4")
	c.wants("words of the first tab", "words of the second tab", "hours of the first tab")
	c.check("history")
}

// TestJourney_intoTheLock sends a form into a lock: it comes back, filled in, after unlocking.
func TestJourney_intoTheLock(t *testing.T) {
	const marker = "MARKER-lock-2093"
	h := newHunt(t, marker)
	a := startApp(t)
	b := a.open(t)
	place := b.toCase()
	c := b.another(t)
	b.goTo(place + "/ask/00.6")
	b.enters(entry{"a.00.6/own_words", marker + " and more"})
	c.goTo(place)
	b.do("switching scripts off, so that the other tab does not close this page", scripts(false))
	c.click(c.say("frame.lock"))
	h.app(a) // still on the page, not yet sent
	b.click(b.say("checklist.question.save_topic"))
	b.wants(b.say("frame.unlock.kept"))
	b.do("switching scripts on again", scripts(true))
	b.check("unlock-kept")
	h.app(a)
	a.stop()
	h.app(a)
	a.start()
	b = a.open(t)
	b.begin()
	b.fill(b.say("frame.unlock.passphrase"), passphrase)
	b.click(b.say("frame.unlock.go"))
	b.wants(b.say("frame.kept"))
	b.check("question-kept")
	b.click(b.say("checklist.question.save_topic"))
	b.wants(marker + " and more")
	h.tab(b)
	h.app(a)
}

// TestJourney_withoutRecord: a session without a record goes the same way to the printed plan, and
// nothing of it is left after a lock.
func TestJourney_withoutRecord(t *testing.T) {
	const marker = "MARKER-unwritten-5521"
	h := newHunt(t, marker)
	a := startApp(t)
	b := a.open(t)
	b.firstRun()
	b.click(b.say("frame.home.start"))
	b.screen(entry{"s.00.1", "yes"})
	b.click(b.say("frame.emergency"))
	b.wants(b.say("risk.ask_first"))
	b.check("emergency-unknown")
	b.halfAPage() // the longest it gets: nobody has asked about any danger yet
	b.back()
	b.screen(entry{"s.00.5", "no"})
	b.screen(entry{"s.00.7", "no"})
	b.screen(entry{"a.00.6", "calm"})
	b.screen(entry{"a.01.1", "apart"})
	b.screen(entry{"a.01.6/what", "messages"})
	b.screen(entry{"a.24.5/time", marker})
	b.wants(marker)
	b.click(b.say("session.summary.without"))
	b.wants(b.say("consultation.notice.without_record"))
	b.check("summary-without")
	b.click(b.say("session.summary.all"))
	b.check("case-without")
	b.click(b.say("cases.task.plan"))
	b.click(b.say("plan.print.survivor"))
	b.check("print-without")
	session := b.path()
	b.goTo(session[:strings.Index(session, "/plan")] + "/end")
	b.wants(b.say("session.end.gone"))
	b.check("end-without")
	h.app(a)
	b.click(b.say("frame.lock"))
	b.unlock()
	b.wants(b.say("frame.home.empty"))
	kept := strings.Split(session, "/")
	now := strings.Split(b.path(), "/")
	b.goTo(strings.Join(append(now[:3], kept[3:5]...), "/") + "/summary")
	b.wants(b.say("error.consultation.gone"))
	b.expectConsole("status of 404") // the browser's own word for a page that is not there
	b.check("session-gone")
	h.tab(b)
	h.app(a)
}

// TestJourney_leaveOneOfTwo leaves in one tab: the other shows nothing of the case any more.
func TestJourney_leaveOneOfTwo(t *testing.T) {
	a := startApp(t)
	b := a.open(t)
	place := b.toCase()
	c := b.another(t)
	c.goTo(place + "/plan")
	b.leaveButton()
	b.isAway()
	c.waitText(c.say("frame.closed.title"))
	c.lacks("KH-", c.say("plan.lead"))
	c.back()
	c.lacks("KH-", c.say("plan.lead"), c.say("cases.case.work"))
}
