package server

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"
)

// The limits of every connection. Keep-alive is off: after a lock the next request must reach the
// next process, and on loopback a new connection costs nothing.
const (
	headerTime    = 5 * time.Second
	readTime      = 30 * time.Second
	writeTime     = 2 * time.Minute
	maxHeader     = 16 << 10
	shutdownGrace = 2 * time.Second
)

// Serve answers on the listeners until ctx ends, then finishes the answers under way and returns.
// Requests that were not read yet wait in the listener for the next process.
func (s *Server) Serve(ctx context.Context, listeners []net.Listener) error {
	h := &http.Server{
		Handler: s, ReadHeaderTimeout: headerTime, ReadTimeout: readTime, WriteTimeout: writeTime,
		MaxHeaderBytes: maxHeader, ErrorLog: nil,
		BaseContext: func(net.Listener) context.Context { return s.jobs },
	}
	h.SetKeepAlivesEnabled(false)
	failed := make(chan error, len(listeners))
	for _, l := range listeners {
		go func() { failed <- h.Serve(l) }()
	}
	go s.Watch(ctx)
	select {
	case <-ctx.Done():
	case err := <-failed:
		return fmt.Errorf("serving pages: %w", err)
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownGrace)
	defer cancel()
	if err := h.Shutdown(grace); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("ending the service: %w", err)
	}
	return nil
}
