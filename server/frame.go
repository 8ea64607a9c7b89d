package server

import (
	"net/http"
	"time"

	"keyholder/server/view"
	"keyholder/server/web"
)

// frameArea is everything around the work: start, first run, unlock, lock, leave, home, settings.
func (s *Server) frameArea() web.Area {
	open := func(method, path string, h web.Handler) web.Route {
		return web.Route{Method: method, Path: path, Handle: h}
	}
	ticket := func(method, path string, h web.Handler) web.Route {
		return web.Route{Method: method, Path: path, Access: web.Ticketed, Handle: h, Forget: true}
	}
	return web.Area{
		Routes: []web.Route{
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
			web.Get("/recovery", s.showRecovery),
			{Method: http.MethodPost, Path: "/recovery/new", Access: web.Unlocked, Handle: s.newRecovery, Forget: true},
			{Method: http.MethodPost, Path: "/recovery", Access: web.Unlocked, Handle: s.confirmRecovery, Forget: true},
			web.Get("/home", s.showHome),
			{Method: http.MethodPost, Path: "/lock", Access: web.Unlocked, Handle: s.lockNow, Forget: true},
			{Method: http.MethodPost, Path: "/awake", Access: web.Unlocked, Handle: s.awake, Forget: true},
			{Method: http.MethodPost, Path: "/hold", Access: web.Unlocked, Handle: s.hold, Forget: true},
			web.Get("/settings", s.showSettings),
			web.Post("/settings", s.saveSettings),
			web.Get("/settings/passphrase", s.showPassphrase),
			web.Get("/settings/licences", s.showLicences),
			{Method: http.MethodPost, Path: "/settings/passphrase", Access: web.Unlocked, Handle: s.changePassphrase, Forget: true},
		},
		Pages: []view.Page{
			&startPage{}, &unlockPage{}, &firstPage{}, &recoveryPage{}, &homePage{}, &settingsPage{},
			&passphrasePage{}, &closedPage{}, &awayPage{}, &errorPage{}, &licencesPage{},
		},
	}
}

// pagesOf collects the page structs of all areas and notes which paths can be shown.
func (s *Server) pagesOf(areas []web.Area) []view.Page {
	var pages []view.Page
	s.Shown = map[string]bool{}
	for _, a := range areas {
		pages = append(pages, a.Pages...)
		for _, r := range a.Routes {
			if r.Access == web.Unlocked && r.Method == http.MethodGet {
				s.Shown[r.Path] = true
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
	if left := s.heldTill.Sub(s.Now()); left > 0 {
		sc.InSession = true
		sc.CoverSeconds = int(coverAfter.Seconds())
		sc.IdleSeconds = int(max(left, s.cfg.IdleLock).Seconds())
	}
	return sc
}

// coverAfter is how long the screen stays readable without input while the idle lock is held.
const coverAfter = 2 * time.Minute
