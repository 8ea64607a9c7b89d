// Package cards is the look-up cards: where a maker keeps the list of who has access, and how it looks.
// They hold nothing about anybody.
package cards

import "keyholder/server/web"

// pages answers the requests of this package.
type pages struct{ *web.Site }

// Areas lists the addresses and pages of this package.
func Areas(site *web.Site) []web.Area {
	s := &pages{Site: site}
	return []web.Area{s.cardArea()}
}
