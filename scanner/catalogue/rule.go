package catalogue

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"regexp"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

//go:embed data/*.yaml
var data embed.FS

// Files are the embedded data, by which what was said can be traced to what said it.
func Files() fs.FS { return data }

// Rule is one entry of the catalogue: when all patterns match the facts of a device, it claims what
// the device is.
type Rule struct {
	ID         string
	Match      []Pattern // every pattern must match some fact; one fact may serve several
	Group      Group     // empty for a rule that only adds evidence
	Class      Class     // empty where the signal tells only the group
	Brand      string
	Model      string
	Confidence Confidence
	Rank       int      // 1 to 99; the highest rank names the device, see docs/identify-format.md
	Says       string   // plain words for the evidence; empty: made from the fact
	Sources    []string // keys of docs/sources.yaml
	File       string
	Checked    string // year-month in which the file was last checked
}

// Pattern is a conjunction of predicates on the fields of one fact.
type Pattern struct {
	Kind   string
	Fields []Predicate
}

// Predicate holds when one of its tests holds for the field.
type Predicate struct {
	Field string // lower case
	Tests []Test

	chosen bool // the field is text that people or programs are free to choose
}

// op is the way a test compares.
type op int

const (
	opEquals op = iota
	opWord      // the words occur next to each other, whole
	opPrefix
	opBits
	opRegexp
)

// Test compares a value in lower case.
type Test struct {
	op   op
	text string
	bits uint64 // opBits: these bits of the number are set, or with text "!" none of them
	re   *regexp.Regexp

	plain bool // the words alone are too plain to tell, see byChance; not known before for expressions
}

// ruleFile is the form of data/*.v0.yaml; data/schema/rules.schema.json describes it for editors.
type ruleFile struct {
	Version int        `yaml:"version"`
	About   string     `yaml:"about"`
	Checked string     `yaml:"checked"`
	Review  string     `yaml:"review"`
	Sources []string   `yaml:"sources"`
	Rules   []ruleText `yaml:"rules"`
}

type ruleText struct {
	ID      string                 `yaml:"id"`
	If      []map[string]yaml.Node `yaml:"if"`
	Is      string                 `yaml:"is"`
	Brand   string                 `yaml:"brand"`
	Model   string                 `yaml:"model"`
	Sure    Confidence             `yaml:"sure"`
	Rank    int                    `yaml:"rank"`
	Say     string                 `yaml:"say"`
	Sources []string               `yaml:"sources"`
}

// defaultRank is used where a rule names none.
func defaultRank(sure Confidence) int {
	switch sure {
	case Certain:
		return 80
	case Likely:
		return 60
	}
	return 30
}

// readRules decodes every rule file of fsys and checks it. The first problem stops it, with the file
// and the rule.
func readRules(fsys fs.FS) ([]Rule, error) {
	names, err := fs.Glob(fsys, "data/*.rules.v0.yaml")
	if err != nil || len(names) == 0 {
		return nil, fmt.Errorf("listing the rule files: %w", errors.Join(err, errEmpty))
	}
	var rules []Rule
	seen := map[string]string{}
	for _, name := range names {
		raw, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("reading %s: %w", name, err)
		}
		more, err := parseRules(name, raw)
		if err != nil {
			return nil, err
		}
		for _, r := range more {
			if other, ok := seen[r.ID]; ok {
				return nil, fmt.Errorf("%s: rule %q is already in %s; give it another id", name, r.ID, other)
			}
			seen[r.ID] = name
		}
		rules = append(rules, more...)
	}
	return rules, nil
}

var errEmpty = errors.New("nothing found")

func parseRules(name string, raw []byte) ([]Rule, error) {
	var file ruleFile
	if err := decodeStrict(raw, &file); err != nil {
		return nil, fmt.Errorf("decoding %s: %w", name, err)
	}
	if file.Checked == "" || len(file.Sources) == 0 {
		return nil, fmt.Errorf("%s: add checked (year-month) and sources", name)
	}
	rules := make([]Rule, 0, len(file.Rules))
	for _, text := range file.Rules {
		r, err := text.rule()
		if err != nil {
			return nil, fmt.Errorf("%s: rule %q: %w", name, text.ID, err)
		}
		if len(r.Sources) == 0 {
			r.Sources = file.Sources
		}
		r.File, r.Checked = name, file.Checked
		rules = append(rules, r)
	}
	return rules, nil
}

// decodeStrict refuses unknown keys, so that a slip of the pen is not dropped in silence.
func decodeStrict(raw []byte, to any) error {
	d := yaml.NewDecoder(bytes.NewReader(raw))
	d.KnownFields(true)
	if err := d.Decode(to); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	return nil
}

func (t ruleText) rule() (Rule, error) {
	r := Rule{
		ID: t.ID, Brand: t.Brand, Model: t.Model, Confidence: t.Sure, Rank: t.Rank, Says: t.Say,
		Sources: t.Sources,
	}
	if t.ID == "" || len(t.If) == 0 {
		return r, errors.New("an id and at least one pattern are needed")
	}
	if r.Rank == 0 {
		r.Rank = defaultRank(t.Sure)
	}
	if t.Is != "" { // without it, the rule adds evidence only
		if err := t.claim(&r); err != nil {
			return r, err
		}
	}
	for _, fields := range t.If {
		p, err := parsePattern(fields)
		if err != nil {
			return r, err
		}
		r.Match = append(r.Match, p)
	}
	return r, nil
}

// claim reads what the rule says a device is.
func (t ruleText) claim(r *Rule) error {
	if t.Sure.level() < 1 || r.Rank < 1 || r.Rank > 99 {
		return fmt.Errorf("sure must be possible, likely or certain and rank 1 to 99, not %q and %d", t.Sure, r.Rank)
	}
	group, class, _ := strings.Cut(t.Is, "/")
	r.Group, r.Class = Group(group), Class(class)
	if Classes(r.Group) == nil {
		return fmt.Errorf("%q is not a group of the code set", group)
	}
	if g, ok := GroupOf(r.Class); class != "" && (!ok || g != r.Group) {
		return fmt.Errorf("%q is not a class of %q", class, group)
	}
	return nil
}

func parsePattern(fields map[string]yaml.Node) (Pattern, error) {
	var p Pattern
	for _, field := range sortedKeys(fields) {
		node := fields[field]
		values, err := stringsOf(&node)
		if err != nil {
			return p, fmt.Errorf("field %q: %w", field, err)
		}
		if field == "kind" {
			p.Kind = values[0]
			continue
		}
		predicate, err := parsePredicate(field, values)
		if err != nil {
			return p, fmt.Errorf("field %q: %w", field, err)
		}
		p.Fields = append(p.Fields, predicate)
	}
	if !known(p.Kind) {
		return p, fmt.Errorf("kind %q is not one of the kinds of facts", p.Kind)
	}
	if len(p.Fields) == 0 {
		return p, errors.New("a pattern needs a kind and at least one field")
	}
	return p, nil
}

func parsePredicate(field string, values []string) (Predicate, error) {
	p := Predicate{Field: strings.ToLower(field)}
	for _, v := range values {
		test, err := parseTest(v)
		if err != nil {
			return p, err
		}
		p.Tests = append(p.Tests, test)
	}
	return p, nil
}

func stringsOf(node *yaml.Node) ([]string, error) {
	if node.Kind == yaml.ScalarNode {
		return []string{node.Value}, nil
	}
	var list []string
	if err := node.Decode(&list); err != nil {
		return nil, fmt.Errorf("want text or a list of texts: %w", err)
	}
	if len(list) == 0 {
		return nil, errors.New("the list is empty")
	}
	return list, nil
}

// parseTest reads the forms: "text" equals, "text*" begins with, "~some words" contains the whole
// words, "&4" and "!&4" that bits of a number are set or not, "/expression/" regular expression. All
// compare in lower case.
func parseTest(s string) (Test, error) {
	lower := strings.ToLower(s)
	switch {
	case s == "":
		return Test{}, errors.New("a test must not be empty")
	case len(s) > 2 && s[0] == '/' && s[len(s)-1] == '/':
		return expressionTest(s)
	case strings.HasPrefix(s, "&"), strings.HasPrefix(s, "!&"):
		return bitsTest(s)
	case s[0] == '~':
		words := normalise(lower[1:])
		if words == "" {
			return Test{}, errors.New("words are missing after ~")
		}
		return Test{op: opWord, text: words}, nil
	}
	if prefix, ok := strings.CutSuffix(lower, "*"); ok {
		return Test{op: opPrefix, text: prefix}, nil // "*" alone: any value, the field is there
	}
	return Test{op: opEquals, text: lower}, nil
}

func expressionTest(s string) (Test, error) {
	re, err := regexp.Compile(s[1 : len(s)-1])
	if err != nil {
		return Test{}, fmt.Errorf("compiling the expression: %w", err)
	}
	return Test{op: opRegexp, text: s, re: re}, nil
}

func bitsTest(s string) (Test, error) {
	unset, digits, _ := strings.Cut(s, "&")
	bits, err := strconv.ParseUint(digits, 10, 64)
	if err != nil {
		return Test{}, fmt.Errorf("reading the bits: %w", err)
	}
	return Test{op: opBits, text: unset, bits: bits}, nil
}

// holds compares a value in lower case and the same value as words (see normalise).
func (t Test) holds(value, words string) bool {
	switch t.op {
	case opEquals:
		return value == t.text
	case opPrefix:
		return strings.HasPrefix(value, t.text)
	case opWord:
		return containsWords(words, t.text)
	case opBits:
		n, err := strconv.ParseUint(value, 10, 64)
		return err == nil && (n&t.bits != 0) == (t.text == "")
	case opRegexp:
		return t.re.MatchString(value)
	}
	return false
}
