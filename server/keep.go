package server

import (
	"cmp"
	"encoding/json"
	"net/url"
	"slices"
	"strings"

	"keyholder/server/web"
)

// keep seals a form and reports whether it is kept. A form of a sitting is kept only when its page
// belonged to a case on record: before the agreement not a byte of it is written, sealed or not.
func (s *Server) keep(c *web.Call) bool {
	k := web.Kept{From: c.PostForm("_from"), Values: url.Values{}}
	k.Action = afterSitting(belowKey(c.Request.URL.Path), k.From)
	if !web.Local(k.From) || ofSitting(k.Action) || ofSitting(k.From) {
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
		s.cfg.Log.Error("keeping a form", "kind", web.Kinds(err))
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
func (s *Server) takeBack(c *web.Call) string {
	drafts, err := c.Opened.Drafts(c.Ctx())
	if err != nil {
		s.cfg.Log.Error("reading kept forms", "kind", web.Kinds(err))
		return "/home"
	}
	page := ""
	for _, d := range slices.Backward(drafts) {
		var k web.Kept
		if json.Unmarshal(d.Body, &k) != nil {
			continue
		}
		if k.ID = d.ID; !c.Session.GiveBack(k) {
			continue
		}
		page = cmp.Or(page, k.From)
	}
	return cmp.Or(page, "/home")
}
