package casetest

import (
	"path/filepath"
	"testing"

	"keyholder/casework/store"
	"keyholder/casework/vault"
)

// Passphrase opens the vaults of NewVault.
const Passphrase = "kettle walnut tundra sofa violin mint"

// VaultOptions is the least Argon2id can do. No test but the one that measures it needs more.
func VaultOptions() vault.Options {
	return vault.Options{KDF: vault.KDF{Passes: 1, MemKiB: 64, Threads: 1}}
}

// NewVault makes a real encrypted vault of Worker in a folder of the test, closes it with the test,
// and returns it open with its recovery key.
func NewVault(t testing.TB) (*vault.Vault, string) {
	t.Helper()
	v, recovery, err := vault.Create(t.Context(), filepath.Join(t.TempDir(), "data"), string(Worker),
		[]byte(Passphrase), VaultOptions())
	if err != nil {
		t.Fatalf("making a vault: %v", err)
	}
	t.Cleanup(func() { _ = v.DB().Close() })
	return v, recovery
}

// NewStore returns a store on a real encrypted database of its own.
func NewStore(t testing.TB) *store.Store {
	t.Helper()
	v, _ := NewVault(t)
	s, err := store.Open(t.Context(), v, nil)
	if err != nil {
		t.Fatalf("opening the store: %v", err)
	}
	return s
}
