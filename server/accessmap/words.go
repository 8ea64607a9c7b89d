package accessmap

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"keyholder/casework"
	graph "keyholder/casework/access"
	"keyholder/casework/checklist"
	"keyholder/casework/knowledge"
	"keyholder/server/view"
	"keyholder/server/web"
	"keyholder/server/wording"
)

// mapped is the access map of a place with the words that its pages use. A sentence is put together
// from the channel of a link ("with the main login") and what its end is ("use the camera").
type mapped struct {
	s     *pages
	c     *web.Call
	p     *web.Place
	g     *graph.Graph
	steps map[graph.StepID]casework.Step // those that cut a link, or come before one that does
	names map[graph.NodeID]string        // in a sentence
	lists map[string]*checklist.Question // row of a list → its question
	kinds map[string]casework.Device     // by id
}

// mapOf draws the map of a place.
func (s *pages) mapOf(c *web.Call, p *web.Place) (*mapped, error) {
	g, err := p.File.AccessMap(s.abilities)
	if err != nil {
		return nil, err
	}
	m := &mapped{
		s: s, c: c, p: p, g: g, names: map[graph.NodeID]string{}, lists: map[string]*checklist.Question{},
		kinds: map[string]casework.Device{},
	}
	var ids []string
	for _, st := range g.Steps() {
		ids = append(ids, string(st.ID))
	}
	m.steps = map[graph.StepID]casework.Step{}
	for id, st := range p.File.PlanSteps(ids...) {
		m.steps[graph.StepID(id)] = st
	}
	for _, d := range p.File.Devices() {
		m.kinds[string(d.ID)] = d
	}
	rows := m.rowNames()
	for _, n := range g.Nodes() {
		m.names[n.ID] = m.name(n, rows)
	}
	return m, nil
}

// abilities is what a class of thing can do, as codes; of a class that nobody knows, nobody knows it.
func (s *pages) abilities(class string) []string {
	if class == "" {
		return []string{string(knowledge.Unknown)}
	}
	var out []string
	for _, a := range s.Knowledge.Capabilities(knowledge.Code(class)) {
		out = append(out, string(a))
	}
	return out
}

// rowNames are the names of rows that nobody gave one: "camera 2".
func (m *mapped) rowNames() map[string]string {
	names := map[string]string{}
	for _, q := range m.s.Content.Questions() {
		if q.Rows == nil {
			continue
		}
		for i, row := range m.p.Answers().Rows(q.ID) {
			names[row], m.lists[row] = m.c.T("ask.row", "noun", q.Rows.Noun, "number", i+1), q
		}
	}
	return names
}

// name is what a node is called inside a sentence. Her own words stand in quotation marks, and what
// they hold cannot turn the direction of what follows.
func (m *mapped) name(n graph.Node, rows map[string]string) string {
	if n.Kind == graph.Person {
		return m.who(n.Class)
	}
	label, words := m.p.File.AccessLabel(n.ID)
	switch {
	case words != "":
		return words
	case !label.Empty():
		return m.c.T("map.named", "name", "\u2068"+label.Reveal()+"\u2069")
	case rows[string(n.ID)] != "":
		return rows[string(n.ID)]
	}
	d := m.kinds[string(n.ID)]
	return lowerFirst(wording.Kind(m.c, wording.OrOther(d.Group), d.Class))
}

// who is a WHO code inside a sentence.
func (m *mapped) who(code string) string {
	for _, o := range m.s.Content.Who {
		if o.Code == code {
			return lowerFirst(o.Label)
		}
	}
	return m.c.T("map.somebody")
}

func lowerFirst(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToLower(r)) + s[size:]
}

func upperFirst(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[size:]
}

// how is the way of a link inside a sentence: "with the main login". Which of the five questions about a
// thing it came from says more than its channel. A code without words is a way that nobody knows.
func (m *mapped) how(e graph.Edge) string { return m.way("map.how.", e) }

// channel is the way of a link in two or three words, for a line and for the table.
func (m *mapped) channel(e graph.Edge) string { return m.way("map.channel.", e) }

func (m *mapped) way(prefix string, e graph.Edge) string {
	if at, ok := casework.AccessSlot(e.Slot); ok && m.s.Texts.Has(prefix+string(at.Field)) {
		return m.c.T(prefix + string(at.Field))
	}
	if m.s.Texts.Has(prefix + e.Channel) {
		return m.c.T(prefix + e.Channel)
	}
	return m.c.T(prefix + "dont_know")
}

// can is what reaching a node means: "use the camera", "see photos and files".
func (m *mapped) can(id graph.NodeID) string {
	n, _ := m.g.Node(id)
	if key := "map.ends." + n.Class; n.Kind == graph.Thing && m.s.Texts.Has(key) {
		return m.c.T(key)
	}
	return m.c.T("map.can."+string(n.Kind), "to", m.names[id])
}

// sentence says one link.
func (m *mapped) sentence(e graph.Edge) string {
	from, _ := m.g.Node(e.From)
	key := "map.link.thing"
	switch {
	case from.Role == graph.Survivor:
		key = "map.link.survivor"
	case from.Kind == graph.Person:
		key = "map.link.person"
	}
	return upperFirst(m.c.T(key, "how", m.how(e), "from", m.names[e.From], "can", m.can(e.To)))
}

// path says a whole way in one sentence.
func (m *mapped) path(p graph.Path) string {
	var out strings.Builder
	via, before := "", ""
	for _, id := range p.Edges {
		e, _ := m.g.Edge(id)
		if to, _ := m.g.Node(e.To); to.Kind == graph.Person {
			via = m.names[e.To]
			continue
		}
		switch how, can := m.how(e), m.can(e.To); {
		case out.Len() > 0 && how == before:
			out.WriteString(m.c.T("map.path.same", "can", can))
		case out.Len() > 0:
			out.WriteString(m.c.T("map.path.then", "how", how, "can", can))
		case via != "":
			out.WriteString(m.c.T("map.path.via", "via", via, "how", how, "can", can))
		default:
			out.WriteString(m.c.T("map.path.first", "how", how, "can", can))
		}
		before = m.how(e)
	}
	return upperFirst(m.c.T("map.path.end", "way", out.String()))
}

// sure is how sure a link is, in words.
func (m *mapped) sure(e graph.Edge) string {
	if e.NotAsked {
		return m.c.T("map.sure.not_asked")
	}
	return m.c.T("map.sure." + string(e.Certainty))
}

// basis is how a link is known.
func (m *mapped) basis(e graph.Edge) string {
	if e.Basis == "" {
		return m.c.T("map.basis.none")
	}
	return m.c.T("basis." + e.Basis)
}

// question is the question that a place of the record answers; nil when it stands on none.
func (m *mapped) question(slot string) (q *checklist.Question, entity string) {
	at, ok := casework.AccessSlot(slot)
	if !ok {
		return nil, ""
	}
	ref, ok := m.s.Content.Ref(string(at.Entity), string(at.Field))
	if !ok {
		return nil, ""
	}
	return m.s.Content.Question(ref.Question), string(at.Entity)
}

// ask leads to where a place of the record is asked: the question, or the page of the thing.
func (m *mapped) ask(slot string) *view.Link {
	q, entity := m.question(slot)
	switch {
	case q == nil:
		return nil
	case q.Section != "":
		return &view.Link{Text: q.Text, Href: m.c.At(m.p.Within + "/ask/" + q.ID)}
	case entity != "":
		return &view.Link{
			Text: m.c.T("map.ask.five", "thing", m.names[graph.NodeID(entity)]),
			Href: m.c.At(m.p.Within + "/devices/at/" + entity),
		}
	}
	return nil
}

// source leads to what says a link: its question, or the thing that it starts from.
func (m *mapped) source(e graph.Edge) *view.Link {
	if l := m.ask(e.Slot); l != nil {
		return l
	}
	return m.open(e.From)
}

// open leads to the page of a thing of the record; nil for everything else.
func (m *mapped) open(id graph.NodeID) *view.Link {
	if q := m.lists[string(id)]; q != nil {
		return &view.Link{Text: q.Text, Href: m.c.At(m.p.Within + "/ask/" + q.ID)}
	}
	if _, ok := m.kinds[string(id)]; ok {
		return &view.Link{Text: m.c.T("map.open_thing", "thing", m.names[id]), Href: m.c.At(m.p.Within + "/devices/at/" + string(id))}
	}
	return nil
}

// step names a step without telling how it is done.
func (m *mapped) step(id graph.StepID) string {
	st := m.steps[id]
	switch {
	case st.NotYet.What != "":
		return st.NotYet.What
	case st.Text != "":
		return st.Text
	}
	return m.c.T("plan.step.title")
}

// stepLink leads to the page of a step, where the phase and the freeze rule decide what is shown.
func (m *mapped) stepLink(id graph.StepID) *view.Link {
	return &view.Link{Text: m.step(id), Href: m.c.At(m.p.Within + "/plan/step/" + string(id))}
}

// held says what holds a step back.
func (m *mapped) held(codes []string) []string {
	var out []string
	for _, code := range codes {
		if code == casework.HeldLeft {
			code = "map.held.left"
		}
		out = append(out, m.c.T(code))
	}
	return out
}

// alert is an alert level in words.
func (m *mapped) alert(a graph.Alert) string {
	level := checklist.A2
	switch a.OrWorst() {
	case graph.A0:
		level = checklist.A0
	case graph.A1:
		level = checklist.A1
	}
	return m.s.Content.Alerts[level]
}
