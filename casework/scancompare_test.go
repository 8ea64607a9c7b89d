package casework_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"keyholder/casework"
	"keyholder/casework/personal"
)

// keptScan is a scan of the home on a day of November; every source of the list looked.
func keptScan(day int, sources string, devices ...casework.KeptDevice) *casework.KeptScan {
	k := &casework.KeptScan{Whole: true, Devices: devices}
	k.Network, k.Mode, k.Basis = casework.NetworkHome, casework.ScanQuiet, casework.FromScan
	k.Started = time.Date(2026, 11, day, 10, 0, 0, 0, time.UTC)
	k.Networks, k.Listed = []string{"192.168.1.0/24"}, len(devices)
	for _, s := range strings.Fields(sources) {
		k.Outcomes = append(k.Outcomes, casework.ScanOutcome{Source: s, State: casework.ScanLooked})
	}
	return k
}

func keptDevice(id string) casework.KeptDevice {
	return casework.KeptDevice{
		Entity: casework.EntityID(id), Confirmed: true, Label: personal.New(id), Announced: personal.New(id),
		Group: "iot_camera", Class: "camera_indoor", Confidence: "likely", Sources: []string{"mdns", "neighbour"},
		AddressKind: casework.AddressLasting, Known: true,
	}
}

// told is a comparison in a few words: every device with its list and reasons.
func told(c *casework.ScanComparison) []string {
	var out []string
	for _, d := range c.New {
		out = append(out, "new "+string(d.Entity))
	}
	for _, d := range c.Gone {
		out = append(out, "gone "+string(d.Entity))
	}
	for _, d := range c.Same {
		out = append(out, "same "+string(d.Entity))
	}
	for _, d := range c.Changed {
		line := "changed " + string(d.Now.Entity)
		for _, change := range d.Changes {
			line += " " + change.Field
		}
		out = append(out, line)
	}
	for _, u := range c.Unsure {
		side := "earlier"
		if u.Later {
			side = "later"
		}
		out = append(out, "unsure "+string(u.Device.Entity)+" "+side+" "+strings.Join(u.Reasons, ","))
	}
	slices.Sort(out)
	return out
}

//yardstick:table one line per case
func TestCompareScans(t *testing.T) {
	private := keptDevice("phone")
	private.Known, private.AddressKind = false, casework.AddressPrivate
	quietly := keptDevice("b")
	quietly.Sources = []string{"neighbour"}
	hand := keptDevice("b")
	hand.Sources = nil
	announced := keptDevice("a")
	announced.AddressKind = casework.AddressPrivate
	change := func(f func(*casework.KeptDevice)) casework.KeptDevice {
		d := keptDevice("a")
		f(&d)
		return d
	}
	a, b, both := keptDevice("a"), keptDevice("b"), "mdns neighbour"
	for _, tc := range []struct {
		name           string
		earlier, later *casework.KeptScan
		alter          func(earlier, later *casework.KeptScan)
		want           []string
	}{
		{"nothing and nothing", keptScan(1, both), keptScan(2, both), nil, nil},
		{"same, new, gone", keptScan(1, both, a, keptDevice("c")), keptScan(2, both, a, b), nil, []string{"gone c", "new b", "same a"}},
		{"given the other way round", keptScan(2, both, a, b), keptScan(1, both, a), nil, []string{"new b", "same a"}},
		{
			"the earlier only listened", keptScan(1, both, a), keptScan(2, both, a, b),
			func(e, _ *casework.KeptScan) { e.Mode = casework.ScanListen },
			[]string{"same a", "unsure b later mode"},
		},
		{
			"the later only listened", keptScan(1, both, a, b), keptScan(2, both, a),
			func(_, l *casework.KeptScan) { l.Mode = casework.ScanListen },
			[]string{"same a", "unsure b earlier mode"},
		},
		{
			"the later looked more: what is missing was looked for", keptScan(1, both, a, b), keptScan(2, both, a),
			func(_, l *casework.KeptScan) { l.Mode = casework.ScanFull },
			[]string{"gone b", "same a"},
		},
		{
			"no way of looking that met it was open before", keptScan(1, "mdns"), keptScan(2, both, quietly),
			nil,
			[]string{"unsure b later source"},
		},
		{"the way that learns its hardware address was open before", keptScan(1, "neighbour"), keptScan(2, both, b), nil, []string{"new b"}},
		{
			"met before perhaps, but without its hardware address", keptScan(1, "mdns"), keptScan(2, both, b), nil,
			[]string{"unsure b later source"},
		},
		{
			"met again perhaps, but without its hardware address", keptScan(1, both, b), keptScan(2, "mdns"), nil,
			[]string{"unsure b earlier source"},
		},
		{
			"known by what it announced only, and that was not heard", keptScan(1, both, announced), keptScan(2, "neighbour"), nil,
			[]string{"unsure a earlier source"},
		},
		{"known by what it announced only, and that was heard", keptScan(1, both, announced), keptScan(2, both), nil, []string{"gone a"}},
		{
			"it may be one of those without a hardware address", keptScan(1, both, b), keptScan(2, both),
			func(_, l *casework.KeptScan) { l.Unaddressed = 1 },
			[]string{"unsure b earlier unaddressed"},
		},
		{
			"the way of looking saw only part before", keptScan(1, both), keptScan(2, both, quietly),
			func(e, _ *casework.KeptScan) { e.Outcomes[1].Limits = []string{"client_isolation_suspected"} },
			[]string{"unsure b later source"},
		},
		{
			"both saw the same part", keptScan(1, both), keptScan(2, both, quietly),
			func(e, l *casework.KeptScan) {
				e.Outcomes[1].Limits, l.Outcomes[1].Limits = []string{"ipv6_not_asked"}, []string{"ipv6_not_asked"}
			},
			[]string{"new b"},
		},
		{
			"could not look this time", keptScan(1, both, quietly), keptScan(2, both),
			func(_, l *casework.KeptScan) { l.Outcomes[1].State = casework.ScanCouldNotLook },
			[]string{"unsure b earlier source"},
		},
		{"a private address is never a finding", keptScan(1, both, private), keptScan(2, both), nil, []string{"unsure phone earlier private"}},
		{"nor is one that appears", keptScan(1, both), keptScan(2, both, private), nil, []string{"unsure phone later private"}},
		{
			"something was not kept before", keptScan(1, both, a), keptScan(2, both, a, b),
			func(e, _ *casework.KeptScan) { e.Listed = 3 },
			[]string{"same a", "unsure b later not_kept"},
		},
		{
			"something was not kept this time: the record was looked for in all", keptScan(1, both, b), keptScan(2, both),
			func(_, l *casework.KeptScan) { l.Listed = 3 },
			[]string{"gone b"},
		},
		{
			"stopped, flooded", keptScan(1, both), keptScan(2, both, b),
			func(e, _ *casework.KeptScan) { e.Stopped, e.Further = true, 9 },
			[]string{"unsure b later stopped,flood"},
		},
		{
			"another address range", keptScan(1, both), keptScan(2, both, b),
			func(e, _ *casework.KeptScan) { e.Networks = []string{"10.0.0.0/24"} },
			[]string{"unsure b later range"},
		},
		{
			"a list from elsewhere", keptScan(1, both), keptScan(2, both, b),
			func(_, l *casework.KeptScan) { l.Basis = casework.FromList },
			[]string{"unsure b later basis"},
		},
		{"nothing says who met it", keptScan(1, both), keptScan(2, both, hand), nil, []string{"unsure b later no_source"}},
		{"another kind", keptScan(1, both, a), keptScan(2, both, change(func(d *casework.KeptDevice) { d.Class = "baby_monitor" })), nil, []string{"changed a class"}},
		{"surer", keptScan(1, both, a), keptScan(2, both, change(func(d *casework.KeptDevice) { d.Confidence = "certain" })), nil, []string{"changed a confidence"}},
		{"another name", keptScan(1, both, a), keptScan(2, both, change(func(d *casework.KeptDevice) { d.Label = personal.New("x") })), nil, []string{"changed a name"}},
		{"announced nothing this time", keptScan(1, both, a), keptScan(2, both, change(func(d *casework.KeptDevice) { d.Label = personal.New("") })), nil, []string{"same a"}},
		{
			"now uses a private address", keptScan(1, both, a),
			keptScan(2, both, change(func(d *casework.KeptDevice) { d.AddressKind = casework.AddressPrivate })), nil,
			[]string{"changed a address"},
		},
		{
			"answers in one way less", keptScan(1, both, a),
			keptScan(2, both, change(func(d *casework.KeptDevice) { d.Sources = []string{"neighbour"} })), nil,
			[]string{"changed a sources"},
		},
		{
			"that way was closed this time", keptScan(1, both, a),
			keptScan(2, "neighbour", change(func(d *casework.KeptDevice) { d.Sources = []string{"neighbour"} })), nil,
			[]string{"same a"},
		},
		{
			"met and not confirmed again", keptScan(1, both, a),
			keptScan(2, both, casework.KeptDevice{Entity: "a", Known: true}), nil,
			[]string{"same a"},
		},
	} {
		if tc.alter != nil {
			tc.alter(tc.earlier, tc.later)
		}
		if diff := cmp.Diff(tc.want, told(casework.CompareScans(tc.earlier, tc.later))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.name, diff)
		}
	}
}

// keptList is a list of the home on a day of November, made by something that names every device.
func keptList(day int, facts *casework.ListFacts, devices ...casework.KeptDevice) *casework.KeptScan {
	k := keptScan(day, "import", devices...)
	k.Basis, k.Mode, k.Networks, k.List = casework.FromList, casework.ScanImport, nil, facts
	return k
}

// A list is a witness that a device came or went only where the other list would have named it, in a
// way that can be matched.
func TestCompareScans_lists(t *testing.T) {
	b, nameless := keptDevice("b"), keptDevice("b")
	b.Sources, nameless.Sources, nameless.AddressKind = []string{"import"}, []string{"import"}, casework.AddressNone
	router := func() *casework.ListFacts { return &casework.ListFacts{Format: "table"} }
	pasted := func() *casework.ListFacts { return &casework.ListFacts{Format: "pasted", Partial: true} }
	for _, tc := range []struct {
		name           string
		earlier, later *casework.KeptScan
		want           []string
	}{
		{"the same router, gone", keptList(1, router(), b), keptList(2, router()), []string{"gone b"}},
		{"the same router, new", keptList(1, router()), keptList(2, router(), b), []string{"new b"}},
		{"another kind", keptList(1, router(), b), keptList(2, &casework.ListFacts{Format: "fing"}), []string{"unsure b earlier format"}},
		{"an excerpt", keptList(1, pasted(), b), keptList(2, pasted()), []string{"unsure b earlier partial"}},
		{"an excerpt before", keptList(1, pasted()), keptList(2, pasted(), b), []string{"unsure b later partial"}},
		{"the kind was not noted", keptList(1, nil, b), keptList(2, nil), []string{"unsure b earlier format"}},
		{
			"lines nobody could read", keptList(1, router(), b), keptList(2, &casework.ListFacts{Format: "table", Unread: 2}),
			[]string{"unsure b earlier lines"},
		},
		{"matched by nothing that lists hold", keptList(1, router(), nameless), keptList(2, router()), []string{"unsure b earlier hardware"}},
	} {
		if diff := cmp.Diff(tc.want, told(casework.CompareScans(tc.earlier, tc.later))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.name, diff)
		}
	}
	later := keptList(2, router())
	later.Unaddressed = 1
	if got := told(casework.CompareScans(keptList(1, router(), b), later)); !cmp.Equal(got, []string{"unsure b earlier unaddressed"}) {
		t.Errorf("with a row without hardware address: %v", got)
	}
}

// Two networks are never held against each other.
func TestCompareScans_otherNetwork(t *testing.T) {
	earlier, later := keptScan(1, "mdns", keptDevice("a")), keptScan(2, "mdns")
	later.Network = casework.NetworkNewHome
	c := casework.CompareScans(earlier, later)
	if c.Refused != casework.DiffNetwork || len(told(c)) > 0 {
		t.Errorf("refused %q with %v, want a refusal and no lists", c.Refused, told(c))
	}
}

// The differences say which of the two saw less.
func TestCompareScans_differences(t *testing.T) {
	earlier, later := keptScan(1, "mdns"), keptScan(2, "mdns ssdp")
	earlier.Mode, later.Stopped = casework.ScanListen, true
	want := []casework.ScanDifference{
		{Code: casework.DiffMode, Earlier: true}, {Code: casework.DiffSource, Source: "ssdp", Earlier: true}, {Code: casework.DiffStopped},
	}
	if diff := cmp.Diff(want, casework.CompareScans(earlier, later).Differences); diff != "" {
		t.Errorf("differences (-want +got):\n%s", diff)
	}
}

// What appeared after a visit is asked of the scans right before it and last after it.
func TestScansAround(t *testing.T) {
	one, two, three := keptScan(1, "mdns"), keptScan(5, "mdns"), keptScan(9, "mdns")
	other := keptScan(4, "mdns")
	other.Network = casework.NetworkNewHome
	scans := []*casework.KeptScan{three, two, other, one}
	for _, tc := range []struct {
		day           int
		before, after *casework.KeptScan
	}{{1, nil, three}, {3, one, three}, {6, two, three}, {20, three, nil}} {
		before, after := casework.ScansAround(scans, casework.NetworkHome, time.Date(2026, 11, tc.day, 0, 0, 0, 0, time.UTC))
		if before != tc.before || after != tc.after {
			t.Errorf("around day %d: %v and %v", tc.day, before, after)
		}
	}
}
