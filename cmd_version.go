package main

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
)

// release is set by the linker for a release; a build from a checkout says so instead.
var release string

func versionCommand() command {
	return command{name: "version", summary: "print the version", run: runVersion}
}

func runVersion(_ context.Context, args []string, c console) int {
	if len(args) > 0 {
		fmt.Fprintln(c.err, "keyholder version: takes no arguments")
		return 2
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
