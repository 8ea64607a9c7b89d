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
