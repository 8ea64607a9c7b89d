// Command keyholder answers one question for people who support survivors of intimate partner
// violence: who holds the keys to this person's devices, accounts and home, and what is the next
// safe step?
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	_ "time/tzdata" // the laptop may have no zone data of its own
)

// console is what a command reads and writes; tests replace it.
type console struct {
	in       io.Reader
	out, err io.Writer
	terminal bool // standard input is a terminal, so questions can be asked
}

// command is one sub-command. run returns the exit status: 0 done, 1 it did not work, 2 wrong use.
type command struct {
	name, summary string
	run           func(ctx context.Context, args []string, c console) int
}

func commands() []command {
	return []command{
		scanCommand(), importCommand(), identifyCommand(), demoCommand(), vaultCommand(), contentCommand(), verifyCommand(), versionCommand(), licencesCommand(),
		childServe(),
	}
}

// softMemory is what the program tries to stay below, in bytes, by tidying up earlier: a flood of
// made-up devices is mostly waste.
const softMemory = 192 << 20

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(softMemory)
	}
	c := console{in: os.Stdin, out: os.Stdout, err: os.Stderr, terminal: isTerminal(os.Stdin)}
	os.Exit(run(ctx, os.Args[1:], c))
}

func run(ctx context.Context, args []string, c console) int {
	if len(args) > 0 && args[0] == "help" {
		args = []string{"-h"}
	}
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		for _, cmd := range commands() {
			if cmd.name == args[0] {
				return cmd.run(ctx, args[1:], c)
			}
		}
	}
	return runServe(ctx, args, c)
}

// noFlags answers a command that takes nothing but -h. done says that there is nothing left to do.
func noFlags(name, usage string, args []string, c console) (status int, done bool) {
	flags := flag.NewFlagSet(name, flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	err := flags.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprint(c.out, usage)
		return 0, true
	case err != nil || flags.NArg() > 0:
		fmt.Fprintf(c.err, "keyholder %s: it takes no arguments; keyholder %s -h says what it does\n", name, name)
		return 2, true
	}
	return 0, false
}
