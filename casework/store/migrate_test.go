package store

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"keyholder/casework/vault"
)

const testPass = "kettle walnut tundra sofa violin mint"

func newVault(t *testing.T) *vault.Vault {
	t.Helper()
	o := vault.Options{KDF: vault.KDF{Passes: 1, MemKiB: 64, Threads: 1}}
	v, _, err := vault.Create(t.Context(), filepath.Join(t.TempDir(), "data"), "1", []byte(testPass), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = v.Close(context.Background()) })
	return v
}

// withLater returns the real migrations and one more.
func withLater(t *testing.T, text string) fs.FS {
	t.Helper()
	all := fstest.MapFS{"0999_later.sql": {Data: []byte(text)}}
	names, err := fs.Glob(migrationFiles, "migrations/*.sql")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		b, err := migrationFiles.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all[filepath.Base(name)] = &fstest.MapFile{Data: b}
	}
	return all
}

func copies(t *testing.T, v *vault.Vault) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(v.Dir(), "*.before-*"))
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestMigrate_copiesBothFilesFirst(t *testing.T) {
	v := newVault(t)
	s, err := Open(t.Context(), v, nil)
	if err != nil {
		t.Fatal(err)
	}
	if found := copies(t, v); len(found) != 0 {
		t.Errorf("a new database was copied: %v", found)
	}
	if err := s.SetSetting(t.Context(), "k", "before the migration", "1"); err != nil {
		t.Fatal(err)
	}
	if _, err := open(t.Context(), v, nil, withLater(t, "CREATE TABLE later (id TEXT); INSERT INTO later VALUES ('x');")); err != nil {
		t.Fatal(err)
	}
	if found := copies(t, v); len(found) != 2 {
		t.Fatalf("copies: %v, want header and database", found)
	}
	old := t.TempDir() // the copies, put in place, are the vault as it was
	for name, to := range map[string]string{"cases.db.before-0999": "cases.db", "cases.vault.before-0999": "cases.vault"} {
		b, err := os.ReadFile(filepath.Join(v.Dir(), name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(old, to), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	before, err := vault.Unlock(t.Context(), old, []byte(testPass), vault.Options{KDF: vault.KDF{Passes: 1, MemKiB: 64, Threads: 1}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = before.Close(context.Background()) }()
	again, err := Open(t.Context(), before, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := again.Setting(t.Context(), "k"); err != nil || got != "before the migration" {
		t.Errorf("the copy reads %q (%v)", got, err)
	}
	if _, err := Open(t.Context(), v, nil); !errors.Is(err, vault.ErrNewerSchema) {
		t.Errorf("an older program gave %v, want %v", err, vault.ErrNewerSchema)
	}
}

func TestMigrate_brokenMigrationChangesNothing(t *testing.T) {
	v := newVault(t)
	if _, err := Open(t.Context(), v, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := open(t.Context(), v, nil, withLater(t, "CREATE TABLE later (id TEXT); INSERT INTO nowhere VALUES (1);")); err == nil {
		t.Fatal("a broken migration was applied")
	}
	var n int
	if err := v.DB().QueryRow("SELECT count(*) FROM sqlite_schema WHERE name = 'later'").Scan(&n); err != nil || n != 0 {
		t.Errorf("half of the migration stayed (%v)", err)
	}
	if _, err := Open(t.Context(), v, nil); err != nil {
		t.Errorf("opening after the broken migration: %v", err)
	}
}

// run with -update after adding a migration
var update = flag.Bool("update", false, "write schema.sql anew")

func TestMigrate_schemaDump(t *testing.T) {
	v := newVault(t)
	if _, err := Open(t.Context(), v, nil); err != nil {
		t.Fatal(err)
	}
	rows, err := v.DB().Query("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type, name")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var dump strings.Builder
	dump.WriteString("-- The schema after all migrations. A test compares it; -update writes it anew.\n\n")
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			t.Fatal(err)
		}
		dump.WriteString(text + ";\n\n")
	}
	if *update {
		if err := os.WriteFile("schema.sql", []byte(dump.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("schema.sql")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(want, []byte(dump.String())) {
		t.Error("schema.sql is not the schema that the migrations make; run go test ./casework/store -run schemaDump -update and look at the difference")
	}
}
