package server

import (
	"net/http"
	"time"

	"keyholder/server/view"
	"keyholder/server/web"
)

// unlockPage asks for the passphrase.
type unlockPage struct {
	view.Base
	Secret view.Password
	Gone   bool // a form was sent into a lock and is not kept
}

func (unlockPage) Template() string { return "frame/unlock" }

func (s *Server) newUnlockPage(c *web.Call) *unlockPage {
	hint := c.T("frame.unlock.hint")
	if s.cfg.Shown != "" {
		hint = c.T("frame.unlock.madeup", "passphrase", s.cfg.Shown)
	}
	return &unlockPage{
		Base:   c.Base("frame.unlock.title"),
		Secret: view.Password{Name: "passphrase", Label: c.T("frame.unlock.passphrase"), Hint: hint},
	}
}

func (s *Server) showUnlock(c *web.Call) error {
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
	return c.Show(p)
}

func (s *Server) unlock(c *web.Call) error {
	wait, err := s.cfg.Keeper.Try()
	if err != nil {
		return err
	}
	if wait > 0 {
		seconds := int((wait + time.Second - 1) / time.Second)
		return s.unlockAgain(c, c.N("frame.unlock.wait", seconds))
	}
	opened, err := s.cfg.Vault.Unlock(c.Ctx(), c.PostForm("passphrase"))
	if key := s.cfg.ErrorKey(err); key != "" {
		return s.unlockAgain(c, c.T(key))
	}
	if err != nil {
		return err
	}
	if err := s.cfg.Keeper.Right(); err != nil {
		return err
	}
	s.enter(c, opened)
	return c.To(s.takeBack(c))
}

func (s *Server) unlockAgain(c *web.Call, text string) error {
	p := s.newUnlockPage(c)
	p.Secret.Error = text
	p.Errors.Add("passphrase", text)
	return c.Again(p)
}
