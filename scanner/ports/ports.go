// Package ports connects to the devices that somebody ticked one by one, and to nothing else. It tries
// a short list of ports, waits for a greeting where the device speaks first, and says only what the
// protocol of that port expects. It never signs in, follows no redirect, asks for no picture and sends
// no command. Every connection ends in an orderly way (FIN): some small devices stop working when one
// is broken off, or when they hear a byte they do not know.
package ports

import (
	"context"
	"errors"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"time"

	"keyholder/scanner"
)

// Bounds on what one check does.
const (
	atOnce        = 64 // connections at any moment
	atOnceADevice = 4  // of them to one device: the smallest ones have room for five

	firstWait   = 800 * time.Millisecond // for an answer of a device that has not answered yet
	leastWait   = 300 * time.Millisecond // for one that has, however fast it was
	patientWait = 2 * time.Second        // where breaking off a late answer could stop the device
	talkTime    = 2 * time.Second        // for everything that is said on one connection
	greetTime   = 900 * time.Millisecond
	leaveBefore = 900 * time.Millisecond // of the budget, so that connections can end in good order
	giveUpAfter = 12                     // ports without any answer after which a device is left alone
)

// Source implements scanner.Source.
type Source struct {
	doors   []door
	permits func(scanner.Scope, netip.Addr) bool
	dial    dialFunc
}

// New returns a source that tries the usual ports of the ticked devices.
func New() *Source {
	return &Source{doors: doors(), permits: scanner.Scope.MayConnect, dial: dial}
}

// Name implements scanner.Source.
func (*Source) Name() scanner.SourceName { return scanner.SourcePorts }

// Observe implements scanner.Source. Without a mode that connects it does nothing.
func (s *Source) Observe(ctx context.Context, scope scanner.Scope, emit func(scanner.Sighting)) scanner.Outcome {
	if !scope.Mode.Connects() {
		return scanner.CouldNot(scanner.ReasonListenOnly)
	}
	if end, ok := ctx.Deadline(); ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, end.Add(-leaveBefore))
		defer cancel()
	}
	slots := make(chan struct{}, atOnce)
	var running sync.WaitGroup
	var list []*device
	for _, a := range scope.Ticked {
		if !s.permits(scope, a) {
			continue
		}
		d := &device{source: s, addr: a, emit: emit, slots: slots}
		list = append(list, d)
		running.Go(func() { d.look(ctx) })
	}
	running.Wait()
	return outcome(list)
}

// outcome adds up what the devices let us see. A device that answered nothing at all is said: that is
// not the same as a device without open ports.
func outcome(list []*device) scanner.Outcome {
	var limits []scanner.Reason
	answered, failed := 0, error(nil)
	limit := func(r scanner.Reason) {
		if !slices.Contains(limits, r) {
			limits = append(limits, r)
		}
	}
	for _, d := range list {
		switch {
		case d.answered > 0:
			answered++
		case d.failed != nil:
			failed = d.failed
		default:
			limit(scanner.ReasonDeviceSilent)
		}
		if d.unfinished {
			limit(scanner.ReasonTimedOut)
		}
		if d.broke {
			limit(scanner.ReasonSourceFailed)
		}
	}
	if failed == nil {
		return scanner.Could(answered, limits...)
	}
	if answered == 0 {
		return scanner.CouldNot(scanner.ReasonFor(failed))
	}
	limit(scanner.ReasonDeviceSilent) // others answered: that is no answer about this one's doors
	return scanner.Could(answered, limits...)
}

// device is one ticked device while it is looked at.
type device struct {
	source *Source
	addr   netip.Addr
	emit   func(scanner.Sighting)
	slots  chan struct{}

	mu         sync.Mutex
	tried      int
	answered   int           // ports that let us in or sent us away
	slowest    time.Duration // answer
	failed     error         // this computer could not connect at all
	unfinished bool          // not all ports could be tried in time
	broke      bool          // a talk ended in a fault of ours
}

// look tries all doors, a few at a time.
func (d *device) look(ctx context.Context) {
	work := make(chan door)
	var running sync.WaitGroup
	for range atOnceADevice {
		running.Go(func() {
			for x := range work {
				d.guarded(ctx, x)
			}
		})
	}
	for _, x := range d.source.doors {
		if d.hopeless() {
			break
		}
		select {
		case work <- x:
			continue
		case <-ctx.Done():
			d.mark(func() { d.unfinished = true })
		}
		break
	}
	close(work)
	running.Wait()
}

func (d *device) mark(change func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	change()
}

// hopeless reports whether the device drops everything, or this computer may not connect.
func (d *device) hopeless() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.answered == 0 && (d.tried >= giveUpAfter || d.failed != nil)
}

// guarded tries one door. A fault in reading what a device sent ends that talk, not the program.
func (d *device) guarded(ctx context.Context, x door) {
	defer func() {
		if recover() != nil {
			d.mark(func() { d.broke = true })
		}
	}()
	select {
	case d.slots <- struct{}{}:
		defer func() { <-d.slots }()
	case <-ctx.Done():
		d.mark(func() { d.unfinished = true })
		return
	}
	d.try(ctx, x)
}

func (d *device) try(ctx context.Context, x door) {
	begun := time.Now()
	conn, err := d.source.dial(ctx, netip.AddrPortFrom(d.addr, x.port), d.patience(x))
	d.note(ctx, err, time.Since(begun))
	if err != nil {
		return
	}
	w := newWire(ctx, conn)
	defer w.close()
	facts := w.converse(netip.AddrPortFrom(d.addr, x.port), x.talk)
	for _, f := range facts {
		f.Fields["port"] = strconv.Itoa(int(x.port))
	}
	d.emit(scanner.Sighting{
		Source: scanner.SourcePorts, At: time.Now(), Keys: []scanner.Key{scanner.IPKey(d.addr)}, Facts: facts,
	})
}

// patience is how long to wait for an answer: long at first, later by what the device has shown.
func (d *device) patience(x door) time.Duration {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case d.answered == 0:
		return firstWait
	case x.talk == silent && x.port == fragile:
		return patientWait
	}
	return min(firstWait, max(leastWait, 6*d.slowest))
}

// fragile is the port of smart plugs that stop when a connection is broken off.
const fragile = 9999

// note keeps what an attempt says about the device.
func (d *device) note(ctx context.Context, err error, took time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.tried++
	switch {
	case err == nil, refused(err):
		d.answered++
		d.slowest = max(d.slowest, took)
	case ctx.Err() != nil:
		d.unfinished = true
	case !timedOut(err):
		d.failed = err
	}
}

// wsaRefused is how Windows numbers ECONNREFUSED.
const wsaRefused = syscall.Errno(10061)

func refused(err error) bool {
	return errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, wsaRefused)
}

func timedOut(err error) bool {
	return errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, context.DeadlineExceeded) ||
		errors.Is(err, syscall.ETIMEDOUT)
}
