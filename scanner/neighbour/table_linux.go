package neighbour

import (
	"encoding/binary"
	"fmt"
	"net"
	"net/netip"
	"syscall"
	"time"

	"keyholder/scanner"
)

// Numbers of the kernel's neighbour messages (linux/neighbour.h) that package syscall lacks.
const (
	ndaDst       = 1
	ndaLLAddr    = 2
	ndaCacheInfo = 3

	nudIncomplete = 0x01
	nudFailed     = 0x20
	nudNoARP      = 0x40
	nudPermanent  = 0x80

	ndMsgLength  = 12
	ticksASecond = 100 // USER_HZ, the unit of nda_cacheinfo on every Linux we build for
)

// SystemTable reads the neighbour table over netlink, which any user may do.
func SystemTable() ([]Entry, error) {
	raw, err := syscall.NetlinkRIB(syscall.RTM_GETNEIGH, syscall.AF_UNSPEC)
	if err != nil {
		return nil, fmt.Errorf("reading the neighbour table: %w", err)
	}
	return parseTable(raw, time.Now(), zoneName)
}

func zoneName(index int) string {
	i, err := net.InterfaceByIndex(index)
	if err != nil {
		return ""
	}
	return i.Name
}

// parseTable reads an RTM_GETNEIGH dump. zone names the interface of an index.
func parseTable(raw []byte, now time.Time, zone func(int) string) ([]Entry, error) {
	messages, err := syscall.ParseNetlinkMessage(raw)
	if err != nil {
		return nil, fmt.Errorf("reading the neighbour table: %w", err)
	}
	var entries []Entry
	for _, m := range messages {
		if m.Header.Type != syscall.RTM_NEWNEIGH || len(m.Data) < ndMsgLength {
			continue
		}
		if e, ok := parseEntry(m.Data, now, zone); ok {
			entries = append(entries, e)
		}
	}
	return entries, nil
}

// parseEntry reads one struct ndmsg and its attributes. Entries that nobody answered for, and those
// that an administrator wrote by hand, are no sign of a device.
func parseEntry(data []byte, now time.Time, zone func(int) string) (Entry, bool) {
	index := int(int32(binary.NativeEndian.Uint32(data[4:])))
	state := binary.NativeEndian.Uint16(data[8:])
	if state&(nudIncomplete|nudFailed|nudNoARP|nudPermanent) != 0 || state == 0 {
		return Entry{}, false
	}
	e := Entry{Index: index}
	for rest := data[ndMsgLength:]; len(rest) >= 4; {
		length := int(binary.NativeEndian.Uint16(rest))
		if length < 4 || length > len(rest) {
			return Entry{}, false
		}
		e.attribute(binary.NativeEndian.Uint16(rest[2:]), rest[4:length], now)
		rest = rest[min((length+3)&^3, len(rest)):]
	}
	if e.Addr.IsLinkLocalUnicast() && e.Addr.Is6() {
		e.Addr = e.Addr.WithZone(zone(index))
	}
	return e, e.MAC != "" && e.Addr.IsValid() && !e.Addr.IsMulticast()
}

// attribute reads one attribute of an entry; one that says nothing usable leaves it as it is.
func (e *Entry) attribute(kind uint16, value []byte, now time.Time) {
	switch kind {
	case ndaDst:
		e.Addr, _ = netip.AddrFromSlice(value)
	case ndaLLAddr:
		e.MAC, _ = scanner.MACFromBytes(value)
	case ndaCacheInfo:
		if len(value) >= 4 {
			age := time.Duration(binary.NativeEndian.Uint32(value)) * (time.Second / ticksASecond)
			e.Confirmed = now.Add(-age)
		}
	}
}
