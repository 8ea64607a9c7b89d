package talk

import (
	"net/http"
	"strconv"
	"strings"

	"keyholder/casework"
	"keyholder/casework/checklist"
	"keyholder/server/view"
	"keyholder/server/web"
)

// sittingArea is a session with a survivor: the first walk, the agreement, the summary, the end.
// Nothing of it is written anywhere until she has agreed to a record.
func (s *pages) sittingArea() web.Area {
	in := func(h web.Placed) web.Handler { return func(c *web.Call) error { return web.InSitting(c, h) } }
	routes := []web.Route{
		web.Get("/session", s.newSitting),
		web.Post("/session", s.startSitting),
		web.Get("/session/:sitting/summary", in(s.showSummary)),
		web.Transient("/session/:sitting/without", in(s.withoutRecord)),
		web.Get("/session/:sitting/end", in(s.showEnd)),
		web.Transient("/session/:sitting/end", in(s.endSitting)),
	}
	// A screen sent into a lock comes back in the case, so the case has the screens as well.
	routes = append(routes, web.ForPlaces(http.MethodGet, "/first/:screen", s.showScreen)...)
	routes = append(routes, web.ForPlaces(http.MethodPost, "/first/:screen", s.saveScreen)...)
	routes = append(routes, web.ForPlaces(http.MethodGet, "/stop", s.showStop)...)
	return web.Area{
		Routes: routes,
		Pages:  []view.Page{&screenPage{}, &web.ConflictPage{}, &stopPage{}, &summaryPage{}, &endPage{}},
	}
}

// screenPage is one screen of the first walk.
type screenPage struct {
	web.PlaceBase
	Action    string
	Step      string // "Screen 2 of 7"
	Questions []web.QuestionView
	Attach    *view.Select // which case the record goes to, on the screen of the agreement
	Danger    *view.Inset
	Continue  view.Button
	Stop      view.Button
}

func (screenPage) Template() string { return "session/screen" }

// newSitting shows the first question. There is no sitting yet: one starts with the first answer.
func (s *pages) newSitting(c *web.Call) error {
	return s.drawScreen(c, s.blankPlace(c), 0, nil, nil)
}

// blankPlace stands for a sitting that has not started.
func (s *pages) blankPlace(c *web.Call) *web.Place {
	empty := casework.NewFile(s.Content, casework.Case{}, nil, nil, nil)
	return &web.Place{Book: c.Book(), Within: "/session", File: empty, Blank: true}
}

// startSitting starts the sitting in memory and keeps the answers of the first screen there.
func (s *pages) startSitting(c *web.Call) error {
	p := s.blankPlace(c)
	if a := p.Read(c, s.Content.Screen(0)); a.Errors != nil {
		return s.drawScreen(c, p, 0, a.Answers, a.Errors)
	}
	sitting, err := c.Book().StartConsultation(c.Ctx(), c.Opened.Worker)
	if err != nil {
		return err
	}
	s.Sittings.Add(sitting)
	c.Session.Sit(sitting.ID)
	started := &web.Place{
		Book: sitting.Casebook(), ID: sitting.Case(), Sitting: sitting,
		Within: "/session/" + string(sitting.ID),
	}
	return started.Run(c, func(c *web.Call, p *web.Place) error { return s.saveAt(c, p, 0) })
}

func (s *pages) showScreen(c *web.Call, p *web.Place) error {
	n, err := s.screenNumber(c)
	if err != nil {
		return err
	}
	return s.drawScreen(c, p, n, p.Answers(), nil)
}

func (s *pages) saveScreen(c *web.Call, p *web.Place) error {
	n, err := s.screenNumber(c)
	if err != nil {
		return err
	}
	return s.saveAt(c, p, n)
}

// screenNumber reads the screen from the address, counted from 1 there and from 0 here.
func (s *pages) screenNumber(c *web.Call) (int, error) {
	n, err := strconv.Atoi(c.Param("screen"))
	if err != nil || n < 1 || n > len(s.Content.First.Screens) {
		return 0, &casework.Error{Kind: casework.KindNotFound, Key: "frame.error.not_found"}
	}
	return n - 1, nil
}

// saveAt keeps the answers of screen n and goes where the worker wants to go next.
func (s *pages) saveAt(c *web.Call, p *web.Place, n int) error {
	a := p.Read(c, s.Content.Screen(n))
	if done, err := p.KeepAnswers(c, &a); done || err != nil {
		return err
	}
	if a.Errors != nil {
		return s.drawScreen(c, p, n, a.Answers, a.Errors)
	}
	if err := s.settleRecord(c, p, s.Content.Screen(n)); err != nil {
		return p.Stale(c, err, p.AnswerContest(attachPrefix))
	}
	c.Settle()
	return s.afterScreen(c, p, n)
}

// settleRecord puts the sitting on record once the survivor agreed, and only then.
func (s *pages) settleRecord(c *web.Call, p *web.Place, asked []checklist.Asked) error {
	if p.Recorded() || !asks(asked, web.AgreementQuestion) {
		return nil
	}
	f, err := p.Book.Read(c.Ctx(), p.ID, c.Opened.Worker)
	if err != nil {
		return err
	}
	if f.ConsentTo(casework.ConsentRecord) != checklist.Yes {
		return nil
	}
	return p.Sitting.Keep(c.Ctx(), s.keeping(c))
}

// attachPrefix marks the values of an existing case that the worker saw on the conflict page when
// the sitting goes on record there.
const attachPrefix = "k."

// keeping reads where the sitting goes on record, and what the worker chose where the case says
// something else.
func (s *pages) keeping(c *web.Call) casework.Keeping {
	k := casework.Keeping{
		Submission: web.Also(c.Submission(), "keep"), Attach: casework.CaseID(c.PostForm("attach")),
		Expect: map[casework.Slot]casework.ValueID{},
	}
	for name, values := range c.Request.PostForm {
		key, attached := strings.CutPrefix(name, attachPrefix)
		if !attached || len(values) == 0 {
			continue
		}
		question, entity, _ := strings.Cut(key, "@")
		slot := casework.Slot{Entity: casework.EntityID(entity), Field: casework.Field("q:" + question)}
		if c.PostForm(web.ChoicePrefix+key) == "theirs" {
			k.Leave = append(k.Leave, slot)
			continue
		}
		k.Expect[slot] = casework.ValueID(values[0])
	}
	return k
}

// afterScreen leads on: out when it is not safe to talk, to the summary when the worker stops, and
// else to the next screen. A case has no summary: it has its first page.
func (s *pages) afterScreen(c *web.Call, p *web.Place, n int) error {
	then, end := c.PostForm("_then"), "/summary"
	if p.Sitting == nil {
		end = ""
	} else {
		p.Book, p.ID = p.Sitting.Casebook(), p.Sitting.Case()
	}
	f, err := p.Book.Read(c.Ctx(), p.ID, c.Opened.Worker)
	if err != nil {
		return err
	}
	switch {
	case checklist.Closed(checklist.Gates(s.Content, f.Answers())):
		return c.To(p.Within + "/stop")
	case then == "stop" || n+1 >= len(s.Content.First.Screens), p.Sitting == nil && then != "go":
		return c.To(p.Within + end)
	}
	return c.To(p.Within + "/first/" + strconv.Itoa(n+2))
}

func asks(asked []checklist.Asked, question string) bool {
	for _, k := range asked {
		if k.Question.ID == question {
			return true
		}
	}
	return false
}

// drawScreen shows screen n. Without errors the answers are those that stand.
func (s *pages) drawScreen(c *web.Call, p *web.Place, n int, as checklist.Answers, errs view.FieldErrors) error {
	screen := s.Content.First.Screens[n]
	page := &screenPage{PlaceBase: p.PlainBase(c), Action: c.At(p.Within)}
	page.Window = c.T("session.summary.title.window")
	page.Title, page.Lead, page.Errors = screen.Title, screen.Intro, errs
	if !p.Blank {
		page.Action = c.At(p.Within + "/first/" + strconv.Itoa(n+1))
	}
	page.Step = c.T("session.screen.step", "number", n+1, "of", len(s.Content.First.Screens))
	asked := s.Content.Screen(n)
	page.Questions = p.Ask(c, asked, as, errs)
	page.Danger = danger(c, p)
	page.Continue = view.Button{Text: c.T("session.screen.continue"), Name: "_then", Value: "go"}
	page.Stop = view.Button{Text: c.T("session.screen.stop"), Name: "_then", Value: "stop", Kind: "secondary"}
	if n > 0 {
		page.Back = &view.Link{Text: c.T("frame.back"), Href: c.At(p.Within + "/first/" + strconv.Itoa(n))}
	}
	if asks(asked, web.AgreementQuestion) && !p.Recorded() {
		var err error
		if page.Attach, err = s.attachChoice(c); err != nil {
			return err
		}
	}
	if errs != nil {
		return c.Again(page)
	}
	return c.Show(page)
}

// attachChoice offers the cases that the record may go to; nil when there is none yet.
func (s *pages) attachChoice(c *web.Call) (*view.Select, error) {
	cases, err := c.Opened.Cases.Cases(c.Ctx())
	if err != nil || len(cases) == 0 {
		return nil, err
	}
	sel := &view.Select{
		Name: "attach", Label: c.T("session.attach.label"), Hint: c.T("session.attach.hint"),
		Items: []view.Choice{{Label: c.T("session.attach.new")}},
	}
	for _, k := range cases {
		sel.Items = append(sel.Items, view.Choice{Value: string(k.ID), Label: k.Code, Chosen: c.PostForm("attach") == string(k.ID)})
	}
	return sel, nil
}

// danger points to the emergency page while an answer says that there is danger today.
func danger(c *web.Call, p *web.Place) *view.Inset {
	for _, hit := range checklist.Gates(p.File.Content, p.Answers()) {
		if hit.Gate.Result == "danger" && len(hit.Gate.Text) > 0 {
			return &view.Inset{Title: hit.Gate.Title, Text: hit.Gate.Text[0], Tone: "act"}
		}
	}
	return nil
}

// withoutRecord goes on in memory only.
func (s *pages) withoutRecord(c *web.Call, p *web.Place) error {
	p.Sitting.WithoutRecord()
	return c.To(p.Within + "/summary")
}

// stopPage says what to do when it is not safe to talk.
type stopPage struct {
	web.PlaceBase
	Lines []string
	Next  view.Button
}

func (stopPage) Template() string { return "session/stop" }

func (s *pages) showStop(c *web.Call, p *web.Place) error {
	page := &stopPage{PlaceBase: p.Base(c, "session.stop.title")}
	for _, hit := range checklist.Gates(s.Content, p.Answers()) {
		if hit.Gate.Result == "stop" {
			page.Title, page.Lines = hit.Gate.Title, hit.Gate.Text
		}
	}
	page.Back = &view.Link{Text: c.T("session.stop.back"), Href: c.At(p.Within + "/first/1")}
	page.Next = view.Button{Text: c.T("session.stop.end"), Href: c.At(p.Within + "/end")}
	if p.Sitting == nil {
		page.Next = view.Button{Text: c.T("session.stop.case"), Href: c.At(p.Within)}
	}
	return c.Show(page)
}
