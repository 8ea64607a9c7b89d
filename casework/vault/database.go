package vault

import (
	"context"
	"database/sql"
	_ "embed" // for the vault's own schema
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/driver"
)

//go:embed schema.sql
var vaultSchema string

const (
	schemaVersion = 1
	pageBytes     = 4096
	connections   = 4 // WAL: readers go on while one writes
)

// The settings of every connection. synchronous=FULL is what makes an acknowledged answer survive a
// power cut; secure_delete blanks freed pages; temp_store keeps sorting out of files.
const pragmas = `PRAGMA busy_timeout=10000; PRAGMA journal_mode=wal; PRAGMA synchronous=full;
	PRAGMA foreign_keys=on; PRAGMA secure_delete=on; PRAGMA trusted_schema=off;
	PRAGMA temp_store=memory; PRAGMA cache_size=-16000`

// address names a database file and the handle of its key. A transaction takes the write lock when it
// begins, so that it never has to be retried half-way.
func address(path, handle string) string {
	u := url.URL{Path: filepath.ToSlash(path)}
	return "file:" + u.EscapedPath() + "?vfs=" + vfsName + "&textkey=" + handle + "&_txlock=immediate"
}

// createFile makes an empty file with mode 0600 before SQLite would make it with a wider one.
func createFile(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

// openDatabase opens the database at path with the key behind handle. With fresh it turns on page
// checksums: together with the wide-block cipher they make any change to a page an error on reading.
func openDatabase(ctx context.Context, path, handle string, fresh bool) (*sql.DB, error) {
	if !fresh {
		if err := privateLogs(path); err != nil {
			return nil, err
		}
	}
	db, err := driver.Open(address(path, handle), func(c *sqlite3.Conn) error {
		if fresh {
			if err := c.EnableChecksums(""); err != nil {
				return err
			}
		}
		return c.Exec(pragmas)
	})
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	if err := db.PingContext(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	if err := refusePlain(path); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// privateLogs makes the log files, or the existing ones, readable by their user only: SQLite would
// make them with a wider mode.
func privateLogs(path string) error {
	for _, suffix := range []string{"-wal", "-shm"} {
		f, err := os.OpenFile(path+suffix, os.O_CREATE|os.O_RDWR, 0o600)
		if err != nil {
			return err
		}
		if err := errors.Join(f.Close(), os.Chmod(path+suffix, 0o600)); err != nil {
			return err
		}
	}
	return nil
}

// createDatabase makes a new encrypted database with the vault's own tables.
func createDatabase(ctx context.Context, path, handle, id string) (*sql.DB, error) {
	if err := createFile(path); err != nil {
		return nil, err
	}
	db, err := openDatabase(ctx, path, handle, true)
	if err != nil {
		return nil, err
	}
	_, err = db.ExecContext(ctx, vaultSchema)
	if err == nil {
		_, err = db.ExecContext(ctx, "INSERT INTO vault_meta (id, schema) VALUES (?, ?)", id, schemaVersion)
	}
	if err == nil {
		err = checkpoint(ctx, db)
	}
	if err == nil {
		err = errors.Join(refusePlain(path), privateLogs(path))
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// checkIdentity makes sure that the database belongs to the header. A file cut to nothing would open
// as a new and healthy database otherwise.
func checkIdentity(ctx context.Context, db *sql.DB, id string) error {
	var got string
	var schema int
	err := db.QueryRowContext(ctx, "SELECT id, schema FROM vault_meta").Scan(&got, &schema)
	if code, _, ok := sqliteCodes(err); ok && code == sqlite3.ERROR { // no such table
		return ErrDatabaseForeign
	}
	switch {
	case errors.Is(err, sql.ErrNoRows), err == nil && got != id:
		return ErrDatabaseForeign
	case err == nil && schema > schemaVersion:
		return ErrNewerSchema
	}
	return err
}

// checkFile looks at the database file before SQLite does: missing, plain, or cut off inside a page.
// With a write-ahead log the last page may still be on its way, and SQLite mends that itself.
func checkFile(path string) error {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return ErrDatabaseMissing
	}
	if err != nil {
		return err
	}
	if err := refusePlain(path); err != nil {
		return err
	}
	log, err := os.Stat(path + "-wal")
	if err == nil && log.Size() > 0 {
		return nil
	}
	if info.Size() == 0 || info.Size()%pageBytes != 0 {
		return ErrDatabaseForeign
	}
	return nil
}

// refusePlain returns ErrNotEncrypted for a readable SQLite file: a build without the encrypting VFS
// would otherwise work, silently, in the open.
func refusePlain(path string) error {
	const plain = "SQLite format 3"
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	b := make([]byte, len(plain))
	if n, err := io.ReadFull(f, b); err != nil || n < len(b) {
		return nil // shorter than any database; other checks speak of that
	}
	if string(b) == plain {
		return ErrNotEncrypted
	}
	return nil
}

// checkpoint moves the write-ahead log into the database and empties it.
func checkpoint(ctx context.Context, db *sql.DB) error {
	var busy, logged, moved int
	err := db.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &logged, &moved)
	if err == nil && busy != 0 {
		return ErrInUse
	}
	return err
}

// copyDatabase writes a consistent copy of db to path, encrypted with the key behind handle. Only
// this form is used: a copy without the VFS would be plain text.
func copyDatabase(ctx context.Context, db *sql.DB, path, handle string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := createFile(path); err != nil {
		return err
	}
	_, err := db.ExecContext(ctx, "VACUUM INTO ?", address(path, handle))
	if err == nil {
		err = refusePlain(path)
	}
	if err == nil {
		err = syncFile(path)
	}
	if err != nil {
		_ = os.Remove(path)
		return fmt.Errorf("copying the database: %w", err)
	}
	return nil
}

func syncFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	err = f.Sync()
	return errors.Join(err, f.Close())
}

// integrity runs SQLite's own check over every page, which also verifies each page's checksum.
func integrity(ctx context.Context, db *sql.DB) error {
	var verdict string
	if err := db.QueryRowContext(ctx, "PRAGMA integrity_check(1)").Scan(&verdict); err != nil {
		return err
	}
	if verdict != "ok" {
		return ErrDatabaseDamaged // the verdict may quote content, so it is not passed on
	}
	return nil
}
