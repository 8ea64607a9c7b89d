package ports

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/netip"
	"syscall"
	"time"

	"keyholder/scanner"
)

// Bounds on one connection.
const (
	mostRead   = 64 << 10               // bytes that are looked at
	mostDrain  = 256 << 10              // further bytes that are thrown away so that it can end in good order
	drainTime  = 700 * time.Millisecond // for the other side to end as well
	lastMoment = 150 * time.Millisecond // the same after the check was called off
	longest    = 300                    // bytes of one text of a device
)

// errTarget is what a connection to anything but the ticked device ends in.
var errTarget = errors.New("this connection does not lead to the chosen device")

// line is a connection that can say that nothing more will be sent and still listen, as TCP's can.
type line interface {
	net.Conn
	CloseWrite() error
}

// dialFunc connects to one port. Tests put their own in its place.
type dialFunc func(ctx context.Context, to netip.AddrPort, wait time.Duration) (line, error)

// dial connects to that address and port and checks it again when the connection is made. Nothing is
// looked up, no proxy is used.
func dial(ctx context.Context, to netip.AddrPort, wait time.Duration) (line, error) {
	d := net.Dialer{Timeout: wait, KeepAlive: -1, Control: func(_, address string, _ syscall.RawConn) error {
		if used, err := netip.ParseAddrPort(address); err != nil || used != to {
			return errTarget
		}
		return nil
	}}
	conn, err := d.DialContext(ctx, "tcp", to.String())
	if err != nil {
		return nil, err // never shown: it holds the device's address
	}
	c, ok := conn.(*net.TCPConn)
	if !ok {
		_ = conn.Close()
		return nil, errTarget
	}
	return c, nil
}

// wire is one connection to a device. Reading from it ends after mostRead bytes.
type wire struct {
	tcp  line
	tls  *tls.Conn // nil unless a TLS conversation has begun
	ctx  context.Context
	read int
	stop func() bool
}

func newWire(ctx context.Context, c line) *wire {
	w := &wire{tcp: c, ctx: ctx}
	w.allow(talkTime)
	w.stop = context.AfterFunc(ctx, func() { _ = c.SetDeadline(time.Now()) })
	return w
}

// allow sets how long the talk may still take, at most until the check ends.
func (w *wire) allow(d time.Duration) {
	until := time.Now().Add(d)
	if end, ok := w.ctx.Deadline(); ok && end.Before(until) {
		until = end
	}
	_ = w.tcp.SetDeadline(until)
}

// Read implements io.Reader. What a device sends beyond the bound is not looked at.
func (w *wire) Read(p []byte) (int, error) {
	if w.read >= mostRead {
		return 0, io.EOF
	}
	if len(p) > mostRead-w.read {
		p = p[:mostRead-w.read]
	}
	var n int
	var err error
	if w.tls != nil {
		n, err = w.tls.Read(p)
	} else {
		n, err = w.tcp.Read(p)
	}
	w.read += n
	return n, err
}

// Write implements io.Writer.
func (w *wire) Write(p []byte) (int, error) {
	if w.tls != nil {
		return w.tls.Write(p)
	}
	return w.tcp.Write(p)
}

// close says goodbye and takes in what is still under way until the other side has said it too. A
// connection that is closed with something unread is broken off by the system (RST), and that is what
// stops fragile devices.
func (w *wire) close() {
	w.stop()
	_ = w.tcp.SetDeadline(time.Now().Add(w.farewell()))
	if w.tls != nil {
		_ = w.tls.CloseWrite()
	}
	_ = w.tcp.CloseWrite()
	_, _ = io.CopyN(io.Discard, onlyReader{w.tcp}, mostDrain)
	_ = w.tcp.Close()
}

func (w *wire) farewell() time.Duration {
	if w.ctx.Err() != nil {
		return lastMoment
	}
	return drainTime
}

// onlyReader hides every other way of taking bytes, so that the bound holds.
type onlyReader struct{ io.Reader }

// converse says what belongs to the port and returns what the device lets us know. The first fact is
// always that the port is open.
func (w *wire) converse(to netip.AddrPort, t talk) []scanner.Fact {
	open := scanner.Fact{Kind: scanner.FactPort, Fields: map[string]string{"proto": "tcp"}}
	facts := []scanner.Fact{open}
	if t == greeted {
		put(open, "banner", w.greeting())
	}
	if t == secure || t == securePage || t == secretPosts {
		cert, ok := w.handshake()
		facts = append(facts, cert...)
		if !ok {
			return facts
		}
	}
	switch t {
	case page, stream:
		return append(facts, w.visit(to, "http", t == stream)...)
	case securePage:
		return append(facts, w.visit(to, "https", false)...)
	case film:
		return append(facts, w.askFilm(to)...)
	case messages, secretPosts:
		return append(facts, w.askMessages()...)
	}
	return facts
}

// put keeps a text of a device, bounded; an empty one is left out.
func put(f scanner.Fact, field, value string) {
	if value = scanner.Bounded(value, longest); value != "" {
		f.Fields[field] = value
	}
}
