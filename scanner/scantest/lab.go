package scantest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// Lab is a running network of real daemons in network namespaces: the project's own, or the one in
// the folder that KEYHOLDER_LAB names (with the same scripts up.sh, on.sh, down.sh and devices.tsv).
type Lab struct {
	Dir     string
	Devices []LabDevice
}

// LabDevice is a line of devices.tsv: the truth about one device.
type LabDevice struct {
	Name, MAC, Addr, LAN, Host string
	Groups, Classes            []string // any of them is right; a class "-" cannot be told
}

// Unclear reports whether the network cannot tell the class.
func (d LabDevice) Unclear() bool { return slices.Contains(d.Classes, "-") }

const (
	settleOwn   = 8 * time.Second
	settleOther = 20 * time.Second
	scriptTime  = time.Minute
)

// StartLab brings the lab up for the time of a test, or skips the test and says why it cannot.
func StartLab(t testing.TB) *Lab {
	t.Helper()
	l := &Lab{Dir: os.Getenv("KEYHOLDER_LAB")}
	settle := settleOther
	tools := labTools()
	if l.Dir == "" {
		l.Dir, settle = ownLab(), settleOwn
		tools = append(tools, ownLabTools()...)
	}
	skipUnless(t, tools)
	lockLab(t)
	devices, err := readDevices(filepath.Join(l.Dir, "devices.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	l.Devices = devices
	out, err := l.bring(t)
	if strings.Contains(out, "already up") {
		return l // somebody else's: used, not taken down
	}
	if err != nil {
		t.Skipf("the lab does not come up here, so the check against real devices was left out: %v: %s", err, out)
	}
	t.Cleanup(func() {
		if out, err := l.script(context.Background(), "down.sh"); err != nil {
			t.Errorf("taking the lab down: %v: %s", err, out)
		}
	})
	time.Sleep(settle)
	return l
}

// bring runs up.sh. A lab that is up already may have come from another folder and hold other devices:
// then ours stands beside it.
func (l *Lab) bring(t testing.TB) (string, error) {
	t.Helper()
	out, err := l.script(t.Context(), "up.sh")
	if !strings.Contains(out, "of another folder") {
		return out, err
	}
	folder, err := os.MkdirTemp("", "khlab")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	t.Setenv("KHLAB", folder)
	return l.script(t.Context(), "up.sh")
}

// OpenLab reads what the lab in a folder holds. It starts nothing.
func OpenLab(dir string) (*Lab, error) {
	devices, err := readDevices(filepath.Join(dir, "devices.tsv"))
	if err != nil {
		return nil, err
	}
	return &Lab{Dir: dir, Devices: devices}, nil
}

// Up starts the lab and waits until its devices have settled; Down ends it.
func (l *Lab) Up(ctx context.Context) error {
	if out, err := l.script(ctx, "up.sh"); err != nil {
		return fmt.Errorf("bringing the lab up: %w: %s", err, out)
	}
	time.Sleep(settleOther)
	return nil
}

// Down ends what Up started.
func (l *Lab) Down(ctx context.Context) error {
	if out, err := l.script(ctx, "down.sh"); err != nil {
		return fmt.Errorf("taking the lab down: %w: %s", err, out)
	}
	return nil
}

// labTools are the programs that any lab needs, and ownLabTools those that ours needs besides.
func labTools() []string { return []string{"ip", "nsenter", "setpriv", "tcpdump"} }

func ownLabTools() []string {
	return []string{"nft", "unshare", "busybox", "dnsmasq", "avahi-daemon", "miniupnpd", "gmediarender", "go"}
}

// ownLab is the folder beside this file.
func ownLab() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(file), "lab")
}

func skipUnless(t testing.TB, tools []string) {
	t.Helper()
	if testing.Short() {
		t.Skip("short run: the check against real devices was left out")
	}
	if os.Getuid() != 0 {
		t.Skip("not root: network namespaces cannot be made, so the check against real devices was left out")
	}
	for _, tool := range tools {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is not installed (scanner/scantest/lab/install.sh installs it), so the check against real devices was left out", tool)
		}
	}
	probe := fmt.Sprintf("khp%08x", rand.Uint32()) // a name of its own: others ask at the same time
	if err := exec.Command("ip", "netns", "add", probe).Run(); err != nil {
		t.Skipf("this system does not allow network namespaces, so the check against real devices was left out: %v", err)
	}
	if err := exec.Command("ip", "netns", "del", probe).Run(); err != nil {
		t.Errorf("removing the namespace %s: %v", probe, err)
	}
}

// lockLab lets one test at a time use the lab: its addresses and namespaces exist once.
func lockLab(t testing.TB) {
	t.Helper()
	f, err := os.OpenFile(filepath.Join(os.TempDir(), "keyholder-lab.lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	for until := time.Now().Add(5 * time.Minute); ; {
		if lockFile(f) == nil {
			return
		}
		if time.Now().After(until) {
			t.Fatal("another test holds the lab for more than five minutes")
		}
		time.Sleep(200 * time.Millisecond)
	}
}

func (l *Lab) script(ctx context.Context, name string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, scriptTime)
	defer cancel()
	cmd := exec.CommandContext(ctx, filepath.Join(l.Dir, name), args...)
	cmd.WaitDelay = time.Second
	out, err := cmd.CombinedOutput()
	if errors.Is(err, exec.ErrWaitDelay) { // daemons that keep the output open are no failure
		err = nil
	}
	return string(out), err
}

// Command prepares a command that runs as one of the devices, as root. The computer that makes the
// check is called "laptop".
func (l *Lab) Command(ctx context.Context, device string, argv ...string) *exec.Cmd {
	return exec.CommandContext(ctx, filepath.Join(l.Dir, "on.sh"), append([]string{device}, argv...)...)
}

// Unprivileged prepares a command that runs on the laptop as the user nobody.
func (l *Lab) Unprivileged(ctx context.Context, argv ...string) *exec.Cmd {
	as := []string{"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--no-new-privs"}
	return l.Command(ctx, "laptop", append(as, argv...)...)
}

// Running describes what a device runs: the names of its programs and the ports it listens on.
func (l *Lab) Running(ctx context.Context, device string) ([]string, error) {
	out, err := l.Command(ctx, device, "sh", "-c", "ps -eo comm=; for f in tcp tcp6 udp udp6; do sed s/^/$f/ /proc/net/$f; done").Output()
	if err != nil {
		return nil, fmt.Errorf("asking what %s runs: %w", device, err)
	}
	var found []string
	for line := range strings.Lines(string(out)) {
		if f := describeLine(strings.Fields(line)); f != "" && !slices.Contains(found, f) {
			found = append(found, f)
		}
	}
	slices.Sort(found)
	return found, nil
}

// describeLine reads a program's name, or a line of /proc/net. Ports that a program lets the system
// choose come and go and are left out, and so are the tools that look.
func describeLine(fields []string) string {
	switch {
	case len(fields) == 1 && !slices.Contains([]string{"ps", "sh", "sed"}, fields[0]):
		return "program " + fields[0]
	case len(fields) > 4 && strings.HasPrefix(fields[0], "udp"),
		len(fields) > 4 && strings.HasPrefix(fields[0], "tcp") && fields[4] == "0A":
		if port := listeningPort(fields[2]); port != 0 {
			return fmt.Sprintf("listening %s %d", fields[0][:3], port)
		}
	}
	return ""
}

// listeningPort reads the port of a local address such as 0100007F:1F90; 0 for one that the system
// chose.
func listeningPort(local string) int {
	port := 0
	_, text, found := strings.Cut(local, ":")
	if _, err := fmt.Sscanf(text, "%X", &port); !found || err != nil || port >= 32768 {
		return 0
	}
	return port
}

func readDevices(path string) ([]LabDevice, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("reading the lab's devices: %w", err)
	}
	defer f.Close()
	var out []LabDevice
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		c := strings.Split(lines.Text(), "\t")
		if strings.HasPrefix(c[0], "#") || len(c) < 9 {
			continue
		}
		out = append(out, LabDevice{
			Name: c[0], MAC: strings.ToLower(c[1]), Addr: c[2], LAN: c[3], Host: c[4],
			Groups: strings.Split(c[7], "|"), Classes: strings.Split(c[8], "|"),
		})
	}
	return out, lines.Err()
}

// Build builds the program where every user can run it and returns its path. KEYHOLDER_BINARY names a
// program that has been built already.
func Build(t testing.TB) string {
	t.Helper()
	if built := os.Getenv("KEYHOLDER_BINARY"); built != "" {
		return built
	}
	folder, err := os.MkdirTemp("", "keyholder-check-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	if err := os.Chmod(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	binary := filepath.Join(folder, "keyholder")
	cmd := exec.Command("go", "build", "-o", binary, "keyholder")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("building the program: %v\n%s", err, out)
	}
	return binary
}
