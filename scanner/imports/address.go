package imports

import (
	"net/netip"
	"regexp"
	"strings"

	"keyholder/scanner"
)

// patterns are the expressions of the parsers, compiled once for one list.
type patterns struct{ mac, ip4, ip6 *regexp.Regexp }

func addressPatterns() patterns {
	return patterns{
		mac: regexp.MustCompile(`(?i)\b[0-9a-f]{1,2}(?::[0-9a-f]{1,2}){5}\b|\b[0-9a-f]{2}(?:-[0-9a-f]{2}){5}\b|\b[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}\b`),
		ip4: regexp.MustCompile(`\b\d{1,3}(?:\.\d{1,3}){3}\b`),
		ip6: regexp.MustCompile(`(?i)\b[0-9a-f]{1,4}:[0-9a-f:]*:[0-9a-f:]*(?:%[0-9a-z.]+)?`),
	}
}

// parseMAC reads the spellings of hardware addresses: with colons (also without leading zeros, as
// macOS writes them), dashes, three groups with dots, or twelve digits alone. Addresses of groups and
// of nobody are no device.
func parseMAC(s string) (string, bool) {
	s = strings.TrimSpace(s)
	if parts := strings.Split(s, ":"); len(parts) == 6 {
		for i, p := range parts {
			if len(p) == 1 {
				parts[i] = "0" + p
			}
		}
		s = strings.Join(parts, ":")
	}
	if len(s) == 12 && strings.Trim(strings.ToLower(s), "0123456789abcdef") == "" {
		s = s[:4] + "." + s[4:8] + "." + s[8:]
	}
	return scanner.CanonicalMAC(s)
}

// parseAddr reads an IP address that a device of a home can have: private, link-local or shared IPv4
// and any IPv6 that names one device. A prefix length or zone after it is dropped.
func parseAddr(s string) (netip.Addr, bool) {
	s, _, _ = strings.Cut(strings.Trim(strings.TrimSpace(s), "[]()"), "/")
	a, err := netip.ParseAddr(withoutZeros(s))
	if err != nil {
		return netip.Addr{}, false
	}
	a = a.Unmap().WithZone("")
	if a.IsLoopback() || a.IsMulticast() || a.IsUnspecified() {
		return netip.Addr{}, false
	}
	shared := netip.PrefixFrom(netip.AddrFrom4([4]byte{100, 64, 0, 0}), 10)
	ofHome := a.IsPrivate() || a.IsLinkLocalUnicast() || a.Is6() || shared.Contains(a)
	return a, ofHome
}

// withoutZeros drops the zeros that some routers put before the numbers of an IPv4 address, so that all
// are as long: "192.168.001.023".
func withoutZeros(s string) string {
	parts := strings.Split(s, ".")
	if len(parts) != 4 || strings.Trim(s, "0123456789.") != "" {
		return s
	}
	for i, p := range parts {
		if len(p) == 3 {
			parts[i] = strings.TrimLeft(p[:2], "0") + p[2:]
		}
	}
	return strings.Join(parts, ".")
}

// addresses finds every hardware and network address of a text and returns what is left of it. groups
// says that an address of a group, of everybody or of nobody was among them.
func (p patterns) addresses(text string) (macs []string, addrs []netip.Addr, rest string, groups bool) {
	find := func(s string) string {
		a, err := netip.ParseAddr(strings.TrimSuffix(s, ":"))
		if err != nil {
			return s
		}
		if home, ok := parseAddr(a.String()); ok {
			addrs = append(addrs, home)
		} else {
			groups = true
		}
		return " "
	}
	rest = p.ip6.ReplaceAllStringFunc(text, find) // first: parts of a long address look like a hardware address
	rest = p.mac.ReplaceAllStringFunc(rest, func(s string) string {
		mac, ok := parseMAC(s)
		if !ok {
			groups = true
			return " "
		}
		macs = append(macs, mac)
		return " "
	})
	rest = p.ip4.ReplaceAllStringFunc(rest, find)
	return macs, addrs, rest, groups
}

// addrs is a list of one address, empty for none.
func addrs(a netip.Addr) []netip.Addr {
	if !a.IsValid() {
		return nil
	}
	return []netip.Addr{a}
}
