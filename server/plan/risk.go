package plan

import (
	"net/http"
	"slices"

	"keyholder/casework"
	"keyholder/casework/checklist"
	"keyholder/casework/personal"
	"keyholder/server/view"
	"keyholder/server/web"
	"keyholder/server/wording"
)

// riskArea is the presence boxes and the triage.
func (s *pages) riskArea() web.Area {
	routes := slices.Concat(
		web.ForPlaces(http.MethodGet, "/risk", s.showRisk),
		web.ForPlaces(http.MethodPost, "/risk/presence", s.savePresence),
		web.ForPlaces(http.MethodPost, "/risk/assess", s.assess),
		web.ForPlaces(http.MethodPost, "/risk/judge", s.judge),
	)
	return web.Area{Routes: routes, Pages: []view.Page{&riskPage{}}}
}

// riskPage holds the presence boxes, what does not fit the devices, and the lane with its reasons.
type riskPage struct {
	web.PlaceBase
	Lane         wording.LaneView
	Reopen       []string
	AssessAction string
	Differences  []difference
	Presence     web.QuestionView
	Rule         string
	SaveAction   string
	JudgeAction  string
	JudgeHead    web.HeadView
	Lanes        view.Radios
	Reason       view.Textarea
	Second       view.Input
}

// difference is a box that does not fit the devices: asked about, never overwritten.
type difference struct{ Text string }

func (riskPage) Template() string { return "risk/risk" }

func (s *pages) presence() []checklist.Asked { return checklist.All(&s.Content.Presence) }

func (s *pages) showRisk(c *web.Call, p *web.Place) error {
	return s.drawRisk(c, p, p.Answers(), nil)
}

func (s *pages) drawRisk(c *web.Call, p *web.Place, as checklist.Answers, errs view.FieldErrors) error {
	page := &riskPage{PlaceBase: p.Base(c, "risk.title"), Lane: wording.LaneOf(c, p), Rule: s.Content.PresenceRule}
	page.Back = p.WayBack(c)
	page.Lead, page.Errors = c.T("risk.lead"), errs
	page.Presence = p.Ask(c, s.presence(), as, errs)[0]
	page.Presence.Text = ""
	for _, r := range p.File.Reopen(s.Now()) {
		page.Reopen = append(page.Reopen, c.T(string(r)))
	}
	for _, d := range p.File.PresenceDifferences() {
		page.Differences = append(page.Differences, difference{Text: s.differenceWords(c, d)})
	}
	page.SaveAction, page.AssessAction = c.At(p.Within+"/risk/presence"), c.At(p.Within+"/risk/assess")
	page.JudgeAction, page.JudgeHead = c.At(p.Within+"/risk/judge"), p.HeadOf(casework.FieldJudgement)
	page.Lanes = view.Radios{Name: "lane", Label: c.T("risk.judge.lane"), Error: errs.For("lane")}
	for _, l := range casework.Lanes() {
		page.Lanes.Items = append(page.Lanes.Items, view.Choice{
			Value: string(l), Label: wording.Lane(c, l), Chosen: c.PostForm("lane") == string(l),
		})
	}
	page.Reason = view.Textarea{
		Name: "reason", Label: c.T("risk.judge.reason"), Value: c.PostForm("reason"), Error: errs.For("reason"), Rows: 3,
	}
	page.Second = view.Input{
		Name: "second", Label: c.T("risk.judge.second"), Hint: c.T("risk.judge.second.hint"), Value: c.PostForm("second"),
	}
	if errs != nil {
		return c.Again(page)
	}
	return c.Show(page)
}

// differenceWords asks about a box and the devices that do not fit each other.
func (s *pages) differenceWords(c *web.Call, d casework.PresenceDifference) string {
	box := string(d.Field)
	if part := s.Content.Presence.Part(box); part != nil {
		box = part.Label
	}
	state := s.Content.StateLabels[d.State]
	if len(d.Devices) == 0 {
		return c.T("risk.difference.no_device", "box", box, "state", state)
	}
	return c.N("risk.difference.device", len(d.Devices), "box", box, "state", state)
}

func (s *pages) savePresence(c *web.Call, p *web.Place) error {
	a := p.Read(c, s.presence())
	if done, err := p.KeepAnswers(c, &a); done || err != nil {
		return err
	}
	if a.Errors != nil {
		return s.drawRisk(c, p, a.Answers, a.Errors)
	}
	c.Settle()
	c.Flash("done", c.T("risk.saved"))
	return c.To(p.Within + "/risk")
}

// assess keeps the result of the rule with its version and inputs.
func (s *pages) assess(c *web.Call, p *web.Place) error {
	if _, err := p.Book.Assess(c.Ctx(), p.ID, p.Act(c)); err != nil {
		return err
	}
	c.Flash("done", c.T("risk.assessed"))
	return c.To(p.Within + "/risk")
}

// judge keeps a worker's own lane beside the lane of the rule.
func (s *pages) judge(c *web.Call, p *web.Place) error {
	saw := casework.ValueID(c.PostForm(web.HeadPrefix + string(casework.FieldJudgement)))
	if c.PostForm(web.ChoicePrefix+"lane") == "theirs" {
		return c.To(p.Within + "/risk")
	}
	_, err := p.Book.Judge(c.Ctx(), p.ID, p.Act(c), casework.Judging{
		Lane:   casework.Lane(c.PostForm("lane")),
		Reason: personal.New(c.PostForm("reason")), Second: personal.New(c.PostForm("second")), Seen: &saw,
	})
	if errs := c.FieldErrors(err); errs != nil {
		return s.drawRisk(c, p, p.Answers(), errs)
	}
	if err != nil {
		return p.Stale(c, err, s.laneContest(c))
	}
	c.Settle()
	return c.To(p.Within + "/risk")
}

// laneContest puts a judgement into words.
func (s *pages) laneContest(c *web.Call) web.Contests {
	return func(slot casework.Slot) (web.Contest, bool) {
		return web.Contest{
			Name: "lane", Head: web.HeadPrefix + string(casework.FieldJudgement), Asked: c.T("risk.judge.lane"),
			Words: func(v casework.Value) []string {
				return []string{wording.Lane(c, casework.Lane(v.Code())), v.Text.Reveal()}
			},
		}, slot.Field == casework.FieldJudgement
	}
}
