package browsertest

import (
	"strings"
	"sync"
	"testing"

	"keyholder/casework/checklist"
)

// entry is one input of a conversation, by the names that the checklist gives it: the name of a
// control, and the value that is chosen or typed there. The journeys find the control by the words
// that stand on the page, as a person does.
type entry struct{ name, value string }

// theContent is the checklist that the program asks.
var theContent = sync.OnceValues(checklist.Load)

func content(t *testing.T) *checklist.Content {
	t.Helper()
	c, err := theContent()
	if err != nil {
		t.Fatalf("reading the checklist: %v", err)
	}
	return c
}

// questionOf is the question that a control belongs to.
func questionOf(t *testing.T, name string) *checklist.Question {
	t.Helper()
	id := name[2:]
	if end := strings.IndexAny(id, "/@"); end >= 0 {
		id = id[:end]
	}
	if id == "presence" {
		return &content(t).Presence
	}
	q := content(t).Question(id)
	if q == nil {
		t.Fatalf("the checklist has no question %s", id)
	}
	return q
}

// enterOne makes one input.
func (b *tab) enterOne(e entry) {
	b.t.Helper()
	inputs := content(b.t).Inputs(checklist.All(questionOf(b.t, e.name))[0], "", nil)
	legend := ""
	for _, in := range inputs {
		label := in.Legend
		switch {
		case !in.Aside:
			legend = in.Legend
		case label == "":
			label = b.asideLabel(in.Control) + " " + legend
		}
		if in.Name == e.name {
			b.set(in, plain(label), e.value)
			return
		}
	}
	b.t.Fatalf("the checklist has no control %s", e.name)
}

func (b *tab) asideLabel(control checklist.Control) string {
	switch control {
	case checklist.ControlRadios:
		return b.say("ask.aside.rest")
	case checklist.ControlCheckboxes:
		return b.say("ask.aside.sure")
	}
	return b.say("ask.aside.state")
}

// set acts on one control under the label that it has on the page.
func (b *tab) set(in checklist.Input, label, value string) {
	b.t.Helper()
	if in.Choices == nil {
		b.fill(label, value)
		return
	}
	for _, c := range in.Choices {
		if c.Value != value {
			continue
		}
		if in.Control == checklist.ControlSelect {
			b.choose(label, c.Label)
		} else {
			b.tick(label + " > " + c.Label)
		}
		return
	}
	b.t.Fatalf("the control %s has no choice %s", in.Name, value)
}

// enters makes inputs one after the other.
func (b *tab) enters(list ...entry) {
	b.t.Helper()
	for _, e := range list {
		b.enterOne(e)
	}
}

// screen answers one screen of the first walk and goes on.
func (b *tab) screen(list ...entry) {
	b.t.Helper()
	b.enters(list...)
	b.click(b.say("session.screen.continue"))
}

// clickFirst presses the first of several links or buttons of this name.
func (b *tab) clickFirst(name string) {
	b.t.Helper()
	found := b.matching(name, "link", "button")
	if len(found) == 0 {
		b.t.Fatalf("there is nothing named %q\n%s", name, b.where())
	}
	b.inputs.clicks++
	b.follow("pressing "+name, b.mouse(found[0]))
}

// heading is the heading of the page.
func (b *tab) heading() string {
	b.t.Helper()
	return plain(b.evaluate("document.querySelector('h1') ? document.querySelector('h1').innerText : ''"))
}

// stands fails the test when another page has come.
func (b *tab) stands(heading string) {
	b.t.Helper()
	if got := b.heading(); got != plain(heading) {
		b.t.Fatalf("the page is headed %q, want %q\n%s", got, heading, b.where())
	}
}
