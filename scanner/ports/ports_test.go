package ports

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"keyholder/scanner"
	"keyholder/scanner/scantest"
)

// The table is what a page promises: about fifty ports, each once, never the one where printers print.
func TestDoors(t *testing.T) {
	seen := map[uint16]bool{}
	for _, d := range doors() {
		if seen[d.port] || d.port == 9100 || d.port == 0 {
			t.Errorf("port %d", d.port)
		}
		seen[d.port] = true
		if d.port == fragile && d.talk != silent {
			t.Error("something is said to fragile plugs")
		}
	}
	if len(seen) < 45 || len(seen) > 65 {
		t.Errorf("%d ports, want about fifty", len(seen))
	}
}

// Where nothing is known to be welcome, no byte is sent and the connection ends in good order.
func TestObserve_silent(t *testing.T) {
	d := newThing(t, nil)
	got, o := look(t, door{d.port, silent})
	if said := d.orderly(t); said != "" {
		t.Errorf("sent %q", said)
	}
	want := map[string]string{"proto": "tcp", "port": fmt.Sprint(d.port)}
	if diff := cmp.Diff(want, only(t, got, scanner.FactPort)); diff != "" || o.State != scanner.Looked || o.Limits != nil {
		t.Errorf("%v, outcome %+v", diff, o)
	}
}

// Even what a device sends unasked, and late, does not make the connection break off.
func TestObserve_unaskedBytes(t *testing.T) {
	d := newThing(t, func(c net.Conn, _ io.Reader) {
		for range 5 {
			if _, err := io.WriteString(c, strings.Repeat("x", 3000)); err != nil {
				t.Errorf("broken off while the device spoke: %v", err)
			}
			time.Sleep(30 * time.Millisecond)
		}
	})
	look(t, door{d.port, silent})
	if said := d.orderly(t); said != "" {
		t.Errorf("sent %q", said)
	}
}

func TestObserve_greeting(t *testing.T) {
	for want, sent := range map[string]string{
		"SSH-2.0-dropbear_2022.83": "SSH-2.0-dropbear_2022.83\r\n\x00\x00<\x14curve25519-sha256",
		"RFB 003.008":              "RFB 003.008\n",
		"BusyBox login:":           "\xff\xfd\x01\xff\xfa\x18\x01\xff\xf0\xff\xfb\x03BusyBox\r\nlogin: ",
		"":                         "",
	} {
		d := newThing(t, func(c net.Conn, _ io.Reader) { _, _ = io.WriteString(c, sent) })
		got, _ := look(t, door{d.port, greeted})
		if said := d.orderly(t); said != "" {
			t.Errorf("%q: sent %q", want, said)
		}
		if banner := only(t, got, scanner.FactPort)["banner"]; banner != want {
			t.Errorf("greeting %q, want %q", banner, want)
		}
	}
}

// A greeting without end is cut: no more is taken than the bounds allow.
func TestObserve_endlessGreeting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var taken atomic.Int64
		got, o := lookWith(t, played(endless(&taken, "no end of it ")), 5*time.Second, door{22, greeted})
		if n := len(only(t, got, scanner.FactPort)["banner"]); n == 0 || n > longest || o.Limits != nil {
			t.Errorf("%d bytes kept, outcome %+v", n, o)
		}
		if taken.Load() > mostGreeting+mostDrain+100 {
			t.Errorf("%d bytes were taken", taken.Load())
		}
	})
}

// Nobody who was not ticked is connected to, and nobody at all in the other modes.
func TestObserve_onlyTicked(t *testing.T) {
	for _, mode := range []scanner.Mode{scanner.ModeListen, scanner.ModeQuiet, scanner.ModeFull} {
		var asked []string
		s := New()
		s.dial = func(_ context.Context, to netip.AddrPort, _ time.Duration) (line, error) {
			asked = append(asked, to.Addr().String())
			return nil, os.ErrDeadlineExceeded
		}
		s.doors = []door{{80, page}}
		scope := scantest.Home(mode, time.Second)
		scope.Ticked = []netip.Addr{netip.MustParseAddr("192.168.7.9"), netip.MustParseAddr("8.8.8.8")}
		o := s.Observe(t.Context(), scope, func(scanner.Sighting) {})
		want := []string{"192.168.7.9"}
		if mode != scanner.ModeFull {
			want = nil
		}
		if !slices.Equal(asked, want) {
			t.Errorf("%s: asked %v", mode, asked)
		}
		if mode != scanner.ModeFull && o.State != scanner.CouldNotLook {
			t.Errorf("%s: outcome %+v", mode, o)
		}
	}
}

// A device that drops everything is left alone soon, and said to be silent rather than closed.
func TestObserve_drops(t *testing.T) {
	var tries atomic.Int32
	drop := func(ctx context.Context, _ netip.AddrPort, wait time.Duration) (line, error) {
		tries.Add(1)
		ctx, cancel := context.WithTimeout(ctx, wait)
		defer cancel()
		<-ctx.Done()
		return nil, ctx.Err()
	}
	synctest.Test(t, func(t *testing.T) {
		got, o := lookWith(t, drop, 6*time.Second, doors()...)
		if n := tries.Load(); n > giveUpAfter+atOnceADevice {
			t.Errorf("%d ports tried", n)
		}
		if got.Count() != 0 || o.State != scanner.LookedNothing || !slices.Equal(o.Limits, []scanner.Reason{scanner.ReasonDeviceSilent}) {
			t.Errorf("outcome %+v", o)
		}
	})
}

// A device whose ports are all closed has answered: nothing is said about silence.
func TestObserve_closed(t *testing.T) {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := netip.MustParseAddrPort(l.Addr().String()).Port()
	l.Close()
	got, o := look(t, door{port, page})
	if got.Count() != 0 || o.State != scanner.Looked || len(o.Limits) != 0 {
		t.Errorf("outcome %+v, %d sightings", o, got.Count())
	}
}

// A device that lets everybody in and answers slowly does not hold the check beyond its time, by a
// clock of its own, in which computing takes no time.
func TestObserve_slow(t *testing.T) {
	slowly := func(c line) {
		defer c.Close()
		for range 80 {
			if _, err := io.WriteString(c, "H"); err != nil {
				return
			}
			time.Sleep(100 * time.Millisecond)
		}
	}
	synctest.Test(t, func(t *testing.T) {
		var list []door
		for range 30 {
			list = append(list, door{80, page})
		}
		const budget = 3 * time.Second
		begun := time.Now()
		_, o := lookWith(t, played(slowly), budget, list...)
		if took := time.Since(begun); took > budget-leaveBefore+drainTime {
			t.Errorf("ended after %v of %v", took, budget)
		}
		if !slices.Contains(o.Limits, scanner.ReasonTimedOut) {
			t.Errorf("outcome %+v does not say that not everything could be tried", o)
		}
		time.Sleep(time.Second) // until the device has noticed as well
	})
}

// calledOff looks at one door and calls the check off after a moment.
func calledOff(t *testing.T, dial dialFunc, x door) {
	t.Helper()
	s := New()
	s.doors, s.dial = []door{x}, dial
	s.permits = func(scanner.Scope, netip.Addr) bool { return true }
	scope := scantest.Home(scanner.ModeFull, 5*time.Second)
	scope.Ticked = []netip.Addr{here}
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(100*time.Millisecond, cancel)
	s.Observe(ctx, scope, func(scanner.Sighting) {})
}

// Calling off ends in good order where the other side lets us.
func TestObserve_cancelled(t *testing.T) {
	d := newThing(t, nil)
	calledOff(t, dial, door{d.port, greeted})
	if said := d.orderly(t); said != "" {
		t.Errorf("sent %q", said)
	}
}

// Calling off ends at once, also when the other side does not: a moment is left for a good end.
func TestObserve_cancelledAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ended := make(chan struct{})
		begun := time.Now()
		calledOff(t, played(func(c line) {
			<-ended // neither says a word nor hangs up
			c.Close()
		}), door{22, greeted})
		if took := time.Since(begun); took != 100*time.Millisecond+lastMoment {
			t.Errorf("ended after %v", took)
		}
		close(ended)
	})
}

// What this computer may not do is told apart from what devices do not answer.
func TestObserve_notAllowed(t *testing.T) {
	denied := func(context.Context, netip.AddrPort, time.Duration) (line, error) {
		return nil, &net.OpError{Op: "dial", Err: os.ErrPermission}
	}
	_, o := lookWith(t, denied, time.Second, doors()...)
	if o.State != scanner.CouldNotLook || o.Reason != scanner.ReasonPermissionDenied {
		t.Errorf("outcome %+v", o)
	}
}

// A device that this computer could not reach is said beside those that answered.
func TestOutcome_oneUnreachable(t *testing.T) {
	o := outcome([]*device{{answered: 1}, {failed: os.ErrPermission}})
	if o.State != scanner.Looked || !slices.Contains(o.Limits, scanner.ReasonDeviceSilent) {
		t.Errorf("outcome %+v", o)
	}
}

// A fault in a talk is one, said, and does not end the others.
func TestObserve_fault(t *testing.T) {
	d := newThing(t, nil)
	faulty := func(ctx context.Context, to netip.AddrPort, wait time.Duration) (line, error) {
		if to.Port() == 1 {
			panic("a fault")
		}
		return dial(ctx, to, wait)
	}
	got, o := lookWith(t, faulty, 3*time.Second, door{1, page}, door{d.port, silent})
	if got.Count() != 1 || !slices.Contains(o.Limits, scanner.ReasonSourceFailed) {
		t.Errorf("%d sightings, outcome %+v", got.Count(), o)
	}
}

// Few connections at a time reach one device.
func TestObserve_fewAtOnce(t *testing.T) {
	var now, most atomic.Int32
	d := newThing(t, func(c net.Conn, r io.Reader) {
		n := now.Add(1)
		for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
		}
		time.Sleep(20 * time.Millisecond)
		now.Add(-1)
	})
	var list []door
	for range 40 {
		list = append(list, door{d.port, silent})
	}
	look(t, list...)
	if most.Load() > atOnceADevice {
		t.Errorf("%d connections at once", most.Load())
	}
}

// The connection is made to that address or not at all.
func TestDial_elsewhere(t *testing.T) {
	d := newThing(t, nil)
	if c, err := dial(t.Context(), netip.AddrPortFrom(here, d.port), time.Second); err != nil {
		t.Error(err)
	} else {
		c.Close()
	}
	if _, err := dial(t.Context(), netip.AddrPortFrom(netip.MustParseAddr("::ffff:127.0.0.1"), d.port), time.Second); err == nil {
		t.Error("an address in disguise was used")
	}
}
