package snmp

import (
	"bytes"
	"errors"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"keyholder/scanner"
	"keyholder/scanner/scantest"
)

// long writes a value the way some devices do: two bytes of length, needed or not.
func long(tag byte, parts ...[]byte) []byte {
	body := bytes.Join(parts, nil)
	return append([]byte{tag, 0x82, byte(len(body) >> 8), byte(len(body))}, body...)
}

// answer answers a question with a description.
func answer(question []byte, text string) []byte {
	q := reader{rest: question}
	m := reader{rest: q.next(tagSequence)}
	version, name := m.next(tagInteger), m.next(tagText)
	g := reader{rest: m.next(tagGet)}
	number := g.next(tagInteger)
	zero := wrap(tagInteger, []byte{0})
	return long(tagSequence, wrap(tagInteger, version), wrap(tagText, name), long(tagAnswer,
		wrap(tagInteger, number), zero, zero, long(tagSequence, long(tagSequence, wrap(tagName, []byte(description)), long(tagText, []byte(text))))))
}

// observe makes a check by a clock of its own, in which computing takes no time.
func observe(t *testing.T, n *scantest.Network, mode scanner.Mode, ticked ...string) (got *scantest.Sightings, o scanner.Outcome, took time.Duration) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		got, o = scantest.Observe(t.Context(), 700*time.Millisecond, New(n), scantest.Ticked(scantest.Home(mode, time.Second), ticked...))
		took = time.Since(began)
	})
	return got, o, took
}

func TestSource_Observe(t *testing.T) {
	n := &scantest.Network{AnswerTo: func(_ scanner.Group, to netip.Addr, sent []byte) []scantest.Packet {
		if to.String() != "192.168.7.5" {
			return nil
		}
		return []scantest.Packet{
			{From: "192.168.7.99", Payload: answer(sent, "not asked")},
			{From: "192.168.7.5", Payload: answer(packet(7), "another question")},
			{From: "192.168.7.5", Payload: answer(sent, "Brother NC-8300h, Firmware Ver.1.11 "+strings.Repeat("x", 400))},
			{From: "192.168.7.5", Payload: answer(sent, "once more")},
		}
	}}
	got, o, took := observe(t, n, scanner.ModeFull, "192.168.7.5", "192.168.7.5", "8.8.8.8", "192.168.7.20")
	f := got.Facts("192.168.7.5")
	if len(f) != 1 || !strings.HasPrefix(f[0].Fields["sysdescr"], "Brother NC-8300h, Firmware") || len(f[0].Fields["sysdescr"]) > longestValue {
		t.Errorf("facts %v", f)
	}
	if got.Count() != 1 || o.State != scanner.Looked || len(n.SentTo()) != 1 || len(n.Sent()) != 0 {
		t.Errorf("%d sightings, outcome %+v, asked %v", got.Count(), o, n.SentTo())
	}
	if took != 0 {
		t.Errorf("waited %v although everybody had answered", took)
	}
}

func TestSource_Observe_otherModes(t *testing.T) {
	for _, mode := range []scanner.Mode{scanner.ModeListen, scanner.ModeQuiet} {
		n := &scantest.Network{}
		if _, o, _ := observe(t, n, mode, "192.168.7.5"); len(n.Opened()) != 0 || o.State != scanner.CouldNotLook {
			t.Errorf("%s: opened %v, outcome %+v", mode, n.Opened(), o)
		}
	}
}

func TestSource_Observe_silent(t *testing.T) {
	n := &scantest.Network{}
	if _, o, _ := observe(t, n, scanner.ModeFull, "192.168.7.5"); o.State != scanner.LookedNothing || len(n.SentTo()) != 1 {
		t.Errorf("outcome %+v, %d packets: want one and no more", o, len(n.SentTo()))
	}
	if _, o, took := observe(t, n, scanner.ModeFull); o.State != scanner.LookedNothing || took != 0 {
		t.Errorf("nobody ticked: outcome %+v after %v", o, took)
	}
	n = &scantest.Network{SendErr: errors.ErrUnsupported}
	if _, o, _ := observe(t, n, scanner.ModeFull, "192.168.7.5"); o.State != scanner.CouldNotLook || o.Reason != scanner.ReasonUnsupportedOS {
		t.Errorf("outcome %+v", o)
	}
}

func TestRead(t *testing.T) {
	good := answer(packet(0x41424344), "Printer")
	if text, ok := read(good, 0x41424344); !ok || text != "Printer" {
		t.Errorf("read %q, %v", text, ok)
	}
	refused := bytes.Replace(good, []byte{tagInteger, 1, 0, tagInteger, 1, 0, tagSequence}, []byte{tagInteger, 1, 2, tagInteger, 1, 1, tagSequence}, 1)
	if text, ok := read(refused, 0x41424344); !ok || text != "" {
		t.Errorf("a refusal reads %q, %v", text, ok)
	}
	for name, p := range map[string][]byte{
		"empty": nil, "question": packet(0x41424344), "other number": answer(packet(0x41424345), "x"), "cut": good[:len(good)-1],
		"endless":    {tagSequence, 0x84, 0xff, 0xff, 0xff, 0xff},
		"indefinite": {tagSequence, 0x80, 0, 0},
		"nested":     bytes.Repeat([]byte{tagSequence, 0x7f}, 200),
	} {
		if text, ok := read(p, 0x41424344); ok {
			t.Errorf("%s reads %q", name, text)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(answer(packet(0x41424344), "HP ETHERNET MULTI-ENVIRONMENT"))
	f.Add(packet(0x41424344))
	f.Fuzz(func(t *testing.T, data []byte) {
		if text, ok := read(data, 0x41424344); len(text) > longestValue || (!ok && text != "") {
			t.Fatalf("%q %v", text, ok)
		}
	})
}

// TestSource_Observe_onlyIPv6: a device that was not asked is not one that had nothing to say.
func TestSource_Observe_onlyIPv6(t *testing.T) {
	_, o, _ := observe(t, &scantest.Network{}, scanner.ModeFull, "fe80::5%lan0")
	if o.State != scanner.CouldNotLook || o.Reason != scanner.ReasonIPv6NotAsked {
		t.Errorf("outcome %+v", o)
	}
}
