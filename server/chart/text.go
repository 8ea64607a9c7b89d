package chart

import (
	"strings"
	"unicode"
)

// Sizes of type, in units of the view box.
const (
	boldSize = 17 // 16 in bold, which is wider
	subSize  = 15
	lineStep = 20
)

// clean drops what could change the picture around a text: control characters and marks that turn
// the direction of what follows. Runs of blanks become one.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.Is(unicode.Cc, r), unicode.Is(unicode.Cf, r), r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// width estimates how wide a text is in tenths of the size of its type. The fonts of the reader are
// not known; the estimate is on the wide side.
func width(s string) int {
	w := 0
	for _, r := range s {
		w += runeWidth(r)
	}
	return w
}

func runeWidth(r rune) int {
	switch {
	case unicode.Is(unicode.Mn, r):
		return 0
	case strings.ContainsRune("iIlj.,:;'|! tf()", r):
		return 4
	case r >= 0x1100: // scripts with wide letters, pictures
		return 11
	case unicode.IsUpper(r), strings.ContainsRune("mwMW@%—", r):
		return 8
	}
	return 6
}

// wrap breaks a text into at most most lines of the given width in pixels. What does not fit ends in
// an ellipsis.
func wrap(s string, size, wide, most int) []string {
	room := wide * 10 / size
	var lines []string
	line := ""
	words := strings.Fields(clean(s))
	for len(words) > 0 {
		longer := strings.TrimSpace(line + " " + words[0])
		if width(longer) <= room {
			line, words = longer, words[1:]
			continue
		}
		if len(lines) == most-1 {
			return append(lines, cut(longer, room))
		}
		if line == "" { // one word that is wider than the line
			head, tail := split(words[0], room)
			line, words[0] = head, tail
		}
		lines, line = append(lines, line), ""
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}

// split takes as much of a word as fits, at least one letter.
func split(word string, room int) (head, tail string) {
	w := 0
	for i, r := range word {
		w += runeWidth(r)
		if w > room && i > 0 {
			return word[:i], word[i:]
		}
	}
	return word, ""
}

// cut shortens a text so that it fits with an ellipsis.
func cut(s string, room int) string {
	head, _ := split(s, room-10)
	return strings.TrimSpace(head) + "…"
}

// short is one line of text, cut where it does not fit.
func short(s string, size, wide int) string {
	lines := wrap(s, size, wide, 1)
	if len(lines) == 0 {
		return ""
	}
	return lines[0]
}
