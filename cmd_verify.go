package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"keyholder/casework/bundle"
)

const verifyUsage = `Usage: keyholder verify FILE

Checks a file that was made of a network check: that every document in it has the hash that the list
inside gives, and that nothing else is in it. Then it prints the SHA-256 of the whole file. Compare it
with the one in the record: only that says that the file is the one that was made then.

Exit status: 0 the file is whole, 1 it was changed or is no such file, 2 wrong use.
`

func verifyCommand() command {
	return command{name: "verify", summary: "check a file that was made of a network check", run: runVerify}
}

// largestBundle bounds what is read, in bytes.
const largestBundle = 128 << 20

// runVerify checks one file. Exit status: 0 whole, 1 changed or no such file, 2 wrong use.
func runVerify(_ context.Context, args []string, c console) int {
	flags := flag.NewFlagSet("verify", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	err := flags.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprint(c.out, verifyUsage)
		return 0
	case err != nil || flags.NArg() != 1:
		fmt.Fprintln(c.err, "keyholder verify: give the name of one file; keyholder verify -h says what it does")
		return 2
	}
	file, err := readBundle(flags.Arg(0))
	if err != nil {
		fmt.Fprintf(c.err, "keyholder verify: %v\n", err)
		return 1
	}
	parts, err := bundle.Check(file)
	if err != nil {
		fmt.Fprintf(c.err, "keyholder verify: %v. Do not rely on it; ask for the file once more.\n", err)
		return 1
	}
	for _, p := range parts {
		fmt.Fprintf(c.out, "%s  %s\n", bundle.Sum(p.Body), p.Name)
	}
	fmt.Fprintf(c.out, "\nThe file is whole. SHA-256 of the file:\n%s\n", bundle.Sum(file))
	return 0
}

// readBundle reads a file that is not larger than any file of evidence. Where it lies and what it is
// called stay out of errors: either may be somebody's name.
func readBundle(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, errors.New("the file cannot be opened; look at its name and whether you may read it")
	}
	defer f.Close()
	file, err := io.ReadAll(io.LimitReader(f, largestBundle+1))
	switch {
	case err != nil:
		return nil, errors.New("the file cannot be read to its end; copy it to this computer and try again")
	case len(file) > largestBundle:
		return nil, bundle.ErrNoBundle
	}
	return file, nil
}
