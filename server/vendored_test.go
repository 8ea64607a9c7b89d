package server

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io/fs"
	"regexp"
	"testing"

	"keyholder/static"
)

func staticFS() fs.FS { return static.FS }

// TestVendor_hashes: every file below static/vendor is listed with its hash, and nothing else.
func TestVendor_hashes(t *testing.T) {
	raw, err := fs.ReadFile(static.FS, "vendor.json")
	if err != nil {
		t.Fatal(err)
	}
	var list []struct {
		Name, Licence string
		LicenceFile   string `json:"licence_file"`
		Files         []struct{ Path, SHA256 string }
	}
	if err := json.Unmarshal(raw, &list); err != nil {
		t.Fatal(err)
	}
	listed := map[string]string{}
	for _, entry := range list {
		for _, f := range entry.Files {
			listed[f.Path] = f.SHA256
		}
		if _, err := fs.Stat(static.FS, entry.LicenceFile); err != nil || entry.Licence == "" {
			t.Errorf("%s has no licence", entry.Name)
		}
	}
	err = fs.WalkDir(static.FS, "vendor", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := fs.ReadFile(static.FS, name)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(body)
		want(t, name, listed[name], hex.EncodeToString(sum[:]))
		delete(listed, name)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for name := range listed {
		t.Errorf("%s is listed but not there", name)
	}
}

// TestStatic_nothing_of_others: no typeface, crown, crest, or address of anybody else.
func TestStatic_nothing_of_others(t *testing.T) {
	foreign := regexp.MustCompile(`(?i)GDS Transport|crest|crown|\.woff|@font-face|@import|url\(|//[a-z0-9-]+\.[a-z]`)
	own := regexp.MustCompile(`http://www\.w3\.org/2000/svg|\[href\^="https?://"\]`)
	s := newWorld(t).server
	for name, file := range s.assets.files {
		if hit := foreign.Find(own.ReplaceAll(file.body, nil)); hit != nil {
			t.Errorf("%s holds %q", name, hit)
		}
	}
}
