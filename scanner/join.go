package scanner

import (
	"cmp"
	"maps"
	"net/netip"
	"slices"
	"strings"
)

// pair is two addresses that one sighting without a hardware address names together.
type pair struct{ first, other string }

// link notes that addresses without a hardware address belong to one device: a row of a list, or this
// computer's own connection, names them together. own says that it is the second.
func (c *collector) link(addrs []netip.Addr, own bool) {
	for i, a := range addrs {
		if i > 0 {
			p := pair{addressKey(addrs[0]), addressKey(a)}
			c.pairs[p] = c.pairs[p] || own
		}
	}
}

// joinPairs makes sets of what was linked, in a fixed order. Two IPv4 addresses are joined only where they
// are this computer's: a list may name the router beside every device, and all of them would be one.
func (c *collector) joinPairs() {
	c.same = map[string]string{}
	four := map[string]bool{} // sets that hold an IPv4 address, by their root
	hasFour := func(root string) bool { return four[root] || !strings.Contains(root, ":") }
	order := slices.SortedFunc(maps.Keys(c.pairs), func(a, b pair) int {
		return cmp.Or(strings.Compare(a.first, b.first), strings.Compare(a.other, b.other))
	})
	for _, p := range order {
		first, other := c.root(p.first), c.root(p.other)
		if first == other || hasFour(first) && hasFour(other) && !c.pairs[p] {
			continue
		}
		c.same[other], four[first] = first, hasFour(first) || hasFour(other)
	}
}

// root returns the address that stands for all that are linked to one. The way there is shortened, so
// that a list that names a long chain costs no more than another.
func (c *collector) root(address string) string {
	root := address
	for next, linked := c.same[root]; linked; next, linked = c.same[root] {
		root = next
	}
	for address != root {
		next := c.same[address]
		c.same[address] = root
		address = next
	}
	return root
}

// knownHardware returns the hardware address of every set of linked addresses of which one is known.
func (c *collector) knownHardware() map[string]string {
	known := map[string]string{}
	for _, address := range slices.Sorted(maps.Keys(c.same)) {
		root := c.root(address)
		for _, a := range []string{root, address} {
			if mac := c.hardwareOf(a); mac != "" && known[root] == "" {
				known[root] = mac
			}
		}
	}
	return known
}

// hardwareOf returns the hardware address that the neighbour table or the address itself tells, else "".
func (c *collector) hardwareOf(address string) string {
	if mac, ok := c.macOf[address]; ok {
		return mac
	}
	a, err := netip.ParseAddr(address)
	if err != nil {
		return ""
	}
	mac, _ := MACFromEUI64(a)
	return mac
}

// identityOf returns the key of the device that k belongs to: its hardware address where one is known,
// else k or the address that stands for all that are linked to it.
func (c *collector) identityOf(k Key, known map[string]string) Key {
	if k.Kind != KeyIP {
		return k
	}
	if mac := c.hardwareOf(k.Value); mac != "" {
		return MACKey(mac)
	}
	root := c.root(k.Value)
	if mac := known[root]; mac != "" {
		return MACKey(mac)
	}
	return Key{Kind: KeyIP, Value: root}
}
