package main

import (
	"context"
	"net/netip"
	"slices"
	"time"

	"keyholder/scanner"
	"keyholder/scanner/lan"
)

// demoCheck plays back one check of a made-up home: nothing is sent and nothing is heard. It goes
// through the same orchestration as a real one, so that the pages show what they would show.
func demoCheck(ctx context.Context, choice lan.Choice, progress func(scanner.Progress)) (*scanner.Report, error) {
	return playCheck(ctx, choice, progress, time.Second)
}

// playCheck plays a check that takes about three beats.
func playCheck(
	ctx context.Context, choice lan.Choice, progress func(scanner.Progress), beat time.Duration,
) (*scanner.Report, error) {
	own := netip.MustParsePrefix("192.168.40.30/24")
	scope := scanner.Scope{
		Mode: choice.Mode, Attestation: choice.Attestation, AttestedAt: time.Now(), Budget: choice.Budget,
		Interfaces: []scanner.Interface{{Name: "made-up", Index: 1, MAC: "5e:20:4b:40:00:30", Networks: []netip.Prefix{own}}},
		Prefixes:   []netip.Prefix{own.Masked()}, Ticked: choice.Ticked,
	}
	var sources []scanner.Source
	for _, s := range append(demoSources(), demoCloser(scope)...) {
		s.beat = beat
		sources = append(sources, s)
	}
	return scanner.Run(ctx, scope, sources, progress)
}

// demoSource plays back what one source saw, spread evenly over its beats.
type demoSource struct {
	name    scanner.SourceName
	beats   int
	beat    time.Duration
	seen    []demoSighting
	outcome scanner.Outcome
}

// Name implements scanner.Source.
func (s demoSource) Name() scanner.SourceName { return s.name }

// Observe implements scanner.Source.
func (s demoSource) Observe(ctx context.Context, scope scanner.Scope, emit func(scanner.Sighting)) scanner.Outcome {
	pause := time.Duration(s.beats) * s.beat / time.Duration(len(s.seen)+1)
	wait := time.NewTicker(max(pause, time.Millisecond))
	defer wait.Stop()
	for i := 0; i <= len(s.seen); i++ {
		if i > 0 {
			emit(s.seen[i-1].sighting(s.name))
		}
		select {
		case <-ctx.Done():
			return scanner.CouldNot(scanner.ReasonFor(ctx.Err()))
		case <-wait.C:
		}
	}
	outcome := s.outcome
	if !scope.Mode.Asks() && s.name != scanner.SourceThisComputer && outcome.State != scanner.CouldNotLook {
		outcome.Limits = []scanner.Reason{scanner.ReasonListenOnly}
	}
	return outcome
}

// demoSighting is one fact about one made-up device, in pairs of field and value.
type demoSighting struct {
	host, mac string // last number of the address; "" where the source does not tell the hardware address
	kind      scanner.FactKind
	fields    []string
}

func (d demoSighting) sighting(from scanner.SourceName) scanner.Sighting {
	keys := []scanner.Key{scanner.IPKey(netip.MustParseAddr("192.168.40." + d.host))}
	fact := scanner.Fact{Kind: d.kind, Fields: map[string]string{}}
	if d.mac != "" {
		keys = append(keys, scanner.MACKey(d.mac))
	}
	if d.kind == scanner.FactNeighbour {
		fact.Fields["mac"], fact.Fields["state"] = d.mac, "answered"
	}
	for i := 0; i+1 < len(d.fields); i += 2 {
		fact.Fields[d.fields[i]] = d.fields[i+1]
	}
	return scanner.Sighting{Source: from, At: time.Now(), Keys: keys, Facts: []scanner.Fact{fact}}
}

// demoCloser is the closer look at the ticked devices of the made-up home; none without the full mode.
func demoCloser(scope scanner.Scope) []demoSource {
	if !scope.Mode.Connects() {
		return nil
	}
	look := demoSource{name: scanner.SourcePorts, beats: 2, outcome: scanner.Could(len(scope.Ticked))}
	for _, says := range []demoSighting{
		{host: "1", kind: scanner.FactHTTP, fields: []string{"port", "80", "scheme", "http", "title", "FRITZ!Box", "login", "asked"}},
		{host: "15", kind: scanner.FactRTSP, fields: []string{"port", "554", "status", "401", "realm", "IP Camera", "login", "asked"}},
		{host: "20", kind: scanner.FactHTTP, fields: []string{"port", "80", "scheme", "http", "title", "IP Camera Viewer", "login", "asked"}},
		{host: "21", kind: scanner.FactHTTP, fields: []string{"port", "80", "scheme", "http", "title", "Shelly Plug", "login", "none"}},
	} {
		if slices.Contains(scope.Ticked, netip.MustParseAddr("192.168.40."+says.host)) {
			look.seen = append(look.seen, says)
		}
	}
	return []demoSource{look}
}

// demoSources are the sources of the made-up home: a dozen devices, of which one says two different
// things, one uses a private hardware address, and one says nothing at all.
//
//yardstick:table made-up data, one line per fact
func demoSources() []demoSource {
	near := func(host, mac string) demoSighting {
		return demoSighting{host: host, mac: mac, kind: scanner.FactNeighbour}
	}
	says := func(host string, kind scanner.FactKind, fields ...string) demoSighting {
		return demoSighting{host: host, kind: kind, fields: fields}
	}
	const mdns, ssdp = scanner.FactMDNS, scanner.FactSSDP
	return []demoSource{
		{name: scanner.SourceThisComputer, beats: 0, outcome: scanner.Could(1), seen: []demoSighting{
			{host: "30", mac: "5e:20:4b:40:00:30", kind: scanner.FactSelf, fields: []string{"role", "this_computer", "hostname", "office-laptop"}},
		}},
		{name: scanner.SourceNeighbour, beats: 2, outcome: scanner.Could(12), seen: []demoSighting{
			near("1", "98:9b:cb:40:00:01"),  // a router
			near("11", "f4:f5:d8:40:00:11"), // a voice assistant
			near("12", "ec:b5:fa:40:00:12"), // a bridge for lamps
			near("13", "20:3d:bd:40:00:13"), // a television
			near("14", "30:05:5c:40:00:14"), // a printer
			near("15", "2c:aa:8e:40:00:15"), // only its maker is known: cameras
			near("16", "54:ef:44:40:00:16"), // a door lock
			near("17", "ec:e5:12:40:00:17"), // heating
			near("18", "6e:44:7c:40:00:18"), // a phone with a private address
			near("19", "0c:00:00:40:00:19"), // says nothing, and its address tells no maker
			near("20", "9c:8e:cd:40:00:20"), // says that it is a camera, and that it is a printer
			near("21", "3c:61:05:40:00:21"), // a plug
		}},
		{name: scanner.SourceMDNS, beats: 3, outcome: scanner.Could(8), seen: []demoSighting{
			says("11", mdns, "type", "_googlecast._tcp", "name", "Google-Home-Mini-40", "txt.md", "Google Home Mini", "txt.fn", "Kitchen speaker"),
			says("12", mdns, "type", "_hue._tcp", "name", "Hue Bridge - 400012", "txt.modelid", "BSB002"),
			says("14", mdns, "type", "_ipp._tcp", "name", "Brother HL-L2350DW", "txt.ty", "Brother HL-L2350DW series"),
			says("16", mdns, "type", "_hap._tcp", "name", "Front door", "txt.md", "Smart Lock U100", "txt.ci", "6"),
			says("17", mdns, "type", "_hap._tcp", "name", "tado Internet Bridge", "txt.md", "tado Internet Bridge", "txt.ci", "2"),
			says("18", mdns, "host", "Galaxy-A54.local."),
			says("20", mdns, "type", "_hap._tcp", "name", "Hall", "txt.md", "Hall", "txt.ci", "17"),
			says("20", mdns, "type", "_ipp._tcp", "name", "Hall", "txt.ty", "Label printer"),
			says("21", mdns, "type", "_http._tcp", "name", "shellyplug-s-400021"),
		}},
		{name: scanner.SourceSSDP, beats: 3, outcome: scanner.Could(2), seen: []demoSighting{
			says("1", ssdp, "st", "urn:schemas-upnp-org:device:InternetGatewayDevice:1", "deviceType",
				"urn:schemas-upnp-org:device:InternetGatewayDevice:1", "manufacturer", "AVM Berlin", "modelName", "FRITZ!Box 7530",
				"friendlyName", "FRITZ!Box 7530"),
			says("13", ssdp, "st", "urn:schemas-upnp-org:device:MediaRenderer:1", "deviceType",
				"urn:schemas-upnp-org:device:MediaRenderer:1", "manufacturer", "LG Electronics", "modelName", "OLED55C8",
				"friendlyName", "[LG] webOS TV OLED55C8"),
		}},
		{name: scanner.SourceWSD, beats: 2, outcome: scanner.CouldNot(scanner.ReasonMulticastBlocked)},
		{name: scanner.SourceGateway, beats: 3, outcome: scanner.Could(0), seen: []demoSighting{
			says("1", scanner.FactGateway, "role", "default_gateway"),
		}},
	}
}
