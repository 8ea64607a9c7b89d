package server

import (
	"context"
	"net/url"
	"slices"
	"testing"
	"time"

	"keyholder/casework"
	"keyholder/scanner"
	"keyholder/scanner/lan"
)

// changing makes the checks find one phone, each time under another made-up address.
func changing(b *browser) {
	n := 0
	b.w.check = func(_ context.Context, choice lan.Choice, _ func(scanner.Progress)) (*scanner.Report, error) {
		n++
		at := day(3 + n)
		return &scanner.Report{
			Scope: scanner.Scope{Mode: choice.Mode}, Started: at, Ended: at.Add(time.Second),
			Outcomes: map[scanner.SourceName]scanner.Outcome{scanner.SourceNeighbour: scanner.Could(1)},
			Devices: []scanner.Device{{
				MACs:       []string{"3e:22:fb:00:00:0" + string("0123456789"[n])},
				PrivateMAC: true, Sources: []scanner.SourceName{scanner.SourceNeighbour},
			}},
		}, nil
	}
}

// recheck makes and keeps the check that the configuration describes, and returns its device.
func (b *browser) recheck(path, label string) casework.EntityID {
	b.w.t.Helper()
	job := b.resultOf(path, "home", "quiet")
	b.submit(job, job+"/keep", url.Values{"keep.1": {"yes"}, "label.1": {label}})
	entities := b.rows(path)
	return entities[slices.IndexFunc(entities, func(e casework.Entity) bool {
		return e.Kind == casework.KindDevice && b.record(path, casework.Slot{Entity: e.ID, Field: casework.FieldLabel}).Text.Reveal() == label
	})].ID
}

// From "cannot be said" to "the same": the worker says which phone it is, sees it on the list once, and
// takes it back.
func TestSame_phone(t *testing.T) {
	w := newWorld(t)
	b := w.unlocked()
	path := b.agreed(b.sitting(), "scan")
	texts := w.server.Texts
	changing(b)
	old := b.recheck(path, "Her phone")
	twin := b.recheck(path, "Unknown phone")
	scans := b.file(path).Scans()
	compare := path + "/scans/compare/" + string(scans[1].ID) + "/" + string(scans[0].ID)
	link := path + "/devices/at/" + string(twin) + "/same"
	contains(t, "before", b.text(compare), texts.T("scans.unsure.private"), texts.T("devices.same.link"))
	contains(t, "the way there", b.get(b.at(compare)).Body.String(), b.at(link))
	contains(t, "the kept check", b.get(b.at(path+"/scans/at/"+string(scans[0].ID))).Body.String(), b.at(link))
	contains(t, "the page", b.text(link), texts.T("devices.same.why.changing"), "Her phone", texts.T("devices.same.own"))
	stale := b.hidden()
	b.submit(link, link, url.Values{"as": {"nothing"}, "basis": {"survivor_said"}})
	contains(t, "a choice that is none", b.page.Body.String(), texts.T("error.device.same"))
	b.submit(link, link, url.Values{"as": {string(old)}, "basis": {"worker_saw"}})
	contains(t, "after", b.text(compare), texts.T("scans.said.same", "name", "Her phone"), texts.T("scans.list.unsure.none"))
	contains(t, "its page leads to the other", b.get(b.at(path+"/devices/at/"+string(twin))).Header().Get("Location"), string(old))
	contains(t, "the page of the other", b.text(path+"/devices/at/"+string(old)), texts.T("devices.same.twins"), "Unknown phone")
	lacks(t, "the list", b.text(path+"/devices"), "Unknown phone")
	want(t, "how it is known", b.record(path, casework.Slot{Entity: twin, Field: casework.FieldSameAs}).Basis, casework.WorkerSaw)
	found := false
	for _, e := range w.vault.record.Entries() {
		found = found || e.Verb == casework.VerbJoin
	}
	want(t, "the audit knows of it", found, true)
	stale.Set("as", "own")
	stale.Set("_submission", casework.NewID())
	b.post(b.at(link), stale)
	lacks(t, "an old form that changes nothing", b.page.Body.String(), "_choice.as")
	contains(t, "what was said", b.text(link), texts.T("devices.same.so_far"))
	b.submit(link, link, url.Values{"as": {"own"}})
	contains(t, "taken back", b.text(path+"/devices"), "Unknown phone", "Her phone")
	contains(t, "and again", b.text(compare), texts.T("scans.unsure.private"))
}

// Two tabs: both sides are shown, and what is chosen stands.
func TestSame_stale(t *testing.T) {
	for choice, stands := range map[string]string{"mine": "second", "theirs": "first"} {
		b := newWorld(t).unlocked()
		path := b.agreed(b.sitting())
		ids := map[string]casework.EntityID{}
		for _, label := range []string{"twin", "first", "second"} {
			ids[label] = b.device(path, label, "phone_computer/phone")
		}
		link := path + "/devices/at/" + string(ids["twin"]) + "/same"
		b.get(b.at(link))
		tab := b.hidden()
		b.submit(link, link, url.Values{"as": {string(ids["first"])}, "basis": {"survivor_said"}})
		tab.Set("as", string(ids["second"]))
		tab.Set("basis", "survivor_said")
		tab.Set("_submission", casework.NewID())
		want(t, "second tab goes on", b.post(b.at(link), tab).Header().Get("Location"), "")
		contains(t, "both sides", b.page.Body.String(), "first", "second", "_choice.as")
		again := b.hidden()
		again.Set("_choice.as", choice)
		want(t, "choosing", b.post(b.at(link), again).Code, 303)
		want(t, "stands after it", b.record(path, casework.Slot{Entity: ids["twin"], Field: casework.FieldSameAs}).Code(), string(ids[stands]))
	}
}

// With one device there is nothing to choose, and the page still says what to do next.
func TestSame_alone(t *testing.T) {
	b := newWorld(t).unlocked()
	path := b.agreed(b.sitting())
	id := b.device(path, "only", "phone_computer/phone")
	page := b.text(path + "/devices/at/" + string(id) + "/same")
	contains(t, "alone", page, b.w.server.Texts.T("devices.same.none"), b.w.server.Texts.T("devices.same.next"))
	account := b.device(path, "mail", "account/email")
	want(t, "an account is met by no check", b.get(b.at(path+"/devices/at/"+string(account)+"/same")).Code, 404)
}
