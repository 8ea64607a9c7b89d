// Command keyholder answers one question for people who support survivors of intimate partner
// violence: who holds the keys to this person's devices, accounts and home, and what is the next
// safe step?
package main

import (
	"context"
	"io"
	"os"
	"os/signal"
	"strings"
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
		scanCommand(), vaultCommand(), identifyCommand(), versionCommand(),
		childServe(),
	}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	info, err := os.Stdin.Stat()
	terminal := err == nil && info.Mode()&os.ModeCharDevice != 0
	c := console{in: os.Stdin, out: os.Stdout, err: os.Stderr, terminal: terminal}
	os.Exit(run(ctx, os.Args[1:], c))
}

func run(ctx context.Context, args []string, c console) int {
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		for _, cmd := range commands() {
			if cmd.name == args[0] {
				return cmd.run(ctx, args[1:], c)
			}
		}
	}
	return runServe(ctx, args, c)
}
