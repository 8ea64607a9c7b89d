package server

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"keyholder/casework"
	"keyholder/server/view"
)

// call is one request on its way through a handler: the gin context, and, behind the lock, the
// session and the open vault.
type call struct {
	*gin.Context
	s       *Server
	session *session // nil outside the lock
	opened  *Opened  // nil outside the lock
}

// ctx ends when the browser goes away or the vault locks.
func (c *call) ctx() context.Context { return c.Request.Context() }

// t returns a text of the catalogue in the language of the page.
func (c *call) t(key string, args ...any) string { return c.s.texts.T(key, args...) }

// n returns the plural form of a text.
func (c *call) n(key string, n int, args ...any) string { return c.s.texts.N(key, n, args...) }

// at returns the address of a path behind the lock, for redirects.
func (c *call) at(path string) string {
	if c.session == nil {
		return path
	}
	return "/k/" + c.session.key + path
}

// local is the path of this request below the path key.
func (c *call) local() string {
	path := c.Request.URL.Path
	if c.session == nil {
		return path
	}
	return strings.TrimPrefix(path, "/k/"+c.session.key)
}

// page is the path of the page that is shown: of the page that the form stood on when it is shown
// again with its errors.
func (c *call) page() string {
	if from := c.PostForm("_from"); c.Request.Method == http.MethodPost && local(from) {
		return from
	}
	return c.local()
}

// act says who does something as part of which form post, for casework.
func (c *call) act() casework.Act {
	return casework.Act{Submission: c.submission(), By: c.opened.Worker}
}

// submission names one form post: the id of the copy of the page, where it was sent and what was in
// it. The id alone would not do: a page taken out of the browser's own store still has the old one,
// and another form on it, or the same one corrected, would be taken for the post that was done
// before and be lost. It is empty for a form without an id.
func (c *call) submission() string {
	id := c.PostForm("_submission")
	if id == "" {
		return ""
	}
	sum := sha256.New()
	fmt.Fprintf(sum, "%q", c.local())
	for _, name := range slices.Sorted(maps.Keys(c.Request.PostForm)) {
		if name != "_token" && name != "_from" && name != "_then" {
			fmt.Fprintf(sum, "%q%q", name, c.Request.PostForm[name])
		}
	}
	if files := c.Request.MultipartForm; files != nil {
		for _, f := range files.File["file"] {
			fmt.Fprintf(sum, "%q%d", f.Filename, f.Size)
		}
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// base fills what every page has. The heading is the text of titleKey; the window shows the text of
// titleKey+".window" when there is one, for headings that would say too much from two metres.
func (c *call) base(titleKey string) view.Base {
	b := c.plainBase()
	b.Title = c.t(titleKey)
	b.Window = b.Title
	if key := titleKey + ".window"; c.s.texts.Has(key) {
		b.Window = c.t(key)
	}
	return b
}

// plainBase is base for a heading that is not a text of the catalogue, such as a question: Title
// stays to be filled, and the window shows the product name only.
func (c *call) plainBase() view.Base {
	s := c.s
	b := view.Base{
		Lang: s.texts.Lang, Dir: s.texts.Dir, Product: c.product(), MadeUp: s.cfg.MadeUp,
		Path: c.page(), Submission: casework.NewID(),
	}
	if c.session == nil {
		return b
	}
	b.Open, b.Key, b.FormToken = true, c.session.key, c.session.token
	b.Nav = c.nav()
	b.Flash = c.session.takeFlash()
	b.Script = s.script()
	b.Hide = c.session.choices().hide
	return b
}

// product is the neutral name: the setting, or what the program was started with.
func (c *call) product() string {
	if c.session != nil {
		if product := c.session.choices().product; product != "" {
			return product
		}
	}
	return c.s.cfg.Product
}

// nav is the navigation of every page behind the lock.
func (c *call) nav() []view.Link {
	var links []view.Link
	for _, e := range []struct{ key, path string }{
		{"frame.nav.cases", "/home"},
		{"frame.nav.numbers", "/statistics"},
		{"frame.nav.settings", "/settings"},
	} {
		if !c.s.shown[e.path] {
			continue
		}
		current := c.local() == e.path || strings.HasPrefix(c.local(), e.path+"/")
		links = append(links, view.Link{Text: c.t(e.key), Href: c.at(e.path), Current: current})
	}
	return links
}

// flash shows a notice on the next page of this session.
func (c *call) flash(kind, text string) {
	if c.session != nil {
		c.session.setFlash(&view.Banner{Kind: kind, Text: text})
	}
}

// show renders a page with status 200.
func (c *call) show(p view.Page) error { return c.render(http.StatusOK, p) }

// again renders a form that was not accepted, with its errors and all that was typed. The status is
// 200, because browsers report any other as a fault of the page in their console.
func (c *call) again(p view.Page) error { return c.render(http.StatusOK, p) }

func (c *call) render(status int, p view.Page) error {
	html, err := c.s.engine.Render(p)
	if err != nil {
		return err
	}
	html, err = c.putBack(html, p.PageBase())
	if err != nil {
		return err
	}
	c.Data(status, "text/html; charset=utf-8", html)
	return nil
}

// to redirects after a POST to a path behind the lock.
func (c *call) to(path string) error {
	c.Redirect(http.StatusSeeOther, c.at(path))
	return nil
}
