package scanner

import (
	"fmt"
	"net/netip"
	"runtime"
	"slices"
	"testing"
)

func ip(s string) Key { return IPKey(netip.MustParseAddr(s)) }

func fact(kind FactKind, pairs ...string) []Fact {
	fields := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		fields[pairs[i]] = pairs[i+1]
	}
	return []Fact{{Kind: kind, Fields: fields}}
}

func neighbourOf(mac, addr, state string) Sighting {
	return Sighting{
		Source: SourceNeighbour, Keys: []Key{MACKey(mac), ip(addr)}, Facts: fact(FactNeighbour, "mac", mac, "state", state),
	}
}

func collect(sightings ...Sighting) []Device {
	c := newCollector()
	for _, s := range sightings {
		c.add(s)
	}
	d, _ := c.devices(MaximumListed)
	return d
}

func TestCollector_joinsByHardwareAddress(t *testing.T) {
	got := collect(
		Sighting{Source: SourceMDNS, Keys: []Key{ip("fe80::1%eth0")}, Facts: fact(FactMDNS, "type", "_raop._tcp", "name", "AB@Kitchen", "host", "spk.local")},
		Sighting{Source: SourceSSDP, Keys: []Key{ip("192.168.7.5")}, Facts: fact(FactSSDP, "friendlyName", "Kitchen\u202e")},
		neighbourOf("54:2a:1b:0a:0b:0c", "192.168.7.5", "answered"),
		neighbourOf("54:2a:1b:0a:0b:0c", "fe80::1%eth0", "answered"),
		neighbourOf("00:11:32:44:55:66", "192.168.7.6", "answered"),
	)
	if len(got) != 2 {
		t.Fatalf("%d devices, want 2: %+v", len(got), got)
	}
	d := got[0]
	if len(d.Addresses) != 2 || !slices.Equal(d.MACs, []string{"54:2a:1b:0a:0b:0c"}) {
		t.Errorf("addresses %v, hardware %v", d.Addresses, d.MACs)
	}
	want := []Name{{"Kitchen", SourceSSDP}, {"spk", SourceMDNS}}
	if !slices.Equal(d.Names, want) {
		t.Errorf("names %v, want %v", d.Names, want)
	}
	if !slices.Equal(d.Sources, []SourceName{SourceMDNS, SourceNeighbour, SourceSSDP}) {
		t.Errorf("sources %v", d.Sources)
	}
}

func TestCollector_onlyIPv6(t *testing.T) {
	got := collect(
		Sighting{Source: SourceMDNS, Keys: []Key{ip("fe80::1ab4:30ff:fe06:606%eth0")}, Facts: fact(FactMDNS, "name", "Hub")},
		Sighting{Source: SourceMDNS, Keys: []Key{ip("fd00::1ab4:30ff:fe06:606")}},
		Sighting{Source: SourceMDNS, Keys: []Key{ip("fe80::2%eth0")}},
	)
	if len(got) != 2 || !slices.Equal(got[0].MACs, []string{"18:b4:30:06:06:06"}) || len(got[0].Addresses) != 2 {
		t.Errorf("got %+v", got)
	}
	if len(got[1].MACs) != 0 {
		t.Errorf("made up a hardware address: %v", got[1].MACs)
	}
}

func TestCollector_marks(t *testing.T) {
	got := collect(
		Sighting{Source: SourceGateway, Keys: []Key{ip("192.168.7.1")}, Facts: fact(FactGateway, "role", "default_gateway")},
		neighbourOf("98:9b:cb:10:20:01", "192.168.7.1", "answered"),
		neighbourOf("3e:91:7c:0d:5e:01", "192.168.7.9", "answered"),
		neighbourOf("00:11:32:44:55:66", "192.168.7.7", "remembered"),
		Sighting{Source: SourceGateway, Keys: []Key{ip("192.168.7.7")}, Facts: fact(FactDHCP, "hostname", "old-laptop")},
		Sighting{Source: SourceThisComputer, Keys: []Key{MACKey("f4:d1:08:aa:bb:cc"), ip("192.168.7.20")}, Facts: fact(FactSelf, "hostname", "me")},
		Sighting{Source: SourceThisComputer, Keys: []Key{MACKey("f4:d1:08:aa:bb:cd"), ip("10.0.0.20")}, Facts: fact(FactSelf, "hostname", "me")},
	)
	if len(got) != 4 {
		t.Fatalf("%d devices, want 4: %+v", len(got), got)
	}
	if !got[0].Gateway || got[0].PrivateMAC || got[0].Remembered {
		t.Errorf("the router: %+v", got[0])
	}
	if !got[1].Remembered || got[2].Remembered {
		t.Errorf("remembered: %v and %v", got[1].Remembered, got[2].Remembered)
	}
	if !got[2].PrivateMAC {
		t.Errorf("the made-up hardware address was not noticed: %+v", got[2])
	}
	self := got[3]
	if !self.ThisComputer || len(self.MACs) != 2 || len(self.Addresses) != 2 || self.Names[0].Value != "me" {
		t.Errorf("this computer: %+v", self)
	}
}

// TestCollector_addressTakenOver: the last holder of an address has it; the other stays listed by
// what it did at another address, and nothing is joined that does not belong together.
func TestCollector_addressTakenOver(t *testing.T) {
	got := collect(
		neighbourOf("00:11:32:44:55:66", "192.168.7.7", "answered"),
		neighbourOf("00:11:32:44:55:66", "fd00::7", "answered"),
		neighbourOf("98:9b:cb:10:20:01", "192.168.7.7", "answered"),
	)
	if len(got) != 2 || len(got[0].MACs) != 1 || len(got[1].MACs) != 1 {
		t.Errorf("got %+v", got)
	}
}

func TestCollector_relayedNamesDoNotName(t *testing.T) {
	got := collect(Sighting{Source: SourceMDNS, Keys: []Key{ip("192.168.7.7")}, Facts: fact(FactMDNS, "name", "Camera of somebody", "relayed", "yes")})
	if len(got) != 1 || len(got[0].Names) != 0 {
		t.Errorf("a third device named it: %+v", got)
	}
}

// TestCollector_flood: ten thousand made-up devices cannot push out a real one, are counted, and cost
// little.
func TestCollector_flood(t *testing.T) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	c := newCollector()
	c.add(neighbourOf("98:9b:cb:10:20:01", "192.168.7.1", "answered"))
	for n := range 10000 {
		c.add(Sighting{
			Source: SourceMDNS, Keys: []Key{ip(fmt.Sprintf("fe80::%x:1%%eth0", n))},
			Facts: fact(FactMDNS, "name", fmt.Sprintf("fake %d", n), "txt.pad", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"),
		})
	}
	c.add(neighbourOf("98:9b:cb:10:20:02", "192.168.7.2", "answered"))
	listed, further := c.devices(MaximumListed)
	runtime.GC()
	runtime.ReadMemStats(&after)
	if len(listed) != MaximumListed || further != 10002-MaximumListed {
		t.Errorf("%d listed, %d counted", len(listed), further)
	}
	if listed[0].MACs == nil || listed[1].MACs == nil {
		t.Errorf("the real devices are not first: %+v", listed[:2])
	}
	if used := int64(after.HeapAlloc) - int64(before.HeapAlloc); used > 40<<20 {
		t.Errorf("the flood holds %d MiB", used>>20)
	}
	runtime.KeepAlive(c)
}

// TestCollector_chatter: one device that says ever new things is bounded.
func TestCollector_chatter(t *testing.T) {
	c := newCollector()
	for n := range 5000 {
		c.add(Sighting{Source: SourceMDNS, Keys: []Key{ip("192.168.7.7")}, Facts: fact(FactMDNS, "name", fmt.Sprint(n))})
	}
	d, _ := c.devices(MaximumListed)
	if len(d) != 1 || len(d[0].Facts) != mostFacts || len(d[0].Names) != mostNames {
		t.Errorf("%d devices, %d facts, %d names", len(d), len(d[0].Facts), len(d[0].Names))
	}
}
