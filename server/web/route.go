package web

import (
	"net/http"

	"keyholder/server/view"
)

// Handler answers one request: load, parse, validate, act, then redirect or render. It returns an
// error instead of writing a status; server/errors.go alone turns errors into pages.
type Handler = func(c *Call) error

// Access says who may use a route.
type Access int

const (
	Anyone   Access = iota // no cookie is needed; the page holds nothing about anybody
	Ticketed               // a browser that redeemed a launch token
	Unlocked               // behind the lock: session cookie and path key together
)

// Route is one line of the table of addresses. Paths of unlocked routes stand below the path key.
type Route struct {
	Method string
	Path   string
	Access Access
	Handle Handler
	Quiet  bool  // the script asks by itself: does not count as somebody being there
	Forget bool  // a form sent here into a lock is not kept (passphrases, the lock itself)
	Limit  int64 // largest body in bytes; 0 is defaultBody
}

// Get is a page behind the lock.
func Get(path string, h Handler) Route {
	return Route{Method: http.MethodGet, Path: path, Access: Unlocked, Handle: h}
}

// Post is a form behind the lock.
func Post(path string, h Handler) Route {
	return Route{Method: http.MethodPost, Path: path, Access: Unlocked, Handle: h}
}

// Transient is a form behind the lock that is not kept when it is sent into a lock: what it is about
// does not outlive the lock either.
func Transient(path string, h Handler) Route {
	r := Post(path, h)
	r.Forget = true
	return r
}

// Area is a group of pages: its routes, and one value of each of its page structs, which the view
// engine checks against their templates at start.
type Area struct {
	Routes []Route
	Pages  []view.Page
}
