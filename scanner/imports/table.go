package imports

import (
	"slices"
	"strconv"
	"strings"

	"keyholder/scanner"
)

// table is how the columns of a list are to be read.
type table struct {
	comma   byte
	columns []column
	fing    bool
}

// findTable looks for a line of headings: at least two that lists of devices use, one of them an
// address. nil without one.
func findTable(lines []line) *table {
	index := headingIndex()
	for _, l := range lines {
		if t := readHeadings(index, l.text); t != nil {
			return t
		}
	}
	return nil
}

// readHeadings reads one line as headings, with the separator that gives the most of them.
func readHeadings(index map[string]column, text string) *table {
	var best *table
	most := 1
	for _, comma := range []byte{';', ',', '\t', '|'} {
		fields := splitQuoted(text, comma)
		if len(fields) < 2 || len(fields) > 100 {
			continue
		}
		t := &table{comma: comma}
		if known := t.read(index, fields); known > most && t.addressed() {
			best, most = t, known
		}
	}
	return best
}

// read finds the column of each heading and returns how many are known.
func (t *table) read(index map[string]column, headings []string) (known int) {
	for _, f := range headings {
		c, ok := headingOf(index, f)
		if ok {
			known++
		}
		t.columns = append(t.columns, c)
		t.fing = t.fing || ok && isFing(plainWords(f))
	}
	return known
}

// addressed reports whether a column holds addresses; without one, no row could be told from another.
func (t *table) addressed() bool {
	return slices.Contains(t.columns, colMAC) || slices.Contains(t.columns, colIP)
}

func isFing(words string) bool {
	for w := range strings.SplitSeq(fingOnly, "|") {
		if w == words {
			return true
		}
	}
	return false
}

// readTable reads rows under headings. What stands before the first headings is a title. A list
// without headings is read by what its fields look like.
func (l *list) readTable(lines []line) {
	index, p := headingIndex(), addressPatterns()
	bare := findTable(lines) == nil
	var t *table
	for _, line := range lines {
		if h := readHeadings(index, line.text); h != nil {
			t = h
			continue
		}
		switch {
		case t != nil:
			l.tableRow(t, line)
		case bare:
			l.bareRow(p, line)
		}
	}
}

// tableRow reads one row. A row without any address is a fault of the list or a subtitle; both are
// counted.
func (l *list) tableRow(t *table, line line) {
	r := row{line: line.number}
	for i, field := range splitQuoted(line.text, t.comma) {
		if i < len(t.columns) {
			r.take(t.columns[i], clean(field))
		}
	}
	l.add(r)
}

// take keeps the value of one column. The first of several wins.
func (r *row) take(c column, value string) {
	switch {
	case value == "":
	case c == colMAC:
		if mac, ok := macIn(value); ok && r.mac == "" {
			r.mac = mac
		}
	case c == colIP:
		r.addrs = append(r.addrs, addressesIn(value)...)
	case c == colPorts:
		r.ports(value)
	case c == colKind && connection(value):
	default:
		r.say(c, value)
	}
}

// macIn reads a column that holds a hardware address, perhaps with a remark such as "(private)".
func macIn(value string) (string, bool) {
	if mac, ok := parseMAC(value); ok {
		return mac, true
	}
	for word := range strings.FieldsFuncSeq(value, func(c rune) bool { return strings.ContainsRune(" ()/,;|", c) }) {
		if mac, ok := parseMAC(word); ok {
			return mac, true
		}
	}
	return "", false
}

// addressesIn reads a column that may hold several addresses, each perhaps with its prefix length.
func addressesIn(value string) (found []addr) {
	for word := range strings.FieldsFuncSeq(value, func(c rune) bool { return strings.ContainsRune(" ,;", c) }) {
		if a, ok := parseAddr(word); ok {
			found = append(found, a)
		}
	}
	return found
}

// say keeps a text. A device name that could be a host name is taken for one: that is where a router
// has it from.
func (r *row) say(c column, value string) {
	set := func(to *string) {
		if *to == "" {
			*to = value
		}
	}
	switch c {
	case colHost:
		set(&r.host)
	case colName:
		if r.host == "" && hostLike(value) {
			r.host = value
			return
		}
		set(&r.name)
	case colVendor:
		set(&r.vendor)
	case colModel:
		set(&r.model)
	case colKind:
		set(&r.kind)
	}
}

// ports reads a column such as "80, 443".
func (r *row) ports(value string) {
	for word := range strings.FieldsFuncSeq(value, func(c rune) bool { return c < '0' || c > '9' }) {
		if n, err := strconv.ParseUint(word, 10, 16); err == nil && n > 0 && len(r.facts) < 100 {
			r.facts = append(r.facts, fact(scanner.FactPort, "port", word, "proto", "tcp"))
		}
	}
}

// bareRow reads a row of a list without headings: addresses by their form, the maker behind the
// hardware address, a name before it.
func (l *list) bareRow(p patterns, line line) {
	comma := byte(',')
	if strings.Count(line.text, ";") >= strings.Count(line.text, ",") {
		comma = ';'
	}
	r := row{line: line.number}
	for _, field := range splitQuoted(line.text, comma) {
		r.bare(p, clean(field))
	}
	l.add(r)
}

func (r *row) bare(p patterns, field string) {
	macs, found, rest, _ := p.addresses(field)
	switch {
	case len(macs) > 0 && r.mac == "":
		r.mac = macs[0]
	case len(found) > 0:
		r.addrs = append(r.addrs, found...)
	case strings.TrimSpace(rest) == "" || moment(field) || connection(field):
	case r.mac != "" && r.vendor == "":
		r.vendor = field
	default:
		r.say(colName, field)
	}
}

// clean is the value of a field; the marks for "nothing" are empty.
func clean(s string) string {
	s = scanner.Bounded(strings.TrimSpace(s), longestValue)
	switch strings.ToLower(s) {
	case "-", "--", "*", "?", "n/a", "na", "none", "null", "unknown", "(unknown)", "unbekannt", "inconnu", "desconocido", "sconosciuto", "generic", "-unknown-":
		return ""
	}
	return s
}

// hostLike reports whether a text could be a host name: letters, digits, dashes, underscores, dots.
func hostLike(s string) bool {
	return strings.Trim(strings.ToLower(s), "abcdefghijklmnopqrstuvwxyz0123456789-_.") == ""
}

// splitQuoted splits a line at a separator that does not stand between quotation marks. Two marks
// inside a quoted field are one. A mark that is never closed ends with the line.
func splitQuoted(text string, comma byte) []string {
	var out []string
	var b strings.Builder
	inside := false
	for i := 0; i < len(text); i++ {
		mark := text[i] == '"'
		switch {
		case mark && inside && strings.HasPrefix(text[i+1:], `"`):
			b.WriteByte('"')
			i++
		case mark && (inside || strings.TrimSpace(b.String()) == ""):
			inside = !inside
		case text[i] == comma && !inside:
			out = append(out, b.String())
			b.Reset()
		default:
			b.WriteByte(text[i])
		}
	}
	return append(out, b.String())
}
