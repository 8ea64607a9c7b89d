package main

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"keyholder/static"
)

// builtModules asks Go which modules, with versions, are part of the program on a system.
func builtModules(t *testing.T, system string) map[string]string {
	t.Helper()
	const format = `{{with .Module}}{{if not .Main}}{{with .Replace}}{{.Path}} {{.Version}}{{else}}{{.Path}} {{.Version}}{{end}}{{end}}{{end}}`
	cmd := exec.Command("go", "list", "-deps", "-f", format, ".")
	cmd.Env = append(os.Environ(), "GOOS="+system, "CGO_ENABLED=0")
	out, err := cmd.Output()
	if errors.Is(err, exec.ErrNotFound) {
		t.Skip("the go command is not on the path, so nobody can say what the program is built from")
	}
	if err != nil {
		t.Fatalf("listing the modules for %s: %v", system, err)
	}
	modules := map[string]string{}
	for line := range strings.Lines(string(out)) {
		path, version, _ := strings.Cut(strings.TrimSpace(line), " ")
		if path != "" && !strings.HasPrefix(path, ".") { // what begins with a dot is ours
			modules[path] = version
		}
	}
	if len(modules) == 0 {
		t.Fatal("no module found: the test would prove nothing")
	}
	return modules
}

// TestLicences_complete: every module of the build has its licence in the binary, in the version
// that is built, and none that is gone is still named.
func TestLicences_complete(t *testing.T) {
	want := map[string]string{"Go standard library": runtime.Version()}
	for _, system := range []string{"linux", "darwin", "windows"} {
		maps.Copy(want, builtModules(t, system))
	}
	parts, err := static.Licences(static.FS)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, p := range parts {
		if strings.HasPrefix(p.File, "LICENCES/go/") {
			got[p.Name] = p.Version
		}
		if len(p.Text) < 200 || p.Kind == "" || p.Version == "" {
			t.Errorf("%s: version %q, kind %q, %d bytes of text", p.Name, p.Version, p.Kind, len(p.Text))
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the build (-) and static/LICENCES/go (+) differ; run go run ./.ci/licences:\n%s", diff)
	}
}

// TestLicences_noneLeft: every text that is kept is named by a list.
func TestLicences_noneLeft(t *testing.T) {
	parts, err := static.Licences(static.FS)
	if err != nil {
		t.Fatal(err)
	}
	var named []string
	for _, p := range parts {
		named = append(named, p.File)
	}
	err = fs.WalkDir(static.FS, "LICENCES", func(path string, d fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, ".txt") && !slices.Contains(named, path) {
			t.Errorf("%s is named by no list, so nobody is shown it", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestLicences_missing: a list or a text that is not there is an error, never a shorter list.
func TestLicences_missing(t *testing.T) {
	list := `[{"name":"x","version":"1","licence":"MIT","file":"LICENCES/x.txt"}]`
	whole := fstest.MapFS{
		"LICENCES/go/index.json": {Data: []byte(list)}, "LICENCES/data.json": {Data: []byte("[]")},
		"vendor.json":    {Data: []byte(`[{"name":"y","version":"2","licence":"ISC","licence_file":"LICENCES/x.txt"}]`)},
		"LICENCES/x.txt": {Data: []byte("terms")},
	}
	parts, err := static.Licences(whole)
	want := []static.Licence{
		{Name: "x", Version: "1", Kind: "MIT", File: "LICENCES/x.txt", Text: "terms"},
		{Name: "y", Version: "2", Kind: "ISC", File: "LICENCES/x.txt", Text: "terms"},
	}
	if diff := cmp.Diff(want, parts); diff != "" || err != nil {
		t.Errorf("%v, want - got +:\n%s", err, diff)
	}
	for name := range whole {
		broken := maps.Clone(whole)
		delete(broken, name)
		if _, err := static.Licences(broken); err == nil {
			t.Errorf("no error without %s", name)
		}
	}
	whole["vendor.json"] = &fstest.MapFile{Data: []byte("{")}
	if _, err := static.Licences(whole); err == nil {
		t.Error("no error for a list that cannot be read")
	}
}
