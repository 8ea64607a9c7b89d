// Package out writes releases to files. It accepts a *stats.Release and nothing else, and every
// file is made from the release's preview alone: what a worker saw is what leaves.
package out

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"

	"keyholder/casework/stats"
)

// ErrNotPrepared refuses a release that Prepare did not make.
var ErrNotPrepared = errors.New("writing a release: it was not prepared; prepare the figures first")

// madeUp is the last field of every row of a demonstration.
const madeUp = "made up"

// byteOrderMark opens the file: without it Excel reads UTF-8 as the computer's old code page and
// spoils every letter outside ASCII (docs/decisions/0006).
const byteOrderMark = "\ufeff"

// CSV writes the release as comma-separated values: UTF-8 with byte order mark, CRLF line ends, text
// that a spreadsheet could take for a formula made harmless. The same release gives the same bytes.
func CSV(w io.Writer, r *stats.Release) error {
	if !r.Prepared() {
		return ErrNotPrepared
	}
	p := r.Preview()
	var b strings.Builder
	b.WriteString(byteOrderMark)
	for _, row := range rows(p) {
		if p.MadeUp {
			row = append(row, madeUp)
		}
		for i, field := range row {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(quote(Harmless(field)))
		}
		b.WriteString("\r\n")
	}
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("writing a release: %w", err)
	}
	return nil
}

// rows lays a preview out: what it is, the tables, then how it was made and what it cannot say.
func rows(p stats.Preview) [][]string {
	out := [][]string{{"Title", p.Title}}
	if p.Period != "" {
		out = append(out, []string{"Period", p.Period})
	}
	out = append(out, []string{"Rule", p.Rule}, []string{"Release", p.Release})
	for _, m := range p.Marks {
		out = append(out, []string{"Mark", m})
	}
	for _, t := range p.Tables {
		out = append(out, []string{"Table", string(t.ID), t.Title}, []string{"Code", "Answer", "People"})
		for _, r := range t.Rows {
			out = append(out, []string{string(r.ID), r.Label, r.Shown})
		}
		out = append(out, []string{"total", "All", t.Total}, []string{"share_known", "Share known", t.ShareKnown})
	}
	if f := p.Frequency; f != nil {
		out = append(out, []string{"Table", f.Title}, f.Columns)
		out = append(out, f.Lines...)
		for _, figure := range f.Figures {
			out = append(out, []string{figure.Label, figure.Shown})
		}
	}
	for _, n := range p.Method {
		out = append(out, []string{"Method", n.Text})
	}
	for _, n := range p.Limits {
		out = append(out, []string{"Limit", n.Text})
	}
	return out
}

// formulaStarts are the characters by which spreadsheets recognise a formula, with their full-width
// forms, which some turn into the plain ones.
const formulaStarts = "=+-@|%\uff1d\uff0b\uff0d\uff20\u2212"

// Harmless puts an apostrophe before text that a spreadsheet could run: a formula sign at the start,
// also behind spaces and invisible characters, or a control character at the very start (OWASP, CSV
// injection). It is for every table that leaves, not only for figures.
func Harmless(field string) string {
	if field == "" {
		return field
	}
	if field[0] < ' ' {
		return "'" + field
	}
	bare := strings.TrimLeftFunc(field, func(r rune) bool {
		return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Z)
	})
	if bare != "" && strings.ContainsRune(formulaStarts, []rune(bare)[0]) {
		return "'" + field
	}
	return field
}

// quote quotes a field where the format asks for it, and where white space at an end would be lost.
func quote(field string) string {
	if !strings.ContainsAny(field, ",;\"\r\n\t") && strings.TrimSpace(field) == field {
		return field
	}
	return `"` + strings.ReplaceAll(field, `"`, `""`) + `"`
}
