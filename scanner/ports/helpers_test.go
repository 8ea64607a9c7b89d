package ports

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"keyholder/scanner"
	"keyholder/scanner/scantest"
)

// heard is what a made-up device saw of one connection.
type heard struct {
	bytes []byte
	end   error // io.EOF after an orderly end (FIN); anything else is a connection that was broken off
}

// thing is a made-up device with one port on this computer.
type thing struct {
	port uint16
	mu   sync.Mutex
	all  []heard
	done sync.WaitGroup
}

// newThing starts a device. play speaks and may read through r, which records; when it returns, the
// rest is read to its end.
func newThing(t *testing.T, play func(c net.Conn, r io.Reader)) *thing {
	t.Helper()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	d := &thing{port: netip.MustParseAddrPort(l.Addr().String()).Port()}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			d.done.Add(1)
			go d.serve(c, play)
		}
	}()
	return d
}

func (d *thing) serve(c net.Conn, play func(net.Conn, io.Reader)) {
	defer d.done.Done()
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(10 * time.Second))
	var got bytes.Buffer
	r := io.TeeReader(c, &got)
	if play != nil {
		play(c, r)
	}
	_, err := io.Copy(io.Discard, r)
	if err == nil {
		err = io.EOF
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.all = append(d.all, heard{bytes.Clone(got.Bytes()), err})
}

// heard waits until every connection has ended and returns what was seen.
func (d *thing) heard() []heard {
	time.Sleep(20 * time.Millisecond)
	d.done.Wait()
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.all
}

// orderly fails the test unless there was one connection that ended with a FIN, and returns its bytes.
func (d *thing) orderly(t *testing.T) string {
	t.Helper()
	all := d.heard()
	if len(all) != 1 {
		t.Fatalf("%d connections, want 1", len(all))
	}
	if all[0].end != io.EOF {
		t.Errorf("the connection was broken off: %v", all[0].end)
	}
	return string(all[0].bytes)
}

// madeUpLine is one end of a line without a network, for checks by a clock of their own.
type madeUpLine struct {
	net.Conn // what the other end says
	out      net.Conn
}

// lines returns the two ends of one.
func lines() (ours, theirs *madeUpLine) {
	a, b := net.Pipe()
	c, d := net.Pipe()
	return &madeUpLine{a, c}, &madeUpLine{d, b}
}

func (l *madeUpLine) Write(p []byte) (int, error) { return l.out.Write(p) }

func (l *madeUpLine) CloseWrite() error { return l.out.Close() }

func (l *madeUpLine) Close() error { return errors.Join(l.Conn.Close(), l.out.Close()) }

func (l *madeUpLine) SetDeadline(t time.Time) error {
	return errors.Join(l.Conn.SetDeadline(t), l.out.SetDeadline(t))
}

// played connects to a made-up device that plays its part on each line.
func played(play func(line)) dialFunc {
	return func(context.Context, netip.AddrPort, time.Duration) (line, error) {
		ours, theirs := lines()
		go play(theirs)
		return ours, nil
	}
}

// endless says the same for as long as somebody takes it, and counts the bytes.
func endless(taken *atomic.Int64, text string) func(line) {
	return func(c line) {
		defer c.Close()
		for {
			n, err := io.WriteString(c, text)
			if taken.Add(int64(n)); err != nil {
				return
			}
		}
	}
}

var here = netip.MustParseAddr("127.0.0.1")

// look makes a full check of this computer's made-up ports.
func look(t *testing.T, doors ...door) (*scantest.Sightings, scanner.Outcome) {
	t.Helper()
	return lookWith(t, dial, 5*time.Second, doors...)
}

func lookWith(t *testing.T, dial dialFunc, budget time.Duration, doors ...door) (*scantest.Sightings, scanner.Outcome) {
	t.Helper()
	s := New()
	s.doors, s.dial = doors, dial
	s.permits = func(_ scanner.Scope, a netip.Addr) bool { return a == here }
	scope := scantest.Home(scanner.ModeFull, budget)
	scope.Ticked = []netip.Addr{here}
	ctx, cancel := context.WithTimeout(t.Context(), budget)
	defer cancel()
	got := &scantest.Sightings{}
	o := s.Observe(ctx, scope, got.Emit)
	return got, o
}

// only returns the one fact of a kind.
func only(t *testing.T, got *scantest.Sightings, kind scanner.FactKind) map[string]string {
	t.Helper()
	var found []map[string]string
	for _, f := range got.Facts("127.0.0.1") {
		if f.Kind == kind {
			found = append(found, f.Fields)
		}
	}
	if len(found) != 1 {
		t.Fatalf("%d facts of kind %s in %v, want 1", len(found), kind, got.Facts("127.0.0.1"))
	}
	return found[0]
}
