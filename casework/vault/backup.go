package vault

import (
	"archive/tar"
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
	"slices"
	"strings"
	"time"

	"filippo.io/age"
)

// BackupLife is how long a backup is kept: what a survivor had erased must not live on in backups.
const BackupLife = 35 * 24 * time.Hour

// The parts of a backup: a tar of howToOpen, the encrypted identity and the encrypted content, which
// is itself a tar of the vault's files and a signed manifest. docs/backup.md says how to open one
// without this program.
const (
	backupSuffix   = ".tar"
	backupHowTo    = "HOW-TO-OPEN.txt"
	backupIdentity = "recovery.age"
	backupContent  = "content.age"
	manifestName   = "manifest.json"
	signatureName  = "manifest.sig"
)

const howToOpen = `To open this file you need the recovery key that was written down, and the free
programs tar and age (https://age-encryption.org).

  tar xf THIS-FILE
  age -d -i recovery.age -o content.tar content.age
  tar xf content.tar

When age asks for a passphrase, type the recovery key as it is printed: capital
letters and digits, with the dashes.
`

// Backup is one backup the vault knows of.
type Backup struct {
	Path    string
	Made    time.Time
	Expired bool // older than BackupLife
	Here    bool // the file can be reached now
}

// manifest lists the files of a backup with their hashes, and is signed.
type manifest struct {
	Format  string            `json:"format"`
	Vault   string            `json:"vault"`
	Made    time.Time         `json:"made"`
	Signer  string            `json:"signer"` // Ed25519 public key, base64
	SHA256  map[string]string `json:"sha256"`
	Audit   AuditHead         `json:"audit"`
	Version int               `json:"version"`
}

// Backup writes a consistent copy of the whole vault into folder, encrypted so that the recovery key
// opens it, and the given further age recipients (of the organisation, say). The name of the file is
// random and tells no date. Backups that have expired are deleted first. It returns the path.
//
// Errors: ErrDiskFull, ErrFolderNotWritable.
func (v *Vault) Backup(ctx context.Context, folder string, recipients ...string) (string, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", explain(err, filepath.Dir(folder))
	}
	if _, err := v.DropExpiredBackups(ctx); err != nil {
		return "", err
	}
	abs, err := filepath.Abs(folder)
	if err != nil {
		return "", fmt.Errorf("finding the backup folder: %w", err)
	}
	path := filepath.Join(abs, hex.EncodeToString(randomBytes(8))+backupSuffix)
	if err := v.backup(ctx, path, recipients); err != nil {
		_ = os.Remove(path)
		return "", explain(err, abs)
	}
	_, err = v.db.ExecContext(ctx, "INSERT INTO vault_backup (path, made_at) VALUES (?, ?)", path, v.opt.now().Unix())
	return path, v.Explain(err)
}

func (v *Vault) backup(ctx context.Context, path string, recipients []string) error {
	if err := v.saveAuditHead(); err != nil {
		return err
	}
	v.mu.Lock()
	h := v.header.clone()
	v.mu.Unlock()
	to, identity, err := h.backupRecipients(recipients)
	if err != nil {
		return err
	}
	content := path + ".part"
	defer os.Remove(content)
	if err := v.writeContent(ctx, content, h, to); err != nil {
		return err
	}
	return writeTar(path, func(w *tar.Writer) error {
		if err := addBytes(w, backupHowTo, []byte(howToOpen)); err != nil {
			return err
		}
		if err := addBytes(w, backupIdentity, identity); err != nil {
			return err
		}
		_, err := addFile(w, backupContent, content)
		return err
	})
}

// backupRecipients returns who can open a backup, and the locked identity of the recovery key.
func (h *header) backupRecipients(further []string) (to []age.Recipient, identity []byte, err error) {
	for _, s := range h.Slots {
		if s.Kind != SlotRecovery || s.Fresh {
			continue
		}
		r, err := age.ParseX25519Recipient(s.Recipient)
		if err != nil {
			return nil, nil, ErrDamagedHeader
		}
		if identity, err = base64.StdEncoding.DecodeString(s.Identity); err != nil {
			return nil, nil, ErrDamagedHeader
		}
		to = append(to, r)
	}
	for _, text := range further {
		r, err := age.ParseX25519Recipient(text)
		if err != nil {
			return nil, nil, fmt.Errorf("reading a backup recipient: %w", err)
		}
		to = append(to, r)
	}
	if identity == nil {
		return nil, nil, ErrDamagedHeader
	}
	return to, identity, nil
}

// writeContent writes the encrypted inner tar.
func (v *Vault) writeContent(ctx context.Context, path string, h *header, to []age.Recipient) error {
	snapshot := v.path(".copy-" + hex.EncodeToString(randomBytes(8)))
	defer os.Remove(snapshot)
	if err := copyDatabase(ctx, v.db, snapshot, v.handle); err != nil {
		return err
	}
	headerBytes, err := h.encode()
	if err != nil {
		return err
	}
	out, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer out.Close()
	sealed, err := age.Encrypt(out, to...)
	if err != nil {
		return fmt.Errorf("encrypting the backup: %w", err)
	}
	w := tar.NewWriter(sealed)
	m := manifest{
		Format: headerFormat + "-backup", Version: 1, Vault: h.ID, Audit: h.Audit,
		Made: v.opt.now().UTC().Truncate(time.Second), SHA256: map[string]string{headerName: hexSum(headerBytes)},
	}
	err = addBytes(w, headerName, headerBytes)
	if err == nil {
		m.SHA256[databaseName], err = addFile(w, databaseName, snapshot)
	}
	if err == nil {
		err = v.addEvidence(ctx, w, m.SHA256)
	}
	if err == nil {
		err = v.addManifest(ctx, w, m)
	}
	return errors.Join(err, w.Close(), sealed.Close(), out.Sync())
}

func (v *Vault) addEvidence(ctx context.Context, w *tar.Writer, sums map[string]string) error {
	entries, err := os.ReadDir(v.path(evidenceFolder))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	for _, e := range entries {
		if err := ctx.Err(); err != nil {
			return err
		}
		name := evidenceFolder + "/" + e.Name()
		if sums[name], err = addFile(w, name, filepath.Join(v.path(evidenceFolder), e.Name())); err != nil {
			return err
		}
	}
	return nil
}

func (v *Vault) addManifest(ctx context.Context, w *tar.Writer, m manifest) error {
	seed, err := v.newest(ctx, secretSigning)
	if err != nil {
		return err
	}
	defer clear(seed.Key)
	key := ed25519.NewKeyFromSeed(seed.Key)
	defer clear(key)
	m.Signer = base64.StdEncoding.EncodeToString(key[ed25519.SeedSize:])
	body, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		return fmt.Errorf("encoding the manifest: %w", err)
	}
	if err := addBytes(w, manifestName, body); err != nil {
		return err
	}
	return addBytes(w, signatureName, ed25519.Sign(key, body))
}

// Fingerprint returns the fingerprint of the key that signs this vault's backups, to be compared on
// paper when one is restored.
func (v *Vault) Fingerprint(ctx context.Context) (string, error) {
	seed, err := v.newest(ctx, secretSigning)
	if err != nil {
		return "", err
	}
	defer clear(seed.Key)
	key := ed25519.NewKeyFromSeed(seed.Key)
	defer clear(key)
	return fingerprint(ed25519.PublicKey(key[ed25519.SeedSize:])), nil
}

func fingerprint(public ed25519.PublicKey) string {
	text := strings.ToUpper(hexSum(public)[:24])
	var groups []string
	for part := range slices.Chunk([]byte(text), 4) {
		groups = append(groups, string(part))
	}
	return strings.Join(groups, "-")
}

// Backups lists the backups made, oldest first.
func (v *Vault) Backups(ctx context.Context) ([]Backup, error) {
	rows, err := v.db.QueryContext(ctx, "SELECT path, made_at FROM vault_backup ORDER BY made_at, path")
	if err != nil {
		return nil, v.Explain(fmt.Errorf("listing backups: %w", err))
	}
	defer rows.Close()
	var all []Backup
	for rows.Next() {
		var b Backup
		var made int64
		if err := rows.Scan(&b.Path, &made); err != nil {
			return nil, v.Explain(fmt.Errorf("listing backups: %w", err))
		}
		b.Made = time.Unix(made, 0)
		b.Expired = v.opt.now().Sub(b.Made) > BackupLife
		_, err := os.Stat(b.Path)
		b.Here = err == nil
		all = append(all, b)
	}
	return all, v.Explain(rows.Err())
}

// DropExpiredBackups deletes the backups that have expired and can be reached, and returns how many.
// One that cannot be reached, on a stick in a drawer, stays listed.
func (v *Vault) DropExpiredBackups(ctx context.Context) (int, error) {
	all, err := v.Backups(ctx)
	if err != nil {
		return 0, err
	}
	dropped := 0
	for _, b := range all {
		if !b.Expired || !b.Here {
			continue
		}
		if err := os.Remove(b.Path); err != nil {
			return dropped, fmt.Errorf("deleting an expired backup: %w", explain(err, filepath.Dir(b.Path)))
		}
		if _, err := v.db.ExecContext(ctx, "DELETE FROM vault_backup WHERE path = ?", b.Path); err != nil {
			return dropped, v.Explain(fmt.Errorf("forgetting an expired backup: %w", err))
		}
		dropped++
	}
	return dropped, nil
}

// writeTar makes a tar file of mode 0600 and makes it durable.
func writeTar(path string, fill func(*tar.Writer) error) error {
	out, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer out.Close()
	w := tar.NewWriter(out)
	if err := errors.Join(fill(w), w.Close(), out.Sync()); err != nil {
		return err
	}
	syncDir(filepath.Dir(path))
	return nil
}

// tarHeader has no times and no owners: a backup tells no more than it must.
func tarHeader(name string, size int64) *tar.Header {
	return &tar.Header{Name: name, Mode: 0o600, Size: size, Typeflag: tar.TypeReg, Format: tar.FormatPAX}
}

func addBytes(w *tar.Writer, name string, b []byte) error {
	if err := w.WriteHeader(tarHeader(name, int64(len(b)))); err != nil {
		return err
	}
	_, err := w.Write(b)
	return err
}

// addFile adds a file and returns its SHA-256 in hexadecimal.
func addFile(w *tar.Writer, name, path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return "", err
	}
	if err := w.WriteHeader(tarHeader(name, info.Size())); err != nil {
		return "", err
	}
	sum := sha256.New()
	if _, err := io.Copy(io.MultiWriter(w, sum), f); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

func hexSum(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
