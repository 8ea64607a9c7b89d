package server

import (
	"net/http"

	"keyholder/casework"
	"keyholder/server/view"
	"keyholder/server/web"
)

// closedPage is what stands where a page behind the lock was. It is the same for every address, with
// and without a session elsewhere, so that it tells nothing.
type closedPage struct{ view.Base }

func (closedPage) Template() string { return "frame/closed" }

// awayPage is the neutral page where Leave ends: it must look like somebody else's.
type awayPage struct {
	view.Base
	Rows []awayRow
}

type awayRow struct{ Measure, Metric, Imperial string }

func (awayPage) Template() string { return "frame/away" }

func (s *Server) showClosed(c *web.Call) error {
	forgetPages(c)
	return c.Answer(http.StatusForbidden, &closedPage{Base: c.Base("frame.closed.title")})
}

// leave ends this browser's session and goes to the neutral page. It is the one change that a GET
// may make: a link must work without a script and from any page (docs/decisions/0002-one-origin.md).
func (s *Server) leave(c *web.Call) error {
	target := s.cfg.LeaveURL
	if v := s.cookieSession(c); v != nil {
		if own := v.Choices().LeaveURL; own != "" {
			target = own
		}
		for _, id := range v.Sat() {
			s.forgetSitting(id)
		}
		if s.end(v) {
			s.lock("leave")
		}
	}
	if target == "" {
		target = "/away"
	}
	c.Header("Clear-Site-Data", `"cache", "cookies", "storage"`)
	c.Redirect(http.StatusSeeOther, target)
	return nil
}

// forgetPages makes the browser drop the pages that it keeps whole for Back. Chromium keeps them even
// though they were sent with no-store, a page without a script cannot cover itself, and clearing the
// cache does not reach them; but they are dropped when a cookie that scripts cannot read changes.
func forgetPages(c *web.Call) { setCookie(c, turnCookie, web.NewSecret()) }

// lockNow is the lock button: every session ends.
func (s *Server) lockNow(c *web.Call) error {
	s.lock("lock button")
	c.Session, c.Opened = nil, nil
	forgetPages(c)
	return c.To("/unlock")
}

// lock drops everything and marks the process to end after the answer under way. It does not wait
// for jobs: their context is cancelled.
func (s *Server) lock(reason string) {
	s.mu.Lock()
	opened := s.opened
	s.opened, s.sessions, s.closing = nil, nil, true
	s.mu.Unlock()
	s.cfg.Log.Info("locked", "reason", reason)
	s.endJobs()
	s.stopListening()
	if opened != nil {
		if err := opened.Close(); err != nil {
			s.cfg.Log.Error("closing the vault", "kind", web.Kinds(err))
		}
	}
}

func (s *Server) showAway(c *web.Call) error {
	p := &awayPage{Base: c.Base("frame.away.title"), Rows: []awayRow{
		{"1 teaspoon", "5 ml", "1/6 fl oz"},
		{"1 tablespoon", "15 ml", "1/2 fl oz"},
		{"1/4 cup", "60 ml", "2 fl oz"},
		{"1/3 cup", "80 ml", "2 1/2 fl oz"},
		{"1/2 cup", "120 ml", "4 fl oz"},
		{"1 cup", "240 ml", "8 fl oz"},
		{"1 cup flour", "125 g", "4 1/2 oz"},
		{"1 cup sugar", "200 g", "7 oz"},
		{"1 cup butter", "225 g", "8 oz"},
		{"1 cup rice", "185 g", "6 1/2 oz"},
		{"1 stick butter", "113 g", "4 oz"},
		{"1 egg, medium", "50 g", "1 3/4 oz"},
	}}
	return c.Show(p)
}

// forgetSitting ends a sitting with everything of it that is in memory: a check of a network that is
// under way is called off, and what one has found is gone.
func (s *Server) forgetSitting(id casework.ConsultationID) {
	s.Sittings.End(id)
	s.scans.ForgetIn("/session/" + string(id))
}
