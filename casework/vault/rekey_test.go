package vault

import (
	"errors"
	"io"
	"os"
	"strings"
	"testing"
)

func TestRekey(t *testing.T) {
	v, oldRecovery := made(t)
	addNotes(t, v, 9, "x")
	if err := v.AddPassphrase("2", []byte(otherPass)); err != nil {
		t.Fatal(err)
	}
	file, err := v.PutEvidence(t.Context(), strings.NewReader("a picture"))
	if err != nil {
		t.Fatal(err)
	}
	if err := SealDraft(v.Dir(), []byte("draft before")); err != nil {
		t.Fatal(err)
	}
	if err := v.KeepCopy(t.Context(), "0002"); err != nil {
		t.Fatal(err)
	}
	before, print := content(t, v.path(databaseName)), fingerprintOf(t, v)
	if _, err := v.Rekey(t.Context(), []byte(otherPass+"?")); !errors.Is(err, ErrWrongPassphrase) {
		t.Errorf("re-keying with a wrong passphrase gave %v", err)
	}
	recovery, err := v.Rekey(t.Context(), []byte(testPass))
	if err != nil {
		t.Fatal(err)
	}
	after := content(t, v.path(databaseName))
	if string(before[:pageBytes]) == string(after[:pageBytes]) {
		t.Error("the database was not encrypted anew")
	}
	if _, err := os.Stat(v.path(databaseName + ".before-0002")); err == nil {
		t.Error("a copy under the old key is still there")
	}
	if fingerprintOf(t, v) == print {
		t.Error("the signing key is the old one")
	}
	if all, err := v.Secrets(t.Context(), SecretAudit); err != nil || len(all) != 2 {
		t.Errorf("%d generations of the audit key (%v), want 2", len(all), err)
	}
	if err := SealDraft(v.Dir(), []byte("draft after")); err != nil {
		t.Fatal(err)
	}
	dir := closed(t, v)
	refused(t, dir, otherPass, ErrWrongPassphrase)
	refused(t, dir, oldRecovery, ErrWrongPassphrase)
	closed(t, unlocked(t, dir, recovery))
	v = unlocked(t, dir, testPass)
	if notes(t, v) != 9 {
		t.Errorf("%d notes, want 9", notes(t, v))
	}
	wantEvidence(t, v, file.ID, "a picture")
	if drafts, unreadable, err := v.OpenDrafts(t.Context()); err != nil || len(drafts) != 2 || unreadable != 0 {
		t.Errorf("%d drafts, %d unreadable (%v); want 2, 0", len(drafts), unreadable, err)
	}
	closed(t, v)
}

func fingerprintOf(t *testing.T, v *Vault) string {
	t.Helper()
	f, err := v.Fingerprint(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func wantEvidence(t *testing.T, v *Vault, id, want string) {
	t.Helper()
	r, err := v.OpenEvidence(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if got, err := io.ReadAll(r); err != nil || string(got) != want {
		t.Errorf("the evidence holds %d bytes (%v), want %d", len(got), err, len(want))
	}
}

// The process dies at every step of a re-key, twice over: the same passphrase always opens the vault
// with everything in it, and a re-key afterwards works.
func TestRekey_crashAtEveryStep(t *testing.T) {
	for _, step := range []string{"announced", "copied", "closed", "renamed"} {
		t.Run(step, func(t *testing.T) {
			v, oldRecovery := made(t)
			addNotes(t, v, 30, "x")
			file, err := v.PutEvidence(t.Context(), strings.NewReader("a picture"))
			if err != nil {
				t.Fatal(err)
			}
			if err := v.AddPassphrase("2", []byte(otherPass)); err != nil {
				t.Fatal(err)
			}
			crash(t, v, step)
			dir := v.Dir()
			if step == "renamed" {
				refused(t, dir, otherPass, ErrWrongPassphrase)
			}
			for range 2 {
				w := unlocked(t, dir, testPass)
				if notes(t, w) != 30 || w.header.rekeying() || w.Integrity(t.Context()) != nil {
					t.Errorf("%d notes, re-keying %t", notes(t, w), w.header.rekeying())
				}
				wantEvidence(t, w, file.ID, "a picture")
				closed(t, w)
			}
			if step != "renamed" { // undone: everybody still has access, and nobody new
				closed(t, unlocked(t, dir, otherPass))
				closed(t, unlocked(t, dir, oldRecovery))
			}
			w := unlocked(t, dir, testPass)
			if want := map[bool]int{true: 2, false: 3}[step == "renamed"]; len(w.Slots()) != want {
				t.Errorf("%d slots, want %d", len(w.Slots()), want)
			}
			if _, err := w.Rekey(t.Context(), []byte(testPass)); err != nil {
				t.Errorf("re-keying after the crash: %v", err)
			}
			if notes(t, w) != 30 {
				t.Errorf("%d notes, want 30", notes(t, w))
			}
			closed(t, w)
		})
	}
}

// crash stops a re-key at a step as a dying process would: nothing is tidied up.
func crash(t *testing.T, v *Vault, step string) {
	t.Helper()
	v.crashed = func(at string) {
		if at == step {
			panic("crash")
		}
	}
	defer func() {
		if recover() == nil {
			t.Fatalf("the re-key never came to %q", step)
		}
		_ = v.db.Close() // only to give the file locks back, as the system does for a dead process
	}()
	_, _ = v.Rekey(t.Context(), []byte(testPass))
}
