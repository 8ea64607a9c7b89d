package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"keyholder/casework/vault"
	"keyholder/server"
	"keyholder/server/launch"
	"keyholder/server/logging"
	"keyholder/static"
	"keyholder/templates"
)

// childCommand is what the supervisor calls this binary with; it is not for people.
const childCommand = "serve-pages"

// serveSettings is what the supervisor hands to the child through a pipe. Nothing in it is secret.
type serveSettings struct {
	Data        string
	AllowSynced bool
	Lang        string
	Product     string
	LeaveURL    string
	IdleSeconds int
	MadeUp      bool // the demonstration
	Verbose     bool
}

// serveOptions is everything that can be said on the command line.
type serveOptions struct {
	settings serveSettings
	listen   string
	plain    bool
	quiet    bool // do not open the browser
}

func childServe() command {
	return command{name: childCommand, run: runChild}
}

// runServe is what keyholder does without a sub-command.
func runServe(ctx context.Context, args []string, c console) int {
	options, err := parseServe(args, os.Environ(), c.out)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err != nil {
		fmt.Fprintf(c.err, "keyholder: %v; keyholder -h lists commands and flags\n", err)
		return 2
	}
	if err := prepareServe(&options); err != nil {
		fmt.Fprintf(c.err, "keyholder: %s\n", errorText(err))
		return 1
	}
	return supervise(ctx, options, c)
}

// supervise runs the supervisor until the program is told to end.
func supervise(ctx context.Context, o serveOptions, c console) int {
	if err := launch.Harden(); err != nil {
		fmt.Fprintf(c.err, "keyholder: %v\n", err)
		return 1
	}
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	err := launch.Run(ctx, launch.Config{
		Dir: o.settings.Data, Listen: o.listen, Plain: o.plain, NoBrowser: o.quiet,
		Child: []string{childCommand}, Settings: o.settings, Out: c.out, Err: c.err,
	})
	if err != nil {
		fmt.Fprintf(c.err, "keyholder: %v\n", err)
		return 1
	}
	return 0
}

// prepareServe chooses the data folder and makes it private.
func prepareServe(o *serveOptions) error {
	if o.settings.Data == "" {
		dir, err := vault.DefaultFolder()
		if err != nil {
			return err
		}
		o.settings.Data = dir
	}
	if err := refuseFile(o.settings.Data); err != nil {
		return err
	}
	return vault.PrepareFolder(o.settings.Data, o.settings.AllowSynced)
}

// refuseFile says in words that -data names a file; what the system says about it helps nobody.
func refuseFile(dir string) error {
	if info, err := os.Stat(dir); err == nil && !info.IsDir() {
		return errors.New("-data names a file; it wants the folder that the cases are in")
	}
	return nil
}

// parseServe reads the flags of serving; each can also be set in the environment as KEYHOLDER_NAME.
// Help goes to out; an error is for the caller to print.
func parseServe(args, environ []string, out io.Writer) (serveOptions, error) {
	var o serveOptions
	flags := serveFlags(&o)
	finish := o.pageFlags(flags)
	flags.SetOutput(io.Discard)
	flags.Usage = func() {}
	if err := fromEnvironment(flags, environ); err != nil {
		return o, err
	}
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			serveUsage(flags, out)
		}
		return o, err
	}
	if flags.NArg() > 0 {
		return o, fmt.Errorf("%q is not a command", flags.Arg(0))
	}
	return o, finish()
}

// serveFlags returns the flags that choose the data folder.
func serveFlags(o *serveOptions) *flag.FlagSet {
	flags := flag.NewFlagSet("keyholder", flag.ContinueOnError)
	flags.StringVar(&o.settings.Data, "data", "", "`folder` for the encrypted cases (default: the system's own place)")
	flags.BoolVar(&o.settings.AllowSynced, "allow-synced", false, "accept a folder that a cloud service copies")
	return flags
}

// pageFlags adds the flags that say how the pages are served. The returned function takes over what
// was parsed and checks it.
func (o *serveOptions) pageFlags(flags *flag.FlagSet) (finish func() error) {
	flags.StringVar(&o.listen, "listen", "127.0.0.1:0", "loopback `address:port` to serve on; port 0 is a free one")
	flags.BoolVar(&o.plain, "plain-address", false, "serve under 127.0.0.1 for a browser that cannot open the named address")
	flags.BoolVar(&o.quiet, "no-browser", false, "do not open the browser, only print the address")
	flags.StringVar(&o.settings.Lang, "lang", "en", "`language` of the pages")
	flags.StringVar(&o.settings.Product, "neutral-title", "Keyholder", "`name` shown in the header and the window title")
	flags.StringVar(&o.settings.LeaveURL, "leave-url", "", "https `address` where Leave ends (default: a built-in neutral page)")
	idle := flags.Duration("idle-lock", 5*time.Minute, "lock after this `time` without anybody there, 1m to 30m")
	flags.BoolVar(&o.settings.Verbose, "verbose", false, "print every request by its kind, never by its content")
	return func() error {
		o.settings.IdleSeconds = int(idle.Seconds())
		return errors.Join(launch.CheckAddress(o.listen), o.settings.check())
	}
}

func (s serveSettings) check() error {
	if s.IdleSeconds < 60 || s.IdleSeconds > 1800 {
		return errors.New("-idle-lock has to be from 1m to 30m")
	}
	if s.LeaveURL != "" && !strings.HasPrefix(s.LeaveURL, "https://") {
		return errors.New("-leave-url has to begin with https://")
	}
	return nil
}

// otherVariables begin with our prefix but do not belong to serving.
func otherVariables() []string {
	return []string{"LAB", "LONG", "CHROMIUM", "BINARY", "ARTEFACTS"}
}

// fromEnvironment sets flags from KEYHOLDER_NAME. A name that is no flag is refused: a misspelt
// setting that is silently ignored could be the one that matters.
func fromEnvironment(flags *flag.FlagSet, environ []string) error {
	for _, entry := range environ {
		name, value, _ := strings.Cut(entry, "=")
		name, ours := strings.CutPrefix(name, "KEYHOLDER_")
		if !ours || slices.Contains(otherVariables(), name) {
			continue
		}
		key := strings.ToLower(strings.ReplaceAll(name, "_", "-"))
		if flags.Lookup(key) == nil {
			return fmt.Errorf("the environment sets KEYHOLDER_%s, which is not known here", name)
		}
		if err := flags.Set(key, value); err != nil {
			return fmt.Errorf("the environment sets KEYHOLDER_%s to something that does not fit: %w", name, err)
		}
	}
	return nil
}

func serveUsage(flags *flag.FlagSet, out io.Writer) {
	fmt.Fprint(out, "Usage: keyholder [flags]            serve the pages on this computer\n"+
		"       keyholder COMMAND [flags]    one of the commands below; COMMAND -h says more\n\n")
	for _, cmd := range commands() {
		if cmd.summary != "" {
			fmt.Fprintf(out, "  %-10s %s\n", cmd.name, cmd.summary)
		}
	}
	fmt.Fprint(out, "\nFlags of serving; each can also be set as KEYHOLDER_NAME in the environment:\n")
	printFlags(flags, out)
}

func printFlags(flags *flag.FlagSet, out io.Writer) {
	flags.SetOutput(out)
	flags.PrintDefaults()
}

// runChild serves the pages and holds the vault until the next lock. It ends when its pipe from the
// supervisor closes.
func runChild(ctx context.Context, _ []string, c console) int {
	if err := serveChild(ctx, c); err != nil {
		fmt.Fprintf(c.err, "keyholder: %v\n", err)
		return 1
	}
	return 0
}

// ownFolder stands in the data folder and holds the questions that an organisation has added.
const ownFolder = "content"

func serveChild(ctx context.Context, c console) error {
	if err := launch.Harden(); err != nil {
		return err
	}
	child, err := launch.Join()
	if err != nil {
		return err
	}
	var settings serveSettings
	if err := child.Settings(&settings); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	log := logging.New(c.err, settings.Verbose)
	logging.Bridge(log)
	data, err := server.LoadData()
	if err != nil {
		return err
	}
	data.AddOwn(os.DirFS(filepath.Join(settings.Data, ownFolder)))
	config := server.Config{
		Vault: &vaultPort{
			dir: settings.Data, opt: vault.Options{AllowSynced: settings.AllowSynced}, now: time.Now,
		},
		Keeper: child, Data: data, Log: log, Host: child.Host, Lang: settings.Lang, Product: settings.Product,
		LeaveURL: settings.LeaveURL, IdleLock: time.Duration(settings.IdleSeconds) * time.Second,
		MadeUp: settings.MadeUp, Version: version(), Templates: templates.FS, Static: static.FS,
		Exit:     func(string) { cancel() },
		SameUser: launch.SameUser,
		ErrorKey: vault.Key,
	}
	if settings.MadeUp {
		config.Check, config.Shown = demoCheck, demoPassphrase
	}
	s, err := server.New(config)
	if err != nil {
		return err
	}
	if err := child.Ready(); err != nil {
		return err
	}
	return s.Serve(ctx, child.Listeners)
}
