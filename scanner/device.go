package scanner

import (
	"net/netip"
	"slices"
	"strings"
)

// Device is what the sightings of one check add up to for one thing on the network.
type Device struct {
	MACs      []string     // canonical, sorted; several if one address answered for several
	Addresses []netip.Addr // IPv4 first; link-local IPv6 addresses carry their zone
	Names     []Name       // safe text, the most telling source first, at most mostNames
	Facts     []Fact       // as received, in the order of Kind and then of arrival
	Sources   []SourceName // who saw it, sorted

	ThisComputer bool // the computer that asks
	Gateway      bool // the router that this computer uses
	PrivateMAC   bool // only made-up hardware addresses: they say nothing about the maker
	Remembered   bool // the neighbour table knew it, but it did not answer during the check
}

// Name is something a device, or the router, calls the device.
type Name struct {
	Value string // SafeText has been applied
	From  SourceName
}

const mostNames = 12

// namedBy lists, most telling first, which field of which kind of fact is a name.
func namedBy() []struct {
	kind  FactKind
	field string
	from  SourceName
} {
	return []struct {
		kind  FactKind
		field string
		from  SourceName
	}{
		{FactSelf, "hostname", SourceThisComputer},
		{FactSSDP, "friendlyName", SourceSSDP},
		{FactMDNS, "txt.fn", SourceMDNS},   // the name its owner gave to a Cast device
		{FactVendor, "name", SourceVendor}, // the name its owner gave in the maker's app
		{FactListed, "name", SourceImport},
		{FactDHCP, "hostname", SourceGateway},
		{FactMDNS, "name", SourceMDNS},
		{FactMDNS, "host", SourceMDNS},
		{FactLLMNR, "name", SourceNames},
		{FactNetBIOS, "name", SourceNames}, // in capitals, and cut after 15 letters
	}
}

// nameDevice collects the names in d.Facts.
func nameDevice(d *Device) {
	seen := map[string]bool{}
	for _, by := range namedBy() {
		for _, f := range d.Facts {
			if f.Kind != by.kind || f.Fields["relayed"] != "" {
				continue
			}
			v := SafeText(plainName(f, by.field))
			if v == "" || seen[strings.ToLower(v)] || len(d.Names) == mostNames {
				continue
			}
			seen[strings.ToLower(v)] = true
			d.Names = append(d.Names, Name{Value: v, From: by.from})
		}
	}
}

// plainName returns a field without what its protocol adds to the name: the domain of a host, the
// hardware address before the name of an AirPlay speaker and behind that of a workstation.
func plainName(f Fact, field string) string {
	v := f.Fields[field]
	switch {
	case field == "host":
		v = strings.TrimSuffix(v, ".")
		if at := len(v) - len(".local"); at >= 0 && strings.EqualFold(v[at:], ".local") {
			v = v[:at]
		}
	case field == "name" && f.Fields["type"] == "_raop._tcp":
		if _, after, ok := strings.Cut(v, "@"); ok {
			return after
		}
	case field == "name" && f.Fields["type"] == "_workstation._tcp":
		before, _, _ := strings.Cut(v, " [")
		return before
	}
	return v
}

// sortDevice puts everything in a fixed order, so that two checks can be compared line by line.
func sortDevice(d *Device) {
	slices.Sort(d.MACs)
	slices.Sort(d.Sources)
	slices.SortFunc(d.Addresses, compareAddresses)
	slices.SortStableFunc(d.Facts, func(a, b Fact) int {
		switch {
		case a.Kind < b.Kind:
			return -1
		case a.Kind > b.Kind:
			return 1
		}
		return 0
	})
}

// compareAddresses sorts IPv4 before IPv6 and routable before link-local.
func compareAddresses(a, b netip.Addr) int {
	rank := func(x netip.Addr) int {
		switch {
		case x.Is4():
			return 0
		case x.IsLinkLocalUnicast():
			return 2
		}
		return 1
	}
	if r := rank(a) - rank(b); r != 0 {
		return r
	}
	return a.Compare(b)
}

// compareDevices sorts the router first, this computer last and the rest by address.
func compareDevices(a, b *Device) int {
	rank := func(d *Device) int {
		switch {
		case d.ThisComputer:
			return 3
		case d.Gateway:
			return 0
		case len(d.MACs) > 0:
			return 1
		}
		return 2
	}
	if r := rank(a) - rank(b); r != 0 {
		return r
	}
	if len(a.Addresses) > 0 && len(b.Addresses) > 0 {
		return compareAddresses(a.Addresses[0], b.Addresses[0])
	}
	return slices.Compare(a.MACs, b.MACs)
}
