package gateway

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/miekg/dns"

	"keyholder/scanner"
	"keyholder/scanner/scantest"
)

// Names as routers give them. A name that holds numbers is a name, unless they are the address itself.
func TestNameIn_routers(t *testing.T) {
	for in, want := range map[string]string{
		"Galaxy-S21-5G.speedport.ip.": "Galaxy-S21-5G", "amazon-0a1b2c3d4.lan.": "amazon-0a1b2c3d4", "MacBook-Air-2.fritz.box.": "MacBook-Air-2",
		"192-168-7-5.": "", "ip192-168-7-5.isp.example.": "", "host-192-168-7-5.x.": "", "5-7-168-192.dyn.": "", "dhcp-192-168-7-5-pool.x.": "",
		"Cam-1-2-3-4.lan.": "Cam-1-2-3-4", "Room-12-0-0-1.": "Room-12-0-0-1", "1-2-3-4.lan.": "1-2-3-4", "unit-192-168-7-50.lan.": "unit-192-168-7-50",
		`a\.b.lan.`: "a.b", `K\195\188che.`: "Küche", `\000\027x.`: "\x00\x1bx", `end\\.lan.`: `end\`,
	} {
		if got := NameIn(answerWith(in), "5.7.168.192.in-addr.arpa."); got != want {
			t.Errorf("%s: %q, want %q", in, got, want)
		}
	}
	if got := NameIn(answerWith("192-168-7-5.x.", "Den.lan."), "5.7.168.192.IN-ADDR.ARPA."); got != "Den" {
		t.Errorf("the second of two names: %q", got)
	}
	m := answerWith()
	m.Answer = append(m.Answer, &dns.CNAME{Hdr: dns.RR_Header{Name: "5.7.168.192.in-addr.arpa."}, Target: "x."})
	if got := NameIn(m, "5.7.168.192.in-addr.arpa."); got != "" {
		t.Errorf("an alias is a name: %q", got)
	}
}

// Each address is asked about, one lost question is asked again, and a name nobody gave is not told.
func TestSource_Follow_lossy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		tries := map[netip.Addr]int{}
		s := at("192.168.7.1", func(about netip.Addr) (string, error) {
			mu.Lock()
			defer mu.Unlock()
			tries[about]++
			switch host := about.As4()[3]; {
			case tries[about] == 1:
				return "", errNoAnswer
			case host%2 == 0:
				return "", nil
			default:
				return fmt.Sprintf("thing-%d", host), nil
			}
		})
		var seen []string
		for n := 30; n < 50; n++ {
			seen = append(seen, fmt.Sprintf("192.168.7.%d", n))
		}
		got, o := observe(t, s, scanner.ModeQuiet, seen...)
		if got.Count() != 11 || o.State != scanner.Looked || len(o.Limits) != 0 || len(tries) != 20 {
			t.Errorf("%d sightings about %d addresses, outcome %+v", got.Count(), len(tries), o)
		}
		for about, n := range tries {
			if n != 2 {
				t.Errorf("asked %d times about %s", n, about)
			}
		}
	})
}

// Only so many questions are asked at once and in all; more are said to be too many.
func TestSource_Follow_bounds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked, atOnce, most atomic.Int64
		scope := scantest.Home(scanner.ModeQuiet, time.Minute)
		scope.Interfaces[0].Networks = []netip.Prefix{netip.MustParsePrefix("10.0.0.20/8")}
		scope.Prefixes = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
		s := at("10.0.0.1", func(netip.Addr) (string, error) {
			asked.Add(1)
			if now := atOnce.Add(1); now > most.Load() {
				most.Store(now)
			}
			time.Sleep(time.Millisecond)
			atOnce.Add(-1)
			return "x", nil
		})
		seen := make(chan netip.Addr)
		go func() {
			defer close(seen)
			for n := range mostQueries + 300 {
				seen <- netip.AddrFrom4([4]byte{10, 1, byte(n >> 8), byte(n)})
			}
		}()
		o := s.Follow(t.Context(), scope, seen, func(scanner.Sighting) {})
		if asked.Load() != mostQueries || most.Load() > queriesAtOnce || !slices.Contains(o.Limits, scanner.ReasonTooManyAnswers) {
			t.Errorf("%d questions, %d at once, outcome %+v", asked.Load(), most.Load(), o)
		}
	})
}

// A router that cannot be found, or stands in no chosen network, is said; addresses that come all the same
// are taken, so that nobody waits.
func TestSource_Follow_noWay(t *testing.T) {
	for name, s := range map[string]*Source{
		"none found":      {discover: func() (netip.Addr, error) { return netip.Addr{}, errors.New("no default route") }},
		"through a VPN":   at("10.8.0.1", nil),
		"on the internet": at("1.1.1.1", nil),
		"nobody's":        at("192.168.7.255", nil),
	} {
		synctest.Test(t, func(t *testing.T) {
			seen := make(chan netip.Addr)
			go func() {
				defer close(seen)
				for range 100 {
					seen <- netip.MustParseAddr("192.168.7.5")
				}
			}()
			o := s.Follow(t.Context(), scantest.Home(scanner.ModeQuiet, time.Second), seen, func(scanner.Sighting) { t.Errorf("%s: a sighting", name) })
			if o.State != scanner.CouldNotLook || o.Reason != scanner.ReasonNoGateway {
				t.Errorf("%s: %+v", name, o)
			}
		})
	}
}

// Stopped at any moment, also while the router lets questions hang, nothing goes on.
func TestSource_Follow_stopped(t *testing.T) {
	for _, after := range []time.Duration{0, 100 * time.Millisecond, 3 * time.Second} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(after, cancel)
			var asked atomic.Int64
			s := &Source{
				discover: func() (netip.Addr, error) { return netip.MustParseAddr("192.168.7.1"), nil },
				ask: func(ctx context.Context, _, _ netip.Addr) (string, error) {
					asked.Add(1)
					<-ctx.Done()
					return "", ctx.Err()
				},
			}
			seen := make(chan netip.Addr)
			go func() {
				for n := range 200 {
					select {
					case seen <- netip.AddrFrom4([4]byte{192, 168, 7, byte(21 + n)}):
					case <-ctx.Done():
						return
					}
				}
			}()
			s.Follow(ctx, scantest.Home(scanner.ModeQuiet, time.Minute), seen, func(scanner.Sighting) {})
			before := asked.Load()
			time.Sleep(time.Minute)
			if asked.Load() != before || before > 2*queriesAtOnce {
				t.Errorf("stopped after %v: %d questions, later %d", after, before, asked.Load())
			}
		})
	}
	if o := at("192.168.7.1", nil).Observe(t.Context(), scantest.Home(scanner.ModeListen, time.Second), func(scanner.Sighting) {}); o.State != scanner.Looked {
		t.Errorf("outcome %+v", o)
	}
}

// The question goes to the router itself and an answer of anything else is none.
func TestAskName(t *testing.T) {
	handler := dns.HandlerFunc(func(w dns.ResponseWriter, q *dns.Msg) {
		m := new(dns.Msg)
		m.SetReply(q)
		switch q.Question[0].Name {
		case "5.7.168.192.in-addr.arpa.":
			m.Answer = []dns.RR{&dns.PTR{Hdr: dns.RR_Header{Name: q.Question[0].Name, Rrtype: dns.TypePTR, Class: 1}, Ptr: "Den.lan."}}
		case "6.7.168.192.in-addr.arpa.":
			m.Rcode = dns.RcodeNameError
		case "7.7.168.192.in-addr.arpa.":
			m.Id++
		default:
			return
		}
		_ = w.WriteMsg(m)
	})
	server := &dns.Server{Addr: "127.0.0.1:53", Net: "udp", Handler: handler, NotifyStartedFunc: func() {}}
	ready := make(chan error, 1)
	server.NotifyStartedFunc = func() { ready <- nil }
	go func() { ready <- server.ListenAndServe() }()
	if err := <-ready; err != nil {
		t.Skip("this computer does not let a test answer on port 53")
	}
	defer func() { _ = server.Shutdown() }()
	router := netip.MustParseAddr("127.0.0.1")
	for about, want := range map[string]string{"192.168.7.5": "Den", "192.168.7.6": "", "192.168.7.7": "no answer", "192.168.7.8": "no answer"} {
		name, err := askName(t.Context(), router, netip.MustParseAddr(about))
		if err != nil {
			name = "no answer"
		}
		if name != want {
			t.Errorf("about %s: %q, %v; want %q", about, name, err, want)
		}
	}
}
