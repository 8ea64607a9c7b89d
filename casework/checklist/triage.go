package checklist

import "slices"

// Triage is the data of the triage rule: which answers speak for which core item, and the words for
// items and lanes. The rule itself lives in package casework.
type Triage struct {
	Rule      string      `yaml:"rule"` // version of the rule's wording
	Items     []CoreItem  `yaml:"items"`
	Behaviour []Behaviour `yaml:"behaviour"`
	Lanes     []Lane      `yaml:"lanes"` // from the least to the most urgent
}

// CoreItem is one of the 22 core items (PRACTICE section 3.7).
type CoreItem struct {
	ID     string `yaml:"id"`
	Group  string `yaml:"group"` // immediate, high, context
	Label  string `yaml:"label"`
	AskNow bool   `yaml:"ask_now"` // "don't know" alone means review today (R2)
	From   []From `yaml:"from"`
}

// From reads one core item from one part of one question.
type From struct {
	Question string           `yaml:"question"`
	Part     string           `yaml:"part"`
	States   map[State]State  `yaml:"states"` // answer state → item state; unlisted states stay themselves
	Codes    map[string]State `yaml:"codes"`  // code → item state, when the answer has codes
}

// Behaviour is a part whose answer shows technology used against the survivor lately (R3).
type Behaviour struct {
	Question string   `yaml:"question"`
	Part     string   `yaml:"part"`
	Codes    []string `yaml:"codes"`
	LastPart string   `yaml:"last_part"` // part that says when it happened last; empty: no such part
}

// Lane is one worded lane.
type Lane struct {
	ID    string `yaml:"id"`
	Label string `yaml:"label"`
}

// CoreState is what the answers say about one core item.
type CoreState struct {
	Item  string
	State State
	From  []Ref // the slots that were read
}

// CoreStates reads all core items from the answers, in file order.
func CoreStates(c *Content, as Answers) []CoreState {
	var out []CoreState
	for _, item := range c.Triage.Items {
		cs := CoreState{Item: item.ID, State: NotAsked}
		for _, f := range item.From {
			ref := Ref{Question: f.Question, Part: f.Part}
			cs.From = append(cs.From, ref)
			cs.State = graver(cs.State, f.read(as[ref]))
		}
		out = append(out, cs)
	}
	return out
}

// read translates one answer.
func (f From) read(a Answer) State {
	worst := NotAsked
	for _, code := range a.Codes {
		if s, ok := f.Codes[code]; ok {
			if a.Is() == Suspected {
				s = guessed(s)
			}
			worst = graver(worst, s)
		}
	}
	st := a.Is()
	if len(f.Codes) > 0 && st == Yes {
		return worst
	}
	if len(a.Codes) > 0 && st == Suspected {
		return worst
	}
	if s, ok := f.States[st]; ok {
		st = s
	}
	return graver(worst, st)
}

// guessed is what an answer says that is only suspected: a guessed yes is a suspicion, and a guessed no
// is no knowledge at all.
func guessed(s State) State {
	switch s {
	case Yes:
		return Suspected
	case No:
		return DontKnow
	}
	return s
}

// gravity orders states so that two readings of the same item never hide the graver one: an unknown
// outweighs a no, and anything asked outweighs not asked.
func gravity(s State) int {
	switch s {
	case Yes:
		return 6
	case Suspected:
		return 5
	case DontKnow:
		return 4
	case Declined:
		return 3
	case No:
		return 2
	case NotApplicable:
		return 1
	}
	return 0
}

func graver(a, b State) State {
	if gravity(b) > gravity(a) {
		return b
	}
	return a
}

// RecentBehaviour reads whether technology was used against the survivor in the last three months:
// yes, suspected, no, or not known. A behaviour without a date counts as recent.
func RecentBehaviour(c *Content, as Answers) (state State, count int) {
	state = NotAsked
	for _, b := range c.Triage.Behaviour {
		s := b.read(as)
		if s == Yes || s == Suspected {
			count++
		}
		state = graver(state, s)
	}
	return state, count
}

// longAgo are the codes of "last time" that lie more than three months back.
func longAgo(code string) bool { return code == "within_12_months" || code == "longer_ago" }

func (b Behaviour) read(as Answers) State {
	a := as[Ref{Question: b.Question, Part: b.Part}]
	st, shown := a.Is(), slices.ContainsFunc(b.Codes, a.Has)
	switch {
	case !shown && len(a.Codes) > 0 && st == Yes:
		return No
	case !shown && len(a.Codes) > 0 && st == Suspected:
		return DontKnow
	case !shown:
		return st
	case b.long(as):
		return No
	case st == Suspected:
		return Suspected
	}
	return Yes
}

// long reports whether the last time is known to lie further back than three months.
func (b Behaviour) long(as Answers) bool {
	last := as[Ref{Question: b.Question, Part: b.LastPart}]
	return b.LastPart != "" && last.Is() == Yes && slices.ContainsFunc(last.Codes, longAgo)
}
