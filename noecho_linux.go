package main

import "syscall"

const (
	readTerminal  = syscall.TCGETS
	writeTerminal = syscall.TCSETS
)
