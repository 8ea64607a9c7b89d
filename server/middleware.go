package server

import (
	"errors"
	"io"
	"net/http"
	"runtime/debug"
	"slices"

	"github.com/gin-gonic/gin"

	"keyholder/casework"
	"keyholder/server/web"
)

// Policy is the content security policy of every answer, without exception.
const Policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; " +
	"connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// defaultBody is the largest form, in bytes: a long note is 20 kB.
const defaultBody = 256 << 10

// build puts the middleware in its order: exact host, recover, headers, cross-origin, limits, then
// per route session and lock, and the log around what the route did.
func (s *Server) build(areas []web.Area) *gin.Engine {
	gin.SetMode(gin.ReleaseMode)
	gin.DefaultWriter, gin.DefaultErrorWriter = io.Discard, io.Discard
	e := gin.New()
	e.HandleMethodNotAllowed = true
	e.RedirectTrailingSlash, e.RedirectFixedPath = false, false
	e.MaxMultipartMemory = defaultBody
	_ = e.SetTrustedProxies(nil) // a nil list cannot be malformed
	e.Use(s.headers, s.exactHost, s.recovering, s.sameOrigin(http.NewCrossOriginProtection()))
	for _, a := range areas {
		for _, r := range a.Routes {
			path := r.Path
			if r.Access == web.Unlocked {
				path = "/k/:key" + r.Path
			}
			e.Handle(r.Method, path, s.serve(r))
		}
	}
	e.NoRoute(s.serve(web.Route{Access: web.Anyone, Handle: s.showNotFound}))
	e.NoMethod(s.serve(web.Route{Access: web.Anyone, Handle: s.showNotFound}))
	return e
}

// headers come first of all, so that refusals carry them too.
func (s *Server) headers(c *gin.Context) {
	h := c.Writer.Header()
	h.Set("Content-Security-Policy", Policy)
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("X-Robots-Tag", "noindex")
	h.Set("Permissions-Policy", permissions)
}

// permissions switches off what a page of ours will never ask for.
const permissions = "accelerometer=(), autoplay=(), camera=(), " +
	"clipboard-read=(), display-capture=(), encrypted-media=(), fullscreen=(), geolocation=(), " +
	"gyroscope=(), hid=(), idle-detection=(), local-fonts=(), magnetometer=(), microphone=(), midi=(), " +
	"payment=(), publickey-credentials-get=(), screen-wake-lock=(), serial=(), usb=(), " +
	"xr-spatial-tracking=()"

// exactHost refuses every name but our own: a web page whose name was made to point here (DNS
// rebinding) still sends its own name.
func (s *Server) exactHost(c *gin.Context) {
	if c.Request.Host != s.cfg.Host {
		s.refuse(c, http.StatusMisdirectedRequest, "host")
	}
}

// refuse answers without looking any further at the request.
func (s *Server) refuse(c *gin.Context, status int, reason string) {
	s.cfg.Log.Info("request refused", "status", status, "reason", reason)
	c.String(status, http.StatusText(status)+"\n")
	c.Abort()
}

// recovering turns a panic into an incident page. The request itself is never dumped: its headers
// carry cookies and its body carries a case.
func (s *Server) recovering(c *gin.Context) {
	defer func() {
		if v := recover(); v != nil {
			s.cfg.Log.Error("request panicked", "kind", panicKind(v), "reason", origin(debug.Stack()))
			s.fail(&web.Call{Context: c, Site: s.Site}, errPanic)
			c.Abort()
		}
	}()
	c.Next()
}

// sameOrigin lets nothing in that another site or another port sent. Leave is the exception: it
// holds nothing back and takes nothing in.
func (s *Server) sameOrigin(protection *http.CrossOriginProtection) gin.HandlerFunc {
	return func(c *gin.Context) {
		if c.Request.URL.Path == "/leave" {
			return
		}
		if err := protection.Check(c.Request); err != nil {
			s.refuse(c, http.StatusForbidden, "cross_origin")
			return
		}
		site := c.GetHeader("Sec-Fetch-Site")
		entry := slices.Contains([]string{"/", "/start", "/away"}, c.Request.URL.Path)
		if site != "" && site != "same-origin" && site != "none" && !entry {
			s.refuse(c, http.StatusForbidden, "cross_site_read")
		}
	}
}

// serve wraps a handler with limits, session, lock, repeated submits and the log.
func (s *Server) serve(r web.Route) gin.HandlerFunc {
	return func(c *gin.Context) {
		start := s.Now()
		call := &web.Call{Context: c, Site: s.Site}
		if s.isClosing() {
			// This connection was opened before the lock: the next process answers.
			c.Redirect(http.StatusTemporaryRedirect, "http://"+s.cfg.Host+c.Request.URL.RequestURI())
			c.Writer.WriteHeaderNow()
			return
		}
		if err := s.admit(call, r); err != nil {
			s.fail(call, err)
		}
		c.Writer.WriteHeaderNow()
		pattern := c.FullPath()
		if pattern == "" {
			pattern = "none"
		}
		s.cfg.Log.Info("request", "route", r.Method+" "+pattern, "status", c.Writer.Status(),
			"duration_ms", s.Now().Sub(start).Milliseconds())
		s.exitWhenClosing(call)
	}
}

func (s *Server) admit(c *web.Call, r web.Route) error {
	if err := limitBody(c, r.Limit); err != nil {
		return err
	}
	switch r.Access {
	case web.Ticketed:
		if !s.hasTicket(c) {
			c.Redirect(http.StatusSeeOther, "/start")
			return nil
		}
	case web.Unlocked:
		if !s.attach(c, r) {
			return s.turnAway(c, r)
		}
		if r.Method == http.MethodPost {
			return s.once(c, r.Handle)
		}
	}
	return r.Handle(c)
}

// limitBody reads the whole form before any handler runs. A cut or oversized body is an error here:
// left to PostForm it would come out as empty fields, and a blank note would be saved over a full
// one.
func limitBody(c *web.Call, limit int64) error {
	r := c.Request
	if r.Method != http.MethodPost {
		return nil
	}
	if limit == 0 {
		limit = defaultBody
	}
	r.Body = http.MaxBytesReader(c.Writer, r.Body, limit)
	var err error
	switch typeOf(c.GetHeader("Content-Type")) {
	case "application/x-www-form-urlencoded":
		err = r.ParseForm()
	case "multipart/form-data":
		err = r.ParseMultipartForm(limit)
	case "":
		if n, _ := r.Body.Read(make([]byte, 1)); n > 0 {
			err = errNoForm
		}
	default:
		err = errNoForm
	}
	var large *http.MaxBytesError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &large):
		return &casework.Error{Kind: casework.KindInvalid, Key: "frame.error.too_large", Err: err}
	}
	return &casework.Error{Kind: casework.KindInvalid, Key: "frame.error.cut_short", Err: err}
}

var errNoForm = errors.New("reading a form: the body is not one")

// once performs a submitted form one time. The same submission sent again (a double click, a reload)
// gets the answer of the first and changes nothing.
func (s *Server) once(c *web.Call, h web.Handler) error {
	id := c.Submission()
	if id == "" {
		return h(c)
	}
	done := c.Session.Begin(id)
	defer done.Unlock()
	if done.Location != "" {
		c.Redirect(http.StatusSeeOther, done.Location)
		return nil
	}
	err := h(c)
	if err == nil && c.Writer.Status() == http.StatusSeeOther {
		done.Location = c.Writer.Header().Get("Location")
		c.Settle()
	}
	return err
}

// exitWhenClosing ends the process once the answer that locked the vault has been written.
func (s *Server) exitWhenClosing(c *web.Call) {
	if s.isClosing() {
		c.Writer.Flush()
		s.cfg.Exit("locked")
	}
}
