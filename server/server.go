// Package server is the web interface of Keyholder: HTTP, sessions and pages. It opens no socket and
// starts no process (server/launch does), and it holds no rule about cases (casework does).
package server

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/gin-gonic/gin"

	"keyholder/casework"
	"keyholder/server/i18n"
	"keyholder/server/scan"
	"keyholder/server/view"
	"keyholder/server/web"
)

// Server answers the requests of one process: first locked, then, after one unlock, open until it
// ends.
type Server struct {
	*web.Site
	cfg    Config
	assets *assets
	router *gin.Engine

	scans *scan.Jobs

	jobs    context.Context // ends at lock: scans and other work under way stop with it
	endJobs context.CancelFunc

	mu       sync.Mutex
	opened   *web.Opened
	sessions []*web.Session
	lastSeen time.Time
	heldTill time.Time // "In session" holds the idle lock until then
	closing  bool

	listeners []net.Listener // while Serve accepts

	publishing sync.Mutex // from looking into the ledger to writing it
}

// New parses all templates and texts and builds the routes. It fails when any of them is wrong, so
// that a broken page is met by the person who made it.
func New(cfg Config) (*Server, error) {
	if err := cfg.check(); err != nil {
		return nil, err
	}
	locales, err := i18n.Load(cfg.Templates, "locales")
	if err != nil {
		return nil, fmt.Errorf("loading texts: %w", err)
	}
	texts, err := locales.Localiser(cfg.Lang)
	if err != nil {
		return nil, err
	}
	assets, err := hashAssets(cfg.Static)
	if err != nil {
		return nil, fmt.Errorf("reading static files: %w", err)
	}
	s := &Server{cfg: cfg, assets: assets, lastSeen: cfg.Now(), scans: scan.NewJobs()}
	s.Site = &web.Site{
		Content: cfg.Data.Content, Knowledge: cfg.Data.Knowledge, Texts: texts, Sittings: casework.NewConsultations(),
		Log: cfg.Log, Now: cfg.Now, Script: s.script, Product: cfg.Product, Version: cfg.Version, MadeUp: cfg.MadeUp,
	}
	s.jobs, s.endJobs = context.WithCancel(context.Background())
	areas := s.areas()
	pages := s.pagesOf(areas)
	s.Engine, err = view.New(view.Config{
		Templates: cfg.Templates, Texts: texts, Static: assets.url, Pages: pages,
	})
	if err != nil {
		return nil, fmt.Errorf("preparing pages: %w", err)
	}
	s.router = s.build(areas)
	return s, nil
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.router.ServeHTTP(w, r) }
