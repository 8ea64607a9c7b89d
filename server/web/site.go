// Package web is what every page rests on: the request, the table of addresses, the record that a page
// works on, its questions and forms, and what a browser keeps while it is unlocked. The pages stand in
// the packages beside it.
package web

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"keyholder/casework"
	"keyholder/casework/checklist"
	"keyholder/casework/knowledge"
	"keyholder/server/i18n"
	"keyholder/server/view"
)

// Site is what every page rests on. It is made once, at the start, and nobody changes it.
type Site struct {
	Content   *checklist.Content
	Knowledge *knowledge.Base
	Texts     *i18n.Localiser
	Engine    *view.Engine
	Sittings  *casework.Consultations
	Log       *slog.Logger
	Now       func() time.Time
	Shown     map[string]bool    // paths of all pages behind the lock
	Script    func() view.Script // how long a page may stay open
	Product   string             // neutral product name, unless a setting replaces it
	Version   string             // of the program
	MadeUp    bool               // the demonstration: every page says so
}

// Kinds lists the types in the chain of an error, outermost first. The text of an error may carry a
// path with somebody's name in it, so it is never logged.
func Kinds(err error) string {
	var names []string
	for e := err; e != nil && len(names) < 8; e = errors.Unwrap(e) {
		names = append(names, fmt.Sprintf("%T", e))
	}
	return strings.Join(names, ">")
}
