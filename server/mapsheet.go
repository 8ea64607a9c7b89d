package server

import (
	"keyholder/server/view"
)

// mapSheet is the map on paper: the picture, the table and the ways. It is the worker's copy; her
// copies never hold it.
type mapSheet struct {
	placeBase
	mapBody
	Heading string
	Code    string
	Facts   []view.Row
	Hint    string
}

func (mapSheet) Template() string { return "map/sheet" }

// printMap shows the sheet and writes into the audit that it was made.
func (s *Server) printMap(c *call, p *place) error {
	if err := p.book.Printed(c.ctx(), p.id, c.opened.Worker); err != nil {
		return err
	}
	m, err := s.mapOf(c, p)
	if err != nil {
		return err
	}
	w := m.readWish()
	page := &mapSheet{placeBase: p.plainBase(c), Heading: c.t("map.sheet.title"), Hint: c.t("map.sheet.hint")}
	page.Title, page.Code, page.Window = page.Heading, page.CaseCode, c.t("plan.sheet.window")
	page.MadeUp = page.MadeUp || p.file.Case.MadeUp || c.MadeUp()
	page.Back = &view.Link{Text: c.t("map.title"), Href: c.at(p.within + "/map" + w.query())}
	page.Facts = []view.Row{{Key: c.t("devices.sheet.printed"), Value: c.moment(s.cfg.Now())}}
	if page.mapBody, err = m.body(w); err != nil {
		return err
	}
	page.plain()
	return c.show(page)
}

// plain takes out of a map what leads somewhere: on paper nothing does.
func (b *mapBody) plain() {
	if b.Picture == nil {
		return
	}
	for i := range b.Picture.Boxes {
		b.Picture.Boxes[i].Href = ""
	}
	for i := range b.Picture.Lines {
		b.Picture.Lines[i].Href = ""
	}
}
