package casework

import "time"

// Case is the anchor of a record. It holds no name, date of birth or address; Code is random and
// carries no order or date.
type Case struct {
	ID       CaseID
	Code     string // e.g. "KH-7QX4-M2PD", drawn at random
	OpenedAt time.Time
	OpenedBy WorkerID
	MadeUp   bool // belongs to the demonstration; every page and export says so
}

// ConsentPurpose is what a survivor agreed to, each on its own (PRACTICE 6.12).
type ConsentPurpose string

// The purposes.
const (
	ConsentRecord     ConsentPurpose = "record"
	ConsentScan       ConsentPurpose = "scan"
	ConsentShare      ConsentPurpose = "share"
	ConsentStatistics ConsentPurpose = "statistics"
	ConsentEvidence   ConsentPurpose = "evidence"
)

// ConsentPurposes lists the purposes in the order in which they are asked.
func ConsentPurposes() []ConsentPurpose {
	return []ConsentPurpose{ConsentRecord, ConsentScan, ConsentShare, ConsentStatistics, ConsentEvidence}
}

// Consent is one answer to one purpose, with the version of the wording that was read out. A
// withdrawal is a further row with State no.
type Consent struct {
	ID      string
	Purpose ConsentPurpose
	State   State
	Wording string // key and version of the wording, e.g. "agreement.v1"
	By      WorkerID
	At      time.Time
}
