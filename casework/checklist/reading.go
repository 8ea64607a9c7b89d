package checklist

import (
	"regexp"
	"strings"
)

// Grade is the Flesch–Kincaid grade of an English text: the number of school years it asks for, about
// age minus five, so 7 is a reader of twelve. Syllables are counted by their vowels, which is near
// enough to compare texts with each other. It means little for fewer than six words.
//
// Source: Kincaid et al., Derivation of new readability formulas, 1975.
func Grade(text string) float64 {
	words := wordForm.FindAllString(text, -1)
	if len(words) == 0 {
		return 0
	}
	sentences := max(1, len(sentenceEnd.FindAllString(text, -1)))
	n, syllables := float64(len(words)), 0
	for _, w := range words {
		w = strings.ToLower(w)
		if trimmed := silentEnding.ReplaceAllString(w, ""); vowelGroup.MatchString(trimmed) && !strings.HasSuffix(w, "le") {
			w = trimmed
		}
		syllables += max(1, len(vowelGroup.FindAllString(w, -1)))
	}
	return 0.39*n/float64(sentences) + 11.8*float64(syllables)/n - 15.59
}

// CountWords returns how many words a text has.
func CountWords(text string) int { return len(wordForm.FindAllString(text, -1)) }

var (
	wordForm     = regexp.MustCompile(`[A-Za-z’]+`)
	sentenceEnd  = regexp.MustCompile(`[.!?:;]+(\s|$)`)
	vowelGroup   = regexp.MustCompile(`[aeiouy]+`)
	silentEnding = regexp.MustCompile(`(e|es|ed)$`)
)

var judging = regexp.MustCompile(`(?i)\b(hacked|no risk|low risk|all clear|is clean|you are safe|completely safe|victim|perpetrator)\b`)

// Judging returns the first word of a text that promises too much or judges too fast, empty when there
// is none (PRACTICE 6.19).
func Judging(text string) string { return judging.FindString(text) }
