package knowledge

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
)

// Lead is what a sign on the network may say about who controls a device, and what it does not say.
type Lead struct {
	Code    string   `yaml:"code"` // the scanner has a code type of its own with the same values
	Title   string   `yaml:"title"`
	Shows   string   `yaml:"shows"`
	Not     string   `yaml:"not"` // what it does not show
	Ask     []string `yaml:"ask"` // questions of the checklist to ask next, "12.1" …
	Sources []string `yaml:"sources"`
	Review  string   `yaml:"-"` // "needed" until a practitioner has signed the file
}

type leadFile struct {
	Version int    `yaml:"version"`
	Checked string `yaml:"checked"`
	Review  string `yaml:"review"`
	Leads   []Lead `yaml:"leads"`
}

const leadsName = "data/leads.v0.yaml"

// dated refuses a file without the month of its last check or without its review.
func dated(checked, review string) error {
	if checked == "" || review == "" {
		return errors.New("add checked (year-month) and review")
	}
	return nil
}

func (b *Base) addLeads(fsys fs.FS) error {
	var file leadFile
	if err := decode(fsys, leadsName, &file); err != nil {
		return fmt.Errorf("%s: %w", leadsName, err)
	}
	if err := dated(file.Checked, file.Review); err != nil {
		return fmt.Errorf("%s: %w", leadsName, err)
	}
	for _, l := range file.Leads {
		err := errors.Join(filled([]string{l.Code, l.Title, l.Shows, l.Not}), filled(l.Ask), filled(l.Sources))
		switch _, twice := b.Lead(l.Code); {
		case err != nil:
			return fmt.Errorf("%s: lead %q: %w", leadsName, l.Code, err)
		case twice:
			return fmt.Errorf("%s: lead %q is there twice", leadsName, l.Code)
		case min(len(l.Ask), len(l.Sources)) == 0:
			return fmt.Errorf("%s: lead %q needs a question to ask next and a source", leadsName, l.Code)
		}
		l.Review = file.Review
		b.leads = append(b.leads, l)
	}
	return nil
}

// Leads returns all leads in the order of the file.
func (b *Base) Leads() []Lead { return slices.Clone(b.leads) }

// Lead returns one lead by its code.
func (b *Base) Lead(code string) (Lead, bool) {
	i := slices.IndexFunc(b.leads, func(l Lead) bool { return l.Code == code })
	if i < 0 {
		return Lead{}, false
	}
	return b.leads[i], true
}
