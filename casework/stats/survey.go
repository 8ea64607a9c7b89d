package stats

import (
	"bufio"
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Subject says whom a survey asked. It decides what may be shown of it.
type Subject int

// The subjects. The zero value is the careful one.
const (
	// SubjectPeople: the answers are about people, so the rule for cases applies to every figure.
	SubjectPeople Subject = iota
	// SubjectWorkers: whoever publishes declares that the answers are workers' opinions given for
	// publication, that no answer is about a survivor, and that exact figures were announced. The
	// declaration stands in the release.
	SubjectWorkers
)

// Survey is the answers to one question. It is a type of its own: case records cannot be passed as
// one, so they can never reach the exact figures.
type Survey struct {
	About      Subject
	MadeUp     bool
	Title      string // the question in plain words
	Answers    []Answer
	counts     []int
	unanswered int
}

// maxSurveyLine bounds a line of a survey file, in bytes.
const maxSurveyLine = 256

// ReadSurvey reads one respondent per line, "respondent,answer", after a heading line. An empty
// answer is "not answered". The respondent's number is not kept. Errors give the line, not its text.
func ReadSurvey(r io.Reader, s Survey) (Survey, error) {
	s.counts, s.unanswered = make([]int, len(s.Answers)), 0
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 0, maxSurveyLine), maxSurveyLine)
	for n := 1; lines.Scan(); n++ {
		_, answer, ok := strings.Cut(strings.TrimRight(lines.Text(), "\r"), ",")
		if !ok {
			return Survey{}, fmt.Errorf("reading a survey, line %d: write respondent,answer", n)
		}
		if n == 1 {
			continue
		}
		if answer == "" {
			s.unanswered++
			continue
		}
		at := slices.IndexFunc(s.Answers, func(a Answer) bool { return string(a.ID) == answer })
		if at < 0 {
			return Survey{}, fmt.Errorf("reading a survey, line %d: the answer is not in the list", n)
		}
		s.counts[at]++
	}
	if err := lines.Err(); err != nil {
		return Survey{}, fmt.Errorf("reading a survey: %w", err)
	}
	if len(s.counts) == 0 || s.answered() == 0 {
		return Survey{}, errors.New("reading a survey: nobody answered; check the file and the list of answers")
	}
	return s, nil
}

func (s Survey) answered() int {
	n := 0
	for _, c := range s.counts {
		n += c
	}
	return n
}

//go:embed data/workers.csv
var workersCSV []byte

// ExampleSurvey returns the example the frequency table is checked against: 111 made-up workers, of
// whom 53 answered.
func ExampleSurvey() (Survey, error) {
	return ReadSurvey(bytes.NewReader(workersCSV), Survey{
		About: SubjectWorkers, MadeUp: true, Title: "Has technology been part of the abuse you see? (survey of workers)",
		Answers: []Answer{
			{ID: "1", Label: "Yes", Known: true},
			{ID: "2", Label: "No", Known: true},
			{ID: "3", Label: "Don't know"},
		},
	})
}

// PrepareSurvey makes a release of one survey question.
func PrepareSurvey(s Survey, form Form) (*Release, error) {
	table, err := NewFrequencyTable(s, form)
	if err != nil {
		return nil, fmt.Errorf("preparing a release: %w", err)
	}
	return &Release{survey: table, prepared: true, published: Published{
		ID:   newReleaseID(),
		Rule: RuleVersion, Policy: DefaultPolicy(), MadeUp: s.MadeUp,
	}}, nil
}
