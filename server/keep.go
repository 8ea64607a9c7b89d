package server

import (
	"cmp"
	"encoding/json"
	"net/url"
	"slices"
	"strings"

	"keyholder/server/view"
)

// kept is a form that was sent into a lock. It is sealed with a key that only the vault can open, and
// comes back, filled in, on the page it belonged to.
type kept struct {
	From   string     `json:"from"`   // page the form stood on, below the path key
	Action string     `json:"action"` // where it was sent, below the path key
	Values url.Values `json:"values"`

	id string // of the sealed draft
}

// maxKept bounds how many forms come back after one unlock.
const maxKept = 20

// keep seals a form and reports whether it is kept. A form of a sitting is kept only when its page
// belonged to a case on record: before the agreement not a byte of it is written, sealed or not.
func (s *Server) keep(c *call) bool {
	k := kept{From: c.PostForm("_from"), Values: url.Values{}}
	k.Action = afterSitting(belowKey(c.Request.URL.Path), k.From)
	if !local(k.From) || ofSitting(k.Action) || ofSitting(k.From) {
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

// afterSitting is where a form of a sitting is sent once the sitting is over: to the same place of the
// case that it wrote to, which is the one its page comes back in.
func afterSitting(action, from string) string {
	parts, place := strings.SplitN(action, "/", 4), strings.SplitN(from, "/", 4)
	if len(parts) < 3 || len(place) < 3 || parts[1] != "session" || place[1] != "cases" {
		return action
	}
	parts[1], parts[2] = place[1], place[2]
	return strings.Join(parts, "/")
}

// ofSitting reports whether a path below the path key belongs to a sitting, which is in memory only.
func ofSitting(path string) bool { return path == "/session" || strings.HasPrefix(path, "/session/") }

// local refuses anything that is not a plain path of ours: whoever can write to the data folder can
// seal a draft.
func local(path string) bool {
	return strings.HasPrefix(path, "/") && !strings.ContainsAny(path, ":\\?#%") &&
		!strings.Contains(path, "//") && !strings.Contains(path, "..")
}

// belowKey cuts "/k/KEY" off a path.
func belowKey(path string) string {
	rest := strings.TrimPrefix(path, "/k/")
	if i := strings.IndexByte(rest, '/'); i >= 0 {
		return rest[i:]
	}
	return "/"
}

// takeBack reads the kept forms after unlock and returns the page to go to, that of the newest. The
// newest stands first: what was typed last into a form is what comes back.
func (s *Server) takeBack(c *call) string {
	drafts, err := c.opened.Drafts(c.ctx())
	if err != nil {
		s.cfg.Log.Error("reading kept forms", "kind", kinds(err))
		return "/home"
	}
	page := ""
	for _, d := range slices.Backward(drafts) {
		var k kept
		if json.Unmarshal(d.Body, &k) != nil || len(c.session.kept) >= maxKept || !local(k.From) {
			continue
		}
		k.id = d.ID
		c.session.kept = append(c.session.kept, k)
		page = cmp.Or(page, k.From)
	}
	return cmp.Or(page, "/home")
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
	if c.session == nil {
		return
	}
	action, done := c.local(), []string(nil)
	c.session.mu.Lock()
	rest := c.session.kept[:0]
	for _, k := range c.session.kept {
		if k.Action == action {
			done = append(done, k.id)
		} else {
			rest = append(rest, k)
		}
	}
	c.session.kept = rest
	c.session.mu.Unlock()
	if len(done) == 0 {
		return
	}
	if err := c.opened.DropDrafts(done...); err != nil {
		c.s.cfg.Log.Error("dropping kept forms", "kind", kinds(err))
	}
}
