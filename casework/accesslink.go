package casework

import (
	"slices"

	"keyholder/casework/access"
	"keyholder/casework/checklist"
)

// reading says which answers to one part are a way.
type reading struct {
	codes  []string
	states []State
	who    bool // the codes are WHO codes and name the holder
	cap    access.Certainty
}

// way is one way that an answer speaks of.
type way struct {
	holder string // WHO code
	sure   access.Certainty
}

// read returns the ways in one answer. "Don't know" and "declined" are a way nobody knows, also beside
// codes: these, and who knows what else. A yes that names nobody is a way nobody knows.
func (r reading) read(v Value) []way {
	var out []way
	add := func(holder string, sure access.Certainty) {
		if r.cap != "" && sure.Doubt() < r.cap.Doubt() {
			sure = r.cap
		}
		out = append(out, way{holder: holder, sure: sure})
	}
	for _, code := range v.Codes {
		if !slices.Contains(r.codes, code) {
			continue
		}
		holder := checklist.WhoPersonOfConcern
		if r.who {
			holder = code
		}
		add(holder, said(v.State))
	}
	if sure, is := r.state(v); is {
		add(checklist.WhoPersonOfConcern, sure)
	}
	return out
}

// said returns how sure an answer is that names something.
func said(s State) access.Certainty {
	if s == checklist.Suspected {
		return access.Suspected
	}
	return access.Known
}

// state reads the state of an answer on its own.
func (r reading) state(v Value) (access.Certainty, bool) {
	yes, no := slices.Contains(r.states, checklist.Yes), slices.Contains(r.states, checklist.No)
	switch v.State {
	case checklist.DontKnow, checklist.Declined:
		return access.Unknown, true
	case checklist.Yes:
		return access.Known, yes
	case checklist.No:
		return access.Known, no
	case checklist.Suspected:
		if yes {
			return access.Suspected, true
		}
		return access.Unknown, no
	}
	return "", false
}

// link reads one link of the content, at the case or in every row of its list.
func (m *mapper) link(l *checklist.AccessLink) {
	part, codes, states := m.f.Content.Reads(l)
	q := m.f.Content.Question(l.Question)
	r := reading{codes: codes, states: states, who: whoKind(part) && l.From == "", cap: access.Certainty(l.Cap)}
	if m.f.Content.InRows(l) {
		for _, e := range m.rowsOf(q.ID) {
			m.answer(l, r, m.f.At(checklist.Ref{Entity: string(e.ID), Question: q.ID, Part: l.Part}), e.ID)
		}
		m.listItself(l, q)
		return
	}
	slots := []string{l.Part}
	if part.Kind == checklist.KindItems && l.Part == "" {
		slots = part.Slots()
	}
	for _, slot := range slots {
		m.answer(l, r, m.f.Ask(q.ID, slot), "")
	}
}

// listItself keeps a list that nobody knows from vanishing: nobody knows whether there should be a
// row, or there are some and none was written down.
func (m *mapper) listItself(l *checklist.AccessLink, q *checklist.Question) {
	v := m.f.Ask(q.ID, "")
	unwritten := (v.State == checklist.Yes || v.State == checklist.Suspected) && len(m.rowsOf(q.ID)) == 0
	if !unwritten && v.State != checklist.DontKnow && v.State != checklist.Declined {
		return
	}
	edge := access.Edge{Channel: m.channel(l), Basis: string(v.Basis), Slot: slotCode(v.Slot)}
	edge.To = m.node(checklist.AccessNotKnown)
	m.ways("list:"+q.ID, "", edge, []way{{holder: checklist.WhoPersonOfConcern, sure: access.Unknown}})
}

func whoKind(p *checklist.Part) bool {
	return p.Kind == checklist.KindWho || p.Kind == checklist.KindWhoMulti
}

func (m *mapper) channel(l *checklist.AccessLink) string {
	if l.Channel != "" {
		return l.Channel
	}
	return m.f.Content.Question(l.Question).Channel
}

// answer reads one answer. While nobody was asked it is a question; AccessMap keeps those about what
// is on the map.
func (m *mapper) answer(l *checklist.AccessLink, r reading, v Value, row EntityID) {
	edge := access.Edge{
		Channel: m.channel(l), Basis: string(v.Basis), Slot: slotCode(v.Slot), CutBy: stepIDs(l.CutBy),
	}
	var ways []way
	if !v.blank() {
		ways = m.named(r, v)
	}
	for _, to := range m.targets(l, v, row) {
		if v.blank() {
			m.model.Questions = append(m.model.Questions, access.Question{
				Slot: edge.Slot, Entity: access.NodeID(to), Channel: edge.Channel,
			})
			continue
		}
		if len(ways) == 0 {
			continue
		}
		edge.To = access.NodeID(to)
		if to != string(row) {
			edge.To = m.node(to)
		}
		if l.From != "" {
			m.fixed(l, edge, ways)
			continue
		}
		m.ways(l.ID+"@"+edge.Slot+">"+to, l.ID, edge, ways)
	}
}

// named reads the ways in an answer. A yes to a question for names that names nobody is a way nobody
// knows.
func (m *mapper) named(r reading, v Value) []way {
	ways := r.read(v)
	if len(ways) == 0 && len(v.Codes) == 0 && len(r.codes) > 0 && len(r.states) == 0 &&
		(v.State == checklist.Yes || v.State == checklist.Suspected) {
		return []way{{holder: checklist.WhoPersonOfConcern, sure: access.Unknown}}
	}
	return ways
}

// targets returns where an answer leads: the row, a node, or by the code of an item or a column.
// Where nobody knows the code, it leads to something nobody knows yet.
func (m *mapper) targets(l *checklist.AccessLink, v Value, row EntityID) []string {
	switch {
	case l.To == checklist.AccessRow:
		return []string{string(row)}
	case l.To != "":
		return []string{l.To}
	case l.By == "":
		ref, _ := m.f.Content.Ref(string(v.Slot.Entity), string(v.Slot.Field))
		return []string{l.Map[ref.Part]}
	}
	var out []string
	by := m.f.At(checklist.Ref{Entity: string(row), Question: l.Question, Part: l.By})
	for _, code := range by.Codes {
		if to, ok := l.Map[code]; ok {
			out = append(out, to)
		}
	}
	if openEnded(by) {
		out = append(out, checklist.AccessNotKnown)
	}
	return out
}

// openEnded reports whether an answer by codes leaves something unknown: it names none, or nobody knows
// what else.
func openEnded(v Value) bool {
	state := v.Answer().Is()
	return len(v.Codes) == 0 || state == checklist.DontKnow || state == checklist.Declined
}

// fixed adds a link between two things, as sure as the surest of its ways.
func (m *mapper) fixed(l *checklist.AccessLink, edge access.Edge, ways []way) {
	best := slices.MinFunc(ways, func(a, b way) int { return a.sure.Doubt() - b.sure.Doubt() })
	edge.ID, edge.From, edge.Certainty = access.EdgeID(l.ID+"@"+edge.Slot+">"+string(edge.To)), m.node(l.From), best.sure
	if at := m.edge(edge); at >= 0 {
		m.from[l.ID] = append(m.from[l.ID], at)
	}
}

// ways adds a link for every way. A holder who is nobody of the other side adds none.
func (m *mapper) ways(name, link string, edge access.Edge, ways []way) {
	for _, w := range ways {
		h := m.data.Holder(w.holder)
		if h == nil {
			continue
		}
		e := edge
		e.ID, e.From, e.Certainty = access.EdgeID(name+":"+w.holder), m.holder(h), w.sure
		if same := access.Certainty(h.Certainty); e.From == AccessPersonOfConcern && h.Certainty != "" && same.Doubt() > w.sure.Doubt() {
			e.Certainty = same
		}
		if at := m.edge(e); at >= 0 && link != "" {
			m.from[link] = append(m.from[link], at)
		}
	}
}
