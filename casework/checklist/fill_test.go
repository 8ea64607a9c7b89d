package checklist_test

import (
	"net/url"
	"slices"

	"keyholder/casework/checklist"
)

// fill is the inverse of ParseForm: the values that a browser sends when nobody changes anything.
func fill(c *checklist.Content, asked []checklist.Asked, entity string, as checklist.Answers) url.Values {
	form := url.Values{}
	for _, k := range asked {
		ins := c.Inputs(k, entity, as)
		if k.Question.Rows != nil {
			for _, row := range as.Rows(k.Question.ID) {
				ins = append(ins, c.RowInputs(k.Question, row, as)...)
			}
		}
		for _, in := range ins {
			if vs := sent(in); len(vs) > 0 {
				form[in.Name] = vs
			}
		}
	}
	return form
}

// sent are the values that a browser sends for a control that nobody changed.
func sent(in checklist.Input) []string {
	if in.Choices == nil && in.Value != "" {
		return []string{in.Value}
	}
	var vs []string
	for _, ch := range in.Choices {
		if ch.Checked && ch.Value != "" && !slices.Contains(vs, ch.Value) {
			vs = append(vs, ch.Value)
		}
	}
	return vs
}
