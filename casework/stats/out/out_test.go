package out

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyholder/casework/stats"
)

// release makes a release of two tables over 70 people.
func release(t *testing.T, madeUp bool) *stats.Release {
	t.Helper()
	schema, err := stats.NewSchema(stats.Presence("ta_any", "Any"), stats.Presence("ta_iot_home", "=1+1"))
	if err != nil {
		t.Fatal(err)
	}
	records := stats.NewRecords(schema)
	for code, n := range []int{33, 9, 4, 11, 0, 13} {
		for range n {
			rec := stats.Record{
				Opened: stats.Quarter(2026, 2).Start, MadeUp: madeUp,
				Values: []stats.Code{stats.Code(code), stats.Code(5 - code)},
			}
			if err := records.Add(rec); err != nil {
				t.Fatal(err)
			}
		}
	}
	rel, err := stats.Prepare(records, stats.Request{
		Period: stats.Quarter(2026, 2),
		Tables: []stats.Table{{"ta_any"}, {"ta_iot_home"}},
	}, stats.DefaultPolicy(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return rel
}

func surveyRelease(t *testing.T, form stats.Form) *stats.Release {
	t.Helper()
	s, err := stats.ExampleSurvey()
	if err != nil {
		t.Fatal(err)
	}
	rel, err := stats.PrepareSurvey(s, form)
	if err != nil {
		t.Fatal(err)
	}
	return rel
}

func written(t *testing.T, write func(*bytes.Buffer) error) string {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func csvOf(t *testing.T, r *stats.Release) string {
	return written(t, func(b *bytes.Buffer) error { return CSV(b, r) })
}

func TestCSV_form(t *testing.T) {
	rel := release(t, false)
	text := csvOf(t, rel)
	if text != csvOf(t, rel) {
		t.Error("the same release gives different bytes")
	}
	if !strings.HasPrefix(text, "\xef\xbb\xbf") || strings.Count(text, "\n") != strings.Count(text, "\r\n") {
		t.Error("no byte order mark, or a line end that is not CRLF")
	}
	body, _, _ := strings.Cut(text[3:], "\r\nMethod,")
	body = strings.Replace(body, rel.Published().ID, "ID", 1)
	want := strings.ReplaceAll(`Title,Cases by period
Period,2026 Q2
Rule,"hide 7, round 5, version 1"
Release,ID
Mark,[c] = confidential: between 1 and 7 people
Table,ta_any,Any
Code,Answer,People
yes,Yes,35
suspected,Suspected,10
no,No,[c]
dont_know,Does not know,10
declined,Did not want to say,0
not_asked,Not asked,15
total,All,70
share_known,Share known,[c]
Table,ta_iot_home,'=1+1
Code,Answer,People
yes,Yes,15
suspected,Suspected,0
no,No,10
dont_know,Does not know,[c]
declined,Did not want to say,10
not_asked,Not asked,35
total,All,70
share_known,Share known,[c]`, "\n", "\r\n")
	if diff := cmp.Diff(want, body); diff != "" {
		t.Errorf("file (-want +got):\n%s", diff)
	}
}

func TestCSV_everyRowOfADemonstrationSaysSo(t *testing.T) {
	for _, rel := range []*stats.Release{release(t, true), surveyRelease(t, stats.FormFull)} {
		for _, line := range strings.Split(strings.TrimSuffix(csvOf(t, rel), "\r\n"), "\r\n") {
			if !strings.HasSuffix(line, ",made up") {
				t.Errorf("a row without the words: %s", line)
			}
		}
	}
	if strings.Contains(csvOf(t, release(t, false)), "made up") {
		t.Error("real figures are called made up")
	}
}

var number = regexp.MustCompile(`[0-9]+(\.[0-9]+)?`)

// numbers returns all numbers of a text, sorted.
func numbers(text string) []string {
	found := number.FindAllString(text, -1)
	slices.Sort(found)
	return found
}

// TestCSV_numbersAreThoseOfThePreview walks the preview's fields by themselves, through JSON, so
// that a figure added to the file alone or to the preview alone is found.
func TestCSV_numbersAreThoseOfThePreview(t *testing.T) {
	for name, rel := range map[string]*stats.Release{
		"cases": release(t, false), "demonstration": release(t, true),
		"survey": surveyRelease(t, stats.FormAsInReport), "protected survey": surveyRelease(t, stats.FormProtected),
	} {
		raw := written(t, func(b *bytes.Buffer) error { return JSON(b, rel) })
		var preview stats.Preview
		if err := json.Unmarshal([]byte(raw), &preview); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(rel.Preview(), preview); diff != "" {
			t.Errorf("%s: the JSON is not the preview:\n%s", name, diff)
		}
		if diff := cmp.Diff(numbers(raw), numbers(csvOf(t, rel))); diff != "" {
			t.Errorf("%s: numbers (-preview +file):\n%s", name, diff)
		}
	}
}

func TestWriters_refuseWhatWasNotPrepared(t *testing.T) {
	for _, rel := range []*stats.Release{nil, {}} {
		var b bytes.Buffer
		for _, err := range []error{CSV(&b, rel), JSON(&b, rel), Text(&b, rel)} {
			if !errors.Is(err, ErrNotPrepared) {
				t.Errorf("got %v", err)
			}
		}
		if b.Len() > 0 {
			t.Error("something was written")
		}
	}
}

func TestHarmless(t *testing.T) {
	for in, want := range map[string]string{
		"=1+1": "'=1+1", "+1": "'+1", "-1": "'-1", "@x": "'@x", "\tx": "'\tx", "\rx": "'\rx", "\n=1": "'\n=1",
		"＝1": "'＝1", "＋1": "'＋1", "－1": "'－1", "＠1": "'＠1", " =1": "' =1", "\u200b=1": "'\u200b=1",
		"\ufeff@x": "'\ufeff@x", "\u2060\u00ad=1": "'\u2060\u00ad=1", "|cmd": "'|cmd", "%x": "'%x", "Yes": "Yes", "[c]": "[c]", "0": "0", "": "", "a=b": "a=b",
	} {
		if got := Harmless(in); got != want {
			t.Errorf("Harmless(%q) = %q, want %q", in, got, want)
		}
	}
}

// FuzzCSVField: whatever the text, a spreadsheet reads the field back whole and never as a formula.
func FuzzCSVField(f *testing.F) {
	for _, s := range []string{"=HYPERLINK(\"x\")", "+cmd|' /C calc'!A0", "a,b", "\"", "-2+3", " ＝x", "\r\n=1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		safe := Harmless(s)
		if bare := strings.TrimSpace(safe); bare != "" && strings.ContainsAny(bare[:1], "=+-@\t\r") {
			t.Errorf("%q begins like a formula", safe)
		}
		r := csv.NewReader(strings.NewReader("x," + quote(safe) + "\r\n"))
		row, err := r.Read()
		if err != nil || strings.ReplaceAll(row[1], "\r", "") != strings.ReplaceAll(safe, "\r", "") {
			t.Errorf("%q reads back as %q: %v", safe, row, err)
		}
	})
}

func TestText_isPlain(t *testing.T) {
	text := written(t, func(b *bytes.Buffer) error { return Text(b, release(t, false)) })
	for _, want := range []string{"2026 Q2", "rounded to the nearest 5", "What they cannot say", "Not asked"} {
		if !strings.Contains(text, want) {
			t.Errorf("the text does not say %q", want)
		}
	}
}
