package catalogue

import (
	"strings"
	"testing"

	"keyholder/scanner"
)

func listedFact(pairs ...string) scanner.Fact {
	f := scanner.Fact{Kind: scanner.FactListed, Fields: map[string]string{}}
	for i := 0; i < len(pairs); i += 2 {
		f.Fields[pairs[i]] = pairs[i+1]
	}
	return f
}

// What a list made by something else says of maker, model and type is never more than possible, is
// named as the list's word, and yields to our own register of makers.
func TestIdentify_listed(t *testing.T) {
	c := load(t)
	ring := scanner.Fact{Kind: scanner.FactNeighbour, Fields: map[string]string{"mac": "54:e0:19:00:11:23"}}
	private := scanner.Fact{Kind: scanner.FactNeighbour, Fields: map[string]string{"mac": "da:a1:19:00:11:23"}}
	tests := []struct {
		name  string
		facts []scanner.Fact
		group Group
		brand string
		says  string
	}{
		{"type", []scanner.Fact{listedFact("type", "IP Camera")}, "iot_camera", "", "The list says it is of the kind"},
		{"nmap type", []scanner.Fact{listedFact("type", "webcam")}, "iot_camera", "", "The list says it is of the kind"},
		{"maker", []scanner.Fact{listedFact("vendor", "Ring")}, "iot_camera", "Ring", "The list says it is made by Ring"},
		{"model", []scanner.Fact{listedFact("model", "Chromecast")}, "iot_screen_appliance", "", "The list says its model is"},
		{"our register wins", []scanner.Fact{ring, listedFact("vendor", "Philips Lighting")}, "iot_camera", "Ring", "Its hardware address belongs to the maker Ring"},
		{"made-up address", []scanner.Fact{private, listedFact("vendor", "Ring")}, "", "", "private, made-up"},
		{"type and our register", []scanner.Fact{ring, listedFact("type", "IP Camera", "vendor", "Ring")}, "iot_camera", "Ring", "The list says it is of the kind"},
		{"unknown type", []scanner.Fact{listedFact("type", "Gizmo")}, "other", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			id := c.Identify(tt.facts)
			if id.Confidence.atLeast(Likely) {
				t.Errorf("confidence %s from a list alone", id.Confidence)
			}
			if tt.group != "" && id.Group != tt.group || tt.brand != "" && id.Brand != tt.brand {
				t.Errorf("group %q brand %q, want %q and %q", id.Group, id.Brand, tt.group, tt.brand)
			}
			says := ""
			for _, e := range id.Evidence {
				says += e.Says + "\n"
			}
			if !strings.Contains(says, tt.says) || strings.Contains(says, "not understood") {
				t.Errorf("evidence %q, want %q in it", says, tt.says)
			}
		})
	}
	if id := c.Identify([]scanner.Fact{private, listedFact("vendor", "Ring")}); id.Brand == "Ring" {
		t.Error("a made-up address has the maker of a list")
	}
}
