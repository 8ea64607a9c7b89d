package devices

import (
	"net/http"

	"keyholder/casework"
	"keyholder/casework/checklist"
	"keyholder/server/view"
	"keyholder/server/web"
	"keyholder/server/wording"
)

// householdArea shows everything on the list with the five questions, in one table.
func (s *pages) householdArea() web.Area {
	return web.Area{
		Routes: web.ForPlaces(http.MethodGet, "/household", s.showHousehold),
		Pages:  []view.Page{&householdPage{}},
	}
}

// householdPage is one table: a row for each thing, a column for each of the five questions. Every cell
// leads to its question.
type householdPage struct {
	web.PlaceBase
	State string // how much is open, in words
	Table view.Table
	Add   view.Button
}

func (householdPage) Template() string { return "devices/household" }

func (s *pages) showHousehold(c *web.Call, p *web.Place) error {
	page := &householdPage{PlaceBase: p.Base(c, "household.title")}
	page.Lead = c.T("household.lead")
	page.Back = &view.Link{Text: c.T("devices.title"), Href: c.At(p.Within + "/devices")}
	page.Add = view.Button{Text: c.T("devices.add"), Href: c.At(p.Within + "/devices/add"), Kind: "secondary"}
	page.Table = view.Table{Caption: c.T("household.title"), Hidden: true, Head: []view.Cell{{Text: c.T("household.thing")}}}
	for i := range s.Content.Matrix.Parts {
		page.Table.Head = append(page.Table.Head, view.Cell{Text: s.Content.Matrix.Parts[i].Label})
	}
	open := 0
	for _, d := range p.File.Devices() {
		page.Table.Rows = append(page.Table.Rows, s.householdRow(c, p, d))
		if d.Row.Open || d.Row.Unasked > 0 {
			open++
		}
	}
	page.State = c.T("household.open.none")
	if open > 0 {
		page.State = c.N("household.open", open)
	}
	return c.Show(page)
}

func (s *pages) householdRow(c *web.Call, p *web.Place, d casework.Device) []view.Cell {
	href := c.At(p.Within + "/devices/at/" + string(d.ID))
	row := []view.Cell{{Text: wording.Device(c, d), Href: href, Header: true}}
	for i, v := range d.Row.Cells {
		row = append(row, view.Cell{Text: p.Phrase(&s.Content.Matrix.Parts[i], v), Href: href + "#" + cellID(v.Slot)})
	}
	return row
}

// cellID is the id of the control that answers one of the five questions.
func cellID(slot casework.Slot) string {
	ref := checklist.Ref{Entity: string(slot.Entity), Question: checklist.MatrixID, Part: string(slot.Field)}
	return view.FieldID(ref.Input())
}

// rowAbove is the thing that stands before this one on the list.
func (s *pages) rowAbove(p *web.Place, id casework.EntityID) (casework.Device, bool) {
	var above casework.Device
	for i, d := range p.File.Devices() {
		if d.ID == id {
			return above, i > 0
		}
		above = d
	}
	return above, false
}

// likeAbove puts the answers of the row above into the empty places of a form. Nothing is saved.
func (s *pages) likeAbove(c *web.Call, p *web.Place, id casework.EntityID, as checklist.Answers) {
	above, ok := s.rowAbove(p, id)
	if !ok {
		return
	}
	for i := range s.Content.Matrix.Parts {
		from := checklist.Ref{Entity: string(above.ID), Question: checklist.MatrixID, Part: s.Content.Matrix.Parts[i].Name}
		to := from
		to.Entity = string(id)
		if as[to].Is() == checklist.NotAsked {
			as[to] = p.Answers()[from]
		}
	}
	c.Flash("note", c.T("ask.same.done"))
}
