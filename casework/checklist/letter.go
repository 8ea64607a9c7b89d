package checklist

import (
	"regexp"
	"slices"
	"strings"
)

// Letters are the letters to providers and what all of them share.
type Letters struct {
	Frame   LetterFrame `yaml:"frame"`
	Letters []Letter    `yaml:"letters"`
}

// LetterFrame is the wording around the body of every letter. Placeholders stand in braces.
type LetterFrame struct {
	Reference string            `yaml:"reference"` // with {reference}
	Greeting  string            `yaml:"greeting"`
	Deadline  string            `yaml:"deadline"` // with {deadline}
	Contact   map[string]string `yaml:"contact"`  // by code of 00.4/route; some with {reply}
	Only      string            `yaml:"only"`     // no other way, not even those on file
	Closing   string            `yaml:"closing"`
}

// Letter is a request to a provider. It belongs to a step and is a step of the plan itself: it becomes
// an Action of the content, so that the phase gate and the freeze rule hold for it as for any other.
type Letter struct {
	ID      string `yaml:"id"`      // "SP-L.phone-split"; id of its action too
	Step    string `yaml:"step"`    // the step it belongs to
	To      string `yaml:"to"`      // a code of LetterReceivers
	Purpose string `yaml:"purpose"` // a code of LetterPurposes

	Worker    string     `yaml:"worker"`
	Survivor  string     `yaml:"survivor"`
	Unmarked  string     `yaml:"unmarked"`
	NotYet    NotYet     `yaml:"not_yet"`
	Alert     Alert      `yaml:"alert"` // empty is A2
	Told      LetterTold `yaml:"told"`  // whether the provider may tell the account holder
	ProofLost string     `yaml:"proof_lost"`
	Phases    []PhaseTag `yaml:"phases"`
	DependsOn []string   `yaml:"depends_on"` // beside what its step depends on
	OwnAdmin  bool       `yaml:"own_admin"`  // waits for an admin login of her own
	Warnings  []Warning  `yaml:"warnings"`

	Facts    []LetterFact `yaml:"facts"`
	Subject  string       `yaml:"subject"`
	Body     [][]string   `yaml:"body"`     // paragraphs of sentences
	Preserve string       `yaml:"preserve"` // asks to keep logs and copies before anything is removed
	Ask      [][]string   `yaml:"ask"`      // what is asked, after Preserve
	Why      string       `yaml:"why"`      // off unless chosen with the survivor

	Sources []string `yaml:"sources"`
	Checked string   `yaml:"checked"`
	Review  string   `yaml:"review"`
}

// LetterTold says whether the provider may tell the account holder, and how sure that is.
type LetterTold struct {
	Words string `yaml:"words"`
	Sure  string `yaml:"sure"` // known, likely, unknown
}

// LetterFact is something a letter can say that the record knows. Words names the codes that the letter
// may name; a code without words is never named. "yes" stands for a plain yes.
type LetterFact struct {
	Name    string            `yaml:"name"`  // the placeholder, without braces
	Label   string            `yaml:"label"` // for the worker
	From    []LetterFrom      `yaml:"from"`  // the answers it is read from
	Words   map[string]string `yaml:"words"`
	Devices map[string]string `yaml:"devices"` // words by device class, from the list of devices
}

// LetterFrom names a part of a question, or a column of its rows.
type LetterFrom struct {
	Question string `yaml:"question"`
	Part     string `yaml:"part"`
}

// LetterReceivers lists who a letter can go to.
func LetterReceivers() []string {
	return []string{
		"maker", "platform", "telecom", "bank", "landlord", "car_maker", "school", "insurer", "employer",
		"supplier",
	}
}

// LetterPurposes lists what a letter can ask for.
func LetterPurposes() []string {
	return []string{
		"withdraw_access", "restore_access", "preserve_logs", "split_line", "delink_account", "change_holder",
		"return_device", "confirm_access", "stop_notices",
	}
}

// TypedFacts are the placeholders that are typed for one letter and for no other.
func TypedFacts() []string {
	return []string{"to", "reference", "since", "deadline", "reply", "sign"}
}

// Removes reports whether the letter ends somebody's access, so that proof has to be kept first.
func (l *Letter) Removes() bool {
	switch l.Purpose {
	case "withdraw_access", "split_line", "delink_account", "change_holder", "return_device":
		return true
	}
	return false
}

// Sentences lists every sentence of the letter itself, in the order in which they stand.
func (l *Letter) Sentences() []string {
	out := []string{l.Subject}
	for _, p := range l.Body {
		out = append(out, p...)
	}
	if l.Preserve != "" {
		out = append(out, l.Preserve)
	}
	for _, p := range l.Ask {
		out = append(out, p...)
	}
	return append(out, l.Why)
}

// Uses reports whether a sentence of the letter itself has a place for this fact.
func (l *Letter) Uses(name string) bool {
	return slices.Contains(Gaps(strings.Join(l.Sentences(), " ")), name)
}

// Letter returns the letter with this id, or nil.
func (c *Content) Letter(id string) *Letter {
	i := slices.IndexFunc(c.Letters.Letters, func(l Letter) bool { return l.ID == id })
	if i < 0 {
		return nil
	}
	return &c.Letters.Letters[i]
}

// LettersOf returns the letters that belong to a step, in file order.
func (c *Content) LettersOf(step string) []*Letter {
	var out []*Letter
	for i := range c.Letters.Letters {
		if c.Letters.Letters[i].Step == step {
			out = append(out, &c.Letters.Letters[i])
		}
	}
	return out
}

var gap = regexp.MustCompile(`\{([a-z_]*)\}`)

// Gaps returns the names of the placeholders in a text, in order; a pair of braces around anything
// else does not count.
func Gaps(text string) []string {
	var out []string
	for _, m := range gap.FindAllStringSubmatch(text, -1) {
		out = append(out, m[1])
	}
	return out
}

// FillGaps puts words into a text. ok is false, and the text empty, when a placeholder has no words: a
// sentence with a gap is never shown.
func FillGaps(text string, words map[string]string) (filled string, ok bool) {
	ok = true
	filled = gap.ReplaceAllStringFunc(text, func(m string) string {
		w := strings.TrimSpace(words[m[1:len(m)-1]])
		ok = ok && w != ""
		return w
	})
	if !ok {
		return "", false
	}
	return filled, true
}

// addLetters puts the action of each letter behind the step it belongs to.
func (c *Content) addLetters() {
	for i := len(c.Letters.Letters) - 1; i >= 0; i-- {
		l := &c.Letters.Letters[i]
		at := slices.IndexFunc(c.Actions, func(a Action) bool { return a.ID == l.Step })
		if at < 0 {
			continue // check names it
		}
		c.Actions = slices.Insert(c.Actions, at+1, l.action(&c.Actions[at]))
	}
}

// action is the letter as a step. What its step waits for, it waits for too.
func (l *Letter) action(of *Action) Action {
	return Action{
		ID: l.ID, Worker: l.Worker, Survivor: l.Survivor, Unmarked: l.Unmarked, NotYet: l.NotYet,
		Alert: l.Alert, Warnings: l.Warnings, ProofLost: l.ProofLost, Phases: l.Phases, Group: of.Group,
		DependsOn: appendNew(slices.Clone(of.DependsOn), l.DependsOn), WhoActs: "worker",
		NeedsOwnAdmin: l.OwnAdmin || of.NeedsOwnAdmin, Ends: of.Ends, Sources: l.Sources, Checked: l.Checked,
		Review: l.Review,
	}
}
