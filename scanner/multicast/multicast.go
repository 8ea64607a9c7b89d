// Package multicast opens sockets for the probes that talk to a multicast group. It keeps every
// packet on the networks of the scope: it sends only through their interfaces and drops whatever
// comes from elsewhere.
package multicast

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/net/ipv4"
	"golang.org/x/net/ipv6"

	"keyholder/scanner"
)

// largestDatagram is the largest packet that is looked at: RFC 6762 section 17 allows 9,000 bytes.
const largestDatagram = 9000

// linkOnly keeps a multicast packet on its own link. Routers do not pass it on.
const linkOnly = 1

var (
	errSilent  = errors.New("this session only listens")
	errOutside = errors.New("this address is not one of the check's")
)

// Network opens sessions on the real network.
type Network struct{}

var _ scanner.Multicast = Network{}

// Open implements scanner.Multicast. It fails if not one socket could be opened; the error can be
// given to scanner.ReasonFor.
func (Network) Open(scope scanner.Scope, group scanner.Group) (scanner.Session, error) {
	s := &session{scope: scope, group: group}
	errs := s.open()
	if len(s.sockets) == 0 {
		if err := errors.Join(errs...); err != nil {
			return nil, fmt.Errorf("opening a multicast session: %w", err)
		}
		return nil, fmt.Errorf("opening a multicast session: %w", scanner.ErrNoNetwork)
	}
	return s, nil
}

func (s *session) open() (errs []error) {
	if s.group.Broadcast {
		return s.openBroadcast()
	}
	if s.group.V4.IsValid() {
		errs = append(errs, s.openFamily(s.group.V4))
	}
	if s.group.V6.IsValid() {
		errs = append(errs, s.openFamily(s.group.V6))
	}
	return errs
}

type session struct {
	scope   scanner.Scope
	group   scanner.Group
	sockets []*socket
	one     sync.Mutex // receivers hand over one datagram at a time
}

// socket sends through one interface at a time.
type socket struct {
	conn  *net.UDPConn
	to    netip.AddrPort
	links []net.Interface
	use   func(link *net.Interface) error // points the next packet at an interface
	mu    sync.Mutex                      // between pointing and sending
	// network is the one that a broadcast goes to; the zero prefix for a group.
	network netip.Prefix
}

func (s *session) openFamily(group netip.Addr) error {
	if s.group.Join {
		return s.join(group)
	}
	var errs []error
	for _, i := range s.scope.Interfaces {
		from, ok := localAddress(i, group.Is4())
		if !ok {
			continue
		}
		errs = append(errs, s.openOn(i, group, from))
	}
	return errors.Join(errs...)
}

// localAddress returns this computer's own address to ask from.
func localAddress(i scanner.Interface, v4 bool) (netip.Addr, bool) {
	if !v4 {
		return i.LinkLocal, i.LinkLocal.IsValid()
	}
	for _, n := range i.Networks {
		if n.Addr().Is4() {
			return n.Addr(), true
		}
	}
	return netip.Addr{}, false
}

// openOn opens a socket with a port of our own on one interface.
func (s *session) openOn(i scanner.Interface, group, from netip.Addr) error {
	conn, err := net.ListenUDP(family(group), net.UDPAddrFromAddrPort(netip.AddrPortFrom(from, 0)))
	if err != nil {
		return err
	}
	return s.keep(conn, group, []scanner.Interface{i}, false)
}

// join opens one socket on the group's port, shared with the system's own responder, and joins the
// group on every interface.
func (s *session) join(group netip.Addr) error {
	wildcard := netip.MustParseAddr("224.0.0.0") // a group address makes Go share the port
	if group.Is6() {
		wildcard = netip.MustParseAddr("ff02::")
	}
	conn, err := net.ListenUDP(family(group), net.UDPAddrFromAddrPort(netip.AddrPortFrom(wildcard, s.group.Port)))
	if err != nil {
		return err
	}
	return s.keep(conn, group, s.scope.Interfaces, true)
}

func (s *session) keep(conn *net.UDPConn, group netip.Addr, on []scanner.Interface, join bool) error {
	sock := &socket{conn: conn, to: netip.AddrPortFrom(group, s.group.Port)}
	p := newPacketConn(conn, group)
	var errs []error
	for _, i := range on {
		link := net.Interface{Index: i.Index, Name: i.Name}
		if join {
			if err := p.JoinGroup(&link, &net.UDPAddr{IP: group.AsSlice()}); err != nil {
				errs = append(errs, err)
				continue
			}
		}
		sock.links = append(sock.links, link)
	}
	if len(sock.links) == 0 {
		return errors.Join(append(errs, conn.Close())...)
	}
	sock.use = p.SetMulticastInterface
	s.sockets = append(s.sockets, sock)
	return nil
}

// packetConn is what IPv4 and IPv6 have in common.
type packetConn interface {
	JoinGroup(link *net.Interface, group net.Addr) error
	SetMulticastInterface(link *net.Interface) error
}

func newPacketConn(conn *net.UDPConn, group netip.Addr) packetConn {
	hops := linkOnly
	if group.IsLinkLocalMulticast() {
		hops = 255 // RFC 6762 section 11: answers and questions carry 255 to show they were not routed
	}
	// What fails here on one system or another only makes a packet travel as the system likes.
	if group.Is4() {
		p := ipv4.NewPacketConn(conn)
		_ = p.SetMulticastTTL(hops)
		_ = p.SetMulticastLoopback(false)
		return p
	}
	p := ipv6.NewPacketConn(conn)
	_ = p.SetMulticastHopLimit(hops)
	_ = p.SetMulticastLoopback(false)
	return p
}

func family(a netip.Addr) string {
	if a.Is4() {
		return "udp4"
	}
	return "udp6"
}

// Send implements scanner.Session.
func (s *session) Send(payload []byte) error {
	if s.group.Silent {
		return errSilent
	}
	var errs []error
	sent := 0
	for _, sock := range s.sockets {
		for i := range sock.links {
			if err := sock.send(&sock.links[i], payload); err != nil {
				errs = append(errs, err)
				continue
			}
			sent++
		}
	}
	if sent == 0 {
		return fmt.Errorf("sending to a multicast group: %w", errors.Join(errs...))
	}
	return nil
}

func (k *socket) send(link *net.Interface, payload []byte) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := k.use(link); err != nil {
		return err
	}
	to := k.to
	if to.Addr().Is6() {
		to = netip.AddrPortFrom(to.Addr().WithZone(link.Name), to.Port())
	}
	_, err := k.conn.WriteToUDPAddrPort(payload, to)
	return err
}

// Receive implements scanner.Session.
func (s *session) Receive(ctx context.Context, each func(scanner.Datagram)) {
	var all sync.WaitGroup
	var fault scanner.Fault
	for _, sock := range s.sockets {
		all.Go(func() {
			defer fault.Catch()
			s.read(ctx, sock.conn, each)
		})
	}
	all.Wait()
	fault.Raise()
}

func (s *session) read(ctx context.Context, conn *net.UDPConn, each func(scanner.Datagram)) {
	stop := context.AfterFunc(ctx, func() { _ = conn.SetReadDeadline(time.Now()) })
	defer stop()
	buf := make([]byte, largestDatagram+1)
	for ctx.Err() == nil {
		n, from, err := conn.ReadFromUDPAddrPort(buf)
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			if ctx.Err() == nil { // an unreachable device shows up here on some systems: go on
				time.Sleep(time.Millisecond)
			}
			continue
		}
		from = netip.AddrPortFrom(from.Addr().Unmap(), from.Port())
		if n > largestDatagram || !s.scope.Covers(from.Addr()) {
			continue
		}
		s.hand(scanner.Datagram{From: from, At: time.Now(), Payload: buf[:n]}, each)
	}
}

// hand passes one packet on, one at a time.
func (s *session) hand(d scanner.Datagram, each func(scanner.Datagram)) {
	s.one.Lock()
	defer s.one.Unlock()
	each(d)
}

// Close implements scanner.Session.
func (s *session) Close() error {
	var errs []error
	for _, sock := range s.sockets {
		errs = append(errs, sock.conn.Close())
	}
	return errors.Join(errs...)
}
