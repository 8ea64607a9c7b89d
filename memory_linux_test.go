//go:build linux

package main

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/crypto/argon2"
)

// TestProgram_memory: after a lock nothing of the vault is in the memory of any process of ours:
// neither the passphrase, nor the data key, nor what was typed. Before the lock the same search finds
// all of them, so that it is known to work.
func TestProgram_memory(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only root may read the memory of a process that hides it")
	}
	p := startProgram(t, buildProgram(t))
	p.open()
	form := p.guard("/settings")
	form.Set("product", "MARKERNAME")
	form.Set("idle", "5")
	form.Set("emergency", "112")
	if _, location, _ := p.do("POST", "/k/"+p.key+"/settings", form); location == "" {
		t.Fatal("the settings were not saved")
	}
	needles := map[string][]byte{
		"the passphrase":        []byte("MARKERPASS"),
		"a name that was typed": []byte("MARKERNAME"),
		"the data key":          dataKey(t, p.data),
		"the path key":          []byte(p.key),
	}
	p.get("/k/" + p.key + "/home")
	before := p.child()
	for what, found := range search(t, []int{before}, needles) {
		if found == 0 {
			t.Errorf("before the lock %s is not found: the search does not work", what)
		}
	}
	p.lock()
	waitGone(t, "the child that held the key", before)
	delete(needles, "the path key") // the next lines ask for it
	after := []int{p.cmd.Process.Pid, p.child()}
	for what, found := range search(t, after, needles) {
		if found > 0 {
			t.Errorf("after the lock %s is found %d times", what, found)
		}
	}
	p.open2()
	guard := p.guard("/home")
	before = p.child()
	p.do("GET", "/leave", url.Values{})
	waitGone(t, "the child that was left", before)
	after = []int{p.cmd.Process.Pid, p.child()}
	needles["the form token"] = []byte(guard.Get("_token"))
	for what, found := range search(t, after, needles) {
		if found > 0 {
			t.Errorf("after leaving %s is found %d times", what, found)
		}
	}
}

// TestProgram_process looks at what the system tells about both processes.
func TestProgram_process(t *testing.T) {
	p := startProgram(t, buildProgram(t))
	p.open()
	code := p.address().Fragment
	for _, pid := range []int{p.cmd.Process.Pid, p.child()} {
		for _, name := range []string{"cmdline", "environ", "comm"} {
			raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/%s", pid, name))
			if err != nil {
				continue // hidden, and that is fine
			}
			for _, secret := range []string{code, p.key, "MARKERPASS"} {
				if bytes.Contains(raw, []byte(secret)) {
					t.Errorf("%s of a process holds a secret", name)
				}
			}
		}
		limits, err := os.ReadFile(fmt.Sprintf("/proc/%d/limits", pid))
		if err != nil {
			t.Fatal(err)
		}
		status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range strings.Split(string(limits), "\n") {
			if strings.HasPrefix(line, "Max core file size") && len(strings.Fields(line)) > 4 && strings.Fields(line)[4] != "0" {
				t.Errorf("a core dump is possible: %s", line)
			}
		}
		if !strings.Contains(string(status), "Umask:\t0077") {
			t.Error("new files are not private")
		}
	}
	err := filepath.WalkDir(p.data, func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", d.Name(), info.Mode())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// dataKey unwraps the data key from the header with the passphrase, on its own.
func dataKey(t *testing.T, dir string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(dir, "cases.vault"))
	if err != nil {
		t.Fatal(err)
	}
	var h struct {
		Format, ID string
		Slots      []struct {
			Kind, Worker, Salt, Key, Recipient string
			KDF                                struct {
				T, M uint32
				P    uint8
			}
		}
	}
	if err := json.Unmarshal(raw, &h); err != nil {
		t.Fatal(err)
	}
	for _, s := range h.Slots {
		if s.Kind != "passphrase" {
			continue
		}
		salt, err := hex.DecodeString(s.Salt)
		if err != nil {
			t.Fatal(err)
		}
		sealed, err := hex.DecodeString(s.Key)
		if err != nil {
			t.Fatal(err)
		}
		block, err := aes.NewCipher(argon2.IDKey([]byte(programPassphrase), salt, s.KDF.T, s.KDF.M, s.KDF.P, 32))
		if err != nil {
			t.Fatal(err)
		}
		aead, err := cipher.NewGCMWithRandomNonce(block)
		if err != nil {
			t.Fatal(err)
		}
		bound := fmt.Appendf(nil, "%s|%s|%s|%s|%d|%d|%d|%s|%s",
			h.Format, h.ID, s.Kind, s.Worker, s.KDF.T, s.KDF.M, s.KDF.P, s.Salt, s.Recipient)
		key, err := aead.Open(nil, nil, sealed, bound)
		if err != nil {
			t.Fatalf("unwrapping the data key: %v", err)
		}
		return key
	}
	t.Fatal("the header has no slot for a passphrase")
	return nil
}

// search counts the needles in everything that can be read of the processes' memory.
func search(t *testing.T, pids []int, needles map[string][]byte) map[string]int {
	t.Helper()
	found := map[string]int{}
	for what := range needles {
		found[what] = 0
	}
	for _, pid := range pids {
		maps, err := os.ReadFile(fmt.Sprintf("/proc/%d/maps", pid))
		if err != nil {
			t.Fatal(err)
		}
		mem, err := os.Open(fmt.Sprintf("/proc/%d/mem", pid))
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range strings.Split(string(maps), "\n") {
			var from, to int64
			var mode string
			if _, err := fmt.Sscanf(line, "%x-%x %s", &from, &to, &mode); err != nil || mode[0] != 'r' {
				continue
			}
			searchRange(mem, from, to, needles, found)
		}
		mem.Close()
	}
	return found
}

// searchRange reads in pieces that overlap by the longest needle.
func searchRange(mem *os.File, from, to int64, needles map[string][]byte, found map[string]int) {
	const piece, overlap = 1 << 20, 256
	buf := make([]byte, piece+overlap)
	for at := from; at < to; at += piece {
		n, _ := mem.ReadAt(buf[:min(int64(len(buf)), to-at)], at)
		for what, needle := range needles {
			found[what] += bytes.Count(buf[:n], needle)
		}
	}
}
