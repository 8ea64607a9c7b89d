package stats

import "fmt"

// FrequencyView is a frequency table in words. Lines holds one line per answer, then the lines for
// not answered and the sum; a line has one entry per column, empty where there is nothing to show.
type FrequencyView struct {
	Title   string     `json:"title"`
	Columns []string   `json:"columns"`
	Lines   [][]string `json:"lines"`
	Figures []Figure   `json:"figures,omitempty"` // as in the report
}

// Figure is one figure of the report's table with its name.
type Figure struct {
	Label string `json:"label"`
	Shown string `json:"shown"`
}

// View returns the table in words.
func (t *FrequencyTable) View() FrequencyView {
	if t.Form == FormProtected {
		return t.protectedView()
	}
	v := FrequencyView{Title: t.Title, Columns: []string{
		"Answer", "Count", "Cumulative count", "Per cent",
		"Cumulative per cent", "Adjusted per cent", "Cumulative adjusted per cent",
	}}
	for _, r := range t.Rows {
		v.Lines = append(v.Lines, []string{
			r.Label, shown(r.Count), fmt.Sprint(r.Cumulative), r.Relative.String(),
			r.CumRelative.String(), r.Adjusted.String(), r.CumAdjusted.String(),
		})
	}
	v.Lines = append(v.Lines,
		[]string{"Not answered", shown(t.NotAnswered), "", t.NotRelative.String(), Hundredths(10000).String(), "", ""},
		[]string{"All asked", shown(t.Asked), "", "", "", "", ""})
	if m := t.Moments; m != nil {
		v.Figures = []Figure{
			{"Mean", m.Mean.String()},
			{"Least", fmt.Sprint(m.Least)},
			{"Greatest", fmt.Sprint(m.Greatest)},
			{"Median", m.medianText()},
			{"Variance", m.Variance.String()},
			{"Standard deviation", m.Deviation.String()},
		}
	}
	return v
}

func (t *FrequencyTable) protectedView() FrequencyView {
	v := FrequencyView{Title: t.Title, Columns: []string{"Answer", "Count"}}
	for _, r := range t.Rows {
		v.Lines = append(v.Lines, []string{r.Label, shown(r.Count)})
	}
	v.Lines = append(v.Lines, []string{"Answered", shown(t.Answered)})
	if t.About == SubjectWorkers { // beside hidden rows about people, every further sum is one more handle
		v.Lines = append(v.Lines, []string{"Not answered", shown(t.NotAnswered)}, []string{"All asked", shown(t.Asked)})
	}
	return v
}

// medianText leaves the digits away where the median is one of the codes.
func (m *Moments) medianText() string {
	if m.Median%100 == 0 {
		return fmt.Sprint(int(m.Median) / 100)
	}
	return m.Median.String()
}

// surveyPreview completes the preview of a survey's release.
func surveyPreview(v Preview, t *FrequencyTable) Preview {
	view := t.View()
	v.Title, v.Frequency = "Survey", &view
	if t.About == SubjectWorkers {
		v.Title = "Survey of workers"
	}
	if t.About == SubjectWorkers && t.Form != FormProtected {
		v.Rule = "exact figures, declared survey of workers, version " + RuleVersion
		v.Method = append(v.Method, note("declared", "Whoever publishes this declared it a survey of workers: no answer is about a survivor. Figures are exact."))
	} else {
		policy := DefaultPolicy()
		v.Marks = append(v.Marks, fmt.Sprintf("%s = confidential: between 0 and %d answers", HiddenMark, policy.HideUpTo))
		v.Method = append(v.Method, note("rule", "Counts up to %d are not shown. All other counts are rounded to the nearest %d.",
			policy.HideUpTo, policy.RoundTo))
	}
	if t.Form != FormProtected {
		v.Method = append(v.Method, note("denominators", "Per cent is of all who were asked, adjusted per cent of those who answered. Cumulative per cent is worked out from counts."))
	}
	if t.Moments != nil {
		v.Limits = append(v.Limits, note("nominal", "The answers are names, not amounts: their mean and variance have no meaning and only repeat the report. Both are for a sample."))
	}
	v.Limits = append(v.Limits, note("survey", "The figures speak for those who answered, and for nobody else."))
	if v.MadeUp {
		v.Marks = append(v.Marks, madeUpMark)
	}
	return v
}
