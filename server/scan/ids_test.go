package scan

import (
	"fmt"
	"slices"
	"testing"

	"keyholder/scanner"
)

// What identifies a device beyond a day is read from what its protocols keep; what makers leave the
// same on every device of a model, and what a hub passes on for others, is not.
func TestStableIDs(t *testing.T) {
	fact := func(kind scanner.FactKind, fields ...string) scanner.Fact {
		f := scanner.Fact{Kind: kind, Fields: map[string]string{}}
		for i := 0; i+1 < len(fields); i += 2 {
			f.Fields[fields[i]] = fields[i+1]
		}
		return f
	}
	const udn = "uuid:4D696E69-444C-164E-9D41-B827EB54E8A1"
	for _, tc := range []struct {
		name string
		fact scanner.Fact
		want []string
	}{
		{"UPnP name", fact(scanner.FactSSDP, "UDN", udn), []string{"upnp:uuid:4d696e69-444c-164e-9d41-b827eb54e8a1"}},
		{"UPnP name of zeros", fact(scanner.FactSSDP, "UDN", "uuid:00000000-0000-0000-0000-000000000000"), nil},
		{"serial with its model", fact(scanner.FactSSDP, "serialNumber", "G0915K82", "modelName", "TV 9"), []string{"serial:tv 9:g0915k82"}},
		{"serial without one", fact(scanner.FactSSDP, "serialNumber", "G0915K82"), nil},
		{"serial from the workbench", fact(scanner.FactSSDP, "serialNumber", "12345678", "modelName", "TV 9"), nil},
		{"short serial", fact(scanner.FactSSDP, "serialNumber", "A1B2", "modelName", "TV 9"), nil},
		{"HomeKit", fact(scanner.FactMDNS, "type", "_hap._tcp", "txt.id", "1E:5F:A0:33:C2:07"), []string{"homekit:1e:5f:a0:33:c2:07"}},
		{"the same field of another service", fact(scanner.FactMDNS, "type", "_ipp._tcp", "txt.id", "1E:5F:A0:33:C2:07"), nil},
		{"passed on", fact(scanner.FactMDNS, "type", "_hap._tcp", "txt.id", "1E:5F:A0:33:C2:07", "relayed", "yes"), nil},
		{"Matter", fact(scanner.FactMDNS, "type", "_matter._tcp", "name", "2906C908D115D362-8FC7772401CD0696"), []string{"matter:2906c908d115d362-8fc7772401cd0696"}},
	} {
		if got := stableIDs([]scanner.Fact{tc.fact, tc.fact}); !slices.Equal(got, tc.want) {
			t.Errorf("%s: %q, want %q", tc.name, got, tc.want)
		}
	}
	var flood []scanner.Fact
	for i := range 500 {
		flood = append(flood, fact(scanner.FactSSDP, "UDN", fmt.Sprintf("uuid:4d696e69-444c-164e-9d41-%012x", i)))
	}
	if n := len(stableIDs(flood)); n != mostIDs {
		t.Errorf("%d identifiers of a device that makes them up, want %d", n, mostIDs)
	}
}
