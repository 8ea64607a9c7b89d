// Package scantest helps to test probes: a made-up multicast network, and the small lab of real
// daemons in network namespaces.
package scantest

import (
	"context"
	"errors"
	"net/netip"
	"sync"
	"time"

	"keyholder/scanner"
)

// Network is a made-up multicast network. Answer is called for every packet that a probe sends and
// returns what comes back; Announce arrives as soon as a session is received from.
type Network struct {
	Answer func(group scanner.Group, sent []byte) []Packet
	// AnswerTo is called for every packet that a probe sends to one device.
	AnswerTo func(group scanner.Group, to netip.Addr, sent []byte) []Packet
	Announce []Packet
	OpenErr  func(group scanner.Group) error
	SendErr  error

	mu     sync.Mutex
	sent   [][]byte
	sentTo []Packet
	opened []scanner.Group
}

// Packet is one packet of a device.
type Packet struct {
	From    string // an address, with a zone where it needs one
	Payload []byte
}

// Sent returns the packets that were sent so far.
func (n *Network) Sent() [][]byte {
	n.mu.Lock()
	defer n.mu.Unlock()
	return append([][]byte(nil), n.sent...)
}

// SentTo returns the packets that were sent to one device each; From is that device.
func (n *Network) SentTo() []Packet {
	n.mu.Lock()
	defer n.mu.Unlock()
	return append([]Packet(nil), n.sentTo...)
}

// Opened returns the groups that sessions were opened for.
func (n *Network) Opened() []scanner.Group {
	n.mu.Lock()
	defer n.mu.Unlock()
	return append([]scanner.Group(nil), n.opened...)
}

// Open implements scanner.Multicast.
func (n *Network) Open(scope scanner.Scope, group scanner.Group) (scanner.Session, error) {
	if n.OpenErr != nil {
		if err := n.OpenErr(group); err != nil {
			return nil, err
		}
	}
	n.mu.Lock()
	n.opened = append(n.opened, group)
	n.mu.Unlock()
	s := &session{network: n, scope: scope, group: group, more: make(chan struct{}, 1)}
	s.push(n.Announce)
	return s, nil
}

type session struct {
	network *Network
	scope   scanner.Scope
	group   scanner.Group
	more    chan struct{}

	mu      sync.Mutex
	waiting []Packet
}

func (s *session) push(packets []Packet) {
	s.mu.Lock()
	s.waiting = append(s.waiting, packets...)
	s.mu.Unlock()
	select {
	case s.more <- struct{}{}:
	default:
	}
}

// Send implements scanner.Session.
func (s *session) Send(payload []byte) error {
	if s.network.SendErr != nil {
		return s.network.SendErr
	}
	s.network.mu.Lock()
	s.network.sent = append(s.network.sent, append([]byte(nil), payload...))
	s.network.mu.Unlock()
	if s.network.Answer != nil {
		s.push(s.network.Answer(s.group, payload))
	}
	return nil
}

// SendTo implements scanner.Session. Like the real one it refuses what is outside the scope.
func (s *session) SendTo(to netip.Addr, payload []byte) error {
	if s.network.SendErr != nil {
		return s.network.SendErr
	}
	if s.group.Silent || !s.scope.Covers(to) || s.scope.Own(to) {
		return errors.New("this session may not send there")
	}
	s.network.mu.Lock()
	s.network.sentTo = append(s.network.sentTo, Packet{From: to.String(), Payload: append([]byte(nil), payload...)})
	s.network.mu.Unlock()
	if s.network.AnswerTo != nil {
		s.push(s.network.AnswerTo(s.group, to, payload))
	}
	return nil
}

// Receive implements scanner.Session. Like the real one it drops what comes from outside the scope.
func (s *session) Receive(ctx context.Context, each func(scanner.Datagram)) {
	for {
		s.mu.Lock()
		batch := s.waiting
		s.waiting = nil
		s.mu.Unlock()
		for _, p := range batch {
			from := netip.MustParseAddr(p.From)
			if s.scope.Covers(from) {
				each(scanner.Datagram{From: netip.AddrPortFrom(from, s.group.Port), At: time.Now(), Payload: p.Payload})
			}
		}
		select {
		case <-s.more:
		case <-ctx.Done():
			return
		}
	}
}

// Close implements scanner.Session.
func (s *session) Close() error { return nil }

// Home returns a scope for tests: the network 192.168.7.0/24, this computer at .20, one connection
// called eth0.
func Home(mode scanner.Mode, budget time.Duration) scanner.Scope {
	return scanner.Scope{
		Mode: mode, Attestation: scanner.AttestOwnNetwork, Budget: budget,
		Interfaces: []scanner.Interface{{
			Name: "eth0", Index: 2, MAC: "f4:d1:08:aa:bb:cc",
			Networks:  []netip.Prefix{netip.MustParsePrefix("192.168.7.20/24")},
			LinkLocal: netip.MustParseAddr("fe80::f6d1:8ff:feaa:bbcc%eth0"),
		}},
		Prefixes: []netip.Prefix{netip.MustParsePrefix("192.168.7.0/24")},
	}
}

// Ticked returns a scope in which somebody has ticked the given devices.
func Ticked(scope scanner.Scope, devices ...string) scanner.Scope {
	for _, a := range devices {
		scope.Ticked = append(scope.Ticked, netip.MustParseAddr(a))
	}
	return scope
}

// Observe lets a source look for at most limit.
func Observe(ctx context.Context, limit time.Duration, s scanner.Source, scope scanner.Scope) (*Sightings, scanner.Outcome) {
	inTime, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	got := &Sightings{}
	return got, s.Observe(inTime, scope, got.Emit)
}

// Follow lets a follower look for at most limit, while somebody sees the given addresses.
func Follow(
	ctx context.Context, limit time.Duration, s scanner.Follower, scope scanner.Scope, seen ...string,
) (*Sightings, scanner.Outcome) {
	inTime, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	got := &Sightings{}
	return got, s.Follow(inTime, scope, Seen(seen...), got.Emit)
}

// Seen are the addresses that somebody sees, for a follower.
func Seen(seen ...string) <-chan netip.Addr {
	addrs := make(chan netip.Addr, len(seen))
	for _, a := range seen {
		addrs <- netip.MustParseAddr(a)
	}
	close(addrs)
	return addrs
}

// Sightings keeps what a probe emits.
type Sightings struct {
	mu  sync.Mutex
	all []scanner.Sighting
}

// Emit is given to a probe.
func (s *Sightings) Emit(x scanner.Sighting) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = append(s.all, x)
}

// Facts returns the facts about one address, in order of arrival.
func (s *Sightings) Facts(addr string) []scanner.Fact {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []scanner.Fact
	for _, x := range s.all {
		for _, k := range x.Keys {
			if k == scanner.IPKey(netip.MustParseAddr(addr)) {
				out = append(out, x.Facts...)
			}
		}
	}
	return out
}

// Count returns the number of sightings.
func (s *Sightings) Count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.all)
}
