// Package scanner holds the words of device discovery and its orchestration. It contains no network
// code: every probe lives in a package of its own and implements Source.
package scanner

import "time"

// FactKind says which protocol a fact came from.
type FactKind string

// The kinds that scan, identify and imports share. An unknown kind is kept and named, never dropped
// in silence.
const (
	FactMDNS      FactKind = "mdns"      // type, name, host, port, txt.<key in lower case>, relayed, gone
	FactSSDP      FactKind = "ssdp"      // st, server, deviceType, manufacturer, modelName, friendlyName, …
	FactDHCP      FactKind = "dhcp"      // hostname (also from a PTR record at the gateway)
	FactNeighbour FactKind = "neighbour" // mac, state (answered: just now; remembered: some minutes ago)
	FactPort      FactKind = "port"      // port, proto, banner
	FactWSD       FactKind = "wsd"       // types, scopes
	FactHTTP      FactKind = "http"      // title, server, port, scheme, login (none, asked)
	FactTLS       FactKind = "tls"       // cn, issuer, port, version
	FactRTSP      FactKind = "rtsp"      // port, status, server, login (none, asked)
	FactMQTT      FactKind = "mqtt"      // port, login (none, asked)
	FactSNMP      FactKind = "snmp"      // sysdescr
	FactVendor    FactKind = "vendor"    // protocol (kasa, tuya, yeelight, lifx, wiz, hue, roku, cast, sonos), name, model, type …
	FactNetBIOS   FactKind = "netbios"   // name, group, services
	FactLLMNR     FactKind = "llmnr"     // name
	FactMapping   FactKind = "mapping"   // on the router: proto, external, client, internal, description
	FactListed    FactKind = "listed"    // from an imported list: vendor, name, model, type, as the list had them
	FactGateway   FactKind = "gateway"   // role: this address is the default gateway
	FactSelf      FactKind = "self"      // role: this address is the computer that asks; hostname
)

// Fact is one thing a device said or showed. Field names are those listed beside the kinds, values
// are text as received (already bounded in length, not yet made safe for display).
type Fact struct {
	Kind   FactKind
	Fields map[string]string
}

// KeyKind says what a key identifies a device by.
type KeyKind string

// The key kinds.
const (
	KeyMAC KeyKind = "mac"
	KeyIP  KeyKind = "ip"
)

// Key links sightings of the same device.
type Key struct {
	Kind  KeyKind
	Value string // canonical: lower-case colon-separated MAC, netip.Addr.String()
}

// Sighting is what one source saw of one device at one moment.
type Sighting struct {
	Source SourceName
	At     time.Time
	Keys   []Key
	Facts  []Fact
}

// SourceName names a source: "neighbour", "mdns", "ssdp", "gateway" …
type SourceName string
