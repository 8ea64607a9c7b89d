// Package logging writes log lines that cannot carry a case: a fixed set of attribute keys with plain
// values passes, everything else becomes "[dropped]". The message of a record must be a constant.
package logging

import (
	"bytes"
	"context"
	"io"
	"log"
	"log/slog"
	"regexp"
	"slices"
)

// Dropped stands where a value was that is not on the list.
const Dropped = "[dropped]"

// allowed returns the attribute keys that may be logged.
func allowed() []string {
	return []string{
		"event", "route", "status", "duration_ms", "kind", "source", "reason", "count", "incident",
		"version", "pid",
	}
}

// plainWords is what a text value may look like: codes, routes and type names, never a sentence.
var plainWords = regexp.MustCompile(`^[A-Za-z0-9 _./:*>{}-]{0,300}$`)

// New returns a logger that writes to w through the list: what went wrong, and with verbose every
// request by its kind.
func New(w io.Writer, verbose bool) *slog.Logger {
	level := slog.LevelWarn
	if verbose {
		level = slog.LevelInfo
	}
	options := &slog.HandlerOptions{Level: level, ReplaceAttr: quietTime}
	return slog.New(&Handler{next: slog.NewTextHandler(w, options)})
}

// quietTime leaves the time of day out: when somebody worked on a case is nobody's business.
func quietTime(groups []string, a slog.Attr) slog.Attr {
	if len(groups) == 0 && a.Key == slog.TimeKey {
		return slog.Attr{}
	}
	return a
}

// Handler is a slog.Handler with the list in front.
type Handler struct{ next slog.Handler }

// Enabled implements slog.Handler.
func (h *Handler) Enabled(ctx context.Context, level slog.Level) bool {
	return h.next.Enabled(ctx, level)
}

// Handle implements slog.Handler.
func (h *Handler) Handle(ctx context.Context, r slog.Record) error {
	clean := slog.NewRecord(r.Time, r.Level, r.Message, 0)
	r.Attrs(func(a slog.Attr) bool {
		clean.AddAttrs(filter(a))
		return true
	})
	return h.next.Handle(ctx, clean)
}

// WithAttrs implements slog.Handler.
func (h *Handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	kept := make([]slog.Attr, len(attrs))
	for i, a := range attrs {
		kept[i] = filter(a)
	}
	return &Handler{next: h.next.WithAttrs(kept)}
}

// WithGroup implements slog.Handler. Groups would hide keys from the list, so there are none.
func (h *Handler) WithGroup(string) slog.Handler { return h }

// filter never asks a value to describe itself: a LogValuer or a Stringer could hold anything.
func filter(a slog.Attr) slog.Attr {
	if !slices.Contains(allowed(), a.Key) {
		return slog.String(Dropped, Dropped)
	}
	switch a.Value.Kind() {
	case slog.KindBool, slog.KindInt64, slog.KindUint64, slog.KindFloat64, slog.KindDuration:
		return a
	case slog.KindString:
		if plainWords.MatchString(a.Value.String()) {
			return a
		}
	}
	return slog.String(a.Key, Dropped)
}

// Bridge sends what libraries write to the standard logger through the list: the line itself is
// dropped and only counted, because nobody knows what is in it.
func Bridge(l *slog.Logger) {
	log.SetFlags(0)
	log.SetOutput(bridge{l})
}

type bridge struct{ l *slog.Logger }

// Write implements io.Writer.
func (b bridge) Write(line []byte) (int, error) {
	b.l.Warn("a library wrote to the log", "count", bytes.Count(line, []byte("\n")))
	return len(line), nil
}
