package server

import (
	"net/http"

	"keyholder/server/view"
)

// handler answers one request: load, parse, validate, act, then redirect or render. It returns an
// error instead of writing a status; errors.go alone turns errors into pages.
type handler = func(c *call) error

// access says who may use a route.
type access int

const (
	anyone   access = iota // no cookie is needed; the page holds nothing about anybody
	ticketed               // a browser that redeemed a launch token
	unlocked               // behind the lock: session cookie and path key together
)

// route is one line of the table of addresses. Paths of unlocked routes stand below the path key.
type route struct {
	method string
	path   string
	access access
	handle handler
	quiet  bool  // the script asks by itself: does not count as somebody being there
	forget bool  // a form sent here into a lock is not kept (passphrases, the lock itself)
	limit  int64 // largest body in bytes; 0 is defaultBody
}

// get is a page behind the lock.
func get(path string, h handler) route {
	return route{method: http.MethodGet, path: path, access: unlocked, handle: h}
}

// post is a form behind the lock.
func post(path string, h handler) route {
	return route{method: http.MethodPost, path: path, access: unlocked, handle: h}
}

// transient is a form behind the lock that is not kept when it is sent into a lock: what it is about
// does not outlive the lock either.
func transient(path string, h handler) route {
	r := post(path, h)
	r.forget = true
	return r
}

// area is a group of pages: its routes, and one value of each of its page structs, which the view
// engine checks against their templates at start.
type area struct {
	routes []route
	pages  []view.Page
}

// areas lists everything that can be reached. Each area stands in its own file.
func (s *Server) areas() []area {
	return []area{
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
