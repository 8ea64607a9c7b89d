package mdns

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/miekg/dns"
)

// Bounds on what is asked: a device with thousands of names cannot make this computer flood the
// network.
const (
	mostAttempts  = 3
	askAgainAfter = time.Second // RFC 6762 section 5.2: not the same question within a second
	mostFollowUps = 3000
)

type attempt struct {
	times int
	last  time.Time
}

// missing returns the questions whose answers would complete what has been heard: types that nobody
// was asked for yet, services without host or details, hosts without an address.
func (c *cache) missing(now time.Time) []dns.Question {
	c.mu.Lock()
	defer c.mu.Unlock()
	var out []dns.Question
	want := func(name string, kind uint16, times int) {
		q := question(name, kind)
		a := c.asked[question(strings.ToLower(name), kind)]
		if a.times >= times || now.Sub(a.last) < askAgainAfter || len(c.asked) >= mostFollowUps {
			return
		}
		c.asked[question(strings.ToLower(name), kind)] = attempt{times: a.times + 1, last: now}
		out = append(out, q)
	}
	for _, t := range slices.Sorted(maps.Keys(c.types)) {
		want(t+".local.", dns.TypePTR, 2)
	}
	for _, s := range c.speakers {
		for _, i := range s.instances {
			if i.target == "" && !i.gone {
				want(i.fqdn, dns.TypeSRV, mostAttempts)
			}
			if i.txt == nil && !i.gone {
				want(i.fqdn, dns.TypeTXT, mostAttempts)
			}
			if i.target != "" && len(s.hosts[strings.ToLower(i.target)]) == 0 {
				want(i.target, dns.TypeA, 1)
				want(i.target, dns.TypeAAAA, 1)
			}
		}
	}
	return out
}

// offered returns the service types that somebody offers.
func (c *cache) offered() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Sorted(maps.Keys(c.types))
}

func (c *cache) heard() (packets, speakers int, crowded bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.packets, len(c.speakers), c.crowded
}
