// Package casework holds the domain of Keyholder: cases and the append-only values they consist of,
// consultations, consent, risk, findings, safety plans and the rules over them. It knows no HTTP
// and no SQL; storage comes in through the small interfaces in ports.go.
package casework

import (
	"crypto/rand"
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

// NewID returns 128 random bits in hexadecimal.
func NewID() string {
	b := make([]byte, 16)
	rand.Read(b)
	return hex.EncodeToString(b)
}
