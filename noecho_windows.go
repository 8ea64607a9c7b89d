package main

import (
	"os"
	"syscall"
)

// hideInput stops the console from showing what is typed and returns what undoes it.
func hideInput(f *os.File) (restore func(), err error) {
	const echoInput = 0x0004 // ENABLE_ECHO_INPUT
	handle := syscall.Handle(f.Fd())
	var before uint32
	if err := syscall.GetConsoleMode(handle, &before); err != nil {
		return nil, err
	}
	set := syscall.NewLazyDLL("kernel32.dll").NewProc("SetConsoleMode")
	if ok, _, err := set.Call(uintptr(handle), uintptr(before&^echoInput)); ok == 0 {
		return nil, err
	}
	return func() { _, _, _ = set.Call(uintptr(handle), uintptr(before)) }, nil
}

// isTerminal reports whether somebody can answer questions on f; the null device is no console.
func isTerminal(f *os.File) bool {
	var mode uint32
	return syscall.GetConsoleMode(syscall.Handle(f.Fd()), &mode) == nil
}
