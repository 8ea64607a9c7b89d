//go:build !linux

package launch

// SameUser cannot be found out here and lets everybody go on: the launch token alone decides.
func SameUser(remote, local string) bool { return true }
