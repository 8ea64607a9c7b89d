//go:build linux || darwin

package main

import (
	"os"
	"syscall"
	"unsafe"
)

// hideInput stops the terminal from showing what is typed and returns what undoes it.
func hideInput(f *os.File) (restore func(), err error) {
	var before syscall.Termios
	if err := terminalCall(f, readTerminal, &before); err != nil {
		return nil, err
	}
	hidden := before
	hidden.Lflag &^= syscall.ECHO
	hidden.Lflag |= syscall.ICANON | syscall.ISIG
	if err := terminalCall(f, writeTerminal, &hidden); err != nil {
		return nil, err
	}
	return func() { _ = terminalCall(f, writeTerminal, &before) }, nil
}

// isTerminal reports whether somebody can answer questions on f; the null device is no terminal.
func isTerminal(f *os.File) bool {
	var state syscall.Termios
	return terminalCall(f, readTerminal, &state) == nil
}

func terminalCall(f *os.File, request uintptr, state *syscall.Termios) error {
	_, _, errno := syscall.Syscall(syscall.SYS_IOCTL, f.Fd(), request, uintptr(unsafe.Pointer(state)))
	if errno != 0 {
		return errno
	}
	return nil
}
