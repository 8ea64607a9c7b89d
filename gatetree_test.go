package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// trackedFiles lists what is, or is about to be, in the repository.
func trackedFiles(t *testing.T) []string {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed, so nobody can say which files belong to the repository")
	}
	out, err := exec.Command("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard").Output()
	if err != nil {
		t.Skip("this folder is not a git clone")
	}
	var files []string
	for name := range strings.SplitSeq(string(out), "\x00") {
		if info, err := os.Lstat(name); name != "" && err == nil && info.Mode().IsRegular() {
			files = append(files, name)
		}
	}
	return files
}

// TestGate_topLevel: the five folders are the architecture; another one needs a decision.
func TestGate_topLevel(t *testing.T) {
	folders := []string{"server", "scanner", "casework", "templates", "static", "docs", ".ci"}
	files := []string{
		"go.mod", "go.sum", "README.md", "LICENSE", "CHANGELOG.md", "SECURITY.md", "CODEOWNERS", ".gitignore",
		".gitattributes", ".editorconfig",
	}
	for _, path := range trackedFiles(t) {
		top, _, below := strings.Cut(path, "/")
		switch {
		case below && !slices.Contains(folders, top) && !strings.HasPrefix(path, "testdata/"):
			t.Errorf("%s: there is no top-level folder %s in the architecture", path, top)
		case !below && !strings.HasSuffix(path, ".go") && !slices.Contains(files, path):
			t.Errorf("%s: does not belong at the top", path)
		}
	}
}

// vendored is text that others wrote and that is kept byte for byte.
func vendored(path string) bool {
	return strings.HasPrefix(path, "static/vendor/") || strings.HasPrefix(path, "static/LICENCES/") ||
		strings.Contains(path, "/testdata/axe/") || path == "LICENSE"
}

// strayData says why a file must not be in the repository; nothing for one that may.
func strayData(path string, data []byte) []string {
	endings := []string{
		".pem", ".key", ".p12", ".pfx", ".jks", ".age", ".db", ".sqlite", ".sqlite3", ".db-wal", ".db-shm", ".wal", ".core",
		".dmp", ".pcap", ".pcapng", ".exe", ".dll", ".so", ".dylib", ".test", ".prof", ".orig", ".rej", ".bak", ".swp", ".log",
		".vault", ".keyholder",
	}
	heads := map[string][]byte{
		"a SQLite database": []byte("SQLite format 3\x00"), "an ELF program or core dump": []byte("\x7fELF"),
		"a packet capture": {0xd4, 0xc3, 0xb2, 0xa1}, "a newer packet capture": {0x0a, 0x0d, 0x0d, 0x0a},
		"an age file": []byte("age-encryption.org/v1"), "a Windows program": []byte("MZ\x90"),
	}
	private := regexp.MustCompile(`-----BEGIN [A-Z ]*PRIVATE KEY-----|AGE-SECRET-KEY-1[A-Z0-9]{20}`)
	var why []string
	if slices.Contains(endings, strings.ToLower(filepath.Ext(path))) {
		why = append(why, "files of this kind do not belong in the repository")
	}
	if len(data) > 4<<20 {
		why = append(why, fmt.Sprintf("%d bytes; a file past 4 MiB needs a better place", len(data)))
	}
	for what, head := range heads {
		if bytes.HasPrefix(data, head) {
			why = append(why, "is "+what)
		}
	}
	if private.Match(data) {
		why = append(why, "holds a private key")
	}
	return why
}

// TestGate_repository keeps out keys, databases, dumps and captures: a case file must never be
// committed, not even by accident.
func TestGate_repository(t *testing.T) {
	for _, path := range trackedFiles(t) {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Errorf("reading a tracked file: %v", err)
			continue
		}
		for _, why := range strayData(path, data) {
			t.Errorf("%s: %s", path, why)
		}
	}
}

// TestB14_repositoryHoldsNoData: another tool tracked the dump of a telephone and key files. The files
// are read above; here the names and heads that must be refused are tried.
func TestB14_repositoryHoldsNoData(t *testing.T) {
	for name, head := range map[string]string{
		"phone.db": "x", "case.sqlite3": "x", "key.pem": "x", "dump.txt": "SQLite format 3\x00", "note.md": "AGE-SECRET-KEY-1" + strings.Repeat("Q", 20),
		"core": "\x7fELF", "a.txt": "-----BEGIN RSA PRIVATE" + " KEY-----",
	} {
		if len(strayData(name, []byte(head))) == 0 {
			t.Errorf("%s with %q would be let in", name, head)
		}
	}
	if got := strayData("main.go", []byte("package main")); len(got) > 0 {
		t.Errorf("a source file is refused: %v", got)
	}
}

// TestGate_machineWords keeps the paths of one machine and the hosts it fetches from out of what
// everybody reads: they tell about a workplace and mean nothing anywhere else.
func TestGate_machineWords(t *testing.T) {
	paths := regexp.MustCompile(`(^|[^\w.~-])/(work|root)/[\w.]|/tmp/(tmp\.|bash|go-build|bg/)|/home/[a-z]+/[\w.]|[A-Z]:\\Users\\[a-z]`)
	hosts := registryHosts()
	for _, path := range trackedFiles(t) {
		if vendored(path) || path == "gatetree_test.go" {
			continue
		}
		data, err := os.ReadFile(path)
		if err != nil {
			t.Errorf("reading a tracked file: %v", err)
			continue
		}
		if hit := paths.Find(data); hit != nil {
			t.Errorf("%s: holds the path of a machine: %q", path, hit)
		}
		for _, host := range hosts {
			if bytes.Contains(data, []byte(host)) {
				t.Errorf("%s: names a host that packages are fetched from", path)
			}
		}
	}
}

// registryHosts are the hosts that this machine fetches packages from, asked of its own tools.
func registryHosts() []string {
	var hosts []string
	add := func(text string) {
		for field := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune(", |\n\t", r) }) {
			if u, err := url.Parse(field); err == nil && u.Hostname() != "" && u.Hostname() != "localhost" {
				hosts = append(hosts, u.Hostname())
			}
		}
	}
	for _, command := range [][]string{{"go", "env", "GOPROXY"}, {"npm", "config", "get", "registry"}} {
		if out, err := exec.Command(command[0], command[1:]...).Output(); err == nil {
			add(string(out))
		}
	}
	lists, _ := filepath.Glob("/etc/apt/sources.list.d/*")
	for _, name := range append(lists, "/etc/apt/sources.list") {
		if data, err := os.ReadFile(name); err == nil {
			add(string(data))
		}
	}
	return hosts
}

// TestGate_embeddable: the embedding of Go leaves out files that begin with an underscore or a
// dot, and says nothing.
func TestGate_embeddable(t *testing.T) {
	for _, root := range []string{"templates", "static"} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err == nil && strings.ContainsAny(d.Name()[:1], "_.") {
				t.Errorf("%s: would silently be missing from the binary", filepath.ToSlash(path))
			}
			return err
		})
		if err != nil {
			t.Errorf("reading %s: %v", root, err)
		}
	}
}

// TestGate_notGovernment: the components are reused; the typeface, crown and crest of the British
// government are not ours to use, and nothing may look like an official site.
func TestGate_notGovernment(t *testing.T) {
	marks := regexp.MustCompile(`(?i)GDS[ -]?Transport|govuk-crest|\bcrest\b|\bcrown\b|logotype-crown|\.woff`)
	err := filepath.WalkDir("static", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name := filepath.ToSlash(path)
		if strings.Contains(filepath.Ext(name), "woff") {
			t.Errorf("%s: is a font", name)
		}
		if strings.HasPrefix(name, "static/LICENCES/") {
			return nil // a licence is kept as it was written
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if hit := marks.Find(data); hit != nil {
			t.Errorf("%s: holds %q", name, hit)
		}
		return nil
	})
	if err != nil {
		t.Errorf("reading static: %v", err)
	}
}
