package server

import (
	"net/url"
	"strings"
	"testing"

	"keyholder/casework"
)

// A room is walked through once or ten times: what is there is recorded once, with its room and her
// word as the basis. It works in a case and in a session that is only in memory.
func TestRoomWalk_room(t *testing.T) {
	for name, onRecord := range map[string]bool{"case": true, "in memory": false} {
		t.Run(name, func(t *testing.T) {
			b := newWorld(t).unlocked()
			path := b.sitting()
			if onRecord {
				path = b.agreed(path)
			}
			texts := b.w.server.Texts
			contains(t, "the walk", b.text(path+"/devices/walk"), texts.T("walk.alert.watch"), texts.T("walk.alert.nothing"),
				texts.T("walk.go_on", "room", texts.T("room.on_her")), texts.T("checklist.state.not_asked"))
			room := path + "/devices/walk/bedroom"
			contains(t, "the room", b.text(room), texts.T("walk.alert.watch"), texts.T("walk.here.none"), "Clock or radio")
			form := url.Values{"thing": {"clock", "speaker"}, "count.speaker": {"2"}, "names.speaker": {"Beside the bed\nOn the shelf"}, "look": {"saw"}}
			for range 2 {
				want(t, "leads to", b.submit(room, room, form), b.at(path+"/devices/walk/child_room"))
			}
			text := b.text(room)
			contains(t, "the room afterwards", text, "Beside the bed", "On the shelf")
			want(t, "devices", strings.Count(b.page.Body.String(), `/devices/at/`), 3)
			contains(t, "ticked", b.page.Body.String(), `value="clock" checked`, `value="2"`)
			contains(t, "the walk", b.text(path+"/devices/walk"), texts.T("walk.look.saw"), texts.N("walk.recorded", 3))
			contains(t, "the devices", b.text(path+"/devices"), "Beside the bed", texts.T("room.bedroom"), texts.T("basis.survivor_said"))
		})
	}
}

// The answers about a room stay apart, silence is none of them, and a mistake keeps what was typed.
func TestRoomWalk_looks(t *testing.T) {
	b := newWorld(t).unlocked()
	path := b.agreed(b.sitting())
	room := path + "/devices/walk/kitchen"
	texts := b.w.server.Texts
	for key, form := range map[string]url.Values{
		"error.walk.look":    {},
		"error.walk.nothing": {"look": {"nothing_seen"}, "thing": {"speaker"}},
		"error.walk.saw":     {"look": {"saw"}},
		"error.walk.count":   {"look": {"saw"}, "thing": {"speaker"}, "count.speaker": {"many"}, "names.speaker": {"typed words"}},
	} {
		want(t, key, b.submit(room, room, form), "")
		body := b.page.Body.String()
		contains(t, key, body, texts.T(key), "govuk-error-summary")
		if form.Has("names.speaker") {
			contains(t, key, body, "typed words", `value="many"`, `value="speaker" checked`)
		}
	}
	want(t, "kept after mistakes", b.state(path, casework.WalkHead("kitchen").Field), "")
	for look, key := range map[string]string{"nothing_seen": "walk.look.nothing_seen", "nobody_looked": "walk.look.nobody_looked", "dont_know": "walk.look.dont_know"} {
		b.submit(room, room, url.Values{"look": {look}})
		contains(t, look, b.text(path+"/devices/walk"), texts.T(key))
	}
	want(t, "another room", b.get(b.at(path+"/devices/walk/attic")).Code, 404)
}

// A room that somebody else has answered meanwhile shows both sides.
func TestRoomWalk_stale(t *testing.T) {
	b := newWorld(t).unlocked()
	path := b.agreed(b.sitting())
	room := path + "/devices/walk/hall"
	old := b.guard(room)
	b.submit(room, room, url.Values{"look": {"nobody_looked"}})
	old.Set("h.look", "")
	old.Set("look", "nothing_seen")
	b.post(b.at(room), old)
	contains(t, "both sides", b.page.Body.String(), b.w.server.Texts.T("session.conflict.title"),
		b.w.server.Texts.T("walk.look.nobody_looked"), b.w.server.Texts.T("walk.look.nothing_seen"))
}

// The room of a device can be said on its page and on the page that adds one, and a room outside the
// list is refused.
func TestDevice_room(t *testing.T) {
	b := newWorld(t).unlocked()
	path := b.agreed(b.sitting())
	add := path + "/devices/add"
	form := url.Values{"label": {"Clock"}, "kind": {"other/unknown_device"}, "room": {"attic"}}
	want(t, "an unknown room", b.submit(add, add, form), "")
	contains(t, "an unknown room", b.page.Body.String(), b.w.server.Texts.T("error.device.room"), `value="Clock"`)
	form.Set("room", "study")
	to := strings.TrimPrefix(b.submit(add, add, form), "/k/"+b.key)
	contains(t, "the device", b.get(b.at(to)).Body.String(), `value="study" selected`)
	b.submit(to, strings.Replace(to, "/at/", "/correct/", 1), url.Values{"label": {"Clock"}, "kind": {"other/unknown_device"}, "room": {"hall"}})
	contains(t, "the corrected device", b.get(b.at(to)).Body.String(), `value="hall" selected`)
}
