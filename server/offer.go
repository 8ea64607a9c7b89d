package server

import (
	"keyholder/casework"
	"keyholder/casework/checklist"
	"keyholder/server/view"
)

// offerPage asks before a sensitive topic is opened. None is opened by itself.
type offerPage struct {
	placeBase
	Why    string
	Action string
	Heads  []headView
	Choice view.Radios
}

func (offerPage) Template() string { return "checklist/offer" }

func (s *Server) drawOffer(c *call, p *place, sec *checklist.Section, errs view.FieldErrors) error {
	page := &offerPage{placeBase: p.base(c, "checklist.offer.title"), Why: sec.Why, Action: c.at(p.within + "/sections/" + sec.ID)}
	page.Lead, page.Errors = c.t("checklist.offer.lead", "topic", sec.Title), errs
	page.Back = &view.Link{Text: c.t("checklist.sections.title"), Href: c.at(p.within + "/sections")}
	head := p.file.Head("", casework.FieldOpened(sec.ID))
	page.Heads = []headView{{Name: headPrefix + string(head.Slot.Field), Value: string(head.ID)}}
	page.Choice = view.Radios{Name: "open", Label: c.t("checklist.offer.open"), Error: errs.For("open")}
	for _, state := range []checklist.State{checklist.Yes, checklist.NotAsked, checklist.Declined} {
		page.Choice.Items = append(page.Choice.Items, view.Choice{
			Value: string(state), Label: c.t("checklist.offer." + string(state)), Chosen: head.State == state,
		})
	}
	if errs != nil {
		return c.again(page)
	}
	return c.show(page)
}

// openSection keeps what was said about opening a sensitive topic.
func (s *Server) openSection(c *call, p *place) error {
	sec, err := s.section(c.Param("section"))
	if err != nil {
		return err
	}
	leaveTheirs(c)
	state := checklist.State(c.PostForm("open"))
	if _, chosen := c.GetPostForm("open"); !chosen && c.PostForm(choicePrefix+"open") == "theirs" {
		return c.to(p.within + "/sections/" + sec.ID)
	}
	field := casework.FieldOpened(sec.ID)
	expect := map[casework.Slot]casework.ValueID{}
	if seen, sent := c.GetPostForm(headPrefix + string(field)); sent {
		expect[casework.Slot{Field: field}] = casework.ValueID(seen)
	}
	err = p.book.OpenSection(c.ctx(), p.id, p.act(c), sec.ID, state, expect)
	if errs := c.fieldErrors(err); errs != nil {
		return s.drawOffer(c, p, sec, errs)
	}
	if err != nil {
		return p.stale(c, err, s.offerContest(c, field))
	}
	c.settle()
	if state == checklist.Yes {
		return c.to(p.within + "/sections/" + sec.ID)
	}
	return c.to(p.within + "/sections")
}

// offerContest puts what was said about opening a topic into words.
func (s *Server) offerContest(c *call, field casework.Field) contests {
	return func(slot casework.Slot) (contest, bool) {
		return contest{
			name: "open", head: headPrefix + string(field), asked: c.t("checklist.offer.open"),
			words: func(v casework.Value) []string { return []string{c.t("checklist.offer." + string(v.State))} },
		}, slot.Field == field
	}
}

// offered is the state of a sensitive topic that is not open; empty for every other topic. Declined
// stands there as declined, and never as a no.
func (s *Server) offered(c *call, p *place, section string) (text, tone string) {
	switch p.file.Opened(section) {
	case checklist.Yes:
		return "", ""
	case checklist.Declined:
		return c.t("checklist.offer.state.declined"), "quiet"
	}
	return c.t("checklist.offer.state.offered"), ""
}
