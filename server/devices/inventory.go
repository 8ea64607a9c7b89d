package devices

import (
	"slices"

	"keyholder/casework"
	"keyholder/server/view"
	"keyholder/server/web"
	"keyholder/server/wording"
)

// devicesPage lists the things of the record by room, what each may do, how that is known, and how far
// the five questions about it are.
type devicesPage struct {
	web.PlaceBase
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

func (s *pages) showDevices(c *web.Call, p *web.Place) error {
	page := &devicesPage{PlaceBase: p.Base(c, "devices.title"), Ways: s.waysToAdd(c, p)}
	page.Back = p.WayBack(c)
	page.Lead = c.T("devices.lead")
	devices := p.File.Devices()
	for _, d := range p.File.Gone() {
		page.Gone = append(page.Gone, goneDevice{wording.Device(c, d), c.At(p.Within + "/devices/keep/" + string(d.ID))})
	}
	page.Follows = s.afterDevices(c, p, devices)
	if len(devices) == 0 {
		page.Empty = c.T("devices.none")
		return c.Show(page)
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
		page.Empty = c.T("devices.filter.none")
	}
	page.Views = []view.Link{
		{Text: c.T("devices.network.title"), Href: c.At(p.Within + "/devices/network")},
		{Text: c.T("devices.whole"), Href: c.At(p.Within + "/household")},
		{Text: c.T("devices.print"), Href: c.At(p.Within + "/devices/print")},
		{Text: c.T("without.walk"), Href: c.At(p.Within + "/devices/walk")},
		{Text: c.T("scans.title"), Href: c.At(p.Within + "/scans")},
	}
	return c.Show(page)
}

// waysToAdd are the ways in which things get on the list.
func (s *pages) waysToAdd(c *web.Call, p *web.Place) []view.Button {
	return []view.Button{
		{Text: c.T("cases.task.scan"), Href: c.At(p.Within + "/scan")},
		{Text: c.T("without.title"), Href: c.At(p.Within + "/devices/without"), Kind: "secondary"},
		{Text: c.T("devices.add"), Href: c.At(p.Within + "/devices/add"), Kind: "secondary"},
	}
}

// afterDevices is the one thing to do next, with its reason.
func (s *pages) afterDevices(c *web.Call, p *web.Place, devices []casework.Device) *view.Next {
	if len(devices) == 0 {
		return &view.Next{Text: c.T("devices.next.walk"), Reason: c.T("devices.next.none"), Href: c.At(p.Within + "/devices/walk")}
	}
	for _, d := range devices {
		if d.Row.Unasked > 0 {
			return &view.Next{
				Text:   c.T("devices.next.ask", "label", wording.Device(c, d)),
				Reason: c.T("devices.next.ask.reason"), Href: c.At(p.Within + "/devices/at/" + string(d.ID)),
			}
		}
	}
	return &view.Next{Text: c.T("devices.next.findings"), Reason: c.T("devices.next.findings.reason"), Href: c.At(p.Within + "/findings")}
}

// countWords says how many things are listed, and how many of all still have an open question.
func (s *pages) countWords(c *web.Call, all, fits, maybe []casework.Device) string {
	open := 0
	for _, d := range all {
		if unanswered(d) {
			open++
		}
	}
	shown := len(fits) + len(maybe)
	if shown == len(all) {
		return c.N("devices.count", shown, "open", open)
	}
	return c.N("devices.count.some", len(all), "shown", shown, "open", open)
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
func roomHeading(c *web.Call, room string) string {
	if room == accounts {
		return c.T("devices.accounts")
	}
	return c.T("room." + room)
}

// byRoom lists things under their rooms; rooms without any are left out.
func (s *pages) byRoom(c *web.Call, p *web.Place, devices []casework.Device) []roomView {
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
func (s *pages) inventoryCard(c *web.Call, p *web.Place, d casework.Device) view.DeviceCard {
	card := view.DeviceCard{
		ID: "device-" + string(d.ID), Title: wording.Kind(c, wording.OrOther(d.Group), d.Class), Where: d.Label.Reveal(),
		Icon: wording.Icon(wording.OrOther(d.Group), d.Class), Confidence: guessTag(c, d),
	}
	questions, _ := s.rowState(c, d.Row)
	card.Facts = []view.Row{
		{Key: c.T("devices.may"), Value: s.mayWords(c, d)},
		{Key: c.T("checklist.history.basis"), Value: basisWords(c, d)},
		{Key: c.T("devices.questions"), Value: questions},
		{Key: c.T("devices.check"), Value: checkWords(c, d)},
	}
	link := view.Link{Text: c.T("devices.ask"), About: wording.Device(c, d), Href: c.At(p.Within + "/devices/at/" + string(d.ID))}
	if !unanswered(d) {
		link.Text = c.T("devices.look")
	}
	card.Links = []view.Link{link}
	return card
}

// guessTag says how sure a guess is. What a person said is no guess.
func guessTag(c *web.Call, d casework.Device) view.Tag {
	if d.Confidence == "" || !slices.Contains([]casework.Basis{casework.FromScan, casework.FromList}, d.Basis) {
		return view.Tag{}
	}
	return view.Tag{Text: c.T("scan.confidence." + d.Confidence), Tone: wording.ConfidenceTone(d.Confidence)}
}

// basisWords is how it is known what a thing is.
func basisWords(c *web.Call, d casework.Device) string {
	if d.Basis == "" {
		return c.T("devices.basis.none")
	}
	return c.T("basis." + string(d.Basis))
}

// checkWords is whether the last check met a thing. Not seen is not gone.
func checkWords(c *web.Call, d casework.Device) string {
	switch d.Seen {
	case casework.StandingSeen:
		return c.T("devices.seen")
	case casework.StandingNotSeen:
		return c.T("devices.not_seen")
	}
	return c.T("devices.never_seen")
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
