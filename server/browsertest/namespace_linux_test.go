package browsertest

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// namespace is a network of this test's own, with a loopback interface and one way out that leads
// nowhere: whatever is sent to it is seen and goes no further.
type namespace struct {
	t       *testing.T
	handle  int // file descriptor of the namespace
	capture int // packet socket that hears every interface in it
	names   map[int]string
}

// The way out: an address, a route for everything else, and a name for the capture.
const (
	wayOut     = "out0"
	wayOutPeer = "out1"
)

// newNamespace moves the test's own goroutine, and what it starts from now on, into a new network.
// The thread is never given back: it ends with the test.
func newNamespace(t *testing.T) *namespace {
	t.Helper()
	needLong(t)
	if os.Getuid() != 0 {
		t.Skip("a network of its own needs root")
	}
	if _, err := exec.LookPath("ip"); err != nil {
		t.Skip("ip is not installed (Debian package iproute2)")
	}
	runtime.LockOSThread()
	if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
		t.Skipf("this machine lets nobody make a network: %v", err)
	}
	n := &namespace{t: t, names: map[int]string{}}
	var err error
	n.handle, err = unix.Open(fmt.Sprintf("/proc/self/task/%d/ns/net", unix.Gettid()), unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Fatalf("keeping the namespace: %v", err)
	}
	t.Cleanup(func() { _ = unix.Close(n.handle) })
	n.ip("link", "set", "lo", "up")
	n.ip("link", "add", wayOut, "type", "veth", "peer", "name", wayOutPeer)
	n.ip("addr", "add", "10.203.0.2/24", "dev", wayOut)
	n.ip("link", "set", wayOutPeer, "up")
	n.ip("link", "set", wayOut, "up")
	n.ip("route", "add", "default", "via", "10.203.0.1")
	n.listen()
	return n
}

// ip runs the ip command inside the namespace.
func (n *namespace) ip(args ...string) {
	n.t.Helper()
	if out, err := exec.Command("ip", args...).CombinedOutput(); err != nil {
		n.t.Fatalf("running ip %s: %v: %s", strings.Join(args, " "), err, out)
	}
}

// listen opens the capture.
func (n *namespace) listen() {
	n.t.Helper()
	all := int(binary.BigEndian.Uint16(binary.NativeEndian.AppendUint16(nil, unix.ETH_P_ALL)))
	fd, err := unix.Socket(unix.AF_PACKET, unix.SOCK_RAW|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, all)
	if err != nil {
		n.t.Fatalf("opening the capture: %v", err)
	}
	n.t.Cleanup(func() { _ = unix.Close(fd) })
	if err := unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_RCVBUFFORCE, 256<<20); err != nil {
		n.t.Fatalf("giving the capture room: %v", err)
	}
	n.capture = fd
	links, err := net.Interfaces()
	if err != nil {
		n.t.Fatalf("listing the interfaces: %v", err)
	}
	for _, l := range links {
		n.names[l.Index] = l.Name
	}
}

// packet is one captured packet, seen where it left or came in.
type packet struct {
	link  string
	proto string // "tcp", "udp", "arp", "icmp6", or the number of the protocol
	ports [2]uint16
}

// packets empties the capture.
func (n *namespace) packets() []packet {
	n.t.Helper()
	var out []packet
	buf := make([]byte, 128<<10)
	for {
		size, from, err := unix.Recvfrom(n.capture, buf, 0)
		if err == unix.EAGAIN {
			return out
		}
		if err != nil {
			n.t.Fatalf("reading the capture: %v", err)
		}
		if link, ok := from.(*unix.SockaddrLinklayer); ok {
			out = append(out, readPacket(n.names[link.Ifindex], buf[:size]))
		}
	}
}

// readPacket looks at the Ethernet and IP headers as far as the ports.
func readPacket(link string, b []byte) packet {
	p := packet{link: link, proto: "unknown"}
	if len(b) < 14 {
		return p
	}
	kind, rest := binary.BigEndian.Uint16(b[12:]), b[14:]
	var number byte
	switch {
	case kind == unix.ETH_P_ARP:
		p.proto = "arp"
		return p
	case kind == unix.ETH_P_IP && len(rest) >= 20:
		number, rest = rest[9], rest[min(int(rest[0]&15)*4, len(rest)):]
	case kind == unix.ETH_P_IPV6 && len(rest) >= 40:
		number, rest = rest[6], rest[40:]
		if number == 0 && len(rest) >= 8 { // a hop-by-hop header, as multicast listeners send it
			number, rest = rest[0], rest[min(int(rest[1])*8+8, len(rest)):]
		}
	}
	switch number {
	case unix.IPPROTO_TCP:
		p.proto = "tcp"
	case unix.IPPROTO_UDP:
		p.proto = "udp"
	case unix.IPPROTO_ICMPV6:
		p.proto = "icmp6"
		return p
	default:
		p.proto = fmt.Sprint(number)
		return p
	}
	if len(rest) >= 4 {
		p.ports = [2]uint16{binary.BigEndian.Uint16(rest), binary.BigEndian.Uint16(rest[2:])}
	}
	return p
}

// unasked lists what should not be there: anything on the way out, and on loopback anything but
// connections to our own port. The neighbour messages of IPv6 that the kernel sends when a link comes
// up are nobody's doing.
func unasked(seen []packet, port uint16) []packet {
	var out []packet
	for _, p := range seen {
		ours := p.link == "lo" && p.proto == "tcp" && (p.ports[0] == port || p.ports[1] == port)
		if !ours && p.proto != "icmp6" {
			out = append(out, p)
		}
	}
	return out
}

// dial connects to a port inside the namespace from anywhere in this process.
func (n *namespace) dial(ctx context.Context, address string) (net.Conn, error) {
	type result struct {
		conn net.Conn
		err  error
	}
	got := make(chan result, 1)
	go func() {
		runtime.LockOSThread() // and never unlocked: the thread ends with this goroutine
		if err := unix.Setns(n.handle, unix.CLONE_NEWNET); err != nil {
			got <- result{nil, err}
			return
		}
		conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
		got <- result{conn, err}
	}()
	r := <-got
	return r.conn, r.err
}

// forward lets the browser outside reach the program inside under the same address.
func (n *namespace) forward(port string) {
	n.t.Helper()
	opened := make(chan error, 1)
	var listener net.Listener
	go func() { // on a thread of the first network, which is where goroutines run that are not locked
		var err error
		listener, err = net.Listen("tcp", net.JoinHostPort("127.0.0.1", port))
		opened <- err
	}()
	if err := <-opened; err != nil {
		n.t.Fatalf("opening the way in: %v", err)
	}
	n.t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			outside, err := listener.Accept()
			if err != nil {
				return // closed with the test
			}
			go n.join(outside, port)
		}
	}()
}

func (n *namespace) join(outside net.Conn, port string) {
	defer func() { _ = outside.Close() }()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	inside, err := n.dial(ctx, net.JoinHostPort("127.0.0.1", port))
	if err != nil {
		return // the browser says that the page cannot be reached
	}
	defer func() { _ = inside.Close() }()
	done := make(chan struct{})
	go func() {
		_, _ = io.Copy(inside, outside)
		if c, ok := inside.(*net.TCPConn); ok {
			_ = c.CloseWrite()
		}
		close(done)
	}()
	_, _ = io.Copy(outside, inside)
	if c, ok := outside.(*net.TCPConn); ok {
		_ = c.CloseWrite()
	}
	<-done
}

// TestNamespace_hears proves that the capture sees what a program would send.
func TestNamespace_hears(t *testing.T) {
	n := newNamespace(t)
	time.Sleep(200 * time.Millisecond)
	if got := unasked(n.packets(), 1); len(got) > 0 {
		t.Errorf("a silent network holds %v", got)
	}
	tries := map[string]func(){
		"a datagram to the world": func() { sendTo("udp", "192.0.2.1:53") },
		"a multicast question":    func() { sendTo("udp", "224.0.0.251:5353") },
		"a datagram on loopback":  func() { sendTo("udp", "127.0.0.1:5353") },
		"a connection elsewhere":  func() { sendTo("tcp", "127.0.0.1:9") },
	}
	for name, try := range tries {
		try()
		if len(unasked(n.packets(), 1)) == 0 {
			t.Errorf("%s was not heard", name)
		}
	}
	sendTo("tcp", "127.0.0.1:9")
	if got := unasked(n.packets(), 9); len(got) > 0 {
		t.Errorf("a connection to our own port counts as unasked: %v", got)
	}
}

func sendTo(network, address string) {
	conn, err := net.DialTimeout(network, address, time.Second)
	if err != nil {
		return // refused, as the test wants it
	}
	_, _ = conn.Write(bytes.Repeat([]byte("x"), 8))
	_ = conn.Close()
	time.Sleep(50 * time.Millisecond)
}
