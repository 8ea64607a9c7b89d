// Package snmp asks the ticked devices what they are, with one question in one packet: the description
// (sysDescr) that printers, storage boxes and network parts give to anybody who asks under the name
// "public". Nothing else is read and nothing can be set.
package snmp

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"net/netip"
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
func (*Source) Name() scanner.SourceName { return scanner.SourceSNMP }

const (
	port         = 161
	answerWindow = 2 * time.Second
	mostMessages = 2048
	longestValue = 255
)

// Observe implements scanner.Source. Without a mode that connects it does nothing.
func (s *Source) Observe(ctx context.Context, scope scanner.Scope, emit func(scanner.Sighting)) scanner.Outcome {
	if !scope.Mode.Connects() {
		return scanner.CouldNot(scanner.ReasonListenOnly)
	}
	session, err := s.network.Open(scope, scanner.Group{Broadcast: true, Port: port})
	if err != nil {
		return scanner.CouldNot(scanner.ReasonFor(err))
	}
	defer session.Close()
	window, cancel := context.WithTimeout(ctx, answerWindow)
	defer cancel()
	q := &question{number: number(), emit: emit, open: map[netip.Addr]bool{}, done: cancel}
	failed := q.ask(session, scope)
	if len(q.open) == 0 {
		if failed != nil {
			return scanner.CouldNot(scanner.ReasonFor(failed))
		}
		if q.left { // only such devices were chosen
			return scanner.CouldNot(scanner.ReasonIPv6NotAsked)
		}
		return scanner.Could(0)
	}
	session.Receive(window, q.hear)
	var limits []scanner.Reason
	if q.messages > mostMessages {
		limits = append(limits, scanner.ReasonTooManyAnswers)
	}
	if failed != nil {
		limits = append(limits, scanner.ReasonFor(failed))
	}
	if q.left {
		limits = append(limits, scanner.ReasonIPv6NotAsked)
	}
	return scanner.Could(q.answered, limits...)
}

// number marks the question, so that no other packet passes for its answer.
func number() uint32 {
	var b [4]byte
	_, _ = rand.Read(b[:]) // never fails (crypto/rand)
	return binary.BigEndian.Uint32(b[:])&0x3fffffff | 0x40000000
}

// question is one check. Receive hands over one packet at a time, after all were asked.
type question struct {
	number   uint32
	emit     func(scanner.Sighting)
	open     map[netip.Addr]bool // asked and not answered yet
	answered int
	messages int
	left     bool               // a device without an IPv4 address was not asked
	done     context.CancelFunc // nothing more can come
}

// ask sends one packet to each ticked device that has an IPv4 address. The error is the last one.
func (q *question) ask(session scanner.Session, scope scanner.Scope) (failed error) {
	for _, a := range scope.Ticked {
		a = a.Unmap()
		q.left = q.left || a.Is6()
		if !a.Is4() || !scope.MayConnect(a) || q.open[a] {
			continue
		}
		if err := session.SendTo(a, packet(q.number)); err != nil {
			failed = err
			continue
		}
		q.open[a] = true
	}
	return failed
}

func (q *question) hear(d scanner.Datagram) {
	from := d.From.Addr()
	if q.messages++; q.messages > mostMessages || !q.open[from] {
		return
	}
	text, ok := read(d.Payload, q.number)
	if !ok {
		return
	}
	delete(q.open, from)
	if text != "" {
		q.answered++
		q.emit(scanner.Sighting{
			Source: scanner.SourceSNMP, At: d.At, Keys: []scanner.Key{scanner.IPKey(from)},
			Facts: []scanner.Fact{{Kind: scanner.FactSNMP, Fields: map[string]string{"sysdescr": text}}},
		})
	}
	if len(q.open) == 0 {
		q.done()
	}
}
