// Package accessmap is the pages of the access map: who could reach what, the same in words, what a step
// would change on it, and the smallest set of steps. None of them saves anything.
package accessmap

import "keyholder/server/web"

// pages answers the requests of this package.
type pages struct{ *web.Site }

// Areas lists the addresses and pages of this package.
func Areas(site *web.Site) []web.Area {
	s := &pages{Site: site}
	return []web.Area{s.mapArea()}
}
