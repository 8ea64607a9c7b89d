package lan

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"keyholder/scanner"
	"keyholder/scanner/scantest"
)

// told is a line of the output, as far as doors to the internet are concerned.
type told struct {
	MACs  []string `json:"macs"`
	Leads []struct {
		Code  string   `json:"code"`
		Count int      `json:"count"`
		Rests []string `json:"rests_on"`
	} `json:"leads"`
	Scan struct {
		Sources []toldSource `json:"sources"`
	} `json:"scan"`
}

type toldSource struct {
	Name  scanner.SourceName `json:"name"`
	State scanner.State      `json:"state"`
}

// lead returns how many of it the line counts, and on what words that rests.
func (l told) lead(code string) (count int, rests string) {
	for _, x := range l.Leads {
		if x.Code == code {
			return x.Count, strings.Join(x.Rests, "\n")
		}
	}
	return 0, ""
}

// TestLab_mappings: a real router daemon holds two doors open that the gadget of the lab has asked for. A
// full check with the router ticked reads them, tells of them at the router and at the gadget, and
// leaves each rule in the router's system as it was.
func TestLab_mappings(t *testing.T) {
	if os.Getenv("KEYHOLDER_LAB") != "" {
		t.Skip("another lab: only the router of our own is asked for doors")
	}
	l := scantest.StartLab(t)
	before := openDoors(t, l)
	cmd := l.Unprivileged(t.Context(), scantest.Build(t), "scan", "-json", "-attest", "own-network", "-mode", "full", "-device", "10.44.0.1")
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var last told
	list := map[string]told{}
	for line := range strings.Lines(string(out)) {
		last = told{}
		if err := json.Unmarshal([]byte(line), &last); err != nil {
			t.Fatal(err)
		}
		for _, mac := range last.MACs {
			list[mac] = last
		}
	}
	for mac, code := range map[string]string{"98:9b:cb:44:00:01": "doors", "10:5a:17:44:00:20": "door_to"} {
		count, rests := list[mac].lead(code)
		if count != 2 || !strings.Contains(rests, "UPnP 8554 to 10.44.0.20 port 8554: Camera") ||
			!strings.Contains(rests, "UPnP 34567 to 10.44.0.20 port 34567: =1+1 Tom & <b>Jerry</b> gnp") {
			t.Errorf("%s: %s counts %d and rests on %q", mac, code, count, rests)
		}
	}
	if want := (toldSource{scanner.SourceMappings, scanner.Looked}); !slices.Contains(last.Scan.Sources, want) {
		t.Errorf("the sources say %+v", last.Scan.Sources)
	}
	if after := rules(t, l); after != before {
		t.Errorf("the router held open\n%s\nand after the check\n%s", before, after)
	}
}

// openDoors waits until the gadget has what it asked for, and returns the router's rules.
func openDoors(t *testing.T, l *scantest.Lab) string {
	t.Helper()
	for range 50 {
		if r := rules(t, l); strings.Count(r, " dnat ") == 2 {
			return r
		}
		time.Sleep(200 * time.Millisecond)
	}
	t.Fatalf("the router opens no doors:\n%s", rules(t, l))
	return ""
}

// rules are those of the router's system, each with its number: one that is taken away and made again
// has another.
func rules(t *testing.T, l *scantest.Lab) string {
	t.Helper()
	out, err := l.Command(t.Context(), "router", "nft", "-a", "list", "ruleset").CombinedOutput()
	if err != nil {
		t.Fatalf("asking the router's system: %v: %s", err, out)
	}
	return string(out)
}
