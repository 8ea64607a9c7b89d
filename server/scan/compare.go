package scan

import (
	"slices"
	"strings"

	"keyholder/casework"
	"keyholder/casework/personal"
	"keyholder/scanner"
	"keyholder/server/view"
	"keyholder/server/web"
	"keyholder/server/wording"
)

// comparePage holds two kept checks against each other. It says what was met and what was not, never
// why, and puts aside what the way of looking alone can explain.
type comparePage struct {
	web.PlaceBase
	Refused     string
	Two         view.SummaryList
	Differences []string // how the two looked differently, and what that means
	Lists       []comparedList
	Blind       []string
	Next        view.Next
}

// comparedList is one of the lists: new, not seen this time, changed, cannot be said, the same.
type comparedList struct {
	ID      string
	Heading string
	Hint    string
	None    string
	Devices []comparedDevice
}

type comparedDevice struct {
	Title, Kind, Href string
	Lines             []string
	Same              *view.Link // to say that it is one that is recorded; nil where both checks met it
}

func (comparePage) Template() string { return "scan/compare" }

func (s *pages) compareScans(c *web.Call, p *web.Place) error {
	earlier, err := p.File.Scan(casework.EntityID(c.Param("earlier")))
	if err != nil {
		return err
	}
	later, err := p.File.Scan(casework.EntityID(c.Param("later")))
	if err != nil {
		return err
	}
	both := casework.CompareScans(earlier, later)
	page := &comparePage{PlaceBase: p.Base(c, "scans.compare.title"), Next: s.afterScan(c, p)}
	page.Back = &view.Link{Text: c.T("scans.title"), Href: c.At(p.Within + "/scans")}
	page.Lead = c.T("scans.compare.lead")
	page.Two = view.SummaryList{Rows: []view.Row{
		{Key: c.T("scans.choose.earlier"), Values: []string{wording.Check(c, both.Earlier), s.scanOutline(c, both.Earlier)}},
		{Key: c.T("scans.choose.later"), Values: []string{wording.Check(c, both.Later), s.scanOutline(c, both.Later)}},
	}}
	if both.Refused != "" {
		page.Refused = c.T("scans.refused." + both.Refused)
		return c.Show(page)
	}
	page.Differences = s.differences(c, both)
	page.Lists = s.comparedLists(c, p, both)
	page.Blind = keptBlind(c, both.Later)
	return c.Show(page)
}

// differences says in which ways the two checks looked differently.
func (s *pages) differences(c *web.Call, both *casework.ScanComparison) []string {
	var out []string
	for _, d := range both.Differences {
		which := c.T("scans.diff.later")
		if d.Earlier {
			which = c.T("scans.diff.earlier")
		}
		words := c.T("scans.diff."+d.Code, "which", which, "source", wording.Code(c, "scan.source.", d.Source))
		if !slices.Contains(out, words) { // a difference that both sides name is said once
			out = append(out, words)
		}
	}
	return out
}

// comparedLists puts the lists in the order in which they matter.
func (s *pages) comparedLists(c *web.Call, p *web.Place, both *casework.ScanComparison) []comparedList {
	list := func(id string) comparedList {
		key := "scans.list." + id
		return comparedList{ID: id, Heading: c.T(key), Hint: c.T(key + ".hint"), None: c.T(key + ".none")}
	}
	fresh, gone, changed, unsure, same := list("new"), list("gone"), list("changed"), list("unsure"), list("same")
	for _, d := range both.New {
		fresh.Devices = append(fresh.Devices, s.onlyOnce(c, p, d))
	}
	for _, d := range both.Gone {
		gone.Devices = append(gone.Devices, s.onlyOnce(c, p, d))
	}
	for _, d := range both.Changed {
		v := s.comparedDevice(c, p, d.Now)
		for _, change := range d.Changes {
			v.Lines = append(v.Lines, s.changeWords(c, change))
		}
		changed.Devices = append(changed.Devices, v)
	}
	for _, u := range both.Unsure {
		v := s.onlyOnce(c, p, u.Device)
		v.Lines = append(v.Lines, c.T(map[bool]string{true: "scans.only.later", false: "scans.only.earlier"}[u.Later]))
		for _, reason := range u.Reasons {
			v.Lines = append(v.Lines, c.T("scans.unsure."+reason))
		}
		unsure.Devices = append(unsure.Devices, v)
	}
	for _, d := range both.Same {
		same.Devices = append(same.Devices, s.comparedDevice(c, p, d))
	}
	return []comparedList{fresh, unsure, changed, gone, same}
}

// comparedDevice is a device with what it was taken for, and whether the record has it on its lists.
func (s *pages) comparedDevice(c *web.Call, p *web.Place, d casework.KeptDevice) comparedDevice {
	v := comparedDevice{Title: s.keptTitle(c, p, d), Href: c.At(p.Within + "/devices/at/" + string(p.File.Same(d.Entity)))}
	if d.Confirmed {
		v.Kind = wording.Kind(c, wording.OrOther(d.Group), d.Class)
		if d.Confidence != "" && !d.ClassByWorker {
			v.Kind += " (" + wording.Code(c, "scan.confidence.", d.Confidence) + ")"
		}
	}
	if root := p.File.Same(d.Entity); root != d.Entity {
		v.Lines = append(v.Lines, c.T("scans.said.same", "name", wording.ThingWords(c, p, root)))
	}
	if p.File.Discarded(d.Entity) {
		v.Lines = append(v.Lines, c.T("scans.device.off"))
	}
	return v
}

// onlyOnce is a device that one check met: it may be one that the other met under another address.
func (s *pages) onlyOnce(c *web.Call, p *web.Place, d casework.KeptDevice) comparedDevice {
	v := s.comparedDevice(c, p, d)
	if !p.File.Discarded(d.Entity) {
		same := wording.SameLink(c, p, d.Entity)
		v.Same = &same
	}
	return v
}

// changeWords says what is shown differently.
func (s *pages) changeWords(c *web.Call, change casework.ScanChange) string {
	before, now := s.changeSide(c, change.Field, change.BeforeCodes, change.BeforeText), s.changeSide(c, change.Field, change.NowCodes, change.NowText)
	words := c.T("scans.change."+change.Field, "before", before, "now", now)
	if change.ByWorker {
		words += " " + c.T("scans.change.worker")
	}
	return words
}

// changeSide is one side of a change in words.
func (s *pages) changeSide(c *web.Call, field string, codes []string, text personal.Text) string {
	switch field {
	case "class":
		return wording.Kind(c, wording.OrOther(codes[0]), codes[1])
	case "confidence":
		return wording.Code(c, "scan.confidence.", codes[0])
	case "address":
		return c.T("scans.address.short." + codes[0])
	case "sources":
		if len(codes) == 0 {
			return c.T("scans.change.nothing")
		}
		words := make([]string, 0, len(codes))
		for _, code := range codes {
			words = append(words, wording.Code(c, "scan.source.", code))
		}
		return strings.Join(words, ", ")
	}
	return scanner.SafeText(text.Reveal())
}
