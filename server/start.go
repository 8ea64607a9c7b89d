package server

import (
	"net"
	"net/http"
	"strings"

	"keyholder/casework"
	"keyholder/server/view"
	"keyholder/server/web"
)

// startPage takes the one-time code that the program printed. The script sends it by itself from the
// address's fragment, which is never part of a request.
type startPage struct {
	view.Base
	Code view.Input
}

func (startPage) Template() string { return "frame/start" }

// showEntry sends a browser to where it may go on. It also finds out whether this browser keeps a
// prefixed cookie on http.
func (s *Server) showEntry(c *web.Call) error {
	setCookie(c, probeCookie, "1")
	switch exists, err := s.cfg.Vault.Exists(); {
	case err != nil:
		return err
	case !s.hasTicket(c):
		c.Redirect(http.StatusSeeOther, "/start")
	case exists:
		c.Redirect(http.StatusSeeOther, "/unlock")
	default:
		c.Redirect(http.StatusSeeOther, "/first")
	}
	return nil
}

func (s *Server) newStartPage(c *web.Call) *startPage {
	return &startPage{
		Base: c.Base("frame.start.title"),
		Code: view.Input{
			Name: "token", Label: c.T("frame.start.code"), Hint: c.T("frame.start.code.hint"),
		},
	}
}

func (s *Server) showStart(c *web.Call) error {
	setCookie(c, probeCookie, "1")
	return c.Show(s.newStartPage(c))
}

// redeem exchanges the code for a ticket: this browser may see the unlock page and try a passphrase.
func (s *Server) redeem(c *web.Call) error {
	token := normalToken(c.PostForm("token"))
	ticket := web.NewSecret()
	if !s.sameUser(c) {
		return &casework.Error{Kind: casework.KindForbidden, Key: "frame.error.other_user"}
	}
	ok, err := s.cfg.Keeper.Redeem(hash(token), hash(ticket))
	if err != nil {
		return err
	}
	if !ok {
		p := s.newStartPage(c)
		p.Code.Error = c.T("frame.start.code.wrong")
		p.Errors.Add("token", p.Code.Error)
		return c.Again(p)
	}
	setCookie(c, ticketCookie, ticket)
	c.Redirect(http.StatusSeeOther, "/")
	return nil
}

// sameUser keeps another user of this machine from being first with the code, which stands for a
// moment in the browser's arguments.
func (s *Server) sameUser(c *web.Call) bool {
	local, ok := c.Request.Context().Value(http.LocalAddrContextKey).(net.Addr)
	return !ok || s.cfg.SameUser(c.Request.RemoteAddr, local.String())
}

// normalToken drops what people add when they type or paste: spaces, dashes, capitals.
func normalToken(typed string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		}
		return -1
	}, typed)
}
