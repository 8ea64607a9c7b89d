package server

import (
	"encoding/xml"
	"errors"
	"io"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"keyholder/casework"
	"keyholder/server/web"
)

// household puts things with and without rooms into a new case and returns its path.
func household(b *browser) string {
	b.w.t.Helper()
	path := b.agreed(b.sitting(), "scan")
	for _, d := range [][3]string{
		{"bell at the door", "iot_camera/doorbell", "hall"},
		{"lamp", "iot_environment/lights", "bedroom"},
		{"box in the study", "iot_hub", "study"},
		{"grey thing", "other/unknown_device", ""},
		{"the mail", "account/email", ""},
		{`<script>alert(1)</script>`, "tracker/bluetooth_tag", ""},
	} {
		b.submit(path+"/devices/add", path+"/devices/add", url.Values{"label": {d[0]}, "kind": {d[1]}, "room": {d[2]}})
	}
	return path
}

// list is the list without the words of the filter.
func (b *browser) list(path string) string {
	b.w.t.Helper()
	b.text(path)
	body := regexp.MustCompile(`(?s)<form.*?</form>`).ReplaceAllString(b.page.Body.String(), " ")
	return strings.Join(strings.Fields(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(body, " ")), " ")
}

// inOrder fails unless the parts stand in the text one after the other.
func inOrder(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		_, rest, found := strings.Cut(text, part)
		if !found {
			t.Fatalf("%q is missing, or not in its place", part)
		}
		text = rest
	}
}

func TestInventory_rooms(t *testing.T) {
	b := newWorld(t).unlocked()
	path := household(b)
	text := b.list(path + "/devices")
	inOrder(t, text, "6 things", "Ask the five questions about", "Nobody has said where", "grey thing", "Hall and front door", "bell at the door",
		"Bedroom", "lamp", "Study", "box in the study", "Accounts and services", "the mail")
	contains(t, "the list", text, "see, hear", "She said so", "not asked", "No check has met it")
	if strings.Contains(b.page.Body.String(), "<script>alert") {
		t.Error("a name became markup")
	}
}

// What nobody knows stands apart and never reads as "no".
func TestInventory_filter(t *testing.T) {
	b := newWorld(t).unlocked()
	path := household(b)
	const apart = "Nobody knows yet whether these belong here"
	for _, c := range []struct {
		query             string
		fit, maybe, never []string
	}{
		{"?show=senses", []string{"bell at the door"}, []string{"box in the study", "grey thing"}, []string{"lamp", "the mail"}},
		{"?show=location", nil, []string{"grey thing"}, []string{"bell at the door"}},
		{"?show=home", nil, []string{"grey thing", "box in the study"}, []string{"the mail"}},
		{"?show=open", []string{"lamp", "the mail", "grey thing"}, nil, nil},
		{"?room=bedroom", []string{"lamp"}, nil, []string{"bell at the door", "grey thing"}},
		{"?group=account", []string{"the mail"}, nil, []string{"lamp"}},
		{"?room=attic&show=<b>&group=no", []string{"lamp", "the mail", "bell at the door"}, nil, nil},
	} {
		fit, rest, _ := strings.Cut(b.list(path+"/devices"+c.query), apart)
		maybe, _, _ := strings.Cut(rest, "What next")
		contains(t, c.query, fit, c.fit...)
		contains(t, c.query+" maybe", maybe, c.maybe...)
		head, _, _ := strings.Cut(fit, "What next")
		lacks(t, c.query, head+maybe, c.never...)
	}
	contains(t, "an empty choice", b.list(path+"/devices?room=bathroom"), "That says nothing about what is in the home")
	contains(t, "an empty list", b.list(b.agreed(b.sitting())+"/devices"), "things")
}

// The picture draws every thing but accounts; no check has met any, so each line is an open question.
func TestInventory_network(t *testing.T) {
	b := newWorld(t).unlocked()
	path := household(b)
	text := b.text(path + "/devices/network")
	body := b.page.Body.String()
	contains(t, "the picture", text, "No router in the record yet", "Not known what this is", "Nobody knows: no check has met it",
		"Who owns a device", "box in the study")
	lacks(t, "the picture", text, "the mail")
	if n := strings.Count(body, `class="kh-line kh-line--unknown`); n != 5 {
		t.Errorf("%d unknown lines, want 5", n)
	}
	svg := body[strings.Index(body, "<svg class=\"kh-diagram"):]
	svg = svg[:strings.Index(svg, "</svg>\n</div>")+len("</svg>")]
	for dec := xml.NewDecoder(strings.NewReader(svg)); ; {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if e, ok := tok.(xml.StartElement); ok && e.Name.Local == "script" {
			t.Error("a name became a script")
		}
	}
	b.submit(path+"/devices/add", path+"/devices/add", url.Values{"label": {"internet box"}, "kind": {"network/router"}})
	lacks(t, "with a router", b.text(path+"/devices/network"), "No router in the record yet")
}

// After a check, what it met is told apart from what it did not, and nothing that was kept of it is an address.
func TestInventory_afterCheck(t *testing.T) {
	w := newWorld(t)
	b := w.unlocked()
	path := household(b)
	id := casework.CaseID(strings.TrimPrefix(path, "/cases/"))
	book := (&web.Call{Opened: w.vault.open(), Site: w.server.Site}).Book()
	for i, hardware := range []string{"00:00:5e:00:53:01", "00:00:5e:00:53:02"} {
		w.now = w.now.Add(time.Minute)
		_, err := book.RecordScan(t.Context(), id, casework.Act{Submission: casework.NewID(), By: "w"}, casework.ScanReport{
			Network: casework.NetworkHome, Mode: casework.ScanQuiet, Sources: []string{"mdns=looked", "ssdp=could_not_look"},
			Found: []casework.Found{{Group: "iot_environment", Class: "lights", Confidence: []string{"possible", "certain"}[i], Hardware: []string{hardware}}},
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	text := b.list(path + "/devices?show=senses")
	inOrder(t, text, "Nobody knows yet whether", "Lights", "possible")
	contains(t, "new", b.list(path+"/devices?show=new"), "1 of the 8 things", "certain")
	b.text(path + "/devices/network")
	body := b.page.Body.String()
	for _, style := range []string{"known", "suspected", "unknown"} {
		if !strings.Contains(body, "kh-line--"+style) {
			t.Errorf("no line is drawn as %s", style)
		}
	}
	sheet := b.text(path + "/devices/print")
	contains(t, "the sheet", sheet, "The home she lives in", "Ask quietly", "UPnP): could not look", "Devices that were switched off", "Met")
	if m := regexp.MustCompile(`(?i)([0-9a-f]{2}:){5}|\b\d+\.\d+\.\d+\.\d+\b`).FindString(b.page.Body.String()); m != "" {
		t.Errorf("the sheet shows an address: %s", m)
	}
}
