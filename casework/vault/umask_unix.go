//go:build unix

package vault

import "syscall"

// PrivateFiles makes every file this process creates readable by its user only. A program calls it
// once, at start.
func PrivateFiles() { syscall.Umask(0o077) }
