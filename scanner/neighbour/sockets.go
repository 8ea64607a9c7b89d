package neighbour

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"

	"golang.org/x/net/ipv4"
	"golang.org/x/net/ipv6"
)

// discardPort is RFC 863's port: whatever arrives there is thrown away. The datagrams are empty.
const discardPort = 9

// pokesASocket is how many datagrams wait in one socket at most. The system keeps each until it knows
// the hardware address, for three seconds if nobody answers, and stops a socket that holds too many.
const pokesASocket = 100

// sockets holds one socket per family at a time. Their packets live for one hop, so that no router
// carries them out of the network.
type sockets struct {
	mu     sync.Mutex
	v4, v6 *net.UDPConn
	count  int
}

func openSockets() (sender, error) {
	s := &sockets{}
	if err := s.open(); err != nil {
		return nil, err
	}
	return s, nil
}

func (s *sockets) open() error {
	v4, err4 := net.ListenUDP("udp4", nil)
	if err4 == nil {
		err4 = ipv4.NewConn(v4).SetTTL(1)
	}
	v6, err6 := net.ListenUDP("udp6", nil)
	if err6 == nil {
		err6 = ipv6.NewConn(v6).SetHopLimit(1)
	}
	s.v4, s.v6, s.count = v4, v6, 0
	if err4 != nil && err6 != nil {
		s.shut()
		return fmt.Errorf("opening a socket for the sweep: %w", errors.Join(err4, err6))
	}
	return nil
}

func (s *sockets) poke(a netip.Addr) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.count++; s.count > pokesASocket {
		s.shut() // what waits in the old socket is still sent
		if err := s.open(); err != nil {
			return err
		}
	}
	conn := s.v4
	if a.Is6() {
		conn = s.v6
	}
	if conn == nil {
		return fmt.Errorf("asking an address: %w", errors.ErrUnsupported)
	}
	_, err := conn.WriteToUDPAddrPort(nil, netip.AddrPortFrom(a, discardPort))
	return err
}

func (s *sockets) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.shut()
}

func (s *sockets) shut() {
	for _, c := range []*net.UDPConn{s.v4, s.v6} {
		if c != nil {
			_ = c.Close()
		}
	}
	s.v4, s.v6 = nil, nil
}
