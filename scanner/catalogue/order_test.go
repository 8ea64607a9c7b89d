package catalogue

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"keyholder/scanner"
)

// seenAtHome are sightings of many kinds of things, also such as contradict each other.
func seenAtHome(t *testing.T) (list []scanner.Fact) {
	t.Helper()
	for _, s := range []string{
		`{"kind":"mdns","type":"_hap._tcp","name":"Lock","txt":{"ci":"6","md":"Nuki"}}`, `{"kind":"mdns","type":"_hap._tcp","name":"Cam","txt":{"ci":"17"}}`,
		`{"kind":"mdns","type":"_googlecast._tcp","name":"Kitchen","txt":{"md":"Google Home Mini","fn":"Kitchen"}}`, `{"kind":"mdns","type":"_airplay._tcp","txt":{"model":"AppleTV6,2"}}`,
		`{"kind":"ssdp","manufacturer":"Sonos, Inc.","modelName":"Sonos One","deviceType":"urn:schemas-upnp-org:device:ZonePlayer:1"}`,
		`{"kind":"ssdp","deviceType":"urn:schemas-upnp-org:device:InternetGatewayDevice:1","friendlyName":"FRITZ!Box 7590"}`,
		`{"kind":"dhcp","hostname":"Annas-iPhone"}`, `{"kind":"dhcp","hostname":"ring-doorbell"}`, `{"kind":"neighbour","mac":"54:e0:19:00:11:23"}`,
		`{"kind":"neighbour","mac":"3e:91:7c:0d:5e:01"}`, `{"kind":"neighbour","mac":"c0:56:27:00:11:31"}`, `{"kind":"port","port":"554","proto":"tcp"}`,
		`{"kind":"port","port":"22","proto":"tcp","banner":"SSH-2.0-dropbear"}`, `{"kind":"http","title":"NETSurveillance WEB","port":"80"}`,
		`{"kind":"wsd","types":"dn:NetworkVideoTransmitter","scopes":"onvif://www.onvif.org/name/Garden"}`, `{"kind":"vendor","protocol":"kasa","model":"HS110(EU)","type":"IOT.SMARTPLUGSWITCH"}`,
		`{"kind":"netbios","name":"STUDY-PC","services":"files"}`, `{"kind":"snmp","sysdescr":"HP ETHERNET MULTI-ENVIRONMENT"}`, `{"kind":"listed","type":"IP Camera","vendor":"Acme"}`,
		`{"kind":"mdns","type":"_hap._tcp","name":"Bulb","relayed":"yes","txt":{"ci":"5"}}`, `{"kind":"gateway","role":"default_gateway"}`, `{"kind":"odd","x":"y"}`,
	} {
		line, err := ParseLine([]byte(`{"id":"a","sightings":[` + s + `]}`))
		if err != nil {
			t.Fatalf("%s: %v", s, err)
		}
		list = append(list, line.Facts...)
	}
	return list
}

func verdict(id Identity) string {
	var rules []string
	for _, e := range slices.Concat(id.Evidence, id.Conflicts) {
		rules = append(rules, e.Rule)
	}
	slices.Sort(rules)
	return fmt.Sprint(id.Group, "/", id.Class, " ", id.Confidence, " ", strings.Join(rules, ","))
}

// What a device is does not hang on which packet came first, or came twice: otherwise the same home would look
// changed at every visit.
func TestIdentify_anyOrder(t *testing.T) {
	c, all := load(t), seenAtHome(t)
	for seed := range uint64(250) {
		r := rand.New(rand.NewPCG(seed, 13))
		var facts []scanner.Fact
		for range 1 + r.IntN(5) {
			facts = append(facts, all[r.IntN(len(all))])
		}
		want := verdict(c.Identify(facts))
		for range 4 {
			shuffled := append(slices.Clone(facts), facts[r.IntN(len(facts))])
			r.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
			if got := verdict(c.Identify(shuffled)); got != want {
				t.Fatalf("seed %d: %s, in another order %s\n%v", seed, want, got, facts)
			}
		}
	}
}

// More of what nobody understands, or of what other devices passed on, never makes anything surer.
func TestIdentify_noiseAddsNothing(t *testing.T) {
	c, all := load(t), seenAtHome(t)
	for seed := range uint64(150) {
		r := rand.New(rand.NewPCG(seed, 14))
		facts := []scanner.Fact{all[r.IntN(len(all))], all[r.IntN(len(all))]}
		before := c.Identify(facts)
		noisy := append(slices.Clone(facts),
			scanner.Fact{Kind: "zigbee", Fields: map[string]string{"name": "camera lock doorbell"}},
			scanner.Fact{Kind: scanner.FactPort, Fields: map[string]string{"port": "99999"}},
			scanner.Fact{Kind: scanner.FactMDNS, Fields: map[string]string{}},
			scanner.Fact{Kind: scanner.FactSelf, Fields: map[string]string{"hostname": "ring-doorbell"}})
		if after := c.Identify(noisy); after.Group != before.Group || after.Class != before.Class || after.Confidence != before.Confidence {
			t.Errorf("seed %d: %s became %s", seed, verdict(before), verdict(after))
		}
	}
}

// A private address has no maker however it is spelled and whatever else the device, or a list, says of it.
func TestIdentify_privateAddressHasNoMaker(t *testing.T) {
	c := load(t)
	for _, mac := range []string{"56:e0:19:00:11:23", "56-E0-19-00-11-23", "56e0.1900.1123", "56E019001123", "52:54:00:12:34:56", "fe:ff:ff:00:00:01", "02:00:00:00:00:00"} {
		for _, more := range [][]scanner.Fact{nil, {listedFact("vendor", "Ring", "type", "Doorbell")}, {{Kind: scanner.FactVendor, Fields: map[string]string{"brand": "Ring", "registered": "Ring"}}}} {
			facts := append([]scanner.Fact{{Kind: scanner.FactNeighbour, Fields: map[string]string{"mac": mac}}}, more...)
			id := c.Identify(facts)
			if id.Brand != "" || id.Confidence.atLeast(Likely) {
				t.Errorf("%s with %v: brand %q, %s", mac, more, id.Brand, id.Confidence)
			}
			for _, e := range id.Evidence {
				if strings.Contains(e.Says, "hardware address belongs to") {
					t.Errorf("%s: %s", mac, e.Says)
				}
			}
		}
	}
}

// The words and shapes that other programs use for the same sighting.
func TestParseLine_otherWords(t *testing.T) {
	for s, want := range map[string]string{
		`{"kind":"arp","mac":"54:e0:19:00:11:23"}`: "neighbour map[mac:54:e0:19:00:11:23]", `{"kind":"upnp","Friendly-Name":"TV"}`: "ssdp map[friendlyname:TV]",
		`{"kind":"zeroconf","service_type":"_hap._tcp","instance_name":"Lock"}`: "mdns map[name:Lock type:_hap._tcp]", `{"kind":"nbstat","name":"PC"}`: "netbios map[name:PC]",
		`{"kind":"nbns","name":"PC"}`: "netbios map[name:PC]", `{"neighbour":"54:e0:19:00:11:23"}`: "neighbour map[mac:54:e0:19:00:11:23]", `{"tls":"cam.local"}`: "tls map[cn:cam.local]",
		`{"port":554}`: "port map[port:554]", `{"http":"Login"}`: "http map[title:Login]", `{"mdns":"_hap._tcp"}`: "mdns map[type:_hap._tcp]", `{"netbios":"PC"}`: "netbios map[name:PC]",
		`{"llmnr":"Den"}`: "llmnr map[name:Den]", `{"snmp":"HP"}`: "snmp map[sysdescr:HP]", `{"vendor":"kasa"}`: "vendor map[protocol:kasa]", `{"wsd":"x"}`: "wsd map[]",
		`{"kind":"neighbour","HW addr":"x"}`: "neighbour map[mac:x]", `{"kind":"dhcp","Host":"x"}`: "dhcp map[hostname:x]", `{"kind":"tls","common_name":"x"}`: "tls map[cn:x]",
		`{"kind":"tls","subject":"x","port":443,"ok":true}`: "tls map[cn:x ok:true port:443]", `{"kind":"mdns","txt":["a=b","A=c","=d","flag"]}`: "mdns map[txt.a:c txt.flag:]",
		`{"kind":"mdns","txt.MD":"x","headers":{"host":"y"}}`: "mdns map[host:y txt.md:x]", `{"source":"dhcp","hostname":null}`: "dhcp map[hostname:]", `{"protocol":"MDNS","type":["_a._tcp","_b._tcp"]}`: "mdns map[type:_a._tcp _b._tcp]",
	} {
		line, err := ParseLine([]byte(`{"id":"a","sightings":[` + s + `]}`))
		if err != nil || len(line.Facts) != 1 {
			t.Errorf("%s: %v, %v", s, err, line.Facts)
			continue
		}
		if got := fmt.Sprint(line.Facts[0].Kind, " ", line.Facts[0].Fields); got != want {
			t.Errorf("%s: %s, want %s", s, got, want)
		}
	}
	line, err := ParseLine([]byte(`{"sightings":[null,1,true,"x",[1],{"kind":7},{"kind":{}},{"dhcp":["a","b",null]}]}`))
	if err != nil || len(line.Facts) != 10 || line.ID != "" {
		t.Errorf("%v, %d facts: %v", err, len(line.Facts), line.Facts)
	}
}

// What a device says stands in the evidence as one short line, in whatever form it was said.
func TestIdentify_evidenceIsBounded(t *testing.T) {
	c := load(t)
	for _, said := range []string{strings.Repeat("camera ", 5000), "ring\u202e\x00\n<b>{value}{mac}", "\xff\xfe ipcam", "{type} {name} {", strings.Repeat("é", 600)} {
		id := c.Identify([]scanner.Fact{
			{Kind: scanner.FactSSDP, Fields: map[string]string{"friendlyName": said, "modelName": "IPCamera " + said, "manufacturer": said}},
			{Kind: scanner.FactMDNS, Fields: map[string]string{"type": "_rtsp._tcp", "name": said}},
			{Kind: scanner.FactKind(said)},
		})
		for _, e := range slices.Concat(id.Evidence, id.Conflicts, []Evidence{{Says: id.Brand, Fact: id.Model}}) {
			for _, text := range []string{e.Says, e.Fact} {
				if len([]rune(text)) > 900 || strings.ContainsAny(text, "\u202e\x00\n\u200b") || strings.ContainsRune(text, '\uFFFD') {
					t.Errorf("%.20q gives %d letters: %.200q", said, len([]rune(text)), text)
				}
			}
		}
	}
}
