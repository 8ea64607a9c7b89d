package scantest

import (
	"strings"
	"testing"
)

// The lines are those of ps and of /proc/net with the protocol before them.
func TestDescribeLine(t *testing.T) {
	for line, want := range map[string]string{
		"dnsmasq": "program dnsmasq",
		"sh":      "",
		"tcp  sl  local_address rem_address   st tx_queue rx_queue tr":          "",
		"tcp   0: 0100007F:0050 00000000:0000 0A 00000000:00000000 00:00000000": "listening tcp 80",
		"tcp6   1: 00000000000000000000000000000000:0016 0000:0000 0A 0:0 0:0":  "listening tcp 22",
		"tcp   2: 0100007F:0050 0100007F:9A97 01 00000000:00000000 00:00000000": "",
		"udp  413: 00000000:14E9 00000000:0000 07 00000000:00000000 00:0000000": "listening udp 5353",
		"udp  414: 00000000:9A97 00000000:0000 07 00000000:00000000 00:0000000": "",
	} {
		if got := describeLine(strings.Fields(line)); got != want {
			t.Errorf("%q: %q, want %q", line, got, want)
		}
	}
}
