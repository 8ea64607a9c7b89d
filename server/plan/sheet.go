package plan

import (
	"slices"

	"keyholder/casework"
	"keyholder/server/view"
	"keyholder/server/web"
	"keyholder/server/wording"
)

// sheetPage is a printed form of the plan. The unmarked form carries nothing that says what it is.
type sheetPage struct {
	web.PlaceBase
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

func (s *pages) printPlan(c *web.Call, p *web.Place) error {
	form := casework.SheetForm(c.Param("form"))
	if !slices.Contains(casework.SheetForms(), form) {
		return &casework.Error{Kind: casework.KindNotFound, Key: "frame.error.not_found"}
	}
	if err := p.Book.Printed(c.Ctx(), p.ID, c.Opened.Worker); err != nil {
		return err
	}
	sheet := p.File.Sheet(form)
	page := &sheetPage{PlaceBase: p.PlainBase(c), Heading: c.T(sheet.TitleKey), Code: sheet.Code}
	page.Title, page.Plain = page.Heading, form == casework.SheetUnmarked
	page.MadeUp = sheet.MadeUp || c.MadeUp() // in a course also the copy that is marked with nothing else
	page.Window = c.T("plan.sheet.window")
	page.Back = &view.Link{Text: c.T("plan.title"), Href: c.At(p.Within + "/plan")}
	page.Large = c.Query("size") == "large"
	page.Other = view.Link{Text: c.T("plan.print.large"), Href: c.At(p.Within + "/plan/print/" + string(form) + "?size=large")}
	if page.Large {
		page.Other = view.Link{Text: c.T("plan.print.normal"), Href: c.At(p.Within + "/plan/print/" + string(form))}
	}
	page.Hint = c.T("plan.print.hint." + string(form))
	s.sheetHead(c, page, sheet)
	for _, part := range sheet.Parts {
		page.Parts = append(page.Parts, s.sheetPart(c, part))
	}
	return c.Show(page)
}

// sheetHead is what stands above the steps on the worker's copy.
func (s *pages) sheetHead(c *web.Call, page *sheetPage, sheet casework.Sheet) {
	if sheet.Triage == nil {
		return
	}
	page.Facts = append(page.Facts, web.FactRow(c, "risk.lane", wording.Lane(c, sheet.Lane)),
		view.Row{Key: c.T("plan.phase"), Value: c.T("plan.phase." + string(sheet.Phase))},
		view.Row{Key: c.T("plan.sheet.on_her"), Value: c.N("plan.on_her", sheet.OnHer)},
		view.Row{Key: c.T("plan.sheet.unknown"), Value: c.N("risk.unknown", sheet.Triage.Unknown)})
	for _, item := range sheet.Triage.AskFirst {
		page.Ask = append(page.Ask, wording.Item(c, string(item)))
	}
}

func (s *pages) sheetPart(c *web.Call, part casework.SheetPart) sheetPart {
	out := sheetPart{}
	if part.HeadingKey != "" {
		out.Heading = c.T(part.HeadingKey)
	}
	for _, l := range part.Lines {
		out.Lines = append(out.Lines, s.sheetLine(c, l))
	}
	return out
}

func (s *pages) sheetLine(c *web.Call, l casework.SheetLine) sheetLine {
	out := sheetLine{Before: l.Before, Text: l.Text}
	for _, h := range l.Holds {
		out.Holds = append(out.Holds, c.T(string(h)))
	}
	add := func(key, value string) {
		if value != "" {
			out.Facts = append(out.Facts, view.Row{Key: c.T(key), Value: value})
		}
	}
	add("plan.step.about", aboutWords(c, l.About.Reveal(), l.Number, l.Count))
	add("plan.step.told", l.Told)
	add("plan.step.ready", l.Ready)
	if l.Alert != "" {
		add("plan.step.alert", s.Content.Alerts[l.Alert])
	}
	if l.Proof != "" {
		add("plan.finding.proof", c.T("plan.proof."+l.Proof))
	}
	if l.WhoKey != "" {
		add("plan.step.who", c.T(l.WhoKey))
	}
	add("plan.step.date", l.Date)
	add("plan.step.device", l.Device.Reveal())
	if l.Check {
		add("plan.step.check", c.T("plan.step.check.text"))
	}
	return out
}
