package neighbour

import (
	"encoding/binary"
	"net/netip"
	"syscall"
	"testing"
	"time"
)

// line writes one RTM_NEWNEIGH message.
func line(index int, state uint16, dst, mac []byte, ticks uint32) []byte {
	attr := func(kind uint16, value []byte) []byte {
		b := binary.NativeEndian.AppendUint16(nil, uint16(4+len(value)))
		b = binary.NativeEndian.AppendUint16(b, kind)
		b = append(b, value...)
		return append(b, make([]byte, (4-len(b)%4)%4)...)
	}
	body := make([]byte, ndMsgLength)
	binary.NativeEndian.PutUint32(body[4:], uint32(index))
	binary.NativeEndian.PutUint16(body[8:], state)
	body = append(body, attr(ndaDst, dst)...)
	body = append(body, attr(ndaLLAddr, mac)...)
	info := make([]byte, 16)
	binary.NativeEndian.PutUint32(info, ticks)
	body = append(body, attr(ndaCacheInfo, info)...)
	head := make([]byte, 16)
	binary.NativeEndian.PutUint32(head, uint32(16+len(body)))
	binary.NativeEndian.PutUint16(head[4:], syscall.RTM_NEWNEIGH)
	return append(head, body...)
}

func TestParseTable(t *testing.T) {
	now := time.Now()
	ipv6 := netip.MustParseAddr("fe80::5").AsSlice()
	multicast := netip.MustParseAddr("ff02::1").AsSlice()
	mac := []byte{0x98, 0x9b, 0xcb, 0x10, 0x20, 0x01}
	var raw []byte
	for _, l := range [][]byte{
		line(2, 0x02, []byte{192, 168, 7, 1}, mac, 300),
		line(2, 0x04, ipv6, mac, 0),
		line(2, nudIncomplete, []byte{192, 168, 7, 2}, mac, 0),
		line(2, nudFailed, []byte{192, 168, 7, 3}, mac, 0),
		line(2, nudPermanent, []byte{192, 168, 7, 4}, mac, 0),
		line(2, nudNoARP, multicast, []byte{0x33, 0x33, 0, 0, 0, 1}, 0),
		line(2, 0x02, []byte{192, 168, 7, 5}, []byte{0, 0, 0, 0, 0, 0}, 0),
		line(2, 0x02, []byte{192, 168, 7, 6}, []byte{1, 2, 3}, 0),
	} {
		raw = append(raw, l...)
	}
	got, err := parseTable(raw, now, func(int) string { return "eth0" })
	if err != nil || len(got) != 2 {
		t.Fatalf("%v, %+v", err, got)
	}
	if got[0].Addr != netip.MustParseAddr("192.168.7.1") || got[0].MAC != "98:9b:cb:10:20:01" || now.Sub(got[0].Confirmed) != 3*time.Second {
		t.Errorf("first %+v", got[0])
	}
	if got[1].Addr != netip.MustParseAddr("fe80::5%eth0") || got[1].Index != 2 {
		t.Errorf("second %+v", got[1])
	}
}

func TestSystemTable(t *testing.T) {
	if _, err := SystemTable(); err != nil {
		t.Errorf("any user may read the table: %v", err)
	}
}

func FuzzParseTable(f *testing.F) {
	f.Add(line(2, 2, []byte{192, 168, 7, 1}, []byte{2, 0, 0, 0, 0, 1}, 5))
	f.Add(line(2, 2, []byte{1}, nil, 0)[:30])
	f.Fuzz(func(t *testing.T, raw []byte) {
		entries, _ := parseTable(raw, time.Now(), func(int) string { return "eth0" })
		for _, e := range entries {
			if !e.Addr.IsValid() || len(e.MAC) != 17 {
				t.Fatalf("entry %+v", e)
			}
		}
	})
}
