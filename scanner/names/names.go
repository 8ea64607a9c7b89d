// Package names asks computers what they call themselves: by NetBIOS (one question to each IPv4
// address that somebody has seen) and by LLMNR (which name belongs to this address, asked of everybody,
// as Windows does). Nothing is signed in to and no share is looked at.
package names

import (
	"context"
	"net/netip"
	"sync"
	"time"

	"keyholder/scanner"
)

// Source implements scanner.Follower.
type Source struct {
	network scanner.Multicast
}

// New returns a source that speaks through network.
func New(network scanner.Multicast) *Source { return &Source{network: network} }

// Name implements scanner.Source.
func (*Source) Name() scanner.SourceName { return scanner.SourceNames }

const (
	patience     = 600 * time.Millisecond // after the last question
	mostAsked    = 1024                   // addresses asked by NetBIOS
	mostWondered = 256                    // addresses asked about by LLMNR: everybody hears each question
	mostMessages = 4096                   // of one protocol
)

// Observe implements scanner.Source; without the addresses that others see there is nobody to ask.
func (s *Source) Observe(ctx context.Context, scope scanner.Scope, emit func(scanner.Sighting)) scanner.Outcome {
	return s.Follow(ctx, scope, scanner.NoAddresses(), emit)
}

// Follow implements scanner.Follower.
func (s *Source) Follow(ctx context.Context, scope scanner.Scope, seen <-chan netip.Addr, emit func(scanner.Sighting)) scanner.Outcome {
	if !scope.Mode.Asks() {
		scanner.Drain(ctx, seen)
		return scanner.CouldNot(scanner.ReasonListenOnly)
	}
	a := &asking{scope: scope, emit: emit, asked: map[netip.Addr]bool{}, named: map[netip.Addr]bool{}}
	failed := a.open(s.network)
	defer a.close()
	if len(a.sessions) == 0 {
		scanner.Drain(ctx, seen)
		return scanner.CouldNot(scanner.ReasonFor(failed))
	}
	hearing, stop := context.WithCancel(ctx)
	defer stop()
	var receivers sync.WaitGroup
	var fault scanner.Fault
	for _, k := range a.sessions {
		receivers.Go(func() {
			defer fault.Catch()
			k.session.Receive(hearing, func(d scanner.Datagram) { a.hear(k, d) })
		})
	}
	last := a.all(ctx, seen)
	select {
	case <-time.After(time.Until(last.Add(patience))):
	case <-ctx.Done():
	}
	stop()
	receivers.Wait()
	fault.Raise()
	return a.outcome(failed, ctx.Err())
}

// talk is an open session with what may be asked in it.
type talk struct {
	session scanner.Session
	link    string // LLMNR: the one connection it asks on; NetBIOS: empty, asks on all
	v4      bool
}

// asking is one check. What follows mu is shared by the sessions.
type asking struct {
	scope    scanner.Scope
	emit     func(scanner.Sighting)
	sessions []talk

	mu       sync.Mutex
	asked    map[netip.Addr]bool
	named    map[netip.Addr]bool
	wondered int
	messages int
	crowded  bool
	sendErr  error // the last question that did not get out
	sent     int
}

// open opens what it can; the error says why something is missing.
func (a *asking) open(network scanner.Multicast) (failed error) {
	keep := func(t talk, scope scanner.Scope, group scanner.Group) {
		session, err := network.Open(scope, group)
		if err != nil {
			failed = err
			return
		}
		t.session = session
		a.sessions = append(a.sessions, t)
	}
	keep(talk{v4: true}, a.scope, scanner.Group{Broadcast: true, Port: netbiosPort})
	for _, i := range a.scope.Interfaces {
		one := a.scope // a question about an address goes only to the network it lies on
		one.Interfaces = []scanner.Interface{i}
		if hasIPv4(i) {
			keep(talk{link: i.Name, v4: true}, one, scanner.Group{V4: netip.MustParseAddr("224.0.0.252"), Port: llmnrPort})
		}
		if i.LinkLocal.IsValid() {
			keep(talk{link: i.Name}, one, scanner.Group{V6: netip.MustParseAddr("ff02::1:3"), Port: llmnrPort})
		}
	}
	return failed
}

func hasIPv4(i scanner.Interface) bool {
	for _, n := range i.Networks {
		if n.Addr().Is4() {
			return true
		}
	}
	return false
}

func (a *asking) close() {
	for _, t := range a.sessions {
		_ = t.session.Close()
	}
}

// all asks about every address as it is seen and returns when the last question left.
func (a *asking) all(ctx context.Context, seen <-chan netip.Addr) (last time.Time) {
	for {
		select {
		case addr, more := <-seen:
			if !more {
				return last
			}
			if a.about(addr) {
				last = time.Now()
			}
		case <-ctx.Done():
			return last
		}
	}
}

// about asks about one address, once in each protocol, and reports whether it did.
func (a *asking) about(addr netip.Addr) bool {
	if !a.scope.Covers(addr) || a.scope.Own(addr) || !a.room(addr) {
		return false
	}
	link, ok := a.scope.InterfaceFor(addr)
	if !ok {
		return false
	}
	for _, t := range a.sessions {
		var err error
		switch {
		case t.v4 != addr.Is4(), t.link != "" && (t.link != link.Name || !a.mayWonder()):
			continue
		case t.link == "":
			err = t.session.SendTo(addr, netbiosQuestion())
		default:
			err = t.session.Send(llmnrQuestion(addr))
		}
		a.note(err)
	}
	return true
}

func (a *asking) room(addr netip.Addr) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.asked[addr] {
		return false
	}
	if len(a.asked) >= mostAsked {
		a.crowded = true
		return false
	}
	a.asked[addr] = true
	return true
}

func (a *asking) mayWonder() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.wondered >= mostWondered {
		a.crowded = true
		return false
	}
	a.wondered++
	return true
}

func (a *asking) note(err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if err != nil {
		a.sendErr = err
		return
	}
	a.sent++
}

// hear takes an answer in: only from an address that was asked, and LLMNR only about that address.
func (a *asking) hear(t talk, d scanner.Datagram) {
	from := d.From.Addr()
	if !a.expected(from) {
		return
	}
	fact, ok := scanner.Fact{}, false
	if t.link == "" {
		fact, ok = readNetBIOS(d.Payload)
	} else {
		fact, ok = readLLMNR(d.Payload, from)
	}
	if !ok {
		return
	}
	a.mu.Lock()
	a.named[from] = true
	a.mu.Unlock()
	a.emit(scanner.Sighting{
		Source: scanner.SourceNames, At: d.At, Keys: []scanner.Key{scanner.IPKey(from)}, Facts: []scanner.Fact{fact},
	})
}

func (a *asking) expected(from netip.Addr) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.messages++; a.messages > mostMessages {
		a.crowded = true
		return false
	}
	return a.asked[from]
}

// outcome adds up how far the questions went. cut is why they ended before the last one was asked and
// waited for, nil when they did not.
func (a *asking) outcome(failed, cut error) scanner.Outcome {
	a.mu.Lock()
	defer a.mu.Unlock()
	if failed == nil {
		failed = a.sendErr
	}
	if a.sent == 0 && a.sendErr != nil {
		return scanner.CouldNot(scanner.ReasonFor(a.sendErr))
	}
	var limits []scanner.Reason
	if failed != nil {
		limits = append(limits, scanner.ReasonFor(failed))
	}
	if a.crowded {
		limits = append(limits, scanner.ReasonTooManyAnswers)
	}
	if cut != nil {
		limits = append(limits, scanner.ReasonFor(cut))
	}
	return scanner.Could(len(a.named), limits...)
}
