package checklist

import (
	"slices"
	"sort"
)

// OutcomeKind sorts what the answers to a question come to.
type OutcomeKind string

// The kinds of outcome. There is none for "all is well": an answer that opens nothing says nothing.
const (
	OutcomeFinding  OutcomeKind = "finding"   // an answer that is a concern
	OutcomeOpen     OutcomeKind = "open"      // asked, and not known or not told
	OutcomeNotAsked OutcomeKind = "not_asked" // nobody asked; listed apart from what is unknown
)

// Certainty says how sure an outcome is.
type Certainty string

// The certainties of outcomes.
const (
	CertainReported  Certainty = "reported"  // somebody said so
	CertainSuspected Certainty = "suspected" // somebody suspects it
	CertainUnknown   Certainty = "unknown"   // nobody knows yet
)

// Reason is one answer that led to an outcome.
type Reason struct {
	Ref   Ref
	State State
	Codes []string // the codes that matched; empty when the state did
}

// Outcome is what the answers to one question about one entity come to.
type Outcome struct {
	Kind      OutcomeKind
	Certainty Certainty
	Question  *Question
	Entity    string // empty for the case itself
	Reasons   []Reason
	Concern   bool     // the finding's steps apply: always for findings, for open items where the content says so
	Actions   []string // steps on offer; empty unless Concern
}

// ID names the outcome inside a case: the finding id, and the entity where there is one.
func (o Outcome) ID() string {
	if o.Entity == "" {
		return o.Question.FindingID()
	}
	return o.Question.FindingID() + "@" + o.Entity
}

// Evaluate turns answers into outcomes, in the order of the questions: findings, open items for
// every "don't know" and "declined", and apart from them the questions that nobody asked. Only
// questions that can be a concern have outcomes. The matrix has its own evaluation.
func Evaluate(c *Content, as Answers) []Outcome {
	var out []Outcome
	for _, q := range c.Questions() {
		out = append(out, evaluateQuestion(q, as)...)
	}
	return out
}

// EvaluateMatrix judges the five-question matrix of each entity: the row is open when any of the
// five is the person of concern or not known (PRACTICE section 2.1).
func EvaluateMatrix(c *Content, as Answers, entities []string) []Outcome {
	var out []Outcome
	for _, id := range entities {
		out = append(out, judge(&c.Matrix, id, as, ruledSlots(&c.Matrix, false))...)
	}
	return out
}

func evaluateQuestion(q *Question, as Answers) []Outcome {
	if len(q.Concern) == 0 {
		return nil
	}
	out := judge(q, "", as, ruledSlots(q, false))
	if q.Rows == nil {
		return out
	}
	rows := as.Rows(q.ID)
	columns := ruledSlots(q, true)
	for _, row := range rows {
		out = append(out, judge(q, row, as, columns)...)
	}
	return out
}

// ruledSlots names the slots whose answers can be a concern: of the parts, or of the row columns.
func ruledSlots(q *Question, columns bool) []string {
	parts := q.Parts
	if columns {
		parts = q.Rows.Columns
	}
	var names []string
	for i := range parts {
		for _, slot := range parts[i].Slots() {
			if len(rulesFor(q, &parts[i], slot)) > 0 || parts[i].Kind == KindList {
				names = append(names, slot)
			}
		}
	}
	return names
}

// rulesFor returns the concern rules that speak of a slot. A rule on the main part of an items
// question speaks of each of its items.
func rulesFor(q *Question, p *Part, slot string) []Rule {
	var rules []Rule
	for _, r := range q.Concern {
		if r.Part == slot || p.Kind == KindItems && r.Part == p.Name {
			rules = append(rules, r)
		}
	}
	return rules
}

// judge sorts the ruled slots of one entity into at most one finding, one open item and one entry
// of the not-asked list.
func judge(q *Question, entity string, as Answers, slots []string) []Outcome {
	found := Outcome{Kind: OutcomeFinding, Certainty: CertainSuspected, Question: q, Entity: entity, Concern: true}
	open := Outcome{Kind: OutcomeOpen, Certainty: CertainUnknown, Question: q, Entity: entity, Concern: q.Unknown == "finding"}
	unasked := Outcome{Kind: OutcomeNotAsked, Certainty: CertainUnknown, Question: q, Entity: entity}
	for _, slot := range slots {
		ref := Ref{Entity: entity, Question: q.ID, Part: slot}
		a, p := as[ref], q.Part(slot)
		if r, hit, sure := match(rulesFor(q, p, slot), ref, a); hit {
			found.Reasons = append(found.Reasons, r)
			if sure {
				found.Certainty = CertainReported
			}
		}
		switch reason := (Reason{Ref: ref, State: a.Is()}); {
		case stillOpen(q, p, ref, as):
			open.Reasons = append(open.Reasons, reason)
		case a.Is() == NotAsked:
			unasked.Reasons = append(unasked.Reasons, reason)
		}
	}
	return keep(found, open, unasked)
}

// keep drops the outcomes without a reason and fills in the steps of the others.
func keep(candidates ...Outcome) []Outcome {
	var out []Outcome
	for _, o := range candidates {
		if len(o.Reasons) == 0 {
			continue
		}
		if o.Concern {
			o.Actions = actionsFor(o)
		}
		out = append(out, o)
	}
	return out
}

// actionsFor lists the steps of the question and those of the rules that led to the outcome; where
// the answer is not known, those of every rule that it could have met.
func actionsFor(o Outcome) []string {
	ids := slices.Clone(o.Question.Actions)
	for _, reason := range o.Reasons {
		for _, r := range rulesFor(o.Question, o.Question.Part(reason.Ref.Part), reason.Ref.Part) {
			if o.Kind != OutcomeFinding || r.meets(reason.State, reason.Codes) {
				ids = appendNew(ids, r.Actions)
			}
		}
	}
	return ids
}

// appendNew appends what ids does not hold yet.
func appendNew(ids, more []string) []string {
	for _, id := range more {
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

// meets reports whether a state or one of the codes is a concern under the rule. A suspicion counts
// where a yes would.
func (r Rule) meets(st State, codes []string) bool {
	return slices.Contains(r.States, st) || st == Suspected && slices.Contains(r.States, Yes) ||
		slices.ContainsFunc(codes, func(code string) bool { return slices.Contains(r.Codes, code) })
}

// match reports whether an answer is a concern, with what matched, and whether it is more than a
// suspicion.
func match(rules []Rule, ref Ref, a Answer) (reason Reason, hit, sure bool) {
	st := a.Is()
	reason = Reason{Ref: ref, State: st}
	for _, r := range rules {
		hit = hit || r.meets(st, nil)
		for _, code := range a.Codes {
			if slices.Contains(r.Codes, code) && !slices.Contains(reason.Codes, code) {
				reason.Codes = append(reason.Codes, code)
				hit = true
			}
		}
	}
	return reason, hit, hit && st != Suspected
}

// stillOpen reports whether an asked answer leaves something unknown: don't know, declined, a
// suspicion where only a firm yes would have settled it, a list said to have rows that has none, or a
// yes or a suspicion to a choice that names nothing.
func stillOpen(q *Question, p *Part, ref Ref, as Answers) bool {
	a := as[ref]
	switch a.Is() {
	case DontKnow, Declined:
		return true
	case Suspected:
		return namesNothing(q, p, a, as) || onlyYesSettles(rulesFor(q, p, ref.Part))
	case Yes:
		return namesNothing(q, p, a, as)
	}
	return false
}

// namesNothing reports whether there is said to be something, and no row or choice says what.
func namesNothing(q *Question, p *Part, a Answer, as Answers) bool {
	return p.Kind == KindList && len(as.Rows(q.ID)) == 0 || p.Kind.Coded() && len(a.Codes) == 0
}

// onlyYesSettles reports whether a no is a concern and a yes is none.
func onlyYesSettles(rules []Rule) bool {
	return slices.ContainsFunc(rules, func(r Rule) bool {
		return slices.Contains(r.States, No) && !slices.Contains(r.States, Yes)
	})
}

// Of returns the outcomes of one kind, in order.
func Of(outcomes []Outcome, kind OutcomeKind) []Outcome {
	var out []Outcome
	for _, o := range outcomes {
		if o.Kind == kind {
			out = append(out, o)
		}
	}
	return out
}

// StepsFor returns the ids of the steps that the outcomes offer, each once, in the order of the
// action groups and then of the file.
func StepsFor(c *Content, outcomes []Outcome) []string {
	wanted := map[string]bool{}
	for _, o := range outcomes {
		for _, id := range o.Actions {
			wanted[id] = true
		}
	}
	var steps []*Action
	for i := range c.Actions {
		if wanted[c.Actions[i].ID] {
			steps = append(steps, &c.Actions[i])
		}
	}
	groups := ActionGroups()
	sort.SliceStable(steps, func(i, j int) bool {
		return slices.Index(groups, steps[i].Group) < slices.Index(groups, steps[j].Group)
	})
	ids := make([]string, len(steps))
	for i, s := range steps {
		ids[i] = s.ID
	}
	return ids
}
