package vault

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"filippo.io/age"
)

const evidenceFolder = "evidence"

// MaxEvidence is the size limit of one evidence file in bytes.
const MaxEvidence = 1 << 30

// EvidenceFile names one encrypted evidence file.
type EvidenceFile struct {
	ID     string // random; also the name of the file
	SHA256 string // of the content, taken while it came in, in hexadecimal
	Size   int64  // bytes of the content
}

// PutEvidence encrypts content into a file of its own under a key of its own, and keeps that key,
// wrapped, in the database. Errors: ErrEvidenceTooLarge, ErrDiskFull, ErrFolderNotWritable, and what
// r returns.
func (v *Vault) PutEvidence(ctx context.Context, r io.Reader) (EvidenceFile, error) {
	folder := v.path(evidenceFolder)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return EvidenceFile{}, explain(err, v.dir)
	}
	id, err := age.GenerateX25519Identity()
	if err != nil {
		return EvidenceFile{}, fmt.Errorf("making an evidence key: %w", err)
	}
	file := EvidenceFile{ID: hex.EncodeToString(randomBytes(16))}
	path := filepath.Join(folder, file.ID)
	if err := encryptFile(path, r, id.Recipient(), &file); err != nil {
		_ = os.Remove(path)
		return EvidenceFile{}, explain(err, v.dir)
	}
	if err := v.keepFileKey(ctx, file, id.String()); err != nil {
		_ = os.Remove(path)
		return EvidenceFile{}, explain(err, v.dir)
	}
	return file, nil
}

// encryptFile writes the content to path and fills in hash and size.
func encryptFile(path string, r io.Reader, to age.Recipient, file *EvidenceFile) error {
	out, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer out.Close()
	sealed, err := age.Encrypt(out, to)
	if err != nil {
		return fmt.Errorf("encrypting evidence: %w", err)
	}
	sum := sha256.New()
	file.Size, err = io.Copy(io.MultiWriter(sealed, sum), io.LimitReader(r, MaxEvidence+1))
	switch {
	case err != nil:
		return fmt.Errorf("encrypting evidence: %w", err)
	case file.Size > MaxEvidence:
		return ErrEvidenceTooLarge
	}
	file.SHA256 = hex.EncodeToString(sum.Sum(nil))
	if err := errors.Join(sealed.Close(), out.Sync(), out.Close()); err != nil {
		return fmt.Errorf("encrypting evidence: %w", err)
	}
	syncDir(filepath.Dir(path))
	return nil
}

func (v *Vault) keepFileKey(ctx context.Context, f EvidenceFile, identity string) error {
	wrap, err := v.newest(ctx, secretEvidence)
	if err != nil {
		return err
	}
	defer clear(wrap.Key)
	sealed, err := seal(wrap.Key, []byte(identity), []byte(f.ID))
	if err != nil {
		return err
	}
	_, err = v.db.ExecContext(ctx, "INSERT INTO vault_file (id, sealed, sha256, size) VALUES (?, ?, ?, ?)",
		f.ID, sealed, f.SHA256, f.Size)
	if err != nil {
		return fmt.Errorf("storing an evidence key: %w", err)
	}
	return nil
}

// DropEvidence removes an evidence file and its key: for one that no record came to name.
func (v *Vault) DropEvidence(ctx context.Context, id string) error {
	result, err := v.db.ExecContext(ctx, "DELETE FROM vault_file WHERE id = ?", id)
	if err != nil {
		return v.Explain(fmt.Errorf("removing an evidence key: %w", err))
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return err // not one of ours: no file is touched
	}
	if err := os.Remove(filepath.Join(v.path(evidenceFolder), id)); err != nil {
		return fmt.Errorf("removing an evidence file: %w", explain(err, v.dir))
	}
	return nil
}

// rewrapFiles wraps the key of every evidence file under another evidence secret.
func rewrapFiles(ctx context.Context, tx *sql.Tx, old, fresh Secret) error {
	sealed := map[string]string{}
	rows, err := tx.QueryContext(ctx, "SELECT id, sealed FROM vault_file")
	if err != nil {
		return fmt.Errorf("reading the evidence keys: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var id, s string
		if err := rows.Scan(&id, &s); err != nil {
			return fmt.Errorf("reading the evidence keys: %w", err)
		}
		sealed[id] = s
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("reading the evidence keys: %w", err)
	}
	for id, s := range sealed {
		key, err := unseal(old.Key, s, []byte(id))
		if err != nil {
			return ErrDatabaseDamaged
		}
		again, err := seal(fresh.Key, key, []byte(id))
		clear(key)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "UPDATE vault_file SET sealed = ? WHERE id = ?", again, id); err != nil {
			return fmt.Errorf("storing an evidence key: %w", err)
		}
	}
	return nil
}

// OpenEvidence returns the content of an evidence file after the whole of it has been compared with
// the hash taken when it came in. The caller closes it. Errors: ErrEvidenceDamaged.
func (v *Vault) OpenEvidence(ctx context.Context, id string) (io.ReadCloser, error) {
	var f EvidenceFile
	var sealed string
	row := v.db.QueryRowContext(ctx, "SELECT id, sealed, sha256, size FROM vault_file WHERE id = ?", id)
	if err := row.Scan(&f.ID, &sealed, &f.SHA256, &f.Size); err != nil {
		if errors.Is(err, sql.ErrNoRows) {
			return nil, ErrEvidenceDamaged
		}
		return nil, v.Explain(fmt.Errorf("reading an evidence key: %w", err))
	}
	identity, err := v.fileIdentity(ctx, f.ID, sealed)
	if err != nil {
		return nil, err
	}
	file, err := os.Open(filepath.Join(v.path(evidenceFolder), f.ID))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrEvidenceDamaged, err)
	}
	if err := f.verify(file, identity); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	content, err := age.Decrypt(file, identity)
	if err != nil {
		return nil, errors.Join(ErrEvidenceDamaged, file.Close())
	}
	return &evidenceReader{Reader: content, file: file}, nil
}

func (v *Vault) fileIdentity(ctx context.Context, id, sealed string) (age.Identity, error) {
	wrap, err := v.newest(ctx, secretEvidence)
	if err != nil {
		return nil, err
	}
	defer clear(wrap.Key)
	key, err := unseal(wrap.Key, sealed, []byte(id))
	if err != nil {
		return nil, ErrEvidenceDamaged
	}
	defer clear(key)
	identity, err := age.ParseX25519Identity(string(key))
	if err != nil {
		return nil, ErrEvidenceDamaged // the cause would quote the key
	}
	return identity, nil
}

// verify reads the whole file once and goes back to its beginning.
func (f EvidenceFile) verify(file io.ReadSeeker, identity age.Identity) error {
	content, err := age.Decrypt(file, identity)
	if err != nil {
		return ErrEvidenceDamaged
	}
	sum := sha256.New()
	n, err := io.Copy(sum, content)
	if err != nil || n != f.Size || hex.EncodeToString(sum.Sum(nil)) != f.SHA256 {
		return ErrEvidenceDamaged
	}
	_, err = file.Seek(0, io.SeekStart)
	return err
}

type evidenceReader struct {
	io.Reader
	file *os.File
}

// Close implements io.Closer.
func (r *evidenceReader) Close() error { return r.file.Close() }

// EvidenceFile returns what is kept about an evidence file. Errors: ErrEvidenceDamaged for one the vault
// does not know.
func (v *Vault) EvidenceFile(ctx context.Context, id string) (EvidenceFile, error) {
	f := EvidenceFile{ID: id}
	err := v.db.QueryRowContext(ctx, "SELECT sha256, size FROM vault_file WHERE id = ?", id).Scan(&f.SHA256, &f.Size)
	if errors.Is(err, sql.ErrNoRows) {
		return EvidenceFile{}, ErrEvidenceDamaged
	}
	return f, v.Explain(err)
}

// EvidenceFiles lists the evidence files by id.
func (v *Vault) EvidenceFiles(ctx context.Context) ([]EvidenceFile, error) {
	rows, err := v.db.QueryContext(ctx, "SELECT id, sha256, size FROM vault_file ORDER BY id")
	if err != nil {
		return nil, v.Explain(fmt.Errorf("listing evidence: %w", err))
	}
	defer rows.Close()
	var files []EvidenceFile
	for rows.Next() {
		var f EvidenceFile
		if err := rows.Scan(&f.ID, &f.SHA256, &f.Size); err != nil {
			return nil, v.Explain(fmt.Errorf("listing evidence: %w", err))
		}
		files = append(files, f)
	}
	return files, v.Explain(rows.Err())
}
