package server

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"io"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"keyholder/casework"
	"keyholder/casework/bundle"
	"keyholder/scanner"
	"keyholder/scanner/lan"
)

// hostileName is everything that could break out of a page, a line, a cell or a reading direction.
const hostileName = "=cmd|'/c calc'!A0\u202egnp.\r\n</li><script>alert(1)</script>"

// homeCheck is a check of a home that finds the named devices. Every name has a hardware address of its own.
func homeCheck(at time.Time, names ...string) func(*Config) {
	return func(c *Config) {
		c.Check = func(_ context.Context, choice lan.Choice, _ func(scanner.Progress)) (*scanner.Report, error) {
			r := &scanner.Report{
				Scope: scanner.Scope{
					Mode: choice.Mode, Prefixes: []netip.Prefix{netip.MustParsePrefix("192.168.1.0/24")},
					LeftOut: []scanner.LeftOut{{Name: "tun0", Reason: scanner.LeftOutVPN}},
				},
				Started: at, Ended: at.Add(6 * time.Second),
				Outcomes: map[scanner.SourceName]scanner.Outcome{
					scanner.SourceMDNS: scanner.Could(len(names)), scanner.SourceSSDP: scanner.CouldNot(scanner.ReasonMulticastBlocked),
				},
			}
			for _, name := range names {
				r.Devices = append(r.Devices, scanner.Device{
					MACs:      []string{"54:ef:44:00:00:" + string("0123456789abcdef"[len(name)%16]) + string("0123456789abcdef"[int(name[0])%16])},
					Addresses: []netip.Addr{netip.MustParseAddr("192.168.1.77")},
					Names:     []scanner.Name{{Value: scanner.SafeText(name), From: scanner.SourceMDNS}},
					Sources:   []scanner.SourceName{scanner.SourceMDNS},
					Facts: []scanner.Fact{{Kind: scanner.FactMDNS, Fields: map[string]string{
						"type": "_hap._tcp", "name": name, "txt.ci": "17",
					}}},
				})
			}
			return r, nil
		}
	}
}

// checked makes a check with the given devices, keeps all of them, and returns the path of the kept scan.
func (b *browser) checked(path string, at time.Time, fields url.Values, names ...string) string {
	b.w.t.Helper()
	b.w.checkWith(homeCheck(at, names...))
	form := url.Values{"network": {"home"}, "agreed": {"yes"}, "mode": {"quiet"}, "s.11.3": {"no"}}
	job := regexp.MustCompile(`/scan/[0-9a-f]{32}`).FindString(b.submit(path+"/scan", path+"/scan", form))
	for range 200 {
		if b.get(b.at(path+job)).Header().Get("Refresh") == "" {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	b.submit(path+job, path+job+"/keep", fields)
	id := casework.CaseID(strings.TrimPrefix(path, "/cases/"))
	entities, err := b.w.vault.record.Entities(b.w.t.Context(), id)
	if err != nil {
		b.w.t.Fatal(err)
	}
	last := ""
	for _, e := range entities {
		if e.Kind == casework.KindScan {
			last = string(e.ID)
		}
	}
	return path + "/scans/at/" + last
}

func day(d int) time.Time { return time.Date(2026, 11, d, 9, 30, 0, 0, time.FixedZone("", 3600)) }

// Two visits: the list, the comparison and the question about a visit, in words with their limits.
func TestScans_compare(t *testing.T) {
	w := newWorld(t)
	b := w.unlocked()
	path := b.agreed(b.sitting(), "scan")
	texts := w.server.Texts
	contains(t, "no check yet", b.text(path+"/scans"), texts.T("scans.none"))
	keep := url.Values{"keep.1": {"yes"}, "label.1": {"Hall"}}
	first := b.checked(path, day(3), keep, "Hall")
	contains(t, "one check", b.text(path+"/scans"), "3 November 2026, 09:30 &#43;01:00")
	lacks(t, "one check", b.text(path+"/scans"), texts.T("scans.choose"))
	keep = url.Values{"keep.1": {"yes"}, "label.1": {"Hall"}, "keep.2": {"yes"}, "label.2": {"Attic cam"}}
	second := b.checked(path, day(9), keep, "Hall", "Attic cam")
	ids := []string{first[len(first)-32:], second[len(second)-32:]}
	to := b.submit(path+"/scans", path+"/scans", url.Values{"how": {"two"}, "earlier": {ids[1]}, "later": {ids[0]}})
	want(t, "the address of the comparison", strings.HasSuffix(to, "/scans/compare/"+ids[1]+"/"+ids[0]), true)
	page := b.text(path + "/scans/compare/" + ids[1] + "/" + ids[0])
	contains(t, "comparison", page, texts.T("scans.list.new.hint"), "Attic cam", texts.T("scans.list.same.hint"),
		texts.T("scans.list.gone.none"), texts.T("scan.blind.accounts"), texts.T("scans.after"))
	to = b.submit(path+"/scans", path+"/scans", url.Values{"how": {"visit"}, "visit-day": {"5"}, "visit-month": {"11"}, "visit-year": {"2026"}})
	want(t, "the checks around a visit", strings.HasSuffix(to, "/scans/compare/"+ids[0]+"/"+ids[1]), true)
	for field, key := range map[string]string{"1": "scans.error.none_before", "20": "scans.error.none_after", "31": "scans.error.visit"} {
		b.submit(path+"/scans", path+"/scans", url.Values{"how": {"visit"}, "visit-day": {field}, "visit-month": {"11"}, "visit-year": {"2026"}})
		contains(t, "visit on day "+field, b.page.Body.String(), texts.T(key), `value="`+field+`"`)
	}
	b.submit(path+"/scans", path+"/scans", url.Values{"how": {"two"}, "earlier": {ids[0]}, "later": {ids[0]}})
	contains(t, "the same check twice", b.page.Body.String(), texts.T("scans.error.same"))
	want(t, "a check of nobody", b.get(b.at(path+"/scans/compare/"+ids[0]+"/7")).Code, 404)
}

// A check that only listened is no witness that something is new; the page says so and why.
func TestScans_unsure(t *testing.T) {
	w := newWorld(t)
	b := w.unlocked()
	path := b.agreed(b.sitting(), "scan")
	texts := w.server.Texts
	one := b.checked(path, day(3), url.Values{"keep.1": {"no"}}, "Hall")
	two := b.checked(path, day(9), url.Values{"keep.1": {"yes"}, "label.1": {"Hall"}}, "Hall")
	page := b.text(path + "/scans/compare/" + one[len(one)-32:] + "/" + two[len(two)-32:])
	contains(t, "comparison", page, texts.T("scans.diff.means"), texts.T("scans.unsure.not_kept"), texts.T("scans.list.new.none"))
	contains(t, "nothing was kept", b.text(one), texts.N("scans.none_kept", 1))
}

// A check that found nothing says what was looked at, when, and what cannot be seen, also on paper.
func TestScans_nothingFound(t *testing.T) {
	w := newWorld(t)
	b := w.unlocked()
	path := b.agreed(b.sitting(), "scan")
	texts := w.server.Texts
	scan := b.checked(path, day(3), nil)
	for _, at := range []string{scan, scan + "/print"} {
		contains(t, at, b.text(at), texts.T("scan.result.none"), "192.168.1.0/24", "3 November 2026, 09:30 &#43;01:00",
			texts.T("scan.blind.off"), texts.T("scan.blind.mobile"), texts.T("scan.blind.bluetooth"), texts.T("scan.blind.other_wifi"),
			texts.T("scan.blind.accounts"), texts.T("scan.reason.multicast_blocked"), texts.T("scan.left_out.vpn"))
	}
}

// unzipped are the parts of the file that was just handed out.
func unzipped(t *testing.T, file []byte) map[string]string {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatalf("opening the file: %v", err)
	}
	out := map[string]string{}
	for _, f := range r.File {
		part, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(part)
		if err != nil {
			t.Fatal(err)
		}
		out[f.Name] = string(body)
	}
	return out
}

// A file of a check: asked for, agreed to, whole, written into record and audit, and harmless whatever
// devices call themselves.
func TestScans_file(t *testing.T) {
	w := newWorld(t)
	b := w.unlocked()
	path := b.agreed(b.sitting(), "scan")
	texts := w.server.Texts
	keep := url.Values{"keep.1": {"yes"}, "label.1": {hostileName}, "addresses": {"yes"}}
	scan := b.checked(path, day(3), keep, hostileName)
	for _, at := range []string{scan, scan + "/print", scan + "/file"} {
		body := b.get(b.at(at)).Body.String()
		lacks(t, at, body, "<script>alert", "\u202e")
		lacks(t, at, body, "54:ef:44:00") // a hardware address is on no page
	}
	b.submit(scan+"/file", scan+"/file", url.Values{"goal": {"lawyer"}, "agreed": {"no"}})
	contains(t, "without agreement", b.page.Body.String(), texts.T("scans.file.error.agreed"))
	b.submit(scan+"/file", scan+"/file", url.Values{"agreed": {"yes"}})
	contains(t, "without a goal", b.page.Body.String(), texts.T("error.scan.goal"))
	b.submit(scan+"/file", scan+"/file", url.Values{"goal": {"lawyer"}, "agreed": {"yes"}})
	file := bytes.Clone(b.page.Body.Bytes())
	if _, err := bundle.Check(file); err != nil {
		t.Fatalf("the file does not hold: %v", err)
	}
	name := b.page.Header().Get("Content-Disposition")
	if code := regexp.MustCompile(`KH-[A-Z0-9-]+`).FindString(b.get(b.at(path)).Body.String()); code != "" && strings.Contains(string(file)+name, code) {
		t.Error("the case code leaves with the file")
	}
	wantFile(t, unzipped(t, file), name)
	hash := bundle.Sum(file)
	contains(t, "the page afterwards", b.text(scan+"/file"), hash, texts.T("scans.file.goal.lawyer"))
	entries := w.vault.record.Entries()
	found := false
	for _, e := range entries {
		found = found || e.Verb == casework.VerbExport
	}
	want(t, "the audit knows of it", found, true)
	b.submit(scan+"/file", scan+"/file", url.Values{"goal": {"lawyer"}, "agreed": {"yes"}})
	want(t, "made again: the same bytes", bundle.Sum(b.page.Body.Bytes()), hash)
	b.submit(scan+"/file", scan+"/file", url.Values{"goal": {"lawyer"}, "agreed": {"yes"}, "addresses": {"yes"}})
	contains(t, "with addresses", unzipped(t, b.page.Body.Bytes())["statement.txt"], "54:ef:44:00", "192.168.1.77")
}

// wantFile looks into the parts for what has to be there and what must not.
func wantFile(t *testing.T, parts map[string]string, name string) {
	t.Helper()
	want(t, "the name is neutral", regexp.MustCompile(`^attachment; filename="statement-[0-9a-f]{8}\.zip"$`).MatchString(name), true)
	text := parts["statement.txt"]
	contains(t, "statement", text, "The tool recorded", "The worker confirmed", "192.168.1.0/24", "+01:00", "random number",
		"Devices that were switched off", "Keyholder test", "could not look")
	for _, line := range strings.Split(text, "\n") {
		if strings.HasPrefix(line, "<") || strings.HasPrefix(line, "gnp") {
			t.Errorf("a name broke out of its line: %q", line)
		}
	}
	for part, body := range parts {
		lacks(t, part, body, "\u202e", "54:ef:44", "192.168.1.77")
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(parts["devices.csv"], "\ufeff"))).ReadAll()
	if err != nil || len(rows) < 3 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	for _, row := range rows {
		for _, cell := range row {
			if strings.ContainsAny(cell, "\r\n") || cell != "" && strings.ContainsAny(cell[:1], "=+-@\t") {
				t.Errorf("a spreadsheet could run %q", cell)
			}
		}
	}
	var data struct {
		Devices []struct{ Said map[string][]string }
		Made    casework.ScanFacts
	}
	if err := json.Unmarshal([]byte(parts["check.json"]), &data); err != nil || len(data.Devices) != 1 {
		t.Fatalf("check.json: %v", err)
	}
	want(t, "source that could not look", data.Made.Outcomes[1].Reason, "multicast_blocked")
	want(t, "what the tool said stands apart", len(data.Devices[0].Said["tool"]) > 0 && len(data.Devices[0].Said["survivor"]) == 0, true)
}

// Where nothing is on record, no file is made.
func TestScans_fileNeedsRecord(t *testing.T) {
	w := newWorld(t)
	b := w.unlocked()
	sitting := b.sitting()
	b.submit(sitting+"/first/3", sitting+"/first/3", url.Values{"s.00.7": {"no"}, "a.00.7": {"scan"}})
	w.checkWith(homeCheck(day(3), "Hall"))
	form := url.Values{"network": {"home"}, "agreed": {"yes"}, "mode": {"quiet"}, "s.11.3": {"no"}}
	job := regexp.MustCompile(`/scan/[0-9a-f]{32}`).FindString(b.submit(sitting+"/scan", sitting+"/scan", form))
	time.Sleep(50 * time.Millisecond)
	b.submit(sitting+job, sitting+job+"/keep", url.Values{"keep.1": {"yes"}})
	scan := regexp.MustCompile(`/scans/at/[0-9a-f]{32}`).FindString(b.get(b.at(sitting + "/scans")).Body.String())
	if scan == "" {
		t.Fatal("the check was not kept in the session")
	}
	lacks(t, "the check", b.text(sitting+scan), w.server.Texts.T("scans.file"))
	want(t, "the file", b.get(b.at(sitting+scan+"/file")).Code, 403)
}

// What may see or hear, and what nobody knows, stands first under the same number on every page, and
// what is kept under a number is that device.
func TestScan_pressingFirst(t *testing.T) {
	w := newWorld(t)
	b := w.unlocked()
	path := b.agreed(b.sitting(), "scan")
	w.check = func(context.Context, lan.Choice, func(scanner.Progress)) (*scanner.Report, error) {
		printer := scanner.Device{MACs: []string{"54:ef:44:00:00:01"}, Names: []scanner.Name{{Value: "Paper"}}, Facts: []scanner.Fact{
			{Kind: scanner.FactMDNS, Fields: map[string]string{"type": "_ipp._tcp", "name": "Paper", "txt.ty": "Brother HL-L2350DW series"}},
		}}
		camera := scanner.Device{MACs: []string{"54:ef:44:00:00:02"}, Names: []scanner.Name{{Value: "Hall"}}, Facts: []scanner.Fact{
			{Kind: scanner.FactMDNS, Fields: map[string]string{"type": "_hap._tcp", "name": "Hall", "txt.ci": "17"}},
		}}
		self := scanner.Device{ThisComputer: true, Names: []scanner.Name{{Value: "laptop"}}}
		return &scanner.Report{Devices: []scanner.Device{printer, self, camera}}, nil
	}
	form := url.Values{"network": {"home"}, "agreed": {"yes"}, "mode": {"quiet"}, "s.11.3": {"no"}}
	job := regexp.MustCompile(`/scan/[0-9a-f]{32}`).FindString(b.submit(path+"/scan", path+"/scan", form))
	time.Sleep(50 * time.Millisecond)
	text, texts := b.text(path+job), w.server.Texts
	first, rest := strings.LastIndex(text, texts.T("scan.result.pressing")), strings.LastIndex(text, texts.T("scan.result.rest"))
	hall, paper, own := strings.Index(text, "Hall"), strings.Index(text, "Paper"), strings.Index(text, "laptop")
	if first < 0 || hall < first || rest < hall || paper < rest || own < rest {
		t.Errorf("the order is wrong: first %d, camera %d, rest %d, printer %d, this computer %d", first, hall, rest, paper, own)
	}
	contains(t, "a first check", text, texts.T("scan.result.first"), texts.T("scan.result.then"))
	b.submit(path+job, path+job+"/keep", url.Values{"keep.1": {"yes"}, "label.1": {"Hall"}})
	devices := b.text(path + "/scans")
	contains(t, "the kept check", devices, "Kept: 1")
	f := regexp.MustCompile(`/scans/at/[0-9a-f]{32}`).FindString(b.get(b.at(path + "/scans")).Body.String())
	contains(t, "what was kept", b.text(path+f), "Hall")
	lacks(t, "what was kept", b.text(path+f), "Paper")
}
