package checklist_test

import (
	"testing"
	"time"

	"keyholder/casework/checklist"
)

// B18: advice ages. Every text carries its date, and warns when it is older than 180 days.
func TestB18_stale(t *testing.T) {
	day := func(s string) time.Time {
		d, err := time.Parse(time.DateOnly, s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	for _, tc := range []struct {
		checked, now string
		want         bool
	}{
		{"2026-11", "2026-11-22", false},
		{"2026-11", "2027-05-29", false}, // 179 days after the end of November
		{"2026-11", "2027-05-31", true},
		{"", "2026-11-22", true},
		{"lately", "2026-11-22", true},
	} {
		if got := checklist.Stale(tc.checked, day(tc.now)); got != tc.want {
			t.Errorf("%q at %s: %v", tc.checked, tc.now, got)
		}
	}
	c := load(t)
	for _, q := range c.Questions() {
		if checklist.Stale(q.Checked, day("2026-12-01")) {
			t.Errorf("%s was checked in %q", q.ID, q.Checked)
		}
	}
}
