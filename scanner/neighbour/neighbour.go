// Package neighbour finds devices through the operating system's neighbour table (ARP and IPv6
// neighbour discovery). Asking is one empty datagram per address: to deliver it the system itself
// has to find out who owns the address, and a device that answers nothing else still answers that.
// It needs no special right.
package neighbour

import (
	"context"
	"net/netip"
	"sync"
	"time"

	"keyholder/scanner"
)

// Entry is one line of the neighbour table.
type Entry struct {
	Addr      netip.Addr // link-local IPv6 addresses carry their zone
	MAC       string     // canonical
	Index     int        // of the interface
	Confirmed time.Time  // when the device last proved to be there; zero if the system does not say
}

// Table reads the neighbour table. An error can be given to scanner.ReasonFor.
type Table func() ([]Entry, error)

// Source implements scanner.Follower.
type Source struct {
	read Table
	send func() (sender, error)
	echo func(ctx context.Context, scope scanner.Scope, each func(netip.Addr)) bool
}

// sender sends one empty datagram to an address of a network this computer is on.
type sender interface {
	poke(a netip.Addr) error
	close()
}

// New returns a source that uses the system's own table.
func New() *Source {
	return &Source{read: SystemTable, send: openSockets, echo: askAllNodes}
}

// Name implements scanner.Source.
func (*Source) Name() scanner.SourceName { return scanner.SourceNeighbour }

// Observe implements scanner.Source; it looks without the addresses that other sources see.
func (s *Source) Observe(ctx context.Context, scope scanner.Scope, emit func(scanner.Sighting)) scanner.Outcome {
	return s.Follow(ctx, scope, scanner.NoAddresses(), emit)
}

// Pauses between readings of the table. A sleeping phone may answer only the second or third of the
// questions that the system repeats every second.
const (
	chunk     = 256 // addresses asked before the table is read: systems keep about 1,000 entries
	chunkWait = 250 * time.Millisecond
	readEvery = 700 * time.Millisecond
	settle    = 3 * time.Second
	recently  = time.Minute // systems do not ask again about a device that proved to be there just now
)

// Follow implements scanner.Follower: it sweeps the chosen networks, then asks every address that
// another source has seen and reads the table until the others have ended.
func (s *Source) Follow(ctx context.Context, scope scanner.Scope, seen <-chan netip.Addr, emit func(scanner.Sighting)) scanner.Outcome {
	w := &watch{read: s.read, scope: scope, emit: emit, started: time.Now(), told: map[Entry]string{}}
	if err := w.look(); err != nil {
		return scanner.CouldNot(scanner.ReasonFor(err))
	}
	var limits []scanner.Reason
	if !scope.Mode.Asks() {
		w.until(ctx, seen, nil)
		return scanner.Could(w.found(), append(limits, scanner.ReasonListenOnly)...)
	}
	out, err := s.send()
	if err != nil {
		return scanner.CouldNot(scanner.ReasonFor(err))
	}
	defer out.close()
	followed := make(chan struct{})
	var fault scanner.Fault
	go func() {
		defer close(followed)
		defer fault.Catch()
		w.until(ctx, seen, out)
	}()
	limits = append(limits, w.sweep(ctx, out)...)
	if !s.echo(ctx, scope, func(a netip.Addr) { w.ask(out, a) }) {
		limits = append(limits, scanner.ReasonIPv6NotAsked)
	}
	w.settle(ctx)
	<-followed
	fault.Raise()
	_ = w.look()
	if w.isolated() {
		limits = append(limits, scanner.ReasonClientIsolation)
	}
	return scanner.Could(w.found(), limits...)
}

// watch reads the table again and again and reports what is new in it.
type watch struct {
	read    Table
	scope   scanner.Scope
	emit    func(scanner.Sighting)
	started time.Time

	mu   sync.Mutex
	told map[Entry]string // entry without its time → the state that was reported
}

// look reads the table once.
func (w *watch) look() error {
	entries, err := w.read()
	if err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, e := range entries {
		if !w.belongs(e) {
			continue
		}
		state := "answered"
		if !e.Confirmed.IsZero() && e.Confirmed.Before(w.started.Add(-recently)) {
			state = "remembered"
		}
		key := Entry{Addr: e.Addr, MAC: e.MAC, Index: e.Index}
		if was := w.told[key]; was == state || was == "answered" {
			continue
		}
		w.told[key] = state
		w.emit(scanner.Sighting{
			Source: scanner.SourceNeighbour, At: time.Now(),
			Keys:  []scanner.Key{scanner.MACKey(e.MAC), scanner.IPKey(e.Addr)},
			Facts: []scanner.Fact{{Kind: scanner.FactNeighbour, Fields: map[string]string{"mac": e.MAC, "state": state}}},
		})
	}
	return nil
}

// belongs keeps the entries of the chosen networks. Internet IPv6 addresses of a device on the same
// link count: they are listed, never asked.
func (w *watch) belongs(e Entry) bool {
	if w.scope.Own(e.Addr) {
		return false
	}
	if w.scope.Covers(e.Addr) {
		return true
	}
	if !e.Addr.Is6() || !e.Addr.IsGlobalUnicast() {
		return false
	}
	for _, i := range w.scope.Interfaces {
		if i.Index == e.Index {
			return true
		}
	}
	return false
}

func (w *watch) found() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.told)
}

// sweep asks every IPv4 address of the chosen networks, a part at a time.
func (w *watch) sweep(ctx context.Context, out sender) (limits []scanner.Reason) {
	asked := 0
	for _, p := range w.scope.Prefixes {
		if !p.Addr().Is4() {
			continue
		}
		if p.Bits() < scanner.WidestSweep {
			limits = append(limits, scanner.ReasonNetworkTooLarge)
			p = w.partOf(p)
		}
		w.pokeAll(ctx, out, p, &asked)
	}
	pause(ctx, chunkWait)
	_ = w.look()
	return limits
}

// pokeAll asks every address of one network; asked counts over all networks, so that the pauses fall
// evenly.
func (w *watch) pokeAll(ctx context.Context, out sender, p netip.Prefix, asked *int) {
	for a := range hosts(p) {
		if ctx.Err() != nil {
			return
		}
		if !w.scope.Own(a) {
			_ = out.poke(a) // a full queue or an unreachable host shows in the table
		}
		if *asked++; *asked%chunk == 0 {
			pause(ctx, chunkWait)
			_ = w.look()
		}
	}
}

// partOf returns the part of a network that is too large to ask whole: the 1,022 addresses around
// this computer's own.
func (w *watch) partOf(p netip.Prefix) netip.Prefix {
	if i, ok := w.scope.InterfaceFor(p.Addr()); ok {
		for _, n := range i.Networks {
			if p.Contains(n.Addr()) {
				return netip.PrefixFrom(n.Addr(), scanner.WidestSweep).Masked()
			}
		}
	}
	return netip.PrefixFrom(p.Addr(), scanner.WidestSweep).Masked()
}

// hosts yields the addresses of an IPv4 network without its first and last, which are not devices.
func hosts(p netip.Prefix) func(yield func(netip.Addr) bool) {
	return func(yield func(netip.Addr) bool) {
		p = p.Masked()
		small := p.Bits() >= 31
		for a := p.Addr(); p.Contains(a); a = a.Next() {
			if !small && (a == p.Addr() || !p.Contains(a.Next())) {
				continue
			}
			if !yield(a) {
				return
			}
		}
	}
}

// settle reads the table while late answers may still come.
func (w *watch) settle(ctx context.Context) {
	for until := time.Now().Add(settle); ctx.Err() == nil && time.Now().Before(until); {
		pause(ctx, readEvery)
		_ = w.look()
	}
}

// until asks every address that another source has seen, so that its hardware address becomes known,
// and reads the table from time to time. It ends when no more addresses can come.
func (w *watch) until(ctx context.Context, seen <-chan netip.Addr, out sender) {
	tick := time.NewTicker(readEvery)
	defer tick.Stop()
	for {
		select {
		case a, more := <-seen:
			if !more {
				return
			}
			if out != nil {
				w.ask(out, a)
			}
		case <-tick.C:
			_ = w.look()
		case <-ctx.Done():
			return
		}
	}
}

// ask asks one address that somebody has seen.
func (w *watch) ask(out sender, a netip.Addr) {
	if w.scope.Covers(a) && !w.scope.Own(a) {
		_ = out.poke(a)
	}
}

// isolated suspects that the access point keeps devices apart: on a network with room for many, only
// one neighbour (the router) answers.
func (w *watch) isolated() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	macs := map[string]bool{}
	for e := range w.told {
		macs[e.MAC] = true
	}
	return len(macs) == 1
}

func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}
