package scanner

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// LongestText is the number of characters of a device's text that are shown.
const LongestText = 120

// mostMarks is how many accents one letter may carry: more of them cover the lines above and below.
const mostMarks = 4

// SafeText makes text that a device sent fit to be shown: valid UTF-8, one line, no control or
// invisible formatting characters (which could reverse or hide the rest of a line), at most
// LongestText characters. What was removed leaves no trace; the result may be empty.
//
// The result is still the device's own words: a page puts it between <bdi> tags, a table file
// protects it from being read as a formula.
func SafeText(s string) string {
	var b strings.Builder
	n, space := 0, false
	for r := range visible(s) {
		if unicode.IsSpace(r) {
			space = b.Len() > 0
			continue
		}
		if n+1 > LongestText || (space && n+2 > LongestText) {
			break
		}
		if space {
			b.WriteByte(' ')
			n, space = n+1, false
		}
		b.WriteRune(r)
		n++
	}
	return b.String()
}

// visible yields what of a text may reach a reader, spaces of every kind among it.
func visible(s string) func(yield func(rune) bool) {
	return func(yield func(rune) bool) {
		marks := 0
		for _, r := range strings.ToValidUTF8(s, "") {
			switch {
			case hiddenRune(r) && !unicode.IsSpace(r):
				continue
			case unicode.Is(unicode.M, r):
				marks++
			default:
				marks = 0
			}
			if marks <= mostMarks && !yield(r) {
				return
			}
		}
	}
}

// hiddenRune reports what never reaches a reader: controls, invisible formatting, line and paragraph
// separators, private characters, the replacement character, and letters that are drawn as nothing.
func hiddenRune(r rune) bool {
	return r == utf8.RuneError || r == blankBraille || unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp,
		unicode.Co, unicode.Cs, unicode.Other_Default_Ignorable_Code_Point)
}

const blankBraille = '\u2800'

// Bounded cuts received text to at most max bytes without splitting a character. It is not made
// safe for display by this. What was cut off is not kept in memory either.
func Bounded(s string, max int) string {
	if len(s) <= max {
		return s
	}
	cut := max
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return strings.Clone(s[:cut])
}
