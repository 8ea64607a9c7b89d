package casework

import (
	"fmt"
	"slices"
	"sync"

	"keyholder/casework/checklist"
	"keyholder/casework/personal"
)

// File is a case as it stands at one moment, together with the content it is read with. Every rule
// of this package is a pure function of it.
type File struct {
	Content  *checklist.Content
	Case     Case
	Entities []Entity
	Consents []Consent

	heads   map[Slot]Value
	order   []Slot
	answers checklist.Answers
	same    map[EntityID]EntityID      // what was said to be another thing, and which
	folded  map[EntityID]bool          // of these, what stands on no list of its own
	first   func() map[string]EntityID // see firstThings
	// rowNames is namesOfRows, read once.
	rowNames func() map[EntityID]personal.Text
}

// NewFile puts the parts of a record together.
func NewFile(c *checklist.Content, k Case, entities []Entity, heads []Value, consents []Consent) *File {
	f := &File{
		Content: c, Case: k, Entities: entities, Consents: consents,
		heads:   make(map[Slot]Value, len(heads)),
		answers: make(checklist.Answers, len(heads)),
	}
	for _, v := range heads {
		f.heads[v.Slot] = v
		f.order = append(f.order, v.Slot)
	}
	f.first, f.rowNames = sync.OnceValue(f.firstThings), sync.OnceValue(f.namesOfRows)
	f.join()
	for _, s := range f.order {
		if f.Discarded(s.Entity) || f.Folded(s.Entity) {
			continue
		}
		if ref, ok := c.Ref(string(s.Entity), string(s.Field)); ok {
			f.answers[ref] = f.heads[s].Answer()
		}
	}
	return f
}

// Format implements fmt.Formatter by redaction. Go prints fields that are not exported without asking the
// texts in them to hide.
func (File) Format(s fmt.State, _ rune) { redact(s) }

// redact prints nothing of what holds texts about people.
func redact(s fmt.State) { _, _ = s.Write([]byte(personal.Redacted)) }

// Answers returns what the checklist engine reads: the heads of all questions, boxes and matrix
// columns, without those of discarded entities and of those that are listed under another one. The caller must not change it.
func (f *File) Answers() checklist.Answers { return f.answers }

// Head returns the newest value of a field of an entity ("" is the case itself). Without one it
// returns a value whose state is not_asked and whose ID is empty: a missing answer is never a no.
func (f *File) Head(e EntityID, field Field) Value {
	slot := Slot{Entity: e, Field: field}
	if v, ok := f.heads[slot]; ok {
		return v
	}
	return Value{Slot: slot, State: checklist.NotAsked}
}

// Heads returns every head in the order in which their slots were first filled.
func (f *File) Heads() []Value {
	out := make([]Value, 0, len(f.order))
	for _, s := range f.order {
		out = append(out, f.heads[s])
	}
	return out
}

// At returns the newest value at the place a Ref names.
func (f *File) At(ref checklist.Ref) Value {
	return f.Head(EntityID(ref.Entity), Field(ref.Field()))
}

// Ask returns the newest answer to a part of a question about the case itself.
func (f *File) Ask(question, part string) Value {
	return f.At(checklist.Ref{Question: question, Part: part})
}

// Of returns the entities of one kind that stand on the lists, in the order in which they came: neither
// discarded, nor folded into another one.
func (f *File) Of(kind EntityKind) []Entity {
	var out []Entity
	for _, e := range f.Entities {
		if e.Kind == kind && !f.Discarded(e.ID) && !f.Folded(e.ID) {
			out = append(out, e)
		}
	}
	return out
}

// Discarded reports whether the worker took the entity out of the record's working lists.
func (f *File) Discarded(e EntityID) bool {
	return e != "" && f.Head(e, FieldStanding).Code() == StandingDiscarded
}

// ConsentTo returns the newest answer to a purpose; not_asked when there is none.
func (f *File) ConsentTo(p ConsentPurpose) State {
	state := checklist.NotAsked
	for _, c := range f.Consents {
		if c.Purpose == p {
			state = c.State
		}
	}
	return state
}

// Answer returns the value in the words of the checklist engine.
func (v Value) Answer() checklist.Answer {
	return checklist.Answer{
		State: v.State, Codes: v.Codes, Text: checklist.NewWords(v.Text.Reveal()),
	}
}

// ValueOf returns an answer as a value to be saved at ref. Without a basis of its own an answer is
// what the survivor said.
func ValueOf(ref checklist.Ref, a checklist.Answer, basis Basis) Value {
	if basis == "" {
		basis = SurvivorSaid
	}
	return Value{
		Slot:  Slot{Entity: EntityID(ref.Entity), Field: Field(ref.Field())},
		State: a.Is(), Codes: slices.Clone(a.Codes), Text: personal.New(a.Text.Reveal()), Basis: basis,
	}
}

// Code returns the first code of a value, empty when there is none.
func (v Value) Code() string {
	if len(v.Codes) == 0 {
		return ""
	}
	return v.Codes[0]
}

// Has reports whether code is among the codes of v.
func (v Value) Has(code string) bool { return slices.Contains(v.Codes, code) }
