package scantest

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Hostile is a network of two: the computer that makes the check, and one host that answers as ten
// thousand devices and means harm. Its namespaces have names of their own and no link to the machine.
type Hostile struct {
	laptop, host string // namespaces
	binary       string // command hostile
	folder       string // for sockets and notes
}

// Addresses of that network. Those of the first 256 lead to real servers of the host.
const (
	HostileNetwork = "10.66.0.0/18"
	HostileRouter  = "10.66.0.1"
	hostileLaptop  = "10.66.60.200"
)

// StartHostile builds the network and lets the host answer, or skips the test and says why it cannot.
// All of it is gone when the test ends.
func StartHostile(t testing.TB) *Hostile {
	t.Helper()
	skipUnless(t, []string{"ip", "setpriv", "tcpdump", "sysctl", "go"})
	lockLab(t) // the table of neighbours has one bound for all namespaces together
	folder, err := os.MkdirTemp("", "khh")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	id := fmt.Sprintf("khh%d", os.Getpid())
	h := &Hostile{laptop: id + "l", host: id + "h", folder: folder, binary: filepath.Join(folder, "hostile")}
	build := exec.Command("go", "build", "-o", h.binary, "keyholder/scanner/scantest/hostile")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("building the hostile host: %v\n%s", err, out)
	}
	t.Cleanup(func() {
		for _, ns := range []string{h.laptop, h.host} {
			_ = exec.Command("ip", "netns", "del", ns).Run()
		}
	})
	for _, line := range h.cables() {
		if out, err := exec.Command("ip", strings.Fields(line)...).CombinedOutput(); err != nil {
			t.Skipf("this network does not come up here, so the check against a hostile host was left out: ip %s: %v %s", line, err, out)
		}
	}
	ping := h.Command(t.Context(), "laptop", "sysctl", "-qw", "net.ipv4.ping_group_range=0 2147483647")
	if out, err := ping.CombinedOutput(); err != nil {
		t.Logf("questions to all IPv6 devices stay forbidden: %v %s", err, out)
	}
	h.start(t, h.laptop, "trap", h.notes())
	h.start(t, h.host, "flood", "eth0", HostileNetwork)
	time.Sleep(2 * time.Second) // until the laptop's own IPv6 address may be used
	return h
}

// cables are the arguments of ip that build the network.
func (h *Hostile) cables() []string {
	l, e := h.laptop, h.host
	return []string{
		"netns add " + l, "netns add " + e,
		"-n " + l + " link set lo up", "-n " + e + " link set lo up",
		"-n " + e + " link add eth0 mtu 65535 type veth peer name eth0 mtu 65535 netns " + l,
		"netns exec " + e + " sysctl -qw net.ipv4.conf.eth0.arp_ignore=8",
		"-n " + e + " addr add " + HostileRouter + "/18 dev eth0", "-n " + l + " addr add " + hostileLaptop + "/18 dev eth0",
		"-n " + e + " link set eth0 up", "-n " + l + " link set eth0 up",
		"-n " + e + " route add local 10.66.0.0/24 dev lo", "-n " + l + " route add default via " + HostileRouter,
	}
}

func (h *Hostile) notes() string { return filepath.Join(h.folder, "visits") }

// start starts the hostile command in a namespace and waits until it is ready.
func (h *Hostile) start(t testing.TB, namespace string, args ...string) {
	t.Helper()
	cmd := exec.Command("ip", append([]string{"netns", "exec", namespace, h.binary}, args...)...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	if line, _ := bufio.NewReader(out).ReadString('\n'); line != "ready\n" {
		t.Fatalf("hostile %s does not start", args[0])
	}
}

// Command prepares a command that runs as root on the "laptop" or, under any other name, on the host.
func (h *Hostile) Command(ctx context.Context, device string, argv ...string) *exec.Cmd {
	namespace := h.host
	if device == "laptop" {
		namespace = h.laptop
	}
	return exec.CommandContext(ctx, "ip", append([]string{"netns", "exec", namespace}, argv...)...)
}

// Unprivileged prepares a command that runs on the laptop as the user nobody. Its process number stays
// that of the command that is started.
func (h *Hostile) Unprivileged(ctx context.Context, argv ...string) *exec.Cmd {
	as := []string{"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--no-new-privs"}
	return h.Command(ctx, "laptop", append(as, argv...)...)
}

// Visits are the connections that came to the laptop's own ports: none may.
func (h *Hostile) Visits() (string, error) {
	raw, err := os.ReadFile(h.notes())
	if err != nil {
		return "", fmt.Errorf("reading who came: %w", err)
	}
	return string(raw), nil
}

// Reach returns a dialler for an address of the laptop's, such as that of a program on it.
func (h *Hostile) Reach(t testing.TB, address string) func(context.Context, string, string) (net.Conn, error) {
	t.Helper()
	socket := filepath.Join(h.folder, "bridge")
	h.start(t, h.laptop, "bridge", socket, address)
	return func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "unix", socket)
	}
}
