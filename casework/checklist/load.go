package checklist

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"regexp"
	"slices"
	"strconv"

	"gopkg.in/yaml.v3"
)

//go:embed data
var data embed.FS

// Current is the content version that new answers are given under.
const Current = 1

// Load reads the current content. It stops at the first fault and names file and line.
func Load() (*Content, error) { return LoadVersion(Current) }

// LoadVersion reads one version of the content, so that old answers show the words that were asked.
func LoadVersion(version int) (*Content, error) {
	sub, err := fs.Sub(data, "data")
	if err != nil {
		return nil, fmt.Errorf("opening the content: %w", err)
	}
	return LoadFS(sub, version)
}

// The files of one version.
type mainFile struct {
	Version      int                `yaml:"version"`
	Language     string             `yaml:"language"`
	Title        string             `yaml:"title"`
	Checked      string             `yaml:"checked"`
	StateLabels  map[State]string   `yaml:"state_labels"`
	WarningTexts map[Warning]string `yaml:"warning_texts"`
	Alerts       map[Alert]string   `yaml:"alerts"`
	AsGiven      string             `yaml:"as_given"`
	DateHint     string             `yaml:"date_hint"`
	Who          []Option           `yaml:"who"`
	Freq         []Option           `yaml:"freq"`
	Gates        []Gate             `yaml:"gates"`
	PhaseRules   []PhaseRule        `yaml:"phase_rules"`
	Matrix       Question           `yaml:"matrix"`
	Sections     []Section          `yaml:"sections"`
}

type actionsFile struct {
	Version int      `yaml:"version"`
	Actions []Action `yaml:"actions"`
}

// sectionFile is a topic in a file of its own, "S02.v1.yaml", with the steps of its findings. It
// takes the place that the main file keeps for it.
type sectionFile struct {
	Version int      `yaml:"version"`
	Section Section  `yaml:"section"`
	Actions []Action `yaml:"actions"`
}

type firstFile struct {
	Version int `yaml:"version"`
	First   `yaml:",inline"`
}

type triageFile struct {
	Version int `yaml:"version"`
	Triage  `yaml:",inline"`
}

type presenceFile struct {
	Version  int            `yaml:"version"`
	Rule     string         `yaml:"rule"`
	Links    []PresenceLink `yaml:"links"`
	Presence Question       `yaml:"presence"`
}

type sessionFile struct {
	Version      int `yaml:"version"`
	SessionRules `yaml:",inline"`
}

type accessFile struct {
	Version   int `yaml:"version"`
	AccessMap `yaml:",inline"`
}

type noticesFile struct {
	Version int      `yaml:"version"`
	Notices []Notice `yaml:"notices"`
}

type incidentsFile struct {
	Version   int `yaml:"version"`
	Incidents `yaml:",inline"`
}

type lettersFile struct {
	Version int `yaml:"version"`
	Letters `yaml:",inline"`
}

type sourcesFile struct {
	Sources map[string]Source `yaml:"sources"`
}

// LoadFS reads one version from the files of fsys, which has the layout of the data folder.
func LoadFS(fsys fs.FS, version int) (*Content, error) {
	var (
		m mainFile
		a actionsFile
		f firstFile
		t triageFile
		p presenceFile
		s sourcesFile
		n sessionFile
		x accessFile
		o noticesFile
		i incidentsFile
		w lettersFile
	)
	l := &linter{fsys: fsys}
	l.read(fmt.Sprintf("who-has-access.v%d.yaml", version), &m)
	l.read(fmt.Sprintf("actions.v%d.yaml", version), &a)
	l.read(fmt.Sprintf("first.v%d.yaml", version), &f)
	l.read(fmt.Sprintf("triage.v%d.yaml", version), &t)
	l.read(fmt.Sprintf("presence.v%d.yaml", version), &p)
	l.read(fmt.Sprintf("session.v%d.yaml", version), &n)
	l.read(fmt.Sprintf("access.v%d.yaml", version), &x)
	l.read(fmt.Sprintf("notices.v%d.yaml", version), &o)
	l.read(fmt.Sprintf("incidents.v%d.yaml", version), &i)
	l.read(fmt.Sprintf("letters.v%d.yaml", version), &w)
	l.read("sources.yaml", &s)
	if l.err != nil {
		return nil, l.err
	}
	for _, v := range []int{m.Version, a.Version, f.Version, t.Version, p.Version, n.Version, x.Version, o.Version, i.Version, w.Version} {
		if v != version {
			return nil, fmt.Errorf("reading content version %d: a file says it is version %d", version, v)
		}
	}
	c := &Content{
		Version: m.Version, Language: m.Language, Title: m.Title, Checked: m.Checked,
		StateLabels: m.StateLabels, WarningTexts: m.WarningTexts, Alerts: m.Alerts,
		AsGiven: m.AsGiven, DateHint: m.DateHint,
		Who: m.Who, Freq: m.Freq, Sections: m.Sections, Gates: m.Gates, PhaseRules: m.PhaseRules,
		Matrix: m.Matrix, Presence: p.Presence, PresenceRule: p.Rule, PresenceLinks: p.Links,
		Actions: a.Actions, First: f.First, Triage: t.Triage, Sources: s.Sources, Session: n.SessionRules,
		Access: x.AccessMap, Notices: o.Notices, Incidents: i.Incidents, Letters: w.Letters,
	}
	if err := l.sections(c); err != nil {
		return nil, err
	}
	c.addLetters()
	if err := c.index(); err != nil {
		return nil, err
	}
	if err := l.check(c); err != nil {
		return nil, err
	}
	return c, nil
}

// sections puts the topics that have files of their own into the places kept for them.
func (l *linter) sections(c *Content) error {
	names, err := fs.Glob(l.fsys, fmt.Sprintf("S[0-9][0-9].v%d.yaml", c.Version))
	if err != nil {
		return fmt.Errorf("listing the topics: %w", err)
	}
	for _, name := range names {
		var f sectionFile
		if l.read(name, &f); l.err != nil {
			return l.err
		}
		at := slices.IndexFunc(c.Sections, func(s Section) bool { return s.ID == f.Section.ID })
		if at < 0 || c.Sections[at].Available || f.Version != c.Version {
			return fmt.Errorf("%s: the main file keeps no place for this topic in version %d", name, f.Version)
		}
		c.Sections[at] = f.Section
		c.Actions = append(c.Actions, f.Actions...)
	}
	return nil
}

// index fills the look-up tables and refuses an id that is used twice.
func (c *Content) index() error {
	c.questions = map[string]*Question{c.Matrix.ID: &c.Matrix, c.Presence.ID: &c.Presence}
	c.sections, c.actions = map[string]*Section{}, map[string]*Action{}
	for i := range c.Sections {
		s := &c.Sections[i]
		if c.sections[s.ID] != nil {
			return fmt.Errorf("indexing the content: section %s stands there twice", s.ID)
		}
		c.sections[s.ID] = s
		for j := range s.Questions {
			q := &s.Questions[j]
			if c.questions[q.ID] != nil {
				return fmt.Errorf("indexing the content: question %s stands there twice", q.ID)
			}
			q.Section = s.ID
			c.questions[q.ID] = q
		}
	}
	if err := c.grid(); err != nil {
		return err
	}
	for i := range c.Actions {
		if c.actions[c.Actions[i].ID] != nil {
			return fmt.Errorf("indexing the content: step %s stands there twice", c.Actions[i].ID)
		}
		c.actions[c.Actions[i].ID] = &c.Actions[i]
	}
	return nil
}

// linter reads files strictly and keeps them, so that a fault found later can still be placed.
type linter struct {
	fsys  fs.FS
	files []textFile
	err   error
}

type textFile struct {
	name string
	raw  []byte
}

var yamlLine = regexp.MustCompile(`line (\d+)`)

func (l *linter) read(name string, into any) {
	if l.err != nil {
		return
	}
	raw, err := fs.ReadFile(l.fsys, name)
	if err != nil {
		l.err = fmt.Errorf("reading content: %w", err)
		return
	}
	l.decode(name, raw, into)
}

// decode reads one document that has no field nobody knows.
func (l *linter) decode(name string, raw []byte, into any) {
	dec := yaml.NewDecoder(bytes.NewReader(raw))
	dec.KnownFields(true)
	if err := dec.Decode(into); err != nil {
		l.err = fmt.Errorf("%s:%d: %w", name, lineOf(err), err)
		return
	}
	if err := dec.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		l.err = fmt.Errorf("%s: a second document or trailing text follows the first", name)
		return
	}
	l.files = append(l.files, textFile{name, raw})
}

// place returns the file and the line of an id; line 0 when no file has it. It reads the files once
// more, which only a fault is worth.
func (l *linter) place(id string) (file string, line int) {
	for _, f := range l.files {
		var doc yaml.Node
		if err := yaml.Unmarshal(f.raw, &doc); err != nil {
			continue // read has read it already
		}
		if line := lineOfID(&doc, id); line > 0 {
			return f.name, line
		}
	}
	return "", 0
}

// lineOf takes the first line number out of an error of the YAML reader; 1 when there is none.
func lineOf(err error) int {
	if m := yamlLine.FindStringSubmatch(err.Error()); m != nil {
		n, _ := strconv.Atoi(m[1])
		return n
	}
	return 1
}

// lineOfID returns the line of the mapping that has the id, the last one when there are several; 0
// when there is none.
func lineOfID(n *yaml.Node, id string) int {
	line := 0
	for i, child := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 1 && n.Content[i-1].Value == "id" && child.Value == id {
			line = child.Line
		}
		line = max(line, lineOfID(child, id))
	}
	return line
}
