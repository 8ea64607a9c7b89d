package stats

import (
	"fmt"
	"slices"
)

// Cell is one published figure: a rounded count, or the one mark for "hidden".
type Cell struct {
	Hidden bool `json:"hidden,omitempty"`
	Value  int  `json:"value,omitempty"` // 0 when hidden
}

// Axis is one variable of a published table with the answers it had then. The ledger keeps it so
// that the same variable is never published over the same people in other bands.
type Axis struct {
	Variable VariableID `json:"variable"`
	Answers  []AnswerID `json:"answers"`
}

// PublishedTable is one table as it left: its axes and its cells, the last axis varying fastest.
type PublishedTable struct {
	Axes  []Axis `json:"axes"`
	Cells []Cell `json:"cells"`
}

// Published is what the ledger keeps of a release: definitions and published values, no case
// identifiers and no true counts (STATISTICS 2.4 rule 9).
type Published struct {
	ID     string           `json:"id"` // 128 random bits in hexadecimal
	Period Period           `json:"period"`
	Rule   string           `json:"rule"`
	Policy Policy           `json:"policy"`
	Zeros  bool             `json:"zeros"` // zeros are shown, so a mark means at least 1
	MadeUp bool             `json:"madeUp,omitempty"`
	Total  Cell             `json:"total"`
	Tables []PublishedTable `json:"tables"`
}

// equal reports whether two axes are the same variable with the same answers.
func (a Axis) equal(b Axis) bool {
	return a.Variable == b.Variable && slices.Equal(a.Answers, b.Answers)
}

// oneWay returns the published one-way table over an axis.
func (p *Published) oneWay(a Axis) (PublishedTable, bool) {
	for _, t := range p.Tables {
		if len(t.Axes) == 1 && t.Axes[0].equal(a) {
			return t, true
		}
	}
	return PublishedTable{}, false
}

// check finds a ledger entry that cannot have been written by Prepare.
func (p *Published) check() error {
	damaged := fmt.Errorf("reading the ledger: an entry of %s is damaged; restore a backup", p.Period)
	if !p.Period.valid() || p.Policy.check() != nil {
		return damaged
	}
	for _, t := range p.Tables {
		cells := 1
		for _, a := range t.Axes {
			cells *= len(a.Answers)
		}
		if len(t.Axes) == 0 || len(t.Cells) != cells {
			return damaged
		}
	}
	return nil
}

// total returns what a reader can say of the number of people in the release.
func (p *Published) total() span { return p.Policy.reads(p.Total, false) }

// manyHidden reports whether a larger share of the rows than the policy allows is hidden.
func manyHidden(t PublishedTable, policy Policy) bool {
	hidden := 0
	for _, c := range t.Cells {
		if c.Hidden {
			hidden++
		}
	}
	return hidden*100 > policy.MaxHiddenPercent*len(t.Cells)
}

// mayHoldAll reports whether the figures leave open that everybody stands in one shown row: then
// whoever knows that a person is among them knows her answer (STATISTICS 2.4 rule 4). It looks at
// the published figures and not at the counts, or the refusal itself would tell.
func mayHoldAll(t PublishedTable, p *Published) bool {
	others, shown := 0, -1
	for i, c := range t.Cells {
		switch at := p.Policy.reads(c, p.Zeros); {
		case c.Hidden:
			others += at.lo
		case c.Value > 0 && shown >= 0:
			return false
		case c.Value > 0:
			shown = i
		}
	}
	return shown >= 0 && others == 0 && !p.Policy.reads(t.Cells[shown], p.Zeros).meet(p.total()).empty()
}
