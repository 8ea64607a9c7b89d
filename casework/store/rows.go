package store

import (
	"encoding/json"
	"fmt"
	"time"

	"keyholder/casework"
	"keyholder/casework/personal"
)

// stamp is who wrote a row and when, with the offset of the place in minutes.
type stamp struct {
	ByID          string `gorm:"column:by_id"`
	AtUTC         int64  `gorm:"column:at_utc"` // microseconds since 1970
	OffsetMinutes int    `gorm:"column:offset_minutes"`
}

func stamped(by casework.WorkerID, at time.Time) stamp {
	_, offset := at.Zone()
	return stamp{ByID: string(by), AtUTC: at.UnixMicro(), OffsetMinutes: offset / 60}
}

func (s stamp) by() casework.WorkerID { return casework.WorkerID(s.ByID) }

func (s stamp) at() time.Time {
	return time.UnixMicro(s.AtUTC).In(time.FixedZone("", s.OffsetMinutes*60))
}

type caseRow struct {
	OrgID  string `gorm:"column:org_id"`
	ID     string
	Seq    int64
	Code   string
	MadeUp bool
	Stamp  stamp `gorm:"embedded"`
}

// TableName implements gorm's Tabler.
func (caseRow) TableName() string { return "cases" }

func (r caseRow) toDomain() casework.Case {
	return casework.Case{
		ID: casework.CaseID(r.ID), Code: r.Code, MadeUp: r.MadeUp, OpenedAt: r.Stamp.at(), OpenedBy: r.Stamp.by(),
	}
}

type saltRow struct {
	OrgID string `gorm:"column:org_id"`
	ID    string
	Salt  string
}

// TableName implements gorm's Tabler.
func (saltRow) TableName() string { return "case_salts" }

type entityRow struct {
	OrgID  string `gorm:"column:org_id"`
	ID     string
	CaseID string
	Seq    int64
	Kind   string
	Stamp  stamp `gorm:"embedded"`
}

// TableName implements gorm's Tabler.
func (entityRow) TableName() string { return "entities" }

func (r entityRow) toDomain() casework.Entity {
	return casework.Entity{ID: casework.EntityID(r.ID), Kind: casework.EntityKind(r.Kind), At: r.Stamp.at(), By: r.Stamp.by()}
}

type valueRow struct {
	OrgID          string `gorm:"column:org_id"`
	ID             string
	CaseID         string
	Seq            int64
	EntityID       string
	Field          string
	State          string
	Codes          string
	Body           personal.Text
	Basis          string
	Stamp          stamp `gorm:"embedded"`
	ContentVersion int
	Supersedes     string
	ConsultationID string
}

// TableName implements gorm's Tabler.
func (valueRow) TableName() string { return "case_values" }

func newValueRow(id casework.CaseID, v casework.Value) (valueRow, error) {
	codes, err := json.Marshal(v.Codes)
	if err != nil {
		return valueRow{}, fmt.Errorf("encoding the codes of a value: %w", err)
	}
	return valueRow{
		OrgID: localOrg, ID: string(v.ID), CaseID: string(id), EntityID: string(v.Slot.Entity),
		Field: string(v.Slot.Field), State: string(v.State), Codes: string(codes), Body: v.Text,
		Basis: string(v.Basis), Stamp: stamped(v.By, v.At), ContentVersion: v.Content,
		Supersedes: string(v.Supersedes), ConsultationID: string(v.Consultation),
	}, nil
}

func (r valueRow) toDomain() (casework.Value, error) {
	var codes []string
	if err := json.Unmarshal([]byte(r.Codes), &codes); err != nil {
		return casework.Value{}, fmt.Errorf("decoding the codes of a value: %w", err)
	}
	return casework.Value{
		ID:    casework.ValueID(r.ID),
		Slot:  casework.Slot{Entity: casework.EntityID(r.EntityID), Field: casework.Field(r.Field)},
		State: casework.State(r.State), Codes: codes, Text: r.Body, Basis: casework.Basis(r.Basis),
		By: r.Stamp.by(), At: r.Stamp.at(), Content: r.ContentVersion, Supersedes: casework.ValueID(r.Supersedes),
		Consultation: casework.ConsultationID(r.ConsultationID),
	}, nil
}

func toValues(rows []valueRow) ([]casework.Value, error) {
	values := make([]casework.Value, 0, len(rows))
	for _, r := range rows {
		v, err := r.toDomain()
		if err != nil {
			return nil, err
		}
		values = append(values, v)
	}
	return values, nil
}

type consentRow struct {
	OrgID   string `gorm:"column:org_id"`
	ID      string
	CaseID  string
	Seq     int64
	Purpose string
	State   string
	Wording string
	Stamp   stamp `gorm:"embedded"`
}

// TableName implements gorm's Tabler.
func (consentRow) TableName() string { return "consents" }

func (r consentRow) toDomain() casework.Consent {
	return casework.Consent{
		ID: r.ID, Purpose: casework.ConsentPurpose(r.Purpose), State: casework.State(r.State),
		Wording: r.Wording, By: r.Stamp.by(), At: r.Stamp.at(),
	}
}

type submissionRow struct {
	OrgID  string `gorm:"column:org_id"`
	ID     string
	CaseID string
	AtUTC  int64 `gorm:"column:at_utc"`
}

// TableName implements gorm's Tabler.
func (submissionRow) TableName() string { return "submissions" }

type evidenceRow struct {
	OrgID  string `gorm:"column:org_id"`
	ID     string
	CaseID string
	Seq    int64
	FileID string
	SHA256 string `gorm:"column:sha256"`
	Size   int64
	Stamp  stamp `gorm:"embedded"`
}

// TableName implements gorm's Tabler.
func (evidenceRow) TableName() string { return "evidence_items" }

func (r evidenceRow) toDomain() casework.EvidenceItem {
	return casework.EvidenceItem{ID: r.ID, File: r.FileID, SHA256: r.SHA256, Size: r.Size, By: r.Stamp.by(), At: r.Stamp.at()}
}

type workerRow struct {
	OrgID string `gorm:"column:org_id"`
	ID    string
	Seq   int64
	Name  personal.Text
	Stamp stamp `gorm:"embedded"`
}

// TableName implements gorm's Tabler.
func (workerRow) TableName() string { return "workers" }

type settingRow struct {
	OrgID string `gorm:"column:org_id"`
	ID    string
	Body  string
	ByID  string `gorm:"column:by_id"`
	AtUTC int64  `gorm:"column:at_utc"`
}

// TableName implements gorm's Tabler.
func (settingRow) TableName() string { return "settings" }

type releaseRow struct {
	OrgID string `gorm:"column:org_id"`
	ID    string
	Body  []byte
	Stamp stamp `gorm:"embedded"`
}

// TableName implements gorm's Tabler.
func (releaseRow) TableName() string { return "releases" }

type auditRow struct {
	OrgID      string `gorm:"column:org_id"`
	ID         int64
	Generation int
	Pseudonym  string
	Verb       string
	Stamp      stamp `gorm:"embedded"`
	Hash       string
}

// TableName implements gorm's Tabler.
func (auditRow) TableName() string { return "audit_entries" }
