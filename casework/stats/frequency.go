package stats

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// Form says how much of a survey is shown.
type Form int

// The forms. The zero value is the protected one.
const (
	FormProtected  Form = iota // hidden and rounded counts only
	FormFull                   // with cumulative counts and percentages
	FormAsInReport             // with mean, least, greatest, median, variance and standard deviation too
)

// minForMoments is the least number of answers beside which a mean may stand (STATISTICS 2.4 rule 2).
const minForMoments = 20

// ErrHiddenBeside refuses percentages and averages that would give a hidden figure back.
var ErrHiddenBeside = errors.New("cumulative counts, percentages and averages may not stand beside hidden " +
	"figures or fewer than 20 answers: use the protected form")

// Hundredths is a figure in hundredths, e.g. 7925 for 79.25.
type Hundredths int

// String returns the figure with two digits.
func (h Hundredths) String() string { return fmt.Sprintf("%d.%02d", int(h)/100, int(h)%100) }

// percent returns part of whole in hundredths of a per cent, rounded half up, computed from counts:
// adding rounded percentages gives 79.24 where the counts give 79.25.
func percent(part, whole int) Hundredths { return Hundredths((20000*part + whole) / (2 * whole)) }

// FrequencyRow is one answer. The cumulative and relative figures are set in the full forms only.
type FrequencyRow struct {
	Label       string
	Count       Cell
	Cumulative  int
	Relative    Hundredths // of all who could answer
	CumRelative Hundredths
	Adjusted    Hundredths // of those who answered
	CumAdjusted Hundredths
}

// Moments treat the answers' codes 1, 2, 3 … as numbers. For named answers that means nothing; they
// are there to reproduce a report that printed them. Variance and deviation are those of a sample.
type Moments struct {
	Mean, Variance, Deviation Hundredths
	Least, Greatest           int
	Median                    Hundredths
}

// FrequencyTable is the table of one survey question.
type FrequencyTable struct {
	Title       string
	Form        Form
	About       Subject
	Rows        []FrequencyRow
	Answered    Cell
	NotAnswered Cell
	Asked       Cell
	NotRelative Hundredths // share of those asked who did not answer; full forms
	Moments     *Moments   // as in the report only
}

// NewFrequencyTable makes the table. Only a survey declared to be of workers (SubjectWorkers) shows
// exact counts. For any other, counts are hidden and rounded first, everything else is worked out
// from what is then shown, and the full forms are refused with ErrHiddenBeside where a figure is
// hidden or fewer than 20 answered.
func NewFrequencyTable(s Survey, form Form) (*FrequencyTable, error) {
	if s.answered() == 0 {
		return nil, errors.New("making a frequency table: nobody answered")
	}
	publish := DefaultPolicy().publish
	if s.About == SubjectWorkers && form != FormProtected {
		publish = func(n int, _ bool) Cell { return Cell{Value: n} }
	}
	t := &FrequencyTable{
		Title: s.Title, Form: form, About: s.About,
		Answered: publish(s.answered(), false), NotAnswered: publish(s.unanswered, false),
		Asked: publish(s.answered()+s.unanswered, false),
	}
	for i, n := range s.counts {
		t.Rows = append(t.Rows, FrequencyRow{Label: s.Answers[i].Label, Count: publish(n, false)})
	}
	if form == FormProtected {
		if err := t.check(); err != nil {
			return nil, err
		}
		return t, nil
	}
	if t.hides() || t.few() {
		return nil, ErrHiddenBeside
	}
	t.fill()
	if form == FormAsInReport {
		t.Moments = moments(t.Rows)
	}
	return t, nil
}

// hides reports whether a figure of the table is hidden.
func (t *FrequencyTable) hides() bool {
	return t.Answered.Hidden || t.NotAnswered.Hidden ||
		slices.ContainsFunc(t.Rows, func(r FrequencyRow) bool { return r.Count.Hidden })
}

// few reports whether too few people answered for figures worked out from the shown ones.
func (t *FrequencyTable) few() bool {
	return t.About != SubjectWorkers && t.Answered.Value < minForMoments
}

// check refuses a protected table about people from which a hidden figure, or everybody's answer,
// could be worked out (STATISTICS 2.4 rules 3 and 4).
func (t *FrequencyTable) check() error {
	if t.About == SubjectWorkers {
		return nil
	}
	table := PublishedTable{Axes: []Axis{{Answers: make([]AnswerID, len(t.Rows))}}}
	for _, r := range t.Rows {
		table.Cells = append(table.Cells, r.Count)
	}
	p := &Published{Period: Year(1), Policy: DefaultPolicy(), Total: t.Answered, Tables: []PublishedTable{table}}
	if mayHoldAll(table, p) || len(audit(p.Period, []*Published{p}, false).narrow) > 0 {
		return &Refusal{Reason: ReasonDisclosive}
	}
	return nil
}

// fill works the cumulative counts and percentages out from the shown counts.
func (t *FrequencyTable) fill() {
	answered := 0
	for _, r := range t.Rows {
		answered += r.Count.Value
	}
	asked, sum := answered+t.NotAnswered.Value, 0
	for i := range t.Rows {
		r := &t.Rows[i]
		sum += r.Count.Value
		r.Cumulative = sum
		r.Relative, r.CumRelative = percent(r.Count.Value, asked), percent(sum, asked)
		r.Adjusted, r.CumAdjusted = percent(r.Count.Value, answered), percent(sum, answered)
	}
	t.NotRelative = percent(t.NotAnswered.Value, asked)
}

// moments computes the report's figures over the codes 1 … k.
func moments(rows []FrequencyRow) *Moments {
	n, sum, squares := 0, 0, 0
	m := &Moments{}
	for i, r := range rows {
		code := i + 1
		n += r.Count.Value
		sum += code * r.Count.Value
		squares += code * code * r.Count.Value
		if r.Count.Value > 0 {
			m.Greatest = code
			if m.Least == 0 {
				m.Least = code
			}
		}
	}
	mean := float64(sum) / float64(n)
	m.Mean = hundredths(mean)
	m.Median = Hundredths(50 * (codeAt(rows, (n+1)/2) + codeAt(rows, n/2+1)))
	if n > 1 {
		variance := (float64(squares) - mean*float64(sum)) / float64(n-1)
		m.Variance, m.Deviation = hundredths(variance), hundredths(math.Sqrt(variance))
	}
	return m
}

// codeAt returns the code of the n-th answer in order, from 1.
func codeAt(rows []FrequencyRow, n int) int {
	for i, r := range rows {
		if n <= r.Count.Value {
			return i + 1
		}
		n -= r.Count.Value
	}
	return len(rows)
}

func hundredths(x float64) Hundredths { return Hundredths(math.Round(x * 100)) }
