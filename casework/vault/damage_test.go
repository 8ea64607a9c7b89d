package vault

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// stride returns how far apart the damaged places are: every one, or a sample with -short.
func stride(short int) int {
	if testing.Short() {
		return short
	}
	return 1
}

func overwrite(t *testing.T, path string, b []byte) {
	t.Helper()
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

func content(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestHeader_flippedByteIsRepaired(t *testing.T) {
	v, _ := made(t)
	addNotes(t, v, 1, "x")
	dir := closed(t, v)
	path := filepath.Join(dir, headerName)
	good := content(t, path)
	for i := 0; i < len(good); i += stride(97) {
		bad := bytes.Clone(good)
		bad[i] ^= 1
		overwrite(t, path, bad)
		h, repaired, err := readHeader(dir)
		if err != nil || !repaired || h.ID != v.header.ID {
			t.Fatalf("byte %d of %d: repaired %t, %v", i, len(good), repaired, err)
		}
		if !bytes.Equal(content(t, path), good) {
			t.Fatalf("byte %d: the header was not written anew", i)
		}
	}
	bad := bytes.Clone(good)
	bad[len(bad)/2] ^= 0x20
	overwrite(t, path, bad)
	v = unlocked(t, dir, testPass)
	if !v.Repaired() || notes(t, v) != 1 {
		t.Errorf("after damage: repaired %t, %d notes; want true, 1", v.Repaired(), notes(t, v))
	}
	closed(t, v)
}

func TestHeader_bothDamaged(t *testing.T) {
	v, _ := made(t)
	dir := closed(t, v)
	header, bak := filepath.Join(dir, headerName), filepath.Join(dir, copyName)
	good := content(t, header)
	for _, tc := range []struct {
		name string
		main []byte
		copy []byte
		want error
	}{
		{"cut short", good[:len(good)/2], good[:10], ErrDamagedHeader},
		{"empty", nil, nil, ErrDamagedHeader},
		{"other file", []byte(`{"format":"other"}`), []byte("x"), ErrDamagedHeader},
		{"huge", bytes.Repeat([]byte(" "), maxHeader+10), []byte("x"), ErrDamagedHeader},
	} {
		overwrite(t, header, tc.main)
		overwrite(t, bak, tc.copy)
		if _, err := Unlock(t.Context(), dir, []byte(testPass), cheap()); !errors.Is(err, tc.want) {
			t.Errorf("%s: %v, want %v", tc.name, err, tc.want)
		}
	}
	for _, p := range []string{header, bak} {
		if err := os.Remove(p); err != nil {
			t.Fatal(err)
		}
	}
	refused(t, dir, testPass, ErrHeaderMissing)
	if _, _, err := Create(t.Context(), dir, worker, []byte(testPass), cheap()); !errors.Is(err, ErrHeaderMissing) {
		t.Errorf("creating beside a database without header gave %v, want %v", err, ErrHeaderMissing)
	}
	refused(t, t.TempDir(), testPass, ErrNoVault)
}

// A first start that was cut off leaves a database that nothing opens. The next start begins anew
// instead of asking for a key file that never was.
func TestCreate_afterCutOffFirstStart(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{beginName, databaseName, databaseName + "-wal"} {
		overwrite(t, filepath.Join(dir, name), []byte("left over"))
	}
	if there, err := Exists(dir); there || err != nil {
		t.Fatalf("a cut-off first start counts as a vault: %v, %v", there, err)
	}
	v, _, err := Create(t.Context(), dir, worker, []byte(testPass), cheap())
	if err != nil {
		t.Fatal(err)
	}
	closed(t, v)
	if unfinished(dir) {
		t.Error("the mark of a first start is still there after it")
	}
	refused(t, dir, testPass, nil)
}

func TestHeader_changedFromOutside(t *testing.T) {
	v, _ := made(t)
	dir := closed(t, v)
	forge := func(edit func(h *header)) {
		h := v.header.clone()
		edit(h)
		b, err := h.encode() // right sum, old authentication code
		if err != nil {
			t.Fatal(err)
		}
		overwrite(t, filepath.Join(dir, headerName), b)
	}
	forge(func(h *header) { h.Drafts = "age1other" })
	refused(t, dir, testPass, ErrDamagedHeader)
	forge(func(h *header) { h.Audit.Count = 0; h.Audit.Hash = "0" })
	refused(t, dir, testPass, ErrDamagedHeader)
	forge(func(h *header) { h.Slots[0].KDF.Passes = 2 })
	refused(t, dir, testPass, ErrWrongPassphrase)
	forge(func(h *header) { h.Slots[0].KDF.MemKiB = maxMemKiB + 1 })
	refused(t, dir, testPass, ErrDamagedHeader)
	forge(func(h *header) { h.Slots[0].KDF.MemKiB = 8 })
	refused(t, dir, testPass, ErrDamagedHeader)
	forge(func(h *header) { h.Version = headerVersion + 1 })
	refused(t, dir, testPass, ErrNewerSchema)
	forge(func(*header) {})
	closed(t, unlocked(t, dir, testPass))
}

func TestDatabase_missingPlainForeign(t *testing.T) {
	v, _ := made(t)
	addNotes(t, v, 5, "x")
	dir := closed(t, v)
	other, _ := made(t)
	foreign := content(t, filepath.Join(closed(t, other), databaseName))
	path := filepath.Join(dir, databaseName)
	good := content(t, path)
	overwrite(t, path, append([]byte("SQLite format 3\x00"), make([]byte, 2*pageBytes-16)...))
	refused(t, dir, testPass, ErrNotEncrypted)
	overwrite(t, path, foreign)
	refused(t, dir, testPass, ErrDatabaseForeign)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	refused(t, dir, testPass, ErrDatabaseMissing)
	if _, err := os.Stat(path); err == nil {
		t.Error("unlocking without a database made an empty one")
	}
	overwrite(t, path, good)
	v = unlocked(t, dir, testPass)
	if notes(t, v) != 5 {
		t.Errorf("%d notes, want 5", notes(t, v))
	}
	closed(t, v)
}

func TestDatabase_truncated(t *testing.T) {
	v, _ := made(t)
	addNotes(t, v, 200, strings.Repeat("x", 500))
	dir := closed(t, v)
	path := filepath.Join(dir, databaseName)
	good := content(t, path)
	half := len(good) / 2 / pageBytes * pageBytes
	for _, n := range []int{0, 1, 16, 100, 1024, pageBytes - 1, pageBytes, 2 * pageBytes, half, half + 777, len(good) - pageBytes, len(good) - 1} {
		overwrite(t, path, good[:n])
		v, err := Unlock(t.Context(), dir, []byte(testPass), cheap())
		if err == nil {
			closed(t, v)
		}
		if !errors.Is(err, ErrDatabaseForeign) && !errors.Is(err, ErrDatabaseDamaged) {
			t.Errorf("cut to %d of %d bytes: %v", n, len(good), err)
		}
	}
	overwrite(t, path, good)
	closed(t, unlocked(t, dir, testPass))
}

// A bit is flipped in every page in turn: nobody may ever read a wrong text.
func TestDatabase_flippedBitInEveryPage(t *testing.T) {
	v, _ := made(t)
	body := strings.Repeat("about the camera ", 700) // more than a page
	addNotes(t, v, 12, body)
	if _, err := v.Rekey(t.Context(), []byte(testPass)); err != nil { // checksums survive a re-key
		t.Fatal(err)
	}
	dir := closed(t, v)
	path := filepath.Join(dir, databaseName)
	good := content(t, path)
	pages := len(good) / pageBytes
	for page := 0; page < pages; page++ {
		bad := bytes.Clone(good)
		bad[page*pageBytes+1234] ^= 0x10
		overwrite(t, path, bad)
		if err := readAll(t, dir, body); !errors.Is(err, ErrDatabaseDamaged) && !errors.Is(err, ErrDatabaseForeign) {
			t.Errorf("page %d of %d: %v", page, pages, err)
		}
	}
}

// readAll unlocks, reads every note and checks the whole file; it fails the test on a wrong text.
func readAll(t *testing.T, dir, body string) error {
	t.Helper()
	v, err := Unlock(t.Context(), dir, []byte(testPass), cheap())
	if err != nil {
		return err
	}
	defer func() { _ = v.Close(t.Context()) }()
	rows, err := v.DB().Query("SELECT body FROM note")
	if err != nil {
		return v.Explain(err)
	}
	defer rows.Close()
	for rows.Next() {
		var got string
		if err := rows.Scan(&got); err != nil {
			return v.Explain(err)
		}
		if got != body {
			t.Error("a damaged page was read as a wrong text")
		}
	}
	if err := rows.Err(); err != nil {
		return v.Explain(err)
	}
	return v.Integrity(t.Context())
}
