package names

import (
	"crypto/rand"
	"encoding/binary"
	"net/netip"
	"slices"
	"strings"

	"github.com/miekg/dns"

	"keyholder/scanner"
	"keyholder/scanner/gateway"
)

const (
	netbiosPort = 137
	llmnrPort   = 5355
)

// The parts of a NetBIOS node status (RFC 1002 section 4.2.17 and 4.2.18).
const (
	netbiosHeader = 12
	encodedName   = 34 // length, 32 letters, end
	recordHead    = 10 // type, class, time to live, length
	nodeStatus    = 0x21
	isResponse    = 0x8000
	groupName     = 0x8000
	entrySize     = 18
	nameSize      = 15
	mostEntries   = 64
)

// netbiosQuestion asks for the names a computer goes by; the name "*" stands for whoever gets it.
func netbiosQuestion() []byte {
	p := make([]byte, netbiosHeader, netbiosHeader+encodedName+4)
	_, _ = rand.Read(p[:2]) // never fails (crypto/rand)
	p[5] = 1                // one question
	p = append(p, 32, 'C', 'K')
	for range 30 {
		p = append(p, 'A')
	}
	return append(p, 0, 0, nodeStatus, 0, 1)
}

// readNetBIOS reads a node status: the computer's name, its work group, and what it offers.
func readNetBIOS(packet []byte) (scanner.Fact, bool) {
	list, ok := netbiosEntries(packet)
	if !ok {
		return scanner.Fact{}, false
	}
	f := scanner.Fact{Kind: scanner.FactNetBIOS, Fields: map[string]string{}}
	var services []string
	for e := range slices.Chunk(list, entrySize) {
		name := plain(e[:nameSize])
		group := binary.BigEndian.Uint16(e[16:])&groupName != 0
		if s := offers(e[nameSize], group); s != "" && !slices.Contains(services, s) {
			services = append(services, s)
		}
		field := "name"
		if group {
			field = "group"
		}
		if e[nameSize] == 0 && f.Fields[field] == "" && name != "" {
			f.Fields[field] = name
		}
	}
	if len(services) > 0 {
		f.Fields["services"] = strings.Join(services, " ")
	}
	return f, len(f.Fields) > 0
}

// netbiosEntries returns the list of names in an answer, entrySize bytes each.
func netbiosEntries(packet []byte) ([]byte, bool) {
	const count = netbiosHeader + encodedName + recordHead
	if len(packet) <= count || binary.BigEndian.Uint16(packet[2:])&isResponse == 0 ||
		packet[netbiosHeader] != 32 || packet[netbiosHeader+encodedName+1] != nodeStatus {
		return nil, false
	}
	n := min(int(packet[count]), mostEntries, (len(packet)-count-1)/entrySize)
	return packet[count+1 : count+1+n*entrySize], n > 0
}

// plain reads a name of 15 bytes, filled up with spaces. Only the letters that every code page shares
// are kept, as the answer does not say which one it uses.
func plain(b []byte) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return -1
		}
		return r
	}, string(b)))
}

// offers says what the last byte of a name stands for, in the words of our own facts; empty for what
// does not matter here.
func offers(suffix byte, group bool) string {
	if group {
		if suffix == 0x1c {
			return "domain"
		}
		return ""
	}
	switch suffix {
	case 0x20:
		return "files"
	case 0x06:
		return "remote_access"
	case 0x1b:
		return "domain_master"
	case 0x1d:
		return "browser"
	}
	return ""
}

// llmnrQuestion asks everybody who owns an address (RFC 4795).
func llmnrQuestion(about netip.Addr) []byte {
	reverse, err := dns.ReverseAddr(about.WithZone("").String())
	if err != nil {
		return nil
	}
	m := new(dns.Msg)
	m.SetQuestion(reverse, dns.TypePTR)
	m.RecursionDesired = false // the bit has another meaning here
	p, err := m.Pack()
	if err != nil {
		return nil
	}
	return p
}

// readLLMNR reads an answer. Only the owner of an address may say its name.
func readLLMNR(packet []byte, from netip.Addr) (scanner.Fact, bool) {
	m := new(dns.Msg)
	reverse, err := dns.ReverseAddr(from.WithZone("").String())
	if err != nil || m.Unpack(packet) != nil || !m.Response {
		return scanner.Fact{}, false
	}
	name := gateway.NameIn(m, reverse)
	return scanner.Fact{Kind: scanner.FactLLMNR, Fields: map[string]string{"name": name}}, name != ""
}
