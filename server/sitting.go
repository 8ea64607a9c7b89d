package server

import (
	"strconv"
	"strings"

	"keyholder/casework"
	"keyholder/casework/checklist"
	"keyholder/server/view"
)

// sittingArea is a session with a survivor: the first walk, the agreement, the summary, the end.
// Nothing of it is written anywhere until she has agreed to a record.
func (s *Server) sittingArea() area {
	in := func(h placed) handler { return func(c *call) error { return s.inSitting(c, h) } }
	routes := []route{
		get("/session", s.newSitting),
		post("/session", s.startSitting),
		get("/session/:sitting/summary", in(s.showSummary)),
		transient("/session/:sitting/without", in(s.withoutRecord)),
		get("/session/:sitting/end", in(s.showEnd)),
		transient("/session/:sitting/end", in(s.endSitting)),
	}
	// A screen sent into a lock comes back in the case, so the case has the screens as well.
	routes = append(routes, forPlaces(s, methodGet, "/first/:screen", s.showScreen)...)
	routes = append(routes, forPlaces(s, methodPost, "/first/:screen", s.saveScreen)...)
	routes = append(routes, forPlaces(s, methodGet, "/stop", s.showStop)...)
	return area{
		routes: routes,
		pages:  []view.Page{&screenPage{}, &conflictPage{}, &stopPage{}, &summaryPage{}, &endPage{}},
	}
}

// screenPage is one screen of the first walk.
type screenPage struct {
	placeBase
	Action    string
	Step      string // "Screen 2 of 7"
	Questions []questionView
	Attach    *view.Select // which case the record goes to, on the screen of the agreement
	Danger    *view.Inset
	Continue  view.Button
	Later     view.Button
	Stop      view.Button
}

func (screenPage) Template() string { return "session/screen" }

// agreementQuestion is where the survivor agrees to a record, purpose by purpose.
const agreementQuestion = "00.7"

// newSitting shows the first question. There is no sitting yet: one starts with the first answer.
func (s *Server) newSitting(c *call) error {
	return s.drawScreen(c, s.blankPlace(c), 0, nil, nil)
}

// blankPlace stands for a sitting that has not started.
func (s *Server) blankPlace(c *call) *place {
	empty := casework.NewFile(s.content, casework.Case{}, nil, nil, nil)
	return &place{book: s.book(c), within: "/session", file: empty, blank: true}
}

// startSitting starts the sitting in memory and keeps the answers of the first screen there.
func (s *Server) startSitting(c *call) error {
	p := s.blankPlace(c)
	if a := p.read(c, s.content.Screen(0)); a.errors != nil {
		return s.drawScreen(c, p, 0, a.answers, a.errors)
	}
	sitting, err := s.book(c).StartConsultation(c.ctx(), c.opened.Worker)
	if err != nil {
		return err
	}
	s.sittings.Add(sitting)
	c.session.sit(sitting.ID)
	started := &place{
		book: sitting.Casebook(), id: sitting.Case(), sitting: sitting,
		within: "/session/" + string(sitting.ID),
	}
	return started.run(c, func(c *call, p *place) error { return s.saveAt(c, p, 0) })
}

func (s *Server) showScreen(c *call, p *place) error {
	n, err := s.screenNumber(c)
	if err != nil {
		return err
	}
	return s.drawScreen(c, p, n, p.answers(), nil)
}

func (s *Server) saveScreen(c *call, p *place) error {
	n, err := s.screenNumber(c)
	if err != nil {
		return err
	}
	return s.saveAt(c, p, n)
}

// screenNumber reads the screen from the address, counted from 1 there and from 0 here.
func (s *Server) screenNumber(c *call) (int, error) {
	n, err := strconv.Atoi(c.Param("screen"))
	if err != nil || n < 1 || n > len(s.content.First.Screens) {
		return 0, &casework.Error{Kind: casework.KindNotFound, Key: "frame.error.not_found"}
	}
	return n - 1, nil
}

// saveAt keeps the answers of screen n and goes where the worker wants to go next.
func (s *Server) saveAt(c *call, p *place, n int) error {
	a := p.read(c, s.content.Screen(n))
	if done, err := p.keepAnswers(c, &a); done || err != nil {
		return err
	}
	if a.errors != nil {
		return s.drawScreen(c, p, n, a.answers, a.errors)
	}
	if err := s.settleRecord(c, p, s.content.Screen(n)); err != nil {
		return p.stale(c, err, p.answerContest(attachPrefix))
	}
	c.settle()
	return s.afterScreen(c, p, n)
}

// settleRecord puts the sitting on record once the survivor agreed, and only then.
func (s *Server) settleRecord(c *call, p *place, asked []checklist.Asked) error {
	if p.recorded() || !asks(asked, agreementQuestion) {
		return nil
	}
	f, err := p.book.Read(c.ctx(), p.id, c.opened.Worker)
	if err != nil {
		return err
	}
	if f.ConsentTo(casework.ConsentRecord) != checklist.Yes {
		return nil
	}
	return p.sitting.Keep(c.ctx(), s.keeping(c))
}

// also names the second change that one form post makes; a post without an id names none.
func also(submission, what string) string {
	if submission == "" {
		return ""
	}
	return submission + "-" + what
}

// attachPrefix marks the values of an existing case that the worker saw on the conflict page when
// the sitting goes on record there.
const attachPrefix = "k."

// keeping reads where the sitting goes on record, and what the worker chose where the case says
// something else.
func (s *Server) keeping(c *call) casework.Keeping {
	k := casework.Keeping{
		Submission: also(c.submission(), "keep"), Attach: casework.CaseID(c.PostForm("attach")),
		Expect: map[casework.Slot]casework.ValueID{},
	}
	for name, values := range c.Request.PostForm {
		key, attached := strings.CutPrefix(name, attachPrefix)
		if !attached || len(values) == 0 {
			continue
		}
		question, entity, _ := strings.Cut(key, "@")
		slot := casework.Slot{Entity: casework.EntityID(entity), Field: casework.Field("q:" + question)}
		if c.PostForm(choicePrefix+key) == "theirs" {
			k.Leave = append(k.Leave, slot)
			continue
		}
		k.Expect[slot] = casework.ValueID(values[0])
	}
	return k
}

// afterScreen leads on: out when it is not safe to talk, to the summary when the worker stops, and
// else to the next screen. A case has no summary: it has its first page.
func (s *Server) afterScreen(c *call, p *place, n int) error {
	then, end := c.PostForm("_then"), "/summary"
	if p.sitting == nil {
		end = ""
	} else {
		p.book, p.id = p.sitting.Casebook(), p.sitting.Case()
	}
	f, err := p.book.Read(c.ctx(), p.id, c.opened.Worker)
	if err != nil {
		return err
	}
	switch {
	case checklist.Closed(checklist.Gates(s.content, f.Answers())):
		return c.to(p.within + "/stop")
	case then == "stop" || n+1 >= len(s.content.First.Screens), p.sitting == nil && then != "go":
		return c.to(p.within + end)
	}
	return c.to(p.within + "/first/" + strconv.Itoa(n+2))
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
func (s *Server) drawScreen(c *call, p *place, n int, as checklist.Answers, errs view.FieldErrors) error {
	screen := s.content.First.Screens[n]
	page := &screenPage{placeBase: p.plainBase(c), Action: c.at(p.within)}
	page.Title, page.Lead, page.Errors = screen.Title, screen.Intro, errs
	if !p.blank {
		page.Action = c.at(p.within + "/first/" + strconv.Itoa(n+1))
	}
	page.Step = c.t("session.screen.step", "number", n+1, "of", len(s.content.First.Screens))
	asked := s.content.Screen(n)
	page.Questions = p.ask(c, asked, as, errs)
	page.Danger = p.danger(c)
	page.Continue = view.Button{Text: c.t("session.screen.continue"), Name: "_then", Value: "go"}
	page.Stop = view.Button{Text: c.t("session.screen.stop"), Name: "_then", Value: "stop", Kind: "secondary"}
	if n > 0 {
		page.Back = &view.Link{Text: c.t("frame.back"), Href: c.at(p.within + "/first/" + strconv.Itoa(n))}
	}
	if asks(asked, agreementQuestion) && !p.recorded() {
		var err error
		if page.Attach, err = s.attachChoice(c); err != nil {
			return err
		}
	}
	if errs != nil {
		return c.again(page)
	}
	return c.show(page)
}

// attachChoice offers the cases that the record may go to; nil when there is none yet.
func (s *Server) attachChoice(c *call) (*view.Select, error) {
	cases, err := c.opened.Cases.Cases(c.ctx())
	if err != nil || len(cases) == 0 {
		return nil, err
	}
	sel := &view.Select{
		Name: "attach", Label: c.t("session.attach.label"), Hint: c.t("session.attach.hint"),
		Items: []view.Choice{{Label: c.t("session.attach.new")}},
	}
	for _, k := range cases {
		sel.Items = append(sel.Items, view.Choice{Value: string(k.ID), Label: k.Code, Chosen: c.PostForm("attach") == string(k.ID)})
	}
	return sel, nil
}

// danger points to the emergency page while an answer says that there is danger today.
func (p *place) danger(c *call) *view.Inset {
	for _, hit := range checklist.Gates(p.file.Content, p.answers()) {
		if hit.Gate.Result == "danger" && len(hit.Gate.Text) > 0 {
			return &view.Inset{Title: hit.Gate.Title, Text: hit.Gate.Text[0], Tone: "act"}
		}
	}
	return nil
}

// withoutRecord goes on in memory only.
func (s *Server) withoutRecord(c *call, p *place) error {
	p.sitting.WithoutRecord()
	return c.to(p.within + "/summary")
}

// stopPage says what to do when it is not safe to talk.
type stopPage struct {
	placeBase
	Lines []string
	Next  view.Button
}

func (stopPage) Template() string { return "session/stop" }

func (s *Server) showStop(c *call, p *place) error {
	page := &stopPage{placeBase: p.base(c, "session.stop.title")}
	for _, hit := range checklist.Gates(s.content, p.answers()) {
		if hit.Gate.Result == "stop" {
			page.Title, page.Lines = hit.Gate.Title, hit.Gate.Text
		}
	}
	page.Back = &view.Link{Text: c.t("session.stop.back"), Href: c.at(p.within + "/first/1")}
	page.Next = view.Button{Text: c.t("session.stop.end"), Href: c.at(p.within + "/end")}
	if p.sitting == nil {
		page.Next = view.Button{Text: c.t("session.stop.case"), Href: c.at(p.within)}
	}
	return c.show(page)
}
