package server

import (
	"slices"

	"keyholder/server/accessmap"
	"keyholder/server/cards"
	"keyholder/server/devices"
	"keyholder/server/plan"
	"keyholder/server/scan"
	"keyholder/server/talk"
	"keyholder/server/web"
)

// areas lists everything that can be reached. Each area stands in its own file.
func (s *Server) areas() []web.Area {
	return slices.Concat(
		[]web.Area{s.frameArea(), s.caseArea(), s.statisticsArea()},
		talk.Areas(s.Site, s.forgetSitting),
		devices.Areas(s.Site),
		scan.Areas(s.Site, scan.Needs{Catalogue: s.cfg.Data.Catalogue, Checks: s.scans, Check: s.cfg.Check, Until: s.jobs}),
		plan.Areas(s.Site),
		accessmap.Areas(s.Site),
		cards.Areas(s.Site),
	)
}
