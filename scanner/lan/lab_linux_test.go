package lan

import (
	"bytes"
	"context"
	"encoding/json"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"keyholder/scanner/scantest"
)

// found is a line of the program's output, as far as the lab is concerned.
type found struct {
	MACs       []string `json:"macs"`
	Addresses  []string `json:"addresses"`
	Group      string   `json:"group"`
	Class      string   `json:"class"`
	Confidence string   `json:"confidence"`
	Names      []string `json:"names"`
	SeenBy     []string `json:"seen_by"`
	Ports      []struct {
		Service string `json:"service"`
	} `json:"ports"`
	Scan *struct {
		Networks []netip.Prefix `json:"networks"`
		Seconds  float64        `json:"seconds"`
		Mode     string         `json:"mode"`
	} `json:"scan"`
}

// check runs the program on the lab's laptop as an unprivileged user.
func check(t *testing.T, l *scantest.Lab, binary string, options ...string) (list []found, began, ended time.Time) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := l.Unprivileged(ctx, append([]string{binary, "scan", "-json", "-attest", "own-network"}, options...)...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	began = time.Now()
	if err := cmd.Run(); err != nil {
		t.Fatalf("the check failed: %v\n%s", err, errs.String())
	}
	ended = time.Now()
	d := json.NewDecoder(&out)
	for d.More() {
		var f found
		if err := d.Decode(&f); err != nil {
			t.Fatalf("reading the output: %v", err)
		}
		list = append(list, f)
	}
	return list, began, ended
}

// inTime is when a check has to have ended whatever the network does, in seconds: its budget of 6 s and
// the moment that sources are given to notice. An idle computer needs 5.5 s.
const inTime = 6.5

func TestLab(t *testing.T) {
	l := scantest.StartLab(t)
	binary := scantest.Build(t)
	before := running(t, l)
	wire := capture(t, l)
	time.Sleep(time.Second)
	list, began, ended := check(t, l, binary)
	time.Sleep(1500 * time.Millisecond)
	packets := wire()

	last := list[len(list)-1]
	if last.Scan == nil || last.Scan.Mode != "quiet" {
		t.Fatalf("the last line says nothing about the check: %+v", last)
	}
	if last.Scan.Seconds > inTime {
		t.Errorf("took %.2f s, %v in all", last.Scan.Seconds, ended.Sub(began))
	}
	t.Logf("%.2f s, %v in all", last.Scan.Seconds, ended.Sub(began))
	judge(t, l.Devices, list[:len(list)-1], 80)
	stillThere(t, before, running(t, l))
	onlyInTime(t, packets, list, began, ended)
}

// TestLab_listen: in the listen mode no packet of the program leaves the computer.
func TestLab_listen(t *testing.T) {
	l := scantest.StartLab(t)
	binary := scantest.Build(t)
	wire := capture(t, l)
	list, _, _ := check(t, l, binary, "-mode", "listen", "-seconds", "3")
	time.Sleep(time.Second)
	for _, p := range wire() {
		t.Errorf("sent while only listening: %s", p.line)
	}
	if len(list) < 2 {
		t.Errorf("%d lines", len(list))
	}
}

// tickAll names every device of the lab on the command line. One that has only IPv6 is named by the
// address that its hardware address gives it.
func tickAll(t *testing.T, l *scantest.Lab, except ...string) (options []string) {
	t.Helper()
	options = []string{"-mode", "full"}
	for _, d := range l.Devices {
		if slices.Contains(except, d.Name) {
			continue
		}
		addr := d.Addr
		if addr == "-" {
			h, err := net.ParseMAC(d.MAC)
			if err != nil {
				t.Fatal(err)
			}
			addr = netip.AddrFrom16([16]byte{0xfe, 0x80, 8: h[0] ^ 2, h[1], h[2], 0xff, 0xfe, h[3], h[4], h[5]}).WithZone("eth0").String()
		}
		options = append(options, "-device", addr)
	}
	return options
}

// TestLab_full looks closer at every device: nothing leaves before and after, nothing stops working,
// and the whole ends in time. With KEYHOLDER_LONG or the outside lab it is done ten
// times in a row.
func TestLab_full(t *testing.T) {
	l := scantest.StartLab(t)
	binary := scantest.Build(t)
	before := running(t, l)
	wire := capture(t, l)
	time.Sleep(time.Second)
	list, began, ended := check(t, l, binary, tickAll(t, l)...)
	time.Sleep(2500 * time.Millisecond)
	onlyInTime(t, wire(), list, began, ended)
	judge(t, l.Devices, list[:len(list)-1], 90)
	allInstances(t, list)
	endsInTime(t, list)
	stillThere(t, before, running(t, l))
	if os.Getenv("KEYHOLDER_LONG") == "" && os.Getenv("KEYHOLDER_LAB") == "" {
		return
	}
	for range 9 {
		list, _, _ = check(t, l, binary, tickAll(t, l)...)
		judge(t, l.Devices, list[:len(list)-1], 90)
		endsInTime(t, list)
	}
	stillThere(t, before, running(t, l))
}

// TestLab_fullTicked: a device that was not ticked is sent no connection, whatever else it is sent.
func TestLab_fullTicked(t *testing.T) {
	l := scantest.StartLab(t)
	binary := scantest.Build(t)
	wire := capture(t, l)
	time.Sleep(time.Second)
	const spared = "router"
	list, _, _ := check(t, l, binary, tickAll(t, l, spared)...)
	time.Sleep(500 * time.Millisecond)
	i := slices.IndexFunc(l.Devices, func(d scantest.LabDevice) bool { return d.Name == spared })
	connections, spareds := 0, 0
	for _, p := range wire() {
		if !strings.Contains(p.line, "Flags [S]") {
			continue
		}
		connections++
		if p.to.String() == l.Devices[i].Addr {
			// Its description is fetched from the one port that it announced by SSDP, as in a quiet check.
			spareds++
		}
		if strings.Contains(p.line, ".9100: ") {
			t.Errorf("a printer's own port: %s", p.line)
		}
	}
	if connections < 100 || spareds > 4 {
		t.Errorf("%d connections in all, %d to the device that was not ticked", connections, spareds)
	}
	for _, f := range list {
		if slices.Contains(f.Addresses, l.Devices[i].Addr) && slices.Contains(f.SeenBy, "ports") {
			t.Error("the device that was not ticked was looked at closer")
		}
	}
}

func endsInTime(t *testing.T, list []found) {
	t.Helper()
	last := list[len(list)-1]
	if last.Scan == nil || last.Scan.Mode != "full" || last.Scan.Seconds > inTime {
		t.Errorf("the check: %+v", last.Scan)
		return
	}
	t.Logf("%.2f s", last.Scan.Seconds)
}

// allInstances looks for the device that announces sixty services of one type.
func allInstances(t *testing.T, list []found) {
	t.Helper()
	most := 0
	for _, f := range list {
		count := map[string]int{}
		for _, p := range f.Ports {
			count[p.Service]++
			most = max(most, count[p.Service])
		}
	}
	if most != 60 {
		t.Errorf("%d services of one type, want 60", most)
	}
}

// onlyInTime fails for packets before and after the check and for those that leave its networks.
func onlyInTime(t *testing.T, packets []packet, list []found, began, ended time.Time) {
	t.Helper()
	if len(packets) == 0 {
		t.Error("the capture saw nothing at all, so it proves nothing")
	}
	reset := 0
	for _, p := range packets {
		if p.at.Before(began.Add(-50*time.Millisecond)) || p.at.After(ended.Add(50*time.Millisecond)) {
			t.Errorf("a packet outside the time of the check: %s", p.line)
		}
		if !inside(p, list[len(list)-1].Scan.Networks) {
			t.Errorf("a packet that leaves the networks: %s", p.line)
		}
		if strings.Contains(p.line, "Flags [R") {
			reset++
			t.Errorf("a connection was broken off: %s", p.line)
		}
	}
	connections := 0
	for _, p := range packets {
		if strings.Contains(p.line, "Flags [S]") {
			connections++
		}
	}
	t.Logf("%d packets sent, %d began a connection, %d broke one off", len(packets), connections, reset)
}

// judge compares with the truth: every device listed, so many of a hundred right, none wrong and confident.
func judge(t *testing.T, truth []scantest.LabDevice, list []found, percent int) {
	t.Helper()
	right := 0
	for _, d := range truth {
		i := slices.IndexFunc(list, func(f found) bool { return slices.Contains(f.MACs, d.MAC) || slices.Contains(f.Addresses, d.Addr) })
		if i < 0 {
			t.Errorf("%s is not listed", d.Name)
			continue
		}
		f := list[i]
		group := slices.Contains(d.Groups, f.Group)
		class := slices.Contains(d.Classes, f.Class) || (d.Unclear() && (f.Class == "" || f.Confidence == "possible"))
		if group && class {
			right++
		} else {
			t.Logf("%s: %s/%s (%s), truth %v/%v", d.Name, f.Group, f.Class, f.Confidence, d.Groups, d.Classes)
		}
		confident := f.Confidence == "likely" || f.Confidence == "certain"
		if confident && (!group || (f.Class != "" && !slices.Contains(d.Classes, f.Class))) {
			t.Errorf("%s is called %s/%s, and %s", d.Name, f.Group, f.Class, f.Confidence)
		}
	}
	if right*100 < len(truth)*percent {
		t.Errorf("%d of %d right, want %d in 100", right, len(truth), percent)
	}
	t.Logf("%d of %d right", right, len(truth))
}

func running(t *testing.T, l *scantest.Lab) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	for _, d := range l.Devices {
		r, err := l.Running(t.Context(), d.Name)
		if err != nil {
			t.Fatal(err)
		}
		out[d.Name] = r
	}
	return out
}

func stillThere(t *testing.T, before, after map[string][]string) {
	t.Helper()
	daemons := 0
	for name, list := range before {
		for _, what := range list {
			daemons++
			if !slices.Contains(after[name], what) {
				t.Errorf("%s: %s is gone after the check", name, what)
			}
		}
	}
	t.Logf("%d programs and ports of %d devices still there", daemons, len(before))
}

// packet is one packet that the laptop sent.
type packet struct {
	at    time.Time
	to    netip.Addr
	iface string
	line  string
}

// sentLine reads tcpdump's line of an outgoing packet: time, interface, family, from, to and the rest.
var sentLine = regexp.MustCompile(`^(\d+)\.(\d{6}) (\S+)\s+Out IP6? (\S+) > (\S+): (.*)$`)

// commander runs commands on the devices of a network.
type commander interface {
	Command(ctx context.Context, device string, argv ...string) *exec.Cmd
}

// capture records what the laptop sends until the returned function is called. What the system itself
// says (ARP, neighbour discovery, group membership) is not the program's, and neither are the answers
// of the laptop's own responder, if the lab runs one.
func capture(t *testing.T, l commander) func() []packet {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	t.Cleanup(cancel)
	cmd := l.Command(ctx, "laptop", "tcpdump", "-i", "any", "-nn", "-l", "-tt", "-Q", "out", "--immediate-mode", "-B", "16384", "-s", "300", // short packets, so that the buffer holds many
		"outbound and (udp or tcp or (icmp and icmp[icmptype] == icmp-echo))")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // the capture is a grandchild: end the group
	cmd.WaitDelay = 2 * time.Second
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
	var mu sync.Mutex
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = locked{&mu, &out}, locked{&mu, &errs}
	start(t, cmd, &mu, &errs)
	return func() []packet {
		cancel()
		_ = cmd.Wait()
		mu.Lock()
		defer mu.Unlock()
		if dropped := regexp.MustCompile(`(\d+) packets dropped by kernel`).FindStringSubmatch(errs.String()); len(dropped) == 2 && dropped[1] != "0" {
			t.Errorf("the capture lost %s packets, so it proves less than it should", dropped[1])
		}
		return packetsIn(out.String())
	}
}

// locked is a writer that two goroutines may use.
type locked struct {
	mu *sync.Mutex
	b  *bytes.Buffer
}

func (w locked) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.b.Write(p)
}

// start waits until the capture says that it listens.
func start(t *testing.T, cmd *exec.Cmd, mu *sync.Mutex, errs *bytes.Buffer) {
	t.Helper()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for range 100 {
		time.Sleep(50 * time.Millisecond)
		mu.Lock()
		listening := strings.Contains(errs.String(), "listening on")
		mu.Unlock()
		if listening {
			return
		}
	}
	t.Fatalf("the capture does not start: %s", errs.String())
}

func packetsIn(text string) (out []packet) {
	for line := range strings.Lines(text) {
		m := sentLine.FindStringSubmatch(strings.TrimSpace(line))
		if m == nil || (strings.HasSuffix(m[4], ".5353") && strings.HasPrefix(m[6], "0*")) {
			continue
		}
		seconds, _ := strconv.ParseInt(m[1], 10, 64)
		micros, _ := strconv.ParseInt(m[2], 10, 64)
		host := m[5]
		if i := strings.LastIndex(host, "."); i > 0 && (strings.Contains(host, ":") || strings.Count(host, ".") == 4) {
			host = host[:i]
		}
		to, err := netip.ParseAddr(host)
		if err != nil {
			to = netip.Addr{}
		}
		out = append(out, packet{at: time.Unix(seconds, micros*1000), to: to, iface: m[3], line: strings.TrimSpace(line)})
	}
	return out
}

// inside reports whether a packet stays on the chosen networks: to an address in them, to a
// link-local one, or to a multicast group, and through a real interface.
func inside(p packet, networks []netip.Prefix) bool {
	if !strings.HasPrefix(p.iface, "eth") || !p.to.IsValid() {
		return false
	}
	if p.to.IsMulticast() || p.to.IsLinkLocalUnicast() {
		return true
	}
	return slices.ContainsFunc(networks, func(n netip.Prefix) bool { return n.Contains(p.to) })
}
