package wsd

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"keyholder/scanner"
	"keyholder/scanner/scantest"
)

const camera = `<?xml version="1.0"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:d="x"><s:Body>
<d:ProbeMatches><d:ProbeMatch><d:Types>dn:NetworkVideoTransmitter
 tds:Device</d:Types><d:Scopes>onvif://www.onvif.org/name/Garden  onvif://www.onvif.org/hardware/C1</d:Scopes>
<d:XAddrs>http://192.168.7.5/onvif</d:XAddrs></d:ProbeMatch></d:ProbeMatches></s:Body></s:Envelope>`

func observe(t *testing.T, n *scantest.Network, mode scanner.Mode) (*scantest.Sightings, scanner.Outcome) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	got := &scantest.Sightings{}
	return got, New(n).Observe(ctx, scantest.Home(mode, time.Second), got.Emit)
}

func TestSource_Observe(t *testing.T) {
	n := &scantest.Network{Answer: func(_ scanner.Group, sent []byte) []scantest.Packet {
		if err := scanner.WalkXML(sent, func([]string, string) {}); err != nil {
			t.Errorf("sent broken XML: %v", err)
		}
		return []scantest.Packet{{From: "192.168.7.5", Payload: []byte(camera)}, {From: "10.0.0.1", Payload: []byte(camera)}}
	}}
	got, o := observe(t, n, scanner.ModeQuiet)
	facts := got.Facts("192.168.7.5")
	if len(facts) == 0 || facts[0].Fields["types"] != "dn:NetworkVideoTransmitter tds:Device" ||
		!strings.HasSuffix(facts[0].Fields["scopes"], "/hardware/C1") {
		t.Errorf("facts %v", facts)
	}
	if o.State != scanner.Looked || got.Facts("10.0.0.1") != nil {
		t.Errorf("outcome %+v, outside %v", o, got.Facts("10.0.0.1"))
	}
	if sent := n.Sent(); len(sent) != 2 || bytes.Equal(sent[0], sent[1]) || !bytes.Contains(sent[1], []byte("wsdp:Device")) {
		t.Errorf("sent %q", sent)
	}
}

func TestSource_Observe_listen(t *testing.T) {
	hello := strings.ReplaceAll(strings.ReplaceAll(camera, "ProbeMatches", "x"), "ProbeMatch", "Hello")
	n := &scantest.Network{Announce: []scantest.Packet{{From: "192.168.7.5", Payload: []byte(hello)}}}
	got, o := observe(t, n, scanner.ModeListen)
	if len(n.Sent()) != 0 || len(got.Facts("192.168.7.5")) != 1 || o.Limits[0] != scanner.ReasonListenOnly {
		t.Errorf("sent %d, facts %v, outcome %+v", len(n.Sent()), got.Facts("192.168.7.5"), o)
	}
}

func TestSource_Observe_couldNot(t *testing.T) {
	n := &scantest.Network{OpenErr: func(scanner.Group) error { return errors.ErrUnsupported }}
	if _, o := observe(t, n, scanner.ModeQuiet); o.State != scanner.CouldNotLook || o.Reason != scanner.ReasonUnsupportedOS {
		t.Errorf("outcome %+v", o)
	}
}

func TestParse_notADevice(t *testing.T) {
	for name, in := range map[string]string{
		"question":    string(probe("")),
		"empty":       "",
		"bomb":        `<!DOCTYPE a [<!ENTITY b "c">]><ProbeMatch><Types>&b;</Types></ProbeMatch>`,
		"broken":      "<ProbeMatch><Types>a",
		"other XML":   "<a><Types>b</Types></a>",
		"binary":      "\x00\xff\xfe",
		"deep nested": strings.Repeat("<ProbeMatch>", 100),
	} {
		if m, ok := Parse([]byte(in)); ok {
			t.Errorf("%s: %+v", name, m)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(camera))
	f.Add([]byte("<ProbeMatch><Types>a:b</Types></ProbeMatch>"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if m, _ := Parse(data); len(m.Types) > longestValue || len(m.Scopes) > longestValue {
			t.Fatal("too long")
		}
	})
}
