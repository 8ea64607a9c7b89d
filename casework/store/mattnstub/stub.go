// Package sqlite3 is an empty stand-in for mattn/go-sqlite3. gorm.io/driver/sqlite imports that
// module only to register a driver name; Keyholder hands gorm an already open database instead.
// With the replace directive in go.mod there is no cgo, no second SQLite and no double registration.
package sqlite3
