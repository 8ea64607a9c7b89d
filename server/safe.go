package server

import (
	"maps"

	"keyholder/casework/checklist"
	"keyholder/server/view"
)

// safeQuestion asks whether it is safe to talk. It is asked anew in every sitting.
const safeQuestion = "00.1"

// safePage asks before anything else whether it is safe to talk now.
type safePage struct {
	placeBase
	Action string
	Asked  questionView
	Save   view.Button
}

func (safePage) Template() string { return "talk/safe" }

// showSafe asks as if nobody had answered: what was said on another day must not be clicked through.
func (s *Server) showSafe(c *call, p *place) error {
	as := maps.Clone(p.answers())
	for _, ref := range s.content.Question(safeQuestion).Refs("") {
		delete(as, ref)
	}
	return s.drawSafe(c, p, as, nil)
}

func (s *Server) drawSafe(c *call, p *place, as checklist.Answers, errs view.FieldErrors) error {
	page := &safePage{placeBase: p.base(c, "talk.safe.title"), Action: c.at(p.within + "/safe")}
	page.Lead, page.Errors = c.t("talk.safe.lead"), errs
	page.Back = p.wayBack(c)
	page.Asked = p.ask(c, checklist.All(s.content.Question(safeQuestion)), as, errs)[0]
	page.Save = view.Button{Text: c.t("talk.topic.save")}
	if errs != nil {
		return c.again(page)
	}
	return c.show(page)
}

// saveSafe keeps the answer, and that it was asked now. It leads to the topics, or out.
func (s *Server) saveSafe(c *call, p *place) error {
	a := p.read(c, checklist.All(s.content.Question(safeQuestion)))
	if a.answers[checklist.Ref{Question: safeQuestion}].Is() == checklist.NotAsked && a.errors == nil {
		a.errors.Add(checklist.Ref{Question: safeQuestion}.StateInput(), c.t("talk.safe.missing"))
	}
	if done, err := p.keepAnswers(c, &a); done || err != nil {
		return err
	}
	if a.errors != nil {
		return s.drawSafe(c, p, a.answers, a.errors)
	}
	act := p.act(c)
	act.Submission = also(c.submission(), "asked")
	if err := p.book.AskedSafe(c.ctx(), p.id, act); err != nil {
		return err
	}
	c.settle()
	return p.run(c, func(c *call, p *place) error {
		if checklist.Closed(checklist.Gates(s.content, p.answers())) {
			return c.to(p.within + "/stop")
		}
		return c.to(p.within + "/talk")
	})
}
