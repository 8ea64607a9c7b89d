package vault

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	"github.com/ncruces/go-sqlite3"
)

// Failure is an error a person can act on. Its value is a message key of the locale catalogue, whose
// text says what happened and what to do next. Test for one with errors.Is.
type Failure string

// The failures.
const (
	// ErrNoVault: the folder holds no vault yet.
	ErrNoVault Failure = "vault.error.none"
	// ErrExists: the folder holds a vault already, so none is made or restored there.
	ErrExists Failure = "vault.error.exists"
	// ErrWrongPassphrase: no slot opens with what was typed.
	ErrWrongPassphrase Failure = "vault.error.wrong_passphrase"
	// ErrRecoveryTypo: what was typed has the shape of a recovery key, but its check characters do
	// not fit. RecoveryTypo carries the group to look at.
	ErrRecoveryTypo Failure = "vault.error.recovery_typo"
	// ErrDamagedHeader: the header and its copy are both unreadable, or were changed from outside.
	ErrDamagedHeader Failure = "vault.error.damaged_header"
	// ErrHeaderMissing: there is a database but neither header nor copy.
	ErrHeaderMissing Failure = "vault.error.header_missing"
	// ErrDatabaseMissing: there is a header but no database.
	ErrDatabaseMissing Failure = "vault.error.database_missing"
	// ErrDatabaseForeign: the database is cut short, overwritten, or belongs to another header.
	ErrDatabaseForeign Failure = "vault.error.database_foreign"
	// ErrDatabaseDamaged: a page does not carry what was written to it.
	ErrDatabaseDamaged Failure = "vault.error.database_damaged"
	// ErrNotEncrypted: a readable database stands where the encrypted one should be.
	ErrNotEncrypted Failure = "vault.error.not_encrypted"
	// ErrNewerSchema: a newer version of the program wrote this vault.
	ErrNewerSchema Failure = "vault.error.newer_schema"
	// ErrDiskFull: there is no room left where the vault lies.
	ErrDiskFull Failure = "vault.error.disk_full"
	// ErrFolderNotWritable: the folder cannot be written to.
	ErrFolderNotWritable Failure = "vault.error.not_writable"
	// ErrFolderSynced: the folder is copied to a cloud service.
	ErrFolderSynced Failure = "vault.error.synced_folder"
	// ErrFolderShared: the folder is a home folder or the root of a disk.
	ErrFolderShared Failure = "vault.error.shared_folder"
	// ErrInUse: another program holds the database.
	ErrInUse Failure = "vault.error.in_use"
	// ErrPassphraseShort: fewer than MinPassphrase characters.
	ErrPassphraseShort Failure = "vault.error.passphrase_short"
	// ErrPassphraseWeak: long enough, but too easy to guess.
	ErrPassphraseWeak Failure = "vault.error.passphrase_weak"
	// ErrSlotExists: that worker has a passphrase already.
	ErrSlotExists Failure = "vault.error.slot_exists"
	// ErrNoSlot: that worker has no passphrase.
	ErrNoSlot Failure = "vault.error.no_slot"
	// ErrDraftsFull: there are MaxDrafts sealed drafts already.
	ErrDraftsFull Failure = "vault.error.drafts_full"
	// ErrDraftTooLarge: the draft is larger than MaxDraft bytes.
	ErrDraftTooLarge Failure = "vault.error.draft_too_large"
	// ErrEvidenceDamaged: an evidence file is missing or is not what was put in.
	ErrEvidenceDamaged Failure = "vault.error.evidence_damaged"
	// ErrEvidenceTooLarge: the evidence file is larger than MaxEvidence bytes.
	ErrEvidenceTooLarge Failure = "vault.error.evidence_too_large"
	// ErrBackupDamaged: the file is not a complete backup.
	ErrBackupDamaged Failure = "vault.error.backup_damaged"
	// ErrBackupKey: the recovery key does not open this backup.
	ErrBackupKey Failure = "vault.error.backup_key"
)

// Error implements error with the message key.
func (f Failure) Error() string { return string(f) }

// Key returns the message key of the first Failure in err, or "" when there is none.
func Key(err error) string {
	var f Failure
	if errors.As(err, &f) {
		return string(f)
	}
	return ""
}

// Explain adds the Failure that tells a person what a storage error means: a full disk, which SQLite
// reports as an input/output error, a damaged page, a folder that cannot be written to. It returns
// err itself when it knows nothing better, and nil for nil.
func (v *Vault) Explain(err error) error { return explain(err, v.dir) }

func explain(err error, dir string) error {
	if err == nil || Key(err) != "" {
		return err
	}
	if f := diagnose(err, dir); f != "" {
		return fmt.Errorf("%w: %w", f, err)
	}
	return err
}

func diagnose(err error, dir string) Failure {
	if f := diagnoseSQLite(err, dir); f != "" {
		return f
	}
	switch {
	case errors.Is(err, syscall.ENOSPC):
		return ErrDiskFull
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return ErrFolderNotWritable
	}
	return ""
}

func diagnoseSQLite(err error, dir string) Failure {
	code, extended, _ := sqliteCodes(err)
	switch code {
	case sqlite3.FULL:
		return ErrDiskFull
	case sqlite3.NOTADB:
		return ErrDatabaseForeign
	case sqlite3.CORRUPT:
		return ErrDatabaseDamaged
	case sqlite3.BUSY, sqlite3.LOCKED:
		return ErrInUse
	case sqlite3.READONLY, sqlite3.CANTOPEN, sqlite3.PERM:
		return fullOr(ErrFolderNotWritable, dir)
	case sqlite3.IOERR:
		return diagnoseInput(extended, dir)
	}
	return ""
}

// diagnoseInput tells a damaged page from a full disk: SQLite calls both an input/output error.
func diagnoseInput(extended sqlite3.ExtendedErrorCode, dir string) Failure {
	switch extended {
	case sqlite3.IOERR_DATA, sqlite3.IOERR_SHORT_READ, sqlite3.IOERR_CORRUPTFS:
		return ErrDatabaseDamaged
	}
	return fullOr("", dir)
}

// fullOr returns ErrDiskFull when hardly any room is left, otherwise the other failure. SQLite says
// "disk I/O error" for a full disk, so the free space decides.
func fullOr(other Failure, dir string) Failure {
	const little = 256 << 10 // bytes
	if free, err := freeSpace(dir); err == nil && free < little {
		return ErrDiskFull
	}
	return other
}

func sqliteCodes(err error) (sqlite3.ErrorCode, sqlite3.ExtendedErrorCode, bool) {
	var e *sqlite3.Error
	if errors.As(err, &e) {
		return e.Code(), e.ExtendedCode(), true
	}
	var x sqlite3.ExtendedErrorCode
	if errors.As(err, &x) {
		return x.Code(), x, true
	}
	var c sqlite3.ErrorCode
	if errors.As(err, &c) {
		return c, 0, true
	}
	return 0, 0, false
}

// Rule is a rule of the database schema.
type Rule string

// The rules.
const (
	RuleUnique    Rule = "unique"
	RuleReference Rule = "reference"
	RuleCheck     Rule = "check"
)

// BrokenRule returns the rule of the schema that a write broke, or "" for any other error.
func BrokenRule(err error) Rule {
	switch _, extended, _ := sqliteCodes(err); extended {
	case sqlite3.CONSTRAINT_UNIQUE, sqlite3.CONSTRAINT_PRIMARYKEY:
		return RuleUnique
	case sqlite3.CONSTRAINT_FOREIGNKEY:
		return RuleReference
	case sqlite3.CONSTRAINT_CHECK:
		return RuleCheck
	}
	return ""
}
