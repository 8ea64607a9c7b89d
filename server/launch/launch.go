// Package launch is the part of Keyholder that outlives a lock. The supervisor process holds the
// loopback listener and the instance lock, mints launch tokens, opens the browser and starts the
// child process that serves the pages and holds the vault. It has no vault code and never sees a byte
// of a request. Locking ends the child; the supervisor starts a clean one at once.
//
// This is the only package that listens or starts a process. See
// docs/decisions/0003-supervisor-and-child.md.
package launch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// Config is what the supervisor needs.
type Config struct {
	Dir       string   // private data folder; it exists
	Listen    string   // loopback address with port; port 0 is a free one
	Plain     bool     // serve 127.0.0.1 by number, for browsers that do not know names below localhost
	NoBrowser bool     // do not open the browser
	Child     []string // arguments that make this binary the child
	Settings  any      // handed to every child as JSON, through a pipe
	Out       io.Writer
	Err       io.Writer
	Open      func(url string) error // opens the browser; nil is the system's own way
}

// The errors a person can act on; their texts say what to do.
var (
	// ErrNotLoopback refuses an address that other machines can reach.
	ErrNotLoopback = errors.New("keyholder listens on this computer only (127.0.0.1 or ::1). Any other " +
		"address would need TLS and accounts, which this version does not have. Leave -listen away")
	// ErrSilent: another instance holds the folder but does not answer.
	ErrSilent = errors.New("keyholder is already running with this folder, but it does not answer. " +
		"Close it, or restart the computer, and start again")
	// ErrCrashing: the child ends again and again.
	ErrCrashing = errors.New("the part that shows the pages ends again and again right after its start; " +
		"nothing was lost. Start once more with -verbose and keep what it prints for whoever looks after " +
		"the program")
)

// supervisor is the running parent process.
type supervisor struct {
	cfg       Config
	keeper    *keeper
	listeners []*net.TCPListener
	origin    string
}

// Run serves until ctx ends. When another instance already serves this folder, Run makes that one
// open the browser again and returns nil.
func Run(ctx context.Context, cfg Config) error {
	if cfg.Open == nil {
		cfg.Open = openBrowser
	}
	lock, err := lockInstance(filepath.Join(cfg.Dir, "instance.lock"))
	if errors.Is(err, errLocked) {
		return again(cfg)
	}
	if err != nil {
		return fmt.Errorf("taking the instance lock: %w", err)
	}
	defer lock.Close()
	s, err := newSupervisor(cfg)
	if err != nil {
		return err
	}
	defer s.close()
	stop, err := s.answerStarts()
	if err != nil {
		return err
	}
	defer stop()
	return s.serve(ctx)
}

func newSupervisor(cfg Config) (*supervisor, error) {
	listeners, err := listen(cfg.Listen)
	if err != nil {
		return nil, err
	}
	s := &supervisor{cfg: cfg, keeper: newKeeper(time.Now), listeners: listeners}
	name := "127.0.0.1"
	if !cfg.Plain {
		if name, err = originName(cfg.Dir); err != nil {
			s.close()
			return nil, err
		}
	}
	_, port, _ := net.SplitHostPort(listeners[0].Addr().String())
	s.origin = net.JoinHostPort(name, port)
	return s, nil
}

func (s *supervisor) close() {
	for _, l := range s.listeners {
		l.Close()
	}
}

// address is where a browser that was not let in yet begins: the token stands in the fragment, which
// is never sent.
func (s *supervisor) address() string { return "http://" + s.origin + "/start#" + s.keeper.mint() }

// The limits of a child that ends by itself right after its start.
const (
	shortLife    = 2 * time.Second
	maxShort     = 5
	restartPause = 300 * time.Millisecond
)

// serve starts one child after the other until ctx ends.
func (s *supervisor) serve(ctx context.Context) error {
	ready := sync.OnceFunc(s.announce)
	short := 0
	for {
		started := time.Now()
		clean, err := s.runChild(ctx, ready)
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil:
			return err
		case clean:
			short = 0
			continue
		case time.Since(started) > shortLife:
			short = 0
		}
		if short++; short >= maxShort {
			return ErrCrashing
		}
		fmt.Fprintln(s.cfg.Err, "keyholder: the part that shows the pages ended unexpectedly; starting it again, locked")
		time.Sleep(restartPause)
	}
}

func (s *supervisor) announce() {
	url := s.address()
	fmt.Fprintf(s.cfg.Out, "Keyholder is open on this computer only.\nAddress, good for one browser: %s\n"+
		"Keep this window open; Ctrl-C ends the program.\n", url)
	if s.cfg.NoBrowser {
		return
	}
	if err := s.cfg.Open(url); err != nil {
		fmt.Fprintln(s.cfg.Err, "keyholder: no browser could be opened; copy the address into one")
	}
}

// settings is the first message to a child.
func (s *supervisor) hello() (hello, error) {
	raw, err := json.Marshal(s.cfg.Settings)
	if err != nil {
		return hello{}, fmt.Errorf("encoding settings for the child: %w", err)
	}
	return hello{Settings: raw, Host: s.origin, Tickets: s.keeper.ticketList()}, nil
}

// executable is this binary, also when it was replaced on disk meanwhile.
func executable() (string, error) {
	path, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("finding this program's own file: %w", err)
	}
	return path, nil
}
