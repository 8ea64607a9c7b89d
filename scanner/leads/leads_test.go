package leads

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"keyholder/scanner"
)

func fact(kind scanner.FactKind, pairs ...string) scanner.Fact {
	f := scanner.Fact{Kind: kind, Fields: map[string]string{}}
	for i := 0; i+1 < len(pairs); i += 2 {
		f.Fields[pairs[i]] = pairs[i+1]
	}
	return f
}

func mdns(pairs ...string) scanner.Fact { return fact(scanner.FactMDNS, pairs...) }
func tcp(port string) scanner.Fact {
	return fact(scanner.FactPort, "port", port, "proto", "tcp")
}

// codes are the leads of one device, with what they count.
func codes(list []Lead) string {
	var out []string
	for _, l := range list {
		word := string(l.Code)
		if l.Count > 0 {
			word += fmt.Sprintf("=%d", l.Count)
		}
		out = append(out, word)
	}
	return strings.Join(out, " ")
}

const (
	fabricA = "87E1B004E235A130"
	fabricB = "2906C908D115D362"
	node    = "8FC7772401CD0696"
)

func TestHome_Leads(t *testing.T) {
	tests := map[string]struct {
		facts   []scanner.Fact
		class   string
		gateway bool
		want    string
	}{
		"paired":                     {facts: []scanner.Fact{mdns("type", "_hap._tcp", "txt.sf", "0")}, want: "homekit_paired"},
		"not paired, no Wi-Fi":       {facts: []scanner.Fact{mdns("type", "_hap._tcp", "txt.sf", "3")}, want: "homekit_unpaired"},
		"a problem, but paired":      {facts: []scanner.Fact{mdns("type", "_hap._udp", "txt.sf", "4")}, want: "homekit_paired"},
		"says nothing of pairing":    {facts: []scanner.Fact{mdns("type", "_hap._tcp", "txt.ci", "6")}},
		"nonsense of pairing":        {facts: []scanner.Fact{mdns("type", "_hap._tcp", "txt.sf", "-2"), mdns("type", "_hap._tcp", "txt.sf", "0x0")}},
		"two accessories, both ways": {facts: []scanner.Fact{mdns("type", "_hap._tcp", "txt.sf", "0"), mdns("type", "_hap._tcp", "txt.sf", "1")}, want: "homekit_paired homekit_unpaired"},
		"relayed":                    {facts: []scanner.Fact{mdns("type", "_hap._tcp", "txt.sf", "0", "relayed", "yes")}},
		"one fabric, two nodes": {facts: []scanner.Fact{
			mdns("type", "_matter._tcp", "name", fabricA+"-"+node), mdns("type", "_matter._tcp", "name", strings.ToLower(fabricA)+"-0000000000000001"),
		}, want: "matter_one"},
		"two fabrics": {facts: []scanner.Fact{
			mdns("type", "_matter._tcp", "name", fabricA+"-"+node), mdns("type", "_matter._tcp", "name", fabricB+"-"+node),
		}, want: "matter_several=2"},
		"no fabric": {facts: []scanner.Fact{
			mdns("type", "_matter._tcp", "name", "kitchen-light"), mdns("type", "_matter._tcp", "name", fabricA+"-"), mdns("type", "_matter._tcp", "name", "-"+node),
		}},
		"being added":            {facts: []scanner.Fact{mdns("type", "_matterc._udp", "txt.cm", "1")}, want: "matter_open"},
		"not being added":        {facts: []scanner.Fact{mdns("type", "_matterc._udp", "txt.cm", "0")}},
		"lamp as it came":        {facts: []scanner.Fact{fact(scanner.FactVendor, "protocol", "kasa", "setup", "open")}, want: "setup_open"},
		"page without a login":   {facts: []scanner.Fact{fact(scanner.FactHTTP, "port", "80", "login", "none")}, want: "page_open"},
		"page with a login":      {facts: []scanner.Fact{fact(scanner.FactHTTP, "port", "80", "status", "401", "login", "asked")}, want: "page_login"},
		"page that says nothing": {facts: []scanner.Fact{fact(scanner.FactHTTP, "port", "80")}, want: "page_unsaid"},
		"not found":              {facts: []scanner.Fact{fact(scanner.FactHTTP, "port", "80", "status", "404")}},
		"page for apps":          {facts: []scanner.Fact{fact(scanner.FactHTTP, "port", "8008", "login", "none")}},
		"home server":            {facts: []scanner.Fact{fact(scanner.FactHTTP, "port", "8123", "login", "asked")}, want: "home_server page_login"},
		"messages":               {facts: []scanner.Fact{fact(scanner.FactMQTT, "port", "1883", "login", "none")}, want: "messages_open"},
		"messages with a login":  {facts: []scanner.Fact{fact(scanner.FactMQTT, "port", "1883", "login", "asked")}, want: "messages_login"},
		"messages unsaid":        {facts: []scanner.Fact{fact(scanner.FactMQTT, "port", "1883")}},
		"ports":                  {facts: []scanner.Fact{tcp("3389"), tcp("5900"), tcp("22"), tcp("5555"), tcp("23"), tcp("5938")}, want: "remote_desktop remote_helper remote_shell telnet debugging"},
		"ports that are none":    {facts: []scanner.Fact{tcp("99999"), tcp("-22"), tcp(""), fact(scanner.FactPort, "port", "22", "proto", "udp")}},
		"film unsaid":            {facts: []scanner.Fact{fact(scanner.FactRTSP, "port", "554", "status", "200")}, want: "film_unsaid"},
		"film open":              {facts: []scanner.Fact{fact(scanner.FactRTSP, "port", "554", "login", "none")}, want: "film_open"},
		"film with a login":      {facts: []scanner.Fact{fact(scanner.FactRTSP, "port", "554", "login", "asked")}, want: "film_login"},
		"cast":                   {facts: []scanner.Fact{mdns("type", "_googlecast._tcp")}, want: "play_open"},
		"speaker with password":  {facts: []scanner.Fact{mdns("type", "_raop._tcp", "txt.pw", "true")}},
		"storage":                {facts: []scanner.Fact{mdns("type", "_smb._tcp")}, class: "nas_recorder", want: "files_shared recorder"},
		"router in use": {facts: []scanner.Fact{
			fact(scanner.FactSSDP, "deviceType", "urn:schemas-upnp-org:device:InternetGatewayDevice:1"),
			fact(scanner.FactMapping, "client", "192.168.7.9", "external", "8080", "internal", "80"),
			fact(scanner.FactMapping, "client", "192.168.7.9", "external", "8081", "internal", "81", "enabled", "no"),
		}, class: "router", gateway: true, want: "doors=1 router_in_use router_obeys"},
		"second router": {facts: []scanner.Fact{fact(scanner.FactSSDP, "st", "urn:schemas-upnp-org:device:InternetGatewayDevice:2")}, want: "router_obeys second_router"},
		"repeater":      {class: "repeater_mesh", want: "repeater"},
		"filter":        {class: "vpn_or_filter_box", want: "filter_box"},
		"nothing":       {},
	}
	for name, test := range tests {
		d := scanner.Device{Facts: test.facts, Gateway: test.gateway}
		if got := codes(Look([]scanner.Device{d}).Leads(d, test.class)); got != test.want {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
}

// A door that the router holds open is a lead of the device that it leads to. This computer has none.
func TestHome_doors(t *testing.T) {
	router := scanner.Device{Gateway: true, Facts: []scanner.Fact{
		fact(scanner.FactMapping, "client", "192.168.7.9", "external", "8080", "internal", "80", "description", "cam\u202e<b>"),
		fact(scanner.FactMapping, "client", "not an address", "external", "1", "internal", "2"),
	}}
	camera := scanner.Device{Addresses: []netip.Addr{netip.MustParseAddr("192.168.7.9")}}
	h := Look([]scanner.Device{router, camera})
	want := []Lead{{Code: DoorTo, Count: 1, Rests: []string{"UPnP 8080 to 192.168.7.9 port 80: cam<b>"}}}
	if diff := cmp.Diff(want, h.Leads(camera, "")); diff != "" {
		t.Error(diff)
	}
	if got := h.Signs(camera); len(got) != 1 || got[0] != SignDoor {
		t.Errorf("signs %v", got)
	}
	camera.ThisComputer = true
	if h.Leads(camera, "") != nil {
		t.Error("the computer that asks has leads")
	}
}

func TestHome_Signs(t *testing.T) {
	d := scanner.Device{Facts: []scanner.Fact{
		tcp("23"), tcp("21"), fact(scanner.FactHTTP, "port", "80", "scheme", "http", "login", "asked"),
		fact(scanner.FactTLS, "version", "TLS 1.0"), fact(scanner.FactTLS, "version", "TLS 1.3"), fact(scanner.FactTLS, "version", "TLS 9"),
		fact(scanner.FactMQTT, "port", "1883", "login", "none"), fact(scanner.FactRTSP, "status", "200"), fact(scanner.FactSNMP, "sysdescr", "x"),
	}}
	want := []Sign{
		SignTelnet, SignPlainPage, SignPageLogin, SignOldTLS, SignNewTLS, SignMessagesOpen, SignMessagesPlain, SignFilmPlain,
		SignPublicName, SignPlainFiles, SignLookedCloser,
	}
	if diff := cmp.Diff(want, Look(nil).Signs(d)); diff != "" {
		t.Error(diff)
	}
	if got := Look(nil).Signs(scanner.Device{}); got != nil {
		t.Errorf("a silent device shows %v", got)
	}
}

// A device that says far too much gets no more room than another.
func TestHome_hostile(t *testing.T) {
	var facts []scanner.Fact
	for i := range 20000 {
		facts = append(facts,
			mdns("type", "_matter._tcp", "name", fmt.Sprintf("%016X-%016X", i, i)),
			fact(scanner.FactMapping, "client", "192.168.7.9", "external", "1", "internal", "2", "description", strings.Repeat("\u202e<i>é", 5000)[:4000]+fmt.Sprint(i)),
			fact(scanner.FactHTTP, "port", "80", "title", fmt.Sprintf("\x00\x1b[31m%d", i)+strings.Repeat("A", 1000)))
	}
	d := scanner.Device{Facts: facts, Addresses: []netip.Addr{netip.MustParseAddr("192.168.7.9")}}
	h := Look([]scanner.Device{d})
	list := h.Leads(d, "")
	if h.Fabrics() != MostCounted || len(list) != 4 {
		t.Errorf("%d fabrics, leads %s", h.Fabrics(), codes(list))
	}
	for _, l := range list {
		if l.Count > MostCounted || len(l.Rests) > mostRests {
			t.Errorf("%s counts %d and rests on %d", l.Code, l.Count, len(l.Rests))
		}
		for _, r := range l.Rests {
			if utf8.RuneCountInString(r) > scanner.LongestText || strings.ContainsAny(r, "\x00\x1b\u202e") || !utf8.ValidString(r) {
				t.Errorf("%s rests on %q", l.Code, r)
			}
		}
	}
}
