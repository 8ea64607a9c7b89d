package vault

import (
	"errors"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestEstimateStrength(t *testing.T) {
	for _, tc := range []struct {
		pass   string
		level  Level
		reason string
	}{
		{"", LevelShort, "vault.strength.short"},
		{"elevenchars", LevelShort, "vault.strength.short"},
		{"ääääääääääää", LevelWeak, "vault.strength.repeats"}, // twelve characters, more bytes
		{"aaaaaaaaaaaaaaaaaaaa", LevelWeak, "vault.strength.repeats"},
		{"passwordpassword", LevelWeak, "vault.strength.repeats"},
		{"p4ssw0rd2026!", LevelWeak, "vault.strength.words"},
		{"Summer2026!!", LevelWeak, "vault.strength.words"},
		{"abcdefghijklmnop", LevelWeak, "vault.strength.sequence"},
		{"9876543210987654", LevelWeak, "vault.strength.sequence"},
		{"qwertyuiopasdf", LevelWeak, "vault.strength.words"},
		{"iloveyouforever", LevelWeak, "vault.strength.words"},
		{"kettle walnut tundra", LevelWeak, "vault.strength.words"},
		{"kettle walnut tundra sofa", LevelFair, "vault.strength.words"},
		{"qzmxkwpvtbhr", LevelGood, "vault.strength.enough"},
		{"correct-zebra9?Lantern~47", LevelStrong, "vault.strength.enough"},
	} {
		got := EstimateStrength([]byte(tc.pass))
		if got.Level != tc.level || got.Reason != tc.reason {
			t.Errorf("%q: %s, %s, %.0f bits; want %s, %s", tc.pass, got.Level, got.Reason, got.Bits, tc.level, tc.reason)
		}
	}
}

func TestCheckPassphrase(t *testing.T) {
	for pass, want := range map[string]error{
		"kettle": ErrPassphraseShort, "passwordpassword": ErrPassphraseWeak, testPass: nil,
	} {
		if err := CheckPassphrase([]byte(pass)); !errors.Is(err, want) {
			t.Errorf("%q: %v, want %v", pass, err, want)
		}
	}
}

func TestGeneratePhrase(t *testing.T) {
	list := words()
	if sorted := slices.Sorted(slices.Values(list)); len(slices.Compact(sorted)) != len(list) || len(list) < 1296 {
		t.Errorf("%d words, all different is wanted and at least 1296", len(list))
	}
	for _, w := range list {
		if !regexp.MustCompile(`^[a-z]{3,9}$`).MatchString(w) {
			t.Errorf("%q is not a simple word", w)
		}
	}
	if bits := PhraseBits(); bits < 62 || math.Abs(bits-6*math.Log2(float64(len(list)))) > 0.001 {
		t.Errorf("%.1f bits, want at least 62", bits)
	}
	seen := map[string]bool{}
	for range 50 {
		p := GeneratePhrase()
		if len(strings.Fields(p)) != PhraseWords || seen[p] || CheckPassphrase([]byte(p)) != nil {
			t.Errorf("drew %q", p)
		}
		seen[p] = true
		if got := EstimateStrength([]byte(p)).Level; got != LevelGood && got != LevelStrong {
			t.Errorf("a drawn phrase is %s", got)
		}
	}
}

func TestRecoveryKey_typos(t *testing.T) {
	const shape = `^([0-9A-HJKMNP-TV-Z]{4}-){6}[0-9A-HJKMNP-TV-Z]{4}$`
	for range 20 {
		key := newRecoveryKey()
		if !regexp.MustCompile(shape).MatchString(key) {
			t.Fatalf("drew %q", key)
		}
		got, err := ParseRecoveryKey(" " + strings.ToLower(strings.ReplaceAll(key, "-", "")) + " ")
		if err != nil || got != key {
			t.Fatalf("read %q as %q (%v)", key, got, err)
		}
		everyTypo(t, key)
	}
	for _, other := range []string{"", testPass, "kettle", strings.Repeat("7", 20), "cucumberumbrellaunicornuntil"} {
		if _, err := ParseRecoveryKey(other); !errors.Is(err, ErrWrongPassphrase) {
			t.Errorf("%q: %v, want %v", other, err, ErrWrongPassphrase)
		}
	}
	if got, err := ParseRecoveryKey(strings.NewReplacer("0", "o", "1", "l").Replace(newRecoveryKey())); err != nil {
		t.Errorf("o for 0 and l for 1: %q, %v", got, err)
	}
}

// everyTypo tries each single wrong character and each swap of neighbours.
func everyTypo(t *testing.T, key string) {
	t.Helper()
	plain := strings.ReplaceAll(key, "-", "")
	for i := range plain {
		for _, c := range keyAlphabet {
			if byte(c) == plain[i] {
				continue
			}
			var typo *RecoveryTypo
			_, err := ParseRecoveryKey(plain[:i] + string(c) + plain[i+1:])
			if !errors.As(err, &typo) || typo.Group != i/keyGroup+1 {
				t.Fatalf("%c for %c at %d: %v", c, plain[i], i, err)
			}
		}
		if i > 0 && plain[i] != plain[i-1] {
			swapped := plain[:i-1] + plain[i:i+1] + plain[i-1:i] + plain[i+1:]
			if _, err := ParseRecoveryKey(swapped); !errors.Is(err, ErrRecoveryTypo) {
				t.Fatalf("swap at %d: %v", i, err)
			}
		}
	}
}

// A passphrase of words can be as long as a recovery key and use its letters only. When it does not
// open the vault, nobody is told to look at a group of a key.
func TestParseRecoveryKey_words(t *testing.T) {
	for _, words := range []string{
		"ocean table river stone maker", "amber basin cedar delta ember fog", "abcd efgh jkmn pqrs tvwx yzab cdef",
	} {
		if _, err := ParseRecoveryKey(words); !errors.Is(err, ErrWrongPassphrase) {
			t.Errorf("%q: %v, want what a wrong passphrase gives", words, err)
		}
	}
}
