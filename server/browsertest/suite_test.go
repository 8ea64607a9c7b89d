package browsertest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// suite is what all journeys share: one browser and one built program, each made when first needed.
type suite struct {
	browserOnce sync.Once
	browser     context.Context
	closing     []func()
	browserErr  error
	noBrowser   string // why there is none

	binaryOnce sync.Once
	binary     string
	binaryErr  error
	scratch    string

	textsOnce sync.Once
	texts     map[string]string
	textsErr  error

	mu      sync.Mutex
	checked map[string]bool // pages that axe has seen, by name and theme
}

// shared is the one suite of this test process.
var shared = &suite{checked: map[string]bool{}}

func TestMain(m *testing.M) {
	code := m.Run()
	shared.close()
	os.Exit(code)
}

func (s *suite) close() {
	for i := len(s.closing) - 1; i >= 0; i-- {
		s.closing[i]()
	}
}

// dir returns a folder for the whole suite, removed at its end.
func (s *suite) dir() (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.scratch != "" {
		return s.scratch, nil
	}
	dir, err := os.MkdirTemp("", "keyholder-browser-")
	if err != nil {
		return "", fmt.Errorf("making a folder for the suite: %w", err)
	}
	s.scratch = dir
	// First in the list, so last to be done: the browser still writes its profile.
	s.closing = append([]func(){func() { _ = os.RemoveAll(dir) }}, s.closing...)
	return dir, nil
}

// needLong skips a test that takes a browser or a process when only quick tests are asked for.
func needLong(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("browser journeys run without -short")
	}
}

// needBrowser starts the one Chromium, or skips the test and says why there is none.
func needBrowser(t *testing.T) context.Context {
	t.Helper()
	needLong(t)
	shared.browserOnce.Do(shared.startBrowser)
	if shared.noBrowser != "" {
		t.Skip(shared.noBrowser)
	}
	if shared.browserErr != nil {
		t.Fatalf("starting the browser: %v", shared.browserErr)
	}
	return shared.browser
}

func findBrowser() string {
	names := []string{"chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome", "msedge"}
	if path := os.Getenv("KEYHOLDER_CHROMIUM"); path != "" {
		names = []string{path}
	}
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

func (s *suite) startBrowser() {
	path := findBrowser()
	if path == "" {
		s.noBrowser = "no Chromium found (Debian: apt-get install chromium)"
		return
	}
	dir, err := s.dir()
	if err != nil {
		s.browserErr = err
		return
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.UserDataDir(filepath.Join(dir, "profile")),
		chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-domain-reliability", true),
		// Nothing but loopback can be reached: whatever the browser wants of its own goes nowhere.
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE *.localhost, EXCLUDE localhost, EXCLUDE 127.0.0.1"),
		chromedp.WindowSize(1280, 900),
	)
	if os.Getuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	alloc, stopAlloc := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, stop := chromedp.NewContext(alloc)
	s.closing = append(s.closing, stopAlloc, stop)
	s.browser = ctx
	s.browserErr = chromedp.Do(ctx, chromedp.Navigate("about:blank"))
}

// builtBinary builds the program once, or takes the one that KEYHOLDER_BINARY names.
func builtBinary(t *testing.T) string {
	t.Helper()
	shared.binaryOnce.Do(shared.build)
	if shared.binaryErr != nil {
		t.Fatalf("building the program: %v", shared.binaryErr)
	}
	return shared.binary
}

func (s *suite) build() {
	if path := os.Getenv("KEYHOLDER_BINARY"); path != "" {
		s.binary = path
		return
	}
	dir, err := s.dir()
	if err != nil {
		s.binaryErr = err
		return
	}
	s.binary = filepath.Join(dir, "keyholder")
	if runtime.GOOS == "windows" {
		s.binary += ".exe"
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "go", "build", "-o", s.binary, "keyholder")
	if out, err := cmd.CombinedOutput(); err != nil {
		s.binaryErr = fmt.Errorf("running go build: %w\n%s", err, out)
	}
}

// artefact returns the path of a file for a reader, below the folder that the test command names;
// without one, a folder of the test.
func artefact(t *testing.T, kind, name string) string {
	t.Helper()
	dir := os.Getenv("KEYHOLDER_ARTEFACTS")
	if dir == "" {
		dir = t.ArtifactDir()
	}
	dir = filepath.Join(dir, kind)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatalf("making a folder for artefacts: %v", err)
	}
	return filepath.Join(dir, name)
}

func keep(t *testing.T, kind, name string, data []byte) {
	t.Helper()
	if err := os.WriteFile(artefact(t, kind, name), data, 0o600); err != nil {
		t.Errorf("keeping %s: %v", name, err)
	}
}
