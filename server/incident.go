package server

import (
	"slices"
	"strings"

	"keyholder/casework"
	"keyholder/casework/checklist"
	"keyholder/server/view"
)

// incidentArea looks at one thing they knew: the ways it may have come to them. What is entered is a row
// of the pattern grid, so that nothing has to be said twice.
func (s *Server) incidentArea() area {
	var routes []route
	for _, r := range [][]route{
		forPlaces(s, methodGet, "/incident", s.showIncidents),
		forPlaces(s, methodPost, "/incident", s.addIncident),
		forPlaces(s, methodGet, "/incident/:row", s.showIncident),
		forPlaces(s, methodPost, "/incident/:row", s.saveIncident),
	} {
		routes = append(routes, r...)
	}
	return area{routes: routes, pages: []view.Page{&incidentsPage{}, &incidentPage{}}}
}

// incidentsPage lists what they knew, and takes one more thing.
type incidentsPage struct {
	placeBase
	Known  []view.Link
	Action string
	Row    rowView
}

func (incidentsPage) Template() string { return "checklist/incidents" }

func (s *Server) showIncidents(c *call, p *place) error {
	return s.drawIncidents(c, p, p.answers(), nil)
}

func (s *Server) drawIncidents(c *call, p *place, as checklist.Answers, errs view.FieldErrors) error {
	page := &incidentsPage{placeBase: p.base(c, "incident.title"), Action: c.at(p.within + "/incident")}
	page.Lead, page.Errors, page.Back = c.t("incident.lead"), errs, p.wayBack(c)
	for _, row := range p.answers().Rows(checklist.GridID) {
		words := s.incidentWords(p, row)
		page.Known = append(page.Known, view.Link{Text: words, Href: c.at(p.within + "/incident/" + row)})
	}
	rows := p.ask(c, checklist.All(&s.content.Grid), as, errs)[0].Rows
	page.Row = rows[len(rows)-1]
	page.Row.Title = c.t("incident.one")
	if errs != nil {
		return c.again(page)
	}
	return c.show(page)
}

// incidentWords names one thing by what they knew and where it was.
func (s *Server) incidentWords(p *place, row string) string {
	var parts []string
	for _, part := range []string{"what", "where"} {
		if words := p.gridCell(&s.content.Grid, checklist.Ref{Entity: row, Question: checklist.GridID, Part: part}); words != "" {
			parts = append(parts, words)
		}
	}
	return strings.Join(parts, " – ")
}

// addIncident keeps a new row of the grid, lets question 01.6 know of it, and shows the ways.
func (s *Server) addIncident(c *call, p *place) error {
	a := p.read(c, checklist.All(&s.content.Grid))
	if a.errors == nil && len(a.answers.Rows(checklist.GridID)) == 0 {
		a.errors.Add("a.grid.what", c.t("incident.empty"))
		return s.drawIncidents(c, p, p.answers(), a.errors)
	}
	for ref, joined := range checklist.JoinGrid(s.content, p.answers(), a.answers) {
		a.answers[ref] = joined
	}
	if done, err := p.keepAnswers(c, &a); done || err != nil {
		return err
	}
	if a.errors != nil {
		return s.drawIncidents(c, p, a.answers, a.errors)
	}
	c.settle()
	before := p.answers().Rows(checklist.GridID)
	return p.run(c, func(c *call, p *place) error {
		for _, row := range p.answers().Rows(checklist.GridID) {
			if !slices.Contains(before, row) {
				return c.to(p.within + "/incident/" + row)
			}
		}
		return c.to(p.within + "/incident")
	})
}

// incidentPage lists the ways that one thing does not speak against, each with what it would leave
// open, and the one question that tells them apart best. It concludes nothing.
type incidentPage struct {
	placeBase
	Said   view.SummaryList
	Action string
	Heads  []headView
	How    view.Checkboxes
	Ways   []wayView
	Next   *view.Next
}

// wayView is one way in words.
type wayView struct {
	Title  string
	Text   string
	Leaves []string // what of this thing it would not explain
	Not    []string // what it would not explain at all
	Facts  []view.Row
}

func (incidentPage) Template() string { return "checklist/incident" }

// incidentOf finds the row of the address.
func incidentOf(c *call, p *place) (casework.EntityID, checklist.Incident, error) {
	row := casework.EntityID(c.Param("row"))
	in, ok := p.file.Incident(row)
	if !ok {
		return "", in, &casework.Error{Kind: casework.KindNotFound, Key: "error.incident.not_found"}
	}
	return row, in, nil
}

func (s *Server) showIncident(c *call, p *place) error { return s.drawIncident(c, p, nil) }

func (s *Server) drawIncident(c *call, p *place, errs view.FieldErrors) error {
	row, in, err := incidentOf(c, p)
	if err != nil {
		return err
	}
	page := &incidentPage{placeBase: p.base(c, "incident.title"), Action: c.at(p.within + "/incident/" + string(row))}
	page.Lead, page.Errors = c.t("incident.ways.lead"), errs
	page.Back = &view.Link{Text: c.t("incident.title"), Href: c.at(p.within + "/incident")}
	for _, col := range s.content.Grid.Rows.Columns {
		ref := checklist.Ref{Entity: string(row), Question: checklist.GridID, Part: col.Name}
		page.Said.Rows = append(page.Said.Rows, view.Row{Key: col.Label, Value: p.gridCell(&s.content.Grid, ref)})
	}
	head := p.file.Head(row, casework.FieldBack)
	page.How = s.howBack(c, head, errs)
	page.Heads = []headView{{Name: headPrefix + "back", Value: string(head.ID)}}
	ways := s.content.Plausible(in)
	for _, way := range ways {
		page.Ways = append(page.Ways, s.wayView(c, way))
	}
	if q := s.content.Separates(ways, p.answers()); q != nil {
		page.Next = &view.Next{Text: q.Text, Reason: c.t("incident.next"), Href: c.at(p.within + "/ask/" + q.ID)}
	}
	if errs != nil {
		return c.again(page)
	}
	return c.show(page)
}

// howBack asks how it came back to her.
func (s *Server) howBack(c *call, head casework.Value, errs view.FieldErrors) view.Checkboxes {
	typed, sent := c.GetPostFormArray("back")
	boxes := view.Checkboxes{Name: "back", Label: c.t("incident.back"), Hint: c.t("incident.back.hint"), Error: errs.For("back")}
	for _, o := range s.content.Incidents.Back {
		chosen := head.Has(o.Code)
		if sent {
			chosen = slices.Contains(typed, o.Code)
		}
		boxes.Items = append(boxes.Items, view.Choice{Value: o.Code, Label: o.Label, Chosen: chosen})
	}
	boxes.Items = append(boxes.Items, view.Choice{
		Value: checklist.CodeDontKnow, Label: s.content.StateLabels[checklist.DontKnow], Alone: true,
		Chosen: head.State == checklist.DontKnow,
	})
	return boxes
}

// wayView puts a way into words. Ordinary ways look like all others.
func (s *Server) wayView(c *call, p checklist.Plausible) wayView {
	v := wayView{Title: p.Way.Title, Text: p.Way.Text, Not: p.Way.Not}
	for name, codes := range map[string][]string{"what": p.Leaves.What, "where": p.Leaves.Where} {
		part := s.content.Grid.Part(name)
		for _, code := range codes {
			v.Leaves = append(v.Leaves, c.t("incident.leaves."+name, "what", part.Option(code).Label))
		}
	}
	back := checklist.Part{Options: s.content.Incidents.Back}
	for _, code := range p.Leaves.Back {
		v.Leaves = append(v.Leaves, c.t("incident.leaves.back", "what", back.Option(code).Label))
	}
	slices.Sort(v.Leaves)
	for _, id := range p.Way.Ask {
		v.Facts = append(v.Facts, row(c, "incident.ask", s.content.Question(id).Text))
	}
	return v
}

// saveIncident keeps how it came back to her.
func (s *Server) saveIncident(c *call, p *place) error {
	row, _, err := incidentOf(c, p)
	if err != nil {
		return err
	}
	leaveTheirs(c)
	slot := casework.Slot{Entity: row, Field: casework.FieldBack}
	answer := checklist.Answer{State: checklist.NotAsked}
	for _, code := range c.PostFormArray("back") {
		if code == checklist.CodeDontKnow {
			answer.State = checklist.DontKnow
			continue
		}
		answer.Codes = append(answer.Codes, code)
	}
	if len(answer.Codes) > 0 && answer.State == checklist.NotAsked {
		answer.State = checklist.Yes
	}
	err = p.book.SaveBack(c.ctx(), p.id, p.act(c), row, answer,
		map[casework.Slot]casework.ValueID{slot: casework.ValueID(c.PostForm(headPrefix + "back"))})
	if errs := c.fieldErrors(err); errs != nil {
		return s.drawIncident(c, p, errs)
	}
	if err != nil {
		return p.stale(c, err, s.backContest(c))
	}
	c.settle()
	return c.to(p.within + "/incident/" + string(row))
}

// backContest puts how it came back into words.
func (s *Server) backContest(c *call) contests {
	part := checklist.Part{Kind: checklist.KindMulti, Options: s.content.Incidents.Back}
	return func(slot casework.Slot) (contest, bool) {
		return contest{
			name: "back", head: headPrefix + "back", asked: c.t("incident.back"),
			words: func(v casework.Value) []string { return s.content.Words(&part, v.Answer()) },
		}, slot.Field == casework.FieldBack
	}
}
