package casework

import (
	"context"
	"io"
	"time"
)

// VerbEvidence is the audit verb for adding evidence to a case.
const VerbEvidence Verb = "evidence"

// EvidenceItem is one piece of evidence of a case: an encrypted file outside the database.
type EvidenceItem struct {
	ID     string // random
	File   string // id of the encrypted file
	SHA256 string // of the content, taken while it came in, in hexadecimal
	Size   int64  // bytes of the content
	By     WorkerID
	At     time.Time
}

// Evidence keeps evidence files of cases.
type Evidence interface {
	// AddEvidence encrypts content and adds it to the case.
	AddEvidence(ctx context.Context, id CaseID, content io.Reader, by WorkerID, at time.Time) (EvidenceItem, error)
	// Evidence lists the evidence of a case in the order in which it was added.
	Evidence(ctx context.Context, id CaseID) ([]EvidenceItem, error)
	// OpenEvidence returns the content of an item after comparing the whole of it with its hash.
	OpenEvidence(ctx context.Context, item EvidenceItem) (io.ReadCloser, error)
}
