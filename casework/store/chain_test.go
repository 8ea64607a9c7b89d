package store

import "testing"

// An entry taken from another history, such as an older copy of the vault that went its own way, fits
// only behind the entry it was written behind.
func TestAuditKeys_hashDependsOnTheEntryBefore(t *testing.T) {
	keys := auditKeys{1: []byte("a key of the audit"), 2: []byte("the next key")}
	row := auditRow{OrgID: localOrg, ID: 2, Generation: 1, Verb: "answer"}
	if keys.hash(row, "one") == keys.hash(row, "another") {
		t.Error("the hash does not depend on the entry before")
	}
	moved := row
	moved.Pseudonym, moved.Verb = "answer", ""
	if keys.hash(row, "one") == keys.hash(moved, "one") {
		t.Error("a text that moved to another column has the same hash")
	}
	other := row
	other.Generation = 2
	if keys.hash(row, "one") == keys.hash(other, "one") {
		t.Error("the hash does not depend on the key")
	}
}
