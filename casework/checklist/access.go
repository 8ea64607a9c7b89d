package checklist

import "slices"

// AccessMap says what answers mean for the access map: which nodes there are, what holding one gives,
// and which answers are a way. The package access does the arithmetic.
type AccessMap struct {
	Checked   string            `yaml:"checked"` // year-month of the last reading
	Review    string            `yaml:"review"`  // "needed" until a practitioner has signed it off
	Sources   []string          `yaml:"sources"`
	Wholes    []AccessNode      `yaml:"wholes"`
	Things    []AccessNode      `yaml:"things"`
	Holders   []AccessHolder    `yaml:"holders"`
	Abilities map[string]string `yaml:"abilities"` // capability of a class → thing
	Gives     []AccessGive      `yaml:"gives"`
	Rows      []AccessRows      `yaml:"rows"`
	Matrix    AccessMatrix      `yaml:"matrix"`
	Links     []AccessLink      `yaml:"links"`
	NoWay     []AccessNoWay     `yaml:"no_way"`
}

// AccessNode is a named whole ("the main mail account") or a thing ("photos and files").
type AccessNode struct {
	ID     string `yaml:"id"`
	Kind   string `yaml:"kind"` // device, account, place, vehicle; empty for a thing
	Label  string `yaml:"label"`
	Always bool   `yaml:"always"` // on the map from the start
}

// AccessHolder says who a WHO code is on the map, and how the person of concern reaches that person.
type AccessHolder struct {
	Code      string `yaml:"code"`
	Node      string `yaml:"node"` // another holder's code, or itself
	Role      string `yaml:"role"` // child or other; empty for the person of concern
	Channel   string `yaml:"channel"`
	Certainty string `yaml:"certainty"` // known, suspected, unknown; empty is known
}

// AccessGive is what holding a whole leads to, whatever anybody answered.
type AccessGive struct {
	From      string   `yaml:"from"`
	To        string   `yaml:"to"`
	Channel   string   `yaml:"channel"`
	Certainty string   `yaml:"certainty"`
	CutBy     []string `yaml:"cut_by"`
}

// AccessRows is what the rows of a list question lead to: always the same, or by the codes of a column.
type AccessRows struct {
	Question string              `yaml:"question"`
	To       []string            `yaml:"to"`
	By       string              `yaml:"by"`
	Map      map[string][]string `yaml:"map"`
}

// AccessMatrix is what the five questions about a device or account mean.
type AccessMatrix struct {
	Codes   []string            `yaml:"codes"` // the WHO codes that are a way
	Columns []AccessColumn      `yaml:"columns"`
	CutBy   map[string][]string `yaml:"cut_by"` // by device group
}

// AccessColumn is one of the five questions.
type AccessColumn struct {
	Part    string `yaml:"part"`
	Channel string `yaml:"channel"`
	Cap     string `yaml:"cap"`
	Draw    bool   `yaml:"draw"` // drawn as unknown while nobody was asked: such a thing always has one
}

// AccessLink says which answers to one part of a question are a way, and where it leads.
type AccessLink struct {
	ID       string            `yaml:"id"`
	Question string            `yaml:"question"`
	Part     string            `yaml:"part"`
	Codes    []string          `yaml:"codes"`  // empty, with States: as the concern of the question
	States   []State           `yaml:"states"` // suspected counts with yes
	From     string            `yaml:"from"`   // a whole; empty: the person the answer names
	To       string            `yaml:"to"`     // a whole, a thing, or "row"
	By       string            `yaml:"by"`     // the column of the row that Map reads; empty: the item answered
	Map      map[string]string `yaml:"map"`
	Channel  string            `yaml:"channel"` // empty: the channel of the question
	Cap      string            `yaml:"cap"`     // the most that the answer can say
	CutBy    []string          `yaml:"cut_by"`
	BackBy   []string          `yaml:"back_by"` // links to the same place by which it comes back
}

// AccessNoWay is a question with a channel and a concern that adds no way.
type AccessNoWay struct {
	Question string `yaml:"question"`
	Why      string `yaml:"why"`
}

// AccessRow is the place of a link that leads to the row itself.
const AccessRow = "row"

// AccessNotKnown is the thing that stands for what nobody knows yet.
const AccessNotKnown = "not_known"

// Holder returns who a WHO code is on the map; nil for a code that is nobody of the other side.
func (m *AccessMap) Holder(code string) *AccessHolder {
	i := slices.IndexFunc(m.Holders, func(h AccessHolder) bool { return h.Code == code })
	if i < 0 {
		return nil
	}
	return &m.Holders[i]
}

// Node returns the whole or the thing with this id, nil when there is none; thing says which.
func (m *AccessMap) Node(id string) (node *AccessNode, thing bool) {
	for i := range m.Wholes {
		if m.Wholes[i].ID == id {
			return &m.Wholes[i], false
		}
	}
	for i := range m.Things {
		if m.Things[i].ID == id {
			return &m.Things[i], true
		}
	}
	return nil, false
}

// Reads returns the part that a link reads and the answers that make it a way: those it names, or
// else those of the question's concern. A link without a way to fire has none of either.
func (c *Content) Reads(l *AccessLink) (p *Part, codes []string, states []State) {
	q := c.Question(l.Question)
	if q == nil {
		return nil, nil, nil
	}
	p = q.Part(l.Part)
	if p == nil || len(l.Codes)+len(l.States) > 0 {
		return p, l.Codes, l.States
	}
	for _, r := range q.Concern {
		if r.Part == l.Part || r.Part == "" && p.Kind == KindItems && p.Name == "" {
			codes, states = append(codes, r.Codes...), append(states, r.States...)
		}
	}
	return p, codes, states
}

// InRows reports whether the link reads a column of a list's rows.
func (c *Content) InRows(l *AccessLink) bool {
	q := c.Question(l.Question)
	return q != nil && q.Rows != nil && slices.ContainsFunc(q.Rows.Columns, func(p Part) bool { return p.Name == l.Part })
}
