//go:build !linux

package lan

// kindOf leaves the decision to the name: these systems do not tell more.
func kindOf(string) linkKind { return kindUnknown }
