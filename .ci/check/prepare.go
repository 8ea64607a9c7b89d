package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// need is a command that some stage runs, the Debian package that brings it, and what is left out
// without it.
type need struct{ command, pkg, without string }

func needs() []need {
	return []need{
		{"git", "git", "the clean clone and the repository guard"},
		{"gcc", "gcc libc6-dev", "the race detector"},
		{"chromium", "chromium fonts-dejavu-core", "the browser journeys"},
		{"pdftotext", "poppler-utils", "the reading of printed pages"},
		{"npm", "nodejs npm", "html-validate"},
		{"ip", "iproute2", "the network lab and the silence test"},
		{"tcpdump", "tcpdump", "the captures of the network lab"},
	}
}

// labScript installs the daemons of the lab. It is told apart from the list above because the lab
// can be used without this program.
const labScript = "scanner/scantest/lab/install.sh"

// labCommands are there once the lab's script has run.
func labCommands() []string {
	return []string{"dnsmasq", "avahi-daemon", "miniupnpd", "gmediarender", "busybox", "nft", "tcpdump"}
}

// prepare installs what is missing where it may, and otherwise names it and what is left out.
func prepare(ctx context.Context, s *shell) error {
	var missing []need
	for _, n := range needs() {
		if s.lacks(n.command) != "" && !otherBrowser(n.command) {
			missing = append(missing, n)
		}
	}
	lab := labMissing(s.root)
	if len(missing) == 0 && !lab {
		return nil
	}
	if s.install && onDebian() {
		return s.aptInstall(ctx, missing, lab)
	}
	for _, n := range missing {
		s.note("%s is missing (Debian: apt-get install %s); left out: %s", n.command, n.pkg, n.without)
	}
	if lab {
		s.note("the daemons of the network lab are missing (Debian, root: %s); left out: the lab", labScript)
	}
	return nil
}

// otherBrowser says whether another build of the browser stands in for Debian's.
func otherBrowser(command string) bool {
	if command != "chromium" {
		return false
	}
	for _, name := range []string{"chromium-browser", "google-chrome", "google-chrome-stable", "chrome"} {
		if _, err := exec.LookPath(name); err == nil {
			return true
		}
	}
	return false
}

func labMissing(root string) bool {
	if os.Getenv("KEYHOLDER_LAB") != "" || !exists(filepath.Join(root, labScript)) {
		return false
	}
	for _, name := range labCommands() {
		found := false
		for _, dir := range append(filepath.SplitList(os.Getenv("PATH")), "/usr/sbin", "/sbin") {
			found = found || exists(filepath.Join(dir, name))
		}
		if !found {
			return true
		}
	}
	return false
}

// aptInstall installs the packages without starting any service that one of them may bring.
func (s *shell) aptInstall(ctx context.Context, missing []need, lab bool) error {
	undo, err := noServices()
	if err != nil {
		return err
	}
	defer undo()
	var pkgs []string
	for _, n := range missing {
		pkgs = append(pkgs, strings.Fields(n.pkg)...)
	}
	if len(pkgs) > 0 {
		if err := s.apt(ctx, pkgs); err != nil {
			return err
		}
		s.note("installed: %s", strings.Join(pkgs, " "))
	}
	if lab {
		if err := s.do(ctx, nil, "bash", labScript); err != nil {
			return err
		}
		s.note("installed: the daemons of the network lab")
	}
	return nil
}

// apt installs packages; the list of packages is fetched anew only when the one there is no use.
func (s *shell) apt(ctx context.Context, pkgs []string) error {
	env := []string{"DEBIAN_FRONTEND=noninteractive"}
	args := append([]string{
		"install", "-y", "-q", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=300",
	}, pkgs...)
	if s.do(ctx, env, "apt-get", args...) == nil {
		return nil
	}
	if err := s.do(ctx, env, "apt-get", "update", "-q"); err != nil {
		return err
	}
	return s.do(ctx, env, "apt-get", args...)
}

// noServices keeps packages from starting their services while they are installed. The returned
// function takes that back, unless it was so before.
func noServices() (undo func(), err error) {
	const policy = "/usr/sbin/policy-rc.d"
	if exists(policy) {
		return func() {}, nil
	}
	if err := os.WriteFile(policy, []byte("#!/bin/sh\nexit 101\n"), 0o755); err != nil {
		return nil, fmt.Errorf("keeping services from starting: %w", err)
	}
	return func() { _ = os.Remove(policy) }, nil
}
