package vault

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

const (
	testPass  = "kettle walnut tundra sofa violin mint"
	otherPass = "lantern oyster pixel garden moth zinc"
	worker    = "00000000000000000000000000000001"
)

// cheap is the least Argon2id can do: these tests are about what comes after it.
func cheap() Options { return Options{KDF: KDF{Passes: 1, MemKiB: 64, Threads: 1}} }

// made returns a new vault with one table of notes, and its recovery key.
func made(t testing.TB) (*Vault, string) {
	t.Helper()
	v, recovery, err := Create(t.Context(), filepath.Join(t.TempDir(), "data"), worker, []byte(testPass), cheap())
	if err != nil {
		t.Fatal(err)
	}
	exec(t, v, "CREATE TABLE note (id INTEGER PRIMARY KEY, body TEXT NOT NULL)")
	return v, recovery
}

func exec(t testing.TB, v *Vault, query string, args ...any) {
	t.Helper()
	if _, err := v.DB().Exec(query, args...); err != nil {
		t.Fatal(err)
	}
}

func addNotes(t testing.TB, v *Vault, n int, body string) {
	t.Helper()
	for range n {
		exec(t, v, "INSERT INTO note (body) VALUES (?)", body)
	}
}

func notes(t testing.TB, v *Vault) (n int) {
	t.Helper()
	if err := v.DB().QueryRow("SELECT count(*) FROM note").Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func closed(t testing.TB, v *Vault) string {
	t.Helper()
	if err := v.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
	return v.Dir()
}

func unlocked(t testing.TB, dir, secret string) *Vault {
	t.Helper()
	v, err := Unlock(t.Context(), dir, []byte(secret), cheap())
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// refused unlocks and expects a failure.
func refused(t testing.TB, dir, secret string, want error) {
	t.Helper()
	v, err := Unlock(t.Context(), dir, []byte(secret), cheap())
	if err == nil {
		closed(t, v)
	}
	if !errors.Is(err, want) {
		t.Errorf("unlocking gave %v, want %v", err, want)
	}
}

func TestVault_roundTrip(t *testing.T) {
	v, recovery := made(t)
	addNotes(t, v, 3, "a note")
	if err := v.AddPassphrase("2", []byte(otherPass)); err != nil {
		t.Fatal(err)
	}
	if err := v.AddPassphrase("2", []byte(testPass)); !errors.Is(err, ErrSlotExists) {
		t.Errorf("a second slot for the same worker gave %v, want %v", err, ErrSlotExists)
	}
	dir := closed(t, v)
	for _, tc := range []struct{ secret, worker string }{
		{testPass, worker},
		{otherPass, "2"},
		{recovery, ""},
		{strings.ToLower(strings.ReplaceAll(recovery, "-", " ")) + "\n", ""},
	} {
		v := unlocked(t, dir, tc.secret)
		if notes(t, v) != 3 || v.Worker() != tc.worker || v.Repaired() {
			t.Errorf("unlocked as %q with %d notes, repaired %t; want %q, 3, false", v.Worker(), notes(t, v), v.Repaired(), tc.worker)
		}
		if err := v.CheckSecret([]byte(tc.secret)); err != nil {
			t.Errorf("verifying the secret that opened the vault: %v", err)
		}
		if err := v.CheckSecret([]byte("not the secret at all")); !errors.Is(err, ErrWrongPassphrase) {
			t.Errorf("verifying another secret gave %v", err)
		}
		closed(t, v)
	}
	refused(t, dir, "tundra sofa violin mint kettle walnut", ErrWrongPassphrase)
	refused(t, dir, "", ErrWrongPassphrase)
	if _, _, err := Create(t.Context(), dir, worker, []byte(testPass), cheap()); !errors.Is(err, ErrExists) {
		t.Errorf("creating over a vault gave %v, want %v", err, ErrExists)
	}
}

func TestVault_changePassphrase_rewritesOneSlot(t *testing.T) {
	v, recovery := made(t)
	if err := v.AddPassphrase("2", []byte(otherPass)); err != nil {
		t.Fatal(err)
	}
	before := v.header.clone()
	fresh := "pebble quartz raven igloo thistle wagon"
	if err := v.ChangePassphrase("3", []byte(fresh)); !errors.Is(err, ErrNoSlot) {
		t.Errorf("changing the passphrase of nobody gave %v, want %v", err, ErrNoSlot)
	}
	if err := v.ChangePassphrase("2", []byte(fresh)); err != nil {
		t.Fatal(err)
	}
	for i, s := range v.header.Slots {
		if changed := s != before.Slots[i]; changed != (s.Worker == "2") {
			t.Errorf("slot %d of worker %q: changed is %t", i, s.Worker, changed)
		}
	}
	dir := closed(t, v)
	refused(t, dir, otherPass, ErrWrongPassphrase)
	closed(t, unlocked(t, dir, fresh))
	closed(t, unlocked(t, dir, testPass))
	closed(t, unlocked(t, dir, recovery))
}

func TestVault_replaceRecoveryKey(t *testing.T) {
	v, old := made(t)
	fresh, err := v.ReplaceRecoveryKey()
	if err != nil {
		t.Fatal(err)
	}
	dir := closed(t, v)
	refused(t, dir, old, ErrWrongPassphrase)
	closed(t, unlocked(t, dir, fresh))
	closed(t, unlocked(t, dir, testPass))
}

func TestVault_recoveryKeyTypo(t *testing.T) {
	v, recovery := made(t)
	dir := closed(t, v)
	for _, letter := range []string{"7", "Q", "U", "*"} {
		if recovery[6:7] == letter {
			continue
		}
		wrong := recovery[:6] + letter + recovery[7:]
		_, err := Unlock(t.Context(), dir, []byte(wrong), cheap())
		var typo *RecoveryTypo
		if !errors.As(err, &typo) || !errors.Is(err, ErrRecoveryTypo) || typo.Group != 2 {
			t.Errorf("%s in the second group gave %v, want a *RecoveryTypo for group 2", letter, err)
		}
	}
	refused(t, dir, recovery[:len(recovery)-1], ErrRecoveryTypo)
	refused(t, dir, "kettle walnut tundra sofa v", ErrWrongPassphrase)
}

func TestVault_weakPassphraseMakesNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	for pass, want := range map[string]error{"short": ErrPassphraseShort, "passwordpassword": ErrPassphraseWeak} {
		if _, _, err := Create(t.Context(), dir, worker, []byte(pass), cheap()); !errors.Is(err, want) {
			t.Errorf("creating gave %v, want %v", err, want)
		}
	}
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a refused passphrase left a folder behind (%v)", err)
	}
}

func TestVault_modes(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no file modes")
	}
	v, _ := made(t)
	addNotes(t, v, 1, "x")
	if _, err := v.PutEvidence(t.Context(), strings.NewReader("x")); err != nil {
		t.Fatal(err)
	}
	if err := SealDraft(v.Dir(), []byte("x")); err != nil {
		t.Fatal(err)
	}
	seen := 0
	err := filepath.WalkDir(v.Dir(), func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		seen++
		want := fs.FileMode(0o600)
		if d.IsDir() {
			want = 0o700
		}
		if got := info.Mode().Perm(); got != want {
			t.Errorf("%s has mode %v, want %v", filepath.Base(path), got, want)
		}
		return nil
	})
	if err != nil || seen < 8 {
		t.Fatalf("looked at %d files (%v)", seen, err)
	}
	closed(t, v)
}

// marker stands for what must never reach a disk in the open.
const marker = "MARKER-7d1f-plain"

// holdsMarker returns the files below dir that show the marker or a plain database.
func holdsMarker(t testing.TB, dir string) (files []string, looked int) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		looked++
		if bytes.Contains(b, []byte(marker)) || bytes.HasPrefix(b, []byte("SQLite format 3")) {
			files = append(files, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files, looked
}

func TestVault_noPlainTextOnDisk(t *testing.T) {
	v, _ := made(t)
	addNotes(t, v, 40, strings.Repeat(marker, 50))
	exec(t, v, "CREATE INDEX by_body ON note (body)") // sorts
	if _, err := v.PutEvidence(t.Context(), strings.NewReader(marker)); err != nil {
		t.Fatal(err)
	}
	if err := SealDraft(v.Dir(), []byte(marker)); err != nil {
		t.Fatal(err)
	}
	if err := v.KeepCopy(t.Context(), "0002"); err != nil {
		t.Fatal(err)
	}
	if _, err := v.Backup(t.Context(), filepath.Join(v.Dir(), "backups")); err != nil {
		t.Fatal(err)
	}
	if files, looked := holdsMarker(t, v.Dir()); len(files) > 0 || looked < 8 {
		t.Errorf("open: plain text in %v (%d files looked at)", files, looked)
	}
	if _, err := v.Rekey(t.Context(), []byte(testPass)); err != nil {
		t.Fatal(err)
	}
	dir := closed(t, v)
	if files, looked := holdsMarker(t, dir); len(files) > 0 || looked < 5 {
		t.Errorf("locked: plain text in %v (%d files looked at)", files, looked)
	}
}

func TestVault_auditHeadLagsButArrives(t *testing.T) {
	v, _ := made(t)
	for i := range int64(auditLag + 5) {
		if err := v.NoteAuditHead(AuditHead{Count: i + 1, Hash: fmt.Sprint(i + 1)}); err != nil {
			t.Fatal(err)
		}
	}
	if got := v.SavedAuditHead().Count; got != auditLag {
		t.Errorf("the header knows %d entries before closing, want %d", got, auditLag)
	}
	v = unlocked(t, closed(t, v), testPass)
	if got := v.SavedAuditHead().Count; got != auditLag+5 {
		t.Errorf("the header knows %d entries after closing, want %d", got, auditLag+5)
	}
	closed(t, v)
}
