package lan

import (
	"fmt"
	"net"
	"net/netip"
	"slices"

	"keyholder/scanner"
)

// link is what has to be known of a network connection to decide whether it is a real one.
type link struct {
	name     string
	index    int
	mac      string
	up       bool
	loopback bool
	point    bool           // point to point: nobody else can be on it
	prefixes []netip.Prefix // with this computer's own address
	kind     linkKind       // what the operating system says it is
}

// linkKind is what the operating system itself says about a connection.
type linkKind int

const (
	kindUnknown linkKind = iota
	kindReal
	kindTunnel
	kindVirtual
)

// Interfaces returns the network connections that lead to real private networks, and those that are
// left out with the reason.
func Interfaces() ([]scanner.Interface, []scanner.LeftOut, error) {
	all, err := net.Interfaces()
	if err != nil {
		return nil, nil, fmt.Errorf("listing the network connections: %w", err)
	}
	links := make([]link, 0, len(all))
	for _, i := range all {
		links = append(links, describe(i))
	}
	used, left := choose(links)
	return used, left, nil
}

func describe(i net.Interface) link {
	l := link{
		name: i.Name, index: i.Index,
		up:       i.Flags&net.FlagUp != 0 && i.Flags&net.FlagRunning != 0,
		loopback: i.Flags&net.FlagLoopback != 0,
		point:    i.Flags&net.FlagPointToPoint != 0,
		kind:     kindOf(i.Name),
	}
	l.mac, _ = scanner.MACFromBytes(i.HardwareAddr)
	addrs, err := i.Addrs()
	if err != nil { // it went away in between
		l.up = false
		return l
	}
	for _, a := range addrs {
		if n, ok := a.(*net.IPNet); ok {
			if p, ok := prefixOf(n); ok {
				l.prefixes = append(l.prefixes, p)
			}
		}
	}
	return l
}

func prefixOf(n *net.IPNet) (netip.Prefix, bool) {
	a, ok := netip.AddrFromSlice(n.IP)
	bits, of := n.Mask.Size()
	if a = a.Unmap(); a.Is4() {
		bits -= of - a.BitLen() // a mask of 16 bytes may stand beside an IPv4 address
	}
	p := netip.PrefixFrom(a, bits)
	return p, ok && p.IsValid()
}

// choose sorts the connections into those that are used and those that are not.
func choose(links []link) (used []scanner.Interface, left []scanner.LeftOut) {
	for _, l := range links {
		if r := l.reason(); r != "" {
			left = append(left, scanner.LeftOut{Name: l.name, Reason: r})
			continue
		}
		i := scanner.Interface{Name: l.name, Index: l.index, MAC: l.mac}
		for _, p := range l.prefixes {
			switch {
			case p.Addr().Is6() && p.Addr().IsLinkLocalUnicast():
				i.LinkLocal = p.Addr().WithZone(l.name)
			case usable(p):
				i.Networks = append(i.Networks, p)
			}
		}
		used = append(used, i)
	}
	return used, left
}

// reason says why a connection is left out; it is empty for one that is used.
func (l link) reason() scanner.LeftOutReason {
	guess := guessKind(l.name)
	if l.kind != kindUnknown {
		guess = l.kind
	}
	switch {
	case l.loopback:
		return scanner.LeftOutLoopback
	case guess == kindTunnel || l.point:
		return scanner.LeftOutVPN
	case guess == kindVirtual:
		return scanner.LeftOutContainer
	case !l.up:
		return scanner.LeftOutDown
	case slices.ContainsFunc(l.prefixes, usable):
		return ""
	case slices.ContainsFunc(l.prefixes, singleHost):
		return scanner.LeftOutSingleHost
	}
	return scanner.LeftOutNoAddress
}

// usable reports whether a network is private and has room for neighbours. Link-local IPv6 comes with
// every connection and makes none of them a network of its own.
func usable(p netip.Prefix) bool {
	linkLocal6 := p.Addr().Is6() && p.Addr().IsLinkLocalUnicast()
	return !linkLocal6 && !singleHost(p) && scanner.PrivatePrefix(p)
}

func singleHost(p netip.Prefix) bool { return p.IsSingleIP() }
