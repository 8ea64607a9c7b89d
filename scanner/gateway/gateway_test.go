package gateway

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/miekg/dns"

	"keyholder/scanner"
	"keyholder/scanner/scantest"
)

func at(router string, ask func(about netip.Addr) (string, error)) *Source {
	return &Source{
		discover: func() (netip.Addr, error) { return netip.MustParseAddr(router), nil },
		ask:      func(_ context.Context, _, about netip.Addr) (string, error) { return ask(about) },
	}
}

func observe(t *testing.T, s *Source, mode scanner.Mode, seen ...string) (*scantest.Sightings, scanner.Outcome) {
	t.Helper()
	return scantest.Follow(t.Context(), 2*time.Second, s, scantest.Home(mode, time.Second), seen...)
}

func TestSource_Follow(t *testing.T) {
	s := at("192.168.7.1", func(about netip.Addr) (string, error) {
		if about != netip.MustParseAddr("192.168.7.5") {
			t.Errorf("asked about %s", about)
		}
		return "Pixel-7a", nil
	})
	got, o := observe(t, s, scanner.ModeQuiet, "192.168.7.5", "8.8.8.8", "192.168.8.1", "fe80::1%eth0", "192.168.7.20")
	if f := got.Facts("192.168.7.5"); len(f) != 1 || f[0].Kind != scanner.FactDHCP || f[0].Fields["hostname"] != "Pixel-7a" {
		t.Errorf("facts %v", f)
	}
	if f := got.Facts("192.168.7.1"); len(f) != 1 || f[0].Kind != scanner.FactGateway {
		t.Errorf("router %v", f)
	}
	if o.State != scanner.Looked {
		t.Errorf("outcome %+v", o)
	}
}

func TestSource_Follow_listen(t *testing.T) {
	s := at("192.168.7.1", func(netip.Addr) (string, error) {
		t.Error("asked while only listening")
		return "", nil
	})
	if got, o := observe(t, s, scanner.ModeListen, "192.168.7.5"); got.Count() != 1 || o.Limits[0] != scanner.ReasonListenOnly {
		t.Errorf("%d sightings, outcome %+v", got.Count(), o)
	}
}

// TestSource_Follow_silent: a router that does not answer is left alone after some questions.
func TestSource_Follow_silent(t *testing.T) {
	var asked atomic.Int64
	s := at("192.168.7.1", func(netip.Addr) (string, error) {
		asked.Add(1)
		time.Sleep(time.Millisecond)
		return "", errNoAnswer
	})
	var all []string
	for n := 30; n < 250; n++ {
		all = append(all, fmt.Sprintf("192.168.7.%d", n))
	}
	_, o := observe(t, s, scanner.ModeQuiet, all...)
	if o.State != scanner.CouldNotLook || o.Reason != scanner.ReasonGatewaySilent || asked.Load() > 2*(silentAfter+2*queriesAtOnce) {
		t.Errorf("outcome %+v after %d questions", o, asked.Load())
	}
}

// TestSource_Follow_timeUp: a question that the end of the check cut off says nothing about the router.
func TestSource_Follow_timeUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := at("192.168.7.1", nil)
		s.ask = func(ctx context.Context, _, _ netip.Addr) (string, error) {
			<-ctx.Done()
			return "", errNoAnswer
		}
		if _, o := observe(t, s, scanner.ModeQuiet, "192.168.7.5"); o.State == scanner.CouldNotLook {
			t.Errorf("outcome %+v", o)
		}
	})
}

func TestSource_Follow_noRouter(t *testing.T) {
	s := at("8.8.8.8", func(netip.Addr) (string, error) { return "", errors.New("asked") })
	if got, o := observe(t, s, scanner.ModeQuiet, "192.168.7.5"); o.Reason != scanner.ReasonNoGateway || got.Count() != 0 {
		t.Errorf("%d sightings, outcome %+v", got.Count(), o)
	}
}

func answerWith(names ...string) *dns.Msg {
	m := new(dns.Msg)
	for _, n := range names {
		m.Answer = append(m.Answer, &dns.PTR{Hdr: dns.RR_Header{Name: "5.7.168.192.in-addr.arpa.", Rrtype: dns.TypePTR}, Ptr: n})
	}
	return m
}

func TestNameIn(t *testing.T) {
	for in, want := range map[string]string{
		"Pixel-7a.fritz.box.":          "Pixel-7a",
		"HPA1B2C3.":                    "HPA1B2C3",
		`Anna\226\128\153s-iPhone.x.`:  "Anna\u2019s-iPhone",
		"192-168-7-5.home.":            "",
		"ip-192-168-7-5.isp.example.":  "",
		".":                            "",
		strings.Repeat("a.", 200):      "",
		"ESP_10-20.local-domain.arpa.": "ESP_10-20",
	} {
		if got := NameIn(answerWith(in), "5.7.168.192.in-addr.arpa."); got != want {
			t.Errorf("%.40s: %q, want %q", in, got, want)
		}
	}
	if got := NameIn(answerWith("x.y."), "9.7.168.192.in-addr.arpa."); got != "" {
		t.Errorf("an answer to another question was used: %q", got)
	}
}

func FuzzNameIn(f *testing.F) {
	if p, err := answerWith("Pixel-7a.fritz.box.").Pack(); err == nil {
		f.Add(p)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		m := new(dns.Msg)
		if m.Unpack(data) != nil {
			return
		}
		if name := NameIn(m, "5.7.168.192.in-addr.arpa."); len(name) > longestName {
			t.Fatal("too long")
		}
	})
}
