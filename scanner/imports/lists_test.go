package imports

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"keyholder/scanner"
)

const (
	routerMAC = "c0:56:27:00:11:31"
	bellMAC   = "54:e0:19:00:11:23"
	tvMAC     = "a4:77:33:00:11:22"
)

// Lists as tools and routers write them, beside those of testdata: what people have at hand in a clinic.
func TestParse_realLists(t *testing.T) {
	for name, c := range map[string]struct {
		text, want string
		format     Format
		missed     int
	}{
		"nmap for people": {
			"Starting Nmap 7.93 ( https://nmap.org ) at 2026-11-01 10:00 CET\nNmap scan report for router.lan (192.168.1.1)\nHost is up (0.0020s latency).\n" +
				"Not shown: 98 closed tcp ports (conn-refused)\nPORT    STATE    SERVICE VERSION\n80/tcp  open     http    lighttpd 1.4\n443/tcp filtered https\n53/udp  open     domain\n" +
				"MAC Address: C0:56:27:00:11:31 (Belkin International)\nDevice type: WAP|general purpose\n\nNmap scan report for 192.168.1.31\nHost is up (0.10s latency).\n" +
				"MAC Address: 54:E0:19:00:11:23 (Unknown)\nNmap scan report for 192.168.1.40\nHost is up.\nMAC Address: 3E:91:7C:0D:5E:01 (Apple)\nNmap scan report for 192.168.1.99 [host down]\n" +
				"Nmap scan report for host.example (203.0.113.9)\nHost is up.\nNmap done: 256 IP addresses (3 hosts up) scanned in 2.10 seconds\n",
			routerMAC + " 192.168.1.1 port.port=80 port.banner=lighttpd 1.4 port.port=53 dhcp.hostname=router listed.vendor=Belkin International listed.type=WAP\n" +
				bellMAC + " 192.168.1.31\n3e:91:7c:0d:5e:01 192.168.1.40", Nmap, 1,
		},
		"ndp of a Mac": {
			"Neighbor                        Linklayer Address  Netif Expire    S Flags\nfe80::1%lo0                     (incomplete)         lo0 permanent R\n" +
				"fe80::c256:27ff:fe00:1131%en0  c0:56:27:0:11:31     en0 23h59m58s S  R\n2001:db8::5                     a4:77:33:0:11:22     en0 12s       R\n",
			routerMAC + " fe80::c256:27ff:fe00:1131\n" + tvMAC + " 2001:db8::5", Neighbours, 0,
		},
		"ndp without its head": {"fe80::c256:27ff:fe00:1131%en0  c0:56:27:0:11:31     en0 23h59m58s S  R\n", routerMAC + " fe80::c256:27ff:fe00:1131", Neighbours, 0},
		"PowerShell": {
			"\r\nifIndex IPAddress      LinkLayerAddress      State       PolicyStore\r\n------- ---------      ----------------      -----       -----------\r\n" +
				"12      192.168.1.255  FF-FF-FF-FF-FF-FF     Permanent   ActiveStore\r\n12      192.168.1.31   54-E0-19-00-11-23     Reachable   ActiveStore\r\n" +
				"12      192.168.1.77   00-00-00-00-00-00     Unreachable ActiveStore\r\n12      fe80::1        C0-56-27-00-11-31     Stale       ActiveStore\r\n",
			bellMAC + " 192.168.1.31\n" + routerMAC + " fe80::1", Neighbours, 0,
		},
		"netsh": {
			"Interface 12: Wi-Fi\r\n\r\nInternet Address                              Physical Address   Type\r\n--------------------------------------------  -----------------  -----------\r\n" +
				"192.168.1.1                                   c0-56-27-00-11-31  Reachable (Router)\r\n192.168.1.9                                   Unreachable        Unreachable\r\n224.0.0.22                                    01-00-5e-00-00-16  Permanent\r\n",
			routerMAC + " 192.168.1.1", Neighbours, 0,
		},
		"German Windows": {
			"\r\nSchnittstelle: 192.168.178.20 --- 0x7\r\n  Internetadresse       Physische Adresse     Typ\r\n  192.168.178.1         c0-56-27-00-11-31     dynamisch \r\n" +
				"  192.168.178.255       ff-ff-ff-ff-ff-ff     statisch  \r\n  224.0.0.22            01-00-5e-00-00-16     statisch  \r\n",
			routerMAC + " 192.168.178.1", Neighbours, 0,
		},
		"French Windows, its code page": {
			"\r\nInterface\xff: 192.168.1.20 --- 0xb\r\n  Adresse Internet      Adresse physique      Type\r\n  192.168.1.1           c0-56-27-00-11-31     dynamique \r\n", routerMAC + " 192.168.1.1", Neighbours, 0,
		},
		"a Mac with names": {
			"router.lan (192.168.1.1) at c0:56:27:0:11:31 on en0 ifscope [ethernet]\n? (192.168.1.44) at (incomplete) on en0 ifscope [ethernet]\n? (224.0.0.251) at 1:0:5e:0:0:fb on en0 ifscope permanent [ethernet]\n",
			routerMAC + " 192.168.1.1 dhcp.hostname=router", Neighbours, 0,
		},
		"ip neigh of both families": {
			"fe80::c256:27ff:fe00:1131 dev eth0 lladdr c0:56:27:00:11:31 router STALE\n192.168.1.9 dev eth0  FAILED\n192.168.1.31 dev wlan0 lladdr 54:e0:19:00:11:23 REACHABLE\nfe80::1 dev eth0 INCOMPLETE\n",
			routerMAC + " fe80::c256:27ff:fe00:1131\n" + bellMAC + " 192.168.1.31", Neighbours, 0,
		},
		"Kea's leases": {
			"address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state\n192.168.1.31,54:e0:19:00:11:23,01:54:e0:19:00:11:23,4000,1700000000,1,0,0,ring,0\n",
			bellMAC + " 192.168.1.31 dhcp.hostname=ring", Table, 0,
		},
		"remarks beside addresses": {
			"Name,IP,MAC\niPad,192.168.1.40,3E-91-7C-0D-5E-01 (private)\nTV,192.168.1.23 (DHCP),A4:77:33:00:11:22 / Google\nLamp,192.168.1.70,none\n",
			"3e:91:7c:0d:5e:01 192.168.1.40 dhcp.hostname=iPad\n" + tvMAC + " 192.168.1.23 dhcp.hostname=TV\n192.168.1.70 dhcp.hostname=Lamp", Table, 0,
		},
		"numbers with zeros":     {"Name;IP;MAC\nTV;192.168.001.023;A4:77:33:00:11:22\n", tvMAC + " 192.168.1.23 dhcp.hostname=TV", Table, 0},
		"the mark of Excel":      {"sep=;\nName;IP;MAC\nTV;192.168.1.23;A4:77:33:00:11:22\n", tvMAC + " 192.168.1.23 dhcp.hostname=TV", Table, 0},
		"marks inside marks":     {"\"Name\",\"IP Address\",\"MAC Address\"\n\"Sam's \"\"big\"\" TV\",\"192.168.1.23\",\"A4:77:33:00:11:22\"\n", tvMAC + ` 192.168.1.23 listed.name=Sam's "big" TV`, Table, 0},
		"copied with tabs":       {"Name\tVerbindung\tIP-Adresse\tMAC-Adresse\nPC-Anna\tLAN 1 mit 1 Gbit/s\t192.168.178.21\tA4:77:33:00:11:22\n", tvMAC + " 192.168.178.21 dhcp.hostname=PC-Anna", Table, 0},
		"only IPv6":              {"Name,IPv6,MAC\nTV,fe80::a677:33ff:fe00:1122%eth0,A4:77:33:00:11:22\nCam,2001:db8::9,\n", tvMAC + " fe80::a677:33ff:fe00:1122 dhcp.hostname=TV\n2001:db8::9 dhcp.hostname=Cam", Table, 0},
		"headings in the middle": {"Name,IP\nTV,192.168.1.23\nMAC,Name,IP\nA4:77:33:00:11:22,Lamp,192.168.1.24\n", "192.168.1.23 dhcp.hostname=TV\n" + tvMAC + " 192.168.1.24 dhcp.hostname=Lamp", Table, 0},
		"old Mac line ends":      {"Name,IP\rTV,192.168.1.23\rLamp,192.168.1.24\r", "192.168.1.23 dhcp.hostname=TV\n192.168.1.24 dhcp.hostname=Lamp", Table, 0},
		"arp-scan's marks": {
			"192.168.1.31\t54:e0:19:00:11:23\tRing LLC\n192.168.1.40\t3e:91:7c:0d:5e:01\t(Unknown: locally administered)\n192.168.1.50\t9c:8e:cd:00:11:30\t(Unknown) (DUP: 2)\n\n3 packets received by filter, 0 packets dropped by kernel\n",
			bellMAC + " 192.168.1.31 listed.vendor=Ring LLC\n3e:91:7c:0d:5e:01 192.168.1.40\n9c:8e:cd:00:11:30 192.168.1.50", ARPScan, 0,
		},
		"avahi, cut and odd": {
			"+;eth0;IPv4;Kitchen;_googlecast._tcp;local\n=;eth0;IPv4;Kitchen\\032\\195\\188;_googlecast._tcp;local;k.local;192.168.1.60;8009;\"md=Mini\" \"fn=a\\\"b\" \"=x\" \"md=Second\"\n=;eth0;IPv4;cut;_http._tcp;local;x.local\n-;eth0;IPv4;Kitchen;_googlecast._tcp;local\n",
			"192.168.1.60 mdns.name=Kitchen ü mdns.type=_googlecast._tcp mdns.port=8009 mdns.txt.md=Mini mdns.txt.fn=a\"b", Avahi, 1,
		},
		"a private address has no maker": {"Name,MAC,Vendor,Model\nPhone,3E:91:7C:0D:5E:01,Apple,iPhone 12\n", "3e:91:7c:0d:5e:01 dhcp.hostname=Phone listed.model=iPhone 12", Table, 0},
		"groups and nobody":              {"Name,IP,MAC\nAll,192.168.1.255,FF:FF:FF:FF:FF:FF\nGroup,224.0.0.251,01:00:5E:00:00:FB\nZero,0.0.0.0,00:00:00:00:00:00\nMe,127.0.0.1,\nMe,::1,\nTV,192.168.1.23,\n", "192.168.1.255 dhcp.hostname=All\n192.168.1.23 dhcp.hostname=TV", Table, 4},
	} {
		r, err := Parse([]byte(c.text))
		if err != nil || r.Format != c.format || r.MissedAll != c.missed {
			t.Errorf("%s: %v, format %q, %d lines missed (%v), want %q and %d", name, err, r.Format, r.MissedAll, r.Missed, c.format, c.missed)
		}
		if got := summary(r.Sightings); got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, c.want)
		}
	}
}

// thing is one device of a made-up home.
type thing struct{ mac, addr, name string }

func things(r *rand.Rand) (list []thing) {
	names := []string{"TV", "Kitchen-Speaker", "cam1", "Annas-iPhone", "ring-bell", "DESKTOP-4F2K9QA", "nas", "plug-2", "Lamp-left", "ESP_0A1B2C"}
	for i, name := range names[:1+r.IntN(len(names))] {
		list = append(list, thing{
			mac:  fmt.Sprintf("%02x:77:33:%02x:%02x:%02x", r.IntN(128)<<1, r.IntN(256), r.IntN(256), i+1),
			addr: fmt.Sprintf("192.168.%d.%d", r.IntN(3), 2+i*20+r.IntN(20)), name: name,
		})
	}
	return list
}

// spell writes a hardware address in one of the ways in which they are written.
func spell(r *rand.Rand, mac string) string {
	switch r.IntN(4) {
	case 0:
		return strings.ToUpper(mac)
	case 1:
		return strings.ToUpper(strings.ReplaceAll(mac, ":", "-"))
	case 2:
		s := strings.ReplaceAll(mac, ":", "")
		return s[:4] + "." + s[4:8] + "." + s[8:]
	}
	return mac
}

// A home written down in each of the formats, with any spelling, order, line end and encoding that they allow,
// is read back as the same home.
func TestParse_everyWayToWrite(t *testing.T) {
	for format, write := range map[Format]func(*rand.Rand, []thing) string{
		Table: func(r *rand.Rand, list []thing) string {
			comma := []string{",", ";", "\t"}[r.IntN(3)]
			columns := []string{"Name", "IP Address", "MAC Address", "Status"}
			order := r.Perm(len(columns))
			return csvOf(r, list, columns, order, comma)
		},
		ARPScan: func(r *rand.Rand, list []thing) string {
			out := "Interface: eth0, type: EN10MB, MAC: 00:11:22:33:44:55, IPv4: 192.168.1.9\nStarting arp-scan 1.10.0\n"
			for _, x := range list {
				out += x.addr + "\t" + x.mac + "\t(Unknown)\n"
			}
			return out + "\nEnding arp-scan 1.10.0: 256 hosts scanned\n"
		},
		Neighbours: func(r *rand.Rand, list []thing) string {
			var out string
			for _, x := range list {
				out += x.addr + " dev wlan0 lladdr " + x.mac + []string{" REACHABLE", " STALE ", " DELAY", " router STALE"}[r.IntN(4)] + "\n192.168.9.9 dev wlan0 FAILED\n"
			}
			return out
		},
		Leases: func(r *rand.Rand, list []thing) string {
			var out string
			for _, x := range list {
				out += fmt.Sprintf("%d %s %s %s 01:%s\n", 1700000000+r.IntN(999), x.mac, x.addr, x.name, x.mac)
			}
			return out
		},
		Nmap: func(r *rand.Rand, list []thing) string {
			out := `<?xml version="1.0"?><!DOCTYPE nmaprun><nmaprun scanner="nmap">`
			for _, x := range list {
				out += fmt.Sprintf(`<host><status state="up"/><address addr=%q addrtype="ipv4"/><address addr=%q addrtype="mac"/><hostnames><hostname name="%s.lan"/></hostnames></host>`, x.addr, strings.ToUpper(x.mac), x.name)
			}
			return out + "</nmaprun>"
		},
		Pasted: func(r *rand.Rand, list []thing) string {
			var out string
			for _, x := range list {
				out += x.name + "\nIP: " + x.addr + "\nMAC: " + spell(r, x.mac) + "\nOnline\n\n"
			}
			return out
		},
	} {
		for seed := range uint64(25) {
			r := rand.New(rand.NewPCG(seed, 6))
			list := things(r)
			text := write(r, list)
			if r.IntN(2) == 0 {
				text = strings.ReplaceAll(text, "\n", "\r\n")
			}
			if r.IntN(3) == 0 {
				text = "\xef\xbb\xbf" + text
			}
			got, err := Parse([]byte(text))
			if err != nil || got.Format != format || got.MissedAll != 0 {
				t.Fatalf("%s, seed %d: %v, format %q, missed %v of\n%s", format, seed, err, got.Format, got.Missed, text)
			}
			if a, b := home(list, format != ARPScan && format != Neighbours), read(got); a != b {
				t.Fatalf("%s, seed %d: read\n%s\nwant\n%s\nfrom\n%s", format, seed, b, a, text)
			}
		}
	}
}

func csvOf(r *rand.Rand, list []thing, columns []string, order []int, comma string) string {
	var rows []string
	line := func(fields ...string) {
		var cells []string
		for _, i := range order {
			cell := fields[i]
			if r.IntN(2) == 0 {
				cell = `"` + cell + `"`
			}
			cells = append(cells, cell)
		}
		rows = append(rows, strings.Join(cells, comma))
	}
	line(columns...)
	for _, x := range list {
		line(x.name, x.addr, spell(r, x.mac), "Online")
	}
	return strings.Join(rows, "\n") + "\n"
}

func home(list []thing, named bool) string {
	var out []string
	for _, x := range list {
		line := x.mac + " " + x.addr
		if named {
			line += " " + x.name
		}
		out = append(out, line)
	}
	slices.Sort(out)
	return strings.Join(out, "\n")
}

func read(r Result) string {
	devices, _ := scanner.Merge(r.Sightings, MaxDevices)
	var out []string
	for _, d := range devices {
		words := append(slices.Clone(d.MACs), fmt.Sprint(d.Addresses[0]))
		for _, n := range d.Names {
			words = append(words, n.Value)
		}
		out = append(out, strings.Join(words, " "))
	}
	slices.Sort(out)
	return strings.Join(out, "\n")
}

// A list that is cut anywhere, or with other letters in it, gives devices of the list or none, never a new one.
func TestParse_cutAnywhere(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	list := things(rand.New(rand.NewPCG(3, 6)))
	whole := csvOf(r, list, []string{"Name", "IP Address", "MAC Address", "Status"}, []int{2, 1, 0, 3}, ",")
	known := map[string]bool{}
	for _, x := range list {
		known[x.mac[:len("00:00:00:00:00:")]] = true // the last digit may be cut off
	}
	for n := range len(whole) {
		got, err := Parse([]byte(whole[:n]))
		if err != nil && !errors.Is(err, ErrNothing) && !errors.Is(err, ErrEmpty) {
			t.Fatalf("%d bytes: %v", n, err)
		}
		for _, s := range got.Sightings {
			for _, k := range s.Keys {
				if k.Kind == scanner.KeyMAC && !known[k.Value[:len("00:00:00:00:00:")]] {
					t.Fatalf("%d bytes: %s is of no device", n, k.Value)
				}
			}
		}
	}
}

// A list that names a long chain of addresses, or one address again and again, costs no more than another.
func TestParse_chains(t *testing.T) {
	var chain, again strings.Builder
	chain.WriteString("Name,IPv6,IPv6\n")
	again.WriteString("Name,IPv4,IPv6\n")
	for i := range 5000 {
		fmt.Fprintf(&chain, "x,fd00::%x,fd00::%x\n", i, i+1)
		fmt.Fprintf(&again, "x,10.0.%d.%d,fd00::%x\n", i>>8, i&255, (i+1)%2500)
	}
	for text, want := range map[string]int{chain.String(): 1, again.String(): 5000} {
		r, err := Parse([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		devices, further := scanner.Merge(r.Sightings, MaxDevices)
		if len(devices) != want || further != 0 {
			t.Errorf("%d devices and %d further, want %d", len(devices), further, want)
		}
	}
}

// A page may name the router beside every device. Each of them stays a device of its own, and the router
// does not become one of them.
func TestParseAs_routerBesideEveryDevice(t *testing.T) {
	for name, mac := range map[string]string{"without hardware": "", "with hardware": "aa:bb:cc:11:22:3"} {
		text := "Box 192.168.1.1\n"
		for i, device := range []string{"Laptop", "Phone", "Camera"} {
			text += fmt.Sprintf("%s 192.168.1.2%d", device, i)
			if mac != "" {
				text += fmt.Sprintf(" %s%d", mac, i)
			}
			text += " gateway 192.168.1.1 broadcast 192.168.1.255\n"
		}
		got, err := ParseAs(Pasted, []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		devices, _ := scanner.Merge(got.Sightings, 100)
		for _, d := range devices {
			if len(d.Addresses) != 1 || len(d.Names) != 1 {
				t.Errorf("%s: addresses %v, names %v", name, d.Addresses, d.Names)
			}
		}
		if len(devices) != 4 {
			t.Errorf("%s: %d devices of 4", name, len(devices))
		}
	}
}

// Told to take every address for a host, nmap still learns which are: those that refuse a connection are
// there, with no port open.
func TestParseAs_nmapClosedPortsAreAnAnswer(t *testing.T) {
	host := func(address, inside string) string {
		return `<host><status state="up" reason="user-set"/><address addr="` + address + `" addrtype="ipv4"/>` + inside + `</host>`
	}
	text := `<?xml version="1.0"?><nmaprun scanner="nmap">` +
		host("192.168.1.20", `<ports><extraports state="closed" count="1000"/></ports>`) +
		host("192.168.1.21", `<ports><port protocol="tcp" portid="22"><state state="closed" reason="conn-refused"/></port></ports>`) +
		host("192.168.1.22", `<times srtt="300" rttvar="5000" to="100000"/>`) +
		host("192.168.1.23", `<ports><extraports state="filtered" count="1000"/></ports>`) + `</nmaprun>`
	got, err := ParseAs(Nmap, []byte(text))
	if err != nil || len(got.Sightings) != 3 {
		t.Errorf("%d devices of 3, %v", len(got.Sightings), err)
	}
}
