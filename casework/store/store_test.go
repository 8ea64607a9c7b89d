package store_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"keyholder/casework"
	"keyholder/casework/casetest"
	"keyholder/casework/checklist"
	"keyholder/casework/personal"
	"keyholder/casework/store"
	"keyholder/casework/vault"
)

func TestStore_Record(t *testing.T) {
	casetest.RecordTests(t, func(t *testing.T) casework.Record { return casetest.NewStore(t) })
}

// onVault returns a store and the vault below it.
func onVault(t testing.TB) (*store.Store, *vault.Vault) {
	t.Helper()
	v, _ := casetest.NewVault(t)
	s, err := store.Open(t.Context(), v, func() time.Time { return casetest.At(30) })
	if err != nil {
		t.Fatal(err)
	}
	return s, v
}

func answered(t testing.TB, s *store.Store, id casework.CaseID, field casework.Field, text string) {
	t.Helper()
	err := s.Apply(t.Context(), id, casework.Change{
		Submission: casework.NewID(), By: casetest.Worker, At: casetest.At(5), Verb: casework.VerbAnswer,
		Values: []casework.Value{{
			Slot: casework.Slot{Field: field}, State: checklist.Yes, Codes: []string{"a", "b"},
			Text: personal.New(text), Basis: casework.SurvivorSaid,
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
}

func count(t testing.TB, v *vault.Vault, query string) (n int) {
	t.Helper()
	if err := v.DB().QueryRow(query).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestStore_survivesLock(t *testing.T) {
	s, v := onVault(t)
	id := casetest.Opened(t, s)
	answered(t, s, id, "q:01.1", "said it twice")
	want, err := s.Heads(t.Context(), id)
	if err != nil || len(want) != 1 {
		t.Fatalf("%d heads (%v)", len(want), err)
	}
	if err := v.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
	v, err = vault.Unlock(t.Context(), v.Dir(), []byte(casetest.Passphrase), casetest.VaultOptions())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = v.Close(context.Background()) }()
	again, err := store.Open(t.Context(), v, nil)
	if err != nil {
		t.Fatal(err)
	}
	got, err := again.Heads(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(personal.Text{})); diff != "" {
		t.Errorf("after lock and unlock (-want +got):\n%s", diff)
	}
	if _, offset := got[0].At.Zone(); offset != 3600 || !got[0].At.Equal(casetest.At(5)) {
		t.Errorf("recorded at %v, want %v with its offset", got[0].At, casetest.At(5))
	}
	if found, err := again.Case(t.Context(), id); err != nil || found.ID != id || found.OpenedBy != casetest.Worker {
		t.Errorf("the case reads %+v (%v)", found, err)
	}
}

func TestStore_appendOnly(t *testing.T) {
	s, v := onVault(t)
	id := casetest.Opened(t, s)
	answered(t, s, id, "q:01.1", "x")
	err := s.Apply(t.Context(), id, casework.Change{
		By: casetest.Worker, At: casetest.At(6), Verb: casework.VerbConsent,
		Entities: []casework.Entity{{ID: "e1", Kind: casework.KindDevice, At: casetest.At(6)}},
		Consents: []casework.Consent{{Purpose: casework.ConsentRecord, State: checklist.Yes, Wording: "agreement.v1"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Freeze(t.Context(), "2026-10", []byte("table"), casetest.Worker); err != nil {
		t.Fatal(err)
	}
	for _, table := range []string{"case_values", "entities", "consents", "audit_entries", "releases"} {
		before := count(t, v, "SELECT count(*) FROM "+table)
		if before == 0 {
			t.Fatalf("%s is empty: the test would prove nothing", table)
		}
		if _, err := v.DB().Exec("UPDATE " + table + " SET by_id = 'x'"); err == nil {
			t.Errorf("a row of %s was changed", table)
		}
		if _, err := v.DB().Exec("DELETE FROM " + table); err == nil {
			t.Errorf("a row of %s was deleted", table)
		}
		if after := count(t, v, "SELECT count(*) FROM "+table); after != before {
			t.Errorf("%s has %d rows, had %d", table, after, before)
		}
	}
}

// A failing change leaves no trace in any table, the audit included; neither does a repeated one.
func TestStore_failedChangeWritesNothing(t *testing.T) {
	s, v := onVault(t)
	id := casetest.Opened(t, s)
	answered(t, s, id, "q:01.1", "x")
	tables := func() map[string]int {
		n := map[string]int{}
		for _, table := range []string{"cases", "case_salts", "entities", "case_values", "consents", "submissions", "audit_entries"} {
			n[table] = count(t, v, "SELECT count(*) FROM "+table)
		}
		return n
	}
	before := tables()
	change := casework.Change{
		Submission: "s1", By: casetest.Worker, At: casetest.At(7), Verb: casework.VerbAnswer,
		Expect:   map[casework.Slot]casework.ValueID{{Field: "q:01.1"}: "an older head"},
		Entities: []casework.Entity{{ID: "e1", Kind: casework.KindDevice, At: casetest.At(7)}},
		Values: []casework.Value{
			{Slot: casework.Slot{Entity: "e1", Field: "class"}, State: checklist.Yes},
			{Slot: casework.Slot{Field: "q:01.1"}, State: checklist.No},
		},
		Consents: []casework.Consent{{Purpose: casework.ConsentScan, State: checklist.Yes}},
	}
	var conflict *casework.Conflict
	if err := s.Apply(t.Context(), id, change); !errors.As(err, &conflict) || len(conflict.Sides) != 1 {
		t.Fatalf("a stale change gave %v, want a conflict of one slot", err)
	}
	if conflict.Sides[0].Now.Text.Reveal() != "x" || conflict.Sides[0].Offered.State != checklist.No {
		t.Errorf("the conflict shows %+v", conflict.Sides[0])
	}
	if after := tables(); !maps.Equal(before, after) {
		t.Errorf("a conflict wrote something: %v, was %v", after, before)
	}
	change.Expect = nil
	for range 2 {
		if err := s.Apply(t.Context(), id, change); err != nil {
			t.Fatal(err)
		}
	}
	if got := tables(); got["audit_entries"] != before["audit_entries"]+1 || got["case_values"] != before["case_values"]+2 {
		t.Errorf("the same submission twice wrote %v, was %v", got, before)
	}
	dead, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Apply(dead, id, casework.Change{By: casetest.Worker, At: casetest.At(8)}); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled change gave %v", err)
	}
}

func TestStore_audit(t *testing.T) {
	s, v := onVault(t)
	id := casetest.Opened(t, s)
	answered(t, s, id, "q:01.1", "x")
	if err := s.Audit(t.Context(), casework.AuditEntry{Case: id, Verb: casework.VerbReadCase, By: casetest.Worker, At: casetest.At(9)}); err != nil {
		t.Fatal(err)
	}
	if err := s.Audit(t.Context(), casework.AuditEntry{Verb: casework.VerbSettings, By: casetest.Worker, At: casetest.At(10)}); err != nil {
		t.Fatal(err)
	}
	entries, err := s.Entries(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var verbs []casework.Verb
	for i, e := range entries {
		verbs = append(verbs, e.Verb)
		if e.Seq != int64(i)+1 || (e.Case == id) != (e.Verb != casework.VerbSettings) || e.By != casetest.Worker {
			t.Errorf("entry %d is %+v", i+1, e)
		}
	}
	want := []casework.Verb{casework.VerbOpenCase, casework.VerbAnswer, casework.VerbReadCase, casework.VerbSettings}
	if diff := cmp.Diff(want, verbs); diff != "" {
		t.Errorf("verbs (-want +got):\n%s", diff)
	}
	if n := count(t, v, "SELECT count(*) FROM audit_entries WHERE pseudonym = '"+string(id)+"'"); n != 0 {
		t.Errorf("%d entries name the case itself", n)
	}
	if err := s.Audit(t.Context(), casework.AuditEntry{Case: "nowhere", Verb: casework.VerbReadCase}); err == nil {
		t.Error("an entry about a case that is not there was written")
	}
	if got, err := s.VerifyAudit(t.Context()); err != nil || got.Fault != store.AuditSound || got.Entries != 4 {
		t.Errorf("the chain reads %+v (%v), want 4 sound entries", got, err)
	}
}

// Somebody opens the database with another program, takes the triggers away and edits the audit.
func TestStore_VerifyAudit_showsEdits(t *testing.T) {
	for _, tc := range []struct {
		name, edit string
		fault      store.AuditFault
		at         int64
	}{
		{"verb changed", "UPDATE audit_entries SET verb = 'read_case' WHERE id = 2", store.AuditChanged, 2},
		{"worker changed", "UPDATE audit_entries SET by_id = 'x' WHERE id = 3", store.AuditChanged, 3},
		{"time changed", "UPDATE audit_entries SET at_utc = at_utc + 1 WHERE id = 1", store.AuditChanged, 1},
		{"middle deleted", "DELETE FROM audit_entries WHERE id = 2", store.AuditGap, 2},
		{"end deleted", "DELETE FROM audit_entries WHERE id > 3", store.AuditShort, 4},
		{"two swapped", "UPDATE audit_entries SET id = CASE id WHEN 2 THEN -3 WHEN 3 THEN -2 END WHERE id IN (2, 3); UPDATE audit_entries SET id = -id WHERE id < 0", store.AuditChanged, 2},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s, v := onVault(t)
			id := casetest.Opened(t, s)
			for range 4 {
				answered(t, s, id, "q:01.1", "x")
			}
			if err := v.Close(context.Background()); err != nil { // the header learns the head
				t.Fatal(err)
			}
			v, err := vault.Unlock(t.Context(), v.Dir(), []byte(casetest.Passphrase), casetest.VaultOptions())
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = v.Close(context.Background()) }()
			_, err = v.DB().Exec("DROP TRIGGER audit_entries_no_update; DROP TRIGGER audit_entries_no_delete; " + tc.edit)
			if err != nil {
				t.Fatal(err)
			}
			if s, err = store.Open(t.Context(), v, nil); err != nil {
				t.Fatal(err)
			}
			if got, err := s.VerifyAudit(t.Context()); err != nil || got.Fault != tc.fault || got.At != tc.at {
				t.Errorf("the chain reads %+v (%v), want %q at %d", got, err, tc.fault, tc.at)
			}
		})
	}
}

// A re-key gives the audit a new key, and the chain goes on.
func TestStore_auditAcrossRekey(t *testing.T) {
	s, v := onVault(t)
	id := casetest.Opened(t, s)
	if _, err := v.Rekey(t.Context(), []byte(casetest.Passphrase)); err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), v, nil)
	if err != nil {
		t.Fatal(err)
	}
	answered(t, s, id, "q:01.1", "x")
	if got, err := s.VerifyAudit(t.Context()); err != nil || got.Fault != store.AuditSound || got.Entries != 2 {
		t.Errorf("the chain reads %+v (%v), want 2 sound entries", got, err)
	}
	if n := count(t, v, "SELECT count(DISTINCT generation) FROM audit_entries"); n != 2 {
		t.Errorf("%d generations of the key in use, want 2", n)
	}
}

func TestStore_settingsWorkersReleases(t *testing.T) {
	s, _ := onVault(t)
	ctx := t.Context()
	if got, err := s.Setting(ctx, "idle"); err != nil || got != "" {
		t.Errorf("an unset setting reads %q (%v)", got, err)
	}
	for _, value := range []string{"5", "10"} {
		if err := s.SetSetting(ctx, "idle", value, casetest.Worker); err != nil {
			t.Fatal(err)
		}
		if got, err := s.Setting(ctx, "idle"); err != nil || got != value {
			t.Errorf("the setting reads %q (%v), want %q", got, err, value)
		}
	}
	worker := casework.Worker{ID: casetest.Worker, Name: personal.New("Ada"), Added: casetest.At(1)}
	if err := s.AddWorker(ctx, worker, casetest.Worker); err != nil {
		t.Fatal(err)
	}
	var e *casework.Error
	if err := s.AddWorker(ctx, worker, casetest.Worker); !errors.As(err, &e) || e.Kind != casework.KindInvalid {
		t.Errorf("adding a worker twice gave %v", err)
	}
	if got, err := s.Workers(ctx); err != nil || len(got) != 1 || got[0].Name.Reveal() != "Ada" || !got[0].Added.Equal(worker.Added) {
		t.Errorf("the workers are %v (%v)", got, err)
	}
	if _, err := s.Release(ctx, "2026-10"); !errors.As(err, &e) || e.Kind != casework.KindNotFound {
		t.Errorf("a period that was not released gave %v", err)
	}
	for range 2 {
		if err := s.Freeze(ctx, "2026-10", []byte("a,b\n1,2\n"), casetest.Worker); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Freeze(ctx, "2026-10", []byte("a,b\n1,3\n"), casetest.Worker); !errors.As(err, &e) || e.Kind != casework.KindConflict {
		t.Errorf("freezing other bytes gave %v", err)
	}
	if all, err := s.Released(ctx); err != nil || len(all) != 1 || string(all[0]) != "a,b\n1,2\n" {
		t.Errorf("all releases: %q, %v", all, err)
	}
	if got, err := s.Release(ctx, "2026-10"); err != nil || string(got) != "a,b\n1,2\n" {
		t.Errorf("the frozen release reads %q (%v)", got, err)
	}
	if got, err := s.VerifyAudit(ctx); err != nil || got.Entries != 4 || got.Fault != store.AuditSound {
		t.Errorf("the chain reads %+v (%v), want 4 entries", got, err)
	}
}

// TestB17_evidenceHasHashAndCustody: another tool kept the dates of the file and nothing else. Here
// the hash is taken as the content comes in, compared on every opening, and the audit says who put it
// in.
func TestB17_evidenceHasHashAndCustody(t *testing.T) {
	s, _ := onVault(t)
	id := casetest.Opened(t, s)
	item, err := s.AddEvidence(t.Context(), id, strings.NewReader("a picture"), casetest.Worker, casetest.At(3))
	if err != nil {
		t.Fatal(err)
	}
	items, err := s.Evidence(t.Context(), id)
	if err != nil || len(items) != 1 || items[0] != item || item.Size != 9 || len(item.SHA256) != 64 {
		t.Fatalf("the evidence is %+v (%v), put in %+v", items, err, item)
	}
	r, err := s.OpenEvidence(t.Context(), items[0])
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if got, err := io.ReadAll(r); err != nil || string(got) != "a picture" {
		t.Errorf("it reads %q (%v)", got, err)
	}
	if want := sha256.Sum256([]byte("a picture")); item.SHA256 != hex.EncodeToString(want[:]) {
		t.Errorf("the hash is %s", item.SHA256)
	}
	if item.By != casetest.Worker || !item.At.Equal(casetest.At(3)) {
		t.Errorf("it was put in by %s at %s", item.By, item.At)
	}
	if _, err := s.AddEvidence(t.Context(), "nowhere", strings.NewReader("x"), casetest.Worker, casetest.At(3)); err == nil {
		t.Error("evidence was added to a case that is not there")
	}
}
