package mdns

import (
	"maps"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/grandcat/zeroconf"
	"github.com/miekg/dns"

	"keyholder/scanner"
)

// Bounds on what one check remembers, however many devices there are or pretend to be.
const (
	mostSpeakers  = 2500
	mostInstances = 6000
	mostOfSpeaker = 300 // instances of one sender: bridges with many children stay below
	mostHosts     = 32  // host names of one sender
	mostTypes     = 256
)

// cache keeps what each sender said apart from what others said, so that nobody can speak for, or
// silence, another device by being first with its name.
type cache struct {
	scope scanner.Scope
	emit  func(scanner.Sighting)

	mu        sync.Mutex
	speakers  map[netip.Addr]*speaker
	instances int
	types     map[string]bool // service types that somebody offers
	asked     map[dns.Question]attempt
	crowded   bool
	packets   int
}

type speaker struct {
	instances map[string]*instance    // by lower-case full name
	hosts     map[string][]netip.Addr // by lower-case host name
}

// instance is one service of one sender. fqdn is in the library's escaped form.
type instance struct {
	fqdn, name, service string
	target              string
	port                uint16
	txt                 map[string]string // nil: not heard yet
	gone                bool
	unproven            bool // heard through the browser, which does not tell the sender
	filled              bool // a part of it comes from the browser
	told                bool
}

func (i *instance) complete() bool { return i.target != "" && i.txt != nil }

func newCache(scope scanner.Scope, emit func(scanner.Sighting)) *cache {
	c := &cache{
		scope: scope, emit: emit, speakers: map[netip.Addr]*speaker{},
		types: map[string]bool{}, asked: map[dns.Question]attempt{},
	}
	for _, t := range knownTypes() { // each round asks for these
		c.asked[question(t+".local.", dns.TypePTR)] = attempt{times: mostAttempts}
	}
	return c
}

// hear takes in one packet.
func (c *cache) hear(d scanner.Datagram) {
	rrs, answers, ok := records(d.Payload)
	if !ok {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.packets++
	from := d.From.Addr()
	s := c.speaker(from, d.At)
	if s == nil || !answers {
		return
	}
	for _, rr := range rrs {
		c.record(s, rr)
	}
}

// speaker returns the sender's part of the cache; a sender heard for the first time is reported at
// once, so that its hardware address can be found.
func (c *cache) speaker(from netip.Addr, at time.Time) *speaker {
	if s, ok := c.speakers[from]; ok {
		return s
	}
	if len(c.speakers) >= mostSpeakers {
		c.crowded = true
		c.emit(scanner.Sighting{Source: scanner.SourceMDNS, At: at, Keys: []scanner.Key{scanner.IPKey(from)}})
		return nil
	}
	s := &speaker{instances: map[string]*instance{}, hosts: map[string][]netip.Addr{}}
	c.speakers[from] = s
	c.emit(scanner.Sighting{Source: scanner.SourceMDNS, At: at, Keys: []scanner.Key{scanner.IPKey(from)}})
	return s
}

func (c *cache) record(s *speaker, rr dns.RR) {
	h := rr.Header()
	switch r := rr.(type) {
	case *dns.PTR:
		c.pointer(s, r)
	case *dns.SRV:
		if i := c.instance(s, h.Name); i != nil {
			i.target, i.port, i.gone = r.Target, r.Port, h.Ttl == 0
			i.correct()
		}
	case *dns.TXT:
		if i := c.instance(s, h.Name); i != nil {
			i.txt = textFields(r.Txt)
			i.correct()
		}
	case *dns.A, *dns.AAAA:
		c.host(s, rr)
	}
}

func (c *cache) pointer(s *speaker, r *dns.PTR) {
	if strings.EqualFold(r.Hdr.Name, metaQuery) {
		if t, ok := serviceType(r.Ptr); ok {
			c.learnType(t)
		}
		return
	}
	if i := c.instance(s, r.Ptr); i != nil {
		i.gone = r.Hdr.Ttl == 0 // a goodbye (RFC 6762 section 10.1)
	}
}

func (c *cache) learnType(t string) {
	if len(c.types) < mostTypes {
		c.types[t] = true
	}
}

// instance returns the sender's instance of that name, or nil if it is none or there is no room.
func (c *cache) instance(s *speaker, fqdn string) *instance {
	key := strings.ToLower(fqdn)
	if i, ok := s.instances[key]; ok {
		i.unproven = false // fill says so again for what it adds
		return i
	}
	name, service, ok := splitInstance(fqdn)
	if !ok {
		return nil
	}
	if len(s.instances) >= mostOfSpeaker || c.instances >= mostInstances {
		c.crowded = true
		return nil
	}
	c.learnType(service)
	c.instances++
	i := &instance{fqdn: fqdn, name: name, service: service}
	s.instances[key] = i
	return i
}

func (c *cache) host(s *speaker, rr dns.RR) {
	a, ok := address(rr)
	key := strings.ToLower(rr.Header().Name)
	if !ok || rr.Header().Ttl == 0 {
		return
	}
	if _, known := s.hosts[key]; !known && len(s.hosts) >= mostHosts {
		return
	}
	if len(s.hosts[key]) < 16 && !slices.Contains(s.hosts[key], a) {
		s.hosts[key] = append(s.hosts[key], a)
	}
}

// fill takes in what the browser found: it completes instances that are known and adds those that
// are not, under the address they claim.
func (c *cache) fill(e *zeroconf.ServiceEntry) {
	c.mu.Lock()
	defer c.mu.Unlock()
	service, ok := serviceType(e.Service + ".local.")
	if !ok {
		return
	}
	fqdn := e.Instance + "." + service + ".local."
	key, known := strings.ToLower(fqdn), false
	for from, s := range c.speakers {
		if i := s.instances[key]; i != nil && mayBe(e, from) {
			known = true
			i.fillFrom(e)
		}
	}
	if known {
		return
	}
	claimed, ok := c.claimed(e)
	if !ok {
		return
	}
	s := c.speaker(claimed, time.Now())
	if s == nil {
		return
	}
	if i := c.instance(s, fqdn); i != nil {
		i.unproven = true
		i.fillFrom(e)
	}
}

// mayBe reports whether an entry can be that sender's: of the addresses it names of the sender's family,
// one has to be the sender's. Otherwise it belongs to another device with the same name.
func mayBe(e *zeroconf.ServiceEntry, from netip.Addr) bool {
	list := e.AddrIPv6
	if from.Is4() {
		list = e.AddrIPv4
	}
	return len(list) == 0 || slices.ContainsFunc(list, func(ip net.IP) bool {
		a, _ := netip.AddrFromSlice(ip)
		return a.Unmap() == from.WithZone("")
	})
}

func (i *instance) fillFrom(e *zeroconf.ServiceEntry) {
	if i.complete() {
		return
	}
	i.filled = true
	if i.target == "" {
		i.target, i.port = e.HostName, uint16(e.Port)
	}
	if i.txt == nil {
		i.txt = textFields(e.Text)
	}
}

// correct has an instance told once more when its device's own words come after those of the browser.
func (i *instance) correct() {
	if i.filled {
		i.filled, i.told = false, false
	}
}

// claimed returns the address of the scope that an entry names. The browser drops the zone of a
// link-local address, which only a scope with one interface can give back.
func (c *cache) claimed(e *zeroconf.ServiceEntry) (netip.Addr, bool) {
	for _, ip := range slices.Concat(e.AddrIPv4, e.AddrIPv6) {
		a, _ := netip.AddrFromSlice(ip)
		a = a.Unmap()
		if a.Is6() && a.IsLinkLocalUnicast() && len(c.scope.Interfaces) == 1 {
			a = a.WithZone(c.scope.Interfaces[0].Name)
		}
		if c.scope.Covers(a) {
			return a, true
		}
	}
	return netip.Addr{}, false
}

// tell reports the instances that are complete and, at the end, those that stayed incomplete.
func (c *cache) tell(last bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for from, s := range c.speakers {
		for _, key := range slices.Sorted(maps.Keys(s.instances)) {
			i := s.instances[key]
			if i.told || (!last && !i.complete()) {
				continue
			}
			i.told = true
			if about, relayed, ok := c.about(from, s, i); ok {
				c.emit(i.sighting(about, relayed || i.unproven))
			}
		}
	}
}

// about decides which address an instance belongs to. Usually that is its sender. A sender that
// names only other addresses for the host speaks for a sleeping device, or repeats another network:
// then the named address counts if it is in the scope. Nobody else speaks for this computer.
func (c *cache) about(from netip.Addr, s *speaker, i *instance) (about netip.Addr, relayed, ok bool) {
	var other netip.Addr
	for _, a := range s.hosts[strings.ToLower(i.target)] {
		if a == from.WithZone("") {
			return from, false, true
		}
		if a.Is4() == from.Is4() && a.IsLinkLocalUnicast() == from.IsLinkLocalUnicast() {
			other = a
		}
	}
	if !other.IsValid() {
		return from, false, true
	}
	other = other.WithZone(from.Zone())
	return other, true, c.scope.Covers(other) && !c.scope.Own(other)
}

func (i *instance) sighting(about netip.Addr, relayed bool) scanner.Sighting {
	fields := map[string]string{"type": i.service, "name": i.name}
	if i.target != "" {
		fields["host"] = scanner.Bounded(unescape(strings.TrimSuffix(i.target, ".")), longestLabel)
		fields["port"] = strconv.Itoa(int(i.port))
	}
	if relayed {
		fields["relayed"] = "yes"
	}
	if i.gone {
		fields["gone"] = "yes"
	}
	for k, v := range i.txt {
		fields["txt."+k] = v
	}
	return scanner.Sighting{
		Source: scanner.SourceMDNS, At: time.Now(), Keys: []scanner.Key{scanner.IPKey(about)},
		Facts: []scanner.Fact{{Kind: scanner.FactMDNS, Fields: fields}},
	}
}
