package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyholder/casework"
	"keyholder/casework/casetest"
	"keyholder/casework/checklist"
	"keyholder/casework/personal"
	"keyholder/casework/store"
	"keyholder/casework/vault"
)

// tablesOf lists the tables of the database.
func tablesOf(t *testing.T, v *vault.Vault) []string {
	t.Helper()
	return column(t, v, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
}

// column reads one column of text.
func column(t *testing.T, v *vault.Vault, query string) []string {
	t.Helper()
	rows, err := v.DB().Query(query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		out = append(out, s)
	}
	return out
}

// dump is everything in the database and the names of the files beside it.
func dump(t *testing.T, v *vault.Vault) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	for _, table := range tablesOf(t, v) {
		columns := column(t, v, "SELECT name FROM pragma_table_info('"+table+"')")
		for i, c := range columns {
			columns[i] = "quote(" + c + ")"
		}
		out[table] = column(t, v, "SELECT "+strings.Join(columns, "||'|'||")+" FROM "+table)
		slices.Sort(out[table])
	}
	files, err := os.ReadDir(filepath.Join(v.Dir(), "evidence"))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	for _, f := range files {
		out["evidence folder"] = append(out["evidence folder"], f.Name())
	}
	return out
}

// writes are all the ways to write to the store, each in full.
func writes(id casework.CaseID) map[string]func(ctx context.Context, s *store.Store) error {
	change := func() casework.Change {
		return casework.Change{
			Submission: casework.NewID(), By: casetest.Worker, At: casetest.At(7), Verb: casework.VerbAnswer,
			Entities: []casework.Entity{{ID: casework.EntityID(casework.NewID()), Kind: casework.KindDevice, At: casetest.At(7)}},
			Values: []casework.Value{
				{Slot: casework.Slot{Field: "q:01.1"}, State: checklist.No, Text: personal.New("new")},
				{Slot: casework.Slot{Field: "q:12.2"}, State: checklist.DontKnow},
			},
			Consents: []casework.Consent{{Purpose: casework.ConsentScan, State: checklist.Yes, Wording: "agreement.v1"}},
		}
	}
	return map[string]func(ctx context.Context, s *store.Store) error{
		"opening a case": func(ctx context.Context, s *store.Store) error {
			c := change()
			other := casework.CaseID(casework.NewID())
			c.Open = &casework.Case{ID: other, Code: casework.NewCaseCode(), OpenedAt: c.At, OpenedBy: c.By}
			return s.Apply(ctx, other, c)
		},
		"a change": func(ctx context.Context, s *store.Store) error { return s.Apply(ctx, id, change()) },
		"a reading": func(ctx context.Context, s *store.Store) error {
			return s.Audit(ctx, casework.AuditEntry{Case: id, Verb: casework.VerbReadCase, By: casetest.Worker, At: casetest.At(8)})
		},
		"a setting": func(ctx context.Context, s *store.Store) error {
			return s.SetSetting(ctx, "idle", "9", casetest.Worker)
		},
		"a worker": func(ctx context.Context, s *store.Store) error {
			return s.AddWorker(ctx, casework.Worker{ID: casework.WorkerID(casework.NewID()), Name: personal.New("Ada"), Added: casetest.At(8)}, casetest.Worker)
		},
		"a release": func(ctx context.Context, s *store.Store) error {
			return s.Freeze(ctx, "2026-11", []byte("a,b"), casetest.Worker)
		},
		"evidence": func(ctx context.Context, s *store.Store) error {
			_, err := s.AddEvidence(ctx, id, strings.NewReader("a picture"), casetest.Worker, casetest.At(8))
			return err
		},
	}
}

// TestStore_failsMidway lets every write fail at every table it touches, last of all at the audit: nothing
// of it stays, not one row and not one file, and the same write goes through afterwards.
func TestStore_failsMidway(t *testing.T) {
	s, v := onVault(t)
	id := casetest.Opened(t, s)
	answered(t, s, id, "q:01.1", "x")
	broken := map[string]int{}
	for name, write := range writes(id) {
		for _, table := range tablesOf(t, v) {
			trigger := "CREATE TRIGGER broken BEFORE INSERT ON " + table + " BEGIN SELECT RAISE(ABORT, 'the disk went away'); END"
			if _, err := v.DB().Exec(trigger); err != nil {
				continue // a table that cannot have one
			}
			before := dump(t, v)
			err := write(t.Context(), s)
			if _, drop := v.DB().Exec("DROP TRIGGER broken"); drop != nil {
				t.Fatal(drop)
			}
			if err == nil {
				continue // it does not write there; what it wrote stays for the next
			}
			broken[name]++
			if diff := cmp.Diff(before, dump(t, v)); diff != "" {
				t.Errorf("%s failed at %s and left something (-before +after):\n%s", name, table, diff)
			}
			if name == "a release" || name == "a setting" {
				continue // frozen once, below
			}
			if err := write(t.Context(), s); err != nil {
				t.Errorf("%s after a failure at %s: %v", name, table, err)
			}
		}
	}
	for name, least := range map[string]int{"opening a case": 7, "a change": 5, "a reading": 1, "a setting": 2, "a worker": 2, "a release": 1, "evidence": 3} {
		if broken[name] < least {
			t.Errorf("%s failed at %d tables, want %d: the test would prove little", name, broken[name], least)
		}
	}
	if got, err := s.VerifyAudit(t.Context()); err != nil || got.Fault != store.AuditSound {
		t.Errorf("the audit reads %+v (%v)", got, err)
	}
}

// A request that is given up before it begins writes nothing.
func TestStore_givenUp(t *testing.T) {
	s, v := onVault(t)
	id := casetest.Opened(t, s)
	before := dump(t, v)
	for name, write := range writes(id) {
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		if err := write(gone, s); err == nil {
			t.Errorf("%s went through though nobody waits for it", name)
		}
		if diff := cmp.Diff(before, dump(t, v)); diff != "" {
			t.Errorf("%s was given up and left something:\n%s", name, diff)
		}
	}
}

// TestStore_VerifyAudit_everyField changes each field of each entry of the audit, one at a time.
func TestStore_VerifyAudit_everyField(t *testing.T) {
	s, v := onVault(t)
	id := casetest.Opened(t, s)
	for range 2 {
		answered(t, s, id, "q:01.1", "x")
	}
	if _, err := v.DB().Exec("DROP TRIGGER audit_entries_no_update; DROP TRIGGER audit_entries_no_delete"); err != nil {
		t.Fatal(err)
	}
	fields := column(t, v, "SELECT name FROM pragma_table_info('audit_entries')")
	if len(fields) < 9 {
		t.Fatalf("the audit has the fields %v", fields)
	}
	for _, field := range fields {
		for entry := 1; entry <= 3; entry++ {
			old := column(t, v, fmt.Sprintf("SELECT quote(%s) FROM audit_entries WHERE id = %d", field, entry))[0]
			other := "'forged'"
			if !strings.HasPrefix(old, "'") {
				other = "(" + old + ") + 40"
			}
			row := column(t, v, fmt.Sprintf("SELECT rowid FROM audit_entries WHERE id = %d", entry))[0]
			change := func(to string) {
				if _, err := v.DB().Exec(fmt.Sprintf("UPDATE audit_entries SET %s = %s WHERE rowid = %s", field, to, row)); err != nil {
					t.Fatal(err)
				}
			}
			if field == "id" { // the rowid may be the id itself
				if _, err := v.DB().Exec(fmt.Sprintf("UPDATE audit_entries SET id = %s WHERE id = %d", other, entry)); err != nil {
					t.Fatal(err)
				}
			} else {
				change(other)
			}
			got, err := s.VerifyAudit(t.Context())
			last := entry == 3 && (field == "org_id" || field == "id")
			if err != nil || got.Fault == store.AuditSound && !last || got.Fault != store.AuditSound && got.At != int64(entry) {
				t.Errorf("%s of entry %d forged: %+v (%v)", field, entry, got, err)
			}
			if field == "id" {
				if _, err := v.DB().Exec(fmt.Sprintf("UPDATE audit_entries SET id = %d WHERE id = %s", entry, other)); err != nil {
					t.Fatal(err)
				}
			} else {
				change(old)
			}
			if got, err := s.VerifyAudit(t.Context()); err != nil || got.Fault != store.AuditSound {
				t.Fatalf("after putting %s back: %+v (%v)", field, got, err)
			}
		}
	}
}

// Two processes have the same vault open and write at once: nothing is lost, no chain splits, and the
// audit of both is one line.
func TestStore_twoWriters(t *testing.T) {
	one, v := onVault(t)
	id := casetest.Opened(t, one)
	w, err := vault.Unlock(t.Context(), v.Dir(), []byte(casetest.Passphrase), casetest.VaultOptions())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = w.DB().Close() }()
	two, err := store.Open(t.Context(), w, nil)
	if err != nil {
		t.Fatal(err)
	}
	const each = 12
	var done sync.WaitGroup
	failures := make(chan error, 4*each)
	for i, s := range []*store.Store{one, one, two, two} {
		done.Add(1)
		go func() {
			defer done.Done()
			for n := range each {
				failures <- s.Apply(context.Background(), id, casework.Change{
					Submission: casework.NewID(), By: casetest.Worker, At: casetest.At(n), Verb: casework.VerbAnswer,
					Values: []casework.Value{
						{Slot: casework.Slot{Field: "q:01.1"}, State: checklist.Yes, Text: personal.New(fmt.Sprint(i, n))},
						{Slot: casework.Slot{Field: casework.Field(fmt.Sprint("own", i))}, State: checklist.No},
					},
				})
			}
		}()
	}
	done.Wait()
	close(failures)
	for err := range failures {
		if err != nil {
			t.Error(err)
		}
	}
	for _, s := range []*store.Store{one, two} {
		line(t, s, id)
		chain, err := s.History(t.Context(), id, casework.Slot{Field: "q:01.1"})
		if err != nil || len(chain) != 4*each {
			t.Errorf("%d values (%v), want %d", len(chain), err, 4*each)
		}
		if got, err := s.VerifyAudit(t.Context()); err != nil || got.Fault != store.AuditSound || got.Entries != 4*each+1 {
			t.Errorf("the audit reads %+v (%v)", got, err)
		}
	}
	seen, err := one.History(t.Context(), id, casework.Slot{Field: "q:01.1"})
	if err != nil {
		t.Fatal(err)
	}
	stale := casework.Change{
		By: casetest.Worker, At: casetest.At(40), Values: []casework.Value{{Slot: casework.Slot{Field: "q:01.1"}, State: checklist.No}},
		Expect: map[casework.Slot]casework.ValueID{{Field: "q:01.1"}: seen[len(seen)-2].ID},
	}
	var conflict *casework.Conflict
	if err := two.Apply(t.Context(), id, stale); !errors.As(err, &conflict) {
		t.Errorf("a form that is older than what the other process wrote gave %v", err)
	}
}

// Evidence is opened only when record and vault agree on what it is, byte for byte.
func TestStore_OpenEvidence_refusesWhatDiffers(t *testing.T) {
	s, v := onVault(t)
	id := casetest.Opened(t, s)
	var items []casework.EvidenceItem
	for _, text := range []string{"a picture", "another one", ""} {
		item, err := s.AddEvidence(t.Context(), id, strings.NewReader(text), casetest.Worker, casetest.At(3))
		if err != nil {
			t.Fatal(err)
		}
		items = append(items, item)
	}
	refused := func(name string, item casework.EvidenceItem) {
		t.Helper()
		r, err := s.OpenEvidence(t.Context(), item)
		if err == nil {
			_ = r.Close()
		}
		if !errors.Is(err, vault.ErrEvidenceDamaged) {
			t.Errorf("%s: %v, want %v", name, err, vault.ErrEvidenceDamaged)
		}
	}
	swapped := items[0]
	swapped.File = items[1].File
	refused("another file under this item", swapped)
	longer := items[0]
	longer.Size++
	refused("another size", longer)
	hashed := items[0]
	hashed.SHA256 = strings.Repeat("0", 64)
	refused("another hash", hashed)
	unknown := items[0]
	unknown.File = "nowhere"
	refused("a file nobody knows", unknown)
	for i, want := range []string{"a picture", "another one", ""} {
		r, err := s.OpenEvidence(t.Context(), items[i])
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(r); err != nil || string(got) != want {
			t.Errorf("item %d reads %q (%v)", i, got, err)
		}
		_ = r.Close()
	}
	first, second := filepath.Join(v.Dir(), "evidence", items[0].File), filepath.Join(v.Dir(), "evidence", items[1].File)
	good, err := os.ReadFile(first)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(good); i += 7 {
		bad := bytes.Clone(good)
		bad[i] ^= 1
		if err := os.WriteFile(first, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		refused(fmt.Sprintf("byte %d of %d flipped", i, len(good)), items[0])
	}
	for name, body := range map[string][]byte{"cut short": good[:len(good)-1], "empty": nil, "with more behind it": append(bytes.Clone(good), 0)} {
		if err := os.WriteFile(first, body, 0o600); err != nil {
			t.Fatal(err)
		}
		refused(name, items[0])
	}
	if err := os.Rename(second, first); err != nil {
		t.Fatal(err)
	}
	refused("the file of another item in its place", items[0])
	refused("no file at all", items[1])
}
