package vault

import (
	"crypto/rand"
	_ "embed" // for the word lists
	"math"
	"math/big"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

//go:embed data/words.txt
var wordFile string

//go:embed data/common.txt
var commonFile string

// MinPassphrase is the least number of characters of a passphrase.
const MinPassphrase = 12

// PhraseWords is how many words a generated passphrase has.
const PhraseWords = 6

// Level says how hard a passphrase is to guess.
type Level string

// The levels; the first two are refused.
const (
	LevelShort  Level = "short"
	LevelWeak   Level = "weak"
	LevelFair   Level = "fair"
	LevelGood   Level = "good"
	LevelStrong Level = "strong"
)

// Strength is an estimate, not a promise: it knows words, repeats and sequences, and nothing of the
// person who chose them.
type Strength struct {
	Level  Level
	Reason string  // message key: what would make it better, or that it will do
	Bits   float64 // the estimated number of yes/no guesses
}

// The estimated bits from which a passphrase is fair, good and strong. With DefaultKDF one guess costs
// about a tenth of a second of a computer, so 40 bits are thousands of computer-years.
const (
	fairBits   = 40
	goodBits   = 55
	strongBits = 70
)

// words returns the list that generated passphrases are drawn from.
var words = sync.OnceValue(func() []string { return strings.Fields(wordFile) })

// guessable maps what people choose first to what it costs to guess, in bits.
var guessable = sync.OnceValue(func() map[string]float64 {
	known := map[string]float64{}
	perWord := math.Log2(float64(len(words())))
	for _, w := range words() {
		known[w] = perWord
	}
	common := strings.Fields(commonFile)
	for _, w := range common {
		known[w] = math.Log2(float64(len(common)))
	}
	return known
})

// GeneratePhrase draws a passphrase of PhraseWords words.
func GeneratePhrase() string {
	list := words()
	drawn := make([]string, PhraseWords)
	for i := range drawn {
		n, err := rand.Int(rand.Reader, big.NewInt(int64(len(list))))
		if err != nil {
			panic("the system's random source does not work") // crypto/rand never returns an error
		}
		drawn[i] = list[n.Int64()]
	}
	return strings.Join(drawn, " ")
}

// PhraseBits is the entropy of a generated passphrase in bits.
func PhraseBits() float64 { return PhraseWords * math.Log2(float64(len(words()))) }

// CheckPassphrase returns ErrPassphraseShort or ErrPassphraseWeak for a passphrase that is refused.
func CheckPassphrase(pass []byte) error {
	switch EstimateStrength(pass).Level {
	case LevelShort:
		return ErrPassphraseShort
	case LevelWeak:
		return ErrPassphraseWeak
	}
	return nil
}

// EstimateStrength cuts the passphrase into the largest pieces a guesser would try first and adds up
// what each costs.
func EstimateStrength(pass []byte) Strength {
	text := []rune(strings.ToLower(string(pass)))
	est := Strength{Reason: "vault.strength.enough"}
	heaviest := 0.0
	for i := 0; i < len(text); {
		p := nextPiece(text[i:])
		est.Bits += p.bits
		if p.reason != "" && float64(p.runes) > heaviest {
			est.Reason, heaviest = p.reason, float64(p.runes)
		}
		i += p.runes
	}
	switch {
	case utf8.RuneCount(pass) < MinPassphrase:
		est.Level, est.Reason = LevelShort, "vault.strength.short"
	case est.Bits < fairBits:
		est.Level = LevelWeak
	case est.Bits < goodBits:
		est.Level = LevelFair
	case est.Bits < strongBits:
		est.Level, est.Reason = LevelGood, "vault.strength.enough"
	default:
		est.Level, est.Reason = LevelStrong, "vault.strength.enough"
	}
	if est.Level == LevelWeak && est.Reason == "vault.strength.enough" {
		est.Reason = "vault.strength.longer"
	}
	return est
}

type piece struct {
	runes  int
	bits   float64
	reason string
}

// nextPiece prefers the piece that covers most characters: a word, a repeat or a sequence.
func nextPiece(text []rune) piece {
	best := piece{runes: 1, bits: singleBits(text[0])}
	for _, p := range []piece{wordPiece(text), repeatPiece(text), sequencePiece(text)} {
		if p.runes > best.runes {
			best = p
		}
	}
	return best
}

// wordPiece finds the longest known word at the start, also with digits for letters ("p4ssw0rd").
func wordPiece(text []rune) piece {
	plain := []rune(strings.NewReplacer("0", "o", "1", "l", "3", "e", "4", "a", "5", "s", "7", "t", "@", "a", "$", "s").
		Replace(string(text)))
	for n := min(len(text), 14); n >= 3; n-- {
		if bits, ok := guessable()[string(text[:n])]; ok {
			return piece{runes: n, bits: bits, reason: "vault.strength.words"}
		}
		if len(plain) == len(text) {
			if bits, ok := guessable()[string(plain[:n])]; ok {
				return piece{runes: n, bits: bits + 1, reason: "vault.strength.words"}
			}
		}
	}
	return piece{}
}

// repeatPiece finds a block that is said again at once: "aaaa", "abcabc".
func repeatPiece(text []rune) piece {
	var best piece
	for size := 1; size <= len(text)/2 && size <= 16; size++ {
		end := size
		for end < len(text) && text[end] == text[end-size] {
			end++
		}
		if end < 3 || end < 2*size || end <= best.runes {
			continue
		}
		best = piece{runes: end, reason: "vault.strength.repeats", bits: math.Log2(float64(end)) + blockBits(text[:size])}
	}
	return best
}

// blockBits is what the block that is repeated costs by itself.
func blockBits(block []rune) (bits float64) {
	for i := 0; i < len(block); {
		p := wordPiece(block[i:])
		if p.runes == 0 {
			p = piece{runes: 1, bits: singleBits(block[i])}
		}
		bits += p.bits
		i += p.runes
	}
	return bits
}

// sequencePiece finds runs of neighbours in the alphabet, the digits or on a keyboard.
func sequencePiece(text []rune) piece {
	const keyboards = "qwertyuiop asdfghjkl zxcvbnm qwertzuiop azertyuiop"
	end := 1
	for end < len(text) && (text[end] == text[end-1]+1 || text[end] == text[end-1]-1) {
		end++
	}
	for n := len(text); n > max(end, 2); n-- {
		if n <= 10 && strings.Contains(keyboards, string(text[:n])) {
			end = n
		}
	}
	if end < 3 {
		return piece{}
	}
	return piece{runes: end, bits: 5 + math.Log2(float64(end)), reason: "vault.strength.sequence"}
}

// singleBits is what one character costs when nothing better is known.
func singleBits(r rune) float64 {
	switch {
	case unicode.IsDigit(r):
		return math.Log2(10)
	case r == ' ', r == '-', r == '.', r == '_':
		return 1 // the usual ways to part words
	case unicode.IsLetter(r):
		return math.Log2(26)
	}
	return math.Log2(33)
}
