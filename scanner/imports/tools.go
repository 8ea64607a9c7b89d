package imports

import (
	"regexp"
	"strings"
)

// readARPScan reads "address, tab, hardware address, tab, maker". Greeting and end are no devices.
func (l *list) readARPScan(lines []line) {
	for _, line := range lines {
		fields := strings.Split(line.text, "\t")
		a, ok := parseAddr(fields[0])
		if !ok || len(fields) < 2 {
			if !arpScanFrame(line.text) {
				l.miss(line.number)
			}
			continue
		}
		r := row{line: line.number, addrs: addrs(a)}
		r.mac, _ = parseMAC(fields[1])
		if len(fields) > 2 {
			r.vendor = arpScanVendor(fields[2])
		}
		l.add(r)
	}
}

// arpScanFrame reports the lines around the devices.
func arpScanFrame(text string) bool {
	for _, begin := range []string{"Interface:", "Starting arp-scan", "Ending arp-scan", "WARNING:", "Target list"} {
		if strings.HasPrefix(text, begin) {
			return true
		}
	}
	return strings.Contains(text, "packets received by filter")
}

// arpScanVendor drops what stands where arp-scan knows no maker, and its mark for answers that came
// twice.
func arpScanVendor(s string) string {
	s, _, _ = strings.Cut(s, " (DUP:")
	if strings.HasPrefix(s, "(Unknown") {
		return ""
	}
	return strings.TrimSpace(s)
}

// readNeighbours reads the neighbour tables of Linux, macOS and Windows. Addresses of groups, and
// neighbours that did not answer, are no devices and no fault either.
func (l *list) readNeighbours(lines []line) {
	p := addressPatterns()
	frame := regexp.MustCompile(`--- 0x|^[- ]+$|^Interface \d+:|(?i:HW ?type|FAILED|INCOMPLETE|unreachable|physi|linklayer)`)
	for _, line := range lines {
		macs, found, rest, group := p.addresses(line.text)
		switch {
		case len(macs) == 0 && (frame.MatchString(line.text) || group):
		case len(macs) == 1 && len(found) > 0:
			l.add(row{line: line.number, mac: macs[0], addrs: found, host: arpName(rest)})
		case len(macs) == 1 && group:
		default:
			l.miss(line.number)
		}
	}
}

// arpName is the name before the address in "name (address) at …"; "?" is none.
func arpName(rest string) string {
	before, after, ok := strings.Cut(rest, " (") // between the brackets stood the address
	name := strings.TrimSpace(before)
	if !ok || !strings.HasPrefix(strings.TrimSpace(after), ")") || name == "?" || strings.ContainsAny(name, " \t") {
		return ""
	}
	return hostOf(name)
}

// hostOf is a host name without its domain.
func hostOf(name string) string {
	name, _, _ = strings.Cut(strings.TrimSpace(name), ".")
	return name
}

// readLeases reads the lease files of dnsmasq (one line each) and of ISC dhcpd (blocks). In the latter
// the last block of an address counts.
func (l *list) readLeases(lines []line) {
	b := leaseBlocks{list: l, begin: regexp.MustCompile(`^\s*lease ([0-9a-fA-F.:]+) \{`), byAddress: map[string]row{}}
	for _, line := range lines {
		b.line(line)
	}
	b.leave()
	for _, key := range b.order {
		l.add(b.byAddress[key])
	}
}

// leaseBlocks gathers the blocks of ISC dhcpd.
type leaseBlocks struct {
	list      *list
	begin     *regexp.Regexp
	byAddress map[string]row
	order     []string
	open      *row // the block that has begun and not ended
	at        string
}

func (b *leaseBlocks) line(line line) {
	m := b.begin.FindStringSubmatch(line.text)
	switch {
	case m != nil:
		b.leave()
		a, _ := parseAddr(m[1])
		b.open, b.at = &row{line: line.number, addrs: addrs(a)}, m[1]
	case b.open == nil:
		b.list.dnsmasq(line)
	case strings.TrimSpace(line.text) == "}":
		if _, known := b.byAddress[b.at]; !known {
			b.order = append(b.order, b.at)
		}
		b.byAddress[b.at], b.open = *b.open, nil
	default:
		b.open.isc(line.text)
	}
}

// leave counts a block without an end as not understood.
func (b *leaseBlocks) leave() {
	if b.open != nil {
		b.list.miss(b.open.line)
	}
	b.open = nil
}

// isc reads one statement of a lease block.
func (r *row) isc(text string) {
	words := strings.Fields(strings.TrimSuffix(strings.TrimSpace(text), ";"))
	if len(words) < 2 {
		return
	}
	switch last := strings.Trim(words[len(words)-1], `"`); words[0] {
	case "hardware":
		r.mac, _ = parseMAC(last)
	case "client-hostname":
		r.host = last
	}
}

// dnsmasq reads "expiry, hardware address, address, name, client id"; other statements of lease files
// are no devices.
func (l *list) dnsmasq(line line) {
	words := strings.Fields(line.text)
	if strings.HasPrefix(line.text, "#") || len(words) == 2 && words[0] == "duid" || strings.HasSuffix(strings.TrimSpace(line.text), ";") {
		return
	}
	if len(words) < 4 {
		l.miss(line.number)
		return
	}
	a, ok := parseAddr(words[2])
	if !ok {
		l.miss(line.number)
		return
	}
	r := row{line: line.number, addrs: addrs(a)}
	r.mac, _ = parseMAC(words[1])
	if words[3] != "*" {
		r.host = words[3]
	}
	l.add(r)
}
