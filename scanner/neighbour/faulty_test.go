package neighbour

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"keyholder/scanner"
	"keyholder/scanner/scantest"
)

const (
	macA = "98:9b:cb:10:20:01"
	macB = "54:2a:1b:0a:0b:0c"
)

func at(addr, mac string, age time.Duration) Entry {
	e := Entry{Addr: netip.MustParseAddr(addr), MAC: mac, Index: 2}
	if age > 0 {
		e.Confirmed = time.Now().Add(-age)
	}
	return e
}

// states lists what was told of an address, with its hardware.
func states(got *scantest.Sightings, addr string) string {
	var out []string
	for _, f := range got.Facts(addr) {
		out = append(out, f.Fields["mac"]+" "+f.Fields["state"])
	}
	return fmt.Sprint(out)
}

// follow makes a check in the time of the test's bubble and returns how long it took.
func follow(t *testing.T, s *Source, scope scanner.Scope, d time.Duration) (*scantest.Sightings, scanner.Outcome, time.Duration) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	defer cancel()
	got, began := &scantest.Sightings{}, time.Now()
	o := s.Observe(ctx, scope, got.Emit)
	return got, o, time.Since(began)
}

// An old entry is only remembered; one that proves to be there is told once more, and then no more.
func TestWatch_states(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		lan := newSegment(at("192.168.7.5", macA, time.Hour), at("192.168.7.6", macB, time.Second), at("192.168.7.7", macB, 0))
		got := &scantest.Sightings{}
		w := &watch{read: lan.source().read, scope: scantest.Home(scanner.ModeListen, time.Second), emit: got.Emit, started: time.Now(), told: map[Entry]string{}}
		for _, step := range []struct {
			change func()
			want   string
		}{
			{func() {}, "[" + macA + " remembered]"},
			{func() {}, "[" + macA + " remembered]"},
			{func() { lan.table[0].Confirmed = time.Now() }, "[" + macA + " remembered " + macA + " answered]"},
			{func() { lan.table[0].Confirmed = time.Now().Add(-time.Hour) }, "[" + macA + " remembered " + macA + " answered]"},
			{func() { lan.table[0].MAC = macB }, "[" + macA + " remembered " + macA + " answered " + macB + " remembered]"},
		} {
			step.change()
			if err := w.look(); err != nil {
				t.Fatal(err)
			}
			if said := states(got, "192.168.7.5"); said != step.want {
				t.Fatalf("told %s, want %s", said, step.want)
			}
		}
		if a, b := states(got, "192.168.7.6"), states(got, "192.168.7.7"); a != "["+macB+" answered]" || b != a {
			t.Errorf("told %s and %s: an entry without a time counts as there", a, b)
		}
	})
}

// Entries of other networks are nobody's business; internet IPv6 addresses of devices on the same link are
// listed and never asked.
func TestWatch_belongs(t *testing.T) {
	w := &watch{scope: scantest.Home(scanner.ModeQuiet, time.Second)}
	other := func(e Entry) Entry { e.Index = 9; return e }
	for name, c := range map[string]struct {
		entry Entry
		want  bool
	}{
		"inside":              {at("192.168.7.5", macA, 0), true},
		"this computer":       {at("192.168.7.20", macA, 0), false},
		"a container":         {other(at("172.17.0.2", macA, 0)), false},
		"another private one": {at("10.0.0.5", macA, 0), false},
		"internet IPv4":       {at("8.8.8.8", macA, 0), false},
		"internet IPv6":       {at("2001:db8::5", macA, 0), true},
		"the same elsewhere":  {other(at("2001:db8::5", macA, 0)), false},
		"link-local":          {at("fe80::5%eth0", macA, 0), true},
		"link-local of a VPN": {other(at("fe80::5%tun0", macA, 0)), false},
		"for everybody":       {at("192.168.7.255", macA, 0), false},
	} {
		if got := w.belongs(c.entry); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	lan := newSegment()
	w.ask(lan, netip.MustParseAddr("2001:db8::5"))
	w.ask(lan, netip.MustParseAddr("192.168.7.20"))
	w.ask(lan, netip.MustParseAddr("192.168.7.255"))
	w.ask(lan, netip.MustParseAddr("192.168.7.5"))
	if len(lan.asked) != 1 || lan.asked[netip.MustParseAddr("192.168.7.5")] != 1 {
		t.Errorf("asked %v", lan.asked)
	}
}

// One device that answers (the router) on a network with room for many: devices may be kept apart. With two,
// or with none, nothing is suspected.
func TestWatch_isolated(t *testing.T) {
	for name, c := range map[string]struct {
		table []Entry
		want  bool
	}{
		"nobody": {nil, false}, "the router": {[]Entry{at("192.168.7.1", macA, 0)}, true},
		"the router twice": {[]Entry{at("192.168.7.1", macA, 0), at("fe80::1%eth0", macA, 0)}, true},
		"two":              {[]Entry{at("192.168.7.1", macA, 0), at("192.168.7.5", macB, 0)}, false},
	} {
		synctest.Test(t, func(t *testing.T) {
			_, o, _ := follow(t, newSegment(c.table...).source(), scantest.Home(scanner.ModeQuiet, time.Minute), time.Minute)
			if got := slices.Contains(o.Limits, scanner.ReasonClientIsolation); got != c.want {
				t.Errorf("%s: %+v", name, o)
			}
		})
	}
}

// Late answers are waited for a few seconds and not longer; a phone that wakes up at the third question is
// found.
func TestSource_Follow_sleepyPhone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		lan := newSegment(at("192.168.7.1", macA, 0))
		s := lan.source()
		began := time.Now()
		read := s.read
		s.read = func() ([]Entry, error) {
			list, err := read()
			if time.Since(began) > 2500*time.Millisecond {
				list = append(list, at("192.168.7.77", macB, 0))
			}
			return list, err
		}
		got, o, took := follow(t, s, scantest.Home(scanner.ModeQuiet, time.Minute), time.Minute)
		if said := states(got, "192.168.7.77"); said != "["+macB+" answered]" || o.State != scanner.Looked || took > 5*time.Second {
			t.Errorf("told %s after %v, outcome %+v", said, took, o)
		}
	})
}

// Several networks are swept one after the other, the pauses fall evenly, and each address is asked once.
func TestSource_Follow_twoNetworks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		scope := scantest.Home(scanner.ModeQuiet, time.Minute)
		scope.Interfaces = append(scope.Interfaces, scanner.Interface{Name: "wlan0", Index: 3, Networks: []netip.Prefix{netip.MustParsePrefix("10.1.0.9/23"), netip.MustParsePrefix("fd00::9/64")}})
		scope.Prefixes = append(scope.Prefixes, netip.MustParsePrefix("10.1.0.0/23"), netip.MustParsePrefix("fd00::/64"))
		lan := newSegment()
		lan.alive[netip.MustParseAddr("10.1.1.200")] = macB
		got, _, took := follow(t, lan.source(), scope, time.Minute)
		if len(lan.asked) != 253+509 || states(got, "10.1.1.200") != "["+macB+" answered]" || took > 6*time.Second {
			t.Errorf("%d addresses asked in %v, told %s", len(lan.asked), took, states(got, "10.1.1.200"))
		}
		for a, n := range lan.asked {
			if n != 1 || a.Is6() || scope.Own(a) {
				t.Errorf("%s was asked %d times", a, n)
			}
		}
	})
}

// Where the system cannot ask by IPv6, or opens no socket, that is said.
func TestSource_Follow_limits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSegment(at("192.168.7.1", macA, 0), at("192.168.7.5", macB, 0)).source()
		s.echo = func(context.Context, scanner.Scope, func(netip.Addr)) bool { return false }
		if _, o, _ := follow(t, s, scantest.Home(scanner.ModeQuiet, time.Minute), time.Minute); !slices.Equal(o.Limits, []scanner.Reason{scanner.ReasonIPv6NotAsked}) {
			t.Errorf("outcome %+v", o)
		}
		s.send = func() (sender, error) { return nil, fmt.Errorf("opening: %w", syscall.EPERM) }
		if _, o, _ := follow(t, s, scantest.Home(scanner.ModeQuiet, time.Minute), time.Minute); o.Reason != scanner.ReasonPermissionDenied {
			t.Errorf("outcome %+v", o)
		}
	})
}

// Stopped at any moment, also in the middle of a sweep of a large network, nobody is asked any more.
func TestSource_Follow_stopped(t *testing.T) {
	for _, after := range []time.Duration{0, chunkWait / 2, 3 * chunkWait, 4 * time.Second} {
		synctest.Test(t, func(t *testing.T) {
			scope := scantest.Home(scanner.ModeQuiet, time.Minute)
			scope.Interfaces[0].Networks[0], scope.Prefixes[0] = netip.MustParsePrefix("10.0.0.20/8"), netip.MustParsePrefix("10.0.0.0/8")
			lan := newSegment()
			_, _, took := follow(t, lan.source(), scope, after)
			asked := len(lan.asked)
			time.Sleep(time.Minute)
			if took > after || len(lan.asked) != asked || asked > chunk*int(1+after/chunkWait) {
				t.Errorf("stopped after %v: took %v, %d asked, later %d", after, took, asked, len(lan.asked))
			}
		})
	}
}

// The real sockets send empty packets for one hop, take a new socket before the system's queue is full, and
// end when they are closed.
func TestSockets(t *testing.T) {
	out, err := openSockets()
	if err != nil {
		t.Skipf("this computer opens no socket: %v", err)
	}
	k, ok := out.(*sockets)
	if !ok {
		t.Fatalf("a %T", out)
	}
	first := k.v4
	for n := range 2*pokesASocket + 5 {
		if err := out.poke(netip.AddrFrom4([4]byte{127, 0, 1, byte(n)})); err != nil {
			var op *net.OpError
			if !errors.As(err, &op) {
				t.Fatal(err)
			}
		}
		if k.count > pokesASocket {
			t.Fatalf("%d packets in one socket", k.count)
		}
	}
	if k.v4 == first || k.v4 == nil {
		t.Error("no new socket was taken")
	}
	out.close()
	if err := out.poke(netip.MustParseAddr("127.0.1.1")); err == nil {
		t.Error("sends after it was closed")
	}
	out.close()
}

// An echo to all that finds nothing to ask says so.
func TestAskAllNodes_nobody(t *testing.T) {
	scope := scantest.Home(scanner.ModeQuiet, time.Second)
	scope.Interfaces[0].LinkLocal = netip.Addr{}
	if askAllNodes(t.Context(), scope, func(netip.Addr) {}) {
		t.Error("it says that it asked")
	}
}
