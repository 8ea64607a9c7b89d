package casework

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"keyholder/casework/checklist"
)

// Fields of the agreement question.
const (
	agreementQuestion = "00.7"
	agreementPrefix   = Field("q:" + agreementQuestion + "/")
)

// purposeOf returns the consent purpose that a slot of the agreement question is about.
func purposeOf(s Slot) (ConsentPurpose, bool) {
	part, ok := strings.CutPrefix(string(s.Field), string(agreementPrefix))
	if !ok || s.Entity != "" {
		return "", false
	}
	p := ConsentPurpose(part)
	return p, slices.Contains(ConsentPurposes(), p)
}

// AgreementWording names the wording of the agreement that was read out, for the consent rows.
func AgreementWording(c *checklist.Content) string { return fmt.Sprintf("agreement.v%d", c.Version) }

// check refuses a form that cannot be saved: a field that nobody asked for, a state that is none, a
// code that was not on offer, presence boxes that contradict each other.
func (f *File) check(form Answers) error {
	var wrong FieldErrors
	for _, v := range form.Values {
		if e := f.checkValue(v); e != nil {
			wrong = append(wrong, e)
		}
	}
	wrong = append(wrong, f.checkPresence(form.Values)...)
	return wrong.Err()
}

// checkValue checks one answer against the question it belongs to.
func (f *File) checkValue(v Value) *Error {
	field := string(v.Slot.Field)
	ref, ok := f.Content.Ref(string(v.Slot.Entity), field)
	if !ok {
		return invalid(field, "error.field.unknown")
	}
	if !v.State.Valid() {
		return invalid(field, "error.field.state")
	}
	part := f.Content.Question(ref.Question).Part(ref.Part)
	if !part.Kind.Coded() {
		return nil
	}
	if len(v.Codes) > 1 && !part.Kind.Several() {
		return invalid(field, "error.field.one_only")
	}
	options := f.Content.Options(part)
	for _, code := range v.Codes {
		offered := slices.ContainsFunc(options, func(o checklist.Option) bool { return o.Code == code })
		if !offered && code != checklist.CodeDontKnow {
			return invalid(field, "error.field.code")
		}
	}
	return nil
}

// untouched drops from a form what the worker left as it was shown, so that only real edits can
// meet a conflict: values that already stand, and values equal to the head the form was built from.
// Expectations survive only for the values that remain.
func (b *Casebook) untouched(ctx context.Context, f *File, form Answers) ([]Value, map[Slot]ValueID, error) {
	expect := make(map[Slot]ValueID)
	var values []Value
	for _, v := range f.news(form.Values) {
		seen, checked := form.Expect[v.Slot]
		if checked && seen != f.Head(v.Slot.Entity, v.Slot.Field).ID {
			same, err := b.asShown(ctx, f.Case.ID, v, seen)
			if err != nil {
				return nil, nil, err
			}
			if same {
				continue
			}
		}
		values = append(values, v)
		if checked {
			expect[v.Slot] = seen
		}
	}
	return values, expect, nil
}

// asShown reports whether v is what the form showed when it was built, so that nobody edited it.
func (b *Casebook) asShown(ctx context.Context, id CaseID, v Value, seen ValueID) (bool, error) {
	if seen == "" {
		return v.blank(), nil
	}
	chain, err := b.record.History(ctx, id, v.Slot)
	if err != nil {
		return false, fmt.Errorf("reading what a form showed: %w", err)
	}
	for _, old := range chain {
		if old.ID == seen {
			return v.Same(old), nil
		}
	}
	return false, nil
}
