//go:build unix

package launch

import (
	"fmt"
	"os/exec"
	"syscall"

	"golang.org/x/sys/unix"
)

// Harden keeps this process from leaving traces: files it makes are for their owner only, and it
// leaves no core dump. Both processes call it before anything else.
func Harden() error {
	unix.Umask(0o077)
	if err := unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{}); err != nil {
		return fmt.Errorf("switching off core dumps: %w", err)
	}
	return hideMemory()
}

// detach gives a started process a session of its own, so that Ctrl-C in the terminal reaches the
// supervisor only.
func detach(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} }
