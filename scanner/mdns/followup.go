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
	w := wanted{cache: c, now: now}
	for _, t := range slices.Sorted(maps.Keys(c.types)) {
		w.want(t+".local.", dns.TypePTR, 2)
	}
	for _, s := range c.speakers {
		for _, i := range s.instances {
			w.complete(s, i)
		}
	}
	return w.questions
}

// wanted collects the questions to ask now. The cache is locked while it is in use.
type wanted struct {
	cache     *cache
	now       time.Time
	questions []dns.Question
}

// want adds a question unless it was asked often enough, or just now.
func (w *wanted) want(name string, kind uint16, times int) {
	asked := w.cache.asked
	key := question(strings.ToLower(name), kind)
	a := asked[key]
	if a.times >= times || w.now.Sub(a.last) < askAgainAfter || len(asked) >= mostFollowUps {
		return
	}
	asked[key] = attempt{times: a.times + 1, last: w.now}
	w.questions = append(w.questions, question(name, kind))
}

// complete asks for what one service of a speaker still lacks.
func (w *wanted) complete(s *speaker, i *instance) {
	if i.target == "" && !i.gone {
		w.want(i.fqdn, dns.TypeSRV, mostAttempts)
	}
	if i.txt == nil && !i.gone {
		w.want(i.fqdn, dns.TypeTXT, mostAttempts)
	}
	if i.target != "" && len(s.hosts[strings.ToLower(i.target)]) == 0 {
		w.want(i.target, dns.TypeA, 1)
		w.want(i.target, dns.TypeAAAA, 1)
	}
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
