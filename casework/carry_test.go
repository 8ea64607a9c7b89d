package casework_test

import (
	"slices"
	"testing"

	"keyholder/casework"
	"keyholder/casework/casetest"
	"keyholder/casework/checklist"
	"keyholder/casework/personal"
)

// carried lists what the emergency page says not to carry.
func carried(b *casetest.Book) []casework.CarryItem {
	return casework.EmergencyPage(b.Content(), "", b.File()).NotCarry
}

// What was listed on a page of the checklist is on the emergency page like what was listed by hand: her
// phone, a tag, a child's watch, a toy. What stays in the home or stayed with them is not.
func TestEmergencyPage_rowsOfLists(t *testing.T) {
	for _, tc := range []struct {
		question, column, code string
		group                  string
		words                  string // empty: it is not to be carried anyway
	}{
		{"02.1", "kind", "phone", "phone_computer", "A phone"},
		{"02.1", "kind", "old_phone", "phone_computer", "An old or spare phone"},
		{"07.7", "what", "key_tag", "tracker", "A tag for keys or bags"},
		{"07.7", "what", "luggage", "tracker", "Luggage or a bag"},
		{"18.1", "kind", "watch", "child", "Watch or wrist band"},
		{"18.5", "has", "radio", "child", "Wi-Fi, Bluetooth or a phone card"},
		{"11.7", "what", "unknown_box", "network", ""},
		{"13.1", "place", "hall", "iot_camera", ""},
		{"15.1", "kind", "heating", "", ""},
		{"15.5", "kind", "robot_vacuum", "", ""},
		{"22.1", "kind", "car", "", ""},
		{"22.4", "kind", "router", "", ""},
	} {
		b := casetest.New(t)
		e := b.Row(tc.question, tc.column, tc.code)
		f := b.File()
		i := slices.IndexFunc(f.Entities, func(x casework.Entity) bool { return x.ID == e })
		if got := f.Group(f.Entities[i]); got != tc.group {
			t.Errorf("a row of %s is of the group %q, want %q", tc.question, got, tc.group)
		}
		items := carried(b)
		switch {
		case tc.words == "" && len(items) != 0:
			t.Errorf("%s %s stands under what not to carry", tc.question, tc.code)
		case tc.words != "" && (len(items) != 1 || items[0].Device != e):
			t.Errorf("%s %s is missing under what not to carry", tc.question, tc.code)
		case tc.words != "" && items[0].Words != tc.words:
			t.Errorf("%s %s is called %q, want %q: an empty line helps nobody", tc.question, tc.code, items[0].Words, tc.words)
		}
	}
}

// A thing nobody can name may be a tracker. It is on the page while somebody spoke of it and nobody knows
// that it stays where it is; what only a check of the network met is not, unless it is on her.
func TestEmergencyPage_nobodyCanName(t *testing.T) {
	b := casetest.New(t)
	b.Answer("00.7/scan", checklist.Yes)
	in := func(room, class string) casework.EntityID {
		id, err := b.AddDevice(ctx, b.Case, b.Act(), casework.DeviceEdit{
			Label: personal.New(class + " " + room), Group: "other", Class: class, Room: room,
		})
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	met := scanned(t, b, found("?", "other", "unknown_device", "unknown", "3c:22:fb:00:00:01")).New[0]
	want := map[casework.EntityID]string{}
	for _, room := range append(casework.Rooms(), "") {
		id := in(room, "covert_other")
		switch room {
		case "", "elsewhere", "on_her", "on_child", "garage_vehicle":
			want[id] = room
		}
	}
	for _, item := range carried(b) {
		if _, ok := want[item.Device]; !ok {
			t.Errorf("%s stands under what not to carry", item.Label.Reveal())
		}
		delete(want, item.Device)
	}
	for _, room := range want {
		t.Errorf("an unnamed thing in %q is missing", room)
	}
	edit := casework.DeviceEdit{Label: personal.New("in her bag"), Group: "other", Class: "unknown_device", Room: "on_her"}
	if err := b.CorrectDevice(ctx, b.Case, b.Act(), met, edit, nil); err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(carried(b), func(c casework.CarryItem) bool { return c.Device == met }) {
		t.Error("what the check met is in her bag and not on the page")
	}
}

// Every movable thing leaves the page only when all five questions name somebody who is not of the other
// side: any one of them unknown, declined or not asked keeps it there.
func TestEmergencyPage_oneUnknownKeepsIt(t *testing.T) {
	columns := []casework.Field{"bought_by", "set_up_by", "account_holder", "bill_payer", "daily_user"}
	for _, group := range []string{"phone_computer", "tracker", "vehicle", "wearable_fitness", "child"} {
		b := casetest.New(t)
		thing := b.Device("thing", group, "")
		for _, column := range columns {
			b.About(thing, column, checklist.Yes, checklist.WhoSurvivor)
		}
		if len(carried(b)) != 0 {
			t.Fatalf("%s that is hers in everything stands on the page", group)
		}
		for _, column := range columns {
			for _, s := range []casework.State{checklist.DontKnow, checklist.Declined, checklist.NotAsked} {
				b.About(thing, column, s)
				if len(carried(b)) != 1 {
					t.Errorf("%s: %s is %s and the thing is gone from the page", group, column, s)
				}
			}
			b.About(thing, column, checklist.Suspected, checklist.WhoPersonOfConcern)
			if len(carried(b)) != 1 {
				t.Errorf("%s: they are suspected behind %s and the thing is gone from the page", group, column)
			}
			b.About(thing, column, checklist.Yes, checklist.WhoSurvivor)
		}
	}
}

// A row of a list that is "these, and nobody knows what else" leads to something nobody knows, too.
func TestAccessMap_rowsWithAnOpenEnd(t *testing.T) {
	c := casetest.New(t).Content()
	tried := 0
	for _, r := range c.Access.Rows {
		if r.By == "" {
			continue
		}
		for code, to := range r.Map {
			for _, s := range checklist.States() {
				at := row(casework.Field("q:"+r.Question+"/"+r.By), s, "", code)
				at.Slot.Entity = "row"
				f := record(t, row(casework.Field("q:"+r.Question), checklist.Yes, ""), at)
				g := mapOf(t, f)
				unknown := false
				for _, e := range g.Edges() {
					unknown = unknown || e.From == "row" && e.To == checklist.AccessNotKnown
				}
				want := s == checklist.DontKnow || s == checklist.Declined || slices.Contains(to, checklist.AccessNotKnown)
				if unknown != want {
					t.Errorf("%s: %s (%s) leads to something unknown: %t", r.Question, code, s, unknown)
				}
				tried++
			}
		}
	}
	if tried < 100 {
		t.Errorf("only %d answers tried", tried)
	}
}

// A later check that hears less makes the record forget nothing; what a later check knows better counts.
func TestCasebook_RecordScan_hearsLess(t *testing.T) {
	b := casetest.New(t)
	b.Answer("00.7/scan", checklist.Yes)
	const hardware = "3c:22:fb:00:00:01"
	camera := found("Hall cam", "iot_camera", "camera_indoor", "likely", hardware)
	camera.Brand = personal.New("Acme 5")
	device := scanned(t, b, camera).New[0]
	again := func(d casework.Found) casework.Device {
		t.Helper()
		if rec := scanned(t, b, d); len(rec.Same) != 1 || rec.Same[0] != device {
			t.Fatalf("the camera was not known again: %+v", rec)
		}
		devices := b.File().Devices()
		return devices[0]
	}
	d := again(found("", "other", "unknown_device", "unknown", hardware))
	if d.Label.Reveal() != "Hall cam" || d.Brand.Reveal() != "Acme 5" {
		t.Errorf("after a check that heard nothing it is called %q by %q", d.Label.Reveal(), d.Brand.Reveal())
	}
	if d.Group != "iot_camera" || d.Class != "camera_indoor" || d.ClassState != checklist.Suspected || d.Confidence != "likely" {
		t.Errorf("after a check that heard nothing it is %s/%s (%s, %s)", d.Group, d.Class, d.ClassState, d.Confidence)
	}
	bell := found("Bell", "iot_camera", "doorbell", "certain", hardware)
	if d := again(bell); d.Class != "doorbell" || d.ClassState != checklist.Yes || d.Label.Reveal() != "Bell" {
		t.Errorf("what a later check knows for sure was not taken: %s (%s) %q", d.Class, d.ClassState, d.Label.Reveal())
	}
	b.File()
	if err := b.CorrectDevice(ctx, b.Case, b.Act(), device, casework.DeviceEdit{Label: personal.New("Bell"), Group: "iot_camera"}, nil); err != nil {
		t.Fatal(err)
	}
	if d := b.File().Devices()[0]; d.Class != "" || d.ClassState != checklist.DontKnow {
		t.Errorf("a worker took the class back and it reads %q (%s)", d.Class, d.ClassState)
	}
}
