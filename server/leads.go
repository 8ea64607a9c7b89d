package server

import (
	"keyholder/casework"
	"keyholder/casework/personal"
	"keyholder/scanner"
	"keyholder/scanner/leads"
	"keyholder/server/view"
	"keyholder/server/web"
)

// leadView is one lead on who may control a device: what it shows, what it does not show, what it rests
// on and what to ask next. It fills in no owner and no access.
type leadView struct {
	Title string
	Shows string
	Not   string
	Rests []string // the device's own words; empty for a kept check, which does not hold them
	When  string   // of the check that showed it; empty on the page of that check
	Ask   []view.Link
}

// leadSheet is what a page says about who may control a device.
type leadSheet struct {
	Title string
	About string // which device, for those who hear it by itself
	Leads []leadView
	Empty string // instead of leads
}

// foundLeads are the leads of a check that was just made.
func (s *Server) foundLeads(c *web.Call, p *web.Place, home *leads.Home, d scanner.Device) leadSheet {
	list := home.Leads(d, s.identify(d).Class)
	sheet := leadSheet{Title: c.N("leads.fold", len(list)), About: deviceName(d)}
	for _, l := range list {
		v := s.leadView(c, p, string(l.Code), l.Count)
		v.Rests = l.Rests
		sheet.Leads = append(sheet.Leads, v)
	}
	return sheet
}

// keptLeads are the leads that the kept checks showed of a recorded device.
func (s *Server) keptLeads(c *web.Call, p *web.Place, device casework.EntityID) leadSheet {
	sheet := leadSheet{Title: c.T("leads.title")}
	for _, l := range p.File.Leads(device) {
		v := s.leadView(c, p, l.Code, l.Count)
		v.When = c.T("leads.when", "when", c.Moment(l.At))
		if v.Title != "" {
			sheet.Leads = append(sheet.Leads, v)
		}
	}
	if len(sheet.Leads) == 0 {
		sheet.Empty = c.T("leads.none")
	}
	return sheet
}

// leadView puts a code into words; one that nobody knows any more has no title.
func (s *Server) leadView(c *web.Call, p *web.Place, code string, count int) leadView {
	known, ok := s.Knowledge.Lead(code)
	if !ok {
		return leadView{}
	}
	v := leadView{Title: s.leadTitle(c, code, count), Shows: known.Shows, Not: known.Not}
	for _, id := range known.Ask {
		if q := s.Content.Question(id); q != nil {
			v.Ask = append(v.Ask, view.Link{Text: q.Text, Href: c.At(p.Within + "/ask/" + q.ID)})
		}
	}
	return v
}

// leadTitle is the title of a lead with its number, where it counts something.
func (s *Server) leadTitle(c *web.Call, code string, count int) string {
	known, _ := s.Knowledge.Lead(code)
	switch {
	case count >= leads.MostCounted:
		return c.T("leads.at_least", "title", known.Title, "count", leads.MostCounted)
	case count > 0:
		return c.T("leads.counted", "title", known.Title, "count", count)
	}
	return known.Title
}

// keptTitles are the leads of one device of a kept check, by their titles.
func (s *Server) keptTitles(c *web.Call, d casework.KeptDevice) []string {
	var out []string
	for _, l := range d.Leads {
		if title := s.leadTitle(c, l.Code, l.Count); title != "" {
			out = append(out, title)
		}
	}
	return out
}

// addLeads keeps with a found device what the check showed of who may control it and of how it guards
// itself: codes and numbers, none of the device's words.
func addLeads(found *casework.Found, home *leads.Home, d scanner.Device) {
	for _, l := range home.Leads(d, found.Class) {
		found.Leads = append(found.Leads, casework.ScanLead{Code: string(l.Code), Count: l.Count})
	}
	for _, sign := range home.Signs(d) {
		found.Signs = append(found.Signs, string(sign))
	}
}

// namesDevice is what a device is called, for titles of its own pages.
func namesDevice(label personal.Text, kind string) string {
	if text := scanner.SafeText(label.Reveal()); text != "" {
		return text
	}
	return kind
}
