package store

import (
	"context"
	"errors"

	"gorm.io/gorm"

	"keyholder/casework"
)

// Case implements casework.Cases.
func (s *Store) Case(ctx context.Context, id casework.CaseID) (*casework.Case, error) {
	var row caseRow
	err := s.db.WithContext(ctx).Where("org_id = ? AND id = ?", localOrg, string(id)).Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil, notFound()
	}
	if err != nil {
		return nil, s.explain(err)
	}
	c := row.toDomain()
	return &c, nil
}

// Cases implements casework.Cases, in the order in which the cases were opened.
func (s *Store) Cases(ctx context.Context) ([]casework.Case, error) {
	var rows []caseRow
	if err := s.db.WithContext(ctx).Where("org_id = ?", localOrg).Order("seq").Find(&rows).Error; err != nil {
		return nil, s.explain(err)
	}
	cases := make([]casework.Case, 0, len(rows))
	for _, r := range rows {
		cases = append(cases, r.toDomain())
	}
	return cases, nil
}

// find makes sure that a case is there before something is read of it.
func (s *Store) find(ctx context.Context, id casework.CaseID) (*gorm.DB, error) {
	db := s.db.WithContext(ctx)
	there, err := exists(db, id)
	if err != nil {
		return nil, s.explain(err)
	}
	if !there {
		return nil, notFound()
	}
	return db, nil
}

// headQuery takes the values that no other supersedes, in the order in which their slots were first
// filled. Both inner questions are answered by an index; a join with the grouped slots was not.
const headQuery = `SELECT v.* FROM case_values v WHERE v.org_id = ? AND v.case_id = ?
	AND NOT EXISTS (SELECT 1 FROM case_values n WHERE n.org_id = v.org_id AND n.case_id = v.case_id
		AND n.entity_id = v.entity_id AND n.field = v.field AND n.supersedes = v.id)
	ORDER BY (SELECT MIN(f.seq) FROM case_values f WHERE f.org_id = v.org_id AND f.case_id = v.case_id
		AND f.entity_id = v.entity_id AND f.field = v.field)`

// Heads implements casework.Record; the values come in the order in which their slots were first
// filled.
func (s *Store) Heads(ctx context.Context, id casework.CaseID) ([]casework.Value, error) {
	db, err := s.find(ctx, id)
	if err != nil {
		return nil, err
	}
	var rows []valueRow
	err = db.Raw(headQuery, localOrg, string(id)).Scan(&rows).Error
	if err != nil {
		return nil, s.explain(err)
	}
	return toValues(rows)
}

// History implements casework.Record.
func (s *Store) History(ctx context.Context, id casework.CaseID, slot casework.Slot) ([]casework.Value, error) {
	db, err := s.find(ctx, id)
	if err != nil {
		return nil, err
	}
	var rows []valueRow
	if err := slotRows(db, id, slot).Order("seq").Find(&rows).Error; err != nil {
		return nil, s.explain(err)
	}
	return toValues(rows)
}

// Entities implements casework.Record.
func (s *Store) Entities(ctx context.Context, id casework.CaseID) ([]casework.Entity, error) {
	return list(ctx, s, id, entityRow.toDomain)
}

// Consents implements casework.Record.
func (s *Store) Consents(ctx context.Context, id casework.CaseID) ([]casework.Consent, error) {
	return list(ctx, s, id, consentRow.toDomain)
}

// Evidence implements casework.Evidence.
func (s *Store) Evidence(ctx context.Context, id casework.CaseID) ([]casework.EvidenceItem, error) {
	return list(ctx, s, id, evidenceRow.toDomain)
}

// list reads all rows of one table that belong to a case, in their order.
func list[R, D any](ctx context.Context, s *Store, id casework.CaseID, toDomain func(R) D) ([]D, error) {
	db, err := s.find(ctx, id)
	if err != nil {
		return nil, err
	}
	var rows []R
	err = db.Where("org_id = ? AND case_id = ?", localOrg, string(id)).Order("seq").Find(&rows).Error
	if err != nil {
		return nil, s.explain(err)
	}
	var out []D
	for _, r := range rows {
		out = append(out, toDomain(r))
	}
	return out, nil
}
