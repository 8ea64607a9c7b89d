package neighbour

import (
	"fmt"
	"net"
	"net/netip"
	"syscall"

	"golang.org/x/net/route"

	"keyholder/scanner"
)

// SystemTable reads the link-layer entries of the routing table (what arp -an and ndp -an print). The
// system does not say when an entry was last confirmed.
func SystemTable() ([]Entry, error) {
	var entries []Entry
	for _, family := range []int{syscall.AF_INET, syscall.AF_INET6} {
		raw, err := route.FetchRIB(family, route.RIBType(syscall.NET_RT_FLAGS), syscall.RTF_LLINFO)
		if err != nil {
			return nil, fmt.Errorf("reading the neighbour table: %w", err)
		}
		messages, err := route.ParseRIB(route.RIBType(syscall.NET_RT_FLAGS), raw)
		if err != nil {
			return nil, fmt.Errorf("reading the neighbour table: %w", err)
		}
		for _, m := range messages {
			if e, ok := entryOf(m); ok {
				entries = append(entries, e)
			}
		}
	}
	return entries, nil
}

func entryOf(m route.Message) (Entry, bool) {
	line, ok := m.(*route.RouteMessage)
	if !ok || len(line.Addrs) < 2 {
		return Entry{}, false
	}
	link, ok := line.Addrs[syscall.RTAX_GATEWAY].(*route.LinkAddr)
	if !ok {
		return Entry{}, false
	}
	mac, ok := scanner.MACFromBytes(link.Addr)
	if !ok {
		return Entry{}, false
	}
	e := Entry{MAC: mac, Index: line.Index}
	switch a := line.Addrs[syscall.RTAX_DST].(type) {
	case *route.Inet4Addr:
		e.Addr = netip.AddrFrom4(a.IP)
	case *route.Inet6Addr:
		e.Addr = netip.AddrFrom16(a.IP)
		if e.Addr.IsLinkLocalUnicast() {
			e.Addr = e.Addr.WithZone(zoneName(line.Index))
		}
	}
	return e, e.Addr.IsValid() && !e.Addr.IsMulticast()
}

func zoneName(index int) string {
	i, err := net.InterfaceByIndex(index)
	if err != nil {
		return ""
	}
	return i.Name
}
