package web

import (
	"context"

	"keyholder/casework"
)

// Opened is a vault after unlock. All of it ends with the process.
type Opened struct {
	Record   casework.Record
	Cases    casework.Cases
	Audit    casework.Auditor
	Settings casework.Settings
	Releases casework.Releases
	Evidence casework.Evidence
	Worker   casework.WorkerID

	// Drafts returns the forms that were kept while the vault was locked, oldest first.
	Drafts func(ctx context.Context) ([]Draft, error)
	// DropDrafts forgets some of them by id, once the worker has saved them.
	DropDrafts func(ids ...string) error
	// Change sets a new passphrase; old is checked first.
	Change func(ctx context.Context, old, chosen string) error
	// NewRecovery replaces the recovery key and returns the new one to write down.
	NewRecovery func(ctx context.Context) (string, error)
	// Close closes the database. Only the end of the process removes the key from memory.
	Close func() error
}

// Draft is a form that was kept sealed.
type Draft struct {
	ID   string
	Body []byte
}
