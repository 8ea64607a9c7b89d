package vault

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"filippo.io/age"
)

const draftFolder = "drafts"

// The limits of sealed drafts: anybody who can reach a locked vault can add some.
const (
	MaxDrafts = 20
	MaxDraft  = 256 << 10 // bytes of plain text
)

// Draft is a form that was sent while the vault was locked.
type Draft struct {
	ID   string
	Body []byte
}

// SealDraft keeps plaintext in the locked vault in dir so that only the unlocked vault can read it.
// Errors: ErrDraftTooLarge, ErrDraftsFull, ErrNoVault, ErrDamagedHeader, ErrDiskFull,
// ErrFolderNotWritable.
func SealDraft(dir string, plaintext []byte) error {
	if len(plaintext) > MaxDraft {
		return ErrDraftTooLarge
	}
	h, _, err := findHeader(dir)
	if err != nil {
		return err
	}
	to, err := age.ParseX25519Recipient(h.Drafts)
	if err != nil {
		return ErrDamagedHeader
	}
	folder := filepath.Join(dir, draftFolder)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return explain(err, dir)
	}
	names, err := draftNames(folder)
	if err != nil {
		return explain(err, dir)
	}
	if len(names) >= MaxDrafts {
		return ErrDraftsFull
	}
	sealed, err := encryptAge(plaintext, to)
	if err != nil {
		return fmt.Errorf("sealing a draft: %w", err)
	}
	name := hex.EncodeToString(randomBytes(16)) + ".age"
	return explain(writeFile(filepath.Join(folder, name), sealed), dir)
}

// draftNames lists the drafts, oldest first.
func draftNames(folder string) ([]string, error) {
	entries, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var infos []fs.FileInfo
	for _, e := range entries {
		if info, err := e.Info(); err == nil && filepath.Ext(e.Name()) == ".age" {
			infos = append(infos, info)
		}
	}
	slices.SortStableFunc(infos, func(a, b fs.FileInfo) int { return a.ModTime().Compare(b.ModTime()) })
	var names []string
	for _, info := range infos {
		names = append(names, info.Name())
	}
	return names, nil
}

// OpenDrafts returns the sealed drafts, oldest first. A draft that cannot be opened was not sealed
// for this vault, or is damaged: it is left out and counted in unreadable. What comes back is form
// input like any other: whoever can write to the folder can seal one.
func (v *Vault) OpenDrafts(ctx context.Context) (drafts []Draft, unreadable int, err error) {
	folder := v.path(draftFolder)
	names, err := draftNames(folder)
	if err != nil {
		return nil, 0, v.Explain(fmt.Errorf("listing drafts: %w", err))
	}
	if len(names) == 0 {
		return nil, 0, nil
	}
	ids, err := v.draftIdentities(ctx)
	if err != nil {
		return nil, 0, err
	}
	for i, name := range names {
		body, err := openDraft(filepath.Join(folder, name), ids)
		if err != nil || i >= MaxDrafts {
			unreadable++
			continue
		}
		drafts = append(drafts, Draft{ID: name, Body: body})
	}
	return drafts, unreadable, nil
}

// draftIdentities returns all generations: a draft may be older than the last re-key.
func (v *Vault) draftIdentities(ctx context.Context) ([]age.Identity, error) {
	all, err := v.Secrets(ctx, secretDrafts)
	if err != nil {
		return nil, err
	}
	var ids []age.Identity
	for _, s := range all {
		id, err := age.ParseX25519Identity(string(s.Key))
		clear(s.Key)
		if err != nil {
			return nil, ErrDatabaseDamaged // the cause would quote the key
		}
		ids = append(ids, id)
	}
	return ids, nil
}

func openDraft(path string, ids []age.Identity) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	sealed, err := io.ReadAll(io.LimitReader(f, 2*MaxDraft))
	if err != nil {
		return nil, err
	}
	body, err := decryptAge(sealed, MaxDraft+1, ids...)
	if err == nil && len(body) > MaxDraft {
		return nil, ErrDraftTooLarge
	}
	return body, err
}

// DropDrafts forgets drafts by ID, once the worker has them back.
func (v *Vault) DropDrafts(ids ...string) error {
	for _, id := range ids {
		if !filepath.IsLocal(id) || filepath.Base(id) != id {
			continue
		}
		err := os.Remove(filepath.Join(v.path(draftFolder), id))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return v.Explain(fmt.Errorf("removing a draft: %w", err))
		}
	}
	return nil
}
