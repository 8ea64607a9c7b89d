package personal_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"keyholder/casework/personal"
)

const secret = "Maple Street 4"

// Every way in which Go prints, logs or writes a value hides the text, also inside other things.
func TestText_redacts(t *testing.T) {
	text := personal.New(secret)
	inside := struct {
		Name  personal.Text
		Names []personal.Text
		Also  map[string]personal.Text
		At    *personal.Text
	}{text, []personal.Text{text}, map[string]personal.Text{"a": text}, &text}
	for _, thing := range []any{text, &text, inside, []any{text}, errors.Join(fmt.Errorf("reading %v", text))} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%T %v", "%10s", "%-40v|"} {
			if out := fmt.Sprintf(verb, thing, thing); strings.Contains(out, secret) || strings.Contains(out, fmt.Sprintf("%x", secret)) {
				t.Errorf("%s shows the text: %T", verb, thing)
			}
		}
		if out := fmt.Sprint(thing) + fmt.Sprintln(thing); strings.Contains(out, secret) {
			t.Errorf("%T printed shows the text", thing)
		}
		if out, err := json.Marshal(thing); err == nil && strings.Contains(string(out), secret) {
			t.Errorf("%T as JSON shows the text", thing)
		}
	}
	var log strings.Builder
	for _, h := range []slog.Handler{slog.NewTextHandler(&log, nil), slog.NewJSONHandler(&log, nil)} {
		slog.New(h).Info("x", "one", text, slog.Group("g", "two", text), "three", inside)
	}
	if strings.Contains(log.String(), secret) {
		t.Error("a log shows the text")
	}
	if text.Reveal() != secret || text.String() != personal.Redacted || text.GoString() != personal.Redacted {
		t.Error("the text is not what it was, or not hidden")
	}
}

// The zero value and a text of nothing are empty; a blank is something.
func TestText_Empty(t *testing.T) {
	var zero personal.Text
	if !zero.Empty() || !personal.New("").Empty() || personal.New(" ").Empty() || zero != personal.New("") {
		t.Error("empty and blank are mixed up")
	}
}

// What goes into the database comes out as it was.
func TestText_database(t *testing.T) {
	for _, s := range []string{"", secret, "zwei\nZeilen", "😀 ä\u0301", "'; DROP TABLE cases; --"} {
		stored, err := personal.New(s).Value()
		if err != nil {
			t.Fatal(err)
		}
		for _, src := range []any{stored, []byte(s)} {
			var back personal.Text
			if err := back.Scan(src); err != nil || back.Reveal() != s {
				t.Errorf("%q came back as %q (%v)", s, back.Reveal(), err)
			}
		}
	}
	was := personal.New(secret)
	if err := was.Scan(nil); err != nil || !was.Empty() {
		t.Errorf("nothing in the database reads as something (%v)", err)
	}
	for _, src := range []any{4, true, time.Now(), struct{ S string }{secret}} {
		if err := was.Scan(src); err == nil || strings.Contains(err.Error(), secret) {
			t.Errorf("a column of %T gave %v", src, err)
		}
	}
}

// New leaves out what nobody types, keeps what people write in any language, and what it gives is stable.
func TestNew_keepsWhatPeopleWrite(t *testing.T) {
	for in, want := range map[string]string{
		"plain":                "plain",
		"a\tb\r\nc\n":          "a\tb\r\nc\n",
		"עברית العربية 中文":     "עברית العربية 中文",
		"👩‍👧 नमस्ते":           "👩‍👧 नमस्ते",
		"a\x00b\x07c\x1b[31m":  "abc[31m",
		"cam\u202egnp.exe":     "camgnp.exe",
		"zero\u200bwidth":      "zerowidth",
		"\ufeffmark":           "mark",
		"line\u2028end":        "line\nend",
		"bad\xffbyte":          "bad\ufffdbyte",
		"isolate\u2066x\u2069": "isolatex",
	} {
		got := personal.New(in).Reveal()
		if got != want {
			t.Errorf("%+q became %+q, want %+q", in, got, want)
		}
		if again := personal.New(got).Reveal(); again != got || !utf8.ValidString(got) {
			t.Errorf("%+q is not stable: %+q", got, again)
		}
	}
	if personal.Lines(nil) != nil || len(personal.Lines([]string{"a", "\u202eb"})) != 2 || personal.Lines([]string{"\u202eb"})[0].Reveal() != "b" {
		t.Error("lines are not wrapped one by one")
	}
}
