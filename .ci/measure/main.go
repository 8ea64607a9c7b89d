// Command measure starts the built program on a fresh folder, uses it as a browser would and prints
// what it took: size, start, first vault, unlock, memory and the time of pages. It measures; it
// judges nothing.
//
//	go run ./.ci/measure [-runs 20]
package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
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
	"runtime"
	"slices"
	"strings"
	"time"
)

const passphrase = "a made-up phrase for measuring 7"

func main() {
	runs := flag.Int("runs", 20, "requests of each page; the median is printed")
	flag.Parse()
	if err := run(*runs); err != nil {
		fmt.Fprintln(os.Stderr, "measure:", err)
		os.Exit(1)
	}
}

func run(runs int) error {
	dir, err := os.MkdirTemp("", "measure")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	binary := filepath.Join(dir, "keyholder")
	build := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", binary, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		return fmt.Errorf("building: %w", err)
	}
	info, err := os.Stat(binary)
	if err != nil {
		return err
	}
	fmt.Printf("system              %s/%s, %d processors, %s\n", runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version())
	fmt.Printf("binary              %.1f MB (stripped, static)\n", float64(info.Size())/1e6)
	u := &user{binary: binary, data: filepath.Join(dir, "data")}
	defer u.stop()
	return u.measure(runs)
}

// user is one person with one browser.
type user struct {
	binary, data string
	cmd          *exec.Cmd
	client       *http.Client
	origin, key  string
	page         string
}

func (u *user) measure(runs int) error {
	began := time.Now()
	if err := u.start(); err != nil {
		return err
	}
	report("cold start", time.Since(began))
	began = time.Now()
	if err := u.send("/first", url.Values{"passphrase": {passphrase}, "passphrase2": {passphrase}}); err != nil {
		return err
	}
	report("first vault", time.Since(began))
	if err := u.send("/session", url.Values{"s.00.1": {"yes"}}); err != nil {
		return err
	}
	sitting := regexp.MustCompile(`/session/[0-9a-f]{32}`).FindString(u.page)
	if sitting == "" {
		return errors.New("starting a session led nowhere")
	}
	if err := u.send(sitting+"/first/3", url.Values{"a.00.7": {"record"}, "s.00.7": {"no"}}); err != nil {
		return err
	}
	body, err := u.get("/home")
	if err != nil {
		return err
	}
	path := regexp.MustCompile(`/cases/[0-9a-f]{32}`).FindString(body)
	for _, page := range []string{"/home", path, path + "/sections/S12", path + "/ask/12.1", path + "/risk", path + "/plan", path + "/plan/print/worker", "/emergency", "/statistics"} {
		if err := u.time(page, runs); err != nil {
			return err
		}
	}
	u.memory("open")
	if err := u.send("/lock", nil); err != nil {
		return err
	}
	var locked []time.Duration
	for range min(runs, 5) {
		began = time.Now()
		if err := u.send("/unlock", url.Values{"passphrase": {passphrase}}); err != nil {
			return err
		}
		locked = append(locked, time.Since(began))
		if err := u.send("/lock", nil); err != nil {
			return err
		}
	}
	report("unlock (median)", median(locked))
	u.memory("locked")
	return nil
}

func report(what string, d time.Duration) { fmt.Printf("%-19s %.0f ms\n", what, d.Seconds()*1000) }

func median(list []time.Duration) time.Duration {
	slices.Sort(list)
	return list[len(list)/2]
}

// start starts the program and redeems its launch token.
func (u *user) start() error {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	u.cmd = exec.Command(u.binary, "-data", u.data, "-no-browser")
	out, err := u.cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := u.cmd.Start(); err != nil {
		return err
	}
	lines := bufio.NewScanner(out)
	address := ""
	for lines.Scan() && address == "" && ctx.Err() == nil {
		address = regexp.MustCompile(`http://\S+`).FindString(lines.Text())
	}
	go func() { _, _ = io.Copy(io.Discard, out) }()
	origin, token, ok := strings.Cut(address, "/start#")
	if !ok {
		return errors.New("the program printed no address")
	}
	u.origin = origin
	jar, err := cookiejar.New(nil)
	if err != nil {
		return err
	}
	port := origin[strings.LastIndex(origin, ":"):]
	u.client = &http.Client{
		Jar: jar, Timeout: 20 * time.Second,
		Transport: &http.Transport{DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, "127.0.0.1"+port)
		}},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	if _, err := u.get("/start"); err != nil {
		return err
	}
	return u.send("/start", url.Values{"token": {token}})
}

func (u *user) stop() {
	if u.cmd != nil && u.cmd.Process != nil {
		_ = u.cmd.Process.Signal(os.Interrupt)
		_ = u.cmd.Wait()
	}
}

// at puts a path behind the lock once there is a key.
func (u *user) at(path string) string {
	if u.key == "" || path == "/start" || path == "/unlock" || path == "/first" {
		return u.origin + path
	}
	return u.origin + "/k/" + u.key + path
}

func (u *user) get(path string) (string, error) {
	answer, err := u.client.Get(u.at(path))
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode >= 400 {
		err = fmt.Errorf("page %s: status %d", path, answer.StatusCode)
	}
	return string(body), err
}

// send posts a form with what the page of the same address carries; it stores where that led.
func (u *user) send(path string, form url.Values) error {
	page := path
	if page == "/lock" {
		page = "/home"
	}
	body, err := u.get(page)
	if err != nil {
		return err
	}
	filled := url.Values{}
	for _, m := range regexp.MustCompile(`name="(_token|_submission|_from)" value="([^"]*)"`).FindAllStringSubmatch(body, -1) {
		filled.Set(m[1], m[2])
	}
	for name, values := range form {
		filled[name] = values
	}
	request, err := http.NewRequest(http.MethodPost, u.at(path), strings.NewReader(filled.Encode()))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Origin", u.origin)
	request.Header.Set("Sec-Fetch-Site", "same-origin")
	answer, err := u.client.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusSeeOther {
		return fmt.Errorf("form %s: status %d instead of a redirect", path, answer.StatusCode)
	}
	u.page = answer.Header.Get("Location")
	if m := regexp.MustCompile(`^/k/([a-z2-7]{26})/`).FindStringSubmatch(u.page); m != nil {
		u.key = m[1]
	}
	return nil
}

func (u *user) time(path string, runs int) error {
	var took []time.Duration
	for range runs {
		began := time.Now()
		if _, err := u.get(path); err != nil {
			return err
		}
		took = append(took, time.Since(began))
	}
	name := regexp.MustCompile(`[0-9a-f]{32}`).ReplaceAllString(path, "…")
	fmt.Printf("page %-30s %.1f ms\n", name, median(took).Seconds()*1000)
	return nil
}

// memory prints the resident memory of the supervisor and its child (Linux only).
func (u *user) memory(when string) {
	if runtime.GOOS != "linux" {
		return
	}
	pids := []string{fmt.Sprint(u.cmd.Process.Pid)}
	stats, _ := filepath.Glob("/proc/[0-9]*/status")
	for _, name := range stats {
		status, _ := os.ReadFile(name)
		if strings.Contains(string(status), fmt.Sprintf("\nPPid:\t%d\n", u.cmd.Process.Pid)) {
			pids = append(pids, filepath.Base(filepath.Dir(name)))
		}
	}
	var parts []string
	for _, pid := range pids {
		status, _ := os.ReadFile("/proc/" + pid + "/status")
		if m := regexp.MustCompile(`VmRSS:\s+(\d+) kB`).FindSubmatch(status); m != nil {
			parts = append(parts, string(m[1])+" kB")
		}
	}
	fmt.Printf("memory, %-11s %s\n", when, strings.Join(parts, " + "))
}
