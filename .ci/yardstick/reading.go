package main

import (
	"fmt"
	"io"
	"sort"

	"keyholder/casework/checklist"
)

// hardest is how many questions are printed, the hardest first.
const hardest = 10

// printReading prints the questions that ask most of a reader, so that somebody rewrites them. A test
// of the checklist holds the bound.
func printReading(w io.Writer) error {
	c, err := checklist.Load()
	if err != nil {
		return err
	}
	questions := c.Questions()
	sum := 0.0
	for _, q := range questions {
		sum += checklist.Grade(q.Text)
	}
	sort.SliceStable(questions, func(i, j int) bool {
		return checklist.Grade(questions[i].Text) > checklist.Grade(questions[j].Text)
	})
	fmt.Fprintf(w, "reading: %d questions, grade %.1f on average (7 is about age 12); the hardest %d:\n",
		len(questions), sum/float64(len(questions)), hardest)
	for _, q := range questions[:min(hardest, len(questions))] {
		fmt.Fprintf(w, "  %5.1f  %-5s %s\n", checklist.Grade(q.Text), q.ID, q.Text)
	}
	return nil
}
