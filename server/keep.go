package server

import (
	"encoding/json"
	"net/url"
	"strings"

	"keyholder/server/view"
)

// kept is a form that was sent into a lock. It is sealed with a key that only the vault can open, and
// comes back, filled in, on the page it belonged to.
type kept struct {
	From   string     `json:"from"`   // page the form stood on, below the path key
	Action string     `json:"action"` // where it was sent, below the path key
	Values url.Values `json:"values"`
}

// maxKept bounds how many forms come back after one unlock.
const maxKept = 20

// keep seals a form and reports whether it is kept.
func (s *Server) keep(c *call) bool {
	k := kept{From: c.PostForm("_from"), Action: belowKey(c.Request.URL.Path), Values: url.Values{}}
	if !strings.HasPrefix(k.From, "/") || strings.HasPrefix(k.From, "//") {
		return false
	}
	for name, values := range c.Request.PostForm {
		if !strings.HasPrefix(name, "_") && !strings.HasPrefix(name, "passphrase") {
			k.Values[name] = values
		}
	}
	plain, err := json.Marshal(k)
	if err == nil {
		err = s.cfg.Vault.SealDraft(plain)
	}
	if err != nil {
		s.cfg.Log.Error("keeping a form", "kind", kinds(err))
		return false
	}
	return true
}

// belowKey cuts "/k/KEY" off a path.
func belowKey(path string) string {
	rest := strings.TrimPrefix(path, "/k/")
	if i := strings.IndexByte(rest, '/'); i >= 0 {
		return rest[i:]
	}
	return "/"
}

// takeBack reads the kept forms after unlock and returns the page to go to.
func (s *Server) takeBack(c *call) string {
	drafts, err := c.opened.Drafts()
	if err != nil {
		s.cfg.Log.Error("reading kept forms", "kind", kinds(err))
		return "/home"
	}
	page := "/home"
	for _, plain := range drafts {
		var k kept
		if json.Unmarshal(plain, &k) != nil || len(c.session.kept) >= maxKept {
			continue
		}
		c.session.kept = append(c.session.kept, k)
		page = k.From
	}
	return page
}

// putBack fills a page with the form that was kept for it.
func (c *call) putBack(html []byte, b *view.Base) ([]byte, error) {
	if c.session == nil {
		return html, nil
	}
	c.session.mu.Lock()
	defer c.session.mu.Unlock()
	for _, k := range c.session.kept {
		if k.From == b.Path && c.Request.Method == "GET" {
			return view.Refill(html, "/k/"+b.Key+k.Action, k.Values, c.t("frame.kept"))
		}
	}
	return html, nil
}

// settle forgets a kept form once it was sent again and accepted.
func (c *call) settle() {
	action := c.local()
	c.session.mu.Lock()
	rest := c.session.kept[:0]
	for _, k := range c.session.kept {
		if k.Action != action {
			rest = append(rest, k)
		}
	}
	empty := len(rest) == 0 && len(c.session.kept) > 0
	c.session.kept = rest
	c.session.mu.Unlock()
	if !empty {
		return
	}
	if err := c.opened.DropDrafts(); err != nil {
		c.s.cfg.Log.Error("dropping kept forms", "kind", kinds(err))
	}
}
