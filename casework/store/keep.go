package store

import (
	"bytes"
	"context"
	"errors"
	"io"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"keyholder/casework"
	"keyholder/casework/vault"
)

// Setting implements casework.Settings.
func (s *Store) Setting(ctx context.Context, key string) (string, error) {
	var rows []settingRow
	err := s.db.WithContext(ctx).Where("org_id = ? AND id = ?", localOrg, key).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return "", s.explain(err)
	}
	return rows[0].Body, nil
}

// SetSetting implements casework.Settings; the audit says that a setting was changed, not to what.
func (s *Store) SetSetting(ctx context.Context, key, value string, by casework.WorkerID) error {
	now := s.clock()
	e := casework.AuditEntry{Verb: casework.VerbSettings, By: by, At: now}
	return s.transact(ctx, e, func(tx *gorm.DB) error {
		row := settingRow{OrgID: localOrg, ID: key, Body: value, ByID: string(by), AtUTC: now.UnixMicro()}
		return tx.Clauses(clause.OnConflict{
			Columns:   []clause.Column{{Name: "org_id"}, {Name: "id"}},
			DoUpdates: clause.AssignmentColumns([]string{"body", "by_id", "at_utc"}),
		}).Create(&row).Error
	})
}

// Workers implements casework.Workers.
func (s *Store) Workers(ctx context.Context) ([]casework.Worker, error) {
	var rows []workerRow
	if err := s.db.WithContext(ctx).Where("org_id = ?", localOrg).Order("seq").Find(&rows).Error; err != nil {
		return nil, s.explain(err)
	}
	var workers []casework.Worker
	for _, r := range rows {
		workers = append(workers, casework.Worker{ID: casework.WorkerID(r.ID), Name: r.Name, Added: r.Stamp.at()})
	}
	return workers, nil
}

// AddWorker implements casework.Workers.
func (s *Store) AddWorker(ctx context.Context, w casework.Worker, by casework.WorkerID) error {
	e := casework.AuditEntry{Verb: casework.VerbWorker, By: by, At: w.Added}
	return s.transact(ctx, e, func(tx *gorm.DB) error {
		var seq int64
		err := tx.Model(&workerRow{}).Where("org_id = ?", localOrg).Select("COALESCE(MAX(seq), 0)").Scan(&seq).Error
		if err != nil {
			return err
		}
		return tx.Create(&workerRow{
			OrgID: localOrg, ID: string(w.ID), Seq: seq + 1, Name: w.Name, Stamp: stamped(by, w.Added),
		}).Error
	})
}

// Release implements casework.Releases.
func (s *Store) Release(ctx context.Context, key string) ([]byte, error) {
	return s.release(s.db.WithContext(ctx), key)
}

func (s *Store) release(db *gorm.DB, key string) ([]byte, error) {
	var row releaseRow
	err := db.Where("org_id = ? AND id = ?", localOrg, key).Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil, &casework.Error{Kind: casework.KindNotFound, Key: "error.release.not_found"}
	}
	return row.Body, s.explain(err)
}

// Released implements casework.Releases.
func (s *Store) Released(ctx context.Context) ([][]byte, error) {
	var rows []releaseRow
	err := s.db.WithContext(ctx).Where("org_id = ?", localOrg).Order("id").Find(&rows).Error
	if err != nil {
		return nil, s.explain(err)
	}
	bodies := make([][]byte, 0, len(rows))
	for _, row := range rows {
		bodies = append(bodies, row.Body)
	}
	return bodies, nil
}

// Freeze implements casework.Releases.
func (s *Store) Freeze(ctx context.Context, key string, body []byte, by casework.WorkerID) error {
	now := s.clock()
	e := casework.AuditEntry{Verb: casework.VerbPublish, By: by, At: now}
	return s.transact(ctx, e, func(tx *gorm.DB) error {
		there, err := s.release(tx, key)
		var missing *casework.Error
		switch {
		case err == nil && bytes.Equal(there, body):
			return errDone
		case err == nil:
			return &casework.Error{Kind: casework.KindConflict, Key: "error.release.frozen"}
		case !errors.As(err, &missing):
			return err
		}
		return tx.Create(&releaseRow{OrgID: localOrg, ID: key, Body: body, Stamp: stamped(by, now)}).Error
	})
}

// AddEvidence implements casework.Evidence.
func (s *Store) AddEvidence(
	ctx context.Context, id casework.CaseID, content io.Reader, by casework.WorkerID, at time.Time,
) (casework.EvidenceItem, error) {
	if _, err := s.find(ctx, id); err != nil {
		return casework.EvidenceItem{}, err
	}
	file, err := s.vault.PutEvidence(ctx, content)
	if err != nil {
		return casework.EvidenceItem{}, err
	}
	row := evidenceRow{
		OrgID: localOrg, ID: casework.NewID(), CaseID: string(id), FileID: file.ID, SHA256: file.SHA256,
		Size: file.Size, Stamp: stamped(by, at),
	}
	e := casework.AuditEntry{Case: id, Verb: casework.VerbEvidence, By: by, At: at}
	err = s.transact(ctx, e, func(tx *gorm.DB) error {
		if row.Seq, err = nextSeq(tx, &evidenceRow{}, id); err != nil {
			return err
		}
		return tx.Create(&row).Error
	})
	if err != nil {
		// What no record names would stay for good; it is removed also when the request was given up.
		return casework.EvidenceItem{}, errors.Join(err, s.vault.DropEvidence(context.WithoutCancel(ctx), file.ID))
	}
	return row.toDomain(), nil
}

// OpenEvidence implements casework.Evidence. The record and the vault each keep the hash: a file that fits
// only one of them is not what was put in.
func (s *Store) OpenEvidence(ctx context.Context, item casework.EvidenceItem) (io.ReadCloser, error) {
	kept, err := s.vault.EvidenceFile(ctx, item.File)
	switch {
	case err != nil:
		return nil, err
	case kept.SHA256 != item.SHA256 || kept.Size != item.Size:
		return nil, vault.ErrEvidenceDamaged
	}
	return s.vault.OpenEvidence(ctx, item.File)
}
