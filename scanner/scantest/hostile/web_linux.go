package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/netip"
	"strings"
	"time"
)

// upnp answers a search as ten thousand devices. The first ones really have a server and send the
// reader into its pages; all others send it elsewhere.
func (l *link) upnp(p packet) {
	paths := []string{"/good", "/redirect", "/endless", "/slow", "/bomb", "/deep", "/header", "/igd", "/abroad"}
	for n := range devices {
		own := l.address(2 + n)
		location := fmt.Sprintf("http://%s:80%s", own, paths[n%len(paths)])
		if n >= 36 {
			location = elsewhere(n, own)
		}
		from := own
		if n == 0 {
			from, location = l.address(1), fmt.Sprintf("http://%s/igd", l.address(1))
		}
		who := strings.NewReplacer("\r", "", "\n", "").Replace(name(n))
		answer := "HTTP/1.1 200 OK\r\nCACHE-CONTROL: max-age=1800\r\nEXT:\r\nLOCATION: " + location +
			"\r\nSERVER: " + who + strings.Repeat(" KHX", 20+n%8*200) + "\r\nST: " + who + "\r\nUSN: uuid:" + who + "\r\n\r\n"
		if p.toPort == 1982 {
			answer = "HTTP/1.1 200 OK\r\nLocation: yeelight://" + own.String() + ":55443\r\nname: " + who + "\r\nmodel: " + who + "\r\n\r\n"
		}
		if p.from.Is6() {
			from = made6(n)
		}
		l.udp(from, p.toPort, p.from, p.fromPort, []byte(answer))
		breathe(n)
	}
}

// elsewhere is where no reader may go.
func elsewhere(n int, own netip.Addr) string {
	all := []string{
		"http://127.0.0.1/", "http://127.0.0.1:8080/x", "http://[::1]/", "http://localhost/", "http://192.0.2.7/",
		"http://8.8.8.8/", "file:///etc/passwd", "https://" + own.String() + "/", "http://" + own.String() + "@127.0.0.1/",
		"http://127.0.0.1\\@" + own.String() + "/", "http://2130706433/", "http://0/", "http://[::ffff:127.0.0.1]/", "gopher://127.0.0.1/",
		"http://0x7f.1/", "http://255.255.255.255/", "http://224.0.0.1/", "http://" + own.Next().String() + ":80/good", "//127.0.0.1/", "http://",
	}
	return all[n%len(all)]
}

// discovery answers WS-Discovery with bombs and with hostile words.
func (l *link) discovery(p packet) {
	bodies := []string{
		bomb(), strings.Repeat("<a>", 2000), `<?xml version="1.0" encoding="utf-7"?><KHX/>`,
		"<E><ProbeMatch><Types>KHX&lt;script&gt;&#8238; =1+1</Types><Scopes>" + strings.Repeat("onvif://www.onvif.org/name/KHX&lt;b&gt; ", 150) + "</Scopes></ProbeMatch></E>",
		"<E><ProbeMatch " + strings.Repeat("a='KHX' ", 900) + "/></E>", "\x00\xff<",
	}
	l.crowd(p, devices, func(n int) []byte { return []byte(bodies[n%len(bodies)]) })
}

func bomb() string {
	b := `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY k0 "KHX">`
	for i := 1; i < 10; i++ {
		b += fmt.Sprintf(`<!ENTITY k%d "%s">`, i, strings.Repeat(fmt.Sprintf("&k%d;", i-1), 10))
	}
	return b + `]><E><ProbeMatch><Types>&k9;</Types></ProbeMatch><device><friendlyName>&k9;</friendlyName></device></E>`
}

// serve listens on the ports that a full check tries.
func serve() error {
	cert, err := certificate()
	if err != nil {
		return err
	}
	for port, talk := range map[int]func(net.Conn){
		80: page, 8080: page, 8008: page, 8060: page, 1400: page, 8123: page, 631: page, 5000: page, 8081: page,
		22: greet, 23: greet, 21: greet, 5900: greet, 8000: greet, 554: film, 8554: film, 1883: noise, 88: silent, 445: silent,
		443: page, 8443: page, 8009: page,
	} {
		in, err := net.Listen("tcp", fmt.Sprintf(":%d", port))
		if err != nil {
			return fmt.Errorf("listening: %w", err)
		}
		if port == 443 || port == 8443 || port == 8009 {
			in = tls.NewListener(in, &tls.Config{Certificates: []tls.Certificate{cert}})
		}
		go accept(in, talk)
	}
	return nil
}

func accept(in net.Listener, talk func(net.Conn)) {
	for {
		c, err := in.Accept()
		if err != nil {
			return
		}
		go func() {
			defer c.Close()
			_ = c.SetDeadline(time.Now().Add(20 * time.Second))
			talk(c)
		}()
	}
}

// certificate is issued to a name that is none.
func certificate() (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("making a key: %w", err)
	}
	who := pkix.Name{CommonName: "KHX<script>alert(3)</script>\u202e\x1b[31m=1+1" + strings.Repeat("KHX", 3000)}
	t := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: who, Issuer: who, NotAfter: time.Now().Add(time.Hour)}
	raw, err := x509.CreateCertificate(rand.Reader, t, t, key.Public(), key)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("making a certificate: %w", err)
	}
	return tls.Certificate{Certificate: [][]byte{raw}, PrivateKey: key}, nil
}

// page answers a web request with one of the things that a reader has to survive.
func page(c net.Conn) {
	buf := make([]byte, 4096)
	n, _ := c.Read(buf)
	_, path, _ := strings.Cut(string(buf[:n]), " ")
	path, _, _ = strings.Cut(path, " ")
	head := "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nServer: =KHX<script>\r\nConnection: close\r\n"
	if path == "/deep" || port(c) == 8081 {
		head += "Server: KHX\x1b[31m\xff\xfe\r\n"
	}
	say := func(parts ...string) { _, _ = io.WriteString(c, strings.Join(parts, "")) }
	if body, ok := pages()[path]; ok {
		say(head, "\r\n", body)
		return
	}
	switch path {
	case "/redirect":
		say("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\n\r\n")
	case "/abroad":
		say("HTTP/1.1 302 Found\r\nLocation: http://192.0.2.7/\r\nContent-Length: 0\r\n\r\n")
	case "/endless":
		say(head, "\r\n<root><device><friendlyName>")
		forever(c, strings.Repeat("KHX", 20000), 0)
	case "/slow":
		say(head, "\r\n<")
		forever(c, "a", 300*time.Millisecond)
	case "/header":
		say(head, "X: ", strings.Repeat("KHX", 350000), "\r\n\r\n")
	default:
		say(head, "WWW-Authenticate: Basic realm=\"KHX<script>\"\r\nLocation: http://127.0.0.1/KHX\r\n\r\n<title>KHX<script>alert(4)</script>&#8238;\x00\x1b[2J=1+1",
			strings.Repeat(" KHX", 4000), "</title><form>", strings.Repeat("<div>", 50000))
	}
}

// pages are those that end.
func pages() map[string]string {
	return map[string]string{
		"/bomb": bomb(), "/deep": strings.Repeat("<device>", 15000),
		"/igd": description(), "/good": description(), "/control": mapping(),
	}
}

// forever says the same until nobody listens any more.
func forever(c net.Conn, words string, pause time.Duration) {
	for _, err := io.WriteString(c, words); err == nil; _, err = io.WriteString(c, words) {
		time.Sleep(pause)
	}
}

// port is the one that the visitor came to.
func port(c net.Conn) int {
	a, _ := netip.ParseAddrPort(c.LocalAddr().String())
	return int(a.Port())
}

// description is that of a router whose every word is hostile, and whose services lead away from it.
func description() string {
	who := "KHX&lt;script&gt;alert(5)&lt;/script&gt;&#8238;=1+1"
	b := "<root><device><deviceType>urn:schemas-upnp-org:device:InternetGatewayDevice:1</deviceType><friendlyName>" + who +
		"</friendlyName><manufacturer>" + who + "</manufacturer><modelName>" + who + "</modelName><UDN>uuid:" + who + "</UDN><serviceList>"
	for _, where := range []string{"http://127.0.0.1:8080/c", "http://192.0.2.7/c", "/control"} {
		b += "<service><serviceType>urn:schemas-upnp-org:service:WANIPConnection:1</serviceType><controlURL>" + where + "</controlURL></service>"
	}
	return b + "</serviceList></device></root>"
}

// mapping is an entry of a list that never ends.
func mapping() string {
	return fmt.Sprintf("<E><NewExternalPort>%d</NewExternalPort><NewInternalPort>22</NewInternalPort><NewProtocol>TCP</NewProtocol>"+
		"<NewInternalClient>127.0.0.1</NewInternalClient><NewPortMappingDescription>KHX&lt;script&gt;&#8238;=1+1</NewPortMappingDescription></E>",
		1+time.Now().UnixNano()%60000)
}

func greet(c net.Conn) {
	_, _ = io.WriteString(c, "SSH-2.0-KHX<script>\x1b[31m\u202e=1+1\r\n")
	for _, err := c.Write(noises()); err == nil; {
		_, err = c.Write(noises())
	}
}

func film(c net.Conn) {
	_, _ = c.Read(make([]byte, 1024))
	_, _ = io.WriteString(c, "RTSP/1.0 200 OK\r\nServer: KHX<script>\x1b[31m=1+1\r\nPublic: "+strings.Repeat("KHX, ", 100000)+"\r\n\r\n")
}

func noises() []byte { return []byte(strings.Repeat("\x00\xff\xfb\x01KHX\x1b[2J", 4000)) }

func noise(c net.Conn) { _, _ = c.Write(noises()) }

// silent takes everything and says nothing, for as long as it can.
func silent(c net.Conn) { _, _ = io.Copy(io.Discard, c) }
