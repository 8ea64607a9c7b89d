package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"keyholder/casework/bundle"
)

// A whole file gives its hash; the same file with one byte changed is refused.
func TestVerify(t *testing.T) {
	file, err := bundle.Write([]bundle.Part{{Name: "statement.txt", Body: []byte("What was met.")}})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "file.zip")
	for _, changed := range []bool{false, true} {
		if changed {
			file[len("PK..")+40] ^= 1
		}
		if err := os.WriteFile(path, file, 0o600); err != nil {
			t.Fatal(err)
		}
		var out, problems bytes.Buffer
		status := runVerify(t.Context(), []string{path}, console{out: &out, err: &problems})
		switch {
		case changed && (status != 1 || out.Len() > 0 || !strings.Contains(problems.String(), "not as it was made")):
			t.Errorf("status %d for a changed file: %s%s", status, out.String(), problems.String())
		case !changed && (status != 0 || !strings.Contains(out.String(), bundle.Sum(file))):
			t.Errorf("status %d for a whole file: %s%s", status, out.String(), problems.String())
		}
	}
}

// What cannot be read is refused in words, without the name of the file or of its folder.
func TestVerify_unreadable(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "Mara")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{folder, filepath.Join(folder, "statement.zip")} {
		var out, problems bytes.Buffer
		status := runVerify(t.Context(), []string{path}, console{out: &out, err: &problems})
		if status != 1 || out.Len() > 0 || !strings.Contains(problems.String(), "the file cannot be") || strings.Contains(problems.String(), "Mara") {
			t.Errorf("status %d: %s%s", status, out.String(), problems.String())
		}
	}
}
