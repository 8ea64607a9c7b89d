package devices

import (
	"fmt"
	"slices"

	"keyholder/casework"
	"keyholder/server/chart"
	"keyholder/server/view"
	"keyholder/server/web"
	"keyholder/server/wording"
)

// networkPage is a picture of the record: the router, and what is recorded around it by room. The
// table beside it says the same.
type networkPage struct {
	web.PlaceBase
	Empty   string
	Picture *chart.Drawing
	Legend  []string // how the picture is read, in words
	List    view.Table
	Blind   []string
	Follows *view.Next
}

func (networkPage) Template() string { return "devices/network" }

func (s *pages) showNetwork(c *web.Call, p *web.Place) error {
	page := &networkPage{PlaceBase: p.Base(c, "devices.network.title")}
	page.Back = &view.Link{Text: c.T("devices.title"), Href: c.At(p.Within + "/devices")}
	page.Lead = c.T("devices.network.lead")
	devices := drawn(p.File)
	page.Follows = s.afterDevices(c, p, devices)
	if len(devices) == 0 {
		page.Empty = c.T("devices.network.none")
		return c.Show(page)
	}
	picture, err := chart.Draw(s.networkDiagram(c, p, devices))
	if err != nil {
		return fmt.Errorf("drawing the network: %w", err)
	}
	page.Picture = &picture
	for _, key := range []string{"known", "suspected", "unknown", "query"} {
		page.Legend = append(page.Legend, c.T("devices.network.key."+key))
	}
	page.List = s.networkTable(c, p, devices)
	page.Blind = []string{c.T("devices.network.blind.access"), c.T("devices.network.blind.record")}
	page.Blind = append(page.Blind, s.couldNotLook(c, p.File)...)
	page.Blind = append(page.Blind, wording.BlindSpots(c, lastMode(p.File))...)
	return c.Show(page)
}

// drawn are the things that could be on a home's network: all but accounts.
func drawn(f *casework.File) []casework.Device {
	return slices.DeleteFunc(f.Devices(), func(d casework.Device) bool { return roomOf(d) == accounts || d.Group == "account" })
}

// middleID is the id of the network itself in the picture; no device has it.
const middleID = "network"

// networkDiagram puts the router, or the network where there is not exactly one, into the middle, and
// everything else around it by room.
func (s *pages) networkDiagram(c *web.Call, p *web.Place, devices []casework.Device) chart.Diagram {
	out := chart.Diagram{
		ID: "network", Title: c.T("devices.network.title"), Desc: c.T("devices.network.desc"),
		More: func(n int) string { return c.N("devices.network.more", n) },
	}
	hub, around := s.networkMiddle(c, p, devices)
	var nodes []chart.Node
	for _, room := range listedRooms() {
		for _, d := range around {
			if roomOf(d) == room {
				nodes = append(nodes, s.networkNode(c, p, d))
			}
		}
	}
	out.Nodes = chart.Around([]chart.Node{hub}, nodes)
	for _, room := range listedRooms() {
		for _, d := range around {
			if roomOf(d) == room {
				out.Edges = append(out.Edges, s.networkEdge(c, hub, d))
			}
		}
	}
	return out
}

// networkMiddle is the one router of the record and the rest; with none or several it is the network
// itself, because nobody has said which box a device hangs on.
func (s *pages) networkMiddle(c *web.Call, p *web.Place, devices []casework.Device) (hub chart.Node, around []casework.Device) {
	isRouter := func(d casework.Device) bool { return d.Class == "router" }
	i := slices.IndexFunc(devices, isRouter)
	rest := slices.DeleteFunc(slices.Clone(devices), isRouter)
	if len(devices)-len(rest) == 1 {
		hub = s.networkNode(c, p, devices[i])
		hub.Group = ""
		return hub, rest
	}
	hub = chart.Node{ID: middleID, Label: c.T("devices.network.middle"), Icon: "router"}
	if len(rest) == len(devices) {
		hub.Sub, hub.Tone = c.T("devices.network.no_router"), chart.Query
	}
	return hub, devices
}

// networkNode is one thing with its name and what it is, both in words.
func (s *pages) networkNode(c *web.Call, p *web.Place, d casework.Device) chart.Node {
	n := chart.Node{
		ID: string(d.ID), Label: wording.Device(c, d), Sub: wording.Kind(c, wording.OrOther(d.Group), d.Class),
		Icon: wording.Icon(wording.OrOther(d.Group), d.Class), Kind: chart.Thing, Group: roomHeading(c, roomOf(d)),
		Href: c.At(p.Within + "/devices/at/" + string(d.ID)),
	}
	if nobodyKnows(d) {
		n.Sub, n.Tone = c.T("devices.network.unknown"), chart.Query
	}
	if n.Label == n.Sub {
		n.Sub = ""
	}
	return n
}

// nobodyKnows reports whether it is not known what a thing is.
func nobodyKnows(d casework.Device) bool {
	return d.Class == "unknown_device" || d.Class == "" && wording.OrOther(d.Group) == "other"
}

// networkEdge is the line to one thing: seen by the last check, only by an earlier one, or by none,
// and then nobody knows whether it is on this network at all.
func (s *pages) networkEdge(c *web.Call, hub chart.Node, d casework.Device) chart.Edge {
	e := chart.Edge{From: hub.ID, To: string(d.ID), Style: chart.Unknown, Plain: true, Tone: chart.Quiet}
	switch d.Seen {
	case casework.StandingSeen:
		e.Style, e.Tone = chart.Known, chart.Plain
	case casework.StandingNotSeen:
		e.Style = chart.Suspected
	}
	e.Says = wording.Device(c, d) + ": " + onNetwork(c, d)
	return e
}

// onNetwork says whether a thing is on the network, as far as the record knows.
func onNetwork(c *web.Call, d casework.Device) string {
	switch d.Seen {
	case casework.StandingSeen:
		return c.T("devices.network.on.seen")
	case casework.StandingNotSeen:
		return c.T("devices.network.on.not_seen")
	}
	return c.T("devices.network.on.unknown")
}

// networkTable says what the picture shows.
func (s *pages) networkTable(c *web.Call, p *web.Place, devices []casework.Device) view.Table {
	t := view.Table{Caption: c.T("devices.network.table")}
	for _, key := range []string{"devices.filter.room", "devices.label.short", "device.what", "devices.network.on"} {
		t.Head = append(t.Head, view.Cell{Text: c.T(key)})
	}
	for _, room := range listedRooms() {
		for _, d := range devices {
			if roomOf(d) != room {
				continue
			}
			kind := wording.Kind(c, wording.OrOther(d.Group), d.Class)
			if nobodyKnows(d) {
				kind = c.T("devices.network.unknown")
			}
			t.Rows = append(t.Rows, []view.Cell{
				{Text: roomHeading(c, room)},
				{Text: wording.Device(c, d), Href: c.At(p.Within + "/devices/at/" + string(d.ID)), Header: true},
				{Text: kind},
				{Text: onNetwork(c, d)},
			})
		}
	}
	return t
}
