package server

import (
	"net/http"

	"keyholder/casework"
	"keyholder/casework/checklist"
	"keyholder/server/view"
)

// place is the record that a page works on: a case, or the sitting that is still in memory. Most
// pages of a case exist for both, so that a session without record goes the same way.
type place struct {
	book    *casework.Casebook
	id      casework.CaseID
	sitting *casework.Consultation // nil outside a sitting
	within  string                 // path below the path key: "/cases/ID" or "/session/ID"
	file    *casework.File
	blank   bool // a sitting that has not started
}

// placed is a handler that works on a record.
type placed = func(c *call, p *place) error

// forPlaces registers pages below every case and below every sitting. A path starts with "/", or is
// empty for the first page of the place.
func forPlaces(s *Server, method, path string, h placed) []route {
	inCase := func(c *call) error { return s.inCase(c, h) }
	inSitting := func(c *call) error { return s.inSitting(c, h) }
	return []route{
		{method: method, path: "/cases/:case" + path, access: unlocked, handle: inCase},
		{method: method, path: "/session/:sitting" + path, access: unlocked, handle: inSitting},
	}
}

// book is the service over the records of the open vault.
func (s *Server) book(c *call) *casework.Casebook {
	return casework.NewCasebook(casework.CasebookConfig{
		Record: c.opened.Record, Cases: c.opened.Cases, Audit: c.opened.Audit, Clock: s.cfg.Now,
		Content: s.content, MadeUp: s.cfg.MadeUp,
	})
}

// inCase runs h on the case in the address. Reading is written into the audit.
func (s *Server) inCase(c *call, h placed) error {
	p := &place{book: s.book(c), id: casework.CaseID(c.Param("case")), within: "/cases/" + c.Param("case")}
	return p.run(c, h)
}

// inSitting runs h on the sitting in the address.
func (s *Server) inSitting(c *call, h placed) error {
	sitting, err := s.sittings.Find(casework.ConsultationID(c.Param("sitting")))
	if err != nil {
		return err
	}
	p := &place{
		book: sitting.Casebook(), id: sitting.Case(), sitting: sitting,
		within: "/session/" + c.Param("sitting"),
	}
	return p.run(c, h)
}

func (p *place) run(c *call, h placed) error {
	f, err := p.book.Read(c.ctx(), p.id, c.opened.Worker)
	if err != nil {
		return err
	}
	p.file = f
	return h(c, p)
}

// act says who acts in this place, for the form post of the request.
func (p *place) act(c *call) casework.Act {
	a := c.act()
	if p.sitting != nil {
		a.Consultation = p.sitting.ID
	}
	return a
}

// base fills what every page of a place has.
func (p *place) base(c *call, titleKey string) placeBase {
	return placeBase{Base: c.base(titleKey), Notice: p.mark(c)}.settled(p)
}

// plainBase is base for a heading that is not a text of the catalogue.
func (p *place) plainBase(c *call) placeBase {
	return placeBase{Base: c.plainBase(), Notice: p.mark(c)}.settled(p)
}

// wayBack leads from the pages of the work to the first page of a case, or to the summary of a sitting.
func (p *place) wayBack(c *call) *view.Link {
	if p.sitting == nil {
		return &view.Link{Text: c.t("cases.case.title"), Href: c.at(p.within)}
	}
	return &view.Link{Text: c.t("session.summary.title"), Href: c.at(p.within + "/summary")}
}

// mark says what becomes of what is written in a sitting; empty in a case.
func (p *place) mark(c *call) string {
	switch {
	case p.blank:
		return c.t(casework.StandingDraft.NoticeKey())
	case p.sitting == nil:
		return ""
	}
	return c.t(p.sitting.Standing().NoticeKey())
}

// recorded reports whether the place is on record.
func (p *place) recorded() bool {
	return !p.blank && (p.sitting == nil || p.sitting.Standing() == casework.StandingRecorded)
}

// answers are the answers of the record.
func (p *place) answers() checklist.Answers { return p.file.Answers() }

const (
	methodGet  = http.MethodGet
	methodPost = http.MethodPost
)
