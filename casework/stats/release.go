package stats

import (
	"fmt"
	"slices"
)

// HiddenMark stands in every table for a figure that is not shown.
const HiddenMark = "[c]"

// Release is what may leave. Only Prepare and PrepareSurvey make one that the writers accept; its
// figures cannot be changed from outside.
type Release struct {
	published Published
	schema    *Schema
	survey    *FrequencyTable
	prepared  bool
}

// Prepared reports whether Prepare or PrepareSurvey made the release. The zero value is not.
func (r *Release) Prepared() bool { return r != nil && r.prepared }

// Published returns a copy of the definition and the published values for the ledger.
func (r *Release) Published() Published {
	p := r.published
	p.Tables = nil
	for _, t := range r.published.Tables {
		c := PublishedTable{Cells: slices.Clone(t.Cells)}
		for _, a := range t.Axes {
			c.Axes = append(c.Axes, Axis{Variable: a.Variable, Answers: slices.Clone(a.Answers)})
		}
		p.Tables = append(p.Tables, c)
	}
	return p
}

// Preview is exactly what leaves, already in words: the writers are given nothing else.
type Preview struct {
	Release   string         `json:"release"` // random
	Title     string         `json:"title"`
	Period    string         `json:"period,omitempty"` // empty for a survey
	Rule      string         `json:"rule"`
	MadeUp    bool           `json:"madeUp"`
	Marks     []string       `json:"marks"`
	Tables    []TableView    `json:"tables,omitempty"`
	Frequency *FrequencyView `json:"frequency,omitempty"`
	Method    []Note         `json:"method"`
	Limits    []Note         `json:"limits"`
}

// TableView is a one-way table in words.
type TableView struct {
	ID         VariableID `json:"id"`
	Title      string     `json:"title"`
	Rows       []RowView  `json:"rows"`
	Total      string     `json:"total"`
	ShareKnown string     `json:"shareKnown"` // per cent, or the mark when a row is hidden
}

// RowView is one answer: its label and the figure or mark shown.
type RowView struct {
	ID    AnswerID `json:"id"`
	Label string   `json:"label"`
	Shown string   `json:"shown"`
}

// Preview returns what leaves, in words.
func (r *Release) Preview() Preview {
	p := r.published
	v := Preview{Release: p.ID, Rule: "hide " + fmt.Sprint(p.Policy.HideUpTo) + ", round " +
		fmt.Sprint(p.Policy.RoundTo) + ", version " + p.Rule, MadeUp: p.MadeUp}
	if r.survey != nil {
		return surveyPreview(v, r.survey)
	}
	v.Title, v.Period = "Cases by period", p.Period.String()
	v.Marks, v.Method, v.Limits = caseMarks(&p), caseMethod(&p), caseLimits(&p)
	for _, t := range p.Tables {
		v.Tables = append(v.Tables, r.view(t))
	}
	return v
}

func (r *Release) view(t PublishedTable) TableView {
	variable, _, _ := r.schema.Lookup(t.Axes[0].Variable)
	out := TableView{
		ID: variable.ID, Title: variable.Title, Total: shown(r.published.Total),
		ShareKnown: shareKnown(t, variable),
	}
	for i, a := range variable.Answers {
		out.Rows = append(out.Rows, RowView{ID: a.ID, Label: a.Label, Shown: shown(t.Cells[i])})
	}
	return out
}

func shown(c Cell) string {
	if c.Hidden {
		return HiddenMark
	}
	return fmt.Sprint(c.Value)
}

// shareKnown is computed from the shown figures only; beside a hidden one it would give that one away.
func shareKnown(t PublishedTable, v Variable) string {
	known, all := 0, 0
	for i, c := range t.Cells {
		if c.Hidden {
			return HiddenMark
		}
		all += c.Value
		if v.Answers[i].Known {
			known += c.Value
		}
	}
	if all == 0 {
		return HiddenMark
	}
	return fmt.Sprintf("%d%%", (200*known+all)/(2*all))
}
