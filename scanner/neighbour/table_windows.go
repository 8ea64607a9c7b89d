package neighbour

import (
	"fmt"
	"net"
	"net/netip"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"

	"keyholder/scanner"
)

// ipNetRow mirrors MIB_IPNET_ROW2 (netioapi.h) on 64-bit and 32-bit systems alike.
type ipNetRow struct {
	address        [28]byte // SOCKADDR_INET
	index          uint32
	luid           uint64
	physical       [32]byte
	physicalLength uint32
	state          uint32
	flags          uint32
	reachableMS    uint32 // milliseconds since the device last proved to be there
}

// States of an entry (NL_NEIGHBOR_STATE) that stand for no device.
const (
	stateUnreachable = 0
	stateIncomplete  = 1
	statePermanent   = 6
)

// SystemTable reads the neighbour table with GetIpNetTable2, which any user may call.
func SystemTable() ([]Entry, error) {
	helper := windows.NewLazySystemDLL("iphlpapi.dll")
	get, free := helper.NewProc("GetIpNetTable2"), helper.NewProc("FreeMibTable")
	if err := get.Find(); err != nil {
		return nil, fmt.Errorf("reading the neighbour table: %w", err)
	}
	var table *struct {
		count uint32
		_     uint32
		first ipNetRow
	}
	code, _, _ := get.Call(syscall.AF_UNSPEC, uintptr(unsafe.Pointer(&table)))
	if code != 0 || table == nil {
		return nil, fmt.Errorf("reading the neighbour table: %w", syscall.Errno(code))
	}
	defer func() { _, _, _ = free.Call(uintptr(unsafe.Pointer(table))) }()
	var entries []Entry
	now := time.Now()
	for _, row := range unsafe.Slice(&table.first, table.count) {
		if e, ok := row.entry(now); ok {
			entries = append(entries, e)
		}
	}
	return entries, nil
}

func (r ipNetRow) entry(now time.Time) (Entry, bool) {
	if r.state == stateUnreachable || r.state == stateIncomplete || r.state == statePermanent ||
		r.physicalLength != 6 {
		return Entry{}, false
	}
	mac, ok := scanner.MACFromBytes(r.physical[:6])
	if !ok {
		return Entry{}, false
	}
	e := Entry{MAC: mac, Index: int(r.index)}
	if r.reachableMS != 0 {
		e.Confirmed = now.Add(-time.Duration(r.reachableMS) * time.Millisecond)
	}
	e.Addr = r.ip()
	return e, e.Addr.IsValid() && !e.Addr.IsMulticast()
}

// ip reads the address of a row, with its zone where it needs one.
func (r ipNetRow) ip() netip.Addr {
	switch family := uint16(r.address[0]) | uint16(r.address[1])<<8; family {
	case syscall.AF_INET:
		return netip.AddrFrom4([4]byte(r.address[4:8]))
	case syscall.AF_INET6:
		a := netip.AddrFrom16([16]byte(r.address[8:24]))
		if a.IsLinkLocalUnicast() {
			a = a.WithZone(zoneName(int(r.index)))
		}
		return a
	}
	return netip.Addr{}
}

func zoneName(index int) string {
	i, err := net.InterfaceByIndex(index)
	if err != nil {
		return ""
	}
	return i.Name
}
