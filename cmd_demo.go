package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"keyholder/casework"
	"keyholder/casework/checklist"
	"keyholder/casework/store"
	"keyholder/casework/vault"
	"keyholder/server/launch"
)

// What every demonstration has in common. The passphrase protects nothing and is shown on the page
// that asks for it.
const (
	demoPassphrase = "made-up cases only"
	demoPrefix     = "keyholder-demo-" // of its folder among the system's temporary ones
	demoTries      = 3
)

const demoUsage = `Usage: keyholder demo [flags]

Serves a throw-away vault filled with made-up cases, for a course or a first look. Every page, every
printed sheet and every row of exported figures is marked as made up. It has a folder, a local
address and cookies of its own, its check of the network only plays one back, and the folder is
deleted when the program ends. It never opens real cases, so there is no -data here.

The passphrase is: ` + demoPassphrase + `

Flags; each can also be set as KEYHOLDER_NAME in the environment:
`

func demoCommand() command {
	return command{name: "demo", summary: "serve made-up cases, for a course or a first look", run: runDemo}
}

// runDemo serves made-up cases until the program is told to end, and deletes them. Exit status: 0
// done, 1 it did not work, 2 wrong use.
func runDemo(ctx context.Context, args []string, c console) int {
	options, err := parseDemo(args, os.Environ(), c.out)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err != nil {
		fmt.Fprintf(c.err, "keyholder demo: %v; keyholder demo -h lists the flags\n", err)
		return 2
	}
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	vault.PrivateFiles()
	removeLeftDemos(os.TempDir())
	dir, remove, err := newDemoFolder(os.TempDir())
	if err != nil {
		fmt.Fprintf(c.err, "keyholder demo: %v\n", err)
		return 1
	}
	defer remove()
	options.settings.Data = filepath.Join(dir, "data")
	fmt.Fprintln(c.out, "Making up some cases. This takes a few seconds.")
	if err := fillDemo(ctx, options.settings.Data); err != nil {
		if ctx.Err() == nil {
			fmt.Fprintf(c.err, "keyholder demo: %s\n", errorText(err))
		}
		return 1
	}
	fmt.Fprintf(c.out, "Everything in this demonstration is made up, and is deleted at the end.\nPassphrase: %s\n", demoPassphrase)
	return supervise(ctx, options, c)
}

// parseDemo reads the flags of serving without those that choose a folder: made-up cases must never
// come near real ones.
func parseDemo(args, environ []string, out io.Writer) (serveOptions, error) {
	o := serveOptions{settings: serveSettings{MadeUp: true, AllowSynced: true}}
	if err := refuseData(args, environ); err != nil {
		return o, err
	}
	flags := flag.NewFlagSet("demo", flag.ContinueOnError)
	finish := o.pageFlags(flags)
	flags.SetOutput(io.Discard)
	flags.Usage = func() {}
	if err := fromEnvironment(flags, environ); err != nil {
		return o, err
	}
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			fmt.Fprint(out, demoUsage)
			printFlags(flags, out)
		}
		return o, err
	}
	if flags.NArg() > 0 {
		return o, errors.New("it takes flags only")
	}
	return o, finish()
}

// refuseData says in words why a data folder has no place here; "unknown flag" would leave a trainer
// guessing.
func refuseData(args, environ []string) error {
	for _, arg := range args {
		name, _, _ := strings.Cut(strings.TrimLeft(arg, "-"), "=")
		if strings.HasPrefix(arg, "-") && name == "data" {
			return errors.New("the demonstration has a folder of its own and never opens real cases. Leave -data away")
		}
	}
	for _, entry := range environ {
		if strings.HasPrefix(entry, "KEYHOLDER_DATA=") {
			return errors.New("KEYHOLDER_DATA is set, but the demonstration has a folder of its own and never opens " +
				"real cases. Unset it and start again")
		}
	}
	return nil
}

// errNoDemoFolder is returned when other programs keep taking the folders we make.
var errNoDemoFolder = errors.New("making a folder for the demonstration failed; start it once more")

// newDemoFolder makes a private folder and holds its lock, by which a later start knows that it is in
// use. remove deletes all of it.
func newDemoFolder(parent string) (dir string, remove func(), err error) {
	for range demoTries {
		if dir, err = os.MkdirTemp(parent, demoPrefix); err != nil {
			return "", nil, fmt.Errorf("making a folder for the demonstration: %w", err)
		}
		release, err := launch.Hold(dir)
		if err != nil {
			continue // another start took it for a left one just now
		}
		if _, err := os.Stat(dir); err == nil {
			return dir, func() { removeHeld(dir, release) }, nil
		}
		release()
	}
	return "", nil, errNoDemoFolder
}

// removeHeld deletes a folder whose lock we hold. Some systems keep the lock's own file until it is
// given back, so there is a second round.
func removeHeld(dir string, release func()) {
	_ = os.RemoveAll(dir)
	release()
	_ = os.RemoveAll(dir)
}

// removeLeftDemos deletes the folders of demonstrations that were killed. A folder whose lock is held
// belongs to one that runs; one without a lock is being made, or is not ours.
func removeLeftDemos(parent string) {
	found, err := filepath.Glob(filepath.Join(parent, demoPrefix+"*"))
	if err != nil {
		return
	}
	for _, dir := range found {
		if !leftDemo(dir) {
			continue
		}
		release, err := launch.Hold(dir)
		if err != nil {
			continue
		}
		removeHeld(dir, release)
	}
}

// leftDemo reports whether something looks like a folder that newDemoFolder made. Others can put
// things into the system's temporary folder too, so links are never followed.
func leftDemo(dir string) bool {
	info, err := os.Lstat(dir)
	if err != nil || !info.IsDir() {
		return false
	}
	lock, err := os.Lstat(filepath.Join(dir, "instance.lock"))
	return err == nil && lock.Mode().Type()&fs.ModeType == 0
}

// fillDemo makes the vault and writes the cases.
func fillDemo(ctx context.Context, dir string) (err error) {
	v, _, err := vault.Create(ctx, dir, string(casework.DemoWorker), []byte(demoPassphrase), vault.Options{AllowSynced: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, v.Close(context.WithoutCancel(ctx))) }()
	s, err := store.Open(ctx, v, nil)
	if err != nil {
		return err
	}
	content, err := checklist.Load()
	if err != nil {
		return err
	}
	return casework.BuildDemo(ctx, casework.CasebookConfig{
		Record: s, Cases: s, Audit: s, Clock: time.Now, Content: content, MadeUp: true,
	}, casework.DemoSeed)
}
