package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"keyholder/casework"
	"keyholder/casework/casetest"
	"keyholder/casework/store"
	"keyholder/casework/vault"
	"keyholder/server/launch"
)

// vaultCall runs keyholder vault without a terminal.
func vaultCall(t *testing.T, input string, args ...string) (status int, out, errOut string) {
	t.Helper()
	var o, e bytes.Buffer
	c := console{in: strings.NewReader(input), out: &o, err: &e}
	status = runVaultWith(t.Context(), args, c, casetest.VaultOptions())
	return status, o.String(), e.String()
}

// lockedVault makes a vault with one case and returns its folder and recovery key.
func lockedVault(t *testing.T) (dir, recovery string) {
	t.Helper()
	v, recovery := casetest.NewVault(t)
	s, err := store.Open(t.Context(), v, nil)
	if err != nil {
		t.Fatal(err)
	}
	casetest.Opened(t, s)
	if err := v.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
	return v.Dir(), recovery
}

func wantCall(t *testing.T, want int, text, input string, args ...string) string {
	t.Helper()
	status, out, errOut := vaultCall(t, input, args...)
	if status != want || !strings.Contains(out+errOut, text) {
		t.Errorf("keyholder vault %v: status %d, %q %q; want %d and %q", args, status, out, errOut, want, text)
	}
	return out
}

const newPass = "lantern oyster pixel garden moth zinc"

func TestVault_usage(t *testing.T) {
	wantCall(t, 0, "Usage: keyholder vault", "", "-h")
	wantCall(t, 0, "Usage: keyholder vault", "", "check", "-h")
	wantCall(t, 2, "say what to do", "")
	wantCall(t, 2, "say what to do", "", "open")
	wantCall(t, 2, "never an argument", "", "passphrase", "my secret")
	wantCall(t, 2, "-to FOLDER is missing", "", "backup")
	wantCall(t, 2, "-from FILE is missing", "", "restore")
	wantCall(t, 1, "nothing here yet", "", "check", "-data", t.TempDir())
}

func TestVault_check(t *testing.T) {
	dir, recovery := lockedVault(t)
	out := wantCall(t, 0, "every page is what was written", casetest.Passphrase+"\n", "check", "-data", dir)
	for _, want := range []string{"1 entries form one chain", "0 of 0 files", "1 passphrase(s), 1 recovery key(s)", "Signs as:  "} {
		if !strings.Contains(out, want) {
			t.Errorf("the check does not say %q: %q", want, out)
		}
	}
	wantCall(t, 0, "every page", strings.ToLower(recovery), "check", "-data", dir)
	wantCall(t, 1, "does not open it", "something else\n", "check", "-data", dir)
	wantCall(t, 1, "the input ended", "", "check", "-data", dir)
	damage(t, filepath.Join(dir, "cases.vault"), 40)
	wantCall(t, 0, "repaired from its copy", casetest.Passphrase+"\n", "check", "-data", dir)
	release, err := launch.Hold(dir)
	if err != nil {
		t.Fatal(err)
	}
	wantCall(t, 1, "close it first", casetest.Passphrase+"\n", "check", "-data", dir)
	release()
}

func damage(t *testing.T, path string, at int) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	b[at] ^= 1
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestVault_checkFindsDamagedEvidence(t *testing.T) {
	v, _ := casetest.NewVault(t)
	s, err := store.Open(t.Context(), v, nil)
	if err != nil {
		t.Fatal(err)
	}
	item, err := s.AddEvidence(t.Context(), casetest.Opened(t, s), strings.NewReader("a picture"), casetest.Worker, casetest.At(2))
	if err != nil {
		t.Fatal(err)
	}
	if err := v.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
	damage(t, filepath.Join(v.Dir(), "evidence", item.File), 150)
	wantCall(t, 1, "is missing or damaged", casetest.Passphrase+"\n", "check", "-data", v.Dir())
}

func TestVault_passphrase(t *testing.T) {
	dir, recovery := lockedVault(t)
	call := func(want int, text, input string, more ...string) string {
		t.Helper()
		return wantCall(t, want, text, input, append([]string{"passphrase", "-data", dir}, more...)...)
	}
	call(1, "not the same", casetest.Passphrase+"\n"+newPass+"\nother\n")
	call(1, "too short", casetest.Passphrase+"\nshort\nshort\n")
	call(1, "too easy", casetest.Passphrase+"\npasswordpassword\npasswordpassword\n")
	call(0, "is changed", casetest.Passphrase+"\n"+newPass+"\n"+newPass+"\n")
	call(1, "does not open it", casetest.Passphrase+"\n"+newPass+"\n"+newPass+"\n")
	call(0, "is changed", recovery+"\n"+casetest.Passphrase+"\n"+casetest.Passphrase+"\n")
	out := call(0, "bits", casetest.Passphrase+"\n", "-generate")
	phrase := strings.TrimSpace(strings.Split(out, "\n\n")[1])
	out = call(0, "kept nowhere", phrase+"\n", "-recovery")
	fresh := regexp.MustCompile(`([0-9A-Z]{4}-){6}[0-9A-Z]{4}`).FindString(out)
	call(1, "does not open it", recovery+"\n", "-recovery")
	wantCall(t, 0, "5 entries form one chain", fresh+"\n", "check", "-data", dir)
	wantCall(t, 1, "Above all group 1.", "U"+fresh[1:]+"\n", "check", "-data", dir)
}

func TestVault_passphraseOfOneOfSeveral(t *testing.T) {
	v, recovery := casetest.NewVault(t)
	other := casework.NewID()
	if err := v.AddPassphrase(other, []byte(newPass)); err != nil {
		t.Fatal(err)
	}
	if err := v.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
	changed := "pebble quartz raven igloo thistle wagon"
	input := recovery + "\n" + changed + "\n" + changed + "\n"
	wantCall(t, 1, "-worker, one of: "+string(casetest.Worker)+", "+other, input, "passphrase", "-data", v.Dir())
	wantCall(t, 0, "is changed", input, "passphrase", "-data", v.Dir(), "-worker", other)
	wantCall(t, 0, "every page", changed+"\n", "check", "-data", v.Dir())
	wantCall(t, 0, "every page", casetest.Passphrase+"\n", "check", "-data", v.Dir())
}

func TestVault_backupAndRestore(t *testing.T) {
	dir, recovery := lockedVault(t)
	folder := filepath.Join(t.TempDir(), "stick")
	out := wantCall(t, 0, "expires after 35 days", casetest.Passphrase+"\n", "backup", "-data", dir, "-to", folder)
	path := strings.TrimSpace(strings.TrimPrefix(strings.Split(out, "\n")[0], "Backup:"))
	signed := regexp.MustCompile(`Signed by: (\S+)`).FindStringSubmatch(out)[1]
	elsewhere := filepath.Join(t.TempDir(), "elsewhere")
	wantCall(t, 1, "does not open this backup", casetest.Passphrase+"\n", "restore", "-from", path, "-data", elsewhere)
	wantCall(t, 0, "Signed by: "+signed, recovery+"\n", "restore", "-from", path, "-data", elsewhere)
	wantCall(t, 1, "Choose another folder", recovery+"\n", "restore", "-from", path, "-data", elsewhere)
	wantCall(t, 0, "1 entries form one chain", casetest.Passphrase+"\n", "check", "-data", elsewhere)
	wantCall(t, 0, "kept", casetest.Passphrase+"\n", "check", "-data", dir)
	synced := filepath.Join(t.TempDir(), "Dropbox", "data")
	wantCall(t, 1, "cloud service", recovery+"\n", "restore", "-from", path, "-data", synced)
	wantCall(t, 0, "Restored", recovery+"\n", "restore", "-from", path, "-data", synced, "-allow-synced")
}

// Every failure of the vault has words that say what to do.
func TestVault_everyFailureHasWords(t *testing.T) {
	source, err := os.ReadFile(filepath.Join("casework", "vault", "failure.go"))
	if err != nil {
		t.Fatal(err)
	}
	keys := regexp.MustCompile(`Failure = "([a-z_.]+)"`).FindAllStringSubmatch(string(source), -1)
	if len(keys) < 20 {
		t.Fatalf("only %d failures found", len(keys))
	}
	for _, k := range keys {
		text := errorText(vault.Failure(k[1]))
		if text == k[1] || !strings.HasSuffix(text, ".") {
			t.Errorf("%s reads %q", k[1], text)
		}
	}
}
