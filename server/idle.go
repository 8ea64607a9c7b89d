package server

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"keyholder/server/web"
)

// tick is how often the idle lock looks.
const tick = time.Second

// sleepGap is how far the wall clock may run ahead of the machine's own clock before the machine must
// have been asleep: more than clock corrections, less than any real sleep.
const sleepGap = 10 * time.Second

// Watch locks the vault when nobody has been there for the idle time, and at once when the machine
// was asleep (a closed lid). It returns when ctx ends.
func (s *Server) Watch(ctx context.Context) {
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	last := time.Now()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		now := time.Now()
		// Round(0) drops the reading of the machine's own clock, so the first difference is in wall time.
		reason := s.mustLock(now.Round(0).Sub(last.Round(0)), now.Sub(last))
		last = now
		if reason != "" {
			s.lock(reason)
			s.cfg.Exit(reason)
			return
		}
	}
}

// mustLock says why the vault has to be locked now, or "". wall and machine are the times since the
// last look by the two clocks. While a machine sleeps its own clock stands still on some systems and
// runs on on others: either way one of the two shows a gap.
func (s *Server) mustLock(wall, machine time.Duration) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.opened == nil || s.closing {
		return ""
	}
	if wall-machine > sleepGap || wall > 3*sleepGap || machine > 3*sleepGap {
		return "sleep"
	}
	now := s.Now()
	if now.Before(s.heldTill) || now.Sub(s.lastSeen) < s.cfg.IdleLock {
		return ""
	}
	return "idle"
}

// idleLock is how long nobody may be there before the vault locks.
func (s *Server) idleLock() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.cfg.IdleLock
}

// awake is sent by the script while somebody types: a long note must not lock under her hands.
func (s *Server) awake(c *web.Call) error {
	c.Status(http.StatusNoContent)
	return nil
}

// hold switches "In session" on for 15 or 30 minutes, or off: the idle lock waits, and the screen is
// covered after two minutes without input.
func (s *Server) hold(c *web.Call) error {
	minutes, err := strconv.Atoi(c.PostForm("minutes"))
	if err != nil || (minutes != 0 && minutes != 15 && minutes != 30) {
		return errBadHold
	}
	s.mu.Lock()
	s.heldTill = s.Now().Add(time.Duration(minutes) * time.Minute)
	s.mu.Unlock()
	return c.To("/home")
}

// holdWords says how long the idle lock is still held, and what can be chosen.
func (s *Server) holdWords(c *web.Call) (held string, choices []holdChoice) {
	s.mu.Lock()
	left := s.heldTill.Sub(s.Now())
	s.mu.Unlock()
	for _, m := range []int{15, 30} {
		choices = append(choices, holdChoice{fmt.Sprint(m), c.T("frame.hold.for", "minutes", m)})
	}
	if left > 0 {
		held = c.N("frame.hold.left", int((left+time.Minute-1)/time.Minute))
		choices = append(choices, holdChoice{"0", c.T("frame.hold.stop")})
	}
	return held, choices
}
