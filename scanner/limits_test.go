package scanner

import (
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"
	"time"
)

// No single device stands at the ends of a network: a question to them would reach everybody.
func TestScope_Covers_endsOfNetworks(t *testing.T) {
	s := home()
	s.Interfaces[0].Networks = append(s.Interfaces[0].Networks, netip.MustParsePrefix("10.0.0.5/31"), netip.MustParsePrefix("172.16.4.9/22"))
	s.Prefixes = append(s.Prefixes, netip.MustParsePrefix("10.0.0.4/31"), netip.MustParsePrefix("172.16.4.0/22"))
	for addr, want := range map[string]bool{
		"192.168.7.0": false, "192.168.7.255": false, "192.168.7.254": true, "10.0.0.4": true, "10.0.0.5": true,
		"172.16.4.0": false, "172.16.4.255": true, "172.16.5.0": true, "172.16.7.255": false, "::ffff:192.168.7.255": false,
		"224.0.0.251": false, "ff02::1%eth0": false, "fd00::": true, "255.255.255.255": false,
	} {
		if got := s.Covers(netip.MustParseAddr(addr)); got != want {
			t.Errorf("Covers(%s) = %v", addr, got)
		}
	}
}

// This computer is itself in whatever way its address is written.
func TestScope_Own_spellings(t *testing.T) {
	s := home()
	for addr, want := range map[string]bool{
		"::ffff:192.168.7.20": true, "::ffff:192.168.7.21": false, "fe80::f6d1:8ff:feaa:bbcc": false, "fe80::f6d1:8ff:feaa:bbcc%wlan0": false,
		"fd00::20%eth0": true,
	} {
		if got := s.Own(netip.MustParseAddr(addr)); got != want {
			t.Errorf("Own(%s) = %v", addr, got)
		}
	}
	if i, ok := s.InterfaceFor(netip.MustParseAddr("::ffff:192.168.7.9")); !ok || i.Name != "eth0" {
		t.Errorf("InterfaceFor = %+v, %v", i, ok)
	}
}

// randomAddress draws an address near the limits of the scope of home, or anywhere.
func randomAddress(r *rand.Rand) netip.Addr {
	switch r.IntN(5) {
	case 0:
		return netip.AddrFrom4([4]byte{192, 168, 7, byte(r.IntN(256))})
	case 1:
		return netip.AddrFrom4([4]byte{byte(r.IntN(256)), byte(r.IntN(256)), byte(r.IntN(256)), byte(r.IntN(256))})
	case 2:
		return netip.MustParseAddr("fe80::1").WithZone([]string{"", "eth0", "docker0"}[r.IntN(3)])
	case 3:
		b := netip.MustParseAddr("fd00::20").As16()
		b[7+r.IntN(2)], b[15] = byte(r.IntN(2)), byte(r.IntN(64))
		return netip.AddrFrom16(b)
	}
	return netip.AddrFrom16(netip.AddrFrom4([4]byte{192, 168, 7, byte(r.IntN(256))}).As16())
}

// Whatever is asked for: a check connects to nothing that was not ticked, is not in a chosen network, or
// is this computer, and only in the full mode.
func TestScope_MayConnect_anything(t *testing.T) {
	allowed := 0
	for seed := range uint64(4000) {
		r := rand.New(rand.NewPCG(seed, 11))
		s := home()
		s.Mode = Modes()[r.IntN(3)]
		for range r.IntN(3) {
			s.Ticked = append(s.Ticked, randomAddress(r))
		}
		a := randomAddress(r)
		if len(s.Ticked) > 0 && r.IntN(2) == 0 {
			a = s.Ticked[0]
		}
		if !s.MayConnect(a) {
			continue
		}
		allowed++
		inside := slices.ContainsFunc(s.Prefixes, func(p netip.Prefix) bool { return p.Contains(a.WithZone("")) }) || a.Zone() == "eth0"
		last := a.As16()[15]
		if s.Mode != ModeFull || !slices.Contains(s.Ticked, a) || !inside || s.Own(a) || a.Is4() && (last == 0 || last == 255) {
			t.Fatalf("seed %d: %s may be connected to in %+v", seed, a, s)
		}
	}
	if allowed < 50 {
		t.Errorf("only %d were allowed: nothing is proven", allowed)
	}
}

// Of a network that is called private, no address is on the internet.
func TestPrivatePrefix_anything(t *testing.T) {
	found := 0
	for seed := range uint64(6000) {
		r := rand.New(rand.NewPCG(seed, 5))
		b := [4]byte{[]byte{10, 172, 192, 169, 100, byte(r.IntN(256))}[r.IntN(6)], []byte{16, 168, 254, byte(r.IntN(256))}[r.IntN(4)], byte(r.IntN(256)), 0}
		p := netip.PrefixFrom(netip.AddrFrom4(b), r.IntN(33))
		if !PrivatePrefix(p) {
			continue
		}
		found++
		for _, a := range []netip.Addr{p.Masked().Addr(), lastOf(p)} {
			if !a.IsPrivate() && !a.IsLinkLocalUnicast() {
				t.Fatalf("%s is called private and holds %s", p, a)
			}
		}
	}
	if found < 200 {
		t.Errorf("only %d private networks: nothing is proven", found)
	}
	if PrivatePrefix(netip.Prefix{}) || PrivatePrefix(netip.PrefixFrom(netip.MustParseAddr("10.0.0.0"), -1)) {
		t.Error("what is no network is called private")
	}
}

// The time of a check is bounded in every mode, and its default fits the bounds.
func TestScope_EffectiveBudget(t *testing.T) {
	for _, m := range Modes() {
		s := home()
		s.Mode, s.Budget = m, 0
		if b := s.EffectiveBudget(); b < MinimumBudget || b > MaximumBudget || (m == ModeListen) != (b == ListenBudget) {
			t.Errorf("%s: %v", m, b)
		}
		s.Budget = 90 * time.Second
		if s.EffectiveBudget() != 90*time.Second {
			t.Errorf("%s: the chosen time is not kept", m)
		}
	}
	for budget, want := range map[time.Duration]bool{MinimumBudget: true, MaximumBudget: true, MinimumBudget - 1: false, MaximumBudget + 1: false} {
		s := home()
		s.Budget = budget
		if got := s.Validate() == nil; got != want {
			t.Errorf("%v is allowed: %v", budget, got)
		}
	}
}

// Listening asks nobody, and only the full mode connects.
func TestMode(t *testing.T) {
	for m, want := range map[Mode][2]bool{ModeListen: {}, ModeQuiet: {true, false}, ModeFull: {true, true}, "": {}, "LISTEN": {}, "all": {}} {
		if m.Asks() != want[0] || m.Connects() != want[1] {
			t.Errorf("%q asks %v and connects %v", m, m.Asks(), m.Connects())
		}
	}
}
