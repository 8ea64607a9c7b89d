package launch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"
)

// stopGrace is how long a child may take to end after its control pipe was closed.
const stopGrace = 3 * time.Second

// runChild starts one child and returns when it has ended. clean reports that it ended by itself
// without an error, as it does after a lock.
func (s *supervisor) runChild(ctx context.Context, ready func()) (clean bool, err error) {
	path, err := executable()
	if err != nil {
		return false, err
	}
	cmd := exec.Command(path, s.cfg.Child...)
	cmd.Stderr = s.cfg.Err
	to, err := cmd.StdinPipe()
	if err != nil {
		return false, fmt.Errorf("making the control pipe: %w", err)
	}
	from, err := cmd.StdoutPipe()
	if err != nil {
		return false, fmt.Errorf("making the control pipe: %w", err)
	}
	greeting, err := s.hello()
	if err != nil {
		return false, err
	}
	files, handles, err := inherit(cmd, s.listeners)
	if err != nil {
		return false, err
	}
	greeting.Listeners = handles
	if err := cmd.Start(); err != nil {
		return false, fmt.Errorf("starting the child: %w", err)
	}
	for _, f := range files {
		f.Close()
	}
	ended := make(chan struct{})
	go stopWith(ctx, cmd.Process, to, ended)
	talkErr := s.talk(to, from, greeting, ready)
	if talkErr != nil && !errors.Is(talkErr, errHungUp) {
		fmt.Fprintln(s.cfg.Err, "keyholder: the control pipe broke; ending the child")
		_ = cmd.Process.Kill()
	}
	to.Close()
	waitErr := cmd.Wait()
	close(ended)
	return waitErr == nil, nil
}

// stopWith ends the child when the supervisor has to: first by closing its control pipe, then by
// force.
func stopWith(ctx context.Context, p *os.Process, to io.Closer, ended <-chan struct{}) {
	select {
	case <-ended:
		return
	case <-ctx.Done():
	}
	to.Close()
	select {
	case <-ended:
	case <-time.After(stopGrace):
		_ = p.Kill()
	}
}

var errHungUp = errors.New("the child hung up")

// talk answers the child until it hangs up.
func (s *supervisor) talk(to io.Writer, from io.Reader, greeting hello, ready func()) error {
	if err := writeLine(to, greeting); err != nil {
		return errHungUp // the child ended before it read anything; its exit status tells more
	}
	lines := newLines(from)
	for lines.Scan() {
		var a ask
		if err := json.Unmarshal(lines.Bytes(), &a); err != nil || !a.wellFormed() {
			return errors.New("reading the control pipe: not a line of ours")
		}
		if err := writeLine(to, s.reply(a, ready)); err != nil {
			return errHungUp
		}
	}
	if lines.Err() != nil {
		return lines.Err()
	}
	return errHungUp
}

func (s *supervisor) reply(a ask, ready func()) answer {
	switch a.Op {
	case opReady:
		ready()
	case opRedeem:
		return answer{OK: s.keeper.redeem(a.Token, a.Ticket)}
	case opTry:
		wait := s.keeper.try()
		return answer{OK: wait == 0, WaitMS: wait.Milliseconds()}
	case opRight:
		s.keeper.right()
	}
	return answer{OK: true}
}
