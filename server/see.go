package server

import (
	"keyholder/casework"
	"keyholder/casework/checklist"
	"keyholder/server/view"
)

// seeArea shows what the other side may see, before anything is touched.
func (s *Server) seeArea() area {
	routes := forPlaces(s, methodGet, "/see/step/:step", s.seeStep)
	routes = append(routes, forPlaces(s, methodGet, "/see/look/:question", s.seeLook)...)
	return area{routes: routes, pages: []view.Page{&seePage{}}}
}

// seePage draws the notices that a step or a look may lead to. It never says how the step is done.
type seePage struct {
	placeBase
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
func (s *Server) notices(c *call, of []checklist.Notice) []noticeView {
	var out []noticeView
	for _, n := range of {
		v := noticeView{Title: n.Title, App: n.App, Head: n.Head, Body: n.Body, Drawn: n.Kind != checklist.UnknownNotice}
		if n.Silent() {
			v.Silent = c.t("see.silent")
		}
		v.Facts = []view.Row{
			row(c, "see.who", n.Who), row(c, "see.when", n.When), row(c, "see.means", n.Means),
			row(c, "see.sure", c.t("see.sure."+string(n.Sure))), row(c, "see.checked", n.Checked),
		}
		out = append(out, v)
	}
	return out
}

// seeStep shows what may be seen of a step. A step that is held back is named in the words of
// "not yet".
func (s *Server) seeStep(c *call, p *place) error {
	st, err := stepOf(p, c.Param("step"))
	if err != nil {
		return err
	}
	page := &seePage{placeBase: p.base(c, "see.title"), About: st.NotYet.What, Level: s.content.Alerts[st.Alert]}
	if page.About == "" {
		page.About = st.Text
	}
	page.Lead = c.t("see.lead")
	page.Back = &view.Link{Text: c.t("plan.title"), Href: c.at(p.within + "/plan")}
	page.Groups = []noticeGroup{{Heading: c.t("see.step"), Notices: s.notices(c, s.content.NoticesOf(s.content.Action(st.ID)))}}
	page.Next = view.Next{
		Text: c.t("plan.step.decide"), Reason: c.t("see.next.step"), Href: c.at(p.within + "/plan/step/" + st.ID),
	}
	return c.show(page)
}

// seeLook shows what may be seen of the looking that a question asks for.
func (s *Server) seeLook(c *call, p *place) error {
	q, err := s.question(c)
	if err != nil {
		return err
	}
	if q.Look == nil {
		return &casework.Error{Kind: casework.KindNotFound, Key: "frame.error.not_found"}
	}
	page := &seePage{placeBase: p.base(c, "see.look.title"), About: q.Text, Level: s.content.Alerts[q.Look.Alert.OrWorst()]}
	page.Lead = c.t("see.lead")
	page.Back = &view.Link{Text: c.t("see.back.question"), Href: c.at(p.within + "/ask/" + q.ID)}
	page.Groups = []noticeGroup{{Heading: c.t("see.look"), Notices: s.notices(c, s.content.NoticesOfLook(q))}}
	if changes := s.content.NoticesOfChange(q); len(changes) > 0 {
		page.Groups = append(page.Groups, noticeGroup{Heading: c.t("see.change"), Notices: s.notices(c, changes)})
	}
	page.Next = view.Next{Text: c.t("see.next.look"), Reason: c.t("see.next.look.why"), Href: c.at(p.within + "/ask/" + q.ID)}
	return c.show(page)
}
