package web

import (
	"net/url"
	"strings"

	"keyholder/server/view"
)

// Kept is a form that was sent into a lock. It is sealed with a key that only the vault can open, and
// comes back, filled in, on the page it belonged to.
type Kept struct {
	From   string     `json:"from"`   // page the form stood on, below the path key
	Action string     `json:"action"` // where it was sent, below the path key
	Values url.Values `json:"values"`

	ID string `json:"-"` // of the sealed draft
}

// maxKept bounds how many forms come back after one unlock.
const maxKept = 20

// Local refuses anything that is not a plain path of ours: whoever can write to the data folder can
// seal a draft.
func Local(path string) bool {
	return strings.HasPrefix(path, "/") && !strings.ContainsAny(path, ":\\?#%") &&
		!strings.Contains(path, "//") && !strings.Contains(path, "..")
}

// putBack fills a page with the form that was kept for it.
func (c *Call) putBack(html []byte, b *view.Base) ([]byte, error) {
	if c.Session == nil {
		return html, nil
	}
	c.Session.mu.Lock()
	defer c.Session.mu.Unlock()
	for _, k := range c.Session.kept {
		if k.From == b.Path && c.Request.Method == "GET" {
			return view.Refill(html, "/k/"+b.Key+k.Action, k.Values, c.T("frame.kept"))
		}
	}
	return html, nil
}

// Settle forgets a kept form once it was sent again and accepted.
func (c *Call) Settle() {
	if c.Session == nil {
		return
	}
	action, done := c.local(), []string(nil)
	c.Session.mu.Lock()
	rest := c.Session.kept[:0]
	for _, k := range c.Session.kept {
		if k.Action == action {
			done = append(done, k.ID)
		} else {
			rest = append(rest, k)
		}
	}
	c.Session.kept = rest
	c.Session.mu.Unlock()
	if len(done) == 0 {
		return
	}
	if err := c.Opened.DropDrafts(done...); err != nil {
		c.Site.Log.Error("dropping kept forms", "kind", Kinds(err))
	}
}

// GiveBack keeps a form for the page it belonged to; false when it belongs to none, or when there are
// enough of them.
func (v *Session) GiveBack(k Kept) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.kept) >= maxKept || !Local(k.From) {
		return false
	}
	v.kept = append(v.kept, k)
	return true
}
