package mdns

import (
	"context"
	"errors"
	"net"
	"sync"
	"sync/atomic"

	"github.com/grandcat/zeroconf"

	"keyholder/scanner"
)

// Bounds on the browsers: each holds a socket for either family, and all of them hear and keep
// everything. Where that is more than any home says, browsing ends and the listener of our own goes on.
const (
	mostBrowsed = 24
	mostText    = 1 << 20
)

// browser browses service types with the zeroconf library. The library has to be handled with care:
// every browse gets a resolver of its own (a second use panics), one for each IP family (the two
// together lose answers), its channel is read until the library closes it (else goroutines and
// sockets stay behind) and is never closed here (the library would close it again and panic).
type browser struct {
	ctx     context.Context
	stop    context.CancelFunc
	links   []net.Interface
	take    func(*zeroconf.ServiceEntry)
	started map[string]bool
	running sync.WaitGroup
	fault   scanner.Fault
	failed  error
	text    atomic.Int64 // bytes that the library keeps of what it has found
}

func newBrowser(ctx context.Context, scope scanner.Scope, take func(*zeroconf.ServiceEntry)) *browser {
	b := &browser{take: take, started: map[string]bool{}}
	b.ctx, b.stop = context.WithCancel(ctx)
	for _, i := range scope.Interfaces {
		if link, err := net.InterfaceByIndex(i.Index); err == nil {
			b.links = append(b.links, *link)
		}
	}
	return b
}

// add starts browsing the types that are not browsed yet, up to the bound.
func (b *browser) add(types []string) {
	for _, t := range types {
		if b.started[t] || len(b.started) >= mostBrowsed || b.ctx.Err() != nil {
			continue
		}
		b.started[t] = true
		err4, err6 := b.browse(t, zeroconf.IPv4), b.browse(t, zeroconf.IPv6)
		if err4 != nil && err6 != nil {
			b.failed = errors.Join(err4, err6)
			return
		}
	}
}

func (b *browser) browse(service string, family zeroconf.IPType) error {
	resolver, err := zeroconf.NewResolver(zeroconf.SelectIPTraffic(family), zeroconf.SelectIfaces(b.links))
	if err != nil {
		return err
	}
	entries := make(chan *zeroconf.ServiceEntry, 64)
	b.running.Go(func() {
		for e := range entries { // to the end, whatever happens: else the library's goroutines stay
			b.one(e)
		}
	})
	return resolver.Browse(b.ctx, service, "local.", entries)
}

func (b *browser) one(e *zeroconf.ServiceEntry) {
	defer b.fault.Catch()
	size := len(e.Instance) + len(e.HostName)
	for _, t := range e.Text {
		size += len(t)
	}
	if b.text.Add(int64(size)) > mostText {
		b.stop()
	}
	if b.ctx.Err() == nil {
		b.take(e)
	}
}

// wait returns when every channel has been read to its end, which is soon after the context's end.
func (b *browser) wait() {
	b.stop()
	b.running.Wait()
	b.fault.Raise()
}
