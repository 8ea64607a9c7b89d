//go:build linux

package store_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"keyholder/casework"
	"keyholder/casework/casetest"
	"keyholder/casework/checklist"
	"keyholder/casework/personal"
	"keyholder/casework/store"
	"keyholder/casework/vault"
)

// The disk fills up while answers are saved: a plain message, nothing lost, and everything works
// again once there is room.
func TestStore_diskFull(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("mounting a small file system needs root")
	}
	small := t.TempDir()
	if err := syscall.Mount("tmpfs", small, "tmpfs", 0, "size=6m"); err != nil {
		t.Skipf("a small file system cannot be mounted here: %v", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(small, 0) })
	v, _, err := vault.Create(t.Context(), filepath.Join(small, "data"), string(casetest.Worker),
		[]byte(casetest.Passphrase), casetest.VaultOptions())
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), v, nil)
	if err != nil {
		t.Fatal(err)
	}
	id := casetest.Opened(t, s)
	kept, err := fill(t, s, id)
	if !errors.Is(err, vault.ErrDiskFull) {
		t.Errorf("after %d answers: %v, want %v", kept, err, vault.ErrDiskFull)
	}
	if heads, err := s.Heads(t.Context(), id); err != nil || len(heads) != kept {
		t.Errorf("%d heads (%v), want the %d acknowledged", len(heads), err, kept)
	}
	if err := os.WriteFile(filepath.Join(small, "rest"), make([]byte, 6<<20), 0o600); err == nil {
		t.Fatal("the disk is not full: the test would prove nothing")
	}
	if err := v.ChangePassphrase(string(casetest.Worker), []byte("lantern oyster pixel garden moth zinc")); !errors.Is(err, vault.ErrDiskFull) {
		t.Errorf("a change of passphrase gave %v, want %v", err, vault.ErrDiskFull)
	}
	if _, err := v.Rekey(t.Context(), []byte(casetest.Passphrase)); !errors.Is(err, vault.ErrDiskFull) {
		t.Errorf("a re-key gave %v, want %v", err, vault.ErrDiskFull)
	}
	if _, err := v.Backup(t.Context(), filepath.Join(small, "data", "backups")); !errors.Is(err, vault.ErrDiskFull) {
		t.Errorf("a backup gave %v, want %v", err, vault.ErrDiskFull)
	}
	if err := vault.SealDraft(v.Dir(), []byte("a form")); !errors.Is(err, vault.ErrDiskFull) {
		t.Errorf("sealing a draft gave %v, want %v", err, vault.ErrDiskFull)
	}
	_ = v.Close(context.Background()) // the log may not fit into the database now
	if err := os.Remove(filepath.Join(small, "rest")); err != nil {
		t.Fatal(err)
	}
	opensWith(t, v.Dir(), id, kept)
}

// fill saves answers until one is refused and returns how many were acknowledged.
func fill(t *testing.T, s *store.Store, id casework.CaseID) (kept int, err error) {
	t.Helper()
	for ; kept < 5000; kept++ {
		err := s.Apply(t.Context(), id, casework.Change{
			By: casetest.Worker, At: casetest.At(1), Verb: casework.VerbAnswer,
			Values: []casework.Value{{
				Slot: casework.Slot{Field: casework.Field(fmt.Sprintf("q:%d", kept))}, State: checklist.Yes,
				Text: personal.New(strings.Repeat("x", 3000)), Basis: casework.SurvivorSaid,
			}},
		})
		if err != nil {
			return kept, err
		}
	}
	return kept, nil
}

func opensWith(t *testing.T, dir string, id casework.CaseID, kept int) {
	t.Helper()
	v, err := vault.Unlock(t.Context(), dir, []byte(casetest.Passphrase), casetest.VaultOptions())
	if err != nil {
		t.Fatalf("unlocking once there is room: %v", err)
	}
	defer func() { _ = v.Close(context.Background()) }()
	if err := v.Integrity(t.Context()); err != nil {
		t.Errorf("integrity once there is room: %v", err)
	}
	s, err := store.Open(t.Context(), v, nil)
	if err != nil {
		t.Fatal(err)
	}
	if heads, err := s.Heads(t.Context(), id); err != nil || len(heads) != kept {
		t.Errorf("%d heads (%v), want the %d acknowledged", len(heads), err, kept)
	}
}
