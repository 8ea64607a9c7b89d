package ports

import (
	"bufio"
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
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"keyholder/scanner"
)

// webThing answers every request with the same text.
func webThing(t *testing.T, answer string) *thing {
	t.Helper()
	return newThing(t, func(c net.Conn, r io.Reader) {
		if _, err := http.ReadRequest(bufio.NewReader(r)); err != nil {
			return
		}
		_, _ = io.WriteString(c, answer)
		_ = c.(*net.TCPConn).CloseWrite()
	})
}

// The request is one that any browser could have sent, and one only.
func TestVisit_request(t *testing.T) {
	d := webThing(t, "HTTP/1.1 200 OK\r\nServer: lighttpd/1.4\r\nContent-Type: text/html\r\n\r\n<html><TITLE>FRITZ!Box &amp; more</TITLE>")
	got, _ := look(t, door{d.port, page})
	port := fmt.Sprint(d.port)
	want := "GET / HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\nUser-Agent: Mozilla/5.0\r\nAccept: text/html,*/*;q=0.5\r\nConnection: close\r\n\r\n"
	if said := d.orderly(t); said != want {
		t.Errorf("sent %q", said)
	}
	fields := map[string]string{
		"title": "FRITZ!Box & more", "server": "lighttpd/1.4", "port": port, "scheme": "http", "status": "200", "type": "text/html", "login": "none",
	}
	if diff := cmp.Diff(fields, only(t, got, scanner.FactHTTP)); diff != "" {
		t.Error(diff)
	}
}

func TestVisit_login(t *testing.T) {
	for name, c := range map[string]struct{ answer, login, realm, location string }{
		"401":             {"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Digest realm=\"IP Camera(C4321)\", nonce=\"1\"\r\n\r\n", "asked", "IP Camera(C4321)", ""},
		"a form":          {"HTTP/1.1 200 OK\r\n\r\n<form><input name=p TYPE='password'></form>", "asked", "", ""},
		"open":            {"HTTP/1.1 200 OK\r\n\r\n<html><meta charset=utf-8><h1>Relay</h1><a href=/on>on</a>", "none", "", ""},
		"a program":       {"HTTP/1.1 200 OK\r\n\r\n<html><script src=/app.js></script>", "", "", ""},
		"leads on":        {"HTTP/1.1 200 OK\r\n\r\n<meta http-equiv=refresh content='0;url=/l'>", "", "", ""},
		"words only":      {"HTTP/1.1 200 OK\r\n\r\n<a href=/x>Log in</a>", "", "", ""},
		"empty":           {"HTTP/1.1 200 OK\r\n\r\n", "", "", ""},
		"not there":       {"HTTP/1.1 404 Not Found\r\n\r\nno", "", "", ""},
		"redirect":        {"HTTP/1.1 302 Found\r\nLocation: /doc/page/login.asp?_1\r\n\r\n", "", "", "/doc/page/login.asp"},
		"redirect out":    {"HTTP/1.1 302 Found\r\nLocation: http://192.168.7.1/x\r\n\r\n", "", "", ""},
		"redirect abroad": {"HTTP/1.1 302 Found\r\nLocation: //example.org/x\r\n\r\n", "", "", ""},
	} {
		d := webThing(t, c.answer)
		got, _ := look(t, door{d.port, page})
		d.orderly(t)
		f := only(t, got, scanner.FactHTTP)
		if f["login"] != c.login || f["realm"] != c.realm || f["location"] != c.location {
			t.Errorf("%s: %v", name, f)
		}
	}
}

// What is no page is not read, and no broken answer is more than an open port.
func TestVisit_strange(t *testing.T) {
	for name, answer := range map[string]string{
		"nothing": "", "noise": "\x00\x01\x02\xff\xfe", "half": "HTTP/1.1 2", "old": "<html><title>x</title>",
		"number": "HTTP/1.1 99999 OK\r\n\r\n", "length": "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
	} {
		d := webThing(t, answer)
		got, o := look(t, door{d.port, page})
		d.orderly(t)
		if f := got.Facts("127.0.0.1"); len(f) != 1 || f[0].Kind != scanner.FactPort || o.State != scanner.Looked {
			t.Errorf("%s: %v, %+v", name, f, o)
		}
	}
	d := webThing(t, "HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=b\r\n\r\n<title>no words</title>")
	got, _ := look(t, door{d.port, page})
	if f := only(t, got, scanner.FactHTTP); f["type"] != "multipart/x-mixed-replace" || f["title"] != "" || f["login"] != "" {
		t.Errorf("a film was read as a page: %v", f)
	}
}

// Where a film may begin only the heading is asked for.
func TestVisit_head(t *testing.T) {
	d := webThing(t, "HTTP/1.1 200 OK\r\nServer: Motion/4.5\r\nContent-Type: multipart/x-mixed-replace\r\n\r\n")
	got, _ := look(t, door{d.port, stream})
	if said := d.orderly(t); !strings.HasPrefix(said, "HEAD / HTTP/1.1\r\n") {
		t.Errorf("sent %q", said)
	}
	if f := only(t, got, scanner.FactHTTP); f["server"] != "Motion/4.5" || f["type"] != "multipart/x-mixed-replace" {
		t.Errorf("%v", f)
	}
}

// A large page is read in part and still ends in good order; one without end is cut off.
func TestVisit_large(t *testing.T) {
	body := "<title>large</title>" + strings.Repeat("<p>word</p>", 20000)
	d := webThing(t, fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(body), body))
	got, _ := look(t, door{d.port, page})
	d.orderly(t)
	if f := only(t, got, scanner.FactHTTP); f["title"] != "large" || f["login"] != "" {
		t.Errorf("%v", f)
	}
	synctest.Test(t, func(t *testing.T) {
		var taken atomic.Int64
		got, _ := lookWith(t, played(func(c line) {
			if _, err := http.ReadRequest(bufio.NewReader(c)); err != nil {
				t.Error(err)
			}
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<title>endless</title>")
			endless(&taken, strings.Repeat("x", 4096))(c)
		}), 5*time.Second, door{80, page})
		if f := only(t, got, scanner.FactHTTP); f["title"] != "endless" || taken.Load() > mostRead+mostDrain+4096 {
			t.Errorf("%v, and %d bytes were taken", f, taken.Load())
		}
	})
}

func TestFilm(t *testing.T) {
	for answer, want := range map[string]map[string]string{
		"RTSP/1.0 200 OK\r\nCSeq: 1\r\nServer: GStreamer RTSP server\r\nPublic: OPTIONS, DESCRIBE\r\n\r\n": {"status": "200", "server": "GStreamer RTSP server"},
		"RTSP/1.0 401 Unauthorized\r\nCSeq: 1\r\nWWW-Authenticate: Basic realm=\"Hikvision\"\r\n\r\n":      {"status": "401", "realm": "Hikvision", "login": "asked"},
		"RTSP/1.0 404 Not Found\r\n":       {"status": "404"},
		"HTTP/1.0 400 Bad Request\r\n\r\n": nil, "": nil, "RTSP/1.0 x\r\n": nil, strings.Repeat("R", 5000): nil,
	} {
		d := newThing(t, func(c net.Conn, r io.Reader) {
			_, _ = r.Read(make([]byte, 500))
			_, _ = io.WriteString(c, answer)
		})
		got, _ := look(t, door{d.port, film})
		port := fmt.Sprint(d.port)
		if said := d.orderly(t); said != "OPTIONS rtsp://127.0.0.1:"+port+"/ RTSP/1.0\r\nCSeq: 1\r\n\r\n" {
			t.Errorf("sent %q", said)
		}
		if want == nil {
			if len(got.Facts("127.0.0.1")) != 1 {
				t.Errorf("%.20q: %v", answer, got.Facts("127.0.0.1"))
			}
			continue
		}
		want["port"] = port
		if diff := cmp.Diff(want, only(t, got, scanner.FactRTSP)); diff != "" {
			t.Error(diff)
		}
	}
}

func TestMessages(t *testing.T) {
	for code, want := range map[byte]string{0: "none", 4: "asked", 5: "asked", 2: "", 1: ""} {
		d := newThing(t, func(c net.Conn, r io.Reader) {
			_, _ = io.ReadFull(r, make([]byte, 14))
			_, _ = c.Write([]byte{0x20, 2, 0, code})
		})
		got, _ := look(t, door{d.port, messages})
		said := d.orderly(t)
		expect := "\x10\x0c\x00\x04MQTT\x04\x02\x00\x0a\x00\x00"
		if code == 0 {
			expect += "\xe0\x00"
		}
		if said != expect {
			t.Errorf("code %d: sent %q", code, said)
		}
		if login := only(t, got, scanner.FactMQTT)["login"]; login != want {
			t.Errorf("code %d: login %q", code, login)
		}
	}
	d := newThing(t, func(c net.Conn, _ io.Reader) { _, _ = io.WriteString(c, "HTTP/1.1 400 Bad Request\r\n\r\n") })
	got, _ := look(t, door{d.port, messages})
	d.orderly(t)
	if len(got.Facts("127.0.0.1")) != 1 {
		t.Errorf("%v", got.Facts("127.0.0.1"))
	}
}

// certificate makes one as devices at home have them.
func certificate(t *testing.T, name string) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{raw}, PrivateKey: key}
}

func TestSecure(t *testing.T) {
	for version, want := range map[uint16]string{tls.VersionTLS10: "TLS 1.0", tls.VersionTLS13: "TLS 1.3"} {
		config := &tls.Config{Certificates: []tls.Certificate{certificate(t, "ecb5fafffe440013")}, MinVersion: version, MaxVersion: version}
		d := newThing(t, func(c net.Conn, r io.Reader) {
			s := tls.Server(c, config)
			_ = s.SetDeadline(time.Now().Add(3 * time.Second))
			if _, err := http.ReadRequest(bufio.NewReader(s)); err != nil {
				return
			}
			_, _ = io.WriteString(s, "HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Type: text/html\r\n\r\n<title>Hue</title>")
			_ = s.Close()
		})
		got, _ := look(t, door{d.port, securePage})
		f := only(t, got, scanner.FactTLS)
		delete(f, "port")
		if diff := cmp.Diff(map[string]string{"cn": "ecb5fafffe440013", "issuer": "ecb5fafffe440013", "version": want}, f); diff != "" {
			t.Error(diff)
		}
		if f := only(t, got, scanner.FactHTTP); f["title"] != "Hue" || f["scheme"] != "https" {
			t.Errorf("%v", f)
		}
	}
}

// A TLS port that is only greeted ends in good order, also when tickets and alerts come after.
func TestSecure_end(t *testing.T) {
	config := &tls.Config{Certificates: []tls.Certificate{certificate(t, "tv")}}
	ended := make(chan error, 1)
	d := newThing(t, func(c net.Conn, _ io.Reader) {
		s := tls.Server(c, config)
		_, err := s.Read(make([]byte, 10))
		ended <- err
	})
	look(t, door{d.port, secure})
	if err := <-ended; err != io.EOF {
		t.Errorf("the conversation ended with %v, want the other side's farewell", err)
	}
	if all := d.heard(); len(all) != 1 || all[0].end != io.EOF {
		t.Errorf("broken off: %v", all)
	}
	plain := newThing(t, func(c net.Conn, r io.Reader) { _, _ = io.WriteString(c, "220 this is not TLS\r\n") })
	got, _ := look(t, door{plain.port, secure})
	if len(got.Facts("127.0.0.1")) != 1 {
		t.Errorf("%v", got.Facts("127.0.0.1"))
	}
}

func TestReadPage_title(t *testing.T) {
	for body, want := range map[string]string{
		"<title>a\n  b</title>": "a b", "<TITLE lang=en>x": "x", "<title": "", "<title>": "", "": "",
		"<title>K\xfcche</title>": "Küche", "<title>a\x00\x1bb</title>": "ab", "<title>&lt;b&gt;</title>": "<b>",
		"<title>" + strings.Repeat("y", 9000): strings.Repeat("y", 4*longest),
	} {
		if got := readPage([]byte(body)).title; got != want {
			t.Errorf("%.30q: %.40q", body, got)
		}
	}
}

func FuzzReadPage(f *testing.F) {
	f.Add([]byte("<html><title>x</title><input type=\"password\">"))
	f.Add([]byte("<<<<title/><TITLE>\xff\xfe<input type = ' password '"))
	f.Fuzz(func(t *testing.T, body []byte) {
		p := readPage(body)
		if p.password && p.plain && !strings.Contains(strings.ToLower(string(body)), "input") {
			t.Errorf("a password without a field: %q", body)
		}
		if strings.ContainsAny(p.title, "\x00\n\r\x1b") || len(p.title) > 20*longest {
			t.Errorf("title %q", p.title)
		}
	})
}

func FuzzPlainGreeting(f *testing.F) {
	f.Add([]byte("\xff\xfb\x01\xff\xfalogin\xf0x"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if s := plainGreeting(raw); strings.ContainsAny(s, "\x00\n\r\x1b") || len(s) > len(raw) {
			t.Errorf("%q", s)
		}
	})
}

func FuzzFilmAnswer(f *testing.F) {
	f.Add([]byte("RTSP/1.0 200 OK\r\nServer: x\r\n\r\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		status, header, err := readAnswer(bufio.NewReaderSize(strings.NewReader(string(raw)), 2048))
		if err == nil && (status < 100 || status > 999 || header == nil) {
			t.Errorf("%d %v", status, header)
		}
	})
}
