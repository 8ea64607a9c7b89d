// Package talk is the talk with the survivor: the first walk, the choice of a sitting, the questions by
// topic, the pattern, an incident, the close, and the page that can be turned round.
package talk

import (
	"sync"

	"keyholder/casework"
	"keyholder/server/web"
)

// pages answers the requests of this package.
type pages struct {
	*web.Site
	forget   func(casework.ConsultationID) // ends a sitting with all that is in memory of it
	versions sync.Map                      // int → *checklist.Content: older versions, read when an old answer is shown
}

// Areas lists the addresses and pages of this package. forget ends a sitting with everything of it that
// is in memory.
func Areas(site *web.Site, forget func(casework.ConsultationID)) []web.Area {
	s := &pages{Site: site, forget: forget}
	return []web.Area{
		s.sittingArea(), s.sectionArea(), s.talkArea(), s.patternArea(), s.closeArea(), s.turnArea(), s.incidentArea(),
	}
}
