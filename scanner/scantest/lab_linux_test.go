package scantest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// A run that was cut off leaves namespaces and a list of processes that are gone. The next run starts
// anew instead of asking the dead; a lab that lives is left as it is.
func TestLab_interrupted(t *testing.T) {
	if os.Getenv("KEYHOLDER_LAB") != "" {
		t.Skip("another lab is in use: what an interrupted run of our own leaves was not tried")
	}
	skipUnless(t, append(labTools(), ownLabTools()...))
	lockLab(t)
	t.Setenv("KHLAB", t.TempDir())
	l := &Lab{Dir: ownLab()}
	t.Cleanup(func() {
		if out, err := l.script(context.Background(), "down.sh"); err != nil {
			t.Errorf("taking the lab down: %v: %s", err, out)
		}
	})
	up := func() string {
		out, err := l.script(t.Context(), "up.sh", "router")
		if err != nil && !strings.Contains(out, "already up") {
			t.Fatalf("bringing the router up: %v: %s", err, out)
		}
		return out
	}
	up()
	for range 2 { // the second time over what the first has left
		if out := up(); !strings.Contains(out, "already up") {
			t.Errorf("a living lab was started again: %s", out)
		}
		kill(t, filepath.Join(os.Getenv("KHLAB"), "run", "pids"))
		if out := up(); strings.Contains(out, "already up") {
			t.Errorf("a dead lab counts as up: %s", out)
		}
		if out, err := l.Command(t.Context(), "router", "true").CombinedOutput(); err != nil {
			t.Errorf("the router does not answer: %v: %s", err, out)
		}
	}
}

// A lab that was started from another folder may hold other devices: it is neither used nor ended.
func TestLab_ofAnotherFolder(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("not root: no lab can be started, so beside another one neither")
	}
	folder := t.TempDir()
	t.Setenv("KHLAB", folder)
	boot := filepath.Join(folder, "other", "dev", "boot.sh")
	run := filepath.Join(folder, "run")
	for _, dir := range []string{filepath.Dir(boot), run} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(boot, []byte("read -r _\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	other := exec.Command("bash", boot)
	ends, err := other.StdinPipe() // it waits for a line
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Start(); err != nil {
		t.Skipf("no bash here, so no lab either: %v", err)
	}
	if err := os.WriteFile(filepath.Join(run, "pids"), fmt.Appendf(nil, "%d router\n", other.Process.Pid), 0o600); err != nil {
		t.Fatal(err)
	}
	l := &Lab{Dir: ownLab()}
	if out, err := l.script(t.Context(), "up.sh", "router"); err == nil || !strings.Contains(out, "of another folder") {
		t.Errorf("%v: %s", err, out)
	}
	if _, err := fmt.Fprintln(ends); err != nil {
		t.Errorf("the other lab was ended: %v", err)
	}
	if err := other.Wait(); err != nil {
		t.Errorf("the other lab was ended: %v", err)
	}
}

// Tests that ask at the same time whether this system has namespaces get the same answer: one that
// skipped because another one was asking would prove nothing and look well.
func TestSkipUnless_atTheSameTime(t *testing.T) {
	skipUnless(t, []string{"ip"})
	var ran atomic.Int64
	t.Run("group", func(t *testing.T) {
		for range 8 {
			t.Run("one", func(t *testing.T) {
				t.Parallel()
				skipUnless(t, []string{"ip"})
				ran.Add(1)
			})
		}
	})
	if ran.Load() != 8 {
		t.Errorf("%d of 8 skipped", 8-ran.Load())
	}
}

// kill ends the processes on record, which this test has started, as a power cut would, and waits until
// they are gone.
func kill(t *testing.T, record string) {
	t.Helper()
	text, err := os.ReadFile(record)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		pid := 0
		if _, err := fmt.Sscan(line, &pid); err != nil {
			t.Fatal(err)
		}
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		// What is ending still has its command line for a moment; what has ended has none.
		for gone := false; !gone; time.Sleep(10 * time.Millisecond) {
			said, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
			gone = err != nil || len(said) == 0
		}
	}
}

// The lines are those of ps and of /proc/net with the protocol before them.
func TestDescribeLine(t *testing.T) {
	for line, want := range map[string]string{
		"dnsmasq": "program dnsmasq",
		"sh":      "",
		"tcp  sl  local_address rem_address   st tx_queue rx_queue tr":          "",
		"tcp   0: 0100007F:0050 00000000:0000 0A 00000000:00000000 00:00000000": "listening tcp 80",
		"tcp6   1: 00000000000000000000000000000000:0016 0000:0000 0A 0:0 0:0":  "listening tcp 22",
		"tcp   2: 0100007F:0050 0100007F:9A97 01 00000000:00000000 00:00000000": "",
		"udp  413: 00000000:14E9 00000000:0000 07 00000000:00000000 00:0000000": "listening udp 5353",
		"udp  414: 00000000:9A97 00000000:0000 07 00000000:00000000 00:0000000": "",
	} {
		if got := describeLine(strings.Fields(line)); got != want {
			t.Errorf("%q: %q, want %q", line, got, want)
		}
	}
}
