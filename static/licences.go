package static

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"runtime"
)

// The lists of what others made: Go modules, data that is built in, and files served to the browser.
// .ci/licences writes the first, .ci/assets.sh the last.
const (
	moduleList   = "LICENCES/go/index.json"
	dataList     = "LICENCES/data.json"
	vendoredList = "vendor.json"
)

// Licence says under which terms one part of the program comes.
type Licence struct {
	Name    string `json:"name"`
	Version string `json:"version"` // empty where the part has none of its own
	Kind    string `json:"licence"` // identifier of the SPDX list, such as BSD-3-Clause
	File    string `json:"file"`    // below static
	Text    string `json:"-"`       // as its authors wrote it
}

// Licences reads the licences of everything in the binary that others made: first the Go modules,
// those of all systems it is built for, then data, then what the browser is sent. It fails when a list
// or a text is missing.
func Licences(fsys fs.FS) ([]Licence, error) {
	var all []Licence
	for _, name := range []string{moduleList, dataList, vendoredList} {
		part, err := readList(fsys, name)
		if err != nil {
			return nil, err
		}
		all = append(all, part...)
	}
	for i, l := range all {
		text, err := fs.ReadFile(fsys, l.File)
		if err != nil {
			return nil, fmt.Errorf("reading the licence of %s: %w", l.Name, err)
		}
		all[i].Text = string(text)
		if l.File == "LICENCES/go/std.txt" {
			all[i].Version = runtime.Version()
		}
	}
	return all, nil
}

// readList reads one list; that of the vendored files calls the licence's file by a longer name.
func readList(fsys fs.FS, name string) ([]Licence, error) {
	raw, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, fmt.Errorf("reading a list of licences: %w", err)
	}
	var list []struct {
		Licence
		LicenceFile string `json:"licence_file"`
	}
	if err := json.Unmarshal(raw, &list); err != nil {
		return nil, fmt.Errorf("parsing %s: %w", name, err)
	}
	out := make([]Licence, len(list))
	for i, l := range list {
		out[i] = l.Licence
		if l.LicenceFile != "" {
			out[i].File = l.LicenceFile
		}
	}
	return out, nil
}
