package mdns

import (
	"context"
	"errors"
	"fmt"
	"net"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/grandcat/zeroconf"
	"github.com/miekg/dns"

	"keyholder/scanner"
	"keyholder/scanner/scantest"
)

func header(name string, kind uint16, ttl uint32) dns.RR_Header {
	return dns.RR_Header{Name: name, Rrtype: kind, Class: dns.ClassINET, Ttl: ttl}
}

func ptr(name, to string) dns.RR {
	return &dns.PTR{Hdr: header(name, dns.TypePTR, 4500), Ptr: to}
}

func srv(name, target string, port uint16) dns.RR {
	return &dns.SRV{Hdr: header(name, dns.TypeSRV, 120), Target: target, Port: port}
}

func txt(name string, entries ...string) dns.RR {
	return &dns.TXT{Hdr: header(name, dns.TypeTXT, 4500), Txt: entries}
}

func a(name, addr string) dns.RR {
	return &dns.A{Hdr: header(name, dns.TypeA, 120), A: net.ParseIP(addr)}
}

func packet(t *testing.T, rrs ...dns.RR) []byte {
	t.Helper()
	m := new(dns.Msg)
	m.Response, m.Compress, m.Answer = true, true, rrs
	p, err := m.Pack()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// shortCheck leaves one second after the time that is kept for telling.
const shortCheck = 1500 * time.Millisecond

// observe runs one short check on a made-up network.
func observe(t *testing.T, n *scantest.Network, mode scanner.Mode) (*scantest.Sightings, scanner.Outcome) {
	t.Helper()
	scope := scantest.Home(mode, shortCheck)
	ctx, cancel := deadline(t, shortCheck)
	defer cancel()
	got := &scantest.Sightings{}
	o := (&Source{network: n}).Observe(ctx, scope, got.Emit)
	return got, o
}

// TestSource_Observe_timeUp: a check that is too short for all rounds of questions says so.
func TestSource_Observe_timeUp(t *testing.T) {
	for budget, want := range map[time.Duration]int{scanner.MinimumBudget: 1, 4 * time.Second: 1, scanner.DefaultBudget: 0} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), budget)
			defer cancel()
			o := (&Source{network: &scantest.Network{}}).Observe(ctx, scantest.Home(scanner.ModeQuiet, budget), func(scanner.Sighting) {})
			if o.State != scanner.LookedNothing || len(o.Limits) != want {
				t.Errorf("%v: outcome %+v", budget, o)
			}
		})
	}
}

// bridge answers like a host with many instances of one type: the pointers come in one packet, the
// details only when asked for.
func bridge(t *testing.T, count int) func(scanner.Group, []byte) []scantest.Packet {
	return func(_ scanner.Group, sent []byte) (out []scantest.Packet) {
		m := new(dns.Msg)
		if err := m.Unpack(sent); err != nil {
			t.Errorf("sent a packet that cannot be read: %v", err)
		}
		for _, q := range m.Question {
			var rrs []dns.RR
			switch {
			case q.Name == metaQuery:
				rrs = []dns.RR{ptr(metaQuery, "_childlamp._tcp.local.")}
			case q.Name == "_childlamp._tcp.local.":
				for n := range count {
					rrs = append(rrs, ptr(q.Name, fmt.Sprintf("Lamp %d._childlamp._tcp.local.", n)))
				}
			case q.Qtype == dns.TypeSRV:
				rrs = []dns.RR{srv(q.Name, "bridge.local.", 9000)}
			case q.Qtype == dns.TypeTXT:
				rrs = []dns.RR{txt(q.Name, "md=Lamp")}
			case q.Qtype == dns.TypeA:
				rrs = []dns.RR{a("bridge.local.", "192.168.7.13")}
			default:
				continue
			}
			out = append(out, scantest.Packet{From: "192.168.7.13", Payload: packet(t, rrs...)})
		}
		return out
	}
}

func TestSource_Observe_manyInstances(t *testing.T) {
	t.Parallel()
	for _, count := range []int{1, 60, 100} {
		t.Run(fmt.Sprint(count), func(t *testing.T) {
			t.Parallel()
			n := &scantest.Network{Answer: bridge(t, count)}
			got, o := observe(t, n, scanner.ModeQuiet)
			complete := 0
			for _, f := range got.Facts("192.168.7.13") {
				if f.Fields["txt.md"] == "Lamp" && f.Fields["host"] == "bridge.local" && f.Fields["type"] == "_childlamp._tcp" {
					complete++
				}
			}
			if complete != count || o.State != scanner.Looked {
				t.Errorf("%d of %d instances complete, outcome %+v", complete, count, o)
			}
			if sent := len(n.Sent()); sent > 60 {
				t.Errorf("%d packets were sent for %d instances", sent, count)
			}
		})
	}
}

func TestSource_Observe_listenSendsNothing(t *testing.T) {
	t.Parallel()
	n := &scantest.Network{Announce: []scantest.Packet{
		{From: "192.168.7.5", Payload: packet(t, ptr("_hap._tcp.local.", "Lock._hap._tcp.local."), srv("Lock._hap._tcp.local.", "lock.local.", 1), txt("Lock._hap._tcp.local.", "ci=6"))},
		{From: "10.9.9.9", Payload: packet(t, ptr("_hap._tcp.local.", "Outside._hap._tcp.local."))},
	}}
	got, o := observe(t, n, scanner.ModeListen)
	if len(n.Sent()) != 0 {
		t.Errorf("%d packets were sent", len(n.Sent()))
	}
	for _, g := range n.Opened() {
		if !g.Silent {
			t.Error("a session that could send was opened")
		}
	}
	facts := got.Facts("192.168.7.5")
	if len(facts) != 1 || facts[0].Fields["txt.ci"] != "6" || facts[0].Fields["name"] != "Lock" {
		t.Errorf("facts %v", facts)
	}
	if len(got.Facts("10.9.9.9")) != 0 {
		t.Error("a packet from outside the scope was used")
	}
	if o.State != scanner.Looked || len(o.Limits) == 0 || o.Limits[0] != scanner.ReasonListenOnly {
		t.Errorf("outcome %+v", o)
	}
}

func TestSource_Observe_goodbye(t *testing.T) {
	t.Parallel()
	bye := &dns.PTR{Hdr: header("_hap._tcp.local.", dns.TypePTR, 0), Ptr: "Lock._hap._tcp.local."}
	n := &scantest.Network{Announce: []scantest.Packet{{From: "192.168.7.5", Payload: packet(t, bye)}}}
	got, _ := observe(t, n, scanner.ModeListen)
	facts := got.Facts("192.168.7.5")
	if len(facts) != 1 || facts[0].Fields["gone"] != "yes" {
		t.Errorf("facts %v", facts)
	}
}

// TestSource_Observe_cannotSpeakForOthers: two senders use one name; each keeps its own words, and a
// sender that claims another's address is marked.
func TestSource_Observe_cannotSpeakForOthers(t *testing.T) {
	t.Parallel()
	name := "Front Door._hap._tcp.local."
	said := func(host, addr, md string) []byte {
		return packet(t, ptr("_hap._tcp.local.", name), srv(name, host, 1), txt(name, "md="+md), a(host, addr))
	}
	n := &scantest.Network{Announce: []scantest.Packet{
		{From: "192.168.7.66", Payload: said("liar.local.", "192.168.7.5", "Teapot")},
		{From: "192.168.7.5", Payload: said("lock.local.", "192.168.7.5", "Lock")},
	}}
	got, _ := observe(t, n, scanner.ModeListen)
	var own, relayed int
	for _, f := range got.Facts("192.168.7.5") {
		switch {
		case f.Fields["txt.md"] == "Lock" && f.Fields["relayed"] == "":
			own++
		case f.Fields["txt.md"] == "Teapot" && f.Fields["relayed"] == "yes":
			relayed++
		}
	}
	if own != 1 || relayed != 1 {
		t.Errorf("own %d, relayed %d: %v", own, relayed, got.Facts("192.168.7.5"))
	}
}

func TestSource_Observe_hostile(t *testing.T) {
	t.Parallel()
	n := &scantest.Network{}
	for _, p := range hostilePackets() {
		n.Announce = append(n.Announce, scantest.Packet{From: "192.168.7.66", Payload: p})
	}
	var huge []string
	for range 250 {
		huge = append(huge, strings.Repeat("x", 250))
	}
	n.Announce = append(n.Announce,
		scantest.Packet{From: "192.168.7.67", Payload: packet(t, txt("Big._http._tcp.local.", huge...))},
		scantest.Packet{From: "192.168.7.68", Payload: packet(t, ptr("_http._tcp.local.", `\226\128\174gnp\.<script>._http._tcp.local.`))})
	got, _ := observe(t, n, scanner.ModeListen)
	total := 0
	for _, f := range got.Facts("192.168.7.67") {
		for _, v := range f.Fields {
			total += len(v)
		}
	}
	if total > mostKeys*(longestValue+longestKey) {
		t.Errorf("kept %d bytes of a huge record", total)
	}
	facts := got.Facts("192.168.7.68")
	if len(facts) != 1 || scanner.SafeText(facts[0].Fields["name"]) != "gnp.<script>" {
		t.Errorf("facts %q", facts)
	}
}

// TestSource_Observe_flood: ten thousand senders with a hundred names are bounded, said, and do not
// make this computer flood the network.
func TestSource_Observe_flood(t *testing.T) {
	n := &scantest.Network{}
	for i := range 10000 {
		name := fmt.Sprintf("Fake %d._http._tcp.local.", i)
		n.Announce = append(n.Announce, scantest.Packet{
			From: fmt.Sprintf("fe80::%x:1%%eth0", i), Payload: packet(t, ptr("_http._tcp.local.", name)),
		})
	}
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	got, o := observe(t, n, scanner.ModeQuiet)
	runtime.GC()
	runtime.ReadMemStats(&after)
	if !slices.Contains(o.Limits, scanner.ReasonTooManyAnswers) {
		t.Errorf("outcome %+v", o)
	}
	if got.Count() < mostSpeakers {
		t.Errorf("%d sightings", got.Count())
	}
	if sent := len(n.Sent()); sent > 300 {
		t.Errorf("%d packets were sent", sent)
	}
	if used := int64(after.HeapAlloc) - int64(before.HeapAlloc); used > 60<<20 {
		t.Errorf("the flood holds %d MiB", used>>20)
	}
}

func TestCache_bounds(t *testing.T) {
	c := newCache(scantest.Home(scanner.ModeQuiet, time.Second), func(scanner.Sighting) {})
	for i := range mostSpeakers + 500 {
		c.hear(scanner.Datagram{From: addrPort(fmt.Sprintf("fe80::%x:1%%eth0", i)), Payload: packet(t)})
	}
	for i := range mostOfSpeaker + 50 {
		c.hear(scanner.Datagram{From: addrPort("fe80::1:1%eth0"), Payload: packet(t, ptr("_a._tcp.local.", fmt.Sprintf("N%d._a._tcp.local.", i)))})
	}
	if _, speakers, crowded := c.heard(); speakers != mostSpeakers || !crowded || c.instances != mostOfSpeaker {
		t.Errorf("%d speakers, %d instances, crowded %v", speakers, c.instances, crowded)
	}
}

func TestSource_Observe_portTaken(t *testing.T) {
	t.Parallel()
	n := &scantest.Network{
		Answer: bridge(t, 2),
		OpenErr: func(g scanner.Group) error {
			if g.Join {
				return fmt.Errorf("opening: %w", syscall.EADDRINUSE)
			}
			return nil
		},
	}
	got, o := observe(t, n, scanner.ModeQuiet)
	if o.State != scanner.Looked || len(got.Facts("192.168.7.13")) != 2 {
		t.Errorf("outcome %+v, facts %v", o, got.Facts("192.168.7.13"))
	}
}

func TestSource_Observe_couldNot(t *testing.T) {
	t.Parallel()
	n := &scantest.Network{SendErr: fmt.Errorf("sending: %w", syscall.EHOSTUNREACH)}
	if _, o := observe(t, n, scanner.ModeQuiet); o.State != scanner.CouldNotLook || o.Reason != scanner.ReasonMulticastBlocked {
		t.Errorf("outcome %+v", o)
	}
	n = &scantest.Network{OpenErr: func(scanner.Group) error { return errors.ErrUnsupported }}
	if _, o := observe(t, n, scanner.ModeListen); o.State != scanner.CouldNotLook || o.Reason != scanner.ReasonUnsupportedOS {
		t.Errorf("outcome %+v", o)
	}
}

// TestCache_fill: the browser completes what the listener has, and what only the browser heard is
// marked as unproven.
func TestCache_fill(t *testing.T) {
	got := &scantest.Sightings{}
	c := newCache(scantest.Home(scanner.ModeQuiet, time.Second), got.Emit)
	c.hear(scanner.Datagram{From: addrPort("192.168.7.5"), Payload: packet(t, ptr("_hap._tcp.local.", "Lock._hap._tcp.local."))})
	entry := func(name, addr string) *zeroconf.ServiceEntry {
		e := zeroconf.NewServiceEntry(name, "_hap._tcp", "local.")
		e.HostName, e.Port, e.Text, e.AddrIPv4 = "h.local.", 8, []string{"ci=6"}, []net.IP{net.ParseIP(addr)}
		return e
	}
	c.fill(entry("Lock", "192.168.7.5"))
	c.fill(entry("Bell", "192.168.7.6"))
	c.fill(entry("Outside", "8.8.8.8"))
	c.tell(true)
	if f := got.Facts("192.168.7.5"); len(f) != 1 || f[0].Fields["txt.ci"] != "6" || f[0].Fields["relayed"] != "" {
		t.Errorf("completed: %v", f)
	}
	if f := got.Facts("192.168.7.6"); len(f) != 1 || f[0].Fields["relayed"] != "yes" {
		t.Errorf("added: %v", f)
	}
	if f := got.Facts("8.8.8.8"); f != nil {
		t.Errorf("outside the scope: %v", f)
	}
}
