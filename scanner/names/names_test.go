package names

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/miekg/dns"

	"keyholder/scanner"
	"keyholder/scanner/scantest"
)

// status writes a node status; each entry is a name, its last byte and whether it names a group.
func status(entries ...string) []byte {
	p := make([]byte, netbiosHeader)
	p[2] = 0x84
	p[7] = 1
	p = append(p, netbiosQuestion()[netbiosHeader:netbiosHeader+encodedName]...)
	p = append(p, 0, nodeStatus, 0, 1, 0, 0, 0, 0, 0, 0, byte(len(entries)))
	for _, e := range entries {
		name, kind, _ := strings.Cut(e, "|")
		var suffix byte
		_, _ = fmt.Sscanf(kind, "%x", &suffix)
		p = append(p, fmt.Sprintf("%-15s", name)...)
		p = append(p, suffix)
		flags := uint16(0x0400)
		if strings.HasSuffix(kind, " group") {
			flags |= groupName
		}
		p = binary.BigEndian.AppendUint16(p, flags)
	}
	return append(p, make([]byte, 6)...)
}

func pointer(about, name string) []byte {
	reverse, _ := dns.ReverseAddr(about)
	m := new(dns.Msg)
	m.SetQuestion(reverse, dns.TypePTR)
	m.Response = true
	m.Answer = []dns.RR{&dns.PTR{Hdr: dns.RR_Header{Name: reverse, Rrtype: dns.TypePTR, Class: dns.ClassINET}, Ptr: name}}
	p, _ := m.Pack()
	return p
}

// follow looks in a check of three seconds by a clock of its own, in which computing takes no time.
func follow(t *testing.T, n *scantest.Network, mode scanner.Mode, seen ...string) (got *scantest.Sightings, o scanner.Outcome, took time.Duration) {
	t.Helper()
	return followChannel(t, n, mode, func() <-chan netip.Addr { return scantest.Seen(seen...) })
}

// followChannel is follow for addresses that come one by one.
func followChannel(t *testing.T, n *scantest.Network, mode scanner.Mode, open func() <-chan netip.Addr) (got *scantest.Sightings, o scanner.Outcome, took time.Duration) {
	t.Helper()
	got = &scantest.Sightings{}
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		began := time.Now()
		o = New(n).Follow(ctx, scantest.Home(mode, time.Second), open(), got.Emit)
		took = time.Since(began)
	})
	return got, o, took
}

func TestSource_Follow(t *testing.T) {
	n := &scantest.Network{
		AnswerTo: func(g scanner.Group, to netip.Addr, _ []byte) []scantest.Packet {
			if g.Port != netbiosPort || to.String() != "192.168.7.5" {
				return nil
			}
			return []scantest.Packet{
				{From: "192.168.7.5", Payload: status("SARAHS-PC|00", "WORKGROUP|00 group", "SARAHS-PC|20", "WORKGROUP|1d")},
				{From: "192.168.7.99", Payload: status("NOT-ASKED|00")},
			}
		},
		Answer: func(g scanner.Group, sent []byte) []scantest.Packet {
			m := new(dns.Msg)
			if g.Port != llmnrPort || m.Unpack(sent) != nil || m.RecursionDesired {
				t.Errorf("sent %x to port %d", sent, g.Port)
			}
			return []scantest.Packet{
				{From: "192.168.7.6", Payload: pointer("192.168.7.6", "Workshop.")},
				{From: "192.168.7.5", Payload: pointer("192.168.7.6", "Liar.")}, // speaks for another
			}
		},
	}
	got, o, took := follow(t, n, scanner.ModeQuiet, "192.168.7.5", "192.168.7.6", "192.168.7.5", "8.8.8.8", "192.168.7.20")
	f := got.Facts("192.168.7.5")
	if len(f) != 1 || f[0].Kind != scanner.FactNetBIOS || f[0].Fields["name"] != "SARAHS-PC" ||
		f[0].Fields["group"] != "WORKGROUP" || f[0].Fields["services"] != "files browser" {
		t.Errorf("facts %v", f)
	}
	if f := got.Facts("192.168.7.6"); len(f) == 0 || f[0].Kind != scanner.FactLLMNR || f[0].Fields["name"] != "Workshop" {
		t.Errorf("facts %v", f)
	}
	if got.Facts("192.168.7.99") != nil || o.State != scanner.Looked || o.Limits != nil || took != patience {
		t.Errorf("outcome %+v after %v; not asked: %v", o, took, got.Facts("192.168.7.99"))
	}
	to := n.SentTo()
	if len(to) != 2 || to[0].From != "192.168.7.5" || to[1].From != "192.168.7.6" {
		t.Errorf("asked %v: want each address of the network once", to)
	}
}

func TestSource_Follow_listen(t *testing.T) {
	n := &scantest.Network{}
	_, o, _ := follow(t, n, scanner.ModeListen, "192.168.7.5")
	if len(n.Opened()) != 0 || o.State != scanner.CouldNotLook || o.Reason != scanner.ReasonListenOnly {
		t.Errorf("opened %v, outcome %+v", n.Opened(), o)
	}
}

func TestSource_Follow_nobody(t *testing.T) {
	n := &scantest.Network{}
	_, o, took := follow(t, n, scanner.ModeQuiet)
	if o.State != scanner.LookedNothing || o.Limits != nil || took != 0 || len(n.Sent())+len(n.SentTo()) != 0 {
		t.Errorf("outcome %+v after %v", o, took)
	}
}

func TestSource_Follow_couldNot(t *testing.T) {
	n := &scantest.Network{OpenErr: func(scanner.Group) error { return errors.ErrUnsupported }}
	if _, o, _ := follow(t, n, scanner.ModeQuiet, "192.168.7.5"); o.State != scanner.CouldNotLook || o.Reason != scanner.ReasonUnsupportedOS {
		t.Errorf("outcome %+v", o)
	}
	n = &scantest.Network{SendErr: errors.ErrUnsupported}
	if _, o, _ := follow(t, n, scanner.ModeQuiet, "192.168.7.5"); o.State != scanner.CouldNotLook {
		t.Errorf("outcome %+v", o)
	}
	n = &scantest.Network{OpenErr: func(g scanner.Group) error {
		if g.Port == netbiosPort {
			return errors.ErrUnsupported
		}
		return nil
	}}
	if _, o, _ := follow(t, n, scanner.ModeQuiet, "192.168.7.5"); o.State != scanner.LookedNothing || len(o.Limits) != 1 {
		t.Errorf("half of it: outcome %+v", o)
	}
}

// TestSource_Follow_timeUp: when the check ends before every address was seen, or before the answers to
// the last question were waited for, that is said, whether a name was heard or not.
func TestSource_Follow_timeUp(t *testing.T) {
	named := &scantest.Network{AnswerTo: func(_ scanner.Group, to netip.Addr, _ []byte) []scantest.Packet {
		return []scantest.Packet{{From: to.String(), Payload: status("SARAHS-PC|00")}}
	}}
	for name, c := range map[string]struct {
		network *scantest.Network
		seen    []time.Duration // when, after the begin
		more    bool            // others could still come
		state   scanner.State
		limits  []scanner.Reason
	}{
		"others could come":     {&scantest.Network{}, nil, true, scanner.LookedNothing, []scanner.Reason{scanner.ReasonTimedOut}},
		"others, after a name":  {named, []time.Duration{time.Second}, true, scanner.Looked, []scanner.Reason{scanner.ReasonTimedOut}},
		"no time for an answer": {&scantest.Network{}, []time.Duration{2900 * time.Millisecond}, false, scanner.LookedNothing, []scanner.Reason{scanner.ReasonTimedOut}},
		"time for it":           {&scantest.Network{}, []time.Duration{2300 * time.Millisecond}, false, scanner.LookedNothing, nil},
	} {
		_, o, _ := followChannel(t, c.network, scanner.ModeQuiet, func() <-chan netip.Addr {
			seen := make(chan netip.Addr, 1)
			go func() {
				for _, after := range c.seen {
					time.Sleep(after)
					seen <- netip.MustParseAddr("192.168.7.5")
				}
				if !c.more {
					close(seen)
				}
			}()
			return seen
		})
		if o.State != c.state || !slices.Equal(o.Limits, c.limits) {
			t.Errorf("%s: outcome %+v", name, o)
		}
	}
}

// TestSource_Follow_bounded: made-up addresses fill the count, not the network.
func TestSource_Follow_bounded(t *testing.T) {
	n := &scantest.Network{}
	var many []string
	for i := range 5000 {
		many = append(many, netip.AddrFrom4([4]byte{192, 168, 7, byte(i)}).String())
	}
	if _, o, _ := follow(t, n, scanner.ModeQuiet, many...); len(n.SentTo()) > 255 || len(n.Sent()) > mostWondered {
		t.Errorf("%d and %d packets, outcome %+v", len(n.SentTo()), len(n.Sent()), o)
	}
}

func TestReadNetBIOS_notAnAnswer(t *testing.T) {
	good := status("A|00")
	cut := append([]byte(nil), good[:60]...)
	cut[56] = 255
	for name, p := range map[string][]byte{
		"empty": nil, "question": netbiosQuestion(), "no names": status(), "cut": cut,
		"only spaces": status("|00"), "controls": status("\x01\x02|00"),
	} {
		if f, ok := readNetBIOS(p); ok {
			t.Errorf("%s: %v", name, f)
		}
	}
}

func FuzzReadNetBIOS(f *testing.F) {
	f.Add(status("SARAHS-PC|00", "HOME|00 group", "HOME|1c group", "X|1b", "Y|06"))
	f.Add(netbiosQuestion())
	f.Fuzz(func(t *testing.T, data []byte) {
		fact, _ := readNetBIOS(data)
		for _, v := range fact.Fields {
			if len(v) > 80 || scanner.SafeText(v) == "" {
				t.Fatalf("%q", v)
			}
		}
	})
}

func FuzzReadLLMNR(f *testing.F) {
	f.Add(pointer("192.168.7.6", "Workshop."))
	f.Add(llmnrQuestion(netip.MustParseAddr("192.168.7.6")))
	f.Fuzz(func(t *testing.T, data []byte) {
		fact, ok := readLLMNR(data, netip.MustParseAddr("192.168.7.6"))
		if ok && (fact.Fields["name"] == "" || len(fact.Fields["name"]) > 255) {
			t.Fatalf("%v", fact)
		}
	})
}
