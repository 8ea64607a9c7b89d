package casework

import (
	"slices"
	"strings"

	"keyholder/casework/checklist"
)

// Form turns the answers of a posted page into a form to save. New rows of lists, which a page
// numbers "new1", "new2" … anew for each list, become entities of the kind their list names. expect holds the heads
// that the page showed; basis is how the answers are known, what the survivor said when empty.
func (f *File) Form(as checklist.Answers, expect map[Slot]ValueID, basis Basis) Answers {
	form := Answers{Expect: expect}
	refs := make([]checklist.Ref, 0, len(as))
	for ref := range as {
		refs = append(refs, ref)
	}
	slices.SortFunc(refs, func(a, b checklist.Ref) int {
		if c := strings.Compare(a.Entity, b.Entity); c != 0 {
			return c
		}
		return strings.Compare(a.Field(), b.Field())
	})
	type newRow struct{ list, name string }
	rows := make(map[newRow]EntityID)
	for _, ref := range refs {
		v := ValueOf(ref, as[ref], basis)
		if strings.HasPrefix(ref.Entity, "new") {
			at := newRow{list: ref.Question, name: ref.Entity}
			row, known := rows[at]
			if !known {
				row = EntityID(NewID())
				rows[at] = row
				form.Entities = append(form.Entities, Entity{ID: row, Kind: f.rowKind(ref.Question)})
			}
			v.Slot.Entity = row
		}
		form.Values = append(form.Values, v)
	}
	return form
}

// rowKind is the entity kind of the rows of a list question.
func (f *File) rowKind(question string) EntityKind {
	if q := f.Content.Question(question); q != nil && q.Rows != nil && q.Rows.Entity != "" {
		return EntityKind(q.Rows.Entity)
	}
	return KindRow
}
