// Package knowledge says what a class of device or account can and cannot do, how ordinary functions
// could be turned against someone (signs and effects, never how), who typically holds the main
// login, who rules on a platform, and where to look for who has access. It is content as data, dated
// and marked for review.
package knowledge

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"

	"gopkg.in/yaml.v3"
)

//go:embed data/*.yaml
var data embed.FS

// Files are the embedded data, by which what was said can be traced to what said it.
func Files() fs.FS { return data }

// Code is a class code of practice section 3.3. The scanner has a code type of its own with the same
// values.
type Code string

// Capability is a closed code of what a thing can or cannot do.
type Capability string

// The capabilities. Unknown stands for "nobody knows yet" and never for "nothing".
const (
	Camera         Capability = "camera"          // sees
	Microphone     Capability = "microphone"      // hears
	Location       Capability = "location"        // shows where a person or thing is
	RemoteControl  Capability = "remote_control"  // can be worked from far away
	SharedAccounts Capability = "shared_accounts" // several people may hold a login
	History        Capability = "history"         // keeps what happened
	Presence       Capability = "presence"        // shows whether somebody is at home
	Speaks         Capability = "speaks"          // plays or shows what others send
	Health         Capability = "health"          // measures or keeps facts about the body
	Copies         Capability = "copies"          // holds or passes on copies of messages, pictures, files
	Network        Capability = "network"         // sees or cuts the connection of other devices
	Unknown        Capability = "unknown"
)

// Capabilities returns the closed list in the order in which pages show it.
func Capabilities() []Capability {
	return []Capability{
		Camera, Microphone, Location, RemoteControl, SharedAccounts, History, Presence,
		Speaks, Health, Copies, Network, Unknown,
	}
}

// Ability is a capability with plain words about this class.
type Ability struct {
	Code  Capability `yaml:"code"`
	Words string     `yaml:"words"`
}

// Misuse says how an ordinary function could be turned against someone: what may be noticed, and what
// it may do. It holds no steps.
type Misuse struct {
	Function string `yaml:"function"`
	Signs    string `yaml:"signs"`
	Effect   string `yaml:"effect"`
}

// Kind says what kind of product a class is, because medical things must never be switched off.
type Kind string

// The kinds.
const (
	Medical  Kind = "medical"
	Wellness Kind = "wellness"
	Toy      Kind = "toy"
	General  Kind = "general"
)

// Entry is what is known about one class.
type Entry struct {
	Class     Code      `yaml:"class"`
	Intro     string    `yaml:"intro"` // what it is, for people first
	Kind      Kind      `yaml:"kind"`
	Can       []Ability `yaml:"can"`
	Cannot    []Ability `yaml:"cannot"` // false claims frighten as much as real functions
	Misuse    []Misuse  `yaml:"misuse"`
	MainLogin string    `yaml:"main_login"` // who typically holds it
	Channels  []string  `yaml:"channels"`   // codes of practice section 3.4
	Sections  []string  `yaml:"sections"`   // checklist sections to open, "S02" …
	Sources   []string  `yaml:"sources"`    // keys of docs/sources.yaml
	Checked   string    `yaml:"-"`          // year-month of the last check of the file
	Review    string    `yaml:"-"`          // "needed" until a practitioner has signed the file
}

// Base holds all entries. It is read-only and safe for concurrent use.
type Base struct {
	classes   map[Code]Entry
	order     []Code
	platforms []Platform
	groups    []Group
	cards     []Card
	rooms     []Room
	leads     []Lead
	outcomes  []Outcome
	controls  []Control
}

type classFile struct {
	Version int     `yaml:"version"`
	Checked string  `yaml:"checked"`
	Review  string  `yaml:"review"`
	Classes []Entry `yaml:"classes"`
}

// Load reads the embedded content and checks it: unknown keys, codes outside the closed sets, empty
// texts and classes named twice stop it with the file and the entry.
func Load() (*Base, error) { return load(data) }

func load(fsys fs.FS) (*Base, error) {
	names, err := fs.Glob(fsys, "data/*.classes.v0.yaml")
	if err != nil || len(names) == 0 {
		return nil, errors.Join(errors.New("listing the knowledge files: none found"), err)
	}
	b := &Base{classes: map[Code]Entry{}}
	for _, name := range names {
		if err := b.addClasses(fsys, name); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	if err := b.addPlatforms(fsys); err != nil {
		return nil, err
	}
	if err := b.addCards(fsys); err != nil {
		return nil, fmt.Errorf("%s: %w", cardsName, err)
	}
	for _, add := range []func(fs.FS) error{b.addRooms, b.addLeads, b.addOutcomes, b.addControls} {
		if err := add(fsys); err != nil {
			return nil, err
		}
	}
	return b, nil
}

func (b *Base) addClasses(fsys fs.FS, name string) error {
	var file classFile
	if err := decode(fsys, name, &file); err != nil {
		return err
	}
	if file.Checked == "" || file.Review == "" {
		return errors.New("add checked (year-month) and review")
	}
	for _, e := range file.Classes {
		if err := e.check(); err != nil {
			return fmt.Errorf("class %q: %w", e.Class, err)
		}
		if _, ok := b.classes[e.Class]; ok {
			return fmt.Errorf("class %q is there twice", e.Class)
		}
		e.Checked, e.Review = file.Checked, file.Review
		b.classes[e.Class] = e
		b.order = append(b.order, e.Class)
	}
	return nil
}

func decode(fsys fs.FS, name string, to any) error {
	raw, err := fs.ReadFile(fsys, name)
	if err != nil {
		return fmt.Errorf("reading: %w", err)
	}
	d := yaml.NewDecoder(bytes.NewReader(raw))
	d.KnownFields(true)
	if err := d.Decode(to); err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("decoding: %w", err)
	}
	return nil
}

func (e Entry) check() error {
	if e.Class == "" || e.Intro == "" || e.MainLogin == "" {
		return errors.New("class, intro and main_login are needed")
	}
	if min(len(e.Can), len(e.Cannot), len(e.Misuse), len(e.Channels), len(e.Sections), len(e.Sources)) == 0 {
		return errors.New("can, cannot, misuse, channels, sections and sources need at least one line each")
	}
	if !slices.Contains([]Kind{Medical, Wellness, Toy, General}, e.Kind) {
		return fmt.Errorf("kind %q is none of medical, wellness, toy, general", e.Kind)
	}
	for _, a := range slices.Concat(e.Can, e.Cannot) {
		if !slices.Contains(Capabilities(), a.Code) || a.Words == "" {
			return fmt.Errorf("capability %q is not in the closed list, or has no words", a.Code)
		}
	}
	if slices.ContainsFunc(e.Misuse, Misuse.incomplete) {
		return errors.New("a misuse needs function, signs and effect")
	}
	return nil
}

func (m Misuse) incomplete() bool { return m.Function == "" || m.Signs == "" || m.Effect == "" }

// Class returns the entry of a class code; false for a code that is not in the set.
func (b *Base) Class(code Code) (Entry, bool) {
	e, ok := b.classes[code]
	return e, ok
}

// Classes returns all class codes in the order of the files.
func (b *Base) Classes() []Code { return slices.Clone(b.order) }

// Capabilities returns what a class may be able to do, each code once, in the order of the closed
// list; nil for a code that is not in the set.
func (b *Base) Capabilities(code Code) []Capability {
	e, ok := b.classes[code]
	if !ok {
		return nil
	}
	var list []Capability
	for _, c := range Capabilities() {
		if slices.ContainsFunc(e.Can, func(a Ability) bool { return a.Code == c }) {
			list = append(list, c)
		}
	}
	return list
}
