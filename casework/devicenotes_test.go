package casework_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"keyholder/casework"
	"keyholder/casework/casetest"
	"keyholder/casework/checklist"
	"keyholder/casework/personal"
)

// Every question of both sheets, in every state: kept apart from the others and from other devices, and
// read by no rule.
func TestCasebook_SaveNotes_everyQuestion(t *testing.T) {
	b := casetest.New(t)
	one, two := b.Device("Hall", "iot_camera", "doorbell"), b.Device("Tag", "tracker", "bluetooth_tag")
	lane, findings := b.File().Triage(), len(b.File().Findings())
	for _, kind := range []casework.NoteKind{casework.NoteSecurity, casework.NoteControl} {
		for i, code := range casework.NoteCodes(kind) {
			for _, s := range checklist.States() {
				form := casework.NoteForm{Device: one, Kind: kind, States: map[string]casework.State{code: s}}
				if err := b.SaveNotes(ctx, b.Case, b.Act(), form); err != nil {
					t.Fatalf("%s/%s %s: %v", kind, code, s, err)
				}
				f := b.File()
				if got := f.Note(one, kind, code).State; got != s {
					t.Errorf("%s/%s reads %s, want %s", kind, code, got, s)
				}
				answered, all := f.NotesAnswered(one, kind)
				want := i + 1
				if s == checklist.NotAsked {
					want-- // taken back
				}
				if answered != want || all != len(casework.NoteCodes(kind)) {
					t.Errorf("%s/%s %s: %d of %d answered, want %d", kind, code, s, answered, all, want)
				}
			}
			if k, c, ok := casework.NoteOf(casework.NoteField(kind, code)); !ok || k != kind || c != code {
				t.Errorf("the field of %s/%s is not known again", kind, code)
			}
		}
		if n, _ := b.File().NotesAnswered(two, kind); n != 0 {
			t.Errorf("the other device has %d answers of %s", n, kind)
		}
	}
	if got := b.File().Triage(); got.Automatic != lane.Automatic || len(b.File().Findings()) != findings {
		t.Error("a note about a device moved the triage or the findings")
	}
}

func TestCasebook_SaveNotes_refuses(t *testing.T) {
	b := casetest.New(t)
	device := b.Device("Hall", "iot_camera", "doorbell")
	rec := func(form casework.NoteForm) error { return b.SaveNotes(ctx, b.Case, b.Act(), form) }
	wantKey(t, rec(casework.NoteForm{Device: "nowhere", Kind: casework.NoteControl}), "error.device.not_found")
	var wrong casework.FieldErrors
	err := rec(casework.NoteForm{Device: device, Kind: casework.NoteControl, States: map[string]casework.State{
		"passwords": checklist.Yes, "lock_out": "maybe", "history_read": checklist.No,
	}})
	if !errors.As(err, &wrong) || len(wrong) != 2 {
		t.Fatalf("a question of the other sheet and a state that is none gave %v", err)
	}
	if n, _ := b.File().NotesAnswered(device, casework.NoteControl); n != 0 {
		t.Error("part of a refused sheet was kept")
	}
	for _, kind := range []casework.NoteKind{"", "other"} {
		if codes := casework.NoteCodes(kind); codes != nil {
			t.Errorf("the sheet %q has questions %v", kind, codes)
		}
		if err := rec(casework.NoteForm{Device: device, Kind: kind, States: map[string]casework.State{"lock_out": checklist.Yes}}); err == nil {
			t.Errorf("the sheet %q was kept", kind)
		}
	}
	for _, field := range []casework.Field{"note:control", "note:control/passwords", "note:other/lock_out", "label", "note:"} {
		if _, _, ok := casework.NoteOf(field); ok {
			t.Errorf("%q counts as a question of a sheet", field)
		}
	}
	slot := casework.Slot{Entity: device, Field: casework.NoteField(casework.NoteControl, "lock_out")}
	stale := casework.NoteForm{
		Device: device, Kind: casework.NoteControl, States: map[string]casework.State{"lock_out": checklist.Yes},
		Expect: map[casework.Slot]casework.ValueID{slot: ""},
	}
	if err := rec(casework.NoteForm{Device: device, Kind: casework.NoteControl, States: map[string]casework.State{"lock_out": checklist.No}}); err != nil {
		t.Fatal(err)
	}
	var conflict *casework.Conflict
	if err := rec(stale); !errors.As(err, &conflict) || len(conflict.Sides) != 1 {
		t.Errorf("a stale sheet gave %v, want both sides", err)
	}
}

// signed scans once more: what a closer look showed, and what a look from further off leaves standing.
func TestFile_Leads_nothingIsTakenBack(t *testing.T) {
	b := casetest.New(t)
	b.Answer("00.7/scan", checklist.Yes)
	camera := found("Hall", "iot_camera", "camera_indoor", "likely", "3c:22:fb:00:00:01")
	scan := func(day int, leads []casework.ScanLead, signs ...string) *casework.Reconciliation {
		camera.Leads, camera.Signs = leads, signs
		start := casetest.At(0).AddDate(0, 0, day)
		rec, err := b.RecordScan(ctx, b.Case, b.Act(), casework.ScanReport{
			Network: casework.NetworkHome, Mode: casework.ScanQuiet, Found: []casework.Found{camera},
			Facts: casework.ScanFacts{Started: start, Ended: start.Add(time.Minute)},
		})
		if err != nil {
			t.Fatal(err)
		}
		return rec
	}
	first := scan(1, []casework.ScanLead{{Code: "cloud", Count: 2}, {Code: "owner_name"}}, "open_port")
	device := first.New[0]
	third := scan(3, []casework.ScanLead{{Code: "cloud", Count: 5}}, "old_firmware")
	scan(2, nil) // written down later, made before the last
	f := b.File()
	leads := f.Leads(device)
	if len(leads) != 2 || leads[0].Code != "cloud" || leads[0].Count != 5 || leads[0].Scan != third.Scan {
		t.Errorf("leads %+v, want the newest of each, the newest scan first", leads)
	}
	if leads[1].Code != "owner_name" || leads[1].Scan != first.Scan || !leads[1].At.Equal(casetest.At(0).AddDate(0, 0, 1)) {
		t.Errorf("the lead of the first scan reads %+v: a scan that did not look closer took it back", leads[1])
	}
	signs := f.Signs(device)
	if len(signs) != 2 || signs[0].Code != "old_firmware" || signs[1].Code != "open_port" {
		t.Errorf("signs %+v", signs)
	}
	if len(f.Leads("nowhere"))+len(f.Signs("nowhere")) != 0 {
		t.Error("a device that no scan met has leads")
	}
	if _, err := f.Scan("nowhere"); err == nil {
		t.Error("a scan that is not there was found")
	}
}

// What a person said of a device goes into a file by how it is known; what only a scan says does not, nor
// who owns it.
func TestFile_Said(t *testing.T) {
	b := casetest.New(t)
	b.Answer("00.7/scan", checklist.Yes)
	device := scanned(t, b, found("Cam-77", "iot_camera", "camera_indoor", "likely", "3c:22:fb:00:00:01")).New[0]
	if said := b.File().Said(device); len(said) != 0 {
		t.Errorf("a scan alone counts as said: %v", said)
	}
	edit := casework.DeviceEdit{Label: personal.New("Camera in the hall"), Group: "iot_camera", Class: "doorbell", Room: "hall"}
	if err := b.CorrectDevice(ctx, b.Case, b.Act(), device, edit, nil); err != nil {
		t.Fatal(err)
	}
	edit.Brand, edit.Basis = personal.New("Acme"), casework.WorkerSaw
	if err := b.CorrectDevice(ctx, b.Case, b.Act(), device, edit, nil); err != nil {
		t.Fatal(err)
	}
	b.About(device, "account_holder", checklist.Yes, checklist.WhoPersonOfConcern)
	said := b.File().Said(device)
	if len(said) != 1 || len(said[casework.WorkerSaw]) != 5 {
		t.Fatalf("said %v, want five lines that the worker saw", said)
	}
	for _, line := range said[casework.WorkerSaw] {
		if line.Field == "account_holder" || line.Value.Slot.Entity != device {
			t.Errorf("%s stands among what was said of the device", line.Field)
		}
	}
}

// A device that was taken off the list is in no list, no map and no count, and comes back whole.
func TestFile_Gone(t *testing.T) {
	b := casetest.New(t)
	tag := b.Device("Tag", "tracker", "bluetooth_tag")
	b.About(tag, "set_up_by", checklist.Yes, checklist.WhoPersonOfConcern)
	open := len(b.File().Findings())
	for _, reason := range casework.DiscardReasons() {
		if err := b.DiscardDevice(ctx, b.Case, b.Act(), tag, reason); err != nil {
			t.Fatal(err)
		}
		f := b.File()
		if len(f.Devices()) != 0 || len(f.Gone()) != 1 || f.Gone()[0].ID != tag || f.Gone()[0].Label.Reveal() != "Tag" {
			t.Errorf("%s: %d devices and %d gone", reason, len(f.Devices()), len(f.Gone()))
		}
		if len(f.Findings()) >= open || len(f.Situation().Groups) != 0 {
			t.Errorf("%s: what was taken off the list still speaks", reason)
		}
		if _, there := mapOf(t, f).Node("person:survivor"); !there {
			t.Error("the map lost her")
		}
		if err := b.KeepDevice(ctx, b.Case, b.Act(), tag); err != nil {
			t.Fatal(err)
		}
		if f := b.File(); len(f.Gone()) != 0 || len(f.Findings()) != open || !f.Devices()[0].Row.Open {
			t.Errorf("%s: it did not come back whole", reason)
		}
	}
	wantKey(t, b.DiscardDevice(ctx, b.Case, b.Act(), tag, "sold"), "error.device.reason")
	wantKey(t, b.KeepDevice(ctx, b.Case, b.Act(), "nowhere"), "error.device.not_found")
}

// An incident is one row of the grid; how it came back to her stands beside it and can be not known.
func TestCasebook_SaveBack(t *testing.T) {
	b := casetest.New(t)
	form := b.File().Form(checklist.Answers{
		{Entity: "new1", Question: checklist.GridID, Part: "what"}:    {State: checklist.DontKnow, Codes: []string{"talk"}},
		{Entity: "new1", Question: checklist.GridID, Part: "present"}: {State: checklist.Yes, Codes: []string{"phone"}},
	}, nil, "")
	if err := b.SaveAnswers(ctx, b.Case, b.Act(), form); err != nil {
		t.Fatal(err)
	}
	grid := form.Entities[0].ID
	in, ok := b.File().Incident(grid)
	if !ok || !slices.Equal(in.What, []string{"talk"}) || len(in.Where) != 0 || len(in.Back) != 0 {
		t.Fatalf("incident %+v, %t", in, ok)
	}
	for _, id := range []casework.EntityID{"", "nowhere"} {
		if _, ok := b.File().Incident(id); ok {
			t.Errorf("the incident %q is there", id)
		}
		wantKey(t, b.SaveBack(ctx, b.Case, b.Act(), id, checklist.Answer{}, nil), "error.incident.not_found")
	}
	offered := b.Content().Incidents.Back
	save := func(a checklist.Answer, expect map[casework.Slot]casework.ValueID) error {
		return b.SaveBack(ctx, b.Case, b.Act(), grid, a, expect)
	}
	wantKey(t, save(checklist.Answer{State: checklist.Yes, Codes: []string{"by_magic"}}, nil), "error.field.code")
	wantKey(t, save(checklist.Answer{State: checklist.DontKnow, Codes: []string{offered[0].Code}}, nil), checklist.KeyTicksAndNone)
	for _, o := range offered {
		if err := save(checklist.Answer{State: checklist.Yes, Codes: []string{o.Code}}, nil); err != nil {
			t.Fatalf("%s: %v", o.Code, err)
		}
		if in, _ := b.File().Incident(grid); !slices.Equal(in.Back, []string{o.Code}) {
			t.Errorf("how it came back reads %v, want %s", in.Back, o.Code)
		}
	}
	slot := casework.Slot{Entity: grid, Field: casework.FieldBack}
	var conflict *casework.Conflict
	if err := save(checklist.Answer{State: checklist.DontKnow}, map[casework.Slot]casework.ValueID{slot: ""}); !errors.As(err, &conflict) {
		t.Errorf("a stale page gave %v", err)
	}
	if err := save(checklist.Answer{State: checklist.DontKnow}, nil); err != nil {
		t.Fatal(err)
	}
	if v := b.File().Head(grid, casework.FieldBack); v.State != checklist.DontKnow || len(v.Codes) != 0 {
		t.Errorf("not knowing reads %s %v", v.State, v.Codes)
	}
}
