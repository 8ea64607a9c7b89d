// Package plan is what follows from the answers: risk, findings, the safety plan with its steps and
// letters, what the other side may see of a step, and the page for an emergency.
package plan

import "keyholder/server/web"

// pages answers the requests of this package.
type pages struct{ *web.Site }

// Areas lists the addresses and pages of this package.
func Areas(site *web.Site) []web.Area {
	s := &pages{Site: site}
	return []web.Area{s.riskArea(), s.findingArea(), s.planArea(), s.seeArea(), s.letterArea(), s.emergencyArea()}
}
