package scan

import (
	"slices"
	"strings"

	"keyholder/scanner"
)

// lasting says which field of which fact identifies a device beyond a day.
type lasting struct {
	kind    scanner.FactKind
	service string // value of the field "type"; empty for any
	field   string // in lower case
	as      string // kind of the identifier
	with    string // another field that belongs to it: a serial number means nothing without its model
}

// lastingIDs lists the identifiers that protocols keep for a device: UPnP UDN, HomeKit device id, Cast
// id, AirPlay device id, Matter node under its fabric, Hue bridge number, serial numbers. Most change
// with a factory reset, and a device can claim any of them: they are a hint, as hardware addresses are.
func lastingIDs() []lasting {
	return []lasting{
		{kind: scanner.FactSSDP, field: "udn", as: "upnp"},
		{kind: scanner.FactSSDP, field: "serialnumber", as: "serial", with: "modelname"},
		{kind: scanner.FactMDNS, service: "_hap._tcp", field: "txt.id", as: "homekit"},
		{kind: scanner.FactMDNS, service: "_googlecast._tcp", field: "txt.id", as: "cast"},
		{kind: scanner.FactMDNS, service: "_airplay._tcp", field: "txt.deviceid", as: "airplay"},
		{kind: scanner.FactMDNS, service: "_matter._tcp", field: "name", as: "matter"},
		{kind: scanner.FactMDNS, service: "_hue._tcp", field: "txt.bridgeid", as: "hue"},
		{kind: scanner.FactWSD, field: "address", as: "wsd"},
	}
}

// mostIDs bounds the identifiers of one device, so that one that makes them up costs nothing.
const mostIDs = 16

// stableIDs returns the lasting identifiers in the facts of a device, as "kind:value". What a device
// only passes on for another does not identify it.
func stableIDs(facts []scanner.Fact) []string {
	var out []string
	for _, fact := range facts {
		if fact.Fields["relayed"] != "" || len(out) >= mostIDs {
			continue
		}
		fields := make(map[string]string, len(fact.Fields))
		for name, value := range fact.Fields {
			fields[strings.ToLower(name)] = strings.ToLower(strings.TrimSpace(value))
		}
		for _, l := range lastingIDs() {
			if id := l.read(fact.Kind, fields); id != "" {
				out = append(out, id)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// read returns the identifier, empty when the fact holds none that tells one device from another.
func (l lasting) read(kind scanner.FactKind, fields map[string]string) string {
	value := fields[l.field]
	if kind != l.kind || l.service != "" && fields["type"] != l.service || !distinct(value) {
		return ""
	}
	if l.with == "" {
		return l.as + ":" + value
	}
	if fields[l.with] == "" {
		return ""
	}
	return l.as + ":" + fields[l.with] + ":" + value
}

// distinct reports whether a value can tell one device from another of its model: long enough, and not
// the zeros, nines or digits in a row that makers leave in. Four different digits or letters are the
// least that is believed.
func distinct(value string) bool {
	if len(value) < 6 || len(value) > 200 || strings.HasPrefix("123456789012345678901234567890", value) {
		return false
	}
	seen := map[rune]bool{}
	for _, r := range strings.TrimPrefix(value, "uuid:") {
		if r >= '0' && r <= '9' || r >= 'a' && r <= 'z' {
			seen[r] = true
		}
	}
	return len(seen) >= 4
}
