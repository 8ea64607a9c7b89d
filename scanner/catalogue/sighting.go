package catalogue

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"strconv"
	"strings"

	"keyholder/scanner"
)

// Line is one device of the identify format: an id chosen by the sender and what was seen of it.
type Line struct {
	ID    string
	Facts []scanner.Fact
}

// The reasons why a line cannot be read. They name no value of the line.
var (
	errNotObject    = errors.New(`the line is not a JSON object; write {"id":"…","sightings":[…]}`)
	errNoSightings  = errors.New(`the line has no "sightings"; write "sightings":[] when nothing was seen`)
	errNotSightings = errors.New(`"sightings" is not a list`)
	errMore         = errors.New("there is text after the JSON object; write one object on each line")
)

// ParseLine reads one line of the identify format (docs/identify-format.md). The id is returned even
// with an error where it could be read. A sighting that is not understood becomes a fact of the kind
// it names, which Identify reports; only a line that is no object with a list of sightings is an error.
func ParseLine(raw []byte) (Line, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var object map[string]any
	if err := d.Decode(&object); err != nil || object == nil {
		return Line{}, errNotObject
	}
	line := Line{ID: scalar(pick(object, "id"))}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return line, errMore
	}
	value := pick(object, "sightings")
	if value == nil {
		return line, errNoSightings
	}
	list, ok := value.([]any)
	if !ok {
		return line, errNotSightings
	}
	for _, s := range list {
		line.Facts = append(line.Facts, parseSighting(s)...)
	}
	return line, nil
}

// pick returns a member by name, letter case ignored; an exact match comes first.
func pick(object map[string]any, name string) any {
	if v, ok := object[name]; ok {
		return v
	}
	for _, key := range sortedKeys(object) {
		if strings.EqualFold(key, name) {
			return object[key]
		}
	}
	return nil
}

// kindOf reads the words that senders use for a kind.
func kindOf(word string) (kind scanner.FactKind, known bool) {
	switch kind = scanner.FactKind(strings.ToLower(word)); kind {
	case scanner.FactMDNS, scanner.FactSSDP, scanner.FactDHCP, scanner.FactNeighbour, scanner.FactPort,
		scanner.FactWSD, scanner.FactHTTP, scanner.FactTLS, scanner.FactGateway, scanner.FactRTSP, scanner.FactMQTT,
		scanner.FactSNMP, scanner.FactVendor, scanner.FactNetBIOS, scanner.FactLLMNR, scanner.FactMapping,
		scanner.FactListed:
		return kind, true
	case "neighbor", "arp":
		return scanner.FactNeighbour, true
	case "upnp":
		return scanner.FactSSDP, true
	case "zeroconf":
		return scanner.FactMDNS, true
	case "nbns", "nbstat":
		return scanner.FactNetBIOS, true
	}
	return scanner.FactKind(word), false
}

// parseSighting reads the shapes {"kind":"mdns",…}, {"kind":"mdns","mdns":{…}}, {"mdns":{…}} and the
// same with the fields under "fields" or "data". "mdns" may also hold a list of such objects.
func parseSighting(v any) []scanner.Fact {
	object, ok := v.(map[string]any)
	if !ok {
		return []scanner.Fact{{Kind: scanner.FactKind(fmt.Sprintf("a sighting that is a %s", jsonType(v)))}}
	}
	for _, word := range []string{"kind", "type", "source", "protocol"} {
		if kind, ok := kindOf(scalar(pick(object, word))); ok {
			return []scanner.Fact{parseFields(kind, object, word)}
		}
	}
	if name := scalar(pick(object, "kind")); name != "" {
		return []scanner.Fact{{Kind: scanner.FactKind(name)}}
	}
	var facts []scanner.Fact
	for _, key := range sortedKeys(object) {
		kind, _ := kindOf(key)
		facts = append(facts, parseBody(kind, object[key])...)
	}
	if len(facts) == 0 {
		return []scanner.Fact{{Kind: "an empty sighting"}}
	}
	return facts
}

func parseBody(kind scanner.FactKind, body any) []scanner.Fact {
	switch b := body.(type) {
	case map[string]any:
		return []scanner.Fact{parseFields(kind, b, "")}
	case []any:
		var facts []scanner.Fact
		for _, item := range b {
			facts = append(facts, parseBody(kind, item)...)
		}
		return facts
	}
	f := scanner.Fact{Kind: kind, Fields: map[string]string{}}
	if field := onlyField(kind); field != "" {
		f.Fields[field] = scalar(body)
	}
	return []scanner.Fact{f}
}

// onlyField is the field meant when a kind holds a bare value, as in {"dhcp":"Pixel-7a"}; empty when
// there is none.
func onlyField(kind scanner.FactKind) string {
	switch kind {
	case scanner.FactDHCP:
		return "hostname"
	case scanner.FactNeighbour:
		return "mac"
	case scanner.FactTLS:
		return "cn"
	case scanner.FactPort:
		return "port"
	case scanner.FactHTTP:
		return "title"
	case scanner.FactMDNS:
		return "type"
	case scanner.FactNetBIOS, scanner.FactLLMNR:
		return "name"
	case scanner.FactSNMP:
		return "sysdescr"
	case scanner.FactVendor:
		return "protocol"
	}
	return ""
}

// parseFields flattens the fields of one sighting. kindWord is the member that named the kind.
func parseFields(kind scanner.FactKind, object map[string]any, kindWord string) scanner.Fact {
	f := scanner.Fact{Kind: kind, Fields: make(map[string]string, len(object)+4)}
	for _, key := range sortedKeys(object) {
		if lower := strings.ToLower(key); lower != kindWord {
			addField(f, lower, object[key])
		}
	}
	return f
}

func addField(f scanner.Fact, name string, value any) {
	if f.Kind == scanner.FactMDNS && (name == "txt" || name == "properties") {
		addTXT(f.Fields, value)
		return
	}
	if inner, ok := value.(map[string]any); ok { // "fields", "data", "headers": one level more, same meaning
		maps.Copy(f.Fields, parseFields(f.Kind, inner, "").Fields)
		return
	}
	f.Fields[fieldName(f.Kind, name)] = scalar(value)
}

// fieldName brings other spellings of a field ("device_type", "MAC address") to one.
func fieldName(kind scanner.FactKind, lower string) string {
	if strings.HasPrefix(lower, "txt.") {
		return lower
	}
	name := lower
	if strings.ContainsAny(lower, "_- ") {
		name = strings.NewReplacer("_", "", "-", "", " ", "").Replace(lower)
	}
	switch string(kind) + " " + name {
	case "mdns service", "mdns servicetype":
		return "type"
	case "mdns instance", "mdns servicename", "mdns instancename":
		return "name"
	case "mdns hostname":
		return "host"
	case "dhcp host", "dhcp name":
		return "hostname"
	case "neighbour hw", "neighbour hwaddr", "neighbour macaddress":
		return "mac"
	case "tls commonname", "tls subject":
		return "cn"
	}
	return name
}

// addTXT reads TXT as an object, as a list of "key=value", or as one such text.
func addTXT(fields map[string]string, value any) {
	switch v := value.(type) {
	case map[string]any:
		for _, key := range sortedKeys(v) {
			fields["txt."+strings.ToLower(key)] = scalar(v[key])
		}
	case []any:
		for _, item := range v {
			addTXT(fields, item)
		}
	case string:
		key, text, _ := strings.Cut(v, "=")
		if key != "" {
			fields["txt."+strings.ToLower(key)] = text
		}
	}
}

// scalar returns a value as text: numbers as written, lists joined by a space.
func scalar(v any) string {
	switch t := v.(type) {
	case nil:
		return ""
	case string:
		return t
	case json.Number:
		return t.String()
	case bool:
		return strconv.FormatBool(t)
	case []any:
		var parts []string
		for _, item := range t {
			if s := scalar(item); s != "" {
				parts = append(parts, s)
			}
		}
		return strings.Join(parts, " ")
	}
	return ""
}

func jsonType(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case string:
		return "text"
	case []any:
		return "list"
	}
	return "plain value"
}
