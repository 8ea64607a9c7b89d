package vault

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"filippo.io/age"
)

// Restored tells what a backup held.
type Restored struct {
	Made        time.Time
	Fingerprint string // of the key that signed it; compare with the one on paper
	Files       int
}

// Restore unpacks a backup into dir, which must not hold a vault, with the recovery key. Everything is
// checked against the signed manifest before it is put in place. Unlock afterwards with the recovery
// key or a passphrase of the time of the backup.
//
// Errors: ErrExists, ErrRecoveryTypo, ErrBackupKey, ErrBackupDamaged, ErrFolderSynced, ErrDiskFull,
// ErrFolderNotWritable.
func Restore(ctx context.Context, path, dir, recovery string, o Options) (*Restored, error) {
	canonical, err := ParseRecoveryKey(recovery)
	if err != nil {
		if errors.Is(err, ErrWrongPassphrase) {
			err = ErrBackupKey
		}
		return nil, err
	}
	if err := PrepareFolder(dir, o.AllowSynced); err != nil {
		return nil, err
	}
	if err := refuseExisting(dir); err != nil {
		if errors.Is(err, ErrHeaderMissing) { // a database without a header: never write over it
			err = ErrExists
		}
		return nil, err
	}
	stage, err := os.MkdirTemp(dir, ".restore-*")
	if err != nil {
		return nil, explain(err, dir)
	}
	defer os.RemoveAll(stage)
	found, err := unpackBackup(ctx, path, stage, canonical)
	if err != nil {
		return nil, explain(err, dir)
	}
	return found, explain(putInPlace(stage, dir), dir)
}

// unpackBackup opens both layers into stage and checks what is there.
func unpackBackup(ctx context.Context, path, stage, recovery string) (*Restored, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBackupDamaged, err)
	}
	defer f.Close()
	outer := tar.NewReader(f)
	var identities []age.Identity
	for {
		entry, err := outer.Next()
		if err != nil { // the content was never found
			return nil, ErrBackupDamaged
		}
		switch entry.Name {
		case backupIdentity:
			if identities, err = unlockIdentity(outer, recovery); err != nil {
				return nil, err
			}
		case backupContent:
			content, err := age.Decrypt(outer, identities...)
			if err != nil {
				return nil, ErrBackupDamaged
			}
			return unpackContent(ctx, content, stage)
		}
	}
}

func unlockIdentity(r io.Reader, recovery string) ([]age.Identity, error) {
	locked, err := io.ReadAll(io.LimitReader(r, 1<<16))
	if err != nil {
		return nil, ErrBackupDamaged
	}
	key, err := age.NewScryptIdentity(recovery)
	if err != nil {
		return nil, ErrBackupKey
	}
	key.SetMaxWorkFactor(recoveryWork)
	plain, err := decryptAge(locked, 1<<10, key)
	var wrong *age.NoIdentityMatchError
	switch {
	case errors.As(err, &wrong):
		return nil, ErrBackupKey
	case err != nil:
		return nil, ErrBackupDamaged
	}
	defer clear(plain)
	identities, err := age.ParseIdentities(bytes.NewReader(plain))
	if err != nil {
		return nil, ErrBackupDamaged // the cause would quote the key
	}
	return identities, nil
}

// unpackContent writes the files of the inner tar to stage, by name and nothing else.
func unpackContent(ctx context.Context, r io.Reader, stage string) (*Restored, error) {
	if err := os.Mkdir(filepath.Join(stage, evidenceFolder), 0o700); err != nil {
		return nil, err
	}
	sums := map[string]string{}
	w := tar.NewReader(r)
	for ctx.Err() == nil {
		entry, err := w.Next()
		if errors.Is(err, io.EOF) {
			return checkManifest(stage, sums)
		}
		if err != nil || !expectedName(entry.Name) || entry.Typeflag != tar.TypeReg || sums[entry.Name] != "" {
			return nil, ErrBackupDamaged
		}
		if sums[entry.Name], err = extract(w, filepath.Join(stage, filepath.FromSlash(entry.Name))); err != nil {
			return nil, err
		}
	}
	return nil, ctx.Err()
}

func expectedName(name string) bool {
	switch name {
	case headerName, databaseName, manifestName, signatureName:
		return true
	}
	id, ok := strings.CutPrefix(name, evidenceFolder+"/")
	_, err := hex.DecodeString(id)
	return ok && err == nil && len(id) == 32
}

// extract writes one file and returns its SHA-256.
func extract(r io.Reader, path string) (string, error) {
	out, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return "", err
	}
	defer out.Close()
	sum := sha256.New()
	if _, err := io.Copy(out, io.TeeReader(r, sum)); err != nil {
		if Key(explain(err, filepath.Dir(path))) != "" {
			return "", err
		}
		return "", fmt.Errorf("%w: %w", ErrBackupDamaged, err)
	}
	return hex.EncodeToString(sum.Sum(nil)), out.Sync()
}

// checkManifest compares signature, list and hashes with what was unpacked.
func checkManifest(stage string, sums map[string]string) (*Restored, error) {
	m, signer, err := readManifest(stage)
	if err != nil {
		return nil, err
	}
	if !m.lists(sums) {
		return nil, ErrBackupDamaged
	}
	h, err := loadHeader(filepath.Join(stage, headerName))
	if err != nil || h.ID != m.Vault {
		return nil, ErrBackupDamaged
	}
	return &Restored{Made: m.Made, Fingerprint: fingerprint(signer), Files: len(m.SHA256)}, nil
}

// readManifest reads the manifest and checks its signature with the key it names.
func readManifest(stage string) (m manifest, signer ed25519.PublicKey, err error) {
	body, err := os.ReadFile(filepath.Join(stage, manifestName))
	if err != nil {
		return m, nil, ErrBackupDamaged
	}
	sig, err := os.ReadFile(filepath.Join(stage, signatureName))
	if err != nil {
		return m, nil, ErrBackupDamaged
	}
	if json.Unmarshal(body, &m) != nil || m.Format != headerFormat+"-backup" {
		return m, nil, ErrBackupDamaged
	}
	if m.Version > 1 {
		return m, nil, ErrNewerSchema
	}
	signer, err = base64.StdEncoding.DecodeString(m.Signer)
	if err != nil || len(signer) != ed25519.PublicKeySize || !ed25519.Verify(signer, body, sig) {
		return m, nil, ErrBackupDamaged
	}
	return m, signer, nil
}

// lists reports whether exactly the unpacked files stand in the manifest, each with its hash.
func (m manifest) lists(sums map[string]string) bool {
	for name, sum := range m.SHA256 {
		if sums[name] != sum {
			return false
		}
	}
	const unlisted = 2 // manifest and signature
	return len(m.SHA256) == len(sums)-unlisted && m.SHA256[headerName] != "" && m.SHA256[databaseName] != ""
}

// putInPlace moves the files; the header goes last, because it is what makes the folder a vault.
func putInPlace(stage, dir string) error {
	_ = os.Remove(filepath.Join(dir, evidenceFolder)) // an empty one; a full one makes the rename fail
	for _, name := range []string{evidenceFolder, databaseName, headerName} {
		if err := os.Rename(filepath.Join(stage, name), filepath.Join(dir, name)); err != nil {
			return err
		}
	}
	syncDir(dir)
	return nil
}
