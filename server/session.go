package server

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"
	"sync"

	"keyholder/casework"
	"keyholder/casework/stats"
	"keyholder/server/view"
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

// session is one browser that unlocked. The cookie alone opens nothing: any local program can listen
// on another port of the same name and be sent it. The path key alone opens nothing: it stands in
// the history. Both together are one session, and both are void at lock.
type session struct {
	cookie [sha256.Size]byte // hash of the cookie's value
	key    string            // path key: 128 random bits in base32
	token  string            // goes into every form

	mu       sync.Mutex
	flash    *view.Banner
	chosen   choices
	recovery string // recovery key until the worker confirmed that it is written down
	kept     []kept
	done     map[string]*submission
	order    []string
	sittings []casework.ConsultationID // sittings started here; Leave ends them
	prepared map[string]*prepared      // figures shown to the worker and not published yet
}

// choices are the settings that every page needs, read at unlock and after they were saved.
type choices struct {
	product  string // neutral name; empty: the one the program was started with
	leaveURL string // where Leave ends; empty: the built-in page
	hide     bool   // what was written is blurred until it is pointed at
}

// submission is a form post under way or done; it is locked while it is performed.
type submission struct {
	sync.Mutex
	location string
}

// maxSubmissions bounds what a session remembers of past form posts.
const maxSubmissions = 256

func newSecret() string {
	b := make([]byte, 16)
	rand.Read(b)
	return hex.EncodeToString(b)
}

func newSession() (*session, string) {
	value := newSecret()
	return &session{
		cookie: sha256.Sum256([]byte(value)),
		key:    strings.ToLower(rand.Text()),
		token:  newSecret(),
		done:   map[string]*submission{},
	}, value
}

// begin returns the submission with this id, locked: a second post with the same id waits for the
// first to end.
func (v *session) begin(id string) *submission {
	v.mu.Lock()
	sub, ok := v.done[id]
	if !ok {
		sub = &submission{}
		v.done[id] = sub
		v.order = append(v.order, id)
		if len(v.order) > maxSubmissions {
			delete(v.done, v.order[0])
			v.order = v.order[1:]
		}
	}
	v.mu.Unlock()
	sub.Lock()
	return sub
}

// sit notes a sitting that was started in this browser.
func (v *session) sit(ids ...casework.ConsultationID) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.sittings = append(v.sittings, ids...)
}

// sat returns the sittings that were started in this browser, those that have ended among them.
func (v *session) sat() []casework.ConsultationID {
	v.mu.Lock()
	defer v.mu.Unlock()
	return slices.Clone(v.sittings)
}

// prepared is a release that was audited together with the first so many of the ledger.
type prepared struct {
	release *stats.Release
	earlier int
}

// hold keeps a prepared release for the worker to look at and returns its id. The newest replaces
// the one before.
func (v *session) hold(p *prepared) string {
	v.mu.Lock()
	defer v.mu.Unlock()
	id := newSecret()
	v.prepared = map[string]*prepared{id: p}
	return id
}

// held returns a prepared release, nil when another one was prepared since.
func (v *session) held(id string) *prepared {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.prepared[id]
}

func (v *session) setChoices(c choices) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.chosen = c
}

func (v *session) choices() choices {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.chosen
}

func (v *session) setRecovery(key string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.recovery = key
}

func (v *session) recoveryKey() string {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.recovery
}

func (v *session) setFlash(b *view.Banner) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.flash = b
}

func (v *session) takeFlash() *view.Banner {
	v.mu.Lock()
	defer v.mu.Unlock()
	b := v.flash
	v.flash = nil
	return b
}

// attach finds the session of a request behind the lock and reports whether there is one. A form
// must carry the session's token as well.
func (s *Server) attach(c *call, r route) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.opened == nil || s.closing {
		return false
	}
	found := s.find(c)
	if found == nil {
		return false
	}
	if r.method == http.MethodPost && !same(c.PostForm("_token"), found.token) {
		return false
	}
	c.session, c.opened = found, s.opened
	if !r.quiet {
		s.lastSeen = s.cfg.Now()
	}
	return true
}

// find returns the session whose cookie and path key both fit. s.mu is held.
func (s *Server) find(c *call) *session {
	value := readCookie(c, sessionCookie)
	hash := sha256.Sum256([]byte(value))
	for _, v := range s.sessions {
		if value != "" && subtle.ConstantTimeCompare(hash[:], v.cookie[:]) == 1 &&
			same(c.Param("key"), v.key) {
			return v
		}
	}
	return nil
}

// cookieSession returns the session that a request's cookie belongs to, whatever its path. It is good
// for ending a session, never for opening anything.
func (s *Server) cookieSession(c *call) *session {
	hash := sha256.Sum256([]byte(readCookie(c, sessionCookie)))
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, v := range s.sessions {
		if subtle.ConstantTimeCompare(hash[:], v.cookie[:]) == 1 {
			return v
		}
	}
	return nil
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// turnAway answers a request behind the lock that has no session: the neutral page that says nothing
// but that this page is closed. A form that a worker sent into a lock is kept for her; of a sitting
// without a record nothing is kept, and she is told so.
func (s *Server) turnAway(c *call, r route) error {
	if r.method != http.MethodPost || !s.hasTicket(c) {
		return s.showClosed(c)
	}
	if !r.forget && s.keep(c) {
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

func (s *Server) hasTicket(c *call) bool {
	value := readCookie(c, ticketCookie)
	return value != "" && s.cfg.Keeper.HasTicket(hash(value))
}

// ownCookie keeps the cookies of a demonstration apart from those of real cases, where both are served
// under the same number.
func (c *call) ownCookie(name string) string {
	if c.MadeUp() {
		return "made-up-" + name
	}
	return name
}

// readCookie prefers the prefixed name.
func readCookie(c *call, name string) string {
	name = c.ownCookie(name)
	for _, n := range []string{prefix + name, name} {
		if cookie, err := c.Request.Cookie(n); err == nil && cookie.Value != "" {
			return cookie.Value
		}
	}
	return ""
}

// setCookie sets a cookie for this browser session only. Browsers that do not keep a prefixed cookie
// on http (the probe did not come back) get a plain one.
func setCookie(c *call, name, value string) {
	probe := prefix + c.ownCookie(probeCookie)
	name = c.ownCookie(name)
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
func (s *Server) enter(c *call, o *Opened) *session {
	v, value := newSession()
	if old := s.cookieSession(c); old != nil {
		s.end(old)
		v.sit(old.sat()...)
	}
	s.mu.Lock()
	s.opened = o
	s.sessions = append(s.sessions, v)
	s.lastSeen = s.cfg.Now()
	s.mu.Unlock()
	setCookie(c, sessionCookie, value)
	c.session, c.opened = v, o
	s.useSettings(c)
	return v
}

// end removes one session and reports whether it was the last.
func (s *Server) end(v *session) (last bool) {
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
