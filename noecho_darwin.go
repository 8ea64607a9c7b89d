package main

import "syscall"

const (
	readTerminal  = syscall.TIOCGETA
	writeTerminal = syscall.TIOCSETA
)
