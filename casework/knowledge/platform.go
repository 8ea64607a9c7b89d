package knowledge

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// Platform is who rules in one maker's app, or in a kind of app where makers are alike. It says what
// is so, never how to take somebody out: steps belong to the plan.
type Platform struct {
	ID           string   `yaml:"id"`
	Name         string   `yaml:"name"`
	Kind         string   `yaml:"kind"`    // id of the kind of platform that its card rests on
	Classes      []Code   `yaml:"classes"` // devices and accounts that it may rule
	Roles        []string `yaml:"roles"`
	WhoCanRemove string   `yaml:"who_can_remove"`
	WhoIsTold    string   `yaml:"who_is_told"`
	History      string   `yaml:"history"` // what it keeps and could show later
	ProofLost    string   `yaml:"proof_lost"`
	SeeAccess    string   `yaml:"see_access"` // how to see who has access; looking is also an act
	Reset        string   `yaml:"reset"`      // what a factory reset does, and who notices
	Section      string   `yaml:"section"`
	Checked      string   `yaml:"checked"` // year-month
	Review       string   `yaml:"review"`  // "needed" until a practitioner has signed it
	Sources      []string `yaml:"sources"`

	// What its look-up card has beyond its kind.
	Look      *Look    `yaml:"look"`   // instead of the kind's
	Where     []Tap    `yaml:"where"`  // the way to the list of people
	Sketch    *Sketch  `yaml:"sketch"` // instead of the kind's
	Limits    []string `yaml:"limits"` // beside the kind's
	Questions []string `yaml:"questions"`
}

type platformFile struct {
	Version   int        `yaml:"version"`
	Platforms []Platform `yaml:"platforms"`
}

// addPlatforms reads every platform file. An id that is there twice, a class that does not exist or an
// empty text stops it with the file and the entry.
func (b *Base) addPlatforms(fsys fs.FS) error {
	names, err := fs.Glob(fsys, "data/*.platforms.v0.yaml")
	if err != nil || len(names) == 0 {
		return errors.Join(errors.New("listing the platform files: none found"), err)
	}
	for _, name := range names {
		var file platformFile
		if err := decode(fsys, name, &file); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		for _, p := range file.Platforms {
			if err := b.addPlatform(p); err != nil {
				return fmt.Errorf("%s: platform %q: %w", name, p.ID, err)
			}
		}
	}
	return nil
}

func (b *Base) addPlatform(p Platform) error {
	if _, there := b.Platform(p.ID); there {
		return errors.New("it is there twice")
	}
	for _, class := range p.Classes {
		if _, known := b.classes[class]; !known {
			return fmt.Errorf("class %q does not exist", class)
		}
	}
	if err := p.check(); err != nil {
		return err
	}
	b.platforms = append(b.platforms, p)
	return nil
}

func (p Platform) check() error {
	if min(len(p.Roles), len(p.Sources), len(p.Classes)) == 0 {
		return errors.New("roles, classes and sources need at least one line each")
	}
	return filled(append([]string{
		p.ID, p.Name, p.WhoCanRemove, p.WhoIsTold, p.History, p.ProofLost, p.SeeAccess, p.Reset,
		p.Section, p.Checked, p.Review,
	}, p.Roles...))
}

// filled refuses an empty text.
func filled(texts []string) error {
	if slices.ContainsFunc(texts, func(s string) bool { return strings.TrimSpace(s) == "" }) {
		return errors.New("a text is empty")
	}
	return nil
}

// Platforms returns the platforms in the order of the files.
func (b *Base) Platforms() []Platform { return slices.Clone(b.platforms) }

// Platform returns one platform by id.
func (b *Base) Platform(id string) (Platform, bool) {
	i := slices.IndexFunc(b.platforms, func(p Platform) bool { return p.ID == id })
	if i < 0 {
		return Platform{}, false
	}
	return b.platforms[i], true
}
