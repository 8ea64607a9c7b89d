package main

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"keyholder/casework/store"
	"keyholder/casework/vault"
)

// TestMain lets this test binary stand in for the program: a script, or a test, that starts
// "keyholder" starts main.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"keyholder": main})
}

// TestScripts runs the program as people and other programs call it.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			home := filepath.Join(env.WorkDir, "home")
			env.Setenv("HOME", home)
			env.Setenv("LOCALAPPDATA", home)
			return os.Mkdir(home, 0o700)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"makevault": makeVault, "appears": appears, "vanishes": vanishes, "empty": empty, "null": null,
		},
	})
}

// makeVault makes a vault: makevault DIR PASSPHRASE.
func makeVault(ts *testscript.TestScript, _ bool, args []string) {
	ctx := context.Background()
	o := vault.Options{KDF: vault.KDF{Passes: 1, MemKiB: 19 << 10, Threads: 1}}
	v, _, err := vault.Create(ctx, ts.MkAbs(args[0]), "worker", []byte(args[1]), o)
	ts.Check(err)
	_, err = store.Open(ctx, v, nil)
	ts.Check(err)
	ts.Check(v.Close(ctx))
}

// patience is how long a script waits for something that a program in the background does.
const patience = 90 * time.Second

// appears waits until a file is there; a pattern is allowed.
func appears(ts *testscript.TestScript, _ bool, args []string) {
	waitFor(ts, args[0], func(found int) bool { return found > 0 })
}

// vanishes waits until no file of that pattern is there.
func vanishes(ts *testscript.TestScript, _ bool, args []string) {
	waitFor(ts, args[0], func(found int) bool { return found == 0 })
}

func waitFor(ts *testscript.TestScript, pattern string, enough func(found int) bool) {
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		found, err := filepath.Glob(ts.MkAbs(pattern))
		ts.Check(err)
		if enough(len(found)) {
			return
		}
	}
	ts.Fatalf("waited too long for %s", pattern)
}

// empty demands that there is no file below some folders, not even a hidden one.
func empty(ts *testscript.TestScript, _ bool, args []string) {
	for _, dir := range args {
		err := filepath.WalkDir(ts.MkAbs(dir), func(path string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				ts.Fatalf("%s holds %s", dir, d.Name())
			}
			return err
		})
		ts.Check(err)
	}
}

// null runs the program with the null device as its input, which is a device but no terminal:
// null STATUS ARGUMENT…
func null(ts *testscript.TestScript, _ bool, args []string) {
	in, err := os.Open(os.DevNull)
	ts.Check(err)
	defer in.Close()
	c := console{in: in, out: ts.Stdout(), err: ts.Stderr(), terminal: isTerminal(in)}
	status := run(context.Background(), slices.Clone(args[1:]), c)
	if got := string(rune('0' + status)); got != args[0] {
		ts.Fatalf("the exit status is %s, not %s", got, args[0])
	}
}
