//go:build unix

package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// program is the real binary on a data folder of its own, with one browser before it.
type program struct {
	t      *testing.T
	binary string
	data   string
	cmd    *exec.Cmd
	out    *lockedBuffer
	client *http.Client
	host   string // of the origin
	key    string // path key, once unlocked
}

// lockedBuffer collects what a process prints.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

const programPassphrase = "rusty MARKERPASS lantern over quiet harbour"

func buildProgram(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("the real program is built and started without -short")
	}
	path := filepath.Join(t.TempDir(), "keyholder")
	out, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput()
	if err != nil {
		t.Fatalf("building: %v\n%s", err, out)
	}
	return path
}

func startProgram(t *testing.T, binary string, args ...string) *program {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	p := &program{t: t, binary: binary, data: filepath.Join(t.TempDir(), "d"), out: &lockedBuffer{}}
	p.client = &http.Client{
		Jar: jar, Timeout: 30 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			DisableKeepAlives: true,
			DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
				_, port, err := net.SplitHostPort(address)
				if err != nil {
					return nil, err
				}
				return (&net.Dialer{}).DialContext(ctx, network, "127.0.0.1:"+port)
			},
		},
	}
	p.cmd = exec.Command(binary, append([]string{"-no-browser", "-data", p.data}, args...)...)
	p.cmd.Stdout, p.cmd.Stderr = p.out, p.out
	p.cmd.WaitDelay = time.Second // a child that stays behind holds the pipe open
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = p.cmd.Process.Signal(syscall.SIGTERM)
		_ = p.cmd.Wait()
	})
	p.host = p.address().Host
	return p
}

var printedAddress = regexp.MustCompile(`http://\S+`)

// address waits for the last address that was printed.
func (p *program) address() *url.URL {
	p.t.Helper()
	for range 300 {
		if all := printedAddress.FindAllString(p.out.String(), -1); len(all) > 0 {
			u, err := url.Parse(all[len(all)-1])
			if err != nil {
				p.t.Fatal(err)
			}
			return u
		}
		time.Sleep(50 * time.Millisecond)
	}
	p.t.Fatalf("no address was printed:\n%s", p.out)
	return nil
}

// do sends one request and returns status, place and body.
func (p *program) do(method, path string, form url.Values) (status int, location, body string) {
	p.t.Helper()
	r, err := http.NewRequest(method, "http://"+p.host+path, strings.NewReader(form.Encode()))
	if err != nil {
		p.t.Fatal(err)
	}
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", "http://"+p.host)
	}
	answer, err := p.client.Do(r)
	if err != nil {
		p.t.Fatalf("%s: %v", method, err)
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	if err != nil {
		p.t.Fatalf("%s: %v", method, err)
	}
	location = answer.Header.Get("Location")
	if m := regexp.MustCompile(`^/k/([a-z2-7]{26})/`).FindStringSubmatch(location); m != nil {
		p.key = m[1]
	}
	return answer.StatusCode, location, string(raw)
}

func (p *program) get(path string) (int, string) {
	p.t.Helper()
	status, _, body := p.do(http.MethodGet, path, nil)
	return status, body
}

// open lets the browser in and unlocks, making the vault when there is none.
func (p *program) open() {
	p.t.Helper()
	p.letIn()
	path := "/unlock"
	if _, location, _ := p.do(http.MethodGet, "/", nil); location == "/first" {
		path = "/first"
	}
	form := url.Values{"passphrase": {programPassphrase}, "passphrase2": {programPassphrase}}
	if _, location, body := p.do(http.MethodPost, path, form); !strings.HasPrefix(location, "/k/") {
		p.t.Fatalf("not unlocked: %s\n%s", location, body)
	}
}

func (p *program) letIn() {
	p.t.Helper()
	form := url.Values{"token": {p.address().Fragment}}
	if status, _, body := p.do(http.MethodPost, "/start", form); status != http.StatusSeeOther {
		p.t.Fatalf("not let in: %d\n%s", status, body)
	}
}

// guard returns the hidden fields of the forms on a page behind the lock.
func (p *program) guard(page string) url.Values {
	p.t.Helper()
	_, body := p.get("/k/" + p.key + page)
	form := url.Values{}
	for _, name := range []string{"_token", "_submission", "_from"} {
		if m := regexp.MustCompile(`name="` + name + `" value="([^"]*)"`).FindStringSubmatch(body); m != nil {
			form.Set(name, m[1])
		}
	}
	return form
}

func (p *program) lock() {
	p.t.Helper()
	if _, location, _ := p.do(http.MethodPost, "/k/"+p.key+"/lock", p.guard("/home")); location != "/unlock" {
		p.t.Fatalf("not locked: %s", location)
	}
}

// children lists the processes that the supervisor started.
func (p *program) children() []int {
	out, _ := exec.Command("pgrep", "-P", fmt.Sprint(p.cmd.Process.Pid)).Output()
	var pids []int
	for _, field := range strings.Fields(string(out)) {
		var pid int
		if _, err := fmt.Sscan(field, &pid); err == nil {
			pids = append(pids, pid)
		}
	}
	return pids
}

func (p *program) child() int {
	p.t.Helper()
	for range 100 {
		if pids := p.children(); len(pids) == 1 {
			return pids[0]
		}
		time.Sleep(50 * time.Millisecond)
	}
	p.t.Fatalf("children: %v", p.children())
	return 0
}

func alive(pid int) bool { return syscall.Kill(pid, 0) == nil }

func waitGone(t *testing.T, what string, pid int) {
	t.Helper()
	for range 100 {
		if !alive(pid) {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Errorf("%s still runs", what)
}

func TestProgram(t *testing.T) {
	if _, err := exec.LookPath("pgrep"); err != nil {
		t.Skip("pgrep is not installed (Debian: apt-get install procps)")
	}
	binary := buildProgram(t)
	for name, test := range map[string]func(*testing.T, string){
		"lock starts a clean child":     testLockStartsClean,
		"no request lost across a lock": testNoneLost,
		"killed supervisor":             testKilledSupervisor,
		"killed child":                  testKilledChild,
		"second start":                  testSecondStart,
		"leave ends the child":          testLeaveEndsChild,
		"told to end":                   testToldToEnd,
		"kept form":                     testKeptForm,
		"limiter outlives the child":    testLimiter,
		"refuses":                       testRefuses,
	} {
		t.Run(name, func(t *testing.T) { test(t, binary) })
	}
}

func testLockStartsClean(t *testing.T, binary string) {
	p := startProgram(t, binary)
	p.open()
	before, key := p.child(), p.key
	if status, body := p.get("/k/" + key + "/home"); status != http.StatusOK || !strings.Contains(body, "Start a session") {
		t.Fatalf("home: %d", status)
	}
	p.lock()
	status, body := p.get("/k/" + key + "/home")
	if status != http.StatusForbidden || !strings.Contains(body, "This page is closed") {
		t.Errorf("after lock: %d", status)
	}
	waitGone(t, "the child that held the key", before)
	if p.child() == before {
		t.Error("the same process goes on")
	}
	p.open2()
	if status, _ := p.get("/k/" + key + "/home"); status != http.StatusForbidden {
		t.Errorf("the old path key opens the new session: %d", status)
	}
}

// open2 unlocks again in the browser that was let in before.
func (p *program) open2() {
	p.t.Helper()
	form := url.Values{"passphrase": {programPassphrase}}
	if _, location, _ := p.do(http.MethodPost, "/unlock", form); !strings.HasPrefix(location, "/k/") {
		p.t.Fatalf("not unlocked again: %s", location)
	}
}

// testNoneLost sends requests all the time while the child is replaced: each gets an answer.
func testNoneLost(t *testing.T, binary string) {
	p := startProgram(t, binary)
	p.open()
	guard := p.guard("/home")
	var wait sync.WaitGroup
	var mu sync.Mutex
	var failed []error
	begin := make(chan struct{})
	browser := *p.client
	browser.CheckRedirect = nil // a process that is about to end sends the browser to the next one
	for i := range 20 {
		wait.Go(func() {
			<-begin
			time.Sleep(time.Duration(i) * 25 * time.Millisecond)
			answer, err := browser.Get("http://" + p.host + "/away")
			if err == nil {
				_, err = io.Copy(io.Discard, answer.Body)
				answer.Body.Close()
			}
			if err == nil && answer.StatusCode != http.StatusOK {
				err = fmt.Errorf("status %d", answer.StatusCode)
			}
			if err != nil {
				mu.Lock()
				failed = append(failed, err)
				mu.Unlock()
			}
		})
	}
	close(begin)
	time.Sleep(60 * time.Millisecond)
	p.do(http.MethodPost, "/k/"+p.key+"/lock", guard)
	wait.Wait()
	if len(failed) > 0 {
		t.Errorf("%d of 20 requests lost, first: %v", len(failed), failed[0])
	}
}

func testKilledSupervisor(t *testing.T, binary string) {
	p := startProgram(t, binary)
	p.open()
	child := p.child()
	if err := p.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = p.cmd.Wait()
	waitGone(t, "the child of a killed supervisor", child)
}

func testKilledChild(t *testing.T, binary string) {
	p := startProgram(t, binary)
	p.open()
	if err := syscall.Kill(p.child(), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	if status, _ := p.get("/k/" + p.key + "/home"); status != http.StatusForbidden {
		t.Errorf("after the child was killed: %d", status)
	}
	if !strings.Contains(p.out.String(), "ended unexpectedly") {
		t.Errorf("nothing is said about it:\n%s", p.out)
	}
	p.open2()
}

func testSecondStart(t *testing.T, binary string) {
	p := startProgram(t, binary)
	p.letIn()
	out, err := exec.Command(binary, "-no-browser", "-data", p.data).CombinedOutput()
	if err != nil || !strings.Contains(string(out), "already running") {
		t.Fatalf("second start: %v\n%s", err, out)
	}
	if _, err := p.out.Write(out); err != nil {
		t.Fatal(err)
	}
	p.client.Jar, err = cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	p.open() // with the fresh code, in a browser of its own
}

func testLeaveEndsChild(t *testing.T, binary string) {
	p := startProgram(t, binary)
	p.open()
	child := p.child()
	if _, location, _ := p.do(http.MethodGet, "/leave", nil); location != "/away" {
		t.Errorf("leave goes to %s", location)
	}
	if status, body := p.get("/away"); status != http.StatusOK || !strings.Contains(body, "Kitchen measures") {
		t.Errorf("away: %d", status)
	}
	waitGone(t, "the child that was left", child)
	if status, _ := p.get("/k/" + p.key + "/home"); status != http.StatusForbidden {
		t.Errorf("Back shows status %d", status)
	}
}

func testToldToEnd(t *testing.T, binary string) {
	p := startProgram(t, binary)
	p.open()
	child := p.child()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Wait(); err != nil {
		t.Errorf("ends with %v", err)
	}
	waitGone(t, "the child", child)
	for _, name := range []string{"control", "control.sock"} {
		if _, err := os.Stat(filepath.Join(p.data, name)); err == nil {
			t.Errorf("%s stays behind", name)
		}
	}
}

func testKeptForm(t *testing.T, binary string) {
	p := startProgram(t, binary)
	p.open()
	form := p.guard("/settings")
	form.Set("product", "MARKERKEPT")
	form.Set("idle", "9")
	p.lock()
	if _, location, _ := p.do(http.MethodPost, "/k/"+p.key+"/settings", form); location != "/unlock?kept" {
		t.Fatalf("goes to %s", location)
	}
	_ = filepath.WalkDir(p.data, func(path string, d os.DirEntry, err error) error {
		if body, err := os.ReadFile(path); err == nil && bytes.Contains(body, []byte("MARKERKEPT")) {
			t.Errorf("%s holds the form in the clear", d.Name())
		}
		return nil
	})
	p.open2()
	if _, body := p.get("/k/" + p.key + "/settings"); !strings.Contains(body, `value="MARKERKEPT"`) {
		t.Error("the form did not come back")
	}
}

func testLimiter(t *testing.T, binary string) {
	p := startProgram(t, binary)
	p.open()
	p.lock()
	wrong := url.Values{"passphrase": {"not this one, not this one"}}
	for range 5 {
		p.do(http.MethodPost, "/unlock", wrong)
	}
	if err := syscall.Kill(p.child(), syscall.SIGKILL); err != nil { // a new child forgets nothing
		t.Fatal(err)
	}
	right := url.Values{"passphrase": {programPassphrase}}
	_, location, body := p.do(http.MethodPost, "/unlock", right)
	if location != "" || !strings.Contains(body, "Too many wrong tries") {
		t.Errorf("the sixth try is not delayed: %s", location)
	}
}

func testRefuses(t *testing.T, binary string) {
	tests := []struct {
		name, want string
		status     int
		args, env  []string
	}{
		{"outside address", "this computer only", 2, []string{"-listen", "0.0.0.0:0"}, nil},
		{"unknown flag", "flag provided but not defined", 2, []string{"-lisen", "x"}, nil},
		{"unknown command", "not a command", 2, []string{"sacn"}, nil},
		{"misspelt environment", "KEYHOLDER_IDEL_LOCK", 2, nil, []string{"KEYHOLDER_IDEL_LOCK=1m"}},
		{"idle lock too long", "from 1m to 30m", 2, []string{"-idle-lock", "10h"}, nil},
		{"leave over http", "https://", 2, []string{"-leave-url", "http://x.example"}, nil},
		{"unknown language", "language", 1, []string{"-lang", "tlh"}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			args := append([]string{}, tt.args...)
			if tt.name != "unknown command" {
				args = append(args, "-no-browser", "-data", filepath.Join(t.TempDir(), "d"))
			}
			cmd := exec.CommandContext(ctx, binary, args...)
			cmd.Env = append(os.Environ(), tt.env...)
			out, _ := cmd.CombinedOutput()
			if got := cmd.ProcessState.ExitCode(); got != tt.status || !strings.Contains(string(out), tt.want) {
				t.Errorf("status %d, want %d; it says:\n%s", got, tt.status, out)
			}
		})
	}
}
