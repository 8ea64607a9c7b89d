package server

import (
	"slices"
	"strings"

	"keyholder/casework"
	"keyholder/casework/checklist"
	"keyholder/server/view"
)

// historyPage shows everything that was ever answered to a question: who, when, and what it replaced.
type historyPage struct {
	placeBase
	Asked string
	Then  []string // the words of earlier versions, where they differ
	Table view.Table
}

func (historyPage) Template() string { return "checklist/history" }

func (s *Server) showHistory(c *call, p *place) error {
	switch c.Param("question") { // these two stand on pages of their own
	case s.content.Presence.ID:
		return s.drawHistory(c, p, &s.content.Presence, s.content.Presence.Refs(""), "/risk")
	case s.content.Grid.ID:
		return s.drawHistory(c, p, &s.content.Grid, answerRefs(p, &s.content.Grid), "/pattern")
	}
	q, err := s.question(c)
	if err != nil {
		return err
	}
	return s.drawHistory(c, p, q, answerRefs(p, q), "/ask/"+q.ID)
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
			row := s.historyRow(c, p, s.partThen(q, ref, v), ref, v)
			if i > 0 {
				row[replacedColumn].Text = p.phrase(s.partThen(q, ref, values[i-1]), values[i-1])
			}
			page.Table.Rows = append(page.Table.Rows, row)
			page.other(c, s.askedThen(q, v))
		}
	}
	return c.show(page)
}

// other adds what was asked when it was not the words of today.
func (page *historyPage) other(c *call, then *checklist.Question) {
	said := c.t("checklist.history.then", "text", then.Text)
	if then.Text != page.Asked && !slices.Contains(page.Then, said) {
		page.Then = append(page.Then, said)
	}
}

// askedThen returns a question with the words of the version under which an answer was given. Where
// that version does not know it, the words of today stand for it.
func (s *Server) askedThen(q *checklist.Question, v casework.Value) *checklist.Question {
	if then := s.contentAt(v.Content).Question(q.ID); then != nil {
		return then
	}
	return q
}

// partThen is the same for one part of a question.
func (s *Server) partThen(q *checklist.Question, ref checklist.Ref, v casework.Value) *checklist.Part {
	if part := s.askedThen(q, v).Part(ref.Part); part != nil {
		return part
	}
	return q.Part(ref.Part)
}

// contentAt returns one version of the checklist; today's when that version is not built in.
func (s *Server) contentAt(version int) *checklist.Content {
	if version == s.content.Version {
		return s.content
	}
	if known, ok := s.versions.Load(version); ok {
		return known.(*checklist.Content)
	}
	then, err := checklist.LoadVersion(version)
	if err != nil {
		then = s.content
	}
	s.versions.Store(version, then)
	return then
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
