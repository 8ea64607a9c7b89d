package server

import (
	"strings"

	"keyholder/casework"
	"keyholder/casework/checklist"
	"keyholder/server/view"
)

// historyPage shows everything that was ever answered to a question: who, when, and what it replaced.
type historyPage struct {
	placeBase
	Asked string
	Table view.Table
}

func (historyPage) Template() string { return "checklist/history" }

func (s *Server) showHistory(c *call, p *place) error {
	q, err := s.question(c)
	if err != nil {
		return err
	}
	refs := q.Refs("")
	for _, row := range p.answers().Rows(q.ID) {
		refs = append(refs, q.RowRefs(row)...)
	}
	return s.drawHistory(c, p, q, refs, "/ask/"+q.ID)
}

// showDeviceHistory is the history of the five questions about one thing.
func (s *Server) showDeviceHistory(c *call, p *place) error {
	d, err := deviceOf(c, p)
	if err != nil {
		return err
	}
	q := &s.content.Matrix
	return s.drawHistory(c, p, q, q.Refs(string(d.ID)), "/devices/at/"+string(d.ID))
}

func (s *Server) drawHistory(c *call, p *place, q *checklist.Question, refs []checklist.Ref, back string) error {
	page := &historyPage{placeBase: p.base(c, "checklist.history.title"), Asked: q.Text}
	page.Back = &view.Link{Text: c.t("frame.back"), Href: c.at(p.within + back)}
	page.Table = view.Table{Caption: q.Text, Hidden: true}
	for _, head := range []string{"when", "part", "answer", "before", "who", "basis"} {
		page.Table.Head = append(page.Table.Head, view.Cell{Text: c.t("checklist.history." + head)})
	}
	for _, ref := range refs {
		slot := casework.Slot{Entity: casework.EntityID(ref.Entity), Field: casework.Field(ref.Field())}
		values, err := p.book.History(c.ctx(), p.id, slot)
		if err != nil {
			return err
		}
		for i, v := range values {
			row := s.historyRow(c, p, q.Part(ref.Part), ref, v)
			if i > 0 {
				row[replacedColumn].Text = p.phrase(q.Part(ref.Part), values[i-1])
			}
			page.Table.Rows = append(page.Table.Rows, row)
		}
	}
	return c.show(page)
}

// phrase is a value in one line of words.
func (p *place) phrase(part *checklist.Part, v casework.Value) string {
	return strings.Join(p.words(part, v), ", ")
}

// replacedColumn is the column of what stood before.
const replacedColumn = 3

func (s *Server) historyRow(c *call, p *place, part *checklist.Part, ref checklist.Ref, v casework.Value) []view.Cell {
	label := part.Label
	if part.Kind == checklist.KindItems {
		label = part.Option(ref.Part).Label
	}
	who := c.t("checklist.history.other")
	if v.By == c.opened.Worker {
		who = c.t("checklist.history.you")
	}
	return []view.Cell{
		{Text: c.moment(v.At), Header: true},
		{Text: label},
		{Text: p.phrase(part, v)},
		{Text: c.t("checklist.history.nothing")},
		{Text: who},
		{Text: c.t("basis." + string(v.Basis))},
	}
}
