// Package vendor asks in the makers' own protocols, with the one question that their apps send on a
// home network all day: who is there? It reads the name, the kind and the model of lamps and plugs,
// and hears what others announce. It never signs in, never switches anything, and drops what would
// tell too much: places, accounts, keys and Wi-Fi names.
package vendor

import (
	"context"
	"encoding/json"
	"errors"
	"net/netip"
	"strings"
	"sync"
	"time"

	"keyholder/scanner"
	"keyholder/scanner/ssdp"
)

// Source implements scanner.Source.
type Source struct {
	network scanner.Multicast
	get     getter
}

// New returns a source that speaks through network.
func New(network scanner.Multicast) *Source { return &Source{network: network, get: ssdp.Page} }

// Name implements scanner.Source.
func (*Source) Name() scanner.SourceName { return scanner.SourceVendor }

const (
	answerWindow = 3 * time.Second
	again        = 1 * time.Second // a broadcast over Wi-Fi is not repeated by the radio: ask once more
	leaveBefore  = 600 * time.Millisecond
	mostMessages = 5000 // of one protocol
	mostSenders  = 2048
	mostFrom     = 16 // answers of one sender in one protocol
	longestValue = 128
)

// fields is what a device said of itself in one packet.
type fields map[string]string

// put keeps a value if there is one, bounded.
func (f fields) put(name, value string) {
	if v := strings.TrimSpace(strings.ToValidUTF8(value, "")); v != "" {
		f[name] = scanner.Bounded(v, longestValue)
	}
}

// understood reports whether an answer in JSON could be read. A value of another kind than expected, such
// as a number for a text, is left out alone: makers change them from one version to the next.
func understood(err error) bool {
	var kind *json.UnmarshalTypeError
	return err == nil || errors.As(err, &kind)
}

// protocol is one maker's way to ask who is there.
type protocol struct {
	name  string
	group scanner.Group
	ask   []byte // sent to everybody; nil if the protocol is only heard
	read  func(packet []byte) (fields, bool)
	// further are questions to a device that has answered, one packet each; may be nil.
	further [][]byte
}

// protocols lists what is spoken. Without asks nothing of it sends.
func protocols(asks bool) []protocol {
	list := tuya()
	if !asks {
		return append(list, yeelight(false))
	}
	return append(list, yeelight(true), kasa(), tapo(), lifx(), wiz())
}

// Observe implements scanner.Source.
func (s *Source) Observe(ctx context.Context, scope scanner.Scope, emit func(scanner.Sighting)) scanner.Outcome {
	c := &check{network: s.network, scope: scope, emit: emit, heard: map[netip.Addr]bool{}}
	var all sync.WaitGroup
	var fault scanner.Fault
	for _, p := range protocols(scope.Mode.Asks()) {
		all.Go(func() {
			defer fault.Catch()
			c.end(c.speak(ctx, p))
		})
	}
	all.Go(func() {
		defer fault.Catch()
		c.visit(ctx, s.get)
	})
	all.Wait()
	fault.Raise()
	return c.outcome()
}

// check is one look at the network.
type check struct {
	network scanner.Multicast
	scope   scanner.Scope
	emit    func(scanner.Sighting)

	mu      sync.Mutex
	heard   map[netip.Addr]bool
	crowded bool
	spoken  int // protocols that could be spoken or heard
	failed  []error
}

// speak asks in one protocol and hears the answers. The error says why it could not.
func (c *check) speak(ctx context.Context, p protocol) error {
	session, err := c.network.Open(c.scope, p.group)
	if err != nil {
		return err
	}
	defer session.Close()
	window, cancel := c.window(ctx, p)
	defer cancel()
	if p.ask != nil {
		if err := session.Send(p.ask); err != nil {
			return err
		}
		repeat := time.AfterFunc(again, func() { _ = session.Send(p.ask) })
		defer repeat.Stop()
	}
	h := &hearing{check: c, protocol: p, session: session, from: map[netip.Addr]int{}}
	session.Receive(window, h.hear)
	return nil
}

// window is how long answers are waited for. What is only heard is heard to the end of the check, as
// devices announce themselves every few seconds.
func (c *check) window(ctx context.Context, p protocol) (context.Context, context.CancelFunc) {
	if p.ask != nil {
		return context.WithTimeout(ctx, answerWindow)
	}
	if end, ok := ctx.Deadline(); ok && c.scope.Mode.Asks() {
		return context.WithDeadline(ctx, end.Add(-leaveBefore))
	}
	return context.WithCancel(ctx)
}

func (c *check) end(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err != nil {
		c.failed = append(c.failed, err)
		return
	}
	c.spoken++
}

func (c *check) outcome() scanner.Outcome {
	c.mu.Lock()
	defer c.mu.Unlock()
	why := scanner.ReasonFor(errors.Join(c.failed...))
	if c.spoken == 0 {
		return scanner.CouldNot(why)
	}
	var limits []scanner.Reason
	if !c.scope.Mode.Asks() {
		limits = append(limits, scanner.ReasonListenOnly)
	}
	if len(c.failed) > 0 {
		limits = append(limits, why)
	}
	if c.crowded {
		limits = append(limits, scanner.ReasonTooManyAnswers)
	}
	return scanner.Could(len(c.heard), limits...)
}

// hearing is what one protocol has heard. Receive hands over one packet at a time.
type hearing struct {
	check    *check
	protocol protocol
	session  scanner.Session
	from     map[netip.Addr]int
	messages int
}

func (h *hearing) hear(d scanner.Datagram) {
	from := d.From.Addr()
	if h.check.scope.Own(from) || !h.room(from) {
		return
	}
	said, ok := h.protocol.read(d.Payload)
	if !ok {
		return
	}
	said["protocol"] = h.protocol.name
	h.check.tell(from, d.At, said)
	h.from[from]++
	if h.from[from] > 1 {
		return
	}
	for _, question := range h.protocol.further {
		_ = h.session.SendTo(from, question) // a lamp that does not say its name is still a lamp
	}
}

// room reports whether another packet of this sender is looked at.
func (h *hearing) room(from netip.Addr) bool {
	h.messages++
	if h.messages <= mostMessages && h.from[from] < mostFrom && (h.from[from] > 0 || len(h.from) < mostSenders) {
		return true
	}
	h.check.mu.Lock()
	defer h.check.mu.Unlock()
	h.check.crowded = h.check.crowded || h.from[from] < mostFrom
	return false
}

func (c *check) tell(from netip.Addr, at time.Time, said fields) {
	c.mu.Lock()
	c.heard[from] = true
	c.mu.Unlock()
	c.emit(scanner.Sighting{
		Source: scanner.SourceVendor, At: at, Keys: []scanner.Key{scanner.IPKey(from)},
		Facts: []scanner.Fact{{Kind: scanner.FactVendor, Fields: said}},
	})
}
