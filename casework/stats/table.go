package stats

import "slices"

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

// oneWay returns the published one-way table of a variable.
func (p *Published) oneWay(id VariableID) (PublishedTable, bool) {
	i := slices.IndexFunc(p.Tables, func(t PublishedTable) bool {
		return len(t.Axes) == 1 && t.Axes[0].Variable == id
	})
	if i < 0 {
		return PublishedTable{}, false
	}
	return p.Tables[i], true
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
