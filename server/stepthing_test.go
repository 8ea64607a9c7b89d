package server

import (
	"net/url"
	"strings"
	"testing"

	"keyholder/casework"
	"keyholder/casework/checklist"
)

// Two phones: the plan shows a step of each under its name, each is decided on its own page, the worker's
// copy names them and the unmarked copy names nothing.
func TestPlan_eachThing(t *testing.T) {
	w := newWorld(t)
	b := w.unlocked()
	path := b.agreed(b.sitting())
	var second casework.EntityID
	for _, name := range []string{"Zebra phone", "Okapi phone"} {
		second = b.device(path, name, "phone_computer/phone")
		at := path + "/devices/at/" + string(second)
		ref := checklist.Ref{Entity: string(second), Question: checklist.MatrixID, Part: "set_up_by"}
		b.submit(at, at, url.Values{ref.Input(): {"person_of_concern"}})
	}
	step := path + "/plan/step/SP-M.1"
	other := step + "@" + string(second)
	for at, name := range map[string]string{step: "Zebra phone (1 of 2)", other: "Okapi phone (2 of 2)"} {
		contains(t, at, b.text(at), name)
		contains(t, "the plan", b.text(path+"/plan"), name)
		contains(t, "the way there", b.page.Body.String(), b.at(at))
	}
	b.submit(other, other, url.Values{"end": {"remove"}, "result": {"done"}})
	b.submit(other, other, url.Values{"end": {"remove"}, "result": {"done"}, "harm": {"yes"}, "note": {"second note"}})
	contains(t, "the other", b.text(other), "second note")
	lacks(t, "the first", b.text(step), "second note")
	b.get(b.at(other))
	tab := b.hidden()
	b.submit(other, other, url.Values{"note": {"third note"}, "result": {"done"}})
	tab.Set("note", "fourth note")
	tab.Set("_submission", casework.NewID())
	b.post(b.at(other), tab)
	contains(t, "both sides", b.page.Body.String(), "third note", "fourth note", "_choice.note")
	contains(t, "the worker's copy", b.text(path+"/plan/print/worker"), "Zebra phone", "Okapi phone")
	unmarked := b.text(path + "/plan/print/unmarked")
	lacks(t, "the unmarked copy", unmarked, "Zebra", "Okapi", "1 of 2")
	want(t, "a thing of nobody", b.get(b.at(step+"@"+strings.Repeat("0", 32))).Code, 404)
}
