package store

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"

	"gorm.io/gorm"

	"keyholder/casework"
)

// Apply implements casework.Record: one transaction with its audit entry, or nothing.
func (s *Store) Apply(ctx context.Context, id casework.CaseID, c casework.Change) error {
	e := casework.AuditEntry{Case: id, Verb: c.Verb, By: c.By, At: c.At}
	return s.transact(ctx, e, func(tx *gorm.DB) error {
		if err := submitOnce(tx, id, c); err != nil {
			return err
		}
		if err := openOrFind(tx, id, c); err != nil {
			return err
		}
		if err := addEntities(tx, id, c.Entities); err != nil {
			return err
		}
		if err := accepts(tx, id, c); err != nil {
			return err
		}
		if err := addValues(tx, id, c); err != nil {
			return err
		}
		return addConsents(tx, id, c)
	})
}

// submitOnce ends the transaction when this form post was done before.
func submitOnce(tx *gorm.DB, id casework.CaseID, c casework.Change) error {
	if c.Submission == "" {
		return nil
	}
	row := submissionRow{OrgID: localOrg, ID: c.Submission, CaseID: string(id), AtUTC: c.At.UnixMicro()}
	err := tx.Create(&row).Error
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return errDone
	}
	return err
}

// openOrFind opens the case the change brings, or makes sure that it is there.
func openOrFind(tx *gorm.DB, id casework.CaseID, c casework.Change) error {
	there, err := exists(tx, id)
	switch {
	case err != nil:
		return err
	case c.Open == nil && !there:
		return notFound()
	case c.Open == nil:
		return nil
	case there || c.Open.ID != id:
		return &casework.Error{Kind: casework.KindInvalid, Key: "error.case.already_open"}
	}
	var seq int64
	if err := tx.Model(&caseRow{}).Where("org_id = ?", localOrg).Select("COALESCE(MAX(seq), 0)").Scan(&seq).Error; err != nil {
		return err
	}
	row := caseRow{
		OrgID: localOrg, ID: string(id), Seq: seq + 1, Code: c.Open.Code, MadeUp: c.Open.MadeUp,
		Stamp: stamped(c.Open.OpenedBy, c.Open.OpenedAt),
	}
	if err := tx.Create(&row).Error; err != nil {
		return err
	}
	salt := make([]byte, 32)
	rand.Read(salt)
	return tx.Create(&saltRow{OrgID: localOrg, ID: string(id), Salt: hex.EncodeToString(salt)}).Error
}

func exists(tx *gorm.DB, id casework.CaseID) (bool, error) {
	var n int64
	err := tx.Model(&caseRow{}).Where("org_id = ? AND id = ?", localOrg, string(id)).Count(&n).Error
	return n > 0, err
}

// nextSeq returns the number of the next row of a case in one table.
func nextSeq(tx *gorm.DB, model any, id casework.CaseID) (int64, error) {
	var seq int64
	err := tx.Model(model).Where("org_id = ? AND case_id = ?", localOrg, string(id)).
		Select("COALESCE(MAX(seq), 0)").Scan(&seq).Error
	return seq + 1, err
}

func addEntities(tx *gorm.DB, id casework.CaseID, entities []casework.Entity) error {
	if len(entities) == 0 {
		return nil
	}
	seq, err := nextSeq(tx, &entityRow{}, id)
	if err != nil {
		return err
	}
	for _, e := range entities {
		if e.ID == "" {
			return &casework.Error{Kind: casework.KindInvalid, Key: "error.record.entity"}
		}
		row := entityRow{
			OrgID: localOrg, ID: string(e.ID), CaseID: string(id), Seq: seq, Kind: string(e.Kind),
			Stamp: stamped(e.By, e.At),
		}
		err := tx.Create(&row).Error
		if errors.Is(err, gorm.ErrDuplicatedKey) {
			return &casework.Error{Kind: casework.KindInvalid, Key: "error.record.entity", Err: err}
		}
		if err != nil {
			return err
		}
		seq++
	}
	return nil
}

// accepts checks the shape of values and consents; the entities of the change are there already.
func accepts(tx *gorm.DB, id casework.CaseID, c casework.Change) error {
	known := map[casework.EntityID]bool{"": true}
	for _, v := range c.Values {
		if !v.State.Valid() || v.Slot.Field == "" {
			return &casework.Error{Kind: casework.KindInvalid, Key: "error.record.value", Field: string(v.Slot.Field)}
		}
		if known[v.Slot.Entity] {
			continue
		}
		if err := findEntity(tx, id, v.Slot); err != nil {
			return err
		}
		known[v.Slot.Entity] = true
	}
	for _, k := range c.Consents {
		if !k.State.Valid() || k.Purpose == "" {
			return &casework.Error{Kind: casework.KindInvalid, Key: "error.record.consent"}
		}
	}
	return nil
}

// findEntity makes sure that a value is about an entity of this case.
func findEntity(tx *gorm.DB, id casework.CaseID, s casework.Slot) error {
	var n int64
	err := tx.Model(&entityRow{}).Where("org_id = ? AND id = ? AND case_id = ?", localOrg,
		string(s.Entity), string(id)).Count(&n).Error
	if err == nil && n == 0 {
		err = &casework.Error{Kind: casework.KindNotFound, Key: "error.record.entity", Field: string(s.Field)}
	}
	return err
}

// addValues appends the offered values to their chains, unless somebody else was there first.
func addValues(tx *gorm.DB, id casework.CaseID, c casework.Change) error {
	heads, err := headsOf(tx, id, c)
	if err != nil {
		return err
	}
	settled, err := c.Settle(heads)
	if err != nil {
		return err
	}
	seq, err := nextSeq(tx, &valueRow{}, id)
	if err != nil {
		return err
	}
	var rows []valueRow
	for _, v := range c.Values {
		if settled[v.Slot] {
			continue
		}
		v.ID, v.By, v.At, v.Supersedes = casework.ValueID(casework.NewID()), c.By, c.At, heads[v.Slot].ID
		row, err := newValueRow(id, v)
		if err != nil {
			return err
		}
		row.Seq = seq
		rows = append(rows, row)
		heads[v.Slot] = v
		seq++
	}
	if len(rows) == 0 {
		return nil
	}
	return tx.CreateInBatches(rows, 200).Error
}

// headsOf returns the newest values of the slots that the change names.
func headsOf(tx *gorm.DB, id casework.CaseID, c casework.Change) (map[casework.Slot]casework.Value, error) {
	slots := map[casework.Slot]bool{}
	for s := range c.Expect {
		slots[s] = true
	}
	for _, v := range c.Values {
		slots[v.Slot] = true
	}
	heads := make(map[casework.Slot]casework.Value, len(slots))
	for s := range slots {
		var rows []valueRow
		err := slotRows(tx, id, s).Order("seq DESC").Limit(1).Find(&rows).Error
		if err != nil {
			return nil, err
		}
		if len(rows) == 0 {
			continue
		}
		if heads[s], err = rows[0].toDomain(); err != nil {
			return nil, err
		}
	}
	return heads, nil
}

func slotRows(tx *gorm.DB, id casework.CaseID, s casework.Slot) *gorm.DB {
	return tx.Where("org_id = ? AND case_id = ? AND entity_id = ? AND field = ?", localOrg, string(id),
		string(s.Entity), string(s.Field))
}

func addConsents(tx *gorm.DB, id casework.CaseID, c casework.Change) error {
	if len(c.Consents) == 0 {
		return nil
	}
	seq, err := nextSeq(tx, &consentRow{}, id)
	if err != nil {
		return err
	}
	for _, k := range c.Consents {
		row := consentRow{
			OrgID: localOrg, ID: casework.NewID(), CaseID: string(id), Seq: seq, Purpose: string(k.Purpose),
			State: string(k.State), Wording: k.Wording, Stamp: stamped(c.By, c.At),
		}
		if err := tx.Create(&row).Error; err != nil {
			return err
		}
		seq++
	}
	return nil
}
