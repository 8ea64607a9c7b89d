package stats

import "errors"

// RuleVersion names the rule that figures are published under. It stands in every release and in the
// ledger; figures under different versions are never published over one population.
const RuleVersion = "1"

// minWidth is the least distance between the lowest and the highest value a rule-knowing reader must
// still hold possible for a hidden figure (STATISTICS 2.4 rule 3).
const minWidth = 3

// monthlyFrom is the number of new cases a year from which months may be published (rule 8).
const monthlyFrom = 300

// Policy is the rule's numbers. Use DefaultPolicy unless an organisation has a stricter rule.
type Policy struct {
	HideUpTo         int `json:"hideUpTo"`         // counts up to this are hidden
	RoundTo          int `json:"roundTo"`          // other counts are rounded to the nearest multiple
	ZerosFrom        int `json:"zerosFrom"`        // a zero is shown when the total is surely this or more
	MaxHiddenPercent int `json:"maxHiddenPercent"` // a table with a larger share of hidden rows is refused
}

// DefaultPolicy hides 1 to 7, rounds to 5, shows zeros from 50 people and refuses a table with more
// than 40 % of its rows hidden (STATISTICS 2.1, 2.4 rules 2 and 5).
func DefaultPolicy() Policy {
	return Policy{HideUpTo: 7, RoundTo: 5, ZerosFrom: 50, MaxHiddenPercent: 40}
}

// check refuses numbers weaker than the default, and a rounding that would give some hidden or shown
// counts away: the lowest count that is shown must begin a rounding class, or the class is narrower
// than it looks (hiding up to 5 and rounding to 5 made every shown 5 a 6 or 7; STATISTICS 2.1).
func (p Policy) check() error {
	d := DefaultPolicy()
	switch {
	case p.HideUpTo < d.HideUpTo || p.RoundTo < d.RoundTo || p.ZerosFrom < d.ZerosFrom:
		return errors.New("checking the policy: the numbers are weaker than the default; use it or stricter ones")
	case p.MaxHiddenPercent < 0 || p.MaxHiddenPercent > 100:
		return errors.New("checking the policy: the share of hidden rows must be 0 to 100 per cent")
	case p.round(p.HideUpTo) == p.round(p.HideUpTo+1):
		return errors.New("checking the policy: the lowest shown count must begin a rounding class, e.g. hide 7 and round to 5")
	}
	return nil
}

// round returns the nearest multiple of RoundTo, half up.
func (p Policy) round(n int) int { return (n + p.RoundTo/2) / p.RoundTo * p.RoundTo }

// publish returns what may be shown of a count. zeros says whether zeros are shown.
func (p Policy) publish(n int, zeros bool) Cell {
	switch {
	case n == 0 && zeros:
		return Cell{}
	case n <= p.HideUpTo:
		return Cell{Hidden: true}
	}
	return Cell{Value: p.round(n)}
}

// reads returns what a reader who knows the rule can say of the count behind a cell.
func (p Policy) reads(c Cell, zeros bool) span {
	switch {
	case c.Hidden && zeros:
		return span{1, p.HideUpTo}
	case c.Hidden:
		return span{0, p.HideUpTo}
	case c.Value == 0:
		return span{0, 0}
	}
	lo := c.Value - p.RoundTo/2
	return span{max(lo, p.HideUpTo+1), lo + p.RoundTo - 1}
}

// showsZeros decides from the published total alone, so that the decision tells nothing more.
func (p Policy) showsZeros(total Cell) bool {
	return !total.Hidden && p.reads(total, false).lo >= p.ZerosFrom
}

// span is a closed interval of whole numbers.
type span struct{ lo, hi int }

func (s span) width() int { return s.hi - s.lo }

func (s span) meet(o span) span { return span{max(s.lo, o.lo), min(s.hi, o.hi)} }

func (s span) empty() bool { return s.lo > s.hi }
