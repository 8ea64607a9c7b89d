package store

import (
	"context"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/go-gormigrate/gormigrate/v2"
	"gorm.io/gorm"

	"keyholder/casework/vault"
)

// migrate applies the migrations that are missing, each in a transaction of its own. Before each one
// of an existing database both files are copied beside it. A database that has a migration this
// program does not know is refused.
func migrate(ctx context.Context, v *vault.Vault, files fs.FS) error {
	db, err := connect(v.DB(), false)
	if err != nil {
		return fmt.Errorf("connecting to the database: %w", err)
	}
	all, err := readMigrations(files)
	if err != nil {
		return err
	}
	done, err := applied(db.WithContext(ctx))
	if err != nil {
		return fmt.Errorf("reading the schema version: %w", err)
	}
	for _, id := range done {
		if !slices.ContainsFunc(all, func(m *gormigrate.Migration) bool { return m.ID == id }) {
			return vault.ErrNewerSchema
		}
	}
	for i, m := range all {
		if slices.Contains(done, m.ID) {
			continue
		}
		if len(done) > 0 {
			if err := v.KeepCopy(ctx, m.ID); err != nil {
				return fmt.Errorf("copying the files before a migration: %w", err)
			}
		}
		options := &gormigrate.Options{TableName: "migrations", IDColumnName: "id", IDColumnSize: 255, UseTransaction: true}
		if err := gormigrate.New(db.WithContext(ctx), options, all[:i+1]).Migrate(); err != nil {
			return fmt.Errorf("applying migration %s: %w", m.ID, err)
		}
		done = append(done, m.ID)
	}
	return nil
}

// readMigrations returns the files NNNN_name.sql in the order of their numbers.
func readMigrations(files fs.FS) ([]*gormigrate.Migration, error) {
	names, err := fs.Glob(files, "*.sql") // sorted
	if err != nil {
		return nil, fmt.Errorf("listing the migrations: %w", err)
	}
	var all []*gormigrate.Migration
	for _, name := range names {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, fmt.Errorf("reading a migration: %w", err)
		}
		id, _, _ := strings.Cut(name, "_")
		all = append(all, &gormigrate.Migration{ID: id, Migrate: func(tx *gorm.DB) error {
			return tx.Exec(string(text)).Error
		}})
	}
	return all, nil
}

// applied returns the migrations that the database has had; none for a new one.
func applied(db *gorm.DB) ([]string, error) {
	var tables int64
	err := db.Raw("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'migrations'").Scan(&tables).Error
	if err != nil || tables == 0 {
		return nil, err
	}
	var done []string
	return done, db.Raw("SELECT id FROM migrations ORDER BY id").Scan(&done).Error
}
