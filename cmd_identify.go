package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"

	"keyholder/scanner/catalogue"
)

const identifyUsage = `Usage: keyholder identify < sightings.jsonl

Says what devices are. Reads one JSON object on each line from standard input:
  {"id":"a","sightings":[{"kind":"dhcp","hostname":"Pixel-7a"},{"kind":"neighbour","mac":"3e:91:7c:0d:5e:01"}]}
and writes one on each line to standard output, in the same order:
  {"id":"a","class":"phone","group":"phone_computer","brand":"Google","model":"","confidence":"likely","evidence":[…]}

Nothing is sent anywhere and nothing is stored. A line that cannot be read is answered with
{"id","line","error"} and the exit status is 1 at the end. Format: docs/identify-format.md.
`

func identifyCommand() command {
	return command{name: "identify", summary: "say what devices are, from sightings as JSON lines", run: runIdentify}
}

// runIdentify answers sightings on standard input. Exit status: 0 done, 1 some lines could not be read
// or a stream broke, 2 wrong use.
func runIdentify(ctx context.Context, args []string, c console) int {
	flags := flag.NewFlagSet("identify", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	err := flags.Parse(args)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(c.out, identifyUsage)
		return 0
	}
	if err != nil || flags.NArg() > 0 {
		fmt.Fprint(c.err, "identify takes no arguments; send the sightings on standard input.\n\n", identifyUsage)
		return 2
	}
	rules, err := catalogue.Load()
	if err != nil {
		fmt.Fprintln(c.err, "keyholder identify:", err)
		return 1
	}
	if c.terminal {
		fmt.Fprintln(c.err, "Waiting for sightings, one JSON object on each line; end with Ctrl-D. Help: keyholder identify -h")
	}
	out := bufio.NewWriter(c.out)
	stats, err := rules.Stream(ctx, newWaiting(ctx, c.in), out)
	if flushErr := out.Flush(); err == nil {
		err = flushErr
	}
	if err != nil {
		fmt.Fprintln(c.err, "keyholder identify:", err)
		return 1
	}
	if stats.Failed > 0 {
		fmt.Fprintf(c.err, "%d of %d lines could not be read; each is answered with its reason.\n", stats.Failed, stats.Lines)
		return 1
	}
	return 0
}
