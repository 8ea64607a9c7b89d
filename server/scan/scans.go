package scan

import (
	"net/http"
	"slices"

	"keyholder/casework"
	"keyholder/server/view"
	"keyholder/server/web"
	"keyholder/server/wording"
)

// scansArea is what was kept of checks: the list, one check on screen and on paper, two held against
// each other, and a file of one for somebody else.
func (s *pages) scansArea() web.Area {
	routes := slices.Concat(
		web.ForPlaces(http.MethodGet, "/scans", s.showScans),
		web.ForPlaces(http.MethodPost, "/scans", s.chooseScans),
		web.ForPlaces(http.MethodGet, "/scans/at/:scan", s.showKeptScan),
		web.ForPlaces(http.MethodGet, "/scans/at/:scan/print", s.printScan),
		web.ForPlaces(http.MethodGet, "/scans/at/:scan/file", s.showScanFile),
		web.ForPlaces(http.MethodPost, "/scans/at/:scan/file", s.makeScanFile),
		web.ForPlaces(http.MethodGet, "/scans/compare/:earlier/:later", s.compareScans),
	)
	pages := []view.Page{&scansPage{}, &keptScanPage{}, &scanPaperPage{}, &scanFilePage{}, &comparePage{}}
	return web.Area{Routes: routes, Pages: pages}
}

// scansPage lists the kept checks of the record, and asks which two to compare.
type scansPage struct {
	web.PlaceBase
	Tasks   view.TaskList
	Compare bool // there are two to choose from
	Action  string
	Earlier view.Select
	Later   view.Select
	Visit   view.Date
	Next    view.Next
}

func (scansPage) Template() string { return "scan/scans" }

func (s *pages) showScans(c *web.Call, p *web.Place) error { return s.drawScans(c, p, nil) }

func (s *pages) drawScans(c *web.Call, p *web.Place, errs view.FieldErrors) error {
	scans := p.File.Scans()
	page := &scansPage{PlaceBase: p.Base(c, "scans.title"), Action: c.At(p.Within + "/scans"), Compare: len(scans) > 1}
	page.Back, page.Lead, page.Errors = p.WayBack(c), c.T("scans.lead"), errs
	for _, k := range scans {
		task := view.Task{ID: "scan-" + string(k.ID), Title: wording.Check(c, k), Hint: s.scanOutline(c, k)}
		task.Href = c.At(p.Within + "/scans/at/" + string(k.ID))
		task.Status, task.Tone = s.scanStanding(c, k)
		page.Tasks.Tasks = append(page.Tasks.Tasks, task)
	}
	page.Earlier = s.scanSelect(c, "earlier", scans, 1)
	page.Later = s.scanSelect(c, "later", scans, 0)
	page.Earlier.Error, page.Later.Error = errs.For("earlier"), errs.For("later")
	page.Visit = view.Date{
		Name: "visit", Label: c.T("scans.visit"), Hint: c.T("scans.visit.hint"), Error: errs.For("visit"),
		Day: c.PostForm("visit-day"), Month: c.PostForm("visit-month"), Year: c.PostForm("visit-year"),
	}
	page.Next = view.Next{Text: c.T("scans.next"), Reason: c.T("scans.next.why"), Href: c.At(p.Within + "/scan")}
	if errs != nil {
		return c.Again(page)
	}
	return c.Show(page)
}

// scanSelect offers the kept checks; the one at place first is chosen until something was typed.
func (s *pages) scanSelect(c *web.Call, name string, scans []*casework.KeptScan, first int) view.Select {
	sel := view.Select{Name: name, Label: c.T("scans.choose." + name)}
	chosen, typed := c.GetPostForm(name)
	for i, k := range scans {
		sel.Items = append(sel.Items, view.Choice{
			Value: string(k.ID), Label: wording.Check(c, k), Chosen: typed && chosen == string(k.ID) || !typed && i == first,
		})
	}
	return sel
}

// scanOutline is how a check was made and what was kept of it.
func (s *pages) scanOutline(c *web.Call, k *casework.KeptScan) string {
	mode := wording.Code(c, "scan.mode.", string(k.Mode))
	if !k.Whole {
		return c.T("scans.outline.part", "mode", mode)
	}
	return c.T("scans.outline", "mode", mode, "listed", k.Listed+k.Further, "kept", confirmedCount(k))
}

// confirmedCount is how many devices the worker confirmed in that check.
func confirmedCount(k *casework.KeptScan) int {
	n := 0
	for _, d := range k.Devices {
		if d.Confirmed {
			n++
		}
	}
	return n
}

// scanStanding says how complete a check was. It is never said that one saw everything.
func (s *pages) scanStanding(c *web.Call, k *casework.KeptScan) (text, tone string) {
	could, all := 0, len(k.Outcomes)
	for _, o := range k.Outcomes {
		if o.State != casework.ScanCouldNotLook {
			could++
		}
	}
	switch {
	case !k.Whole:
		return c.T("scans.standing.part"), "quiet"
	case k.Stopped:
		return c.T("scans.standing.stopped"), "caution"
	case k.Basis == casework.FromList:
		return c.T("scans.standing.list"), "quiet"
	case could < all:
		return c.T("scans.standing.some", "could", could, "all", all), "caution"
	}
	return c.T("scans.standing.all", "all", all), "quiet"
}

// chooseScans leads to the two checks that were chosen, or to the two around a visit.
func (s *pages) chooseScans(c *web.Call, p *web.Place) error {
	scans := p.File.Scans()
	var errs view.FieldErrors
	earlier, later := c.PostForm("earlier"), c.PostForm("later")
	if c.PostForm("how") == "visit" {
		day, ok := readDay(c, "visit", s.Now())
		if !ok {
			errs.Add("visit", c.T("scans.error.visit"))
			return s.drawScans(c, p, errs)
		}
		before, after := aroundVisit(scans, day)
		switch {
		case before == nil:
			errs.Add("visit", c.T("scans.error.none_before"))
		case after == nil:
			errs.Add("visit", c.T("scans.error.none_after"))
		default:
			earlier, later = string(before.ID), string(after.ID)
		}
	} else if earlier == later {
		errs.Add("later", c.T("scans.error.same"))
	}
	if errs != nil {
		return s.drawScans(c, p, errs)
	}
	for _, id := range []string{earlier, later} {
		if _, err := p.File.Scan(casework.EntityID(id)); err != nil {
			return err
		}
	}
	c.Settle()
	return c.To(p.Within + "/scans/compare/" + earlier + "/" + later)
}
