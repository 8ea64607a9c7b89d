package store

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"keyholder/casework"
	"keyholder/casework/vault"
)

// auditKeys are the generations of the key of the audit chain; a re-key adds one.
type auditKeys map[int][]byte

func (s *Store) auditKeys(ctx context.Context) (auditKeys, error) {
	all, err := s.vault.Secrets(ctx, vault.SecretAudit)
	if err != nil {
		return nil, fmt.Errorf("reading the audit key: %w", err)
	}
	keys := auditKeys{}
	for _, k := range all {
		keys[k.Generation] = k.Key
	}
	return keys, nil
}

func (k auditKeys) newest() (generation int) {
	for g := range k {
		generation = max(generation, g)
	}
	return generation
}

func (k auditKeys) clear() {
	for _, key := range k {
		clear(key)
	}
}

// hash chains the row to the hash before it.
func (k auditKeys) hash(r auditRow, before string) string {
	m := hmac.New(sha256.New, k[r.Generation])
	fmt.Fprintf(m, "%q|%d|%d|%q|%q|%q|%q|%d|%d", r.OrgID, r.ID, r.Generation, before, r.Pseudonym, r.Verb, r.Stamp.ByID,
		r.Stamp.AtUTC, r.Stamp.OffsetMinutes)
	return hex.EncodeToString(m.Sum(nil))
}

// appendAudit writes one entry at the end of the chain and returns the new head.
func appendAudit(tx *gorm.DB, keys auditKeys, e casework.AuditEntry) (vault.AuditHead, error) {
	if e.Verb == "" { // a change that does not say is an answer
		e.Verb = casework.VerbAnswer
	}
	var last []auditRow
	err := tx.Where("org_id = ?", localOrg).Order("id DESC").Limit(1).Find(&last).Error
	if err != nil {
		return vault.AuditHead{}, err
	}
	row := auditRow{OrgID: localOrg, ID: 1, Generation: keys.newest(), Verb: string(e.Verb), Stamp: stamped(e.By, e.At)}
	before := ""
	if len(last) > 0 {
		row.ID, before = last[0].ID+1, last[0].Hash
	}
	if row.Pseudonym, err = pseudonym(tx, e.Case); err != nil {
		return vault.AuditHead{}, err
	}
	row.Hash = keys.hash(row, before)
	return vault.AuditHead{Count: row.ID, Hash: row.Hash}, tx.Create(&row).Error
}

// pseudonym is what the audit calls a case.
func pseudonym(tx *gorm.DB, id casework.CaseID) (string, error) {
	if id == "" {
		return "", nil
	}
	var row saltRow
	err := tx.Where("org_id = ? AND id = ?", localOrg, string(id)).Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return "", notFound()
	}
	if err != nil {
		return "", err
	}
	return row.pseudonym(), nil
}

func (r saltRow) pseudonym() string {
	m := hmac.New(sha256.New, []byte(r.Salt))
	m.Write([]byte(r.ID))
	return hex.EncodeToString(m.Sum(nil))
}

// Audit implements casework.Auditor.
func (s *Store) Audit(ctx context.Context, e casework.AuditEntry) error {
	return s.transact(ctx, e, func(*gorm.DB) error { return nil })
}

// Entries returns the audit, oldest first. Case is empty for acts on no case and for cases that were
// erased.
func (s *Store) Entries(ctx context.Context) ([]casework.AuditEntry, error) {
	var salts []saltRow
	var rows []auditRow
	db := s.db.WithContext(ctx)
	if err := db.Where("org_id = ?", localOrg).Find(&salts).Error; err != nil {
		return nil, s.explain(err)
	}
	if err := db.Where("org_id = ?", localOrg).Order("id").Find(&rows).Error; err != nil {
		return nil, s.explain(err)
	}
	cases := make(map[string]casework.CaseID, len(salts))
	for _, r := range salts {
		cases[r.pseudonym()] = casework.CaseID(r.ID)
	}
	entries := make([]casework.AuditEntry, 0, len(rows))
	for _, r := range rows {
		entries = append(entries, casework.AuditEntry{
			Seq: r.ID, Case: cases[r.Pseudonym], Verb: casework.Verb(r.Verb), By: r.Stamp.by(), At: r.Stamp.at(),
		})
	}
	return entries, nil
}

// AuditFault says what is wrong with the audit chain.
type AuditFault string

// The faults.
const (
	AuditSound   AuditFault = ""
	AuditGap     AuditFault = "gap"     // an entry is missing
	AuditChanged AuditFault = "changed" // an entry is not what was written
	AuditShort   AuditFault = "short"   // entries that the header knows of are missing: an older file was put back
)

// AuditVerdict is the outcome of VerifyAudit.
type AuditVerdict struct {
	Entries int64
	Head    string // hash of the last entry, to be written down or handed out
	Fault   AuditFault
	At      int64 // the entry at which the fault shows
}

// VerifyAudit walks the whole chain and compares it with the head that the header of the vault holds,
// which may lag behind. It shows changes from outside; somebody with a passphrase could write a new
// chain, which only a head that was written down elsewhere shows.
func (s *Store) VerifyAudit(ctx context.Context) (AuditVerdict, error) {
	keys, err := s.auditKeys(ctx)
	if err != nil {
		return AuditVerdict{}, err
	}
	defer keys.clear()
	var rows []auditRow
	if err := s.db.WithContext(ctx).Where("org_id = ?", localOrg).Order("id").Find(&rows).Error; err != nil {
		return AuditVerdict{}, s.explain(err)
	}
	v := AuditVerdict{}
	saved := s.vault.SavedAuditHead()
	for i, r := range rows {
		if r.ID != int64(i)+1 {
			v.Fault, v.At = AuditGap, int64(i)+1
			return v, nil
		}
		changed := keys[r.Generation] == nil || !hmac.Equal([]byte(keys.hash(r, v.Head)), []byte(r.Hash))
		if changed || r.ID == saved.Count && r.Hash != saved.Hash {
			v.Fault, v.At = AuditChanged, r.ID
			return v, nil
		}
		v.Entries, v.Head = r.ID, r.Hash
	}
	if v.Entries < saved.Count {
		v.Fault, v.At = AuditShort, v.Entries+1
	}
	return v, nil
}
