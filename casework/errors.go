package casework

import "fmt"

// Kind sorts errors by what the user can do about them.
type Kind string

// The kinds; server/errors.go maps each to a status and a page.
const (
	KindNotFound    Kind = "not_found"
	KindInvalid     Kind = "invalid"
	KindConflict    Kind = "conflict"
	KindLocked      Kind = "locked"
	KindForbidden   Kind = "forbidden"
	KindUnavailable Kind = "unavailable"
)

// Error is an error a user may be told about. Key is a message key of the locale catalogue, never
// free text; no personal value is ever formatted into it.
type Error struct {
	Kind  Kind
	Key   string
	Field string
	Err   error
}

// Error implements error.
func (e *Error) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("%s %s: %v", e.Kind, e.Key, e.Err)
	}
	return fmt.Sprintf("%s %s", e.Kind, e.Key)
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Conflict reports that somebody else changed what the worker was editing. Nothing was saved; the
// page shows both sides and lets the worker choose.
type Conflict struct{ Sides []Side }

// Side is one contested slot: what the worker offered and what stands there now.
type Side struct {
	Offered Value
	Now     Value
}

// Error implements error.
func (c *Conflict) Error() string { return fmt.Sprintf("%d values changed meanwhile", len(c.Sides)) }

// FieldErrors are the things wrong with one form, in the order of its fields. Nothing was saved.
type FieldErrors []*Error

// Error implements error; it names how many, never what was typed.
func (f FieldErrors) Error() string { return fmt.Sprintf("%d fields are not valid", len(f)) }

// Err returns f as an error, or nil when it is empty.
func (f FieldErrors) Err() error {
	if len(f) == 0 {
		return nil
	}
	return f
}

// invalid is a field that cannot be saved as it is.
func invalid(field, key string) *Error {
	return &Error{Kind: KindInvalid, Key: key, Field: field}
}
