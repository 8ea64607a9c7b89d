package knowledge

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
)

// Outcome is one of the thirteen of the UK Code of Practice for consumer IoT security (ETSI EN 303 645
// has the same), in our own words, with what a check of a network can and cannot show of it.
type Outcome struct {
	Code    string   `yaml:"code"` // kept in records; never used again for something else
	Title   string   `yaml:"title"`
	Means   string   `yaml:"means"`
	For     []Shown  `yaml:"speaks_for"`
	Against []Shown  `yaml:"against"`
	Blind   string   `yaml:"blind"` // what no check shows of it
	Ask     string   `yaml:"ask"`
	Help    string   `yaml:"help"` // may be empty
	Sources []string `yaml:"sources"`
	Review  string   `yaml:"-"`
}

// Shown is what a sign of the network says about an outcome.
type Shown struct {
	Sign  string `yaml:"sign"` // the scanner has a code type of its own with the same values
	Words string `yaml:"words"`
}

// Control is one question about how well a thing holds out against somebody at home.
type Control struct {
	Code    string   `yaml:"code"` // kept in records; never used again for something else
	Title   string   `yaml:"title"`
	Why     string   `yaml:"why"`
	Known   string   `yaml:"known"` // the field of a platform that says it
	May     string   `yaml:"may"`   // what may be so where nothing is known
	Help    string   `yaml:"help"`  // may be empty
	Ask     []string `yaml:"ask"`   // questions of the checklist about the same
	Sources []string `yaml:"sources"`
	Review  string   `yaml:"-"`
}

// Of returns what is known about the question for one platform, as lines.
func (k Control) Of(p Platform) []string {
	switch k.Known {
	case "see_access":
		return []string{p.SeeAccess}
	case "who_is_told":
		return []string{p.WhoIsTold}
	case "roles":
		return slices.Clone(p.Roles)
	case "history":
		return []string{p.History}
	case "who_can_remove":
		return []string{p.WhoCanRemove}
	case "proof_lost":
		return []string{p.ProofLost, p.Reset}
	}
	return nil
}

type outcomeFile struct {
	Version  int       `yaml:"version"`
	Checked  string    `yaml:"checked"`
	Review   string    `yaml:"review"`
	Outcomes []Outcome `yaml:"outcomes"`
}

type controlFile struct {
	Version  int       `yaml:"version"`
	Checked  string    `yaml:"checked"`
	Review   string    `yaml:"review"`
	Controls []Control `yaml:"controls"`
}

const (
	outcomesName = "data/security.v0.yaml"
	controlsName = "data/control.v0.yaml"
)

func (b *Base) addOutcomes(fsys fs.FS) error {
	var file outcomeFile
	if err := decode(fsys, outcomesName, &file); err != nil {
		return fmt.Errorf("%s: %w", outcomesName, err)
	}
	if err := dated(file.Checked, file.Review); err != nil {
		return fmt.Errorf("%s: %w", outcomesName, err)
	}
	seen := map[string]bool{}
	for _, o := range file.Outcomes {
		err := o.check()
		if err == nil && seen[o.Code] {
			err = errTwice
		}
		if err != nil {
			return fmt.Errorf("%s: outcome %q: %w", outcomesName, o.Code, err)
		}
		seen[o.Code] = true
		o.Review = file.Review
		b.outcomes = append(b.outcomes, o)
	}
	return nil
}

var errTwice = errors.New("it is there twice")

func (o Outcome) check() error {
	texts := []string{o.Code, o.Title, o.Means, o.Blind, o.Ask}
	for _, s := range slices.Concat(o.For, o.Against) {
		texts = append(texts, s.Sign, s.Words)
	}
	return errors.Join(filled(texts), sourced(o.Sources))
}

func sourced(sources []string) error {
	if len(sources) == 0 {
		return errors.New("add a source")
	}
	return filled(sources)
}

func (b *Base) addControls(fsys fs.FS) error {
	var file controlFile
	if err := decode(fsys, controlsName, &file); err != nil {
		return fmt.Errorf("%s: %w", controlsName, err)
	}
	if err := dated(file.Checked, file.Review); err != nil {
		return fmt.Errorf("%s: %w", controlsName, err)
	}
	seen := map[string]bool{}
	for _, k := range file.Controls {
		err := errors.Join(filled([]string{k.Code, k.Title, k.Why, k.May}), filled(k.Ask), sourced(k.Sources))
		switch {
		case err == nil && seen[k.Code]:
			err = errTwice
		case err == nil && k.Of(Platform{Roles: []string{""}}) == nil:
			err = fmt.Errorf("known %q is no field of a platform", k.Known)
		}
		if err != nil {
			return fmt.Errorf("%s: control %q: %w", controlsName, k.Code, err)
		}
		seen[k.Code] = true
		k.Review = file.Review
		b.controls = append(b.controls, k)
	}
	return nil
}

// Outcomes returns the thirteen outcomes in their order.
func (b *Base) Outcomes() []Outcome { return slices.Clone(b.outcomes) }

// Controls returns the questions about control in their order.
func (b *Base) Controls() []Control { return slices.Clone(b.controls) }
