//go:build windows

package vault

// PrivateFiles does nothing on Windows, where files take the rights of their folder and the local
// application data folder is the user's own.
func PrivateFiles() {}
