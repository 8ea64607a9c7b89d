package checklist

import "slices"

// First is the walk of the first quarter of an hour (PRACTICE section 2.1).
type First struct {
	Screens []Screen      `yaml:"screens"`
	Pattern []PatternRule `yaml:"pattern"`
	Steps   []string      `yaml:"steps"` // action ids in the order in which one safe step is picked
}

// Screen is one page of the walk. Every screen can be skipped and stopped at.
type Screen struct {
	ID    string `yaml:"id"`
	Title string `yaml:"title"`
	Intro string `yaml:"intro"`
	Show  []Show `yaml:"show"`
}

// Show is one question on a screen, or only some of its parts.
type Show struct {
	Question string   `yaml:"question"`
	Parts    []string `yaml:"parts"` // empty: all of them
}

// PatternRule reads the pattern grid: which sections are worth opening. It suggests, it never
// concludes (PRACTICE section 2.3).
type PatternRule struct {
	ID       string   `yaml:"id"`
	What     []string `yaml:"what"`
	Where    []string `yaml:"where"`
	Present  []string `yaml:"present"`
	Only     bool     `yaml:"only"` // fits only when nothing else of the named kind was ticked
	Words    string   `yaml:"words"`
	Sections []string `yaml:"sections"`
}

// Asked is a question as one page shows it: the question and the parts that are shown.
type Asked struct {
	Question *Question
	Parts    []string // names of the shown parts; empty means all
}

// Shows reports whether the part is shown.
func (k Asked) Shows(part *Part) bool {
	return len(k.Parts) == 0 || slices.Contains(k.Parts, part.Name)
}

// slots names the slots of the shown parts.
func (k Asked) slots() []string {
	var names []string
	for i := range k.Question.Parts {
		if p := &k.Question.Parts[i]; k.Shows(p) {
			names = append(names, p.Slots()...)
		}
	}
	return names
}

// All wraps questions of which every part is shown.
func All(questions ...*Question) []Asked {
	var ks []Asked
	for _, q := range questions {
		ks = append(ks, Asked{Question: q})
	}
	return ks
}

// Screen returns what the screen at index i asks.
func (c *Content) Screen(i int) []Asked {
	if i < 0 || i >= len(c.First.Screens) {
		return nil
	}
	var ks []Asked
	for _, s := range c.First.Screens[i].Show {
		ks = append(ks, Asked{Question: c.Question(s.Question), Parts: s.Parts})
	}
	return ks
}

// ScreenAnswered reports whether anything on screen i was asked.
func (c *Content) ScreenAnswered(i int, as Answers) bool {
	for _, k := range c.Screen(i) {
		for _, s := range k.slots() {
			if as[Ref{Question: k.Question.ID, Part: s}].Is() != NotAsked {
				return true
			}
		}
	}
	return false
}

// NextScreen returns the index of the first screen on which nothing was asked yet, and
// len(First.Screens) when every screen was at least touched.
func (c *Content) NextScreen(as Answers) int {
	for i := range c.First.Screens {
		if !c.ScreenAnswered(i, as) {
			return i
		}
	}
	return len(c.First.Screens)
}
