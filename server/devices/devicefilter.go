package devices

import (
	"slices"
	"strings"
	"time"

	"keyholder/casework"
	"keyholder/casework/knowledge"
	"keyholder/server/view"
	"keyholder/server/web"
	"keyholder/server/wording"
)

// wish is what a worker wants to see of the list: closed codes only, so that the address says nothing
// about anybody.
type wish struct {
	show, room, group string
	since             time.Time // of "new": the last check
}

// What can be wished for besides a room and a group.
const (
	showSenses   = "senses"   // sees or hears
	showLocation = "location" // shows where somebody or something is
	showHome     = "home"     // controls the home
	showOpen     = "open"     // a question is open or was not asked
	showNew      = "new"      // came with the last check or after it
)

// deviceFilter is the form above the list, in words.
type deviceFilter struct {
	Action  string
	Show    view.Select
	Room    view.Select
	Group   view.Select
	Clear   string // address of the whole list
	Narrows bool
}

// readWish reads the address. A code that is not in its closed set wishes for nothing.
func (s *pages) readWish(c *web.Call, p *web.Place) wish {
	w := wish{}
	last, checked := lastCheck(p.File)
	shows := []string{showSenses, showLocation, showHome, showOpen}
	if checked {
		shows = append(shows, showNew)
		w.since = last.At
	}
	if v := c.Query("show"); slices.Contains(shows, v) {
		w.show = v
	}
	if v := c.Query("room"); slices.Contains(listedRooms(), v) {
		w.room = v
	}
	if v := c.Query("group"); slices.ContainsFunc(casework.DeviceGroups(), func(g casework.DeviceGroup) bool { return g.Code == v }) {
		w.group = v
	}
	return w
}

// deviceFilter offers what can be wished for; of rooms and groups only those that are there.
func (s *pages) deviceFilter(c *web.Call, p *web.Place, w wish, devices []casework.Device) deviceFilter {
	f := deviceFilter{Action: c.At(p.Within + "/devices"), Clear: c.At(p.Within + "/devices"), Narrows: w.show+w.room+w.group != ""}
	pick := func(name, chosen string, codes []string, words func(string) string) view.Select {
		sel := view.Select{Name: name, Label: c.T("devices.filter." + name)}
		sel.Items = append(sel.Items, view.Choice{Label: c.T("devices.filter.all")})
		for _, code := range codes {
			sel.Items = append(sel.Items, view.Choice{Value: code, Label: words(code), Chosen: code == chosen})
		}
		return sel
	}
	shows := []string{showSenses, showLocation, showHome, showOpen}
	if !w.since.IsZero() {
		shows = append(shows, showNew)
	}
	f.Show = pick("show", w.show, shows, func(code string) string { return c.T("devices.show." + code) })
	rooms := slices.DeleteFunc(listedRooms(), func(room string) bool {
		return !slices.ContainsFunc(devices, func(d casework.Device) bool { return roomOf(d) == room })
	})
	f.Room = pick("room", w.room, rooms, func(code string) string { return roomHeading(c, code) })
	var groups []string
	for _, g := range casework.DeviceGroups() {
		if slices.ContainsFunc(devices, func(d casework.Device) bool { return wording.OrOther(d.Group) == g.Code }) {
			groups = append(groups, g.Code)
		}
	}
	f.Group = pick("group", w.group, groups, func(code string) string { return c.T("device.group." + code) })
	return f
}

// verdict is whether something fits a wish.
type verdict int

const (
	isNot  verdict = iota
	mayFit         // nobody knows yet: it never reads as no
	fits
)

// sift parts the things that fit a wish from those of which nobody knows whether they do.
func (s *pages) sift(devices []casework.Device, w wish) (fit, maybe []casework.Device) {
	for _, d := range devices {
		switch s.suits(d, w) {
		case fits:
			fit = append(fit, d)
		case mayFit:
			maybe = append(maybe, d)
		}
	}
	return fit, maybe
}

func (s *pages) suits(d casework.Device, w wish) verdict {
	if w.room != "" && roomOf(d) != w.room || w.group != "" && wording.OrOther(d.Group) != w.group {
		return isNot
	}
	switch w.show {
	case showSenses:
		return s.may(d, knowledge.Camera, knowledge.Microphone)
	case showLocation:
		return s.may(d, knowledge.Location)
	case showHome:
		return s.controlsHome(d)
	case showOpen:
		return sure(unanswered(d))
	case showNew:
		return sure(!d.Since.Before(w.since))
	}
	return fits
}

func sure(yes bool) verdict {
	if yes {
		return fits
	}
	return isNot
}

// controlsHome is whether a thing works something of the home from far away.
func (s *pages) controlsHome(d casework.Device) verdict {
	if d.Group != "" && d.Group != "other" && !strings.HasPrefix(d.Group, "iot_") {
		return isNot
	}
	return s.may(d, knowledge.RemoteControl)
}

// may is whether a thing has one of the capabilities. Where the class is not known, every class that
// it could be counts; a guess that is no more than possible never rules anything out.
func (s *pages) may(d casework.Device, wanted ...knowledge.Capability) verdict {
	classes := possibleClasses(d)
	have := 0
	for _, class := range classes {
		abilities := s.Knowledge.Capabilities(knowledge.Code(class))
		if slices.ContainsFunc(wanted, func(w knowledge.Capability) bool { return slices.Contains(abilities, w) }) {
			have++
		}
	}
	switch {
	case have > 0 && have == len(classes):
		return fits
	case have > 0, weakGuess(d), len(classes) == 0:
		return mayFit
	}
	return isNot
}

// weakGuess reports whether what a thing is, is a mere possibility or not known at all.
func weakGuess(d casework.Device) bool {
	byGuess := d.Basis == casework.FromScan || d.Basis == casework.FromList || d.Basis == ""
	return d.Class == "unknown_device" || d.Group == "" || d.Group == "other" && d.Class == "" ||
		byGuess && (d.Confidence == "possible" || d.Confidence == "unknown" || d.Confidence == "")
}

// possibleClasses are the classes that a thing could be: its own, or those of its group; none where
// nobody knows the group either.
func possibleClasses(d casework.Device) []string {
	if d.Class != "" && d.Class != "unknown_device" {
		return []string{d.Class}
	}
	for _, g := range casework.DeviceGroups() {
		if g.Code == d.Group && g.Code != "other" {
			return g.Classes
		}
	}
	return nil
}

// shortAbilities are the capabilities that a card names, in the order in which it does.
func shortAbilities() []knowledge.Capability {
	return []knowledge.Capability{
		knowledge.Camera, knowledge.Microphone, knowledge.Location, knowledge.RemoteControl,
		knowledge.SharedAccounts, knowledge.History,
	}
}

// mayWords is what a thing may do, in short.
func (s *pages) mayWords(c *web.Call, d casework.Device) string {
	if d.Class == "" || d.Class == "unknown_device" {
		return c.T("devices.may.unknown")
	}
	abilities := s.Knowledge.Capabilities(knowledge.Code(d.Class))
	var words []string
	for _, a := range shortAbilities() {
		if slices.Contains(abilities, a) {
			words = append(words, c.T("devices.may."+string(a)))
		}
	}
	if len(words) == 0 {
		return c.T("devices.may.other")
	}
	return strings.Join(words, ", ")
}
