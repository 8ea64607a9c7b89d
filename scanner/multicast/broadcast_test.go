package multicast

import (
	"errors"
	"net"
	"net/netip"
	"testing"

	"keyholder/scanner"
)

func TestEverybody(t *testing.T) {
	for in, want := range map[string]string{
		"192.168.7.20/24": "192.168.7.255", "10.1.2.3/16": "10.1.255.255", "172.16.5.9/20": "172.16.15.255", "10.0.0.1/30": "10.0.0.3",
	} {
		if got := everybody(netip.MustParsePrefix(in)); got != netip.MustParseAddr(want) {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
}

// TestSession_SendTo sends to a device on loopback, and to nobody else.
func TestSession_SendTo(t *testing.T) {
	device, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 9)})
	if err != nil {
		t.Skipf("this computer has only one loopback address: %v", err)
	}
	defer device.Close()
	port := device.LocalAddr().(*net.UDPAddr).AddrPort().Port()
	s, err := Network{}.Open(here(t), scanner.Group{Broadcast: true, Port: port})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.SendTo(netip.MustParseAddr("127.0.0.9"), []byte("who")); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 10)
	if n, _, err := device.ReadFromUDP(buf); err != nil || string(buf[:n]) != "who" {
		t.Errorf("received %q, %v", buf[:n], err)
	}
	for _, a := range []string{"127.0.0.1", "127.255.255.255", "192.168.7.5", "8.8.8.8", "224.0.0.251", "fe80::1%eth0", "::1"} {
		if err := s.SendTo(netip.MustParseAddr(a), []byte("x")); err == nil {
			t.Errorf("sent to %s", a)
		}
	}
}

func TestSession_SendTo_silent(t *testing.T) {
	s, err := Network{}.Open(here(t), scanner.Group{Broadcast: true, Join: true, Silent: true, Port: 19001})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.SendTo(netip.MustParseAddr("127.0.0.9"), []byte("x")); !errors.Is(err, errSilent) {
		t.Errorf("sent: %v", err)
	}
	if err := s.Send([]byte("x")); !errors.Is(err, errSilent) {
		t.Errorf("sent: %v", err)
	}
	got := received(t, s, func(netip.AddrPort) { send(t, netip.MustParseAddrPort("127.0.0.1:19001"), []byte("hello")) })
	if len(got) != 1 || got[0] != "127.0.0.1 hello" {
		t.Errorf("received %q", got)
	}
}
