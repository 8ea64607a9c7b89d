package casework

import (
	"context"
	"slices"
	"strings"
	"time"

	"keyholder/casework/checklist"
)

// NoteKind is a sheet of questions about one device that stands apart from the checklist.
type NoteKind string

// The sheets. Neither is read by findings, triage, plan, printed copies or statistics: how well a thing
// is guarded against strangers is not what somebody needs who signs in with a login of their own.
const (
	NoteSecurity NoteKind = "security" // the thirteen outcomes of the UK Code of Practice for consumer IoT security
	NoteControl  NoteKind = "control"  // how well it holds out against control by somebody at home
)

// NoteCodes are the questions of a sheet in their order; nil for a sheet that does not exist. What they
// ask is data of casework/knowledge, which has the same codes.
func NoteCodes(k NoteKind) []string {
	switch k {
	case NoteSecurity:
		return []string{
			"passwords", "disclosure", "updates", "credentials", "encryption", "surface", "integrity", "personal_data",
			"outages", "telemetry", "deleting", "setup", "input",
		}
	case NoteControl:
		return []string{"see_access", "changes_told", "guest_role", "history_read", "lock_out", "leave_proof"}
	}
	return nil
}

// NoteField is where the answer to a question of a sheet stands on its device.
func NoteField(k NoteKind, code string) Field { return Field("note:" + string(k) + "/" + code) }

// NoteOf is the question that a field of a sheet belongs to; ok is false for every other field.
func NoteOf(field Field) (k NoteKind, code string, ok bool) {
	rest, ok := strings.CutPrefix(string(field), "note:")
	if !ok {
		return "", "", false
	}
	kind, code, _ := strings.Cut(rest, "/")
	k = NoteKind(kind)
	return k, code, slices.Contains(NoteCodes(k), code)
}

// Note returns the answer to a question of a sheet about one device.
func (f *File) Note(device EntityID, k NoteKind, code string) Value {
	return f.Head(device, NoteField(k, code))
}

// NoteForm is a sheet as it was sent.
type NoteForm struct {
	Device EntityID
	Kind   NoteKind
	States map[string]State // by code; what is left out stays as it is
	Expect map[Slot]ValueID // the heads that the page showed
}

// SaveNotes keeps a sheet about one device. It returns FieldErrors for a code or a state that is none,
// and *Conflict when somebody else changed an answer meanwhile; in both cases nothing was saved.
func (b *Casebook) SaveNotes(ctx context.Context, id CaseID, a Act, form NoteForm) error {
	f, err := b.withThing(ctx, id, form.Device)
	if err != nil {
		return err
	}
	values, err := form.values()
	if err != nil {
		return err
	}
	values, expect, err := b.untouched(ctx, f, Answers{Values: values, Expect: form.Expect})
	if err != nil {
		return err
	}
	c := b.change(a, VerbDevice, values...)
	c.Expect = expect
	return b.apply(ctx, id, c)
}

func (n NoteForm) values() ([]Value, error) {
	var wrong FieldErrors
	for code := range n.States {
		if !slices.Contains(NoteCodes(n.Kind), code) {
			wrong = append(wrong, invalid(string(NoteField(n.Kind, code)), "error.field.unknown"))
		}
	}
	var values []Value
	for _, code := range NoteCodes(n.Kind) {
		state, sent := n.States[code]
		switch {
		case !sent:
		case !state.Valid():
			wrong = append(wrong, invalid(string(NoteField(n.Kind, code)), "error.field.state"))
		default:
			values = append(values, Value{
				Slot: Slot{Entity: n.Device, Field: NoteField(n.Kind, code)}, State: state, Basis: SurvivorSaid,
			})
		}
	}
	return values, wrong.Err()
}

// SeenLead is a lead with the newest kept scan that showed it.
type SeenLead struct {
	ScanLead
	At   time.Time
	Scan EntityID
}

// Leads returns who may control a device by all kept scans that confirmed it: each lead as the newest
// scan that showed it has it, the newest scan first. A scan that did not look closer takes nothing back
// that an earlier one showed.
func (f *File) Leads(device EntityID) []SeenLead {
	var out []SeenLead
	for _, k := range f.Scans() {
		var shown []ScanLead
		for _, d := range k.of(device) {
			shown = append(shown, d.Leads...)
		}
		for _, l := range shown {
			if !slices.ContainsFunc(out, func(s SeenLead) bool { return s.Code == l.Code }) {
				out = append(out, SeenLead{ScanLead: l, At: k.Started, Scan: k.ID})
			}
		}
	}
	return out
}

// SeenSign is a sign of how a device guards itself, with the newest kept scan that showed it.
type SeenSign struct {
	Code string
	At   time.Time
}

// Signs returns how a device guards itself by all kept scans that confirmed it, as Leads does.
func (f *File) Signs(device EntityID) []SeenSign {
	var out []SeenSign
	for _, k := range f.Scans() {
		var shown []string
		for _, d := range k.of(device) {
			shown = append(shown, d.Signs...)
		}
		for _, code := range shown {
			if !slices.ContainsFunc(out, func(s SeenSign) bool { return s.Code == code }) {
				out = append(out, SeenSign{Code: code, At: k.Started})
			}
		}
	}
	return out
}

// NotesAnswered is how many questions of a sheet have an answer, and of how many.
func (f *File) NotesAnswered(device EntityID, k NoteKind) (answered, all int) {
	for _, code := range NoteCodes(k) {
		all++
		if f.Note(device, k, code).State != checklist.NotAsked {
			answered++
		}
	}
	return answered, all
}
