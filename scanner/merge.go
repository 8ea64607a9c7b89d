package scanner

import (
	"maps"
	"net/netip"
	"slices"
)

// Bounds on what a check remembers. They hold however many packets arrive: a device that pretends
// to be ten thousand fills the count, not the memory.
const (
	mostAddresses = 8192 // addresses whose sightings are kept
	mostReserved  = 4096 // further ones, only for addresses whose hardware address is known
	mostCounted   = 65536
	mostFacts     = 160 // facts kept for one address
)

// collector adds up sightings. It is not safe for concurrent use.
type collector struct {
	byKey   map[Key]*gathered
	macOf   map[string]string // canonical address → hardware address
	further map[Key]struct{}  // keys beyond mostAddresses, only counted
}

// gathered is what is known about one key before keys are joined to devices.
type gathered struct {
	facts   []Fact
	sources map[SourceName]bool
}

func newCollector() *collector {
	return &collector{byKey: map[Key]*gathered{}, macOf: map[string]string{}, further: map[Key]struct{}{}}
}

// Merge joins sightings to devices, as Run does, without a network: for lists that something else
// made. At most max devices are listed; further counts the rest.
func Merge(list []Sighting, max int) (devices []Device, further int) {
	c := newCollector()
	for _, s := range list {
		c.add(s)
	}
	return c.devices(max)
}

// add takes one sighting in and returns the addresses that nobody had seen before.
func (c *collector) add(s Sighting) (fresh []netip.Addr) {
	mac, addrs := splitKeys(s.Keys)
	keys, fresh := c.keysOf(mac, addrs)
	kept := false
	for i, k := range keys {
		g := c.room(k, mac != "")
		if g == nil {
			continue
		}
		kept = true
		g.sources[s.Source] = true
		if i == 0 { // one copy is enough: the keys of a sighting belong together
			g.add(s.Facts)
		}
	}
	if !kept {
		return nil
	}
	return fresh
}

// keysOf returns the keys a sighting is kept under, and the addresses among them that are new. The
// hardware address alone is the key only of a sighting without an address.
func (c *collector) keysOf(mac string, addrs []netip.Addr) (keys []Key, fresh []netip.Addr) {
	for _, a := range addrs {
		if _, known := c.byKey[IPKey(a)]; !known {
			fresh = append(fresh, a)
		}
		if mac != "" && len(c.macOf) < mostAddresses+mostReserved {
			c.macOf[addressKey(a)] = mac
		}
		keys = append(keys, IPKey(a))
	}
	if len(keys) == 0 && mac != "" {
		keys = append(keys, MACKey(mac))
	}
	return keys, fresh
}

func splitKeys(keys []Key) (mac string, addrs []netip.Addr) {
	for _, k := range keys {
		switch k.Kind {
		case KeyMAC:
			if m, ok := CanonicalMAC(k.Value); ok {
				mac = m
			}
		case KeyIP:
			if a, err := netip.ParseAddr(k.Value); err == nil {
				addrs = append(addrs, a.Unmap())
			}
		}
	}
	return mac, addrs
}

// room returns the place for a key, or nil if there is none left and the key is only counted. Names
// and addresses can be made up without end; what answers for a hardware address always finds room.
func (c *collector) room(k Key, onTheWire bool) *gathered {
	if g, ok := c.byKey[k]; ok {
		return g
	}
	limit := mostAddresses
	if onTheWire {
		limit += mostReserved
	}
	if len(c.byKey) >= limit {
		if len(c.further) < mostCounted {
			c.further[k] = struct{}{}
		}
		return nil
	}
	g := &gathered{sources: map[SourceName]bool{}}
	c.byKey[k] = g
	return g
}

func (g *gathered) add(facts []Fact) {
	for _, f := range facts {
		if len(g.facts) >= mostFacts {
			return
		}
		if !slices.ContainsFunc(g.facts, func(o Fact) bool { return sameFact(o, f) }) {
			g.facts = append(g.facts, f)
		}
	}
}

func sameFact(a, b Fact) bool { return a.Kind == b.Kind && maps.Equal(a.Fields, b.Fields) }

// identityOf returns the key of the device that k belongs to: its hardware address where the
// neighbour table or the address itself tells it, else k.
func (c *collector) identityOf(k Key) Key {
	if k.Kind != KeyIP {
		return k
	}
	if mac, ok := c.macOf[k.Value]; ok {
		return MACKey(mac)
	}
	a, err := netip.ParseAddr(k.Value)
	if err != nil {
		return k
	}
	if mac, ok := MACFromEUI64(a); ok {
		return MACKey(mac)
	}
	return k
}

// devices joins everything that belongs together. listed holds at most max devices in a fixed
// order; further counts those that are not listed.
func (c *collector) devices(max int) (listed []Device, further int) {
	joined := map[Key]*Device{}
	for _, k := range c.sortedKeys() {
		id := c.identityOf(k)
		d := joined[id]
		if d == nil {
			d = &Device{}
			joined[id] = d
			if id.Kind == KeyMAC {
				d.MACs = []string{id.Value}
			}
		}
		c.fill(d, k)
	}
	all := slices.Collect(maps.Values(joined))
	all = joinSelf(all)
	for _, d := range all {
		finish(d)
	}
	slices.SortFunc(all, compareDevices)
	further = len(c.further)
	if len(all) > max {
		further += len(all) - max
		all = keepTelling(all, max)
	}
	for _, d := range all {
		listed = append(listed, *d)
	}
	return listed, further
}

func (c *collector) sortedKeys() []Key {
	return slices.SortedFunc(maps.Keys(c.byKey), func(a, b Key) int {
		if a.Kind != b.Kind {
			if a.Kind < b.Kind {
				return -1
			}
			return 1
		}
		x, errX := netip.ParseAddr(a.Value)
		y, errY := netip.ParseAddr(b.Value)
		if errX == nil && errY == nil {
			return compareAddresses(x, y)
		}
		return slices.Compare([]byte(a.Value), []byte(b.Value))
	})
}

func (c *collector) fill(d *Device, k Key) {
	if a, err := netip.ParseAddr(k.Value); err == nil && k.Kind == KeyIP {
		d.Addresses = append(d.Addresses, a)
	}
	g := c.byKey[k]
	d.learn(g.facts, slices.Collect(maps.Keys(g.sources)))
}

// learn adds what d does not hold yet.
func (d *Device) learn(facts []Fact, sources []SourceName) {
	for _, f := range facts {
		if !slices.ContainsFunc(d.Facts, func(o Fact) bool { return sameFact(o, f) }) {
			d.Facts = append(d.Facts, f)
		}
	}
	for _, s := range sources {
		if !slices.Contains(d.Sources, s) {
			d.Sources = append(d.Sources, s)
		}
	}
}

// joinSelf makes one device of this computer's interfaces, which have one hardware address each.
func joinSelf(all []*Device) []*Device {
	var self *Device
	return slices.DeleteFunc(all, func(d *Device) bool {
		if !hasFact(d, FactSelf) {
			return false
		}
		if self == nil {
			self = d
			return false
		}
		self.MACs = append(self.MACs, d.MACs...)
		self.Addresses = append(self.Addresses, d.Addresses...)
		self.learn(d.Facts, d.Sources)
		return true
	})
}

func hasFact(d *Device, kind FactKind) bool {
	return slices.ContainsFunc(d.Facts, func(f Fact) bool { return f.Kind == kind })
}

func finish(d *Device) {
	d.ThisComputer = hasFact(d, FactSelf)
	d.Gateway = hasFact(d, FactGateway)
	d.PrivateMAC = len(d.MACs) > 0 && !slices.ContainsFunc(d.MACs, func(m string) bool { return !PrivateMAC(m) })
	d.Remembered = onlyRemembered(d)
	sortDevice(d)
	nameDevice(d)
}

// onlyRemembered reports whether nothing but an old entry of the neighbour table speaks for d.
func onlyRemembered(d *Device) bool {
	for _, f := range d.Facts {
		switch f.Kind {
		case FactNeighbour:
			if f.Fields["state"] != "remembered" {
				return false
			}
		case FactDHCP: // the router remembers names of devices that have left
		default:
			return false
		}
	}
	return hasFact(d, FactNeighbour)
}

// keepTelling keeps max devices, those with a hardware address first: only something that is really
// on the wire has one, while any number of names and addresses can be made up.
func keepTelling(all []*Device, max int) []*Device {
	var kept, rest []*Device
	for _, d := range all {
		if len(d.MACs) > 0 || d.Gateway || d.ThisComputer {
			kept = append(kept, d)
		} else {
			rest = append(rest, d)
		}
	}
	kept = append(kept, rest...)[:max]
	slices.SortFunc(kept, compareDevices)
	return kept
}
