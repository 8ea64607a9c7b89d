// Package personal holds types for text that can identify or endanger someone. They redact
// themselves wherever Go formats, logs or serialises a value; only Reveal shows the content.
package personal

import (
	"database/sql/driver"
	"fmt"
	"log/slog"
)

// Redacted is what every accidental path of a personal value to a log, an error or a file shows.
const Redacted = "[redacted]"

// Text is free text about a person. The zero value is empty text.
type Text struct{ s string }

// New wraps s.
func New(s string) Text { return Text{s} }

// Lines wraps each of the lines; nil for none.
func Lines(lines []string) []Text {
	var out []Text
	for _, l := range lines {
		out = append(out, New(l))
	}
	return out
}

// Reveal returns the content. Call it only where a person is meant to read it: a template, a print
// view, an explicit export.
func (t Text) Reveal() string { return t.s }

// Empty reports whether there is no content.
func (t Text) Empty() bool { return t.s == "" }

// String implements fmt.Stringer by redaction.
func (t Text) String() string { return Redacted }

// GoString implements fmt.GoStringer by redaction.
func (t Text) GoString() string { return Redacted }

// Format implements fmt.Formatter so that no verb prints the content.
func (t Text) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(Redacted)) }

// LogValue implements slog.LogValuer by redaction.
func (t Text) LogValue() slog.Value { return slog.StringValue(Redacted) }

// MarshalText implements encoding.TextMarshaler by redaction, which json.Marshal uses too.
func (t Text) MarshalText() ([]byte, error) { return []byte(Redacted), nil }

// Value implements driver.Valuer: the encrypted database is the one place that stores the content.
func (t Text) Value() (driver.Value, error) { return t.s, nil }

// Scan implements sql.Scanner.
func (t *Text) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		t.s = ""
	case string:
		t.s = v
	case []byte:
		t.s = string(v)
	default:
		return fmt.Errorf("scanning personal text: unsupported column type %T", src)
	}
	return nil
}
