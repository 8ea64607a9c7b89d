package catalogue

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"keyholder/scanner"
	"keyholder/scanner/oui"
)

// The two kinds that the catalogue derives: kindText is every name, model, title and greeting of a
// device as words; kindVendor is the maker that its MAC was registered for. The last shares its word
// with what a device says in its maker's own protocol, but no field: see reserved.
const (
	kindText   = "text"
	kindVendor = "vendor"
)

// seen reports whether kind is one that a sighting can have.
func seen(kind string) bool {
	switch scanner.FactKind(kind) {
	case scanner.FactMDNS, scanner.FactSSDP, scanner.FactDHCP, scanner.FactNeighbour, scanner.FactPort,
		scanner.FactWSD, scanner.FactHTTP, scanner.FactTLS, scanner.FactRTSP, scanner.FactMQTT,
		scanner.FactSNMP, scanner.FactVendor, scanner.FactNetBIOS, scanner.FactLLMNR, scanner.FactMapping,
		scanner.FactListed, scanner.FactGateway, scanner.FactSelf:
		return true
	}
	return false
}

// known reports whether rules may use kind.
func known(kind string) bool { return seen(kind) || kind == kindText || kind == kindVendor }

// textFields are the fields whose words become facts of kindText.
var textFields = map[scanner.FactKind][]string{
	scanner.FactMDNS: {
		"name", "host", "txt.md", "txt.model", "txt.am", "txt.ty", "txt.mdl", "txt.product",
		"txt.fn", "txt.n", "txt.manufacturer", "txt.vendor", "txt.usb_mdl", "txt.usb_mfg", "txt.dn",
		"txt.modelname", "txt.mn", "txt.devicename", "txt.productname", "txt.rpmd", "txt.type",
		"txt.friendly_name", "txt.project_name", "txt.app", "txt.id", "txt.modelid", "txt.device", "txt.series",
	},
	scanner.FactSSDP: {"friendlyname", "modelname", "manufacturer", "modeldescription", "modelnumber"},
	scanner.FactDHCP: {"hostname"},
	scanner.FactPort: {"banner"},
	scanner.FactHTTP: {"title", "server", "realm"},
	scanner.FactTLS:  {"cn"},
	scanner.FactRTSP: {"server", "realm"},
	scanner.FactWSD:  {"scopes"},
	scanner.FactSNMP: {"sysdescr"},
	// Sockets of a power strip have names too, but those are of what is plugged in.
	scanner.FactVendor:  {"name", "model", "description"},
	scanner.FactNetBIOS: {"name"},
	scanner.FactLLMNR:   {"name"},
	scanner.FactListed:  {"name", "model"},
}

// reserved are the fields of a derived kindVendor. A device cannot say them: that would let it choose
// its maker.
func reserved(kind, name string) bool {
	return kind == kindVendor && (name == "brand" || name == "registered" || name == "private")
}

// bounds of what one value may cost; longer values are cut.
const (
	maxValue = 512
	maxFacts = 4096
)

// value is one field of a fact: as received, in lower case, and as words.
type value struct {
	raw, lower, words string
}

// fact is a prepared fact. from points to the fact it was derived from, or to itself.
type fact struct {
	kind   string
	fields map[string]value
	origin *fact
	field  string // of a derived text: the field of the origin
}

// view is everything known about one device, prepared for matching.
type view struct {
	facts   []*fact
	strange []string // kinds that are not understood, each once, in order of appearance
}

// look prepares facts: field names in lower case, service types and host names without domain,
// derived texts and the vendor.
func look(facts []scanner.Fact, makers *oui.Table) view {
	var v view
	for i, raw := range facts {
		if i >= maxFacts {
			break
		}
		kind := strings.ToLower(string(raw.Kind))
		if !seen(kind) {
			if !slices.Contains(v.strange, kind) {
				v.strange = append(v.strange, kind)
			}
			continue
		}
		f := prepare(kind, raw.Fields)
		v.facts = append(v.facts, f)
		v.derive(f, makers)
	}
	v.deriveListed()
	return v
}

// deriveListed takes the maker that a list names, where our own register knows none: a list may have
// an old register, or guess.
func (v *view) deriveListed() {
	for _, f := range v.of(kindVendor) {
		if f.origin != f { // derived from a hardware address
			return
		}
	}
	for _, f := range v.of(string(scanner.FactListed)) {
		if said, ok := f.fields["vendor"]; ok {
			v.facts = append(v.facts, &fact{
				kind: kindVendor, origin: f, field: "vendor", fields: map[string]value{"brand": said, "registered": said},
			})
			return
		}
	}
}

func prepare(kind string, fields map[string]string) *fact {
	f := &fact{kind: kind, fields: make(map[string]value, len(fields))}
	f.origin = f
	for name, text := range fields {
		name = strings.ToLower(name)
		if text = tidy(kind, name, cut(text)); text != "" && !reserved(kind, name) {
			f.fields[name] = valueOf(text)
		}
	}
	return f
}

func valueOf(text string) value {
	lower := strings.ToLower(text)
	return value{raw: text, lower: lower, words: normalise(lower)}
}

func (v *view) derive(f *fact, makers *oui.Table) {
	for _, name := range textFields[scanner.FactKind(f.kind)] {
		text, ok := f.fields[name]
		if !ok || text.words == "" {
			continue
		}
		text.lower = text.words
		v.facts = append(v.facts, &fact{
			kind: kindText, origin: f, field: name,
			fields: map[string]value{"value": text},
		})
	}
	mac := f.fields["mac"].raw
	if mac == "" {
		return
	}
	if oui.Private(mac) {
		v.facts = append(v.facts, &fact{
			kind: kindVendor, origin: f, field: "mac",
			fields: map[string]value{"private": valueOf("yes")},
		})
		return
	}
	if vendor, ok := makers.Lookup(mac); ok {
		v.facts = append(v.facts, &fact{kind: kindVendor, origin: f, field: "mac", fields: map[string]value{
			"brand": valueOf(vendor.Brand), "registered": valueOf(vendor.Name),
		}})
	}
}

// of returns the facts of one kind.
func (v *view) of(kind string) []*fact {
	var list []*fact
	for _, f := range v.facts {
		if f.kind == kind {
			list = append(list, f)
		}
	}
	return list
}

func cut(s string) string {
	s = strings.TrimSpace(s)
	if len(s) <= maxValue {
		return s
	}
	n := maxValue
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// tidy brings the usual spellings of a field to one.
func tidy(kind, name, text string) string {
	switch kind + " " + name {
	case "mdns type":
		return serviceType(text)
	case "mdns name":
		if i := strings.Index(text, "._"); i > 0 {
			text = text[:i]
		}
		return strings.ReplaceAll(strings.ReplaceAll(text, `\032`, " "), `\`, "")
	case "mdns host", "dhcp hostname", "llmnr name":
		text, _, _ = strings.Cut(text, ".")
		return text
	case "wsd scopes", "wsd types":
		return strings.ReplaceAll(text, "%20", " ")
	}
	return text
}

// serviceType turns "_universal._sub._ipp._tcp.local." into "_ipp._tcp".
func serviceType(s string) string {
	s = strings.TrimSuffix(strings.ToLower(strings.TrimSuffix(s, ".")), ".local")
	if i := strings.Index(s, "._sub."); i >= 0 {
		s = s[i+len("._sub."):]
	}
	return s
}

// normalise turns text in lower case into its words with one space between them, so that
// "nest-hub_max" and "Nest Hub Max" compare alike and "pi" is not found in "epic".
func normalise(lower string) string {
	var b strings.Builder
	b.Grow(len(lower))
	gap := false
	for _, r := range lower {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			if gap && b.Len() > 0 {
				b.WriteByte(' ')
			}
			gap = false
			b.WriteRune(r)
			continue
		}
		if r != '\'' && r != '’' {
			gap = true
		}
	}
	return b.String()
}

// containsWords reports whether phrase stands in words at word boundaries. Both are normalised.
func containsWords(words, phrase string) bool {
	for at := 0; ; {
		i := strings.Index(words[at:], phrase)
		if i < 0 {
			return false
		}
		start, end := at+i, at+i+len(phrase)
		if (start == 0 || words[start-1] == ' ') && (end == len(words) || words[end] == ' ') {
			return true
		}
		at = start + 1
	}
}
