package stats

import (
	"errors"
	"fmt"
)

// Record is one distinct survivor, in codes: linked cases are one record (STATISTICS 2.4 rule 1).
// It has no field that could hold a name, a note or an identifier; a test reads this declaration and
// fails when one appears.
type Record struct {
	Opened Month  // month in which she first came; a survivor belongs to one month only
	MadeUp bool   // a made-up case of the demonstration
	Values []Code // one code per variable, in the schema's order
}

// Records holds records as one column of codes per variable.
type Records struct {
	schema  *Schema
	opened  []Month
	columns [][]Code
	madeUp  bool
}

// NewRecords returns an empty set of records of the schema.
func NewRecords(schema *Schema) *Records {
	return &Records{schema: schema, columns: make([][]Code, len(schema.variables))}
}

// Add appends one record. It refuses codes the schema does not have and made-up cases among real
// ones; nothing of a refused record is kept.
func (r *Records) Add(rec Record) error {
	if len(rec.Values) != len(r.columns) {
		return fmt.Errorf("adding a record: %d values for %d variables", len(rec.Values), len(r.columns))
	}
	for i, code := range rec.Values {
		if v := r.schema.variables[i]; int(code) >= len(v.Answers) {
			return fmt.Errorf("adding a record: variable %q has no answer with this code", v.ID)
		}
	}
	if len(r.opened) > 0 && rec.MadeUp != r.madeUp {
		return errors.New("adding a record: made-up and real cases may not stand in one table")
	}
	r.madeUp = rec.MadeUp
	r.opened = append(r.opened, rec.Opened)
	for i, code := range rec.Values {
		r.columns[i] = append(r.columns[i], code)
	}
	return nil
}

// count tabulates the records of the period over one or more variables in one pass. The result is
// row-major: the last variable varies fastest. total is the number of records in the period.
func (r *Records) count(period Period, at []int) (cells []int, total int) {
	size := 1
	for _, v := range at {
		size *= len(r.schema.variables[v].Answers)
	}
	cells = make([]int, size)
	first, last := period.months()
	for i, m := range r.opened {
		if m < first || m > last {
			continue
		}
		total++
		cell := 0
		for _, v := range at {
			cell = cell*len(r.schema.variables[v].Answers) + int(r.columns[v][i])
		}
		cells[cell]++
	}
	return cells, total
}

// opensIn counts the records opened in the twelve months up to and including m.
func (r *Records) opensIn(m Month) int {
	n := 0
	for _, o := range r.opened {
		if o > m-12 && o <= m {
			n++
		}
	}
	return n
}
