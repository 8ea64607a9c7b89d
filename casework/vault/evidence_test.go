package vault

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
)

func TestEvidence(t *testing.T) {
	v, _ := made(t)
	want := strings.Repeat("0123456789abcdef", 20_000) // several chunks of the stream
	file, err := v.PutEvidence(t.Context(), strings.NewReader(want))
	if err != nil {
		t.Fatal(err)
	}
	if file.Size != int64(len(want)) || file.SHA256 != hexSum([]byte(want)) {
		t.Errorf("put in %d bytes with hash %s", file.Size, file.SHA256)
	}
	v = unlocked(t, closed(t, v), testPass)
	wantEvidence(t, v, file.ID, want)
	if all, err := v.EvidenceFiles(t.Context()); err != nil || len(all) != 1 || all[0] != file {
		t.Errorf("listed %v (%v)", all, err)
	}
	path := filepath.Join(v.Dir(), evidenceFolder, file.ID)
	good := content(t, path)
	for _, at := range []int{0, 100, len(good) / 2, len(good) - 1} {
		bad := bytes.Clone(good)
		bad[at] ^= 1
		overwrite(t, path, bad)
		if _, err := v.OpenEvidence(t.Context(), file.ID); !errors.Is(err, ErrEvidenceDamaged) {
			t.Errorf("byte %d flipped: %v, want %v", at, err, ErrEvidenceDamaged)
		}
	}
	other, err := v.PutEvidence(t.Context(), strings.NewReader("another"))
	if err != nil {
		t.Fatal(err)
	}
	overwrite(t, path, content(t, filepath.Join(v.Dir(), evidenceFolder, other.ID)))
	if _, err := v.OpenEvidence(t.Context(), file.ID); !errors.Is(err, ErrEvidenceDamaged) {
		t.Errorf("exchanged files: %v, want %v", err, ErrEvidenceDamaged)
	}
	if _, err := v.OpenEvidence(t.Context(), "../"+headerName); !errors.Is(err, ErrEvidenceDamaged) {
		t.Errorf("a path instead of an id: %v, want %v", err, ErrEvidenceDamaged)
	}
	closed(t, v)
}

func TestEvidence_brokenOffLeavesNothing(t *testing.T) {
	v, _ := made(t)
	broken := errors.New("the stick was pulled out")
	if _, err := v.PutEvidence(t.Context(), iotest.ErrReader(broken)); !errors.Is(err, broken) {
		t.Errorf("a broken source gave %v", err)
	}
	left, err := os.ReadDir(filepath.Join(v.Dir(), evidenceFolder))
	if err != nil || len(left) != 0 {
		t.Errorf("%d files left (%v)", len(left), err)
	}
	closed(t, v)
}

func TestDrafts(t *testing.T) {
	v, _ := made(t)
	dir := closed(t, v)
	if err := SealDraft(dir, bytes.Repeat([]byte("x"), MaxDraft+1)); !errors.Is(err, ErrDraftTooLarge) {
		t.Errorf("a large draft gave %v, want %v", err, ErrDraftTooLarge)
	}
	for range MaxDrafts {
		if err := SealDraft(dir, []byte("a form")); err != nil {
			t.Fatal(err)
		}
	}
	if err := SealDraft(dir, []byte("a form")); !errors.Is(err, ErrDraftsFull) {
		t.Errorf("one draft too many gave %v, want %v", err, ErrDraftsFull)
	}
	v = unlocked(t, dir, testPass)
	names, err := draftNames(v.path(draftFolder))
	if err != nil || len(names) != MaxDrafts {
		t.Fatalf("%d drafts (%v)", len(names), err)
	}
	overwrite(t, filepath.Join(v.path(draftFolder), names[0]), []byte("not for this vault"))
	drafts, unreadable, err := v.OpenDrafts(t.Context())
	if err != nil || len(drafts) != MaxDrafts-1 || unreadable != 1 || string(drafts[0].Body) != "a form" {
		t.Fatalf("%d drafts, %d unreadable (%v)", len(drafts), unreadable, err)
	}
	if err := v.DropDrafts(drafts[0].ID, "../"+headerName); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(v.path(headerName)); err != nil {
		t.Errorf("dropping a draft reached outside its folder: %v", err)
	}
	if left, err := draftNames(v.path(draftFolder)); err != nil || len(left) != MaxDrafts-1 {
		t.Errorf("%d drafts left (%v), want %d", len(left), err, MaxDrafts-1)
	}
	closed(t, v)
	if err := SealDraft(t.TempDir(), nil); !errors.Is(err, ErrNoVault) {
		t.Errorf("sealing without a vault gave %v, want %v", err, ErrNoVault)
	}
}
