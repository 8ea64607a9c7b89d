package server

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"keyholder/casework"
	"keyholder/scanner/imports"
)

// sendList sends the form with a list as a browser does, with a file when name is not empty, and
// returns where it leads.
func (b *browser) sendList(path string, fields url.Values, name, file string) string {
	b.w.t.Helper()
	form := b.guard(path + "/devices/import")
	for k, v := range fields {
		form[k] = v
	}
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for k, v := range form {
		_ = w.WriteField(k, v[0])
	}
	part, err := w.CreateFormFile("file", name)
	if err != nil {
		b.w.t.Fatal(err)
	}
	_, _ = part.Write([]byte(file))
	_ = w.Close()
	r := httptest.NewRequest(http.MethodPost, testOrigin+b.at(path+"/devices/import"), &body)
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("Origin", testOrigin)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return strings.TrimPrefix(b.send(r).Header().Get("Location"), "/k/"+b.key)
}

const routerList = "Name,IP,MAC\nRing-Doorbell,192.168.1.31,54:E0:19:00:11:23\n<b>Lamp</b>,192.168.1.40,24:6F:28:00:11:24\nfoot note\n"

// A list goes the way of a check: each device is confirmed, corrected or left out, and what is kept
// says that it comes from a list. It works in a case and in a session that is only in memory.
func TestImport_keeps(t *testing.T) {
	for name, onRecord := range map[string]bool{"case": true, "in memory": false} {
		t.Run(name, func(t *testing.T) {
			b := newWorld(t).unlocked()
			path := b.sitting()
			if onRecord {
				path = b.agreed(path)
			}
			contains(t, "the ways", b.text(path+"/devices/without"), b.w.server.Texts.T("without.list"), b.w.server.Texts.T("without.walk"))
			to := b.sendList(path, url.Values{"network": {"home"}, "list": {routerList}}, "", "")
			text := b.text(to)
			contains(t, "what was read", text, "Ring-Doorbell", b.w.server.Texts.T("import.format.table"), "1: line 4",
				b.w.server.Texts.T("scan.mode.import"), b.w.server.Texts.T("import.blind.absent"))
			lacks(t, "what was read", text, "foot note")
			lacks(t, "the source", b.page.Body.String(), "<b>Lamp")
			keep := url.Values{"keep.1": {"yes"}, "label.1": {"Bell"}, "keep.2": {"other"}, "label.2": {"Lamp"}, "class.2": {"iot_environment/lights"}}
			b.submit(to, to+"/keep", keep)
			text = b.text(path + "/devices")
			contains(t, "the list of devices", text, "Bell", "Lamp", b.w.server.Texts.T("basis.list"))
			again := b.sendList(path, url.Values{"network": {"home"}, "list": {routerList}}, "", "")
			contains(t, "read again", b.text(again), b.w.server.Texts.T("scan.keep.known", "label", "Bell"))
			if onRecord {
				basis(t, b, path)
			}
		})
	}
}

// basis checks that every value which a list brought says so.
func basis(t *testing.T, b *browser, path string) {
	t.Helper()
	id := casework.CaseID(strings.TrimPrefix(path, "/cases/"))
	heads, err := b.w.vault.record.Heads(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	listed := 0
	for _, v := range heads {
		if v.Basis == casework.FromScan {
			t.Errorf("%s says that a scan saw it", v.Slot.Field)
		}
		if v.Basis == casework.FromList && v.Slot.Field == casework.FieldClass {
			listed++
		}
	}
	if listed != 1 {
		t.Errorf("%d classes known from the list, want the one that was not corrected", listed)
	}
}

// A list of a network that is not hers is shown and never kept.
func TestImport_savesNothingElsewhere(t *testing.T) {
	for _, network := range []string{"agency", "theirs"} {
		b := newWorld(t).unlocked()
		path := b.agreed(b.sitting())
		to := b.sendList(path, url.Values{"network": {network}}, "list.csv", routerList)
		contains(t, network, b.text(to), "Ring-Doorbell", b.w.server.Texts.T("scan.result.not_saved"))
		lacks(t, network, b.page.Body.String(), `name="keep.1"`)
		b.submit(to, to+"/keep", url.Values{"keep.1": {"yes"}})
		lacks(t, network+" after keeping", b.text(path+"/devices"), "Ring-Doorbell")
	}
}

// keepList reads a list, keeps its first device, and returns the id of the kept scan.
func (b *browser) keepList(path, list string) string {
	b.w.t.Helper()
	to := b.sendList(path, url.Values{"network": {"home"}, "list": {list}}, "", "")
	b.submit(to, to+"/keep", url.Values{"keep.1": {"yes"}, "label.1": {"Kept"}})
	ids := regexp.MustCompile(`/scans/at/([0-9a-f]{32})`).FindStringSubmatch(b.text(path+"/scans") + b.page.Body.String())
	if ids == nil {
		b.w.t.Fatal("no list was kept")
	}
	return ids[1]
}

// Two lists of different kinds, or with rows that nobody can match, are no witness that a device went.
func TestImport_compare(t *testing.T) {
	b := newWorld(t).unlocked()
	texts := b.w.server.Texts
	path := b.agreed(b.sitting())
	table := b.keepList(path, "Name,IP,MAC\nRing-Doorbell,192.168.1.31,54:E0:19:00:11:23\n")
	b.w.now = b.w.now.Add(time.Minute)
	pasted := b.keepList(path, "Lamp 192.168.1.40\n")
	want(t, "two lists", table != pasted, true)
	page := b.text(path + "/scans/compare/" + table + "/" + pasted)
	contains(t, "comparison", page, texts.T("scans.list.gone.none"), texts.T("scans.unsure.format"),
		texts.T("scans.unsure.partial"), texts.T("scans.unsure.unaddressed"), texts.T("scans.diff.format"))
	contains(t, "the list itself", b.text(path+"/scans/at/"+pasted), texts.T("import.format.pasted"), texts.N("scans.count.unaddressed", 1))
}

// What cannot be read says what to do next, keeps what was typed, and repeats nothing of a file.
func TestImport_errors(t *testing.T) {
	b := newWorld(t).unlocked()
	path := b.agreed(b.sitting())
	for name, tt := range map[string]struct {
		fields     url.Values
		file, says string
	}{
		"no network": {url.Values{"list": {routerList}}, "", "import.error.network"},
		"nothing":    {url.Values{"network": {"home"}}, "", "import.error.one"},
		"both":       {url.Values{"network": {"home"}, "list": {routerList}}, routerList, "import.error.one"},
		"prose":      {url.Values{"network": {"home"}, "list": {"some typed words"}}, "", "import.error.nothing"},
		"packed":     {url.Values{"network": {"home"}}, "PK\x03\x04secret", "import.error.packed"},
		"XML":        {url.Values{"network": {"home"}, "format": {"nmap"}}, "<a>secret</a>", "import.error.xml"},
		"format":     {url.Values{"network": {"home"}, "format": {"stars"}, "list": {"some typed words"}}, "", "import.error.format"},
	} {
		t.Run(name, func(t *testing.T) {
			file := ""
			if tt.file != "" {
				file = "list.csv"
			}
			want(t, "leads to", b.sendList(path, tt.fields, file, tt.file), "")
			want(t, "status", b.page.Code, 200)
			body := b.page.Body.String()
			contains(t, "the page", body, b.w.server.Texts.T(tt.says), "govuk-error-summary")
			lacks(t, "the page", body, "secret")
			if typed := tt.fields.Get("list"); typed != "" {
				contains(t, "the page", body, strings.SplitN(typed, "\n", 2)[0])
			}
			if network := tt.fields.Get("network"); network != "" && !regexp.MustCompile(`value="`+network+`" checked`).MatchString(body) {
				t.Error("whose network it is was forgotten")
			}
		})
	}
	want(t, "leads to", b.sendList(path, url.Values{"network": {"home"}}, "list.csv", strings.Repeat("x", imports.MaxBytes+1<<20)), "")
	contains(t, "too large", b.page.Body.String(), b.w.server.Texts.T("frame.error.too_large"))
}
