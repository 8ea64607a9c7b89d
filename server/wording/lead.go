package wording

import (
	"keyholder/scanner/leads"
	"keyholder/server/view"
	"keyholder/server/web"
)

// Lead is one lead on who may control a device: what it shows, what it does not show, what it rests
// on and what to ask next. It fills in no owner and no access.
type Lead struct {
	Title string
	Shows string
	Not   string
	Rests []string // the device's own words; empty for a kept check, which does not hold them
	When  string   // of the check that showed it; empty on the page of that check
	Ask   []view.Link
}

// LeadSheet is what a page says about who may control a device.
type LeadSheet struct {
	Title string
	About string // which device, for those who hear it by itself
	Leads []Lead
	Empty string // instead of leads
}

// LeadOf puts a code into words; one that nobody knows any more has no title.
func LeadOf(c *web.Call, p *web.Place, code string, count int) Lead {
	known, ok := c.Site.Knowledge.Lead(code)
	if !ok {
		return Lead{}
	}
	v := Lead{Title: LeadTitle(c, code, count), Shows: known.Shows, Not: known.Not}
	for _, id := range known.Ask {
		if q := c.Site.Content.Question(id); q != nil {
			v.Ask = append(v.Ask, view.Link{Text: q.Text, Href: c.At(p.Within + "/ask/" + q.ID)})
		}
	}
	return v
}

// LeadTitle is the title of a lead with its number, where it counts something.
func LeadTitle(c *web.Call, code string, count int) string {
	known, _ := c.Site.Knowledge.Lead(code)
	switch {
	case count >= leads.MostCounted:
		return c.T("leads.at_least", "title", known.Title, "count", leads.MostCounted)
	case count > 0:
		return c.T("leads.counted", "title", known.Title, "count", count)
	}
	return known.Title
}
