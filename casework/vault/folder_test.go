package vault

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

func TestDefaultFolder(t *testing.T) {
	for _, tc := range []struct {
		system string
		env    map[string]string
		want   string
	}{
		{"linux", map[string]string{"HOME": "/people/a"}, "/people/a/.local/share/keyholder"},
		{"linux", map[string]string{"HOME": "/people/a", "XDG_DATA_HOME": "/data"}, "/data/keyholder"},
		{"linux", map[string]string{"HOME": "/people/a", "XDG_DATA_HOME": "data"}, "/people/a/.local/share/keyholder"},
		{"darwin", map[string]string{"HOME": "/people/b"}, "/people/b/Library/Application Support/Keyholder"},
		{"windows", map[string]string{"LOCALAPPDATA": "/Local", "APPDATA": "/Roaming"}, "/Local/Keyholder"},
		{"linux", nil, ""},
		{"windows", map[string]string{"APPDATA": "/Roaming"}, ""},
	} {
		got, err := defaultFolder(tc.system, func(k string) string { return tc.env[k] })
		if filepath.ToSlash(got) != tc.want || (err == nil) != (tc.want != "") {
			t.Errorf("%s %v: %q, %v; want %q", tc.system, tc.env, got, err, tc.want)
		}
	}
}

func TestSyncedBy_names(t *testing.T) {
	none := func(string) string { return "" }
	for path, want := range map[string]string{
		"/people/a/.local/share/keyholder":                           "",
		"/people/a/box/keyholder":                                    "",
		"/people/a/megalith/onedriver/dropboxes":                     "",
		"/people/a/OneDrive/data":                                    "OneDrive",
		"/c/people/b/OneDrive - Example Org/data":                    "OneDrive",
		"/people/b/Library/Mobile Documents/com~apple~CloudDocs/k":   "iCloud Drive",
		"/people/b/Library/CloudStorage/GoogleDrive-a@example.org/k": "macOS CloudStorage",
		"/people/a/Dropbox (Personal)/k":                             "Dropbox",
		"/people/a/Google Drive/k":                                   "Google Drive",
		"/people/a/Nextcloud/k":                                      "Nextcloud",
		"/people/a/Nextcloud2/k":                                     "",
		"/people/a/Syncthing/k":                                      "Syncthing",
		"/people/a/Box/k":                                            "Box",
		"/people/a/pCloudDrive/k":                                    "pCloud",
		"/people/a/MEGAsync/k":                                       "MEGA",
	} {
		if got := syncedBy(path, none); got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
}

func TestSyncedBy_environment(t *testing.T) {
	base := filepath.Join(t.TempDir(), "Cloud Files")
	env := func(k string) string { return map[string]string{"OneDriveCommercial": base}[k] }
	if got := syncedBy(filepath.Join(base, "a", "b"), env); got != "OneDrive" {
		t.Errorf("below the named folder: %q", got)
	}
	if got := syncedBy(base+"-other", env); got != "" {
		t.Errorf("beside the named folder: %q", got)
	}
}

func TestSyncedBy_markerAndLink(t *testing.T) {
	base := filepath.Join(t.TempDir(), "st[uff")
	inside := filepath.Join(base, "deep", "data")
	if err := os.MkdirAll(filepath.Join(base, ".stfolder"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(inside, 0o700); err != nil {
		t.Fatal(err)
	}
	if got := SyncedBy(inside); got != "Syncthing" {
		t.Errorf("below a marker: %q", got)
	}
	if runtime.GOOS == "windows" {
		t.Skip("links need rights on Windows")
	}
	link := filepath.Join(t.TempDir(), "plain")
	if err := os.Symlink(inside, link); err != nil {
		t.Fatal(err)
	}
	if got := SyncedBy(filepath.Join(link, "not", "there", "yet")); got != "Syncthing" {
		t.Errorf("through a link: %q", got)
	}
	if _, _, err := Create(t.Context(), filepath.Join(link, "v"), worker, []byte(testPass), cheap()); !errors.Is(err, ErrFolderSynced) {
		t.Errorf("creating there gave %v, want %v", err, ErrFolderSynced)
	}
	told := cheap()
	told.AllowSynced = true
	v, _, err := Create(t.Context(), filepath.Join(link, "v"), worker, []byte(testPass), told)
	if err != nil {
		t.Fatalf("creating there when told: %v", err)
	}
	closed(t, v)
}

func TestPrepareFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "open")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := PrepareFolder(dir, false); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(dir); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o700 {
		t.Errorf("mode %v (%v), want 0700", info.Mode(), err)
	}
	home, err := os.UserHomeDir()
	if err != nil {
		t.Skip("there is no home folder here")
	}
	for _, shared := range []string{home, "/"} {
		if err := PrepareFolder(shared, true); !errors.Is(err, ErrFolderShared) {
			t.Errorf("%s: %v, want %v", shared, err, ErrFolderShared)
		}
	}
	file := filepath.Join(t.TempDir(), "file")
	overwrite(t, file, nil)
	if err := PrepareFolder(filepath.Join(file, "below"), false); !errors.Is(err, ErrFolderNotWritable) {
		t.Errorf("below a file: %v, want %v", err, ErrFolderNotWritable)
	}
}
