package ports

import (
	"bytes"
	"html"
	"slices"
	"strings"
	"unicode/utf8"

	"keyholder/scanner"
)

// pageView is what the first page of a device tells.
type pageView struct {
	title    string
	password bool // it has a field for a password
	plain    bool // complete, with words, and without anything that could ask for a password later
}

// mostTags bounds the elements that are looked at.
const mostTags = 4000

// readPage looks for the title and for a field of a password. It is no HTML reader: it finds a few
// elements, in any order and however broken, and never runs or loads anything.
func readPage(body []byte) pageView {
	lower := asciiLower(body)
	p := pageView{title: title(body, lower)}
	p.plain = len(bytes.TrimSpace(body)) > 0 && len(body) < mostRead/2 && !mentionsLogin(lower)
	rest := lower
	for range mostTags {
		at := bytes.IndexByte(rest, '<')
		if at < 0 {
			return p
		}
		rest = rest[at+1:]
		tag := rest
		if end := bytes.IndexByte(rest, '>'); end >= 0 {
			tag = rest[:end]
		}
		p.element(tag)
	}
	p.plain = false
	return p
}

// element notes what an opening element, in lower case and without its brackets, means for the page.
func (p *pageView) element(tag []byte) {
	name := tag
	if end := bytes.IndexAny(tag, " \t\r\n/"); end >= 0 {
		name = tag[:end]
	}
	switch string(name) {
	case "input":
		squeezed := strings.NewReplacer(`"`, "", "'", "", " ", "", "\n", "", "\r", "", "\t", "").Replace(string(tag[:min(len(tag), 1000)]))
		p.password = p.password || strings.Contains(squeezed, "type=password")
	case "script", "frame", "frameset", "iframe", "meta", "object", "embed", "form":
		// A meta element may lead on, or only name the encoding; the second is harmless.
		if string(name) != "meta" || bytes.Contains(tag, []byte("refresh")) {
			p.plain = false
		}
	}
}

// loginWords are words by which a page speaks of signing in, in the languages of homes and makers; the last
// ones are Chinese, in both of its encodings.
func loginWords() []string {
	return []string{
		"login", "log in", "logon", "log on", "sign in", "signin", "password", "passwd", "username", "user name", "credential",
		"passwort", "kennwort", "anmeld", "benutzername", "mot de passe", "connexion", "connecter", "identifi",
		"contrase", "iniciar ses", "usuario", "accedi", "accesso", "nome utente", "parola",
		"\u767b\u5f55", "\u767b\u9646", "\u5bc6\u7801", "\xb5\xc7\xc2\xbc", "\xb5\xc7\xc2\xbd", "\xc3\xdc\xc2\xeb",
	}
}

// mentionsLogin reports whether a page speaks of signing in.
func mentionsLogin(lower []byte) bool {
	return slices.ContainsFunc(loginWords(), func(word string) bool { return bytes.Contains(lower, []byte(word)) })
}

// title returns the words between the first title tags. An end tag that is missing ends it with the
// line or after a bound.
func title(body, lower []byte) string {
	start := bytes.Index(lower, []byte("<title"))
	if start < 0 {
		return ""
	}
	open := bytes.IndexByte(lower[start:], '>')
	if open < 0 {
		return ""
	}
	start += open + 1
	end := bytes.IndexByte(lower[start:], '<')
	if end < 0 {
		end = len(body) - start
	}
	text := body[start : start+min(end, 4*longest)]
	return strings.Join(strings.Fields(strings.Map(printable, html.UnescapeString(decode(text)))), " ")
}

// decode reads text as UTF-8, or byte by byte as old devices write it.
func decode(text []byte) string {
	if utf8.Valid(text) {
		return string(text)
	}
	return scanner.Windows1252(text)
}

// asciiLower lowers the letters A to Z and nothing else, so that places stay the same.
func asciiLower(body []byte) []byte {
	out := make([]byte, len(body))
	for i, c := range body {
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		out[i] = c
	}
	return out
}
