package casework_test

import (
	"testing"

	"keyholder/casework"
	"keyholder/casework/casetest"
	"keyholder/casework/checklist"
	"keyholder/casework/stats"
)

// agreedCases is how many cases a table would be made of now.
func agreedCases(t *testing.T, b *casetest.Book) int {
	t.Helper()
	_, counted, err := b.StatRecords(ctx, stats.CaseSchema())
	if err != nil {
		t.Fatal(err)
	}
	if counted.Agreed+counted.NotAgreed != counted.Cases {
		t.Errorf("%d agreed and %d not of %d cases", counted.Agreed, counted.NotAgreed, counted.Cases)
	}
	return counted.Agreed
}

// The other purposes of the agreement never stand in for statistics.
func TestCasebook_StatRecords_eachPurposeForItself(t *testing.T) {
	for _, p := range casework.ConsentPurposes() {
		b := casetest.New(t)
		b.Answer("00.7/"+string(p), checklist.Yes)
		if got := agreedCases(t, b); (got == 1) != (p == casework.ConsentStatistics) {
			t.Errorf("agreed to %s alone: %d cases counted", p, got)
		}
	}
}
