package mdns

import (
	"context"
	"errors"
	"net"
	"sync"

	"github.com/grandcat/zeroconf"

	"keyholder/scanner"
)

// mostBrowsed bounds the browsers: each holds a socket for either family.
const mostBrowsed = 24

// browser browses service types with the zeroconf library. The library has to be handled with care:
// every browse gets a resolver of its own (a second use panics), one for each IP family (the two
// together lose answers), its channel is read until the library closes it (else goroutines and
// sockets stay behind) and is never closed here (the library would close it again and panic).
type browser struct {
	ctx     context.Context
	links   []net.Interface
	take    func(*zeroconf.ServiceEntry)
	started map[string]bool
	running sync.WaitGroup
	fault   scanner.Fault
	failed  error
}

func newBrowser(ctx context.Context, scope scanner.Scope, take func(*zeroconf.ServiceEntry)) *browser {
	b := &browser{ctx: ctx, take: take, started: map[string]bool{}}
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
	b.take(e)
}

// wait returns when every channel has been read to its end, which is soon after the context's end.
func (b *browser) wait() {
	b.running.Wait()
	b.fault.Raise()
}
