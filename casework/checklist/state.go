// Package checklist holds the guided "who has access" checklist: versioned content, its loader and
// schema, and the engine that turns answers into outcomes. It knows nothing of cases or storage.
package checklist

// State says what is known about one question. The seven states never collapse into each other:
// an unknown is not a no, and a question nobody asked is not an unknown.
type State string

// The seven answer states. A missing answer is NotAsked. For questions that are answered by codes
// (PICK, MULTI, WHO, FREQ, LIST, FORM) Yes means "known, and stands in the codes".
const (
	Yes           State = "yes"
	No            State = "no"
	Suspected     State = "suspected"
	DontKnow      State = "dont_know"
	Declined      State = "declined"
	NotAsked      State = "not_asked"
	NotApplicable State = "not_applicable"
)

// States lists all seven in the order in which pages offer them.
func States() []State {
	return []State{Yes, No, Suspected, DontKnow, Declined, NotAsked, NotApplicable}
}

// Known reports whether the state carries knowledge: yes, no, suspected or not applicable.
func (s State) Known() bool {
	return s == Yes || s == No || s == Suspected || s == NotApplicable
}

// Valid reports whether s is one of the seven.
func (s State) Valid() bool {
	switch s {
	case Yes, No, Suspected, DontKnow, Declined, NotAsked, NotApplicable:
		return true
	}
	return false
}
