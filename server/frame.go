package server

import (
	"net/http"
	"time"

	"keyholder/server/view"
)

// Keys of the settings that belong to the frame.
const (
	settingProduct   = "frame.product"
	settingIdle      = "frame.idle_minutes"
	settingLeave     = "frame.leave_url"
	settingRelook    = "risk.relook_days" // days after which the risk is looked at again; empty: as the rule says
	settingEmergency = "frame.emergency_number"
	settingHide      = "frame.hide"
	settingRecovery  = "frame.recovery_written"
)

// frameArea is everything around the work: start, first run, unlock, lock, leave, home, settings.
func (s *Server) frameArea() area {
	open := func(method, path string, h handler) route {
		return route{method: method, path: path, handle: h}
	}
	ticket := func(method, path string, h handler) route {
		return route{method: method, path: path, access: ticketed, handle: h, forget: true}
	}
	return area{
		routes: []route{
			open(http.MethodGet, "/", s.showEntry),
			open(http.MethodGet, "/start", s.showStart),
			open(http.MethodPost, "/start", s.redeem),
			open(http.MethodGet, "/leave", s.leave),
			open(http.MethodPost, "/leave", s.leave),
			open(http.MethodGet, "/away", s.showAway),
			open(http.MethodGet, "/closed", s.showClosed),
			open(http.MethodGet, "/licences", s.showLicences),
			open(http.MethodGet, "/static/:hash/*file", s.showStatic),
			ticket(http.MethodGet, "/unlock", s.showUnlock),
			ticket(http.MethodPost, "/unlock", s.unlock),
			ticket(http.MethodGet, "/first", s.showFirst),
			ticket(http.MethodPost, "/first", s.first),
			ticket(http.MethodPost, "/strength", s.strength),
			get("/recovery", s.showRecovery),
			{method: http.MethodPost, path: "/recovery/new", access: unlocked, handle: s.newRecovery, forget: true},
			{method: http.MethodPost, path: "/recovery", access: unlocked, handle: s.confirmRecovery, forget: true},
			get("/home", s.showHome),
			{method: http.MethodPost, path: "/lock", access: unlocked, handle: s.lockNow, forget: true},
			{method: http.MethodPost, path: "/awake", access: unlocked, handle: s.awake, forget: true},
			{method: http.MethodPost, path: "/hold", access: unlocked, handle: s.hold, forget: true},
			get("/settings", s.showSettings),
			post("/settings", s.saveSettings),
			get("/settings/passphrase", s.showPassphrase),
			get("/settings/licences", s.showLicences),
			{method: http.MethodPost, path: "/settings/passphrase", access: unlocked, handle: s.changePassphrase, forget: true},
		},
		pages: []view.Page{
			&startPage{}, &unlockPage{}, &firstPage{}, &recoveryPage{}, &homePage{}, &settingsPage{},
			&passphrasePage{}, &closedPage{}, &awayPage{}, &errorPage{}, &licencesPage{},
		},
	}
}

// pagesOf collects the page structs of all areas and notes which paths can be shown.
func (s *Server) pagesOf(areas []area) []view.Page {
	var pages []view.Page
	s.shown = map[string]bool{}
	for _, a := range areas {
		pages = append(pages, a.pages...)
		for _, r := range a.routes {
			if r.access == unlocked && r.method == http.MethodGet {
				s.shown[r.path] = true
			}
		}
	}
	return pages
}

// script tells the page how long it may stay open.
func (s *Server) script() view.Script {
	s.mu.Lock()
	defer s.mu.Unlock()
	sc := view.Script{IdleSeconds: int(s.cfg.IdleLock.Seconds())}
	if left := s.heldTill.Sub(s.cfg.Now()); left > 0 {
		sc.InSession = true
		sc.CoverSeconds = int(coverAfter.Seconds())
		sc.IdleSeconds = int(max(left, s.cfg.IdleLock).Seconds())
	}
	return sc
}

// coverAfter is how long the screen stays readable without input while the idle lock is held.
const coverAfter = 2 * time.Minute
