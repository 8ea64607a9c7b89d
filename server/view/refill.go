package view

import (
	"bytes"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Refill puts values into the controls of the form that posts to action, as a worker had left them,
// and sets notice above it. It works on the finished page, so that no page needs code of its own to
// get a form back after a lock.
func Refill(page []byte, action string, values url.Values, notice string) ([]byte, error) {
	doc, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		return nil, fmt.Errorf("parsing a page to refill: %w", err)
	}
	form := findForm(doc, action, values)
	if form == nil {
		return page, nil
	}
	for n := range form.Descendants() {
		if n.Type == html.ElementNode {
			refillControl(n, values)
		}
	}
	form.Parent.InsertBefore(noticeNode(notice), form)
	var out bytes.Buffer
	if err := html.Render(&out, doc); err != nil {
		return nil, fmt.Errorf("rendering a refilled page: %w", err)
	}
	return out.Bytes(), nil
}

// findForm finds the form that posts to action. Where a page has several, it is the one about the same
// thing.
func findForm(doc *html.Node, action string, values url.Values) *html.Node {
	for n := range doc.Descendants() {
		if n.DataAtom == atom.Form && attr(n, "action") == action && aboutSame(n, values) {
			return n
		}
	}
	return nil
}

// aboutSame reports whether the hidden fields by which a form says what it is about are those of
// values. Those of the page itself, its token and the versions it showed, may differ.
func aboutSame(form *html.Node, values url.Values) bool {
	for n := range form.Descendants() {
		if n.DataAtom != atom.Input || attr(n, "type") != "hidden" {
			continue
		}
		name := attr(n, "name")
		given, ok := values[name]
		own := strings.HasPrefix(name, "_") || strings.HasPrefix(name, "h.") || strings.HasPrefix(name, "k.")
		if ok && !own && !slices.Contains(given, attr(n, "value")) {
			return false
		}
	}
	return true
}

func noticeNode(text string) *html.Node {
	box := &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div, Attr: []html.Attribute{
		{Key: "class", Val: "kh-banner"}, {Key: "role", Val: "status"},
	}}
	p := &html.Node{
		Type: html.ElementNode, Data: "p", DataAtom: atom.P,
		Attr: []html.Attribute{{Key: "class", Val: "govuk-body"}},
	}
	p.AppendChild(&html.Node{Type: html.TextNode, Data: text})
	box.AppendChild(p)
	return box
}

func refillControl(n *html.Node, values url.Values) {
	given, ok := values[attr(n, "name")]
	switch n.DataAtom {
	case atom.Input:
		refillInput(n, given, ok)
	case atom.Textarea:
		if ok && len(given) > 0 {
			for child := n.FirstChild; child != nil; child = n.FirstChild {
				n.RemoveChild(child)
			}
			n.AppendChild(&html.Node{Type: html.TextNode, Data: given[0]})
		}
	case atom.Select:
		if ok {
			refillSelect(n, given)
		}
	}
}

// refillInput leaves hidden fields alone: they carry this page's own token and version. A tick that
// is not among the values was taken away.
func refillInput(n *html.Node, given []string, ok bool) {
	switch attr(n, "type") {
	case "hidden", "password", "submit", "file":
	case "radio", "checkbox":
		unset(n, "checked")
		if slices.Contains(given, attr(n, "value")) {
			set(n, "checked", "")
		}
	default:
		if ok && len(given) > 0 {
			set(n, "value", given[0])
		}
	}
}

func refillSelect(n *html.Node, given []string) {
	for option := range n.Descendants() {
		if option.DataAtom != atom.Option {
			continue
		}
		unset(option, "selected")
		if slices.Contains(given, attr(option, "value")) {
			set(option, "selected", "")
		}
	}
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func set(n *html.Node, key, value string) {
	unset(n, key)
	n.Attr = append(n.Attr, html.Attribute{Key: key, Val: value})
}

func unset(n *html.Node, key string) {
	n.Attr = slices.DeleteFunc(n.Attr, func(a html.Attribute) bool { return a.Key == key })
}
