// Package templates carries the pages, partials, layouts and texts inside the binary.
package templates

import "embed"

// FS holds layout, partials, pages and locales. go:embed drops names that begin with "_" or ".";
// a test compares the folder with what is in here.
//
//go:embed layout partials pages locales
var FS embed.FS
