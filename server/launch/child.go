package launch

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"slices"
	"sync"
	"time"
)

// Child is the side of the process that serves. It implements the server's Keeper.
type Child struct {
	Host      string // the one Host to serve
	Listeners []net.Listener

	settings json.RawMessage

	mu      sync.Mutex // one question at a time
	out     io.Writer
	answers chan answer
	tickets []string
}

// Join makes this process the child: it reads what the supervisor hands over and from then on ends
// at once when the supervisor is gone, whatever happened to it.
func Join() (*Child, error) {
	c, lines, err := join(os.Stdin, os.Stdout)
	if err != nil {
		return nil, err
	}
	go func() {
		c.listen(lines)
		os.Exit(0)
	}()
	return c, nil
}

func join(in io.Reader, out io.Writer) (*Child, *bufio.Scanner, error) {
	lines := newLines(in)
	if !lines.Scan() {
		return nil, nil, errors.New("reading the supervisor's first line: there is none; this command is not for people")
	}
	var h hello
	if err := json.Unmarshal(lines.Bytes(), &h); err != nil {
		return nil, nil, fmt.Errorf("decoding the supervisor's first line: %w", err)
	}
	c := &Child{Host: h.Host, settings: h.Settings, out: out, answers: make(chan answer, 1), tickets: h.Tickets}
	for _, handle := range h.Listeners {
		l, err := net.FileListener(os.NewFile(handle, "listener"))
		if err != nil {
			return nil, nil, fmt.Errorf("taking over a listener: %w", err)
		}
		c.Listeners = append(c.Listeners, l)
	}
	return c, lines, nil
}

// listen passes answers on until the supervisor is gone.
func (c *Child) listen(lines *bufio.Scanner) {
	for lines.Scan() {
		var a answer
		if json.Unmarshal(lines.Bytes(), &a) != nil {
			return
		}
		c.answers <- a
	}
}

// Settings decodes what the supervisor was told for its children.
func (c *Child) Settings(into any) error {
	if err := json.Unmarshal(c.settings, into); err != nil {
		return fmt.Errorf("decoding settings: %w", err)
	}
	return nil
}

// askTimeout is far longer than a pipe needs: then the supervisor is stopped, and nothing goes on.
const askTimeout = 5 * time.Second

func (c *Child) ask(a ask) (answer, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := writeLine(c.out, a); err != nil {
		return answer{}, err
	}
	select {
	case reply := <-c.answers:
		return reply, nil
	case <-time.After(askTimeout):
		return answer{}, errors.New("asking the supervisor: no answer")
	}
}

// Ready tells the supervisor that requests are answered from now on.
func (c *Child) Ready() error {
	_, err := c.ask(ask{Op: opReady})
	return err
}

// Redeem exchanges the hash of a launch token for a ticket known by its hash, once.
func (c *Child) Redeem(tokenHash, ticketHash string) (bool, error) {
	reply, err := c.ask(ask{Op: opRedeem, Token: tokenHash, Ticket: ticketHash})
	if err != nil || !reply.OK {
		return false, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.tickets = append(c.tickets, ticketHash)
	return true, nil
}

// HasTicket reports whether a browser with this ticket was let in.
func (c *Child) HasTicket(ticketHash string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Contains(c.tickets, ticketHash)
}

// Try counts an attempt to unlock and returns how long to wait first.
func (c *Child) Try() (time.Duration, error) {
	reply, err := c.ask(ask{Op: opTry})
	return time.Duration(reply.WaitMS) * time.Millisecond, err
}

// Right forgets the attempts after a right passphrase.
func (c *Child) Right() error {
	_, err := c.ask(ask{Op: opRight})
	return err
}
