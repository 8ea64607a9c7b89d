package lan

import (
	"errors"
	"net/netip"
	"testing"
	"time"

	"keyholder/scanner"
	"keyholder/scanner/scantest"
)

func prefixes(list ...string) (out []netip.Prefix) {
	for _, p := range list {
		out = append(out, netip.MustParsePrefix(p))
	}
	return out
}

func TestChoose(t *testing.T) {
	links := []link{
		{name: "lo", index: 1, up: true, loopback: true, prefixes: prefixes("127.0.0.1/8")},
		{name: "wlp2s0", index: 2, up: true, kind: kindReal, prefixes: prefixes("192.168.7.20/24", "fe80::20/64", "2001:db8::20/64")},
		{name: "eth1", index: 3, up: true, prefixes: prefixes("10.78.0.99/24")},
		{name: "docker0", index: 4, up: true, prefixes: prefixes("172.17.0.1/16")},
		{name: "mesh0", index: 5, up: true, point: true, prefixes: prefixes("10.8.0.2/24")},
		{name: "wg0", index: 6, up: true, prefixes: prefixes("10.9.0.2/24")},
		{name: "enp3s0", index: 7, up: false, prefixes: prefixes("192.168.9.1/24")},
		{name: "ppp9x", index: 8, up: true, kind: kindReal, prefixes: prefixes("8.8.8.8/24", "fe80::1/64")},
		{name: "eth9", index: 9, up: true, prefixes: prefixes("10.1.1.1/32")},
		{name: "br0", index: 10, up: true, kind: kindReal, prefixes: prefixes("192.168.50.1/24")},
	}
	used, left := choose(links)
	var names []string
	for _, i := range used {
		names = append(names, i.Name)
	}
	if len(names) != 3 || names[0] != "wlp2s0" || names[1] != "eth1" || names[2] != "br0" {
		t.Errorf("used %v", names)
	}
	if used[0].LinkLocal != netip.MustParseAddr("fe80::20%wlp2s0") || len(used[0].Networks) != 1 {
		t.Errorf("first %+v", used[0])
	}
	want := map[string]scanner.LeftOutReason{
		"lo": scanner.LeftOutLoopback, "docker0": scanner.LeftOutContainer, "mesh0": scanner.LeftOutVPN, "wg0": scanner.LeftOutVPN,
		"enp3s0": scanner.LeftOutDown, "ppp9x": scanner.LeftOutNoAddress, "eth9": scanner.LeftOutSingleHost,
	}
	for _, l := range left {
		if want[l.Name] != l.Reason {
			t.Errorf("%s left out as %s, want %s", l.Name, l.Reason, want[l.Name])
		}
		delete(want, l.Name)
	}
	if len(want) != 0 {
		t.Errorf("not left out: %v", want)
	}
}

func TestGuessKind(t *testing.T) {
	for name, want := range map[string]linkKind{
		"eth0": kindUnknown, "enp0s31f6": kindUnknown, "wlan0": kindUnknown, "en0": kindUnknown, "Wi-Fi": kindUnknown,
		"Ethernet 2": kindUnknown, "utun3": kindTunnel, "tun0": kindTunnel, "vpn0": kindTunnel, "tailscale0": kindTunnel,
		"ProtonVPN TUN": kindTunnel, "docker0": kindVirtual, "br-1f2e3d": kindVirtual, "virbr0": kindVirtual,
		"vEthernet (WSL)": kindVirtual, "VMware Network Adapter VMnet8": kindVirtual, "awdl0": kindVirtual, "bridge100": kindVirtual,
	} {
		if got := guessKind(name); got != want {
			t.Errorf("%s: %d, want %d", name, got, want)
		}
	}
}

func twoNetworks() []scanner.Interface {
	return []scanner.Interface{
		{Name: "wlan0", Index: 2, Networks: prefixes("192.168.7.20/24", "fd00::20/64")},
		{Name: "eth1", Index: 3, Networks: prefixes("10.78.0.99/16")},
	}
}

func TestPrepare(t *testing.T) {
	choice := func(networks ...string) Choice {
		return Choice{Mode: scanner.ModeQuiet, Attestation: scanner.AttestOwnNetwork, Networks: prefixes(networks...)}
	}
	for name, c := range map[string]struct {
		choice Choice
		want   []netip.Prefix
		err    error
	}{
		"all":           {choice(), prefixes("192.168.7.0/24", "fd00::/64", "10.78.0.0/16"), nil},
		"one":           {choice("192.168.7.0/24"), prefixes("192.168.7.0/24"), nil},
		"a part":        {choice("10.78.3.0/24"), prefixes("10.78.3.0/24"), nil},
		"not connected": {choice("192.168.99.0/24"), nil, scanner.ErrNoNetwork},
		"half of two":   {choice("192.168.7.0/24", "192.168.99.0/24"), nil, scanner.ErrNoNetwork},
		"wider":         {choice("192.168.0.0/16"), nil, scanner.ErrNoNetwork},
		"internet":      {choice("1.1.1.0/24"), nil, scanner.ErrNotPrivate},
		"not attested":  {Choice{Mode: scanner.ModeQuiet}, nil, scanner.ErrNotAttested},
	} {
		s, err := prepare(c.choice, twoNetworks(), nil)
		if !errors.Is(err, c.err) || (c.err == nil && err != nil) {
			t.Errorf("%s: %v, want %v", name, err, c.err)
			continue
		}
		if err == nil && (len(s.Prefixes) != len(c.want) || s.Prefixes[0] != c.want[0]) {
			t.Errorf("%s: %v, want %v", name, s.Prefixes, c.want)
		}
	}
	s, _ := prepare(choice("192.168.7.0/24"), twoNetworks(), nil)
	if len(s.LeftOut) != 1 || s.LeftOut[0] != (scanner.LeftOut{Name: "eth1", Reason: scanner.LeftOutNotChosen}) {
		t.Errorf("left out %v", s.LeftOut)
	}
}

// A network that this computer is on twice, or that is named twice, is asked once.
func TestPrepare_twice(t *testing.T) {
	both := []scanner.Interface{
		{Name: "wlan0", Index: 2, Networks: prefixes("192.168.7.20/24")},
		{Name: "eth0", Index: 3, Networks: prefixes("192.168.7.21/24")},
	}
	for _, networks := range [][]netip.Prefix{nil, prefixes("192.168.7.0/24", "192.168.7.0/24")} {
		s, err := prepare(Choice{Mode: scanner.ModeQuiet, Attestation: scanner.AttestOwnNetwork, Networks: networks}, both, nil)
		if err != nil || len(s.Prefixes) != 1 || len(s.Interfaces) != 2 {
			t.Errorf("%v, networks %v on %d connections", err, s.Prefixes, len(s.Interfaces))
		}
	}
}

func TestSources_names(t *testing.T) {
	seen := map[scanner.SourceName]bool{}
	for _, s := range Sources() {
		if seen[s.Name()] {
			t.Errorf("%s twice", s.Name())
		}
		seen[s.Name()] = true
	}
}

func TestThisComputer(t *testing.T) {
	got := &scantest.Sightings{}
	c := thisComputer{name: func() (string, error) { return "lap\u202etop", nil }}
	o := c.Observe(t.Context(), scantest.Home(scanner.ModeListen, time.Second), got.Emit)
	f := got.Facts("192.168.7.20")
	if o.State != scanner.Looked || len(f) != 1 || f[0].Kind != scanner.FactSelf || f[0].Fields["hostname"] != "laptop" {
		t.Errorf("outcome %+v, facts %v", o, f)
	}
}
