package scan

import (
	"keyholder/casework"
	"keyholder/scanner"
	"keyholder/scanner/leads"
	"keyholder/server/web"
	"keyholder/server/wording"
)

// foundLeads are the leads of a check that was just made.
func (s *pages) foundLeads(c *web.Call, p *web.Place, home *leads.Home, d scanner.Device) wording.LeadSheet {
	list := home.Leads(d, s.identify(d).Class)
	sheet := wording.LeadSheet{Title: c.N("leads.fold", len(list)), About: deviceName(d)}
	for _, l := range list {
		v := wording.LeadOf(c, p, string(l.Code), l.Count)
		v.Rests = l.Rests
		sheet.Leads = append(sheet.Leads, v)
	}
	return sheet
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
