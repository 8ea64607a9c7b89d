// Package scan is the pages of a check of a network, of a list that was read instead, and of what was kept
// of both. It is the only part of the server that sees what the scanner finds.
package scan

import (
	"context"

	"keyholder/scanner/catalogue"
	"keyholder/server/web"
)

// Needs is what the pages of a check need beside what all pages need.
type Needs struct {
	Catalogue *catalogue.Catalogue
	Checks    *Jobs           // those of this process
	Check     Check           // looks at the network
	Until     context.Context // ends at lock, and with it every check under way
}

// pages answers the requests of this package.
type pages struct {
	*web.Site
	catalogue *catalogue.Catalogue
	scans     *Jobs
	check     Check
	jobs      context.Context
}

// Areas lists the addresses and pages of this package.
func Areas(site *web.Site, n Needs) []web.Area {
	s := &pages{Site: site, catalogue: n.Catalogue, scans: n.Checks, check: n.Check, jobs: n.Until}
	return []web.Area{s.scanArea(), s.scansArea(), s.withoutArea()}
}
