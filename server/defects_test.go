package server

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"keyholder/casework"
)

// told is what a test writes into a case to find it again where it must not be.
const told = "the blue notebook"

// withDevice returns a browser and the path of a case that holds a device with a telling name.
func withDevice(w *world) (b *browser, path, device string) {
	w.t.Helper()
	b = w.unlocked()
	path = b.agreed(b.sitting())
	device = b.submit(path+"/devices/add", path+"/devices/add", url.Values{"label": {told}, "kind": {"iot_camera/camera_indoor"}})
	device = strings.TrimPrefix(device, b.at(""))
	if !strings.Contains(device, "/devices/at/") {
		w.t.Fatalf("adding a device led to %q", device)
	}
	return b, path, device
}

// casePaths are the addresses of a page below a case, with everything a route has in it filled in.
func casePaths(w *world, path, device, method string) []string {
	var out []string
	fill := strings.NewReplacer("/cases/:case", path, ":device", device[strings.LastIndex(device, "/")+1:])
	for _, a := range w.server.areas() {
		for _, r := range a.Routes {
			if r.Method == method && strings.HasPrefix(r.Path, "/cases/:case") {
				out = append(out, fill.Replace(r.Path))
			}
		}
	}
	return out
}

// TestB6_nothingOfACaseWithoutPermission: another tool kept pictures of clients in the folder that
// everybody could fetch from. Here no address gives anything of a case to a browser without the key,
// and the folder of files is built in.
func TestB6_nothingOfACaseWithoutPermission(t *testing.T) {
	w := newWorld(t)
	b, path, device := withDevice(w)
	contains(t, "the page of the device", b.text(device), told)
	strangers := map[string]*browser{"no cookie": w.browser(), "another browser": w.browser()}
	strangers["another browser"].cookies["__Host-session"] = "guess"
	for name, stranger := range strangers {
		for _, p := range append(casePaths(w, path, device, http.MethodGet), "/static/"+path, "/static/../vault.db") {
			for _, address := range []string{b.at(p), p} {
				rec := stranger.get(address)
				if rec.Code == http.StatusOK && strings.HasPrefix(address, "/k/") {
					t.Errorf("%s: %s answers", name, p)
				}
				lacks(t, name+" at "+p, rec.Body.String(), told)
			}
		}
	}
}

// TestB7_readingChangesNothing: in other tools opening an address deleted evidence. Here every page
// can be opened without a change to the record, and a form without its token changes nothing either.
func TestB7_readingChangesNothing(t *testing.T) {
	w := newWorld(t)
	b, path, device := withDevice(w)
	id := casework.CaseID(strings.TrimPrefix(path, "/cases/"))
	before := w.heads(id)
	for _, p := range casePaths(w, path, device, http.MethodGet) {
		b.get(b.at(p))
	}
	want(t, "values after opening every page", w.heads(id), before)
	for _, p := range casePaths(w, path, device, http.MethodPost) {
		rec := b.post(b.at(p), url.Values{"label": {"changed"}, "reason": {"mistake"}})
		if rec.Code < 400 {
			t.Errorf("%s without a token: status %d", p, rec.Code)
		}
		if get := b.get(b.at(p) + "?label=changed&reason=mistake"); get.Code == http.StatusSeeOther {
			t.Errorf("%s answers an address as if it were a form", p)
		}
	}
	want(t, "values after forms without a token", w.heads(id), before)
}

// heads counts the values of a case.
func (w *world) heads(id casework.CaseID) int {
	w.t.Helper()
	heads, err := w.vault.record.Heads(w.t.Context(), id)
	if err != nil {
		w.t.Fatal(err)
	}
	n := 0
	for _, h := range heads {
		chain, err := w.vault.record.History(w.t.Context(), id, h.Slot)
		if err != nil {
			w.t.Fatal(err)
		}
		n += len(chain)
	}
	return n
}

// TestB8_refusedFormChangesNothing: another tool saved an edit that it had found to be wrong, and its
// lists were broken afterwards.
func TestB8_refusedFormChangesNothing(t *testing.T) {
	w := newWorld(t)
	b, path, device := withDevice(w)
	id := casework.CaseID(strings.TrimPrefix(path, "/cases/"))
	before := w.heads(id)
	correct := strings.Replace(device, "/devices/at/", "/devices/correct/", 1)
	for name, fields := range map[string]url.Values{
		"no name":      {"label": {""}, "kind": {"iot_camera/camera_indoor"}, "brand": {"Typed in vain"}},
		"no such kind": {"label": {"x"}, "kind": {"iot_camera/toaster"}, "brand": {"Typed in vain"}},
	} {
		b.submit(device, correct, fields)
		want(t, name+": status", b.page.Code, http.StatusOK)
		contains(t, name+": the form", b.page.Body.String(), "Typed in vain")
		want(t, name+": values", w.heads(id), before)
	}
	contains(t, "the device", b.text(device), told)
}

// TestB12_everyAddressIsOurs: another tool linked the names of apps to a search on the web, so the
// name left the machine with one click. Here no page of a case holds an address of anybody else.
func TestB12_everyAddressIsOurs(t *testing.T) {
	w := newWorld(t)
	b, path, device := withDevice(w)
	address := regexp.MustCompile(`(?:href|src|action|formaction|srcset|poster|data|cite|ping)="([^"]*)"`)
	seen := 0
	for _, p := range append(casePaths(w, path, device, http.MethodGet), "/home", "/settings", "/statistics") {
		for _, m := range address.FindAllStringSubmatch(b.get(b.at(p)).Body.String(), -1) {
			seen++
			if !strings.HasPrefix(m[1], "/") && !strings.HasPrefix(m[1], "#") || strings.HasPrefix(m[1], "//") {
				t.Errorf("%s leads to %q", p, m[1])
			}
		}
	}
	if seen < 100 {
		t.Errorf("only %d addresses were looked at", seen)
	}
}

// TestB15_noScoreOnAnyPage: another tool showed a number that its own comment called arbitrary.
func TestB15_noScoreOnAnyPage(t *testing.T) {
	w := newWorld(t)
	b, path, device := withDevice(w)
	score := regexp.MustCompile(`(?i)\b(score[sd]?|risk (level|points?|rating)|points?:? \d|\d+ ?(%|per ?cent) (risk|safe|likely))\b`)
	for _, p := range casePaths(w, path, device, http.MethodGet) {
		if rec := b.get(b.at(p)); rec.Code == http.StatusOK {
			if hit := score.FindString(b.text(p)); hit != "" {
				t.Errorf("%s says %q", p, hit)
			}
		}
	}
}
