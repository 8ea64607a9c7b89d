package scanner

import (
	"errors"
	"net/netip"
	"testing"
	"time"
)

// home is a scope that may be used: one connection with two networks.
func home() Scope {
	return Scope{
		Mode: ModeQuiet, Attestation: AttestOwnNetwork, Budget: time.Second,
		Interfaces: []Interface{{
			Name: "eth0", Index: 2, MAC: "f4:d1:08:aa:bb:cc",
			Networks:  []netip.Prefix{netip.MustParsePrefix("192.168.7.20/24"), netip.MustParsePrefix("fd00::20/64")},
			LinkLocal: netip.MustParseAddr("fe80::f6d1:8ff:feaa:bbcc%eth0"),
		}},
		Prefixes: []netip.Prefix{netip.MustParsePrefix("192.168.7.0/24"), netip.MustParsePrefix("fd00::/64")},
	}
}

// ticked makes a scope full, for the devices at these addresses.
func ticked(addresses ...string) func(*Scope) {
	return func(s *Scope) {
		s.Mode = ModeFull
		for _, a := range addresses {
			s.Ticked = append(s.Ticked, netip.MustParseAddr(a))
		}
	}
}

func TestScope_Validate(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Scope)
		want   error
	}{
		"as it should be":       {func(*Scope) {}, nil},
		"nobody attested":       {func(s *Scope) { s.Attestation = "" }, ErrNotAttested},
		"made-up attestation":   {func(s *Scope) { s.Attestation = "his" }, ErrNotAttested},
		"his network, asking":   {func(s *Scope) { s.Attestation = AttestOtherPersons }, ErrListenOnly},
		"his network, silently": {func(s *Scope) { s.Attestation, s.Mode = AttestOtherPersons, ModeListen }, nil},
		"an unknown mode":       {func(s *Scope) { s.Mode = "all" }, ErrMode},
		"full of nothing":       {func(s *Scope) { s.Mode = ModeFull }, ErrNoneTicked},
		"full of one":           {ticked("192.168.7.9"), nil},
		"full of several":       {ticked("192.168.7.9", "fd00::9", "fe80::9%eth0"), nil},
		"ticked elsewhere":      {ticked("192.168.7.9", "192.168.8.9"), ErrTicked},
		"ticked internet":       {ticked("8.8.8.8"), ErrTicked},
		"ticked itself":         {ticked("192.168.7.20"), ErrTicked},
		"ticked everybody":      {ticked("192.168.7.255"), ErrTicked},
		"ticked the network":    {ticked("192.168.7.0"), ErrTicked},
		"ticked a group":        {ticked("ff02::1%eth0"), ErrTicked},
		"ticked without a zone": {ticked("fe80::9"), ErrTicked},
		"ticked another zone":   {ticked("fe80::9%docker0"), ErrTicked},
		"ticked in disguise":    {ticked("::ffff:192.168.7.9"), ErrTicked},
		"ticked nothing valid":  {func(s *Scope) { s.Mode, s.Ticked = ModeFull, []netip.Addr{{}} }, ErrTicked},
		"ticked too many":       {func(s *Scope) { s.Mode, s.Ticked = ModeFull, make([]netip.Addr, 257) }, ErrManyTicked},
		"ticked, but quiet": {func(s *Scope) {
			ticked("192.168.7.9")(s)
			s.Mode = ModeQuiet
		}, ErrTickedMode},
		"his network, full": {func(s *Scope) {
			ticked("192.168.7.9")(s)
			s.Attestation = AttestOtherPersons
		}, ErrListenOnly},
		"no mode":            {func(s *Scope) { s.Mode = "" }, ErrMode},
		"too short":          {func(s *Scope) { s.Budget = time.Millisecond }, ErrBudget},
		"endless":            {func(s *Scope) { s.Budget = time.Hour }, ErrBudget},
		"negative":           {func(s *Scope) { s.Budget = -1 }, ErrBudget},
		"default time":       {func(s *Scope) { s.Budget = 0 }, nil},
		"no connection":      {func(s *Scope) { s.Interfaces = nil }, ErrNoNetwork},
		"no network":         {func(s *Scope) { s.Prefixes = nil }, ErrNoNetwork},
		"internet":           {func(s *Scope) { s.Prefixes = []netip.Prefix{netip.MustParsePrefix("8.8.8.0/24")} }, ErrNotPrivate},
		"wider than private": {func(s *Scope) { s.Prefixes = []netip.Prefix{netip.MustParsePrefix("192.0.0.0/8")} }, ErrNotPrivate},
		"everything":         {func(s *Scope) { s.Prefixes = []netip.Prefix{netip.MustParsePrefix("0.0.0.0/0")} }, ErrNotPrivate},
		"another network":    {func(s *Scope) { s.Prefixes = []netip.Prefix{netip.MustParsePrefix("10.1.0.0/24")} }, errNotConnected},
	} {
		s := home()
		c.change(&s)
		if err := s.Validate(); !errors.Is(err, c.want) || (c.want == nil && err != nil) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

func TestPrivatePrefix(t *testing.T) {
	for prefix, want := range map[string]bool{
		"10.0.0.0/8": true, "10.0.0.0/7": false, "192.168.0.0/12": false, "172.16.0.0/12": true, "172.15.0.0/16": false,
		"172.32.0.0/16": false, "fc00::/7": true, "fc00::/6": false, "2001:db8::/64": false, "100.64.0.0/10": false,
		"127.0.0.0/8": false, "0.0.0.0/0": false, "::/0": false, "::ffff:10.0.0.0/104": false,
	} {
		if got := PrivatePrefix(netip.MustParsePrefix(prefix)); got != want {
			t.Errorf("PrivatePrefix(%s) = %v", prefix, got)
		}
	}
}

func TestScope_Covers(t *testing.T) {
	s := home()
	for addr, want := range map[string]bool{
		"192.168.7.1": true, "192.168.8.1": false, "8.8.8.8": false, "127.0.0.1": false, "fd00::5": true, "fd01::5": false,
		"fe80::1%eth0": true, "fe80::1%docker0": false, "fe80::1": false, "::ffff:192.168.7.9": true, "2001:db8::1": false,
	} {
		if got := s.Covers(netip.MustParseAddr(addr)); got != want {
			t.Errorf("Covers(%s) = %v", addr, got)
		}
	}
}

func TestScope_Own(t *testing.T) {
	s := home()
	for addr, want := range map[string]bool{
		"192.168.7.20": true, "192.168.7.21": false, "fe80::f6d1:8ff:feaa:bbcc%eth0": true, "fd00::20": true,
	} {
		if got := s.Own(netip.MustParseAddr(addr)); got != want {
			t.Errorf("Own(%s) = %v", addr, got)
		}
	}
}

// Only what was ticked may be connected to, and only in the full mode.
func TestScope_MayConnect(t *testing.T) {
	s := home()
	ticked("192.168.7.9")(&s)
	for addr, want := range map[string]bool{"192.168.7.9": true, "192.168.7.10": false, "192.168.7.20": false, "8.8.8.8": false} {
		if got := s.MayConnect(netip.MustParseAddr(addr)); got != want {
			t.Errorf("MayConnect(%s) = %v", addr, got)
		}
	}
	s.Mode = ModeQuiet
	if s.MayConnect(netip.MustParseAddr("192.168.7.9")) {
		t.Error("the quiet mode may connect")
	}
}
