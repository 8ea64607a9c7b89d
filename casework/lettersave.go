package casework

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"keyholder/casework/checklist"
	"keyholder/casework/personal"
)

// LetterForm is what a worker sends about a letter: the parts that the form carried, by name (see
// LetterParts). A part that was not sent is not changed; one that was sent empty is emptied.
type LetterForm struct {
	Parts  map[string]string
	Afresh bool // drop the edited text and write it from the record again
}

// Format implements fmt.Formatter by redaction: the parts are personal.
func (LetterForm) Format(s fmt.State, _ rune) { redact(s) }

// MarshalText implements encoding.TextMarshaler by redaction.
func (LetterForm) MarshalText() ([]byte, error) { return []byte(personal.Redacted), nil }

// ReadLetter keeps that the warnings of a letter were read.
func (b *Casebook) ReadLetter(ctx context.Context, id CaseID, a Act, letter string) error {
	f, err := b.file(ctx, id)
	if err != nil {
		return err
	}
	of, _ := StepParts(letter)
	if _, err := f.knownStep(letter); err != nil || b.content.Letter(of) == nil {
		return noLetter()
	}
	v := Value{Slot: LetterSlot(letter, LetterRead), State: checklist.Yes, Basis: WorkerSaw}
	return b.apply(ctx, id, b.change(a, VerbPlan, v))
}

// SaveLetter keeps a letter. expect holds the heads that the form showed. A text that is what the
// record gives is not kept, so that it goes on following the record. A text that came in while the
// letter is held back is kept and not shown: nothing typed is lost.
//
// It returns FieldErrors when a part cannot stand, *Conflict when somebody else changed one meanwhile;
// in both cases nothing was saved.
func (b *Casebook) SaveLetter(ctx context.Context, id CaseID, a Act, letter string, form LetterForm, expect map[Slot]ValueID) error {
	f, err := b.file(ctx, id)
	if err != nil {
		return err
	}
	now, ok := f.Letter(letter)
	if !ok || now.Step.ID != letter {
		return noLetter()
	}
	values, err := form.values(f, now)
	if err != nil {
		return err
	}
	return b.decided(ctx, id, a, VerbPlan, Answers{Values: values, Expect: expect})
}

func noLetter() error { return &Error{Kind: KindNotFound, Key: "error.letter.not_found"} }

// values checks the parts and turns them into rows.
func (form LetterForm) values(f *File, l Letter) ([]Value, error) {
	var wrong FieldErrors
	var out []Value
	for _, part := range LetterParts() {
		typed, sent := form.Parts[part]
		if !sent {
			continue
		}
		v, err := letterValue(l, part, strings.TrimSpace(strings.ReplaceAll(typed, "\r\n", "\n")))
		if err != nil {
			wrong = append(wrong, err)
			continue
		}
		if part == LetterText && (form.Afresh || v.Text.Reveal() == f.letterDraft(l)) {
			v = textValue("", v.Slot.Field, personal.New(""), WorkerSaw)
		}
		v.Slot = LetterSlot(l.Step.ID, part)
		out = append(out, v)
	}
	return out, wrong.Err()
}

// letterDraft is the text that the record gives now; empty while the letter is held back.
func (f *File) letterDraft(l Letter) string {
	if !l.Shown() {
		return ""
	}
	return f.draft(&l)
}

// letterValue checks one part.
func letterValue(l Letter, part, typed string) (Value, *Error) {
	field := LetterField(l.Letter.ID, part)
	if typed == "" {
		return textValue("", field, personal.New(""), WorkerSaw), nil
	}
	switch part {
	case LetterWhy:
		return letterState(field, part, typed)
	case LetterRoute:
		return letterCode(field, part, typed, slices.Contains(l.Routes, typed))
	case LetterStage:
		return letterCode(field, part, typed, slices.Contains(LetterStages(), typed))
	case LetterSentOn, "deadline":
		_, err := time.Parse(time.DateOnly, typed)
		v, wrong := letterCode(field, part, typed, err == nil)
		if wrong != nil {
			wrong.Key = "error.letter.date"
		}
		return v, wrong
	}
	if hasGap(typed) {
		return Value{}, invalid(part, "error.letter.gap")
	}
	v := textValue("", field, personal.New(typed), WorkerSaw)
	if part == LetterText {
		v.Codes = []string{l.Route} // what the text was written for, see Letter.Behind
	}
	return v, nil
}

func letterState(field Field, part, typed string) (Value, *Error) {
	if s := State(typed); s == checklist.Yes || s == checklist.No {
		return Value{Slot: Slot{Field: field}, State: s, Basis: SurvivorSaid}, nil
	}
	return Value{}, invalid(part, "error.field.state")
}

func letterCode(field Field, part, typed string, ok bool) (Value, *Error) {
	if !ok {
		return Value{}, invalid(part, "error.field.code")
	}
	return classValue("", field, typed, checklist.Yes, WorkerSaw), nil
}
