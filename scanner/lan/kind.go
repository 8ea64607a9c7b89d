package lan

import (
	"regexp"
	"strings"
)

// tunnelName and virtualName recognise the names that VPN programs, containers and virtual machines
// give to their connections on Linux, macOS and Windows.
func tunnelName() *regexp.Regexp {
	return regexp.MustCompile(`^(tun|tap|wg|ppp|utun|ipsec|vpn|tailscale|zt|nebula|gif|stf|sit|gre|wwan)[0-9a-z-]*$|` +
		`(wireguard|openvpn|tap-windows|vpn|tailscale|zerotier)`)
}

func virtualName() *regexp.Regexp {
	return regexp.MustCompile(`^(docker|br-|veth|cni|flannel|podman|lxc|lxdbr|virbr|vmnet|vboxnet|vnet|incusbr|` +
		`dummy|ifb|bridge[0-9]|awdl|llw|anpi|ap[0-9])|` +
		`(vethernet|virtualbox|vmware|hyper-v|wsl|loopback|bluetooth)`)
}

// guessKind goes by the name alone, where the system does not tell more.
func guessKind(name string) linkKind {
	name = strings.ToLower(name)
	switch {
	case tunnelName().MatchString(name):
		return kindTunnel
	case virtualName().MatchString(name):
		return kindVirtual
	}
	return kindUnknown
}
