package logging

import (
	"bytes"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"strings"
	"testing"

	"keyholder/casework/personal"
)

const marker = "MARKER-jane"

func TestHandler_lets_nothing_else_through(t *testing.T) {
	var out bytes.Buffer
	l := New(&out, true)
	name := personal.New(marker)
	l.Info("request", "route", "GET /k/:key/cases/:case", "status", 200, "kind", "*errors.errorString")
	l.Info("attempts",
		"name", marker, "reason", "a sentence, with "+marker, "kind", errors.New(marker), "count", name,
		"route", fmt.Stringer(nil), slog.Group("group", "reason", marker), "status", []string{marker},
		"event", slog.AnyValue(map[string]string{"a": marker}), "route", "/cases?name="+marker)
	l.With("who", marker).WithGroup(marker).Info("with", "reason", "idle")
	if strings.Contains(out.String(), marker) {
		t.Errorf("the log holds the marker:\n%s", out.String())
	}
	for _, text := range []string{`route="GET /k/:key/cases/:case"`, "status=200", "reason=idle", Dropped} {
		if !strings.Contains(out.String(), text) {
			t.Errorf("the log lacks %s:\n%s", text, out.String())
		}
	}
	if strings.Contains(out.String(), "time=") {
		t.Error("the log tells the time of day")
	}
}

func TestNew_quiet(t *testing.T) {
	var out bytes.Buffer
	l := New(&out, false)
	l.Info("request")
	l.Error("request failed", "incident", "abcd")
	if got := out.String(); strings.Contains(got, "msg=request ") || !strings.Contains(got, "incident=abcd") {
		t.Errorf("got %s", got)
	}
}

func TestBridge(t *testing.T) {
	var out bytes.Buffer
	Bridge(New(&out, false))
	log.Printf("a library says %s", marker)
	if got := out.String(); strings.Contains(got, marker) || !strings.Contains(got, "a library wrote") {
		t.Errorf("got %s", got)
	}
}
