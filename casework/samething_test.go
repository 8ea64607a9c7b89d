package casework_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"keyholder/casework"
	"keyholder/casework/casetest"
	"keyholder/casework/checklist"
)

// home is a case with checks of its home, in the words of a comparison.
type home struct {
	t  *testing.T
	b  *casework.Casebook
	id casework.CaseID
}

func newHome(t *testing.T) *home {
	b, id := bookOver(t, casework.NewMemory())
	return &home{t: t, b: b, id: id}
}

// check keeps a check of a day; found devices are kept, passed ones are not.
func (h *home) check(day int, keep []casework.Found, passed ...casework.Passed) *casework.Reconciliation {
	h.t.Helper()
	r := casework.ScanReport{Network: casework.NetworkHome, Mode: casework.ScanQuiet, Found: keep, Passed: passed}
	r.Facts.Started = time.Date(2026, 11, day, 9, 0, 0, 0, time.UTC)
	r.Facts.Listed = len(keep) + len(passed)
	r.Facts.Outcomes = []casework.ScanOutcome{{Source: "neighbour", State: casework.ScanLooked}}
	for i := range r.Found {
		r.Found[i].Sources = []string{"neighbour"}
	}
	rec, err := h.b.RecordScan(ctx, h.id, casework.Act{By: casetest.Worker}, r)
	if err != nil {
		h.t.Fatal(err)
	}
	return rec
}

func (h *home) file() *casework.File {
	h.t.Helper()
	f, err := h.b.Read(ctx, h.id, casetest.Worker)
	if err != nil {
		h.t.Fatal(err)
	}
	return f
}

// told compares the two newest checks, devices by their labels.
func (h *home) told() []string {
	h.t.Helper()
	f := h.file()
	scans := f.Scans()
	lines := told(casework.CompareScans(scans[1], scans[0]))
	for i, line := range lines {
		for _, e := range f.Entities {
			label := f.Head(e.ID, casework.FieldLabel).Text.Reveal()
			line = strings.ReplaceAll(line, string(e.ID), label)
		}
		lines[i] = line
	}
	slices.Sort(lines)
	return lines
}

func (h *home) join(device, as casework.EntityID) error {
	h.t.Helper()
	seen := expectation(h.file(), casework.Slot{Entity: device, Field: casework.FieldSameAs})
	return h.b.JoinDevice(ctx, h.id, casework.Act{By: casetest.Worker}, device, casework.Joining{As: as, Expect: seen})
}

const (
	cameraMAC  = "3c:22:fb:00:00:01"
	laptopMAC  = "3c:22:fb:00:00:02"
	privateOne = "3e:22:fb:00:00:03"
	privateTwo = "3e:22:fb:00:00:04"
)

func camera() casework.Found {
	return found("Hall", "iot_camera", "camera_indoor", "certain", cameraMAC)
}

func phone(label, mac string) casework.Found {
	return found(label, "phone_computer", "phone", "possible", mac)
}

// A phone that changed its address is one thing once somebody says so: in comparisons, on the list, and
// in what was seen; and two again when that is taken back.
func TestJoinDevice(t *testing.T) {
	h := newHome(t)
	first := h.check(3, []casework.Found{camera(), phone("Old", privateOne)})
	second := h.check(9, []casework.Found{camera(), phone("New", privateTwo)})
	before := []string{"same Hall", "unsure New later private", "unsure Old earlier private"}
	if diff := cmp.Diff(before, h.told()); diff != "" {
		t.Fatalf("before joining (-want +got):\n%s", diff)
	}
	old, twin := first.New[1], second.New[0]
	if got := h.file().Head(old, casework.FieldSeen).Code(); got != casework.StandingNotSeen {
		t.Fatalf("before joining the old one reads as %q", got)
	}
	if err := h.join(twin, old); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"changed Old name", "same Hall"}, relabel(h.told(), "New", "Old")); diff != "" {
		t.Errorf("joined (-want +got):\n%s", diff)
	}
	f := h.file()
	if f.Same(twin) != old || !f.Folded(twin) || len(f.Devices()) != 2 || len(f.Twins(old)) != 1 {
		t.Errorf("joined: same %v, folded %v, %d on the list, %d twins", f.Same(twin) == old, f.Folded(twin), len(f.Devices()), len(f.Twins(old)))
	}
	for _, d := range f.Devices() {
		if d.Seen != casework.StandingSeen {
			t.Errorf("%s reads as %q though the newest check met it", d.Label.Reveal(), d.Seen)
		}
	}
	if err := h.join(twin, ""); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, h.told()); diff != "" {
		t.Errorf("taken back (-want +got):\n%s", diff)
	}
	if v := h.file().Head(twin, casework.FieldSameAs); v.State != checklist.DontKnow {
		t.Errorf("taken back, it reads %q: nobody said that it is not that thing", v.State)
	}
	verbs := map[casework.Verb]int{}
	for _, v := range mustHistory(t, h, twin) {
		verbs[casework.VerbJoin]++
		if v.By != casetest.Worker {
			t.Errorf("said by %q", v.By)
		}
	}
	if verbs[casework.VerbJoin] != 2 {
		t.Errorf("%d values in the history, want 2", verbs[casework.VerbJoin])
	}
}

func mustHistory(t *testing.T, h *home, device casework.EntityID) []casework.Value {
	t.Helper()
	values, err := h.b.History(ctx, h.id, casework.Slot{Entity: device, Field: casework.FieldSameAs})
	if err != nil {
		t.Fatal(err)
	}
	return values
}

// relabel gives a joined device one name, whichever of its records a list shows.
func relabel(lines []string, from, to string) []string {
	for i := range lines {
		lines[i] = strings.ReplaceAll(lines[i], " "+from, " "+to)
	}
	return lines
}

// What cannot be chosen is refused, and a form that is out of date shows both sides.
func TestJoinDevice_refused(t *testing.T) {
	h := newHome(t)
	first := h.check(3, []casework.Found{camera(), phone("Old", privateOne)})
	second := h.check(9, []casework.Found{phone("New", privateTwo)})
	hall, old, twin := first.New[0], first.New[1], second.New[0]
	for _, as := range []casework.EntityID{twin, first.Scan, "0000", casework.EntityID(casework.NewID())} {
		wantKey(t, h.join(twin, as), "error.device.same")
	}
	wantKey(t, h.join(first.Scan, old), "error.device.not_found")
	act := casework.Act{By: casetest.Worker}
	wantKey(t, h.b.JoinDevice(ctx, h.id, act, twin, casework.Joining{As: old, Basis: casework.Inferred}), "error.field.code")
	stale := expectation(h.file(), casework.Slot{Entity: twin, Field: casework.FieldSameAs})
	if err := h.join(twin, old); err != nil {
		t.Fatal(err)
	}
	var clash *casework.Conflict
	if err := h.b.JoinDevice(ctx, h.id, act, twin, casework.Joining{As: hall, Expect: stale}); !errors.As(err, &clash) || len(clash.Sides) != 1 {
		t.Errorf("a form that is out of date: %v", err)
	}
	wantKey(t, h.join(old, twin), "error.device.same") // it is the other one already
	if err := h.b.DiscardDevice(ctx, h.id, act, old, "mistake"); err != nil {
		t.Fatal(err)
	}
	if f := h.file(); f.Folded(twin) {
		t.Error("the thing has left every list, with the record that it was folded into")
	}
}

// Whoever says in two tabs that each of two is the other has said nothing; both stay on the list.
func TestFile_Same_circle(t *testing.T) {
	same := func(e, as string) casework.Value {
		return casework.Value{
			ID: casework.ValueID(e + as), Slot: casework.Slot{Entity: casework.EntityID(e), Field: casework.FieldSameAs},
			State: checklist.Yes, Codes: []string{as},
		}
	}
	content, err := checklist.Load()
	if err != nil {
		t.Fatal(err)
	}
	var entities []casework.Entity
	for _, id := range []string{"a", "b", "c", "d"} {
		entities = append(entities, casework.Entity{ID: casework.EntityID(id), Kind: casework.KindDevice})
	}
	heads := []casework.Value{same("a", "b"), same("b", "a"), same("c", "a"), same("d", "nowhere")}
	f := casework.NewFile(content, casework.Case{}, entities, heads, nil)
	if len(f.Devices()) != 4 {
		t.Errorf("%d things on the list, want 4", len(f.Devices()))
	}
}

// No answer is lost by joining: where what is said of the two differs, both stay on the list, and the
// finding stands.
func TestJoinDevice_answersStay(t *testing.T) {
	h := newHome(t)
	first := h.check(3, []casework.Found{phone("Old", privateOne)})
	second := h.check(9, []casework.Found{phone("New", privateTwo)})
	old, twin := first.New[0], second.New[0]
	set := func(e casework.EntityID, who string) {
		t.Helper()
		v := casework.Value{
			Slot:  casework.Slot{Entity: e, Field: casework.Field(checklist.Ref{Question: checklist.MatrixID, Part: "set_up_by"}.Field())},
			State: checklist.Yes, Codes: []string{who}, Basis: casework.SurvivorSaid,
		}
		if err := h.b.SaveAnswers(ctx, h.id, casework.Act{By: casetest.Worker}, casework.Answers{Values: []casework.Value{v}}); err != nil {
			t.Fatal(err)
		}
	}
	set(twin, "person_of_concern")
	if err := h.join(twin, old); err != nil {
		t.Fatal(err)
	}
	concerns := func() (n int) {
		for _, x := range h.file().Findings() {
			if x.Entity == twin || x.Entity == old {
				n++
			}
		}
		return n
	}
	if f := h.file(); f.Folded(twin) || f.Same(twin) != old || concerns() != 1 {
		t.Errorf("folded %v with %d findings, want both on the list with one", f.Folded(twin), concerns())
	}
	set(old, "person_of_concern")
	if f := h.file(); !f.Folded(twin) || concerns() != 1 {
		t.Errorf("folded %v with %d findings once the answers agree", f.Folded(twin), concerns())
	}
}

// The next check knows the thing by everything that any of its records showed, and never says that it is
// gone when one of them was met.
func TestJoinDevice_nextCheck(t *testing.T) {
	h := newHome(t)
	first := h.check(3, []casework.Found{found("Cable", "phone_computer", "laptop_desktop", "likely", laptopMAC)})
	second := h.check(5, []casework.Found{found("Radio", "phone_computer", "laptop_desktop", "likely", "3c:22:fb:00:00:99")})
	if err := h.join(second.New[0], first.New[0]); err != nil {
		t.Fatal(err)
	}
	third := h.check(9, nil, casework.Passed{Hardware: []string{"3c:22:fb:00:00:99"}, Sources: []string{"neighbour"}})
	if len(third.Gone) != 0 || len(third.Passed) != 1 {
		t.Errorf("gone %d, met again %d; want 0 and 1", len(third.Gone), len(third.Passed))
	}
	if diff := cmp.Diff([]string{"same Radio"}, h.told()); diff != "" {
		t.Errorf("against the check before (-want +got):\n%s", diff)
	}
}

// Only what could be one of the devices that were left out is "cannot be said".
//
//yardstick:table one line per case
func TestCompareScans_leftOut(t *testing.T) {
	lasting := casework.Passed{Hardware: []string{laptopMAC}}
	for _, tc := range []struct {
		name    string
		passed  []casework.Passed
		newcome casework.Found
		want    string
	}{
		{"another lasting address", []casework.Passed{lasting}, camera(), "new Hall"},
		{"the same lasting address", []casework.Passed{{Hardware: []string{cameraMAC}}}, camera(), "unsure Hall later not_kept"},
		{"the same among others", []casework.Passed{lasting, {Hardware: []string{cameraMAC}}}, camera(), "unsure Hall later not_kept"},
		{"one of two addresses is the same", []casework.Passed{{Hardware: []string{laptopMAC, cameraMAC}}}, camera(), "unsure Hall later not_kept"},
		{"no address was seen", []casework.Passed{{}}, camera(), "unsure Hall later not_kept"},
		{"only a name that lasts", []casework.Passed{{Stable: []string{"upnp:uuid:17-ab"}}}, camera(), "unsure Hall later not_kept"},
		{"a made-up address", []casework.Passed{{Hardware: []string{privateOne}}}, camera(), "unsure Hall later not_kept"},
		{"a made-up address of what is surely a phone", []casework.Passed{{Hardware: []string{privateOne}, Phone: true}}, camera(), "new Hall"},
		{
			"surely a phone, and the new one only likely a camera",
			[]casework.Passed{{Hardware: []string{privateOne}, Phone: true}},
			found("Hall", "iot_camera", "camera_indoor", "likely", cameraMAC), "unsure Hall later not_kept",
		},
		{
			"surely a phone, and a worker called the new one a camera",
			[]casework.Passed{{Hardware: []string{privateOne}, Phone: true}},
			byWorker(camera()), "unsure Hall later not_kept",
		},
		{"surely a phone, with the same address", []casework.Passed{{Hardware: []string{cameraMAC}, Phone: true}}, camera(), "unsure Hall later not_kept"},
		{"a new one without anything lasting", []casework.Passed{lasting}, phone("Hall", privateTwo), "unsure Hall later not_kept,private"},
	} {
		h := newHome(t)
		h.check(3, nil, tc.passed...)
		h.check(9, []casework.Found{tc.newcome})
		if diff := cmp.Diff([]string{tc.want}, h.told()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.name, diff)
		}
	}
}

func byWorker(d casework.Found) casework.Found {
	d.ClassByWorker = true
	return d
}

// Of two hundred devices that were left out and come back, none is ever called new; of as many strangers
// nearly all are.
func TestCompareScans_leftOutMany(t *testing.T) {
	const many = 200
	address := func(i int) string { return fmt.Sprintf("3c:22:fb:00:%02x:%02x", i/256, i%256) }
	for name, shift := range map[string]int{"the same": 0, "strangers": many} {
		h := newHome(t)
		var passed []casework.Passed
		var back []casework.Found
		for i := range many {
			passed = append(passed, casework.Passed{Hardware: []string{address(i)}})
			back = append(back, found("d", "other", "", "unknown", address(i+shift)))
		}
		h.check(3, nil, passed...)
		h.check(9, back)
		scans := h.file().Scans()
		c := casework.CompareScans(scans[0], scans[1])
		if shift == 0 && len(c.New) > 0 || shift > 0 && len(c.New) < many*8/10 {
			t.Errorf("%s: %d of %d are called new", name, len(c.New), many)
		}
	}
}

// What was kept before there were marks, and what noted too little, rules nothing out.
func TestCompareScans_leftOutUnknown(t *testing.T) {
	h := newHome(t)
	h.check(3, nil, casework.Passed{Hardware: []string{laptopMAC}})
	h.check(9, []casework.Found{camera()})
	scans := h.file().Scans()
	scans[1].Others = nil
	if c := casework.CompareScans(scans[1], scans[0]); len(c.New) != 0 || len(c.Unsure) != 1 {
		t.Errorf("without marks %d are new and %d unsure", len(c.New), len(c.Unsure))
	}
}

// What is kept of a device that was left out holds neither its address nor its digest, and differs from
// check to check.
func TestScan_othersSayLittle(t *testing.T) {
	h := newHome(t)
	h.check(3, nil, casework.Passed{Hardware: []string{cameraMAC}, Stable: []string{"upnp:uuid:17-ab"}})
	h.check(5, nil, casework.Passed{Hardware: []string{cameraMAC}, Stable: []string{"upnp:uuid:17-ab"}})
	h.check(9, []casework.Found{camera()})
	f := h.file()
	scans := f.Scans()
	for _, k := range scans[1:] {
		if len(k.Others) != 1 || len(k.Others[0].Marks) != 2 {
			t.Fatalf("kept of it: %+v", k.Others)
		}
		for _, m := range k.Others[0].Marks {
			if len(m) != 3 {
				t.Errorf("a mark of %d signs", len(m))
			}
		}
		body := f.Head(k.ID, casework.FieldScanKept).Text.Reveal()
		for _, d := range f.Head(scans[0].Devices[0].Entity, casework.FieldMatch).Codes {
			if strings.Contains(body, d) || strings.Contains(body, cameraMAC) || strings.Contains(body, "17-ab") {
				t.Error("the document holds what identifies a device that was left out")
			}
		}
	}
	if cmp.Equal(scans[1].Others, scans[2].Others) {
		t.Error("two checks hold the same marks, so they could be joined by them")
	}
}

// A check of a sitting that is put beside a case brings a second record of what the case knows: no
// comparison calls one of the two new or gone, and the next check misses neither.
func TestConsultation_Keep_checkOfAKnownHome(t *testing.T) {
	h := newHome(t)
	h.check(3, []casework.Found{camera()})
	c, err := h.b.StartConsultation(ctx, casetest.Worker)
	if err != nil {
		t.Fatal(err)
	}
	agree := casework.Answers{Values: []casework.Value{casetest.Value("00.7/scan", checklist.Yes), casetest.Value("00.7/record", checklist.Yes)}}
	if err := c.Casebook().SaveAnswers(ctx, c.Case(), casework.Act{By: casetest.Worker}, agree); err != nil {
		t.Fatal(err)
	}
	draft := &home{t: t, b: c.Casebook(), id: c.Case()}
	draft.check(9, []casework.Found{camera()})
	if err := c.Keep(ctx, casework.Keeping{Attach: h.id}); err != nil {
		t.Fatal(err)
	}
	want := []string{"unsure Hall earlier double", "unsure Hall later double"}
	if diff := cmp.Diff(want, h.told()); diff != "" {
		t.Errorf("one camera under two records (-want +got):\n%s", diff)
	}
	if rec := h.check(12, []casework.Found{camera()}); len(rec.Gone) > 0 || len(rec.New) > 0 {
		t.Errorf("the next check: %d gone, %d new; it met the only camera", len(rec.Gone), len(rec.New))
	}
}

// A check that was kept before a device was recorded did not look for it, though it began later: the device
// may be one that was left out.
func TestCompareScans_keptInAnotherOrder(t *testing.T) {
	h := newHome(t)
	h.check(9, []casework.Found{camera()}, casework.Passed{Hardware: []string{laptopMAC}, Sources: []string{"neighbour"}})
	h.check(3, []casework.Found{camera(), found("Laptop", "phone_computer", "phone", "likely", laptopMAC)})
	if diff := cmp.Diff([]string{"same Hall", "unsure Laptop earlier not_kept"}, h.told()); diff != "" {
		t.Errorf("met by both, kept by one (-want +got):\n%s", diff)
	}
}

// A thing with a cable and a radio is not gone while it could be there by its radio alone.
func TestCompareScans_twoWaysIn(t *testing.T) {
	cable, radio := keptDevice("a"), keptDevice("r")
	radio.Is, radio.Known, radio.AddressKind = "a", false, casework.AddressPrivate
	got := told(casework.CompareScans(keptScan(1, "mdns neighbour", cable, radio), keptScan(2, "mdns neighbour")))
	if diff := cmp.Diff([]string{"unsure a earlier private"}, got); diff != "" {
		t.Errorf("one thing, two ways in (-want +got):\n%s", diff)
	}
}
