package leads

import (
	"fmt"
	"strconv"
	"strings"

	"keyholder/scanner"
)

// paired reads HomeKit's status flags: bit 0 set means that no controller has paired the accessory
// (HomeKit Accessory Protocol, table of Bonjour TXT keys). A box that shows several accessories is
// judged by each of them.
func (g *gathering) paired() {
	for _, f := range g.device.Facts {
		if f.Kind != scanner.FactMDNS || !own(f) || (f.Fields["type"] != "_hap._tcp" && f.Fields["type"] != "_hap._udp") {
			continue
		}
		flags, err := strconv.ParseUint(f.Fields["txt.sf"], 10, 8)
		switch {
		case err != nil:
		case flags&1 == 0:
			g.add(HomekitPaired, f.Fields["type"]+" sf="+f.Fields["txt.sf"])
		default:
			g.add(HomekitUnpaired, f.Fields["type"]+" sf="+f.Fields["txt.sf"])
		}
	}
}

// fabricOf returns the compressed fabric id of an operational Matter instance, "<fabric>-<node>" with
// 16 hexadecimal digits each (Matter core specification 4.3.2.1); "" for anything else.
func fabricOf(f scanner.Fact) string {
	if f.Kind != scanner.FactMDNS || f.Fields["type"] != "_matter._tcp" || !own(f) {
		return ""
	}
	fabric, node, ok := strings.Cut(f.Fields["name"], "-")
	if !ok || !sixteen(fabric) || !sixteen(node) {
		return ""
	}
	return strings.ToLower(fabric)
}

func sixteen(s string) bool {
	if len(s) != 16 {
		return false
	}
	_, err := strconv.ParseUint(s, 16, 64)
	return err == nil
}

// fabrics counts the different Matter fabrics that the device belongs to.
func (g *gathering) fabrics() {
	seen := map[string]bool{}
	for _, f := range g.device.Facts {
		if id := fabricOf(f); id != "" && len(seen) < MostCounted {
			seen[id] = true
		}
	}
	switch n := len(seen); {
	case n == 1:
		g.add(MatterOne, "_matter._tcp")
	case n > 1:
		g.add(MatterSeveral, "_matter._tcp").Count = n
	}
}

// services are leads that an announced service gives by itself.
func services() map[string]Code {
	return map[string]Code{
		"_rfb._tcp": RemoteDesktop, "_ssh._tcp": RemoteShell, "_sftp-ssh._tcp": RemoteShell, "_telnet._tcp": Telnet,
		"_adb._tcp": Debugging, "_adb-tls-connect._tcp": Debugging,
		"_home-assistant._tcp": HomeServer, "_openhab-server._tcp": HomeServer, "_zwave-js-server._tcp": HomeServer,
		"_googlecast._tcp": PlayOpen, "_airplay._tcp": PlayOpen, "_raop._tcp": PlayOpen, "_spotify-connect._tcp": PlayOpen,
		"_sonos._tcp": PlayOpen, "_smb._tcp": FilesShared, "_afpovertcp._tcp": FilesShared, "_nfs._tcp": FilesShared,
		"_adisk._tcp": FilesShared, "_nvr._tcp": Recorder,
	}
}

// announced reads what the device says of itself.
func (g *gathering) announced(f scanner.Fact) {
	switch f.Kind {
	case scanner.FactMDNS:
		g.service(f)
	case scanner.FactSSDP:
		if own(f) && strings.Contains(f.Fields["deviceType"]+" "+f.Fields["st"], ":InternetGatewayDevice:") {
			g.add(RouterObeys, "UPnP InternetGatewayDevice")
			g.second("UPnP InternetGatewayDevice")
		}
	case scanner.FactVendor:
		if f.Fields["setup"] == "open" {
			g.add(SetupOpen, f.Fields["protocol"]+" setup=open")
		}
	case scanner.FactMapping:
		if f.Fields["enabled"] != "no" {
			g.count(Doors, doorWords(f))
		}
	}
}

func (g *gathering) service(f scanner.Fact) {
	if !own(f) {
		return
	}
	t := f.Fields["type"]
	if t == "_matterc._udp" && (f.Fields["txt.cm"] == "1" || f.Fields["txt.cm"] == "2") {
		g.add(MatterOpen, t+" CM="+f.Fields["txt.cm"])
	}
	code, known := services()[t]
	switch {
	case !known:
	case code == PlayOpen && (f.Fields["txt.pw"] == "1" || strings.EqualFold(f.Fields["txt.pw"], "true")): // AirPlay with a password
	default:
		g.add(code, t)
	}
}

// doors are leads that an open port gives by itself.
func doors() map[int]Code {
	return map[int]Code{
		3389: RemoteDesktop, 5900: RemoteDesktop, 5901: RemoteDesktop, 5938: RemoteHelper, 7070: RemoteHelper,
		22: RemoteShell, 23: Telnet, 5555: Debugging, 445: FilesShared, 548: FilesShared, 21: FilesShared,
		37777: Recorder, 34567: Recorder,
	}
}

// port reads an open port. It says that something answers there, not what or for whom.
func (g *gathering) port(f scanner.Fact) {
	if code, known := doors()[portOf(f)]; f.Kind == scanner.FactPort && known && f.Fields["proto"] == "tcp" {
		g.add(code, "TCP "+f.Fields["port"])
	}
}

// talk reads what a service said when it was asked for its first word.
func (g *gathering) talk(f scanner.Fact) {
	at := " TCP " + strconv.Itoa(portOf(f))
	switch f.Kind {
	case scanner.FactHTTP:
		g.page(f)
	case scanner.FactRTSP:
		g.add(byLogin(f, FilmOpen, FilmLogin, FilmUnsaid), "RTSP"+at)
	case scanner.FactMQTT:
		if code := byLogin(f, MessagesOpen, MessagesLogin, ""); code != "" {
			g.add(code, "MQTT"+at)
		}
	}
}

func byLogin(f scanner.Fact, none, asked, unsaid Code) Code {
	switch f.Fields["login"] {
	case "none":
		return none
	case "asked":
		return asked
	}
	return unsaid
}

// forApps are ports whose pages are for apps, not for people: players, hubs and film shelves.
func forApps(port int) bool {
	switch port {
	case 8008, 8060, 1400, 8001, 2020, 8200, 32400, 8096, 631:
		return true
	}
	return false
}

// homeServer matches the titles and ports of programs that rule other devices.
func homeServer(f scanner.Fact) bool {
	switch portOf(f) {
	case 8123, 1880, 8581:
		return true
	}
	title := strings.ToLower(scanner.Bounded(f.Fields["title"], scanner.LongestText))
	for _, name := range []string{"home assistant", "homebridge", "node-red", "openhab", "domoticz", "iobroker"} {
		if strings.Contains(title, name) {
			return true
		}
	}
	return false
}

// page reads the first page of a web server. An answer that is only an error shows no page.
func (g *gathering) page(f scanner.Fact) {
	if status, err := strconv.Atoi(f.Fields["status"]); err == nil && status >= 400 && status != 401 && status != 403 {
		return
	}
	if forApps(portOf(f)) {
		return
	}
	rests := strings.ToUpper(scanner.Bounded(f.Fields["scheme"], 5)) + " TCP " + strconv.Itoa(portOf(f))
	if title := scanner.SafeText(f.Fields["title"]); title != "" {
		rests += ": " + title
	}
	g.add(byLogin(f, PageOpen, PageLogin, PageUnsaid), rests)
	if homeServer(f) {
		g.add(HomeServer, rests)
	}
}

// role reads which part the device has in the network.
func (g *gathering) role(class string) {
	if g.device.Gateway {
		g.add(RouterInUse, "default gateway")
		return
	}
	switch class {
	case "router":
		g.second("looks like a router")
	case "repeater_mesh":
		g.add(Repeater, "looks like a repeater or access point")
	case "vpn_or_filter_box":
		g.add(FilterBox, "looks like a filter or tunnel box")
	case "nas_recorder":
		g.add(Recorder, "looks like storage or a recorder")
	}
}

func (g *gathering) second(rests string) {
	if !g.device.Gateway {
		g.add(SecondRouter, rests)
	}
}

// doorWords is a port mapping: where it leads, and what the program that asked for it called itself.
func doorWords(f scanner.Fact) string {
	external, errOut := strconv.ParseUint(f.Fields["external"], 10, 16)
	internal, errIn := strconv.ParseUint(f.Fields["internal"], 10, 16)
	if errOut != nil || errIn != nil {
		return "UPnP port mapping"
	}
	words := fmt.Sprintf("UPnP %d to %s port %d", external, scanner.Bounded(f.Fields["client"], 45), internal)
	if says := scanner.SafeText(f.Fields["description"]); says != "" {
		words += ": " + says
	}
	return words
}
