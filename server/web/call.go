package web

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"keyholder/casework"
	"keyholder/server/view"
)

// Call is one request on its way through a handler: the gin context, what all pages rest on, and,
// behind the lock, the session and the open vault.
type Call struct {
	*gin.Context
	Site    *Site
	Session *Session // nil outside the lock
	Opened  *Opened  // nil outside the lock
}

// Ctx ends when the browser goes away or the vault locks.
func (c *Call) Ctx() context.Context { return c.Request.Context() }

// T returns a text of the catalogue in the language of the page.
func (c *Call) T(key string, args ...any) string { return c.Site.Texts.T(key, args...) }

// N returns the plural form of a text.
func (c *Call) N(key string, n int, args ...any) string { return c.Site.Texts.N(key, n, args...) }

// At returns the address of a path behind the lock, for redirects.
func (c *Call) At(path string) string {
	if c.Session == nil {
		return path
	}
	return "/k/" + c.Session.Key + path
}

// local is the path of this request below the path key.
func (c *Call) local() string {
	path := c.Request.URL.Path
	if c.Session == nil {
		return path
	}
	return strings.TrimPrefix(path, "/k/"+c.Session.Key)
}

// page is the path of the page that is shown: of the page that the form stood on when it is shown
// again with its errors.
func (c *Call) page() string {
	if from := c.PostForm("_from"); c.Request.Method == http.MethodPost && Local(from) {
		return from
	}
	return c.local()
}

// act says who does something as part of which form post, for casework.
func (c *Call) act() casework.Act {
	return casework.Act{Submission: c.Submission(), By: c.Opened.Worker}
}

// Submission names one form post: the id of the copy of the page, where it was sent and what was in
// it. The id alone would not do: a page taken out of the browser's own store still has the old one,
// and another form on it, or the same one corrected, would be taken for the post that was done
// before and be lost. It is empty for a form without an id.
func (c *Call) Submission() string {
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

// Base fills what every page has. The heading is the text of titleKey; the window shows the text of
// titleKey+".window" when there is one, for headings that would say too much from two metres.
func (c *Call) Base(titleKey string) view.Base {
	b := c.PlainBase()
	b.Title = c.T(titleKey)
	b.Window = b.Title
	if key := titleKey + ".window"; c.Site.Texts.Has(key) {
		b.Window = c.T(key)
	}
	return b
}

// PlainBase is base for a heading that is not a text of the catalogue, such as a question: Title
// stays to be filled, and the window shows the product name only.
func (c *Call) PlainBase() view.Base {
	s := c.Site
	b := view.Base{
		Lang: s.Texts.Lang, Dir: s.Texts.Dir, Product: c.product(), MadeUp: s.MadeUp,
		Path: c.page(), Submission: casework.NewID(),
	}
	if c.Session == nil {
		return b
	}
	b.Open, b.Key, b.FormToken = true, c.Session.Key, c.Session.Token
	b.Nav = c.nav()
	b.Flash = c.Session.takeFlash()
	b.Script = s.Script()
	b.Hide = c.Session.Choices().Hide
	return b
}

// product is the neutral name: the setting, or what the program was started with.
func (c *Call) product() string {
	if c.Session != nil {
		if product := c.Session.Choices().Product; product != "" {
			return product
		}
	}
	return c.Site.Product
}

// nav is the navigation of every page behind the lock.
func (c *Call) nav() []view.Link {
	var links []view.Link
	for _, e := range []struct{ key, path string }{
		{"frame.nav.cases", "/home"},
		{"frame.nav.numbers", "/statistics"},
		{"frame.nav.settings", "/settings"},
	} {
		if !c.Site.Shown[e.path] {
			continue
		}
		current := c.local() == e.path || strings.HasPrefix(c.local(), e.path+"/")
		links = append(links, view.Link{Text: c.T(e.key), Href: c.At(e.path), Current: current})
	}
	return links
}

// Flash shows a notice on the next page of this session.
func (c *Call) Flash(kind, text string) {
	if c.Session != nil {
		c.Session.setFlash(&view.Banner{Kind: kind, Text: text})
	}
}

// Show renders a page with status 200.
func (c *Call) Show(p view.Page) error { return c.Answer(http.StatusOK, p) }

// Again renders a form that was not accepted, with its errors and all that was typed. The status is
// 200, because browsers report any other as a fault of the page in their console.
func (c *Call) Again(p view.Page) error { return c.Answer(http.StatusOK, p) }

// Answer sends a page, filled with the form that was kept for it.
func (c *Call) Answer(status int, p view.Page) error {
	html, err := c.Site.Engine.Render(p)
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

// To redirects after a POST to a path behind the lock.
func (c *Call) To(path string) error {
	c.Redirect(http.StatusSeeOther, c.At(path))
	return nil
}

// MadeUp reports whether this is the demonstration.
func (c *Call) MadeUp() bool { return c.Site.MadeUp }

// Date writes a day in words of the catalogue: 3 May 2026.
func (c *Call) Date(at time.Time) string {
	months := []string{
		"frame.month.1", "frame.month.2", "frame.month.3", "frame.month.4", "frame.month.5",
		"frame.month.6", "frame.month.7", "frame.month.8", "frame.month.9", "frame.month.10",
		"frame.month.11", "frame.month.12",
	}
	return c.T("frame.date", "day", at.Day(), "month", c.T(months[at.Month()-1]), "year", at.Year())
}

// Moment writes a day and the time of day with its zone as it was recorded.
func (c *Call) Moment(at time.Time) string { return c.Date(at) + ", " + at.Format("15:04 -07:00") }
