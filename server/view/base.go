package view

import (
	"fmt"
	"strings"
)

// Base is what every page has. Handlers get one from the server already filled and add to it.
type Base struct {
	Title  string // the heading: a question or a noun
	Lead   string // one sentence that says what this page is for; may be empty
	Window string // what the window and the history show; neutral, never personal; empty: only Product
	Lang   string // BCP 47 code
	Dir    string // "ltr" or "rtl"

	Product  string // the neutral product name, a setting
	CaseCode string // random code of the open case, never a name; empty outside a case
	Within   string // path of the record the page belongs to, "/cases/ID" or "/session/ID"; empty outside
	OnRecord string // path of the case that this page writes to; empty while nothing is on record
	MadeUp   bool   // the demonstration: every page says so
	Hide     bool   // what was written is blurred until it is pointed at
	Open     bool   // behind the lock: header with lock, Emergency and navigation

	Key        string // path key of the session, empty outside; use At
	Path       string // path of this page below the key, as At takes it
	FormToken  string // goes into every form through form-guard
	Submission string // random id of this copy of the form: sent twice, done once

	Back   *Link       // where the worker came from
	Nav    []Link      // navigation in the header
	Flash  *Banner     // one notice above the page
	Errors FieldErrors // what is wrong with the form, in the order of the fields
	Kept   bool        // a form that was sent into a lock is kept and comes back after unlock

	Script Script // what the page's script needs to know
}

// Script holds the numbers that static/js/keyholder.js reads from the page.
type Script struct {
	IdleSeconds  int  // the page closes itself after this long without input; 0: never
	CoverSeconds int  // the screen is covered after this long without input; 0: never
	InSession    bool // "In session" holds the idle lock
}

// PageBase makes every struct that embeds Base a Page once it has a Template.
func (b *Base) PageBase() *Base { return b }

// At returns the address of a path behind the lock, e.g. At("/cases").
func (b *Base) At(path string) string {
	if b.Key == "" {
		return path
	}
	return "/k/" + b.Key + path
}

// In returns the address of a path below the record of the page: In("/scan") is
// At("/cases/ID/scan"). A sitting that has not started has no record yet: In is At there, as it is
// outside of any record.
func (b *Base) In(path string) string {
	if b.Within == "/session" {
		return b.At(path)
	}
	return b.At(b.Within + path)
}

// Guard is what form-guard needs; it is the same for every form of the page.
//
// From is where the form comes back to when it is sent into a lock. A sitting does not outlive the
// lock: its forms come back in the case once it is on record, and nowhere before that, because what
// was said without a record is not written anywhere.
func (b *Base) Guard() Guard {
	from := b.Path
	if rest, within := strings.CutPrefix(b.Path, b.Within); within && strings.HasPrefix(b.Within, "/session") {
		from = ""
		if b.OnRecord != "" {
			from = b.OnRecord + rest
		}
	}
	return Guard{Token: b.FormToken, Submission: b.Submission, From: from}
}

// Error returns the text of the first error of a field, empty without one.
func (b *Base) Error(name string) string { return b.Errors.For(name) }

// Guard fills the hidden fields of every form.
type Guard struct{ Token, Submission, From string }

// Link is a place to go, in words.
type Link struct {
	Text    string
	About   string // what it is about, said to assistive technology only; may be empty
	Href    string
	Current bool
}

// FieldError is one thing that is wrong with one field of a form.
type FieldError struct{ Name, Text string }

// FieldErrors are the errors of a form in the order of its fields.
type FieldErrors []FieldError

// Add appends an error.
func (f *FieldErrors) Add(name, text string) { *f = append(*f, FieldError{name, text}) }

// For returns the first error of a field, empty without one.
func (f FieldErrors) For(name string) string {
	for _, e := range f {
		if e.Name == name {
			return e.Text
		}
	}
	return ""
}

// FieldID is the element id of a field: error-summary links to it.
func FieldID(name string) string {
	return "f-" + strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '-', r == '_':
			return r
		}
		return '-'
	}, name)
}

// ItemID is the element id of the i-th item of radios or checkboxes, counted from 0. The first has
// the id of the field, so that a link to the field lands on it.
func ItemID(name string, i int) string {
	if i == 0 {
		return FieldID(name)
	}
	return fmt.Sprintf("%s-%d", FieldID(name), i+1)
}
