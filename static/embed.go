// Package static carries the style sheets, scripts, icons and licence texts inside the binary.
package static

import "embed"

// FS holds the files served under /static and the licences of what is vendored. go:embed drops
// names that begin with "_" or "."; a test compares the folder with what is in here.
//
//go:embed css js vendor LICENCES vendor.json icons.svg favicon.svg plain.svg
var FS embed.FS
