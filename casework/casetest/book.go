package casetest

import (
	"context"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"keyholder/casework"
	"keyholder/casework/checklist"
	"keyholder/casework/personal"
)

// Book is a casebook in memory with one open case, for tests of the rules. Its clock moves on by a
// minute with every reading.
type Book struct {
	*casework.Casebook
	Memory *casework.Memory
	Case   casework.CaseID

	t   testing.TB
	now time.Time
}

// content is loaded once: it is read-only, and reading it takes longer than most tests.
var content = sync.OnceValues(checklist.Load)

// New returns a book over the current content with one case opened.
func New(t testing.TB) *Book {
	t.Helper()
	current, err := content()
	if err != nil {
		t.Fatalf("loading the content: %v", err)
	}
	b := &Book{Memory: casework.NewMemory(), t: t, now: At(0)}
	b.Casebook = casework.NewCasebook(casework.CasebookConfig{
		Record: b.Memory, Cases: b.Memory, Audit: b.Memory, Clock: b.clock, Content: current,
	})
	k, err := b.OpenCase(context.Background(), b.Act(), false)
	if err != nil {
		t.Fatalf("opening a case: %v", err)
	}
	b.Case = k.ID
	return b
}

func (b *Book) clock() time.Time {
	b.now = b.now.Add(time.Minute)
	return b.now
}

// Now is the time of the last thing that happened.
func (b *Book) Now() time.Time { return b.now }

// Pass lets time pass.
func (b *Book) Pass(d time.Duration) *Book {
	b.now = b.now.Add(d)
	return b
}

// Act is the worker's act with a submission of its own.
func (b *Book) Act() casework.Act { return casework.Act{Submission: casework.NewID(), By: Worker} }

// File reads the case.
func (b *Book) File() *casework.File {
	b.t.Helper()
	f, err := b.Read(context.Background(), b.Case, Worker)
	if err != nil {
		b.t.Fatalf("reading the case: %v", err)
	}
	return f
}

// Value is an answer to a question ("12.2"), a part of one ("24.2/who_helps") or a box ("ta_any").
// Codes make it a yes unless the state says otherwise.
func Value(place string, state casework.State, codes ...string) casework.Value {
	field := casework.Field(place)
	if place[0] >= '0' && place[0] <= '9' || place[0] == 'D' {
		field = "q:" + field
	}
	return casework.Value{
		Slot: casework.Slot{Field: field}, State: state, Codes: codes, Basis: casework.SurvivorSaid,
	}
}

// Save saves values as one form without expectations.
func (b *Book) Save(values ...casework.Value) error {
	return b.SaveAnswers(context.Background(), b.Case, b.Act(), casework.Answers{Values: values})
}

// Answer saves one answer and fails the test when it is refused.
func (b *Book) Answer(place string, state casework.State, codes ...string) *Book {
	b.t.Helper()
	if err := b.Save(Value(place, state, codes...)); err != nil {
		b.t.Fatalf("answering %s: %v", place, err)
	}
	return b
}

// Pick saves a coded answer.
func (b *Book) Pick(place string, codes ...string) *Book {
	b.t.Helper()
	return b.Answer(place, checklist.Yes, codes...)
}

// Device adds a device by hand.
func (b *Book) Device(label, group, class string) casework.EntityID {
	b.t.Helper()
	id, err := b.AddDevice(context.Background(), b.Case, b.Act(), casework.DeviceEdit{
		Label: personal.New(label), Group: group, Class: class,
	})
	if err != nil {
		b.t.Fatalf("adding a device: %v", err)
	}
	return id
}

// About saves an answer about an entity, such as a matrix column.
func (b *Book) About(e casework.EntityID, field casework.Field, state casework.State, codes ...string) *Book {
	b.t.Helper()
	v := casework.Value{
		Slot:  casework.Slot{Entity: e, Field: field},
		State: state, Codes: codes, Basis: casework.SurvivorSaid,
	}
	if err := b.Save(v); err != nil {
		b.t.Fatalf("answering %s about a thing: %v", field, err)
	}
	return b
}

// Row adds a row of a list question with one coded column.
func (b *Book) Row(question, column, code string) casework.EntityID {
	b.t.Helper()
	ref := checklist.Ref{Entity: "new1", Question: question, Part: column}
	form := b.File().Form(checklist.Answers{
		{Question: question}: {State: checklist.Yes},
		ref:                  {State: checklist.Yes, Codes: []string{code}},
	}, nil, "")
	if err := b.SaveAnswers(context.Background(), b.Case, b.Act(), form); err != nil {
		b.t.Fatalf("adding a row to %s: %v", question, err)
	}
	return form.Entities[0].ID
}

// NoDanger answers every core item with a known no, so that no lane is triggered.
func (b *Book) NoDanger() *Book {
	b.t.Helper()
	for _, item := range b.Content().Triage.Items {
		from := item.From[0]
		place := from.Question
		if from.Part != "" {
			place += "/" + from.Part
		}
		part := b.Content().Question(from.Question).Part(from.Part)
		if !part.Kind.Coded() {
			b.Answer(place, checklist.No)
			continue
		}
		for _, code := range slices.Sorted(maps.Keys(from.Codes)) {
			if from.Codes[code] == checklist.No {
				b.Pick(place, code)
				break
			}
		}
	}
	return b
}

// Ready meets everything the freeze rule asks for but her agreement: phase life apart, the evidence
// questions, a plan for their reaction and a device they have never touched.
func (b *Book) Ready() *Book {
	b.t.Helper()
	b.Pick("01.1", "apart").Pick("01.2", "longer_ago")
	b.Pick("23.1", "own_memory").Answer("23.2", checklist.No).Pick("23.3", "survivor")
	b.Answer("23.4", checklist.Yes).Answer("23.5", checklist.No)
	b.Pick("24.2/who_helps", "friend_or_family")
	if err := b.SetReady(context.Background(), b.Case, b.Act(), casework.Ready{Device: checklist.Yes}, nil); err != nil {
		b.t.Fatalf("setting the safe device: %v", err)
	}
	return b
}
