package mappings

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"keyholder/scanner"
	"keyholder/scanner/ssdp"
)

// kinds are the services that keep mappings. A question names its service, so nothing but these is ever
// written into one.
func kinds() []string {
	return []string{
		"urn:schemas-upnp-org:service:WANIPConnection:1", "urn:schemas-upnp-org:service:WANIPConnection:2",
		"urn:schemas-upnp-org:service:WANPPPConnection:1",
	}
}

// service is where a router answers questions about mappings.
type service struct{ kind, control string }

// servicesIn finds the services in a description that was got from where. The address to ask may be
// relative; that it leads to the router itself is checked when it is used. One more than is asked is
// returned, so that it shows.
func servicesIn(description []byte, where string) (list []service) {
	base, err := url.Parse(where)
	if err != nil {
		return nil
	}
	kind := ""
	err = scanner.WalkXML(description, func(path []string, value string) {
		switch path[len(path)-1] {
		case "serviceType":
			kind = value
		case "controlURL":
			at, err := base.Parse(scanner.Bounded(value, longestValue))
			if err == nil && slices.Contains(kinds(), kind) && len(list) <= mostServices {
				list = append(list, service{kind, at.String()})
			}
			kind = ""
		}
	})
	if err != nil {
		return nil
	}
	return list
}

const action = "GetGenericPortMappingEntry"

// question asks for one entry of the list.
func question(kind string, index int) ssdp.Question {
	return ssdp.Question{
		Action: kind + "#" + action,
		Body: `<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"` +
			` s:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"><s:Body>` +
			fmt.Sprintf(`<u:%s xmlns:u=%q><NewPortMappingIndex>%d</NewPortMappingIndex></u:%s>`, action, kind, index, action) +
			`</s:Body></s:Envelope>`,
	}
}

// How a router says that a list has no such entry (WANIPConnection:1, section 2.4.14; IGD:2).
const (
	noSuchIndex = 713
	noSuchEntry = 714
)

// atEnd reports whether the router itself said that the list has no more entries. Any other refusal says
// nothing about the list: the router may answer nobody, or only those that it knows.
func atEnd(err error) bool {
	var r *ssdp.Refusal
	return errors.As(err, &r) && (r.Code == noSuchIndex || r.Code == noSuchEntry)
}

// mapping is one open door.
type mapping struct {
	proto            string // tcp or udp
	external         uint16 // port on the internet side
	internal         uint16 // port of the device
	client           netip.Addr
	description      string
	off, leased      bool
	remoteRestricted bool
}

// read reads one entry. What is not a mapping of one port is none.
func read(body []byte) (mapping, bool) {
	said := map[string]string{}
	err := scanner.WalkXML(body, func(path []string, value string) {
		name := path[len(path)-1]
		if _, twice := said[name]; !twice && len(said) < 32 {
			said[name] = scanner.Bounded(value, longestValue)
		}
	})
	if err != nil {
		return mapping{}, false
	}
	m := mapping{proto: strings.ToLower(said["NewProtocol"]), description: said["NewPortMappingDescription"]}
	client, err := netip.ParseAddr(said["NewInternalClient"])
	external, okExternal := portOf(said["NewExternalPort"])
	internal, okInternal := portOf(said["NewInternalPort"])
	if err != nil || !okExternal || !okInternal || (m.proto != "tcp" && m.proto != "udp") {
		return mapping{}, false
	}
	m.client, m.external, m.internal = client.Unmap(), external, internal
	m.off = said["NewEnabled"] == "0"
	m.leased = said["NewLeaseDuration"] != "" && said["NewLeaseDuration"] != "0"
	m.remoteRestricted = said["NewRemoteHost"] != ""
	return m, true
}

func portOf(text string) (uint16, bool) {
	n, err := strconv.ParseUint(text, 10, 16)
	return uint16(n), err == nil && n > 0
}

// fact is the mapping in the words that all share. From where on the internet it may be used is only
// said as "somewhere": that address is nobody's business here.
func (m mapping) fact() scanner.Fact {
	f := scanner.Fact{Kind: scanner.FactMapping, Fields: map[string]string{
		"proto": m.proto, "external": strconv.Itoa(int(m.external)), "internal": strconv.Itoa(int(m.internal)),
		"client": m.client.String(),
	}}
	set := func(name, value string, when bool) {
		if when {
			f.Fields[name] = value
		}
	}
	set("description", m.description, m.description != "")
	set("enabled", "no", m.off)
	set("lease", "yes", m.leased)
	set("from", "one_address", m.remoteRestricted)
	return f
}
