package casework_test

import (
	"slices"
	"testing"

	"keyholder/casework"
	"keyholder/casework/casetest"
	"keyholder/casework/checklist"
	"keyholder/casework/personal"
)

// listed reads a list of her home with the given devices.
func listed(t *testing.T, b *casetest.Book, devices ...casework.Found) *casework.Reconciliation {
	t.Helper()
	rec, err := b.RecordScan(ctx, b.Case, b.Act(), casework.ScanReport{
		Network: casework.NetworkHome, Mode: casework.ScanImport, Sources: []string{"import=looked"}, Found: devices,
	})
	if err != nil {
		t.Fatalf("recording a list: %v", err)
	}
	return rec
}

// A list needs no agreement to a check of the network, says everywhere that it was a list, and is no
// witness that anything has gone.
func TestCasebook_RecordScan_list(t *testing.T) {
	b := casetest.New(t)
	lamp := found("Lamp", "iot_environment", "lights", "possible", "24:6f:28:00:00:01")
	rec := listed(t, b, lamp)
	f := b.File()
	if len(rec.New) != 1 || f.Devices()[0].Basis != casework.FromList {
		t.Fatalf("new %v, basis %q; want one device known from a list", rec.New, f.Devices()[0].Basis)
	}
	for _, v := range f.Heads() {
		if v.Basis == casework.FromScan {
			t.Errorf("%s says that a scan saw it", v.Slot.Field)
		}
	}
	if next := listed(t, b, found("Other", "other", "", "unknown")); len(next.Gone) != 0 {
		t.Error("a device that a list leaves out counts as gone")
	}
	if seen := b.File().Head(rec.New[0], casework.FieldSeen); seen.ID != "" {
		t.Errorf("seen is %v, want nothing: a list looked at no network", seen.Codes)
	}
	_, err := b.RecordScan(ctx, b.Case, b.Act(), casework.ScanReport{Network: casework.NetworkAgency, Mode: casework.ScanImport})
	wantKey(t, err, "error.scan.network_saves_nothing")
}

// A list never overwrites what a scan found; a scan overwrites what a list said.
func TestCasebook_RecordScan_listWeighsLess(t *testing.T) {
	const hardware = "24:6f:28:00:00:02"
	b := casetest.New(t)
	b.Answer("00.7/scan", checklist.Yes)
	scanned(t, b, found("Bell", "iot_camera", "doorbell", "certain", hardware))
	rec := listed(t, b, found("Thing", "iot_environment", "lights", "possible", hardware))
	d := b.File().Devices()[0]
	if !slices.Equal(rec.Same, []casework.EntityID{d.ID}) || d.Class != "doorbell" || d.Label.Reveal() != "Bell" {
		t.Errorf("class %q after a list, want the doorbell that the scan found", d.Class)
	}
	scanned(t, b, found("Camera", "iot_camera", "camera_indoor", "likely", hardware))
	if d = b.File().Devices()[0]; d.Class != "camera_indoor" || d.Basis != casework.FromScan {
		t.Errorf("class %q known by %q, want what the second scan found", d.Class, d.Basis)
	}
}

// A room is one of the closed list, can be taken back, and is never filled in by a scan.
func TestCasebook_room(t *testing.T) {
	b := casetest.New(t)
	edit := casework.DeviceEdit{Label: personal.New("Clock"), Group: "other", Room: "bedroom"}
	id, err := b.AddDevice(ctx, b.Case, b.Act(), edit)
	if err != nil {
		t.Fatal(err)
	}
	room := func() string { return b.File().Devices()[0].Room }
	if room() != "bedroom" {
		t.Errorf("room %q, want bedroom", room())
	}
	edit.Room = "attic"
	wantKey(t, b.CorrectDevice(ctx, b.Case, b.Act(), id, edit, nil), "error.device.room")
	edit.Room = ""
	if err := b.CorrectDevice(ctx, b.Case, b.Act(), id, edit, nil); err != nil {
		t.Fatal(err)
	}
	if v := b.File().Head(id, casework.FieldRoom); v.Code() != "" || v.State != checklist.NotAsked {
		t.Errorf("room %q with state %s after it was taken back, want not asked", v.Code(), v.State)
	}
}
