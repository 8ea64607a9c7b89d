package server

import (
	"context"
	"time"

	"keyholder/server/web"
)

// Vault is the encrypted vault as the frame sees it. Errors a person can act on carry a message key
// (see errors.go).
type Vault interface {
	// Exists reports whether the data folder holds a vault already.
	Exists() (bool, error)
	// Create makes the vault and returns it open, with the recovery key to write down.
	Create(ctx context.Context, passphrase string) (o *web.Opened, recovery string, err error)
	// Unlock opens the vault with a passphrase or the recovery key. When it is open already the
	// secret is checked and the same vault is returned.
	Unlock(ctx context.Context, secret string) (*web.Opened, error)
	// Phrase generates a passphrase to offer.
	Phrase() string
	// Strength says how hard a passphrase is to guess.
	Strength(passphrase string) Strength
	// SealDraft keeps a form that was sent into a lock, readable only after the next unlock.
	SealDraft(plaintext []byte) error
}

// Strength is an estimate of how hard a passphrase is to guess.
type Strength struct {
	Level    string // "short", "weak", "fair", "good" or "strong"
	Reason   string // message key: what would make it better, or that it will do
	Accepted bool
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
