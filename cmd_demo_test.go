package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
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
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"keyholder/casework"
	"keyholder/scanner"
	"keyholder/scanner/catalogue"
	"keyholder/scanner/lan"
	"keyholder/server/launch"
)

// demoRun is a demonstration that runs as a program of its own.
type demoRun struct {
	t    *testing.T
	cmd  *exec.Cmd
	said *bufio.Scanner
}

// startDemo starts a demonstration whose folder is made below temp.
func startDemo(t *testing.T, temp string) *demoRun {
	t.Helper()
	cmd := exec.Command("keyholder", "demo", "-no-browser")
	cmd.Env = append(os.Environ(), "TMPDIR="+temp, "TMP="+temp, "TEMP="+temp)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	d := &demoRun{t: t, cmd: cmd, said: bufio.NewScanner(out)}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	return d
}

// until reads what it prints up to a line that holds words.
func (d *demoRun) until(words string) string {
	d.t.Helper()
	for d.said.Scan() {
		if strings.Contains(d.said.Text(), words) {
			return d.said.Text()
		}
	}
	d.t.Fatalf("the demonstration ended without printing %q", words)
	return ""
}

// end sends a signal and waits; it returns the exit status.
func (d *demoRun) end(s os.Signal) int {
	d.t.Helper()
	if err := d.cmd.Process.Signal(s); err != nil {
		d.t.Fatal(err)
	}
	for d.said.Scan() {
	}
	_ = d.cmd.Wait()
	return d.cmd.ProcessState.ExitCode()
}

// demoFolders lists what demonstrations keep below temp.
func demoFolders(t *testing.T, temp string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(temp, demoPrefix+"*"))
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// visitor is a browser without a script.
type visitor struct {
	t      *testing.T
	client *http.Client
	origin string
	at     string // path of the page it is on
	page   string
}

func newVisitor(t *testing.T, address string) *visitor {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	dial := func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, net.JoinHostPort("127.0.0.1", u.Port()))
	}
	return &visitor{
		t: t, origin: u.Scheme + "://" + u.Host,
		client: &http.Client{Jar: jar, Timeout: time.Minute, Transport: &http.Transport{DialContext: dial}},
	}
}

func (v *visitor) get(path string) *http.Response {
	v.t.Helper()
	return v.take(v.client.Get(v.origin + path))
}

// post sends a form with the hidden fields of the page it is on.
func (v *visitor) post(path string, form url.Values) *http.Response {
	v.t.Helper()
	for _, m := range regexp.MustCompile(`name="(_\w+)" value="([^"]*)"`).FindAllStringSubmatch(v.page, -1) {
		form.Set(m[1], m[2])
	}
	return v.take(v.client.PostForm(v.origin+path, form))
}

func (v *visitor) take(answer *http.Response, err error) *http.Response {
	v.t.Helper()
	if err != nil {
		v.t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	v.at, v.page = answer.Request.URL.Path, string(body)
	return answer
}

// links lists the addresses on the page that stand behind the lock.
func (v *visitor) links() []string {
	var out []string
	for _, m := range regexp.MustCompile(`href="(/k/[^"#]+)"`).FindAllStringSubmatch(v.page, -1) {
		out = append(out, strings.ReplaceAll(m[1], "&amp;", "&"))
	}
	return out
}

// key is the part of an address that a session owns.
func (v *visitor) key() string {
	v.t.Helper()
	m := regexp.MustCompile(`^/k/[^/]+`).FindString(v.at)
	if m == "" {
		v.t.Fatalf("not behind the lock but on %s", v.at)
	}
	return m
}

func TestDemo(t *testing.T) {
	if testing.Short() || runtime.GOOS == "windows" {
		t.Skip("starts a whole demonstration and sends it signals")
	}
	temp := t.TempDir()
	killed := startDemo(t, temp)
	killed.until("Making up")
	killed.end(syscall.SIGKILL)
	left := demoFolders(t, temp)
	if len(left) != 1 {
		t.Fatalf("%d folders after a kill, want the one that nobody could delete", len(left))
	}
	d := startDemo(t, temp)
	if line := d.until("Passphrase"); !strings.Contains(line, demoPassphrase) {
		t.Errorf("prints %q", line)
	}
	now := demoFolders(t, temp)
	if len(now) != 1 || now[0] == left[0] {
		t.Errorf("folders %v; want only that of this start", now)
	}
	_, address, _ := strings.Cut(d.until("Address"), ": ")
	_, token, _ := strings.Cut(address, "#")
	v := newVisitor(t, address)
	v.get("/")
	v.post("/start", url.Values{"token": {token}})
	if !strings.Contains(v.page, demoPassphrase) {
		t.Error("the page that asks for the passphrase does not show it")
	}
	v.post("/unlock", url.Values{"passphrase": {demoPassphrase}})
	everyPageMarked(t, v)
	playedBack(t, v)
	published(t, v)
	v.get(v.key() + "/home")
	v.post(v.key()+"/lock", url.Values{})
	v.get("/unlock")
	v.post("/unlock", url.Values{"passphrase": {demoPassphrase}})
	if v.get(v.key() + "/home"); !strings.Contains(v.page, "kh-madeup") {
		t.Error("nothing is there after a lock and an unlock")
	}
	if status := d.end(os.Interrupt); status != 0 {
		t.Errorf("ends with %d", status)
	}
	interrupted := startDemo(t, temp)
	interrupted.until("Making up")
	interrupted.end(os.Interrupt)
	if rest, err := os.ReadDir(temp); err != nil || len(rest) > 0 {
		t.Errorf("%d things are left behind, %v", len(rest), err)
	}
}

// everyPageMarked walks along the links from where the visitor is.
func everyPageMarked(t *testing.T, v *visitor) {
	t.Helper()
	const enough = 60
	start, kinds, todo := v.at, map[string]bool{}, []string{v.at}
	alike := regexp.MustCompile(`[0-9a-f]{32}|/(ask|sections|history|at|maker)/[^/]+`)
	for seen := 0; len(todo) > 0 && seen < enough; todo = todo[1:] {
		kind := alike.ReplaceAllString(todo[0], "$1")
		if kinds[kind] {
			continue
		}
		kinds[kind] = true
		answer := v.get(todo[0])
		if !strings.HasPrefix(answer.Header.Get("Content-Type"), "text/html") || answer.StatusCode != http.StatusOK {
			continue
		}
		seen++
		if !strings.Contains(v.page, "kh-madeup") {
			t.Errorf("%s is not marked as made up", strings.TrimPrefix(kind, v.key()))
		}
		todo = append(todo, v.links()...)
	}
	printed := strings.Contains(strings.Join(slices.Collect(maps.Keys(kinds)), " "), "/plan/print/unmarked")
	if len(kinds) < 15 || !printed {
		t.Errorf("only %d kinds of pages were reached: %v", len(kinds), kinds)
	}
	v.get(start)
}

// playedBack checks the network from a case: what comes must be the made-up home, whatever network
// this computer is on.
func playedBack(t *testing.T, v *visitor) {
	t.Helper()
	v.get(v.key() + "/home")
	m := regexp.MustCompile(`/k/[^/"]+/cases/[0-9a-f]{32}`).FindString(v.page)
	v.get(m + "/scan")
	v.post(m+"/scan", url.Values{
		"network": {casework.NetworkHome}, "agreed": {"yes"}, "mode": {string(casework.ScanListen)},
	})
	if !strings.Contains(v.at, "/scan/") {
		t.Fatalf("no check was started but %s", v.at)
	}
	at := v.at
	for end := time.Now().Add(patience); !strings.Contains(v.page, "Kitchen speaker"); v.get(at) {
		if time.Now().After(end) {
			t.Fatal("the check does not come to the made-up home")
		}
		time.Sleep(500 * time.Millisecond)
	}
}

// published publishes figures over the demonstration and reads the file.
func published(t *testing.T, v *visitor) {
	t.Helper()
	v.get(v.key() + "/statistics")
	periods := regexp.MustCompile(`<option value="(quarter-\d+)"`).FindAllStringSubmatch(v.page, -1)
	if len(periods) < 3 {
		t.Fatalf("%d ended quarters are offered", len(periods))
	}
	v.post(v.key()+"/statistics", url.Values{"period": {periods[2][1]}, "table": {"ta_any"}})
	if strings.Contains(v.at, "/preview/") {
		t.Error("figures over few people are not refused")
	}
	last := periods[0][1]
	v.post(v.key()+"/statistics", url.Values{"period": {last}, "table": {"ta_any", "ta_iot_home"}})
	if !strings.Contains(v.at, "/preview/") {
		t.Fatalf("no preview of the last ended quarter but %s", v.at)
	}
	v.post(v.at, url.Values{})
	answer := v.get(v.key() + "/statistics/file/" + last + "/csv")
	rows := strings.Split(strings.TrimSpace(v.page), "\n")
	if answer.StatusCode != http.StatusOK || len(rows) < 8 {
		t.Fatalf("the file has status %d and %d rows", answer.StatusCode, len(rows))
	}
	for _, row := range rows[1:] {
		if !strings.HasSuffix(strings.TrimSpace(row), "made up") {
			t.Errorf("the row %q is not marked", row)
		}
	}
}

// TestDemoFolder: a held folder survives the next start, a left one does not, and what others put
// beside it is not touched.
func TestDemoFolder(t *testing.T) {
	temp := t.TempDir()
	mine, remove, err := newDemoFolder(temp)
	if err != nil {
		t.Fatal(err)
	}
	left := filepath.Join(temp, demoPrefix+"left")
	empty := filepath.Join(temp, demoPrefix+"empty")
	precious := filepath.Join(temp, "precious")
	link := filepath.Join(temp, demoPrefix+"link")
	for _, dir := range []string{left, empty, precious} {
		if err := os.MkdirAll(filepath.Join(dir, "data"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for _, dir := range []string{left, precious} {
		release, err := launch.Hold(dir)
		if err != nil {
			t.Fatal(err)
		}
		release()
	}
	if err := os.Symlink(precious, link); err != nil {
		t.Skip("this system makes no links")
	}
	removeLeftDemos(temp)
	for path, want := range map[string]bool{mine: true, left: false, empty: true, precious: true, link: true} {
		if _, err := os.Lstat(path); (err == nil) != want {
			t.Errorf("%s: there %v, want %v", filepath.Base(path), err == nil, want)
		}
	}
	if _, err := os.Stat(filepath.Join(precious, "data")); err != nil {
		t.Error("a folder behind a link was emptied")
	}
	remove()
	if _, err := os.Stat(mine); err == nil {
		t.Error("the folder is still there at the end")
	}
	if _, _, err := newDemoFolder(filepath.Join(temp, "nowhere")); err == nil {
		t.Error("no error where no folder can be made")
	}
}

// demoLine is what a person sees of one made-up device.
type demoLine struct {
	Address, Class, Confidence string
	Flags                      []string
}

// TestDemoCheck: the made-up home is the same every time, and shows what a real one may show.
func TestDemoCheck(t *testing.T) {
	known, err := catalogue.Load()
	if err != nil {
		t.Fatal(err)
	}
	moved, ended := 0, map[scanner.SourceName]bool{}
	progress := func(p scanner.Progress) {
		moved++
		ended[p.Source] = ended[p.Source] || p.Outcome != nil
	}
	choice := lan.Choice{Mode: scanner.ModeQuiet, Attestation: scanner.AttestOwnNetwork}
	report, err := playCheck(context.Background(), choice, progress, time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	var got []demoLine
	for _, d := range report.Devices {
		id := known.Identify(d.Facts)
		line := demoLine{Address: d.Addresses[0].String(), Class: string(id.Class), Confidence: fmt.Sprint(id.Confidence)}
		for flag, set := range map[string]bool{
			"this computer": d.ThisComputer, "router": d.Gateway, "private": d.PrivateMAC && !d.ThisComputer, "conflict": len(id.Conflicts) > 0,
		} {
			if set {
				line.Flags = append(line.Flags, flag)
			}
		}
		slices.Sort(line.Flags)
		got = append(got, line)
	}
	want := []demoLine{
		{"192.168.40.1", "router", "certain", []string{"router"}},
		{"192.168.40.11", "smart_speaker", "certain", nil},
		{"192.168.40.12", "hub_platform", "certain", nil},
		{"192.168.40.13", "tv_streamer", "likely", nil},
		{"192.168.40.14", "storage_or_printer", "certain", nil},
		{"192.168.40.15", "", "possible", nil},
		{"192.168.40.16", "smart_lock", "certain", nil},
		{"192.168.40.17", "thermostat_heating", "certain", nil},
		{"192.168.40.18", "phone", "likely", []string{"private"}},
		{"192.168.40.19", "unknown_device", "unknown", nil},
		{"192.168.40.20", "", "likely", []string{"conflict"}},
		{"192.168.40.21", "plugs_switches", "likely", nil},
		{"192.168.40.30", "laptop_desktop", "certain", []string{"this computer"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("devices, want - got +:\n%s", diff)
	}
	states := map[scanner.State]bool{}
	for _, o := range report.Outcomes {
		states[o.State] = true
	}
	if len(states) != 3 || moved < 12 || !ended[scanner.SourceMDNS] {
		t.Errorf("outcomes %v, %d steps of progress", report.Outcomes, moved)
	}
}

// TestDemoCheck_limits: listening is said to be listening, and a check can be stopped.
func TestDemoCheck_limits(t *testing.T) {
	choice := lan.Choice{Mode: scanner.ModeListen, Attestation: scanner.AttestNewHome}
	report, err := playCheck(context.Background(), choice, nil, time.Millisecond)
	if err != nil || !slices.Contains(report.Outcomes[scanner.SourceMDNS].Limits, scanner.ReasonListenOnly) {
		t.Errorf("%v; want a check that says it only listened", err)
	}
	stopped, cancel := context.WithCancel(context.Background())
	cancel()
	report, err = playCheck(stopped, choice, nil, time.Hour)
	if err != nil || !report.Stopped {
		t.Errorf("%v; want a stopped check", err)
	}
	if _, err := playCheck(context.Background(), lan.Choice{Mode: scanner.ModeQuiet}, nil, time.Millisecond); err == nil {
		t.Error("a check of a network that nobody has spoken for")
	}
	synctest.Test(t, func(t *testing.T) { // a clock of its own: computing takes no time
		start := time.Now()
		if _, err := demoCheck(t.Context(), choice, nil); err != nil || time.Since(start).Round(time.Second) != 3*time.Second {
			t.Errorf("%v after %v; want about three seconds", err, time.Since(start))
		}
	})
}

// TestParseDemo: what a demonstration is told goes to its pages, and nothing can make it use a
// folder of somebody's.
func TestParseDemo(t *testing.T) {
	o, err := parseDemo([]string{"-no-browser", "-idle-lock", "10m"}, []string{"KEYHOLDER_LANG=en", "KEYHOLDER_LAB=x"}, io.Discard)
	if err != nil || !o.settings.MadeUp || o.settings.IdleSeconds != 600 || o.settings.Data != "" || !o.quiet {
		t.Errorf("%+v, %v", o, err)
	}
	for _, args := range [][]string{{"-data", "x"}, {"--data=x"}, {"-no-browser", "-data=x"}, {"-allow-synced"}} {
		if _, err := parseDemo(args, nil, io.Discard); err == nil {
			t.Errorf("%v is accepted", args)
		}
	}
	raw, err := json.Marshal(o.settings)
	if err != nil || bytes.Contains(raw, []byte(demoPassphrase)) {
		t.Errorf("the passphrase goes through the pipe, %v", err)
	}
}
