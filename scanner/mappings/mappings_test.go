package mappings

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"keyholder/scanner"
	"keyholder/scanner/scantest"
	"keyholder/scanner/ssdp"
)

const description = `<?xml version="1.0"?><root><device><deviceType>urn:schemas-upnp-org:device:InternetGatewayDevice:1</deviceType>
<serviceList><service><serviceType>urn:schemas-upnp-org:service:Layer3Forwarding:1</serviceType><controlURL>/other</controlURL></service></serviceList>
<deviceList><device><serviceList><service><serviceType>urn:schemas-upnp-org:service:WANIPConnection:1</serviceType>
<serviceId>x</serviceId><SCPDURL>/s.xml</SCPDURL><controlURL>/ctl/IPConn</controlURL></service></serviceList></device></deviceList></device></root>`

const home = "http://192.168.7.1:5000/rootDesc.xml"

func entry(proto, external, client, internal, text string) []byte {
	return fmt.Appendf(nil, `<?xml version="1.0"?><s:Envelope xmlns:s="x"><s:Body><u:GetGenericPortMappingEntryResponse xmlns:u="y"><NewRemoteHost></NewRemoteHost>`+
		`<NewExternalPort>%s</NewExternalPort><NewProtocol>%s</NewProtocol><NewInternalPort>%s</NewInternalPort><NewInternalClient>%s</NewInternalClient>`+
		`<NewEnabled>1</NewEnabled><NewPortMappingDescription>%s</NewPortMappingDescription><NewLeaseDuration>0</NewLeaseDuration>`+
		`</u:GetGenericPortMappingEntryResponse></s:Body></s:Envelope>`, external, proto, internal, client, text)
}

func announce(from, location string) scantest.Packet {
	return scantest.Packet{From: from, Payload: []byte("HTTP/1.1 200 OK\r\nST: urn:schemas-upnp-org:device:InternetGatewayDevice:1\r\nLOCATION: " + location + "\r\n\r\n")}
}

// router is a Source with a router that has this list.
func router(t *testing.T, n *scantest.Network, list ...[]byte) (*Source, *atomic.Int64) {
	t.Helper()
	asked := &atomic.Int64{}
	if n.Answer == nil {
		n.Answer = func(scanner.Group, []byte) []scantest.Packet {
			return []scantest.Packet{announce("192.168.7.66", "http://192.168.7.66/evil"), announce("192.168.7.1", home)}
		}
	}
	return &Source{
		network:  n,
		discover: func() (netip.Addr, error) { return netip.MustParseAddr("192.168.7.1"), nil },
		page: func(_ context.Context, from netip.Addr, location string) ([]byte, error) {
			if from.String() != "192.168.7.1" || location != home {
				t.Errorf("fetched %s from %s", location, from)
			}
			return []byte(description), nil
		},
		ask: func(_ context.Context, from netip.Addr, location string, q ssdp.Question) ([]byte, error) {
			i := asked.Add(1) - 1
			if from.String() != "192.168.7.1" || location != "http://192.168.7.1:5000/ctl/IPConn" ||
				!strings.HasSuffix(q.Action, "WANIPConnection:1#GetGenericPortMappingEntry") ||
				!strings.Contains(q.Body, fmt.Sprintf("<NewPortMappingIndex>%d<", i)) {
				t.Errorf("asked %s at %s: %s", q.Action, location, q.Body)
			}
			if err := scanner.WalkXML([]byte(q.Body), func([]string, string) {}); err != nil {
				t.Errorf("sent broken XML: %v", err)
			}
			if int(i) >= len(list) {
				return nil, &ssdp.Refusal{Code: 713}
			}
			return list[i], nil
		},
	}, asked
}

func observe(t *testing.T, s *Source, mode scanner.Mode, ticked ...string) (*scantest.Sightings, scanner.Outcome) {
	t.Helper()
	return scantest.Observe(t.Context(), 900*time.Millisecond, s, scantest.Ticked(scantest.Home(mode, time.Second), ticked...))
}

func TestSource_Observe(t *testing.T) {
	n := &scantest.Network{}
	s, _ := router(t, n, entry("TCP", "8554", "192.168.7.16", "554", "Camera"), entry("UDP", "3074", "192.168.7.30", "3074", ""))
	got, o := observe(t, s, scanner.ModeFull, "192.168.7.1")
	f := got.Facts("192.168.7.1")
	if len(f) != 2 || f[0].Kind != scanner.FactMapping || fmt.Sprint(f[0].Fields) !=
		"map[client:192.168.7.16 description:Camera external:8554 internal:554 proto:tcp]" {
		t.Errorf("facts %v", f)
	}
	if o.State != scanner.Looked || got.Count() != 2 || len(n.Sent()) > 2 {
		t.Errorf("outcome %+v, %d sightings, %d searches", o, got.Count(), len(n.Sent()))
	}
}

func TestSource_Observe_empty(t *testing.T) {
	s, _ := router(t, &scantest.Network{})
	if got, o := observe(t, s, scanner.ModeFull, "192.168.7.1"); o.State != scanner.LookedNothing || got.Count() != 0 {
		t.Errorf("outcome %+v", o)
	}
}

// TestSource_Observe_notAsked: without the mode, or without a ticked router, nothing leaves.
func TestSource_Observe_notAsked(t *testing.T) {
	for name, c := range map[string]struct {
		mode   scanner.Mode
		ticked []string
		want   scanner.Reason
	}{
		"listen":       {scanner.ModeListen, nil, scanner.ReasonListenOnly},
		"quiet":        {scanner.ModeQuiet, nil, scanner.ReasonListenOnly},
		"other device": {scanner.ModeFull, []string{"192.168.7.5"}, scanner.ReasonNotTicked},
	} {
		n := &scantest.Network{}
		s, asked := router(t, n)
		_, o := observe(t, s, c.mode, c.ticked...)
		if o.State != scanner.CouldNotLook || o.Reason != c.want || len(n.Opened()) != 0 || asked.Load() != 0 {
			t.Errorf("%s: outcome %+v, opened %v", name, o, n.Opened())
		}
	}
	s, _ := router(t, &scantest.Network{})
	s.discover = func() (netip.Addr, error) { return netip.MustParseAddr("8.8.8.8"), nil }
	if _, o := observe(t, s, scanner.ModeFull, "192.168.7.1"); o.Reason != scanner.ReasonNoGateway {
		t.Errorf("a router on the internet: outcome %+v", o)
	}
}

func TestSource_Observe_silent(t *testing.T) {
	n := &scantest.Network{Answer: func(scanner.Group, []byte) []scantest.Packet { return nil }}
	s, asked := router(t, n)
	if _, o := observe(t, s, scanner.ModeFull, "192.168.7.1"); o.Reason != scanner.ReasonGatewaySilent || asked.Load() != 0 {
		t.Errorf("outcome %+v", o)
	}
	s, _ = router(t, &scantest.Network{})
	s.ask = func(context.Context, netip.Addr, string, ssdp.Question) ([]byte, error) {
		return nil, errors.New("no connection")
	}
	if _, o := observe(t, s, scanner.ModeFull, "192.168.7.1"); o.Reason != scanner.ReasonGatewaySilent {
		t.Errorf("a service that is not there: outcome %+v", o)
	}
}

// TestSource_Observe_refused: a router that answers no such question, for whatever reason, was not
// looked at; that is not a router without open doors.
func TestSource_Observe_refused(t *testing.T) {
	for name, err := range map[string]error{
		"not allowed": &ssdp.Refusal{Code: 606}, "unknown": &ssdp.Refusal{Code: 401}, "no reason": &ssdp.Refusal{}, "no page": ssdp.ErrAnswer,
	} {
		s, _ := router(t, &scantest.Network{})
		s.ask = func(context.Context, netip.Addr, string, ssdp.Question) ([]byte, error) { return nil, err }
		if _, o := observe(t, s, scanner.ModeFull, "192.168.7.1"); o.State != scanner.CouldNotLook {
			t.Errorf("%s: outcome %+v", name, o)
		}
	}
}

// TestSource_Observe_partial: a list that breaks off, or that holds what nobody can read, says so and
// keeps the rest.
func TestSource_Observe_partial(t *testing.T) {
	first, third := entry("TCP", "8554", "192.168.7.16", "554", "Camera"), entry("UDP", "3074", "192.168.7.30", "3074", "")
	s, _ := router(t, &scantest.Network{}, first, entry("TCP", "0", "", "0", "odd"), third)
	if got, o := observe(t, s, scanner.ModeFull, "192.168.7.1"); got.Count() != 2 || len(o.Limits) != 1 {
		t.Errorf("%d sightings, outcome %+v", got.Count(), o)
	}
	s, _ = router(t, &scantest.Network{}, first)
	whole := s.ask
	s.ask = func(ctx context.Context, from netip.Addr, at string, q ssdp.Question) ([]byte, error) {
		body, err := whole(ctx, from, at, q)
		if err != nil {
			return nil, context.DeadlineExceeded
		}
		return body, nil
	}
	if got, o := observe(t, s, scanner.ModeFull, "192.168.7.1"); got.Count() != 1 || o.State != scanner.Looked || len(o.Limits) != 1 {
		t.Errorf("broken off: %d sightings, outcome %+v", got.Count(), o)
	}
}

// TestSource_Observe_oneOfTwo: a list that is empty does not speak for another one that could not be
// read, nor for those that were not asked.
func TestSource_Observe_oneOfTwo(t *testing.T) {
	service := func(kind string) string {
		return "<service><serviceType>urn:schemas-upnp-org:service:" + kind + "</serviceType><controlURL>/" + kind + "</controlURL></service>"
	}
	for name, c := range map[string]struct {
		services []string
		limits   []scanner.Reason
	}{
		"both empty":       {[]string{"WANIPConnection:1", "WANIPConnection:2"}, nil},
		"the second keeps": {[]string{"WANIPConnection:1", "WANPPPConnection:1"}, []scanner.Reason{scanner.ReasonSourceFailed}},
		"the first keeps":  {[]string{"WANPPPConnection:1", "WANIPConnection:1"}, []scanner.Reason{scanner.ReasonSourceFailed}},
	} {
		s, _ := router(t, &scantest.Network{})
		s.page = func(context.Context, netip.Addr, string) ([]byte, error) {
			list := ""
			for _, kind := range c.services {
				list += service(kind)
			}
			return []byte("<root>" + list + "</root>"), nil
		}
		s.ask = func(_ context.Context, _ netip.Addr, at string, _ ssdp.Question) ([]byte, error) {
			if strings.HasSuffix(at, "PPPConnection:1") {
				return nil, &ssdp.Refusal{Code: 606}
			}
			return nil, &ssdp.Refusal{Code: noSuchIndex}
		}
		if _, o := observe(t, s, scanner.ModeFull, "192.168.7.1"); o.State != scanner.LookedNothing || !slices.Equal(o.Limits, c.limits) {
			t.Errorf("%s: outcome %+v", name, o)
		}
	}
	s, _ := router(t, &scantest.Network{})
	s.page = func(context.Context, netip.Addr, string) ([]byte, error) {
		list := ""
		for _, path := range []string{"/", "/a/", "/b/", "/c/"} {
			list += strings.Replace(service("WANIPConnection:1"), "URL>/", "URL>"+path, 1)
		}
		return []byte("<root>" + list + "</root>"), nil
	}
	s.ask = func(context.Context, netip.Addr, string, ssdp.Question) ([]byte, error) {
		return nil, &ssdp.Refusal{Code: noSuchIndex}
	}
	if _, o := observe(t, s, scanner.ModeFull, "192.168.7.1"); !slices.Equal(o.Limits, []scanner.Reason{scanner.ReasonTooManyAnswers}) {
		t.Errorf("four lists: outcome %+v", o)
	}
}

// TestSource_Observe_endless: a router that never says that the list ends is left after 64 entries.
func TestSource_Observe_endless(t *testing.T) {
	var list [][]byte
	for i := range 500 {
		list = append(list, entry("TCP", fmt.Sprint(1000+i), "192.168.7.16", "80", strings.Repeat("x", 1000)))
	}
	s, asked := router(t, &scantest.Network{}, list...)
	got, o := observe(t, s, scanner.ModeFull, "192.168.7.1")
	if asked.Load() != mostMappings || got.Count() != mostMappings || len(o.Limits) != 1 {
		t.Errorf("%d questions, %d sightings, outcome %+v", asked.Load(), got.Count(), o)
	}
	for _, f := range got.Facts("192.168.7.1") {
		if len(f.Fields["description"]) > longestValue {
			t.Fatal("too long")
		}
	}
}

func TestServicesIn_hostile(t *testing.T) {
	if got := servicesIn([]byte(description), home); len(got) != 1 || got[0].control != "http://192.168.7.1:5000/ctl/IPConn" {
		t.Errorf("services %v", got)
	}
	// An address that leads elsewhere is kept as it is: it is refused where it would be used.
	away := strings.Replace(description, "/ctl/IPConn", "http://203.0.113.9/ctl", 1)
	for _, s := range servicesIn([]byte(away), home) {
		if _, err := ssdp.Ask(t.Context(), netip.MustParseAddr("192.168.7.1"), s.control, question(s.kind, 0)); err == nil || errors.Is(err, ssdp.ErrAnswer) {
			t.Errorf("asked %s: %v", s.control, err)
		}
	}
	for name, body := range map[string]string{
		"bomb": `<!DOCTYPE a [<!ENTITY b "c">]>` + description, "broken": description[:300], "empty": "",
		"other service": strings.ReplaceAll(description, "WANIPConnection:1", `WANIPConnection:1"><evil/>`),
	} {
		if got := servicesIn([]byte(body), home); len(got) != 0 {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestRead_notAMapping(t *testing.T) {
	for name, body := range map[string][]byte{
		"port 0": entry("TCP", "0", "192.168.7.1", "80", ""), "big port": entry("TCP", "70000", "192.168.7.1", "80", ""),
		"name": entry("TCP", "80", "evil.example", "80", ""), "protocol": entry("<b/>", "80", "192.168.7.1", "80", ""),
		"fault": []byte(`<s:Envelope xmlns:s="x"><s:Fault>713</s:Fault></s:Envelope>`), "empty": nil,
		"bomb": append([]byte(`<!DOCTYPE a [<!ENTITY b "c">]>`), entry("TCP", "80", "192.168.7.1", "80", "")...),
	} {
		if m, ok := read(body); ok {
			t.Errorf("%s: %+v", name, m)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(entry("TCP", "8554", "192.168.7.16", "554", "Camera"))
	f.Add([]byte(description))
	f.Fuzz(func(t *testing.T, data []byte) {
		if m, ok := read(data); ok && (m.external == 0 || m.internal == 0 || !m.client.IsValid() || len(m.description) > longestValue) {
			t.Fatalf("%+v", m)
		}
		for _, s := range servicesIn(data, home) {
			if _, ok := strings.CutPrefix(s.kind, "urn:schemas-upnp-org:service:WAN"); !ok {
				t.Fatalf("%+v", s)
			}
		}
	})
}
