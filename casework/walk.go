package casework

import (
	"context"
	"slices"
	"strings"

	"keyholder/casework/checklist"
	"keyholder/casework/personal"
)

// FieldThing is what a device was called on the walk through the rooms: a code of the thing, so that
// the next walk knows it again.
const FieldThing Field = "walk_thing"

// walkField is where the answer about a room as a whole is kept.
func walkField(room string) Field { return Field("walk/" + room) }

// Look is what looking round a room came to. The four never merge: nothing seen is not nothing there,
// and nobody having looked is neither.
type Look string

// The looks.
const (
	LookSaw     Look = "saw"           // something of this is there
	LookNothing Look = "nothing_seen"  // somebody looked and saw nothing of this
	LookNobody  Look = "nobody_looked" // nobody has looked
	LookUnknown Look = "dont_know"     // she does not know
)

// Looks lists them in the order in which a page offers them.
func Looks() []Look { return []Look{LookSaw, LookNothing, LookNobody, LookUnknown} }

// mostOfOne bounds how many of one thing stand in a room.
const mostOfOne = 20

// RoomThing is one kind of thing in a room.
type RoomThing struct {
	Thing string // code, unique in its room
	Group string
	Class string
	Maybe bool            // the class is a suspicion: mostly such a thing is only what it looks like
	Label personal.Text   // for those without a name of hers
	Count int             // how many stand there in all, 0 for what was not ticked
	Names []personal.Text // what she calls the further ones, in any number
}

// RoomWalk is what was said of one room. Things holds every thing that was asked about, in the order
// of the page.
type RoomWalk struct {
	Room   string
	Look   Look // LookSaw when empty and something is there
	Things []RoomThing
	Expect ValueID // the head of the look that the page showed
}

// ticked reports whether anything is there.
func (w RoomWalk) ticked() bool {
	return slices.ContainsFunc(w.Things, func(t RoomThing) bool { return t.Count > 0 })
}

// check refuses what cannot be kept: silence is no answer, and "nothing seen" beside a thing is none
// either.
func (w RoomWalk) check() error {
	var wrong FieldErrors
	switch {
	case !slices.Contains(Rooms(), w.Room):
		return &Error{Kind: KindNotFound, Key: "error.walk.room"}
	case !slices.Contains(Looks(), w.Look):
		wrong = append(wrong, invalid("look", "error.walk.look"))
	case w.Look == LookNothing && w.ticked():
		wrong = append(wrong, invalid("look", "error.walk.nothing"))
	case w.Look == LookSaw && !w.ticked():
		wrong = append(wrong, invalid("look", "error.walk.saw"))
	}
	for _, t := range w.Things {
		wrong = append(wrong, t.check()...)
	}
	return wrong.Err()
}

// check refuses a thing outside the classes and a count that no room has.
func (t RoomThing) check() (wrong FieldErrors) {
	group, known := deviceGroup(t.Group)
	if !known || !slices.Contains(group.Classes, t.Class) {
		wrong = append(wrong, invalid(string(FieldClass), "error.device.class"))
	}
	if t.Count < 0 || t.Count > mostOfOne {
		wrong = append(wrong, invalid("count."+t.Thing, "error.walk.count"))
	}
	return wrong
}

// WalkRoom keeps what was said of a room: the answer about the room, and a device for each further
// thing. Count is how many there are in all, so that the same walk again adds nothing; nothing is ever
// taken away by it. It returns how many devices were added.
func (b *Casebook) WalkRoom(ctx context.Context, id CaseID, a Act, w RoomWalk) (added int, err error) {
	if w.Look == "" && w.ticked() {
		w.Look = LookSaw
	}
	if err := w.check(); err != nil {
		return 0, err
	}
	f, err := b.file(ctx, id)
	if err != nil {
		return 0, err
	}
	look := w.lookValue()
	form := Answers{Values: []Value{look}, Expect: map[Slot]ValueID{look.Slot: w.Expect}}
	values, kept, err := b.untouched(ctx, f, form)
	if err != nil {
		return 0, err
	}
	there, _ := f.InRoom(w.Room, w.Things)
	var devices []Entity
	for i, t := range w.Things {
		for n := range max(t.Count-len(there[i]), 0) {
			e := Entity{ID: EntityID(NewID()), Kind: kindOf(t.Group), By: a.By}
			devices = append(devices, e)
			values = append(values, t.values(e.ID, w.Room, n)...)
		}
	}
	c := b.change(a, VerbDevice, values...)
	c.Expect = kept
	for _, e := range devices {
		e.At = c.At
		c.Entities = append(c.Entities, e)
	}
	return len(devices), b.apply(ctx, id, c)
}

// lookValue is the row about the room as a whole. What nobody knows is no answer about the room.
func (w RoomWalk) lookValue() Value {
	v := Value{
		Slot: Slot{Field: walkField(w.Room)}, State: checklist.Yes, Codes: []string{string(w.Look)}, Basis: SurvivorSaid,
	}
	if w.Look == LookNobody || w.Look == LookUnknown {
		v.State = checklist.DontKnow
	}
	return v
}

// values are the rows of the n-th further thing.
func (t RoomThing) values(e EntityID, room string, n int) []Value {
	state, label := checklist.Yes, t.Label
	if t.Maybe {
		state = checklist.Suspected
	}
	if n < len(t.Names) && strings.TrimSpace(t.Names[n].Reveal()) != "" {
		label = t.Names[n]
	}
	values := []Value{
		classValue(e, FieldGroup, t.Group, state, SurvivorSaid),
		classValue(e, FieldClass, t.Class, state, SurvivorSaid),
		classValue(e, FieldThing, t.Thing, checklist.Yes, SurvivorSaid),
		roomValue(e, room, SurvivorSaid),
	}
	if t.Maybe {
		values = append(values, classValue(e, FieldConfidence, "possible", checklist.Yes, SurvivorSaid))
	}
	if !label.Empty() {
		values = append(values, textValue(e, FieldLabel, label, SurvivorSaid))
	}
	return values
}

// InRoom sorts the recorded devices of a room by the things of a walk: one list for each thing, and
// the rest. A device that no walk has named belongs to the first thing of its class.
func (f *File) InRoom(room string, things []RoomThing) (of [][]Device, rest []Device) {
	of = make([][]Device, len(things))
	for _, d := range f.Devices() {
		if d.Room != room {
			continue
		}
		named := f.Head(d.ID, FieldThing).Code()
		i := slices.IndexFunc(things, func(t RoomThing) bool {
			return named == t.Thing || named == "" && d.Class != "" && d.Class == t.Class
		})
		if i < 0 {
			rest = append(rest, d)
			continue
		}
		of[i] = append(of[i], d)
	}
	return of, rest
}

// WalkHead names the value of a room for a form that may be stale.
func WalkHead(room string) Slot { return Slot{Field: walkField(room)} }

// RoomLook returns what looking round a room came to, empty while nobody was asked, and the head to
// show in a form.
func (f *File) RoomLook(room string) (Look, ValueID) {
	v := f.Head("", walkField(room))
	return Look(v.Code()), v.ID
}
