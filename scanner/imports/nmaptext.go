package imports

import (
	"regexp"
	"strings"

	"keyholder/scanner"
)

// nmapReport begins what nmap says of one host when it writes for people.
const nmapReport = "Nmap scan report for "

// readNmapText reads nmap's normal output. Read as any other text, its lines would give one host the name
// or the hardware address of the next.
func (l *list) readNmapText(lines []line) {
	w := nmapText{
		list: l,
		port: regexp.MustCompile(`^(\d{1,5})/(tcp|udp)\s+open\s+\S+\s*(.*)$`),
		mac:  regexp.MustCompile(`^MAC Address: (\S+)(?: \((.*)\))?`),
	}
	for _, line := range lines {
		w.line(line)
	}
	w.end()
}

// nmapText gathers what is said of one host.
type nmapText struct {
	list      *list
	port, mac *regexp.Regexp
	host      *row
	up        bool // nmap says so; only listing the addresses (-sL) it does not
	timed     bool // and how long the answer took
	mute      bool // no port answered: told to take every address for a host (-Pn), it says "up" of these too
}

func (w *nmapText) line(l line) {
	if about, ok := strings.CutPrefix(l.text, nmapReport); ok {
		w.end()
		w.begin(l.number, strings.TrimSpace(about))
		return
	}
	if w.host == nil {
		return
	}
	w.standing(l.text)
	if m := w.mac.FindStringSubmatch(l.text); m != nil {
		w.host.mac, _ = parseMAC(m[1])
		w.host.vendor = clean(m[2])
	}
	if m := w.port.FindStringSubmatch(l.text); m != nil {
		w.host.facts = append(w.host.facts, fact(scanner.FactPort, "port", m[1], "proto", m[2], "banner", strings.TrimSpace(m[3])))
	}
	if kind, ok := strings.CutPrefix(l.text, "Device type: "); ok {
		kind, _, _ = strings.Cut(kind, "|") // the best guess stands first
		w.host.kind = clean(kind)
	}
}

// begin reads "name (address)" or "address". A host that was down is none.
func (w *nmapText) begin(number int, about string) {
	if strings.HasSuffix(about, "[host down]") {
		return
	}
	w.host = &row{line: number}
	w.up, w.timed, w.mute = false, false, false
	name, address, named := strings.Cut(about, " (")
	if !named {
		name, address = "", about
	}
	if a, ok := parseAddr(address); ok {
		w.host.addrs = addrs(a)
	}
	w.host.host = hostOf(name)
}

func (w *nmapText) end() {
	if w.host != nil && w.met() {
		w.list.add(*w.host)
	}
	w.host = nil
}

// standing notes what a line says of whether the host is there.
func (w *nmapText) standing(text string) {
	if after, ok := strings.CutPrefix(text, "Host is up"); ok {
		w.up, w.timed = true, strings.Contains(after, "latency")
	}
	w.mute = w.mute || strings.HasPrefix(text, "All ") && (strings.Contains(text, " in ignored states") || strings.Contains(text, " are filtered"))
}

// met reports whether nmap met the host, rather than having been told that it is there.
func (w *nmapText) met() bool {
	return w.host.mac != "" || len(w.host.facts) > 0 || w.up && (w.timed || !w.mute)
}
