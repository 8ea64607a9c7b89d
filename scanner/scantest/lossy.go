package scantest

import (
	"context"
	"net/netip"

	"keyholder/scanner"
)

// Lossy is a network on which only the first packets get out. Nothing is heard on it.
type Lossy struct {
	Out  int   // how many packets get out
	Err  error // what sending any other one gives
	sent int
}

// Open implements scanner.Multicast; the network is its own session.
func (l *Lossy) Open(scanner.Scope, scanner.Group) (scanner.Session, error) { return l, nil }

// Send implements scanner.Session.
func (l *Lossy) Send([]byte) error {
	if l.sent++; l.sent > l.Out {
		return l.Err
	}
	return nil
}

// SendTo implements scanner.Session: nothing gets out to one device.
func (l *Lossy) SendTo(netip.Addr, []byte) error { return l.Err }

// Receive implements scanner.Session.
func (*Lossy) Receive(ctx context.Context, _ func(scanner.Datagram)) { <-ctx.Done() }

// Close implements scanner.Session.
func (*Lossy) Close() error { return nil }
