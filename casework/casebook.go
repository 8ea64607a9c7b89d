package casework

import (
	"context"
	"fmt"
	"slices"
	"time"

	"keyholder/casework/checklist"
)

// Casebook is the service over the records of cases: it opens them, reads them, and changes them,
// each change in one transaction. The same casebook runs over the encrypted store and over a
// Memory; nothing above it needs to know which.
type Casebook struct {
	record  Record
	cases   Cases
	audit   Auditor
	clock   func() time.Time
	content *checklist.Content
	madeUp  bool
}

// CasebookConfig is what a casebook works with; every part is needed but the last.
type CasebookConfig struct {
	Record  Record
	Cases   Cases
	Audit   Auditor
	Clock   func() time.Time // local time: its offset is kept with every value
	Content *checklist.Content
	MadeUp  bool // the demonstration: every case opened here is marked, so that none passes for a real one
}

// NewCasebook returns a casebook.
func NewCasebook(c CasebookConfig) *Casebook {
	return &Casebook{record: c.Record, cases: c.Cases, audit: c.Audit, clock: c.Clock, content: c.Content, madeUp: c.MadeUp}
}

// Content returns the checklist content that the casebook works with.
func (b *Casebook) Content() *checklist.Content { return b.content }

// Act says who does something, and as part of what. It travels with every change.
type Act struct {
	Submission   string // random id of the form post, so that a double click is done once
	By           WorkerID
	Consultation ConsultationID // the sitting in which it happens, empty outside one
}

// OpenCase opens a case under a random code. No name is asked for.
func (b *Casebook) OpenCase(ctx context.Context, a Act, madeUp bool) (*Case, error) {
	now := b.clock()
	k := &Case{
		ID: CaseID(a.newID()), Code: NewCaseCode(), OpenedAt: now, OpenedBy: a.By, MadeUp: madeUp || b.madeUp,
	}
	c := Change{Submission: a.Submission, By: a.By, At: now, Verb: VerbOpenCase, Open: k}
	if err := b.record.Apply(ctx, k.ID, c); err != nil {
		return nil, fmt.Errorf("opening a case: %w", err)
	}
	kept, err := b.cases.Case(ctx, k.ID) // of a form sent twice, the one that was opened
	if err != nil {
		return nil, fmt.Errorf("opening a case: %w", err)
	}
	return kept, nil
}

// Read returns the file of a case and writes the reading into the audit. When the audit cannot be
// written the case is not shown.
func (b *Casebook) Read(ctx context.Context, id CaseID, by WorkerID) (*File, error) {
	f, err := b.file(ctx, id)
	if err != nil {
		return nil, err
	}
	err = b.audit.Audit(ctx, AuditEntry{Case: id, Verb: VerbReadCase, By: by, At: b.clock()})
	if err != nil {
		return nil, fmt.Errorf("auditing a reading: %w", err)
	}
	return f, nil
}

// Printed writes into the audit that a form of the case was printed.
func (b *Casebook) Printed(ctx context.Context, id CaseID, by WorkerID) error {
	err := b.audit.Audit(ctx, AuditEntry{Case: id, Verb: VerbPrint, By: by, At: b.clock()})
	if err != nil {
		return fmt.Errorf("auditing a print: %w", err)
	}
	return nil
}

// file reads a case without an audit entry, for changes and lists.
func (b *Casebook) file(ctx context.Context, id CaseID) (*File, error) {
	k, err := b.cases.Case(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("reading a case: %w", err)
	}
	entities, err := b.record.Entities(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("reading entities: %w", err)
	}
	heads, err := b.record.Heads(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("reading values: %w", err)
	}
	consents, err := b.record.Consents(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("reading consents: %w", err)
	}
	return NewFile(b.content, *k, entities, heads, consents), nil
}

// Listed is one line of the list of cases.
type Listed struct {
	Case Case
	Next Next
}

// List returns all cases, newest first, each with the one next thing to do.
func (b *Casebook) List(ctx context.Context) ([]Listed, error) {
	cases, err := b.cases.Cases(ctx)
	if err != nil {
		return nil, fmt.Errorf("listing cases: %w", err)
	}
	out := make([]Listed, 0, len(cases))
	for _, k := range cases {
		f, err := b.file(ctx, k.ID)
		if err != nil {
			return nil, err
		}
		out = append(out, Listed{Case: k, Next: f.Next(b.clock())})
	}
	slices.SortStableFunc(out, func(a, b Listed) int { return b.Case.OpenedAt.Compare(a.Case.OpenedAt) })
	return out, nil
}

// History returns all values of one slot of a case, oldest first.
func (b *Casebook) History(ctx context.Context, id CaseID, s Slot) ([]Value, error) {
	values, err := b.record.History(ctx, id, s)
	if err != nil {
		return nil, fmt.Errorf("reading a history: %w", err)
	}
	return values, nil
}

// Answers is one form: the values a worker entered and the heads that stood when the form was
// shown.
type Answers struct {
	Values   []Value
	Entities []Entity         // rows that the form adds; At and By are filled in
	Expect   map[Slot]ValueID // "" where nothing stood; a slot left out is not checked
}

// SaveAnswers keeps a form. A value that says what already stands is not written again. Answers to
// the agreement (00.7) also write the consent row of their purpose, in the same transaction.
//
// It returns FieldErrors when a value cannot stand, *Conflict when somebody else changed a field
// meanwhile; in both cases nothing was saved.
func (b *Casebook) SaveAnswers(ctx context.Context, id CaseID, a Act, form Answers) error {
	f, err := b.file(ctx, id)
	if err != nil {
		return err
	}
	if err := f.check(form); err != nil {
		return err
	}
	values, expect, err := b.untouched(ctx, f, form)
	if err != nil {
		return err
	}
	c := b.change(a, VerbAnswer, values...)
	c.Expect = expect
	for _, e := range form.Entities {
		e.At, e.By = c.At, a.By
		c.Entities = append(c.Entities, e)
	}
	for _, v := range c.Values {
		if p, ok := purposeOf(v.Slot); ok {
			c.Consents = append(c.Consents, Consent{
				Purpose: p, State: v.State, Wording: AgreementWording(b.content),
			})
		}
	}
	return b.apply(ctx, id, c)
}

// change builds a transaction of values. Content version and consultation are stamped here.
func (b *Casebook) change(a Act, verb Verb, values ...Value) Change {
	for i := range values {
		values[i].Content = b.content.Version
		values[i].Consultation = a.Consultation
	}
	return Change{Submission: a.Submission, By: a.By, At: b.clock(), Verb: verb, Values: values}
}

// apply performs c, and nothing at all when it would change nothing.
func (b *Casebook) apply(ctx context.Context, id CaseID, c Change) error {
	if len(c.Values) == 0 && len(c.Entities) == 0 && len(c.Consents) == 0 {
		return nil
	}
	if err := b.record.Apply(ctx, id, c); err != nil {
		return fmt.Errorf("saving a change: %w", err)
	}
	return nil
}

// news drops the values that say what already stands; a slot nobody ever filled already stands as
// "not asked".
func (f *File) news(values []Value) []Value {
	var out []Value
	for _, v := range values {
		now := f.Head(v.Slot.Entity, v.Slot.Field)
		if now.ID == "" && v.blank() || now.ID != "" && v.Same(now) {
			continue
		}
		out = append(out, v)
	}
	return out
}
