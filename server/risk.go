package server

import (
	"errors"

	"keyholder/casework"
	"keyholder/casework/checklist"
	"keyholder/casework/personal"
	"keyholder/server/view"
)

// riskArea is the presence boxes and the triage.
func (s *Server) riskArea() area {
	var routes []route
	for _, r := range [][]route{
		forPlaces(s, methodGet, "/risk", s.showRisk),
		forPlaces(s, methodPost, "/risk/presence", s.savePresence),
		forPlaces(s, methodPost, "/risk/assess", s.assess),
		forPlaces(s, methodPost, "/risk/judge", s.judge),
	} {
		routes = append(routes, r...)
	}
	return area{routes: routes, pages: []view.Page{&riskPage{}}}
}

// riskPage holds the presence boxes, what does not fit the devices, and the lane with its reasons.
type riskPage struct {
	placeBase
	Lane         laneView
	Reopen       []string
	AssessAction string
	Differences  []difference
	Presence     questionView
	Rule         string
	SaveAction   string
	JudgeAction  string
	JudgeHead    headView
	Lanes        view.Radios
	Reason       view.Textarea
	Second       view.Input
}

// difference is a box that does not fit the devices: asked about, never overwritten.
type difference struct{ Text string }

func (riskPage) Template() string { return "risk/risk" }

func (s *Server) presence() []checklist.Asked { return checklist.All(&s.content.Presence) }

func (s *Server) showRisk(c *call, p *place) error {
	return s.drawRisk(c, p, p.answers(), nil)
}

func (s *Server) drawRisk(c *call, p *place, as checklist.Answers, errs view.FieldErrors) error {
	page := &riskPage{placeBase: p.base(c, "risk.title"), Lane: s.lane(c, p), Rule: s.content.PresenceRule}
	page.Back = p.wayBack(c)
	page.Lead, page.Errors = c.t("risk.lead"), errs
	page.Presence = p.ask(c, s.presence(), as, errs)[0]
	page.Presence.Text = ""
	for _, r := range p.file.Reopen(s.cfg.Now()) {
		page.Reopen = append(page.Reopen, c.t(string(r)))
	}
	for _, d := range p.file.PresenceDifferences() {
		page.Differences = append(page.Differences, difference{Text: s.differenceWords(c, d)})
	}
	page.SaveAction, page.AssessAction = c.at(p.within+"/risk/presence"), c.at(p.within+"/risk/assess")
	page.JudgeAction, page.JudgeHead = c.at(p.within+"/risk/judge"), p.headOf(casework.FieldJudgement)
	page.Lanes = view.Radios{Name: "lane", Label: c.t("risk.judge.lane"), Error: errs.For("lane")}
	for _, l := range casework.Lanes() {
		page.Lanes.Items = append(page.Lanes.Items, view.Choice{
			Value: string(l), Label: s.laneWords(l), Chosen: c.PostForm("lane") == string(l),
		})
	}
	page.Reason = view.Textarea{
		Name: "reason", Label: c.t("risk.judge.reason"), Value: c.PostForm("reason"), Error: errs.For("reason"), Rows: 3,
	}
	page.Second = view.Input{
		Name: "second", Label: c.t("risk.judge.second"), Hint: c.t("risk.judge.second.hint"), Value: c.PostForm("second"),
	}
	if errs != nil {
		return c.again(page)
	}
	return c.show(page)
}

// differenceWords asks about a box and the devices that do not fit each other.
func (s *Server) differenceWords(c *call, d casework.PresenceDifference) string {
	box := string(d.Field)
	if part := s.content.Presence.Part(box); part != nil {
		box = part.Label
	}
	state := s.content.StateLabels[d.State]
	if len(d.Devices) == 0 {
		return c.t("risk.difference.no_device", "box", box, "state", state)
	}
	return c.n("risk.difference.device", len(d.Devices), "box", box, "state", state)
}

func (s *Server) savePresence(c *call, p *place) error {
	a := p.read(c, s.presence())
	if done, err := p.keepAnswers(c, &a); done || err != nil {
		return err
	}
	if a.errors != nil {
		return s.drawRisk(c, p, a.answers, a.errors)
	}
	c.settle()
	c.flash("done", c.t("risk.saved"))
	return c.to(p.within + "/risk")
}

// assess keeps the result of the rule with its version and inputs.
func (s *Server) assess(c *call, p *place) error {
	if _, err := p.book.Assess(c.ctx(), p.id, p.act(c)); err != nil {
		return err
	}
	c.flash("done", c.t("risk.assessed"))
	return c.to(p.within + "/risk")
}

// judge keeps a worker's own lane beside the lane of the rule.
func (s *Server) judge(c *call, p *place) error {
	saw := casework.ValueID(c.PostForm(headPrefix + string(casework.FieldJudgement)))
	if c.PostForm(choicePrefix+"lane") == "theirs" {
		return c.to(p.within + "/risk")
	}
	_, err := p.book.Judge(c.ctx(), p.id, p.act(c), casework.Judging{
		Lane:   casework.Lane(c.PostForm("lane")),
		Reason: personal.New(c.PostForm("reason")), Second: personal.New(c.PostForm("second")), Seen: &saw,
	})
	if errs := c.fieldErrors(err); errs != nil {
		return s.drawRisk(c, p, p.answers(), errs)
	}
	if err != nil {
		return p.stale(c, err, s.laneContest(c))
	}
	c.settle()
	return c.to(p.within + "/risk")
}

// laneContest puts a judgement into words.
func (s *Server) laneContest(c *call) contests {
	return func(slot casework.Slot) (contest, bool) {
		return contest{
			name: "lane", head: headPrefix + string(casework.FieldJudgement), asked: c.t("risk.judge.lane"),
			words: func(v casework.Value) []string {
				return []string{s.laneWords(casework.Lane(v.Code())), v.Text.Reveal()}
			},
		}, slot.Field == casework.FieldJudgement
	}
}

// fieldErrors turns the errors of a form into words; nil when err is none.
func (c *call) fieldErrors(err error) view.FieldErrors {
	var wrong casework.FieldErrors
	var one *casework.Error
	if errors.As(err, &one) && one.Kind == casework.KindInvalid && one.Field != "" {
		wrong = casework.FieldErrors{one}
	} else if !errors.As(err, &wrong) {
		return nil
	}
	var out view.FieldErrors
	for _, e := range wrong {
		out.Add(e.Field, c.t(e.Key))
	}
	return out
}
