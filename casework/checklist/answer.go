package checklist

import (
	"fmt"
	"slices"
	"sort"
	"strings"
)

// Ids of the questions that are not part of a section.
const (
	MatrixID   = "matrix"
	PresenceID = "presence"
	GridID     = "grid"
)

// Ref names the place of one answer: a part of a question, asked of an entity. The empty entity is
// the case itself, the empty part the main part.
type Ref struct {
	Entity   string
	Question string
	Part     string
}

// Field returns the field name under which a case record keeps the answer: "q:12.2", "q:00.4/route",
// and the bare column or box name for the matrix and the presence boxes.
func (r Ref) Field() string {
	switch {
	case r.Question == MatrixID || r.Question == PresenceID:
		return r.Part
	case r.Part == "":
		return "q:" + r.Question
	}
	return "q:" + r.Question + "/" + r.Part
}

// Ref returns the place that a field of a case record stands for; ok is false for fields that the
// checklist does not know, such as step decisions.
func (c *Content) Ref(entity, field string) (ref Ref, ok bool) {
	rest, question := strings.CutPrefix(field, "q:")
	if !question {
		for _, q := range []*Question{&c.Matrix, &c.Presence} {
			if q.Part(field) != nil {
				return Ref{Entity: entity, Question: q.ID, Part: field}, true
			}
		}
		return Ref{}, false
	}
	id, part, _ := strings.Cut(rest, "/")
	q := c.Question(id)
	if q == nil || q.Part(part) == nil {
		return Ref{}, false
	}
	return Ref{Entity: entity, Question: id, Part: part}, true
}

// Answer is what is known at one Ref. Codes can stand beside dont_know or declined: "these, and
// nobody knows what else". The zero value is "not asked".
type Answer struct {
	State State
	Codes []string // closed codes; a number or a date stands here as its digits
	Text  Words    // free words; the engine only asks whether there are any
}

// Is returns the state, reading the zero value as NotAsked and a "dont_know" code as that state.
func (a Answer) Is() State {
	if slices.Contains(a.Codes, CodeDontKnow) {
		return DontKnow
	}
	if a.State == "" {
		return NotAsked
	}
	return a.State
}

// Has reports whether the code was given.
func (a Answer) Has(code string) bool { return slices.Contains(a.Codes, code) }

// Equal compares state, codes in order, and words.
func (a Answer) Equal(b Answer) bool {
	return a.Is() == b.Is() && slices.Equal(a.Codes, b.Codes) && a.Text == b.Text
}

// Answers is everything known in a case. A missing Ref is "not asked".
type Answers map[Ref]Answer

// Rows returns the ids of the entities that hold a row of the list question, sorted.
func (as Answers) Rows(question string) []string {
	seen := map[string]bool{}
	for ref := range as {
		if ref.Question == question && ref.Entity != "" {
			seen[ref.Entity] = true
		}
	}
	var ids []string
	for id := range seen {
		ids = append(ids, id)
	}
	sort.Strings(ids)
	return ids
}

// Words is free text on its way between a form and a case record. It redacts itself wherever it is
// formatted or serialised; only Reveal shows it.
type Words struct{ s string }

// NewWords wraps s.
func NewWords(s string) Words { return Words{s} }

// Reveal returns the text, for the record and for pages that a person is meant to read.
func (w Words) Reveal() string { return w.s }

// Empty reports whether there is no text.
func (w Words) Empty() bool { return w.s == "" }

// Format implements fmt.Formatter by redaction.
func (w Words) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("[redacted]")) }

// MarshalText implements encoding.TextMarshaler by redaction.
func (w Words) MarshalText() ([]byte, error) { return []byte("[redacted]"), nil }

// Equal reports whether both hold the same text.
func (w Words) Equal(v Words) bool { return w.s == v.s }
