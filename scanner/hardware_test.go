package scanner

import (
	"net/netip"
	"testing"
)

func TestCanonicalMAC(t *testing.T) {
	for in, want := range map[string]string{
		"00-1A-2B-3C-4D-5E": "00:1a:2b:3c:4d:5e", "001a.2b3c.4d5e": "00:1a:2b:3c:4d:5e",
		"00:00:00:00:00:00": "", "ff:ff:ff:ff:ff:ff": "", "01:00:5e:00:00:fb": "", "garbage": "",
		"00:1a:2b:3c:4d:5e:6f:70": "", // eight bytes: FireWire, not Ethernet
	} {
		if got, ok := CanonicalMAC(in); got != want || ok != (want != "") {
			t.Errorf("CanonicalMAC(%q) = %q, %v; want %q", in, got, ok, want)
		}
	}
}

func TestPrivateMAC(t *testing.T) {
	for mac, want := range map[string]bool{
		"3e:91:7c:0d:5e:01": true, "02:00:00:00:00:01": true, "0a:00:00:00:00:01": true,
		"98:9b:cb:10:20:01": false, "": false,
	} {
		if got := PrivateMAC(mac); got != want {
			t.Errorf("PrivateMAC(%q) = %v", mac, got)
		}
	}
}

func TestMACFromEUI64(t *testing.T) {
	for addr, want := range map[string]string{
		"fe80::1ab4:30ff:fe06:606":      "18:b4:30:06:06:06",
		"fe80::1ab4:30ff:fe06:606%eth0": "18:b4:30:06:06:06",
		"fd77::9a9b:cbff:fe10:2001":     "98:9b:cb:10:20:01",
		"fe80::18b4:30ff:fe06:606":      "", // no universal bit: made up, the middle is chance
		"fe80::1":                       "",
		"10.77.0.1":                     "",
	} {
		if got, _ := MACFromEUI64(netip.MustParseAddr(addr)); got != want {
			t.Errorf("MACFromEUI64(%s) = %q, want %q", addr, got, want)
		}
	}
}
