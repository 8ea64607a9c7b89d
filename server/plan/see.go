package plan

import (
	"net/http"

	"keyholder/casework"
	"keyholder/server/view"
	"keyholder/server/web"
	"keyholder/server/wording"
)

// seeArea shows what the other side may see, before anything is touched.
func (s *pages) seeArea() web.Area {
	routes := web.ForPlaces(http.MethodGet, "/see/step/:step", s.seeStep)
	routes = append(routes, web.ForPlaces(http.MethodGet, "/see/look/:question", s.seeLook)...)
	return web.Area{Routes: routes, Pages: []view.Page{&seePage{}}}
}

// seePage draws the notices that a step or a look may lead to. It never says how the step is done.
type seePage struct {
	web.PlaceBase
	About  string // what it is about, in words that instruct nobody
	Groups []noticeGroup
	Level  string // words of the alert level
	Next   view.Next
}

// noticeGroup is notices under a heading.
type noticeGroup struct {
	Heading string
	Notices []wording.Notice
}

func (seePage) Template() string { return "plan/see" }

// seeStep shows what may be seen of a step. A step that is held back is named in the words of
// "not yet".
func (s *pages) seeStep(c *web.Call, p *web.Place) error {
	st, err := stepOf(p, c.Param("step"))
	if err != nil {
		return err
	}
	page := &seePage{PlaceBase: p.Base(c, "see.title"), About: st.NotYet.What, Level: s.Content.Alerts[st.Alert]}
	if page.About == "" {
		page.About = st.Text
	}
	page.Lead = c.T("see.lead")
	page.Back = &view.Link{Text: c.T("plan.title"), Href: c.At(p.Within + "/plan")}
	page.Groups = []noticeGroup{{Heading: c.T("see.step"), Notices: wording.Notices(c, s.Content.NoticesOf(s.Content.Action(st.Of)))}}
	page.Next = view.Next{
		Text: c.T("plan.step.decide"), Reason: c.T("see.next.step"), Href: c.At(p.Within + "/plan/step/" + st.ID),
	}
	return c.Show(page)
}

// seeLook shows what may be seen of the looking that a question asks for.
func (s *pages) seeLook(c *web.Call, p *web.Place) error {
	q, err := c.Question()
	if err != nil {
		return err
	}
	if q.Look == nil {
		return &casework.Error{Kind: casework.KindNotFound, Key: "frame.error.not_found"}
	}
	page := &seePage{PlaceBase: p.Base(c, "see.look.title"), About: q.Text, Level: s.Content.Alerts[q.Look.Alert.OrWorst()]}
	page.Lead = c.T("see.lead")
	page.Back = &view.Link{Text: c.T("see.back.question"), Href: c.At(p.Within + "/ask/" + q.ID)}
	page.Groups = []noticeGroup{{Heading: c.T("see.look"), Notices: wording.Notices(c, s.Content.NoticesOfLook(q))}}
	if changes := s.Content.NoticesOfChange(q); len(changes) > 0 {
		page.Groups = append(page.Groups, noticeGroup{Heading: c.T("see.change"), Notices: wording.Notices(c, changes)})
	}
	page.Next = view.Next{Text: c.T("see.next.look"), Reason: c.T("see.next.look.why"), Href: c.At(p.Within + "/ask/" + q.ID)}
	return c.Show(page)
}
