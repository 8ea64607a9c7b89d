package casework

import (
	"context"
	"slices"

	"keyholder/casework/checklist"
)

// FieldBack is the field of a row of the pattern grid that holds how the thing came back to the
// survivor: codes of Incidents.Back.
const FieldBack Field = "incident/back"

// Incident returns one row of the pattern grid as one thing they knew. False when there is no such row.
func (f *File) Incident(row EntityID) (checklist.Incident, bool) {
	if row == "" || !slices.Contains(f.answers.Rows(checklist.GridID), string(row)) {
		return checklist.Incident{}, false
	}
	codes := func(part string) []string {
		var out []string
		for _, c := range f.At(checklist.Ref{Entity: string(row), Question: checklist.GridID, Part: part}).Codes {
			if c != checklist.CodeDontKnow {
				out = append(out, c)
			}
		}
		return out
	}
	return checklist.Incident{
		What: codes("what"), Where: codes("where"), Present: codes("present"), Back: f.Head(row, FieldBack).Codes,
	}, true
}

// SaveBack keeps how one thing came back to her: codes, or that she does not know when there is none
// and unknown is set. expect holds the head that the form showed.
func (b *Casebook) SaveBack(
	ctx context.Context, id CaseID, a Act, row EntityID, back checklist.Answer, expect map[Slot]ValueID,
) error {
	f, err := b.file(ctx, id)
	if err != nil {
		return err
	}
	if _, ok := f.Incident(row); !ok {
		return &Error{Kind: KindNotFound, Key: "error.incident.not_found"}
	}
	offered := checklist.Part{Options: f.Content.Incidents.Back}
	for _, code := range back.Codes {
		if offered.Option(code) == nil {
			return invalid("back", "error.field.code")
		}
	}
	if len(back.Codes) > 0 && back.State == checklist.DontKnow {
		return invalid("back", checklist.KeyTicksAndNone)
	}
	v := Value{Slot: Slot{Entity: row, Field: FieldBack}, State: back.Is(), Codes: back.Codes, Basis: SurvivorSaid}
	return b.decided(ctx, id, a, VerbAnswer, Answers{Values: []Value{v}, Expect: expect})
}
