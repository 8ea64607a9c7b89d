package server

import (
	"slices"

	"keyholder/casework"
	"keyholder/casework/personal"
	"keyholder/server/view"
)

// emergencyPage is one click from every page and never gated. It prints on half a page.
type emergencyPage struct {
	placeBase
	Number   string
	Lines    []emergencyLine
	Protect  []string
	NotCarry []string
	Unknown  []string
	Edit     bool
	Action   string
	Fields   []view.Input
	Heads    []headView
	Settings string
}

type emergencyLine struct{ Question, Text string }

func (emergencyPage) Template() string { return "emergency/emergency" }

// emergencyArea is the emergency page, with and without a record.
func (s *Server) emergencyArea() area {
	routes := []route{get("/emergency", s.showEmergency)}
	routes = append(routes, forPlaces(s, methodGet, "/emergency", s.showPlaceEmergency)...)
	routes = append(routes, forPlaces(s, methodPost, "/emergency", s.saveEmergency)...)
	return area{routes: routes, pages: []view.Page{&emergencyPage{}}}
}

func (s *Server) showEmergency(c *call) error {
	return s.drawEmergency(c, &emergencyPage{placeBase: placeBase{Base: c.base("emergency.title")}}, nil)
}

func (s *Server) showPlaceEmergency(c *call, p *place) error {
	page := &emergencyPage{placeBase: p.base(c, "emergency.title"), Edit: true, Action: c.at(p.within + "/emergency")}
	page.Back = &view.Link{Text: c.t("frame.back"), Href: c.at(p.within)}
	for _, field := range casework.EmergencyFields() {
		name := lineName(field)
		head := p.file.Head("", field)
		page.Fields = append(page.Fields, view.Input{Name: name, Label: c.t(emergencyKey(field)), Value: head.Text.Reveal()})
		page.Heads = append(page.Heads, headView{Name: headPrefix + name, Value: string(head.ID)})
	}
	return s.drawEmergency(c, page, p.file)
}

func (s *Server) drawEmergency(c *call, page *emergencyPage, f *casework.File) error {
	number, err := c.opened.Settings.Setting(c.ctx(), settingEmergency)
	if err != nil {
		return err
	}
	em := casework.EmergencyPage(s.content, number, f)
	page.Lead, page.Number, page.Settings = c.t("emergency.lead"), em.Number, c.at("/settings")
	for _, l := range em.Lines {
		line := emergencyLine{Question: c.t(emergencyKey(l.Field)), Text: c.t("emergency.agree")}
		if !l.Text.Empty() {
			line.Text = l.Text.Reveal()
		}
		page.Lines = append(page.Lines, line)
	}
	for _, a := range em.Protect {
		page.Protect = append(page.Protect, a.Worker)
	}
	for _, d := range em.NotCarry {
		page.NotCarry = append(page.NotCarry, d.Label.Reveal())
	}
	for _, item := range em.Unknown {
		page.Unknown = append(page.Unknown, s.itemWords(string(item)))
	}
	return c.show(page)
}

// emergencyKey is the message key of a line's question.
func emergencyKey(field casework.Field) string {
	return map[casework.Field]string{
		casework.FieldCallWho: "emergency.call", casework.FieldWayOut: "emergency.exit",
		casework.FieldNotCarry: "emergency.carry", casework.FieldCodeWord: "emergency.code_word",
		casework.FieldChildren: "emergency.children", casework.FieldStaysWith: "emergency.stays",
	}[field]
}

// lineName is the name of a line's input; it says nothing about the line.
func lineName(field casework.Field) string {
	return "line" + string(rune('a'+slices.Index(casework.EmergencyFields(), field)))
}

// lineContest puts the lines of the page into words.
func (s *Server) lineContest(c *call) contests {
	return func(slot casework.Slot) (contest, bool) {
		if !slices.Contains(casework.EmergencyFields(), slot.Field) {
			return contest{}, false
		}
		name := lineName(slot.Field)
		return contest{name: name, head: headPrefix + name, asked: c.t(emergencyKey(slot.Field)), words: s.typed}, true
	}
}

func (s *Server) saveEmergency(c *call, p *place) error {
	lines := map[casework.Field]personal.Text{}
	seen := map[casework.Slot]casework.ValueID{}
	leaveTheirs(c)
	for _, field := range casework.EmergencyFields() {
		name := lineName(field)
		typed, sent := c.GetPostForm(name)
		if !sent {
			continue
		}
		lines[field] = personal.New(typed)
		seen[casework.Slot{Field: field}] = casework.ValueID(c.PostForm(headPrefix + name))
	}
	if err := p.book.SaveEmergency(c.ctx(), p.id, p.act(c), lines, seen); err != nil {
		return p.stale(c, err, s.lineContest(c))
	}
	c.settle()
	return c.to(p.within + "/emergency")
}
