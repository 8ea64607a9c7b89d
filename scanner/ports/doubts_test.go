package ports

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"os"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"keyholder/scanner"
	"keyholder/scanner/scantest"
)

// pageOf is a device that answers one request in pieces, with a pause between them, and then ends.
func pageOf(pause time.Duration, pieces ...string) func(line) {
	return func(c line) {
		defer c.Close()
		if _, err := http.ReadRequest(bufio.NewReader(c)); err != nil {
			return
		}
		for i, p := range pieces {
			if i > 0 {
				time.Sleep(pause)
			}
			if _, err := io.WriteString(c, p); err != nil {
				return
			}
		}
	}
}

// lookAt makes a full check of one made-up device in the time of the test's bubble.
func lookAt(t *testing.T, play func(line), talk talk) []scanner.Fact {
	t.Helper()
	var facts []scanner.Fact
	synctest.Test(t, func(t *testing.T) {
		got, _ := lookWith(t, played(play), 6*time.Second, door{80, talk})
		facts = got.Facts("127.0.0.1")
		time.Sleep(time.Minute) // until the device has said its part as well
	})
	return facts
}

// field returns a field of the one fact of a kind, "-" without such a fact.
func field(facts []scanner.Fact, kind scanner.FactKind, name string) string {
	for _, f := range facts {
		if f.Kind == kind {
			return f.Fields[name]
		}
	}
	return "-"
}

// "It asks nobody for a password" is said only of a page that was read to its end and could not hide the
// question. A wrong word here sends somebody to a page that is not open, or lets a closed one look open.
func TestVisit_doubtfulLogin(t *testing.T) {
	const ok = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
	whole := "<html><h1>Relay</h1><a href=/on>on</a></html>"
	for name, c := range map[string]struct {
		pieces []string
		pause  time.Duration
		want   string
	}{
		"open":                         {[]string{ok + "\r\n" + whole}, 0, "none"},
		"open, in pieces":              {[]string{ok + "Content-Length: 45\r\n\r\n" + whole[:20], whole[20:]}, 100 * time.Millisecond, "none"},
		"open, chunked":                {[]string{ok + "Transfer-Encoding: chunked\r\n\r\n2d\r\n" + whole + "\r\n0\r\n\r\n"}, 0, "none"},
		"cut off":                      {[]string{ok + "Content-Length: 9000\r\n\r\n" + whole}, 0, ""},
		"cut off in a chunk":           {[]string{ok + "Transfer-Encoding: chunked\r\n\r\nfff\r\n" + whole}, 0, ""},
		"cut off between two chunks":   {[]string{ok + "Transfer-Encoding: chunked\r\n\r\n2d\r\n" + whole + "\r\n"}, 0, ""},
		"stuck in the middle":          {[]string{ok + "\r\n" + whole, "<input type=password>"}, 5 * time.Second, ""},
		"leads on by its heading":      {[]string{ok + "Refresh: 0; url=/cgi-bin/luci\r\n\r\n" + whole}, 0, ""},
		"login in French":              {[]string{ok + "\r\n<h1>Routeur</h1><a href=/c>Connexion</a> Identifiant requis"}, 0, ""},
		"login in Spanish":             {[]string{ok + "\r\n<a href=/c>Iniciar sesi\xf3n</a>"}, 0, ""},
		"Spanish, the password":        {[]string{ok + "\r\n<p>Introduzca su contrase\xf1a</p>"}, 0, ""},
		"login in Italian":             {[]string{ok + "\r\n<a href=/c>Accedi</a>"}, 0, ""},
		"login in Chinese":             {[]string{ok + "\r\n<a href=/c>\u767b\u5f55</a>"}, 0, ""},
		"old word for it":              {[]string{ok + "\r\n<a href=/logon.htm>enter</a>"}, 0, ""},
		"a password field that breaks": {[]string{ok + "\r\n<input name=a\n TYPE=\n\"password\">"}, 0, "asked"},
		"frames":                       {[]string{ok + "\r\n<FRAMESET><FRAME src=/main.asp></FRAMESET>"}, 0, ""},
		"nothing but a frame inside":   {[]string{ok + "\r\n<h1>x</h1><iframe src=/a></iframe>"}, 0, ""},
		"a picture":                    {[]string{"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\n\r\n\xff\xd8\xff"}, 0, ""},
		"data for programs":            {[]string{"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{}"}, 0, ""},
		"asked by its heading":         {[]string{"HTTP/1.1 200 OK\r\nWWW-Authenticate: Basic realm=\"x\"\r\n\r\n" + whole}, 0, "asked"},
		"forbidden":                    {[]string{"HTTP/1.1 403 Forbidden\r\n\r\n" + whole}, 0, ""},
	} {
		facts := lookAt(t, pageOf(c.pause, c.pieces...), page)
		if got := field(facts, scanner.FactHTTP, "login"); got != c.want {
			t.Errorf("%s: login %q, want %q", name, got, c.want)
		}
	}
}

// Titles as devices write them.
func TestTitle_devices(t *testing.T) {
	for in, want := range map[string]string{
		"<title>FRITZ!Box</title>": "FRITZ!Box", "<TITLE lang=de>\n Speedport\t Smart </TITLE>": "Speedport Smart", "<title></title>": "",
		"<title>K\xfcche \x93Cam\x94</title>": "Küche “Cam”", "<title>&#x202e;gnp &lt;b&gt;</title>": "\u202egnp <b>", "<title>no end": "no end",
		"<title": "", "no title": "", "<titles>x</titles>": "x", "<title>a\x00\x1b[31mb</title>": "a[31mb", "<svg><title>Icon</title></svg>": "Icon",
	} {
		if got := readPage([]byte(in)).title; got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	if got := readPage([]byte("<title>" + strings.Repeat("é", 5000))).title; len(got) > 8*longest {
		t.Errorf("a title of %d bytes", len(got))
	}
}

func TestRealm(t *testing.T) {
	for in, want := range map[string]string{
		`Basic realm="NETGEAR R7000"`: "NETGEAR R7000", `Digest qop="auth", realm="IP Camera", nonce="1"`: "IP Camera", `Basic REALM="x"`: "x",
		`Basic Realm = "spaced"`: "", `Basic realm=bare`: "", `Basic`: "", "": "", `Basic realm="`: "", `Basic realm="a`: "a",
	} {
		if got := realm(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// A greeting may begin with an empty line, come in pieces, or be telnet's own signs first.
func TestGreeting_inPieces(t *testing.T) {
	for name, c := range map[string]struct {
		pieces []string
		want   string
	}{
		"an empty line first":   {[]string{"\r\n", "BusyBox login: "}, "BusyBox login:"},
		"signs, then an empty":  {[]string{"\xff\xfd\x18\xff\xfd\x20", "\r\n\r\n", "cam login: "}, "cam login:"},
		"in single letters":     {[]string{"S", "S", "H", "-2.0-dropbear\r\n"}, "SSH-2.0-dropbear"},
		"keys after the line":   {[]string{"SSH-2.0-OpenSSH_9\r\n\x00\x00\x05\xdc"}, "SSH-2.0-OpenSSH_9"},
		"screen":                {[]string{"RFB 003.008\n"}, "RFB 003.008"},
		"files":                 {[]string{"220-Welcome\r\n220 ProFTPD\r\n"}, "220-Welcome 220 ProFTPD"},
		"a negotiation, unsure": {[]string{"\xff\xfa\x18\x01\xff\xf0login:"}, "login:"},
		"cut in a sign":         {[]string{"x\xff"}, "x"},
		"nothing":               {nil, ""},
		"only signs":            {[]string{"\xff\xfb\x01\xff\xfb\x03"}, ""},
	} {
		facts := lookAt(t, speaks(c.pieces), greeted)
		if got := field(facts, scanner.FactPort, "banner"); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// speaks is a device that says its pieces, a moment apart, waits for the other's end and ends.
func speaks(pieces []string) func(line) {
	return func(c line) {
		defer c.Close()
		for _, p := range pieces {
			if _, err := io.WriteString(c, p); err != nil {
				return
			}
			time.Sleep(30 * time.Millisecond)
		}
		_, _ = io.Copy(io.Discard, c)
	}
}

// answers is a device that takes one message and then says its pieces.
func answers(took *string, pieces ...string) func(line) {
	return func(c line) {
		defer c.Close()
		buf := make([]byte, 4096)
		n, _ := c.Read(buf)
		*took = string(buf[:n])
		for _, p := range pieces {
			if _, err := io.WriteString(c, p); err != nil {
				return
			}
		}
		_, _ = io.Copy(io.Discard, c)
	}
}

// A video server is asked what it can do and nothing else; only its own word about a password counts.
func TestFilm_devices(t *testing.T) {
	for name, c := range map[string]struct{ answer, want string }{
		"says what it can":      {"RTSP/1.0 200 OK\r\nCSeq: 1\r\nPublic: OPTIONS, DESCRIBE\r\nServer: H264DVR 1.0\r\n\r\n", "200  H264DVR 1.0 "},
		"asks at once":          {"RTSP/1.0 401 Unauthorized\r\nCSeq: 1\r\nWWW-Authenticate: Digest realm=\"IP Camera(12)\"\r\n\r\n", "401 asked  IP Camera(12)"},
		"asks in small letters": {"RTSP/1.0 401 Unauthorized\r\nwww-authenticate: Basic REALM=\"cam\"\r\n\r\n", "401 asked  cam"},
		"not allowed":           {"RTSP/1.0 403 Forbidden\r\n\r\n", "403   "},
		"no end of its heading": {"RTSP/1.0 200 OK\r\nServer: x\r\n", "200  x "},
		"only line ends":        {"RTSP/1.0 200 OK\nServer: x\n\n", "200  x "},
		"another protocol":      {"HTTP/1.1 200 OK\r\nServer: x\r\n\r\n", "-"},
		"no number":             {"RTSP/1.0 OK\r\n\r\n", "-"},
		"odd number":            {"RTSP/1.0 99 x\r\n\r\n", "-"},
		"a line without end":    {"RTSP/1.0 200 OK\r\nServer: " + strings.Repeat("x", 5000), "200   "},
		"nothing":               {"", "-"},
	} {
		var took string
		facts := lookAt(t, answers(&took, c.answer), film)
		got := "-"
		for _, f := range facts {
			if f.Kind == scanner.FactRTSP {
				got = strings.Join([]string{f.Fields["status"], f.Fields["login"], f.Fields["server"], f.Fields["realm"]}, " ")
			}
		}
		if got != c.want || took != "OPTIONS rtsp://127.0.0.1:80/ RTSP/1.0\r\nCSeq: 1\r\n\r\n" {
			t.Errorf("%s: %q, want %q, after %q", name, got, c.want, took)
		}
	}
}

// A message broker that answers something else than yes or no has not said that it takes everybody.
func TestMessages_devices(t *testing.T) {
	for name, c := range map[string]struct{ answer, login string }{
		"takes everybody": {"\x20\x02\x00\x00", "none"}, "wrong name": {"\x20\x02\x00\x04", "asked"}, "not allowed": {"\x20\x02\x00\x05", "asked"},
		"old version": {"\x20\x02\x00\x01", ""}, "unavailable": {"\x20\x02\x00\x03", ""}, "MQTT 5": {"\x20\x03\x00\x00\x00", "-"},
		"cut": {"\x20\x02\x00", "-"}, "a page": {"HTTP/1.1 400 Bad Request\r\n", "-"}, "nothing": {"", "-"},
	} {
		var took string
		facts := lookAt(t, answers(&took, c.answer), messages)
		if got := field(facts, scanner.FactMQTT, "login"); got != c.login || took != string(hello()) {
			t.Errorf("%s: login %q, want %q, after %q", name, got, c.login, took)
		}
	}
}

// What a server points to is told only when it stays on the device, and is never more than a path.
func TestSameDevice(t *testing.T) {
	to := netip.MustParseAddrPort("192.168.7.5:8080")
	for in, want := range map[string]string{
		"/login.html?x=1#y": "/login.html", "http://192.168.7.5/a": "/a", "https://192.168.7.5:443/b": "/b", "//192.168.7.5/c": "/c", "d.htm": "d.htm",
		"http://192.168.7.6/a": "", "http://router.lan/a": "", "javascript:alert(1)": "", "mailto:a@b": "", "http://192.168.7.5@evil.example/": "", "": "", "%zz": "",
	} {
		if got := sameDevice(to, in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// The rules for devices that break easily: printers' port 9100 is never tried, nothing is said first on the
// ports of plugs, locks of telephones and remote desks, and no port is tried twice.
func TestDoors_fragile(t *testing.T) {
	seen := map[uint16]bool{}
	for _, d := range doors() {
		if seen[d.port] || d.port == 9100 || d.port == 9101 || d.port == 9102 || d.port == 0 {
			t.Errorf("port %d is tried, seen before %v", d.port, seen[d.port])
		}
		seen[d.port] = true
	}
	for _, d := range doors() {
		switch d.port {
		case 9999, 62078, 445, 3389, 515, 37777, 34567, 6668, 7547, 5555:
			if d.talk != silent {
				t.Errorf("something is said on port %d", d.port)
			}
		case 22, 23, 21, 5900:
			if d.talk != greeted {
				t.Errorf("port %d is not only heard", d.port)
			}
		}
	}
}

// A device whose network cannot be reached from here was not looked at; one that lets nobody in was.
func TestSource_Observe_noWay(t *testing.T) {
	fail := func(err error) dialFunc {
		return func(context.Context, netip.AddrPort, time.Duration) (line, error) {
			return nil, &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", err)}
		}
	}
	for name, c := range map[string]struct {
		dial dialFunc
		want scanner.Outcome
	}{
		"refused everywhere": {fail(syscall.ECONNREFUSED), scanner.Could(1)},
		"refused by Windows": {fail(wsaRefused), scanner.Could(1)},
		"never an answer":    {fail(syscall.ETIMEDOUT), scanner.Could(0, scanner.ReasonDeviceSilent)},
		"no network":         {fail(syscall.ENETUNREACH), scanner.CouldNot(scanner.ReasonNoNetwork)},
		"not allowed":        {fail(syscall.EACCES), scanner.CouldNot(scanner.ReasonPermissionDenied)},
		"elsewhere":          {fail(errTarget), scanner.CouldNot(scanner.ReasonSourceFailed)},
	} {
		synctest.Test(t, func(t *testing.T) {
			var tries atomic.Int64
			counted := func(ctx context.Context, to netip.AddrPort, wait time.Duration) (line, error) {
				tries.Add(1)
				return c.dial(ctx, to, wait)
			}
			got, o := lookWith(t, counted, 6*time.Second, doors()...)
			if fmt.Sprint(o) != fmt.Sprint(c.want) || got.Count() != 0 {
				t.Errorf("%s: %+v, want %+v", name, o, c.want)
			}
			if hopeless := c.want.State != scanner.Looked; hopeless && tries.Load() > giveUpAfter+atOnceADevice {
				t.Errorf("%s: %d ports were tried", name, tries.Load())
			}
		})
	}
}

// Stopped at any moment, no connection stays open and none begins.
func TestSource_Observe_stopped(t *testing.T) {
	for _, after := range []time.Duration{0, 50 * time.Millisecond, 700 * time.Millisecond, 3 * time.Second} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			time.AfterFunc(after, cancel)
			var begun, open atomic.Int64
			s := New()
			s.permits = func(scanner.Scope, netip.Addr) bool { return true }
			s.dial = func(ctx context.Context, _ netip.AddrPort, wait time.Duration) (line, error) {
				begun.Add(1)
				select {
				case <-time.After(wait / 4):
				case <-ctx.Done():
					return nil, ctx.Err()
				}
				ours, theirs := lines()
				open.Add(1)
				go func() {
					defer open.Add(-1)
					defer theirs.Close()
					_, _ = io.Copy(io.Discard, theirs)
				}()
				return ours, nil
			}
			scope := scantest.Home(scanner.ModeFull, 20*time.Second)
			for host := range 20 {
				scope.Ticked = append(scope.Ticked, netip.AddrFrom4([4]byte{192, 168, 7, byte(30 + host)}))
			}
			began := time.Now()
			s.Observe(ctx, scope, func(scanner.Sighting) {})
			took, tried := time.Since(began), begun.Load()
			time.Sleep(time.Minute)
			if took > after+drainTime+lastMoment || begun.Load() != tried || open.Load() != 0 {
				t.Errorf("stopped after %v: took %v, %d tried, later %d, %d open", after, took, tried, begun.Load(), open.Load())
			}
		})
	}
}

// A device that never ends its side of a connection does not make the check go beyond its time: the last
// moments are kept for ending in good order.
func TestSource_Observe_keepsItsTime(t *testing.T) {
	for _, budget := range []time.Duration{1500 * time.Millisecond, 3 * time.Second, 6 * time.Second} {
		synctest.Test(t, func(t *testing.T) {
			release := make(chan struct{})
			began := time.Now()
			_, o := lookWith(t, played(func(c line) {
				<-release
				_ = c.Close()
			}), budget, doors()...)
			if took := time.Since(began); took > budget || o.State == scanner.CouldNotLook {
				t.Errorf("%v: took %v, outcome %+v", budget, took, o)
			}
			close(release)
			time.Sleep(time.Minute)
		})
	}
}

// An error of this package is never one that names a device to somebody who reads it.
func TestErrors_nameNobody(t *testing.T) {
	for _, err := range []error{errTarget, errNoFilm} {
		if strings.ContainsAny(err.Error(), "0123456789") || errors.Unwrap(err) != nil {
			t.Errorf("%v", err)
		}
	}
}
