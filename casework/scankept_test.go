package casework_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"keyholder/casework"
	"keyholder/casework/casetest"
	"keyholder/casework/checklist"
	"keyholder/casework/personal"
)

// scanStore is what both records offer.
type scanStore interface {
	casework.Record
	casework.Cases
	casework.Auditor
}

// wholeScan is a scan with something in every field.
func wholeScan() casework.ScanReport {
	start := time.Date(2026, 11, 3, 9, 30, 0, 5e6, time.FixedZone("", 3600))
	camera := found("Hall", "iot_camera", "camera_indoor", "likely", "3c:22:fb:00:00:01")
	camera.Brand, camera.Announced = personal.New("Acme 5"), personal.New("hall \u202ecam")
	camera.Sources, camera.Stable = []string{"mdns", "neighbour"}, []string{"upnp:uuid:1"}
	camera.Evidence = []personal.Text{personal.New("It says that it is a camera.\n<b>")}
	camera.Against = []personal.Text{personal.New("It prints.")}
	camera.Addresses = []personal.Text{personal.New("192.168.1.7")}
	return casework.ScanReport{
		Network: casework.NetworkHome, Mode: casework.ScanQuiet, Sources: []string{"mdns=looked"},
		Found:  []casework.Found{camera, found("Phone", "phone_computer", "phone", "possible", "3e:22:fb:00:00:02")},
		Passed: []casework.Passed{{Hardware: []string{"3c:22:fb:00:00:99"}}},
		Facts: casework.ScanFacts{
			Started: start, Ended: start.Add(6 * time.Second), Networks: []string{"192.168.1.0/24"},
			LeftOut: []casework.ScanLeftOut{{Name: "tun0", Reason: "vpn"}},
			Outcomes: []casework.ScanOutcome{
				{Source: "mdns", State: casework.ScanLooked, Limits: []string{"ipv6_not_asked"}},
				{Source: "ssdp", State: casework.ScanCouldNotLook, Reason: "multicast_blocked"},
			},
			Listed: 3, Further: 2, Stopped: true,
			Versions: casework.ScanVersions{Program: "test", Catalogue: "c1", Knowledge: "k1", Checklist: checklist.Current},
		},
	}
}

// bookOver is a casebook over a record, with one case that agreed to checks.
func bookOver(t *testing.T, r scanStore) (*casework.Casebook, casework.CaseID) {
	t.Helper()
	content, err := checklist.Load()
	if err != nil {
		t.Fatal(err)
	}
	b := casework.NewCasebook(casework.CasebookConfig{
		Record: r, Cases: r, Audit: r, Content: content, Clock: func() time.Time { return casetest.At(40) },
	})
	k, err := b.OpenCase(ctx, casework.Act{By: casetest.Worker}, false)
	if err != nil {
		t.Fatal(err)
	}
	agree := casework.Answers{Values: []casework.Value{casetest.Value("00.7/scan", checklist.Yes)}}
	if err := b.SaveAnswers(ctx, k.ID, casework.Act{By: casetest.Worker}, agree); err != nil {
		t.Fatal(err)
	}
	return b, k.ID
}

// Everything that is kept of a scan comes back from both records, and addresses only when chosen.
func TestScan_roundTrip(t *testing.T) {
	stores := map[string]func() scanStore{
		"memory": func() scanStore { return casework.NewMemory() },
		"store":  func() scanStore { return casetest.NewStore(t) },
	}
	for name, open := range stores {
		for _, addresses := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, addresses %v", name, addresses), func(t *testing.T) {
				b, id := bookOver(t, open())
				r := wholeScan()
				r.KeepAddresses = addresses
				rec, err := b.RecordScan(ctx, id, casework.Act{By: casetest.Worker}, r)
				if err != nil {
					t.Fatal(err)
				}
				wantWholeScan(t, b, id, rec, addresses)
			})
		}
	}
}

// derived leaves out what a kept scan reads from the record as it is now.
func derived() cmp.Option {
	return cmp.Options{
		cmpopts.IgnoreFields(casework.KeptDevice{}, "Is", "Digests", "Place"), cmpopts.IgnoreFields(casework.KeptScan{}, "Place"),
	}
}

// wantWholeScan fails unless the case holds wholeScan as its only scan.
func wantWholeScan(t *testing.T, b *casework.Casebook, id casework.CaseID, rec *casework.Reconciliation, addresses bool) {
	t.Helper()
	f, err := b.Read(ctx, id, casetest.Worker)
	if err != nil {
		t.Fatal(err)
	}
	r := wholeScan()
	want := &casework.KeptScan{ScanFacts: r.Facts, ID: rec.Scan, By: casetest.Worker, At: casetest.At(40), Whole: true}
	want.Network, want.Mode, want.Basis = r.Network, r.Mode, casework.FromScan
	camera := casework.KeptDevice{
		Entity: rec.New[0], Confirmed: true, Label: r.Found[0].Label, Announced: r.Found[0].Announced, Group: "iot_camera",
		Class: "camera_indoor", Confidence: "likely", Brand: r.Found[0].Brand, Sources: r.Found[0].Sources,
		Evidence: r.Found[0].Evidence, Against: r.Found[0].Against, AddressKind: casework.AddressLasting, Known: true, IsNew: true,
	}
	phone := casework.KeptDevice{
		Entity: rec.New[1], Confirmed: true, Label: r.Found[1].Label, Group: "phone_computer", Class: "phone",
		Confidence: "possible", AddressKind: casework.AddressPrivate, IsNew: true,
	}
	if addresses {
		camera.Addresses = r.Found[0].Addresses
		camera.Hardware, phone.Hardware = []personal.Text{personal.New("3c:22:fb:00:00:01")}, []personal.Text{personal.New("3e:22:fb:00:00:02")}
	}
	want.Devices = []casework.KeptDevice{camera, phone}
	want.Others = f.Scans()[0].Others // what is kept of them has a test of its own
	reveal := cmp.Transformer("reveal", func(x personal.Text) string { return x.Reveal() })
	sameTime := cmp.Comparer(func(a, b time.Time) bool { return a.Format(time.RFC3339Nano) == b.Format(time.RFC3339Nano) })
	if diff := cmp.Diff([]*casework.KeptScan{want}, f.Scans(), reveal, sameTime, derived()); diff != "" {
		t.Errorf("the scan did not come back (-want +got):\n%s", diff)
	}
	if n := f.Scans()[0].NotKept(); n != 1 {
		t.Errorf("%d devices were not kept, want 1", n)
	}
}

// Nothing that a kept scan says reaches a line by accident.
func TestScan_hidesItself(t *testing.T) {
	b, id := bookOver(t, casework.NewMemory())
	r := wholeScan()
	r.KeepAddresses = true
	if _, err := b.RecordScan(ctx, id, casework.Act{By: casetest.Worker}, r); err != nil {
		t.Fatal(err)
	}
	f, err := b.Read(ctx, id, casetest.Worker)
	if err != nil {
		t.Fatal(err)
	}
	device := f.Scans()[0].Devices[0]
	body, err := json.Marshal(device)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{fmt.Sprintf("%+v", device), fmt.Sprintf("%#v", device), string(body)} {
		for _, secret := range []string{"Hall", "192.168", "3c:22", "Acme"} {
			if strings.Contains(line, secret) {
				t.Errorf("a device shows %q of itself in %s", secret, line)
			}
		}
	}
}

// A scan that was kept without a document, or with one that cannot be read, is listed as such and never
// passes for one that found nothing.
func TestScan_withoutDocument(t *testing.T) {
	for name, document := range map[string]string{"none": "", "damaged": `{"form":1,"devi`, "of the future": `{"form":2,"devices":[]}`} {
		b := casetest.New(t)
		scan := casework.EntityID(casework.NewID())
		at := func(field casework.Field, codes ...string) casework.Value {
			return casework.Value{Slot: casework.Slot{Entity: scan, Field: field}, State: checklist.Yes, Codes: codes, Basis: casework.FromScan}
		}
		values := []casework.Value{
			at(casework.FieldScanNetwork, casework.NetworkHome), at(casework.FieldScanMode, "listen"), at(casework.FieldScanSources, "mdns=looked"),
		}
		if document != "" {
			v := at(casework.FieldScanKept)
			v.Text = personal.New(document)
			values = append(values, v)
		}
		err := b.Memory.Apply(ctx, b.Case, casework.Change{
			By: casetest.Worker, At: casetest.At(5), Values: values,
			Entities: []casework.Entity{{ID: scan, Kind: casework.KindScan, At: casetest.At(5), By: casetest.Worker}},
		})
		if err != nil {
			t.Fatal(err)
		}
		k := b.File().Scans()[0]
		if k.Whole || k.Network != casework.NetworkHome || k.Mode != casework.ScanListen || k.Outcome("mdns").State != "looked" {
			t.Errorf("%s: read as %+v", name, k)
		}
		if c := casework.CompareScans(k, k); c.Refused != casework.DiffUnread {
			t.Errorf("%s: comparing it was not refused: %q", name, c.Refused)
		}
		wantKey(t, b.ExportScan(ctx, b.Case, b.Act(), scan, casework.ScanExport{}), "error.scan.not_whole")
	}
}

// A device that the worker does not confirm again was met all the same, and is not "not seen".
func TestCasebook_RecordScan_passed(t *testing.T) {
	b := casetest.New(t)
	b.Answer("00.7/scan", checklist.Yes)
	tv := found("TV", "iot_screen_appliance", "tv_streamer", "likely", "3c:22:fb:00:00:02")
	device := scanned(t, b, tv).New[0]
	rec, err := b.RecordScan(ctx, b.Case, b.Act(), casework.ScanReport{
		Network: casework.NetworkHome, Mode: casework.ScanQuiet,
		Passed: []casework.Passed{{Hardware: tv.Hardware}, {Hardware: []string{"3c:22:fb:00:00:77"}}},
	})
	if err != nil || !slices.Equal(rec.Passed, []casework.EntityID{device}) || len(rec.Gone) != 0 {
		t.Errorf("%+v, %v: want the TV among the passed", rec, err)
	}
	f := b.File()
	if f.Head(device, casework.FieldSeen).Code() != casework.StandingSeen {
		t.Error("the TV reads as not seen")
	}
	if n := len(f.Of(casework.KindDevice)); n != 1 {
		t.Errorf("%d devices: one that was not confirmed was kept", n)
	}
}

// What identifies a device adds up, so that a check that hears less does not make the record forget.
func TestCasebook_RecordScan_stable(t *testing.T) {
	b := casetest.New(t)
	b.Answer("00.7/scan", checklist.Yes)
	tv := found("TV", "iot_screen_appliance", "tv_streamer", "likely", "3c:22:fb:00:00:02")
	both, onlyStable := tv, found("TV", "iot_screen_appliance", "tv_streamer", "likely", "3e:22:fb:00:00:02")
	both.Stable, onlyStable.Stable = []string{"upnp:uuid:1"}, []string{"upnp:uuid:1"}
	device := scanned(t, b, both).New
	for i, again := range []casework.Found{tv, onlyStable, tv} {
		if rec := scanned(t, b, again); !slices.Equal(rec.Same, device) {
			t.Errorf("visit %d: %+v, want the same TV", i+2, rec)
		}
	}
	for _, code := range b.File().Head(device[0], casework.FieldMatch).Codes {
		if len(code) != 16 || strings.Contains(code, ":") {
			t.Errorf("%q is no digest", code)
		}
	}
}

func TestCasebook_ExportScan(t *testing.T) {
	b := casetest.New(t)
	b.Answer("00.7/scan", checklist.Yes)
	scan := scanned(t, b).Scan
	hash := strings.Repeat("ab", 32)
	for key, e := range map[string]casework.ScanExport{
		"error.scan.goal": {SHA256: hash, Goal: "him"}, "error.scan.hash": {SHA256: "ab", Goal: "lawyer"},
	} {
		wantKey(t, b.ExportScan(ctx, b.Case, b.Act(), scan, e), key)
	}
	wantKey(t, b.ExportScan(ctx, b.Case, b.Act(), "nothing", casework.ScanExport{}), "error.scan.not_found")
	if err := b.ExportScan(ctx, b.Case, b.Act(), scan, casework.ScanExport{SHA256: hash, Goal: "lawyer", Addresses: true}); err != nil {
		t.Fatal(err)
	}
	entries := b.Memory.Entries()
	last := entries[len(entries)-1]
	if last.Verb != casework.VerbExport || last.Case != b.Case || last.By != casetest.Worker {
		t.Errorf("the audit ends with %+v", last)
	}
	if codes := b.File().Head(scan, casework.FieldScanExport).Codes; !slices.Equal(codes, []string{hash, "lawyer", "addresses"}) {
		t.Errorf("the record says %v of the export", codes)
	}
}
