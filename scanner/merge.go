package scanner

import (
	"cmp"
	"maps"
	"net/netip"
	"slices"
)

// Bounds on what a check remembers. They hold however many packets arrive: a device that pretends
// to be ten thousand fills the count, not the memory.
const (
	mostAddresses = 8192 // addresses and hardware addresses whose sightings are kept
	mostReserved  = 8192 // further ones, only for what answers for a hardware address
	mostCounted   = 65536
	mostFacts     = 160           // facts kept for one address
	mostOfDevice  = 4 * mostFacts // facts of one device, however many addresses it answers for
)

// collector adds up sightings. It is not safe for concurrent use.
//
// What is said of a hardware address is kept under it, what is said of an address alone under that: an
// address may change its holder, and then what was said of the first holder stays with the first.
type collector struct {
	byKey     map[Key]*gathered
	addresses int               // keys of byKey that are addresses
	macOf     map[string]string // canonical address → hardware address that answered for it last
	pairs     map[pair]bool     // addresses that were named together → whether this computer's
	same      map[string]string // canonical address → another one of the same device; see joinPairs
	further   map[Key]struct{}  // keys beyond mostAddresses, only counted
}

// gathered is what is known about one key before keys are joined to devices.
type gathered struct {
	facts   []Fact
	sources map[SourceName]bool
}

func newCollector() *collector {
	return &collector{
		byKey: map[Key]*gathered{}, macOf: map[string]string{}, pairs: map[pair]bool{}, further: map[Key]struct{}{},
	}
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
	var owner *gathered // one copy of the facts is enough: the keys of a sighting belong together
	if mac != "" {
		owner = c.room(MACKey(mac), true)
	}
	var kept []netip.Addr
	for _, a := range addrs {
		k := IPKey(a)
		_, known := c.byKey[k]
		g := c.room(k, mac != "")
		if g == nil {
			continue
		}
		if !known {
			fresh = append(fresh, a)
		}
		if mac != "" {
			c.macOf[k.Value] = mac
		}
		g.sources[s.Source] = true
		kept = append(kept, a)
		owner = cmp.Or(owner, g)
	}
	if mac == "" {
		c.link(kept, s.Source == SourceThisComputer)
	}
	if owner != nil {
		owner.sources[s.Source] = true
		owner.add(s.Facts)
	}
	return fresh
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
	if k.Kind == KeyIP {
		c.addresses++
	}
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

// devices joins everything that belongs together. listed holds at most max devices in a fixed
// order; further counts those that are not listed.
func (c *collector) devices(max int) (listed []Device, further int) {
	c.joinPairs()
	joined, known := map[Key]*Device{}, c.knownHardware()
	for _, k := range c.sortedKeys() {
		id := c.identityOf(k, known)
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

// sortedKeys puts hardware addresses first, so that what they tell always finds room in a device.
func (c *collector) sortedKeys() []Key {
	return slices.SortedFunc(maps.Keys(c.byKey), func(a, b Key) int {
		if a.Kind != b.Kind {
			return cmp.Compare(b.Kind, a.Kind)
		}
		x, errX := netip.ParseAddr(a.Value)
		y, errY := netip.ParseAddr(b.Value)
		if errX == nil && errY == nil {
			return compareAddresses(x, y)
		}
		return cmp.Compare(a.Value, b.Value)
	})
}

func (c *collector) fill(d *Device, k Key) {
	if a, err := netip.ParseAddr(k.Value); err == nil && k.Kind == KeyIP {
		d.Addresses = append(d.Addresses, a)
	}
	g := c.byKey[k]
	d.learn(g.facts, slices.Collect(maps.Keys(g.sources)))
}

// learn adds what d does not hold yet, as far as there is room.
func (d *Device) learn(facts []Fact, sources []SourceName) {
	for _, f := range facts {
		if len(d.Facts) >= mostOfDevice {
			break
		}
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
