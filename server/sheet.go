package server

import (
	"slices"

	"keyholder/casework"
	"keyholder/server/view"
)

// sheetPage is a printed form of the plan. The unmarked form carries nothing that says what it is.
type sheetPage struct {
	placeBase
	Heading string
	Code    string
	Facts   []view.Row
	Ask     []string // immediate items nobody knows, on the worker's copy
	Parts   []sheetPart
	Large   bool
	Plain   bool // the unmarked form
	Other   view.Link
	Hint    string
}

type sheetPart struct {
	Heading string
	Lines   []sheetLine
}

type sheetLine struct {
	Before []string
	Text   string
	Holds  []string
	Facts  []view.Row
}

func (sheetPage) Template() string { return "plan/sheet" }

func (s *Server) printPlan(c *call, p *place) error {
	form := casework.SheetForm(c.Param("form"))
	if !slices.Contains(casework.SheetForms(), form) {
		return &casework.Error{Kind: casework.KindNotFound, Key: "frame.error.not_found"}
	}
	if err := p.book.Printed(c.ctx(), p.id, c.opened.Worker); err != nil {
		return err
	}
	sheet := p.file.Sheet(form)
	page := &sheetPage{placeBase: p.plainBase(c), Heading: c.t(sheet.TitleKey), Code: sheet.Code}
	page.Title, page.Plain = page.Heading, form == casework.SheetUnmarked
	page.MadeUp = sheet.MadeUp || c.MadeUp() // in a course also the copy that is marked with nothing else
	page.Window = c.t("plan.sheet.window")
	page.Back = &view.Link{Text: c.t("plan.title"), Href: c.at(p.within + "/plan")}
	page.Large = c.Query("size") == "large"
	page.Other = view.Link{Text: c.t("plan.print.large"), Href: c.at(p.within + "/plan/print/" + string(form) + "?size=large")}
	if page.Large {
		page.Other = view.Link{Text: c.t("plan.print.normal"), Href: c.at(p.within + "/plan/print/" + string(form))}
	}
	page.Hint = c.t("plan.print.hint." + string(form))
	s.sheetHead(c, page, sheet)
	for _, part := range sheet.Parts {
		page.Parts = append(page.Parts, s.sheetPart(c, part))
	}
	return c.show(page)
}

// sheetHead is what stands above the steps on the worker's copy.
func (s *Server) sheetHead(c *call, page *sheetPage, sheet casework.Sheet) {
	if sheet.Triage == nil {
		return
	}
	page.Facts = append(page.Facts, row(c, "risk.lane", s.laneWords(sheet.Lane)),
		view.Row{Key: c.t("plan.phase"), Value: c.t("plan.phase." + string(sheet.Phase))},
		view.Row{Key: c.t("plan.sheet.on_her"), Value: c.n("plan.on_her", sheet.OnHer)},
		view.Row{Key: c.t("plan.sheet.unknown"), Value: c.n("risk.unknown", sheet.Triage.Unknown)})
	for _, item := range sheet.Triage.AskFirst {
		page.Ask = append(page.Ask, s.itemWords(string(item)))
	}
}

func (s *Server) sheetPart(c *call, part casework.SheetPart) sheetPart {
	out := sheetPart{}
	if part.HeadingKey != "" {
		out.Heading = c.t(part.HeadingKey)
	}
	for _, l := range part.Lines {
		out.Lines = append(out.Lines, s.sheetLine(c, l))
	}
	return out
}

func (s *Server) sheetLine(c *call, l casework.SheetLine) sheetLine {
	out := sheetLine{Before: l.Before, Text: l.Text}
	for _, h := range l.Holds {
		out.Holds = append(out.Holds, c.t(string(h)))
	}
	add := func(key, value string) {
		if value != "" {
			out.Facts = append(out.Facts, view.Row{Key: c.t(key), Value: value})
		}
	}
	add("plan.step.told", l.Told)
	add("plan.step.ready", l.Ready)
	if l.Alert != "" {
		add("plan.step.alert", s.content.Alerts[l.Alert])
	}
	if l.Proof != "" {
		add("plan.finding.proof", c.t("plan.proof."+l.Proof))
	}
	if l.WhoKey != "" {
		add("plan.step.who", c.t(l.WhoKey))
	}
	add("plan.step.date", l.Date)
	add("plan.step.device", l.Device.Reveal())
	if l.Check {
		add("plan.step.check", c.t("plan.step.check.text"))
	}
	return out
}
