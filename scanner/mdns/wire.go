package mdns

import (
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
// section 7.1) repeats what others said and is therefore not read.
func records(packet []byte) (rrs []dns.RR, answers, ok bool) {
	m := new(dns.Msg)
	if err := m.Unpack(packet); err != nil {
		return nil, false, false
	}
	if !m.Response {
		return nil, false, true
	}
	rrs = append(rrs, m.Answer...)
	rrs = append(rrs, m.Ns...)
	rrs = append(rrs, m.Extra...)
	if len(rrs) > mostRecords {
		rrs = rrs[:mostRecords]
	}
	return rrs, true, true
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

// packQuestions writes questions into as few packets as fit an ordinary frame.
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
