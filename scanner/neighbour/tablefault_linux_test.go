package neighbour

import (
	"encoding/binary"
	"math/rand/v2"
	"net/netip"
	"syscall"
	"testing"
	"time"
)

// States that the kernel gives to entries that stand for no device, alone and mixed.
func TestParseTable_states(t *testing.T) {
	for state, want := range map[uint16]bool{
		0x02: true, 0x04: true, 0x08: true, 0x10: true, // reachable, stale, delay, probe
		0x00: false, nudIncomplete: false, nudFailed: false, nudNoARP: false, nudPermanent: false, 0x02 | nudPermanent: false,
	} {
		got, err := parseTable(line(2, state, []byte{192, 168, 7, 5}, []byte{2, 0, 0, 0, 0, 1}, 0), time.Now(), func(int) string { return "" })
		if err != nil || (len(got) == 1) != want {
			t.Errorf("state %#x: %v, %v", state, got, err)
		}
	}
}

// A table that is cut, or whose lengths lie, gives what can be read and no more.
func TestParseTable_cut(t *testing.T) {
	whole := append(line(2, 2, []byte{192, 168, 7, 5}, []byte{2, 0, 0, 0, 0, 1}, 7), line(3, 2, []byte{192, 168, 7, 6}, []byte{2, 0, 0, 0, 0, 2}, 7)...)
	for n := range len(whole) {
		got, _ := parseTable(whole[:n], time.Now(), func(int) string { return "" })
		if len(got) > 1 || len(got) == 1 && got[0].Addr != netip.MustParseAddr("192.168.7.5") {
			t.Fatalf("%d bytes: %+v", n, got)
		}
	}
	for seed := range uint64(3000) {
		r := rand.New(rand.NewPCG(seed, 4))
		changed := append([]byte(nil), whole...)
		for range 1 + r.IntN(4) {
			changed[r.IntN(len(changed))] = byte(r.IntN(256))
		}
		got, _ := parseTable(changed, time.Now(), func(int) string { return "eth0" })
		for _, e := range got {
			if !e.Addr.IsValid() || e.Addr.IsMulticast() || len(e.MAC) != 17 {
				t.Fatalf("seed %d: %+v", seed, e)
			}
		}
	}
}

// Messages of another kind, entries without an address or hardware, and attributes nobody knows are left out.
func TestParseTable_others(t *testing.T) {
	route := line(2, 2, []byte{192, 168, 7, 5}, []byte{2, 0, 0, 0, 0, 1}, 0)
	binary.NativeEndian.PutUint16(route[4:], syscall.RTM_NEWROUTE)
	short := line(2, 2, []byte{192, 168, 7, 5}, []byte{2, 0, 0, 0, 0, 1}, 0)[:24]
	binary.NativeEndian.PutUint32(short, 24)
	for name, raw := range map[string][]byte{
		"a route": route, "too short": short, "no hardware": line(2, 2, []byte{192, 168, 7, 5}, nil, 0), "no address": line(2, 2, nil, []byte{2, 0, 0, 0, 0, 1}, 0),
		"five bytes of address": line(2, 2, []byte{1, 2, 3, 4, 5}, []byte{2, 0, 0, 0, 0, 1}, 0), "FireWire": line(2, 2, []byte{192, 168, 7, 5}, []byte{2, 0, 0, 0, 0, 1, 2, 3}, 0),
		"everybody": line(2, 2, []byte{192, 168, 7, 255}, []byte{255, 255, 255, 255, 255, 255}, 0), "nothing": nil,
	} {
		if got, err := parseTable(raw, time.Now(), func(int) string { return "" }); err != nil || len(got) != 0 {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	old, err := parseTable(line(2, 4, []byte{192, 168, 7, 5}, []byte{2, 0, 0, 0, 0, 1}, 0xffffffff), time.Now(), func(int) string { return "" })
	if err != nil || len(old) != 1 || time.Since(old[0].Confirmed) < 24*time.Hour {
		t.Errorf("an entry as old as can be: %+v, %v", old, err)
	}
	if zoneName(1<<30) != "" {
		t.Error("an interface that does not exist has a name")
	}
}
