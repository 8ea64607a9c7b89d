package mdns

import (
	"encoding/binary"
	"net/netip"
	"strings"

	"github.com/miekg/dns"

	"keyholder/scanner"
)

// Bounds on what is taken from one device's records.
const (
	longestLabel = 255
	longestKey   = 64
	longestValue = 256
	mostKeys     = 48
	mostRecords  = 512 // in one packet
	mostQuestion = 1200
)

// records unpacks an mDNS packet. answers is false for a question, whose known-answer list (RFC 6762
// section 7.1) repeats what others said and is therefore not read. A record that cannot be read is left
// out alone: some devices write one wrong, and are still the things that the others speak of.
func records(packet []byte) (rrs []dns.RR, answers, ok bool) {
	if len(packet) < headerSize {
		return nil, false, false
	}
	if packet[2]&responseBit == 0 {
		return nil, false, new(dns.Msg).Unpack(packet) == nil
	}
	count := func(at int) int { return int(binary.BigEndian.Uint16(packet[at:])) }
	at, ok := afterQuestions(packet, count(4))
	for left := count(6) + count(8) + count(10); ok && left > 0 && at < len(packet) && len(rrs) < mostRecords; left-- {
		rr, next, err := dns.UnpackRR(packet, at)
		if err != nil {
			next, ok = afterRecord(packet, at)
		} else {
			rrs = append(rrs, rr)
		}
		at = next
	}
	return rrs, true, ok || len(rrs) > 0
}

// The parts of a packet (RFC 1035 section 4.1).
const (
	headerSize  = 12
	responseBit = 0x80 // of the third byte
	questionEnd = 4    // type and class
	recordEnd   = 10   // type, class, time to live, length
)

// afterQuestions returns the place behind the questions of a packet.
func afterQuestions(packet []byte, count int) (at int, ok bool) {
	at = headerSize
	for range count {
		_, next, err := dns.UnpackDomainName(packet, at)
		if err != nil || next+questionEnd > len(packet) {
			return 0, false
		}
		at = next + questionEnd
	}
	return at, true
}

// afterRecord returns the place behind a record by the length that it gives itself.
func afterRecord(packet []byte, at int) (next int, ok bool) {
	_, at, err := dns.UnpackDomainName(packet, at)
	if err != nil || at+recordEnd > len(packet) {
		return 0, false
	}
	next = at + recordEnd + int(binary.BigEndian.Uint16(packet[at+recordEnd-2:]))
	return next, next <= len(packet)
}

// splitInstance splits "Kitchen\.1._http._tcp.local." into the instance's own name, as its device
// wrote it, and the service type "_http._tcp".
func splitInstance(fqdn string) (name, service string, ok bool) {
	labels := dns.SplitDomainName(fqdn)
	if len(labels) != 4 || !strings.EqualFold(labels[3], "local") {
		return "", "", false
	}
	service, ok = serviceType(labels[1] + "." + labels[2] + ".local.")
	return scanner.Bounded(unescape(labels[0]), longestLabel), service, ok
}

// serviceType returns "_http._tcp" for "_http._tcp.local.", in lower case. Names that are no service
// type, subtypes and other domains are refused.
func serviceType(fqdn string) (string, bool) {
	labels := dns.SplitDomainName(strings.ToLower(fqdn))
	if len(labels) != 3 || labels[2] != "local" || (labels[1] != "_tcp" && labels[1] != "_udp") {
		return "", false
	}
	if !plainType(labels[0]) {
		return "", false
	}
	return labels[0] + "." + labels[1], true
}

// plainType allows what RFC 6763 section 7 allows, and a little more length, as some devices use it.
func plainType(label string) bool {
	if len(label) < 2 || len(label) > 32 || label[0] != '_' {
		return false
	}
	return strings.Trim(label[1:], "abcdefghijklmnopqrstuvwxyz0123456789-_") == ""
}

// textFields reads the key=value strings of a TXT record. Keys are lower-cased; of a repeated key the
// first counts (RFC 6763 section 6.4).
func textFields(txt []string) map[string]string {
	fields := map[string]string{}
	for _, s := range txt {
		key, value, _ := strings.Cut(unescape(s), "=")
		key = strings.ToLower(key)
		if key == "" || len(key) > longestKey || !printable(key) || len(fields) >= mostKeys {
			continue
		}
		if _, repeated := fields[key]; !repeated {
			fields[key] = scanner.Bounded(value, longestValue)
		}
	}
	return fields
}

func printable(s string) bool {
	for i := range len(s) {
		if s[i] < 0x20 || s[i] > 0x7e {
			return false
		}
	}
	return true
}

// unescape undoes the \DDD and \. forms in which the DNS library writes unusual bytes. The result is
// the device's own bytes and may be anything.
func unescape(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		if i+3 < len(s) && digit(s[i+1]) && digit(s[i+2]) && digit(s[i+3]) {
			b.WriteByte(byte(int(s[i+1]-'0')*100 + int(s[i+2]-'0')*10 + int(s[i+3]-'0')))
			i += 3
			continue
		}
		i++
		b.WriteByte(s[i])
	}
	return b.String()
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

// address returns the address of an A or AAAA record.
func address(rr dns.RR) (netip.Addr, bool) {
	switch r := rr.(type) {
	case *dns.A:
		a, ok := netip.AddrFromSlice(r.A)
		return a.Unmap(), ok
	case *dns.AAAA:
		return netip.AddrFromSlice(r.AAAA)
	}
	return netip.Addr{}, false
}

// packQuestions writes questions into as few packets as fit an ordinary frame. One that cannot be written
// is left out alone.
func packQuestions(questions []dns.Question) [][]byte {
	var packets [][]byte
	m := new(dns.Msg)
	flush := func() {
		if len(m.Question) == 0 {
			return
		}
		if p, err := m.Pack(); err == nil {
			packets = append(packets, p)
		}
		m = new(dns.Msg)
	}
	length := 12
	for _, q := range questions {
		if _, ok := dns.IsDomainName(q.Name); !ok || !dns.IsFqdn(q.Name) {
			continue
		}
		if length += len(q.Name) + 5; length > mostQuestion {
			flush()
			length = 12 + len(q.Name) + 5
		}
		m.Compress = true
		m.Question = append(m.Question, q)
	}
	flush()
	return packets
}

func question(name string, kind uint16) dns.Question {
	return dns.Question{Name: name, Qtype: kind, Qclass: dns.ClassINET}
}
