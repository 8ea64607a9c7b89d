package imports

import (
	"regexp"
	"strings"
)

// headLines is how far into a list its kind is looked for: titles and greetings may stand before it.
const headLines = 60

// recognise says what made a list. Text without any other sign is taken for pasted.
func recognise(plain string, lines []line) Format {
	head := lines[:min(len(lines), headLines)]
	if start := strings.TrimSpace(plain[:min(len(plain), 2000)]); strings.HasPrefix(start, "<") && strings.Contains(start, "nmaprun") {
		return Nmap
	}
	for _, sign := range signs() {
		for _, l := range head {
			if sign.is.MatchString(l.text) {
				return sign.format
			}
		}
	}
	if t := findTable(head); t != nil {
		if t.fing {
			return Fing
		}
		return Table
	}
	return Pasted
}

type sign struct {
	format Format
	is     *regexp.Regexp
}

// signs are lines that only one kind of list has, the most telling first.
func signs() []sign {
	return []sign{
		{Avahi, regexp.MustCompile(`^[=+-];[^;]*;IPv[46];`)},
		{Nmap, regexp.MustCompile(`^` + nmapReport)},
		{Leases, regexp.MustCompile(`^\s*lease [0-9a-fA-F.:]+ \{`)},
		{Leases, regexp.MustCompile(`^\d{1,11} (?i:[0-9a-f]{2}:){5}[0-9a-fA-F]{2} \d+\.\d+\.\d+\.\d+ \S+`)},
		{Fing, regexp.MustCompile(`^(?:[^;]*;)*\d+\.\d+\.\d+\.\d+;(?:[^;]*;)*(?i:up|down);|^(?:[^;]*;)*(?i:up|down);\d+\.\d+\.\d+\.\d+;`)},
		{ARPScan, regexp.MustCompile(`^Starting arp-scan |packets received by filter`)},
		{ARPScan, regexp.MustCompile(`^\d+\.\d+\.\d+\.\d+\t(?i:[0-9a-f]{2}:){5}[0-9a-fA-F]{2}(?:\t|$)`)},
		{Neighbours, regexp.MustCompile(`^[0-9a-fA-F.:]+ dev \S+ `)},
		{Neighbours, regexp.MustCompile(`^\S+ \([0-9a-fA-F.:%]+\) at [0-9a-fA-F:<(]`)},
		{Neighbours, regexp.MustCompile(`^\S.*: \d+\.\d+\.\d+\.\d+ --- 0x[0-9a-f]+`)},
		{Neighbours, regexp.MustCompile(`^(?:Address|IP address)\s+HW ?type\s|^Neighbor\s+Linklayer|^ifIndex\s+IPAddress|^Interface \d+: \S`)},
		{Neighbours, regexp.MustCompile(`^[0-9a-fA-F:]+%\S+\s+(?i:[0-9a-f]{1,2}:){5}[0-9a-fA-F]{1,2}\s`)},
	}
}
