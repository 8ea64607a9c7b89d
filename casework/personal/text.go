// Package personal holds types for text that can identify or endanger someone. They redact
// themselves wherever Go formats, logs or serialises a value; only Reveal shows the content.
package personal

import (
	"database/sql/driver"
	"fmt"
	"log/slog"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Redacted is what every accidental path of a personal value to a log, an error or a file shows.
const Redacted = "[redacted]"

// Text is free text about a person. The zero value is empty text.
type Text struct{ s string }

// New wraps s. Characters that nobody types and that could hide or turn around what stands beside the
// text, as when a device's name is pasted, are left out: controls but line ends and tabs, and the marks
// that force a direction of writing. Broken UTF-8 becomes the replacement character.
func New(s string) Text { return Text{plain(s)} }

// plain returns s itself where nothing is to be left out, as in almost every text.
func plain(s string) string {
	if utf8.ValidString(s) && !strings.ContainsFunc(s, hidden) {
		return s
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\u2028' || r == '\u2029': // line ends by another name
			return '\n'
		case hidden(r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd"))
}

// hidden reports the characters that New leaves out: controls, what forces a direction of writing, and
// what cannot be seen at all. Marks that scripts and emoji need, such as the joiners, stay: they change
// letters, not lines (Unicode UAX 9, explicit formatting characters).
func hidden(r rune) bool {
	switch {
	case r == '\n' || r == '\r' || r == '\t':
		return false
	case unicode.Is(unicode.Cc, r), r == '\u00ad', r == '\u200b', r == '\ufeff':
		return true
	}
	return r >= '\u2028' && r <= '\u202e' || r >= '\u2060' && r <= '\u206f' || r >= '\ufff9' && r <= '\ufffb'
}

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
