package ssdp

import (
	"bytes"
	"context"
	"fmt"
	"net/netip"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"keyholder/scanner"
	"keyholder/scanner/scantest"
)

func answer(location string) []byte {
	return []byte("HTTP/1.1 200 OK\r\nST: upnp:rootdevice\r\nSERVER: x\r\nLOCATION: " + location + "\r\n\r\n")
}

// observe makes a check of one second; fetch stands for the network.
func observe(t *testing.T, n *scantest.Network, mode scanner.Mode, fetch func(netip.Addr, string) (Description, error)) (*scantest.Sightings, scanner.Outcome) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	s := New(n)
	s.fetch = func(_ context.Context, from netip.Addr, location string) (Description, error) {
		return fetch(from, location)
	}
	got := &scantest.Sightings{}
	return got, s.Observe(ctx, scantest.Home(mode, time.Second), got.Emit)
}

func TestSource_Observe(t *testing.T) {
	t.Parallel()
	n := &scantest.Network{Answer: func(_ scanner.Group, sent []byte) []scantest.Packet {
		if !bytes.HasPrefix(sent, []byte("M-SEARCH * HTTP/1.1\r\n")) || !bytes.HasSuffix(sent, []byte("\r\n\r\n")) {
			t.Errorf("sent %q", sent)
		}
		return []scantest.Packet{
			{From: "192.168.7.5", Payload: answer("http://192.168.7.5/d.xml")},
			{From: "10.0.0.1", Payload: answer("http://10.0.0.1/d.xml")},
		}
	}}
	var fetched atomic.Int64
	got, o := observe(t, n, scanner.ModeQuiet, func(from netip.Addr, _ string) (Description, error) {
		fetched.Add(1)
		return Description{FriendlyName: "TV", DeviceTypes: []string{"urn:a"}}, nil
	})
	facts := got.Facts("192.168.7.5")
	named := 0
	for _, f := range facts {
		if f.Fields["friendlyName"] == "TV" && f.Fields["deviceType"] == "urn:a" {
			named++
		}
	}
	if fetched.Load() != 1 || named != 1 || o.State != scanner.Looked {
		t.Errorf("fetched %d, named %d, outcome %+v", fetched.Load(), named, o)
	}
	if got.Facts("10.0.0.1") != nil {
		t.Error("an answer from outside the scope was used")
	}
}

func TestSource_Observe_listenFetchesNothing(t *testing.T) {
	t.Parallel()
	n := &scantest.Network{Announce: []scantest.Packet{{
		From: "192.168.7.5", Payload: []byte("NOTIFY * HTTP/1.1\r\nNT: urn:x\r\nLOCATION: http://192.168.7.5/\r\n\r\n"),
	}}}
	got, o := observe(t, n, scanner.ModeListen, func(netip.Addr, string) (Description, error) {
		t.Error("fetched while only listening")
		return Description{}, nil
	})
	if len(n.Sent()) != 0 || len(got.Facts("192.168.7.5")) != 1 || o.State != scanner.Looked {
		t.Errorf("sent %d, facts %v, outcome %+v", len(n.Sent()), got.Facts("192.168.7.5"), o)
	}
	for _, g := range n.Opened() {
		if !g.Silent {
			t.Error("a session that could send was opened")
		}
	}
}

// TestSource_Observe_bounds: one device cannot have many pages fetched, and all together not either.
func TestSource_Observe_bounds(t *testing.T) {
	t.Parallel()
	var packets []scantest.Packet
	for host := range 200 {
		for page := range 10 {
			addr := fmt.Sprintf("192.168.7.%d", host+30)
			packets = append(packets, scantest.Packet{From: addr, Payload: answer(fmt.Sprintf("http://%s/%d", addr, page))})
		}
	}
	var total, atOnce, most atomic.Int64
	n := &scantest.Network{Announce: packets}
	_, o := observe(t, n, scanner.ModeQuiet, func(netip.Addr, string) (Description, error) {
		total.Add(1)
		if now := atOnce.Add(1); now > most.Load() {
			most.Store(now)
		}
		time.Sleep(5 * time.Millisecond)
		atOnce.Add(-1)
		return Description{}, nil
	})
	if total.Load() != mostFetches || most.Load() > fetchesAtOnce {
		t.Errorf("%d fetched, %d at once", total.Load(), most.Load())
	}
	if len(o.Limits) != 1 || o.Limits[0] != scanner.ReasonTooManyAnswers {
		t.Errorf("outcome %+v", o)
	}
}

func TestSource_Observe_couldNot(t *testing.T) {
	n := &scantest.Network{SendErr: fmt.Errorf("sending: %w", syscall.EHOSTUNREACH)}
	_, o := observe(t, n, scanner.ModeQuiet, nil)
	if o.State != scanner.CouldNotLook || o.Reason != scanner.ReasonMulticastBlocked {
		t.Errorf("outcome %+v", o)
	}
}

func TestAsk_tellsNothingOfUs(t *testing.T) {
	n := &scantest.Network{}
	_, o := observe(t, n, scanner.ModeQuiet, nil)
	for _, p := range n.Sent() {
		if strings.Contains(strings.ToLower(string(p)), "keyholder") || strings.Contains(string(p), "USER-AGENT") {
			t.Errorf("sent %q", p)
		}
	}
	if o.State != scanner.LookedNothing {
		t.Errorf("outcome %+v", o)
	}
}
