// Package ssdp finds UPnP devices: televisions, speakers, routers, media servers. It reads what they
// announce, asks the two usual questions, and fetches the description a device points to under a
// policy that cannot be led anywhere else (see fetch.go).
package ssdp

import (
	"context"
	"errors"
	"net/netip"
	"sync"
	"time"

	"keyholder/scanner"
)

// Source implements scanner.Source.
type Source struct {
	network scanner.Multicast
	fetch   func(ctx context.Context, from netip.Addr, location string) (Description, error)
}

// New returns a source that speaks through network.
func New(network scanner.Multicast) *Source {
	return &Source{network: network, fetch: Fetch}
}

// Name implements scanner.Source.
func (*Source) Name() scanner.SourceName { return scanner.SourceSSDP }

func group(listen bool) scanner.Group {
	return scanner.Group{
		V4: netip.MustParseAddr("239.255.255.250"), V6: netip.MustParseAddr("ff02::c"),
		Port: 1900, Join: listen, Silent: listen,
	}
}

// Bounds on what one check fetches.
const (
	mostFetches     = 64
	fetchesAtOnce   = 8
	fetchesADevice  = 4
	mostMessages    = 20000 // after so many packets the rest is not looked at
	answerWindow    = 3500 * time.Millisecond
	secondQuestions = 1200 * time.Millisecond
)

// Observe implements scanner.Source.
func (s *Source) Observe(ctx context.Context, scope scanner.Scope, emit func(scanner.Sighting)) scanner.Outcome {
	listen := !scope.Mode.Asks()
	session, err := s.network.Open(scope, group(listen))
	if err != nil {
		return scanner.CouldNot(scanner.ReasonFor(err))
	}
	defer session.Close()
	h := &hearing{source: s, emit: emit, fetches: make(chan struct{}, fetchesAtOnce), known: map[netip.Addr]map[string]bool{}}
	if listen {
		session.Receive(ctx, func(d scanner.Datagram) { h.hear(ctx, d, false) })
		return h.outcome(scanner.ReasonListenOnly)
	}
	if err := s.ask(session); err != nil {
		return scanner.CouldNot(scanner.ReasonFor(err))
	}
	window, cancel := context.WithTimeout(ctx, answerWindow)
	defer cancel()
	again := time.AfterFunc(secondQuestions, func() { _ = s.ask(session) })
	defer again.Stop()
	session.Receive(window, func(d scanner.Datagram) { h.hear(ctx, d, true) })
	h.running.Wait()
	h.fault.Raise()
	return h.outcome()
}

// ask sends the two searches: everything, and root devices for those that leave out the first. One that
// gets out is enough.
func (s *Source) ask(session scanner.Session) error {
	var failed error
	sent := false
	for _, target := range []string{"ssdp:all", "upnp:rootdevice"} {
		err := session.Send([]byte("M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\n" +
			"MAN: \"ssdp:discover\"\r\nMX: 1\r\nST: " + target + "\r\n\r\n"))
		failed, sent = errors.Join(failed, err), sent || err == nil
	}
	if sent {
		return nil
	}
	return failed
}

// hearing is what one check has heard.
type hearing struct {
	source  *Source
	emit    func(scanner.Sighting)
	fetches chan struct{}
	running sync.WaitGroup
	fault   scanner.Fault

	mu       sync.Mutex
	known    map[netip.Addr]map[string]bool // per sender: the locations that were fetched or refused
	fetched  int
	messages int
	crowded  bool
}

func (h *hearing) hear(ctx context.Context, d scanner.Datagram, mayFetch bool) {
	h.mu.Lock()
	h.messages++
	over := h.messages > mostMessages
	h.crowded = h.crowded || over
	h.mu.Unlock()
	if over {
		return
	}
	m, ok := Parse(d.Payload)
	if !ok {
		return
	}
	from := d.From.Addr()
	h.emit(scanner.Sighting{
		Source: scanner.SourceSSDP, At: d.At,
		Keys: []scanner.Key{scanner.IPKey(from)}, Facts: []scanner.Fact{m.fact()},
	})
	if fresh := h.note(from, m.Location); fresh && mayFetch {
		h.running.Go(func() {
			defer h.fault.Catch()
			h.describe(ctx, from, m.Location)
		})
	}
}

// note remembers the sender and reports whether its location should be fetched.
func (h *hearing) note(from netip.Addr, location string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	locations := h.known[from]
	if locations == nil {
		locations = map[string]bool{}
		h.known[from] = locations
	}
	if location == "" || locations[location] || len(locations) >= fetchesADevice {
		return false
	}
	if h.fetched >= mostFetches {
		h.crowded = true
		return false
	}
	locations[location] = true
	h.fetched++
	return true
}

func (h *hearing) describe(ctx context.Context, from netip.Addr, location string) {
	select {
	case h.fetches <- struct{}{}:
		defer func() { <-h.fetches }()
	case <-ctx.Done():
		return
	}
	d, err := h.source.fetch(ctx, from, location)
	if err != nil {
		return // a device that describes itself badly is still listed by what it announced
	}
	h.emit(scanner.Sighting{
		Source: scanner.SourceSSDP, At: time.Now(),
		Keys: []scanner.Key{scanner.IPKey(from)}, Facts: []scanner.Fact{d.fact()},
	})
}

func (h *hearing) outcome(limits ...scanner.Reason) scanner.Outcome {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.crowded {
		limits = append(limits, scanner.ReasonTooManyAnswers)
	}
	return scanner.Could(len(h.known), limits...)
}
