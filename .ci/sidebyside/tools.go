package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/netip"
	"os/exec"
	"regexp"
	"runtime"
	"slices"
	"strings"

	"keyholder/scanner/scantest"
)

const header = "| Tool | Devices | Names | Classes | Seconds | Programs it stopped |\n| --- | ---: | ---: | ---: | ---: | --- |\n"

func footer(l *scantest.Lab, runs int) string {
	return fmt.Sprintf("\n%d devices, median of %d, on %d processors of %s/%s.\n", len(l.Devices), runs, runtime.NumCPU(), runtime.GOOS, runtime.GOARCH)
}

// counted is what one run found.
type counted struct{ devices, names, classes int }

// tool is one way of looking at the network.
type tool struct {
	name, title string
	command     func(context.Context) *exec.Cmd
	count       func(out string, truth []scantest.LabDevice) counted
}

// Both networks of the lab's laptop.
const networks = "10.77.0.0/24 10.78.0.0/24"

func tools(l *scantest.Lab, binary string) []tool {
	shell := func(line string) func(context.Context) *exec.Cmd {
		return func(ctx context.Context) *exec.Cmd { return l.Command(ctx, "laptop", "sh", "-c", line) }
	}
	ours := func(options ...string) func(context.Context) *exec.Cmd {
		argv := append([]string{binary, "scan", "-json", "-attest", "own-network"}, options...)
		return func(ctx context.Context) *exec.Cmd { return l.Unprivileged(ctx, argv...) }
	}
	return []tool{
		{"quiet", "`keyholder scan` (ask quietly; no root)", ours(), countOurs},
		{"full", "`keyholder scan -mode full`, every device ticked (no root)", ours(ticked(l)...), countOurs},
		{"nmap -sn", "`nmap -sn` (root)", shell("nmap -sn " + networks), countText},
		{"arp-scan", "`arp-scan` (root)", shell("arp-scan -I eth0 10.77.0.0/24; arp-scan -I eth1 10.78.0.0/24"), countText},
		{"avahi-browse", "`avahi-browse -artp`", shell("avahi-browse -artp"), countAvahi},
		{"nmap -F", "`nmap -F` (root)", shell("nmap -F " + networks), countText},
	}
}

// ticked names every device. One that has only IPv6 is named by the address its hardware address gives it.
func ticked(l *scantest.Lab) []string {
	options := []string{"-mode", "full"}
	for _, d := range l.Devices {
		addr := d.Addr
		if addr == "-" {
			addr = linkLocal(d.MAC) + "%eth0"
		}
		options = append(options, "-device", addr)
	}
	return options
}

// linkLocal is the IPv6 address that a device makes from its hardware address; empty when it is none.
func linkLocal(mac string) string {
	h, err := net.ParseMAC(mac)
	if err != nil || len(h) != 6 {
		return ""
	}
	return netip.AddrFrom16([16]byte{0xfe, 0x80, 8: h[0] ^ 2, h[1], h[2], 0xff, 0xfe, h[3], h[4], h[5]}).String()
}

// countOurs reads the lines of the check's own output.
func countOurs(out string, truth []scantest.LabDevice) counted {
	var c counted
	seen := map[string]bool{}
	for line := range strings.Lines(out) {
		var f struct {
			MACs, Addresses, Names   []string
			Group, Class, Confidence string
		}
		if json.Unmarshal([]byte(line), &f) != nil {
			continue
		}
		i := slices.IndexFunc(truth, func(d scantest.LabDevice) bool {
			return slices.Contains(f.MACs, d.MAC) || slices.Contains(f.Addresses, d.Addr)
		})
		if i < 0 || seen[truth[i].Name] {
			continue
		}
		seen[truth[i].Name] = true
		c.devices++
		if len(f.Names) > 0 {
			c.names++
		}
		if right(truth[i], f.Group, f.Class, f.Confidence) {
			c.classes++
		}
	}
	return c
}

// right is the lab's own rule: group and class of the truth, or no sure class where none can be told.
func right(d scantest.LabDevice, group, class, confidence string) bool {
	return slices.Contains(d.Groups, group) &&
		(slices.Contains(d.Classes, class) || d.Unclear() && (class == "" || confidence == "possible"))
}

// Kinds that a word of another tool's output names by itself. Being generous, the group is enough.
var kinds = map[string]string{
	"_ipp._tcp": "phone_computer", "_printer._tcp": "phone_computer", "_pdl-datastream._tcp": "phone_computer",
	"_raop._tcp": "iot_hub", "_airplay._tcp": "iot_screen_appliance", "_rtsp._tcp": "iot_camera",
	"_adisk._tcp": "network", "_smb._tcp": "network", "ipp": "phone_computer", "jetdirect": "phone_computer",
	"rtsp": "iot_camera", "_mpd._tcp": "iot_hub", "_snapcast._tcp": "iot_hub",
	// avahi-browse prints the usual types in words.
	"Internet Printer": "phone_computer", "UNIX Printer": "phone_computer", "PDL Printer": "phone_computer",
	"Secure Internet Printer": "phone_computer", "AirTunes Remote Audio": "iot_hub", "AirPlay Remote Video": "iot_screen_appliance",
	"Microsoft Windows Network": "network", "Apple TimeMachine": "network", "Music Player Daemon": "iot_hub",
	"RTSP Realtime Streaming Server": "iot_camera",
}

var (
	nmapHead = regexp.MustCompile(`(?m)^Nmap scan report for (?:(\S+) \()?([0-9a-f.:]+)\)?$`)
	openPort = regexp.MustCompile(`(?m)^\d+/tcp +open +(\S+)`)
	anyAddr  = regexp.MustCompile(`\b\d+\.\d+\.\d+\.\d+\b`)
)

// countText reads nmap's blocks and arp-scan's lines: a device for each address of the truth, a name where
// one stands beside it.
func countText(out string, truth []scantest.LabDevice) counted {
	var c counted
	heads := nmapHead.FindAllStringSubmatchIndex(out, -1)
	for _, d := range truth {
		if len(heads) == 0 {
			if slices.Contains(anyAddr.FindAllString(out, -1), d.Addr) {
				c.devices++
			}
			continue
		}
		for i, h := range heads {
			if out[h[4]:h[5]] != d.Addr {
				continue
			}
			c.devices++
			if h[2] >= 0 {
				c.names++
			}
			end := len(out)
			if i+1 < len(heads) {
				end = heads[i+1][0]
			}
			if says(openPort.FindAllStringSubmatch(out[h[0]:end], -1), d) {
				c.classes++
			}
		}
	}
	return c
}

// says reports whether one of the words, the last of each match, names the right kind.
func says(words [][]string, d scantest.LabDevice) bool {
	return slices.ContainsFunc(words, func(w []string) bool { return slices.Contains(d.Groups, kinds[w[len(w)-1]]) })
}

// countAvahi reads the lines with "=": protocol, name, type, domain, host, address, port.
func countAvahi(out string, truth []scantest.LabDevice) counted {
	var c counted
	types := map[string][][]string{}
	for line := range strings.Lines(out) {
		f := strings.Split(line, ";")
		if len(f) > 7 && f[0] == "=" {
			types[f[7]] = append(types[f[7]], []string{f[4]})
		}
	}
	for _, d := range truth {
		said := append(types[d.Addr], types[linkLocal(d.MAC)]...)
		if len(said) == 0 {
			continue
		}
		c.devices++
		c.names++ // a service has no other way of standing there
		if says(said, d) {
			c.classes++
		}
	}
	return c
}
