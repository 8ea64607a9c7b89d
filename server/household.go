package server

import (
	"keyholder/casework"
	"keyholder/casework/checklist"
	"keyholder/server/view"
)

// householdArea shows everything on the list with the five questions, in one table.
func (s *Server) householdArea() area {
	return area{
		routes: forPlaces(s, methodGet, "/household", s.showHousehold),
		pages:  []view.Page{&householdPage{}},
	}
}

// householdPage is one table: a row for each thing, a column for each of the five questions. Every cell
// leads to its question.
type householdPage struct {
	placeBase
	State string // how much is open, in words
	Table view.Table
	Add   view.Button
}

func (householdPage) Template() string { return "devices/household" }

func (s *Server) showHousehold(c *call, p *place) error {
	page := &householdPage{placeBase: p.base(c, "household.title")}
	page.Lead = c.t("household.lead")
	page.Back = &view.Link{Text: c.t("devices.title"), Href: c.at(p.within + "/devices")}
	page.Add = view.Button{Text: c.t("devices.add"), Href: c.at(p.within + "/devices/add"), Kind: "secondary"}
	page.Table = view.Table{Caption: c.t("household.title"), Hidden: true, Head: []view.Cell{{Text: c.t("household.thing")}}}
	for i := range s.content.Matrix.Parts {
		page.Table.Head = append(page.Table.Head, view.Cell{Text: s.content.Matrix.Parts[i].Label})
	}
	open := 0
	for _, d := range p.file.Devices() {
		page.Table.Rows = append(page.Table.Rows, s.householdRow(c, p, d))
		if d.Row.Open || d.Row.Unasked > 0 {
			open++
		}
	}
	page.State = c.n("household.open", open)
	return c.show(page)
}

func (s *Server) householdRow(c *call, p *place, d casework.Device) []view.Cell {
	href := c.at(p.within + "/devices/at/" + string(d.ID))
	row := []view.Cell{{Text: s.deviceWords(c, d), Href: href, Header: true}}
	for i, v := range d.Row.Cells {
		row = append(row, view.Cell{Text: p.phrase(&s.content.Matrix.Parts[i], v), Href: href + "#" + cellID(v.Slot)})
	}
	return row
}

// cellID is the id of the control that answers one of the five questions.
func cellID(slot casework.Slot) string {
	ref := checklist.Ref{Entity: string(slot.Entity), Question: checklist.MatrixID, Part: string(slot.Field)}
	return view.FieldID(ref.Input())
}

// rowAbove is the thing that stands before this one on the list.
func (s *Server) rowAbove(p *place, id casework.EntityID) (casework.Device, bool) {
	var above casework.Device
	for i, d := range p.file.Devices() {
		if d.ID == id {
			return above, i > 0
		}
		above = d
	}
	return above, false
}

// likeAbove puts the answers of the row above into the empty places of a form. Nothing is saved.
func (s *Server) likeAbove(c *call, p *place, id casework.EntityID, as checklist.Answers) {
	above, ok := s.rowAbove(p, id)
	if !ok {
		return
	}
	for i := range s.content.Matrix.Parts {
		from := checklist.Ref{Entity: string(above.ID), Question: checklist.MatrixID, Part: s.content.Matrix.Parts[i].Name}
		to := from
		to.Entity = string(id)
		if as[to].Is() == checklist.NotAsked {
			as[to] = p.answers()[from]
		}
	}
	c.flash("note", c.t("ask.same.done"))
}
