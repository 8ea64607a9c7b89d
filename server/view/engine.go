// Package view turns typed page structs into HTML. Layout, partials and pages are parsed once at
// start in the language of the process; a page whose template asks for a field that its struct does not have
// stops the program at start, not a worker in the middle of a session.
package view

import (
	"bytes"
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"reflect"
	"strings"

	"keyholder/server/i18n"
)

// Page is a page struct: it embeds Base and names its template below templates/pages, without
// ".html", e.g. "frame/unlock".
type Page interface {
	Template() string
	PageBase() *Base
}

// Engine holds the parsed pages in one language. It is safe for concurrent use.
type Engine struct {
	pages map[string]*template.Template // by name, "frame/unlock"
}

// Config is what New needs.
type Config struct {
	Templates fs.FS                    // holds layout, partials and pages
	Texts     *i18n.Localiser          // texts of the language of the process
	Static    func(name string) string // address of a static file
	Pages     []Page                   // one value of every page there is
}

// New parses and checks every page. The error names the page and what is wrong.
func New(cfg Config) (*Engine, error) {
	pages, err := parsePages(cfg)
	if err != nil {
		return nil, fmt.Errorf("parsing pages: %w", err)
	}
	e := &Engine{pages: pages}
	return e, e.checkAll(cfg.Pages)
}

func (e *Engine) checkAll(pages []Page) error {
	known := map[string]bool{}
	for _, p := range pages {
		known[p.Template()] = true
		set, ok := e.pages[p.Template()]
		if !ok {
			return fmt.Errorf("checking page %T: no template %s.html", p, p.Template())
		}
		err := shadowed(reflect.TypeOf(p))
		if err == nil {
			err = check(set, root(set), reflect.TypeOf(p))
		}
		if err != nil {
			return fmt.Errorf("checking page %s: %w", p.Template(), err)
		}
	}
	for name := range e.pages {
		if !known[name] {
			return fmt.Errorf("checking page %s: no page struct is registered for it", name)
		}
	}
	return nil
}

// parsePages builds one template set per page: layout, all partials, the page.
func parsePages(cfg Config) (map[string]*template.Template, error) {
	common, err := template.New("common").Funcs(funcs(cfg.Texts, cfg.Static)).
		ParseFS(cfg.Templates, "layout/*.html", "partials/*.html")
	if err != nil {
		return nil, err
	}
	pages := map[string]*template.Template{}
	return pages, fs.WalkDir(cfg.Templates, "pages", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) != ".html" {
			return err
		}
		set, err := common.Clone()
		if err != nil {
			return err
		}
		text, err := fs.ReadFile(cfg.Templates, name)
		if err != nil {
			return err
		}
		stem := strings.TrimSuffix(strings.TrimPrefix(name, "pages/"), ".html")
		pages[stem], err = set.New("content").Parse(string(text))
		return err
	})
}

// root is the template where the rendering of a page starts: a page may define "page" to choose
// another layout, such as paper; all others are drawn into "layout".
func root(set *template.Template) string {
	if set.Lookup("page") != nil {
		return "page"
	}
	return "layout"
}

// Render draws p. Nothing is returned but the whole page, so that an error never leaves half a page
// with the worker.
func (e *Engine) Render(p Page) ([]byte, error) {
	set, ok := e.pages[p.Template()]
	if !ok {
		return nil, fmt.Errorf("rendering page %s: there is none", p.Template())
	}
	var out bytes.Buffer
	if err := set.ExecuteTemplate(&out, root(set), p); err != nil {
		return nil, fmt.Errorf("rendering page %s: %w", p.Template(), err)
	}
	return out.Bytes(), nil
}

func funcs(texts *i18n.Localiser, static func(string) string) template.FuncMap {
	return template.FuncMap{
		"t":       texts.T,
		"tn":      texts.N,
		"static":  static,
		"fieldid": FieldID,
		"itemid":  ItemID,
	}
}
