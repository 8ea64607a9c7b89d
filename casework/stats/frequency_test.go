package stats

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func exampleTable(t *testing.T, form Form) FrequencyView {
	t.Helper()
	s, err := ExampleSurvey()
	if err != nil {
		t.Fatal(err)
	}
	table, err := NewFrequencyTable(s, form)
	if err != nil {
		t.Fatal(err)
	}
	return table.View()
}

// TestFrequencyTable_reference is the reference table of STATISTICS 3, to the digit.
func TestFrequencyTable_reference(t *testing.T) {
	got := exampleTable(t, FormAsInReport)
	want := [][]string{
		{"Yes", "33", "33", "29.73", "29.73", "62.26", "62.26"},
		{"No", "9", "42", "8.11", "37.84", "16.98", "79.25"},
		{"Don't know", "11", "53", "9.91", "47.75", "20.75", "100.00"},
		{"Not answered", "58", "", "52.25", "100.00", "", ""},
		{"All asked", "111", "", "", "", "", ""},
	}
	if diff := cmp.Diff(want, got.Lines); diff != "" {
		t.Errorf("table (-want +got):\n%s", diff)
	}
	figures := []Figure{
		{"Mean", "1.58"},
		{"Least", "1"},
		{"Greatest", "3"},
		{"Median", "1"},
		{"Variance", "0.67"},
		{"Standard deviation", "0.82"},
	}
	if diff := cmp.Diff(figures, got.Figures); diff != "" {
		t.Errorf("figures (-want +got):\n%s", diff)
	}
	if full := exampleTable(t, FormFull); full.Figures != nil || len(full.Lines) != 5 {
		t.Errorf("without the switch: %v", full)
	}
}

func TestFrequencyTable_protected(t *testing.T) {
	got := exampleTable(t, FormProtected)
	want := [][]string{
		{"Yes", "35"},
		{"No", "10"},
		{"Don't know", "10"},
		{"Answered", "55"},
		{"Not answered", "60"},
		{"All asked", "110"},
	}
	if diff := cmp.Diff(want, got.Lines); diff != "" || got.Figures != nil {
		t.Errorf("table (-want +got):\n%s\nfigures %v", diff, got.Figures)
	}
}

// survey makes one of counts per answer and a number that did not answer.
func survey(about Subject, unanswered int, counts ...int) Survey {
	names := []AnswerID{"a", "b", "c", "d"}
	s := Survey{About: about, counts: counts, unanswered: unanswered}
	for i := range counts {
		s.Answers = append(s.Answers, Answer{ID: names[i], Label: string(names[i])})
	}
	return s
}

func TestFrequencyTable_aboutPeople(t *testing.T) {
	for name, s := range map[string]Survey{
		"a hidden row":          survey(SubjectPeople, 20, 30, 12, 4),
		"a hidden not answered": survey(SubjectPeople, 3, 30, 12),
		"fewer than 20":         survey(SubjectPeople, 20, 8, 9),
	} {
		for _, form := range []Form{FormFull, FormAsInReport} {
			if _, err := NewFrequencyTable(s, form); !errors.Is(err, ErrHiddenBeside) {
				t.Errorf("%s, form %d: %v", name, form, err)
			}
		}
	}
	table, err := NewFrequencyTable(survey(SubjectPeople, 58, 33, 9, 11), FormAsInReport)
	if err != nil {
		t.Fatal(err)
	}
	// Everything is worked out from 35, 10, 10 and 60.
	want := []string{"a", "35", "35", "30.43", "30.43", "63.64", "63.64"}
	if diff := cmp.Diff(want, table.View().Lines[0]); diff != "" {
		t.Errorf("first line (-want +got):\n%s", diff)
	}
	var refusal *Refusal
	for _, s := range []Survey{survey(SubjectPeople, 0, 40, 0, 0), survey(SubjectPeople, 0, 13, 13, 0)} {
		if _, err := NewFrequencyTable(s, FormProtected); !errors.As(err, &refusal) {
			t.Errorf("counts %v: %v", s.counts, err)
		}
	}
}

func TestReadSurvey_mistakes(t *testing.T) {
	ok := Survey{Answers: []Answer{{ID: "1"}, {ID: "2"}}}
	for name, text := range map[string]string{
		"no comma": "respondent,answer\n1", "unknown answer": "respondent,answer\n1,secret word",
		"nobody": "respondent,answer\n1,\n", "empty": "", "a long line": strings.Repeat("x", 9999),
	} {
		_, err := ReadSurvey(strings.NewReader(text), ok)
		if err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := PrepareSurvey(Survey{}, FormFull); err == nil {
		t.Error("a release of a survey nobody answered")
	}
}

func TestMoments_evenNumber(t *testing.T) {
	m := moments([]FrequencyRow{{Count: Cell{Value: 2}}, {Count: Cell{Value: 2}}})
	if m.medianText() != "1.50" || m.Mean != 150 || m.Variance != 33 {
		t.Errorf("moments %+v", m)
	}
}
