package casework

import "crypto/rand"

// codeAlphabet holds letters and figures that cannot be mistaken for one another when read aloud or
// copied by hand: no I, L, O, U, 0 or 1. It has 30 signs.
const codeAlphabet = "ABCDEFGHJKMNPQRSTVWXYZ23456789"

// NewCaseCode draws a case code such as "KH-7QX4-M2PD": eight signs, about 39 bits, with no order
// and no date in it.
func NewCaseCode() string {
	signs := make([]byte, 0, 8)
	for len(signs) < cap(signs) {
		var b [1]byte
		rand.Read(b[:])
		// Signs are equally likely: bytes past the largest multiple of the alphabet are drawn again.
		if int(b[0]) < 256-256%len(codeAlphabet) {
			signs = append(signs, codeAlphabet[int(b[0])%len(codeAlphabet)])
		}
	}
	return "KH-" + string(signs[:4]) + "-" + string(signs[4:])
}
