// Package mdns hears and asks for multicast DNS announcements: what speakers, printers, bridges,
// televisions and computers say about themselves.
//
// Two readers work side by side. The zeroconf library browses; a listener of our own keeps every
// record with the address it came from, asks for what is missing, and sees goodbyes. Either one
// fills what the other missed.
package mdns

import (
	"cmp"
	"context"
	"errors"
	"net/netip"
	"sync"
	"time"

	"github.com/miekg/dns"

	"keyholder/scanner"
)

// Source implements scanner.Source.
type Source struct {
	network scanner.Multicast
	browse  bool
}

// New returns a source that speaks through network and browses beside it.
func New(network scanner.Multicast) *Source { return &Source{network: network, browse: true} }

// Name implements scanner.Source.
func (*Source) Name() scanner.SourceName { return scanner.SourceMDNS }

// When things are asked, from the start of the check.
const (
	tick        = 200 * time.Millisecond
	secondRound = 1200 * time.Millisecond
	thirdRound  = 3500 * time.Millisecond
	allRounds   = 3 // fewer miss devices that sleep, or whose answer got lost
	fallBack    = 2200 * time.Millisecond
	lastBrowse  = 1500 * time.Millisecond // a browse begun later would have no time for its answers
	leaveBefore = 500 * time.Millisecond  // of the budget, so that everything can be told
)

func group(join, silent bool) scanner.Group {
	return scanner.Group{
		V4: netip.MustParseAddr("224.0.0.251"), V6: netip.MustParseAddr("ff02::fb"),
		Port: 5353, Join: join, Silent: silent,
	}
}

// Observe implements scanner.Source.
func (s *Source) Observe(ctx context.Context, scope scanner.Scope, emit func(scanner.Sighting)) scanner.Outcome {
	c := newCache(scope, emit)
	if !scope.Mode.Asks() {
		return s.listen(ctx, scope, c)
	}
	if end, ok := ctx.Deadline(); ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, end.Add(-leaveBefore))
		defer cancel()
	}
	a := &asking{source: s, scope: scope, cache: c, started: time.Now()}
	return a.run(ctx)
}

// listen hears announcements and sends nothing.
func (s *Source) listen(ctx context.Context, scope scanner.Scope, c *cache) scanner.Outcome {
	session, err := s.network.Open(scope, group(true, true))
	if err != nil {
		return scanner.CouldNot(scanner.ReasonFor(err))
	}
	defer session.Close()
	session.Receive(ctx, c.hear)
	c.tell(true)
	return outcome(c, scanner.ReasonListenOnly)
}

func outcome(c *cache, limits ...scanner.Reason) scanner.Outcome {
	_, speakers, crowded := c.heard()
	if crowded {
		limits = append(limits, scanner.ReasonTooManyAnswers)
	}
	return scanner.Could(speakers, limits...)
}

// asking is one check that asks.
type asking struct {
	source   *Source
	scope    scanner.Scope
	cache    *cache
	started  time.Time
	sessions []scanner.Session
	rounds   int
	legacy   bool
	hearing  sync.WaitGroup
	fault    scanner.Fault
}

func (a *asking) run(ctx context.Context) scanner.Outcome {
	ctx, cancel := context.WithCancel(ctx)
	defer a.close()
	defer cancel()
	err := a.open(ctx, true)
	if err != nil {
		// The port is taken by a program that does not share it: ask from a port of our own.
		a.legacy = true
		err = a.open(ctx, false)
	}
	if err != nil {
		return scanner.CouldNot(scanner.ReasonFor(err))
	}
	if err := a.round(); err != nil {
		return scanner.CouldNot(scanner.ReasonFor(err))
	}
	b := newBrowser(ctx, a.scope, a.cache.fill)
	defer b.wait()
	if a.source.browse {
		b.add(firstBrowsed())
	}
	a.loop(ctx, b)
	b.wait() // the library ends with its context, which is over by now
	a.hearing.Wait()
	a.fault.Raise()
	a.cache.tell(true)
	if a.rounds < allRounds && errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return outcome(a.cache, scanner.ReasonTimedOut)
	}
	return outcome(a.cache)
}

// open opens a session and hears it in the background until ctx ends.
func (a *asking) open(ctx context.Context, join bool) error {
	session, err := a.source.network.Open(a.scope, group(join, false))
	if err != nil {
		return err
	}
	a.sessions = append(a.sessions, session)
	a.hearing.Go(func() {
		defer a.fault.Catch()
		session.Receive(ctx, a.cache.hear)
	})
	return nil
}

// close ends what open began. Nothing is heard after it.
func (a *asking) close() {
	for _, s := range a.sessions {
		_ = s.Close()
	}
	a.hearing.Wait()
}

func (a *asking) loop(ctx context.Context, b *browser) {
	t := time.NewTicker(tick)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
		since := time.Since(a.started)
		if (a.rounds == 1 && since > secondRound) || (a.rounds == 2 && since > thirdRound) {
			_ = a.round()
		}
		a.browseMore(b, since)
		a.fallBack(ctx, since)
		a.send(a.cache.missing(time.Now()))
		a.cache.tell(false)
	}
}

// browseMore browses what somebody offers, and ends all browsing in a flood: the library keeps
// everything it hears.
func (a *asking) browseMore(b *browser, since time.Duration) {
	if _, _, crowded := a.cache.heard(); crowded {
		b.stop()
	}
	if a.source.browse && since < lastBrowse {
		b.add(a.cache.offered())
	}
}

// round asks for all known types.
func (a *asking) round() error {
	a.rounds++
	questions := []dns.Question{question(metaQuery, dns.TypePTR)}
	for _, t := range knownTypes() {
		questions = append(questions, question(t+".local.", dns.TypePTR))
	}
	return a.send(questions)
}

// fallBack asks again from a port of our own when nothing at all was heard: answers to such a
// question come straight back (RFC 6762 section 6.7), also through a firewall that blocks the group.
func (a *asking) fallBack(ctx context.Context, since time.Duration) {
	packets, _, _ := a.cache.heard()
	if a.legacy || packets > 0 || since < fallBack {
		return
	}
	a.legacy = true
	if a.open(ctx, false) == nil {
		a.rounds--
		_ = a.round()
	}
}

// send sends questions through every open session; one that gets out is enough.
func (a *asking) send(questions []dns.Question) error {
	var failed error
	sent := false
	for _, p := range packQuestions(questions) {
		for _, s := range a.sessions {
			err := s.Send(p)
			failed, sent = cmp.Or(failed, err), sent || err == nil
		}
	}
	if sent {
		return nil
	}
	return failed
}
