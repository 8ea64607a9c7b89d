package scan

import (
	"sync"
	"testing"
)

// Two checks never start at once, however close the two requests are.
func TestScanJobs_claim(t *testing.T) {
	jobs := NewJobs()
	var free sync.Map
	var all sync.WaitGroup
	for i := range 50 {
		all.Go(func() {
			if job := (&scanJob{within: "/session/1"}); jobs.claim(t.Context(), job) {
				free.Store(i, job)
			}
		})
	}
	all.Wait()
	var won []*scanJob
	free.Range(func(_, job any) bool { won = append(won, job.(*scanJob)); return true })
	if len(won) != 1 {
		t.Fatalf("%d checks would run at once", len(won))
	}
	jobs.drop(won[0])
	if !jobs.claim(t.Context(), &scanJob{}) {
		t.Error("a claim that was given up still counts")
	}
}
