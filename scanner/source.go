package scanner

import (
	"context"
	"net/netip"
	"time"
)

// The sources of a network check. A name is also the key of the source's outcome in a report.
const (
	SourceThisComputer SourceName = "this_computer" // the interfaces of the computer that asks
	SourceNeighbour    SourceName = "neighbour"     // the operating system's neighbour table
	SourceMDNS         SourceName = "mdns"          // multicast DNS service announcements
	SourceSSDP         SourceName = "ssdp"          // UPnP discovery
	SourceWSD          SourceName = "wsd"           // WS-Discovery
	SourceGateway      SourceName = "gateway"       // names the router knows
	SourceNames        SourceName = "names"         // NetBIOS and LLMNR names of computers
	SourceVendor       SourceName = "vendor"        // one-packet questions in the makers' own protocols
	SourcePorts        SourceName = "ports"         // connections to the devices the worker has ticked
	SourceSNMP         SourceName = "snmp"          // what printers and stores say of themselves
	SourceMappings     SourceName = "mappings"      // doors to the internet that the router holds open
	SourceImport       SourceName = "import"        // a list made by something else
)

// Source observes one kind of evidence within a consented scope.
//
// Observe runs until it has finished or ctx ends, whichever is first, and calls emit for everything
// it sees; emit may be called from several goroutines and never blocks for long. A source never
// reports trouble by emitting nothing: its Outcome says whether it could look at all.
type Source interface {
	Name() SourceName
	Observe(ctx context.Context, scope Scope, emit func(Sighting)) Outcome
}

// Follower is a Source whose questions depend on what the others find: it is given every address as
// soon as somebody has seen it. Run closes seen when no more addresses can come.
type Follower interface {
	Source
	Follow(ctx context.Context, scope Scope, seen <-chan netip.Addr, emit func(Sighting)) Outcome
}

// NoAddresses is what a Follower that nobody feeds is given: no address comes.
func NoAddresses() <-chan netip.Addr {
	none := make(chan netip.Addr)
	close(none)
	return none
}

// Drain takes addresses until no more can come or ctx ends: for a Follower that has nothing to ask, so
// that nobody is kept waiting who hands them over.
func Drain(ctx context.Context, seen <-chan netip.Addr) {
	for {
		select {
		case _, more := <-seen:
			if !more {
				return
			}
		case <-ctx.Done():
			return
		}
	}
}

// Group is a multicast group that a source talks to.
type Group struct {
	V4, V6 netip.Addr // either may be the zero address: that family is then not used
	Port   uint16
	// Join asks for a socket on the group's own port that hears what everybody announces. Without
	// it answers come back to a port of our own and announcements are not heard.
	Join bool
	// Silent opens the session for listening only; Send then refuses.
	Silent bool
	// Broadcast talks to everybody on the chosen IPv4 networks instead of to a group; V4 and V6 are
	// then not used. With Join the session hears what devices tell everybody on Port.
	Broadcast bool
}

// Datagram is one packet that arrived. Payload is only valid during the call it is handed to.
type Datagram struct {
	From    netip.AddrPort // link-local IPv6 addresses carry their zone
	At      time.Time
	Payload []byte
}

// Multicast opens sessions with multicast groups. The probes depend on this word rather than on
// sockets, so that a test can hand them any packet.
type Multicast interface {
	Open(scope Scope, group Group) (Session, error)
}

// Session is an open conversation with a group on every interface of a scope.
type Session interface {
	// Send sends the payload once on every interface and family; it fails only if no copy left.
	Send(payload []byte) error
	// SendTo sends the payload once to one address inside the scope, at the group's port. It refuses
	// any other address, and this computer's own.
	SendTo(to netip.Addr, payload []byte) error
	// Receive hands over, one at a time, every datagram from inside the scope until ctx ends.
	Receive(ctx context.Context, each func(Datagram))
	Close() error
}
