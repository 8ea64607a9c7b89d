// Package devices is the list of things and accounts: each with the five questions about it, the list by
// room and on paper, the picture of the network, the walk through the rooms, and the sheets on control
// and on how a thing is guarded.
package devices

import "keyholder/server/web"

// pages answers the requests of this package.
type pages struct{ *web.Site }

// Areas lists the addresses and pages of this package.
func Areas(site *web.Site) []web.Area {
	s := &pages{Site: site}
	return []web.Area{s.deviceArea(), s.householdArea()}
}
