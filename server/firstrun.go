package server

import (
	"net/http"
	"strings"

	"keyholder/server/view"
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
	Warning view.Warning
}

func (recoveryPage) Template() string { return "frame/recovery" }

// askedGroup is the group of the recovery key that is asked for, counted from 0. Not the first: that
// one is typed from memory.
const askedGroup = 2

func (s *Server) newFirstPage(c *call) *firstPage {
	return &firstPage{
		Base:   c.base("frame.first.title"),
		Phrase: s.cfg.Vault.Phrase(),
		Choose: view.Password{
			Name: "passphrase", Label: c.t("frame.first.passphrase"), Hint: c.t("frame.first.hint"),
			New: true, Strength: true,
		},
		Repeat: view.Password{Name: "passphrase2", Label: c.t("frame.first.repeat"), New: true},
	}
}

func (s *Server) showFirst(c *call) error {
	exists, err := s.cfg.Vault.Exists()
	if err != nil {
		return err
	}
	if exists {
		c.Redirect(http.StatusSeeOther, "/unlock")
		return nil
	}
	return c.show(s.newFirstPage(c))
}

// first makes the vault and opens it.
func (s *Server) first(c *call) error {
	chosen := c.PostForm("passphrase")
	p := s.newFirstPage(c)
	s.checkChosen(c, chosen, c.PostForm("passphrase2"), &p.Base)
	p.Choose.Error, p.Repeat.Error = p.Error("passphrase"), p.Error("passphrase2")
	if len(p.Errors) > 0 {
		return c.again(p)
	}
	opened, recovery, err := s.cfg.Vault.Create(c.ctx(), chosen)
	if err != nil {
		return err
	}
	v := s.enter(c, opened)
	v.setRecovery(recovery)
	return c.to("/recovery")
}

// checkChosen adds what is wrong with a new passphrase to the errors of a page.
func (s *Server) checkChosen(c *call, chosen, repeated string, b *view.Base) {
	if est := s.cfg.Vault.Strength(chosen); !est.Accepted {
		b.Errors.Add("passphrase", c.t(est.Reason))
	} else if chosen != repeated {
		b.Errors.Add("passphrase2", c.t("frame.first.differs"))
	}
}

// strength tells the script how hard a passphrase is to guess.
func (s *Server) strength(c *call) error {
	est := s.cfg.Vault.Strength(c.PostForm("passphrase"))
	c.String(http.StatusOK, c.t("frame.strength."+est.Level)+" "+c.t(est.Reason))
	return nil
}

func (s *Server) showRecovery(c *call) error { return c.show(s.newRecoveryPage(c)) }

func (s *Server) newRecoveryPage(c *call) *recoveryPage {
	p := &recoveryPage{Base: c.base("frame.recovery.title")}
	key := c.session.recoveryKey()
	if key == "" {
		return p
	}
	p.Groups = strings.Split(key, "-")
	p.Warning = view.Warning{Text: c.t("frame.recovery.warning")}
	p.Group = view.Input{
		Name: "group", Label: c.t("frame.recovery.group", "number", askedGroup+1),
		Hint: c.t("frame.recovery.group.hint"), Width: "10",
	}
	return p
}

// confirmRecovery compares one typed group, so that the key was at least looked at once on paper.
func (s *Server) confirmRecovery(c *call) error {
	p := s.newRecoveryPage(c)
	if len(p.Groups) == 0 {
		return c.to("/recovery")
	}
	typed := normalToken(c.PostForm("group"))
	if typed != normalToken(p.Groups[askedGroup]) {
		p.Group.Error = c.t("frame.recovery.group.wrong")
		p.Errors.Add("group", p.Group.Error)
		return c.again(p)
	}
	err := c.opened.Settings.SetSetting(c.ctx(), settingRecovery, "yes", c.opened.Worker)
	if err != nil {
		return err
	}
	c.session.setRecovery("")
	c.flash("done", c.t("frame.recovery.done"))
	return c.to("/home")
}

// newRecovery makes a new key for a worker whose first one was never written down.
func (s *Server) newRecovery(c *call) error {
	key, err := c.opened.NewRecovery(c.ctx())
	if err != nil {
		return err
	}
	c.session.setRecovery(key)
	return c.to("/recovery")
}
