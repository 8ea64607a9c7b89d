package names

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"

	"github.com/miekg/dns"

	"keyholder/scanner"
	"keyholder/scanner/scantest"
)

// What computers and storage boxes answer, and what hostile ones make of it.
func TestReadNetBIOS_devices(t *testing.T) {
	raw := func(name string, suffix byte) []byte {
		p := status("X|00")
		entry := p[len(p)-6-entrySize:]
		copy(entry, name)
		entry[nameSize] = suffix
		return p
	}
	for name, c := range map[string]struct {
		in   []byte
		want string
	}{
		"computer":          {status("SARAHS-PC|00", "SARAHS-PC|20", "HOME|00 group"), "map[group:HOME name:SARAHS-PC services:files]"},
		"storage":           {status("NAS|00", "NAS|03", "NAS|20", "__MSBROWSE__|01 group", "HOME|1d", "HOME|1e group"), "map[name:NAS services:files browser]"},
		"of a domain":       {status("PC|00", "CORP|00 group", "CORP|1c group", "CORP|1b"), "map[group:CORP name:PC services:domain domain_master]"},
		"remote access":     {status("PC|00", "PC|06"), "map[name:PC services:remote_access]"},
		"group first":       {status("HOME|00 group", "PC|00"), "map[group:HOME name:PC]"},
		"two names":         {status("FIRST|00", "SECOND|00"), "map[name:FIRST]"},
		"only a group":      {status("HOME|00 group"), "map[group:HOME]"},
		"full length":       {status("ABCDEFGHIJKLMNO|00"), "map[name:ABCDEFGHIJKLMNO]"},
		"zero bytes":        {raw("TV\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00", 0), "map[name:TV]"},
		"other code page":   {raw("K\x9aCHE-PC       ", 0), "map[name:KCHE-PC]"},
		"escape signs":      {raw("\x1b[31mPC         ", 0), "map[name:[31mPC]"},
		"only other suffix": {status("PC|03"), "no"},
	} {
		f, ok := readNetBIOS(c.in)
		got := fmt.Sprint(f.Fields)
		if !ok {
			got = "no"
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

// However an answer is cut or its count lies, nothing beyond it is read.
func TestReadNetBIOS_cut(t *testing.T) {
	whole := status("SARAHS-PC|00", "HOME|00 group", "SARAHS-PC|20")
	for n := range len(whole) {
		for _, claimed := range []byte{0, 3, 255} {
			p := bytes.Clone(whole[:n])
			if at := netbiosHeader + encodedName + recordHead; n > at {
				p[at] = claimed
			}
			f, ok := readNetBIOS(p)
			if ok && (f.Fields["name"] != "SARAHS-PC" || n < len(whole)-6-2*entrySize) {
				t.Fatalf("%d bytes, %d claimed: %v", n, claimed, f.Fields)
			}
		}
	}
	other := bytes.Clone(whole)
	binary.BigEndian.PutUint16(other[netbiosHeader+encodedName:], 0x20) // a name service answer, no node status
	if f, ok := readNetBIOS(other); ok {
		t.Errorf("another kind of answer reads %v", f)
	}
}

func TestReadLLMNR_devices(t *testing.T) {
	reverse := func(addr string) string {
		r, err := dns.ReverseAddr(addr)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	answer := func(rrs ...dns.RR) []byte {
		m := new(dns.Msg)
		m.Response, m.Answer = true, rrs
		p, err := m.Pack()
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	ptr := func(about, name string) dns.RR {
		return &dns.PTR{Hdr: dns.RR_Header{Name: reverse(about), Rrtype: dns.TypePTR, Class: dns.ClassINET}, Ptr: name}
	}
	asked := pointer("192.168.7.6", "Den.")
	asked[2] &^= 0x80
	for name, c := range map[string]struct {
		in         []byte
		from, want string
	}{
		"computer":             {pointer("192.168.7.6", "Workshop."), "192.168.7.6", "Workshop"},
		"with a domain":        {pointer("192.168.7.6", "Workshop.home.lan."), "192.168.7.6", "Workshop"},
		"by IPv6":              {pointer("fe80::5", "Den."), "fe80::5%eth0", "Den"},
		"about another":        {pointer("192.168.7.7", "Den."), "192.168.7.6", ""},
		"other, then its own":  {answer(ptr("192.168.7.7", "Liar."), ptr("192.168.7.6", "Den.")), "192.168.7.6", "Den"},
		"an address, no name":  {answer(&dns.A{Hdr: dns.RR_Header{Name: reverse("192.168.7.6"), Rrtype: dns.TypeA, Class: 1}, A: []byte{192, 168, 7, 6}}), "192.168.7.6", ""},
		"made of its address":  {pointer("192.168.7.6", "192-168-7-6.home."), "192.168.7.6", ""},
		"no name at all":       {pointer("192.168.7.6", "."), "192.168.7.6", ""},
		"nothing":              {answer(), "192.168.7.6", ""},
		"a question of others": {asked, "192.168.7.6", ""},
		"cut":                  {pointer("192.168.7.6", "Den.")[:40], "192.168.7.6", ""},
	} {
		f, ok := readLLMNR(c.in, netip.MustParseAddr(c.from))
		if ok != (c.want != "") || f.Fields["name"] != c.want {
			t.Errorf("%s: %v, %v; want %q", name, f.Fields, ok, c.want)
		}
	}
}

// two is a scope with two connections, of which the second has no IPv6.
func two() scanner.Scope {
	s := scantest.Home(scanner.ModeQuiet, time.Second)
	s.Interfaces = append(s.Interfaces, scanner.Interface{Name: "wlan0", Index: 3, Networks: []netip.Prefix{netip.MustParsePrefix("10.1.0.9/24")}})
	s.Prefixes = append(s.Prefixes, netip.MustParsePrefix("10.1.0.0/24"))
	return s
}

// A question about an address is heard only on the network it lies on, nobody is asked by the wrong family,
// and an address that stands for everybody is asked nothing.
func TestSource_Follow_onlyItsNetwork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, links := &scantest.Network{}, map[string]int{}
		n.Answer = func(g scanner.Group, sent []byte) []scantest.Packet {
			m := new(dns.Msg)
			if err := m.Unpack(sent); err != nil || len(m.Question) != 1 {
				t.Errorf("sent %x", sent)
				return nil
			}
			links[fmt.Sprint(g.V6.IsValid())+" "+m.Question[0].Name]++
			return nil
		}
		seen := make(chan netip.Addr, 20)
		for _, a := range []string{
			"192.168.7.5", "10.1.0.5", "fe80::5%eth0", "192.168.7.255", "192.168.7.0", "10.1.0.255", "224.0.0.251", "fe80::6%docker0", "ff02::1%eth0", "10.1.0.9",
		} {
			seen <- netip.MustParseAddr(a)
		}
		close(seen)
		o := New(n).Follow(t.Context(), two(), seen, func(scanner.Sighting) {})
		want := map[string]int{"false 5.7.168.192.in-addr.arpa.": 1, "false 5.0.1.10.in-addr.arpa.": 1}
		six, _ := dns.ReverseAddr("fe80::5")
		want["true "+six] = 1
		if fmt.Sprint(links) != fmt.Sprint(want) || o.State != scanner.LookedNothing || len(o.Limits) != 0 {
			t.Errorf("asked %v, want %v; outcome %+v", links, want, o)
		}
		if to := n.SentTo(); len(to) != 2 || to[0].From != "192.168.7.5" || to[1].From != "10.1.0.5" {
			t.Errorf("NetBIOS asked %v", to)
		}
	})
}

// Answers of who was not asked, answers after the end and floods change nothing.
func TestSource_Follow_strangers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &scantest.Network{AnswerTo: func(_ scanner.Group, _ netip.Addr, _ []byte) (out []scantest.Packet) {
			for range mostMessages + 100 {
				out = append(out, scantest.Packet{From: "192.168.7.66", Payload: status("EVIL|00")})
			}
			return append(out, scantest.Packet{From: "192.168.7.5", Payload: status("LATE|00")})
		}}
		seen := make(chan netip.Addr, 1)
		seen <- netip.MustParseAddr("192.168.7.5")
		close(seen)
		got := &scantest.Sightings{}
		o := New(n).Follow(t.Context(), scantest.Home(scanner.ModeQuiet, time.Second), seen, got.Emit)
		if got.Count() != 0 || len(o.Limits) != 1 || o.Limits[0] != scanner.ReasonTooManyAnswers {
			t.Errorf("%d sightings, outcome %+v", got.Count(), o)
		}
	})
}

// Stopped at any moment, nothing goes on; listening opens nothing at all.
func TestSource_Follow_stopped(t *testing.T) {
	for _, mode := range scanner.Modes() {
		for _, after := range []time.Duration{0, 100 * time.Millisecond, time.Second} {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				time.AfterFunc(after, cancel)
				n, seen := &scantest.Network{}, make(chan netip.Addr)
				go func() {
					for host := range 200 {
						select {
						case seen <- netip.AddrFrom4([4]byte{192, 168, 7, byte(30 + host)}):
							time.Sleep(20 * time.Millisecond)
						case <-ctx.Done():
							return
						}
					}
				}()
				began := time.Now()
				New(n).Follow(ctx, scantest.Home(mode, time.Minute), seen, func(scanner.Sighting) {})
				if took := time.Since(began); took > after {
					t.Errorf("%s stopped after %v: took %v", mode, after, took)
				}
				if mode == scanner.ModeListen && len(n.Opened()) != 0 {
					t.Errorf("listening opened %v", n.Opened())
				}
				sent := len(n.Sent()) + len(n.SentTo())
				time.Sleep(time.Minute)
				if len(n.Sent())+len(n.SentTo()) != sent {
					t.Errorf("%s stopped after %v: went on", mode, after)
				}
			})
		}
	}
	o := New(&scantest.Network{}).Observe(t.Context(), scantest.Home(scanner.ModeListen, time.Second), nil)
	if o.Reason != scanner.ReasonListenOnly {
		t.Errorf("outcome %+v", o)
	}
}
