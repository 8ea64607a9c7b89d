package server

import (
	"net/url"
	"testing"
)

// The worker says how much time there is: fewer questions come up, the rest stays one click away, and what
// is no offered time is asked again.
func TestTalk_minutes(t *testing.T) {
	b := newWorld(t).unlocked()
	path := b.agreed(b.sitting())
	texts := b.w.server.Texts
	at := path + "/talk"
	b.submit(at, at, url.Values{"depth": {"session"}})
	whole := len(b.file(path).Talk().IDs())
	b.submit(at, at, url.Values{"depth": {"session"}, "minutes": {"15"}})
	some := b.file(path).Talk()
	want(t, "with a quarter of an hour", len(some.IDs()), 10)
	want(t, "without a word about time", whole > 10, true)
	page := b.text(at)
	contains(t, "the page", page, texts.T("talk.others"), texts.T("talk.minutes"))
	lacks(t, "the page", page, texts.T("talk.changed"))
	b.submit(at, at, url.Values{"depth": {"session"}, "minutes": {"soon"}})
	contains(t, "no such time", b.page.Body.String(), texts.T("error.field.code"))
	want(t, "and nothing was chosen anew", len(b.file(path).Talk().IDs()), 10)
}
