package server

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"net/http"

	"keyholder/server/web"
)

// Names of the cookies. The prefixed name is used where the browser accepts it on http, which
// the probe finds out; the prefix forbids another name on this machine to plant one.
const (
	prefix        = "__Host-"
	probeCookie   = "probe"
	ticketCookie  = "ticket"
	sessionCookie = "session"
	turnCookie    = "turn" // means nothing; see forgetPages
)

// attach finds the session of a request behind the lock and reports whether there is one. A form
// must carry the session's token as well.
func (s *Server) attach(c *web.Call, r web.Route) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.opened == nil || s.closing {
		return false
	}
	found := s.find(c)
	if found == nil {
		return false
	}
	if r.Method == http.MethodPost && !same(c.PostForm("_token"), found.Token) {
		return false
	}
	c.Session, c.Opened = found, s.opened
	if !r.Quiet {
		s.lastSeen = s.Now()
	}
	return true
}

// find returns the session whose cookie and path key both fit. s.mu is held.
func (s *Server) find(c *web.Call) *web.Session {
	value := readCookie(c, sessionCookie)
	for _, v := range s.sessions {
		if value != "" && v.HasCookie(value) && same(c.Param("key"), v.Key) {
			return v
		}
	}
	return nil
}

// cookieSession returns the session that a request's cookie belongs to, whatever its path. It is good
// for ending a session, never for opening anything.
func (s *Server) cookieSession(c *web.Call) *web.Session {
	value := readCookie(c, sessionCookie)
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, v := range s.sessions {
		if v.HasCookie(value) {
			return v
		}
	}
	return nil
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// turnAway answers a request behind the lock that has no session: the neutral page that says nothing
// but that this page is closed. A form that a worker sent into a lock is kept for her; of a sitting
// without a record nothing is kept, and she is told so.
func (s *Server) turnAway(c *web.Call, r web.Route) error {
	if r.Method != http.MethodPost || !s.hasTicket(c) {
		return s.showClosed(c)
	}
	if !r.Forget && s.keep(c) {
		c.Redirect(http.StatusSeeOther, "/unlock?kept")
		return nil
	}
	if c.PostForm("_from") == "" && ofSitting(belowKey(c.Request.URL.Path)) {
		c.Redirect(http.StatusSeeOther, "/unlock?gone")
		return nil
	}
	return s.showClosed(c)
}

// hash is how tokens and tickets are known outside of the browser that holds them.
func hash(value string) string {
	sum := sha256.Sum256([]byte(value))
	return hex.EncodeToString(sum[:])
}

func (s *Server) hasTicket(c *web.Call) bool {
	value := readCookie(c, ticketCookie)
	return value != "" && s.cfg.Keeper.HasTicket(hash(value))
}

// ownCookie keeps the cookies of a demonstration apart from those of real cases, where both are served
// under the same number.
func ownCookie(c *web.Call, name string) string {
	if c.MadeUp() {
		return "made-up-" + name
	}
	return name
}

// readCookie prefers the prefixed name.
func readCookie(c *web.Call, name string) string {
	name = ownCookie(c, name)
	for _, n := range []string{prefix + name, name} {
		if cookie, err := c.Request.Cookie(n); err == nil && cookie.Value != "" {
			return cookie.Value
		}
	}
	return ""
}

// setCookie sets a cookie for this browser session only. Browsers that do not keep a prefixed cookie
// on http (the probe did not come back) get a plain one.
func setCookie(c *web.Call, name, value string) {
	probe := prefix + ownCookie(c, probeCookie)
	name = ownCookie(c, name)
	cookie := &http.Cookie{
		Name: prefix + name, Value: value, Path: "/", Secure: true, HttpOnly: true,
		SameSite: http.SameSiteStrictMode,
	}
	if _, err := c.Request.Cookie(probe); err != nil && cookie.Name != probe {
		cookie.Name, cookie.Secure = name, false
	}
	if value == "" {
		cookie.MaxAge = -1
	}
	http.SetCookie(c.Writer, cookie)
}

// enter makes a new session for this browser and ends the one it had.
func (s *Server) enter(c *web.Call, o *web.Opened) *web.Session {
	v, value := web.NewSession()
	if old := s.cookieSession(c); old != nil {
		s.end(old)
		v.Sit(old.Sat()...)
	}
	s.mu.Lock()
	s.opened = o
	s.sessions = append(s.sessions, v)
	s.lastSeen = s.Now()
	s.mu.Unlock()
	setCookie(c, sessionCookie, value)
	c.Session, c.Opened = v, o
	s.useSettings(c)
	return v
}

// end removes one session and reports whether it was the last.
func (s *Server) end(v *web.Session) (last bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, other := range s.sessions {
		if other == v {
			s.sessions = append(s.sessions[:i], s.sessions[i+1:]...)
			break
		}
	}
	return len(s.sessions) == 0
}
