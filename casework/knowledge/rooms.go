package knowledge

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
)

// Room is what to think of in one room, on a walk through a home in the mind or on foot.
type Room struct {
	Room   string  `yaml:"room"`  // a code of the rooms of casework
	Intro  string  `yaml:"intro"` // what matters about the room
	Things []Thing `yaml:"things"`
}

// Thing is something that may stand in a room: where it usually is, and how it may look or be
// disguised. It never says how to set it up.
type Thing struct {
	Thing string `yaml:"thing"` // code, unique in its room and never reused
	Class Code   `yaml:"class"`
	Name  string `yaml:"name"`
	Where string `yaml:"where"`
	Look  string `yaml:"look"`
	Maybe bool   `yaml:"maybe"` // mostly it is only what it looks like: the class is a suspicion
}

type roomFile struct {
	Version int      `yaml:"version"`
	Checked string   `yaml:"checked"`
	Review  string   `yaml:"review"`
	Sources []string `yaml:"sources"`
	Rooms   []Room   `yaml:"rooms"`
}

// roomsName is the file of the rooms.
const roomsName = "data/rooms.v0.yaml"

// addRooms reads the rooms; the classes have to be there.
func (b *Base) addRooms(fsys fs.FS) error {
	var file roomFile
	if err := decode(fsys, roomsName, &file); err != nil {
		return fmt.Errorf("%s: %w", roomsName, err)
	}
	if file.Checked == "" || file.Review == "" || len(file.Sources) == 0 {
		return fmt.Errorf("%s: %w", roomsName, errors.New("add checked (year-month), review and sources"))
	}
	seen := map[string]bool{}
	for _, r := range file.Rooms {
		if seen[r.Room] {
			return fmt.Errorf("%s: room %q is there twice", roomsName, r.Room)
		}
		seen[r.Room] = true
		if err := b.checkRoom(r); err != nil {
			return fmt.Errorf("%s: room %q: %w", roomsName, r.Room, err)
		}
	}
	b.rooms = file.Rooms
	return nil
}

func (b *Base) checkRoom(r Room) error {
	if r.Room == "" || r.Intro == "" || len(r.Things) == 0 {
		return errors.New("room, intro and things are needed")
	}
	seen := map[string]bool{}
	for _, t := range r.Things {
		if _, ok := b.classes[t.Class]; !ok {
			return fmt.Errorf("thing %q: class %q is not in the set", t.Thing, t.Class)
		}
		if seen[t.Thing] || slices.Contains([]string{t.Thing, t.Name, t.Where, t.Look}, "") {
			return fmt.Errorf("thing %q is incomplete or there twice", t.Thing)
		}
		seen[t.Thing] = true
	}
	return nil
}

// Rooms returns the rooms in the order of the file.
func (b *Base) Rooms() []Room { return slices.Clone(b.rooms) }

// Room returns one room by its code.
func (b *Base) Room(code string) (Room, bool) {
	i := slices.IndexFunc(b.rooms, func(r Room) bool { return r.Room == code })
	if i < 0 {
		return Room{}, false
	}
	return b.rooms[i], true
}
