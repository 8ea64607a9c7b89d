package catalogue

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
)

// Fingerprint names the embedded data: the first 12 hexadecimal digits of a SHA-256 over the names and
// contents of its files. What was said with the same fingerprint was said with the same data.
func Fingerprint() (string, error) {
	sum := sha256.New()
	err := fs.WalkDir(data, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := fs.ReadFile(data, path)
		if err != nil {
			return err
		}
		sum.Write([]byte(path + "\x00"))
		sum.Write(body)
		return nil
	})
	return hex.EncodeToString(sum.Sum(nil))[:12], err
}
