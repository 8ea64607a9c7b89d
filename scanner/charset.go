package scanner

import "strings"

// windows are the characters of Windows-1252 from 0x80 to 0x9f; the others have the numbers of Unicode. A
// space stands for a byte without meaning.
const windows = "€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ"

// Windows1252 reads text byte by byte in the code page that spreadsheets and old devices use. It holds
// ISO 8859-1, for which it is often mistaken by those who declare their encoding.
func Windows1252(raw []byte) string {
	special := []rune(windows)
	var b strings.Builder
	for _, c := range raw {
		if c >= 0x80 && c < 0xa0 {
			b.WriteRune(special[c-0x80])
			continue
		}
		b.WriteRune(rune(c))
	}
	return b.String()
}
