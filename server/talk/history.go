package talk

import (
	"slices"

	"keyholder/casework"
	"keyholder/casework/checklist"
	"keyholder/server/view"
	"keyholder/server/web"
	"keyholder/server/wording"
)

// historyPage shows everything that was ever answered to a question: who, when, and what it replaced.
type historyPage struct {
	web.PlaceBase
	Asked string
	Then  []string // the words of earlier versions, where they differ
	Table view.Table
}

func (historyPage) Template() string { return "checklist/history" }

func (s *pages) showHistory(c *web.Call, p *web.Place) error {
	switch c.Param("question") { // these two stand on pages of their own
	case s.Content.Presence.ID:
		return s.drawHistory(c, p, &s.Content.Presence, s.Content.Presence.Refs(""), "/risk")
	case s.Content.Grid.ID:
		return s.drawHistory(c, p, &s.Content.Grid, answerRefs(p, &s.Content.Grid), "/pattern")
	}
	q, err := c.Question()
	if err != nil {
		return err
	}
	return s.drawHistory(c, p, q, answerRefs(p, q), "/ask/"+q.ID)
}

// showDeviceHistory is the history of the five questions about one thing.
func (s *pages) showDeviceHistory(c *web.Call, p *web.Place) error {
	d, err := wording.DeviceOf(c, p)
	if err != nil {
		return err
	}
	q := &s.Content.Matrix
	return s.drawHistory(c, p, q, q.Refs(string(d.ID)), "/devices/at/"+string(d.ID))
}

func (s *pages) drawHistory(c *web.Call, p *web.Place, q *checklist.Question, refs []checklist.Ref, back string) error {
	page := &historyPage{PlaceBase: p.Base(c, "checklist.history.title"), Asked: q.Text}
	page.Back = &view.Link{Text: c.T("frame.back"), Href: c.At(p.Within + back)}
	page.Table = view.Table{Caption: q.Text, Hidden: true}
	for _, head := range []string{"when", "part", "answer", "before", "who", "basis"} {
		page.Table.Head = append(page.Table.Head, view.Cell{Text: c.T("checklist.history." + head)})
	}
	for _, ref := range refs {
		slot := casework.Slot{Entity: casework.EntityID(ref.Entity), Field: casework.Field(ref.Field())}
		values, err := p.Book.History(c.Ctx(), p.ID, slot)
		if err != nil {
			return err
		}
		for i, v := range values {
			row := s.historyRow(c, p, s.partThen(q, ref, v), ref, v)
			if i > 0 {
				row[replacedColumn].Text = p.Phrase(s.partThen(q, ref, values[i-1]), values[i-1])
			}
			page.Table.Rows = append(page.Table.Rows, row)
			page.other(c, s.askedThen(q, v))
		}
	}
	return c.Show(page)
}

// other adds what was asked when it was not the words of today.
func (page *historyPage) other(c *web.Call, then *checklist.Question) {
	said := c.T("checklist.history.then", "text", then.Text)
	if then.Text != page.Asked && !slices.Contains(page.Then, said) {
		page.Then = append(page.Then, said)
	}
}

// askedThen returns a question with the words of the version under which an answer was given. Where
// that version does not know it, the words of today stand for it.
func (s *pages) askedThen(q *checklist.Question, v casework.Value) *checklist.Question {
	if then := s.contentAt(v.Content).Question(q.ID); then != nil {
		return then
	}
	return q
}

// partThen is the same for one part of a question.
func (s *pages) partThen(q *checklist.Question, ref checklist.Ref, v casework.Value) *checklist.Part {
	if part := s.askedThen(q, v).Part(ref.Part); part != nil {
		return part
	}
	return q.Part(ref.Part)
}

// contentAt returns one version of the checklist; today's when that version is not built in.
func (s *pages) contentAt(version int) *checklist.Content {
	if version == s.Content.Version {
		return s.Content
	}
	if known, ok := s.versions.Load(version); ok {
		return known.(*checklist.Content)
	}
	then, err := checklist.LoadVersion(version)
	if err != nil {
		then = s.Content
	}
	s.versions.Store(version, then)
	return then
}

// replacedColumn is the column of what stood before.
const replacedColumn = 3

func (s *pages) historyRow(c *web.Call, p *web.Place, part *checklist.Part, ref checklist.Ref, v casework.Value) []view.Cell {
	label := part.Label
	if part.Kind == checklist.KindItems {
		label = part.Option(ref.Part).Label
	}
	who := c.T("checklist.history.other")
	if v.By == c.Opened.Worker {
		who = c.T("checklist.history.you")
	}
	return []view.Cell{
		{Text: c.Moment(v.At), Header: true},
		{Text: label},
		{Text: p.Phrase(part, v)},
		{Text: c.T("checklist.history.nothing")},
		{Text: who},
		{Text: c.T("basis." + string(v.Basis))},
	}
}
