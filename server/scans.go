package server

import (
	"keyholder/casework"
	"keyholder/scanner"
	"keyholder/server/view"
)

// scansArea is what was kept of checks: the list, one check on screen and on paper, two held against
// each other, and a file of one for somebody else.
func (s *Server) scansArea() area {
	var routes []route
	for _, r := range [][]route{
		forPlaces(s, methodGet, "/scans", s.showScans),
		forPlaces(s, methodPost, "/scans", s.chooseScans),
		forPlaces(s, methodGet, "/scans/at/:scan", s.showKeptScan),
		forPlaces(s, methodGet, "/scans/at/:scan/print", s.printScan),
		forPlaces(s, methodGet, "/scans/at/:scan/file", s.showScanFile),
		forPlaces(s, methodPost, "/scans/at/:scan/file", s.makeScanFile),
		forPlaces(s, methodGet, "/scans/compare/:earlier/:later", s.compareScans),
	} {
		routes = append(routes, r...)
	}
	pages := []view.Page{&scansPage{}, &keptScanPage{}, &scanPaperPage{}, &scanFilePage{}, &comparePage{}}
	return area{routes: routes, pages: pages}
}

// scansPage lists the kept checks of the record, and asks which two to compare.
type scansPage struct {
	placeBase
	Tasks   view.TaskList
	Compare bool // there are two to choose from
	Action  string
	Earlier view.Select
	Later   view.Select
	Visit   view.Date
	Next    view.Next
}

func (scansPage) Template() string { return "scan/scans" }

func (s *Server) showScans(c *call, p *place) error { return s.drawScans(c, p, nil) }

func (s *Server) drawScans(c *call, p *place, errs view.FieldErrors) error {
	scans := p.file.Scans()
	page := &scansPage{placeBase: p.base(c, "scans.title"), Action: c.at(p.within + "/scans"), Compare: len(scans) > 1}
	page.Back, page.Lead, page.Errors = p.wayBack(c), c.t("scans.lead"), errs
	for _, k := range scans {
		task := view.Task{ID: "scan-" + string(k.ID), Title: s.scanName(c, k), Hint: s.scanOutline(c, k)}
		task.Href = c.at(p.within + "/scans/at/" + string(k.ID))
		task.Status, task.Tone = s.scanStanding(c, k)
		page.Tasks.Tasks = append(page.Tasks.Tasks, task)
	}
	page.Earlier = s.scanSelect(c, "earlier", scans, 1)
	page.Later = s.scanSelect(c, "later", scans, 0)
	page.Earlier.Error, page.Later.Error = errs.For("earlier"), errs.For("later")
	page.Visit = view.Date{
		Name: "visit", Label: c.t("scans.visit"), Hint: c.t("scans.visit.hint"), Error: errs.For("visit"),
		Day: c.PostForm("visit-day"), Month: c.PostForm("visit-month"), Year: c.PostForm("visit-year"),
	}
	page.Next = view.Next{Text: c.t("scans.next"), Reason: c.t("scans.next.why"), Href: c.at(p.within + "/scan")}
	if errs != nil {
		return c.again(page)
	}
	return c.show(page)
}

// scanSelect offers the kept checks; the one at place first is chosen until something was typed.
func (s *Server) scanSelect(c *call, name string, scans []*casework.KeptScan, first int) view.Select {
	sel := view.Select{Name: name, Label: c.t("scans.choose." + name)}
	chosen, typed := c.GetPostForm(name)
	for i, k := range scans {
		sel.Items = append(sel.Items, view.Choice{
			Value: string(k.ID), Label: s.scanName(c, k), Chosen: typed && chosen == string(k.ID) || !typed && i == first,
		})
	}
	return sel
}

// scanName is when a check was made, and of what.
func (s *Server) scanName(c *call, k *casework.KeptScan) string {
	return c.t("scans.name", "when", c.moment(k.Started), "network", s.codeWords(c, "scan.network.", k.Network))
}

// scanOutline is how a check was made and what was kept of it.
func (s *Server) scanOutline(c *call, k *casework.KeptScan) string {
	mode := s.codeWords(c, "scan.mode.", string(k.Mode))
	if !k.Whole {
		return c.t("scans.outline.part", "mode", mode)
	}
	return c.t("scans.outline", "mode", mode, "listed", k.Listed+k.Further, "kept", confirmedCount(k))
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
func (s *Server) scanStanding(c *call, k *casework.KeptScan) (text, tone string) {
	could, all := 0, len(k.Outcomes)
	for _, o := range k.Outcomes {
		if o.State != casework.ScanCouldNotLook {
			could++
		}
	}
	switch {
	case !k.Whole:
		return c.t("scans.standing.part"), "quiet"
	case k.Stopped:
		return c.t("scans.standing.stopped"), "caution"
	case k.Basis == casework.FromList:
		return c.t("scans.standing.list"), "quiet"
	case could < all:
		return c.t("scans.standing.some", "could", could, "all", all), "caution"
	}
	return c.t("scans.standing.all", "all", all), "quiet"
}

// codeWords are the words for a code of the record; a code that this program does not know is shown as
// it stands, so that nothing is hidden.
func (s *Server) codeWords(c *call, area, code string) string {
	if s.texts.Has(area + code) {
		return c.t(area + code)
	}
	return scanner.SafeText(code)
}

// chooseScans leads to the two checks that were chosen, or to the two around a visit.
func (s *Server) chooseScans(c *call, p *place) error {
	scans := p.file.Scans()
	var errs view.FieldErrors
	earlier, later := c.PostForm("earlier"), c.PostForm("later")
	if c.PostForm("how") == "visit" {
		day, ok := readDay(c, "visit", s.cfg.Now())
		if !ok {
			errs.Add("visit", c.t("scans.error.visit"))
			return s.drawScans(c, p, errs)
		}
		before, after := aroundVisit(scans, day)
		switch {
		case before == nil:
			errs.Add("visit", c.t("scans.error.none_before"))
		case after == nil:
			errs.Add("visit", c.t("scans.error.none_after"))
		default:
			earlier, later = string(before.ID), string(after.ID)
		}
	} else if earlier == later {
		errs.Add("later", c.t("scans.error.same"))
	}
	if errs != nil {
		return s.drawScans(c, p, errs)
	}
	for _, id := range []string{earlier, later} {
		if _, err := p.file.Scan(casework.EntityID(id)); err != nil {
			return err
		}
	}
	c.settle()
	return c.to(p.within + "/scans/compare/" + earlier + "/" + later)
}
