// Package mappings reads which doors to the internet the router holds open on demand (UPnP port
// mappings): a camera, a game or a program may have asked for them. It only reads, at most 64 of them,
// only from the router itself and only if somebody has ticked it. Doors that were set by hand in the
// router's own pages are not on this list.
package mappings

import (
	"context"
	"fmt"
	"net/netip"
	"sync"
	"time"

	"keyholder/scanner"
	"keyholder/scanner/gateway"
	"keyholder/scanner/ssdp"
)

// Source implements scanner.Source.
type Source struct {
	network  scanner.Multicast
	discover func() (netip.Addr, error)
	page     func(ctx context.Context, from netip.Addr, location string) ([]byte, error)
	ask      func(ctx context.Context, from netip.Addr, location string, q ssdp.Question) ([]byte, error)
}

// New returns a source that finds the router's service through network.
func New(network scanner.Multicast) *Source {
	return &Source{network: network, discover: gateway.Address, page: ssdp.Page, ask: ssdp.Ask}
}

// Name implements scanner.Source.
func (*Source) Name() scanner.SourceName { return scanner.SourceMappings }

const (
	answerWindow  = 2 * time.Second
	again         = 700 * time.Millisecond
	wholeTime     = 5 * time.Second
	mostMessages  = 500
	mostLocations = 3
	mostMappings  = 64
	mostServices  = 3
	longestValue  = 128
)

// search asks for routers with a service for mappings. Those of the second version answer to it too.
const search = "M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: \"ssdp:discover\"\r\nMX: 1\r\n" +
	"ST: urn:schemas-upnp-org:device:InternetGatewayDevice:1\r\n\r\n"

// Observe implements scanner.Source. Without a mode that connects it does nothing.
func (s *Source) Observe(ctx context.Context, scope scanner.Scope, emit func(scanner.Sighting)) scanner.Outcome {
	if !scope.Mode.Connects() {
		return scanner.CouldNot(scanner.ReasonListenOnly)
	}
	router, err := s.discover()
	if err != nil || !scope.Covers(router) {
		return scanner.CouldNot(scanner.ReasonNoGateway)
	}
	if !scope.MayConnect(router) {
		return scanner.CouldNot(scanner.ReasonNotTicked)
	}
	ctx, cancel := context.WithTimeout(ctx, wholeTime)
	defer cancel()
	locations, err := s.locate(ctx, scope, router)
	if err != nil {
		return scanner.CouldNot(scanner.ReasonFor(err))
	}
	r := &reading{source: s, router: router, emit: emit, seen: map[mapping]bool{}}
	if !r.all(ctx, locations) {
		return scanner.CouldNot(scanner.ReasonGatewaySilent)
	}
	return r.outcome()
}

// outcome says how far the lists could be read.
func (r *reading) outcome() scanner.Outcome {
	var limits []scanner.Reason
	if r.crowded {
		limits = append(limits, scanner.ReasonTooManyAnswers)
	}
	if r.partial {
		limits = append(limits, scanner.ReasonSourceFailed)
	}
	return scanner.Could(len(r.seen), limits...)
}

// locate returns where the router says that it describes itself.
func (s *Source) locate(ctx context.Context, scope scanner.Scope, router netip.Addr) ([]string, error) {
	group := scanner.Group{V4: netip.MustParseAddr("239.255.255.250"), Port: 1900}
	if router.Is6() {
		group = scanner.Group{V6: netip.MustParseAddr("ff02::c"), Port: 1900}
	}
	session, err := s.network.Open(scope, group)
	if err != nil {
		return nil, fmt.Errorf("looking for the router's service: %w", err)
	}
	defer session.Close()
	if err := session.Send([]byte(search)); err != nil {
		return nil, fmt.Errorf("looking for the router's service: %w", err)
	}
	repeat := time.AfterFunc(again, func() { _ = session.Send([]byte(search)) })
	defer repeat.Stop()
	window, cancel := context.WithTimeout(ctx, answerWindow)
	defer cancel()
	found := &locations{router: router, done: cancel}
	session.Receive(window, found.hear)
	return found.list(), nil
}

// locations collects where the router's description is.
type locations struct {
	router netip.Addr
	done   context.CancelFunc

	mu       sync.Mutex
	found    []string
	messages int
}

func (l *locations) hear(d scanner.Datagram) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.messages++; l.messages > mostMessages || d.From.Addr() != l.router || len(l.found) >= mostLocations {
		return
	}
	m, ok := ssdp.Parse(d.Payload)
	if !ok || m.Goodbye || m.Location == "" {
		return
	}
	for _, known := range l.found {
		if known == m.Location {
			return
		}
	}
	l.found = append(l.found, m.Location)
	time.AfterFunc(again/2, l.done) // the others of the same box come at once, or not at all
}

func (l *locations) list() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]string(nil), l.found...)
}

// reading reads the lists of a router.
type reading struct {
	source  *Source
	router  netip.Addr
	emit    func(scanner.Sighting)
	seen    map[mapping]bool
	crowded bool
	partial bool // some of a list could not be read
}

// all reads the list of every service and reports whether at least one could be read.
func (r *reading) all(ctx context.Context, locations []string) (could bool) {
	asked := map[service]bool{}
	for _, s := range r.services(ctx, locations) {
		if asked[s] {
			continue
		}
		if len(asked) >= mostServices {
			r.crowded = true
			break
		}
		asked[s] = true
		read := r.list(ctx, s)
		r.partial = r.partial || !read // another list that is empty says nothing about this one
		could = could || read
	}
	return could
}

// services are those that the router describes, in its order.
func (r *reading) services(ctx context.Context, locations []string) (list []service) {
	for _, where := range locations {
		body, err := r.source.page(ctx, r.router, where)
		if err != nil {
			r.partial = true
			continue
		}
		list = append(list, servicesIn(body, where)...)
	}
	return list
}

// list reads one list entry by entry, as the protocol wants it, until the router says that there are no
// more.
func (r *reading) list(ctx context.Context, s service) (could bool) {
	for i := range mostMappings {
		body, err := r.source.ask(ctx, r.router, s.control, question(s.kind, i))
		if atEnd(err) {
			return true
		}
		if err != nil {
			r.partial = r.partial || i > 0
			return i > 0
		}
		m, ok := read(body)
		if !ok && i == 0 {
			return false
		}
		if !ok { // what follows one that nobody can read is read all the same
			r.partial = true
			continue
		}
		r.tell(m)
	}
	r.crowded = true
	return true
}

func (r *reading) tell(m mapping) {
	if r.seen[m] {
		return
	}
	r.seen[m] = true
	r.emit(scanner.Sighting{
		Source: scanner.SourceMappings, At: time.Now(), Keys: []scanner.Key{scanner.IPKey(r.router)},
		Facts: []scanner.Fact{m.fact()},
	})
}
