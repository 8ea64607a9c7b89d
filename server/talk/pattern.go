package talk

import (
	"net/http"
	"strings"

	"keyholder/casework/checklist"
	"keyholder/server/view"
	"keyholder/server/web"
)

// patternArea is the grid of question 01.6, time by time.
func (s *pages) patternArea() web.Area {
	routes := web.ForPlaces(http.MethodGet, "/pattern", s.showPattern)
	routes = append(routes, web.ForPlaces(http.MethodPost, "/pattern", s.savePattern)...)
	return web.Area{Routes: routes, Pages: []view.Page{&patternPage{}}}
}

// patternPage is filled with the survivor: what they knew, where it happened, what was there. It
// suggests topics and says by which rule; it never concludes.
type patternPage struct {
	web.PlaceBase
	Action   string
	Rules    []string // how the grid is read
	Table    *view.Table
	Readings []readingView
	Grid     web.QuestionView
	Save     view.Button
	More     view.Button
	Same     view.Button
}

// readingView is a suggestion: the words of the rule, and the topics it points to.
type readingView struct {
	Words  string
	Topics []view.Link
}

func (patternPage) Template() string { return "checklist/pattern" }

func (s *pages) showPattern(c *web.Call, p *web.Place) error {
	return s.drawPattern(c, p, p.Answers(), nil)
}

func (s *pages) drawPattern(c *web.Call, p *web.Place, as checklist.Answers, errs view.FieldErrors) error {
	page := &patternPage{PlaceBase: p.Base(c, "pattern.title"), Action: c.At(p.Within + "/pattern")}
	page.Lead, page.Errors = c.T("pattern.lead"), errs
	page.Back = p.WayBack(c)
	for _, r := range s.Content.First.Pattern {
		page.Rules = append(page.Rules, r.Words)
	}
	page.Table = s.patternTable(c, p)
	for _, sg := range checklist.Suggest(s.Content, p.Answers()) {
		view := readingView{Words: sg.Words}
		for _, id := range sg.Sections {
			view.Topics = append(view.Topics, s.topicLink(c, p, id))
		}
		page.Readings = append(page.Readings, view)
	}
	page.Grid = p.Ask(c, checklist.All(&s.Content.Grid), as, errs)[0]
	page.Save = view.Button{Text: c.T("pattern.save"), Name: "_then", Value: "go"}
	page.More = view.Button{Text: c.T("ask.more", "noun", s.Content.Grid.Rows.Noun), Name: "_then", Value: "more", Kind: "secondary"}
	page.Same = *web.SameButton(c, &s.Content.Grid)
	if errs != nil {
		return c.Again(page)
	}
	return c.Show(page)
}

func (s *pages) topicLink(c *web.Call, p *web.Place, section string) view.Link {
	return view.Link{Text: s.Content.SectionByID(section).Title, Href: c.At(p.Within + "/sections/" + section)}
}

// patternTable shows what is filled in: question 01.6 as it was asked first, and every row. It is nil
// while nothing is.
func (s *pages) patternTable(c *web.Call, p *web.Place) *view.Table {
	table := &view.Table{Caption: c.T("pattern.table"), Head: []view.Cell{{Text: c.T("pattern.row")}}}
	columns := s.Content.Grid.Rows.Columns
	for _, col := range columns {
		table.Head = append(table.Head, view.Cell{Text: col.Label})
	}
	known := s.Content.Question("01.6")
	if asked, _ := checklist.Touched(known, p.Answers()); asked {
		row := []view.Cell{{Text: c.T("pattern.row.all"), Href: c.At(p.Within + "/ask/" + known.ID), Header: true}}
		for _, col := range columns {
			row = append(row, view.Cell{Text: gridCell(p, known, checklist.Ref{Question: known.ID, Part: col.Name})})
		}
		table.Rows = append(table.Rows, row)
	}
	for i, id := range p.Answers().Rows(checklist.GridID) {
		row := []view.Cell{{Text: c.T("pattern.row.number", "number", i+1), Header: true}}
		for _, col := range columns {
			row = append(row, view.Cell{Text: gridCell(p, &s.Content.Grid, checklist.Ref{Entity: id, Question: checklist.GridID, Part: col.Name})})
		}
		table.Rows = append(table.Rows, row)
	}
	if len(table.Rows) == 0 {
		return nil
	}
	return table
}

// gridCell is one answer of the grid in words.
func gridCell(p *web.Place, q *checklist.Question, ref checklist.Ref) string {
	return strings.Join(p.File.Content.Words(q.Part(ref.Part), p.Answers()[ref]), ", ")
}

// savePattern keeps the rows, and lets question 01.6 know what they say.
func (s *pages) savePattern(c *web.Call, p *web.Place) error {
	a := p.Read(c, checklist.All(&s.Content.Grid))
	same := p.FillRow(c, &a)
	if !same {
		for ref, joined := range checklist.JoinGrid(s.Content, p.Answers(), a.Answers) {
			a.Answers[ref] = joined
		}
		if done, err := p.KeepAnswers(c, &a); done || err != nil {
			return err
		}
	}
	if same || a.Errors != nil {
		return s.drawPattern(c, p, a.Answers, a.Errors)
	}
	c.Settle()
	return c.To(p.Within + "/pattern")
}
