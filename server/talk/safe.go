package talk

import (
	"maps"

	"keyholder/casework/checklist"
	"keyholder/server/view"
	"keyholder/server/web"
)

// safeQuestion asks whether it is safe to talk. It is asked anew in every sitting.
const safeQuestion = "00.1"

// safePage asks before anything else whether it is safe to talk now.
type safePage struct {
	web.PlaceBase
	Action string
	Asked  web.QuestionView
	Save   view.Button
}

func (safePage) Template() string { return "talk/safe" }

// showSafe asks as if nobody had answered: what was said on another day must not be clicked through.
func (s *pages) showSafe(c *web.Call, p *web.Place) error {
	as := maps.Clone(p.Answers())
	for _, ref := range s.Content.Question(safeQuestion).Refs("") {
		delete(as, ref)
	}
	return s.drawSafe(c, p, as, nil)
}

func (s *pages) drawSafe(c *web.Call, p *web.Place, as checklist.Answers, errs view.FieldErrors) error {
	page := &safePage{PlaceBase: p.Base(c, "talk.safe.title"), Action: c.At(p.Within + "/safe")}
	page.Lead, page.Errors = c.T("talk.safe.lead"), errs
	page.Back = p.WayBack(c)
	page.Asked = p.Ask(c, checklist.All(s.Content.Question(safeQuestion)), as, errs)[0]
	page.Save = view.Button{Text: c.T("talk.topic.save")}
	if errs != nil {
		return c.Again(page)
	}
	return c.Show(page)
}

// saveSafe keeps the answer, and that it was asked now. It leads to the topics, or out.
func (s *pages) saveSafe(c *web.Call, p *web.Place) error {
	a := p.Read(c, checklist.All(s.Content.Question(safeQuestion)))
	if a.Answers[checklist.Ref{Question: safeQuestion}].Is() == checklist.NotAsked && a.Errors == nil {
		a.Errors.Add(checklist.Ref{Question: safeQuestion}.StateInput(), c.T("talk.safe.missing"))
	}
	if done, err := p.KeepAnswers(c, &a); done || err != nil {
		return err
	}
	if a.Errors != nil {
		return s.drawSafe(c, p, a.Answers, a.Errors)
	}
	act := p.Act(c)
	act.Submission = web.Also(c.Submission(), "asked")
	if err := p.Book.AskedSafe(c.Ctx(), p.ID, act); err != nil {
		return err
	}
	c.Settle()
	return p.Run(c, func(c *web.Call, p *web.Place) error {
		if checklist.Closed(checklist.Gates(s.Content, p.Answers())) {
			return c.To(p.Within + "/stop")
		}
		return c.To(p.Within + "/talk")
	})
}
