package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"keyholder/scanner"
	"keyholder/scanner/catalogue"
	"keyholder/scanner/lan"
)

// madeUp is the report of a made-up network.
func madeUp(_ context.Context, c lan.Choice) (*scanner.Report, error) {
	start := time.Date(2026, 11, 2, 10, 0, 0, 0, time.UTC)
	fact := func(kind scanner.FactKind, pairs ...string) scanner.Fact {
		f := scanner.Fact{Kind: kind, Fields: map[string]string{}}
		for i := 0; i < len(pairs); i += 2 {
			f.Fields[pairs[i]] = pairs[i+1]
		}
		return f
	}
	return &scanner.Report{
		Scope: scanner.Scope{
			Mode: c.Mode, Attestation: c.Attestation, AttestedAt: start,
			Prefixes:   []netip.Prefix{netip.MustParsePrefix("192.168.7.0/24")},
			Interfaces: []scanner.Interface{{Name: "wlan0", Networks: []netip.Prefix{netip.MustParsePrefix("192.168.7.20/24")}}},
			LeftOut:    []scanner.LeftOut{{Name: "docker0", Reason: scanner.LeftOutContainer}},
		},
		Started: start, Ended: start.Add(6 * time.Second), Further: 3,
		Devices: []scanner.Device{
			{
				MACs: []string{"54:ef:44:d0:0d:01"}, Addresses: []netip.Addr{netip.MustParseAddr("192.168.7.5"), netip.MustParseAddr("fe80::5%wlan0")},
				Names: []scanner.Name{{Value: "Front <b>Door</b>", From: scanner.SourceMDNS}}, Sources: []scanner.SourceName{scanner.SourceMDNS},
				Facts: []scanner.Fact{fact(scanner.FactMDNS, "type", "_hap._tcp", "name", "Front Door", "host", "lock.local", "port", "47129", "txt.ci", "6", "txt.md", "A100")},
			},
			{Addresses: []netip.Addr{netip.MustParseAddr("192.168.7.6")}},
			{ThisComputer: true, MACs: []string{"f4:d1:08:aa:bb:cc"}, Facts: []scanner.Fact{fact(scanner.FactSelf, "hostname", "me")}},
		},
		Outcomes: map[scanner.SourceName]scanner.Outcome{
			scanner.SourceMDNS: scanner.Could(1, scanner.ReasonTooManyAnswers), scanner.SourceSSDP: scanner.Could(0),
			scanner.SourceGateway: scanner.CouldNot(scanner.ReasonGatewaySilent),
		},
	}, nil
}

// scan runs the command on a made-up network.
func scan(t *testing.T, in string, terminal bool, check checker, args ...string) (out, errs string, status int) {
	t.Helper()
	var o, e bytes.Buffer
	status = runScan(t.Context(), args, console{in: strings.NewReader(in), out: &o, err: &e, terminal: terminal}, check)
	return o.String(), e.String(), status
}

func mustNotCheck(t *testing.T) checker {
	return func(context.Context, lan.Choice) (*scanner.Report, error) {
		t.Error("a network was checked")
		return nil, errors.New("checked")
	}
}

func TestScan_needsAnAnswer(t *testing.T) {
	out, errs, status := scan(t, "", false, mustNotCheck(t), "--json")
	if status != 2 || out != "" || strings.Count(errs, "\n") != 1 || !strings.Contains(errs, "-attest") {
		t.Errorf("status %d, out %q, err %q", status, out, errs)
	}
	for _, answer := range []string{"", "\n", "4\n", "yes\n", strings.Repeat("1", 100) + "\n"} {
		if out, _, status := scan(t, answer, true, mustNotCheck(t)); status != 2 || out != "" {
			t.Errorf("answer %.10q: status %d, out %q", answer, status, out)
		}
	}
}

func TestScan_asksOnATerminal(t *testing.T) {
	for answer, want := range map[string]scanner.Attestation{
		"1\n": scanner.AttestOwnNetwork, " 2 \n": scanner.AttestNewHome, "3": scanner.AttestShared,
	} {
		var got lan.Choice
		_, errs, status := scan(t, answer, true, func(ctx context.Context, c lan.Choice) (*scanner.Report, error) {
			got = c
			return madeUp(ctx, c)
		})
		if status != 0 || got.Attestation != want || got.Mode != scanner.ModeQuiet || !strings.Contains(errs, "could notice") {
			t.Errorf("answer %q: status %d, choice %+v", answer, status, got)
		}
	}
}

func TestScan_wrongUse(t *testing.T) {
	for _, args := range [][]string{
		{"-attest", "his"},
		{"-attest", "other-persons"},
		{"-mode", "full"},
		{"-mode", ""},
		{"-network", "192.168.1.1"},
		{"-network", "8.8.8.0/24"},
		{"-network", "0.0.0.0/0"},
		{"-seconds", "0"},
		{"-seconds", "-5"},
		{"-seconds", "1e9"},
		{"-seconds", "NaN"},
		{"-seconds", "many"},
		{"-unknown"},
		{"more"},
		{"-network", "10.0.0.0/24,,"},
	} {
		out, errs, status := scan(t, "1\n", true, mustNotCheck(t), append([]string{}, args...)...)
		if status != 2 || out != "" || strings.Count(errs, "\n") != 1 {
			t.Errorf("%v: status %d, err %q", args, status, errs)
		}
	}
}

func TestScan_couldNot(t *testing.T) {
	for want, failure := range map[int]error{1: scanner.ErrNoNetwork, 2: scanner.ErrNotPrivate} {
		_, errs, status := scan(t, "", false, func(context.Context, lan.Choice) (*scanner.Report, error) { return nil, failure }, "-attest", "own-network")
		if status != want || !strings.Contains(errs, failure.Error()) {
			t.Errorf("%v: status %d, err %q", failure, status, errs)
		}
	}
}

func TestScan_options(t *testing.T) {
	var got lan.Choice
	_, _, status := scan(t, "", false, func(ctx context.Context, c lan.Choice) (*scanner.Report, error) {
		got = c
		return madeUp(ctx, c)
	}, "-attest", "new-home", "-network", "192.168.7.9/24, 10.0.0.0/24", "-mode", "listen", "-seconds", "2.5")
	if status != 0 || len(got.Networks) != 2 || got.Networks[0].String() != "192.168.7.0/24" || got.Mode != scanner.ModeListen ||
		got.Budget != 2500*time.Millisecond {
		t.Errorf("status %d, choice %+v", status, got)
	}
}

func TestScan_json(t *testing.T) {
	out, _, status := scan(t, "", false, madeUp, "--json", "--attest", "own-network")
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if status != 0 || len(lines) != 4 {
		t.Fatalf("status %d, %d lines", status, len(lines))
	}
	var lock map[string]any
	if err := json.Unmarshal([]byte(lines[0]), &lock); err != nil {
		t.Fatal(err)
	}
	if lock["group"] != "iot_entry" || lock["class"] != "smart_lock" || len(lock["capabilities"].([]any)) == 0 {
		t.Errorf("lock %v", lock)
	}
	if a := lock["addresses"].([]any); len(a) != 2 || a[1] != "fe80::5" {
		t.Errorf("addresses %v", a)
	}
	if strings.Contains(out, "null") {
		t.Error("a list is null; it should be empty")
	}
	var unknown map[string]any
	if err := json.Unmarshal([]byte(lines[1]), &unknown); err != nil || unknown["class"] != "unknown_device" || unknown["confidence"] != "unknown" {
		t.Errorf("unknown device %v", unknown)
	}
	for _, key := range []string{"macs", "addresses", "names", "evidence", "capabilities", "ports"} {
		if _, ok := unknown[key].([]any); !ok {
			t.Errorf("%s is not a list: %v", key, unknown[key])
		}
	}
	var last struct{ Scan scanFacts }
	if err := json.Unmarshal([]byte(lines[3]), &last); err != nil {
		t.Fatal(err)
	}
	s := last.Scan
	if s.Attestation != scanner.AttestOwnNetwork || s.Seconds != 6 || s.NotListed != 3 || s.Devices != 3 || len(s.Sources) != 3 ||
		len(s.LeftOut) != 1 || len(s.CannotSee) < 5 || s.Versions["keyholder"] == "" {
		t.Errorf("facts %+v", s)
	}
}

func TestScan_table(t *testing.T) {
	out, _, status := scan(t, "", false, madeUp, "--attest", "own-network")
	for _, want := range []string{"Front <b>Door</b>", "smart lock", "3 more were noticed", "could not look. The router did not answer.", "looked and found nothing", "Left out docker0"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in the table", want)
		}
	}
	if status != 0 {
		t.Errorf("status %d", status)
	}
}

func TestScan_stopped(t *testing.T) {
	stopped := func(ctx context.Context, c lan.Choice) (*scanner.Report, error) {
		r, err := madeUp(ctx, c)
		r.Stopped = true
		return r, err
	}
	_, errs, status := scan(t, "", false, stopped, "--json", "--attest", "own-network")
	if status != 1 || !strings.Contains(errs, "not complete") {
		t.Errorf("status %d, err %q", status, errs)
	}
	// A table that was sent into a file is read without the messages.
	if out, _, _ := scan(t, "", false, stopped, "--attest", "own-network"); !strings.Contains(out, "not complete") {
		t.Errorf("out %q", out)
	}
	if out, _, _ := scan(t, "", false, madeUp, "--attest", "own-network"); strings.Contains(out, "not complete") {
		t.Errorf("a whole check: out %q", out)
	}
}

func TestScan_createsNoFiles(t *testing.T) {
	home := t.TempDir()
	for _, name := range []string{"HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"} {
		t.Setenv(name, home)
	}
	scan(t, "", false, madeUp, "--json", "--attest", "own-network")
	left, err := filepath.Glob(filepath.Join(home, "*"))
	if hidden, _ := filepath.Glob(filepath.Join(home, ".*")); err != nil || len(left)+len(hidden) != 0 {
		t.Errorf("left behind: %v %v", left, hidden)
	}
}

// TestScan_words: every reason has a sentence of its own, which does not promise anything.
func TestScan_words(t *testing.T) {
	texts, err := ownTexts()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, r := range scanner.Reasons() {
		says := outcomeSays(texts, scanner.SourceMDNS, scanner.CouldNot(r))
		if strings.Contains(says, string(r)) || seen[says] || !strings.Contains(says, ": could not look. ") {
			t.Errorf("%s: %q", r, says)
		}
		seen[says] = true
	}
	part := outcomeSays(texts, scanner.SourceWSD, scanner.Could(0, scanner.ReasonTimedOut, scanner.ReasonListenOnly))
	if want := "looked and found nothing. Saw only part: The time was up. Saw only part: "; !strings.Contains(part, want) {
		t.Errorf("%q, want %q in it", part, want)
	}
	all := strings.ToLower(strings.Join([]string{scanUsage, whoCouldNotice(lan.Choice{Mode: scanner.ModeListen}), whoCouldNotice(lan.Choice{Mode: scanner.ModeQuiet})}, " "))
	for _, b := range blindSpots(texts, scanner.ModeListen) {
		all += strings.ToLower(b.Says)
	}
	for _, word := range []string{"hacked", "safe ", "clean", "no risk"} {
		if strings.Contains(all, word) {
			t.Errorf("the words promise or frighten: %q", word)
		}
	}
}

// TestScan_formatIsDocumented: every field of the output stands in the document.
func TestScan_formatIsDocumented(t *testing.T) {
	doc, err := os.ReadFile("docs/scan-format.md")
	if err != nil {
		t.Fatal(err)
	}
	device, err := json.Marshal(scannedDevice{
		Conflicts: make([]catalogue.Evidence, 1), Gateway: true, ThisComputer: true, PrivateMAC: true, Remembered: true, Ports: []announcedPort{{}},
	})
	if err != nil {
		t.Fatal(err)
	}
	facts, err := json.Marshal(scanFacts{Sources: []sourceFacts{{Reason: "x", Limits: scanner.Reasons()}}, Interfaces: []usedInterface{{}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, data := range [][]byte{device, facts} {
		var fields map[string]json.RawMessage
		if err := json.Unmarshal(data, &fields); err != nil {
			t.Fatal(err)
		}
		for name := range fields {
			if !bytes.Contains(doc, []byte("`"+name+"`")) {
				t.Errorf("%s is not in docs/scan-format.md", name)
			}
		}
	}
	for _, r := range scanner.Reasons() {
		if !bytes.Contains(doc, []byte("`"+string(r)+"`")) {
			t.Errorf("the reason %s is not in docs/scan-format.md", r)
		}
	}
}

// The terminal says leads with their limits, and never more than that.
func TestScan_leads(t *testing.T) {
	withLead := func(ctx context.Context, c lan.Choice) (*scanner.Report, error) {
		r, err := madeUp(ctx, c)
		r.Devices[0].Facts[0].Fields["txt.sf"] = "0"
		return r, err
	}
	table, _, _ := scan(t, "", false, withLead, "--attest", "own-network")
	lines, _, _ := scan(t, "", false, withLead, "--attest", "own-network", "--json")
	for _, want := range []string{"leads, not answers", "It belongs to an Apple Home. Not shown: Whose home that is"} {
		if !strings.Contains(table, want) {
			t.Errorf("the table lacks %q", want)
		}
	}
	first, _, _ := strings.Cut(lines, "\n")
	if !strings.Contains(first, `"code":"homekit_paired"`) || !strings.Contains(first, `"does_not_show":"Whose home that is`) {
		t.Errorf("line %s", first)
	}
}

// A port number counts once for each protocol, and a name of a service is as harmless as any other.
func TestOpenOf(t *testing.T) {
	port := func(kind scanner.FactKind, number, proto, banner string) scanner.Fact {
		return scanner.Fact{Kind: kind, Fields: map[string]string{"port": number, "proto": proto, "banner": banner}}
	}
	d := scanner.Device{Facts: []scanner.Fact{
		port(scanner.FactPort, "53", "udp", ""), port(scanner.FactPort, "53", "tcp", "a\u202eb"), port(scanner.FactPort, "53", "tcp", "again"),
		port(scanner.FactPort, "x", "tcp", ""),
		{Kind: scanner.FactMDNS, Fields: map[string]string{"type": "_a\u202eb._t\x1bcp", "port": "80"}},
		{Kind: scanner.FactMDNS, Fields: map[string]string{"type": "_a._tcp", "port": "-80"}},
		{Kind: scanner.FactMDNS, Fields: map[string]string{"type": "_a._tcp", "port": "99999"}},
	}}
	if got := fmt.Sprint(openOf(d)); got != "[{53 tcp ab   } {53 udp    }]" {
		t.Errorf("open %s", got)
	}
	if got := fmt.Sprint(portsOf(d)); got != "[{80 tcp ab}]" {
		t.Errorf("announced %s", got)
	}
}
