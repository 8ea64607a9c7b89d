package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// cross builds everything for another system without cgo.
func cross(system, arch string) func(context.Context, *shell) error {
	return func(ctx context.Context, s *shell) error {
		env := []string{"CGO_ENABLED=0", "GOOS=" + system, "GOARCH=" + arch}
		out := filepath.Join(s.scratch, "keyholder-"+system)
		if err := s.do(ctx, env, "go", "build", "-o", out, "."); err != nil {
			return err
		}
		return s.do(ctx, env, "go", "build", "./...")
	}
}

// clone builds the committed state in a new folder, with nothing in the path but Go itself, and
// asks the result for its version.
func clone(ctx context.Context, s *shell) error {
	if missing := s.lacks("git"); missing != "" {
		return skipError{missing}
	}
	if _, err := s.read(ctx, nil, "git", "rev-parse", "HEAD"); err != nil {
		return skipError{"this folder is not a git clone"}
	}
	dir := filepath.Join(s.scratch, "clone")
	if err := s.do(ctx, nil, "git", "clone", "--quiet", "--no-hardlinks", s.root, dir); err != nil {
		return err
	}
	path, err := onlyGo(ctx, s)
	if err != nil {
		return err
	}
	binary := filepath.Join(dir, "keyholder")
	if runtime.GOOS == "windows" {
		binary += ".exe"
	}
	goTool := filepath.Join(path, filepath.Base(goCommand()))
	for _, c := range [][]string{{goTool, "build", "-o", binary, "."}, {binary, "version"}} {
		cmd := s.command(ctx, []string{"PATH=" + path, "CGO_ENABLED=0"}, c[0], c[1:]...)
		cmd.Dir = dir
		if err := cmd.Run(); err != nil {
			return fmt.Errorf("running %s in a clean clone: %w", filepath.Base(c[0]), err)
		}
	}
	left, err := s.read(ctx, nil, "git", "-C", dir, "status", "--porcelain")
	if err != nil {
		return err
	}
	if left != "" {
		s.out.WriteString(left)
		return errors.New("building changes or adds files")
	}
	info, err := os.Stat(binary)
	if err != nil {
		return fmt.Errorf("looking at the binary: %w", err)
	}
	s.note("binary: %.1f MB", float64(info.Size())/1e6)
	return nil
}

func goCommand() string {
	if runtime.GOOS == "windows" {
		return "go.exe"
	}
	return "go"
}

// onlyGo returns the folder of the go command itself and makes sure that Node is not in it.
func onlyGo(ctx context.Context, s *shell) (string, error) {
	root, err := s.read(ctx, nil, "go", "env", "GOROOT")
	if err != nil {
		return "", err
	}
	path := filepath.Join(strings.TrimSpace(root), "bin")
	for _, name := range []string{"node", "npm", "node.exe"} {
		if exists(filepath.Join(path, name)) {
			return "", errors.New("node lies beside the go command, so this build would prove nothing")
		}
	}
	if !exists(filepath.Join(path, goCommand())) {
		return "", errors.New("the go command does not lie under its own GOROOT")
	}
	return path, nil
}

// targets are the six systems that are released.
func targets() [][2]string {
	return [][2]string{
		{"linux", "amd64"},
		{"linux", "arm64"},
		{"windows", "amd64"},
		{"windows", "arm64"},
		{"darwin", "amd64"},
		{"darwin", "arm64"},
	}
}

// reproduce builds each target twice, from two clones and with two empty build caches, and
// compares the bytes.
func reproduce(ctx context.Context, s *shell) error {
	var differ []string
	for _, t := range targets() {
		var sums [2]string
		for i := range sums {
			sum, err := s.buildOnce(ctx, t, fmt.Sprintf("build-%d-%s-%s", i, t[0], t[1]))
			if err != nil {
				return err
			}
			sums[i] = sum
		}
		s.note("%s/%s %s", t[0], t[1], sums[0])
		if sums[0] != sums[1] {
			differ = append(differ, t[0]+"/"+t[1])
		}
	}
	if len(differ) > 0 {
		return fmt.Errorf("two builds differ for %s", strings.Join(differ, ", "))
	}
	return nil
}

// buildOnce builds one target in a new clone and returns the checksum of the binary.
func (s *shell) buildOnce(ctx context.Context, target [2]string, name string) (string, error) {
	dir := filepath.Join(s.scratch, name)
	if err := s.do(ctx, nil, "git", "clone", "--quiet", "--no-hardlinks", s.root, dir); err != nil {
		return "", err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	env := []string{
		"CGO_ENABLED=0", "GOOS=" + target[0], "GOARCH=" + target[1], "GOCACHE=" + filepath.Join(dir, "cache"),
	}
	// A release leaves out what only a debugger reads, and a binary format of gin's that nobody asks for:
	// together nearly half of the file. A plain `go build` gives the same program.
	cmd := s.command(ctx, env, "go", "build", "-trimpath", "-tags", "nomsgpack", "-ldflags", "-s -w", "-o", "out", ".")
	cmd.Dir = dir
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("building for %s/%s: %w", target[0], target[1], err)
	}
	return checksum(filepath.Join(dir, "out"))
}

func checksum(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("opening a binary: %w", err)
	}
	defer func() { _ = f.Close() }()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", fmt.Errorf("reading a binary: %w", err)
	}
	return fmt.Sprintf("%x", h.Sum(nil)), nil
}
