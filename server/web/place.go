package web

import (
	"keyholder/casework"
	"keyholder/casework/checklist"
	"keyholder/server/view"
)

// Place is the record that a page works on: a case, or the sitting that is still in memory. Most
// pages of a case exist for both, so that a session without record goes the same way.
type Place struct {
	Book    *casework.Casebook
	ID      casework.CaseID
	Sitting *casework.Consultation // nil outside a sitting
	Within  string                 // path below the path key: "/cases/ID" or "/session/ID"
	File    *casework.File
	Blank   bool // a sitting that has not started
}

// Placed is a handler that works on a record.
type Placed = func(c *Call, p *Place) error

// ForPlaces registers pages below every case and below every sitting. A path starts with "/", or is
// empty for the first page of the place.
func ForPlaces(method, path string, h Placed) []Route {
	inCase := func(c *Call) error { return inCase(c, h) }
	inSitting := func(c *Call) error { return InSitting(c, h) }
	return []Route{
		{Method: method, Path: "/cases/:case" + path, Access: Unlocked, Handle: inCase},
		{Method: method, Path: "/session/:sitting" + path, Access: Unlocked, Handle: inSitting},
	}
}

// Book is the service over the records of the open vault.
func (c *Call) Book() *casework.Casebook {
	return casework.NewCasebook(casework.CasebookConfig{
		Record: c.Opened.Record, Cases: c.Opened.Cases, Audit: c.Opened.Audit, Clock: c.Site.Now,
		Content: c.Site.Content, MadeUp: c.Site.MadeUp,
	})
}

// inCase runs h on the case in the address. Reading is written into the audit.
func inCase(c *Call, h Placed) error {
	p := &Place{Book: c.Book(), ID: casework.CaseID(c.Param("case")), Within: "/cases/" + c.Param("case")}
	return p.Run(c, h)
}

// InSitting runs h on the sitting in the address.
func InSitting(c *Call, h Placed) error {
	sitting, err := c.Site.Sittings.Find(casework.ConsultationID(c.Param("sitting")))
	if err != nil {
		return err
	}
	p := &Place{
		Book: sitting.Casebook(), ID: sitting.Case(), Sitting: sitting,
		Within: "/session/" + c.Param("sitting"),
	}
	return p.Run(c, h)
}

// Run reads the record, which the audit notes, and runs h on it.
func (p *Place) Run(c *Call, h Placed) error {
	f, err := p.Book.Read(c.Ctx(), p.ID, c.Opened.Worker)
	if err != nil {
		return err
	}
	p.File = f
	return h(c, p)
}

// Act says who acts in this place, for the form post of the request.
func (p *Place) Act(c *Call) casework.Act {
	a := c.act()
	if p.Sitting != nil {
		a.Consultation = p.Sitting.ID
	}
	return a
}

// Base fills what every page of a place has.
func (p *Place) Base(c *Call, titleKey string) PlaceBase {
	return PlaceBase{Base: c.Base(titleKey), Notice: p.mark(c)}.settled(p)
}

// PlainBase is base for a heading that is not a text of the catalogue.
func (p *Place) PlainBase(c *Call) PlaceBase {
	return PlaceBase{Base: c.PlainBase(), Notice: p.mark(c)}.settled(p)
}

// WayBack leads from the pages of the work to the first page of a case, or to the summary of a sitting.
func (p *Place) WayBack(c *Call) *view.Link {
	if p.Sitting == nil {
		return &view.Link{Text: c.T("cases.case.title"), Href: c.At(p.Within)}
	}
	return &view.Link{Text: c.T("session.summary.title"), Href: c.At(p.Within + "/summary")}
}

// mark says what becomes of what is written in a sitting; empty in a case.
func (p *Place) mark(c *Call) string {
	switch {
	case p.Blank:
		return c.T(casework.StandingDraft.NoticeKey())
	case p.Sitting == nil:
		return ""
	}
	return c.T(p.Sitting.Standing().NoticeKey())
}

// Recorded reports whether the place is on record.
func (p *Place) Recorded() bool {
	return !p.Blank && (p.Sitting == nil || p.Sitting.Standing() == casework.StandingRecorded)
}

// Answers are the answers of the record.
func (p *Place) Answers() checklist.Answers { return p.File.Answers() }
