package scanner

import (
	"fmt"
	"net"
	"net/netip"
	"strings"
)

// CanonicalMAC returns a six-byte hardware address in lower case with colons. All-zero, broadcast
// and multicast addresses name no device and are refused.
func CanonicalMAC(s string) (string, bool) {
	h, err := net.ParseMAC(strings.TrimSpace(s))
	if err != nil {
		return "", false
	}
	return MACFromBytes(h)
}

// MACFromBytes is CanonicalMAC for the raw form.
func MACFromBytes(b []byte) (string, bool) {
	if len(b) != 6 || b[0]&1 != 0 {
		return "", false
	}
	var any byte
	for _, x := range b {
		any |= x
	}
	if any == 0 {
		return "", false
	}
	return net.HardwareAddr(b).String(), true
}

// PrivateMAC reports whether the address is locally administered: made up by the device (as phones
// and laptops do for each network) and therefore silent about its maker.
func PrivateMAC(mac string) bool {
	h, err := net.ParseMAC(mac)
	return err == nil && len(h) == 6 && h[0]&2 != 0
}

// MACFromEUI64 recovers the hardware address that an IPv6 address was built from (RFC 4291
// appendix A). Addresses without the ff:fe mark, and marks that give no universal address, tell
// nothing: such a middle can also come about by chance.
func MACFromEUI64(a netip.Addr) (string, bool) {
	if !a.Is6() || a.Is4In6() {
		return "", false
	}
	b := a.As16()
	if b[11] != 0xff || b[12] != 0xfe || b[8]&2 == 0 {
		return "", false
	}
	return MACFromBytes([]byte{b[8] ^ 2, b[9], b[10], b[13], b[14], b[15]})
}

// addressKey is the canonical key value of an address.
func addressKey(a netip.Addr) string { return a.Unmap().String() }

// IPKey returns the key of an address.
func IPKey(a netip.Addr) Key { return Key{Kind: KeyIP, Value: addressKey(a)} }

// MACKey returns the key of a hardware address, which must be canonical.
func MACKey(mac string) Key { return Key{Kind: KeyMAC, Value: mac} }

// String writes the key for a debugger; it never belongs in a log.
func (k Key) String() string { return fmt.Sprintf("%s:%s", k.Kind, k.Value) }
