package browsertest

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

// app is one running program on a data folder of its own.
type app struct {
	t         *testing.T
	binary    string
	data      string
	args      []string
	env       []string
	command   func(argv ...string) *exec.Cmd // how it is started; exec.Command unless an option says otherwise
	interrupt func()                         // asks it to end
	// newFolder makes a folder that the program may write to.
	newFolder func() string
	cmd       *exec.Cmd
	done      chan struct{}
	log       *logbook
	address   *url.URL // with the one-time code in its fragment
}

// appOption changes how a program is started.
type appOption func(*app)

// withArgs adds switches, or a command before them.
func withArgs(args ...string) appOption {
	return func(a *app) { a.args = append(a.args, args...) }
}

// withData takes an existing data folder.
func withData(dir string) appOption {
	return func(a *app) { a.data = dir }
}

// startApp starts the program and waits until it prints its address. It ends with the test.
func startApp(t *testing.T, options ...appOption) *app {
	t.Helper()
	needLong(t)
	a := &app{t: t, binary: builtBinary(t), log: &logbook{}, newFolder: t.TempDir}
	a.command = func(argv ...string) *exec.Cmd { return exec.Command(argv[0], argv[1:]...) }
	a.interrupt = func() { _ = a.cmd.Process.Signal(os.Interrupt) }
	for _, o := range options {
		o(a)
	}
	if a.data == "" {
		a.data = a.newFolder()
	}
	a.start()
	t.Cleanup(a.stop)
	return a
}

// start runs the program; after stop it may be called again on the same data folder.
func (a *app) start() {
	a.t.Helper()
	home := a.newFolder()
	args := append([]string{}, a.args...)
	args = append(args, "-no-browser")
	if len(a.args) == 0 || a.args[0] != "demo" { // the demonstration refuses a folder
		args = append(args, "-data", a.data)
	}
	a.cmd = a.command(append([]string{a.binary}, args...)...)
	a.cmd.Env = append(append(withoutOurs(os.Environ()), "HOME="+home, "XDG_DATA_HOME="+home, "TMPDIR="+home), a.env...)
	a.cmd.Stdout, a.cmd.Stderr = a.log, a.log
	a.log.reset()
	if err := a.cmd.Start(); err != nil {
		a.t.Fatalf("starting the program: %v", err)
	}
	a.done = make(chan struct{})
	go func(cmd *exec.Cmd, done chan struct{}) {
		_ = cmd.Wait() // its state is read from cmd.ProcessState
		close(done)
	}(a.cmd, a.done)
	a.address = a.waitAddress()
}

// withoutOurs drops our own variables, so that the tests' settings do not become the program's.
func withoutOurs(env []string) []string {
	var out []string
	for _, e := range env {
		if !strings.HasPrefix(e, "KEYHOLDER_") {
			out = append(out, e)
		}
	}
	return out
}

var addressLine = regexp.MustCompile(`https?://[^\s"'<>]+`)

func (a *app) waitAddress() *url.URL {
	a.t.Helper()
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if found := addressLine.FindString(a.log.String()); found != "" {
			u, err := url.Parse(found)
			if err != nil {
				a.t.Fatalf("the printed address cannot be read: %v", err)
			}
			return u
		}
		select {
		case <-a.done:
			a.t.Fatalf("the program ended before it printed an address (%v):\n%s", a.cmd.ProcessState, a.log)
		default:
		}
	}
	a.t.Fatalf("the program printed no address within 30 s:\n%s", a.log)
	return nil
}

// code is the one-time code, to be typed where a script cannot send it.
func (a *app) code() string { return strings.TrimPrefix(a.address.Fragment, "token=") }

// url is the address of a path.
func (a *app) url(path string) string { return "http://" + a.address.Host + path }

// stop asks the program to end and kills it when it does not.
func (a *app) stop() {
	if a.cmd == nil || a.cmd.Process == nil {
		return
	}
	if runtime.GOOS == "windows" {
		_ = a.cmd.Process.Kill()
	} else {
		a.interrupt()
	}
	select {
	case <-a.done:
	case <-time.After(10 * time.Second):
		a.t.Errorf("the program did not end within 10 s of being asked to")
		a.kill()
	}
	if strings.Contains(a.log.String(), "panic:") {
		a.t.Errorf("the program panicked:\n%s", a.log)
	}
}

// kill ends the program as a power cut would.
func (a *app) kill() {
	_ = a.cmd.Process.Kill()
	<-a.done
}

// client returns an HTTP client of another local program: it reaches the address as a browser
// would and keeps no cookies.
func (a *app) client() *http.Client {
	return &http.Client{
		Timeout: 10 * time.Second,
		Transport: &http.Transport{
			DisableKeepAlives: true,
			DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
				return (&net.Dialer{}).DialContext(ctx, network, net.JoinHostPort("127.0.0.1", a.address.Port()))
			},
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// reply is an answer with its body read.
type reply struct {
	status int
	header http.Header
	body   []byte
}

// send makes one request as another local program.
func (a *app) send(method, path, body string, header map[string]string) reply {
	a.t.Helper()
	req, err := http.NewRequest(method, a.url(path), strings.NewReader(body))
	if err != nil {
		a.t.Fatalf("making a request: %v", err)
	}
	for k, v := range header {
		if k == "Host" {
			req.Host = v
			continue
		}
		req.Header.Set(k, v)
	}
	resp, err := a.client().Do(req)
	if err != nil {
		a.t.Fatalf("sending a request: %v", err)
	}
	defer func() { _ = resp.Body.Close() }()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		a.t.Fatalf("reading an answer: %v", err)
	}
	return reply{resp.StatusCode, resp.Header, data}
}

// logbook keeps what the program prints, from all its goroutines and processes.
type logbook struct {
	mu   sync.Mutex
	text bytes.Buffer
	from int // where the present run begins
}

// Write keeps p.
func (l *logbook) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

// String is what was printed since the program was last started.
func (l *logbook) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return string(l.text.Bytes()[l.from:])
}

// all is everything that was ever printed.
func (l *logbook) all() []byte {
	l.mu.Lock()
	defer l.mu.Unlock()
	return bytes.Clone(l.text.Bytes())
}

func (l *logbook) reset() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.from = l.text.Len()
}
