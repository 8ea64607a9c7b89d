package vault

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// Options set how a vault is made and opened. The zero value is what a user gets.
type Options struct {
	// KDF is the cost for new slots; the zero value means DefaultKDF. A caller that asks for less
	// than the smallest accepted cost (tests do) accepts such slots when unlocking too.
	KDF KDF
	// AllowSynced makes a vault in a folder that a cloud service copies.
	AllowSynced bool
	// Now tells the time for the expiry of backups; nil means time.Now.
	Now func() time.Time
}

func (o Options) kdf() KDF {
	if o.KDF == (KDF{}) {
		return DefaultKDF()
	}
	return o.KDF
}

func (o Options) leastMemory() uint32 { return min(minMemKiB, o.kdf().MemKiB) }

func (o Options) now() time.Time {
	if o.Now == nil {
		return time.Now()
	}
	return o.Now()
}

// Vault is an open vault. Its methods may be called from several goroutines, except Rekey and Close.
type Vault struct {
	dir      string
	opt      Options
	db       *sql.DB
	handle   string // of the data key in the keyring
	worker   string
	repaired bool

	mu      sync.Mutex // guards header and noted
	header  *header
	noted   AuditHead
	crashed func(step string) // set by the crash test of re-keying
}

// Create makes a vault in dir for a first worker. It returns the open vault and the recovery key to
// print or write down, which is kept nowhere. When it fails it leaves nothing behind.
//
// Errors: ErrExists, ErrHeaderMissing, ErrPassphraseShort, ErrPassphraseWeak, ErrFolderSynced,
// ErrFolderShared, ErrFolderNotWritable, ErrDiskFull.
func Create(ctx context.Context, dir, worker string, pass []byte, o Options) (*Vault, string, error) {
	if err := CheckPassphrase(pass); err != nil {
		return nil, "", err
	}
	if err := PrepareFolder(dir, o.AllowSynced); err != nil {
		return nil, "", err
	}
	if err := refuseExisting(dir); err != nil {
		return nil, "", err
	}
	if unfinished(dir) {
		dropNew(dir)
	}
	if err := writeFile(filepath.Join(dir, beginName), nil); err != nil {
		return nil, "", explain(err, dir)
	}
	v := &Vault{dir: dir, opt: o, worker: worker, handle: openKeys().put(randomBytes(keyBytes))}
	recovery, err := v.create(ctx, pass)
	if err != nil {
		err = explain(err, dir)
		v.abandon()
		dropNew(dir)
	}
	_ = os.Remove(filepath.Join(dir, beginName)) // Unlock removes one that would not go
	if err != nil {
		return nil, "", err
	}
	return v, recovery, nil
}

// dropNew removes what a vault that never had a header left behind.
func dropNew(dir string) {
	for _, name := range []string{databaseName, databaseName + "-wal", databaseName + "-shm", headerName, copyName} {
		_ = os.Remove(filepath.Join(dir, name))
	}
}

func refuseExisting(dir string) error {
	switch _, _, err := findHeader(dir); {
	case err == nil, errors.Is(err, ErrDamagedHeader), errors.Is(err, ErrNewerSchema):
		return ErrExists
	case errors.Is(err, ErrNoVault):
		return nil
	default:
		return err
	}
}

func (v *Vault) create(ctx context.Context, pass []byte) (recovery string, err error) {
	id := hex.EncodeToString(randomBytes(16))
	if v.db, err = createDatabase(ctx, v.path(databaseName), v.handle, id); err != nil {
		return "", fmt.Errorf("making the database: %w", err)
	}
	h := &header{Format: headerFormat, Version: headerVersion, ID: id}
	v.header = h
	if h.Drafts, err = v.newSecrets(ctx); err != nil {
		return "", err
	}
	key := v.key()
	mine, err := v.opt.newSlot(id, slot{Kind: SlotPassphrase, Worker: v.worker}, pass, key, nil)
	if err != nil {
		return "", err
	}
	spare, recovery, err := v.opt.newRecoverySlot(id, key, nil)
	if err != nil {
		return "", err
	}
	h.Slots = []slot{mine, spare}
	return recovery, writeHeader(v.dir, h, key)
}

// Unlock opens the vault in dir with a passphrase or the recovery key. A damaged header is repaired
// from its copy first, which Repaired reports; a re-key that was cut short is finished or undone.
//
// Errors: ErrNoVault, ErrHeaderMissing, ErrDamagedHeader, ErrWrongPassphrase, ErrRecoveryTypo,
// ErrDatabaseMissing, ErrDatabaseForeign, ErrDatabaseDamaged, ErrNotEncrypted, ErrNewerSchema,
// ErrInUse, ErrDiskFull, ErrFolderNotWritable.
func Unlock(ctx context.Context, dir string, pass []byte, o Options) (*Vault, error) {
	h, repaired, err := readHeader(dir)
	if err != nil {
		return nil, err
	}
	got, err := o.openSlot(h, pass)
	if err != nil {
		return nil, err
	}
	defer clear(got.next)
	v := &Vault{dir: dir, opt: o, header: h, repaired: repaired, worker: h.Slots[got.index].Worker}
	if !h.genuine(got.key) {
		clear(got.key)
		return nil, fmt.Errorf("%w: its authentication code does not fit", ErrDamagedHeader)
	}
	v.noted = h.Audit
	if err := v.unlock(ctx, got); err != nil {
		err = explain(err, dir)
		v.abandon()
		return nil, err
	}
	refreshCopy(dir, v.header)
	_ = os.Remove(filepath.Join(dir, beginName))
	return v, nil
}

func (v *Vault) unlock(ctx context.Context, got opened) error {
	if err := checkFile(v.path(databaseName)); err != nil {
		clear(got.key)
		return err
	}
	err := v.open(ctx, got.key)
	switch {
	case err == nil && v.header.rekeying():
		return v.undoRekey()
	case err == nil:
		return nil
	case v.header.rekeying() && errors.Is(explain(err, v.dir), ErrDatabaseForeign):
		if got.next == nil { // the re-key reached its end and left this slot out
			return ErrWrongPassphrase
		}
		if err := v.open(ctx, append([]byte(nil), got.next...)); err != nil {
			return err
		}
		return v.finishRekey(ctx)
	}
	return err
}

// open takes over key and opens the database with it.
func (v *Vault) open(ctx context.Context, key []byte) error {
	handle := openKeys().put(key)
	db, err := openDatabase(ctx, v.path(databaseName), handle, false)
	if err == nil {
		if err = checkIdentity(ctx, db, v.header.ID); err != nil {
			err = errors.Join(err, db.Close())
		}
	}
	if err != nil {
		openKeys().drop(handle)
		return err
	}
	v.db, v.handle = db, handle
	return nil
}

// abandon closes what is open after a failure.
func (v *Vault) abandon() {
	if v.db != nil {
		_ = v.db.Close()
	}
	openKeys().drop(v.handle)
}

// Close writes what is pending, closes the database and clears the data key. Copies that the garbage
// collector made stay until the process ends.
func (v *Vault) Close(ctx context.Context) error {
	err := v.saveAuditHead()
	err = errors.Join(err, checkpoint(ctx, v.db), v.db.Close())
	openKeys().drop(v.handle)
	return explain(err, v.dir)
}

// DB returns the open database. Rekey replaces it.
func (v *Vault) DB() *sql.DB { return v.db }

// Dir returns the folder of the vault.
func (v *Vault) Dir() string { return v.dir }

// Worker returns the id of the worker whose passphrase opened the vault; it is empty after the
// recovery key did.
func (v *Vault) Worker() string { return v.worker }

// Repaired reports whether the header was damaged and has been restored from its copy.
func (v *Vault) Repaired() bool { return v.repaired }

// Integrity reads every page of the database. It returns ErrDatabaseDamaged when one does not carry
// what was written to it.
func (v *Vault) Integrity(ctx context.Context) error {
	return explain(integrity(ctx, v.db), v.dir)
}

// auditLag is how many audit entries the header may lie behind: each write of it costs two syncs.
const auditLag = 32

// NoteAuditHead tells the vault of a new audit entry. The header gets it now and then and on Close.
func (v *Vault) NoteAuditHead(head AuditHead) error {
	v.mu.Lock()
	due := head.Count > v.noted.Count && head.Count >= v.header.Audit.Count+auditLag
	if head.Count > v.noted.Count {
		v.noted = head
	}
	v.mu.Unlock()
	if due {
		return v.saveAuditHead()
	}
	return nil
}

// SavedAuditHead returns the audit head that the header held when the vault was opened or last
// wrote it.
func (v *Vault) SavedAuditHead() AuditHead {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.header.Audit
}

func (v *Vault) saveAuditHead() error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.noted == v.header.Audit {
		return nil
	}
	return v.change(func(h *header) { h.Audit = v.noted })
}

// change edits a copy of the header, writes it, and keeps it only when that worked. It starts from what
// stands on the disk, so that a passphrase which another process changed is not changed back. The
// caller holds mu.
func (v *Vault) change(edit func(h *header)) error {
	h := v.current()
	edit(h)
	if err := writeHeader(v.dir, h, v.key()); err != nil {
		return err
	}
	v.header = h
	return nil
}

// current returns a copy of the header as it stands on the disk, or the one in memory where that cannot be
// read. Its slots may be others, and in another order, than those in memory.
func (v *Vault) current() *header {
	h := v.header.clone()
	if there, err := loadHeader(v.path(headerName)); err == nil && there.ID == h.ID && there.genuine(v.key()) {
		return there
	}
	return h
}

func (v *Vault) key() []byte { return openKeys().get(v.handle) }

func (v *Vault) path(name string) string { return filepath.Join(v.dir, name) }
