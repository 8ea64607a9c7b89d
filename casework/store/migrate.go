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
	if hasUnknown(done, all) {
		return vault.ErrNewerSchema
	}
	for i := range all {
		if slices.Contains(done, all[i].ID) {
			continue
		}
		if err := applyLast(ctx, v, db, all[:i+1], len(done) > 0); err != nil {
			return err
		}
		done = append(done, all[i].ID)
	}
	return nil
}

// hasUnknown reports whether the database had a migration that this program does not know.
func hasUnknown(done []string, all []*gormigrate.Migration) bool {
	return slices.ContainsFunc(done, func(id string) bool {
		return !slices.ContainsFunc(all, func(m *gormigrate.Migration) bool { return m.ID == id })
	})
}

// applyLast applies the last of some migrations, whose others are applied, in one transaction; an
// existing database is copied first.
func applyLast(ctx context.Context, v *vault.Vault, db *gorm.DB, some []*gormigrate.Migration, existing bool) error {
	id := some[len(some)-1].ID
	if existing {
		if err := v.KeepCopy(ctx, id); err != nil {
			return fmt.Errorf("copying the files before a migration: %w", err)
		}
	}
	options := &gormigrate.Options{TableName: "migrations", IDColumnName: "id", IDColumnSize: 255, UseTransaction: true}
	if err := gormigrate.New(db.WithContext(ctx), options, some).Migrate(); err != nil {
		return fmt.Errorf("applying migration %s: %w", id, err)
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
