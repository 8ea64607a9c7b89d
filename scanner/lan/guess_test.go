package lan

import (
	"errors"
	"net"
	"net/netip"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"keyholder/scanner"
	"keyholder/scanner/scantest"
)

// Connections of laptops as their systems name them: a VPN or a container must not be taken for the home, and
// the home must not be taken for a VPN.
func TestLink_reason_realNames(t *testing.T) {
	home := prefixes("192.168.1.5/24")
	for name, want := range map[string]scanner.LeftOutReason{
		// Linux
		"wlan0": "", "wlp0s20f3": "", "enp3s0": "", "eno1": "", "enx00e04c680001": "", "eth0.10": "", "bond0": "", "team0": "",
		"tun0": scanner.LeftOutVPN, "tap0": scanner.LeftOutVPN, "wg0": scanner.LeftOutVPN, "wg-mullvad": scanner.LeftOutVPN, "ppp0": scanner.LeftOutVPN,
		"tailscale0": scanner.LeftOutVPN, "nebula1": scanner.LeftOutVPN, "zt5u4y6ejv": scanner.LeftOutVPN, "proton0vpn": scanner.LeftOutVPN,
		"docker0": scanner.LeftOutContainer, "docker_gwbridge": scanner.LeftOutContainer, "br-0a1b2c3d4e5f": scanner.LeftOutContainer, "veth12ab34c": scanner.LeftOutContainer,
		"virbr0": scanner.LeftOutContainer, "lxdbr0": scanner.LeftOutContainer, "cni0": scanner.LeftOutContainer, "podman1": scanner.LeftOutContainer, "vmnet8": scanner.LeftOutContainer,
		// macOS
		"en0": "", "en7": "", "utun4": scanner.LeftOutVPN, "ipsec0": scanner.LeftOutVPN, "gif0": scanner.LeftOutVPN, "bridge100": scanner.LeftOutContainer,
		"awdl0": scanner.LeftOutContainer, "llw0": scanner.LeftOutContainer, "anpi1": scanner.LeftOutContainer, "ap1": scanner.LeftOutContainer,
		// Windows, in several languages
		"Wi-Fi": "", "WLAN": "", "Ethernet": "", "Ethernet 2": "", "Drahtlosnetzwerkverbindung": "", "Connexion au réseau local": "", "Conexión de área local": "",
		"OpenVPN TAP-Windows6": scanner.LeftOutVPN, "WireGuard Tunnel": scanner.LeftOutVPN, "NordVPN": scanner.LeftOutVPN, "Tailscale": scanner.LeftOutVPN, "ZeroTier One": scanner.LeftOutVPN,
		"vEthernet (WSL (Hyper-V firewall))": scanner.LeftOutContainer, "vEthernet (Default Switch)": scanner.LeftOutContainer, "VirtualBox Host-Only Network": scanner.LeftOutContainer,
		"VMware Network Adapter VMnet1": scanner.LeftOutContainer, "Bluetooth Network Connection": scanner.LeftOutContainer,
	} {
		if got := (link{name: name, up: true, prefixes: home}).reason(); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

// What the system says of a connection counts more than its name, and a reason is the first that holds.
func TestLink_reason(t *testing.T) {
	for name, c := range map[string]struct {
		link link
		want scanner.LeftOutReason
	}{
		"a real one called like a VPN":   {link{name: "tun0", up: true, kind: kindReal, prefixes: prefixes("10.0.0.5/24")}, ""},
		"a tunnel called like a real":    {link{name: "eth0", up: true, kind: kindTunnel, prefixes: prefixes("10.0.0.5/24")}, scanner.LeftOutVPN},
		"a bridge of containers":         {link{name: "br0", up: true, kind: kindVirtual, prefixes: prefixes("10.0.0.5/24")}, scanner.LeftOutContainer},
		"point to point":                 {link{name: "eth0", up: true, kind: kindReal, point: true, prefixes: prefixes("10.0.0.5/24")}, scanner.LeftOutVPN},
		"nobody else can be there":       {link{name: "eth0", up: true, prefixes: prefixes("10.0.0.5/32", "fd00::5/128")}, scanner.LeftOutSingleHost},
		"only one of two can have more":  {link{name: "eth0", up: true, prefixes: prefixes("10.0.0.5/32", "192.168.1.5/24")}, ""},
		"only IPv6 of the home":          {link{name: "eth0", up: true, prefixes: prefixes("fd00::5/64", "fe80::5/64")}, ""},
		"only link-local IPv6":           {link{name: "eth0", up: true, prefixes: prefixes("fe80::5/64")}, scanner.LeftOutNoAddress},
		"only internet addresses":        {link{name: "eth0", up: true, prefixes: prefixes("203.0.113.5/24", "2001:db8::5/64")}, scanner.LeftOutNoAddress},
		"of a provider (shared)":         {link{name: "eth0", up: true, prefixes: prefixes("100.64.0.5/10")}, scanner.LeftOutNoAddress},
		"given by nobody":                {link{name: "eth0", up: true, prefixes: prefixes("169.254.7.9/16")}, ""},
		"no address yet":                 {link{name: "eth0", up: true}, scanner.LeftOutNoAddress},
		"down":                           {link{name: "eth0", prefixes: prefixes("192.168.1.5/24")}, scanner.LeftOutDown},
		"a VPN that is down is a VPN":    {link{name: "wg0"}, scanner.LeftOutVPN},
		"itself":                         {link{name: "lo", up: true, loopback: true, prefixes: prefixes("127.0.0.1/8")}, scanner.LeftOutLoopback},
		"wider than any private network": {link{name: "eth0", up: true, prefixes: prefixes("10.0.0.5/7")}, scanner.LeftOutNoAddress},
	} {
		if got := c.link.reason(); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// With no network at all, or only decoys, the check says so and names what it left out.
func TestPrepare_noNetwork(t *testing.T) {
	choice := Choice{Mode: scanner.ModeQuiet, Attestation: scanner.AttestOwnNetwork}
	used, left := choose([]link{
		{name: "lo", up: true, loopback: true, prefixes: prefixes("127.0.0.1/8")},
		{name: "docker0", up: true, prefixes: prefixes("172.17.0.1/16")},
		{name: "tun0", up: true, prefixes: prefixes("10.8.0.2/24")},
		{name: "wlan0", prefixes: prefixes("192.168.1.5/24")},
	})
	s, err := prepare(choice, used, left)
	if !errors.Is(err, scanner.ErrNoNetwork) || len(s.LeftOut) != 4 || len(s.Interfaces) != 0 {
		t.Errorf("%v, left out %v", err, s.LeftOut)
	}
}

// A choice of networks and devices is kept to: what was not chosen is named, and neighbours of a chosen part
// are not of the check.
func TestPrepare_keepsToTheChoice(t *testing.T) {
	for name, c := range map[string]struct {
		choice Choice
		err    error
		inside map[string]bool
	}{
		"a part of one": {
			Choice{Mode: scanner.ModeListen, Attestation: scanner.AttestOtherPersons, Networks: prefixes("10.78.3.0/24")},
			nil,
			map[string]bool{"10.78.3.9": true, "10.78.4.9": false, "192.168.7.9": false, "fd00::9": false},
		},
		"with its own bits": {
			Choice{Mode: scanner.ModeQuiet, Attestation: scanner.AttestOwnNetwork, Networks: prefixes("192.168.7.20/24")},
			nil,
			map[string]bool{"192.168.7.9": true, "10.78.3.9": false},
		},
		"two of three": {
			Choice{Mode: scanner.ModeQuiet, Attestation: scanner.AttestOwnNetwork, Networks: prefixes("10.78.0.0/16", "fd00::/64")},
			nil,
			map[string]bool{"10.78.4.9": true, "fd00::9": true, "192.168.7.9": false},
		},
		"the same twice": {
			Choice{Mode: scanner.ModeQuiet, Attestation: scanner.AttestOwnNetwork, Networks: prefixes("192.168.7.0/24", "192.168.7.0/24")},
			nil,
			map[string]bool{"192.168.7.9": true},
		},
		"full, device of another network": {
			Choice{Mode: scanner.ModeFull, Attestation: scanner.AttestOwnNetwork, Networks: prefixes("192.168.7.0/24"), Ticked: []netip.Addr{netip.MustParseAddr("10.78.3.9")}}, scanner.ErrTicked, nil,
		},
		"full on another person's": {
			Choice{Mode: scanner.ModeFull, Attestation: scanner.AttestOtherPersons, Ticked: []netip.Addr{netip.MustParseAddr("192.168.7.9")}}, scanner.ErrListenOnly, nil,
		},
		"no network of that name": {Choice{Mode: scanner.ModeQuiet, Attestation: scanner.AttestOwnNetwork, Networks: []netip.Prefix{{}}}, scanner.ErrNotPrivate, nil},
	} {
		s, err := prepare(c.choice, twoNetworks(), nil)
		if !errors.Is(err, c.err) || c.err == nil && err != nil {
			t.Errorf("%s: %v, want %v", name, err, c.err)
			continue
		}
		for addr, want := range c.inside {
			if got := s.Covers(netip.MustParseAddr(addr)); got != want {
				t.Errorf("%s: covers %s: %v", name, addr, got)
			}
		}
	}
}

// A scope keeps its own copy of what was ticked: a page that changes its list later changes no running check.
func TestPrepare_ownCopy(t *testing.T) {
	ticked := []netip.Addr{netip.MustParseAddr("192.168.7.9")}
	s, err := prepare(Choice{Mode: scanner.ModeFull, Attestation: scanner.AttestOwnNetwork, Ticked: ticked}, twoNetworks(), nil)
	if err != nil {
		t.Fatal(err)
	}
	ticked[0] = netip.MustParseAddr("192.168.7.10")
	if !s.MayConnect(netip.MustParseAddr("192.168.7.9")) || s.MayConnect(ticked[0]) {
		t.Errorf("ticked %v", s.Ticked)
	}
}

// The sources that connect come only with the full mode, and every source has a name of its own.
func TestSourcesFor(t *testing.T) {
	connecting := []scanner.SourceName{scanner.SourcePorts, scanner.SourceSNMP, scanner.SourceMappings}
	for _, mode := range scanner.Modes() {
		seen := map[scanner.SourceName]bool{}
		for _, s := range SourcesFor(scantest.Home(mode, time.Second)) {
			if seen[s.Name()] || s.Name() == "" {
				t.Errorf("%s: %q twice", mode, s.Name())
			}
			seen[s.Name()] = true
		}
		for _, name := range connecting {
			if seen[name] != (mode == scanner.ModeFull) {
				t.Errorf("%s: %s looks: %v", mode, name, seen[name])
			}
		}
	}
}

// The followers stand in the order in which they need each other: who finds addresses before who asks about them.
func TestSources_order(t *testing.T) {
	var order []scanner.SourceName
	for _, s := range Sources() {
		if _, follows := s.(scanner.Follower); follows {
			order = append(order, s.Name())
		}
	}
	if len(order) == 0 || order[0] != scanner.SourceNeighbour {
		t.Errorf("followers %v: the neighbour table finds addresses for the others", order)
	}
}

// What this computer says of its own connections: never itself as a neighbour, never a decoy as a home.
func TestInterfaces_here(t *testing.T) {
	used, left, err := Interfaces()
	if err != nil {
		t.Fatal(err)
	}
	all, err := net.Interfaces()
	if err != nil || len(used)+len(left) != len(all) {
		t.Errorf("%v: %d used and %d left out of %d", err, len(used), len(left), len(all))
	}
	for _, i := range used {
		if len(i.Networks) == 0 || i.Index == 0 || strings.HasPrefix(i.Name, "lo") {
			t.Errorf("used: %+v", i)
		}
		for _, n := range i.Networks {
			if !scanner.PrivatePrefix(n) || n.IsSingleIP() {
				t.Errorf("used with %s", n)
			}
		}
	}
	for _, l := range left {
		if l.Reason == "" {
			t.Errorf("%s is left out for no reason", l.Name)
		}
	}
	if _, err := Prepare(Choice{Mode: scanner.ModeListen}); !errors.Is(err, scanner.ErrNotAttested) {
		t.Errorf("without leave: %v", err)
	}
}

// A connection's own addresses with their networks; what is no network is left out.
func TestPrefixOf(t *testing.T) {
	for in, want := range map[string]string{"192.168.7.20/24": "192.168.7.20/24", "::ffff:10.0.0.5/104": "10.0.0.5/8", "fe80::5/64": "fe80::5/64"} {
		ip, n, err := net.ParseCIDR(in)
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := prefixOf(&net.IPNet{IP: ip, Mask: n.Mask}); !ok || got.String() != want {
			t.Errorf("%s: %s, %v; want %s", in, got, ok, want)
		}
	}
	if got, ok := prefixOf(&net.IPNet{IP: net.IP{1, 2, 3}}); ok {
		t.Errorf("three bytes are %s", got)
	}
}

// A computer that does not tell its name, or that has an odd one, is still itself.
func TestThisComputer_names(t *testing.T) {
	got := &scantest.Sightings{}
	c := thisComputer{name: func() (string, error) { return "", os.ErrPermission }}
	scope := scantest.Home(scanner.ModeListen, time.Second)
	scope.Interfaces[0].MAC, scope.Interfaces[0].LinkLocal = "", netip.Addr{}
	if o := c.Observe(t.Context(), scope, got.Emit); o.State != scanner.Looked {
		t.Errorf("outcome %+v", o)
	}
	f := got.Facts("192.168.7.20")
	if _, named := f[0].Fields["hostname"]; len(f) != 1 || named {
		t.Errorf("facts %v", f)
	}
	if name := ComputerName(); scanner.SafeText(name) != name {
		t.Errorf("the name %q is not fit to be shown", name)
	}
	if slices.Contains([]scanner.SourceName{scanner.SourceImport, ""}, c.Name()) {
		t.Errorf("source %q", c.Name())
	}
}
