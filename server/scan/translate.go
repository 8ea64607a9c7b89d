package scan

import (
	"io/fs"

	"keyholder/scanner"
	"keyholder/scanner/catalogue"
	"keyholder/server/wording"
)

// This file alone turns the words of the scanner into those of casework. Their device codes are the
// same closed set; a test fails when they differ.

// identify says what a found device may be. This computer is known without looking.
func (s *pages) identify(d scanner.Device) wording.Identity {
	if d.ThisComputer {
		return wording.Identity{Group: "phone_computer", Class: "laptop_desktop", Confidence: string(catalogue.Certain)}
	}
	id := s.catalogue.Identify(d.Facts)
	out := wording.Identity{
		Group: string(id.Group), Class: string(id.Class), Brand: scanner.SafeText(id.Brand),
		Model: scanner.SafeText(id.Model), Confidence: string(id.Confidence),
	}
	for _, e := range id.Evidence {
		out.Evidence = append(out.Evidence, scanner.SafeText(e.Says))
	}
	for _, e := range id.Conflicts {
		out.Conflicts = append(out.Conflicts, scanner.SafeText(e.Says))
	}
	return out
}

// rules are the files that say what a device is; with the mark of them a kept check says what judged it.
func rules() fs.FS { return catalogue.Files() }

// certain reports whether it is beyond doubt what a found device is.
func certain(id wording.Identity) bool { return id.Confidence == string(catalogue.Certain) }

// unsure reports whether nobody knows what a found device is.
func unsure(id wording.Identity) bool { return id.Confidence == string(catalogue.Unknown) }
