package main

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"strings"
)

const devices = 10000

// names are what careless readers pass on: markup, formulas, controls, characters that turn the
// direction of writing, broken text. Each holds the word KHX, by which a test finds it.
func names() []string {
	return []string{
		`<script>alert(1)</script>KHX`, `"><img src=x onerror=alert(2)>KHX`, `</td></title><h1>KHX`,
		`=cmd|' /C calc'!A0KHX`, `@SUM(1+1)KHX`, `+1+1KHX`, `-2+3KHX`, "\t=1+1KHX",
		"KHX\u202egnp.exe", "\u2066KHX\u2069\u200f", "KHX\x00\x1b[31mred\x1b]0;title\x07", "KHX\xff\xfe\xc0\x80\xed\xa0\x80",
		"KHX\r\nSet-Cookie: a=b\r\n\r\n<b>", "{{.}}KHX${7*7}%s%n", "KHX\u2028\u0085line", strings.Repeat("KHX", 21),
	}
}

func name(n int) string { return names()[n%len(names())] }

// ipv6 answers neighbour solicitations for whatever is asked, and a question to all with 1,500 answers.
func (l *link) ipv6(b []byte) {
	if len(b) < 48 {
		return
	}
	from, to := netip.AddrFrom16([16]byte(b[8:24])), netip.AddrFrom16([16]byte(b[24:40]))
	switch {
	case b[6] == protoUDP:
		l.hear(packet{from, to, binary.BigEndian.Uint16(b[40:]), binary.BigEndian.Uint16(b[42:]), b[48:]})
	case b[6] == protoICMP && b[40] == 135 && len(b) >= 64 && !from.IsUnspecified():
		l.advertise(from, netip.AddrFrom16([16]byte(b[48:64])))
	case b[6] == protoICMP && b[40] == 128:
		answer := append([]byte{129, 0, 0, 0}, b[44:]...)
		go func() {
			for i := range 1500 {
				l.icmp(made6(i), from, answer)
			}
		}()
	}
}

// made6 is the n-th made-up link-local address.
func made6(n int) netip.Addr {
	return netip.AddrFrom16([16]byte{0xfe, 0x80, 8: 2, 0x17, 0x88, 0xff, 0xfe, 6, byte(n >> 8), byte(n)})
}

func (l *link) advertise(to, about netip.Addr) {
	p := append([]byte{136, 0, 0, 0, 0x60, 0, 0, 0}, about.AsSlice()...)
	l.icmp(about, to, append(append(p, 2, 1), l.macOf(about)...))
}

func (l *link) icmp(src, dst netip.Addr, body []byte) {
	p := append([]byte(nil), body...)
	p[2], p[3] = 0, 0
	binary.BigEndian.PutUint16(p[2:], checksum(pseudo(src, dst, protoICMP, p), p))
	l.send(l.macOf(src), l.towards(dst), etherIPv6, append(header6(src, dst, protoICMP, len(p)), p...))
}

// hear answers a question in the protocol of its port.
func (l *link) hear(p packet) {
	p.payload = append([]byte(nil), p.payload...)
	switch p.toPort {
	case 5353:
		l.begin("mdns", func() { l.announce() })
	case 1900, 1982:
		l.begin(fmt.Sprint("ssdp", p.toPort, p.fromPort), func() { l.upnp(p) })
	case 3702:
		l.begin(fmt.Sprint("wsd", p.fromPort), func() { l.discovery(p) })
	case 53:
		l.udp(p.to, 53, p.from, p.fromPort, pointerAnswer(p.payload, int(p.fromPort)))
	case 5355:
		l.begin("llmnr", func() { l.crowd(p, 2000, func(n int) []byte { return pointerAnswer(p.payload, n) }) })
	case 137:
		l.udp(p.to, 137, p.from, p.fromPort, status(p.payload, name(int(p.fromPort))))
	case 161:
		l.udp(p.to, 161, p.from, p.fromPort, sysDescription(p.payload))
	case 9999, 20002, 38899, 56700:
		l.begin(fmt.Sprint("maker", p.toPort), func() { l.crowd(p, devices, func(n int) []byte { return maker(p, name(n)) }) })
	}
}

// begin starts a flood once.
func (l *link) begin(what string, run func()) {
	if _, begun := l.once.LoadOrStore(what, true); !begun {
		go run()
	}
}

// crowd answers as many devices of the network, and as some that are not on it.
func (l *link) crowd(p packet, count int, say func(n int) []byte) {
	for n := range count {
		from := l.address(256 + n)
		if n%500 == 499 {
			from = netip.MustParseAddr("203.0.113.9")
		}
		if p.from.Is6() {
			from = made6(n)
		}
		l.udp(from, p.toPort, p.from, p.fromPort, say(n))
		breathe(n)
	}
}

// maker answers in a maker's own protocol.
func maker(p packet, who string) []byte {
	switch p.toPort {
	case 9999:
		text := fmt.Appendf(nil, `{"system":{"get_sysinfo":{"alias":%q,"model":%q,"dev_name":%q,"children":[%s{"alias":"x"}]}}}`,
			who, who, strings.Repeat(who, 20), strings.Repeat(`{"alias":"KHX"},`, 400))
		key := byte(171)
		for i := range text {
			key ^= text[i]
			text[i] = key
		}
		return text
	case 20002:
		return fmt.Appendf(make([]byte, 16), `{"result":{"device_type":%q,"device_model":%q,"device_name":%q}}`, who, who, who)
	case 38899:
		return fmt.Appendf(nil, `{"method":"getSystemConfig","result":{"moduleName":%q,"fwVersion":%q,"a":%s}}`,
			who, who, strings.Repeat("[", 4000)+strings.Repeat("]", 4000))
	}
	b := make([]byte, 36+32)
	copy(b, p.payload)
	binary.LittleEndian.PutUint16(b, uint16(len(b)))
	binary.LittleEndian.PutUint16(b[2:], 1024|1<<12)
	binary.LittleEndian.PutUint16(b[32:], 25)
	copy(b[36:], who)
	return b
}

// pointerAnswer answers a question for a name with a hostile one.
func pointerAnswer(question []byte, n int) []byte {
	if len(question) < 17 {
		return nil
	}
	a := append([]byte(nil), question...)
	a[2], a[3] = 0x84, 0
	binary.BigEndian.PutUint16(a[6:], 1)
	binary.BigEndian.PutUint16(a[8:], 0)
	binary.BigEndian.PutUint16(a[10:], 0)
	a = append(a, 0xc0, 12, 0, 12, 0, 1, 0, 0, 0, 60)
	who := name(n)
	who = who[:min(len(who), 63)]
	a = binary.BigEndian.AppendUint16(a, uint16(len(who)+2))
	return append(append(append(a, byte(len(who))), who...), 0)
}

// status answers a node status question with more names than fit.
func status(question []byte, who string) []byte {
	if len(question) < 50 {
		return nil
	}
	p := append([]byte{question[0], question[1], 0x84, 0, 0, 0, 0, 1, 0, 0, 0, 0}, question[12:46]...)
	p = append(p, 0, 0x21, 0, 1, 0, 0, 0, 0, 0xff, 0xff, 255)
	for range 40 {
		p = append(p, (who + strings.Repeat(" ", 15))[:15]...)
		p = append(p, 0, 4, 0)
	}
	return p
}

// sysDescription answers the one question of a manager, whose form it keeps.
func sysDescription(question []byte) []byte {
	if len(question) < 40 {
		return nil
	}
	a := append([]byte(nil), question...)
	at := strings.IndexByte(string(a), 0xa0)
	if at < 0 || len(a) > 100 {
		return nil
	}
	text := "KHX<script>\x1b[2J" + "\u202e=1+1"
	a[1] += byte(len(text))
	a[at], a[at+1] = 0xa2, a[at+1]+byte(len(text))
	if list := len(a) - 16; list > 0 && a[list] == 0x30 && a[list+2] == 0x30 { // the name and the empty value in two wrappings
		a[list+1] += byte(len(text))
		a[list+3] += byte(len(text))
	}
	return append(append(a[:len(a)-2], 4, byte(len(text))), text...)
}
