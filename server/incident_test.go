package server

import (
	"net/url"
	"strings"
	"testing"

	"keyholder/casework"
	"keyholder/casework/checklist"
)

// One thing they knew: it is kept as a row of the grid, ordinary ways stand among the others, and what
// a way would not explain is said.
func TestIncident_ways(t *testing.T) {
	w := newWorld(t)
	b := w.unlocked()
	path := b.agreed(b.sitting())
	to := b.submit(path+"/incident", path+"/incident", url.Values{
		"a.grid/what@new1": {"talk"}, "a.grid/where@new1": {"one_room"}, "a.grid/present@new1": {"camera"},
	})
	page := strings.TrimPrefix(to, b.at(""))
	if !strings.HasPrefix(page, path+"/incident/") {
		t.Fatalf("one thing led to %q", to)
	}
	text := b.text(page)
	contains(t, "the ways", text, "What was said", "A camera or doorbell", "Somebody told them", "They were near, or in the home",
		"It would not explain", w.server.Texts.T("incident.next"), w.server.Texts.T("incident.proves"), w.server.Texts.T("incident.unknown"))
	lacks(t, "the ways", text, "The place of the phone", "A tag in a bag", "probab", "%")
	contains(t, "the grid", b.text(path+"/pattern"), "What was said")
	b.submit(page, page, url.Values{"back": {"showed_copy"}})
	want(t, "how it came back", b.record(path, casework.Slot{Entity: casework.EntityID(page[strings.LastIndex(page, "/")+1:]), Field: casework.FieldBack}).Code(), "showed_copy")
	lacks(t, "the ways after a copy was shown", b.text(page), "They guessed, or it was chance")
}

// A form that says nothing, contradicts itself or names what is not on offer is refused with words.
func TestIncident_refuses(t *testing.T) {
	w := newWorld(t)
	b := w.unlocked()
	path := b.agreed(b.sitting())
	want(t, "nothing ticked", b.submit(path+"/incident", path+"/incident", url.Values{}), "")
	contains(t, "nothing ticked", b.page.Body.String(), w.server.Texts.T("incident.empty"))
	page := strings.TrimPrefix(b.submit(path+"/incident", path+"/incident", url.Values{"a.grid/what@new1": {"place"}}), b.at(""))
	for name, back := range map[string][]string{"both": {"said_it", checklist.CodeDontKnow}, "unknown": {"by_magic"}} {
		want(t, name, b.submit(page, page, url.Values{"back": back}), "")
		contains(t, name, b.page.Body.String(), "govuk-error-summary")
	}
	b.submit(page, page, url.Values{"back": {checklist.CodeDontKnow}})
	want(t, "not known", b.record(path, casework.Slot{Entity: casework.EntityID(page[strings.LastIndex(page, "/")+1:]), Field: casework.FieldBack}).State, checklist.DontKnow)
	b.get(b.at(path + "/incident/" + strings.Repeat("0", 32)))
	want(t, "a thing there is none of", b.page.Code, 404)
}
