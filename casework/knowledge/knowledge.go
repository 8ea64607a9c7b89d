// Package knowledge says what a class of device or account can and cannot do, how ordinary functions
// could be turned against someone (signs and effects, never how), who typically holds the main
// login, and who rules on a platform. It is content as data, dated and marked for review.
package knowledge

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

//go:embed data/*.yaml
var data embed.FS

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

// Platform is who rules in one maker's app.
type Platform struct {
	ID           string   `yaml:"id"`
	Name         string   `yaml:"name"`
	Roles        []string `yaml:"roles"`
	WhoCanRemove string   `yaml:"who_can_remove"`
	WhoIsTold    string   `yaml:"who_is_told"`
	ProofLost    string   `yaml:"proof_lost"`
	SeeAccess    string   `yaml:"see_access"` // how to see who has access; looking is also an act
	Section      string   `yaml:"section"`
	Checked      string   `yaml:"checked"`
	Review       string   `yaml:"review"`
	Sources      []string `yaml:"sources"`
}

// Base holds all entries. It is read-only and safe for concurrent use.
type Base struct {
	classes   map[Code]Entry
	order     []Code
	platforms []Platform
}

type classFile struct {
	Version int     `yaml:"version"`
	Checked string  `yaml:"checked"`
	Review  string  `yaml:"review"`
	Classes []Entry `yaml:"classes"`
}

type platformFile struct {
	Version   int        `yaml:"version"`
	Platforms []Platform `yaml:"platforms"`
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
	var file platformFile
	if err := decode(fsys, "data/platforms.v0.yaml", &file); err != nil {
		return nil, fmt.Errorf("data/platforms.v0.yaml: %w", err)
	}
	seen := map[string]bool{}
	for _, p := range file.Platforms {
		if err := p.check(); err != nil || seen[p.ID] {
			return nil, fmt.Errorf("data/platforms.v0.yaml: platform %q is incomplete or there twice: %w", p.ID, err)
		}
		seen[p.ID] = true
	}
	b.platforms = file.Platforms
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

func (p Platform) check() error {
	for _, s := range append([]string{
		p.ID, p.Name, p.WhoCanRemove, p.WhoIsTold, p.ProofLost, p.SeeAccess,
		p.Section, p.Checked, p.Review,
	}, p.Roles...) {
		if strings.TrimSpace(s) == "" {
			return errors.New("a text is empty")
		}
	}
	if len(p.Roles) == 0 || len(p.Sources) == 0 {
		return errors.New("roles and sources are needed")
	}
	return nil
}

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

// Platforms returns the platforms in the order of the file.
func (b *Base) Platforms() []Platform { return slices.Clone(b.platforms) }

// Platform returns one platform by id.
func (b *Base) Platform(id string) (Platform, bool) {
	i := slices.IndexFunc(b.platforms, func(p Platform) bool { return p.ID == id })
	if i < 0 {
		return Platform{}, false
	}
	return b.platforms[i], true
}
