package vault

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"strings"

	"filippo.io/age"
)

// A recovery key is 130 random bits and 2 check characters in the 32 letters of Crockford's base32
// (no I, L, O or U), printed as seven groups of four: "7QX4-M2PD-…".
const (
	keyAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	keyLetters  = 28
	keyPayload  = 26
	keyGroup    = 4
)

// recoveryWork is the scrypt cost of the encrypted identity, as a power of two. The recovery key is
// random, so nobody can guess it at any speed.
const recoveryWork = 12

// RecoveryTypo is ErrRecoveryTypo with the group of four that is probably wrong.
type RecoveryTypo struct{ Group int } // counted from 1; 0 when more than one character is wrong

// Error implements error.
func (e *RecoveryTypo) Error() string {
	return fmt.Sprintf("%s: look at group %d", ErrRecoveryTypo, e.Group)
}

// Unwrap returns ErrRecoveryTypo.
func (e *RecoveryTypo) Unwrap() error { return ErrRecoveryTypo }

// newRecoveryKey draws a key and adds its check characters.
func newRecoveryKey() string {
	digits := make([]byte, keyLetters)
	for i, b := range randomBytes(keyPayload) {
		digits[i] = b & 31
	}
	for n := range 32 * 32 { // the pair that makes both checks zero: there is exactly one
		digits[keyPayload], digits[keyPayload+1] = byte(n>>5), byte(n&31)
		if a, b := syndromes(digits); a == 0 && b == 0 {
			break
		}
	}
	return group(digits)
}

func group(digits []byte) string {
	var out strings.Builder
	for i, d := range digits {
		if i > 0 && i%keyGroup == 0 {
			out.WriteByte('-')
		}
		out.WriteByte(keyAlphabet[d])
	}
	return out.String()
}

// syndromes are two sums over GF(32), both zero for a right key. Any one or two wrong characters, and
// any two that were swapped, make one of them differ from zero.
func syndromes(digits []byte) (plain, weighted byte) {
	weight := byte(1)
	for _, d := range digits {
		plain ^= d
		weighted ^= times(weight, d)
		weight = times(weight, 2)
	}
	return plain, weighted
}

// times multiplies in GF(32) with the polynomial x^5+x^2+1, of which 2 is a generator.
func times(a, b byte) byte {
	var p byte
	for ; b > 0; b >>= 1 {
		if b&1 == 1 {
			p ^= a
		}
		a <<= 1
		if a&32 != 0 {
			a ^= 0b100101
		}
	}
	return p
}

// ParseRecoveryKey brings a typed recovery key into its printed form: spaces, dashes and case do not
// matter, O is read as 0, I and L as 1. It returns a *RecoveryTypo for text of that shape whose check
// characters do not fit, and ErrWrongPassphrase for text of another shape.
func ParseRecoveryKey(typed string) (string, error) {
	groups := strings.FieldsFunc(strings.ToUpper(typed), func(r rune) bool { return r == '-' || r == ' ' })
	clean := strings.NewReplacer("O", "0", "I", "1", "L", "1").Replace(strings.Join(groups, ""))
	if len(clean) < keyLetters-2 || len(clean) > keyLetters+2 {
		return "", ErrWrongPassphrase
	}
	digits, foreign := keyDigits(clean)
	at, wrong := foreign/keyGroup+1, true
	switch {
	case len(clean) != keyLetters:
		at = 0
	case foreign < 0:
		wrong, at = misfit(digits)
	}
	switch {
	case !wrong:
		return group(digits), nil
	case ofWords(typed) || foreign >= 0 && len(groups) != keyLetters/keyGroup:
		return "", ErrWrongPassphrase
	}
	return "", &RecoveryTypo{Group: at}
}

// ofWords reports whether text that is no key is rather a passphrase of words: a key has digits.
func ofWords(typed string) bool { return !strings.ContainsAny(typed, "0123456789") }

// misfit reports whether the check characters do not fit, and the group of the wrong character if
// there is only one: its place follows from the two sums.
func misfit(digits []byte) (wrong bool, group int) {
	plain, weighted := syndromes(digits)
	if plain == 0 && weighted == 0 {
		return false, 0
	}
	weight := byte(1)
	for i := range digits {
		if times(weight, plain) == weighted {
			return true, i/keyGroup + 1
		}
		weight = times(weight, 2)
	}
	return true, 0
}

// keyDigits reads the letters; foreign is the place of the first that is not in the alphabet, or -1.
func keyDigits(clean string) (digits []byte, foreign int) {
	for i := range len(clean) {
		at := strings.IndexByte(keyAlphabet, clean[i])
		if at < 0 {
			return nil, i
		}
		digits = append(digits, byte(at))
	}
	return digits, -1
}

// newRecoverySlot makes a recovery key and the slot it opens, with an age identity for backups that
// the same key unlocks.
func (o Options) newRecoverySlot(vaultID string, key, next []byte) (slot, string, error) {
	recovery := newRecoveryKey()
	s := slot{Kind: SlotRecovery}
	id, err := age.GenerateX25519Identity()
	if err != nil {
		return s, "", fmt.Errorf("making the recovery identity: %w", err)
	}
	lock, err := age.NewScryptRecipient(recovery)
	if err != nil {
		return s, "", fmt.Errorf("locking the recovery identity: %w", err)
	}
	lock.SetWorkFactor(recoveryWork)
	locked, err := encryptAge([]byte(id.String()+"\n"), lock)
	if err != nil {
		return s, "", fmt.Errorf("locking the recovery identity: %w", err)
	}
	s.Recipient, s.Identity = id.Recipient().String(), base64.StdEncoding.EncodeToString(locked)
	s, err = o.newSlot(vaultID, s, []byte(recovery), key, next)
	return s, recovery, err
}

func encryptAge(plain []byte, to ...age.Recipient) ([]byte, error) {
	var out bytes.Buffer
	w, err := age.Encrypt(&out, to...)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(plain); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func decryptAge(sealed []byte, limit int64, with ...age.Identity) ([]byte, error) {
	r, err := age.Decrypt(bytes.NewReader(sealed), with...)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(r, limit))
}
