//go:build windows

package launch

import "golang.org/x/sys/windows"

// Harden keeps the system from offering to send a crash, with the memory of this process, to its
// maker. The data folder's own permissions keep files private here.
func Harden() error {
	windows.SetErrorMode(windows.SEM_FAILCRITICALERRORS | windows.SEM_NOGPFAULTERRORBOX)
	return nil
}
