package server

import (
	"net/http"

	"keyholder/casework"
	"keyholder/casework/checklist"
	"keyholder/server/view"
	"keyholder/server/web"
)

// seeArea shows what the other side may see, before anything is touched.
func (s *Server) seeArea() web.Area {
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
	Notices []noticeView
}

// noticeView is one notice: a drawn example, and what is known about it.
type noticeView struct {
	Title  string
	App    string
	Head   string
	Body   string
	Drawn  bool   // false for the one that nobody has described: there is nothing to draw
	Silent string // said where nobody has to send anything
	Facts  []view.Row
}

func (seePage) Template() string { return "plan/see" }

// notices puts notices into words.
func (s *Server) notices(c *web.Call, of []checklist.Notice) []noticeView {
	var out []noticeView
	for _, n := range of {
		v := noticeView{Title: n.Title, App: n.App, Head: n.Head, Body: n.Body, Drawn: n.Kind != checklist.UnknownNotice}
		if n.Silent() {
			v.Silent = c.T("see.silent")
		}
		v.Facts = []view.Row{
			web.FactRow(c, "see.who", n.Who), web.FactRow(c, "see.when", n.When), web.FactRow(c, "see.means", n.Means),
			web.FactRow(c, "see.sure", c.T("see.sure."+string(n.Sure))), web.FactRow(c, "see.checked", n.Checked),
		}
		out = append(out, v)
	}
	return out
}

// seeStep shows what may be seen of a step. A step that is held back is named in the words of
// "not yet".
func (s *Server) seeStep(c *web.Call, p *web.Place) error {
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
	page.Groups = []noticeGroup{{Heading: c.T("see.step"), Notices: s.notices(c, s.Content.NoticesOf(s.Content.Action(st.ID)))}}
	page.Next = view.Next{
		Text: c.T("plan.step.decide"), Reason: c.T("see.next.step"), Href: c.At(p.Within + "/plan/step/" + st.ID),
	}
	return c.Show(page)
}

// seeLook shows what may be seen of the looking that a question asks for.
func (s *Server) seeLook(c *web.Call, p *web.Place) error {
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
	page.Groups = []noticeGroup{{Heading: c.T("see.look"), Notices: s.notices(c, s.Content.NoticesOfLook(q))}}
	if changes := s.Content.NoticesOfChange(q); len(changes) > 0 {
		page.Groups = append(page.Groups, noticeGroup{Heading: c.T("see.change"), Notices: s.notices(c, changes)})
	}
	page.Next = view.Next{Text: c.T("see.next.look"), Reason: c.T("see.next.look.why"), Href: c.At(p.Within + "/ask/" + q.ID)}
	return c.Show(page)
}
