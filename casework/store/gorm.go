package store

import (
	"context"
	"database/sql"
	"time"

	"gorm.io/driver/sqlite"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"keyholder/casework/vault"
)

// connect puts gorm on an open database. Prepared statements make repeated reads faster; migrations,
// which are many statements in one text, go without.
func connect(db *sql.DB, prepared bool) (*gorm.DB, error) {
	return gorm.Open(dialector{&sqlite.Dialector{Conn: db}}, &gorm.Config{
		TranslateError: true, PrepareStmt: prepared, Logger: silent{}, SkipDefaultTransaction: true,
	})
}

// dialector adds the translation of errors: gorm's own knows only those of another driver.
type dialector struct{ *sqlite.Dialector }

// Translate implements gorm.ErrorTranslator.
func (d dialector) Translate(err error) error {
	switch vault.BrokenRule(err) {
	case vault.RuleUnique:
		return gorm.ErrDuplicatedKey
	case vault.RuleReference:
		return gorm.ErrForeignKeyViolated
	case vault.RuleCheck:
		return gorm.ErrCheckConstraintViolated
	}
	return err
}

// silent is a logger that says nothing: gorm's own prints statements with their values, and those
// are people's lives.
type silent struct{}

// LogMode implements logger.Interface.
func (s silent) LogMode(logger.LogLevel) logger.Interface { return s }

// Info implements logger.Interface.
func (silent) Info(context.Context, string, ...any) {}

// Warn implements logger.Interface.
func (silent) Warn(context.Context, string, ...any) {}

// Error implements logger.Interface.
func (silent) Error(context.Context, string, ...any) {}

// Trace implements logger.Interface; it never asks for the statement.
func (silent) Trace(context.Context, time.Time, func() (string, int64), error) {}

// ParamsFilter implements gorm.ParamsFilter: whatever else explains a statement sees no value.
func (silent) ParamsFilter(_ context.Context, query string, _ ...any) (string, []any) {
	return query, nil
}
