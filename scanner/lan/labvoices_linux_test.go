package lan

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"keyholder/scanner/scantest"
)

// voice is what the program says of a device that speaks a maker's own protocol.
type voice struct {
	MACs     []string `json:"macs"`
	Names    []string `json:"names"`
	Brand    string   `json:"brand"`
	Class    string   `json:"class"`
	SeenBy   []string `json:"seen_by"`
	Evidence []struct {
		Rule string `json:"rule"`
		Fact string `json:"fact"`
	} `json:"evidence"`
}

func (v voice) rests(rule, fact string) bool {
	for _, e := range v.Evidence {
		if e.Rule == rule && strings.Contains(e.Fact, fact) {
			return true
		}
	}
	return false
}

// TestLab_voices: plugs, lamps and computers say their names, and nobody a place.
func TestLab_voices(t *testing.T) {
	if os.Getenv("KEYHOLDER_LAB") != "" {
		t.Skip("another lab: these devices are only in our own")
	}
	l := scantest.StartLab(t)
	before := running(t, l)
	cmd := l.Unprivileged(t.Context(), scantest.Build(t), "scan", "-json", "-attest", "own-network", "-mode", "full",
		"-device", "10.44.0.1", "-device", "10.44.0.18", "-device", "10.44.0.12")
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	list := map[string]voice{}
	for line := range strings.Lines(string(out)) {
		var v voice
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			t.Fatal(err)
		}
		for _, mac := range v.MACs {
			list[mac] = v
		}
	}
	for mac, want := range map[string]string{
		"50:c7:bf:44:00:18": "Heater plug", "d0:73:d5:44:00:19": "Hall", "f4:d1:08:44:00:21": "DESKTOP-4F2K9QA",
	} {
		if v := list[mac]; !slices.Contains(v.Names, want) {
			t.Errorf("%s is called %q by %v, want %q", mac, v.Names, v.SeenBy, want)
		}
	}
	if v := list["10:5a:17:44:00:20"]; !v.rests("tuya-any", "tuya") {
		t.Errorf("what announces itself to Tuya's app is %+v", v)
	}
	for _, secret := range []string{"521234", "99887", "8006", "bf44000000"} {
		if strings.Contains(string(out), secret) {
			t.Errorf("the output tells %s", secret)
		}
	}
	stillThere(t, before, running(t, l))
}
