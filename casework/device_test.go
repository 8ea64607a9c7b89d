package casework_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyholder/casework"
	"keyholder/casework/casetest"
	"keyholder/casework/checklist"
	"keyholder/casework/personal"
)

func found(label, group, class, confidence string, hardware ...string) casework.Found {
	return casework.Found{
		Label: personal.New(label), Group: group, Class: class, Confidence: confidence, Hardware: hardware,
	}
}

// scanned records a scan of her home with the given devices.
func scanned(t *testing.T, b *casetest.Book, devices ...casework.Found) *casework.Reconciliation {
	t.Helper()
	rec, err := b.RecordScan(ctx, b.Case, b.Act(), casework.ScanReport{
		Network: casework.NetworkHome, Mode: casework.ScanQuiet,
		Sources: []string{"mdns=looked", "ssdp=looked_nothing"}, Found: devices,
	})
	if err != nil {
		t.Fatalf("recording a scan: %v", err)
	}
	return rec
}

func TestCasebook_RecordScan_refuses(t *testing.T) {
	b := casetest.New(t)
	scan := func(network string, d casework.Found) error {
		_, err := b.RecordScan(ctx, b.Case, b.Act(), casework.ScanReport{
			Network: network, Mode: casework.ScanListen, Found: []casework.Found{d},
		})
		return err
	}
	lamp := found("Lamp", "iot_environment", "lights", "likely")
	wantKey(t, scan(casework.NetworkHome, lamp), "error.scan.not_agreed")
	for _, s := range []casework.State{checklist.DontKnow, checklist.Suspected, checklist.No} {
		b.Answer("00.7/scan", s)
		wantKey(t, scan(casework.NetworkHome, lamp), "error.scan.not_agreed")
	}
	b.Answer("00.7/scan", checklist.Yes)
	for _, network := range []string{casework.NetworkAgency, casework.NetworkTheirs, "", "moon"} {
		wantKey(t, scan(network, lamp), "error.scan.network_saves_nothing")
	}
	wantKey(t, scan(casework.NetworkHome, found("Lamp", "iot_environment", "smart_lock", "likely")), "error.device.class")
	wantKey(t, scan(casework.NetworkHome, found("Lamp", "iot_environment", "lights", "sure")), "error.device.confidence")
	if n := len(b.File().Entities); n != 0 {
		t.Errorf("%d entities after refused scans, want none", n)
	}
}

func TestCasebook_RecordScan_neverOwnerOrAccess(t *testing.T) {
	b := casetest.New(t)
	b.Answer("00.7/scan", checklist.Yes)
	rec := scanned(t, b, found("Hall", "iot_camera", "camera_indoor", "certain", "3c:22:fb:00:00:01"))
	allowed := []casework.Field{
		casework.FieldLabel, casework.FieldGroup, casework.FieldClass, casework.FieldConfidence,
		casework.FieldBrand, casework.FieldMatch, casework.FieldSeen,
	}
	f := b.File()
	for _, v := range f.Heads() {
		if v.Slot.Entity != rec.New[0] {
			continue
		}
		if !slices.Contains(allowed, v.Slot.Field) || v.Basis != casework.FromScan {
			t.Errorf("the scan wrote %s with basis %s", v.Slot.Field, v.Basis)
		}
	}
	d := f.Devices()[0]
	if d.Row.Unasked != 5 || d.Row.Open || d.Class != "camera_indoor" || d.ClassState != checklist.Yes {
		t.Errorf("device %+v, want the class and five questions not asked", d)
	}
}

func TestCasebook_RecordScan_guessIsNoKnowledge(t *testing.T) {
	b := casetest.New(t)
	b.Answer("00.7/scan", checklist.Yes)
	for confidence, want := range map[string]casework.State{
		"certain": checklist.Yes, "likely": checklist.Suspected, "possible": checklist.Suspected,
		"unknown": checklist.DontKnow,
	} {
		rec := scanned(t, b, found("Thing", "other", "unknown_device", confidence))
		if got := b.File().Head(rec.New[0], casework.FieldClass).State; got != want {
			t.Errorf("confidence %s gives %s, want %s", confidence, got, want)
		}
	}
}

func TestCasebook_RecordScan_reconciles(t *testing.T) {
	b := casetest.New(t)
	b.Answer("00.7/scan", checklist.Yes)
	camera := found("Camera", "iot_camera", "camera_indoor", "likely", "3c:22:fb:00:00:01")
	tv := found("TV", "iot_screen_appliance", "tv_streamer", "likely", "3c:22:fb:00:00:02")
	first := scanned(t, b, camera, tv)
	if len(first.New) != 2 || len(first.Same)+len(first.Gone) != 0 {
		t.Fatalf("first scan %+v, want two new devices", first)
	}
	byHand := b.Device("Drawer tablet", "phone_computer", "tablet")
	speaker := found("Speaker", "iot_hub", "smart_speaker", "possible", "3c:22:fb:00:00:03")
	second := scanned(t, b, camera, speaker)
	want := casework.Reconciliation{
		Scan: second.Scan, New: second.New, Same: first.New[:1], Gone: first.New[1:],
	}
	if diff := cmp.Diff(want, *second); diff != "" || len(second.New) != 1 {
		t.Errorf("second scan (-want +got):\n%s", diff)
	}
	seen := b.File().Head(first.New[1], casework.FieldSeen)
	if seen.State != checklist.DontKnow || !seen.Has(casework.StandingNotSeen) {
		t.Errorf("the TV reads %s %v: not seen is not known to be gone", seen.State, seen.Codes)
	}
	if slices.Contains(second.Gone, byHand) {
		t.Error("a device that no scan has met counts as gone")
	}
}

func TestCasebook_RecordScan_otherNetwork(t *testing.T) {
	b := casetest.New(t)
	b.Answer("00.7/scan", checklist.Yes)
	scanned(t, b, found("TV", "iot_screen_appliance", "tv_streamer", "likely", "3c:22:fb:00:00:02"))
	rec, err := b.RecordScan(ctx, b.Case, b.Act(), casework.ScanReport{
		Network: casework.NetworkNewHome, Mode: casework.ScanListen,
	})
	if err != nil || len(rec.Gone) != 0 {
		t.Errorf("%+v, %v: a scan of the new home says nothing about the old one", rec, err)
	}
	tv := b.File().Devices()[0].ID
	rec, err = b.RecordScan(ctx, b.Case, b.Act(), casework.ScanReport{
		Network: casework.NetworkNewHome, Mode: casework.ScanListen,
		Found: []casework.Found{found("TV", "iot_screen_appliance", "tv_streamer", "likely", "3c:22:fb:00:00:02")},
	})
	if err != nil || !slices.Contains(rec.Same, tv) {
		t.Errorf("%+v, %v: a device of the old home was not known again in the new one", rec, err)
	}
}

func TestCasebook_RecordScan_madeUpAddress(t *testing.T) {
	b := casetest.New(t)
	b.Answer("00.7/scan", checklist.Yes)
	for _, address := range []string{"3e:22:fb:00:00:01", "02:00:00:00:00:01", "junk", ""} {
		first := scanned(t, b, found("Phone", "phone_computer", "phone", "likely", address))
		second := scanned(t, b, found("Phone", "phone_computer", "phone", "likely", address))
		if len(second.Same) != 0 || len(first.New) != 1 {
			t.Errorf("address %q was taken as an identity", address)
		}
	}
	named := scanned(t, b, casework.Found{
		Label: personal.New("Phone"), Group: "phone_computer", Class: "phone", Confidence: "likely",
		Same: b.File().Devices()[0].ID,
	})
	if len(named.Same) != 1 || len(named.New) != 0 {
		t.Errorf("%+v: the worker's word that it is the same device was not taken", named)
	}
}

func TestCasebook_RecordScan_workerWins(t *testing.T) {
	b := casetest.New(t)
	b.Answer("00.7/scan", checklist.Yes)
	thing := found("ESP-12", "other", "unknown_device", "possible", "3c:22:fb:00:00:05")
	device := scanned(t, b, thing).New[0]
	edit := casework.DeviceEdit{
		Label: personal.New("Baby monitor"), Group: "iot_camera", Class: "baby_monitor", Basis: casework.WorkerSaw,
	}
	if err := b.CorrectDevice(ctx, b.Case, b.Act(), device, edit, nil); err != nil {
		t.Fatal(err)
	}
	scanned(t, b, thing)
	d := b.File().Devices()[0]
	if d.Label.Reveal() != "Baby monitor" || d.Class != "baby_monitor" || d.Basis != casework.WorkerSaw {
		t.Errorf("the scan replaced what the worker said: %s %s", d.Class, d.Basis)
	}
	chain, err := b.History(ctx, b.Case, casework.Slot{Entity: device, Field: casework.FieldClass})
	if err != nil || len(chain) != 2 {
		t.Errorf("%d classes in the history (%v), want the guess and the correction", len(chain), err)
	}
}

func TestCasebook_devicesByHand(t *testing.T) {
	b := casetest.New(t)
	_, err := b.AddDevice(ctx, b.Case, b.Act(), casework.DeviceEdit{Group: "iot_hub", Class: "router"})
	wantKey(t, err, "error.device.class")
	wantKey(t, err, "error.device.label")
	_, err = b.AddDevice(ctx, b.Case, b.Act(), casework.DeviceEdit{Label: personal.New("x"), Group: "gadgets"})
	wantKey(t, err, "error.device.group")

	mail := b.Device("Mail", "account", "email")
	if k := b.File().Things()[0].Kind; k != casework.KindAccount {
		t.Errorf("an account is an entity of kind %s", k)
	}
	wantKey(t, b.DiscardDevice(ctx, b.Case, b.Act(), mail, "because"), "error.device.reason")
	if err := b.DiscardDevice(ctx, b.Case, b.Act(), mail, "double"); err != nil {
		t.Fatal(err)
	}
	if n := len(b.File().Devices()); n != 0 {
		t.Errorf("%d devices after discarding the only one", n)
	}
	if err := b.KeepDevice(ctx, b.Case, b.Act(), mail); err != nil {
		t.Fatal(err)
	}
	if n := len(b.File().Devices()); n != 1 {
		t.Errorf("%d devices after bringing it back", n)
	}
	wantKey(t, b.KeepDevice(ctx, b.Case, b.Act(), "nothing"), "error.device.not_found")
}

func TestFile_Matrix(t *testing.T) {
	tests := []struct {
		name  string
		state casework.State
		who   string
		open  bool
	}{
		{"hers", checklist.Yes, checklist.WhoSurvivor, false},
		{"the person of concern", checklist.Yes, checklist.WhoPersonOfConcern, true},
		{"suspected person of concern", checklist.Suspected, checklist.WhoPersonOfConcern, true},
		{"not known", checklist.DontKnow, "", true},
		{"declined", checklist.Declined, "", true},
	}
	for _, tc := range tests {
		for _, column := range []casework.Field{"bought_by", "set_up_by", "account_holder", "bill_payer", "daily_user"} {
			t.Run(tc.name+" "+string(column), func(t *testing.T) {
				b := casetest.New(t)
				device := b.Device("Speaker", "iot_hub", "smart_speaker")
				var codes []string
				if tc.who != "" {
					codes = []string{tc.who}
				}
				b.About(device, column, tc.state, codes...)
				row := b.File().Matrix(device)
				if row.Open != tc.open || row.Unasked != 4 || len(row.Cells) != 5 {
					t.Errorf("open %t unasked %d, want open %t and four not asked", row.Open, row.Unasked, tc.open)
				}
			})
		}
	}
}

func TestFile_ScanAdvice(t *testing.T) {
	b := casetest.New(t)
	want := func(mode casework.ScanMode) {
		t.Helper()
		if got := b.File().ScanAdvice(); got.Mode != mode {
			t.Errorf("advice %+v, want %s", got, mode)
		}
	}
	want(casework.ScanListen)
	b.Pick("01.1", "apart").Pick("01.2", "longer_ago")
	want(casework.ScanListen)
	for _, s := range []casework.State{checklist.Yes, checklist.Suspected, checklist.DontKnow, checklist.Declined} {
		b.Answer("11.3", s)
		want(casework.ScanListen)
	}
	b.Answer("11.3", checklist.No)
	want(casework.ScanQuiet)
	b.Pick("01.1", "together")
	want(casework.ScanListen)
	if a := b.File().ScanAdvice(); a.Agreed || !a.RouterAsked || !a.LivesWith || a.RouterMayTry {
		t.Errorf("advice %+v, want not agreed, router asked and quiet, living together", a)
	}
}
