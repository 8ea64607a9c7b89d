package imports

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"keyholder/scanner"
)

// line is one line that is not blank, with its number in the list.
type line struct {
	number int
	text   string // without the line end; never longer than longestLine
	gap    bool   // a blank line stands before it
	cut    bool   // it was too long and has lost its end
}

// decode brings a list to UTF-8: by its byte order mark, by the look of UTF-16 without one, or, when
// it is no valid UTF-8, as Windows-1252, which is what spreadsheets write. NUL bytes are dropped.
func decode(raw []byte) string {
	text := ""
	switch {
	case bytes.HasPrefix(raw, []byte{0xff, 0xfe}):
		text = fromUTF16(raw[2:], binary.LittleEndian)
	case bytes.HasPrefix(raw, []byte{0xfe, 0xff}):
		text = fromUTF16(raw[2:], binary.BigEndian)
	case looksUTF16(raw, 1):
		text = fromUTF16(raw, binary.LittleEndian)
	case looksUTF16(raw, 0):
		text = fromUTF16(raw, binary.BigEndian)
	case utf8.Valid(raw):
		text = string(bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf")))
	default:
		text = scanner.Windows1252(raw)
	}
	return strings.ReplaceAll(text, "\x00", "")
}

// looksUTF16 reports whether nearly every second byte of the beginning, from the given one on, is
// NUL, and hardly any other is.
func looksUTF16(raw []byte, from int) bool {
	head := raw[:min(len(raw), 512)]
	if len(head) < 8 {
		return false
	}
	hits, others := 0, 0
	for i, b := range head {
		if b != 0 {
			continue
		}
		if i%2 == from {
			hits++
		} else {
			others++
		}
	}
	return hits > len(head)*2/5 && others < len(head)/20
}

func fromUTF16(raw []byte, order binary.ByteOrder) string {
	units := make([]uint16, 0, len(raw)/2)
	for ; len(raw) > 1; raw = raw[2:] {
		units = append(units, order.Uint16(raw))
	}
	return string(utf16.Decode(units))
}

// splitLines returns the lines with something in them. Any of LF, CRLF and CR ends one.
func splitLines(text string) []line {
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	var out []line
	number, gap := 0, false
	for raw := range strings.SplitSeq(text, "\n") {
		number++
		if strings.TrimSpace(raw) == "" {
			gap = true
			continue
		}
		l := line{number: number, text: raw, gap: gap}
		if len(raw) > longestLine {
			l.text, l.cut = strings.ToValidUTF8(raw[:longestLine], ""), true
		}
		out = append(out, l)
		gap = false
	}
	return out
}
