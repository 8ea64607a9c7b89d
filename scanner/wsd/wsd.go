// Package wsd finds devices that speak WS-Discovery: network cameras, printers and Windows computers.
// It sends the two questions that are needed for all of them (an empty one, which cameras answer, and
// one for devices in general) and reads type and scope of what answers. It fetches nothing.
package wsd

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"net/netip"
	"strings"
	"sync"
	"time"

	"keyholder/scanner"
)

// Source implements scanner.Source.
type Source struct {
	network scanner.Multicast
}

// New returns a source that speaks through network.
func New(network scanner.Multicast) *Source { return &Source{network: network} }

// Name implements scanner.Source.
func (*Source) Name() scanner.SourceName { return scanner.SourceWSD }

const (
	answerWindow = 3 * time.Second
	again        = 1 * time.Second
	mostMessages = 5000
	longestValue = 512
)

func group(listen bool) scanner.Group {
	return scanner.Group{
		V4: netip.MustParseAddr("239.255.255.250"), V6: netip.MustParseAddr("ff02::c"),
		Port: 3702, Join: listen, Silent: listen,
	}
}

// Observe implements scanner.Source.
func (s *Source) Observe(ctx context.Context, scope scanner.Scope, emit func(scanner.Sighting)) scanner.Outcome {
	listen := !scope.Mode.Asks()
	session, err := s.network.Open(scope, group(listen))
	if err != nil {
		return scanner.CouldNot(scanner.ReasonFor(err))
	}
	defer session.Close()
	h := &hearing{emit: emit, from: map[netip.Addr]bool{}}
	if listen {
		session.Receive(ctx, h.hear)
		return h.outcome(scanner.ReasonListenOnly)
	}
	if err := ask(session); err != nil {
		return scanner.CouldNot(scanner.ReasonFor(err))
	}
	window, cancel := context.WithTimeout(ctx, answerWindow)
	defer cancel()
	repeat := time.AfterFunc(again, func() { _ = ask(session) })
	defer repeat.Stop()
	session.Receive(window, h.hear)
	return h.outcome()
}

// ask sends the two questions. One that gets out is enough.
func ask(session scanner.Session) error {
	var failed error
	sent := false
	for _, types := range []string{"", "<d:Types>wsdp:Device</d:Types>"} {
		err := session.Send(probe(types))
		failed, sent = errors.Join(failed, err), sent || err == nil
	}
	if sent {
		return nil
	}
	return failed
}

// probe writes one WS-Discovery Probe (2005/04, the version devices speak) with a fresh message id.
func probe(types string) []byte {
	var id [16]byte
	_, _ = rand.Read(id[:]) // never fails (crypto/rand)
	id[6], id[8] = id[6]&0x0f|0x40, id[8]&0x3f|0x80
	h := hex.EncodeToString(id[:])
	uuid := strings.Join([]string{h[:8], h[8:12], h[12:16], h[16:20], h[20:]}, "-")
	return []byte(`<?xml version="1.0" encoding="utf-8"?>` +
		`<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"` +
		` xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"` +
		` xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"` +
		` xmlns:wsdp="http://schemas.xmlsoap.org/ws/2006/02/devprof"><s:Header>` +
		`<a:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</a:To>` +
		`<a:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</a:Action>` +
		`<a:MessageID>urn:uuid:` + uuid + `</a:MessageID>` +
		`</s:Header><s:Body><d:Probe>` + types + `</d:Probe></s:Body></s:Envelope>`)
}

type hearing struct {
	emit     func(scanner.Sighting)
	mu       sync.Mutex
	from     map[netip.Addr]bool
	messages int
}

func (h *hearing) hear(d scanner.Datagram) {
	h.mu.Lock()
	h.messages++
	over := h.messages > mostMessages
	h.mu.Unlock()
	if over {
		return
	}
	m, ok := Parse(d.Payload)
	if !ok {
		return
	}
	from := d.From.Addr()
	h.mu.Lock()
	h.from[from] = true
	h.mu.Unlock()
	h.emit(scanner.Sighting{
		Source: scanner.SourceWSD, At: d.At, Keys: []scanner.Key{scanner.IPKey(from)},
		Facts: []scanner.Fact{{Kind: scanner.FactWSD, Fields: map[string]string{"types": m.Types, "scopes": m.Scopes}}},
	})
}

func (h *hearing) outcome(limits ...scanner.Reason) scanner.Outcome {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.messages > mostMessages {
		limits = append(limits, scanner.ReasonTooManyAnswers)
	}
	return scanner.Could(len(h.from), limits...)
}

// Message is the part of an answer that is used: the types a device says it is, with the name space
// prefixes it chose, and its scopes. Both are bounded and as received.
type Message struct{ Types, Scopes string }

// Parse reads an answer (ProbeMatches) or an announcement (Hello). Questions of others are not
// messages of a device.
func Parse(packet []byte) (Message, bool) {
	var m Message
	device := false
	err := scanner.WalkXML(packet, func(path []string, value string) {
		for _, p := range path {
			device = device || p == "ProbeMatch" || p == "Hello"
		}
		if !device {
			return
		}
		switch path[len(path)-1] {
		case "Types":
			m.Types = join(m.Types, strings.Join(strings.Fields(value), " "))
		case "Scopes":
			m.Scopes = join(m.Scopes, strings.Join(strings.Fields(value), " "))
		}
	})
	return m, err == nil && device
}

func join(a, b string) string {
	if a != "" {
		b = a + " " + b
	}
	return scanner.Bounded(b, longestValue)
}
