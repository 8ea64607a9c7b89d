package scanner

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// fakeSource looks as it is told.
type fakeSource struct {
	name    SourceName
	observe func(ctx context.Context, scope Scope, emit func(Sighting)) Outcome
}

func (f fakeSource) Name() SourceName { return f.name }

func (f fakeSource) Observe(ctx context.Context, scope Scope, emit func(Sighting)) Outcome {
	return f.observe(ctx, scope, emit)
}

// fakeFollower keeps the addresses it was given.
type fakeFollower struct {
	fakeSource
	got *[]netip.Addr
}

func (f fakeFollower) Follow(_ context.Context, _ Scope, seen <-chan netip.Addr, emit func(Sighting)) Outcome {
	for a := range seen {
		*f.got = append(*f.got, a)
	}
	emit(Sighting{Source: f.name, Keys: []Key{ip("192.168.7.99")}})
	return Could(len(*f.got))
}

func seeing(name SourceName, addrs ...string) fakeSource {
	return fakeSource{name, func(_ context.Context, _ Scope, emit func(Sighting)) Outcome {
		for _, a := range addrs {
			emit(Sighting{Source: name, Keys: []Key{ip(a)}})
		}
		return Could(len(addrs))
	}}
}

func TestRun(t *testing.T) {
	var followed []netip.Addr
	var mu sync.Mutex
	ended := map[SourceName]bool{}
	r, err := Run(t.Context(), home(), []Source{
		seeing(SourceMDNS, "192.168.7.1", "192.168.7.2", "192.168.7.1"), seeing(SourceSSDP),
		fakeFollower{fakeSource{name: SourceGateway}, &followed},
	}, func(p Progress) {
		mu.Lock()
		defer mu.Unlock()
		if p.Outcome != nil {
			ended[p.Source] = true
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Devices) != 3 || r.Stopped || r.Further != 0 {
		t.Errorf("report %+v", r)
	}
	if len(followed) != 2 {
		t.Errorf("the follower was given %v", followed)
	}
	want := map[SourceName]State{SourceMDNS: Looked, SourceSSDP: LookedNothing, SourceGateway: Looked}
	for name, state := range want {
		if r.Outcomes[name].State != state || !ended[name] {
			t.Errorf("%s: %+v, reported %v", name, r.Outcomes[name], ended[name])
		}
	}
	if r.Ended.Sub(r.Started) > 500*time.Millisecond {
		t.Errorf("waited although every source had ended: %v", r.Ended.Sub(r.Started))
	}
}

// finder is a follower that finds an address itself, after all others have ended.
type finder struct{ fakeSource }

func (f finder) Follow(_ context.Context, _ Scope, seen <-chan netip.Addr, emit func(Sighting)) Outcome {
	for range seen {
	}
	time.Sleep(20 * time.Millisecond)
	emit(Sighting{Source: f.name, Keys: []Key{ip("192.168.7.50")}})
	return Could(1)
}

// TestRun_followersInOrder: what one follower finds reaches the next, also when every other source
// could not look.
func TestRun_followersInOrder(t *testing.T) {
	var followed []netip.Addr
	failing := fakeSource{SourceMDNS, func(context.Context, Scope, func(Sighting)) Outcome { return CouldNot(ReasonMulticastBlocked) }}
	_, err := Run(t.Context(), home(), []Source{
		failing, finder{fakeSource{name: SourceNeighbour}}, fakeFollower{fakeSource{name: SourceGateway}, &followed},
	}, nil)
	if err != nil || len(followed) != 1 {
		t.Errorf("err %v, followed %v", err, followed)
	}
}

func TestRun_refusesScope(t *testing.T) {
	s := home()
	s.Attestation = ""
	called := false
	_, err := Run(t.Context(), s, []Source{fakeSource{"x", func(context.Context, Scope, func(Sighting)) Outcome {
		called = true
		return Could(0)
	}}}, nil)
	if !errors.Is(err, ErrNotAttested) || called {
		t.Errorf("err %v, looked %v", err, called)
	}
}

// TestRun_budget: a source that never ends does not hold up the check, and what it emits afterwards
// changes nothing. One that looked to the very end of the time says that it may have missed something.
func TestRun_budget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		late := make(chan func(Sighting), 1)
		release := make(chan struct{})
		hanging := fakeSource{SourceSSDP, func(_ context.Context, _ Scope, emit func(Sighting)) Outcome {
			late <- emit
			<-release
			return Could(1)
		}}
		s := home()
		s.Budget = MinimumBudget
		r, err := Run(t.Context(), s, []Source{seeing(SourceMDNS, "192.168.7.1"), hanging, toTheEnd(SourceNames)}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if took := r.Ended.Sub(r.Started); took != s.Budget+grace {
			t.Errorf("took %v", took)
		}
		if o := r.Outcomes[SourceSSDP]; o.State != CouldNotLook || o.Reason != ReasonTimedOut {
			t.Errorf("outcome %+v", o)
		}
		if o := r.Outcomes[SourceNames]; o.State != LookedNothing || !slices.Equal(o.Limits, []Reason{ReasonTimedOut}) {
			t.Errorf("to the end: outcome %+v", o)
		}
		if o := r.Outcomes[SourceMDNS]; o.Limits != nil {
			t.Errorf("in time: outcome %+v", o)
		}
		(<-late)(Sighting{Source: SourceSSDP, Keys: []Key{ip("192.168.7.2")}})
		close(release)
		if len(r.Devices) != 1 {
			t.Errorf("a late sighting got in: %+v", r.Devices)
		}
	})
}

// toTheEnd is a source that looks until the check ends and finds nothing.
func toTheEnd(name SourceName) fakeSource {
	return fakeSource{name, func(ctx context.Context, _ Scope, _ func(Sighting)) Outcome {
		<-ctx.Done()
		return Could(0)
	}}
}

// TestRun_stoppedBefore: a check that was stopped before it began starts no source, and says so.
func TestRun_stoppedBefore(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	eager := fakeSource{SourceSSDP, func(context.Context, Scope, func(Sighting)) Outcome {
		t.Error("a source was started")
		return Could(1)
	}}
	r, err := Run(ctx, home(), []Source{eager}, nil)
	if err != nil || !r.Stopped || r.Outcomes[SourceSSDP].Reason != ReasonCancelled || len(r.Devices) != 0 {
		t.Errorf("%v, %+v", err, r)
	}
}

// TestRun_cut: who listens listens to the end; a check that was stopped is cut short for everybody.
func TestRun_cut(t *testing.T) {
	for name, c := range map[string]struct {
		mode    Mode
		stopped bool
		want    []Reason
	}{
		"quiet, stopped": {ModeQuiet, true, []Reason{ReasonCancelled}}, "listening, stopped": {ModeListen, true, []Reason{ReasonCancelled}},
		"quiet": {ModeQuiet, false, []Reason{ReasonTimedOut}}, "listening": {ModeListen, false, nil},
	} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			if c.stopped {
				time.AfterFunc(time.Second, cancel)
			}
			s := home()
			s.Mode, s.Budget = c.mode, 3*time.Second
			r, err := Run(ctx, s, []Source{toTheEnd(SourceSSDP)}, nil)
			if err != nil || !slices.Equal(r.Outcomes[SourceSSDP].Limits, c.want) {
				t.Errorf("%s: %v, %+v", name, err, r.Outcomes)
			}
		})
	}
}

func TestRun_cancel(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	waiting := fakeSource{SourceMDNS, func(ctx context.Context, _ Scope, emit func(Sighting)) Outcome {
		emit(Sighting{Source: SourceMDNS, Keys: []Key{ip("192.168.7.1")}})
		cancel()
		<-ctx.Done()
		return CouldNot(ReasonFor(ctx.Err()))
	}}
	s := home()
	s.Budget = time.Minute
	r, err := Run(ctx, s, []Source{waiting}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if !r.Stopped || len(r.Devices) != 1 || r.Outcomes[SourceMDNS].Reason != ReasonCancelled {
		t.Errorf("report %+v", r)
	}
}

func TestRun_suspectsBlockedMulticast(t *testing.T) {
	neighbours := seeing(SourceNeighbour, "192.168.7.1", "192.168.7.2", "192.168.7.3", "192.168.7.4", "192.168.7.5", "192.168.7.6")
	for want, mdns := range map[int]fakeSource{1: seeing(SourceMDNS), 0: seeing(SourceMDNS, "192.168.7.1")} {
		r, err := Run(t.Context(), home(), []Source{neighbours, mdns, seeing(SourceSSDP), seeing(SourceWSD)}, nil)
		if err != nil || len(r.Outcomes[SourceSSDP].Limits) != want {
			t.Errorf("err %v, outcome %+v, want %d limits", err, r.Outcomes[SourceSSDP], want)
		}
	}
}

func TestReasonFor(t *testing.T) {
	for want, err := range map[Reason]error{
		ReasonPermissionDenied: syscall.EACCES, ReasonMulticastBlocked: syscall.EHOSTUNREACH,
		ReasonNoNetwork: syscall.ENETUNREACH, ReasonInterfaceDown: syscall.ENETDOWN,
		ReasonTimedOut: context.DeadlineExceeded, ReasonCancelled: context.Canceled,
		ReasonUnsupportedOS: errors.ErrUnsupported, ReasonSourceFailed: errors.New("x"),
	} {
		if got := ReasonFor(err); got != want {
			t.Errorf("ReasonFor(%v) = %s, want %s", err, got, want)
		}
		if !slices.Contains(Reasons(), want) {
			t.Errorf("%s is not in the closed set", want)
		}
	}
}

// faulty is a source that ends in a fault, in its own goroutine or in one that it started.
type faulty struct{ inside bool }

func (faulty) Name() SourceName { return SourceSSDP }

func (s faulty) Observe(_ context.Context, _ Scope, emit func(Sighting)) Outcome {
	emit(Sighting{Source: SourceSSDP, Keys: []Key{IPKey(netip.MustParseAddr("192.168.7.9"))}})
	if !s.inside {
		panic("a fault")
	}
	var fault Fault
	var running sync.WaitGroup
	running.Go(func() {
		defer fault.Catch()
		panic("a fault")
	})
	running.Wait()
	fault.Raise()
	return Could(1)
}

// A fault in a source ends as a source that could not look; what it saw before stays.
func TestRun_fault(t *testing.T) {
	for _, inside := range []bool{false, true} {
		r, err := Run(t.Context(), home(), []Source{faulty{inside}}, nil)
		if err != nil || len(r.Devices) != 1 {
			t.Fatalf("%v, %+v", err, r)
		}
		if o := r.Outcomes[SourceSSDP]; o.State != CouldNotLook || o.Reason != ReasonSourceFailed {
			t.Errorf("inside %v: %+v", inside, o)
		}
	}
	var none Fault
	none.Raise()
}
