package imports

import (
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"keyholder/scanner"
)

// Bounds of an nmap document.
const (
	deepestNmap = 24
	mostTags    = 400000
)

// readNmap reads what nmap wrote, for programs or for people.
func (l *list) readNmap(plain string, lines []line) error {
	if slices.ContainsFunc(lines, func(x line) bool { return strings.HasPrefix(x.text, nmapReport) }) {
		l.readNmapText(lines)
		return nil
	}
	return l.readNmapXML(plain)
}

// readNmapXML reads the XML of nmap: hosts that were up, with addresses, names, open ports and the few
// scripts that say what a thing is. Where nmap was told to take every address for a host (-Pn) or only
// to list them (-sL), an address that showed nothing is no device. The reader expands no entity; any
// document type but nmap's own empty one is refused, so nothing can be smuggled in by it.
func (l *list) readNmapXML(plain string) error {
	d := xml.NewDecoder(strings.NewReader(plain))
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil } // decode has done it
	w := nmapWalk{list: l, decoder: d}
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			if !w.sawRun {
				return ErrXML
			}
			return nil
		}
		if err != nil && w.sawRun && l.rows > 0 { // a scan that was stopped ends in the middle
			number, _ := d.InputPos()
			l.miss(number)
			return nil
		}
		if err != nil || !w.step(token) {
			return ErrXML
		}
	}
}

type nmapWalk struct {
	list    *list
	decoder *xml.Decoder
	depth   int
	tags    int
	sawRun  bool
	host    *row
	down    bool
	claimed bool              // nmap was told that it is up, and nothing has answered so far
	port    map[string]string // fields of the port that is open, nil outside one
	isOpen  bool
}

// step takes one token in; false refuses the document.
func (w *nmapWalk) step(token xml.Token) bool {
	switch t := token.(type) {
	case xml.Directive:
		return strings.Join(strings.Fields(string(t)), " ") == "DOCTYPE nmaprun"
	case xml.StartElement:
		w.depth++
		w.tags++
		if w.depth == 1 {
			w.sawRun = t.Name.Local == "nmaprun"
			return w.sawRun
		}
		w.start(t.Name.Local, attributes(t))
		return w.depth <= deepestNmap && w.tags <= mostTags
	case xml.EndElement:
		w.depth--
		w.end(t.Name.Local)
	}
	return true
}

func attributes(t xml.StartElement) map[string]string {
	out := make(map[string]string, len(t.Attr))
	for _, a := range t.Attr {
		out[a.Name.Local] = a.Value
	}
	return out
}

func (w *nmapWalk) start(name string, a map[string]string) {
	if name == "host" {
		number, _ := w.decoder.InputPos()
		w.host, w.down, w.claimed = &row{line: number}, false, false
		return
	}
	if w.host == nil {
		return
	}
	switch name {
	case "status":
		w.down, w.claimed = a["state"] != "up", a["reason"] == "user-set"
	case "address":
		w.host.address(a)
	case "hostname":
		if w.host.host == "" {
			w.host.host = hostOf(a["name"])
		}
	case "port":
		w.port, w.isOpen = map[string]string{"port": a["portid"], "proto": a["protocol"]}, false
	case "osclass":
		if w.host.kind == "" { // nmap writes the best guess first
			w.host.kind = a["type"]
		}
	default:
		w.ofPort(name, a)
	}
}

// ofPort reads what stands inside a port, and the scripts, which also stand outside one.
func (w *nmapWalk) ofPort(name string, a map[string]string) {
	if name == "times" || a["state"] == "closed" || a["state"] == "unfiltered" { // there only where something answered
		w.claimed = false
	}
	switch {
	case name == "script":
		w.host.script(a["id"], a["output"], w.port["port"])
	case w.port == nil:
	case name == "state":
		w.isOpen = a["state"] == "open"
	case name == "service":
		said := strings.Join(strings.Fields(a["product"]+" "+a["version"]+" "+a["extrainfo"]), " ")
		w.port["banner"] = scanner.Bounded(said, longestValue)
	}
}

func (w *nmapWalk) end(name string) {
	switch {
	case name == "port" && w.port != nil && w.host != nil:
		if _, err := strconv.ParseUint(w.port["port"], 10, 16); err == nil && w.isOpen {
			w.host.facts = append(w.host.facts, fact(scanner.FactPort,
				"port", w.port["port"], "proto", w.port["proto"], "banner", w.port["banner"]))
		}
		w.port = nil
	case name == "host" && w.host != nil:
		if w.met() {
			w.list.add(*w.host)
		}
		w.host = nil
	}
}

// met reports whether nmap met the host, rather than having been told that it is there.
func (w *nmapWalk) met() bool {
	if w.claimed && w.host.mac == "" && len(w.host.facts) == 0 {
		return false
	}
	return !w.down
}

// address reads one address of a host.
func (r *row) address(a map[string]string) {
	if a["addrtype"] == "mac" {
		r.mac, _ = parseMAC(a["addr"])
		r.vendor = a["vendor"]
		return
	}
	if at, ok := parseAddr(a["addr"]); ok {
		r.addrs = append(r.addrs, at)
	}
}

// script reads the few scripts whose output names a device.
func (r *row) script(id, output, port string) {
	after := func(label, ends string) string {
		_, said, _ := strings.Cut(output, label)
		if i := strings.IndexAny(said, ends); i >= 0 {
			said = said[:i]
		}
		return strings.TrimSpace(said)
	}
	var f scanner.Fact
	switch id {
	case "nbstat":
		f = fact(scanner.FactNetBIOS, "name", after("NetBIOS name: ", ",\n"))
	case "http-title":
		f = fact(scanner.FactHTTP, "title", pageTitle(after("", "\n")))
	case "ssl-cert":
		f = fact(scanner.FactTLS, "cn", after("commonName=", "/\n"))
	case "upnp-info", "broadcast-upnp-info":
		f = fact(scanner.FactSSDP, "server", after("Server: ", "\n"), "friendlyName", after("\n      Name: ", "\n"),
			"manufacturer", after("Manufacturer: ", "\n"), "modelName", after("Model Name: ", "\n"))
	}
	if len(f.Fields) == 0 {
		return
	}
	if f.Kind == scanner.FactHTTP || f.Kind == scanner.FactTLS {
		f.Fields["port"] = port
	}
	r.facts = append(r.facts, f)
}

// pageTitle drops what nmap writes where it has no title.
func pageTitle(said string) string {
	if strings.HasPrefix(said, "Did not follow") || strings.HasPrefix(said, "Site doesn") {
		return ""
	}
	return said
}
