package lan

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"keyholder/scanner/scantest"
)

// Bounds on a check of a network that is full of made-up devices.
const (
	mostMemory = 300 << 10               // KiB, of one process
	lateness   = 1500 * time.Millisecond // beyond the six seconds: ending, and a busy machine
)

// spy follows the memory of processes until it is stopped.
type spy struct {
	stop chan struct{}
	peak chan int
}

// watch follows a process and those that it started.
func watch(pid int) *spy {
	s := &spy{make(chan struct{}), make(chan int)}
	go func() {
		peak := 0
		for {
			for _, p := range append(childrenOf(pid), pid) {
				peak = max(peak, highWater(p))
			}
			select {
			case <-s.stop:
				s.peak <- peak
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
	}()
	return s
}

// most is the most memory that one of them ever held, in KiB.
func (s *spy) most() int {
	close(s.stop)
	return <-s.peak
}

func childrenOf(pid int) (list []int) {
	threads, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid)) // whichever thread started it
	for _, name := range threads {
		raw, _ := os.ReadFile(name)
		for _, f := range strings.Fields(string(raw)) {
			if n, err := strconv.Atoi(f); err == nil {
				list = append(list, n)
			}
		}
	}
	return list
}

// highWater reads the peak of a process; 0 when it is gone or is not the program yet.
func highWater(pid int) int {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil || bytes.HasPrefix(raw, []byte("Name:\tip\n")) || bytes.HasPrefix(raw, []byte("Name:\tsetpriv\n")) {
		return 0
	}
	m := regexp.MustCompile(`VmHWM:\s+(\d+) kB`).FindSubmatch(raw)
	if m == nil {
		return 0
	}
	n, _ := strconv.Atoi(string(m[1]))
	return n
}

// underAttack is one check by the real program.
type underAttack struct {
	out, errs    bytes.Buffer
	began, ended time.Time
	peak         int
	packets      []packet
}

// attack runs the program against the hostile host and looks at everything but its words.
func attack(t *testing.T, h *scantest.Hostile, binary string, options ...string) *underAttack {
	t.Helper()
	wire := capture(t, h)
	refused := h.Unprivileged(t.Context(), binary, "scan")
	if err := refused.Run(); err == nil {
		t.Error("a check began although nobody said that it may")
	}
	time.Sleep(500 * time.Millisecond)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	a := &underAttack{}
	cmd := h.Unprivileged(ctx, append([]string{binary, "scan", "-attest", "own-network"}, options...)...)
	cmd.Stdout, cmd.Stderr = &a.out, &a.errs
	a.began = time.Now()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	s := watch(cmd.Process.Pid)
	err := cmd.Wait()
	a.ended, a.peak = time.Now(), s.most()
	if err != nil {
		t.Fatalf("the check failed: %v\n%s", err, a.errs.String())
	}
	time.Sleep(1500 * time.Millisecond)
	a.packets = wire()
	a.judge(t, h, options)
	return a
}

func (a *underAttack) judge(t *testing.T, h *scantest.Hostile, options []string) {
	t.Helper()
	if a.peak == 0 || a.peak > mostMemory {
		t.Errorf("memory: %d KiB", a.peak)
	}
	if asks := !slices.Contains(options, "listen"); asks != (len(a.packets) > 0) {
		t.Errorf("%d packets in a check that asks: %v", len(a.packets), asks)
	}
	stays(t, h, a.packets, a.began, a.ended)
	for _, text := range []string{a.out.String(), a.errs.String()} {
		if bad := unsafeRune(text); bad != "" {
			t.Errorf("the output holds %s", bad)
		}
	}
	if strings.Contains(a.errs.String(), "KHX") {
		t.Error("a made-up name is among the messages")
	}
	if !strings.Contains(a.out.String(), "KHX") {
		t.Error("no made-up name is in the result, so its words prove nothing")
	}
	t.Logf("%.1f s in all, %.0f MiB at most, %d packets sent", a.ended.Sub(a.began).Seconds(), float64(a.peak)/1024, len(a.packets))
}

// stays fails for packets outside the time of the check and for those that leave its network, and for
// visits to the computer itself.
func stays(t *testing.T, h *scantest.Hostile, packets []packet, began, ended time.Time) {
	t.Helper()
	home := []netip.Prefix{netip.MustParsePrefix(scantest.HostileNetwork)}
	early, late, away := 0, 0, 0
	for _, p := range packets {
		switch {
		case p.at.Before(began.Add(-50 * time.Millisecond)):
			early++
		case p.at.After(ended.Add(50 * time.Millisecond)):
			late++
		case inside(p, home):
			continue
		default:
			away++
		}
		if early+late+away < 10 {
			t.Logf("strange: %s", p.line)
		}
	}
	if early+late+away > 0 {
		t.Errorf("%d packets before the check, %d after it, %d that leave the network", early, late, away)
	}
	if visits, err := h.Visits(); err != nil || visits != "" {
		t.Errorf("this computer was led to itself: %v\n%s", err, visits)
	}
}

// unsafeRune names the first character that must not reach a reader as it is.
func unsafeRune(text string) string {
	if !utf8.ValidString(text) {
		return "broken text"
	}
	for _, r := range text {
		if r != '\n' && unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) {
			return fmt.Sprintf("the character %U", r)
		}
	}
	return ""
}

// closely names some of the devices that have servers.
func closely() []string {
	options := []string{"-mode", "full"}
	for i := 1; i <= 20; i++ {
		options = append(options, "-device", fmt.Sprintf("10.66.0.%d", i))
	}
	return append(options, "-device", "10.66.9.9")
}

// TestHostile_program: ten thousand made-up devices neither stop the program, nor fill the memory, nor
// lead it anywhere, and the list says that there were too many.
func TestHostile_program(t *testing.T) {
	h := scantest.StartHostile(t)
	binary := scantest.Build(t)
	a := attack(t, h, binary, append(closely(), "-json")...)
	facts := decode(t, a.out.Bytes())
	if facts.Devices > 2000 || facts.NotListed < 500 {
		t.Errorf("%d devices, %d not listed", facts.Devices, facts.NotListed)
	}
	if facts.Seconds > 6+lateness.Seconds() {
		t.Errorf("took %.2f s", facts.Seconds)
	}
	t.Logf("%.2f s of checking, %d devices listed, %d not, %d bytes", facts.Seconds, facts.Devices, facts.NotListed, a.out.Len())
	if os.Getenv("KEYHOLDER_LONG") == "" {
		return
	}
	for _, options := range [][]string{{}, {"-mode", "listen", "-seconds", "8"}, closely(), {"-seconds", "30"}, append(closely(), "-seconds", "40")} {
		a := attack(t, h, binary, options...)
		if !strings.Contains(a.out.String(), "making names up") {
			t.Error("the flood is not said")
		}
	}
}

// factsLine is what the last line of the output says of the check.
type factsLine struct {
	Devices   int     `json:"devices"`
	NotListed int     `json:"not_listed"`
	Seconds   float64 `json:"seconds"`
}

// decode reads every line, and every text in it.
func decode(t *testing.T, out []byte) factsLine {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(out))
	var last json.RawMessage
	for d.More() {
		if err := d.Decode(&last); err != nil {
			t.Fatalf("reading the output: %v", err)
		}
		var line any
		if err := json.Unmarshal(last, &line); err != nil {
			t.Fatal(err)
		}
		scantest.EveryText(line, func(s string) {
			if bad := unsafeRune(s); bad != "" {
				t.Errorf("a text holds %s: %q", bad, s)
			}
		})
	}
	var end struct {
		Scan factsLine `json:"scan"`
	}
	if err := json.Unmarshal(last, &end); err != nil {
		t.Fatal(err)
	}
	return end.Scan
}
