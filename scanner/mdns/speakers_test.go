package mdns

import (
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/grandcat/zeroconf"
	"github.com/miekg/dns"

	"keyholder/scanner"
	"keyholder/scanner/scantest"
)

const lock = `Front\ Door._hap._tcp.local.` // as the library writes a space

// hearing is a cache with what it told.
func hearing(t *testing.T) (*cache, *scantest.Sightings) {
	t.Helper()
	got := &scantest.Sightings{}
	return newCache(scantest.Home(scanner.ModeQuiet, time.Second), got.Emit), got
}

func (c *cache) take(t *testing.T, from string, rrs ...dns.RR) {
	t.Helper()
	c.hear(scanner.Datagram{From: addrPort(from), At: time.Now(), Payload: packet(t, rrs...)})
}

// entry is what the browser hands over.
func entry(name, host string, addrs []string, texts ...string) *zeroconf.ServiceEntry {
	e := zeroconf.NewServiceEntry(name, "_hap._tcp", "local.")
	e.HostName, e.Port, e.Text = host, 8, texts
	for _, a := range addrs {
		if ip := net.ParseIP(a); ip.To4() != nil {
			e.AddrIPv4 = append(e.AddrIPv4, ip)
		} else {
			e.AddrIPv6 = append(e.AddrIPv6, ip)
		}
	}
	return e
}

// services lists what was told of an address: name, model, and marks.
func services(got *scantest.Sightings, addr string) string {
	var out []string
	for _, f := range got.Facts(addr) {
		word := f.Fields["name"] + "=" + f.Fields["txt.md"]
		for _, mark := range []string{"relayed", "gone"} {
			if f.Fields[mark] != "" {
				word += " " + mark
			}
		}
		out = append(out, word)
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

func bye(name, to string) dns.RR {
	return &dns.PTR{Hdr: header(name, dns.TypePTR, 0), Ptr: to}
}

// What devices in homes really send, and what others try to say for them.
func TestCache_whoSaidWhat(t *testing.T) {
	whole := func(md string) []dns.RR {
		return []dns.RR{ptr("_hap._tcp.local.", lock), srv(lock, "lock.local.", 5), txt(lock, "md="+md)}
	}
	for name, c := range map[string]struct {
		said func(c *cache)
		want map[string]string
	}{
		"in three packets": {func(c *cache) {
			for _, rr := range whole("Lock") {
				c.take(t, "192.168.7.5", rr)
			}
		}, map[string]string{"192.168.7.5": "Front Door=Lock"}},
		"in the wrong order": {func(c *cache) {
			for _, rr := range slices.Backward(whole("Lock")) {
				c.take(t, "192.168.7.5", rr)
			}
		}, map[string]string{"192.168.7.5": "Front Door=Lock"}},
		"again and again": {func(c *cache) {
			for range 20 {
				c.take(t, "192.168.7.5", whole("Lock")...)
				c.tell(false)
			}
		}, map[string]string{"192.168.7.5": "Front Door=Lock"}},
		"letters of another case": {func(c *cache) {
			c.take(t, "192.168.7.5", ptr("_HAP._TCP.local.", lock), srv(strings.ToUpper(lock), "LOCK.local.", 5))
			c.take(t, "192.168.7.5", txt(strings.ToLower(lock), "MD=Lock"))
		}, map[string]string{"192.168.7.5": "Front Door=Lock"}},
		"two devices of one name": {func(c *cache) {
			c.take(t, "192.168.7.5", whole("Lock")...)
			c.take(t, "192.168.7.6", whole("Other")...)
		}, map[string]string{"192.168.7.5": "Front Door=Lock", "192.168.7.6": "Front Door=Other"}},
		"a goodbye for another": {func(c *cache) {
			c.take(t, "192.168.7.5", whole("Lock")...)
			c.take(t, "192.168.7.66", bye("_hap._tcp.local.", lock))
		}, map[string]string{"192.168.7.5": "Front Door=Lock", "192.168.7.66": "Front Door= gone"}},
		"gone and back": {func(c *cache) {
			c.take(t, "192.168.7.5", bye("_hap._tcp.local.", lock))
			c.take(t, "192.168.7.5", whole("Lock")...)
		}, map[string]string{"192.168.7.5": "Front Door=Lock"}},
		"gone before it was told": {func(c *cache) {
			c.take(t, "192.168.7.5", whole("Lock")...)
			c.take(t, "192.168.7.5", bye("_hap._tcp.local.", lock))
		}, map[string]string{"192.168.7.5": "Front Door=Lock gone"}},
		"for a sleeping device": {func(c *cache) {
			c.take(t, "192.168.7.1", append(whole("Lock"), a("lock.local.", "192.168.7.5"))...)
		}, map[string]string{"192.168.7.1": "", "192.168.7.5": "Front Door=Lock relayed"}},
		"from another network": {func(c *cache) {
			c.take(t, "192.168.7.1", append(whole("Lock"), a("lock.local.", "10.0.0.5"))...)
		}, map[string]string{"192.168.7.1": "", "10.0.0.5": ""}},
		"with an old address beside its own": {func(c *cache) {
			c.take(t, "192.168.7.5", append(whole("Lock"), a("lock.local.", "192.168.7.77"), a("lock.local.", "192.168.7.5"))...)
		}, map[string]string{"192.168.7.5": "Front Door=Lock", "192.168.7.77": ""}},
		"about this computer": {func(c *cache) {
			c.take(t, "192.168.7.66", append(whole("Camera"), a("lock.local.", "192.168.7.20"))...)
		}, map[string]string{"192.168.7.20": ""}},
		"about everybody": {func(c *cache) {
			c.take(t, "192.168.7.66", append(whole("Camera"), a("lock.local.", "192.168.7.255"))...)
			c.take(t, "192.168.7.66", append(whole("Camera"), a("lock.local.", "224.0.0.251"))...)
		}, map[string]string{"192.168.7.255": "", "224.0.0.251": ""}},
		"a question with known answers": {func(c *cache) {
			m := new(dns.Msg)
			m.Question, m.Answer = []dns.Question{question("_hap._tcp.local.", dns.TypePTR)}, whole("Lock")
			p, err := m.Pack()
			if err != nil {
				t.Fatal(err)
			}
			c.hear(scanner.Datagram{From: addrPort("192.168.7.5"), Payload: p})
		}, map[string]string{"192.168.7.5": ""}},
		"a subtype": {func(c *cache) {
			c.take(t, "192.168.7.5", ptr("_S1._sub._hap._tcp.local.", lock), srv(lock, "lock.local.", 5), txt(lock, "md=Lock"))
		}, map[string]string{"192.168.7.5": "Front Door=Lock"}},
		"an empty text": {func(c *cache) {
			c.take(t, "192.168.7.5", ptr("_hap._tcp.local.", lock), srv(lock, "lock.local.", 5), txt(lock, ""))
		}, map[string]string{"192.168.7.5": "Front Door="}},
		"outside of local": {func(c *cache) {
			c.take(t, "192.168.7.5", ptr("_hap._tcp.example.com.", "Evil._hap._tcp.example.com."))
		}, map[string]string{"192.168.7.5": ""}},
	} {
		c0, got := hearing(t)
		c.said(c0)
		c0.tell(true)
		for addr, want := range c.want {
			if said := services(got, addr); said != want {
				t.Errorf("%s: of %s %q, want %q", name, addr, said, want)
			}
		}
	}
}

// The browser does not tell who spoke. What it found at one device never completes another of the same
// name, and a device's own words count when they come later.
func TestCache_fillIsNobodyElses(t *testing.T) {
	for name, c := range map[string]struct {
		entry *zeroconf.ServiceEntry
		want  string
	}{
		"of the same device":        {entry(`Front\ Door`, "lock.local.", []string{"192.168.7.5"}, "md=Lock"), "Front Door=Lock"},
		"of several addresses":      {entry(`Front\ Door`, "lock.local.", []string{"192.168.7.9", "192.168.7.5"}, "md=Lock"), "Front Door=Lock"},
		"without an address":        {entry(`Front\ Door`, "lock.local.", nil, "md=Lock"), "Front Door=Lock"},
		"of the other family":       {entry(`Front\ Door`, "lock.local.", []string{"fe80::5"}, "md=Lock"), "Front Door=Lock"},
		"of another device":         {entry(`Front\ Door`, "liar.local.", []string{"192.168.7.66"}, "md=Teapot"), "Front Door="},
		"of a device far away":      {entry(`Front\ Door`, "liar.local.", []string{"8.8.8.8"}, "md=Teapot"), "Front Door="},
		"of no service at all":      {&zeroconf.ServiceEntry{ServiceRecord: zeroconf.ServiceRecord{Instance: `Front\ Door`, Service: "hap"}}, "Front Door="},
		"in letters of other cases": {entry(`FRONT\ DOOR`, "lock.local.", []string{"192.168.7.5"}, "md=Lock"), "Front Door=Lock"},
	} {
		c0, got := hearing(t)
		c0.take(t, "192.168.7.5", ptr("_hap._tcp.local.", lock))
		c0.fill(c.entry)
		c0.tell(true)
		if said := services(got, "192.168.7.5"); said != c.want {
			t.Errorf("%s: %q, want %q", name, said, c.want)
		}
	}
	c, got := hearing(t)
	c.take(t, "192.168.7.5", ptr("_hap._tcp.local.", lock))
	c.fill(entry(`Front\ Door`, "lock.local.", nil, "md=Teapot"))
	c.tell(false)
	c.take(t, "192.168.7.5", txt(lock, "md=Lock"))
	c.tell(true)
	if said := services(got, "192.168.7.5"); !strings.Contains(said, "Front Door=Lock") {
		t.Errorf("its own words came later and are lost: %q", said)
	}
}

// A link-local address of the browser belongs to the one connection there is; with two, nobody knows.
func TestCache_claimed(t *testing.T) {
	c, _ := hearing(t)
	for name, e := range map[string]*zeroconf.ServiceEntry{
		"fe80::5%eth0": entry("x", "x.local.", []string{"8.8.8.8", "fe80::5"}), "192.168.7.9": entry("x", "x.local.", []string{"fe80::5", "192.168.7.9"}),
		"": entry("x", "x.local.", []string{"8.8.8.8", "2001:db8::1", "192.168.7.255"}),
	} {
		a, ok := c.claimed(e)
		if ok != (name != "") || (ok && a.String() != name) {
			t.Errorf("%v, want %q", a, name)
		}
	}
	second := c.scope.Interfaces[0]
	second.Name = "wlan0"
	c.scope.Interfaces = append(c.scope.Interfaces, second)
	if a, ok := c.claimed(entry("x", "x.local.", []string{"fe80::5"})); ok {
		t.Errorf("of two connections %v was taken", a)
	}
}

// Questions to complete what was heard: each a few times, never twice within a second, and none once the
// answer is there.
func TestCache_missing(t *testing.T) {
	c, _ := hearing(t)
	c.take(t, "192.168.7.5", ptr("_hap._tcp.local.", lock))
	now, asked := time.Now(), map[string]int{}
	for step := range 60 {
		for _, q := range c.missing(now.Add(time.Duration(step) * 200 * time.Millisecond)) {
			asked[dns.TypeToString[q.Qtype]+" "+q.Name]++
		}
		if step == 4 && (asked["SRV "+lock] != 1 || asked["TXT "+lock] != 1) {
			t.Errorf("asked %v within a second", asked)
		}
	}
	if asked["SRV "+lock] != mostAttempts || asked["TXT "+lock] != mostAttempts || len(asked) != 2 {
		t.Errorf("asked %v", asked)
	}
	c.take(t, "192.168.7.5", srv(lock, "Lock.local.", 5), txt(lock, "md=Lock"), ptr(metaQuery, "_newkind._tcp.local."))
	clear(asked)
	for step := range 60 {
		for _, q := range c.missing(now.Add(time.Minute + time.Duration(step)*200*time.Millisecond)) {
			asked[dns.TypeToString[q.Qtype]+" "+q.Name]++
		}
	}
	want := map[string]int{"A Lock.local.": 1, "AAAA Lock.local.": 1, "PTR _newkind._tcp.local.": 2}
	if fmt.Sprint(asked) != fmt.Sprint(want) {
		t.Errorf("asked %v, want %v", asked, want)
	}
	c.take(t, "192.168.7.6", bye("_hap._tcp.local.", "Gone._hap._tcp.local."))
	if left := c.missing(now.Add(time.Hour)); len(left) != 0 {
		t.Errorf("asks after what has left: %v", left)
	}
}

// A device with thousands of names cannot make this computer ask without end, and its host names and
// addresses are bounded.
func TestCache_missing_bounded(t *testing.T) {
	c, _ := hearing(t)
	for from := range 40 {
		for n := range mostOfSpeaker {
			name := fmt.Sprintf("N%d-%d._hap._tcp.local.", from, n)
			c.take(t, fmt.Sprintf("192.168.7.%d", 30+from), srv(name, fmt.Sprintf("h%d-%d.local.", from, n), 1))
		}
		for n := range 100 {
			c.take(t, fmt.Sprintf("192.168.7.%d", 30+from), a(fmt.Sprintf("g%d.local.", n%50), fmt.Sprintf("10.0.%d.%d", n/50, n%50)))
		}
	}
	total := 0
	for step := range 100 {
		total += len(c.missing(time.Now().Add(time.Duration(step) * time.Second)))
	}
	if total > 3*mostFollowUps || len(c.asked) > mostFollowUps {
		t.Errorf("%d questions, %d remembered", total, len(c.asked))
	}
	for from, s := range c.speakers {
		if len(s.hosts) > mostHosts || len(s.instances) > mostOfSpeaker {
			t.Fatalf("%s: %d hosts, %d instances", from, len(s.hosts), len(s.instances))
		}
	}
}

// Kinds of services that nobody knows are learned from the meta question, as far as there is room.
func TestCache_offered(t *testing.T) {
	c, _ := hearing(t)
	c.take(t, "192.168.7.5", ptr(metaQuery, "_odd-thing._udp.local."), ptr(metaQuery, "_bad name._tcp.local."), ptr(strings.ToUpper(metaQuery), "_UPPER._tcp.local."),
		ptr(metaQuery, "_x._sctp.local."), ptr(metaQuery, "."), ptr(metaQuery, "_a._tcp.example."))
	if got := c.offered(); !slices.Equal(got, []string{"_odd-thing._udp", "_upper._tcp"}) {
		t.Errorf("offered %v", got)
	}
	for n := range 2 * mostTypes {
		c.take(t, "192.168.7.5", ptr(metaQuery, fmt.Sprintf("_k%d._tcp.local.", n)))
	}
	if len(c.offered()) > mostTypes {
		t.Errorf("%d kinds", len(c.offered()))
	}
}
