package server

import (
	"context"
	"time"

	"keyholder/casework"
)

// Vault is the encrypted vault as the frame sees it. Errors a person can act on carry a message key
// (see errors.go).
type Vault interface {
	// Exists reports whether the data folder holds a vault already.
	Exists() (bool, error)
	// Create makes the vault and returns it open, with the recovery key to write down.
	Create(ctx context.Context, passphrase string) (o *Opened, recovery string, err error)
	// Unlock opens the vault with a passphrase or the recovery key. When it is open already the
	// secret is checked and the same vault is returned.
	Unlock(ctx context.Context, secret string) (*Opened, error)
	// Phrase generates a passphrase to offer.
	Phrase() string
	// Strength says how hard a passphrase is to guess.
	Strength(passphrase string) Strength
	// SealDraft keeps a form that was sent into a lock, readable only after the next unlock.
	SealDraft(plaintext []byte) error
}

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

// Strength is an estimate of how hard a passphrase is to guess.
type Strength struct {
	Level    string // "short", "weak", "fair", "good" or "strong"
	Reason   string // message key: what would make it better, or that it will do
	Accepted bool
}

// Draft is a form that was kept sealed.
type Draft struct {
	ID   string
	Body []byte
}

// Keeper is what outlives a lock: the launch tokens, the browsers that redeemed one, and how often a
// wrong passphrase was tried. The supervisor process is the keeper; it sees hashes only.
type Keeper interface {
	// Redeem exchanges the hash of a launch token for a ticket, known by its hash, once.
	Redeem(tokenHash, ticketHash string) (bool, error)
	// HasTicket reports whether a browser with this ticket was let in.
	HasTicket(ticketHash string) bool
	// Try counts one attempt to unlock and returns how long to wait before it is allowed; zero means
	// go on.
	Try() (wait time.Duration, err error)
	// Right forgets the attempts after a right passphrase.
	Right() error
}
