package casework_test

import (
	"context"
	"testing"

	"keyholder/casework"
	"keyholder/casework/casetest"
)

func TestMemory_Record(t *testing.T) {
	casetest.RecordTests(t, func(*testing.T) casework.Record { return casework.NewMemory() })
}

func TestMemory_Forget(t *testing.T) {
	m := casework.NewMemory()
	id := casetest.Opened(t, m)
	if err := m.Audit(context.Background(), casework.AuditEntry{Case: id, Verb: casework.VerbReadCase}); err != nil {
		t.Fatal(err)
	}
	if n := len(m.Entries()); n != 2 || m.Entries()[1].Seq != 2 {
		t.Fatalf("%d audit entries, want 2 numbered ones", n)
	}
	m.Forget()
	if cases, err := m.Cases(context.Background()); err != nil || len(cases) != 0 {
		t.Errorf("%d cases (%v) after forgetting, want none", len(cases), err)
	}
	if _, err := m.Heads(context.Background(), id); err == nil {
		t.Error("a forgotten case can still be read")
	}
	if len(m.Entries()) != 0 {
		t.Error("a forgotten record still holds audit entries")
	}
}
