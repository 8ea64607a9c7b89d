package vault

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

const rekeyName = databaseName + ".rekey"

// Rekey gives the database a new data key and every secret a new generation, for when somebody with
// a passphrase has left or a key may have leaked. Only the slot that pass opens stays; everybody else
// is added anew, and a new recovery key is returned. Evidence files stay as they are and their keys
// are wrapped anew. DB returns another database afterwards.
//
// At every moment the header can open what is on the disk. When the process dies, the next Unlock
// with the same passphrase finishes or undoes the re-key. After an error the vault may be closed:
// unlock again.
func (v *Vault) Rekey(ctx context.Context, pass []byte) (recovery string, err error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	before := v.header
	next := randomBytes(keyBytes)
	during, recovery, err := v.announce(pass, next)
	if err != nil {
		clear(next)
		return "", err
	}
	handle := openKeys().put(next)
	if err := writeHeader(v.dir, during, v.key()); err != nil {
		openKeys().drop(handle)
		return "", err
	}
	v.header = during
	v.step("announced")
	if err := v.rekeyedCopy(ctx, handle); err != nil {
		_ = os.Remove(v.path(rekeyName))
		openKeys().drop(handle)
		v.header = before
		return "", explain(errors.Join(err, writeHeader(v.dir, before, v.key())), v.dir)
	}
	v.step("copied")
	if err := v.swap(ctx, handle); err != nil {
		return "", explain(err, v.dir)
	}
	return recovery, v.finishRekey(ctx)
}

// announce returns the header of a re-key under way: my slot and a new recovery slot hold both keys.
func (v *Vault) announce(pass, next []byte) (*header, string, error) {
	got, err := v.opt.tryOpen(v.header, SlotPassphrase, pass)
	if err != nil {
		return nil, "", err
	}
	clear(got.key)
	clear(got.next)
	during := v.header.clone()
	mine := &during.Slots[got.index]
	both, err := v.opt.newSlot(during.ID, slot{Kind: mine.Kind, Worker: mine.Worker}, pass, v.key(), next)
	if err != nil {
		return nil, "", err
	}
	*mine = both
	spare, recovery, err := v.opt.newRecoverySlot(during.ID, v.key(), next)
	if err != nil {
		return nil, "", err
	}
	spare.Fresh = true
	during.Slots = append(during.Slots, spare)
	return during, recovery, nil
}

// rekeyedCopy writes the database under the new key beside the old one and renews its secrets there,
// so that one rename later changes all of it at once.
func (v *Vault) rekeyedCopy(ctx context.Context, handle string) error {
	path := v.path(rekeyName)
	if err := copyDatabase(ctx, v.db, path, handle); err != nil {
		return err
	}
	db, err := openDatabase(ctx, path, handle, false)
	if err != nil {
		return fmt.Errorf("opening the copy under the new key: %w", err)
	}
	err = renewSecrets(ctx, db, v.header.ID, v.key(), openKeys().get(handle))
	if err == nil {
		err = integrity(ctx, db)
	}
	if err == nil {
		err = checkpoint(ctx, db)
	}
	if err = errors.Join(err, db.Close()); err != nil {
		return err
	}
	return errors.Join(dropLogs(path), syncFile(path))
}

// renewSecrets wraps all secrets under the new data key, adds a generation of each, and wraps the
// keys of evidence files under the newest.
func renewSecrets(ctx context.Context, db *sql.DB, vaultID string, old, next []byte) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("renewing the vault keys: %w", err)
	}
	defer func() { _ = tx.Rollback() }()
	for _, name := range secretNames() {
		all, err := secrets(ctx, tx, old, vaultID, name)
		if err != nil {
			return err
		}
		newest := all[len(all)-1]
		fresh := Secret{Generation: newest.Generation + 1}
		if fresh.Key, err = freshSecret(name); err != nil {
			return err
		}
		if name == secretEvidence {
			err = rewrapFiles(ctx, tx, newest, fresh)
		}
		if err = errors.Join(err, putSecrets(ctx, tx, next, vaultID, name, append(all, fresh))); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// putSecrets stores all generations of a secret and clears them.
func putSecrets(ctx context.Context, tx *sql.Tx, key []byte, vaultID string, name SecretName, all []Secret) error {
	for _, s := range all {
		if err := putSecret(ctx, tx, key, vaultID, name, s); err != nil {
			return err
		}
		clear(s.Key)
	}
	return nil
}

// swap puts the copy in the place of the database. Nothing of the old log may be replayed onto it.
func (v *Vault) swap(ctx context.Context, handle string) error {
	if err := errors.Join(checkpoint(ctx, v.db), v.db.Close(), dropLogs(v.path(databaseName))); err != nil {
		openKeys().drop(handle)
		return err
	}
	v.step("closed")
	if err := os.Rename(v.path(rekeyName), v.path(databaseName)); err != nil {
		openKeys().drop(handle)
		return err
	}
	syncDir(v.dir)
	v.step("renamed")
	openKeys().drop(v.handle)
	v.handle = handle
	db, err := openDatabase(ctx, v.path(databaseName), handle, false)
	if err == nil {
		v.db = db
	}
	return err
}

// dropLogs removes the log files of a closed database; a log that still holds something is an error.
func dropLogs(path string) error {
	if info, err := os.Stat(path + "-wal"); err == nil && info.Size() > 0 {
		return ErrInUse
	}
	for _, suffix := range []string{"-wal", "-shm"} {
		if err := os.Remove(path + suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// finishRekey makes the new key the only one. The database is open under it already.
func (v *Vault) finishRekey(ctx context.Context) error {
	all, err := secrets(ctx, v.db, v.key(), v.header.ID, secretDrafts)
	if err != nil {
		return err
	}
	recipient, err := draftRecipient(all[len(all)-1])
	if err != nil {
		return err
	}
	h := v.header.clone()
	h.Drafts = recipient
	h.Slots = slices.DeleteFunc(h.Slots, func(s slot) bool { return s.Next == "" })
	for i := range h.Slots {
		s := &h.Slots[i]
		s.Key, s.Next, s.Fresh = s.Next, "", false
	}
	if err := writeHeader(v.dir, h, v.key()); err != nil {
		return err
	}
	v.header = h
	v.dropOldCopies()
	return nil
}

// undoRekey goes back to the old key: the database was never replaced.
func (v *Vault) undoRekey() error {
	if err := os.Remove(v.path(rekeyName)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	_ = dropLogs(v.path(rekeyName))
	return v.change(func(h *header) {
		h.Slots = slices.DeleteFunc(h.Slots, func(s slot) bool { return s.Fresh })
		for i := range h.Slots {
			h.Slots[i].Next = ""
		}
	})
}

// step is where the crash test of re-keying stops.
func (v *Vault) step(name string) {
	if v.crashed != nil {
		v.crashed(name)
	}
}

// KeepCopy copies header and database, both as encrypted as they are, to cases.vault.before-<label>
// and cases.db.before-<label> in the same folder, before something that rewrites the database. Older
// such copies go; a re-key removes all.
func (v *Vault) KeepCopy(ctx context.Context, label string) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.dropOldCopies()
	label = "before-" + label
	if err := copyDatabase(ctx, v.db, v.path(databaseName+"."+label), v.handle); err != nil {
		return explain(err, v.dir)
	}
	b, err := v.header.encode()
	if err != nil {
		return err
	}
	return explain(writeFile(v.path(headerName+"."+label), b), v.dir)
}

// dropOldCopies removes what KeepCopy left; a copy that cannot be removed is still encrypted.
func (v *Vault) dropOldCopies() {
	for _, name := range []string{headerName, databaseName} {
		found, _ := filepath.Glob(v.path(name + ".before-*"))
		for _, path := range found {
			_ = os.Remove(path)
		}
	}
}
