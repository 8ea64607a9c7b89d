package casework

import (
	"slices"
	"strings"
	"time"

	"keyholder/casework/checklist"
	"keyholder/casework/personal"
)

// Fields of a device. None of them says who owns, set up or reaches it: a network cannot see that,
// and the five-question matrix asks it (PRACTICE 2.4).
const (
	FieldLabel      Field = "label"        // what the survivor or worker calls it, or what it announced
	FieldGroup      Field = "device_group" // first level of PRACTICE 3.3
	FieldClass      Field = "device_class" // second level
	FieldBrand      Field = "brand"
	FieldConfidence Field = "confidence" // of the class: unknown, possible, likely, certain
	FieldSeen       Field = "seen"       // by a scan: codes are StandingSeen or StandingNotSeen, network
	FieldMatch      Field = "match"      // digests of hardware addresses, to know it again
	FieldStanding   Field = "standing"   // StandingDiscarded with a reason code, or StandingKept
)

// Codes of FieldStanding and FieldSeen.
const (
	StandingKept      = "kept"
	StandingDiscarded = "discarded"
	StandingSeen      = "seen"
	StandingNotSeen   = "not_seen"
)

// DiscardReasons are why a device was taken off the list.
func DiscardReasons() []string { return []string{"not_here", "double", "neighbour", "mistake"} }

// DeviceEdit is what a worker can say of a device by hand.
type DeviceEdit struct {
	Label personal.Text
	Group string // a code of DeviceGroups
	Class string // a code of the group, or empty
	Brand personal.Text
	Room  string // a code of Rooms, empty while nobody has said where
	Basis Basis  // survivor_said when empty
}

// check refuses an edit that cannot be saved.
func (d DeviceEdit) check() error {
	var wrong FieldErrors
	group, known := deviceGroup(d.Group)
	switch {
	case !known:
		wrong = append(wrong, invalid(string(FieldGroup), "error.device.group"))
	case d.Class != "" && !slices.Contains(group.Classes, d.Class):
		wrong = append(wrong, invalid(string(FieldClass), "error.device.class"))
	}
	if strings.TrimSpace(d.Label.Reveal()) == "" {
		wrong = append(wrong, invalid(string(FieldLabel), "error.device.label"))
	}
	if d.Room != "" && !slices.Contains(Rooms(), d.Room) {
		wrong = append(wrong, invalid(string(FieldRoom), "error.device.room"))
	}
	return wrong.Err()
}

// values are the rows of an edit.
func (d DeviceEdit) values(e EntityID) []Value {
	basis := d.Basis
	if basis == "" {
		basis = SurvivorSaid
	}
	values := []Value{
		textValue(e, FieldLabel, d.Label, basis),
		classValue(e, FieldGroup, d.Group, checklist.Yes, basis),
		classValue(e, FieldClass, d.Class, checklist.Yes, basis),
	}
	if !d.Brand.Empty() {
		values = append(values, textValue(e, FieldBrand, d.Brand, basis))
	}
	return append(values, roomValue(e, d.Room, basis))
}

// Device is one device of the case as pages show it.
type Device struct {
	ID         EntityID
	Kind       EntityKind
	Label      personal.Text
	Group      string // empty when nobody knows
	Class      string
	ClassState State // suspected for a guess, dont_know where nobody knows
	Brand      personal.Text
	Room       string // a code of Rooms; empty: nobody has said where
	Confidence string
	Seen       string    // StandingSeen, StandingNotSeen, or empty for one that no scan has met
	Basis      Basis     // how the class is known
	Since      time.Time // when it was first recorded
	Row        MatrixRow
}

// MatrixRow is the five questions about one device or account.
type MatrixRow struct {
	Open    bool // any of the five is the person of concern, not known or declined
	Unasked int  // of the five
	Cells   []Value
}

// Things returns every device, account, platform and vehicle: what the matrix is asked about.
func (f *File) Things() []Entity {
	var out []Entity
	for _, e := range f.Entities {
		switch e.Kind {
		case KindDevice, KindAccount, KindPlatform, KindVehicle:
			if !f.Discarded(e.ID) && !f.Folded(e.ID) {
				out = append(out, e)
			}
		}
	}
	return out
}

// Devices returns the things of the case with their matrix rows.
func (f *File) Devices() []Device {
	var out []Device
	for _, e := range f.Things() {
		out = append(out, f.device(e))
	}
	return out
}

// Gone returns the things that were taken off the list.
func (f *File) Gone() []Device {
	var out []Device
	for _, e := range f.Entities {
		if f.Discarded(e.ID) {
			out = append(out, f.device(e))
		}
	}
	return out
}

// device reads one thing.
func (f *File) device(e Entity) Device {
	class := f.Head(e.ID, FieldClass)
	return Device{
		ID: e.ID, Kind: e.Kind,
		Label: f.Head(e.ID, FieldLabel).Text,
		Group: f.Group(e), Class: class.Code(), ClassState: class.State, Basis: class.Basis,
		Brand:      f.Head(e.ID, FieldBrand).Text,
		Room:       f.Head(e.ID, FieldRoom).Code(),
		Since:      e.At,
		Confidence: f.Head(e.ID, FieldConfidence).Code(),
		Seen:       f.seen(e.ID).Code(),
		Row:        f.Matrix(e.ID),
	}
}

// Group returns the device group of an entity. Rows of list questions that are devices have none of
// their own; the list they stand in says what they are.
func (f *File) Group(e Entity) string {
	if g := f.Head(e.ID, FieldGroup).Code(); g != "" {
		return g
	}
	switch e.Kind {
	case KindPlatform:
		return "iot_hub"
	case KindAccount:
		return "account"
	case KindVehicle:
		return "vehicle"
	}
	for list, group := range listGroups() {
		if f.inList(list, e.ID) {
			return group
		}
	}
	return ""
}

// listGroups are the questions whose rows are things of one device group.
func listGroups() map[string]string {
	return map[string]string{
		"02.1": "phone_computer", "07.7": "tracker", "11.7": "network", "13.1": "iot_camera", "18.1": "child", "18.5": "child",
	}
}

// inList reports whether an entity is a row of a list question.
func (f *File) inList(question string, e EntityID) bool {
	return slices.Contains(f.answers.Rows(question), string(e))
}

// Matrix returns the five questions about one thing. Not asked is told apart from not known: the
// first still has to be asked, the second leaves the row open.
func (f *File) Matrix(e EntityID) MatrixRow {
	var row MatrixRow
	for _, ref := range f.Content.Matrix.Refs(string(e)) {
		cell := f.At(ref)
		row.Cells = append(row.Cells, cell)
		if cell.State == checklist.NotAsked {
			row.Unasked++
		}
	}
	for _, o := range checklist.EvaluateMatrix(f.Content, f.answers, []string{string(e)}) {
		row.Open = row.Open || o.Kind != checklist.OutcomeNotAsked
	}
	return row
}

// textValue is free text on an entity; empty text is "not asked".
func textValue(e EntityID, field Field, text personal.Text, basis Basis) Value {
	v := Value{Slot: Slot{Entity: e, Field: field}, State: checklist.Yes, Text: text, Basis: basis}
	if text.Empty() {
		v.State = checklist.NotAsked
	}
	return v
}

// classValue is a closed code on an entity; an empty code is "nobody knows".
func classValue(e EntityID, field Field, code string, state State, basis Basis) Value {
	v := Value{Slot: Slot{Entity: e, Field: field}, State: state, Codes: []string{code}, Basis: basis}
	if code == "" {
		v.State, v.Codes = checklist.DontKnow, nil
	}
	return v
}
