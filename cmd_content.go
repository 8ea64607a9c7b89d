package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"keyholder/casework/checklist"
)

const contentUsage = `Usage: keyholder content check FILE...

Checks topics that an organisation adds to the checklist, before it uses them. Each file holds one topic
with its questions and steps. A fault is told with file, line and what to do about it.

Files that pass belong into the folder "content" of the data folder; they are read at the next start,
and checked once more. They add to the checklist and change nothing that is there. How to write one:
docs/content.md.

Exit status: 0 every file can be used, 1 a file has faults, 2 wrong use.
`

func contentCommand() command {
	return command{name: "content", summary: "check questions that an organisation adds", run: runContent}
}

// runContent checks files one after the other, each together with those that passed before it, as a
// start of the program does.
func runContent(_ context.Context, args []string, c console) int {
	if len(args) > 0 && slices.Contains([]string{"-h", "-help", "--help", "help"}, args[0]) {
		fmt.Fprint(c.out, contentUsage)
		return 0
	}
	if len(args) < 2 || args[0] != "check" {
		fmt.Fprint(c.err, "keyholder content: say check and name at least one file.\n\n", contentUsage)
		return 2
	}
	content, err := checklist.Load()
	if err != nil {
		fmt.Fprintln(c.err, "keyholder content:", err)
		return 1
	}
	status := 0
	for _, path := range args[1:] {
		more, err := withOwnFile(content, path)
		if err != nil {
			fmt.Fprintln(c.err, err)
			status = 1
			continue
		}
		fmt.Fprintln(c.out, added(path, content, more))
		content = more
	}
	return status
}

// added says what a file has added.
func added(path string, before, after *checklist.Content) string {
	at := slices.IndexFunc(after.Sections, func(s checklist.Section) bool { return before.SectionByID(s.ID) == nil })
	return fmt.Sprintf("%s: can be used: topic %s, %d questions, %d steps", filepath.Base(path),
		after.Sections[at].ID, len(after.Sections[at].Questions), len(after.Actions)-len(before.Actions))
}

func withOwnFile(c *checklist.Content, path string) (*checklist.Content, error) {
	name := filepath.Base(path)
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("%s: it cannot be read; check the name and that you may open it", name)
	}
	return c.WithOwn(name, raw)
}
