package ports

import (
	"bufio"
	"bytes"
	"io"
	"mime"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"keyholder/scanner"
)

// visit asks for the first page of a web server, once, and goes nowhere from there. No cookie, no
// name, no encoding; where a stream may begin only its heading is asked for.
func (w *wire) visit(to netip.AddrPort, scheme string, headOnly bool) []scanner.Fact {
	method := http.MethodGet
	if headOnly {
		method = http.MethodHead
	}
	if _, err := io.WriteString(w, request(method, to, scheme)); err != nil {
		return nil
	}
	response, err := http.ReadResponse(bufio.NewReader(w), &http.Request{Method: method})
	if err != nil {
		return nil
	}
	f := scanner.Fact{Kind: scanner.FactHTTP, Fields: map[string]string{"scheme": scheme, "status": strconv.Itoa(response.StatusCode)}}
	put(f, "server", response.Header.Get("Server"))
	put(f, "realm", realm(response.Header.Get("WWW-Authenticate")))
	put(f, "location", sameDevice(to, response.Header.Get("Location")))
	kind, _, _ := mime.ParseMediaType(response.Header.Get("Content-Type"))
	put(f, "type", kind)
	var p pageView
	if !headOnly && isPage(kind) {
		body, err := io.ReadAll(response.Body) // the bound and the time limit of the wire apply
		p = readPage(body)
		p.plain = p.plain && err == nil && response.Header.Get("Refresh") == ""
	}
	put(f, "title", p.title)
	put(f, "login", login(response, p))
	return []scanner.Fact{f}
}

// request writes one request. The user agent is the shortest that all servers take for a browser.
func request(method string, to netip.AddrPort, scheme string) string {
	host := to.Addr().WithZone("").String()
	if to.Addr().Is6() {
		host = "[" + host + "]"
	}
	if (scheme == "http" && to.Port() != 80) || (scheme == "https" && to.Port() != 443) {
		host += ":" + strconv.Itoa(int(to.Port()))
	}
	return method + " / HTTP/1.1\r\nHost: " + host +
		"\r\nUser-Agent: Mozilla/5.0\r\nAccept: text/html,*/*;q=0.5\r\nConnection: close\r\n\r\n"
}

// isPage reports whether a body may be read for its words. A picture or a film never is.
func isPage(kind string) bool {
	switch kind {
	case "", "text/html", "application/xhtml+xml", "text/plain", "text/xml", "application/xml":
		return true
	}
	return false
}

// realm is the name a server gives to what its password protects.
func realm(header string) string {
	const label = `realm="`
	at := bytes.Index(asciiLower([]byte(header)), []byte(label))
	if at < 0 {
		return ""
	}
	name, _, _ := strings.Cut(header[at+len(label):], `"`)
	return name
}

// sameDevice returns the path a server points to, if that is on the device itself. It is evidence of
// what the device is, and is never asked for.
func sameDevice(to netip.AddrPort, location string) string {
	u, err := url.Parse(location)
	if err != nil || location == "" || u.Opaque != "" {
		return ""
	}
	if host := u.Hostname(); host != "" {
		if a, err := netip.ParseAddr(host); err != nil || a.WithZone("") != to.Addr().WithZone("") {
			return ""
		}
	}
	return u.Path
}

// login says whether the page asks who one is. "none" is said only of a plain page that could not hide
// a question: one that is drawn by a program, leads on, or is only half read leaves it unsaid.
func login(r *http.Response, p pageView) string {
	switch {
	case r.StatusCode == http.StatusUnauthorized, r.Header.Get("WWW-Authenticate") != "", p.password:
		return "asked"
	case r.StatusCode == http.StatusOK && p.plain:
		return "none"
	}
	return ""
}
