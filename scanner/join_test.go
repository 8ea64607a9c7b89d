package scanner

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"
)

const (
	macA = "54:2a:1b:0a:0b:0c"
	macB = "98:9b:cb:10:20:01"
)

func said(source SourceName, addr string, kind FactKind, pairs ...string) Sighting {
	return Sighting{Source: source, Keys: []Key{ip(addr)}, Facts: fact(kind, pairs...)}
}

// hardware lists what the devices' hardware addresses are, "-" for a device without one.
func hardware(devices []Device) string {
	var out []string
	for _, d := range devices {
		out = append(out, strings.Join(append([]string{"-"}[:1-min(1, len(d.MACs))], d.MACs...), "+"))
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

// factValues lists every value of one field of a device.
func factValues(d Device, kind FactKind, field string) (out []string) {
	for _, f := range d.Facts {
		if f.Kind == kind && f.Fields[field] != "" {
			out = append(out, f.Fields[field])
		}
	}
	slices.Sort(out)
	return out
}

// Two things with the same name are two things: a second camera that calls itself like the first must
// not disappear in it.
func TestMerge_oneNameTwoDevices(t *testing.T) {
	got, _ := Merge([]Sighting{
		said(SourceMDNS, "192.168.7.5", FactMDNS, "name", "Front Door", "host", "cam.local"),
		said(SourceMDNS, "192.168.7.6", FactMDNS, "name", "Front Door", "host", "cam.local"),
		neighbourOf(macA, "192.168.7.5", "answered"),
		neighbourOf(macB, "192.168.7.6", "answered"),
	}, MaximumListed)
	if len(got) != 2 || hardware(got) != macA+" "+macB {
		t.Fatalf("%d devices, hardware %s", len(got), hardware(got))
	}
	for _, d := range got {
		if len(d.Names) == 0 || d.Names[0].Value != "Front Door" {
			t.Errorf("names %v", d.Names)
		}
	}
}

// A row of a list may give a device two addresses and no hardware address. That is one device, not one
// and a stranger without a name.
func TestMerge_addressesOfOneRow(t *testing.T) {
	row := Sighting{Source: SourceImport, Keys: []Key{ip("192.168.7.5"), ip("fd00::5")}, Facts: fact(FactDHCP, "hostname", "tablet")}
	got, further := Merge([]Sighting{row}, MaximumListed)
	if len(got) != 1 || further != 0 || len(got[0].Addresses) != 2 || got[0].Names[0].Value != "tablet" {
		t.Fatalf("got %+v and %d further", got, further)
	}
	for name, more := range map[string]Sighting{
		"hardware of the first address":  neighbourOf(macA, "192.168.7.5", "answered"),
		"hardware of the second address": neighbourOf(macA, "fd00::5", "answered"),
	} {
		for _, list := range [][]Sighting{{row, more}, {more, row}} {
			got, _ := Merge(list, MaximumListed)
			if len(got) != 1 || hardware(got) != macA || len(got[0].Addresses) != 2 {
				t.Errorf("%s: %d devices, hardware %s", name, len(got), hardware(got))
			}
		}
	}
}

// This computer may have a connection without a hardware address. Its other addresses are no stranger's.
func TestMerge_selfWithoutHardware(t *testing.T) {
	self := Sighting{Source: SourceThisComputer, Keys: []Key{ip("192.168.7.20"), ip("fe80::20%eth0")}, Facts: fact(FactSelf, "hostname", "me")}
	got, _ := Merge([]Sighting{self}, MaximumListed)
	if len(got) != 1 || !got[0].ThisComputer || len(got[0].Addresses) != 2 {
		t.Errorf("got %+v", got)
	}
}

// An address that changes its holder during a check (a new lease, a forged answer, or two networks with
// the same numbers) hides neither of the two, and gives neither the hardware of the other.
func TestMerge_addressTakenOverHidesNobody(t *testing.T) {
	got, _ := Merge([]Sighting{
		neighbourOf(macA, "192.168.7.7", "answered"),
		said(SourceMDNS, "192.168.7.7", FactMDNS, "name", "Hub"),
		neighbourOf(macB, "192.168.7.7", "answered"),
	}, MaximumListed)
	if len(got) != 2 || hardware(got) != macA+" "+macB {
		t.Fatalf("%d devices, hardware %s", len(got), hardware(got))
	}
	for _, d := range got {
		if seen := factValues(d, FactNeighbour, "mac"); !slices.Equal(seen, d.MACs) {
			t.Errorf("the device %v has the neighbour facts of %v", d.MACs, seen)
		}
	}
}

// A hardware address that comes back to its address is still one device.
func TestMerge_addressGoesBack(t *testing.T) {
	got, _ := Merge([]Sighting{
		neighbourOf(macA, "192.168.7.7", "remembered"),
		neighbourOf(macB, "192.168.7.7", "answered"),
		neighbourOf(macA, "192.168.7.7", "answered"),
		neighbourOf(macA, "fd00::7", "answered"),
	}, MaximumListed)
	if len(got) != 2 || hardware(got) != macA+" "+macB {
		t.Fatalf("%d devices, hardware %s", len(got), hardware(got))
	}
	for _, d := range got {
		if d.Remembered {
			t.Errorf("%v answered and is only remembered", d.MACs)
		}
	}
}

// Only when every hardware address is made up does a device count as one with a private address.
func TestMerge_privateHardware(t *testing.T) {
	got, _ := Merge([]Sighting{
		neighbourOf("3e:91:7c:0d:5e:01", "192.168.7.9", "answered"),
		neighbourOf(macA, "192.168.7.5", "answered"),
		said(SourceMDNS, "192.168.7.30", FactMDNS, "name", "x"),
	}, MaximumListed)
	private := map[string]bool{}
	for _, d := range got {
		private[d.Addresses[0].String()] = d.PrivateMAC
	}
	if want := map[string]bool{"192.168.7.9": true, "192.168.7.5": false, "192.168.7.30": false}; !maps.Equal(private, want) {
		t.Errorf("private %v, want %v", private, want)
	}
}

// One box that answers for thousands of addresses, each with news of its own, must not make the end of
// a check wait, nor fill the report.
func TestMerge_oneBoxWithManyAddresses(t *testing.T) {
	c := newCollector()
	for n := range 2000 {
		addr := fmt.Sprintf("fe80::%x:1%%eth0", n)
		c.add(neighbourOf(macA, addr, "answered"))
		for m := range 12 {
			c.add(said(SourceSSDP, addr, FactSSDP, "st", fmt.Sprintf("urn:%d:%d", n, m)))
		}
	}
	began := time.Now()
	got, _ := c.devices(MaximumListed)
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("adding up took %v", took)
	}
	if len(got) != 1 || len(got[0].Addresses) != 2000 || len(got[0].Facts) > mostOfDevice {
		t.Errorf("%d devices, %d addresses, %d facts", len(got), len(got[0].Addresses), len(got[0].Facts))
	}
}

// What is said of an address that still finds room is kept, although another key of the same sighting
// does not.
func TestMerge_noRoomForOneKey(t *testing.T) {
	c := newCollector()
	known := "192.168.7.5"
	c.add(said(SourceMDNS, known, FactMDNS, "name", "Lock"))
	for n := range mostAddresses {
		c.add(said(SourceMDNS, fmt.Sprintf("fe80::%x:1%%eth0", n), FactMDNS, "name", "fake"))
	}
	s := said(SourceImport, "192.168.7.200", FactListed, "model", "C210")
	s.Keys = append(s.Keys, ip(known))
	if fresh := c.add(s); len(fresh) != 0 {
		t.Errorf("an address without room is handed on: %v", fresh)
	}
	got, _ := c.devices(20000)
	for _, d := range got {
		if d.Addresses[0].String() == known && len(factValues(d, FactListed, "model")) != 1 {
			t.Errorf("the words of the list are lost: %v", d.Facts)
		}
	}
}

// world makes sightings of made-up devices, with one truth about which address belongs to which.
func world(r *rand.Rand) (list []Sighting, truth map[string]string) {
	truth = map[string]string{}
	for n := range 2 + r.IntN(30) {
		mac := fmt.Sprintf("%02x:11:32:44:55:%02x", r.IntN(64)<<2, n)
		for m := range 1 + r.IntN(3) {
			addr := fmt.Sprintf("192.168.%d.%d", m, n+1)
			if r.IntN(2) == 0 {
				addr = fmt.Sprintf("fe80::%x:%x%%eth0", n+1, m+1)
			}
			truth[addr] = mac
			list = append(list, neighbourOf(mac, addr, []string{"answered", "remembered"}[r.IntN(2)]))
			for range r.IntN(4) {
				list = append(list, said(SourceMDNS, addr, FactMDNS, "name", fmt.Sprintf("Thing %d", r.IntN(9)), "type", "_hap._tcp"))
			}
		}
	}
	return list, truth
}

// picture writes devices down without regard to the order of what was heard.
func picture(devices []Device) string {
	var lines []string
	for _, d := range devices {
		line := fmt.Sprint(d.MACs, d.Addresses, d.Sources, d.Remembered, d.PrivateMAC)
		var facts []string
		for _, f := range d.Facts {
			facts = append(facts, fmt.Sprint(f.Kind, f.Fields))
		}
		slices.Sort(facts)
		lines = append(lines, line+strings.Join(facts, "|"))
	}
	return strings.Join(lines, "\n")
}

// Whatever the order in which things are heard, the same devices come out, each address in exactly one
// of them, and that one has the hardware that the address belongs to.
func TestMerge_anyOrder(t *testing.T) {
	for seed := range uint64(40) {
		r := rand.New(rand.NewPCG(seed, 7))
		list, truth := world(r)
		first, _ := Merge(list, MaximumListed)
		want := picture(first)
		for range 3 {
			r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
			again, _ := Merge(append(list, list[:len(list)/3]...), MaximumListed) // some of it twice
			if got := picture(again); got != want {
				t.Fatalf("seed %d: in another order\n%s\nwant\n%s", seed, got, want)
			}
		}
		holder := map[string][]string{}
		for _, d := range first {
			for _, a := range d.Addresses {
				holder[a.String()] = append(holder[a.String()], d.MACs...)
			}
		}
		for addr, mac := range truth {
			if !slices.Equal(holder[addr], []string{mac}) {
				t.Fatalf("seed %d: %s belongs to %v, want %s", seed, addr, holder[addr], mac)
			}
		}
	}
}

// With less room than devices the rest is counted, and what has hardware is listed first.
func TestMerge_countsTheRest(t *testing.T) {
	var list []Sighting
	for n := range 30 {
		list = append(list, said(SourceMDNS, fmt.Sprintf("192.168.7.%d", n+1), FactMDNS, "name", "x"))
	}
	list = append(list, neighbourOf(macA, "192.168.7.200", "answered"), neighbourOf(macB, "192.168.7.201", "answered"),
		said(SourceGateway, "192.168.7.254", FactGateway, "role", "default_gateway"))
	for room := range 34 {
		got, further := Merge(list, room)
		if len(got)+further != 33 || len(got) != min(room, 33) {
			t.Fatalf("room for %d: %d listed and %d further", room, len(got), further)
		}
		if room >= 3 && (hardware(got[:3]) != "- "+macA+" "+macB || !got[0].Gateway) {
			t.Fatalf("room for %d: first come %s", room, hardware(got[:3]))
		}
	}
}

// Sightings that name nothing are nothing, and broken keys do not become devices.
func TestMerge_brokenKeys(t *testing.T) {
	got, further := Merge([]Sighting{
		{Source: SourceMDNS},
		{Source: SourceMDNS, Keys: []Key{{Kind: KeyIP, Value: "router"}, {Kind: KeyMAC, Value: "ff:ff:ff:ff:ff:ff"}}},
		{Source: SourceMDNS, Keys: []Key{{Kind: "name", Value: "x"}}, Facts: fact(FactMDNS, "name", "x")},
	}, MaximumListed)
	if len(got) != 0 || further != 0 {
		t.Errorf("%d devices and %d further: %+v", len(got), further, got)
	}
	got, _ = Merge([]Sighting{{Source: SourceImport, Keys: []Key{MACKey(macA)}}, {Source: SourceMDNS, Keys: []Key{{Kind: KeyIP, Value: "::ffff:192.168.7.5"}}}}, 9)
	if len(got) != 2 || !slices.Contains(got[0].Addresses, netip.MustParseAddr("192.168.7.5")) && !slices.Contains(got[1].Addresses, netip.MustParseAddr("192.168.7.5")) {
		t.Errorf("got %+v", got)
	}
}

// However sightings are mixed, nothing is counted twice, no address has two holders, and room is kept to.
func FuzzMerge(f *testing.F) {
	f.Add([]byte{1, 2, 3, 4, 5, 6, 7, 8, 9}, 5)
	f.Add([]byte{0x11, 0x21, 0x31, 0x12, 0x81, 0xc2, 0x43}, 1)
	f.Fuzz(func(t *testing.T, steps []byte, room int) {
		room = max(0, min(room, 50))
		var list []Sighting
		for i, b := range steps[:min(len(steps), 400)] {
			s := said(SourceMDNS, fmt.Sprintf("192.168.7.%d", b&15), FactMDNS, "name", fmt.Sprint(i%5))
			if b&0x10 != 0 {
				s.Keys = append(s.Keys, ip(fmt.Sprintf("fe80::%x%%eth0", b>>5)))
			}
			if b&0x80 != 0 {
				s.Keys = append(s.Keys, MACKey(fmt.Sprintf("54:2a:1b:00:00:%02x", b>>4&7)))
			}
			if b == 0xff {
				s.Keys = s.Keys[2:]
			}
			list = append(list, s)
		}
		all, none := Merge(list, 1000)
		some, further := Merge(list, room)
		if none != 0 || len(some) > room || len(some)+further != len(all) {
			t.Fatalf("%d devices; with room for %d: %d and %d further", len(all), room, len(some), further)
		}
		held := map[netip.Addr]bool{}
		for _, d := range all {
			if len(d.MACs) > 1 || len(d.Facts) > mostOfDevice || len(d.MACs)+len(d.Addresses) == 0 {
				t.Fatalf("device %+v", d)
			}
			for _, a := range d.Addresses {
				if held[a] {
					t.Fatalf("%s has two holders", a)
				}
				held[a] = true
			}
		}
	})
}

// A list may name the router, or the same IPv6 address, beside every device. That makes no two devices one,
// whatever the order of the rows.
func TestMerge_rowsThatNameTheRouterToo(t *testing.T) {
	for _, beside := range []string{"192.168.7.1", "fe80::1%eth0"} {
		rows := []Sighting{neighbourOf(macA, "192.168.7.1", "listed")}
		for _, a := range []string{"192.168.7.20", "192.168.7.21", "192.168.7.22"} {
			row := said(SourceImport, a, FactDHCP, "hostname", "device-"+a)
			row.Keys = append(row.Keys, ip(beside))
			rows = append(rows, row)
		}
		want, _ := Merge(rows, MaximumListed)
		names := 0
		for _, d := range want {
			names += min(1, len(factValues(d, FactDHCP, "hostname")))
		}
		if len(want) != 4 || names != 3 {
			t.Errorf("%s beside all: %d devices, %d of them named:\n%s", beside, len(want), names, picture(want))
		}
		slices.Reverse(rows)
		if got, _ := Merge(rows, MaximumListed); picture(got) != picture(want) {
			t.Errorf("%s beside all: in another order\n%s\nwant\n%s", beside, picture(got), picture(want))
		}
	}
	self := Sighting{Source: SourceThisComputer, Keys: []Key{ip("10.0.0.2"), ip("10.0.1.2")}, Facts: fact(FactSelf, "hostname", "me")}
	if got, _ := Merge([]Sighting{self}, MaximumListed); len(got) != 1 {
		t.Errorf("this computer with two addresses is %d devices", len(got))
	}
}
