package knowledge

import (
	"os"
	"strings"
	"testing"
)

func TestBase_rooms(t *testing.T) {
	b := base(t)
	for _, code := range strings.Fields("on_her on_child hall living_room kitchen bedroom child_room bathroom study outside garage_vehicle elsewhere") {
		r, ok := b.Room(code)
		if !ok || len(r.Things) < 6 || len(r.Things) > 12 {
			t.Errorf("room %s: found %v with %d things, want 6 to 12", code, ok, len(r.Things))
		}
	}
	if _, ok := b.Room("attic"); ok || len(b.Rooms()) != 12 {
		t.Errorf("%d rooms, want the twelve of a walk", len(b.Rooms()))
	}
	raw, err := os.ReadFile(roomsName)
	if err != nil {
		t.Fatal(err)
	}
	if err := validate(t, "rooms.schema.json", roomsName, raw); err != nil {
		t.Error(err)
	}
}

func TestLoad_refusesRooms(t *testing.T) {
	for name, change := range map[string][2]string{
		"no date":          {"checked: 2026-11", "checked: \"\""},
		"unknown class":    {"class: smart_speaker", "class: toaster"},
		"twice in a room":  {"thing: earbuds", "thing: watch"},
		"a room twice":     {"room: kitchen", "room: hall"},
		"without a look":   {"look: \"Also a second or work phone\"", "look: \"\""},
		"unknown key":      {"intro:", "introduction:"},
		"no intro of room": {"intro: \"Where daily life is seen.\"", "intro: \"\""},
	} {
		if _, err := load(files(t, roomsName, change[0], change[1])); err == nil || !strings.Contains(err.Error(), "rooms.v0.yaml") {
			t.Errorf("%s: %v, want an error that names the file", name, err)
		}
	}
}
