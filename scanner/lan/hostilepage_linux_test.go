package lan

import (
	"bytes"
	"io"
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

	"keyholder/scanner/scantest"
)

// served is the program with its pages on the laptop of the hostile network, and one browser outside.
type served struct {
	t      *testing.T
	cmd    *exec.Cmd
	client *http.Client
	origin string
	key    string
	mu     sync.Mutex
	out    bytes.Buffer
}

var printed = regexp.MustCompile(`(http://[^\s/]+)/start#(\S+)`)

// serveThere starts the program as the user nobody and lets the browser in.
func serveThere(t *testing.T, h *scantest.Hostile, binary string) *served {
	t.Helper()
	data, err := os.MkdirTemp("", "khd")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(data) })
	if err := os.Chown(data, 65534, 65534); err != nil {
		t.Fatal(err)
	}
	s := &served{t: t, cmd: h.Unprivileged(t.Context(), binary, "-no-browser", "-data", filepath.Join(data, "d"))}
	s.cmd.Stdout, s.cmd.Stderr = locked{&s.mu, &s.out}, locked{&s.mu, &s.out}
	s.cmd.WaitDelay = 2 * time.Second
	s.cmd.Cancel = func() error { return s.cmd.Process.Signal(syscall.SIGTERM) }
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = s.cmd.Process.Signal(syscall.SIGTERM)
		_ = s.cmd.Wait()
	})
	token := s.address()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	port := s.origin[strings.LastIndex(s.origin, ":"):]
	s.client = &http.Client{
		Jar: jar, Timeout: 30 * time.Second, Transport: &http.Transport{DisableKeepAlives: true, DialContext: h.Reach(t, "127.0.0.1"+port)},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	s.send("/start", url.Values{"token": {token}})
	const phrase = "a made-up phrase for a test 7"
	s.send("/first", url.Values{"passphrase": {phrase}, "passphrase2": {phrase}})
	return s
}

func (s *served) said() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.out.String()
}

// address waits for the printed address and returns the token in it.
func (s *served) address() string {
	for range 300 {
		if m := printed.FindStringSubmatch(s.said()); m != nil {
			s.origin = m[1]
			return m[2]
		}
		time.Sleep(50 * time.Millisecond)
	}
	s.t.Fatalf("no address was printed:\n%s", s.said())
	return ""
}

func (s *served) at(path string) string {
	if s.key == "" || path == "/first" || path == "/start" {
		return s.origin + path
	}
	return s.origin + "/k/" + s.key + path
}

func (s *served) get(path string) (body string, again bool) {
	s.t.Helper()
	answer, err := s.client.Get(s.at(path))
	if err != nil {
		s.t.Fatalf("a page: %v", err)
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		s.t.Fatalf("page %s: status %d, %v", path, answer.StatusCode, err)
	}
	return string(raw), answer.Header.Get("Refresh") != ""
}

var guarded = regexp.MustCompile(`name="(_token|_submission|_from|h\.[^"]*)" value="([^"]*)"`)

// send posts a form with what its page carries, and returns where that led.
func (s *served) send(path string, form url.Values) string {
	s.t.Helper()
	body, _ := s.get(path)
	for _, m := range guarded.FindAllStringSubmatch(body, -1) {
		form.Set(strings.ReplaceAll(m[1], "&#34;", `"`), m[2])
	}
	r, err := http.NewRequest(http.MethodPost, s.at(path), strings.NewReader(form.Encode()))
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", s.origin)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	answer, err := s.client.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	to := answer.Header.Get("Location")
	if answer.StatusCode != http.StatusSeeOther {
		s.t.Fatalf("form %s: status %d instead of a redirect", path, answer.StatusCode)
	}
	if m := regexp.MustCompile(`^/k/([a-z2-7]{26})/`).FindStringSubmatch(to); m != nil {
		s.key = m[1]
	}
	return to
}

// largestPage bounds the page of a flooded result.
const largestPage = 4 << 20

// TestHostile_page: the result of a flooded check is still a page that a person can use, says the
// flood, and shows nothing of what the host said as it came.
func TestHostile_page(t *testing.T) {
	h := scantest.StartHostile(t)
	s := serveThere(t, h, scantest.Build(t))
	before := watch(s.cmd.Process.Pid).most() // most of it is what the passphrase takes
	memory := watch(s.cmd.Process.Pid)
	wire := capture(t, h)
	sitting := regexp.MustCompile(`/session/[0-9a-f]{32}`).FindString(s.send("/session", url.Values{"s.00.1": {"yes"}}))
	form := url.Values{"network": {"home"}, "agreed": {"yes"}, "mode": {"quiet"}, "s.11.3": {"dont_know"}}
	s.get(sitting + "/scan")
	time.Sleep(500 * time.Millisecond)
	began := time.Now()
	job := regexp.MustCompile(`/scan/[0-9a-f]{32}`).FindString(s.send(sitting+"/scan", form))
	for again := true; again; {
		time.Sleep(200 * time.Millisecond)
		_, again = s.get(sitting + job)
	}
	ended := time.Now()
	body, _ := s.get(sitting + job)
	took := time.Since(ended)
	time.Sleep(1500 * time.Millisecond)
	peak := memory.most()
	var outside []packet
	for _, p := range wire() {
		if p.iface != "lo" { // the pages themselves; a visit elsewhere on this computer would be noted
			outside = append(outside, p)
		}
	}
	if len(outside) == 0 {
		t.Error("the capture saw nothing at all, so it proves nothing")
	}
	stays(t, h, outside, began, ended)
	if peak == 0 || peak > mostMemory || len(body) > largestPage {
		t.Errorf("memory %d KiB, page of %d bytes", peak, len(body))
	}
	usablePage(t, body, s.said())
	t.Logf("%.1f s in all, %.0f MiB at most (%.0f before), a page of %d KiB in %d ms", ended.Sub(began).Seconds(), float64(peak)/1024, float64(before)/1024, len(body)>>10, took.Milliseconds())
}

// usablePage looks at the words of the page and of the log.
func usablePage(t *testing.T, body, log string) {
	t.Helper()
	for _, words := range []string{"making names up", "KHX"} {
		if !strings.Contains(body, words) {
			t.Errorf("the page does not say %q", words)
		}
	}
	for _, raw := range []string{"<script>alert", "<img src=x", "<h1>KHX", "<b>KHX"} {
		if strings.Contains(body, raw) {
			t.Errorf("the page holds %s as it came", raw)
		}
	}
	if bad := unsafeRune(strings.ReplaceAll(body, "\t", " ")); bad != "" {
		t.Errorf("the page holds %s", bad)
	}
	if strings.Contains(log, "KHX") {
		t.Error("a made-up name is in the log")
	}
}
