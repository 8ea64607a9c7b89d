package server

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"
)

// The limits of every connection. Keep-alive is off: after a lock the next request must reach the
// next process, and on loopback a new connection costs nothing.
const (
	headerTime = 5 * time.Second
	readTime   = 30 * time.Second
	writeTime  = 2 * time.Minute
	maxHeader  = 16 << 10
)

// How long a process that was told to end goes on: for answers under way, and for connections on
// which nothing was asked yet, as browsers open them in advance.
const (
	answerGrace  = 2 * time.Second
	silenceGrace = 300 * time.Millisecond
)

// Serve answers on the listeners until ctx ends, then finishes the answers under way and returns.
// Connections that were not accepted yet wait in the listener for the next process.
//
// http.Server.Shutdown is not used: it hangs up on connections whose request it has not read yet,
// and a form sent in that moment would be lost.
func (s *Server) Serve(ctx context.Context, listeners []net.Listener) error {
	open := &connections{states: map[net.Conn]http.ConnState{}}
	h := &http.Server{
		Handler: s, ReadHeaderTimeout: headerTime, ReadTimeout: readTime, WriteTimeout: writeTime,
		MaxHeaderBytes: maxHeader, ConnState: open.note,
		BaseContext: func(net.Listener) context.Context { return s.jobs },
	}
	h.SetKeepAlivesEnabled(false)
	s.mu.Lock()
	s.listeners = listeners
	s.mu.Unlock()
	failed := make(chan error, len(listeners))
	for _, l := range listeners {
		go func() { failed <- h.Serve(l) }()
	}
	go s.Watch(ctx)
	select {
	case <-ctx.Done():
	case err := <-failed:
		if !s.isClosing() {
			return fmt.Errorf("serving pages: %w", err)
		}
		<-ctx.Done()
	}
	s.stopListening()
	open.drain()
	return h.Close()
}

// stopListening leaves new connections to the next process. It is called before the answer that
// locks, so that whatever a browser sends after that answer cannot reach this process any more.
func (s *Server) stopListening() {
	s.mu.Lock()
	listeners := s.listeners
	s.listeners = nil
	s.mu.Unlock()
	for _, l := range listeners {
		_ = l.Close() // the supervisor holds the socket; this only closes our end
	}
}

func (s *Server) isClosing() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closing
}

// connections keeps count of what is open.
type connections struct {
	mu     sync.Mutex
	states map[net.Conn]http.ConnState
}

// note is called by the HTTP server for every change of a connection.
func (o *connections) note(c net.Conn, state http.ConnState) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if state == http.StateClosed || state == http.StateHijacked {
		delete(o.states, c)
		return
	}
	o.states[c] = state
}

// count returns how many connections are silent so far, and on how many an answer is under way.
func (o *connections) count() (silent, busy int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, state := range o.states {
		if state == http.StateNew {
			silent++
		} else {
			busy++
		}
	}
	return silent, busy
}

// drain waits until all answers are sent.
func (o *connections) drain() {
	started := time.Now()
	for time.Since(started) < answerGrace {
		silent, busy := o.count()
		if busy == 0 && (silent == 0 || time.Since(started) > silenceGrace) {
			return
		}
		time.Sleep(2 * time.Millisecond)
	}
}
