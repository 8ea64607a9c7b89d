// Command licences writes static/LICENCES/go: the licence texts of every Go module that is part of the
// program on one of its systems, and index.json, which names them with version and kind. It reads the
// module cache and asks no network. Run it by hand after a change of go.mod; a test of the program
// compares the index with the build.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// entry is one line of index.json.
type entry struct {
	Name    string `json:"name"`
	Version string `json:"version,omitempty"`
	Licence string `json:"licence"`
	File    string `json:"file"`
}

// listed is what `go list` says about a package.
type listed struct {
	Dir    string
	Module *struct {
		Path, Version, Dir string
		Main               bool
		Replace            *struct{ Path, Version string }
	}
}

// module collects the folders that may hold a licence.
type module struct {
	path, version, root string
	dirs                map[string]bool
}

const target = "static/LICENCES/go"

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "licences:", err)
		os.Exit(1)
	}
}

func run() error {
	modules := map[string]*module{}
	for _, system := range []string{"linux", "darwin", "windows"} {
		if err := collect(system, modules); err != nil {
			return err
		}
	}
	if err := os.RemoveAll(target); err != nil {
		return err
	}
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return fmt.Errorf("asking for the Go tree: %w", err)
	}
	text, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(root)), "LICENSE"))
	if err != nil {
		return fmt.Errorf("reading the licence of Go: %w", err)
	}
	list := []entry{{Name: "Go standard library", Licence: "BSD-3-Clause", File: "LICENCES/go/std.txt"}}
	if err := write("std.txt", text); err != nil {
		return err
	}
	for _, m := range modules {
		e, err := m.keep()
		if err != nil {
			return err
		}
		list = append(list, e)
	}
	slices.SortFunc(list, func(a, b entry) int { return strings.Compare(a.Name, b.Name) })
	raw, err := json.MarshalIndent(list, "", " ")
	if err != nil {
		return err
	}
	return write("index.json", append(raw, '\n'))
}

// collect adds the modules of the program on one system.
func collect(system string, modules map[string]*module) error {
	cmd := exec.Command("go", "list", "-deps", "-json=Dir,Module", ".")
	cmd.Env = append(os.Environ(), "GOOS="+system, "CGO_ENABLED=0")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("listing the packages for %s: %w", system, err)
	}
	for in := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		if err := in.Decode(&p); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("reading the packages for %s: %w", system, err)
		}
		if p.Module == nil || p.Module.Main {
			continue
		}
		path, version := p.Module.Path, p.Module.Version
		if r := p.Module.Replace; r != nil {
			if strings.HasPrefix(r.Path, ".") {
				continue // our own code in place of somebody else's
			}
			path, version = r.Path, r.Version
		}
		if modules[path] == nil {
			modules[path] = &module{path: path, version: version, root: p.Module.Dir, dirs: map[string]bool{}}
		}
		modules[path].dirs[p.Dir] = true
	}
}

var licenceName = regexp.MustCompile(`(?i)^(licen[cs]e|copying|notice|patents|copyright|third.party.*)([.-].*)?$`)

// keep writes the texts of a module, those of its root first, and those that stand above a package of
// it that we use.
func (m *module) keep() (entry, error) {
	var folders []string
	for dir := range m.dirs {
		for ; len(dir) >= len(m.root); dir = filepath.Dir(dir) {
			if !slices.Contains(folders, dir) {
				folders = append(folders, dir)
			}
		}
	}
	slices.Sort(folders)
	var all bytes.Buffer
	for _, dir := range folders {
		if err := m.gather(dir, &all); err != nil {
			return entry{}, err
		}
	}
	kind := kindOf(all.String())
	if kind == "" {
		return entry{}, fmt.Errorf("the licence of %s is missing or of an unknown kind: read it and add the kind", m.path)
	}
	name := m.path + ".txt"
	return entry{Name: m.path, Version: m.version, Licence: kind, File: "LICENCES/go/" + name}, write(name, all.Bytes())
}

func (m *module) gather(dir string, all *bytes.Buffer) error {
	files, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("reading a module: %w", err)
	}
	for _, f := range files {
		if !f.Type().IsRegular() || !licenceName.MatchString(f.Name()) || strings.HasSuffix(f.Name(), ".go") {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			return fmt.Errorf("reading a licence: %w", err)
		}
		name, err := filepath.Rel(m.root, filepath.Join(dir, f.Name()))
		if err != nil {
			return err
		}
		fmt.Fprintf(all, "---- %s %s: %s\n\n%s\n", m.path, m.version, filepath.ToSlash(name), bytes.TrimSpace(text))
	}
	return nil
}

// kindOf names the licences in a text by their identifiers in the SPDX list, or nothing.
func kindOf(text string) string {
	flat := strings.Join(strings.Fields(text), " ")
	var kinds []string
	for _, known := range []struct{ words, kind string }{
		{"Apache License Version 2.0", "Apache-2.0"},
		{"Apache License, Version 2.0", "Apache-2.0"},
		{"Permission is hereby granted, free of charge, to any person obtaining a copy", "MIT"},
		{"Neither the name of", "BSD-3-Clause"},
		{"Mozilla Public License", "MPL-2.0"},
		{"Permission to use, copy, modify, and/or distribute this software", "ISC"},
	} {
		if strings.Contains(flat, known.words) && !slices.Contains(kinds, known.kind) {
			kinds = append(kinds, known.kind)
		}
	}
	if strings.Contains(flat, "Redistribution and use in source and binary forms") && !slices.Contains(kinds, "BSD-3-Clause") {
		kinds = append(kinds, "BSD-2-Clause")
	}
	return strings.Join(kinds, " AND ")
}

func write(name string, text []byte) error {
	path := filepath.Join(filepath.FromSlash(target), filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return os.WriteFile(path, text, 0o644)
}
