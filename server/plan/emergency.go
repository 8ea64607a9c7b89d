package plan

import (
	"cmp"
	"net/http"
	"slices"

	"keyholder/casework"
	"keyholder/casework/personal"
	"keyholder/server/view"
	"keyholder/server/web"
	"keyholder/server/wording"
)

// emergencyPage is one click from every page and never gated. It prints on half a page.
type emergencyPage struct {
	web.PlaceBase
	Number   string
	Lines    []emergencyLine
	Protect  []string
	NotCarry []string
	Unknown  []string
	Edit     bool
	Action   string
	Fields   []view.Input
	Heads    []web.HeadView
	Settings string
}

type emergencyLine struct{ Question, Text string }

func (emergencyPage) Template() string { return "emergency/emergency" }

// emergencyArea is the emergency page, with and without a record.
func (s *pages) emergencyArea() web.Area {
	routes := []web.Route{web.Get("/emergency", s.showEmergency)}
	routes = append(routes, web.ForPlaces(http.MethodGet, "/emergency", s.showPlaceEmergency)...)
	routes = append(routes, web.ForPlaces(http.MethodPost, "/emergency", s.saveEmergency)...)
	return web.Area{Routes: routes, Pages: []view.Page{&emergencyPage{}}}
}

func (s *pages) showEmergency(c *web.Call) error {
	return s.drawEmergency(c, &emergencyPage{PlaceBase: web.PlaceBase{Base: c.Base("emergency.title")}}, nil)
}

func (s *pages) showPlaceEmergency(c *web.Call, p *web.Place) error {
	page := &emergencyPage{PlaceBase: p.Base(c, "emergency.title"), Edit: true, Action: c.At(p.Within + "/emergency")}
	page.Back = &view.Link{Text: c.T("frame.back"), Href: c.At(p.Within)}
	for _, field := range casework.EmergencyFields() {
		name := lineName(field)
		head := p.File.Head("", field)
		page.Fields = append(page.Fields, view.Input{Name: name, Label: c.T(emergencyKey(field)), Value: head.Text.Reveal()})
		page.Heads = append(page.Heads, web.HeadView{Name: web.HeadPrefix + name, Value: string(head.ID)})
	}
	return s.drawEmergency(c, page, p.File)
}

func (s *pages) drawEmergency(c *web.Call, page *emergencyPage, f *casework.File) error {
	number, err := c.Opened.Settings.Setting(c.Ctx(), web.SettingEmergency)
	if err != nil {
		return err
	}
	em := casework.EmergencyPage(s.Content, number, f)
	page.Lead, page.Number, page.Settings = c.T("emergency.lead"), em.Number, c.At("/settings")
	for _, l := range em.Lines {
		line := emergencyLine{Question: c.T(emergencyKey(l.Field)), Text: c.T("emergency.agree")}
		if !l.Text.Empty() {
			line.Text = l.Text.Reveal()
		}
		page.Lines = append(page.Lines, line)
	}
	for _, a := range em.Protect {
		page.Protect = append(page.Protect, a.Worker)
	}
	for _, d := range em.NotCarry {
		page.NotCarry = append(page.NotCarry, cmp.Or(d.Label.Reveal(), d.Words))
	}
	for _, item := range em.Unknown {
		page.Unknown = append(page.Unknown, wording.Item(c, string(item)))
	}
	return c.Show(page)
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
func (s *pages) lineContest(c *web.Call) web.Contests {
	return func(slot casework.Slot) (web.Contest, bool) {
		if !slices.Contains(casework.EmergencyFields(), slot.Field) {
			return web.Contest{}, false
		}
		name := lineName(slot.Field)
		return web.Contest{Name: name, Head: web.HeadPrefix + name, Asked: c.T(emergencyKey(slot.Field)), Words: c.Typed}, true
	}
}

func (s *pages) saveEmergency(c *web.Call, p *web.Place) error {
	lines := map[casework.Field]personal.Text{}
	seen := map[casework.Slot]casework.ValueID{}
	web.LeaveTheirs(c)
	for _, field := range casework.EmergencyFields() {
		name := lineName(field)
		typed, sent := c.GetPostForm(name)
		if !sent {
			continue
		}
		lines[field] = personal.New(typed)
		seen[casework.Slot{Field: field}] = casework.ValueID(c.PostForm(web.HeadPrefix + name))
	}
	if err := p.Book.SaveEmergency(c.Ctx(), p.ID, p.Act(c), lines, seen); err != nil {
		return p.Stale(c, err, s.lineContest(c))
	}
	c.Settle()
	return c.To(p.Within + "/emergency")
}
