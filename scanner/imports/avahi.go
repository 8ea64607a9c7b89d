package imports

import (
	"strconv"
	"strings"

	"keyholder/scanner"
)

// readAvahi reads avahi-browse -p. Lines that only announce a service ("+") or end it ("-") hold no
// address; they are understood and say nothing more.
func (l *list) readAvahi(lines []line) {
	for _, line := range lines {
		fields := splitQuoted(line.text, ';')
		switch {
		case len(fields) >= 6 && (fields[0] == "+" || fields[0] == "-"):
		case len(fields) >= 9 && fields[0] == "=":
			l.avahi(line, fields)
		default:
			l.miss(line.number)
		}
	}
}

// avahi reads one resolved service: "=;interface;IPv4;name;type;domain;host;address;port;texts".
func (l *list) avahi(line line, fields []string) {
	a, ok := parseAddr(fields[7])
	if !ok {
		l.miss(line.number)
		return
	}
	f := fact(scanner.FactMDNS, "type", fields[4], "name", unescape(fields[3]), "host", fields[6], "port", fields[8])
	if at := strings.SplitN(line.text, ";", 10); len(at) == 10 {
		for _, text := range quoted(at[9]) {
			key, value, _ := strings.Cut(unescape(text), "=")
			field := "txt." + strings.ToLower(scanner.Bounded(key, 64))
			if _, repeated := f.Fields[field]; key != "" && !repeated && len(f.Fields) < mostTexts { // RFC 6763 section 6.4
				f.Fields[field] = scanner.Bounded(value, longestValue)
			}
		}
	}
	l.add(row{line: line.number, addrs: addrs(a), facts: []scanner.Fact{f}})
}

// mostTexts bounds the fields of one service.
const mostTexts = 64

// quoted lists the texts between quotation marks. A mark that a backslash stands before belongs to
// the text.
func quoted(s string) []string {
	var out []string
	var b strings.Builder
	inside := false
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s) && inside:
			b.WriteByte(s[i])
			i++
			b.WriteByte(s[i])
		case s[i] == '"' && inside:
			out = append(out, b.String())
			b.Reset()
			inside = false
		case s[i] == '"':
			inside = true
		case inside:
			b.WriteByte(s[i])
		}
	}
	return out
}

// unescape undoes the escapes of service names: \032 is the byte with that decimal number, and a
// backslash before anything else stands for itself.
func unescape(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		if i+3 < len(s) {
			if n, err := strconv.ParseUint(s[i+1:i+4], 10, 8); err == nil {
				b.WriteByte(byte(n))
				i += 3
				continue
			}
		}
		i++
		b.WriteByte(s[i])
	}
	return strings.ToValidUTF8(b.String(), "")
}
