package neighbour

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"keyholder/scanner"
	"keyholder/scanner/scantest"
)

// segment is a made-up network: an address gets into the table when it is asked.
type segment struct {
	mu     sync.Mutex
	alive  map[netip.Addr]string // address → hardware address
	table  []Entry
	asked  map[netip.Addr]int
	fail   error
	opened int
}

func newSegment(table ...Entry) *segment {
	return &segment{alive: map[netip.Addr]string{}, asked: map[netip.Addr]int{}, table: table}
}

func (s *segment) source() *Source {
	return &Source{
		read: func() ([]Entry, error) {
			s.mu.Lock()
			defer s.mu.Unlock()
			return slices.Clone(s.table), s.fail
		},
		send: func() (sender, error) {
			s.opened++
			return s, nil
		},
		echo: func(context.Context, scanner.Scope, func(netip.Addr)) bool { return true },
	}
}

func (s *segment) poke(a netip.Addr) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked[a]++
	if mac, ok := s.alive[a]; ok {
		s.table = append(s.table, Entry{Addr: a, MAC: mac, Index: 2, Confirmed: time.Now()})
	}
	return nil
}

func (s *segment) close() {}

func observe(t *testing.T, s *Source, scope scanner.Scope, seen ...string) (*scantest.Sightings, scanner.Outcome) {
	t.Helper()
	return scantest.Follow(t.Context(), 900*time.Millisecond, s, scope, seen...)
}

func TestSource_Follow(t *testing.T) {
	t.Parallel()
	lan := newSegment()
	lan.alive[netip.MustParseAddr("192.168.7.1")] = "98:9b:cb:10:20:01"
	lan.alive[netip.MustParseAddr("192.168.7.254")] = "3e:91:7c:0d:5e:01"
	lan.alive[netip.MustParseAddr("fe80::5%eth0")] = "18:b4:30:06:06:06"
	got, o := observe(t, lan.source(), scantest.Home(scanner.ModeQuiet, time.Second), "fe80::5%eth0", "8.8.8.8", "192.168.8.1")
	for _, a := range []string{"192.168.7.1", "192.168.7.254", "fe80::5%eth0"} {
		f := got.Facts(a)
		if len(f) != 1 || f[0].Fields["state"] != "answered" || f[0].Fields["mac"] != lan.alive[netip.MustParseAddr(a)] {
			t.Errorf("%s: %v", a, f)
		}
	}
	if o.State != scanner.Looked || len(o.Limits) != 0 {
		t.Errorf("outcome %+v", o)
	}
	if len(lan.asked) != 254 { // 254 hosts and one IPv6 address, without this computer
		t.Errorf("%d addresses asked", len(lan.asked))
	}
	for _, a := range []string{"192.168.7.0", "192.168.7.255", "192.168.7.20", "8.8.8.8", "192.168.8.1"} {
		if lan.asked[netip.MustParseAddr(a)] != 0 {
			t.Errorf("%s was asked", a)
		}
	}
}

func TestSource_Follow_listen(t *testing.T) {
	t.Parallel()
	lan := newSegment(
		Entry{Addr: netip.MustParseAddr("192.168.7.9"), MAC: "00:11:32:44:55:66", Index: 2, Confirmed: time.Now().Add(-time.Hour)},
		Entry{Addr: netip.MustParseAddr("172.17.0.2"), MAC: "00:11:32:44:55:67", Index: 5},
	)
	got, o := observe(t, lan.source(), scantest.Home(scanner.ModeListen, time.Second), "192.168.7.30")
	if f := got.Facts("192.168.7.9"); len(f) != 1 || f[0].Fields["state"] != "remembered" {
		t.Errorf("facts %v", f)
	}
	if got.Count() != 1 || lan.opened != 0 || len(lan.asked) != 0 || !slices.Contains(o.Limits, scanner.ReasonListenOnly) {
		t.Errorf("%d sightings, %d sockets, %d asked, outcome %+v", got.Count(), lan.opened, len(lan.asked), o)
	}
}

func TestSource_Follow_largeNetwork(t *testing.T) {
	t.Parallel()
	scope := scantest.Home(scanner.ModeQuiet, time.Second)
	scope.Interfaces[0].Networks = []netip.Prefix{netip.MustParsePrefix("10.3.77.20/8")}
	scope.Prefixes = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	lan := newSegment()
	_, o := observe(t, lan.source(), scope)
	if !slices.Contains(o.Limits, scanner.ReasonNetworkTooLarge) {
		t.Errorf("outcome %+v", o)
	}
	part := netip.MustParsePrefix("10.3.76.0/22")
	for a := range lan.asked {
		if !part.Contains(a) {
			t.Fatalf("%s was asked", a)
		}
	}
	if len(lan.asked) == 0 || len(lan.asked) > 1022 {
		t.Errorf("%d addresses asked", len(lan.asked))
	}
}

func TestSource_Follow_isolated(t *testing.T) {
	t.Parallel()
	lan := newSegment()
	lan.alive[netip.MustParseAddr("192.168.7.1")] = "98:9b:cb:10:20:01"
	_, o := observe(t, lan.source(), scantest.Home(scanner.ModeQuiet, time.Second))
	if !slices.Contains(o.Limits, scanner.ReasonClientIsolation) {
		t.Errorf("outcome %+v", o)
	}
}

func TestSource_Follow_couldNot(t *testing.T) {
	lan := newSegment()
	lan.fail = syscall.EACCES
	if _, o := observe(t, lan.source(), scantest.Home(scanner.ModeQuiet, time.Second)); o.Reason != scanner.ReasonPermissionDenied {
		t.Errorf("outcome %+v", o)
	}
	lan.fail = errors.ErrUnsupported
	if _, o := observe(t, lan.source(), scantest.Home(scanner.ModeListen, time.Second)); o.Reason != scanner.ReasonUnsupportedOS {
		t.Errorf("outcome %+v", o)
	}
}

func TestHosts(t *testing.T) {
	for prefix, want := range map[string]int{"192.168.7.0/24": 254, "192.168.7.0/30": 2, "192.168.7.0/31": 2, "10.0.0.0/22": 1022} {
		n := 0
		for range hosts(netip.MustParsePrefix(prefix)) {
			n++
		}
		if n != want {
			t.Errorf("%s: %d addresses, want %d", prefix, n, want)
		}
	}
}
