package server

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"html"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"keyholder/scanner"
	"keyholder/scanner/lan"
)

// hostileNames are what a device, or whoever named it, may call itself to break out of a page, a line, a
// cell or a reading direction. Each holds the mark KHX, by which it is found again.
func hostileNames() []string {
	return []string{
		"<script>alert('KHX')</script>", `"><img src=x onerror=alert(1)>KHX`, "</title></textarea></svg><h1>KHX", "KHX' onmouseover='alert(1)",
		"KHX\u202egnp.exe", "\u2066KHX\u2069\u200b\u00ad\ufeff", "KHX\x00\x1b[31m\x07\u0085\u2028end", "KHX\xff\xfe\xc0", "KHX {{.}} ${1+1} %s%n",
		"=1+KHX", "+1+KHX", "-1+KHX", "@SUM(KHX)", "\t=KHX", "\u200b=2+KHX", "  =3+KHX", "\uff1d4+KHX", "|KHX", "%KHX", "\u22125+KHX", "=cmd|'/c calc'!KHX",
		"KHX;=1+1;\"x\",=2+2\r\n=3+3", strings.Repeat("KHX", 64<<10/3),
	}
}

// hostileCheck finds one device for each name, which says it in every protocol.
func hostileCheck(at time.Time, names []string) func(*Config) {
	return func(c *Config) {
		c.Check = func(_ context.Context, choice lan.Choice, _ func(scanner.Progress)) (*scanner.Report, error) {
			var seen []scanner.Sighting
			for i, name := range names {
				fields := func(more ...string) map[string]string {
					out := map[string]string{"name": name, "type": "_hap._tcp", "txt.fn": name, "txt.md": name, "txt.ci": "17", "host": name}
					for _, key := range more {
						out[key] = name
					}
					return out
				}
				address := netip.AddrFrom4([4]byte{192, 168, 1, byte(10 + i)})
				seen = append(seen, scanner.Sighting{
					Source: scanner.SourceMDNS, At: at,
					Keys: []scanner.Key{scanner.MACKey(fmt.Sprintf("54:ef:44:00:01:%02x", i)), scanner.IPKey(address)},
					Facts: []scanner.Fact{
						{Kind: scanner.FactMDNS, Fields: fields()},
						{Kind: scanner.FactSSDP, Fields: fields("friendlyName", "modelName", "manufacturer", "server", "serialNumber", "UDN")},
						{Kind: scanner.FactDHCP, Fields: map[string]string{"hostname": name}},
						{Kind: scanner.FactVendor, Fields: fields("model")},
						{Kind: scanner.FactMapping, Fields: map[string]string{
							"proto": "tcp", "external": "8554", "internal": "554", "client": address.String(), "description": name,
						}},
						{Kind: scanner.FactHTTP, Fields: map[string]string{"port": "80", "title": name, "server": name, "login": "none"}},
					},
				})
			}
			r := &scanner.Report{
				Scope:   scanner.Scope{Mode: choice.Mode, Prefixes: []netip.Prefix{netip.MustParsePrefix("192.168.1.0/24")}},
				Started: at, Ended: at.Add(6 * time.Second),
				Outcomes: map[scanner.SourceName]scanner.Outcome{scanner.SourceMDNS: scanner.Could(len(names))},
			}
			r.Devices, r.Further = scanner.Merge(seen, scanner.MaximumListed)
			return r, nil
		}
	}
}

// unsafeIn names what a text holds that must not reach a reader as it came; empty when there is nothing.
// Around a name in a sentence stand our own marks that keep its direction to itself, always in pairs.
func unsafeIn(text string) string {
	text = regexp.MustCompile("\u2068[^\u2066-\u2069]*\u2069").ReplaceAllString(text, "KHX")
	if !utf8.ValidString(text) {
		return "broken text"
	}
	for i, r := range text {
		if r != '\n' && r != '\t' && unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Co) {
			return fmt.Sprintf("%U in %q", r, text[max(0, i-40):min(len(text), i+20)])
		}
	}
	if strings.Contains(text, strings.Repeat("KHX", 100)) {
		return "a name without end"
	}
	return ""
}

// brokenOut names the markup of a hostile name that stands on a page as markup.
func brokenOut(body string) string {
	for _, raw := range []string{"<script>alert", "<img src=x", "</title></textarea>", "<h1>KHX", "onmouseover='", "1+KHX</script"} {
		if strings.Contains(body, raw) {
			return raw
		}
	}
	return ""
}

// crawl reads every page that can be reached from a place within it, and returns them by their paths.
func (b *browser) crawl(start string) map[string]string {
	b.w.t.Helper()
	const most = 3 // of one kind, as a page of one device
	kinds, random := map[string]int{}, regexp.MustCompile(`[0-9a-f]{32}|\d+|=[^&]*`)
	seen := map[string]string{}
	links := regexp.MustCompile(`href="/k/` + b.key + `(` + regexp.QuoteMeta(start) + `[^"#]*)`)
	for queue := []string{start}; len(queue) > 0; queue = queue[1:] {
		if _, known := seen[queue[0]]; known {
			continue
		}
		kind := random.ReplaceAllString(strings.TrimPrefix(queue[0], start), "*")
		if kinds[kind]++; kinds[kind] > most {
			continue
		}
		rec := b.get(b.at(queue[0]))
		seen[queue[0]] = rec.Body.String()
		if rec.Code != http.StatusOK {
			b.w.t.Errorf("page %s: status %d", queue[0], rec.Code)
		}
		for _, m := range links.FindAllStringSubmatch(rec.Body.String(), -1) {
			queue = append(queue, html.UnescapeString(m[1]))
		}
	}
	return seen
}

// harmlessPages fails for a page on which a name breaks out, and unless enough of them show the names.
func harmlessPages(t *testing.T, pages map[string]string, showing ...string) {
	t.Helper()
	for at, body := range pages {
		if bad := unsafeIn(html.UnescapeString(body)); bad != "" {
			t.Errorf("%s: %s", at, bad)
		}
		if raw := brokenOut(body); raw != "" {
			t.Errorf("%s holds %s as it came", at, raw)
		}
		if title := regexp.MustCompile(`(?s)<title>.*?</title>`).FindString(body); strings.Contains(title, "KHX") || strings.Contains(at, "KHX") {
			t.Errorf("%s: a name is in the title or the address", at)
		}
	}
	for _, end := range showing {
		found := false
		for at, body := range pages {
			found = found || strings.HasSuffix(at, end) && strings.Contains(body, "KHX")
		}
		if !found {
			t.Errorf("no page %s shows a name, so it proves nothing", end)
		}
	}
}

// harmlessCells fails for a cell that a spreadsheet could run.
func harmlessCells(t *testing.T, file string) {
	t.Helper()
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(file, "\ufeff")))
	r.FieldsPerRecord = -1 // figures have titles of their own above each table
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		for _, cell := range row {
			bare := strings.TrimLeft(cell, " \t\u00a0\u200b")
			if bare != "" && strings.ContainsRune("=+-@|%\uff1d\uff0b\uff0d\uff20\u2212", []rune(bare)[0]) {
				t.Errorf("a spreadsheet could run %q", cell)
			}
		}
	}
}

// asShown are the fields of a result as its page sends them: every device kept under the name that
// stands in its field.
func (b *browser) asShown(result string) url.Values {
	b.w.t.Helper()
	body := b.get(b.at(result)).Body.String()
	fields := url.Values{"addresses": {"yes"}}
	for _, m := range regexp.MustCompile(`name="(label\.(\d+))"[^>]*? value="([^"]*)"`).FindAllStringSubmatch(body, -1) {
		fields.Set(m[1], html.UnescapeString(m[3]))
		fields.Set("keep."+m[2], "yes")
	}
	if len(fields) < 5 {
		b.w.t.Fatalf("the page of results offers %d fields", len(fields))
	}
	return fields
}

// hostileVisit makes a check that finds the names and keeps them.
func (b *browser) hostileVisit(path string, at time.Time, names []string, fields func(result string) url.Values) (result string) {
	b.w.t.Helper()
	b.w.checkWith(hostileCheck(at, names))
	form := url.Values{"network": {"home"}, "agreed": {"yes"}, "mode": {"quiet"}, "s.11.3": {"no"}}
	result = path + regexp.MustCompile(`/scan/[0-9a-f]{32}`).FindString(b.submit(path+"/scan", path+"/scan", form))
	for range 1000 {
		if b.get(b.at(result)).Header().Get("Refresh") == "" {
			break
		}
		time.Sleep(5 * time.Millisecond)
	}
	harmlessPages(b.w.t.(*testing.T), map[string]string{result: b.page.Body.String()}, result)
	want(b.w.t, "keeping leads to", b.submit(result, result+"/keep", fields(result)), b.at(path+"/devices"))
	return result
}

// TestHostile_pages: what devices call themselves stays text on every page of a case, in the picture of
// the network, on paper and in the file of a check, also when the worker has pasted it herself.
func TestHostile_pages(t *testing.T) {
	names := hostileNames()
	for name, fields := range map[string]func(b *browser, result string) url.Values{
		"as shown": func(b *browser, result string) url.Values { return b.asShown(result) },
		"pasted": func(b *browser, result string) url.Values {
			out := b.asShown(result)
			for i, n := range names[:len(names)-1] { // the last is longer than a form may be
				out.Set(fmt.Sprintf("label.%d", i+1), n)
			}
			return out
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			b := w.unlocked()
			path := b.agreed(b.sitting(), "scan", "statistics")
			with := func(result string) url.Values { return fields(b, result) }
			b.hostileVisit(path, day(3), names[3:], with)
			b.hostileVisit(path, day(9), names[:len(names)-2], with)
			scans := regexp.MustCompile(`/scans/at/([0-9a-f]{32})`).FindAllStringSubmatch(b.get(b.at(path+"/scans")).Body.String(), -1)
			if len(scans) != 2 {
				t.Fatalf("%d checks are kept", len(scans))
			}
			pages := b.crawl(path)
			compare := path + "/scans/compare/" + scans[1][1] + "/" + scans[0][1]
			pages[compare] = b.get(b.at(compare)).Body.String()
			harmlessPages(t, pages, "/devices", "/devices/print", "/devices/network", "/scans/at/"+scans[0][1], "/print", compare, "/map")
			t.Logf("%d pages", len(pages))
			for _, scan := range scans {
				hostileFile(t, b, path+scan[0])
			}
			noNameInFigures(t, b)
		})
	}
}

// noNameInFigures publishes the figures of the case: no name can be in them.
func noNameInFigures(t *testing.T, b *browser) {
	t.Helper()
	month := periodKey(periods(statsMonth(b.w.now))[0])
	to := b.submit("/statistics", "/statistics", url.Values{"period": {month}, "table": {"ta_any", "ta_iot_home"}, "hidden": {"yes"}})
	preview := regexp.MustCompile(`/statistics/preview/\w+`).FindString(to)
	if preview == "" {
		t.Fatalf("preparing led to %q", to)
	}
	lacks(t, "the preview", b.text(preview), "KHX")
	b.submit(preview, preview, nil)
	for _, kind := range []string{"csv", "json", "txt"} {
		body := b.get(b.at("/statistics/file/" + month + "/" + kind)).Body.String()
		contains(t, "figures as "+kind, body, "[c]")
		lacks(t, "figures as "+kind, body, "KHX")
		if kind == "csv" {
			harmlessCells(t, body)
		}
	}
}

// hostileFile looks into every part of the file of a check.
func hostileFile(t *testing.T, b *browser, scan string) {
	t.Helper()
	b.submit(scan+"/file", scan+"/file", url.Values{"goal": {"lawyer"}, "agreed": {"yes"}, "addresses": {"yes"}})
	for part, body := range unzipped(t, b.page.Body.Bytes()) {
		if part == "devices.csv" {
			harmlessCells(t, body)
			body = strings.ReplaceAll(strings.TrimPrefix(body, "\ufeff"), "\r\n", "\n")
		}
		if bad := unsafeIn(body); bad != "" {
			t.Errorf("%s: %s", part, bad)
		}
		if part == "check.json" {
			harmlessData(t, body)
		}
		if !strings.Contains(body, "KHX") && part != "SHA256SUMS" {
			t.Errorf("%s shows no name, so it proves nothing", part)
		}
	}
}

// harmlessData looks at every text behind the escapes of a JSON document.
func harmlessData(t *testing.T, body string) {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(body))
	for {
		token, err := d.Token()
		if err != nil {
			return
		}
		if text, ok := token.(string); ok {
			if bad := unsafeIn(text); bad != "" || strings.Contains(text, "\n") {
				t.Errorf("check.json: %q %s", text, bad)
			}
		}
	}
}

// hostileLists are lists of every kind whose devices are called the names.
func hostileLists(names []string) map[string]string {
	quoted := func(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }
	var table, fing, nmap, pasted strings.Builder
	table.WriteString("Name,IP,MAC,Vendor,Model,Type\r\n")
	fing.WriteString("IP Address,MAC Address,Custom Name,Make,Hostname,Notes\r\n")
	nmap.WriteString(`<?xml version="1.0"?><!DOCTYPE nmaprun><nmaprun>`)
	attr := func(s string) string {
		var b bytes.Buffer
		_ = xml.EscapeText(&b, []byte(s)) // a buffer takes everything
		return b.String()
	}
	for i, n := range names {
		ip, mac, q := fmt.Sprintf("192.168.1.%d", 10+i), fmt.Sprintf("54:E0:19:00:11:%02X", i), quoted(n)
		fmt.Fprintf(&table, "%s,%s,%s,%s,%s,%s\r\n", q, ip, mac, q, q, q)
		fmt.Fprintf(&fing, "%s,%s,%s,%s,%s,%s\r\n", ip, mac, q, q, q, q)
		fmt.Fprintf(&nmap, `<host><status state="up"/><address addr="%s" addrtype="ipv4"/><address addr="%s" addrtype="mac" vendor="%s"/>`+
			`<hostnames><hostname name="%s"/></hostnames><ports><port protocol="tcp" portid="80"><state state="open"/><service product="%s"/>`+
			`<script id="http-title" output="%s"/></port></ports></host>`, ip, mac, attr(n), attr(n), attr(n), attr(n))
		fmt.Fprintf(&pasted, "%s\r\n%s %s\r\n\r\n", strings.Map(func(r rune) rune {
			if r == '\r' || r == '\n' {
				return ' '
			}
			return r
		}, n), ip, mac)
	}
	nmap.WriteString(`</nmaprun>`)
	return map[string]string{"table": table.String(), "fing": fing.String(), "nmap": nmap.String(), "pasted": pasted.String()}
}

// TestHostile_lists: the same for lists that something else made, as a file and as pasted text, for what
// was read and for what was not understood.
func TestHostile_lists(t *testing.T) {
	for format, list := range hostileLists(hostileNames()) {
		t.Run(format, func(t *testing.T) {
			b := newWorld(t).unlocked()
			path := b.agreed(b.sitting(), "scan")
			fields, name, file := url.Values{"network": {"home"}, "format": {format}}, "list.csv", list
			if format == "pasted" {
				fields.Set("list", list)
				name, file = "", ""
			}
			result := b.sendList(path, fields, name, file)
			if result == "" {
				t.Fatalf("the list was not read: %s", b.page.Body.String())
			}
			harmlessPages(t, map[string]string{result: b.get(b.at(result)).Body.String()}, result)
			b.submit(result, result+"/keep", b.asShown(result))
			harmlessPages(t, b.crawl(path), "/devices", "/devices/print", "/devices/network")
			scan := regexp.MustCompile(`/scans/at/[0-9a-f]{32}`).FindString(b.get(b.at(path + "/scans")).Body.String())
			hostileFile(t, b, path+scan)
		})
	}
}

// TestHostile_refused: a list that cannot be read is repeated in its own field only, as text.
func TestHostile_refused(t *testing.T) {
	b := newWorld(t).unlocked()
	path := b.agreed(b.sitting())
	for _, name := range hostileNames()[:9] {
		b.sendList(path, url.Values{"network": {"home"}, "format": {"nmap"}, "list": {name}}, "", "")
		if raw := brokenOut(b.page.Body.String()); raw != "" || b.page.Code != http.StatusOK {
			t.Errorf("status %d, the page holds %q as it came", b.page.Code, raw)
		}
	}
}
