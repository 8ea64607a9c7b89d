package server

import (
	"net/http"
	"time"

	"keyholder/server/view"
)

// unlockPage asks for the passphrase.
type unlockPage struct {
	view.Base
	Secret view.Password
	Gone   bool // a form was sent into a lock and is not kept
}

func (unlockPage) Template() string { return "frame/unlock" }

func (s *Server) newUnlockPage(c *call) *unlockPage {
	hint := c.t("frame.unlock.hint")
	if s.cfg.Shown != "" {
		hint = c.t("frame.unlock.madeup", "passphrase", s.cfg.Shown)
	}
	return &unlockPage{
		Base:   c.base("frame.unlock.title"),
		Secret: view.Password{Name: "passphrase", Label: c.t("frame.unlock.passphrase"), Hint: hint},
	}
}

func (s *Server) showUnlock(c *call) error {
	exists, err := s.cfg.Vault.Exists()
	if err != nil {
		return err
	}
	if !exists {
		c.Redirect(http.StatusSeeOther, "/first")
		return nil
	}
	p := s.newUnlockPage(c)
	_, p.Kept = c.GetQuery("kept")
	_, p.Gone = c.GetQuery("gone")
	return c.show(p)
}

func (s *Server) unlock(c *call) error {
	wait, err := s.cfg.Keeper.Try()
	if err != nil {
		return err
	}
	if wait > 0 {
		seconds := int((wait + time.Second - 1) / time.Second)
		return s.unlockAgain(c, c.n("frame.unlock.wait", seconds))
	}
	opened, err := s.cfg.Vault.Unlock(c.ctx(), c.PostForm("passphrase"))
	if key := s.cfg.ErrorKey(err); key != "" {
		return s.unlockAgain(c, c.t(key))
	}
	if err != nil {
		return err
	}
	if err := s.cfg.Keeper.Right(); err != nil {
		return err
	}
	s.enter(c, opened)
	return c.to(s.takeBack(c))
}

func (s *Server) unlockAgain(c *call, text string) error {
	p := s.newUnlockPage(c)
	p.Secret.Error = text
	p.Errors.Add("passphrase", text)
	return c.again(p)
}
