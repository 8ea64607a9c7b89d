package casework

import (
	"cmp"
	"slices"
	"time"

	"keyholder/casework/checklist"
	"keyholder/casework/personal"
)

// State is one of the seven answer states of the checklist.
type State = checklist.State

// Basis says how a value is known; a statement keeps "survivor said" apart from "worker saw".
type Basis string

// The bases of PRACTICE section 3.
const (
	SurvivorSaid      Basis = "survivor_said"
	WorkerSaw         Basis = "worker_saw"
	FromScan          Basis = "scan"
	FromList          Basis = "list" // a list that something else made, such as a router's
	ProviderConfirmed Basis = "provider_confirmed"
	Inferred          Basis = "inferred"
)

// Field names what a value is about: a question ("q:12.2", a sub-field "q:00.4/route"), a case-record
// field ("ta_iot_home"), a matrix column ("bought_by"), a step decision ("step:SP-13.2/agreed").
type Field string

// Slot is the place one chain of values belongs to: a field of an entity of a case.
type Slot struct {
	Entity EntityID
	Field  Field
}

// Value is one row of the append-only record. Values are never changed: a correction is a new value
// that supersedes the old one. The newest value of a slot is its head.
type Value struct {
	ID           ValueID
	Slot         Slot
	State        State
	Codes        []string      // closed codes, in the order given; empty for a plain state
	Text         personal.Text // free text; never exported
	Basis        Basis
	By           WorkerID
	At           time.Time // instant with the local offset of the place where it was recorded
	Content      int       // version of the content that was shown; 0 is the draft
	Supersedes   ValueID   // the head this value replaced, empty for the first
	Consultation ConsultationID
}

// Same reports whether two values say the same thing: state, codes, text and how it is known. Who
// wrote them, and when, does not count.
func (v Value) Same(w Value) bool {
	return v.State == w.State && v.Basis == w.Basis && v.Text == w.Text &&
		slices.Equal(v.Codes, w.Codes)
}

// blank reports whether v says nothing: not asked, no codes, no text.
func (v Value) blank() bool {
	return v.State == checklist.NotAsked && len(v.Codes) == 0 && v.Text.Empty()
}

// clone returns a copy that shares no memory with v.
func (v Value) clone() Value {
	v.Codes = slices.Clone(v.Codes)
	return v
}

// compare orders slots by entity and field.
func (s Slot) compare(t Slot) int {
	return cmp.Or(cmp.Compare(s.Entity, t.Entity), cmp.Compare(s.Field, t.Field))
}

// EntityKind says what an entity is.
type EntityKind string

// The entity kinds in use.
const (
	KindPerson   EntityKind = "person"
	KindDevice   EntityKind = "device"
	KindAccount  EntityKind = "account"
	KindPlatform EntityKind = "platform"
	KindVehicle  EntityKind = "vehicle"
	KindHome     EntityKind = "home"
	KindRow      EntityKind = "row" // a row of a LIST question
	KindScan     EntityKind = "scan"
)

// Entity is a thing or person that values can be about.
type Entity struct {
	ID   EntityID
	Kind EntityKind
	At   time.Time
	By   WorkerID
}
