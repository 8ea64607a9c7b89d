// Package leads reads from a check of a network who may control a device: whether somebody has paired
// it, in how many homes it is, which doors it leaves open. Each lead is a question to follow up, never
// an answer: no network shows who owns, set up or reaches a thing. Words and limits of each lead are
// data of casework/knowledge; here are only codes and what they rest on.
package leads

import (
	"net/netip"
	"slices"
	"strconv"

	"keyholder/scanner"
)

// Code names a lead. Codes are kept in records and never used again for something else.
type Code string

// The leads, in the order in which pages show them.
const (
	HomekitPaired   Code = "homekit_paired"   // an Apple Home holds it
	HomekitUnpaired Code = "homekit_unpaired" // no Apple Home holds it
	MatterSeveral   Code = "matter_several"   // counted: Matter fabrics it belongs to
	MatterOne       Code = "matter_one"
	MatterOpen      Code = "matter_open" // it can be added to a home right now
	SetupOpen       Code = "setup_open"  // it waits for its first setup
	HomeServer      Code = "home_server" // a program that rules other devices
	PageOpen        Code = "page_open"   // a page that did not ask who one is
	PageLogin       Code = "page_login"  // a page that asks for a password
	PageUnsaid      Code = "page_unsaid" // a page; whether it asks could not be told
	MessagesOpen    Code = "messages_open"
	MessagesLogin   Code = "messages_login"
	RemoteDesktop   Code = "remote_desktop" // its screen may be worked from afar
	RemoteHelper    Code = "remote_helper"  // port of a program for help from afar
	RemoteShell     Code = "remote_shell"
	Telnet          Code = "telnet"
	Debugging       Code = "debugging"     // Android debugging over the network
	DoorTo          Code = "door_to"       // counted: doors from the internet that the router holds open to it
	Doors           Code = "doors"         // counted, on the router: doors it holds open for others
	FilmOpen        Code = "film_open"     // video server that said it asks nobody
	FilmUnsaid      Code = "film_unsaid"   // video server that did not ask yet
	FilmLogin       Code = "film_login"    // video server that asks for a password
	PlayOpen        Code = "play_open"     // everybody on the network may play or show something on it
	FilesShared     Code = "files_shared"  // it offers files to others on the network
	Recorder        Code = "recorder"      // it may keep what cameras see
	RouterInUse     Code = "router_in_use" // the router that this computer uses
	RouterObeys     Code = "router_obeys"  // a router that opens doors on demand (UPnP)
	SecondRouter    Code = "second_router"
	Repeater        Code = "repeater"
	FilterBox       Code = "filter_box"
)

// Codes returns all leads in their order.
func Codes() []Code {
	return []Code{
		HomekitPaired, HomekitUnpaired, MatterSeveral, MatterOne, MatterOpen, SetupOpen, HomeServer, PageOpen, PageLogin,
		PageUnsaid, MessagesOpen, MessagesLogin, RemoteDesktop, RemoteHelper, RemoteShell, Telnet, Debugging, DoorTo, Doors,
		FilmOpen, FilmUnsaid, FilmLogin, PlayOpen, FilesShared, Recorder, RouterInUse, RouterObeys, SecondRouter, Repeater,
		FilterBox,
	}
}

// Lead is one thing that a check showed about who may control a device.
type Lead struct {
	Code  Code     `json:"code"`
	Count int      `json:"count,omitempty"` // of what the code counts, at most MostCounted; 0 where it counts nothing
	Rests []string `json:"rests_on"`        // what it rests on, in the words of the protocol; SafeText, at most mostRests
}

// MostCounted bounds what a device can make this program count: from there on it is "at least".
const MostCounted = 64

const mostRests = 4

// Home knows what a device's own facts do not say: to which device the router holds doors open.
type Home struct {
	doors   map[netip.Addr][]scanner.Fact
	fabrics map[string]bool
}

// Look reads the devices of one check.
func Look(devices []scanner.Device) *Home {
	h := &Home{doors: map[netip.Addr][]scanner.Fact{}, fabrics: map[string]bool{}}
	for _, d := range devices {
		for _, f := range d.Facts {
			h.door(f)
			if id := fabricOf(f); id != "" && len(h.fabrics) < MostCounted {
				h.fabrics[id] = true
			}
		}
	}
	return h
}

func (h *Home) door(f scanner.Fact) {
	client, err := netip.ParseAddr(f.Fields["client"])
	if f.Kind != scanner.FactMapping || err != nil || f.Fields["enabled"] == "no" {
		return
	}
	client = client.Unmap().WithZone("")
	if len(h.doors[client]) < MostCounted {
		h.doors[client] = append(h.doors[client], f)
	}
}

// Fabrics is how many different Matter fabrics the devices of the check named, at most MostCounted. A
// fabric belongs to an app or a maker's system, not to a person.
func (h *Home) Fabrics() int { return len(h.fabrics) }

// Leads returns what the check showed about a device, in the order of Codes. class is the code of what
// the device may be, "" when nobody knows. This computer has none: it is the one that asks.
func (h *Home) Leads(d scanner.Device, class string) []Lead {
	if d.ThisComputer {
		return nil
	}
	g := &gathering{device: d, found: map[Code]*Lead{}}
	g.paired()
	g.fabrics()
	for _, f := range d.Facts {
		g.announced(f)
		g.port(f)
		g.talk(f)
	}
	g.role(class)
	h.doorsOf(g)
	return g.list()
}

// doorsOf tells of the doors that the router holds open to the device.
func (h *Home) doorsOf(g *gathering) {
	for _, a := range g.device.Addresses {
		for _, f := range h.doors[a.Unmap().WithZone("")] {
			g.count(DoorTo, doorWords(f))
		}
	}
}

// gathering collects the leads of one device.
type gathering struct {
	device scanner.Device
	found  map[Code]*Lead
}

// add notes a lead with what it rests on.
func (g *gathering) add(c Code, rests string) *Lead {
	l := g.found[c]
	if l == nil {
		l = &Lead{Code: c}
		g.found[c] = l
	}
	if safe := scanner.SafeText(rests); safe != "" && len(l.Rests) < mostRests && !slices.Contains(l.Rests, safe) {
		l.Rests = append(l.Rests, safe)
	}
	return l
}

// count notes a lead and counts one more.
func (g *gathering) count(c Code, rests string) {
	l := g.add(c, rests)
	l.Count = min(l.Count+1, MostCounted)
}

func (g *gathering) list() []Lead {
	var out []Lead
	for _, c := range Codes() {
		if l := g.found[c]; l != nil {
			out = append(out, *l)
		}
	}
	return out
}

// own reports whether a fact is the device's own word. What another device passed on says nothing
// about who holds this one.
func own(f scanner.Fact) bool { return f.Fields["relayed"] == "" && f.Fields["gone"] == "" }

// port returns the port of a fact, 0 when it has none that can be read.
func portOf(f scanner.Fact) int {
	n, err := strconv.ParseUint(f.Fields["port"], 10, 16)
	if err != nil {
		return 0
	}
	return int(n)
}
