package casework

import "keyholder/casework/checklist"

// FieldRoom is where a device stands or who carries it, as the survivor says.
const FieldRoom Field = "room"

// Rooms lists the places a device can be in, in the order of a walk through a home: on her, the
// rooms, outside, and elsewhere. A device without one stands under "nobody has said where".
func Rooms() []string {
	return []string{
		"on_her", "on_child", "hall", "living_room", "kitchen", "bedroom", "child_room", "bathroom",
		"study", "outside", "garage_vehicle", "elsewhere",
	}
}

// roomValue says where a thing is; an empty room is "not asked".
func roomValue(e EntityID, room string, basis Basis) Value {
	v := classValue(e, FieldRoom, room, checklist.Yes, basis)
	if room == "" {
		v.State = checklist.NotAsked
	}
	return v
}
