// Package casework holds the domain of Keyholder: cases and the append-only values they consist of,
// consultations, consent, risk, findings, safety plans and the rules over them. It knows no HTTP
// and no SQL; storage comes in through the small interfaces in ports.go.
package casework

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
)

// Identifiers are 128 random bits in hexadecimal: nothing in them tells an order, a date or a person.
type (
	// CaseID names a case.
	CaseID string
	// EntityID names a thing or person inside a case; the empty id is the case itself.
	EntityID string
	// ValueID names one append-only value.
	ValueID string
	// WorkerID names a worker.
	WorkerID string
	// ConsultationID names one consultation (sitting) with a survivor.
	ConsultationID string
)

// newID returns an id for what an act makes. The same form post sent twice names the same thing, so that
// whoever clicked twice is led to the one that was kept. Without a submission it is a new id.
func (a Act) newID() string {
	if a.Submission == "" {
		return NewID()
	}
	sum := sha256.Sum256([]byte("keyholder made by " + a.Submission))
	return hex.EncodeToString(sum[:16])
}

// NewID returns 128 random bits in hexadecimal.
func NewID() string {
	b := make([]byte, 16)
	rand.Read(b)
	return hex.EncodeToString(b)
}
