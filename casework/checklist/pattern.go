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

// Suggest reads the pattern grid and the worries; the suggestions come in file order, rules first.
func Suggest(c *Content, as Answers) []Suggestion {
	what := as[Ref{Question: patternQuestion, Part: "what"}]
	where := as[Ref{Question: patternQuestion, Part: "where"}]
	present := as[Ref{Question: patternQuestion, Part: "present"}]
	var out []Suggestion
	for _, r := range c.First.Pattern {
		if reads(r.What, what, r.Only) && reads(r.Where, where, r.Only) && reads(r.Present, present, false) {
			out = append(out, Suggestion{Rule: r.ID, Words: r.Words, Sections: r.Sections})
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
