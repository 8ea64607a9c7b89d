package server

import (
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"keyholder/casework"
	"keyholder/server/view"
	"keyholder/server/web"
)

// errPanic stands in for whatever a handler panicked with; the log has its kind.
var errPanic = errors.New("serving a request: it panicked")

// errorPage is the one page for everything that went wrong.
type errorPage struct {
	view.Base
	Text     string
	Next     string // what to do
	Incident string // short code to quote; empty for errors that explain themselves
}

func (errorPage) Template() string { return "frame/error" }

// status is the only place where an error becomes a status.
func status(kind casework.Kind) int {
	switch kind {
	case casework.KindNotFound:
		return http.StatusNotFound
	case casework.KindInvalid:
		return http.StatusUnprocessableEntity
	case casework.KindConflict:
		return http.StatusConflict
	case casework.KindLocked, casework.KindForbidden:
		return http.StatusForbidden
	case casework.KindUnavailable:
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

// fail draws the error page. What a user may know comes from the catalogue by key; an error without
// a key becomes an incident code, whose cause stands in the log by its types only.
func (s *Server) fail(c *web.Call, err error) {
	if c.Writer.Written() {
		s.cfg.Log.Error("answer cut off", "kind", web.Kinds(err))
		return
	}
	code, text := http.StatusInternalServerError, ""
	var known *casework.Error
	var conflict *casework.Conflict
	switch {
	case errors.As(err, &known):
		code, text = status(known.Kind), known.Key
	case errors.As(err, &conflict):
		code, text = http.StatusConflict, "frame.error.conflict"
	case s.cfg.ErrorKey(err) != "":
		code, text = http.StatusServiceUnavailable, s.cfg.ErrorKey(err)
	}
	p := &errorPage{Base: c.Base("frame.error.title")}
	if text == "" {
		p.Incident = strings.ToLower(rand.Text()[:8])
		text = "frame.error.unknown"
		s.cfg.Log.Error("request failed", "incident", p.Incident, "kind", web.Kinds(err))
	}
	p.Text = c.T(text)
	if next := text + ".next"; s.Texts.Has(next) {
		p.Next = c.T(next)
	}
	if c.Answer(code, p) != nil {
		c.String(code, http.StatusText(code)+"\n")
	}
}

func panicKind(v any) string {
	if err, ok := v.(error); ok {
		return web.Kinds(err)
	}
	return fmt.Sprintf("%T", v)
}

// origin finds the first line of a stack that is our own code: file and line, no values.
func origin(stack []byte) string {
	for _, line := range strings.Split(string(stack), "\n") {
		at := strings.Index(line, "/server/")
		if at < 0 || strings.Contains(line, "middleware.go") || !strings.HasPrefix(line, "\t") {
			continue
		}
		place, _, _ := strings.Cut(line[at+1:], " ")
		return place
	}
	return "unknown"
}

// showNotFound is the page for an address that does not exist.
func (s *Server) showNotFound(*web.Call) error {
	return &casework.Error{Kind: casework.KindNotFound, Key: "frame.error.not_found"}
}
