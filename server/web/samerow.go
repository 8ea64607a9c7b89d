package web

import (
	"slices"
	"strings"

	"keyholder/casework/checklist"
	"keyholder/server/view"
)

// samePrefix starts the value of the button that fills the last row of a list like the row above it.
const samePrefix = "same:"

// MorePrefix starts the value of the button that asks for one more row of a list.
const MorePrefix = "more:"

// SameButton offers to fill the last row of a list like the one above.
func SameButton(c *Call, q *checklist.Question) *view.Button {
	return &view.Button{
		Text: c.T("ask.same", "noun", q.Rows.Noun), Name: "_then", Value: samePrefix + q.ID, Kind: "secondary",
	}
}

// RowButtons are the buttons of a list on a screen with several questions.
func RowButtons(c *Call, q *checklist.Question) []view.Button {
	if q.Rows == nil {
		return nil
	}
	return []view.Button{
		{Text: c.T("ask.more", "noun", q.Rows.Noun), Name: "_then", Value: MorePrefix + q.ID, Kind: "secondary"},
		*SameButton(c, q),
	}
}

// FillRow fills the last row of a list like the row above it, when that was asked for: the form is
// shown again for review, and nothing is saved. What the last row says already stays, and words that
// somebody typed are not copied.
func (p *Place) FillRow(c *Call, a *Answering) bool {
	id, wanted := strings.CutPrefix(c.PostForm("_then"), samePrefix)
	i := slices.IndexFunc(a.Asked, func(k checklist.Asked) bool { return k.Question.ID == id && k.Question.Rows != nil })
	if !wanted || i < 0 {
		return false
	}
	q := a.Asked[i].Question
	rows := shownRows(q, a.Answers)
	if len(rows) > 1 {
		above, last := rows[len(rows)-2], rows[len(rows)-1]
		copyRow(a.Answers, q.Rows.Columns, checklist.Ref{Entity: above, Question: q.ID}, checklist.Ref{Entity: last, Question: q.ID})
		c.Flash("note", c.T("ask.same.done"))
	}
	return true
}

// shownRows are the rows of a list as the form shows them: an empty one stands last.
func shownRows(q *checklist.Question, as checklist.Answers) []string {
	rows := as.Rows(q.ID)
	if !slices.ContainsFunc(rows, func(id string) bool { return strings.HasPrefix(id, "new") }) {
		rows = append(rows, "new1")
	}
	return rows
}

// copyRow copies the chosen answers of one row into the empty places of another.
func copyRow(as checklist.Answers, columns []checklist.Part, from, to checklist.Ref) {
	for _, col := range columns {
		from.Part, to.Part = col.Name, col.Name
		if !col.Kind.Typed() && as[to].Is() == checklist.NotAsked && as[from].Is() != checklist.NotAsked {
			as[to] = as[from]
		}
	}
}
