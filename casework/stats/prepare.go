package stats

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
)

// Table asks for a table by its variables. One variable is a one-way table.
type Table []VariableID

// Request says what is to be published.
type Request struct {
	Period Period
	Tables []Table
	// MostlyHidden accepts tables with more hidden rows than the policy wants. It is set only after
	// the worker has seen that refusal: the limit keeps tables useful, it protects nobody, and a
	// small service would otherwise never publish (docs/decisions/0006).
	MostlyHidden bool
}

// Change says how many people of a period that an earlier release covers have come, gone or changed
// an answer since. The caller counts; the ledger cannot, because it keeps no cases.
type Change int

// The changes. The zero value is "not known" and is treated like a few.
const (
	ChangeUnknown Change = iota
	ChangeNone           // nobody
	ChangeFew            // 1 to 7
	ChangeMany           // 8 or more
)

// Earlier is an earlier release from the ledger, with what has changed since among the people that
// it and the new request have in common. Changed matters only where the periods overlap.
type Earlier struct {
	Published Published
	Changed   Change
}

// Prepare makes a release of one-way tables over cases, or says why it may not leave. It takes all
// earlier releases of the ledger. A *Refusal is an answer to show to the worker; any other error is a
// mistake in the request.
func Prepare(records *Records, req Request, policy Policy, earlier []Earlier) (*Release, error) {
	if err := checkRequest(records, req, policy); err != nil {
		return nil, fmt.Errorf("preparing a release: %w", err)
	}
	for i := range earlier {
		if err := earlier[i].Published.check(); err != nil {
			return nil, fmt.Errorf("preparing a release: %w", err)
		}
	}
	if refusal := checkEarlier(records.schema, req, policy, earlier); refusal != nil {
		return nil, refusal
	}
	_, last := req.Period.months()
	if req.Period.Kind == KindMonth && records.opensIn(last) < monthlyFrom {
		return nil, &Refusal{Reason: ReasonMonths}
	}
	candidate := tabulate(records, req, policy)
	for _, refusal := range []*Refusal{
		checkWhole(&candidate), checkTogether(&candidate, earlier), checkHidden(&candidate, req.MostlyHidden),
	} {
		if refusal != nil {
			return nil, refusal
		}
	}
	candidate.ID = newReleaseID()
	return &Release{published: candidate, schema: records.schema, prepared: true}, nil
}

func checkRequest(records *Records, req Request, policy Policy) error {
	if err := policy.check(); err != nil {
		return err
	}
	if !req.Period.valid() {
		return errors.New("the period is not a calendar month, quarter or year: choose one of these")
	}
	if len(req.Tables) == 0 {
		return errors.New("no table chosen: choose at least one")
	}
	seen := map[VariableID]bool{}
	for _, t := range req.Tables {
		if len(t) == 0 {
			return errors.New("a table without a question: choose one")
		}
		if len(t) > 1 {
			return &Refusal{Reason: ReasonTwoWay}
		}
		if _, _, ok := records.schema.Lookup(t[0]); !ok {
			return fmt.Errorf("no question is called %q: choose one of the list", t[0])
		}
		if seen[t[0]] {
			return fmt.Errorf("question %q is chosen twice: choose it once", t[0])
		}
		seen[t[0]] = true
	}
	return nil
}

// checkEarlier applies what the ledger alone decides (rules 6 and 7).
func checkEarlier(schema *Schema, req Request, policy Policy, earlier []Earlier) *Refusal {
	for _, e := range earlier {
		p := e.Published
		switch {
		case !p.Period.overlaps(req.Period):
			continue
		case p.Period == req.Period:
			return &Refusal{Reason: ReasonFrozen}
		case p.Rule != RuleVersion || p.Policy != policy || rebanded(schema, req, p):
			return &Refusal{Reason: ReasonOtherRule}
		case e.Changed != ChangeNone && e.Changed != ChangeMany:
			return &Refusal{Reason: ReasonWaits}
		}
	}
	return nil
}

// rebanded reports whether a requested variable was published with other answers.
func rebanded(schema *Schema, req Request, p Published) bool {
	for _, t := range req.Tables {
		v, _, _ := schema.Lookup(t[0])
		now := Axis{Variable: v.ID, Answers: v.answerIDs()}
		for _, old := range p.Tables {
			if slices.ContainsFunc(old.Axes, func(a Axis) bool { return a.Variable == v.ID && !a.equal(now) }) {
				return true
			}
		}
	}
	return false
}

// tabulate counts and applies the rule to every figure.
func tabulate(records *Records, req Request, policy Policy) Published {
	p := Published{Period: req.Period, Rule: RuleVersion, Policy: policy, MadeUp: records.madeUp}
	for i, t := range req.Tables {
		v, at, _ := records.schema.Lookup(t[0])
		counts, total := records.count(req.Period, []int{at})
		if i == 0 {
			p.Total = policy.publish(total, false)
			p.Zeros = policy.showsZeros(p.Total)
		}
		table := PublishedTable{Axes: []Axis{{Variable: v.ID, Answers: v.answerIDs()}}}
		for _, n := range counts {
			table.Cells = append(table.Cells, policy.publish(n, p.Zeros))
		}
		p.Tables = append(p.Tables, table)
	}
	return p
}

// checkWhole refuses tables in which everybody may have given one answer (rule 4).
func checkWhole(p *Published) *Refusal {
	return refuse(p, ReasonDisclosive, func(t PublishedTable) bool { return mayHoldAll(t, p) })
}

// checkHidden refuses tables of which too little could be shown (rule 5).
func checkHidden(p *Published, accepted bool) *Refusal {
	return refuse(p, ReasonManyHidden, func(t PublishedTable) bool { return !accepted && manyHidden(t, p.Policy) })
}

func refuse(p *Published, reason Reason, bad func(PublishedTable) bool) *Refusal {
	var tables []VariableID
	for _, t := range p.Tables {
		if bad(t) {
			tables = append(tables, t.Axes[0].Variable)
		}
	}
	if tables == nil {
		return nil
	}
	return &Refusal{Reason: reason, Tables: tables}
}

// checkTogether audits the candidate alone and with every earlier release of its calendar year
// (rule 3). A reader does not know whether the people the releases share are the same or many have
// changed. Where the figures fit "the same" he may assume it; where they do not, he may still assume
// that people only came; where that does not fit either, nothing links the releases.
func checkTogether(candidate *Published, earlier []Earlier) *Refusal {
	year := candidate.Period.year()
	if alone := audit(year, []*Published{candidate}, false); len(alone.narrow) > 0 {
		return &Refusal{Reason: ReasonDisclosive, Tables: alone.narrow}
	}
	together, many := []*Published{candidate}, false
	for i := range earlier {
		e := &earlier[i]
		if e.Published.Period.year() != year {
			continue
		}
		together = append(together, &e.Published)
		many = many || e.Changed == ChangeMany && e.Published.Period.overlaps(candidate.Period)
	}
	joint := audit(year, together, false)
	if !joint.possible && !many {
		return &Refusal{Reason: ReasonWaits}
	}
	if !joint.possible {
		joint = audit(year, together, true)
	}
	if len(joint.narrow) > 0 {
		return &Refusal{Reason: ReasonDisclosive, Tables: joint.narrow}
	}
	return nil
}

func newReleaseID() string {
	b := make([]byte, 16)
	rand.Read(b)
	return hex.EncodeToString(b)
}
