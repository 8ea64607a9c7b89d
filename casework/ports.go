package casework

import (
	"context"
	"slices"
	"time"
)

// Change is one transaction on one case: all of it is kept, or nothing. The audit entry is written
// in the same transaction.
type Change struct {
	Submission string // random id of the form post; the same id twice is done once
	By         WorkerID
	At         time.Time
	Verb       Verb
	Expect     map[Slot]ValueID // heads the worker saw ("" = nothing stood there); see Conflict
	Open       *Case            // set when the change also opens the case
	Entities   []Entity         // new entities
	Values     []Value          // ID, By, At and Supersedes are filled in by the record
	Consents   []Consent
}

// Settle compares the expected heads with those that stand. It returns the slots whose head has moved to
// exactly what is offered, because both workers said the same and nothing is to be written twice, and
// *Conflict when one has moved to something else.
func (c Change) Settle(heads map[Slot]Value) (map[Slot]bool, error) {
	offered := make(map[Slot]Value, len(c.Values))
	for _, v := range c.Values {
		offered[v.Slot] = v
	}
	settled := map[Slot]bool{}
	var sides []Side
	for slot, want := range c.Expect {
		now, stands := heads[slot]
		if now.ID == want {
			continue
		}
		offer, offering := offered[slot]
		if offering && stands && offer.Same(now) {
			settled[slot] = true
			continue
		}
		offer.Slot = slot
		sides = append(sides, Side{Offered: offer, Now: now})
	}
	if len(sides) == 0 {
		return settled, nil
	}
	slices.SortFunc(sides, func(a, b Side) int { return a.Offered.Slot.compare(b.Offered.Slot) })
	return nil, &Conflict{Sides: sides}
}

// Record keeps the append-only values of cases. The encrypted store implements it, and so does the
// in-memory record of a consultation without record.
type Record interface {
	// Apply performs c on the case. It returns *Conflict when an expected head has moved on to a
	// value that differs from the offered one, and nil without effect for a repeated Submission.
	// A moved head that says the same as the offered value (Value.Same) is no conflict, and the
	// offered value is then not written again. A case that is not there, or a value about an entity
	// that is not there, is KindNotFound; opening a case twice is KindInvalid. In every error case
	// nothing is written. IDs, By and At of values and consents are filled in by the record.
	Apply(ctx context.Context, id CaseID, c Change) error
	// Heads returns the newest value of every slot of the case.
	Heads(ctx context.Context, id CaseID) ([]Value, error)
	// History returns all values of one slot, oldest first.
	History(ctx context.Context, id CaseID, s Slot) ([]Value, error)
	// Entities returns the entities of the case in the order in which they were added.
	Entities(ctx context.Context, id CaseID) ([]Entity, error)
	// Consents returns the consent rows of the case, oldest first.
	Consents(ctx context.Context, id CaseID) ([]Consent, error)
}

// Cases lists and finds cases.
type Cases interface {
	Case(ctx context.Context, id CaseID) (*Case, error)
	Cases(ctx context.Context) ([]Case, error)
}

// Verb says what was done, for the audit; every destructive act has its own.
type Verb string

// The verbs in use.
const (
	VerbOpenCase   Verb = "open_case"
	VerbReadCase   Verb = "read_case"
	VerbAnswer     Verb = "answer"
	VerbConsent    Verb = "consent"
	VerbScan       Verb = "scan"
	VerbDevice     Verb = "device"
	VerbRisk       Verb = "risk"
	VerbPlan       Verb = "plan"
	VerbPrint      Verb = "print"
	VerbPublish    Verb = "publish"
	VerbPassphrase Verb = "passphrase"
	VerbBackup     Verb = "backup"
	VerbSettings   Verb = "settings"
)

// AuditEntry is one line of the hash-chained audit.
type AuditEntry struct {
	Seq  int64
	Case CaseID // empty for acts on no case
	Verb Verb
	By   WorkerID
	At   time.Time
}

// Auditor appends entries for acts that change no case, such as reading one.
type Auditor interface {
	Audit(ctx context.Context, e AuditEntry) error
}

// Settings are organisation-wide choices, by key.
type Settings interface {
	Setting(ctx context.Context, key string) (string, error) // empty when unset
	SetSetting(ctx context.Context, key, value string, by WorkerID) error
}
