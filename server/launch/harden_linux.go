//go:build linux

package launch

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// hideMemory forbids other programs of the same user to read this process's memory or to attach a
// debugger, and the system to dump it.
func hideMemory() error {
	if err := unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0); err != nil {
		return fmt.Errorf("hiding the process's memory: %w", err)
	}
	return nil
}
