package server

import (
	"net/http"
	"strings"

	"keyholder/server/view"
	"keyholder/server/web"
)

// firstPage lets a worker choose the passphrase of a new vault. A generated one is offered; nothing
// is filled in for her.
type firstPage struct {
	view.Base
	Phrase string
	Choose view.Password
	Repeat view.Password
}

func (firstPage) Template() string { return "frame/first" }

// recoveryPage shows the recovery key to write down and asks for one group of it back.
type recoveryPage struct {
	view.Base
	Groups  []string // empty when the key was not just made: a new one is offered instead
	Group   view.Input
	Warning string
}

func (recoveryPage) Template() string { return "frame/recovery" }

// askedGroup is the group of the recovery key that is asked for, counted from 0. Not the first: that
// one is typed from memory.
const askedGroup = 2

func (s *Server) newFirstPage(c *web.Call) *firstPage {
	return &firstPage{
		Base:   c.Base("frame.first.title"),
		Phrase: s.cfg.Vault.Phrase(),
		Choose: view.Password{
			Name: "passphrase", Label: c.T("frame.first.passphrase"), Hint: c.T("frame.first.hint"),
			New: true, Strength: true,
		},
		Repeat: view.Password{Name: "passphrase2", Label: c.T("frame.first.repeat"), New: true},
	}
}

func (s *Server) showFirst(c *web.Call) error {
	exists, err := s.cfg.Vault.Exists()
	if err != nil {
		return err
	}
	if exists {
		c.Redirect(http.StatusSeeOther, "/unlock")
		return nil
	}
	return c.Show(s.newFirstPage(c))
}

// first makes the vault and opens it.
func (s *Server) first(c *web.Call) error {
	chosen := c.PostForm("passphrase")
	p := s.newFirstPage(c)
	s.checkChosen(c, chosen, c.PostForm("passphrase2"), &p.Base)
	p.Choose.Error, p.Repeat.Error = p.Error("passphrase"), p.Error("passphrase2")
	if len(p.Errors) > 0 {
		return c.Again(p)
	}
	opened, recovery, err := s.cfg.Vault.Create(c.Ctx(), chosen)
	if err != nil {
		return err
	}
	v := s.enter(c, opened)
	v.SetRecovery(recovery)
	return c.To("/recovery")
}

// checkChosen adds what is wrong with a new passphrase to the errors of a page.
func (s *Server) checkChosen(c *web.Call, chosen, repeated string, b *view.Base) {
	if est := s.cfg.Vault.Strength(chosen); !est.Accepted {
		b.Errors.Add("passphrase", c.T(est.Reason))
	} else if chosen != repeated {
		b.Errors.Add("passphrase2", c.T("frame.first.differs"))
	}
}

// strength tells the script how hard a passphrase is to guess.
func (s *Server) strength(c *web.Call) error {
	est := s.cfg.Vault.Strength(c.PostForm("passphrase"))
	c.String(http.StatusOK, c.T("frame.strength."+est.Level)+" "+c.T(est.Reason))
	return nil
}

func (s *Server) showRecovery(c *web.Call) error { return c.Show(s.newRecoveryPage(c)) }

func (s *Server) newRecoveryPage(c *web.Call) *recoveryPage {
	p := &recoveryPage{Base: c.Base("frame.recovery.title")}
	key := c.Session.RecoveryKey()
	if key == "" {
		return p
	}
	p.Groups = strings.Split(key, "-")
	p.Warning = c.T("frame.recovery.warning")
	p.Group = view.Input{
		Name: "group", Label: c.T("frame.recovery.group", "number", askedGroup+1),
		Hint: c.T("frame.recovery.group.hint"), Width: "10",
	}
	return p
}

// confirmRecovery compares one typed group, so that the key was at least looked at once on paper.
func (s *Server) confirmRecovery(c *web.Call) error {
	p := s.newRecoveryPage(c)
	if len(p.Groups) == 0 {
		return c.To("/recovery")
	}
	typed := normalToken(c.PostForm("group"))
	if typed != normalToken(p.Groups[askedGroup]) {
		p.Group.Error = c.T("frame.recovery.group.wrong")
		p.Errors.Add("group", p.Group.Error)
		return c.Again(p)
	}
	err := c.Opened.Settings.SetSetting(c.Ctx(), web.SettingRecovery, "yes", c.Opened.Worker)
	if err != nil {
		return err
	}
	c.Session.SetRecovery("")
	c.Flash("done", c.T("frame.recovery.done"))
	return c.To("/home")
}

// newRecovery makes a new key for a worker whose first one was never written down.
func (s *Server) newRecovery(c *web.Call) error {
	key, err := c.Opened.NewRecovery(c.Ctx())
	if err != nil {
		return err
	}
	c.Session.SetRecovery(key)
	return c.To("/recovery")
}
