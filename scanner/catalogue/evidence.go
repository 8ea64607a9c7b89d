package catalogue

import (
	"fmt"
	"strings"

	"keyholder/scanner"
)

// evidence words a claim.
func (k claim) evidence() Evidence {
	var facts []string
	for i, f := range k.facts {
		for _, p := range k.rule.Match[i].Fields {
			facts = append(facts, rawFact(f, p.Field))
		}
	}
	says := k.rule.Says
	if says == "" || k.onlyListed() {
		says = k.words()
	} else {
		says = fill(says, k.facts)
	}
	return Evidence{Rule: k.rule.ID, Says: says, Fact: strings.Join(facts, "; ")}
}

func rawFact(f *fact, field string) string {
	name := field
	if f.kind == kindText || f.kind == kindVendor {
		name = f.field
		if f.kind == kindText {
			return fmt.Sprintf("%s %s %q", f.origin.kind, name, clean(f.fields["value"].raw))
		}
		name = field
	}
	return fmt.Sprintf("%s %s %q", f.kind, name, clean(f.fields[field].raw))
}

// fill replaces {field} in a rule's words by what the device said.
func fill(says string, facts []*fact) string {
	for {
		before, rest, ok := strings.Cut(says, "{")
		if !ok {
			return says
		}
		field, after, ok := strings.Cut(rest, "}")
		if !ok {
			return says
		}
		said := ""
		for _, f := range facts {
			if v, ok := f.fields[strings.ToLower(field)]; ok {
				said = v.raw
				break
			}
		}
		// A brace in the device's own text must not be filled in turn.
		said = strings.ReplaceAll(strings.ReplaceAll(clean(said), "{", "("), "}", ")")
		says = before + said + after
	}
}

// onlyListed reports whether the claim rests on the maker that a list names. The words of a rule about
// makers would then be false: they speak of the hardware address.
func (k claim) onlyListed() bool {
	for _, f := range k.facts {
		if f.kind == kindVendor && f.origin.kind == string(scanner.FactListed) {
			return true
		}
	}
	return false
}

// words makes a sentence from the facts of a rule that has none of its own.
func (k claim) words() string {
	var list []string
	for i, f := range k.facts {
		for _, p := range k.rule.Match[i].Fields {
			s := sentence(f, p.Field)
			if s != "" && (len(list) == 0 || list[len(list)-1] != s) {
				list = append(list, s)
			}
		}
	}
	return strings.Join(list, "; ")
}

// sentences say in plain words what a field is, by kind and field; %s is what the device said.
var sentences = map[string]string{
	"mdns type":         "It announces the service %s",
	"mdns name":         "It announces itself by the name “%s”",
	"mdns host":         "It calls itself “%s” on the network",
	"mdns txt.md":       "It gives its model as “%s”",
	"mdns txt.model":    "It gives its model as “%s”",
	"mdns txt.am":       "It gives its model as “%s”",
	"mdns txt.ty":       "It gives its model as “%s”",
	"mdns txt.ci":       "It gives its HomeKit category as %s",
	"mdns txt.dt":       "It gives its Matter device type as %s",
	"mdns txt.fn":       "Somebody named it “%s”",
	"ssdp st":           "It answers to a search for %s",
	"ssdp server":       "It says it runs “%s”",
	"ssdp devicetype":   "It describes itself as %s",
	"ssdp manufacturer": "It gives its maker as “%s”",
	"ssdp modelname":    "It gives its model as “%s”",
	"ssdp friendlyname": "It calls itself “%s”",
	"dhcp hostname":     "It asked the router for the name “%s”",
	"port port":         "It accepts connections on port %s",
	"port banner":       "Its greeting is “%s”",
	"wsd types":         "It answers the search for Windows and camera devices as %s",
	"wsd scopes":        "It describes itself as %s",
	"http title":        "Its page has the title “%s”",
	"http server":       "Its page is served by “%s”",
	"http realm":        "What it protects by a password is called “%s”",
	"http type":         "Its first page is of the kind “%s”",
	"http location":     "Its first page leads to “%s”",
	"tls cn":            "Its certificate is issued to “%s”",
	"tls issuer":        "Its certificate was issued by “%s”",
	"rtsp status":       "It answers as a server of films (RTSP)",
	"rtsp realm":        "Its stream asks for a password of “%s”",
	"mqtt port":         "It answers as a message exchange of smart devices (MQTT) on port %s",
	"gateway role":      "It is the way out to the internet (default gateway)",
	"vendor brand":      "Its hardware address belongs to the maker %s",
	"vendor registered": "Its hardware address belongs to the maker %s",
	"vendor protocol":   "It answers in the language of its maker’s app (%s)",
	"vendor name":       "Somebody named it “%s”",
	"vendor model":      "It gives its model as “%s”",
	"vendor type":       "It gives its kind as “%s”",
	"netbios name":      "It calls itself “%s”, as Windows computers and storage boxes do",
	"netbios services":  "It offers on the network: %s",
	"llmnr name":        "It calls itself “%s”, as Windows computers do",
	"snmp sysdescr":     "It describes itself as “%s”",
	"rtsp server":       "Its stream is served by “%s”",
	"listed name":       "The list calls it “%s”",
	"listed model":      "The list says its model is “%s”",
	"listed vendor":     "The list says it is made by %s",
	"listed type":       "The list says it is of the kind “%s”",
	"vendor private":    "Its hardware address is a private, made-up one, as phones, tablets and laptops use",
}

func sentence(f *fact, field string) string {
	kind, name, text := f.kind, field, f.fields[field].raw
	if kind == kindText {
		kind, name, text = f.origin.kind, f.field, f.fields["value"].raw
	}
	if kind == kindVendor && f.origin.kind == string(scanner.FactListed) {
		kind, name = f.origin.kind, f.field
	}
	if form, ok := sentences[kind+" "+name]; ok {
		if strings.Contains(form, "%s") {
			return fmt.Sprintf(form, clean(text))
		}
		return form
	}
	name = strings.TrimPrefix(name, "txt.")
	return fmt.Sprintf("It says %s: “%s”", clean(name), clean(text))
}

// vendorEvidence names the maker of the hardware address unless a rule already did.
func vendorEvidence(v view, have []Evidence) []Evidence {
	for _, f := range v.facts {
		if f.kind != kindVendor {
			continue
		}
		field := "brand"
		if _, private := f.fields["private"]; private {
			field = "private"
		} else if _, maker := f.fields["brand"]; !maker {
			continue // said by the device in its maker's protocol
		}
		says := sentence(f, field)
		for _, e := range have {
			if strings.Contains(e.Says, says) || strings.Contains(e.Fact, kindVendor+" "+field) {
				return nil
			}
		}
		return []Evidence{{Rule: "vendor", Says: says, Fact: rawFact(f, field)}}
	}
	return nil
}
