package vault

import (
	"archive/tar"
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"filippo.io/age"
)

func TestBackup_restoreOnACleanMachine(t *testing.T) {
	v, recovery := made(t)
	addNotes(t, v, 7, marker)
	file, err := v.PutEvidence(t.Context(), strings.NewReader("a picture"))
	if err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(t.TempDir(), "stick")
	path, err := v.Backup(t.Context(), folder)
	if err != nil {
		t.Fatal(err)
	}
	if name := filepath.Base(path); !regexp.MustCompile(`^[0-9a-f]{16}\.tar$`).MatchString(name) {
		t.Errorf("the backup is called %q", name)
	}
	left, err := os.ReadDir(folder)
	if err != nil || len(left) != 1 {
		t.Errorf("%d files beside the backup (%v), want 1", len(left), err)
	}
	print := fingerprintOf(t, v)
	addNotes(t, v, 1, "after the backup")
	closed(t, v)
	dir := filepath.Join(t.TempDir(), "elsewhere")
	got, err := Restore(t.Context(), path, dir, strings.ToLower(recovery), cheap())
	if err != nil {
		t.Fatal(err)
	}
	if got.Fingerprint != print || got.Files != 3 || time.Since(got.Made) > time.Minute {
		t.Errorf("restored %+v, want 3 files signed by %s", got, print)
	}
	for _, secret := range []string{recovery, testPass} {
		w := unlocked(t, dir, secret)
		if notes(t, w) != 7 {
			t.Errorf("%d notes, want 7", notes(t, w))
		}
		wantEvidence(t, w, file.ID, "a picture")
		closed(t, w)
	}
	if _, err := Restore(t.Context(), path, dir, recovery, cheap()); !errors.Is(err, ErrExists) {
		t.Errorf("restoring over a vault gave %v, want %v", err, ErrExists)
	}
}

func TestRestore_refusals(t *testing.T) {
	v, recovery := made(t)
	addNotes(t, v, 7, "x")
	path, err := v.Backup(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	closed(t, v)
	_, other := made(t)
	good := content(t, path)
	restore := func(key string) error {
		dir := filepath.Join(t.TempDir(), "data")
		_, err := Restore(t.Context(), path, dir, key, cheap())
		if there, statErr := os.ReadDir(dir); err != nil && statErr == nil && len(there) != 0 {
			t.Errorf("a failed restore left %d files", len(there))
		}
		return err
	}
	if err := restore(other); !errors.Is(err, ErrBackupKey) {
		t.Errorf("the key of another vault gave %v, want %v", err, ErrBackupKey)
	}
	if err := restore(testPass); !errors.Is(err, ErrBackupKey) {
		t.Errorf("a passphrase gave %v, want %v", err, ErrBackupKey)
	}
	if err := restore(recovery[:len(recovery)-1] + "*"); err == nil {
		t.Error("a mistyped key was accepted")
	}
	for at := 1700; at < len(good); at += 5000 { // 1700 lies in the locked identity
		bad := bytes.Clone(good)
		bad[at] ^= 1
		overwrite(t, path, bad)
		if err := restore(recovery); Key(err) == "" {
			t.Errorf("byte %d of %d flipped: %v", at, len(good), err)
		}
	}
	for _, n := range []int{0, 511, 3000, len(good) / 2, len(good) - 3000} {
		overwrite(t, path, good[:n])
		if err := restore(recovery); !errors.Is(err, ErrBackupDamaged) {
			t.Errorf("cut to %d bytes: %v, want %v", n, err, ErrBackupDamaged)
		}
	}
	overwrite(t, path, good)
	if err := restore(recovery); err != nil {
		t.Errorf("the sound backup: %v", err)
	}
}

func TestBackup_furtherRecipient(t *testing.T) {
	v, _ := made(t)
	organisation, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	path, err := v.Backup(t.Context(), t.TempDir(), organisation.Recipient().String())
	if err != nil {
		t.Fatal(err)
	}
	outer := tar.NewReader(bytes.NewReader(content(t, path)))
	for entry := new(tar.Header); entry.Name != backupContent; {
		if entry, err = outer.Next(); err != nil {
			t.Fatal(err)
		}
	}
	r, err := age.Decrypt(outer, organisation)
	if err != nil {
		t.Fatal(err)
	}
	if first, err := tar.NewReader(r).Next(); err != nil || first.Name != headerName {
		t.Errorf("the organisation finds %v (%v), want %s", first, err, headerName)
	}
	if _, err := v.Backup(t.Context(), t.TempDir(), "age1nonsense"); err == nil {
		t.Error("a recipient that is none was accepted")
	}
	closed(t, v)
}

func TestBackup_expires(t *testing.T) {
	v, _ := made(t)
	now := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	v.opt.Now = func() time.Time { return now }
	folder := t.TempDir()
	first, err := v.Backup(t.Context(), folder)
	if err != nil {
		t.Fatal(err)
	}
	now = now.Add(BackupLife)
	second, err := v.Backup(t.Context(), folder)
	if err != nil {
		t.Fatal(err)
	}
	if all, err := v.Backups(t.Context()); err != nil || len(all) != 2 || all[0].Expired || !all[0].Here {
		t.Fatalf("after exactly its life: %+v (%v)", all, err)
	}
	now = now.Add(time.Second)
	if all, err := v.Backups(t.Context()); err != nil || !all[0].Expired || all[1].Expired {
		t.Fatalf("after its life: %+v (%v)", all, err)
	}
	if _, err := v.Backup(t.Context(), folder); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(first); err == nil {
		t.Error("the expired backup is still there")
	}
	if _, err := os.Stat(second); err != nil {
		t.Errorf("the other backup is gone: %v", err)
	}
	if all, err := v.Backups(t.Context()); err != nil || len(all) != 2 {
		t.Errorf("%d backups listed (%v), want 2", len(all), err)
	}
	closed(t, v)
}
