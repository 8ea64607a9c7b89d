package imports

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyholder/scanner"
)

func fixture(t testing.TB, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// summary writes the devices of a list on one line each: addresses, hardware, and all that was said.
func summary(list []scanner.Sighting) string {
	var out strings.Builder
	for _, s := range list {
		var words []string
		for _, k := range s.Keys {
			words = append(words, k.Value)
		}
		for _, f := range s.Facts {
			for _, field := range []string{"hostname", "name", "vendor", "model", "type", "port", "banner", "title", "cn", "txt.md", "txt.fn"} {
				if v := f.Fields[field]; v != "" {
					words = append(words, fmt.Sprintf("%s.%s=%s", f.Kind, field, v))
				}
			}
		}
		out.WriteString(strings.Join(words, " ") + "\n")
	}
	return strings.TrimSpace(out.String())
}

func TestParse(t *testing.T) {
	const (
		router = "c0:56:27:00:11:31 192.168.1.1"
		bell   = "54:e0:19:00:11:23 192.168.1.31"

		nmapCamera = "9c:8e:cd:00:11:30 192.168.1.50 http.port=80 http.title=WEB SERVICE port.port=80 " +
			"port.banner=Dahua webcam httpd 2.0 port.port=554 port.banner=Dahua rtspd tls.port=443 tls.cn=hallcam " +
			"port.port=443 dhcp.hostname=hallcam listed.vendor=Amcrest Technologies listed.type=webcam"
	)
	tests := map[string]struct {
		format Format
		want   string
		missed []int
	}{
		"router-en.csv": {Table, "a4:77:33:00:11:22 192.168.1.23 dhcp.hostname=Living-Room-TV\n" + bell + " dhcp.hostname=Ring-Doorbell\n" +
			"3e:91:7c:0d:5e:01 192.168.1.40 listed.name=Sam's iPad, old\n24:6f:28:00:11:24 192.168.1.41", nil},
		"router-de-excel.csv": {Table, "f4:f5:d8:00:11:25 192.168.178.21 listed.name=Küche-Lautsprecher\na4:77:33:00:11:26 192.168.178.22 dhcp.hostname=Fernseher", nil},
		"router-fr.csv": {Table, "a4:77:33:00:11:27 192.168.0.10 dhcp.hostname=TV-Salon listed.vendor=Google\n" +
			"9c:8e:cd:00:11:28 192.168.0.11 listed.name=Caméra entrée listed.vendor=Amcrest Technologies", nil},
		"router-es.csv":          {Table, "f4:f5:d8:00:11:29 192.168.1.60 dhcp.hostname=Altavoz listed.vendor=Google\nda:a1:19:00:11:2a 192.168.1.61 listed.name=Móvil", nil},
		"router-it.csv":          {Table, "18:b4:30:00:11:2b 192.168.1.70 dhcp.hostname=Termostato listed.vendor=Nest Labs listed.type=Termostato\n68:57:2d:00:11:2c 192.168.1.71 dhcp.hostname=Lampada listed.vendor=Tuya", nil},
		"router-title.csv":       {Table, "00:11:32:00:11:2d 10.0.0.5 fd00::5 port.port=80 port.port=443 port.port=5000 dhcp.hostname=nas listed.vendor=Synology", nil},
		"router-utf16le.csv":     {Table, "9c:8e:cd:00:11:2e 192.168.1.80 listed.name=Hall camera", nil},
		"router-utf16be.csv":     {Table, "9c:8e:cd:00:11:2e 192.168.1.80 listed.name=Hall camera", nil},
		"router-utf16-nobom.csv": {Table, "9c:8e:cd:00:11:2e 192.168.1.80 listed.name=Hall camera", nil},
		"router-bom.csv":         {Table, "9c:8e:cd:00:11:2e 192.168.1.80 listed.name=Hall camera", nil},
		"fing-desktop.csv": {Fing, bell + " listed.name=Front bell listed.vendor=Ring listed.model=Video Doorbell listed.type=Doorbell\n" +
			"3e:91:7c:0d:5e:01 192.168.1.40 dhcp.hostname=iPhone listed.type=Mobile\n9c:8e:cd:00:11:30 192.168.1.50 listed.vendor=Amcrest listed.type=IP Camera", nil},
		"fing-cli.csv":       {Fing, router + " dhcp.hostname=router.lan listed.vendor=Belkin International\na4:77:33:00:11:22 192.168.1.23 listed.vendor=Google\nda:a1:19:00:11:32 192.168.1.77", nil},
		"fing-log.csv":       {Fing, router + " dhcp.hostname=gateway listed.vendor=Belkin International\nf0:f0:a4:00:11:33 192.168.1.24 dhcp.hostname=echo-kitchen listed.vendor=Amazon Technologies", nil},
		"nmap-sn.xml":        {Nmap, router + " dhcp.hostname=router listed.vendor=Belkin International\n" + bell + " listed.vendor=Ring", nil},
		"nmap-full.xml":      {Nmap, nmapCamera + "\n192.168.1.60 netbios.name=STUDY-PC", []int{14}},
		"nmap-cut.xml":       {Nmap, nmapCamera, []int{13}},
		"arp-scan.txt":       {ARPScan, router + " listed.vendor=Belkin International Inc.\n" + bell + " listed.vendor=Ring LLC\n3e:91:7c:0d:5e:01 192.168.1.40\n" + bell + " listed.vendor=Ring LLC", nil},
		"arp-scan-plain.txt": {ARPScan, router + " listed.vendor=Belkin International Inc.\n" + bell + " listed.vendor=Ring LLC", nil},
		"avahi.txt": {Avahi, "192.168.1.60 mdns.name=Kitchen speaker mdns.type=_googlecast._tcp mdns.port=8009 mdns.txt.md=Google Home Mini mdns.txt.fn=Kitchen; left\n" +
			"fe80::f6f5:d8ff:fe00:1129 mdns.name=Kitchen speaker mdns.type=_googlecast._tcp mdns.port=8009 mdns.txt.md=Google Home Mini\n192.168.1.61 mdns.name=Café ; TV mdns.type=_airplay._tcp mdns.port=7000", nil},
		"ip-neigh.txt":    {Neighbours, router + "\n" + bell + "\nc0:56:27:00:11:31 fe80::c256:27ff:fe00:1131", nil},
		"arp-linux.txt":   {Neighbours, router + " dhcp.hostname=_gateway\n" + bell + " dhcp.hostname=ring-doorbell", nil},
		"arp-macos.txt":   {Neighbours, router + "\na4:77:33:00:11:22 192.168.1.23 dhcp.hostname=living-room-tv", nil},
		"arp-windows.txt": {Neighbours, "c0:25:06:00:11:34 192.168.178.1\n54:e0:19:00:11:23 192.168.178.31", nil},
		"arp-n.txt":       {Neighbours, router, nil},
		"proc-arp.txt":    {Neighbours, router, nil},
		"dnsmasq.leases":  {Leases, bell + " dhcp.hostname=Ring-00112233\nda:a1:19:00:11:32 192.168.1.77\nfd00::31 dhcp.hostname=Ring-00112233", nil},
		"isc.leases":      {Leases, bell + " dhcp.hostname=Ring-00112233\na4:77:33:00:11:22 192.168.1.23 dhcp.hostname=Living-Room-TV", nil},
		"pasted-lines.txt": {Pasted, "a4:77:33:00:11:22 192.168.1.23 dhcp.hostname=Living-Room-TV\n" + bell + " dhcp.hostname=Ring-Doorbell\n" +
			"54:e0:19:00:11:24 listed.name=Garden lamp\n192.168.1.40 dhcp.hostname=Tablet", nil},
		"pasted-blocks.txt": {Pasted, "a4:77:33:00:11:22 192.168.1.23 listed.name=Living Room TV\n" + bell + " listed.name=Ring Doorbell\n68:57:2d:00:11:2c 192.168.1.70 listed.name=Garden lamp", []int{1}},
		"pasted-run.txt":    {Pasted, "a4:77:33:00:11:22 192.168.1.23 listed.name=Living Room TV\n" + bell + " listed.name=Ring Doorbell\n68:57:2d:00:11:2c 192.168.1.70 listed.name=Garden lamp", nil},
		"pasted-labels.txt": {Pasted, "f4:f5:d8:00:11:25 192.168.178.21 listed.name=Küchenlautsprecher listed.vendor=Google\na4:77:33:00:11:2a 192.168.178.22 dhcp.hostname=Fernseher", nil},
		"hostile.csv": {Table, "a4:77:33:00:11:40 192.168.1.6 listed.name=<script>alert(1)</script>\n" +
			"a4:77:33:00:11:41 192.168.1.7 listed.name==HYPERLINK(\"http://x\")\na4:77:33:00:11:42 192.168.1.8 listed.name=\u202efdp.exe\n" +
			"a4:77:33:00:11:43 192.168.1.9 dhcp.hostname=nulname\na4:77:33:00:11:45 192.168.1.11 dhcp.hostname=plain", []int{7}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			r, err := Parse(fixture(t, name))
			if err != nil {
				t.Fatal(err)
			}
			if r.Format != tt.format {
				t.Errorf("format %q, want %q", r.Format, tt.format)
			}
			if diff := cmp.Diff(tt.want, summary(r.Sightings)); diff != "" {
				t.Errorf("devices, want (-) got (+):\n%s", diff)
			}
			if diff := cmp.Diff(tt.missed, r.Missed); diff != "" {
				t.Errorf("lines not understood, want (-) got (+):\n%s", diff)
			}
		})
	}
}

// What cannot be read says why, and nothing of the list stands in the error.
func TestParse_refuses(t *testing.T) {
	const secret = "private words of a list"
	many := strings.Repeat("x", MaxBytes+1)
	for name, tt := range map[string]struct {
		format Format
		text   string
		want   error
	}{
		"empty":         {Auto, " \r\n\t\n", ErrEmpty},
		"too large":     {Auto, many, ErrTooLarge},
		"prose":         {Auto, secret + "\n" + secret, ErrNothing},
		"public only":   {Auto, secret + " 8.8.8.8\n", ErrNothing},
		"other XML":     {Nmap, "<html><body>" + secret + "</body></html>", ErrXML},
		"no XML":        {Nmap, secret, ErrXML},
		"entity bomb":   {Auto, string(fixture(t, "nmap-bomb.xml")), ErrXML},
		"deep XML":      {Nmap, "<nmaprun>" + strings.Repeat("<host>", 50) + secret, ErrXML},
		"unknown kind":  {"spreadsheet", secret, ErrFormat},
		"binary":        {Auto, "\x7fELF\x02\x01" + strings.Repeat("\x00\xff", 400), ErrNothing},
		"headings only": {Auto, "Name,IP,MAC\n", ErrNothing},
	} {
		r, err := ParseAs(tt.format, []byte(tt.text))
		if !errors.Is(err, tt.want) || len(r.Sightings) > 0 {
			t.Errorf("%s: %v and %d sightings, want %v and none", name, err, len(r.Sightings), tt.want)
		}
		if err != nil && strings.Contains(err.Error(), secret) {
			t.Errorf("%s: the error holds words of the list", name)
		}
	}
}

// Every format can be chosen, and a chosen format never fails loudly on another's list.
func TestParseAs_everyFormatOnEveryList(t *testing.T) {
	names, err := filepath.Glob("testdata/*")
	if err != nil || len(names) < 25 {
		t.Fatalf("%v, %d lists", err, len(names))
	}
	for _, name := range names {
		for _, format := range Formats() {
			checkResult(t, format, fixture(t, filepath.Base(name)))
		}
	}
}

// checkResult parses and checks what holds for any text.
func checkResult(t *testing.T, format Format, text []byte) {
	t.Helper()
	r, err := ParseAs(format, text)
	if err != nil && len(r.Sightings) > 0 {
		t.Errorf("%s: an error and %d sightings", format, len(r.Sightings))
	}
	if len(r.Sightings) > MaxDevices || len(r.Missed) > mostMissed || r.MissedAll < len(r.Missed) {
		t.Errorf("%s: %d sightings, %d missed of %d: beyond the bounds", format, len(r.Sightings), len(r.Missed), r.MissedAll)
	}
	for _, s := range r.Sightings {
		if len(s.Keys) == 0 || s.Source != scanner.SourceImport {
			t.Errorf("%s: a sighting without key or with source %q", format, s.Source)
		}
		for _, f := range s.Facts {
			for field, v := range f.Fields {
				if len(v) > longestValue || f.Kind == scanner.FactListed && field == "vendor" && private(s) {
					t.Errorf("%s: field %s has %d bytes, or a made-up address has a maker", format, field, len(v))
				}
			}
		}
	}
	scanner.Merge(r.Sightings, 100)
}

func private(s scanner.Sighting) bool {
	return len(s.Keys) > 0 && s.Keys[0].Kind == scanner.KeyMAC && scanner.PrivateMAC(s.Keys[0].Value)
}

// A flood fills the count, not the memory.
func TestParse_flood(t *testing.T) {
	var b strings.Builder
	b.WriteString("Name,IP,MAC\n")
	for i := range MaxDevices + 500 {
		fmt.Fprintf(&b, "thing-%d,10.%d.%d.%d,a4:77:33:%02x:%02x:%02x\n", i, i>>16, i>>8&255, i&255|1, i>>16, i>>8&255, i&255)
	}
	r, err := Parse([]byte(b.String()))
	if err != nil || len(r.Sightings) != MaxDevices || r.Further != 500 {
		t.Errorf("%v, %d sightings, %d further; want %d and 500", err, len(r.Sightings), r.Further, MaxDevices)
	}
	long := "Living room " + strings.Repeat("x", 1<<20) + " 192.168.1.5\n192.168.1.6 lamp\n"
	if r, err := Parse([]byte(long)); err != nil || len(r.Sightings) != 1 {
		t.Errorf("a line of 1 MB: %v, %d sightings, want the one after it", err, len(r.Sightings))
	}
	for _, hostile := range []string{strings.Repeat("::", MaxBytes/2), strings.Repeat(",", MaxBytes), strings.Repeat("\"\n", MaxBytes/2), strings.Repeat("1:", MaxBytes/2), strings.Repeat("a b\n", MaxBytes/4)} {
		if _, err := Parse([]byte(hostile)); !errors.Is(err, ErrNothing) {
			t.Errorf("%.4q…: %v, want that nothing was recognised", hostile, err)
		}
	}
}

// What is cut off, left open or never looked at is said or left out; it never becomes a device, nor the
// name of another one.
func TestParse_incomplete(t *testing.T) {
	long := strings.Repeat("x", longestLine+1)
	for name, tt := range map[string]struct {
		text, want string
		missed     []int
	}{
		"a line without end": {"Living room " + long + " 192.168.1.5\n192.168.1.6 lamp\n", "192.168.1.6 dhcp.hostname=lamp", []int{1}},
		"between names":      {"Hall\n192.168.1.5\n" + long + "\nKitchen\n192.168.1.6\n", "192.168.1.5 dhcp.hostname=Hall\n192.168.1.6 dhcp.hostname=Kitchen", []int{3}},
		"a row without end":  {"Name,IP\n" + long + ",192.168.1.5\nlamp,192.168.1.6\n", "192.168.1.6 dhcp.hostname=lamp", []int{2}},
		"a lease left open": {
			"lease 192.168.1.5 {\n hardware ethernet 54:e0:19:00:11:23;\nlease 192.168.1.6 {\n hardware ethernet 54:e0:19:00:11:24;\n}\n",
			"54:e0:19:00:11:24 192.168.1.6",
			[]int{1},
		},
		"nmap took every address for a host": {
			`<nmaprun><host><status state="up" reason="user-set"/><address addr="192.168.1.5" addrtype="ipv4"/></host>` +
				`<host><status state="up" reason="user-set"/><address addr="192.168.1.6" addrtype="ipv4"/><ports><port protocol="tcp" portid="80"><state state="open"/></port></ports></host>` +
				`<host><status state="up" reason="arp-response"/><address addr="192.168.1.7" addrtype="ipv4"/></host></nmaprun>`,
			"192.168.1.6 port.port=80\n192.168.1.7", nil,
		},
		"nmap only listed them": {
			`<nmaprun><host><status state="unknown" reason="user-set"/><address addr="192.168.1.5" addrtype="ipv4"/></host>` +
				`<host><address addr="192.168.1.6" addrtype="ipv4"/></host></nmaprun>`, "192.168.1.6", nil,
		},
		"the same for people": {
			"Nmap scan report for 192.168.1.5\nHost is up.\nAll 1000 scanned ports on 192.168.1.5 are in ignored states.\nNot shown: 1000 filtered tcp ports (no-response)\n\n" +
				"Nmap scan report for 192.168.1.6\nHost is up (0.0010s latency).\nAll 1000 scanned ports on 192.168.1.6 are in ignored states.\n\n" +
				"Nmap scan report for laptop (192.168.1.20)\nHost is up.\nNmap done: 256 IP addresses (3 hosts up) scanned in 2.00 seconds\n",
			"192.168.1.6\n192.168.1.20 dhcp.hostname=laptop", nil,
		},
		"only listed, for people": {
			"Nmap scan report for 192.168.1.5\nNmap scan report for nas (192.168.1.6)\nNmap scan report for 192.168.1.7\nMAC Address: 54:E0:19:00:11:23 (Ring)\n",
			"54:e0:19:00:11:23 192.168.1.7 listed.vendor=Ring", nil,
		},
		"no port": {"Name,IP,Ports\nnas,192.168.1.5,\"80, 99999, 0, 123456\"\n", "192.168.1.5 port.port=80 dhcp.hostname=nas", nil},
	} {
		r, err := Parse([]byte(tt.text))
		if got := summary(r.Sightings); err != nil || got != tt.want || !slices.Equal(r.Missed, tt.missed) {
			t.Errorf("%s: %v, %.200q, missed %v; want %q, %v", name, err, got, r.Missed, tt.want, tt.missed)
		}
	}
}

// Sightings of a list become devices as those of a scan do.
func TestParse_merge(t *testing.T) {
	r, err := Parse(fixture(t, "arp-scan.txt"))
	if err != nil {
		t.Fatal(err)
	}
	devices, further := scanner.Merge(r.Sightings, 100)
	if len(devices) != 3 || further != 0 {
		t.Fatalf("%d devices and %d further, want 3 and none", len(devices), further)
	}
	for _, d := range devices {
		if d.Remembered || len(d.Sources) != 1 || d.Sources[0] != scanner.SourceImport {
			t.Errorf("a device of a list is known by %v, remembered %v", d.Sources, d.Remembered)
		}
	}
	if _, further = scanner.Merge(r.Sightings, 2); further != 1 {
		t.Errorf("%d further devices with room for two, want 1", further)
	}
}

// Parse reads a list that says by itself what made it.
func Parse(text []byte) (Result, error) { return ParseAs(Auto, text) }
