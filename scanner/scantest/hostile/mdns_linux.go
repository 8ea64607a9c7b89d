package main

import (
	"encoding/binary"
	"net/netip"
	"strings"
	"time"
)

// text is a name as it stands in a packet, label by label.
func text(labels ...string) []byte {
	var b []byte
	for _, l := range labels {
		l = l[:min(len(l), 63)]
		b = append(append(b, byte(len(l))), l...)
	}
	return append(b, 0)
}

func record(owner []byte, kind uint16, data []byte) []byte {
	r := binary.BigEndian.AppendUint16(append([]byte(nil), owner...), kind)
	r = append(r, 0x80, 1, 0, 0, 0, 120)
	return append(binary.BigEndian.AppendUint16(r, uint16(len(data))), data...)
}

func message(records ...[]byte) []byte {
	m := []byte{0, 0, 0x84, 0, 0, 0, byte(len(records) >> 8), byte(len(records)), 0, 0, 0, 0}
	for _, r := range records {
		m = append(m, r...)
	}
	return m
}

func types() []string {
	return []string{"_http", "_hap", "_airplay", "_googlecast", "_ipp", "_raop", "_matter", "_ssh"}
}

// instance is one complete service of a made-up device; every twentieth has details of 60 KiB, every
// seventh points to addresses that are not its own.
func instance(n int, sender netip.Addr) []byte {
	service := []string{types()[n%len(types())], "_tcp", "local"}
	label := name(n)
	label = label[:min(len(label), 50)] + "-" + string(rune('a'+n%26)) + string(rune('a'+n/26%26)) + string(rune('a'+n/676%26))
	full, host := text(append([]string{label}, service...)...), text(label, "local")
	details := []byte{}
	strs := 3
	if n%20 == 0 {
		strs = 235
	}
	for i := range strs {
		s := "fn" + string(rune('a'+i%26)) + string(rune('a'+i/26)) + "=" + name(n+i) + strings.Repeat("\x00\\\xfe", 70)
		s = s[:min(len(s), 255)]
		details = append(append(details, byte(len(s))), s...)
	}
	claim := sender.As4()
	switch n % 28 {
	case 0:
		claim = [4]byte{127, 0, 0, 1}
	case 7:
		claim = [4]byte{8, 8, 8, 8}
	case 14:
		claim = [4]byte{192, 0, 2, 77}
	}
	return message(
		record(text(service...), 12, full), record(full, 33, append([]byte{0, 0, 0, 0, 0, 80}, host...)),
		record(full, 16, details), record(host, 1, claim[:]), record(text("_services", "_dns-sd", "_udp", "local"), 12, text(service...)),
	)
}

// broken are packets that have stopped other readers: names that point to themselves, to each other,
// forwards and behind the end; lengths that lie; more records than there are.
func broken() [][]byte {
	head := []byte{0, 0, 0x84, 0, 0, 0, 0, 1, 0, 0, 0, 0}
	tail := []byte{0, 12, 0, 1, 0, 0, 0, 60, 0, 2, 0xc0, 12}
	with := func(b ...byte) []byte { return append(append(append([]byte(nil), head...), b...), tail...) }
	many := message(record(text("_http", "_tcp", "local"), 12, text("KHX", "_http", "_tcp", "local")))
	many[6], many[7] = 0xff, 0xff
	long := []byte{}
	for range 4000 { // each name takes two bytes here and two hundred and fifty when it is read
		long = append(long, record([]byte{0xc0, 12}, 12, []byte{0xc0, 12})...)
	}
	first := record(text(strings.Repeat("\x01", 63), strings.Repeat("\x02", 63), strings.Repeat("\x03", 63), "_http", "_tcp", "local"), 12, []byte{0xc0, 12})
	amplified := append(append(append([]byte(nil), head...), first...), long...)
	binary.BigEndian.PutUint16(amplified[6:], 4001)
	return [][]byte{
		with(0xc0, 12), with(0xc0, 14, 0xc0, 12), with(0xc0, 40), with(0xc0, 0xff), with(63), many, head, nil,
		with(append([]byte{3, 'K', 'H', 'X'}, 0xc0, 12)...), amplified, []byte(strings.Repeat("\xff", 9000)),
		message(record(text("KHX", "_<script>", "_tcp", "local"), 33, text("KHX"))), message(record([]byte{0}, 16, nil)),
	}
}

// breathe keeps to what a reader's queue can hold: what is lost on the way proves nothing.
func breathe(n int) {
	if n%8 == 0 {
		time.Sleep(time.Millisecond)
	}
}

// announce floods the group, over and over: ten thousand services of as many devices, ten thousand of
// one, and what is broken in between.
func (l *link) announce() {
	group, group6 := netip.MustParseAddr("224.0.0.251"), netip.MustParseAddr("ff02::fb")
	bad := broken()
	for {
		for n := range devices {
			from := l.address(256 + n)
			l.udp(from, 5353, group, 5353, instance(n, from))
			if n%2 == 0 {
				one := l.address(9)
				l.udp(one, 5353, group, 5353, instance(devices+n, one))
			}
			if n%10 == 0 {
				l.udp(made6(n), 5353, group6, 5353, instance(n, from))
				l.udp(from, 5353, group, 5353, bad[n/10%len(bad)])
			}
			if n%1000 == 0 {
				l.udp(netip.MustParseAddr("8.8.4.4"), 5353, group, 5353, instance(n, from))
			}
			breathe(n)
		}
		time.Sleep(500 * time.Millisecond)
	}
}
