package mappings

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"keyholder/scanner"
	"keyholder/scanner/scantest"
	"keyholder/scanner/ssdp"
)

// Entries as routers write them.
func TestRead_routers(t *testing.T) {
	change := func(from, to string) []byte {
		return []byte(strings.Replace(string(entry("TCP", "8554", "192.168.7.16", "554", "Camera")), from, to, 1))
	}
	for name, c := range map[string]struct {
		in   []byte
		want string
	}{
		"plain":               {entry("TCP", "8554", "192.168.7.16", "554", "Camera"), "map[client:192.168.7.16 description:Camera external:8554 internal:554 proto:tcp]"},
		"small letters":       {entry("udp", "1", "192.168.7.16", "65535", ""), "map[client:192.168.7.16 external:1 internal:65535 proto:udp]"},
		"IPv6 in disguise":    {entry("TCP", "1", "::ffff:192.168.7.16", "2", ""), "map[client:192.168.7.16 external:1 internal:2 proto:tcp]"},
		"switched off":        {change("<NewEnabled>1", "<NewEnabled>0"), "map[client:192.168.7.16 description:Camera enabled:no external:8554 internal:554 proto:tcp]"},
		"for a time":          {change("<NewLeaseDuration>0", "<NewLeaseDuration>3600"), "map[client:192.168.7.16 description:Camera external:8554 internal:554 lease:yes proto:tcp]"},
		"for one address":     {change("<NewRemoteHost>", "<NewRemoteHost>203.0.113.9"), "map[client:192.168.7.16 description:Camera external:8554 from:one_address internal:554 proto:tcp]"},
		"bare sign":           {entry("TCP", "1", "192.168.7.16", "2", "A & B"), "map[client:192.168.7.16 description:A & B external:1 internal:2 proto:tcp]"},
		"said twice":          {change("<NewInternalPort>554", "<NewInternalPort>554</NewInternalPort><NewInternalPort>80"), "map[client:192.168.7.16 description:Camera external:8554 internal:554 proto:tcp]"},
		"zero bytes behind":   {append(entry("TCP", "1", "192.168.7.16", "2", ""), 0, 0), "map[client:192.168.7.16 external:1 internal:2 proto:tcp]"},
		"a range":             {entry("TCP", "80-90", "192.168.7.16", "80", ""), "no"},
		"a sign before":       {entry("TCP", "+80", "192.168.7.16", "80", ""), "no"},
		"no client":           {entry("TCP", "80", "", "80", ""), "no"},
		"both protocols":      {entry("TCP/UDP", "80", "192.168.7.16", "80", ""), "no"},
		"a page of its login": {[]byte("<html><body>Login</body></html>"), "no"},
	} {
		m, ok := read(c.in)
		got := "no"
		if ok {
			got = fmt.Sprint(m.fact().Fields)
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

// Where a router says that its service is. The address may be relative in every way.
func TestServicesIn_routers(t *testing.T) {
	for control, want := range map[string]string{
		"/ctl/IPConn": "http://192.168.7.1:5000/ctl/IPConn", "ctl": "http://192.168.7.1:5000/ctl", "?a=b": "http://192.168.7.1:5000/rootDesc.xml?a=b",
		"http://192.168.7.1:49152/c": "http://192.168.7.1:49152/c", "//192.168.7.1/c": "http://192.168.7.1/c", " /ctl ": "http://192.168.7.1:5000/ctl",
	} {
		got := servicesIn([]byte(strings.Replace(description, "/ctl/IPConn", control, 1)), home)
		if len(got) != 1 || got[0].control != want {
			t.Errorf("%q: %v, want %s", control, got, want)
		}
	}
	for from, to := range map[string]string{":WANIPConnection:1": ":WANIPConnection:2", "WANIPConnection": "WANPPPConnection"} {
		if got := servicesIn([]byte(strings.Replace(description, from, to, 1)), home); len(got) != 1 || !strings.Contains(got[0].kind, to) {
			t.Errorf("%s: %v", to, got)
		}
	}
	many := strings.Repeat("<service><serviceType>urn:schemas-upnp-org:service:WANIPConnection:1</serviceType><controlURL>/x</controlURL></service>", 50)
	if got := servicesIn([]byte("<root>"+many+"</root>"), home); len(got) > mostServices+1 || len(got) < mostServices {
		t.Errorf("%d services", len(got))
	}
	if got := servicesIn([]byte(description), "://"); got != nil {
		t.Errorf("without an address of its own: %v", got)
	}
}

// Two lists that hold the same door tell it once, and a service that two descriptions name is asked once.
func TestSource_Observe_saidTwice(t *testing.T) {
	n := &scantest.Network{Answer: func(scanner.Group, []byte) []scantest.Packet {
		return []scantest.Packet{announce("192.168.7.1", home), announce("192.168.7.1", home), announce("192.168.7.1", "")}
	}}
	s, asked := router(t, n, entry("TCP", "8554", "192.168.7.16", "554", "Camera"), entry("TCP", "8554", "192.168.7.16", "554", "Camera"))
	got, o := observe(t, s, scanner.ModeFull, "192.168.7.1")
	if got.Count() != 1 || asked.Load() != 3 || o.State != scanner.Looked || len(o.Limits) != 0 {
		t.Errorf("%d sightings, %d questions, outcome %+v", got.Count(), asked.Load(), o)
	}
}

// A router that says goodbye, speaks with another's address, or floods, is not asked for what it did not offer.
func TestLocations_hear(t *testing.T) {
	l := &locations{router: netip.MustParseAddr("192.168.7.1"), done: func() {}}
	hear := func(from string, p []byte) {
		l.hear(scanner.Datagram{From: netip.AddrPortFrom(netip.MustParseAddr(from), 1900), Payload: p})
	}
	hear("192.168.7.66", announce("", home).Payload)
	hear("192.168.7.1", []byte("NOTIFY * HTTP/1.1\r\nNT: x\r\nNTS: ssdp:byebye\r\nLOCATION: "+home+"\r\n\r\n"))
	hear("192.168.7.1", []byte("\x00\x01"))
	if len(l.list()) != 0 {
		t.Errorf("locations %v", l.list())
	}
	for i := range 20 {
		hear("192.168.7.1", announce("", fmt.Sprintf("http://192.168.7.1:%d/", 1000+i)).Payload)
	}
	if len(l.list()) != mostLocations {
		t.Errorf("%d locations", len(l.list()))
	}
	l = &locations{router: netip.MustParseAddr("192.168.7.1"), done: func() {}}
	for range mostMessages {
		hear("192.168.7.66", nil)
	}
	hear("192.168.7.1", announce("", home).Payload)
	if len(l.list()) != 0 {
		t.Error("the message after the bound was read")
	}
}

// How a list ends. Only the router's own word that there is no more is an end.
func TestAtEnd(t *testing.T) {
	for name, c := range map[string]struct {
		err  error
		want bool
	}{
		"no such index": {&ssdp.Refusal{Code: 713}, true}, "no such entry": {&ssdp.Refusal{Code: 714}, true}, "wrapped": {fmt.Errorf("asking: %w", &ssdp.Refusal{Code: 713}), true},
		"not authorised": {&ssdp.Refusal{Code: 606}, false}, "no code": {&ssdp.Refusal{}, false}, "silence": {context.DeadlineExceeded, false}, "none": {nil, false},
	} {
		if got := atEnd(c.err); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// Stopped at any moment, nobody is asked any more, and doors that were not read are not doors that are shut.
func TestSource_Observe_stopped(t *testing.T) {
	for _, after := range []time.Duration{0, 100 * time.Millisecond, 1500 * time.Millisecond, wholeTime + time.Second} {
		synctest.Test(t, func(t *testing.T) {
			n := &scantest.Network{}
			s, _ := router(t, n)
			asked := 0
			s.page = func(ctx context.Context, _ netip.Addr, _ string) ([]byte, error) {
				select {
				case <-time.After(500 * time.Millisecond):
					return []byte(description), nil
				case <-ctx.Done():
					return nil, ctx.Err()
				}
			}
			s.ask = func(ctx context.Context, _ netip.Addr, _ string, _ ssdp.Question) ([]byte, error) {
				asked++
				<-ctx.Done()
				return nil, errors.Join(ctx.Err())
			}
			scope := scantest.Home(scanner.ModeFull, time.Minute)
			scope.Ticked = []netip.Addr{netip.MustParseAddr("192.168.7.1")}
			ctx, cancel := context.WithTimeout(t.Context(), after)
			defer cancel()
			got, began := &scantest.Sightings{}, time.Now()
			o := s.Observe(ctx, scope, got.Emit)
			took, before := time.Since(began), asked+len(n.Sent())
			time.Sleep(time.Minute)
			if o.State != scanner.CouldNotLook || got.Count() != 0 || took > min(after, wholeTime) || asked+len(n.Sent()) != before {
				t.Errorf("stopped after %v: took %v, %d questions, later %d, outcome %+v", after, took, before, asked+len(n.Sent()), o)
			}
		})
	}
}
