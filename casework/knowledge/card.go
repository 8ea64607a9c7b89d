package knowledge

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"time"
)

// Card says how to look up who has access in one app or on one page: where, what is normal, what to
// write down, and what looking itself may show. A card is about looking only. What to limit or to take
// away is never on it, because that is decided in the plan.
type Card struct {
	ID        string   `yaml:"id"`
	Title     string   `yaml:"title"`
	Group     string   `yaml:"group"` // id of a Group
	Look      Look     `yaml:"look"`
	Where     []Tap    `yaml:"where"`
	Sketch    Sketch   `yaml:"sketch"`
	Write     []string `yaml:"write"`    // what to write down
	Removing  string   `yaml:"removing"` // what others may see when something is changed here
	Proof     string   `yaml:"proof"`    // what proof goes with such a change
	Limits    []string `yaml:"limits"`   // what looking here cannot show
	Questions []string `yaml:"questions"`
	Classes   []Code   `yaml:"classes"` // devices and accounts whose page leads here
	Sources   []string `yaml:"sources"`
	Checked   string   `yaml:"checked"` // year-month
	Review    string   `yaml:"review"`
	Platform  string   `yaml:"-"` // id of the platform from which the card was drawn; may be empty
}

// Look is what looking may show to the other side, and which warnings stand before it.
type Look struct {
	Alert    string   `yaml:"alert"` // A0, A1 or A2, the alert levels of the checklist
	Words    string   `yaml:"words"`
	Warnings []string `yaml:"warnings"` // SAFE_OLD, SAFE_NEW: warning codes of the checklist
}

// Tap is one short step on the way to a list. Makers rename their menus, so Or holds other wordings.
type Tap struct {
	Do string   `yaml:"do"`
	Or []string `yaml:"or"`
}

// Sketch is a made-up screen, drawn by us instead of a picture of a real one.
type Sketch struct {
	Screen string      `yaml:"screen"`
	Rows   []SketchRow `yaml:"rows"`
}

// SketchRow is one line of a made-up screen.
type SketchRow struct {
	Label string `yaml:"label"`
	Value string `yaml:"value"`
	Note  string `yaml:"note"` // "normal", or "ask": ask about this
	Why   string `yaml:"why"`  // what to ask; only with "ask"
}

// Asks reports whether a line is one to ask about. It never says that something is wrong.
func (r SketchRow) Asks() bool { return r.Note == noteAsk }

const (
	noteNormal = "normal"
	noteAsk    = "ask"
)

// Group is a heading of the list of cards.
type Group struct {
	ID    string `yaml:"id"`
	Title string `yaml:"title"`
}

// platformKind is what the cards of platforms of one kind have in common.
type platformKind struct {
	ID        string   `yaml:"id"`
	Group     string   `yaml:"group"`
	Tail      string   `yaml:"tail"` // the title of a card is the name of the platform and this
	Look      Look     `yaml:"look"`
	Sketch    Sketch   `yaml:"sketch"`
	Write     []string `yaml:"write"`
	Limits    []string `yaml:"limits"`
	Questions []string `yaml:"questions"`
}

type cardFile struct {
	Version int            `yaml:"version"`
	Groups  []Group        `yaml:"groups"`
	Kinds   []platformKind `yaml:"kinds"`
	Cards   []Card         `yaml:"cards"`
}

const cardsName = "data/cards.v0.yaml"

// addCards reads the cards and draws one more from every platform. They stand in the order of their
// groups.
func (b *Base) addCards(fsys fs.FS) error {
	var file cardFile
	if err := decode(fsys, cardsName, &file); err != nil {
		return err
	}
	kinds := map[string]platformKind{}
	for _, k := range file.Kinds {
		kinds[k.ID] = k
	}
	b.groups, b.cards = file.Groups, file.Cards
	for _, p := range b.platforms {
		kind, known := kinds[p.Kind]
		if !known {
			return fmt.Errorf("platform %q: kind %q does not exist", p.ID, p.Kind)
		}
		b.cards = append(b.cards, drawn(p, kind))
	}
	seen := map[string]bool{}
	for _, c := range b.cards {
		err := c.check(b)
		if err == nil && seen[c.ID] {
			err = errors.New("it is there twice")
		}
		if err != nil {
			return fmt.Errorf("card %q: %w", c.ID, err)
		}
		seen[c.ID] = true
	}
	slices.SortStableFunc(b.cards, func(x, y Card) int { return cmp.Compare(b.rank(x.Group), b.rank(y.Group)) })
	return nil
}

// drawn makes the card of a platform: what its kind says, and what it says itself.
func drawn(p Platform, k platformKind) Card {
	c := Card{
		ID: p.ID, Title: p.Name + ": " + k.Tail, Group: k.Group, Look: k.Look, Where: p.Where,
		Sketch: k.Sketch, Write: k.Write, Removing: p.WhoIsTold, Proof: p.ProofLost,
		Limits:    slices.Concat(p.Limits, k.Limits),
		Questions: slices.Compact(slices.Sorted(slices.Values(slices.Concat(k.Questions, p.Questions)))),
		Classes:   p.Classes, Sources: p.Sources, Checked: p.Checked, Review: p.Review, Platform: p.ID,
	}
	if p.Look != nil {
		c.Look = *p.Look
	}
	if p.Sketch != nil {
		c.Sketch = *p.Sketch
	}
	return c
}

func (b *Base) rank(group string) int {
	return slices.IndexFunc(b.groups, func(g Group) bool { return g.ID == group })
}

func (c Card) check(b *Base) error {
	if min(len(c.Where), len(c.Sketch.Rows), len(c.Write), len(c.Limits), len(c.Questions), len(c.Sources)) == 0 {
		return errors.New("where, sketch, write, limits, questions and sources need at least one line each")
	}
	if b.rank(c.Group) < 0 {
		return fmt.Errorf("group %q does not exist", c.Group)
	}
	for _, class := range c.Classes {
		if _, known := b.classes[class]; !known {
			return fmt.Errorf("class %q does not exist", class)
		}
	}
	if _, err := time.Parse("2006-01", c.Checked); err != nil {
		return fmt.Errorf("checked %q is not a year and month", c.Checked)
	}
	return errors.Join(c.Look.check(), c.Sketch.check(), filled(c.texts()))
}

func (c Card) texts() []string {
	texts := slices.Concat([]string{c.ID, c.Title, c.Look.Words, c.Removing, c.Proof, c.Review}, c.Write, c.Limits)
	for _, t := range c.Where {
		texts = append(append(texts, t.Do), t.Or...)
	}
	return texts
}

func (l Look) check() error {
	if !slices.Contains([]string{"A0", "A1", "A2"}, l.Alert) {
		return fmt.Errorf("look alert %q is none of A0, A1, A2", l.Alert)
	}
	for _, w := range l.Warnings {
		if w != "SAFE_OLD" && w != "SAFE_NEW" {
			return fmt.Errorf("look warning %q is none of SAFE_OLD, SAFE_NEW", w)
		}
	}
	return nil
}

func (s Sketch) check() error {
	for _, r := range s.Rows {
		if r.Label == "" || r.Value == "" || (r.Note != noteNormal && r.Note != noteAsk) {
			return errors.New("a row of the sketch needs label, value and a note, normal or ask")
		}
		if r.Asks() != (r.Why != "") {
			return fmt.Errorf("row %q of the sketch: what to ask belongs to a row with the note ask, and to no other", r.Label)
		}
	}
	return filled([]string{s.Screen})
}

// Groups returns the headings of the list of cards in their order.
func (b *Base) Groups() []Group { return slices.Clone(b.groups) }

// Cards returns all cards in the order of their groups.
func (b *Base) Cards() []Card { return slices.Clone(b.cards) }

// Card returns one card by id.
func (b *Base) Card(id string) (Card, bool) {
	i := slices.IndexFunc(b.cards, func(c Card) bool { return c.ID == id })
	if i < 0 {
		return Card{}, false
	}
	return b.cards[i], true
}

// CardsForQuestion returns the cards that help to answer a question of the checklist, by its id.
func (b *Base) CardsForQuestion(question string) []Card {
	var list []Card
	for _, c := range b.cards {
		if slices.Contains(c.Questions, question) {
			list = append(list, c)
		}
	}
	return list
}
