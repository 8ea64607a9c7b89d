package checklist

import (
	"fmt"
	"slices"
)

// gridColumns are the parts of question 01.6 that a row of the grid asks again for one time.
func gridColumns() []string { return []string{"what", "where", "present"} }

// grid makes the rows of the pattern grid out of question 01.6, so that both use the same words.
func (c *Content) grid() error {
	known := c.questions[patternQuestion]
	if known == nil {
		return fmt.Errorf("indexing the content: the pattern grid needs question %s", patternQuestion)
	}
	words := c.Session.Grid
	c.Grid = Question{
		ID: GridID, Text: words.Text, Help: words.Help,
		Rows:  &Rows{Entity: "row", Noun: words.Noun},
		Alert: known.Alert, Phases: known.Phases, Depth: DepthSession, Sources: known.Sources, Checked: known.Checked,
	}
	for _, name := range gridColumns() {
		part := known.Part(name)
		if part == nil {
			return fmt.Errorf("indexing the content: question %s has no part %q for the pattern grid", patternQuestion, name)
		}
		c.Grid.Rows.Columns = append(c.Grid.Rows.Columns, *part)
	}
	c.questions[GridID] = &c.Grid
	return nil
}

// Reading is what one row of the pattern grid points to; the empty row is question 01.6 itself.
type Reading struct {
	Row         string
	Suggestions []Suggestion
}

// ReadGrid reads question 01.6 and every row of the grid by itself. It suggests and never concludes.
func ReadGrid(c *Content, as Answers) []Reading {
	out := []Reading{{Suggestions: c.read(as, Ref{Question: patternQuestion})}}
	for _, row := range as.Rows(GridID) {
		out = append(out, Reading{Row: row, Suggestions: c.read(as, Ref{Entity: row, Question: GridID})})
	}
	return out
}

// JoinGrid adds to question 01.6 what the rows of the grid say, so that everything that reads 01.6
// knows of it. Nothing that was answered there is taken away.
func JoinGrid(c *Content, before, rows Answers) Answers {
	out := Answers{}
	for _, name := range gridColumns() {
		at := Ref{Question: patternQuestion, Part: name}
		joined := before[at]
		known := len(joined.Codes)
		joined.Codes = joinCodes(joined.Codes, rows, name)
		if len(joined.Codes) == known {
			continue
		}
		switch joined.Is() {
		case NotAsked, No, NotApplicable:
			joined.State = Yes
		}
		out[at] = joined
	}
	return out
}

// joinCodes adds to codes what the rows of the grid say in one column.
func joinCodes(codes []string, rows Answers, column string) []string {
	codes = slices.Clone(codes)
	for _, row := range rows.Rows(GridID) {
		for _, code := range rows[Ref{Entity: row, Question: GridID, Part: column}].Codes {
			if code != CodeDontKnow && !slices.Contains(codes, code) {
				codes = append(codes, code)
			}
		}
	}
	return codes
}
