package ssdp

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"keyholder/scanner"
	"keyholder/scanner/scantest"
)

// Messages as devices write them, with the liberties that they take.
func TestParse_oddDevices(t *testing.T) {
	for name, c := range map[string]struct {
		in   string
		want Message
		ok   bool
	}{
		"small letters":           {"http/1.1 200 ok\r\nst:a\r\nserver:b\r\n", Message{Target: "a", Server: "b"}, true},
		"old version":             {"HTTP/1.0 200 OK\nST: a\n", Message{Target: "a"}, true},
		"no reason":               {"HTTP/1.1 200\r\nUSN: uuid:1\r\nST: a", Message{Target: "a"}, true},
		"spaces and tabs":         {"HTTP/1.1 200 OK \r\n  ST \t: \t a \r\n\r\n", Message{Target: "a"}, true},
		"a colon in the value":    {"HTTP/1.1 200 OK\r\nST: urn:schemas-upnp-org:device:Basic:1\r\n\r\n", Message{Target: "urn:schemas-upnp-org:device:Basic:1"}, true},
		"said twice":              {"HTTP/1.1 200 OK\r\nST: a\r\nST: b\r\n\r\n", Message{Target: "b"}, true},
		"no colon":                {"HTTP/1.1 200 OK\r\nnonsense\r\nST: a\r\n\r\n", Message{Target: "a"}, true},
		"update":                  {"NOTIFY * HTTP/1.1\r\nNT: a\r\nNTS: ssdp:update\r\n\r\n", Message{Target: "a"}, true},
		"goodbye in capitals":     {"NOTIFY * HTTP/1.1\r\nNT: a\r\nNTS: SSDP:BYEBYE\r\n\r\n", Message{Target: "a", Goodbye: true}, true},
		"older location":          {"HTTP/1.1 200 OK\r\nAL: http://192.168.7.5/\r\n\r\n", Message{Location: "http://192.168.7.5/"}, true},
		"zero bytes at the end":   {"HTTP/1.1 200 OK\r\nST: a\r\n\r\n\x00\x00", Message{Target: "a"}, true},
		"not ours: a page":        {"GET / HTTP/1.1\r\nST: a\r\n\r\n", Message{}, false},
		"not ours: another event": {"NOTIFY /events HTTP/1.1\r\nNT: upnp:event\r\n\r\n", Message{}, false},
		"refused":                 {"HTTP/1.1 403 Forbidden\r\nST: a\r\n\r\n", Message{}, false},
		"two hundred things":      {"HTTP/1.1 503 Busy, try 200\r\nST: a\r\n\r\n", Message{}, false},
	} {
		if got, ok := Parse([]byte(c.in)); got != c.want || ok != c.ok {
			t.Errorf("%s: %+v, %v", name, got, ok)
		}
	}
	var many strings.Builder
	many.WriteString("HTTP/1.1 200 OK\r\n")
	for n := range mostHeaders {
		fmt.Fprintf(&many, "X-%d: y\r\n", n)
	}
	if m, ok := Parse([]byte(many.String() + "ST: late\r\n\r\n")); ok {
		t.Errorf("a heading behind %d others was read: %+v", mostHeaders, m)
	}
}

// Descriptions as devices write them. What names a camera is read although something else in it is wrong.
func TestParseDescription_oddDevices(t *testing.T) {
	for name, c := range map[string]struct{ body, want string }{
		"bare sign":       {`<root><device><friendlyName>A & B</friendlyName><manufacturer>M</manufacturer><modelURL>http://x/?a=1&b=2</modelURL><modelName>N</modelName></device></root>`, "A & B|M|N"},
		"behind the end":  {`<root><device><friendlyName>A</friendlyName><manufacturer>M</manufacturer><modelName>N</modelName></device></root>` + "\x00\x00garbage<", "A|M|N"},
		"foreign letters": {"<root><device><friendlyName>\xc9\xe3</friendlyName><manufacturer>M</manufacturer><modelName>N</modelName></device></root>", "\uFFFD\uFFFD|M|N"},
		"Latin letters":   {`<?xml version="1.0" encoding="ISO-8859-1"?><root><device><friendlyName>K` + "\xfc" + `che</friendlyName><manufacturer>M</manufacturer><modelName>N</modelName></device></root>`, "Küche|M|N"},
		"root comes first": {`<root><device><friendlyName>Outer</friendlyName><manufacturer>M</manufacturer><modelName>N</modelName>
			<deviceList><device><friendlyName>Inner</friendlyName><manufacturer>Other</manufacturer></device></deviceList></device></root>`, "Outer|M|N"},
		"inner fills gaps":      {`<root><device><friendlyName/><deviceList><device><friendlyName>Inner</friendlyName><modelName>N</modelName></device></deviceList></device></root>`, "Inner||N"},
		"outside of the device": {`<root><friendlyName>Away</friendlyName><device><modelName>N</modelName></device></root>`, "||N"},
		"other name space":      {`<r:root xmlns:r="u"><r:device><r:friendlyName>A</r:friendlyName></r:device></r:root>`, "A||"},
	} {
		d, err := ParseDescription([]byte(c.body))
		if got := d.FriendlyName + "|" + d.Manufacturer + "|" + d.ModelName; err != nil || got != c.want {
			t.Errorf("%s: %q, %v; want %q", name, got, err, c.want)
		}
	}
	var types strings.Builder
	for n := range 50 {
		fmt.Fprintf(&types, "<device><deviceType>urn:%d</deviceType><deviceType>urn:%d</deviceType></device>", n, n)
	}
	if d, err := ParseDescription([]byte("<root>" + types.String() + "</root>")); err != nil || len(d.DeviceTypes) != mostTypes {
		t.Errorf("%d kinds, %v", len(d.DeviceTypes), err)
	}
	if _, err := ParseDescription([]byte("<root><device><friendlyName>A</friendlyName>")); err == nil {
		t.Error("half a description was taken for a whole one")
	}
}

// A device that cannot be described is still a device, and one whose page fails is not asked again.
func TestSource_Observe_descriptionFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &scantest.Network{Answer: func(scanner.Group, []byte) []scantest.Packet {
			return []scantest.Packet{{From: "192.168.7.5", Payload: answer("http://192.168.7.5/d.xml")}}
		}}
		var fetched atomic.Int64
		got, o := observeFor(t, n, scanner.ModeQuiet, 5*time.Second, func(context.Context, netip.Addr, string) (Description, error) {
			fetched.Add(1)
			return Description{}, errSilent
		})
		if fetched.Load() != 1 || o.State != scanner.Looked || len(got.Facts("192.168.7.5")) == 0 {
			t.Errorf("fetched %d times, outcome %+v", fetched.Load(), o)
		}
	})
}

// One device may point to a few descriptions; however many it names, the rest is not fetched.
func TestSource_Observe_manyLocations(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &scantest.Network{}
		for page := range 20 {
			n.Announce = append(n.Announce, scantest.Packet{From: "192.168.7.5", Payload: answer(fmt.Sprintf("http://192.168.7.5/%d", page))})
		}
		n.Announce = append(n.Announce, scantest.Packet{From: "192.168.7.6", Payload: answer("http://192.168.7.6/")})
		var mu sync.Mutex
		fetched := map[string]int{}
		observeFor(t, n, scanner.ModeQuiet, 5*time.Second, func(_ context.Context, from netip.Addr, _ string) (Description, error) {
			mu.Lock()
			defer mu.Unlock()
			fetched[from.String()]++
			return Description{}, nil
		})
		if fetched["192.168.7.5"] != fetchesADevice || fetched["192.168.7.6"] != 1 {
			t.Errorf("fetched %v", fetched)
		}
	})
}

// observeFor makes a check of that time, in the time of the test's bubble.
func observeFor(t *testing.T, n *scantest.Network, mode scanner.Mode, d time.Duration, fetch func(context.Context, netip.Addr, string) (Description, error)) (*scantest.Sightings, scanner.Outcome) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	defer cancel()
	s, got := New(n), &scantest.Sightings{}
	s.fetch = fetch
	return got, s.Observe(ctx, scantest.Home(mode, d), got.Emit)
}

// A question of two that got out is a question: only when none did could nobody look.
func TestSource_Observe_oneQuestionLost(t *testing.T) {
	for lost := range 3 {
		synctest.Test(t, func(t *testing.T) {
			n := &scantest.Lossy{Out: 2 - lost, Err: fmt.Errorf("sending: %w", syscall.ENOBUFS)}
			ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
			defer cancel()
			o := New(n).Observe(ctx, scantest.Home(scanner.ModeQuiet, time.Second), func(scanner.Sighting) {})
			if want := lost == 2; (o.State == scanner.CouldNotLook) != want {
				t.Errorf("%d questions lost: %+v", lost, o)
			}
		})
	}
}

// Stopped at any moment, also in the middle of fetching, nothing goes on.
func TestSource_Observe_stopped(t *testing.T) {
	for _, mode := range []scanner.Mode{scanner.ModeListen, scanner.ModeQuiet} {
		for _, after := range []time.Duration{0, 100 * time.Millisecond, secondQuestions + time.Millisecond} {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				time.AfterFunc(after, cancel)
				n := &scantest.Network{}
				for host := range 30 {
					addr := fmt.Sprintf("192.168.7.%d", 30+host)
					n.Announce = append(n.Announce, scantest.Packet{From: addr, Payload: answer("http://" + addr + "/d.xml")})
				}
				s, got := New(n), &scantest.Sightings{}
				s.fetch = func(ctx context.Context, _ netip.Addr, _ string) (Description, error) {
					<-ctx.Done()
					return Description{}, ctx.Err()
				}
				s.Observe(ctx, scantest.Home(mode, time.Minute), got.Emit)
				told, sent := got.Count(), len(n.Sent())
				if mode == scanner.ModeListen && sent != 0 {
					t.Errorf("%d packets were sent while listening", sent)
				}
				time.Sleep(time.Minute)
				if got.Count() != told || len(n.Sent()) != sent {
					t.Errorf("%s stopped after %v: went on", mode, after)
				}
			})
		}
	}
}

// More packets than any home sends are counted, not read.
func TestHearing_flood(t *testing.T) {
	got := &scantest.Sightings{}
	h := &hearing{source: New(nil), emit: got.Emit, known: map[netip.Addr]map[string]bool{}}
	d := scanner.Datagram{From: netip.MustParseAddrPort("192.168.7.5:1900"), Payload: answer("")}
	for range mostMessages + 100 {
		h.hear(t.Context(), d, true)
	}
	if o := h.outcome(); got.Count() != mostMessages || len(o.Limits) != 1 || o.Limits[0] != scanner.ReasonTooManyAnswers {
		t.Errorf("%d sightings, outcome %+v", got.Count(), o)
	}
}

// A service that refuses says why with a number; only its own refusal counts as one.
func TestAsk_refusals(t *testing.T) {
	fault := func(code string) string {
		return `<s:Envelope xmlns:s="x"><s:Body><s:Fault><detail><UPnPError><errorCode>` + code + `</errorCode></UPnPError></detail></s:Fault></s:Body></s:Envelope>`
	}
	for name, c := range map[string]struct {
		status int
		body   string
		code   int // -1: no refusal of the service
	}{
		"end of the list": {500, fault("713"), 713}, "with spaces": {500, fault(" 606 "), 606}, "no number": {500, fault("x"), 0},
		"no XML": {500, "Internal error", 0}, "bomb": {500, `<!DOCTYPE a [<!ENTITY b "713">]><errorCode>&b;</errorCode>`, 0},
		"not found": {404, fault("713"), -1}, "unauthorised": {401, "", -1}, "moved": {302, "", -1},
	} {
		location, _ := device(t, func(w http.ResponseWriter, r *http.Request) {
			if r.Method != http.MethodPost || len(r.Header["Soapaction"]) != 1 || r.Header.Get("SOAPAction") != `"urn:x#Get"` {
				t.Errorf("%s: %s with %q", name, r.Method, r.Header["Soapaction"])
			}
			w.WriteHeader(c.status)
			fmt.Fprint(w, c.body)
		})
		_, err := fetcher{loopback: true}.page(t.Context(), netip.MustParseAddr("127.0.0.1"), location, &Question{Action: "urn:x#Get", Body: "<a/>"})
		var refusal *Refusal
		switch refused := errors.As(err, &refusal); {
		case c.code < 0 && !errors.Is(err, ErrAnswer), c.code >= 0 && (!refused || refusal.Code != c.code):
			t.Errorf("%s: %v", name, err)
		case err != nil && strings.Contains(err.Error(), "127.0.0.1"):
			t.Errorf("%s: the error names the device: %v", name, err)
		}
	}
}

// An address is used only if it is the device's own, in whatever way it is written; port 80 needs no word.
func TestCheckLocation_own(t *testing.T) {
	for location, want := range map[string]string{
		"http://192.168.7.5/d.xml": "http://192.168.7.5:80/d.xml", "http://192.168.7.5:8080/a?b=c#d": "http://192.168.7.5:8080/a?b=c",
		"HTTP://192.168.7.5": "http://192.168.7.5:80", "http://[::ffff:192.168.7.5]:1/": "http://192.168.7.5:1/", "http://192.168.7.5:/": "http://192.168.7.5:80/",
		"http://192.168.7.05/": "", "http://192.168.7.5.:80/": "", "http://192.168.7.5:65536/": "", "http://192.168.7.5\\@192.168.7.6/": "",
		"http://192.168.7.6/": "", "http://192.168.7.5 /": "", "\thttp://192.168.7.5/": "", "http:///d.xml": "", "http://192.168.7.5%2f@x/": "",
	} {
		u, err := fetcher{}.checkLocation(netip.MustParseAddr("192.168.7.5"), location)
		if got := fmt.Sprint(u); (err == nil) != (want != "") || err == nil && got != want {
			t.Errorf("%q leads to %s, %v; want %q", location, got, err, want)
		}
	}
	from := netip.MustParseAddr("fe80::5%eth0")
	for location, want := range map[string]bool{"http://[fe80::5]:80/": true, "http://[fe80::5%25eth0]/": true, "http://[fe80::6]/": false, "http://192.168.7.5/": false} {
		if _, err := (fetcher{}).checkLocation(from, location); (err == nil) != want {
			t.Errorf("%q of an IPv6 device: %v", location, err)
		}
	}
}
