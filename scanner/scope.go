package scanner

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"time"
)

// Mode says how much a network check may be noticed.
type Mode string

// The modes that are offered; every other value is refused.
const (
	// ModeListen sends no question: it hears what devices announce by themselves and reads what the
	// operating system already knows.
	ModeListen Mode = "listen"
	// ModeQuiet asks the questions that ordinary phones and computers ask all day.
	ModeQuiet Mode = "quiet"
	// ModeFull asks like ModeQuiet and also connects to the devices that somebody ticked one by one
	// (Scope.Ticked), and to nothing else.
	ModeFull Mode = "full"
)

// Modes lists every mode, the least noticeable first.
func Modes() []Mode { return []Mode{ModeListen, ModeQuiet, ModeFull} }

// Asks reports whether the mode may send questions.
func (m Mode) Asks() bool { return m == ModeQuiet || m == ModeFull }

// Connects reports whether the mode may connect to the ticked devices.
func (m Mode) Connects() bool { return m == ModeFull }

// Attestation is the answer to "whose network is this?" and thereby the statement that the check may
// be made.
type Attestation string

// The answers. What may be kept in a case follows from them, and is not this package's business.
const (
	AttestOwnNetwork   Attestation = "own-network"   // the home the person lives in, or the asker's own
	AttestNewHome      Attestation = "new-home"      // the person's new home
	AttestShared       Attestation = "shared"        // clinic, refuge or another place that agreed
	AttestOtherPersons Attestation = "other-persons" // somebody else's: listening only
)

// Limits on what a check looks at, lists and waits for.
const (
	DefaultBudget = 6 * time.Second  // mDNS needs two rounds of questions, 4 s apart
	ListenBudget  = 30 * time.Second // announcements come by themselves, and rarely
	MinimumBudget = 1 * time.Second
	MaximumBudget = 10 * time.Minute
	MaximumListed = 2000 // devices in a report; the rest is counted
	WidestSweep   = 22   // prefix length in bits: 1,022 addresses at most are asked one by one
	MaximumTicked = 256  // devices that one full check may connect to
)

// Interface is one network connection of this computer that takes part in a check.
type Interface struct {
	Name     string
	Index    int
	MAC      string         // canonical form, "" if it has none
	Networks []netip.Prefix // private IPv4 and IPv6 networks with this computer's own address in them
	// LinkLocal is the interface's fe80 address with its zone, or the zero address.
	LinkLocal netip.Addr
}

// LeftOut is a network connection that takes no part, and why.
type LeftOut struct {
	Name   string        `json:"name"`
	Reason LeftOutReason `json:"reason"`
}

// LeftOutReason is a closed set of reasons for not using a network connection.
type LeftOutReason string

// The reasons.
const (
	LeftOutLoopback   LeftOutReason = "loopback"
	LeftOutDown       LeftOutReason = "down"
	LeftOutVPN        LeftOutReason = "vpn"
	LeftOutContainer  LeftOutReason = "container_or_virtual_machine"
	LeftOutNoAddress  LeftOutReason = "no_private_address"
	LeftOutNotChosen  LeftOutReason = "not_chosen"
	LeftOutSingleHost LeftOutReason = "no_neighbours_possible"
)

// Scope is what one check may look at and how. It is consented to as a whole.
type Scope struct {
	Mode        Mode
	Attestation Attestation
	AttestedAt  time.Time
	Interfaces  []Interface
	Prefixes    []netip.Prefix // the chosen private networks, masked
	LeftOut     []LeftOut
	Budget      time.Duration // the whole check ends after this; 0 means the mode's default
	// Ticked are the addresses of the devices that somebody chose one by one to be connected to. They
	// lie in Prefixes, or are link-local with the zone of one of Interfaces. Only ModeFull has any.
	Ticked []netip.Addr
}

// Errors of a scope that must not be used.
var (
	ErrNotAttested  = errors.New("nobody has said whose network this is and that it may be checked")
	ErrMode         = errors.New("this way of checking is not offered; use listen, quiet or full")
	ErrNotPrivate   = errors.New("only private home or office networks can be checked, not internet addresses")
	ErrNoNetwork    = errors.New("this computer is not connected to a private network; connect it and try again")
	ErrBudget       = errors.New("the time for the check must be between 1 second and 10 minutes")
	ErrListenOnly   = errors.New("another person's network may only be listened to; use the listen mode")
	ErrNoneTicked   = errors.New("a full check looks closer at chosen devices only; choose at least one")
	ErrTicked       = errors.New("a chosen device is not a device of the chosen networks; choose from the list of a quiet check")
	ErrManyTicked   = errors.New("no more than 256 devices can be looked at closer at once; choose fewer")
	ErrTickedMode   = errors.New("only a full check looks closer at chosen devices")
	errNotConnected = errors.New("this computer is not connected to that network")
)

// private lists the only networks a check may touch: RFC 1918, IPv4 and IPv6 link-local, and unique
// local IPv6 addresses.
func private() []netip.Prefix {
	return []netip.Prefix{
		netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("172.16.0.0/12"),
		netip.MustParsePrefix("192.168.0.0/16"), netip.MustParsePrefix("169.254.0.0/16"),
		netip.MustParsePrefix("fc00::/7"), netip.MustParsePrefix("fe80::/10"),
	}
}

// PrivatePrefix reports whether every address of p is private. A network that reaches beyond a
// private range is not.
func PrivatePrefix(p netip.Prefix) bool {
	for _, r := range private() {
		if p.IsValid() && p.Bits() >= r.Bits() && r.Contains(p.Addr().WithZone("")) {
			return true
		}
	}
	return false
}

// Validate refuses a scope that is not attested, not private, not connected or not bounded in time.
func (s Scope) Validate() error {
	if err := s.validatePermission(); err != nil {
		return err
	}
	if b := s.EffectiveBudget(); b < MinimumBudget || b > MaximumBudget {
		return ErrBudget
	}
	if len(s.Interfaces) == 0 || len(s.Prefixes) == 0 {
		return ErrNoNetwork
	}
	for _, p := range s.Prefixes {
		if !PrivatePrefix(p) {
			return fmt.Errorf("checking the network %s: %w", p, ErrNotPrivate)
		}
		if _, ok := s.InterfaceFor(p.Addr()); !ok {
			return fmt.Errorf("checking the network %s: %w", p, errNotConnected)
		}
	}
	return s.validateTicked()
}

// validateTicked refuses a full check of nothing, and every address that is not another device of
// the chosen networks. The errors name no address.
func (s Scope) validateTicked() error {
	switch {
	case !s.Mode.Connects() && len(s.Ticked) > 0:
		return ErrTickedMode
	case s.Mode.Connects() && len(s.Ticked) == 0:
		return ErrNoneTicked
	case len(s.Ticked) > MaximumTicked:
		return ErrManyTicked
	}
	for _, a := range s.Ticked {
		if !s.MayConnect(a) {
			return ErrTicked
		}
	}
	return nil
}

// MayConnect reports whether a full check may connect to a: it was ticked, is in a chosen network,
// and is one device's own address, not this computer's.
func (s Scope) MayConnect(a netip.Addr) bool {
	if !s.Mode.Connects() || !slices.Contains(s.Ticked, a) || a.Is4In6() {
		return false
	}
	return s.Covers(a) && !s.Own(a) && !a.IsUnspecified() && !a.IsLoopback()
}

// endsNetwork reports whether a stands for no single device: the network itself or all of its devices.
func (s Scope) endsNetwork(a netip.Addr) bool {
	for _, i := range s.Interfaces {
		if slices.ContainsFunc(i.Networks, func(n netip.Prefix) bool { return a.Is4() && endOf(n, a) }) {
			return true
		}
	}
	return false
}

// endOf reports whether a is the first or the last address of an IPv4 network with room for several.
func endOf(n netip.Prefix, a netip.Addr) bool {
	return n.Contains(a) && n.Bits() < 31 && (a == n.Masked().Addr() || a == lastOf(n))
}

// lastOf is the highest address of an IPv4 network, which reaches all of its devices.
func lastOf(n netip.Prefix) netip.Addr {
	b := n.Masked().Addr().As4()
	for bit := n.Bits(); bit < 32; bit++ {
		b[bit/8] |= 1 << (7 - bit%8)
	}
	return netip.AddrFrom4(b)
}

func (s Scope) validatePermission() error {
	switch s.Attestation {
	case AttestOwnNetwork, AttestNewHome, AttestShared:
	case AttestOtherPersons:
		if s.Mode.Asks() {
			return ErrListenOnly
		}
	default:
		return ErrNotAttested
	}
	if !slices.Contains(Modes(), s.Mode) {
		return ErrMode
	}
	return nil
}

// EffectiveBudget is the time the whole check may take.
func (s Scope) EffectiveBudget() time.Duration {
	switch {
	case s.Budget != 0:
		return s.Budget
	case s.Mode == ModeListen:
		return ListenBudget
	default:
		return DefaultBudget
	}
}

// InterfaceFor returns the interface whose network contains a. For link-local IPv6 the zone decides.
func (s Scope) InterfaceFor(a netip.Addr) (Interface, bool) {
	a = a.Unmap()
	for _, i := range s.Interfaces {
		if a.Is6() && a.IsLinkLocalUnicast() {
			if a.Zone() == i.Name {
				return i, true
			}
			continue
		}
		for _, n := range i.Networks {
			if n.Contains(a.WithZone("")) {
				return i, true
			}
		}
	}
	return Interface{}, false
}

// Covers reports whether a device at this address belongs to the check: inside a chosen network, or
// link-local on an interface that carries one. An address that stands for several devices is none.
func (s Scope) Covers(a netip.Addr) bool {
	a = a.Unmap()
	if a.IsMulticast() || s.endsNetwork(a) {
		return false
	}
	if a.Is6() && a.IsLinkLocalUnicast() {
		_, ok := s.InterfaceFor(a)
		return ok
	}
	for _, p := range s.Prefixes {
		if p.Contains(a.WithZone("")) {
			return true
		}
	}
	return false
}

// Own reports whether the address is this computer's.
func (s Scope) Own(a netip.Addr) bool {
	a = a.Unmap()
	for _, i := range s.Interfaces {
		if a == i.LinkLocal {
			return true
		}
		for _, n := range i.Networks {
			if n.Addr() == a.WithZone("") {
				return true
			}
		}
	}
	return false
}
