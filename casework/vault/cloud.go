package vault

import (
	"os"
	"path/filepath"
	"strings"
)

// SyncedBy returns the name of the cloud service that seems to copy dir, or "" when none is known to.
// Someone with several copies of the encrypted database learns which parts changed and when, and an
// account of the survivor's or worker's household may be open to others.
//
// It looks at the parts of the path, also after resolving links, at the folders that services name
// in the environment, and at the files they leave in the folders they copy. A service that does none
// of this goes unnoticed.
func SyncedBy(dir string) string { return syncedBy(dir, os.Getenv) }

func syncedBy(dir string, env func(string) string) string {
	abs, err := filepath.Abs(dir)
	if err != nil {
		abs = dir
	}
	for _, path := range []string{abs, resolved(abs)} {
		if s := syncedByName(path); s != "" {
			return s
		}
		if s := syncedByEnvironment(path, env); s != "" {
			return s
		}
		if s := syncedByMarker(path); s != "" {
			return s
		}
	}
	return ""
}

// resolved follows the links of the part of the path that exists.
func resolved(path string) string {
	rest := ""
	for at := path; ; {
		if real, err := filepath.EvalSymlinks(at); err == nil {
			return filepath.Join(real, rest)
		}
		up := filepath.Dir(at)
		if up == at {
			return path
		}
		rest = filepath.Join(filepath.Base(at), rest)
		at = up
	}
}

// folderNames maps the beginning of a folder's name, in lower case, to its service. A name counts when
// it is the same or goes on with a space, a dash or a bracket ("OneDrive - Example").
func folderNames() map[string]string {
	return map[string]string{
		"onedrive": "OneDrive", "icloud drive": "iCloud Drive", "iclouddrive": "iCloud Drive",
		"mobile documents": "iCloud Drive", "com~apple~clouddocs": "iCloud Drive",
		"cloudstorage": "macOS CloudStorage", "dropbox": "Dropbox", "google drive": "Google Drive",
		"googledrive": "Google Drive", "google-drive": "Google Drive", "my drive": "Google Drive",
		"nextcloud": "Nextcloud", "owncloud": "ownCloud", "syncthing": "Syncthing",
		"box sync": "Box", "pcloud drive": "pCloud", "pclouddrive": "pCloud", "pcloud": "pCloud",
		"mega": "MEGA", "megasync": "MEGA", "seafile": "Seafile", "proton drive": "Proton Drive",
		"tresorit": "Tresorit", "yandex.disk": "Yandex Disk", "koofr": "Koofr", "jottacloud": "Jottacloud",
		"resilio sync": "Resilio Sync", "spideroak hive": "SpiderOak", "creative cloud files": "Creative Cloud",
	}
}

func syncedByName(path string) string {
	names := folderNames()
	for part := range strings.SplitSeq(filepath.ToSlash(path), "/") {
		if part == "Box" { // in small letters it is an ordinary word
			return "Box"
		}
		lower := strings.ToLower(part)
		for name, service := range names {
			rest, ok := strings.CutPrefix(lower, name)
			if ok && (rest == "" || strings.ContainsAny(rest[:1], " -_(")) {
				return service
			}
		}
	}
	return ""
}

// syncedByEnvironment knows the variables with which OneDrive names its folders on Windows.
func syncedByEnvironment(path string, env func(string) string) string {
	for _, name := range []string{"OneDrive", "OneDriveConsumer", "OneDriveCommercial"} {
		base := env(name)
		if base == "" {
			continue
		}
		rel, err := filepath.Rel(base, path)
		if err == nil && filepath.IsLocal(rel) {
			return "OneDrive"
		}
	}
	return ""
}

// syncedByMarker looks for what services leave in the top folder of what they copy.
func syncedByMarker(path string) string {
	markers := map[string]string{
		".stfolder": "Syncthing", ".dropbox": "Dropbox", ".dropbox.cache": "Dropbox",
		".nextcloudsync.log": "Nextcloud", ".owncloudsync.log": "ownCloud", ".sync_*.db": "Nextcloud",
		"._sync_*.db": "Nextcloud", ".tmp.drivedownload": "Google Drive", ".tmp.driveupload": "Google Drive",
		".pcloud": "pCloud", ".debris": "MEGA", ".seafile-data": "Seafile",
	}
	for at := path; ; at = filepath.Dir(at) { // up to the root
		for marker, service := range markers {
			found, err := filepath.Glob(filepath.Join(escapeGlob(at), marker))
			if err == nil && len(found) > 0 && !homeMarker(at, marker) {
				return service
			}
		}
		if filepath.Dir(at) == at {
			return ""
		}
	}
}

// homeMarker reports settings that lie in the home folder and do not mean that it is copied.
func homeMarker(at, marker string) bool {
	home, err := os.UserHomeDir()
	return err == nil && at == filepath.Clean(home) && (marker == ".dropbox" || marker == ".pcloud")
}

func escapeGlob(path string) string {
	if filepath.Separator == '\\' {
		return path // Windows has no escapes in patterns
	}
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(path)
}
