// Package gateway asks the router of the network by which names it knows the addresses that were
// seen. Home routers keep the name a device gave when it asked for an address, also of devices that
// answer nothing else. Only the router itself is asked, only about addresses of its own network.
package gateway

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/jackpal/gateway"
	"github.com/miekg/dns"

	"keyholder/scanner"
)

const (
	dnsPort       = 53
	queryTime     = 700 * time.Millisecond
	queriesAtOnce = 16
	mostQueries   = 1024
	silentAfter   = 8 // unanswered questions after which the router is left alone
	longestName   = 255
)

// Source implements scanner.Follower.
type Source struct {
	discover func() (netip.Addr, error)
	ask      func(ctx context.Context, router, about netip.Addr) (string, error)
}

// New returns a source that asks this computer's default gateway.
func New() *Source { return &Source{discover: Address, ask: askName} }

// Name implements scanner.Source.
func (*Source) Name() scanner.SourceName { return scanner.SourceGateway }

// Address returns the address of this computer's default gateway. It asks the system, not the network.
func Address() (netip.Addr, error) {
	ip, err := gateway.DiscoverGateway()
	if err != nil {
		return netip.Addr{}, fmt.Errorf("finding the router: %w", err)
	}
	a, ok := netip.AddrFromSlice(ip)
	if !ok {
		return netip.Addr{}, fmt.Errorf("finding the router: %w", scanner.ErrNoNetwork)
	}
	return a.Unmap(), nil
}

// Observe implements scanner.Source; without the addresses that others see it only marks the router.
func (s *Source) Observe(ctx context.Context, scope scanner.Scope, emit func(scanner.Sighting)) scanner.Outcome {
	return s.Follow(ctx, scope, scanner.NoAddresses(), emit)
}

// Follow implements scanner.Follower.
func (s *Source) Follow(ctx context.Context, scope scanner.Scope, seen <-chan netip.Addr, emit func(scanner.Sighting)) scanner.Outcome {
	router, err := s.discover()
	if err != nil || !scope.Covers(router) {
		scanner.Drain(ctx, seen)
		return scanner.CouldNot(scanner.ReasonNoGateway)
	}
	emit(scanner.Sighting{
		Source: scanner.SourceGateway, At: time.Now(), Keys: []scanner.Key{scanner.IPKey(router)},
		Facts: []scanner.Fact{{Kind: scanner.FactGateway, Fields: map[string]string{"role": "default_gateway"}}},
	})
	if !scope.Mode.Asks() {
		scanner.Drain(ctx, seen)
		return scanner.Could(1, scanner.ReasonListenOnly)
	}
	q := &questions{source: s, router: router, emit: emit, slots: make(chan struct{}, queriesAtOnce)}
	q.all(ctx, scope, seen)
	return q.outcome()
}

type questions struct {
	source *Source
	router netip.Addr
	emit   func(scanner.Sighting)
	slots  chan struct{}

	mu       sync.Mutex
	answered int // the router said something, be it that there is no name
	silent   int // questions in a row without an answer
	named    int
	crowded  bool
}

// all asks about every address of the router's own network as it is seen.
func (q *questions) all(ctx context.Context, scope scanner.Scope, seen <-chan netip.Addr) {
	var running sync.WaitGroup
	var fault scanner.Fault
	defer fault.Raise()
	defer running.Wait()
	home, ok := scope.InterfaceFor(q.router)
	asked := 0
	ask := func(a netip.Addr) {
		if !ok || !sameNetwork(home, q.router, a) || scope.Own(a) || q.givenUp() {
			return
		}
		if asked++; asked > mostQueries {
			q.crowd()
			return
		}
		running.Go(func() {
			defer fault.Catch()
			q.about(ctx, a)
		})
	}
	for {
		select {
		case a, more := <-seen:
			if !more {
				return
			}
			ask(a)
		case <-ctx.Done():
			return
		}
	}
}

func sameNetwork(home scanner.Interface, router, a netip.Addr) bool {
	for _, n := range home.Networks {
		if n.Contains(router) && n.Contains(a) {
			return true
		}
	}
	return false
}

func (q *questions) givenUp() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.answered == 0 && q.silent >= silentAfter
}

func (q *questions) crowd() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.crowded = true
}

// about asks for one name, a second time if the first question got lost.
func (q *questions) about(ctx context.Context, a netip.Addr) {
	select {
	case q.slots <- struct{}{}:
		defer func() { <-q.slots }()
	case <-ctx.Done():
		return
	}
	var name string
	var err error
	for range 2 {
		if q.givenUp() {
			return
		}
		if name, err = q.source.ask(ctx, q.router, a); err == nil {
			break
		}
	}
	q.mu.Lock()
	switch {
	case err == nil:
		q.answered++
	case ctx.Err() == nil: // a question that the end of the check cut off is no silence of the router's
		q.silent++
	}
	if name != "" {
		q.named++
	}
	q.mu.Unlock()
	if name != "" {
		q.emit(scanner.Sighting{
			Source: scanner.SourceGateway, At: time.Now(), Keys: []scanner.Key{scanner.IPKey(a)},
			Facts: []scanner.Fact{{Kind: scanner.FactDHCP, Fields: map[string]string{"hostname": name}}},
		})
	}
}

func (q *questions) outcome() scanner.Outcome {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.answered == 0 && q.silent > 0 {
		return scanner.CouldNot(scanner.ReasonGatewaySilent)
	}
	if q.crowded {
		return scanner.Could(q.named, scanner.ReasonTooManyAnswers)
	}
	return scanner.Could(q.named)
}

var errNoAnswer = errors.New("the router did not answer")

// askName sends one PTR question straight to the router. An answer that there is no name is an
// answer.
func askName(ctx context.Context, router, about netip.Addr) (string, error) {
	reverse, err := dns.ReverseAddr(about.String())
	if err != nil {
		return "", fmt.Errorf("asking the router: %w", err)
	}
	m := new(dns.Msg)
	m.SetQuestion(reverse, dns.TypePTR)
	client := &dns.Client{
		Net: "udp", Timeout: queryTime,
		Dialer: &net.Dialer{Timeout: queryTime},
	}
	answer, _, err := client.ExchangeContext(ctx, m, netip.AddrPortFrom(router, dnsPort).String())
	if err != nil {
		return "", errNoAnswer
	}
	return NameIn(answer, reverse), nil
}

// NameIn returns the host name in an answer to a PTR question: the first label, as the device gave
// it, without the domain the router adds. A name that only repeats the address is none.
func NameIn(answer *dns.Msg, question string) string {
	for _, rr := range answer.Answer {
		ptr, ok := rr.(*dns.PTR)
		if !ok || !strings.EqualFold(ptr.Hdr.Name, question) {
			continue
		}
		labels := dns.SplitDomainName(ptr.Ptr)
		if len(labels) == 0 || len(ptr.Ptr) > longestName || repeatsAddress(labels[0], question) {
			continue
		}
		return unescape(labels[0])
	}
	return ""
}

// repeatsAddress recognises made-up names such as 192-168-1-7 or ip-192-168-1-7 for the address that was
// asked about, also backwards. Other numbers may stand in a name that a person gave.
func repeatsAddress(label, question string) bool {
	digits := strings.Trim(strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r == '-' {
			return r
		}
		return -1
	}, label), "-")
	parts := dns.SplitDomainName(question)
	if len(parts) != 6 { // four numbers of an IPv4 address, and in-addr.arpa
		return false
	}
	backwards := parts[:4]
	forwards := slices.Clone(backwards)
	slices.Reverse(forwards)
	return digits == strings.Join(forwards, "-") || digits == strings.Join(backwards, "-")
}

// unescape undoes the \DDD and \. forms in which a label with unusual bytes is written.
func unescape(label string) string {
	var b strings.Builder
	for i := 0; i < len(label); i++ {
		if label[i] != '\\' || i+1 == len(label) {
			b.WriteByte(label[i])
			continue
		}
		if i+3 < len(label) && digit(label[i+1]) && digit(label[i+2]) && digit(label[i+3]) {
			b.WriteByte((label[i+1]-'0')*100 + (label[i+2]-'0')*10 + label[i+3] - '0')
			i += 3
			continue
		}
		i++
		b.WriteByte(label[i])
	}
	return b.String()
}

func digit(c byte) bool { return c >= '0' && c <= '9' }
