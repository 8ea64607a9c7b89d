package talk

import (
	"keyholder/casework"
	"keyholder/casework/checklist"
	"keyholder/server/view"
	"keyholder/server/web"
)

// offerPage asks before a sensitive topic is opened. None is opened by itself.
type offerPage struct {
	web.PlaceBase
	Why    string
	Action string
	Heads  []web.HeadView
	Choice view.Radios
}

func (offerPage) Template() string { return "checklist/offer" }

func (s *pages) drawOffer(c *web.Call, p *web.Place, sec *checklist.Section, errs view.FieldErrors) error {
	page := &offerPage{PlaceBase: p.Base(c, "checklist.offer.title"), Why: sec.Why, Action: c.At(p.Within + "/sections/" + sec.ID)}
	page.Lead, page.Errors = c.T("checklist.offer.lead", "topic", sec.Title), errs
	page.Back = &view.Link{Text: c.T("checklist.sections.title"), Href: c.At(p.Within + "/sections")}
	head := p.File.Head("", casework.FieldOpened(sec.ID))
	page.Heads = []web.HeadView{{Name: web.HeadPrefix + string(head.Slot.Field), Value: string(head.ID)}}
	page.Choice = view.Radios{Name: "open", Label: c.T("checklist.offer.open"), Error: errs.For("open")}
	for _, state := range []checklist.State{checklist.Yes, checklist.NotAsked, checklist.Declined} {
		page.Choice.Items = append(page.Choice.Items, view.Choice{
			Value: string(state), Label: c.T("checklist.offer." + string(state)), Chosen: head.State == state,
		})
	}
	if errs != nil {
		return c.Again(page)
	}
	return c.Show(page)
}

// openSection keeps what was said about opening a sensitive topic.
func (s *pages) openSection(c *web.Call, p *web.Place) error {
	sec, err := s.section(c.Param("section"))
	if err != nil {
		return err
	}
	web.LeaveTheirs(c)
	state := checklist.State(c.PostForm("open"))
	if _, chosen := c.GetPostForm("open"); !chosen && c.PostForm(web.ChoicePrefix+"open") == "theirs" {
		return c.To(p.Within + "/sections/" + sec.ID)
	}
	field := casework.FieldOpened(sec.ID)
	expect := map[casework.Slot]casework.ValueID{}
	if seen, sent := c.GetPostForm(web.HeadPrefix + string(field)); sent {
		expect[casework.Slot{Field: field}] = casework.ValueID(seen)
	}
	err = p.Book.OpenSection(c.Ctx(), p.ID, p.Act(c), sec.ID, state, expect)
	if errs := c.FieldErrors(err); errs != nil {
		return s.drawOffer(c, p, sec, errs)
	}
	if err != nil {
		return p.Stale(c, err, s.offerContest(c, field))
	}
	c.Settle()
	if state == checklist.Yes {
		return c.To(p.Within + "/sections/" + sec.ID)
	}
	return c.To(p.Within + "/sections")
}

// offerContest puts what was said about opening a topic into words.
func (s *pages) offerContest(c *web.Call, field casework.Field) web.Contests {
	return func(slot casework.Slot) (web.Contest, bool) {
		return web.Contest{
			Name: "open", Head: web.HeadPrefix + string(field), Asked: c.T("checklist.offer.open"),
			Words: func(v casework.Value) []string { return []string{c.T("checklist.offer." + string(v.State))} },
		}, slot.Field == field
	}
}

// offered is the state of a sensitive topic that is not open; empty for every other topic. Declined
// stands there as declined, and never as a no.
func offered(c *web.Call, p *web.Place, section string) (text, tone string) {
	switch p.File.Opened(section) {
	case checklist.Yes:
		return "", ""
	case checklist.Declined:
		return c.T("checklist.offer.state.declined"), "quiet"
	}
	return c.T("checklist.offer.state.offered"), ""
}
