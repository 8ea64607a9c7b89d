package mdns

import (
	"bytes"
	"context"
	"encoding/binary"
	"math/rand/v2"
	"net"
	"net/netip"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/grandcat/zeroconf"
	"github.com/miekg/dns"

	"keyholder/scanner"
	"keyholder/scanner/scantest"
)

// wireName writes labels as they travel.
func wireName(labels ...string) (b []byte) {
	for _, l := range labels {
		b = append(append(b, byte(len(l))), l...)
	}
	return append(b, 0)
}

func wireRecord(name []byte, kind uint16, data []byte) []byte {
	b := binary.BigEndian.AppendUint16(bytes.Clone(name), kind)
	b = append(b, 0, 1, 0, 0, 0, 120)
	return append(binary.BigEndian.AppendUint16(b, uint16(len(data))), data...)
}

// wirePacket writes an answer whose last records are further ones.
func wirePacket(further int, records ...[]byte) []byte {
	b := []byte{0, 0, 0x84, 0, 0, 0}
	b = binary.BigEndian.AppendUint16(b, uint16(len(records)-further))
	b = append(b, 0, 0)
	b = binary.BigEndian.AppendUint16(b, uint16(further))
	return append(b, bytes.Join(records, nil)...)
}

// One record that cannot be read does not cost a device all the others of its packet.
func TestRecords_oneFault(t *testing.T) {
	kind := wireName("_hap", "_tcp", "local")
	name := wireName("Lock", "_hap", "_tcp", "local")
	good := [][]byte{wireRecord(kind, dns.TypePTR, name), wireRecord(name, dns.TypeTXT, []byte("\x04ci=6"))}
	for what, bad := range map[string][]byte{
		"a bit map that is none":       wireRecord(name, dns.TypeNSEC, append(bytes.Clone(name), 0, 200, 1)),
		"an address of three bytes":    wireRecord(wireName("lock", "local"), dns.TypeA, []byte{192, 168, 7}),
		"a text longer than its place": wireRecord(name, dns.TypeTXT, []byte{200, 'a'}),
		"a length beyond the end":      wireRecord(name, dns.TypeA, []byte{1, 2, 3, 4})[:len(name)+12],
		"a name that never ends":       {0xc0, 0xff},
		"cut in the middle":            wireRecord(name, dns.TypeSRV, []byte{0, 0, 0, 0, 0, 5, 4, 'l', 'o'})[:len(name)+8],
	} {
		for place, p := range map[string][]byte{
			"among the further": wirePacket(1, append(bytes.Clone(good[0]), good[1]...), bad),
			"after the answers": wirePacket(0, good[0], good[1], bad),
		} {
			if place == "among the further" {
				binary.BigEndian.PutUint16(p[6:], 2)
			}
			got := &scantest.Sightings{}
			c := newCache(scantest.Home(scanner.ModeListen, time.Second), got.Emit)
			c.hear(scanner.Datagram{From: addrPort("192.168.7.5"), Payload: p})
			c.tell(true)
			f := got.Facts("192.168.7.5")
			if len(f) != 1 || f[0].Fields["name"] != "Lock" || f[0].Fields["txt.ci"] != "6" {
				t.Errorf("%s, %s: %v", what, place, f)
			}
		}
	}
}

// What stands behind a record that cannot be read is read as well, as long as that one says where it ends.
func TestRecords_behindAFault(t *testing.T) {
	kind, name := wireName("_hap", "_tcp", "local"), wireName("Lock", "_hap", "_tcp", "local")
	bad := wireRecord(name, dns.TypeNSEC, append(bytes.Clone(name), 0, 200, 1))
	rrs, answers, ok := records(wirePacket(0, bad, wireRecord(kind, dns.TypePTR, name), bad, wireRecord(name, dns.TypeTXT, []byte("\x04ci=6"))))
	if !ok || !answers || len(rrs) != 2 || rrs[0].Header().Rrtype != dns.TypePTR || rrs[1].Header().Rrtype != dns.TypeTXT {
		t.Errorf("%v, %v: %v", answers, ok, rrs)
	}
	if rrs, _, ok := records(wirePacket(0, bad, bad)); !ok || len(rrs) != 0 {
		t.Errorf("two that cannot be read: %v, %v", rrs, ok)
	}
}

// A packet that is filled up with zeros or followed by others is read to its end.
func TestRecords_afterTheEnd(t *testing.T) {
	p := packet(t, ptr("_hap._tcp.local.", "Lock._hap._tcp.local."))
	for name, tail := range map[string]string{"zeros": strings.Repeat("\x00", 400), "a second packet": string(p), "text": "GET / HTTP/1.1"} {
		rrs, answers, ok := records(append(bytes.Clone(p), tail...))
		if !ok || !answers || len(rrs) != 1 {
			t.Errorf("%s: %d records, %v, %v", name, len(rrs), answers, ok)
		}
	}
	for n := range len(p) {
		if rrs, _, _ := records(p[:n]); len(rrs) > 1 {
			t.Errorf("cut after %d bytes: %d records", n, len(rrs))
		}
	}
}

// More records than anybody has are cut off.
func TestRecords_tooMany(t *testing.T) {
	one := wireRecord(wireName("a"), dns.TypeA, []byte{1, 2, 3, 4})
	var many [][]byte
	for range 900 {
		many = append(many, one)
	}
	if rrs, _, ok := records(wirePacket(300, many...)); !ok || len(rrs) != mostRecords {
		t.Errorf("%d records, %v", len(rrs), ok)
	}
}

// Whatever bytes a name is made of, it comes out as it went in, and the questions about it can be sent:
// one name that nobody can ask about must not swallow the questions about others.
func TestNames_anyBytes(t *testing.T) {
	for seed := range uint64(400) {
		r := rand.New(rand.NewPCG(seed, 9))
		label := make([]byte, 1+r.IntN(63))
		for i := range label {
			label[i] = byte(r.IntN(256))
			if r.IntN(3) == 0 {
				label[i] = `\." 0123@`[r.IntN(9)]
			}
		}
		name := wireName(string(label), "_hap", "_tcp", "local")
		got := &scantest.Sightings{}
		c := newCache(scantest.Home(scanner.ModeQuiet, time.Second), got.Emit)
		c.hear(scanner.Datagram{From: addrPort("192.168.7.5"), Payload: wirePacket(0, wireRecord(wireName("_hap", "_tcp", "local"), dns.TypePTR, name))})
		questions := append(c.missing(time.Now()), question("_other._tcp.local.", dns.TypePTR))
		asked := 0
		for _, p := range packQuestions(questions) {
			m := new(dns.Msg)
			if err := m.Unpack(p); err != nil || len(p) > 1400 {
				t.Fatalf("seed %d: sends %d bytes that cannot be read: %v", seed, len(p), err)
			}
			asked += len(m.Question)
		}
		if asked != len(questions) || asked != 3 {
			t.Fatalf("seed %d: %d of %d questions are sent for %q", seed, asked, len(questions), label)
		}
		c.tell(true)
		if f := got.Facts("192.168.7.5"); len(f) != 1 || f[0].Fields["name"] != string(label) {
			t.Fatalf("seed %d: %q came out of %q", seed, f, label)
		}
	}
}

// A question that cannot be written is left out alone.
func TestPackQuestions_oneBad(t *testing.T) {
	long := strings.Repeat("x", 70)
	questions := []dns.Question{
		question("_hap._tcp.local.", dns.TypePTR), question(long+"._hap._tcp.local.", dns.TypeSRV), question("_ipp._tcp.local.", dns.TypePTR),
		question(strings.Repeat("abcdefghi.", 40), dns.TypeA), question("no dot at the end", dns.TypeA), question("_http._tcp.local.", dns.TypePTR),
	}
	var names []string
	for _, p := range packQuestions(questions) {
		m := new(dns.Msg)
		if err := m.Unpack(p); err != nil {
			t.Fatal(err)
		}
		for _, q := range m.Question {
			names = append(names, q.Name)
		}
	}
	if got := strings.Join(names, " "); got != "_hap._tcp.local. _ipp._tcp.local. _http._tcp.local." {
		t.Errorf("asks %q", got)
	}
}

// TXT as devices write it: keys in any case, values with the sign, bytes that are no text.
func TestTextFields_oddities(t *testing.T) {
	for in, want := range map[string]string{
		"MD=Lock": "md=Lock", "a=b=c": "a=b=c", "empty=": "empty=", "=x": "", "": "", "k\x01=v": "", "sp ace=v": "sp ace=v",
		`quote=\"x\"`: `quote="x"`, `back=\\x`: `back=\x`, `\195\188=v`: "", `n=\195\188`: "n=ü", `cut=\19`: "cut=19", `end=\`: `end=\`,
		strings.Repeat("k", longestKey+1) + "=v": "",
	} {
		got := ""
		for k, v := range textFields([]string{in}) {
			got += k + "=" + v
		}
		if got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// A check in this protocol can be stopped at any moment and leaves nothing behind, in every mode.
func TestSource_Observe_stopped(t *testing.T) {
	for _, mode := range []scanner.Mode{scanner.ModeListen, scanner.ModeQuiet, scanner.ModeFull} {
		for _, after := range []time.Duration{0, 50 * time.Millisecond, 1300 * time.Millisecond, 2500 * time.Millisecond, 4 * time.Second} {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), 6*time.Second)
				defer cancel()
				time.AfterFunc(after, cancel)
				n := &scantest.Network{Announce: []scantest.Packet{{From: "192.168.7.5", Payload: packet(t, ptr("_hap._tcp.local.", lock))}}}
				got := &scantest.Sightings{}
				(&Source{network: n}).Observe(ctx, scantest.Home(mode, 6*time.Second), got.Emit)
				told, sent := got.Count(), len(n.Sent())
				if mode == scanner.ModeListen && sent != 0 {
					t.Errorf("%d packets were sent while listening", sent)
				}
				time.Sleep(10 * time.Second)
				if got.Count() != told || len(n.Sent()) != sent {
					t.Errorf("%s stopped after %v: went on", mode, after)
				}
			})
		}
	}
}

// When nothing at all comes back through the group, the questions go out once more from a port of our
// own; when something comes back they do not.
func TestSource_Observe_fallsBack(t *testing.T) {
	for _, silent := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 6*time.Second)
			defer cancel()
			n := &scantest.Network{Answer: func(g scanner.Group, sent []byte) []scantest.Packet {
				if g.Join == silent {
					return nil
				}
				return bridge(t, 2)(g, sent)
			}}
			got := &scantest.Sightings{}
			o := (&Source{network: n}).Observe(ctx, scantest.Home(scanner.ModeQuiet, 6*time.Second), got.Emit)
			if own := len(n.Opened()) == 2; own != silent || o.State != scanner.Looked || len(got.Facts("192.168.7.13")) != 2 {
				t.Errorf("silent %v: opened %d sessions, outcome %+v, facts %v", silent, len(n.Opened()), o, got.Facts("192.168.7.13"))
			}
		})
	}
}

// The browser on a connection that hears nobody ends with its check: every channel is read to its end and
// no goroutine of the library stays.
func TestBrowser_endsWithItsCheck(t *testing.T) {
	links, err := net.Interfaces()
	if err != nil || len(links) == 0 || links[0].Flags&net.FlagLoopback == 0 {
		t.Skip("this computer has no loopback interface to browse on")
	}
	scope := scantest.Home(scanner.ModeQuiet, time.Second)
	scope.Interfaces[0].Index, scope.Interfaces[0].Name = links[0].Index, links[0].Name
	before := runtime.NumGoroutine()
	ctx, cancel := context.WithTimeout(t.Context(), 250*time.Millisecond)
	defer cancel()
	b := newBrowser(ctx, scope, func(*zeroconf.ServiceEntry) {})
	b.add([]string{"_hap._tcp", "_ipp._tcp", "_hap._tcp"})
	var many []string
	for n := range 100 {
		many = append(many, "_k"+strings.Repeat("x", n%20)+"._tcp")
	}
	b.add(many[:3])
	if len(b.started) > mostBrowsed || b.failed != nil && len(b.started) != 1 {
		t.Errorf("%d kinds browsed, %v", len(b.started), b.failed)
	}
	<-ctx.Done()
	b.wait()
	b.add([]string{"_late._tcp"})
	if b.started["_late._tcp"] {
		t.Error("browses after the end")
	}
	for range 100 {
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Errorf("%d goroutines, %d before", runtime.NumGoroutine(), before)
}

// The library keeps everything it hears: a flood of text ends browsing, and nothing is taken after that.
func TestBrowser_flood(t *testing.T) {
	taken := 0
	b := newBrowser(t.Context(), scantest.Home(scanner.ModeQuiet, time.Second), func(*zeroconf.ServiceEntry) { taken++ })
	e := entry("Lock", "lock.local.", nil, strings.Repeat("x", 64<<10))
	for range 100 {
		b.one(e)
	}
	if b.ctx.Err() == nil || taken == 0 || taken > mostText/(64<<10) {
		t.Errorf("%d taken, ended %v", taken, b.ctx.Err())
	}
	b.take = func(*zeroconf.ServiceEntry) { panic("a fault") }
	b.ctx, b.stop = context.WithCancel(t.Context())
	b.text.Store(0)
	b.one(e)
	defer func() {
		if recover() == nil {
			t.Error("a fault in the browser is not told")
		}
	}()
	b.wait()
}

// Whatever bytes a device sends, what is told of them is about a device of the check, never about this
// computer, everybody or a stranger, and is bounded.
func FuzzCache_hear(f *testing.F) {
	kind, name := wireName("_hap", "_tcp", "local"), wireName("Lock", "_hap", "_tcp", "local")
	target := append([]byte{0, 0, 0, 0, 0, 5}, wireName("lock", "local")...)
	for _, addr := range [][]byte{{192, 168, 7, 20}, {192, 168, 7, 255}, {8, 8, 8, 8}, {192, 168, 7, 9}} {
		f.Add(wirePacket(0, wireRecord(kind, dns.TypePTR, name), wireRecord(name, dns.TypeSRV, target), wireRecord(wireName("lock", "local"), dns.TypeA, addr)))
	}
	for _, p := range hostilePackets() {
		f.Add(p)
	}
	scope := scantest.Home(scanner.ModeQuiet, time.Second)
	f.Fuzz(func(t *testing.T, packet []byte) {
		told := 0
		c := newCache(scope, func(s scanner.Sighting) {
			told++
			for _, k := range s.Keys {
				a, err := netip.ParseAddr(k.Value)
				if err != nil || !scope.Covers(a) || scope.Own(a) {
					t.Fatalf("a sighting of %v", k)
				}
			}
			for _, fact := range s.Facts {
				for field, v := range fact.Fields {
					if len(v) > longestValue || len(field) > longestKey+4 {
						t.Fatalf("%d bytes in %q", len(v), field)
					}
				}
			}
		})
		c.hear(scanner.Datagram{From: addrPort("192.168.7.5"), Payload: packet})
		c.hear(scanner.Datagram{From: addrPort("fe80::5%eth0"), Payload: packet})
		packQuestions(c.missing(time.Now()))
		c.tell(true)
		if told > 2+2*mostOfSpeaker {
			t.Fatalf("%d sightings of two devices", told)
		}
	})
}
