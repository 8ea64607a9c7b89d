package server

import (
	"slices"

	"keyholder/casework"
	"keyholder/server/view"
)

// devicesPage lists the things of the record by room, what each may do, how that is known, and how far
// the five questions about it are.
type devicesPage struct {
	placeBase
	Empty   string // nothing is there to list: what to do
	Count   string
	Filter  deviceFilter
	Rooms   []roomView
	Maybe   []view.DeviceCard // nobody knows yet whether the filter fits these
	Gone    []goneDevice      // taken off the list; nothing of them is erased
	Follows *view.Next
	Ways    []view.Button
	Views   []view.Link
}

// roomView is one room with what stands in it.
type roomView struct {
	Heading string
	Cards   []view.DeviceCard
}

// goneDevice is a device that was taken off the list, and how to bring it back.
type goneDevice struct{ Label, Action string }

func (devicesPage) Template() string { return "devices/devices" }

func (s *Server) showDevices(c *call, p *place) error {
	page := &devicesPage{placeBase: p.base(c, "devices.title"), Ways: s.waysToAdd(c, p)}
	page.Back = p.wayBack(c)
	page.Lead = c.t("devices.lead")
	devices := p.file.Devices()
	for _, d := range p.file.Gone() {
		page.Gone = append(page.Gone, goneDevice{s.deviceWords(c, d), c.at(p.within + "/devices/keep/" + string(d.ID))})
	}
	page.Follows = s.afterDevices(c, p, devices)
	if len(devices) == 0 {
		page.Empty = c.t("devices.none")
		return c.show(page)
	}
	w := s.readWish(c, p)
	page.Filter = s.deviceFilter(c, p, w, devices)
	fits, maybe := s.sift(devices, w)
	page.Rooms = s.byRoom(c, p, fits)
	for _, d := range maybe {
		page.Maybe = append(page.Maybe, s.inventoryCard(c, p, d))
	}
	page.Count = s.countWords(c, devices, fits, maybe)
	if len(fits)+len(maybe) == 0 {
		page.Empty = c.t("devices.filter.none")
	}
	page.Views = []view.Link{
		{Text: c.t("devices.network.title"), Href: c.at(p.within + "/devices/network")},
		{Text: c.t("devices.whole"), Href: c.at(p.within + "/household")},
		{Text: c.t("devices.print"), Href: c.at(p.within + "/devices/print")},
		{Text: c.t("without.walk"), Href: c.at(p.within + "/devices/walk")},
		{Text: c.t("scans.title"), Href: c.at(p.within + "/scans")},
	}
	return c.show(page)
}

// waysToAdd are the ways in which things get on the list.
func (s *Server) waysToAdd(c *call, p *place) []view.Button {
	return []view.Button{
		{Text: c.t("cases.task.scan"), Href: c.at(p.within + "/scan")},
		{Text: c.t("without.title"), Href: c.at(p.within + "/devices/without"), Kind: "secondary"},
		{Text: c.t("devices.add"), Href: c.at(p.within + "/devices/add"), Kind: "secondary"},
	}
}

// afterDevices is the one thing to do next, with its reason.
func (s *Server) afterDevices(c *call, p *place, devices []casework.Device) *view.Next {
	if len(devices) == 0 {
		return &view.Next{Text: c.t("devices.next.walk"), Reason: c.t("devices.next.none"), Href: c.at(p.within + "/devices/add")}
	}
	for _, d := range devices {
		if d.Row.Unasked > 0 {
			return &view.Next{
				Text:   c.t("devices.next.ask", "label", s.deviceWords(c, d)),
				Reason: c.t("devices.next.ask.reason"), Href: c.at(p.within + "/devices/at/" + string(d.ID)),
			}
		}
	}
	return &view.Next{Text: c.t("devices.next.findings"), Reason: c.t("devices.next.findings.reason"), Href: c.at(p.within + "/findings")}
}

// countWords says how many things are listed, and how many of all still have an open question.
func (s *Server) countWords(c *call, all, fits, maybe []casework.Device) string {
	open := 0
	for _, d := range all {
		if unanswered(d) {
			open++
		}
	}
	shown := len(fits) + len(maybe)
	if shown == len(all) {
		return c.n("devices.count", shown, "open", open)
	}
	return c.n("devices.count.some", len(all), "shown", shown, "open", open)
}

// unanswered reports whether any of the five questions is open or was not asked yet.
func unanswered(d casework.Device) bool { return d.Row.Open || d.Row.Unasked > 0 }

// roomless is the code of what nobody has said a room of, for addresses and ids.
const roomless = "unknown"

// accounts is the code of the accounts, which stand in no room.
const accounts = "accounts"

// roomOf is the room a thing is listed under.
func roomOf(d casework.Device) string {
	switch {
	case d.Room != "":
		return d.Room
	case d.Group == "account" || d.Kind == casework.KindPlatform:
		return accounts
	}
	return roomless
}

// listedRooms are the rooms in the order of the list: first what nobody has said a room of, because
// it still has to be asked, then a walk through the home, then the accounts.
func listedRooms() []string {
	return append(append([]string{roomless}, casework.Rooms()...), accounts)
}

// roomHeading is a room of the list in words.
func roomHeading(c *call, room string) string {
	if room == accounts {
		return c.t("devices.accounts")
	}
	return c.t("room." + room)
}

// byRoom lists things under their rooms; rooms without any are left out.
func (s *Server) byRoom(c *call, p *place, devices []casework.Device) []roomView {
	var out []roomView
	for _, room := range listedRooms() {
		v := roomView{Heading: roomHeading(c, room)}
		for _, d := range devices {
			if roomOf(d) == room {
				v.Cards = append(v.Cards, s.inventoryCard(c, p, d))
			}
		}
		if len(v.Cards) > 0 {
			out = append(out, v)
		}
	}
	return out
}

// inventoryCard is one thing of the list: what it is to people, her name for it, what it may do, how
// that is known, and what to ask next. It never says who owns or reaches it.
func (s *Server) inventoryCard(c *call, p *place, d casework.Device) view.DeviceCard {
	card := view.DeviceCard{
		ID: "device-" + string(d.ID), Title: s.kindWords(c, orOther(d.Group), d.Class), Where: d.Label.Reveal(),
		Icon: classIcon(orOther(d.Group), d.Class), Confidence: guessTag(c, d),
	}
	questions, _ := s.rowState(c, d.Row)
	card.Facts = []view.Row{
		{Key: c.t("devices.may"), Value: s.mayWords(c, d)},
		{Key: c.t("checklist.history.basis"), Value: basisWords(c, d)},
		{Key: c.t("devices.questions"), Value: questions},
		{Key: c.t("devices.check"), Value: checkWords(c, d)},
	}
	link := view.Link{Text: c.t("devices.ask"), About: s.deviceWords(c, d), Href: c.at(p.within + "/devices/at/" + string(d.ID))}
	if !unanswered(d) {
		link.Text = c.t("devices.look")
	}
	card.Links = []view.Link{link}
	return card
}

// guessTag says how sure a guess is. What a person said is no guess.
func guessTag(c *call, d casework.Device) view.Tag {
	if d.Confidence == "" || !slices.Contains([]casework.Basis{casework.FromScan, casework.FromList}, d.Basis) {
		return view.Tag{}
	}
	return view.Tag{Text: c.t("scan.confidence." + d.Confidence), Tone: confidenceTone(d.Confidence)}
}

// basisWords is how it is known what a thing is.
func basisWords(c *call, d casework.Device) string {
	if d.Basis == "" {
		return c.t("devices.basis.none")
	}
	return c.t("basis." + string(d.Basis))
}

// checkWords is whether the last check met a thing. Not seen is not gone.
func checkWords(c *call, d casework.Device) string {
	switch d.Seen {
	case casework.StandingSeen:
		return c.t("devices.seen")
	case casework.StandingNotSeen:
		return c.t("devices.not_seen")
	}
	return c.t("devices.never_seen")
}

// lastCheck is the newest check of a home's network in the record; false without one. A list that was
// read looked at no network.
func lastCheck(f *casework.File) (last casework.Entity, found bool) {
	for _, e := range f.Of(casework.KindScan) {
		if f.Head(e.ID, casework.FieldScanMode).Code() == string(casework.ScanImport) {
			continue
		}
		if !found || !e.At.Before(last.At) {
			last, found = e, true
		}
	}
	return last, found
}
