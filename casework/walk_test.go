package casework_test

import (
	"errors"
	"testing"

	"keyholder/casework"
	"keyholder/casework/casetest"
	"keyholder/casework/checklist"
	"keyholder/casework/personal"
)

func kitchen(look casework.Look, speakers, cameras int, names ...string) casework.RoomWalk {
	w := casework.RoomWalk{Room: "kitchen", Look: look, Things: []casework.RoomThing{
		{Thing: "speaker", Group: "iot_hub", Class: "smart_speaker", Count: speakers},
		{Thing: "clock", Group: "iot_camera", Class: "hidden_camera_or_mic", Count: cameras, Maybe: true, Label: personal.New("Clock")},
	}}
	for _, n := range names {
		w.Things[0].Names = append(w.Things[0].Names, personal.New(n))
	}
	return w
}

// walked keeps a walk of the kitchen as it stands and returns how many devices it added.
func walked(t *testing.T, b *casetest.Book, w casework.RoomWalk) int {
	t.Helper()
	_, w.Expect = b.File().RoomLook(w.Room)
	n, err := b.WalkRoom(ctx, b.Case, b.Act(), w)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// A walk makes one device for each thing, knows them again, and never takes anything away.
func TestCasebook_WalkRoom(t *testing.T) {
	b := casetest.New(t)
	if n := walked(t, b, kitchen(casework.LookSaw, 2, 1, "By the window")); n != 3 {
		t.Fatalf("%d devices added, want 3", n)
	}
	for range 2 {
		if n := walked(t, b, kitchen(casework.LookSaw, 2, 1)); n != 0 {
			t.Errorf("the same walk again added %d devices", n)
		}
	}
	if n := walked(t, b, kitchen(casework.LookSaw, 3, 0)); n != 1 {
		t.Errorf("one speaker more added %d devices", n)
	}
	devices := b.File().Devices()
	if len(devices) != 4 || devices[0].Label.Reveal() != "By the window" || devices[1].Label.Reveal() != "" {
		t.Fatalf("%d devices, the first called %q", len(devices), devices[0].Label.Reveal())
	}
	for _, d := range devices {
		if d.Room != "kitchen" || d.Basis != casework.SurvivorSaid || d.Row.Unasked != len(d.Row.Cells) {
			t.Errorf("room %q, basis %q, %d of the five not asked", d.Room, d.Basis, d.Row.Unasked)
		}
	}
	if clock := devices[2]; clock.ClassState != checklist.Suspected || clock.Confidence != "possible" || clock.Label.Reveal() != "Clock" {
		t.Errorf("a clock is a hidden camera: %s, %s, called %q", clock.ClassState, clock.Confidence, clock.Label.Reveal())
	}
	edit := casework.DeviceEdit{Label: personal.New("It is a clock"), Group: "other", Room: "kitchen"}
	if err := b.CorrectDevice(ctx, b.Case, b.Act(), devices[2].ID, edit, nil); err != nil {
		t.Fatal(err)
	}
	if n := walked(t, b, kitchen(casework.LookSaw, 3, 1)); n != 0 {
		t.Errorf("a corrected thing was added once more (%d)", n)
	}
}

// The four answers about a room stay apart, and what nobody knows is no answer.
func TestCasebook_WalkRoom_looks(t *testing.T) {
	b := casetest.New(t)
	if look, _ := b.File().RoomLook("kitchen"); look != "" {
		t.Errorf("look %q before anybody was asked", look)
	}
	states := map[casework.Look]casework.State{
		casework.LookNothing: checklist.Yes, casework.LookNobody: checklist.DontKnow, casework.LookUnknown: checklist.DontKnow,
	}
	for look, state := range states {
		walked(t, b, kitchen(look, 0, 0))
		got, id := b.File().RoomLook("kitchen")
		v := b.File().Head("", casework.WalkHead("kitchen").Field)
		if got != look || id == "" || v.State != state {
			t.Errorf("look %q with state %s, want %q with %s", got, v.State, look, state)
		}
	}
	walked(t, b, kitchen("", 1, 0))
	if got, _ := b.File().RoomLook("kitchen"); got != casework.LookSaw {
		t.Errorf("look %q beside a thing, want saw", got)
	}
	walked(t, b, kitchen(casework.LookNobody, 1, 0))
}

func TestCasebook_WalkRoom_refuses(t *testing.T) {
	b := casetest.New(t)
	for key, w := range map[string]casework.RoomWalk{
		"error.walk.room":    {Room: "attic", Look: casework.LookNothing},
		"error.walk.look":    kitchen("", 0, 0),
		"error.walk.nothing": kitchen(casework.LookNothing, 1, 0),
		"error.walk.saw":     kitchen(casework.LookSaw, 0, 0),
		"error.walk.count":   kitchen(casework.LookSaw, 500, 0),
		"error.device.class": {Room: "kitchen", Look: casework.LookSaw, Things: []casework.RoomThing{{Thing: "x", Group: "other", Class: "router", Count: 1}}},
	} {
		_, err := b.WalkRoom(ctx, b.Case, b.Act(), w)
		wantKey(t, err, key)
	}
	if n := len(b.File().Heads()) + len(b.File().Entities); n != 0 {
		t.Errorf("%d rows after refused walks", n)
	}
}

// A walk that somebody else changed meanwhile shows both sides and saves nothing.
func TestCasebook_WalkRoom_stale(t *testing.T) {
	b := casetest.New(t)
	walked(t, b, kitchen(casework.LookNothing, 0, 0))
	w := kitchen(casework.LookSaw, 1, 0)
	w.Expect = "another"
	_, err := b.WalkRoom(ctx, b.Case, b.Act(), w)
	var clash *casework.Conflict
	if !errors.As(err, &clash) || len(b.File().Devices()) != 0 {
		t.Errorf("%v and %d devices after a stale walk, want a conflict and none", err, len(b.File().Devices()))
	}
}
