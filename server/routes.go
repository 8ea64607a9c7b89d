package server

import (
	"keyholder/server/web"
)

// areas lists everything that can be reached. Each area stands in its own file.
func (s *Server) areas() []web.Area {
	return []web.Area{
		s.frameArea(),
		s.sittingArea(),
		s.caseArea(),
		s.sectionArea(),
		s.talkArea(),
		s.patternArea(),
		s.deviceArea(),
		s.householdArea(),
		s.withoutArea(),
		s.scanArea(),
		s.scansArea(),
		s.riskArea(),
		s.findingArea(),
		s.planArea(),
		s.seeArea(),
		s.closeArea(),
		s.turnArea(),
		s.incidentArea(),
		s.letterArea(),
		s.mapArea(),
		s.emergencyArea(),
		s.statisticsArea(),
		s.cardArea(),
	}
}
