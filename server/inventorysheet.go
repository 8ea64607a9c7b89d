package server

import (
	"strings"

	"keyholder/casework"
	"keyholder/server/view"
)

// inventorySheet is the list on paper: by room, with what each thing may do, how that is known, and
// what nobody could see. It carries no address of any kind.
type inventorySheet struct {
	sheetBase
	Heads []string // of the columns
	Rooms []sheetRoom
	Empty string
	Blind []string
}

// sheetRoom is one room of the sheet.
type sheetRoom struct {
	Heading string
	Things  []sheetThing
}

// sheetThing is one thing of the sheet.
type sheetThing struct {
	Kind, Label string
	Facts       []string // one for each head but the first
}

func (inventorySheet) Template() string { return "devices/sheet" }

func (s *Server) printDevices(c *call, p *place) error {
	base, err := p.sheet(c, "devices.sheet.title", s.cfg.Now())
	if err != nil {
		return err
	}
	page := &inventorySheet{sheetBase: base}
	page.Hint = c.t("devices.sheet.note")
	page.Back = &view.Link{Text: c.t("devices.title"), Href: c.at(p.within + "/devices")}
	for _, key := range []string{"device.what", "devices.may", "checklist.history.basis", "devices.questions", "devices.check"} {
		page.Heads = append(page.Heads, c.t(key))
	}
	devices := p.file.Devices()
	page.Facts = append(page.Facts, sheetScope(c, p.file)...)
	page.Facts = append(page.Facts, view.Row{Key: c.t("devices.sheet.listed"), Value: s.countWords(c, devices, devices, nil)})
	if len(devices) == 0 {
		page.Empty = c.t("devices.none")
	}
	for _, room := range listedRooms() {
		v := sheetRoom{Heading: roomHeading(c, room)}
		for _, d := range devices {
			if roomOf(d) == room {
				v.Things = append(v.Things, s.sheetThing(c, d))
			}
		}
		if len(v.Things) > 0 {
			page.Rooms = append(page.Rooms, v)
		}
	}
	page.Blind = append(s.couldNotLook(c, p.file), blindSpots(c, lastMode(p.file))...)
	return c.show(page)
}

// sheetThing is one thing in words. The brand is hers to print; how to reach the thing is nobody's.
func (s *Server) sheetThing(c *call, d casework.Device) sheetThing {
	out := sheetThing{Kind: s.kindWords(c, orOther(d.Group), d.Class), Label: d.Label.Reveal()}
	if nobodyKnows(d) {
		out.Kind = c.t("devices.network.unknown")
	}
	how := basisWords(c, d)
	if tag := guessTag(c, d); tag.Text != "" {
		how += ", " + tag.Text
	}
	questions, _ := s.rowState(c, d.Row)
	out.Facts = []string{s.mayWords(c, d), how, questions, checkWords(c, d)}
	return out
}

// sheetScope says what the last check looked at.
func sheetScope(c *call, f *casework.File) []view.Row {
	last, found := lastCheck(f)
	if !found {
		return []view.Row{{Key: c.t("devices.check"), Value: c.t("devices.sheet.no_check")}}
	}
	return []view.Row{
		{Key: c.t("devices.check"), Value: c.moment(last.At)},
		{Key: c.t("devices.sheet.network"), Value: c.t("scan.network." + f.Head(last.ID, casework.FieldScanNetwork).Code())},
		{Key: c.t("scan.mode"), Value: c.t("scan.mode." + f.Head(last.ID, casework.FieldScanMode).Code())},
	}
}

// lastMode is how the last check looked; one that was never made heard nothing.
func lastMode(f *casework.File) casework.ScanMode {
	last, found := lastCheck(f)
	if !found {
		return casework.ScanQuiet
	}
	return casework.ScanMode(f.Head(last.ID, casework.FieldScanMode).Code())
}

// couldNotLook names the ways of looking that the last check could not take, or only in part, and why.
func (s *Server) couldNotLook(c *call, f *casework.File) []string {
	last, found := lastCheck(f)
	if !found {
		return nil
	}
	kept, err := f.Scan(last.ID)
	if err != nil { // lastCheck has just found it
		return nil
	}
	var out []string
	for _, o := range kept.Outcomes {
		v := s.keptOutcome(c, o)
		if o.State == casework.ScanCouldNotLook || v.Reason != "" {
			out = append(out, strings.TrimSpace(v.Source+": "+v.State+". "+v.Reason))
		}
	}
	return out
}
