package ports

import (
	"bytes"
	"strings"
	"time"
)

// mostGreeting is how much of a greeting is taken.
const mostGreeting = 1024

// greeting waits for what a device says first and returns its first lines. It sends nothing.
func (w *wire) greeting() string {
	w.allow(greetTime)
	buf := make([]byte, mostGreeting)
	n := 0
	for n < len(buf) {
		more, err := w.Read(buf[n:])
		n += more
		if err != nil || wholeLine(buf[:n]) {
			break
		}
		if more > 0 { // what follows within a moment belongs to it
			w.allow(100 * time.Millisecond)
		}
	}
	return plainGreeting(firstWords(buf[:n]))
}

// wholeLine reports whether a line with something in it has ended. Some devices begin with an empty one.
func wholeLine(raw []byte) bool {
	end := bytes.LastIndexByte(raw, '\n')
	return end > 0 && plainGreeting(raw[:end]) != ""
}

// firstWords cuts what follows the one line that SSH and VNC begin with: keys, or nothing.
func firstWords(raw []byte) []byte {
	if bytes.HasPrefix(raw, []byte("SSH-")) || bytes.HasPrefix(raw, []byte("RFB ")) {
		line, _, _ := bytes.Cut(raw, []byte("\n"))
		return line
	}
	return raw
}

// Telnet commands (RFC 854): a byte 255, one for the command, and for some one for the option.
const (
	telnetCommand = 255
	telnetBegin   = 250 // of a sub-negotiation, up to telnetEnd
	telnetEnd     = 240
	telnetWill    = 251
)

// plainGreeting takes telnet's negotiation out of a greeting and leaves its words on one line.
func plainGreeting(raw []byte) string {
	var words []byte
	for i := 0; i < len(raw); i++ {
		if raw[i] != telnetCommand {
			words = append(words, raw[i])
			continue
		}
		if i++; i >= len(raw) {
			break
		}
		switch c := raw[i]; {
		case c == telnetBegin:
			end := bytes.IndexByte(raw[i:], telnetEnd)
			if end < 0 {
				end = len(raw) - i
			}
			i += end
		case c >= telnetWill && c < telnetCommand:
			i++
		}
	}
	return strings.Join(strings.Fields(strings.Map(printable, strings.ToValidUTF8(string(words), ""))), " ")
}

// printable drops control characters other than space.
func printable(r rune) rune {
	switch {
	case r == '\n' || r == '\r' || r == '\t':
		return ' '
	case r < ' ' || r == 0x7f:
		return -1
	}
	return r
}
