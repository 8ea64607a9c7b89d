package server

import (
	"context"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"keyholder/casework"
	"keyholder/scanner"
	"keyholder/scanner/lan"
	"keyholder/scanner/leads"
)

// Codes of the scanner and words of the knowledge are the same sets, in the same order, and every lead
// asks a question that exists.
func TestLeads_codesAgree(t *testing.T) {
	data := programData(t)
	var words, codes []string
	for _, l := range data.Knowledge.Leads() {
		words = append(words, l.Code)
		for _, id := range l.Ask {
			if data.Content.Question(id) == nil {
				t.Errorf("lead %s asks %s, which does not exist", l.Code, id)
			}
		}
	}
	for _, c := range leads.Codes() {
		codes = append(codes, string(c))
	}
	if !slices.Equal(words, codes) {
		t.Errorf("knowledge has %v\nscanner has %v", words, codes)
	}
	var signs, outcomes, controls []string
	for _, s := range leads.Signs() {
		signs = append(signs, string(s))
	}
	for _, o := range data.Knowledge.Outcomes() {
		outcomes = append(outcomes, o.Code)
		for _, shown := range slices.Concat(o.For, o.Against) {
			if !slices.Contains(signs, shown.Sign) {
				t.Errorf("outcome %s rests on %s, which no check shows", o.Code, shown.Sign)
			}
		}
	}
	for _, k := range data.Knowledge.Controls() {
		controls = append(controls, k.Code)
		for _, id := range k.Ask {
			if data.Content.Question(id) == nil {
				t.Errorf("control %s asks %s, which does not exist", k.Code, id)
			}
		}
	}
	if !slices.Equal(outcomes, casework.NoteCodes(casework.NoteSecurity)) || !slices.Equal(controls, casework.NoteCodes(casework.NoteControl)) {
		t.Errorf("the sheets of casework ask something else than %v and %v", outcomes, controls)
	}
}

// closerCheck finds a speaker in an Apple Home with an old way in, and a name that is no name.
func closerCheck(c *Config) {
	c.Check = func(_ context.Context, choice lan.Choice, _ func(scanner.Progress)) (*scanner.Report, error) {
		start := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
		return &scanner.Report{
			Scope:   scanner.Scope{Mode: choice.Mode, Prefixes: []netip.Prefix{netip.MustParsePrefix("192.168.1.0/24")}},
			Started: start, Ended: start.Add(time.Second),
			Outcomes: map[scanner.SourceName]scanner.Outcome{scanner.SourceMDNS: scanner.Could(1)},
			Devices: []scanner.Device{{
				MACs: []string{"54:ef:44:d0:0d:01"}, Addresses: []netip.Addr{netip.MustParseAddr("192.168.1.7")},
				Names: []scanner.Name{{Value: "Front Door", From: scanner.SourceMDNS}},
				Facts: []scanner.Fact{
					{Kind: scanner.FactMDNS, Fields: map[string]string{"type": "_hap._tcp", "name": "Front Door", "txt.ci": "6", "txt.sf": "0"}},
					{Kind: scanner.FactPort, Fields: map[string]string{"port": "23", "proto": "tcp"}},
					{Kind: scanner.FactHTTP, Fields: map[string]string{"port": "80", "scheme": "http", "status": "200", "login": "none", "title": "<b>Lock\u202e</b>"}},
				},
			}},
		}, nil
	}
}

// keptDoor checks the network, keeps the door lock, and returns its page.
func keptDoor(t *testing.T, b *browser, place string) string {
	t.Helper()
	b.submit(place+"/ask/00.7", place+"/ask/00.7", url.Values{"s.00.7": {"no"}, "a.00.7": {"record", "scan"}})
	to := b.submit(place+"/scan", place+"/scan", url.Values{
		"network": {"home"}, "mode": {"quiet"}, "agreed": {"yes"}, "device": {"yes"}, "safe": {"yes"},
	})
	m := regexp.MustCompile(`/scan/[0-9a-z]+$`).FindString(to)
	if m == "" {
		t.Fatalf("starting a check led to %q: %s", to, b.page.Body.String())
	}
	for range 100 {
		if strings.Contains(b.get(b.at(place+m)).Body.String(), "keep.1") {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	body := b.page.Body.String()
	if strings.Contains(body, "<b>Lock") || strings.Contains(body, "\u202e") {
		t.Error("a title of a device is on the page as it came")
	}
	contains(t, "result", b.text(place+m), "leads, no answers", "It belongs to an Apple Home", "What it does not show", "It takes commands over an old, open way")
	b.submit(place+m, place+m+"/keep", url.Values{"keep.1": {"yes"}, "label.1": {"Front Door"}})
	device := regexp.MustCompile(`/devices/at/[0-9a-f]{32}`).FindString(b.get(b.at(place + "/devices")).Body.String())
	if device == "" {
		t.Fatal("the kept device is not on the list")
	}
	return place + device
}

func TestLeads_pages(t *testing.T) {
	b := newWorld(t, closerCheck).unlocked()
	place := b.agreed(b.sitting(), "scan")
	device := keptDoor(t, b, place)
	page := b.text(device)
	contains(t, "the device", page, "leads, not answers", "It belongs to an Apple Home", "Seen by the check of", "Kept apart on purpose")
	lacks(t, "the device", page, "Speaks against it")
	security := b.text(device + "/security")
	contains(t, "the sheet", security, "Speaks against it", "It takes typed commands without encryption", "looked closer at this device", "It cannot show this", "Not yet checked by a practitioner")
	contains(t, "control", b.text(device+"/control"), "Can one person lock the other out?", "Not yet checked by a practitioner", "may be behind it")
	m := regexp.MustCompile(`/scans/at/[0-9a-f]{32}`).FindString(b.get(b.at(place + "/scans")).Body.String())
	contains(t, "the kept check", b.text(place+m), "It belongs to an Apple Home")
	lacks(t, "the paper of the check", b.text(place+m+"/print"), "It takes typed commands without encryption")
}

// The sheets are answered with the seven states, and nothing else reads them: no finding, no plan, no
// printed copy, no figure.
func TestNotes_keptApart(t *testing.T) {
	b := newWorld(t, closerCheck).unlocked()
	place := b.agreed(b.sitting(), "scan", "statistics")
	device := keptDoor(t, b, place)
	others := []string{"/findings", "/plan", "/plan/print/unmarked", "/plan/print/survivor", "/risk", "/sections", "/answers", "/devices", "/household"}
	before := map[string]string{}
	for _, path := range others {
		if rec := b.get(b.at(place + path)); rec.Code == 200 {
			before[path] = b.text(place + path)
		}
	}
	if len(before) < 7 {
		t.Fatalf("only %d pages to compare", len(before))
	}
	for _, sheet := range []string{"/security", "/control"} {
		form := url.Values{}
		for _, code := range casework.NoteCodes(casework.NoteKind(sheet[1:])) {
			form.Set("n."+code, "no")
		}
		b.submit(device+sheet, device+sheet, form)
		if n := strings.Count(b.get(b.at(device+sheet)).Body.String(), `value="no" selected`); n != len(form) {
			t.Errorf("%s: %d answers came back, want %d", sheet, n, len(form))
		}
	}
	for path, was := range before {
		if now := b.text(place + path); now != was {
			t.Errorf("%s changed with the answers of the sheets", path)
		}
	}
	contains(t, "the device", b.text(device), "13 of 13 answered", "6 of 6 answered")
}

func TestNotes_badAndStale(t *testing.T) {
	b := newWorld(t).unlocked()
	for _, place := range []string{b.sitting(), b.agreed(b.sitting())} {
		b.submit(place+"/devices/add", place+"/devices/add", url.Values{"label": {"Lamp"}, "kind": {"iot_environment/lights"}})
		device := place + regexp.MustCompile(`/devices/at/[0-9a-f]{32}`).FindString(b.get(b.at(place+"/devices")).Body.String())
		sheet := device + "/security"
		contains(t, "empty sheet", b.text(sheet), "No kept check showed anything about this")
		form := b.guard(sheet)
		form["n.updates"], form["n.passwords"] = []string{"perhaps"}, []string{"declined"}
		rec := b.post(b.at(sheet), form)
		if body := rec.Body.String(); rec.Code != 200 || !strings.Contains(body, `value="declined" selected`) || !strings.Contains(body, "govuk-error-message") {
			t.Errorf("%s: a state that is none: status %d", place, rec.Code)
		}
		stale := b.guard(sheet)
		stale["h.n.updates"], stale["n.updates"] = []string{""}, []string{"no"}
		b.submit(sheet, sheet, url.Values{"n.updates": {"yes"}})
		rec = b.post(b.at(sheet), stale)
		contains(t, "stale sheet", rec.Body.String(), "Does it still get updates?", "_choice.n.updates")
		if !strings.Contains(b.get(b.at(sheet)).Body.String(), `value="yes" selected`) {
			t.Error("a stale sheet replaced an answer")
		}
		want(t, "no such device", b.get(b.at(place+"/devices/at/none/security")).Code, 404)
	}
}
