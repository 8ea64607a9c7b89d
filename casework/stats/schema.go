package stats

import (
	"fmt"
	"slices"
)

// VariableID names a variable of the statistics, e.g. "ta_iot_home". It is a code, never free text.
type VariableID string

// AnswerID names one closed answer of a variable, e.g. "yes" or "not_asked".
type AnswerID string

// Code is an answer as its position in the variable's list of answers.
type Code uint8

// The answers every variable must have, so that "nobody asked" and "she does not know" are never
// counted as no (PRACTICE 3.1).
const (
	AnswerNotAsked AnswerID = "not_asked"
	AnswerDontKnow AnswerID = "dont_know"
)

// Answer is one row of a variable's table.
type Answer struct {
	ID    AnswerID
	Label string // plain words for the published table
	Known bool   // the answer carries knowledge; used for "share known"
}

// Variable is a coded question with closed answers.
type Variable struct {
	ID      VariableID
	Title   string // plain words for the published table
	Answers []Answer
}

// Code returns the code of an answer, and false when the variable has no such answer.
func (v Variable) Code(id AnswerID) (Code, bool) {
	i := slices.IndexFunc(v.Answers, func(a Answer) bool { return a.ID == id })
	if i < 0 {
		return 0, false
	}
	return Code(i), true
}

// answerIDs returns the answers' names in order, for the definition kept in the ledger.
func (v Variable) answerIDs() []AnswerID {
	ids := make([]AnswerID, len(v.Answers))
	for i, a := range v.Answers {
		ids[i] = a.ID
	}
	return ids
}

// Schema is an ordered, checked list of variables.
type Schema struct {
	variables []Variable
}

// maxAnswers bounds a variable so that every code fits and every table stays readable.
const maxAnswers = 64

// NewSchema checks the variables: distinct names, 2 to 64 distinct answers each, not_asked and
// dont_know among them. Errors name the variable, which is a code.
func NewSchema(variables ...Variable) (*Schema, error) {
	seen := map[VariableID]bool{}
	for _, v := range variables {
		if v.ID == "" || seen[v.ID] {
			return nil, fmt.Errorf("checking variable %q: give every variable a name of its own", v.ID)
		}
		seen[v.ID] = true
		if err := checkAnswers(v); err != nil {
			return nil, fmt.Errorf("checking variable %q: %w", v.ID, err)
		}
	}
	return &Schema{variables: slices.Clone(variables)}, nil
}

func checkAnswers(v Variable) error {
	if len(v.Answers) < 2 || len(v.Answers) > maxAnswers {
		return fmt.Errorf("has %d answers: use 2 to %d", len(v.Answers), maxAnswers)
	}
	ids := v.answerIDs()
	slices.Sort(ids)
	if len(slices.Compact(ids)) != len(v.Answers) {
		return fmt.Errorf("has an answer twice: list each once")
	}
	for _, need := range []AnswerID{AnswerNotAsked, AnswerDontKnow} {
		if _, ok := v.Code(need); !ok {
			return fmt.Errorf("lacks the answer %q: an unknown must have a row of its own", need)
		}
	}
	return nil
}

// Variables returns the variables in order. The caller must not change their answers.
func (s *Schema) Variables() []Variable { return slices.Clone(s.variables) }

// Lookup returns a variable and its position in a Record's Values.
func (s *Schema) Lookup(id VariableID) (v Variable, at int, ok bool) {
	at = slices.IndexFunc(s.variables, func(v Variable) bool { return v.ID == id })
	if at < 0 {
		return Variable{}, 0, false
	}
	return s.variables[at], at, true
}
