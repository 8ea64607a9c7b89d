package lan

import (
	"os"
	"path/filepath"
)

// classFolder is where Linux describes its network connections.
const classFolder = "/sys/class/net"

// kindOf asks the system what a connection is: one with a device behind it is real, a tunnel says so,
// and a bridge is as real as what is plugged into it. Of others (a plain Ethernet pair among them)
// the system knows no more than the name.
func kindOf(name string) linkKind {
	folder := filepath.Join(classFolder, filepath.Base(name))
	has := func(file string) bool {
		_, err := os.Stat(filepath.Join(folder, file))
		return err == nil
	}
	switch {
	case has("device"):
		return kindReal
	case has("tun_flags"):
		return kindTunnel
	case has("bridge"):
		return bridgeKind(folder)
	}
	return kindUnknown
}

func bridgeKind(folder string) linkKind {
	ports, err := filepath.Glob(filepath.Join(folder, "brif", "*"))
	if err != nil {
		return kindVirtual
	}
	for _, p := range ports {
		if _, err := os.Stat(filepath.Join(classFolder, filepath.Base(p), "device")); err == nil {
			return kindReal
		}
	}
	return kindVirtual
}
