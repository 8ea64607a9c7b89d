package server

import (
	"strings"

	"keyholder/casework/checklist"
	"keyholder/server/view"
)

// patternArea is the grid of question 01.6, time by time.
func (s *Server) patternArea() area {
	routes := forPlaces(s, methodGet, "/pattern", s.showPattern)
	routes = append(routes, forPlaces(s, methodPost, "/pattern", s.savePattern)...)
	return area{routes: routes, pages: []view.Page{&patternPage{}}}
}

// patternPage is filled with the survivor: what they knew, where it happened, what was there. It
// suggests topics and says by which rule; it never concludes.
type patternPage struct {
	placeBase
	Action   string
	Rules    []string // how the grid is read
	Table    *view.Table
	Readings []readingView
	Grid     questionView
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

func (s *Server) showPattern(c *call, p *place) error {
	return s.drawPattern(c, p, p.answers(), nil)
}

func (s *Server) drawPattern(c *call, p *place, as checklist.Answers, errs view.FieldErrors) error {
	page := &patternPage{placeBase: p.base(c, "pattern.title"), Action: c.at(p.within + "/pattern")}
	page.Lead, page.Errors = c.t("pattern.lead"), errs
	page.Back = p.wayBack(c)
	for _, r := range s.content.First.Pattern {
		page.Rules = append(page.Rules, r.Words)
	}
	page.Table = s.patternTable(c, p)
	for _, sg := range checklist.Suggest(s.content, p.answers()) {
		view := readingView{Words: sg.Words}
		for _, id := range sg.Sections {
			view.Topics = append(view.Topics, s.topicLink(c, p, id))
		}
		page.Readings = append(page.Readings, view)
	}
	page.Grid = p.ask(c, checklist.All(&s.content.Grid), as, errs)[0]
	page.Save = view.Button{Text: c.t("pattern.save"), Name: "_then", Value: "go"}
	page.More = view.Button{Text: c.t("ask.more", "noun", s.content.Grid.Rows.Noun), Name: "_then", Value: "more", Kind: "secondary"}
	page.Same = *sameButton(c, &s.content.Grid)
	if errs != nil {
		return c.again(page)
	}
	return c.show(page)
}

func (s *Server) topicLink(c *call, p *place, section string) view.Link {
	return view.Link{Text: s.content.SectionByID(section).Title, Href: c.at(p.within + "/sections/" + section)}
}

// patternTable shows what is filled in: question 01.6 as it was asked first, and every row. It is nil
// while nothing is.
func (s *Server) patternTable(c *call, p *place) *view.Table {
	table := &view.Table{Caption: c.t("pattern.table"), Head: []view.Cell{{Text: c.t("pattern.row")}}}
	columns := s.content.Grid.Rows.Columns
	for _, col := range columns {
		table.Head = append(table.Head, view.Cell{Text: col.Label})
	}
	known := s.content.Question("01.6")
	if asked, _ := checklist.Touched(known, p.answers()); asked {
		row := []view.Cell{{Text: c.t("pattern.row.all"), Href: c.at(p.within + "/ask/" + known.ID), Header: true}}
		for _, col := range columns {
			row = append(row, view.Cell{Text: p.gridCell(known, checklist.Ref{Question: known.ID, Part: col.Name})})
		}
		table.Rows = append(table.Rows, row)
	}
	for i, id := range p.answers().Rows(checklist.GridID) {
		row := []view.Cell{{Text: c.t("pattern.row.number", "number", i+1), Header: true}}
		for _, col := range columns {
			row = append(row, view.Cell{Text: p.gridCell(&s.content.Grid, checklist.Ref{Entity: id, Question: checklist.GridID, Part: col.Name})})
		}
		table.Rows = append(table.Rows, row)
	}
	if len(table.Rows) == 0 {
		return nil
	}
	return table
}

// gridCell is one answer of the grid in words.
func (p *place) gridCell(q *checklist.Question, ref checklist.Ref) string {
	return strings.Join(p.file.Content.Words(q.Part(ref.Part), p.answers()[ref]), ", ")
}

// savePattern keeps the rows, and lets question 01.6 know what they say.
func (s *Server) savePattern(c *call, p *place) error {
	a := p.read(c, checklist.All(&s.content.Grid))
	same := p.fillRow(c, &a)
	if !same {
		for ref, joined := range checklist.JoinGrid(s.content, p.answers(), a.answers) {
			a.answers[ref] = joined
		}
		if done, err := p.keepAnswers(c, &a); done || err != nil {
			return err
		}
	}
	if same || a.errors != nil {
		return s.drawPattern(c, p, a.answers, a.errors)
	}
	c.settle()
	return c.to(p.within + "/pattern")
}
