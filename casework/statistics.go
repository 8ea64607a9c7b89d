package casework

import (
	"context"
	"fmt"

	"keyholder/casework/checklist"
	"keyholder/casework/stats"
)

// statCode finds the coded answer of a variable for a value: its code, its state, or the coarse
// band of its state. What the variable has no row for is never told as a no: a suspicion becomes
// "does not know", anything else "not asked".
func statCode(v stats.Variable, head Value) stats.Code {
	ids := []stats.AnswerID{stats.AnswerID(head.State)}
	switch head.State {
	case checklist.Yes:
		ids = []stats.AnswerID{stats.AnswerID(head.Code()), "yes", "yes_or_suspected"}
	case checklist.Suspected:
		ids = append(ids, "yes_or_suspected", stats.AnswerDontKnow)
	}
	for _, id := range append(ids, stats.AnswerNotAsked) {
		if code, ok := v.Code(id); ok {
			return code
		}
	}
	return 0 // every variable of a schema has a row for "not asked"
}

// record is the single reduction of a case to what statistics may see: one code for each variable
// of the schema, the month in which the case was opened, and nothing else. ok is false without a
// plain yes to the purpose "statistics": a withdrawal acts on the next table.
func (f *File) record(schema *stats.Schema) (rec stats.Record, ok bool) {
	if f.ConsentTo(ConsentStatistics) != checklist.Yes {
		return stats.Record{}, false
	}
	rec.Opened = stats.MonthOf(f.Case.OpenedAt)
	rec.MadeUp = f.Case.MadeUp
	for _, v := range schema.Variables() {
		rec.Values = append(rec.Values, statCode(v, f.Head("", Field(v.ID))))
	}
	return rec, true
}

// Counted is what a set of records was made from.
type Counted struct {
	Cases      int // cases in the book
	Agreed     int // of them with a yes to statistics: these are in the records
	NotAgreed  int // not asked, refused, not known or withdrawn; they are in no table
	MadeUpOnly bool
}

// StatRecords reduces all cases that agreed to statistics to records of the schema. It refuses a
// book that mixes made-up cases with real ones.
func (b *Casebook) StatRecords(ctx context.Context, schema *stats.Schema) (*stats.Records, Counted, error) {
	cases, err := b.cases.Cases(ctx)
	if err != nil {
		return nil, Counted{}, fmt.Errorf("listing cases: %w", err)
	}
	records := stats.NewRecords(schema)
	counted := Counted{Cases: len(cases), MadeUpOnly: len(cases) > 0}
	for _, k := range cases {
		f, err := b.file(ctx, k.ID)
		if err != nil {
			return nil, Counted{}, err
		}
		counted.MadeUpOnly = counted.MadeUpOnly && k.MadeUp
		rec, ok := f.record(schema)
		if !ok {
			counted.NotAgreed++
			continue
		}
		if err := records.Add(rec); err != nil {
			return nil, Counted{}, fmt.Errorf("reducing a case: %w", err)
		}
		counted.Agreed++
	}
	return records, counted, nil
}
