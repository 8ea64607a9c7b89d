package scanner

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// patientFollower asks about nothing and stays until it is told that no more comes, or the end.
type patientFollower struct {
	fakeSource
	late time.Duration // how long it goes on after the end
}

func (f patientFollower) Follow(ctx context.Context, _ Scope, seen <-chan netip.Addr, _ func(Sighting)) Outcome {
	for {
		select {
		case _, more := <-seen:
			if !more {
				return Could(0)
			}
		case <-ctx.Done():
			time.Sleep(f.late)
			return CouldNot(ReasonFor(ctx.Err()))
		}
	}
}

// until is a source that sees one address at once and then waits for the end.
func until(name SourceName, addr string) fakeSource {
	return fakeSource{name, func(ctx context.Context, _ Scope, emit func(Sighting)) Outcome {
		emit(Sighting{Source: name, Keys: []Key{ip(addr)}})
		<-ctx.Done()
		return CouldNot(ReasonFor(ctx.Err()))
	}}
}

// A check can be stopped at any moment. Then nothing of it goes on: the bubble of the test ends only when
// every goroutine has.
func TestRun_stoppedInEveryPhase(t *testing.T) {
	for name, c := range map[string]struct {
		after time.Duration // when it is stopped
		late  time.Duration // how long sources go on after that
		want  int           // devices
		took  time.Duration // at most
	}{
		"before it begins":       {after: -1, took: 0, want: -1},
		"at once":                {after: 0, took: 0, want: -1},
		"while sources look":     {after: 300 * time.Millisecond, took: 300 * time.Millisecond, want: 2},
		"with a slow source":     {after: 300 * time.Millisecond, late: grace / 2, took: 300*time.Millisecond + grace/2, want: 2},
		"with one that hangs on": {after: 300 * time.Millisecond, late: time.Minute, took: 300*time.Millisecond + grace, want: 2},
		"just before the end":    {after: 999 * time.Millisecond, took: 999 * time.Millisecond, want: 2},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				if c.after < 0 {
					cancel()
				} else {
					time.AfterFunc(c.after, cancel)
				}
				var calls atomic.Int64
				began := time.Now()
				r, err := Run(ctx, home(), []Source{
					until(SourceMDNS, "192.168.7.1"), until(SourceSSDP, "192.168.7.2"),
					patientFollower{fakeSource{name: SourceNeighbour}, c.late},
					patientFollower{fakeSource{name: SourceGateway}, 0},
				}, func(Progress) { calls.Add(1) })
				if err != nil {
					t.Fatal(err)
				}
				if took := time.Since(began); took > c.took {
					t.Errorf("took %v, want at most %v", took, c.took)
				}
				if !r.Stopped || (c.want >= 0 && len(r.Devices) != c.want) {
					t.Errorf("stopped %v, %d devices", r.Stopped, len(r.Devices))
				}
				for _, name := range []SourceName{SourceMDNS, SourceSSDP, SourceNeighbour, SourceGateway} {
					if o := r.Outcomes[name]; o.Reason != ReasonCancelled && !slices.Contains(o.Limits, ReasonCancelled) {
						t.Errorf("%s: %+v", name, o)
					}
				}
				atEnd := calls.Load()
				time.Sleep(2 * time.Minute)
				if calls.Load() != atEnd {
					t.Errorf("%d reports of progress after the end", calls.Load()-atEnd)
				}
			})
		})
	}
}

// When the time is up, what was found is the result, and no source counts as stopped by a person.
func TestRun_timeIsUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, err := Run(t.Context(), home(), []Source{
			until(SourceMDNS, "192.168.7.1"), seeing(SourceWSD, "192.168.7.3"), patientFollower{fakeSource{name: SourceGateway}, 0},
		}, nil)
		if err != nil || r.Stopped || len(r.Devices) != 2 || r.Ended.Sub(r.Started) != time.Second {
			t.Fatalf("%v, stopped %v, %d devices after %v", err, r.Stopped, len(r.Devices), r.Ended.Sub(r.Started))
		}
		if r.Outcomes[SourceMDNS].Reason != ReasonTimedOut || r.Outcomes[SourceGateway].Reason != ReasonTimedOut || r.Outcomes[SourceWSD].State != Looked {
			t.Errorf("outcomes %+v", r.Outcomes)
		}
	})
}

// deafFollower takes no address and ends when it likes.
type deafFollower struct{ fakeSource }

func (f deafFollower) Follow(ctx context.Context, _ Scope, _ <-chan netip.Addr, emit func(Sighting)) Outcome {
	emit(Sighting{Source: f.name, Keys: []Key{ip("192.168.70.50")}})
	return Could(1)
}

// A follower that listens to nobody holds up nobody: thousands of addresses wait for it and are dropped
// when the check ends.
func TestRun_deafFollower(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var many []string
		for n := range 3000 {
			many = append(many, netip.AddrFrom4([4]byte{192, 168, byte(n >> 8), byte(n)}).String())
		}
		var got []netip.Addr
		r, err := Run(t.Context(), home(), []Source{
			seeing(SourceMDNS, many...), deafFollower{fakeSource{name: SourceVendor}}, fakeFollower{fakeSource{name: SourceGateway}, &got},
		}, nil)
		if err != nil || r.Outcomes[SourceVendor].State != Looked {
			t.Fatalf("%v, %+v", err, r.Outcomes)
		}
		if len(got) != 3001 || len(slices.Compact(slices.Sorted(slices.Values(texts(got))))) != len(got) {
			t.Errorf("the other follower was given %d addresses", len(got))
		}
	})
}

func texts(list []netip.Addr) (out []string) {
	for _, a := range list {
		out = append(out, a.String())
	}
	return out
}

// faultyFollower breaks on the first address it is given.
type faultyFollower struct{ fakeSource }

func (faultyFollower) Follow(_ context.Context, _ Scope, seen <-chan netip.Addr, _ func(Sighting)) Outcome {
	<-seen
	panic("a fault")
}

// A fault in a follower is said of that follower; the next one still gets its addresses.
func TestRun_faultInAFollower(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got []netip.Addr
		r, err := Run(t.Context(), home(), []Source{
			seeing(SourceMDNS, "192.168.7.1"), faultyFollower{fakeSource{name: SourceNeighbour}}, fakeFollower{fakeSource{name: SourceGateway}, &got},
		}, nil)
		if err != nil || r.Outcomes[SourceNeighbour].Reason != ReasonSourceFailed || len(got) != 1 {
			t.Errorf("%v, %+v, given %v", err, r.Outcomes, got)
		}
	})
}

// What a page shows while a check runs: each source begins and ends once, the count never falls, and one
// call comes at a time.
func TestRun_progress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var inside, counted atomic.Int64
		began, ended, last := map[SourceName]int{}, map[SourceName]int{}, 0
		_, err := Run(t.Context(), home(), []Source{
			seeing(SourceMDNS, "192.168.7.1", "192.168.7.2", "192.168.7.1"), seeing(SourceSSDP, "192.168.7.2", "192.168.7.3"), seeing(SourceWSD),
		}, func(p Progress) {
			if inside.Add(1) != 1 {
				t.Error("two calls at a time")
			}
			switch {
			case p.Source == "":
				counted.Add(1)
			case p.Outcome == nil:
				began[p.Source]++
			default:
				ended[p.Source]++
			}
			if p.Seen < last || p.Budget != time.Second {
				t.Errorf("%d seen after %d, budget %v", p.Seen, last, p.Budget)
			}
			last = p.Seen
			inside.Add(-1)
		})
		if err != nil || last != 3 || counted.Load() != 3 {
			t.Errorf("%v, %d seen, %d counts", err, last, counted.Load())
		}
		for _, name := range []SourceName{SourceMDNS, SourceSSDP, SourceWSD} {
			if began[name] != 1 || ended[name] != 1 {
				t.Errorf("%s began %d times and ended %d times", name, began[name], ended[name])
			}
		}
	})
}

// The hardware address of a device is no second sighting of it.
func TestRun_progressCountsAddresses(t *testing.T) {
	seen := 0
	_, err := Run(t.Context(), home(), []Source{fakeSource{SourceNeighbour, func(_ context.Context, _ Scope, emit func(Sighting)) Outcome {
		emit(neighbourOf(macA, "192.168.7.5", "answered"))
		emit(neighbourOf(macB, "192.168.7.6", "answered"))
		return Could(2)
	}}}, func(p Progress) { seen = p.Seen })
	if err != nil || seen != 2 {
		t.Errorf("%v, %d seen", err, seen)
	}
}

// What a source sees after the end is neither in the report nor shown on the way.
func TestRun_lateSighting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		calls := 0
		late := fakeSource{SourceMDNS, func(_ context.Context, _ Scope, emit func(Sighting)) Outcome {
			time.Sleep(time.Minute)
			emit(Sighting{Source: SourceMDNS, Keys: []Key{ip("192.168.7.9")}})
			return Could(1)
		}}
		r, err := Run(t.Context(), home(), []Source{late}, func(Progress) { calls++ })
		before := calls
		time.Sleep(2 * time.Minute)
		if err != nil || len(r.Devices) != 0 || calls != before || r.Outcomes[SourceMDNS].Reason != ReasonTimedOut {
			t.Errorf("%v, %d devices, %d calls, later %d", err, len(r.Devices), before, calls)
		}
	})
}

// Many sources that speak at once lose nothing.
func TestRun_manyAtOnce(t *testing.T) {
	var sources []Source
	for n := range 8 {
		var addrs []string
		for m := range 200 {
			addrs = append(addrs, netip.AddrFrom4([4]byte{192, 168, byte(n), byte(m)}).String())
		}
		sources = append(sources, seeing(SourceName(string(rune('a'+n))), addrs...))
	}
	var mu sync.Mutex
	r, err := Run(t.Context(), home(), sources, func(Progress) {
		if !mu.TryLock() {
			t.Error("two calls at a time")
			return
		}
		mu.Unlock()
	})
	if err != nil || len(r.Devices) != 1600 {
		t.Errorf("%v, %d devices", err, len(r.Devices))
	}
}

// Silence after a question to all is suspicious only with many devices, and only if all three looked.
func TestSuspectBlocked(t *testing.T) {
	looked := func() map[SourceName]Outcome {
		return map[SourceName]Outcome{SourceMDNS: Could(0), SourceSSDP: Could(0), SourceWSD: Could(0)}
	}
	heard, failed, limited := looked(), looked(), looked()
	heard[SourceWSD] = Could(1)
	failed[SourceSSDP] = CouldNot(ReasonPermissionDenied)
	limited[SourceMDNS] = Could(0, ReasonTooManyAnswers)
	for name, c := range map[string]struct {
		outcomes map[SourceName]Outcome
		devices  int
		want     bool
	}{
		"few devices": {looked(), manyNeighbours - 1, false}, "many devices": {looked(), manyNeighbours, true},
		"one was heard": {heard, 50, false}, "one could not look": {failed, 50, false}, "with other limits": {limited, 50, true},
	} {
		suspectBlocked(c.outcomes, c.devices)
		for source, o := range c.outcomes {
			if slices.Contains(o.Limits, ReasonMulticastBlocked) != c.want {
				t.Errorf("%s: %s has the limits %v", name, source, o.Limits)
			}
		}
	}
	if o := limited[SourceMDNS]; !slices.Contains(o.Limits, ReasonTooManyAnswers) {
		t.Errorf("the first limit is lost: %v", o.Limits)
	}
}

// Every fault of the system has its own sentence, however deep it is wrapped.
func TestReasonFor_systems(t *testing.T) {
	for _, c := range []struct {
		err  error
		want Reason
	}{
		{syscall.EPERM, ReasonPermissionDenied},
		{os.ErrPermission, ReasonPermissionDenied},
		{syscall.EADDRINUSE, ReasonMulticastBlocked},
		{syscall.Errno(10065), ReasonMulticastBlocked}, // Windows: no way to the host
		{syscall.Errno(10051), ReasonNoNetwork},        // Windows: no way to the network
		{ErrNoNetwork, ReasonNoNetwork},
		{syscall.ENOBUFS, ReasonTooManyAnswers},
		{syscall.ENODEV, ReasonInterfaceDown},
		{os.ErrDeadlineExceeded, ReasonTimedOut},
		{nil, ReasonSourceFailed},
	} {
		if got := ReasonFor(c.err); got != c.want {
			t.Errorf("%v: %s, want %s", c.err, got, c.want)
		}
		wrapped := &net.OpError{Op: "write", Net: "udp", Err: os.NewSyscallError("sendto", c.err)}
		if got := ReasonFor(errors.Join(errors.New("first"), wrapped)); c.err != nil && got != c.want {
			t.Errorf("%v, wrapped: %s, want %s", c.err, got, c.want)
		}
	}
}
