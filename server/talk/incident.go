package talk

import (
	"net/http"
	"slices"
	"strings"

	"keyholder/casework"
	"keyholder/casework/checklist"
	"keyholder/server/view"
	"keyholder/server/web"
)

// incidentArea looks at one thing they knew: the ways it may have come to them. What is entered is a row
// of the pattern grid, so that nothing has to be said twice.
func (s *pages) incidentArea() web.Area {
	routes := slices.Concat(
		web.ForPlaces(http.MethodGet, "/incident", s.showIncidents),
		web.ForPlaces(http.MethodPost, "/incident", s.addIncident),
		web.ForPlaces(http.MethodGet, "/incident/:row", s.showIncident),
		web.ForPlaces(http.MethodPost, "/incident/:row", s.saveIncident),
	)
	return web.Area{Routes: routes, Pages: []view.Page{&incidentsPage{}, &incidentPage{}}}
}

// incidentsPage lists what they knew, and takes one more thing.
type incidentsPage struct {
	web.PlaceBase
	Known  []view.Link
	Action string
	Row    web.RowView
}

func (incidentsPage) Template() string { return "checklist/incidents" }

func (s *pages) showIncidents(c *web.Call, p *web.Place) error {
	return s.drawIncidents(c, p, p.Answers(), nil)
}

func (s *pages) drawIncidents(c *web.Call, p *web.Place, as checklist.Answers, errs view.FieldErrors) error {
	page := &incidentsPage{PlaceBase: p.Base(c, "incident.title"), Action: c.At(p.Within + "/incident")}
	page.Lead, page.Errors, page.Back = c.T("incident.lead"), errs, p.WayBack(c)
	for _, row := range p.Answers().Rows(checklist.GridID) {
		words := s.incidentWords(p, row)
		page.Known = append(page.Known, view.Link{Text: words, Href: c.At(p.Within + "/incident/" + row)})
	}
	rows := p.Ask(c, checklist.All(&s.Content.Grid), as, errs)[0].Rows
	page.Row = rows[len(rows)-1]
	page.Row.Title = c.T("incident.one")
	if errs != nil {
		return c.Again(page)
	}
	return c.Show(page)
}

// incidentWords names one thing by what they knew and where it was.
func (s *pages) incidentWords(p *web.Place, row string) string {
	var parts []string
	for _, part := range []string{"what", "where"} {
		if words := gridCell(p, &s.Content.Grid, checklist.Ref{Entity: row, Question: checklist.GridID, Part: part}); words != "" {
			parts = append(parts, words)
		}
	}
	return strings.Join(parts, " – ")
}

// addIncident keeps a new row of the grid, lets question 01.6 know of it, and shows the ways.
func (s *pages) addIncident(c *web.Call, p *web.Place) error {
	a := p.Read(c, checklist.All(&s.Content.Grid))
	if a.Errors == nil && len(a.Answers.Rows(checklist.GridID)) == 0 {
		a.Errors.Add("a.grid.what", c.T("incident.empty"))
		return s.drawIncidents(c, p, p.Answers(), a.Errors)
	}
	for ref, joined := range checklist.JoinGrid(s.Content, p.Answers(), a.Answers) {
		a.Answers[ref] = joined
	}
	if done, err := p.KeepAnswers(c, &a); done || err != nil {
		return err
	}
	if a.Errors != nil {
		return s.drawIncidents(c, p, a.Answers, a.Errors)
	}
	c.Settle()
	before := p.Answers().Rows(checklist.GridID)
	return p.Run(c, func(c *web.Call, p *web.Place) error {
		for _, row := range p.Answers().Rows(checklist.GridID) {
			if !slices.Contains(before, row) {
				return c.To(p.Within + "/incident/" + row)
			}
		}
		return c.To(p.Within + "/incident")
	})
}

// incidentPage lists the ways that one thing does not speak against, each with what it would leave
// open, and the one question that tells them apart best. It concludes nothing.
type incidentPage struct {
	web.PlaceBase
	Said   view.SummaryList
	Action string
	Heads  []web.HeadView
	How    view.Checkboxes
	Ways   []wayView
	Next   *view.Next
}

// wayView is one way in words.
type wayView struct {
	Title  string
	Text   string
	Leaves []string    // what of this thing it would not explain
	Not    []string    // what it would not explain at all
	Ask    []view.Link // the questions that could tell
}

func (incidentPage) Template() string { return "checklist/incident" }

// incidentOf finds the row of the address.
func incidentOf(c *web.Call, p *web.Place) (casework.EntityID, checklist.Incident, error) {
	row := casework.EntityID(c.Param("row"))
	in, ok := p.File.Incident(row)
	if !ok {
		return "", in, &casework.Error{Kind: casework.KindNotFound, Key: "error.incident.not_found"}
	}
	return row, in, nil
}

func (s *pages) showIncident(c *web.Call, p *web.Place) error { return s.drawIncident(c, p, nil) }

func (s *pages) drawIncident(c *web.Call, p *web.Place, errs view.FieldErrors) error {
	row, in, err := incidentOf(c, p)
	if err != nil {
		return err
	}
	page := &incidentPage{PlaceBase: p.Base(c, "incident.title"), Action: c.At(p.Within + "/incident/" + string(row))}
	page.Lead, page.Errors = c.T("incident.ways.lead"), errs
	page.Back = &view.Link{Text: c.T("incident.title"), Href: c.At(p.Within + "/incident")}
	for _, col := range s.Content.Grid.Rows.Columns {
		ref := checklist.Ref{Entity: string(row), Question: checklist.GridID, Part: col.Name}
		page.Said.Rows = append(page.Said.Rows, view.Row{Key: col.Label, Value: gridCell(p, &s.Content.Grid, ref)})
	}
	head := p.File.Head(row, casework.FieldBack)
	page.How = s.howBack(c, head, errs)
	page.Heads = []web.HeadView{{Name: web.HeadPrefix + "back", Value: string(head.ID)}}
	ways := s.Content.Plausible(in)
	for _, way := range ways {
		page.Ways = append(page.Ways, s.wayView(c, c.At(p.Within+"/ask/"), way))
	}
	if q := s.Content.Separates(ways, p.Answers()); q != nil {
		page.Next = &view.Next{Text: q.Text, Reason: c.T("incident.next"), Href: c.At(p.Within + "/ask/" + q.ID)}
	}
	if errs != nil {
		return c.Again(page)
	}
	return c.Show(page)
}

// howBack asks how it came back to her.
func (s *pages) howBack(c *web.Call, head casework.Value, errs view.FieldErrors) view.Checkboxes {
	typed, sent := c.GetPostFormArray("back")
	boxes := view.Checkboxes{Name: "back", Label: c.T("incident.back"), Hint: c.T("incident.back.hint"), Error: errs.For("back")}
	for _, o := range s.Content.Incidents.Back {
		chosen := head.Has(o.Code)
		if sent {
			chosen = slices.Contains(typed, o.Code)
		}
		boxes.Items = append(boxes.Items, view.Choice{Value: o.Code, Label: o.Label, Chosen: chosen})
	}
	boxes.Items = append(boxes.Items, view.Choice{
		Value: checklist.CodeDontKnow, Label: s.Content.StateLabels[checklist.DontKnow], Alone: true,
		Chosen: head.State == checklist.DontKnow,
	})
	return boxes
}

// wayView puts a way into words; its questions lead to their pages below ask. Ordinary ways look like all others.
func (s *pages) wayView(c *web.Call, ask string, p checklist.Plausible) wayView {
	v := wayView{Title: p.Way.Title, Text: p.Way.Text, Not: p.Way.Not}
	for name, codes := range map[string][]string{"what": p.Leaves.What, "where": p.Leaves.Where} {
		part := s.Content.Grid.Part(name)
		for _, code := range codes {
			v.Leaves = append(v.Leaves, c.T("incident.leaves."+name, "what", part.Option(code).Label))
		}
	}
	back := checklist.Part{Options: s.Content.Incidents.Back}
	for _, code := range p.Leaves.Back {
		v.Leaves = append(v.Leaves, c.T("incident.leaves.back", "what", back.Option(code).Label))
	}
	slices.Sort(v.Leaves)
	for _, id := range p.Way.Ask {
		v.Ask = append(v.Ask, view.Link{Text: s.Content.Question(id).Text, Href: ask + id})
	}
	return v
}

// saveIncident keeps how it came back to her.
func (s *pages) saveIncident(c *web.Call, p *web.Place) error {
	row, _, err := incidentOf(c, p)
	if err != nil {
		return err
	}
	web.LeaveTheirs(c)
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
	err = p.Book.SaveBack(c.Ctx(), p.ID, p.Act(c), row, answer,
		map[casework.Slot]casework.ValueID{slot: casework.ValueID(c.PostForm(web.HeadPrefix + "back"))})
	if errs := c.FieldErrors(err); errs != nil {
		return s.drawIncident(c, p, errs)
	}
	if err != nil {
		return p.Stale(c, err, s.backContest(c))
	}
	c.Settle()
	return c.To(p.Within + "/incident/" + string(row))
}

// backContest puts how it came back into words.
func (s *pages) backContest(c *web.Call) web.Contests {
	part := checklist.Part{Kind: checklist.KindMulti, Options: s.Content.Incidents.Back}
	return func(slot casework.Slot) (web.Contest, bool) {
		return web.Contest{
			Name: "back", Head: web.HeadPrefix + "back", Asked: c.T("incident.back"),
			Words: func(v casework.Value) []string { return s.Content.Words(&part, v.Answer()) },
		}, slot.Field == casework.FieldBack
	}
}
