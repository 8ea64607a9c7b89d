package imports

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// readPasted reads text copied from a page or an app: one device on a line, or one in several lines,
// with its addresses and its name in any order and with or without labels.
func (l *list) readPasted(lines []line) {
	r := pastedReader{
		list: l, patterns: addressPatterns(), index: headingIndex(), beside: map[addr]bool{},
		label: regexp.MustCompile(`^\s*([^:=\t]{2,40})[:=\t]\s*(.*)$`),
	}
	fresh := true // a block begins
	for i, line := range lines {
		fresh = fresh || line.gap
		if line.cut { // its address may be in the part that is gone: its words belong to nobody
			r.close()
			l.miss(line.number)
			fresh = true
			continue
		}
		if fresh {
			r.begin(lines[i:])
		}
		fresh = false
		r.line(line)
	}
	r.end()
}

// pastedReader gathers the lines of one device.
type pastedReader struct {
	list     *list
	patterns patterns
	index    map[string]column
	label    *regexp.Regexp

	nameFirst bool // in this block a name stands above its addresses
	open      row
	beside    map[addr]bool // named beside the address of another device
}

// begin starts a block: the lines up to the next blank one. It finds out on which side of its
// addresses a name stands.
func (r *pastedReader) begin(rest []line) {
	first := r.read(rest[0])
	r.nameFirst = len(first.macs) == 0 && len(first.addrs) == 0
	if r.has() || r.nameFirst && r.open.line != 0 { // a name above another one was a title
		r.close()
	}
}

// piece is one line, taken apart.
type piece struct {
	macs  []string
	addrs []addr
	group bool
	label column // of the line, ignored without one
	words string // what is left: perhaps a name
}

func (r *pastedReader) read(l line) piece {
	text := l.text
	var p piece
	if m := r.label.FindStringSubmatch(text); m != nil {
		if c, ok := headingOf(r.index, m[1]); ok {
			p.label, text = c, m[2]
		}
	}
	if p.label == colMAC {
		if mac, ok := parseMAC(strings.TrimSpace(text)); ok {
			p.macs = append(p.macs, mac)
			return p
		}
	}
	p.macs, p.addrs, text, p.group = r.patterns.addresses(text)
	p.words = r.wordsOf(text)
	return p
}

// wordsOf drops labels, connection words, times and marks from what is left of a line, and returns
// the first words that remain.
func (r *pastedReader) wordsOf(text string) string {
	between := func(c rune) bool { return strings.ContainsRune("\t|,;()[]", c) || unicode.IsControl(c) }
	for field := range strings.FieldsFuncSeq(text, between) {
		for part := range strings.SplitSeq(field, "  ") {
			if part = r.telling(part); part != "" {
				return part
			}
		}
	}
	return ""
}

// telling is a piece of a line without its labels and marks; empty when it names nothing.
func (r *pastedReader) telling(part string) string {
	part = strings.Trim(strings.TrimSpace(part), "-–•·*")
	for cut := true; cut; {
		part, cut = r.withoutLabel(strings.TrimSpace(part))
	}
	if part = clean(part); connection(part) || moment(part) {
		return ""
	}
	return part
}

// withoutLabel drops a label at the begin or end of a piece, such as the "IP:" that stood before an
// address.
func (r *pastedReader) withoutLabel(part string) (string, bool) {
	if before, ok := strings.CutSuffix(part, ":"); ok {
		i := strings.LastIndexAny(before, " ")
		if _, known := headingOf(r.index, before[i+1:]); known {
			return strings.TrimSpace(before[:max(i, 0)]), true
		}
	}
	if before, after, ok := strings.Cut(part, ":"); ok {
		if _, known := headingOf(r.index, before); known {
			return strings.TrimSpace(after), true
		}
	}
	return part, false
}

// line adds one line to the device it belongs to.
func (r *pastedReader) line(l line) {
	p := r.read(l)
	switch {
	case len(p.macs) > 1:
		r.list.miss(l.number)
	case len(p.macs) == 1 || len(p.addrs) > 0:
		r.addressed(l, p)
	case p.label > colName && p.label < colPorts:
		r.open.take(p.label, p.words)
	case p.words != "":
		r.named(l, p)
	}
}

// another reports whether a line with an address belongs to the next device.
func (r *pastedReader) another(p piece) bool {
	return len(p.macs) > 0 && r.open.mac != "" ||
		slices.ContainsFunc(p.addrs, addr.Is4) && slices.ContainsFunc(r.open.addrs, addr.Is4) ||
		p.words != "" && r.has() && r.open.host+r.open.name != ""
}

// addressed takes in a line with an address. A second hardware address, a second IPv4 address or a
// second name is the next device.
func (r *pastedReader) addressed(l line, p piece) {
	if r.another(p) {
		r.close()
	}
	if r.open.line == 0 {
		r.open.line = l.number
	}
	if len(p.macs) > 0 {
		r.open.mac = p.macs[0]
	}
	for _, a := range p.addrs {
		r.take(a)
	}
	if p.words != "" {
		r.open.say(colName, p.words)
	}
}

// take takes in one address. A second IPv4 address on a line is somebody else's, often the router's: it is
// a device of its own, so that a row that names both hides neither. The ends of a network stand for no device.
func (r *pastedReader) take(a addr) {
	switch {
	case slices.Contains(r.open.addrs, a):
	case a.Is4() && slices.ContainsFunc(r.open.addrs, addr.Is4):
		if last := a.As4()[3]; last != 0 && last != 255 && !r.beside[a] {
			r.beside[a] = true
			r.list.add(row{line: r.open.line, addrs: addrs(a)})
		}
	default:
		r.open.addrs = append(r.open.addrs, a)
	}
}

// named takes in a line of words. Under a name the addresses of the next device follow, or the name
// stands under its addresses; begin has found out which.
func (r *pastedReader) named(l line, p piece) {
	switch {
	case r.has() && r.nameFirst:
		r.close()
		r.open = row{line: l.number}
		r.open.say(pickName(p.label), p.words)
	case r.open.host == "" && r.open.name == "":
		if r.open.line == 0 {
			r.open.line = l.number
		}
		r.open.say(pickName(p.label), p.words)
	default:
		r.list.miss(l.number)
	}
}

// pickName is the column of a line of words: the one its label names, else a device name.
func pickName(label column) column {
	if label == colHost {
		return colHost
	}
	return colName
}

// has reports whether the open device has an address.
func (r *pastedReader) has() bool { return r.open.mac != "" || len(r.open.addrs) > 0 }

// close ends the device that is open.
func (r *pastedReader) close() {
	if r.open.line != 0 {
		r.list.add(r.open)
	}
	r.open = row{}
}

func (r *pastedReader) end() { r.close() }
