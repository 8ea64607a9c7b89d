package vault

import (
	"bytes"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// The files of a vault folder.
const (
	headerName   = "cases.vault"
	copyName     = "cases.vault.bak"
	beginName    = "first-start" // stands from the beginning of Create until there is a header
	databaseName = "cases.db"
)

const (
	headerFormat  = "keyholder-vault"
	headerVersion = 1
	maxHeader     = 1 << 20 // bytes
)

// header is what cases.vault holds: nothing in it is secret without a passphrase.
type header struct {
	Format  string    `json:"format"`
	Version int       `json:"version"`
	ID      string    `json:"id"`     // binds header, slots and database together
	Drafts  string    `json:"drafts"` // age recipient of sealed drafts
	Audit   AuditHead `json:"audit"`
	Slots   []slot    `json:"slots"`
	MAC     string    `json:"mac"` // under a key from the data key: shows changes from outside
	Sum     string    `json:"sum"` // SHA-256 of the rest: shows damage before a passphrase is typed
}

// AuditHead is the newest audit entry the header knows of. It may lag behind the database after a
// crash, never run ahead of it.
type AuditHead struct {
	Count int64  `json:"count"`
	Hash  string `json:"hash"` // hexadecimal
}

// rekeying reports whether a re-key was under way when the header was written.
func (h *header) rekeying() bool {
	for i := range h.Slots {
		if h.Slots[i].Next != "" {
			return true
		}
	}
	return false
}

// clone returns a copy whose slots can be changed without touching h.
func (h *header) clone() *header {
	c := *h
	c.Slots = append([]slot(nil), h.Slots...)
	return &c
}

// encode returns the bytes of the header with its sum; the MAC must stand already.
func (h *header) encode() ([]byte, error) {
	c := *h
	c.Sum = ""
	body, err := json.MarshalIndent(&c, "", " ")
	if err != nil {
		return nil, fmt.Errorf("encoding the vault header: %w", err)
	}
	sum := sha256.Sum256(body)
	c.Sum = hex.EncodeToString(sum[:])
	body, err = json.MarshalIndent(&c, "", " ")
	if err != nil {
		return nil, fmt.Errorf("encoding the vault header: %w", err)
	}
	return append(body, '\n'), nil
}

// mac authenticates every field but MAC and Sum under a key derived from the data key.
func (h *header) mac(key []byte) (string, error) {
	c := *h
	c.MAC, c.Sum = "", ""
	body, err := json.Marshal(&c)
	if err != nil {
		return "", fmt.Errorf("encoding the vault header: %w", err)
	}
	sub, err := derive(key, "header")
	if err != nil {
		return "", err
	}
	defer clear(sub)
	m := hmac.New(sha256.New, sub)
	m.Write(body)
	return hex.EncodeToString(m.Sum(nil)), nil
}

// genuine reports whether the header was written by somebody who held key.
func (h *header) genuine(key []byte) bool {
	want, err := h.mac(key)
	return err == nil && hmac.Equal([]byte(want), []byte(h.MAC))
}

// derive makes a key for one purpose from the data key.
func derive(key []byte, purpose string) ([]byte, error) {
	sub, err := hkdf.Key(sha256.New, key, nil, headerFormat+"|"+purpose, keyBytes)
	if err != nil {
		return nil, fmt.Errorf("deriving a key: %w", err)
	}
	return sub, nil
}

// decodeHeader is strict: the bytes must be exactly those that encode would write, so that any
// flipped byte is noticed here.
func decodeHeader(b []byte) (*header, error) {
	var h header
	if json.Unmarshal(b, &h) != nil || h.Format != headerFormat {
		return nil, ErrDamagedHeader
	}
	again, err := h.encode()
	switch {
	case err != nil:
		return nil, err
	case h.Version > headerVersion:
		return nil, ErrNewerSchema
	case !bytes.Equal(again, b), h.Version < 1, len(h.Slots) == 0, len(h.Slots) > maxSlots:
		return nil, ErrDamagedHeader
	}
	return &h, nil
}

func loadHeader(path string) (*header, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxHeader))
	if err != nil {
		return nil, fmt.Errorf("reading the vault header: %w", err)
	}
	return decodeHeader(b)
}

// findHeader returns the header of the vault in dir, from its copy when the header is damaged or
// missing. The copy is never asked merely because a passphrase does not fit: it may still hold an
// older one.
func findHeader(dir string) (h *header, fromCopy bool, err error) {
	h, err = loadHeader(filepath.Join(dir, headerName))
	if err == nil || !errors.Is(err, ErrDamagedHeader) && !errors.Is(err, fs.ErrNotExist) {
		return h, false, explain(err, dir)
	}
	c, copyErr := loadHeader(filepath.Join(dir, copyName))
	if copyErr != nil {
		return nil, false, missingHeader(dir, err, copyErr)
	}
	return c, true, nil
}

// readHeader is findHeader for unlocking: a header that came from the copy is written anew, which
// repaired reports.
func readHeader(dir string) (h *header, repaired bool, err error) {
	h, fromCopy, err := findHeader(dir)
	if err != nil || !fromCopy {
		return h, false, err
	}
	b, err := h.encode()
	if err != nil {
		return nil, false, err
	}
	if err := writeFile(filepath.Join(dir, headerName), b); err != nil {
		return nil, false, explain(err, dir)
	}
	return h, true, nil
}

// missingHeader tells a folder without a vault from one that has lost its header.
func missingHeader(dir string, mainErr, copyErr error) error {
	if !errors.Is(mainErr, fs.ErrNotExist) || !errors.Is(copyErr, fs.ErrNotExist) {
		return ErrDamagedHeader
	}
	if _, err := os.Lstat(filepath.Join(dir, databaseName)); err == nil && !unfinished(dir) {
		return ErrHeaderMissing
	}
	return ErrNoVault
}

// unfinished reports whether the first start was cut off before there was a header: then nothing
// can open the database beside it, and nothing was ever kept in it.
func unfinished(dir string) bool {
	_, err := os.Lstat(filepath.Join(dir, beginName))
	return err == nil
}

// writeHeader writes the header and then its copy, both atomically and durably. When only the copy
// cannot be written, the old copy goes, because it may hold a passphrase that was just taken away;
// the next unlock writes it anew.
func writeHeader(dir string, h *header, key []byte) error {
	mac, err := h.mac(key)
	if err != nil {
		return err
	}
	h.MAC = mac
	b, err := h.encode()
	if err != nil {
		return err
	}
	if err := writeFile(filepath.Join(dir, headerName), b); err != nil {
		return explain(err, dir)
	}
	if err := writeFile(filepath.Join(dir, copyName), b); err != nil {
		_ = os.Remove(filepath.Join(dir, copyName))
	}
	return nil
}

// refreshCopy makes the copy equal to the header when a crash left it behind.
func refreshCopy(dir string, h *header) {
	b, err := h.encode()
	if err != nil {
		return
	}
	path := filepath.Join(dir, copyName)
	if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, b) {
		return
	}
	_ = writeFile(path, b) // the header itself is sound; a missing copy is no reason to stay shut
}

// writeFile replaces path atomically and durably with mode 0600: after a crash either the old or the
// new content stands there.
func writeFile(path string, b []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(b)
	if err == nil {
		err = f.Sync()
	}
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	syncDir(filepath.Dir(path))
	return nil
}

// syncDir makes a rename durable. Windows cannot sync a folder and does not need to.
func syncDir(dir string) {
	f, err := os.Open(dir)
	if err != nil {
		return
	}
	_ = f.Sync()
	_ = f.Close()
}
