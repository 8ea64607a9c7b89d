// Package casetest holds what tests of cases share: the conformance tests that every Record has to
// pass, and builders for cases. Nothing but tests imports it.
package casetest

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"keyholder/casework"
	"keyholder/casework/checklist"
	"keyholder/casework/personal"
)

// Worker is the worker who acts in the conformance tests.
const Worker casework.WorkerID = "00000000000000000000000000000001"

// At is the moment at which the conformance tests write; its offset must survive the record.
func At(minute int) time.Time {
	return time.Date(2026, 11, 3, 9, minute, 0, 0, time.FixedZone("", 3600))
}

// Opened opens a case with no values on r and returns its id.
func Opened(t *testing.T, r casework.Record) casework.CaseID {
	t.Helper()
	id := casework.CaseID(casework.NewID())
	apply(t, r, id, casework.Change{Verb: casework.VerbOpenCase, Open: &casework.Case{
		ID: id, Code: "KH-" + string(id[:8]), OpenedAt: At(0), OpenedBy: Worker,
	}})
	return id
}

// RecordTests holds a record to the semantics of casework.Record. open returns an empty record; it
// is called once for each test.
func RecordTests(t *testing.T, open func(t *testing.T) casework.Record) {
	tests := []struct {
		name string
		run  func(t *testing.T, r casework.Record)
	}{
		{"keeps every field of a value", keepsFields},
		{"chains corrections and shows the newest", chainsCorrections},
		{"chains two values of one change", chainsWithinChange},
		{"does a submission once", submissionOnce},
		{"refuses a stale head and writes nothing", refusesStale},
		{"accepts the same answer from two workers once", acceptsSame},
		{"expects an empty slot", expectsEmpty},
		{"writes all or nothing", allOrNothing},
		{"keeps cases apart", keepsApart},
		{"keeps consents in order", keepsConsents},
		{"refuses a case that is not there", refusesUnknownCase},
		{"refuses to open twice", refusesOpenTwice},
		{"hands out copies", handsOutCopies},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) { tc.run(t, open(t)) })
	}
}

// answer builds a plain answer to a case-level field.
func answer(field casework.Field, s casework.State) casework.Value {
	return casework.Value{
		Slot: casework.Slot{Field: field}, State: s, Basis: casework.SurvivorSaid,
	}
}

func apply(t *testing.T, r casework.Record, id casework.CaseID, c casework.Change) {
	t.Helper()
	if err := try(r, id, c); err != nil {
		t.Fatalf("applying a change: %v", err)
	}
}

func try(r casework.Record, id casework.CaseID, c casework.Change) error {
	if c.Submission == "" {
		c.Submission = casework.NewID()
	}
	if c.By == "" {
		c.By = Worker
	}
	if c.At.IsZero() {
		c.At = At(1)
	}
	if c.Verb == "" {
		c.Verb = casework.VerbAnswer
	}
	return r.Apply(context.Background(), id, c)
}

func heads(t *testing.T, r casework.Record, id casework.CaseID) map[casework.Slot]casework.Value {
	t.Helper()
	values, err := r.Heads(context.Background(), id)
	if err != nil {
		t.Fatalf("reading heads: %v", err)
	}
	out := make(map[casework.Slot]casework.Value)
	for _, v := range values {
		if _, twice := out[v.Slot]; twice {
			t.Fatalf("two heads of field %s", v.Slot.Field)
		}
		out[v.Slot] = v
	}
	return out
}

func history(t *testing.T, r casework.Record, id casework.CaseID, s casework.Slot) []casework.Value {
	t.Helper()
	values, err := r.History(context.Background(), id, s)
	if err != nil {
		t.Fatalf("reading history: %v", err)
	}
	return values
}

func wantKind(t *testing.T, err error, kind casework.Kind) {
	t.Helper()
	var e *casework.Error
	if !errors.As(err, &e) || e.Kind != kind {
		t.Fatalf("got %v, want an error of kind %s", err, kind)
	}
}

func keepsFields(t *testing.T, r casework.Record) {
	id := Opened(t, r)
	thing := casework.Entity{
		ID: casework.EntityID(casework.NewID()), Kind: casework.KindDevice, At: At(2), By: Worker,
	}
	in := casework.Value{
		Slot:         casework.Slot{Entity: thing.ID, Field: "label"},
		State:        checklist.Suspected,
		Codes:        []string{"zebra", "apple", "zebra"},
		Text:         personal.New("näher beschrieben\nin zwei Zeilen"),
		Basis:        casework.WorkerSaw,
		Content:      3,
		Consultation: "00000000000000000000000000000002",
	}
	apply(t, r, id, casework.Change{
		At: At(2), Entities: []casework.Entity{thing}, Values: []casework.Value{in},
	})
	got := heads(t, r, id)[in.Slot]
	if got.ID == "" || got.By != Worker || got.Supersedes != "" {
		t.Errorf("id, by or supersedes not filled in: id %q by %q", got.ID, got.By)
	}
	if !got.At.Equal(At(2)) || zone(got.At) != zone(At(2)) {
		t.Errorf("instant %v, want %v with the same offset", got.At, At(2))
	}
	if !got.Same(in) || got.Content != 3 || got.Consultation != in.Consultation {
		t.Errorf("a field did not survive: got %+v", got)
	}
	wantEntity(t, r, id, thing)
}

// wantEntity fails unless the case has exactly this entity.
func wantEntity(t *testing.T, r casework.Record, id casework.CaseID, want casework.Entity) {
	t.Helper()
	entities, err := r.Entities(context.Background(), id)
	if err != nil || len(entities) != 1 {
		t.Fatalf("entities %v, %v", entities, err)
	}
	e := entities[0]
	if e.ID != want.ID || e.Kind != want.Kind || !e.At.Equal(want.At) || e.By != want.By {
		t.Errorf("entity %+v, want %+v", e, want)
	}
}

func zone(t time.Time) int {
	_, offset := t.Zone()
	return offset
}

func chainsCorrections(t *testing.T, r casework.Record) {
	id := Opened(t, r)
	slot := casework.Slot{Field: "q:01.1"}
	for i, s := range []casework.State{checklist.DontKnow, checklist.Yes, checklist.No} {
		apply(t, r, id, casework.Change{At: At(i), Values: []casework.Value{answer("q:01.1", s)}})
	}
	chain := history(t, r, id, slot)
	if len(chain) != 3 || chain[0].State != checklist.DontKnow || chain[2].State != checklist.No {
		t.Fatalf("history %+v, want three values, oldest first", chain)
	}
	for i := 1; i < len(chain); i++ {
		if chain[i].Supersedes != chain[i-1].ID {
			t.Errorf("value %d supersedes %q, want %q", i, chain[i].Supersedes, chain[i-1].ID)
		}
	}
	if got := heads(t, r, id)[slot]; got.ID != chain[2].ID {
		t.Errorf("head is not the newest value")
	}
}

func chainsWithinChange(t *testing.T, r casework.Record) {
	id := Opened(t, r)
	apply(t, r, id, casework.Change{Values: []casework.Value{
		answer("q:01.1", checklist.DontKnow), answer("q:01.1", checklist.Yes),
	}})
	chain := history(t, r, id, casework.Slot{Field: "q:01.1"})
	if len(chain) != 2 || chain[1].Supersedes != chain[0].ID || chain[1].State != checklist.Yes {
		t.Errorf("history %+v, want the second to supersede the first", chain)
	}
}

func submissionOnce(t *testing.T, r casework.Record) {
	id := Opened(t, r)
	c := casework.Change{
		Submission: casework.NewID(), Values: []casework.Value{answer("q:01.1", checklist.Yes)},
		Consents: []casework.Consent{{
			Purpose: casework.ConsentScan, State: checklist.Yes, Wording: "agreement.v1",
		}},
	}
	apply(t, r, id, c)
	apply(t, r, id, c)
	if n := len(history(t, r, id, casework.Slot{Field: "q:01.1"})); n != 1 {
		t.Errorf("%d values after the same submission twice, want 1", n)
	}
	if k, err := r.Consents(context.Background(), id); err != nil || len(k) != 1 {
		t.Errorf("%d consents (%v) after the same submission twice, want 1", len(k), err)
	}
}

func refusesStale(t *testing.T, r casework.Record) {
	id := Opened(t, r)
	slot, other := casework.Slot{Field: "q:01.1"}, casework.Slot{Field: "q:01.2"}
	apply(t, r, id, casework.Change{Values: []casework.Value{answer("q:01.1", checklist.Yes)}})
	seen := heads(t, r, id)[slot].ID
	apply(t, r, id, casework.Change{Values: []casework.Value{answer("q:01.1", checklist.Suspected)}})

	stale := casework.Change{
		Submission: casework.NewID(),
		Expect:     map[casework.Slot]casework.ValueID{slot: seen, other: ""},
		Values: []casework.Value{
			answer("q:01.2", checklist.No), answer("q:01.1", checklist.No),
		},
	}
	err := try(r, id, stale)
	var conflict *casework.Conflict
	if !errors.As(err, &conflict) {
		t.Fatalf("got %v, want a conflict", err)
	}
	if len(conflict.Sides) != 1 || conflict.Sides[0].Offered.State != checklist.No ||
		conflict.Sides[0].Now.State != checklist.Suspected {
		t.Fatalf("sides %+v, want the offered no beside the suspected that stands", conflict.Sides)
	}
	if _, written := heads(t, r, id)[other]; written {
		t.Errorf("part of a refused change was written")
	}
	stale.Expect[slot] = conflict.Sides[0].Now.ID
	apply(t, r, id, stale) // the refused submission does not count as done
	if got := heads(t, r, id); got[slot].State != checklist.No || got[other].State != checklist.No {
		t.Errorf("the change was not written after the worker had chosen")
	}
}

func acceptsSame(t *testing.T, r casework.Record) {
	id := Opened(t, r)
	slot := casework.Slot{Field: "q:01.1"}
	apply(t, r, id, casework.Change{Values: []casework.Value{answer("q:01.1", checklist.No)}})
	apply(t, r, id, casework.Change{
		Expect: map[casework.Slot]casework.ValueID{slot: ""},
		Values: []casework.Value{answer("q:01.1", checklist.No)},
	})
	if n := len(history(t, r, id, slot)); n != 1 {
		t.Errorf("%d values, want 1: both workers said the same", n)
	}
	otherBasis := answer("q:01.1", checklist.No)
	otherBasis.Basis = casework.Inferred
	err := try(r, id, casework.Change{
		Expect: map[casework.Slot]casework.ValueID{slot: ""}, Values: []casework.Value{otherBasis},
	})
	var conflict *casework.Conflict
	if !errors.As(err, &conflict) {
		t.Errorf("got %v, want a conflict: the bases differ", err)
	}
}

func expectsEmpty(t *testing.T, r casework.Record) {
	id := Opened(t, r)
	slot := casework.Slot{Field: "q:01.1"}
	apply(t, r, id, casework.Change{
		Expect: map[casework.Slot]casework.ValueID{slot: ""},
		Values: []casework.Value{answer("q:01.1", checklist.Yes)},
	})
	if got := heads(t, r, id)[slot].State; got != checklist.Yes {
		t.Errorf("state %q, want yes", got)
	}
}

func allOrNothing(t *testing.T, r casework.Record) {
	id := Opened(t, r)
	strange := answer("label", checklist.Yes)
	strange.Slot.Entity = casework.EntityID(casework.NewID())
	err := try(r, id, casework.Change{
		Entities: []casework.Entity{{
			ID: casework.EntityID(casework.NewID()), Kind: casework.KindDevice, At: At(1), By: Worker,
		}},
		Values:   []casework.Value{answer("q:01.1", checklist.Yes), strange},
		Consents: []casework.Consent{{Purpose: casework.ConsentScan, State: checklist.Yes}},
	})
	wantKind(t, err, casework.KindNotFound)
	if got := heads(t, r, id); len(got) != 0 {
		t.Errorf("%d values of a refused change stand", len(got))
	}
	if e, err := r.Entities(context.Background(), id); err != nil || len(e) != 0 {
		t.Errorf("%d entities (%v) of a refused change stand", len(e), err)
	}
	if k, err := r.Consents(context.Background(), id); err != nil || len(k) != 0 {
		t.Errorf("%d consents (%v) of a refused change stand", len(k), err)
	}
	wantKind(t, try(r, id, casework.Change{Values: []casework.Value{answer("q:01.1", "maybe")}}),
		casework.KindInvalid)
}

func keepsApart(t *testing.T, r casework.Record) {
	one, two := Opened(t, r), Opened(t, r)
	thing := casework.Entity{
		ID: casework.EntityID(casework.NewID()), Kind: casework.KindDevice, At: At(1), By: Worker,
	}
	apply(t, r, one, casework.Change{
		Entities: []casework.Entity{thing},
		Values:   []casework.Value{answer("q:01.1", checklist.Yes)},
	})
	if got := heads(t, r, two); len(got) != 0 {
		t.Errorf("a value of one case stands in another")
	}
	foreign := answer("label", checklist.Yes)
	foreign.Slot.Entity = thing.ID
	wantKind(t, try(r, two, casework.Change{Values: []casework.Value{foreign}}), casework.KindNotFound)
}

func keepsConsents(t *testing.T, r casework.Record) {
	id := Opened(t, r)
	for i, s := range []casework.State{checklist.Yes, checklist.No} {
		apply(t, r, id, casework.Change{At: At(i), Verb: casework.VerbConsent, Consents: []casework.Consent{{
			Purpose: casework.ConsentStatistics, State: s, Wording: "agreement.v1",
		}}})
	}
	rows, err := r.Consents(context.Background(), id)
	if err != nil || len(rows) != 2 {
		t.Fatalf("consents %v, %v; want two", rows, err)
	}
	last := rows[1]
	if rows[0].State != checklist.Yes || last.State != checklist.No {
		t.Errorf("consents %+v, want the withdrawal last", rows)
	}
	want := casework.Consent{
		ID: last.ID, Purpose: casework.ConsentStatistics, State: checklist.No, Wording: "agreement.v1",
		By: Worker, At: last.At,
	}
	if last != want || last.ID == "" || !last.At.Equal(At(1)) {
		t.Errorf("consent %+v, want every field kept", last)
	}
}

func refusesUnknownCase(t *testing.T, r casework.Record) {
	ctx, nowhere := context.Background(), casework.CaseID(casework.NewID())
	wantKind(t, try(r, nowhere, casework.Change{
		Values: []casework.Value{answer("q:01.1", checklist.Yes)},
	}), casework.KindNotFound)
	_, err := r.Heads(ctx, nowhere)
	wantKind(t, err, casework.KindNotFound)
	_, err = r.Entities(ctx, nowhere)
	wantKind(t, err, casework.KindNotFound)
	_, err = r.Consents(ctx, nowhere)
	wantKind(t, err, casework.KindNotFound)
	_, err = r.History(ctx, nowhere, casework.Slot{Field: "q:01.1"})
	wantKind(t, err, casework.KindNotFound)
}

func refusesOpenTwice(t *testing.T, r casework.Record) {
	id := Opened(t, r)
	wantKind(t, try(r, id, casework.Change{Open: &casework.Case{ID: id, Code: "KH-2222-2222"}}),
		casework.KindInvalid)
}

func handsOutCopies(t *testing.T, r casework.Record) {
	id := Opened(t, r)
	in := answer("q:00.6", checklist.Yes)
	in.Codes = []string{"know", "stop"}
	apply(t, r, id, casework.Change{Values: []casework.Value{in}})
	in.Codes[0] = "changed"
	got := heads(t, r, id)[in.Slot]
	got.Codes[1] = "changed"
	if again := heads(t, r, id)[in.Slot]; !slices.Equal(again.Codes, []string{"know", "stop"}) {
		t.Errorf("codes %v, want those that were written", again.Codes)
	}
}
