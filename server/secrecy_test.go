package server

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"keyholder/casework"
)

// Nothing is written before the survivor agreed: a form of an unrecorded sitting that is sent into a
// lock is not sealed either, whatever page it claims to come from, and the worker is told.
func TestKeep_nothingOfAnUnrecordedSitting(t *testing.T) {
	w := newWorld(t)
	b := w.unlocked()
	for _, at := range []string{"", "/first/2", "/emergency", "/devices/add", "/scan"} {
		page := "/session"
		if at != "" {
			page = b.sitting() + at
		}
		form := b.guard(page)
		want(t, page+" comes back to", form.Get("_from"), "")
		form.Set("linea", "MARKER")
		w.restart()
		to := b.post(b.at(page), form).Header().Get("Location")
		want(t, page+" leads to", to, "/unlock?gone")
		contains(t, "the unlock page", b.get(to).Body.String(), "is not kept")
		for _, from := range []string{"/session", page, "/home"} {
			form.Set("_from", from)
			b.post(b.at(page), form)
		}
		want(t, page+" sealed", len(w.vault.drafts), 0)
		b.post("/unlock", url.Values{"passphrase": {testPassphrase}})
	}
}

// A screen of a recorded sitting comes back in the case, on a page that is there.
func TestKeep_screenOfARecordedSitting(t *testing.T) {
	w := newWorld(t)
	b := w.unlocked()
	sitting := b.sitting()
	path := b.agreed(sitting)
	form := b.guard(sitting + "/first/2")
	form["s.00.5"] = []string{"dont_know"}
	w.restart()
	want(t, "sent into the lock", b.post(b.at(sitting+"/first/2"), form).Header().Get("Location"), "/unlock?kept")
	b.post("/unlock", url.Values{"passphrase": {testPassphrase}})
	want(t, "comes back on", b.page.Header().Get("Location"), b.at(path+"/first/2"))
	page := b.get(b.at(path + "/first/2"))
	want(t, "the page", page.Code, http.StatusOK)
	contains(t, "the page", page.Body.String(), "We kept what you typed")
	to := b.submit(path+"/first/2", path+"/first/2", url.Values{"s.00.5": {"dont_know"}})
	want(t, "saving it leads to", to, b.at(path))
	want(t, "sealed after it was saved", len(w.vault.drafts), 0)
}

// Forms about what a lock ends do not come back: they would lead to a page that is not there after
// every unlock.
func TestKeep_nothingThatCannotComeBack(t *testing.T) {
	w := newWorld(t, cannedCheck)
	b := w.unlocked()
	sitting := b.sitting()
	path := b.agreed(sitting, "scan")
	for page, action := range map[string]string{
		path: sitting + "/end", path + "/scan": path + "/scan/7/keep", path + "/plan": path + "/scan/7/cancel",
		"/statistics": "/statistics/preview/7",
	} {
		form := b.guard(page)
		form.Set("_from", path+"/plan")
		w.restart(cannedCheck)
		want(t, action, b.post(b.at(action), form).Code, http.StatusForbidden)
		want(t, action+" sealed", len(w.vault.drafts), 0)
		b.post("/unlock", url.Values{"passphrase": {testPassphrase}})
	}
}

// A page that the browser kept has an old submission id. Another form on it, or the same form
// corrected, is a new post; only the very same one is done once.
func TestSubmission_isOneContent(t *testing.T) {
	w := newWorld(t)
	b := w.unlocked()
	path := b.agreed(b.sitting())
	form := b.guard(path + "/devices/add")
	form.Set("kind", "iot_camera/doorbell")
	for _, label := range []string{"bell", "bell", "second bell"} {
		form.Set("label", label)
		want(t, label, b.post(b.at(path+"/devices/add"), form).Code, http.StatusSeeOther)
	}
	text := b.text(path + "/devices")
	contains(t, "the list", text, "second bell")
	entities, err := w.vault.record.Entities(t.Context(), casework.CaseID(strings.TrimPrefix(path, "/cases/")))
	if err != nil {
		t.Fatal(err)
	}
	devices := 0
	for _, e := range entities {
		if e.Kind == casework.KindDevice {
			devices++
		}
	}
	want(t, "devices", devices, 2)
}

// Two browsers prepare overlapping periods, each against the same ledger. Only the first may publish:
// nobody has looked at both together.
func TestStatistics_preparedBesideAnother(t *testing.T) {
	w := newWorld(t)
	prepare := func(b *browser, kind int) string {
		t.Helper()
		period := periodKey(periods(statsMonth(w.now))[kind])
		to := b.submit("/statistics", "/statistics", url.Values{"period": {period}, "table": {"ta_any"}, "hidden": {"yes"}})
		return strings.TrimPrefix(to, "/k/"+b.key)
	}
	first := w.unlocked()
	w.keeper.tokens[hash(testToken)] = true
	second := w.unlocked()
	quarter, year := prepare(first, 3), prepare(second, 8)
	if !strings.Contains(quarter, "/preview/") || !strings.Contains(year, "/preview/") {
		t.Fatalf("preparing led to %q and %q", quarter, year)
	}
	first.submit(quarter, quarter, nil)
	second.submit(year, year, nil)
	want(t, "the second to publish", second.page.Code, http.StatusNotFound)
	want(t, "releases", len(w.vault.releases.bodies), 1)
}

// Leave ends the sittings of the browser that leaves, also when another one keeps the vault open, and
// closing a sitting drops what a check has found for it.
func TestLeave_endsItsSittings(t *testing.T) {
	w := newWorld(t, cannedCheck)
	first := w.unlocked()
	w.keeper.tokens[hash(testToken)] = true
	second := w.unlocked()
	left, closed, stays := first.sitting(), second.sitting(), second.sitting()
	second.scan(closed, nil)
	want(t, "checks before", w.server.scans.Count(), 1)
	first.get("/leave")
	want(t, "the sitting that was left", second.get(second.at(left+"/summary")).Code, http.StatusNotFound)
	want(t, "the sitting of the other browser", second.get(second.at(stays+"/summary")).Code, http.StatusOK)
	second.submit(closed+"/end", closed+"/end", nil)
	want(t, "checks after the sitting was closed", w.server.scans.Count(), 0)
}

// Who agreed to a check of a clinic's network is the clinic: her record must not say that she did.
func TestScan_consentOfOthersIsNotHers(t *testing.T) {
	w := newWorld(t, cannedCheck)
	b := w.unlocked()
	path := b.agreed(b.sitting())
	id := casework.CaseID(strings.TrimPrefix(path, "/cases/"))
	consent := func() casework.State {
		t.Helper()
		heads, err := w.vault.record.Heads(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range heads {
			if v.Slot.Field == "q:00.7/scan" {
				return v.State
			}
		}
		return ""
	}
	before := consent()
	for _, network := range []string{casework.NetworkAgency, casework.NetworkTheirs} {
		b.scan(path, url.Values{"network": {network}})
		want(t, "her agreement after a check of "+network, consent(), before)
	}
	b.scan(path, nil)
	want(t, "her agreement after a check at home", consent(), "yes")
}

// A form sent into two locks comes back as it was typed last.
func TestKeep_newestComesBack(t *testing.T) {
	w := newWorld(t)
	b := w.unlocked()
	form := b.guard("/settings")
	w.restart()
	for _, name := range []string{"typed first", "typed last"} {
		form.Set("product", name)
		b.post(b.at("/settings"), form)
	}
	want(t, "sealed", len(w.vault.drafts), 2)
	b.post("/unlock", url.Values{"passphrase": {testPassphrase}})
	page := b.get(b.at("/settings")).Body.String()
	contains(t, "the page", page, `value="typed last"`)
	lacks(t, "the page", page, `value="typed first"`)
}
