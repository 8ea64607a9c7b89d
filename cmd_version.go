package main

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
)

// release is set by the linker for a release; a build from a checkout says so instead.
var release string

const versionUsage = `Usage: keyholder version

Prints the version, the system it was built for and the version of Go it was built with.
`

func versionCommand() command {
	return command{name: "version", summary: "print the version", run: runVersion}
}

func runVersion(_ context.Context, args []string, c console) int {
	if status, done := noFlags("version", versionUsage, args, c); done {
		return status
	}
	fmt.Fprintf(c.out, "keyholder %s %s/%s %s\n", version(), runtime.GOOS, runtime.GOARCH, runtime.Version())
	return 0
}

// version is the release, or the commit the binary was built from.
func version() string {
	if release != "" {
		return release
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" && len(s.Value) >= 12 {
				return "development " + s.Value[:12]
			}
		}
	}
	return "development"
}
