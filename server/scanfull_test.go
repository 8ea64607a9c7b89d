package server

import (
	"context"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"keyholder/casework"
	"keyholder/scanner"
	"keyholder/scanner/lan"
	"keyholder/server/scan"
)

// checkLog records what checks were asked for, and finds a router, a plug, a device elsewhere and this
// computer.
type checkLog struct {
	mu  sync.Mutex
	all []lan.Choice
}

func (r *checkLog) check(_ context.Context, choice lan.Choice, _ func(scanner.Progress)) (*scanner.Report, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.all = append(r.all, choice)
	home := netip.MustParsePrefix("192.168.1.0/24")
	at := func(a string) []netip.Addr { return []netip.Addr{netip.MustParseAddr(a)} }
	return &scanner.Report{
		Scope: scanner.Scope{
			Mode: choice.Mode, Prefixes: []netip.Prefix{home}, Ticked: choice.Ticked,
			Interfaces: []scanner.Interface{{Name: "eth0", Networks: []netip.Prefix{netip.MustParsePrefix("192.168.1.20/24")}}},
		},
		Started: time.Now(), Ended: time.Now(), Outcomes: map[scanner.SourceName]scanner.Outcome{scanner.SourceMDNS: scanner.Could(2)},
		Devices: []scanner.Device{
			{Gateway: true, MACs: []string{"98:9b:cb:40:00:01"}, Addresses: at("192.168.1.1")},
			{MACs: []string{"3c:61:05:40:00:21"}, Addresses: at("192.168.1.7"), Names: []scanner.Name{{Value: "Heater plug"}}},
			{Addresses: at("192.168.9.9"), Names: []scanner.Name{{Value: "Elsewhere"}}},
			{ThisComputer: true, Addresses: at("192.168.1.20")},
		},
	}, nil
}

func (r *checkLog) last(t *testing.T) lan.Choice {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.all) == 0 {
		t.Fatal("nothing was checked")
	}
	return r.all[len(r.all)-1]
}

func (r *checkLog) count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.all)
}

// resultOf makes a check of a place and returns the path of its result.
func (b *browser) resultOf(place, network, mode string) string {
	b.w.t.Helper()
	form := url.Values{"network": {network}, "agreed": {"yes"}, "mode": {mode}, "s.11.3": {"dont_know"}}
	job := regexp.MustCompile(`/scan/[0-9a-f]{32}`).FindString(b.submit(place+"/scan", place+"/scan", form))
	b.settled(place + job)
	return place + job
}

// settled waits until a check has ended.
func (b *browser) settled(path string) {
	b.w.t.Helper()
	for range 200 {
		if b.get(b.at(path)).Header().Get("Refresh") == "" {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	b.w.t.Fatal("the check does not end")
}

// A closer look says who could notice, asks for each device and for agreement, and connects to those.
func TestScanCloser(t *testing.T) {
	r := &checkLog{}
	b := newWorld(t, func(c *Config) { c.Check = r.check }).unlocked()
	texts := b.w.server.Texts
	result := b.resultOf(b.agreed(b.sitting()), "home", "quiet")
	contains(t, "result", b.text(result), texts.T("scan.closer.title"))
	form := b.text(result + "/closer")
	contains(t, "before", form, texts.T("scan.closer.warning"), texts.T("scan.closer.notice.app"), texts.T("scan.closer.advice"),
		"Heater plug", "192.168.1.7")
	lacks(t, "not to be ticked", form, "Elsewhere", "192.168.9.9", "192.168.1.20")
	lacks(t, "nothing is ticked or agreed to beforehand", b.page.Body.String(), "checked")

	for name, fields := range map[string]url.Values{
		"no device":      {"agreed": {"yes"}},
		"not agreed":     {"tick": {"2"}, "agreed": {"no"}},
		"nothing said":   {"tick": {"2"}},
		"elsewhere":      {"tick": {"3"}, "agreed": {"yes"}},
		"this computer":  {"tick": {"4"}, "agreed": {"yes"}},
		"out of bounds":  {"tick": {"99"}, "agreed": {"yes"}},
		"not by address": {"tick": {"192.168.1.7"}, "agreed": {"yes"}},
	} {
		want(t, name, b.submit(result+"/closer", result+"/closer", fields), "")
		want(t, name, b.page.Code, 200)
		want(t, name, r.count(), 1)
	}
	b.submit(result+"/closer", result+"/closer", url.Values{"tick": {"2"}})
	contains(t, "what was ticked stays", b.page.Body.String(), "checked")

	closer := b.submit(result+"/closer", result+"/closer", url.Values{"tick": {"2", "1"}, "agreed": {"yes"}})
	b.settled(closer[strings.Index(closer, result[:strings.Index(result, "/scan")]):])
	got := r.last(t)
	ticked := []netip.Addr{netip.MustParseAddr("192.168.1.1"), netip.MustParseAddr("192.168.1.7")}
	if got.Mode != scanner.ModeFull || !slices.Equal(got.Ticked, ticked) || got.Attestation != scanner.AttestOwnNetwork ||
		len(got.Networks) != 1 || got.Networks[0].String() != "192.168.1.0/24" {
		t.Errorf("checked %+v", got)
	}
	contains(t, "says how", b.page.Body.String(), texts.T("scan.mode.full"))
	contains(t, "the earlier list stays", b.text(result), "Heater plug")
}

// Where nobody may be asked, or only listening was chosen, no closer look is offered or made.
func TestScanCloser_notOffered(t *testing.T) {
	r := &checkLog{}
	b := newWorld(t, func(c *Config) { c.Check = r.check }).unlocked()
	for _, c := range []struct{ network, mode string }{{"theirs", "listen"}, {"home", "listen"}} {
		result := b.resultOf(b.agreed(b.sitting()), c.network, c.mode)
		lacks(t, c.network, b.text(result), b.w.server.Texts.T("scan.closer.title"))
		want(t, c.network, b.get(b.at(result+"/closer")).Code, 404)
	}
	want(t, "checks", r.count(), 2)
}

// A fault of the program in a check ends as a check that could not be made.
func TestScan_fault(t *testing.T) {
	for name, check := range map[string]scan.Check{
		"panic": func(context.Context, lan.Choice, func(scanner.Progress)) (*scanner.Report, error) { panic("a fault") },
		"none":  func(context.Context, lan.Choice, func(scanner.Progress)) (*scanner.Report, error) { return nil, nil },
	} {
		b := newWorld(t, func(c *Config) { c.Check = check }).unlocked()
		result := b.resultOf(b.agreed(b.sitting()), casework.NetworkHome, "listen")
		text := b.text(result)
		contains(t, name, text, b.w.server.Texts.T("scan.failed.other"))
		lacks(t, name, text, "a fault")
	}
}
