package devices

import (
	"strings"

	"keyholder/casework"
	"keyholder/server/view"
	"keyholder/server/web"
	"keyholder/server/wording"
)

// inventorySheet is the list on paper: by room, with what each thing may do, how that is known, and
// what nobody could see. It carries no address of any kind.
type inventorySheet struct {
	web.SheetBase
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

func (s *pages) printDevices(c *web.Call, p *web.Place) error {
	base, err := p.Sheet(c, "devices.sheet.title", s.Now())
	if err != nil {
		return err
	}
	page := &inventorySheet{SheetBase: base}
	page.Hint = c.T("devices.sheet.note")
	page.Back = &view.Link{Text: c.T("devices.title"), Href: c.At(p.Within + "/devices")}
	for _, key := range []string{"device.what", "devices.may", "checklist.history.basis", "devices.questions", "devices.check"} {
		page.Heads = append(page.Heads, c.T(key))
	}
	devices := p.File.Devices()
	page.Facts = append(page.Facts, sheetScope(c, p.File)...)
	page.Facts = append(page.Facts, view.Row{Key: c.T("devices.sheet.listed"), Value: s.countWords(c, devices, devices, nil)})
	if len(devices) == 0 {
		page.Empty = c.T("devices.none")
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
	page.Blind = append(s.couldNotLook(c, p.File), wording.BlindSpots(c, lastMode(p.File))...)
	return c.Show(page)
}

// sheetThing is one thing in words. The brand is hers to print; how to reach the thing is nobody's.
func (s *pages) sheetThing(c *web.Call, d casework.Device) sheetThing {
	out := sheetThing{Kind: wording.Kind(c, wording.OrOther(d.Group), d.Class), Label: d.Label.Reveal()}
	if nobodyKnows(d) {
		out.Kind = c.T("devices.network.unknown")
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
func sheetScope(c *web.Call, f *casework.File) []view.Row {
	last, found := lastCheck(f)
	if !found {
		return []view.Row{{Key: c.T("devices.check"), Value: c.T("devices.sheet.no_check")}}
	}
	return []view.Row{
		{Key: c.T("devices.check"), Value: c.Moment(last.At)},
		{Key: c.T("devices.sheet.network"), Value: c.T("scan.network." + f.Head(last.ID, casework.FieldScanNetwork).Code())},
		{Key: c.T("scan.mode"), Value: c.T("scan.mode." + f.Head(last.ID, casework.FieldScanMode).Code())},
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
func (s *pages) couldNotLook(c *web.Call, f *casework.File) []string {
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
		v := wording.Outcome(c, o)
		if o.State == casework.ScanCouldNotLook || v.Reason != "" {
			out = append(out, strings.TrimSpace(v.Source+": "+v.State+". "+v.Reason))
		}
	}
	return out
}
