package browsertest

import (
	"fmt"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"keyholder/casework/checklist"
)

// TestJourney_keyboard goes from the lock to a decided step of the plan with Tab, Enter, Space and
// the arrows alone, and sees at every stop where the focus is.
func TestJourney_keyboard(t *testing.T) {
	b := startApp(t).open(t)
	b.firstRun()
	b.keyTo(b.say("frame.lock"))
	b.enterKey()
	b.keyTo(b.say("frame.unlock.passphrase"))
	b.typed(passphrase)
	b.enterKey()
	b.keyTo(b.say("frame.home.start"))
	b.skips()
	b.keyTo(b.say("frame.home.start"))
	b.enterKey()
	for n, list := range conversations[0].screens {
		b.stands(content(t).First.Screens[n].Title)
		for _, e := range list {
			b.enterByKeys(e)
		}
		b.keyTo(b.say("session.screen.continue"))
		b.enterKey()
	}
	b.stands(b.say("session.summary.title"))
	b.comparesSummary(conversations[0].all())
	b.sittingByKeys()
	b.keyTo(b.say("session.summary.next"))
	b.enterKey()
	b.stands(b.say("plan.title"))
	b.keyTo(b.say("plan.step.decide") + "…")
	b.enterKey()
	b.stands(b.say("plan.step.title"))
	b.keyToControl("agreed", "")
	b.arrowTo(string(checklist.Yes))
	b.keyTo(b.say("plan.step.note"))
	b.typed("decided by keys alone")
	b.keyTo(b.say("plan.step.save"))
	b.typed(" ")
	b.waitText(b.say("plan.step.agreed"))
	b.mistakeByKeys()
}

// all is everything that is entered on the seven screens.
func (c conversation) all() []entry {
	var out []entry
	for _, list := range c.screens {
		out = append(out, list...)
	}
	return out
}

// skips proves the order of the first two stops, and that the second leads past the header.
func (b *tab) skips() {
	b.t.Helper()
	b.goTo(b.path())
	b.typed("\t")
	if got, want := b.focused(), b.say("frame.leave")+" "+b.say("frame.leave.hint"); got != want {
		b.t.Errorf("the first stop is %q, want %q", got, want)
	}
	b.ring()
	b.typed("\t")
	if got := b.focused(); got != b.say("frame.skip") {
		b.t.Errorf("the second stop is %q, want %q", got, b.say("frame.skip"))
	}
	b.ring()
	b.do("pressing Enter on a link within the page", b.pressEnter())
	if got := b.evaluate("document.activeElement.id"); got != "main" {
		b.t.Errorf("the skip link leads to %q", got)
	}
	b.typed("\t")
	if inside := b.evaluate("String(document.activeElement.closest('main') !== null)"); inside != "true" {
		b.t.Errorf("after the skip link Tab stands on %q, outside the page's own part", b.focused())
	}
}

// mistakeByKeys sends a form with a mistake: the list of mistakes has the focus, and its link leads to
// the field.
func (b *tab) mistakeByKeys() {
	b.t.Helper()
	b.keyTo(b.say("frame.nav.settings"))
	b.enterKey()
	b.keyTo(b.say("frame.settings.idle"))
	b.do("marking the whole field", b.keys("a", "KeyA", 65, ctrl, "selectAll"))
	b.typed("never")
	b.enterKey()
	if got := b.evaluate("document.activeElement.className"); got != "govuk-error-summary" {
		b.t.Errorf("after a mistake the focus stands on %q %q", got, b.focused())
	}
	b.ring()
	b.keyTo(b.say("frame.settings.idle.wrong"))
	b.do("pressing Enter on a link within the page", b.pressEnter())
	if got := b.evaluate("document.activeElement.name || ''"); got != "idle" {
		b.t.Errorf("the link of the mistake leads to %q", got)
	}
	if got := b.evaluate("document.activeElement.value || ''"); got != "never" {
		b.t.Errorf("what was typed is gone: %q", got)
	}
}

// pressEnter sends Enter as one event, as a keyboard does: what a link does with it, the field that
// it leads to must not do again.
func (b *tab) pressEnter() chromedp.Action[chromedp.Void] {
	down := input.DispatchKeyEventParams{
		Type: input.DispatchKeyEventTypeKeyDown, Key: "Enter", Code: "Enter", Text: "\r", WindowsVirtualKeyCode: 13,
	}
	up := input.DispatchKeyEventParams{
		Type: input.DispatchKeyEventTypeKeyUp, Key: "Enter", Code: "Enter", WindowsVirtualKeyCode: 13,
	}
	return chromedp.Steps(command(input.DispatchKeyEvent, down), command(input.DispatchKeyEvent, up))
}

// keyTo moves the focus with Tab to a named element, and sees that every stop on the way shows.
func (b *tab) keyTo(name string) {
	b.t.Helper()
	b.keyUntil(name, func() bool { return fits(b.focused(), name) })
}

// keyToControl moves the focus with Tab to a control by its form name, and its value where several
// have the same name.
func (b *tab) keyToControl(name, value string) {
	b.t.Helper()
	b.keyUntil(name+" "+value, func() bool {
		return b.evaluate("document.activeElement.name || ''") == name &&
			(value == "" || b.evaluate("document.activeElement.value || ''") == value)
	})
}

func (b *tab) keyUntil(what string, there func() bool) {
	b.t.Helper()
	for range 250 {
		b.typed("\t")
		b.ring()
		if there() {
			return
		}
	}
	b.t.Fatalf("Tab never comes to %q\n%s", what, b.where())
}

// arrowTo moves among the choices of a radio group or a list with the arrows.
func (b *tab) arrowTo(value string) {
	b.t.Helper()
	for _, key := range []string{kb.ArrowDown, kb.ArrowUp} {
		for range 40 {
			if b.evaluate("document.activeElement.value") == value {
				b.ring()
				return
			}
			b.typed(key)
		}
	}
	b.t.Fatalf("the arrows never come to %q\n%s", value, b.where())
}

// enterByKeys makes one input of a conversation without a mouse.
func (b *tab) enterByKeys(e entry) {
	b.t.Helper()
	for _, in := range content(b.t).Inputs(checklist.All(questionOf(b.t, e.name))[0], "", nil) {
		if in.Name != e.name {
			continue
		}
		switch in.Control {
		case checklist.ControlRadios, checklist.ControlSelect:
			b.keyToControl(e.name, "")
			b.arrowTo(e.value)
		case checklist.ControlCheckboxes:
			b.keyToControl(e.name, e.value)
			b.typed(" ")
		default:
			b.keyToControl(e.name, "")
			b.typed(e.value)
		}
		return
	}
	b.t.Fatalf("the checklist has no control %s", e.name)
}

// ring asserts that the focus can be seen: a ring of at least three pixels around the element or its
// box, inside the window.
func (b *tab) ring() {
	b.t.Helper()
	const script = `(() => {
		const e = document.activeElement;
		if (!e || e === document.body) return "";
		const wide = s => s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 3;
		const box = e.getBoundingClientRect();
		const label = e.labels && e.labels[0];
		const seen = wide(getComputedStyle(e)) || label && wide(getComputedStyle(label, "::before"));
		if (!seen) return "no ring around " + e.outerHTML.slice(0, 200);
		if (box.bottom < 0 || box.top > innerHeight || box.width === 0) return "not in the window: " + e.outerHTML.slice(0, 200);
		return "";
	})()`
	if got := get(b, "looking for the ring", chromedp.Evaluate[string](script)); got != "" {
		b.t.Error(fmt.Sprint("focus: ", got))
	}
}
