package multicast

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"testing"
	"time"

	"keyholder/scanner"
)

// here is a scope on the loopback interface. A real scope never contains it.
func here(t *testing.T) scanner.Scope {
	t.Helper()
	all, err := net.Interfaces()
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range all {
		if i.Flags&net.FlagLoopback != 0 && i.Flags&net.FlagUp != 0 {
			return scanner.Scope{
				Interfaces: []scanner.Interface{{Name: i.Name, Index: i.Index, Networks: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/8")}}},
				Prefixes:   []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")},
			}
		}
	}
	t.Skip("this computer has no loopback interface that is up")
	return scanner.Scope{}
}

// received collects one datagram or gives up.
func received(t *testing.T, s scanner.Session, during func(to netip.AddrPort)) (got []string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	local := s.(*session).sockets[0].conn.LocalAddr().(*net.UDPAddr).AddrPort()
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.Receive(ctx, func(d scanner.Datagram) { got = append(got, d.From.Addr().String()+" "+string(d.Payload)) })
	}()
	during(local)
	<-done
	return got
}

func send(t *testing.T, to netip.AddrPort, payload []byte) {
	t.Helper()
	conn, err := net.DialUDP("udp4", nil, net.UDPAddrFromAddrPort(to))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.Write(payload); err != nil {
		t.Fatal(err)
	}
}

func group() scanner.Group {
	return scanner.Group{V4: netip.MustParseAddr("239.255.255.250"), Port: 19000}
}

func TestSession_Receive(t *testing.T) {
	s, err := Network{}.Open(here(t), group())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	got := received(t, s, func(to netip.AddrPort) {
		send(t, to, []byte("hello"))
		send(t, to, make([]byte, largestDatagram+10))
	})
	if len(got) != 1 || got[0] != "127.0.0.1 hello" {
		t.Errorf("received %.80q", got)
	}
}

func TestSession_Receive_outsideTheScope(t *testing.T) {
	scope := here(t)
	s, err := Network{}.Open(scope, group())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	s.(*session).scope.Prefixes = []netip.Prefix{netip.MustParsePrefix("192.168.7.0/24")}
	if got := received(t, s, func(to netip.AddrPort) { send(t, to, []byte("hello")) }); len(got) != 0 {
		t.Errorf("received %q", got)
	}
}

func TestSession_Send_silent(t *testing.T) {
	g := group()
	g.Silent = true
	s, err := Network{}.Open(here(t), g)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Send([]byte("x")); !errors.Is(err, errSilent) {
		t.Errorf("sent: %v", err)
	}
}

func TestNetwork_Open_nothingToOpen(t *testing.T) {
	if _, err := (Network{}).Open(scanner.Scope{}, group()); !errors.Is(err, scanner.ErrNoNetwork) {
		t.Errorf("err %v", err)
	}
}
