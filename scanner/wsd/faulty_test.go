package wsd

import (
	"context"
	"fmt"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"keyholder/scanner"
	"keyholder/scanner/scantest"
)

// Answers as cameras, printers and computers write them.
func TestParse_oddDevices(t *testing.T) {
	envelope := func(body string) string {
		return `<?xml version="1.0" encoding="UTF-8"?><SOAP-ENV:Envelope xmlns:SOAP-ENV="e" xmlns:wsd="d" xmlns:dn="n"><SOAP-ENV:Header><wsd:AppSequence InstanceId="1"/></SOAP-ENV:Header><SOAP-ENV:Body>` + body + `</SOAP-ENV:Body></SOAP-ENV:Envelope>`
	}
	match := func(types, scopes string) string {
		return "<wsd:ProbeMatches><wsd:ProbeMatch><wsd:Types>" + types + "</wsd:Types><wsd:Scopes>" + scopes + "</wsd:Scopes></wsd:ProbeMatch></wsd:ProbeMatches>"
	}
	for name, c := range map[string]struct {
		in, types, scopes string
		ok                bool
	}{
		"camera":               {envelope(match("dn:NetworkVideoTransmitter", "onvif://www.onvif.org/type/ptz onvif://www.onvif.org/name/HIKVISION%20DS")), "dn:NetworkVideoTransmitter", "onvif://www.onvif.org/type/ptz onvif://www.onvif.org/name/HIKVISION%20DS", true},
		"zero byte at the end": {envelope(match("dn:NetworkVideoTransmitter", "")) + "\x00", "dn:NetworkVideoTransmitter", "", true},
		"bare sign":            {envelope(match("dn:NetworkVideoTransmitter", "onvif://www.onvif.org/name/A&B")), "dn:NetworkVideoTransmitter", "onvif://www.onvif.org/name/A&B", true},
		"foreign letters":      {envelope(match("dn:NetworkVideoTransmitter", "onvif://www.onvif.org/name/\xc9\xe3")), "dn:NetworkVideoTransmitter", "onvif://www.onvif.org/name/\uFFFD\uFFFD", true},
		"on several lines":     {envelope(match("\r\n wsdp:Device\r\n pub:Computer \r\n", "")), "wsdp:Device pub:Computer", "", true},
		"no types":             {envelope("<wsd:Hello><wsd:XAddrs>http://192.168.7.5/</wsd:XAddrs></wsd:Hello>"), "", "", true},
		"two of them":          {envelope(match("a:A", "s1") + match("b:B", "s2")), "a:A b:B", "s1 s2", true},
		"a goodbye":            {envelope("<wsd:Bye><wsd:Types>a:A</wsd:Types></wsd:Bye>"), "", "", false},
		"a question":           {envelope("<wsd:Probe><wsd:Types>wsdp:Device</wsd:Types></wsd:Probe>"), "", "", false},
		"a resolve":            {envelope("<wsd:Resolve/>"), "", "", false},
		"an empty answer":      {envelope("<wsd:ProbeMatches/>"), "", "", false},
		"only a name":          {"<x>ProbeMatch</x>", "", "", false},
	} {
		m, ok := Parse([]byte(c.in))
		if ok != c.ok || ok && (m.Types != c.types || m.Scopes != c.scopes) {
			t.Errorf("%s: %+v, %v", name, m, ok)
		}
	}
	long := strings.Repeat("onvif://www.onvif.org/x ", 400)
	if m, ok := Parse([]byte(envelope(match("a:A", long)))); !ok || len(m.Scopes) > longestValue || !strings.HasPrefix(m.Scopes, "onvif://") {
		t.Errorf("%v, %d bytes", ok, len(m.Scopes))
	}
}

// Each question has a number of its own and is what the standard asks for.
func TestProbe(t *testing.T) {
	seen := map[string]bool{}
	for range 50 {
		var id, types string
		err := scanner.WalkXML(probe("<d:Types>wsdp:Device</d:Types>"), func(path []string, value string) {
			switch path[len(path)-1] {
			case "MessageID":
				id = value
			case "Types":
				types = value
			}
		})
		if err != nil || types != "wsdp:Device" || !strings.HasPrefix(id, "urn:uuid:") || len(id) != 45 || id[23] != '4' || seen[id] {
			t.Fatalf("%v, id %q, types %q, seen before %v", err, id, types, seen[id])
		}
		seen[id] = true
	}
}

// One question of the two that got out is enough to have looked.
func TestSource_Observe_oneQuestionLost(t *testing.T) {
	for lost := range 3 {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
			defer cancel()
			o := New(&scantest.Lossy{Out: 2 - lost, Err: fmt.Errorf("sending: %w", syscall.EHOSTUNREACH)}).Observe(ctx, scantest.Home(scanner.ModeQuiet, time.Second), func(scanner.Sighting) {})
			if want := lost == 2; (o.State == scanner.CouldNotLook) != want || want && o.Reason != scanner.ReasonMulticastBlocked {
				t.Errorf("%d questions lost: %+v", lost, o)
			}
		})
	}
}

// The questions are asked twice and no more, answers after the window are not waited for, and a stop is a
// stop at any moment.
func TestSource_Observe_times(t *testing.T) {
	for _, after := range []time.Duration{0, 300 * time.Millisecond, 1500 * time.Millisecond, time.Minute} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), after)
			defer cancel()
			n := &scantest.Network{}
			began := time.Now()
			New(n).Observe(ctx, scantest.Home(scanner.ModeQuiet, time.Minute), func(scanner.Sighting) {})
			took, sent := time.Since(began), len(n.Sent())
			time.Sleep(time.Minute)
			if took > min(after, answerWindow) || sent > 4 || len(n.Sent()) != sent || after > again && sent != 4 {
				t.Errorf("stopped after %v: took %v, %d questions, later %d", after, took, sent, len(n.Sent()))
			}
		})
	}
}

// A flood is counted and said.
func TestSource_Observe_flood(t *testing.T) {
	n := &scantest.Network{}
	for range mostMessages + 50 {
		n.Announce = append(n.Announce, scantest.Packet{From: "192.168.7.5", Payload: []byte(camera)})
	}
	got, o := observe(t, n, scanner.ModeListen)
	if got.Count() > mostMessages || len(o.Limits) != 2 || o.Limits[1] != scanner.ReasonTooManyAnswers {
		t.Errorf("%d sightings, outcome %+v", got.Count(), o)
	}
}
