//go:build unix

package vault

import "syscall"

// freeSpace returns the bytes an ordinary user can still write where dir lies.
func freeSpace(dir string) (uint64, error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return 0, err
	}
	return uint64(s.Bavail) * uint64(s.Bsize), nil
}
