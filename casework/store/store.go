// Package store keeps cases in the encrypted database of a vault, through gorm. Rows are private
// types; the domain types of casework carry no trace of them.
package store

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"sync"
	"time"

	"gorm.io/gorm"

	"keyholder/casework"
	"keyholder/casework/vault"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// localOrg is the organisation of a vault on one computer, which holds one only.
const localOrg = "local"

// Store is the record in an open vault. Its methods may be called from several goroutines.
type Store struct {
	vault *vault.Vault
	db    *gorm.DB
	clock func() time.Time
	write sync.Mutex // one writer: SQLite has one anyway, and waiting here is fair
}

// Type checks.
var (
	_ casework.Record   = (*Store)(nil)
	_ casework.Cases    = (*Store)(nil)
	_ casework.Auditor  = (*Store)(nil)
	_ casework.Settings = (*Store)(nil)
	_ casework.Workers  = (*Store)(nil)
	_ casework.Releases = (*Store)(nil)
	_ casework.Evidence = (*Store)(nil)
)

// Open brings the database of v to the present schema, after copying both files of an existing one,
// and returns the store over it. clock tells the time of acts that carry none; nil means time.Now.
// After v.Rekey, open the store again. Errors: vault.ErrNewerSchema and those of the vault.
func Open(ctx context.Context, v *vault.Vault, clock func() time.Time) (*Store, error) {
	files, err := fs.Sub(migrationFiles, "migrations")
	if err != nil {
		return nil, fmt.Errorf("reading the migrations: %w", err)
	}
	return open(ctx, v, clock, files)
}

func open(ctx context.Context, v *vault.Vault, clock func() time.Time, migrations fs.FS) (*Store, error) {
	if clock == nil {
		clock = time.Now
	}
	if err := migrate(ctx, v, migrations); err != nil {
		return nil, v.Explain(err)
	}
	db, err := connect(v.DB(), true)
	if err != nil {
		return nil, v.Explain(err)
	}
	return &Store{vault: v, db: db, clock: clock}, nil
}

// transact runs do in one transaction that is written with the audit entry e, or not at all. When do
// returns errDone, nothing is written and nil is returned.
func (s *Store) transact(ctx context.Context, e casework.AuditEntry, do func(tx *gorm.DB) error) error {
	keys, err := s.auditKeys(ctx) // before the transaction, which must not wait for a connection
	if err != nil {
		return err
	}
	defer keys.clear()
	s.write.Lock()
	defer s.write.Unlock()
	var head vault.AuditHead
	err = s.db.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		if err := do(tx); err != nil {
			return err
		}
		head, err = appendAudit(tx, keys, e)
		return err
	})
	switch {
	case errors.Is(err, errDone):
		return nil
	case err != nil:
		return s.explain(err)
	}
	// The act is written; a header that cannot be written now catches up later.
	_ = s.vault.NoteAuditHead(head)
	return nil
}

// errDone ends a transaction that has nothing to do.
var errDone = errors.New("nothing to do")

// explain turns a storage error into one a person can act on.
func (s *Store) explain(err error) error {
	var domain *casework.Error
	var conflict *casework.Conflict
	if errors.As(err, &domain) || errors.As(err, &conflict) {
		return err
	}
	if errors.Is(err, gorm.ErrDuplicatedKey) || errors.Is(err, gorm.ErrCheckConstraintViolated) {
		return &casework.Error{Kind: casework.KindInvalid, Key: "error.record.value", Err: err}
	}
	return s.vault.Explain(err)
}

func notFound() error {
	return &casework.Error{Kind: casework.KindNotFound, Key: "error.case.not_found"}
}
