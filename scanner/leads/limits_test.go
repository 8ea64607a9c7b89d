package leads

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"keyholder/scanner"
)

// What a device said of itself decides; what it took back, what another passed on, and what is not the form of
// the standard decides nothing.
func TestHome_Leads_ownWords(t *testing.T) {
	for name, c := range map[string]struct {
		facts []scanner.Fact
		want  string
	}{
		"said goodbye":              {[]scanner.Fact{mdns("type", "_hap._tcp", "txt.sf", "0", "gone", "yes")}, ""},
		"desktop passed on":         {[]scanner.Fact{mdns("type", "_rfb._tcp", "relayed", "yes")}, ""},
		"fabric passed on":          {[]scanner.Fact{mdns("type", "_matter._tcp", "name", fabricA+"-"+node, "relayed", "yes")}, ""},
		"fabric with letters":       {[]scanner.Fact{mdns("type", "_matter._tcp", "name", "87E1B004E235A13G-"+node)}, ""},
		"fabric too long":           {[]scanner.Fact{mdns("type", "_matter._tcp", "name", fabricA+"0-"+node)}, ""},
		"fabric with a sign":        {[]scanner.Fact{mdns("type", "_matter._tcp", "name", "+7E1B004E235A130-"+node)}, ""},
		"fabric of a child":         {[]scanner.Fact{mdns("type", "_matter._tcp", "name", fabricA+"-"+node+"-1")}, ""},
		"Matter, being added again": {[]scanner.Fact{mdns("type", "_matterc._udp", "txt.cm", "2")}, "matter_open"},
		"flags too large":           {[]scanner.Fact{mdns("type", "_hap._tcp", "txt.sf", "256")}, ""},
		"flags with a space":        {[]scanner.Fact{mdns("type", "_hap._tcp", "txt.sf", " 0")}, ""},
		"set up by its maker's app": {[]scanner.Fact{fact(scanner.FactVendor, "protocol", "tapo", "setup", "done")}, ""},
		"speaker with a password":   {[]scanner.Fact{mdns("type", "_airplay._tcp", "txt.pw", "1")}, ""},
		"speaker, other spelling":   {[]scanner.Fact{mdns("type", "_raop._tcp", "txt.pw", "TRUE")}, ""},
		"speaker without":           {[]scanner.Fact{mdns("type", "_raop._tcp", "txt.pw", "false")}, "play_open"},
		"a router that leaves":      {[]scanner.Fact{fact(scanner.FactSSDP, "st", "urn:schemas-upnp-org:device:InternetGatewayDevice:1", "gone", "yes")}, ""},
		"a word that is not it":     {[]scanner.Fact{fact(scanner.FactSSDP, "deviceType", "urn:x:device:NotInternetGatewayDevice:1")}, ""},
		"page with a server error":  {[]scanner.Fact{fact(scanner.FactHTTP, "port", "80", "status", "500", "login", "none")}, ""},
		"page behind a refusal":     {[]scanner.Fact{fact(scanner.FactHTTP, "port", "80", "status", "403")}, "page_unsaid"},
		"page of nobody knows what": {[]scanner.Fact{fact(scanner.FactHTTP, "port", "80", "status", "abc", "login", "asked")}, "page_login"},
		"home server by its title":  {[]scanner.Fact{fact(scanner.FactHTTP, "port", "80", "title", "HOME ASSISTANT")}, "home_server page_unsaid"},
		"file server of a Mac":      {[]scanner.Fact{tcp("548"), mdns("type", "_afpovertcp._tcp")}, "files_shared"},
		"recorder port":             {[]scanner.Fact{tcp("37777")}, "recorder"},
		"ports as other programs":   {[]scanner.Fact{fact(scanner.FactPort, "port", " 22", "proto", "tcp"), fact(scanner.FactPort, "port", "22.0", "proto", "tcp"), fact(scanner.FactPort, "port", "22")}, ""},
		"mapping that is off":       {[]scanner.Fact{fact(scanner.FactMapping, "client", "192.168.7.9", "external", "1", "internal", "2", "enabled", "no")}, ""},
		"broker that said nothing":  {[]scanner.Fact{fact(scanner.FactMQTT, "port", "8883")}, ""},
		"film that asks, twice":     {[]scanner.Fact{fact(scanner.FactRTSP, "port", "554", "login", "asked"), fact(scanner.FactRTSP, "port", "8554", "status", "200")}, "film_unsaid film_login"},
	} {
		d := scanner.Device{Facts: c.facts}
		if got := codes(Look([]scanner.Device{d}).Leads(d, "")); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

// A door leads to the device at that address, in whatever way it is written, and to no other.
func TestHome_doors_addresses(t *testing.T) {
	router := scanner.Device{Gateway: true, Facts: []scanner.Fact{
		fact(scanner.FactMapping, "client", "::ffff:192.168.7.9", "external", "8080", "internal", "80"),
		fact(scanner.FactMapping, "client", "fe80::9%wlan0", "external", "1", "internal", "2"),
		fact(scanner.FactMapping, "client", "192.168.7.10", "external", "x", "internal", "99999"),
		fact(scanner.FactMapping, "client", "192.168.7.11", "external", "1", "internal", "1", "enabled", "no"),
	}}
	h := Look([]scanner.Device{router})
	for addr, want := range map[string]string{
		"192.168.7.9": "door_to=1", "fe80::9%eth0": "door_to=1", "192.168.7.10": "door_to=1", "192.168.7.11": "", "192.168.7.12": "",
	} {
		d := scanner.Device{Addresses: []netip.Addr{netip.MustParseAddr(addr)}}
		if got := codes(h.Leads(d, "")); got != want {
			t.Errorf("%s: %q, want %q", addr, got, want)
		}
		if door := slices.Contains(h.Signs(d), SignDoor); door != (want != "") {
			t.Errorf("%s: signs %v", addr, h.Signs(d))
		}
	}
	odd := h.Leads(scanner.Device{Addresses: []netip.Addr{netip.MustParseAddr("192.168.7.10")}}, "")
	if len(odd) != 1 || odd[0].Rests[0] != "UPnP port mapping" {
		t.Errorf("a mapping with odd numbers rests on %v", odd)
	}
}

// What a check showed of how a device guards itself, one by one.
func TestHome_Signs_each(t *testing.T) {
	for name, c := range map[string]struct {
		fact scanner.Fact
		want []Sign
	}{
		"files":                 {tcp("21"), []Sign{SignPlainFiles, SignLookedCloser}},
		"shell":                 {tcp("22"), []Sign{SignShell, SignLookedCloser}},
		"debugging":             {tcp("5555"), []Sign{SignDebugging, SignLookedCloser}},
		"another port":          {tcp("4321"), []Sign{SignLookedCloser}},
		"not TCP":               {fact(scanner.FactPort, "port", "23", "proto", "udp"), nil},
		"secret page":           {fact(scanner.FactHTTP, "port", "443", "scheme", "https", "login", "none"), []Sign{SignPageNoLogin, SignSecretPage}},
		"page for apps":         {fact(scanner.FactHTTP, "port", "8060", "scheme", "http", "login", "none"), nil},
		"film without password": {fact(scanner.FactRTSP, "login", "none"), []Sign{SignFilmOpen, SignFilmPlain}},
		"film with password":    {fact(scanner.FactRTSP, "login", "asked"), []Sign{SignFilmPlain, SignFilmLogin}},
		"secret messages":       {fact(scanner.FactMQTT, "port", "8883", "login", "asked"), nil},
		"waits for its setup":   {fact(scanner.FactVendor, "setup", "open"), []Sign{SignSetupOpen}},
		"is set up":             {fact(scanner.FactVendor, "setup", "done"), nil},
		"very old":              {fact(scanner.FactTLS, "version", "SSLv3"), []Sign{SignOldTLS}},
		"no version":            {fact(scanner.FactTLS, "cn", "cam"), nil},
		"newest":                {fact(scanner.FactTLS, "version", "TLS 1.2"), []Sign{SignNewTLS}},
	} {
		if got := Look(nil).Signs(scanner.Device{Facts: []scanner.Fact{c.fact}}); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// Every lead and every sign is in its list once, so that each has its place and its words.
func TestCodes_once(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range Codes() {
		if c == "" || seen[string(c)] {
			t.Errorf("%q is listed twice", c)
		}
		seen[string(c)] = true
	}
	clear(seen)
	for _, s := range Signs() {
		if s == "" || seen[string(s)] {
			t.Errorf("%q is listed twice", s)
		}
		seen[string(s)] = true
	}
}

// Whatever a device says, its leads are from the list, in its order, each once, bounded and safe to show; and
// this computer never has any.
func TestHome_Leads_anything(t *testing.T) {
	kinds := []scanner.FactKind{scanner.FactMDNS, scanner.FactSSDP, scanner.FactHTTP, scanner.FactRTSP, scanner.FactMQTT, scanner.FactPort, scanner.FactMapping, scanner.FactVendor, "odd"}
	values := []string{
		"", "_hap._tcp", "_matter._tcp", "_raop._tcp", "0", "1", "22", "80", "8123", "none", "asked", "open", "yes", "no", "tcp", "192.168.7.9", "200", "404",
		fabricA + "-" + node, ":InternetGatewayDevice:", "\u202e<b>\x00", strings.Repeat("é", 3000),
	}
	fields := []string{"type", "name", "txt.sf", "txt.cm", "txt.pw", "port", "proto", "login", "status", "title", "scheme", "setup", "client", "external", "internal", "enabled", "relayed", "gone", "st", "description", "protocol"}
	for seed := range uint64(1500) {
		r := rand.New(rand.NewPCG(seed, 8))
		d := scanner.Device{Gateway: r.IntN(4) == 0, Addresses: []netip.Addr{netip.MustParseAddr("192.168.7.9")}}
		for range r.IntN(12) {
			f := scanner.Fact{Kind: kinds[r.IntN(len(kinds))], Fields: map[string]string{}}
			for range r.IntN(8) {
				f.Fields[fields[r.IntN(len(fields))]] = values[r.IntN(len(values))]
			}
			d.Facts = append(d.Facts, f)
		}
		h := Look([]scanner.Device{d})
		last := -1
		for _, l := range h.Leads(d, []string{"", "router", "camera", "nas_recorder"}[r.IntN(4)]) {
			place := slices.Index(Codes(), l.Code)
			if place <= last || l.Count < 0 || l.Count > MostCounted || len(l.Rests) > mostRests {
				t.Fatalf("seed %d: %+v after place %d", seed, l, last)
			}
			last = place
			for _, rests := range l.Rests {
				if rests == "" || scanner.SafeText(rests) != rests {
					t.Fatalf("seed %d: rests on %q", seed, rests)
				}
			}
		}
		for _, s := range h.Signs(d) {
			if !slices.Contains(Signs(), s) {
				t.Fatalf("seed %d: sign %q", seed, s)
			}
		}
		d.ThisComputer = true
		if got := h.Leads(d, "router"); got != nil {
			t.Fatalf("seed %d: this computer has %s", seed, fmt.Sprint(got))
		}
	}
}
