// Package lan puts together a check of the networks this computer is on: which connections are real,
// which sources look, and in what scope.
package lan

import (
	"context"
	"fmt"
	"net/netip"
	"os"
	"slices"
	"time"

	"keyholder/scanner"
	"keyholder/scanner/gateway"
	"keyholder/scanner/mappings"
	"keyholder/scanner/mdns"
	"keyholder/scanner/multicast"
	"keyholder/scanner/names"
	"keyholder/scanner/neighbour"
	"keyholder/scanner/ports"
	"keyholder/scanner/snmp"
	"keyholder/scanner/ssdp"
	"keyholder/scanner/vendor"
	"keyholder/scanner/wsd"
)

// Choice is what a person decides before a check.
type Choice struct {
	Mode        scanner.Mode
	Attestation scanner.Attestation
	Networks    []netip.Prefix // empty: every private network of every real connection
	Budget      time.Duration  // 0: the default of the mode
	Ticked      []netip.Addr   // only scanner.ModeFull: the devices to look at closer
}

// Prepare turns a choice into a scope for the networks this computer is on now. The errors are those
// of Scope.Validate.
func Prepare(c Choice) (scanner.Scope, error) {
	used, left, err := Interfaces()
	if err != nil {
		return scanner.Scope{}, err
	}
	return prepare(c, used, left)
}

func prepare(c Choice, used []scanner.Interface, left []scanner.LeftOut) (scanner.Scope, error) {
	s := scanner.Scope{
		Mode: c.Mode, Attestation: c.Attestation, AttestedAt: time.Now(), LeftOut: left, Budget: c.Budget,
		Ticked: slices.Clone(c.Ticked),
	}
	for _, n := range c.Networks {
		if !scanner.PrivatePrefix(n) {
			return s, fmt.Errorf("checking the network %s: %w", n, scanner.ErrNotPrivate)
		}
	}
	for _, i := range used {
		chosen := chosenOf(i, c.Networks)
		if len(chosen) == 0 {
			s.LeftOut = append(s.LeftOut, scanner.LeftOut{Name: i.Name, Reason: scanner.LeftOutNotChosen})
			continue
		}
		s.Interfaces = append(s.Interfaces, i)
		s.Prefixes = append(s.Prefixes, without(chosen, s.Prefixes)...) // by cable and by radio: asked once
	}
	if err := s.Validate(); err != nil {
		return s, err
	}
	for _, n := range c.Networks {
		if !slices.Contains(s.Prefixes, n.Masked()) {
			return s, fmt.Errorf("checking the network %s: %w", n, scanner.ErrNoNetwork)
		}
	}
	return s, nil
}

// chosenOf returns the part of an interface's networks that was chosen: all if nothing was named, else
// the named networks that lie in them.
func chosenOf(i scanner.Interface, named []netip.Prefix) []netip.Prefix {
	var out []netip.Prefix
	for _, n := range i.Networks {
		if len(named) == 0 {
			out = append(out, n.Masked())
			continue
		}
		for _, want := range named {
			if n.Contains(want.Addr()) && want.Bits() >= n.Bits() {
				out = append(out, want.Masked())
			}
		}
	}
	return out
}

// without returns the networks of a list that are not among the known ones, each once.
func without(list, known []netip.Prefix) (rest []netip.Prefix) {
	for _, p := range list {
		if !slices.Contains(known, p) && !slices.Contains(rest, p) {
			rest = append(rest, p)
		}
	}
	return rest
}

// Sources returns the sources of a network check. Which of them may ask, and what, follows from the
// scope's mode.
func Sources() []scanner.Source {
	network := multicast.Network{}
	return []scanner.Source{
		thisComputer{name: os.Hostname},
		neighbour.New(), mdns.New(network), ssdp.New(network),
		wsd.New(network), vendor.New(network), gateway.New(), names.New(network),
	}
}

// SourcesFor returns the sources of a check in that scope: those of every check, and in the full mode
// those that look closer at the ticked devices.
func SourcesFor(scope scanner.Scope) []scanner.Source {
	list := Sources()
	if scope.Mode.Connects() {
		network := multicast.Network{}
		list = append(list, ports.New(), snmp.New(network), mappings.New(network))
	}
	return list
}

// ComputerName is the name under which this computer may be seen by others on the network, such as
// in a router's list of devices. It is empty if the system does not tell.
func ComputerName() string {
	name, err := os.Hostname()
	if err != nil {
		return ""
	}
	return scanner.SafeText(name)
}

// thisComputer reports the computer that asks, so that nobody takes it for a stranger's device.
type thisComputer struct {
	name func() (string, error)
}

// Name implements scanner.Source.
func (thisComputer) Name() scanner.SourceName { return scanner.SourceThisComputer }

// Observe implements scanner.Source. It sends nothing.
func (c thisComputer) Observe(_ context.Context, scope scanner.Scope, emit func(scanner.Sighting)) scanner.Outcome {
	fields := map[string]string{"role": "this_computer"}
	if name, err := c.name(); err == nil {
		fields["hostname"] = scanner.SafeText(name)
	}
	for _, i := range scope.Interfaces {
		var keys []scanner.Key
		if i.MAC != "" {
			keys = append(keys, scanner.MACKey(i.MAC))
		}
		for _, n := range i.Networks {
			keys = append(keys, scanner.IPKey(n.Addr()))
		}
		if i.LinkLocal.IsValid() {
			keys = append(keys, scanner.IPKey(i.LinkLocal))
		}
		emit(scanner.Sighting{
			Source: scanner.SourceThisComputer, At: time.Now(), Keys: keys,
			Facts: []scanner.Fact{{Kind: scanner.FactSelf, Fields: fields}},
		})
	}
	return scanner.Could(len(scope.Interfaces))
}
