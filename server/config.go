package server

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"strings"
	"time"

	"keyholder/server/scan"
)

// Config is what a Server needs; New refuses an incomplete one.
type Config struct {
	Vault     Vault
	Keeper    Keeper
	Data      Data // from LoadData
	Log       *slog.Logger
	Host      string        // the one Host that is served, "name.localhost:port"
	Lang      string        // language of the pages; "en" when empty
	Product   string        // neutral product name until a setting replaces it
	LeaveURL  string        // where Leave ends; "" is the built-in neutral page
	IdleLock  time.Duration // 5 minutes when 0
	MadeUp    bool          // the demonstration: every page says so
	Shown     string        // passphrase shown on the unlock page of the demonstration; "" otherwise
	Version   string
	Templates fs.FS
	Static    fs.FS
	Now       func() time.Time // time.Now when nil; tests replace it
	Check     scan.Check       // looks at the network; NetworkCheck when nil
	// Exit ends the process after the answers under way are sent. It returns at once.
	Exit func(reason string)
	// SameUser reports whether the other end of a connection is a program of the user who runs this
	// one; both arguments are "address:port".
	SameUser func(remote, local string) bool
	// ErrorKey returns the message key of an error of the vault or the store, "" when it has none.
	ErrorKey func(error) string
}

// The bounds of the idle lock; longer would leave a case open beside an empty chair.
const (
	defaultIdle = 5 * time.Minute
	minIdle     = time.Minute
	maxIdle     = 30 * time.Minute
)

func (c *Config) check() error {
	c.fill()
	wrong := ""
	switch {
	case c.Vault == nil || c.Keeper == nil || c.Log == nil || c.Exit == nil || c.ErrorKey == nil:
		wrong = "vault, keeper, log, exit and error keys are needed"
	case !c.Data.complete():
		wrong = "the content is needed; LoadData reads it"
	case c.Shown != "" && !c.MadeUp:
		wrong = "only the demonstration shows its passphrase"
	case !strings.Contains(c.Host, ":"):
		wrong = fmt.Sprintf("host %q has no port", c.Host)
	default:
		return c.checkIdle()
	}
	return errors.New("checking server configuration: " + wrong)
}

func (c *Config) checkIdle() error {
	if c.IdleLock < minIdle || c.IdleLock > maxIdle {
		return fmt.Errorf("checking server configuration: idle lock of %v; choose %v to %v",
			c.IdleLock, minIdle, maxIdle)
	}
	return nil
}

// fill puts the defaults in the place of what was left out.
func (c *Config) fill() {
	c.Lang = cmp.Or(c.Lang, "en")
	c.Product = cmp.Or(c.Product, "Keyholder")
	c.IdleLock = cmp.Or(c.IdleLock, defaultIdle)
	if c.Check == nil {
		c.Check = scan.NetworkCheck
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.SameUser == nil {
		c.SameUser = func(string, string) bool { return true }
	}
}
