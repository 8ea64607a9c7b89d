package main

import (
	"context"
	"errors"
	"sync"
	"time"

	"keyholder/casework"
	"keyholder/casework/store"
	"keyholder/casework/vault"
	"keyholder/server"
	"keyholder/server/web"
)

// vaultPort is the vault and its store as the server sees them.
type vaultPort struct {
	dir string
	opt vault.Options
	now func() time.Time

	mu     sync.Mutex
	vault  *vault.Vault // nil until unlock
	opened *web.Opened
}

// firstWorker is the id of the person who made the vault; more can be added later.
func firstWorker() string { return casework.NewID() }

// Exists reports whether the folder holds a vault.
func (p *vaultPort) Exists() (bool, error) { return vault.Exists(p.dir) }

// Create makes the vault and opens it.
func (p *vaultPort) Create(ctx context.Context, pass string) (*web.Opened, string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	v, recovery, err := vault.Create(ctx, p.dir, firstWorker(), []byte(pass), p.opt)
	if err != nil {
		return nil, "", err
	}
	o, err := p.open(ctx, v)
	return o, recovery, err
}

// Unlock opens the vault, or checks the secret when it is open already.
func (p *vaultPort) Unlock(ctx context.Context, secret string) (*web.Opened, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.vault != nil {
		return p.opened, p.vault.CheckSecret([]byte(secret))
	}
	v, err := vault.Unlock(ctx, p.dir, []byte(secret), p.opt)
	if err != nil {
		return nil, err
	}
	return p.open(ctx, v)
}

// open builds the store over an open vault; p.mu is held.
func (p *vaultPort) open(ctx context.Context, v *vault.Vault) (*web.Opened, error) {
	s, err := store.Open(ctx, v, p.now)
	if err != nil {
		return nil, errors.Join(err, v.Close(ctx))
	}
	worker, err := p.worker(ctx, v, s)
	if err != nil {
		return nil, errors.Join(err, v.Close(ctx))
	}
	p.vault = v
	p.opened = &web.Opened{
		Record: s, Cases: s, Audit: s, Settings: s, Releases: s, Evidence: s, Worker: worker,
		Drafts:     func(ctx context.Context) ([]web.Draft, error) { return drafts(ctx, v) },
		DropDrafts: v.DropDrafts,
		Change: func(_ context.Context, old, chosen string) error {
			if err := v.CheckSecret([]byte(old)); err != nil {
				return err
			}
			return v.ChangePassphrase(string(worker), []byte(chosen))
		},
		NewRecovery: func(context.Context) (string, error) { return v.ReplaceRecoveryKey() },
		Close:       func() error { return v.Close(context.Background()) },
	}
	return p.opened, nil
}

// worker says who unlocked. The recovery key belongs to nobody: then it is the worker who made the
// vault.
func (p *vaultPort) worker(ctx context.Context, v *vault.Vault, s *store.Store) (casework.WorkerID, error) {
	id := casework.WorkerID(v.Worker())
	known, err := s.Workers(ctx)
	if err != nil {
		return "", err
	}
	for _, w := range known {
		if w.ID == id || id == "" {
			return w.ID, nil
		}
	}
	return id, s.AddWorker(ctx, casework.Worker{ID: id, Added: p.now()}, id)
}

func drafts(ctx context.Context, v *vault.Vault) ([]web.Draft, error) {
	kept, _, err := v.OpenDrafts(ctx)
	if err != nil {
		return nil, err
	}
	list := make([]web.Draft, len(kept))
	for i, d := range kept {
		list[i] = web.Draft{ID: d.ID, Body: d.Body}
	}
	return list, nil
}

// Phrase generates a passphrase to offer.
func (p *vaultPort) Phrase() string { return vault.GeneratePhrase() }

// Strength says how hard a passphrase is to guess.
func (p *vaultPort) Strength(pass string) server.Strength {
	est := vault.EstimateStrength([]byte(pass))
	return server.Strength{
		Level: string(est.Level), Reason: est.Reason, Accepted: vault.CheckPassphrase([]byte(pass)) == nil,
	}
}

// SealDraft keeps a form that was sent into a lock.
func (p *vaultPort) SealDraft(plaintext []byte) error { return vault.SealDraft(p.dir, plaintext) }
