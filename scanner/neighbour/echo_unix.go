//go:build linux || darwin

package neighbour

import (
	"context"
	"net"
	"net/netip"
	"time"

	"golang.org/x/net/icmp"
	"golang.org/x/net/ipv6"

	"keyholder/scanner"
)

const (
	echoWait    = 1200 * time.Millisecond
	mostReplies = 1024
)

// askAllNodes sends one echo request to ff02::1 on every interface, which also devices without IPv4
// answer, and hands over who answered. It reports false where the system does not let ordinary
// programs ask (on Linux: net.ipv4.ping_group_range).
func askAllNodes(ctx context.Context, scope scanner.Scope, each func(netip.Addr)) bool {
	conn, err := icmp.ListenPacket("udp6", "::")
	if err != nil {
		return false
	}
	defer conn.Close()
	if conn.IPv6PacketConn().SetMulticastHopLimit(1) != nil || !requestEcho(conn, scope) {
		return false
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.SetReadDeadline(time.Now()) })
	defer stop()
	_ = conn.SetReadDeadline(time.Now().Add(echoWait))
	buf := make([]byte, 1500)
	for range mostReplies {
		_, from, err := conn.ReadFrom(buf)
		if err != nil {
			break
		}
		if udp, ok := from.(*net.UDPAddr); ok {
			each(udp.AddrPort().Addr().Unmap())
		}
	}
	return true
}

func requestEcho(conn *icmp.PacketConn, scope scanner.Scope) bool {
	request := icmp.Message{Type: ipv6.ICMPTypeEchoRequest, Body: &icmp.Echo{ID: 1, Seq: 1}}
	packet, err := request.Marshal(nil)
	if err != nil {
		return false
	}
	asked := false
	for _, i := range scope.Interfaces {
		if i.LinkLocal.IsValid() {
			_, err := conn.WriteTo(packet, &net.UDPAddr{IP: net.IPv6linklocalallnodes, Zone: i.Name})
			asked = asked || err == nil
		}
	}
	return asked
}
