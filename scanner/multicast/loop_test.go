package multicast

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"runtime"
	"slices"
	"testing"
	"time"

	"keyholder/scanner"
)

// A session whose address is not this computer's, or whose port is taken, cannot be opened; the error says
// which it is and leaves no socket behind.
func TestNetwork_Open_fails(t *testing.T) {
	scope := here(t)
	scope.Interfaces[0].Networks = []netip.Prefix{netip.MustParsePrefix("192.0.2.77/24")}
	if s, err := (Network{}).Open(scope, group()); err == nil {
		_ = s.Close()
		t.Error("opened on an address of nobody")
	}
	if s, err := (Network{}).Open(scope, scanner.Group{Broadcast: true, Port: 19003}); err == nil {
		_ = s.Close()
		t.Error("opened a broadcast on an address of nobody")
	}
	taken, err := net.ListenUDP("udp4", &net.UDPAddr{Port: 19004})
	if err != nil {
		t.Skipf("port 19004 is not free: %v", err)
	}
	defer taken.Close()
	if s, err := (Network{}).Open(here(t), scanner.Group{V4: netip.MustParseAddr("239.255.255.250"), Port: 19004, Join: true}); err == nil {
		_ = s.Close()
		t.Error("joined on a port that is not shared")
	} else if r := scanner.ReasonFor(err); r != scanner.ReasonMulticastBlocked {
		t.Errorf("a port that is taken is %s: %v", r, err)
	}
	if _, err := (Network{}).Open(here(t), scanner.Group{}); !errors.Is(err, scanner.ErrNoNetwork) {
		t.Errorf("without a group: %v", err)
	}
}

// What a session sends to its group goes out on the interface of the scope and is heard there.
func TestSession_Send_loopback(t *testing.T) {
	scope := here(t)
	listener, err := Network{}.Open(scope, scanner.Group{V4: netip.MustParseAddr("239.255.255.250"), Port: 19005, Join: true, Silent: true})
	if err != nil {
		t.Skipf("this computer's loopback interface joins no group: %v", err)
	}
	defer listener.Close()
	speaker, err := Network{}.Open(scope, scanner.Group{Broadcast: true, Port: 19005})
	if err != nil {
		t.Fatal(err)
	}
	defer speaker.Close()
	got := received(t, listener, func(netip.AddrPort) {
		send(t, netip.MustParseAddrPort("127.0.0.1:19005"), []byte("one"))
		send(t, netip.MustParseAddrPort("127.0.0.1:19005"), []byte("two"))
	})
	slices.Sort(got)
	if !slices.Equal(got, []string{"127.0.0.1 one", "127.0.0.1 two"}) {
		t.Errorf("received %q", got)
	}
	if err := listener.Send([]byte("x")); !errors.Is(err, errSilent) {
		t.Errorf("a session that only listens sent: %v", err)
	}
}

// A session that is closed under its receivers ends them; so does the end of the context, also when it was
// over before.
func TestSession_Receive_ends(t *testing.T) {
	before := runtime.NumGoroutine()
	for name, end := range map[string]func(scanner.Session, context.CancelFunc){
		"closed": func(s scanner.Session, _ context.CancelFunc) { _ = s.Close() },
		"over":   func(_ scanner.Session, cancel context.CancelFunc) { cancel() },
	} {
		s, err := Network{}.Open(here(t), group())
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() {
			defer close(done)
			s.Receive(ctx, func(scanner.Datagram) {})
		}()
		time.Sleep(10 * time.Millisecond)
		end(s, cancel)
		select {
		case <-done:
		case <-time.After(2 * time.Second):
			t.Fatalf("%s: still receives", name)
		}
		s.Receive(ctx, func(scanner.Datagram) { t.Errorf("%s: a packet after the end", name) })
		cancel()
		_ = s.Close()
	}
	for range 100 {
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("%d goroutines, %d before", runtime.NumGoroutine(), before)
}

// A fault in reading one packet is told when all receivers have ended, and does not end the program before.
func TestSession_Receive_fault(t *testing.T) {
	s, err := Network{}.Open(here(t), group())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	to := s.(*session).sockets[0].conn.LocalAddr().(*net.UDPAddr).AddrPort()
	time.AfterFunc(20*time.Millisecond, func() { send(t, to, []byte("x")) })
	defer func() {
		if recover() == nil {
			t.Error("the fault is not told")
		}
	}()
	s.Receive(ctx, func(scanner.Datagram) { panic("a fault") })
}

// A packet to one device goes only over the socket that stands on its network.
func TestSocket_reaches(t *testing.T) {
	eth := scanner.Interface{Name: "eth0"}
	four := &socket{to: netip.MustParseAddrPort("239.255.255.250:1900"), links: []net.Interface{{Name: "eth0"}}}
	six := &socket{to: netip.MustParseAddrPort("[ff02::fb]:5353"), links: []net.Interface{{Name: "wlan0"}, {Name: "eth0"}}}
	wide := &socket{network: netip.MustParsePrefix("192.168.7.20/24")}
	for name, c := range map[string]struct {
		sock *socket
		to   string
		on   scanner.Interface
		want bool
	}{
		"IPv4": {four, "192.168.7.5", eth, true}, "IPv4 over IPv6": {six, "192.168.7.5", eth, false}, "IPv6": {six, "fe80::5%eth0", eth, true},
		"IPv6 over IPv4": {four, "fe80::5%eth0", eth, false}, "another connection": {four, "192.168.7.5", scanner.Interface{Name: "tun0"}, false},
		"in the network": {wide, "192.168.7.5", eth, true}, "outside of it": {wide, "192.168.8.5", eth, false}, "everybody in it": {wide, "192.168.7.255", eth, false},
	} {
		if got := c.sock.reaches(netip.MustParseAddr(c.to), c.on); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// The address to ask from is this computer's own of that family, and there may be none.
func TestLocalAddress(t *testing.T) {
	i := scanner.Interface{Networks: []netip.Prefix{netip.MustParsePrefix("fd00::5/64"), netip.MustParsePrefix("192.168.7.20/24")}}
	if a, ok := localAddress(i, true); !ok || a != netip.MustParseAddr("192.168.7.20") {
		t.Errorf("IPv4: %v, %v", a, ok)
	}
	if a, ok := localAddress(i, false); ok {
		t.Errorf("IPv6 without a link-local address: %v", a)
	}
	i.LinkLocal, i.Networks = netip.MustParseAddr("fe80::5%eth0"), i.Networks[:1]
	if a, ok := localAddress(i, false); !ok || a != i.LinkLocal {
		t.Errorf("IPv6: %v, %v", a, ok)
	}
	if a, ok := localAddress(i, true); ok {
		t.Errorf("IPv4 on a connection without: %v", a)
	}
}
