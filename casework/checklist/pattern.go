package checklist

import "slices"

// patternQuestion is the question that holds the pattern grid.
const patternQuestion = "01.6"

// Suggestion is a reading of the pattern grid: sections worth opening, with the words of the rule.
// It never concludes anything.
type Suggestion struct {
	Rule     string
	Words    string
	Sections []string
}

// Suggest reads the pattern grid, every row by itself, and question 01.6. Each rule stands there once;
// the suggestions come in file order.
func Suggest(c *Content, as Answers) []Suggestion {
	fitting := map[string]bool{}
	for _, r := range ReadGrid(c, as) {
		for _, s := range r.Suggestions {
			fitting[s.Rule] = true
		}
	}
	var out []Suggestion
	for _, r := range c.First.Pattern {
		if fitting[r.ID] {
			out = append(out, r.suggestion())
		}
	}
	return out
}

func (r PatternRule) suggestion() Suggestion {
	return Suggestion{Rule: r.ID, Words: r.Words, Sections: r.Sections}
}

// read applies every rule to one row; at names the row, without a part.
func (c *Content) read(as Answers, at Ref) []Suggestion {
	part := func(name string) Answer { return as[Ref{Entity: at.Entity, Question: at.Question, Part: name}] }
	what, where, present := part("what"), part("where"), part("present")
	var out []Suggestion
	for _, r := range c.First.Pattern {
		if reads(r.What, what, r.Only) && reads(r.Where, where, r.Only) && reads(r.Present, present, false) {
			out = append(out, r.suggestion())
		}
	}
	return out
}

// reads reports whether any of the rule's codes was ticked, and with only set, nothing but them.
func reads(codes []string, a Answer, only bool) bool {
	if len(codes) == 0 {
		return true
	}
	if !slices.ContainsFunc(codes, a.Has) {
		return false
	}
	if !only {
		return true
	}
	return !slices.ContainsFunc(a.Codes, func(c string) bool { return !slices.Contains(codes, c) })
}

// FirstStep picks one careful next step for the end of the first walk: the first of the listed
// steps that a finding offers, else the first that an open item offers, else the last of the list.
// The loader lets only steps onto the list that protect or that nobody else can notice.
func FirstStep(c *Content, outcomes []Outcome) *Action {
	for _, kind := range []OutcomeKind{OutcomeFinding, OutcomeOpen} {
		offered := StepsFor(c, Of(outcomes, kind))
		for _, id := range c.First.Steps {
			if slices.Contains(offered, id) {
				return c.Action(id)
			}
		}
	}
	return c.Action(c.First.Steps[len(c.First.Steps)-1])
}
