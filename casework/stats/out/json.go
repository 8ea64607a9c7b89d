package out

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"keyholder/casework/stats"
)

// JSON writes the preview of a release as one indented JSON object, UTF-8 without byte order mark.
func JSON(w io.Writer, r *stats.Release) error {
	if !r.Prepared() {
		return ErrNotPrepared
	}
	e := json.NewEncoder(w)
	e.SetIndent("", " ")
	if err := e.Encode(r.Preview()); err != nil {
		return fmt.Errorf("writing a release: %w", err)
	}
	return nil
}

// Text writes "method and limits" of a release as plain text for people.
func Text(w io.Writer, r *stats.Release) error {
	if !r.Prepared() {
		return ErrNotPrepared
	}
	p := r.Preview()
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("%s %s", p.Title, p.Period)
	line("Release %s. Rule: %s.", p.Release, p.Rule)
	for _, m := range p.Marks {
		line("%s", m)
	}
	line("\nHow the figures were made")
	for _, n := range p.Method {
		line("- %s", n.Text)
	}
	line("\nWhat they cannot say")
	for _, n := range p.Limits {
		line("- %s", n.Text)
	}
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("writing a release: %w", err)
	}
	return nil
}
