package multicast

import (
	"encoding/binary"
	"fmt"
	"net"
	"net/netip"

	"golang.org/x/net/ipv4"

	"keyholder/scanner"
)

// openBroadcast opens a socket on every IPv4 network of the scope, or, to hear what devices tell
// everybody, one on the port itself.
func (s *session) openBroadcast() (errs []error) {
	if s.group.Join {
		// A group address makes Go share the port with whoever hears it already.
		conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(224, 0, 0, 0), Port: int(s.group.Port)})
		if err != nil {
			return []error{err}
		}
		s.sockets = append(s.sockets, &socket{conn: conn})
		return nil
	}
	for _, i := range s.scope.Interfaces {
		for _, n := range i.Networks {
			if n.Addr().Is4() {
				errs = append(errs, s.broadcastOn(i, n))
			}
		}
	}
	return errs
}

func (s *session) broadcastOn(i scanner.Interface, network netip.Prefix) error {
	conn, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(netip.AddrPortFrom(network.Addr(), 0)))
	if err != nil {
		return err
	}
	// What fails here only makes a packet travel as the system likes; no router passes on a broadcast.
	_ = ipv4.NewPacketConn(conn).SetTTL(linkOnly)
	s.sockets = append(s.sockets, &socket{
		conn: conn, to: netip.AddrPortFrom(everybody(network), s.group.Port),
		links: []net.Interface{{Index: i.Index, Name: i.Name}}, network: network,
		use: func(*net.Interface) error { return nil },
	})
	return nil
}

// everybody is the address that every device of an IPv4 network hears: its last one.
func everybody(network netip.Prefix) netip.Addr {
	a := network.Masked().Addr().As4()
	hosts := uint32(1)<<(32-network.Bits()) - 1
	binary.BigEndian.PutUint32(a[:], binary.BigEndian.Uint32(a[:])|hosts)
	return netip.AddrFrom4(a)
}

// SendTo implements scanner.Session.
func (s *session) SendTo(to netip.Addr, payload []byte) error {
	if s.group.Silent {
		return errSilent
	}
	link, ok := s.scope.InterfaceFor(to)
	if !ok || !s.scope.Covers(to) || s.scope.Own(to) || to.IsMulticast() {
		return fmt.Errorf("sending to one device: %w", errOutside)
	}
	for _, sock := range s.sockets {
		if !sock.reaches(to, link) {
			continue
		}
		if _, err := sock.conn.WriteToUDPAddrPort(payload, netip.AddrPortFrom(to, s.group.Port)); err != nil {
			return fmt.Errorf("sending to one device: %w", err)
		}
		return nil
	}
	return fmt.Errorf("sending to one device: %w", scanner.ErrNoNetwork)
}

// reaches reports whether the socket stands on the network of a device.
func (k *socket) reaches(to netip.Addr, on scanner.Interface) bool {
	if k.network.IsValid() {
		return k.network.Contains(to) && to != everybody(k.network)
	}
	if to.Is4() != k.to.Addr().Is4() {
		return false
	}
	for _, l := range k.links {
		if l.Name == on.Name {
			return true
		}
	}
	return false
}
