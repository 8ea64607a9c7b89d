//go:build !linux && !darwin && !windows

package main

import (
	"errors"
	"os"
)

// hideInput cannot hide what is typed here, so nothing is asked for on the screen.
func hideInput(*os.File) (restore func(), err error) {
	return nil, errors.New("a passphrase would be shown on this system; send it through standard input")
}

// isTerminal reports whether f may be a terminal.
func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
