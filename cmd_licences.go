package main

import (
	"context"
	"fmt"

	"keyholder/static"
)

const licencesUsage = `Usage: keyholder licences

Prints what this program is built from: name, version and licence of every part that others made,
and then the text of each licence. Keyholder itself comes under the Apache Licence 2.0.
`

func licencesCommand() command {
	return command{name: "licences", summary: "print the licences of everything in this program", run: runLicences}
}

// runLicences prints all licences. Exit status: 0 done, 1 it did not work, 2 wrong use.
func runLicences(_ context.Context, args []string, c console) int {
	if status, done := noFlags("licences", licencesUsage, args, c); done {
		return status
	}
	parts, err := static.Licences(static.FS)
	if err != nil {
		fmt.Fprintf(c.err, "keyholder licences: %v\n", err)
		return 1
	}
	fmt.Fprintf(c.out, "keyholder %s, Apache-2.0\n\nIt is built from:\n\n", version())
	for _, p := range parts {
		fmt.Fprintf(c.out, "  %s %s, %s\n", p.Name, p.Version, p.Kind)
	}
	for _, p := range parts {
		if _, err := fmt.Fprintf(c.out, "\n======== %s %s, %s\n\n%s", p.Name, p.Version, p.Kind, p.Text); err != nil {
			fmt.Fprintf(c.err, "keyholder licences: writing the list: %v\n", err)
			return 1
		}
	}
	return 0
}
