package scanner

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"
)

// Names are shown without what the protocols add to them, the most telling first.
func TestNames_plain(t *testing.T) {
	for name, c := range map[string]struct {
		facts []Fact
		want  string
	}{
		"AirPlay speaker":         {fact(FactMDNS, "type", "_raop._tcp", "name", "5855CA1AE288@Kitchen"), "Kitchen"},
		"speaker with two signs":  {fact(FactMDNS, "type", "_raop._tcp", "name", "5855CA1AE288@me@home"), "me@home"},
		"no address before it":    {fact(FactMDNS, "type", "_raop._tcp", "name", "Kitchen"), "Kitchen"},
		"another service with @":  {fact(FactMDNS, "type", "_http._tcp", "name", "a@b"), "a@b"},
		"workstation":             {fact(FactMDNS, "type", "_workstation._tcp", "name", "den [00:11:32:44:55:66]"), "den"},
		"host":                    {fact(FactMDNS, "host", "Den.local."), "Den"},
		"host in capitals":        {fact(FactMDNS, "host", "DEN.LOCAL"), "DEN"},
		"only hidden letters":     {fact(FactMDNS, "name", "\u202e\u200b"), ""},
		"same name, other case":   {append(fact(FactSSDP, "friendlyName", "Den"), fact(FactNetBIOS, "name", "DEN")...), "Den"},
		"same name, hidden mark":  {append(fact(FactSSDP, "friendlyName", "Den"), fact(FactLLMNR, "name", "Den\u200b")...), "Den"},
		"given before registered": {append(fact(FactDHCP, "hostname", "cam-1"), fact(FactMDNS, "txt.fn", "Nursery")...), "Nursery, cam-1"},
		"app before router":       {append(fact(FactDHCP, "hostname", "plug"), fact(FactVendor, "name", "Heater")...), "Heater, plug"},
		"list before router":      {append(fact(FactDHCP, "hostname", "x1"), fact(FactListed, "name", "Sam’s")...), "Sam’s, x1"},
		"whole computers last":    {append(fact(FactNetBIOS, "name", "STUDY-PC"), fact(FactLLMNR, "name", "Study-PC-of-Sam")...), "Study-PC-of-Sam, STUDY-PC"},
		"a model is no name":      {fact(FactSSDP, "modelName", "TV 5"), ""},
		"passed on by another":    {fact(FactSSDP, "friendlyName", "Den", "relayed", "yes"), ""},
	} {
		d := Device{Facts: c.facts}
		nameDevice(&d)
		var got []string
		for _, n := range d.Names {
			got = append(got, n.Value)
		}
		if strings.Join(got, ", ") != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// Whatever devices call themselves, what is shown is bounded, safe and not said twice.
func TestNames_anything(t *testing.T) {
	letters := []rune("ab @[].\u202e\u200b\u0336\u3164é客<>\"'=\x00\n")
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 3))
		var facts []Fact
		for range r.IntN(40) {
			name := make([]rune, r.IntN(200))
			for i := range name {
				name[i] = letters[r.IntN(len(letters))]
			}
			by := namedBy()[r.IntN(len(namedBy()))]
			facts = append(facts, fact(by.kind, by.field, string(name), "type", []string{"_raop._tcp", "_workstation._tcp", "_http._tcp"}[r.IntN(3)])...)
		}
		d := Device{Facts: facts}
		nameDevice(&d)
		seen := map[string]bool{}
		for _, n := range d.Names {
			if n.Value == "" || SafeText(n.Value) != n.Value || seen[strings.ToLower(n.Value)] || len(d.Names) > mostNames {
				t.Fatalf("seed %d: %q among %d", seed, n.Value, len(d.Names))
			}
			seen[strings.ToLower(n.Value)] = true
		}
	}
}

// A list of devices is in the same order in every check: the router, what is on the wire by address, then
// what only spoke, then this computer.
func TestCompareDevices(t *testing.T) {
	at := func(addr string, macs ...string) *Device {
		return &Device{Addresses: []netip.Addr{netip.MustParseAddr(addr)}, MACs: macs}
	}
	router, self := at("192.168.7.254", macA), at("192.168.7.2", macB)
	router.Gateway, self.ThisComputer = true, true
	want := []*Device{
		router, at("192.168.7.3", macA), at("192.168.7.20", macA), at("10.0.0.1"), at("192.168.7.1"), at("fd00::1"), at("fe80::1%eth0"), self,
	}
	for seed := range uint64(20) {
		list := slices.Clone(want)
		rand.New(rand.NewPCG(seed, 1)).Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		slices.SortFunc(list, compareDevices)
		if fmt.Sprint(list) != fmt.Sprint(want) {
			t.Fatalf("seed %d: order %v", seed, list)
		}
	}
	a, b := &Device{MACs: []string{macA}}, &Device{MACs: []string{macB}}
	if compareDevices(a, b) >= 0 || compareDevices(b, a) <= 0 || compareDevices(a, a) != 0 {
		t.Error("devices without an address are in no order")
	}
}

// What a device is marked as follows from what it said, and one old entry of a table is not a device that
// is there.
func TestFinish_remembered(t *testing.T) {
	remembered, answered := fact(FactNeighbour, "state", "remembered"), fact(FactNeighbour, "state", "answered")
	for name, c := range map[string]struct {
		facts []Fact
		want  bool
	}{
		"only an old entry":       {remembered, true},
		"and the router's memory": {append(fact(FactDHCP, "hostname", "x"), remembered...), true},
		"it answered later":       {append(slices.Clone(remembered), answered...), false},
		"it spoke":                {append(fact(FactMDNS, "name", "x"), remembered...), false},
		"only the router's word":  {fact(FactDHCP, "hostname", "x"), false},
		"from a list":             {fact(FactNeighbour, "state", "listed"), false},
		"nothing":                 {nil, false},
	} {
		d := Device{Facts: c.facts}
		finish(&d)
		if d.Remembered != c.want {
			t.Errorf("%s: %v", name, d.Remembered)
		}
	}
}
