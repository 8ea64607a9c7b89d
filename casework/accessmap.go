package casework

import (
	"fmt"
	"slices"
	"strings"

	"keyholder/casework/access"
	"keyholder/casework/checklist"
	"keyholder/casework/personal"
)

// The persons of every map. Other persons carry their WHO code.
const (
	AccessSurvivor        access.NodeID = "person:survivor"
	AccessPersonOfConcern access.NodeID = "person:person_of_concern"
)

// HeldLeft is why a step is not proposed though nothing holds it back: she chose to keep or to leave
// the thing as it is. It stands beside the codes of Hold.
const HeldLeft = "left"

// AccessMap builds the map of who reaches what from the record: the things of the case with their
// five questions, and the answers that name a way (Content.Access). abilities returns what a class of
// device can do, as codes of Content.Access.Abilities; for a class that nobody knows it is asked with
// "". The map holds ids and codes; AccessLabel has the words. Paths, what-if and the smallest set are
// methods of the graph.
//
// It is a map of what was said, not of what is. What nobody knows is drawn as unknown; what nobody
// was asked is a question of the map, and no answer is ever read as a no. The error can only be a
// fault of the content.
func (f *File) AccessMap(abilities func(class string) []string) (*access.Graph, error) {
	m := &mapper{
		f: f, data: &f.Content.Access, abilities: abilities,
		nodes: make(map[access.NodeID]bool), edges: make(map[access.EdgeID]bool), from: make(map[string][]int),
		listed: make(map[string][]Entity), at: make(map[EntityID]int),
	}
	for i, e := range f.Entities {
		m.at[e.ID] = i
	}
	m.persons()
	for i := range m.data.Wholes {
		if m.data.Wholes[i].Always {
			m.node(m.data.Wholes[i].ID)
		}
	}
	for _, e := range f.Things() {
		m.thing(e)
	}
	m.rows()
	for i := range m.data.Links {
		m.link(&m.data.Links[i])
	}
	m.gives()
	m.comeBack()
	m.model.Questions = slices.DeleteFunc(m.model.Questions, func(q access.Question) bool { return !m.nodes[q.Entity] })
	m.steps()
	g, err := access.New(m.model)
	if err != nil {
		return nil, fmt.Errorf("drawing the access map: %w", err)
	}
	return g, nil
}

// AccessSlot returns the place of the record that a link or a question of the map came from; ok is
// false for a link that stands on no answer.
func AccessSlot(slot string) (s Slot, ok bool) {
	entity, field, ok := strings.Cut(slot, "|")
	return Slot{Entity: EntityID(entity), Field: Field(field)}, ok
}

// AccessLabel returns what a node is called: the label of a thing of the record, which is personal, or
// the words of the content. Both are empty for a person, whom the WHO codes name (Node.Class).
func (f *File) AccessLabel(n access.NodeID) (label personal.Text, words string) {
	if node, _ := f.Content.Access.Node(string(n)); node != nil {
		return personal.Text{}, node.Label
	}
	return f.Head(EntityID(n), FieldLabel).Text, ""
}

// mapper collects the parts of a map.
type mapper struct {
	f         *File
	data      *checklist.AccessMap
	abilities func(class string) []string
	model     access.Model
	nodes     map[access.NodeID]bool
	edges     map[access.EdgeID]bool
	from      map[string][]int    // id of a link of the content → its edges
	listed    map[string][]Entity // rows by list question, once looked up
	at        map[EntityID]int    // place in the entities of the file
}

// node puts a whole or a thing of the content on the map and returns its id.
func (m *mapper) node(id string) access.NodeID {
	n, thing := m.data.Node(id)
	node := access.Node{ID: access.NodeID(id), Kind: access.Kind(n.Kind), Class: id, Protected: thing}
	if thing {
		node.Kind = access.Thing
	}
	m.put(node)
	return node.ID
}

func (m *mapper) put(n access.Node) {
	if !m.nodes[n.ID] {
		m.nodes[n.ID] = true
		m.model.Nodes = append(m.model.Nodes, n)
	}
}

// persons puts the two persons on the map that every case has.
func (m *mapper) persons() {
	m.put(access.Node{ID: AccessSurvivor, Kind: access.Person, Role: access.Survivor, Class: checklist.WhoSurvivor})
	m.put(access.Node{
		ID: AccessPersonOfConcern, Kind: access.Person, Role: access.PersonOfConcern, Class: checklist.WhoPersonOfConcern,
	})
}

// holder puts the person of a WHO code on the map, with the way by which the person of concern reaches
// that person, and returns the node.
func (m *mapper) holder(h *checklist.AccessHolder) access.NodeID {
	if h.Node == checklist.WhoPersonOfConcern {
		return AccessPersonOfConcern
	}
	id := access.NodeID("person:" + h.Node)
	m.put(access.Node{ID: id, Kind: access.Person, Role: access.Role(h.Role), Class: h.Node})
	m.edge(access.Edge{
		ID: access.EdgeID("reaches:" + h.Node), From: AccessPersonOfConcern, To: id, Channel: h.Channel,
		Basis: string(Inferred), Certainty: access.Certainty(h.Certainty),
	})
	return id
}

// edge adds a link once and returns its place, -1 when it is there already.
func (m *mapper) edge(e access.Edge) int {
	if m.edges[e.ID] {
		return -1
	}
	m.edges[e.ID] = true
	m.model.Edges = append(m.model.Edges, e)
	return len(m.model.Edges) - 1
}

// entity puts a thing of the record on the map.
func (m *mapper) entity(e Entity) access.NodeID {
	kinds := map[EntityKind]access.Kind{
		KindDevice: access.Device, KindAccount: access.Account, KindPlatform: access.Account,
		KindVehicle: access.Vehicle, KindHome: access.Place, KindPerson: access.Person, KindRow: access.Account,
	}
	id := access.NodeID(e.ID)
	m.put(access.Node{ID: id, Kind: kinds[e.Kind], Class: m.f.Head(e.ID, FieldClass).Code()})
	return id
}

// thing puts a device, account, platform or vehicle on the map, with what it gives and the five
// questions about it.
func (m *mapper) thing(e Entity) {
	id := m.entity(e)
	class := m.f.Head(e.ID, FieldClass)
	if class.Code() != "" || !m.inRows(e.ID) {
		sure := access.Unknown
		if class.State == checklist.Yes || class.State == checklist.Suspected {
			sure = said(class.State)
		}
		m.can(id, class.Code(), sure)
	}
	for _, col := range m.data.Matrix.Columns {
		m.column(e, id, col)
	}
}

// can links a thing with what its class is able to give.
func (m *mapper) can(id access.NodeID, class string, sure access.Certainty) {
	for _, ability := range m.abilities(class) {
		to, ok := m.data.Abilities[ability]
		if !ok {
			continue
		}
		m.edge(access.Edge{
			ID: access.EdgeID(fmt.Sprintf("can:%s:%s", id, to)), From: id, To: m.node(to),
			Channel: ability, Basis: string(Inferred), Certainty: sure,
		})
	}
}

// inRows reports whether a thing is the row of a list whose rows say what they lead to.
func (m *mapper) inRows(id EntityID) bool {
	return slices.ContainsFunc(m.data.Rows, func(r checklist.AccessRows) bool {
		return slices.ContainsFunc(m.rowsOf(r.Question), func(e Entity) bool { return e.ID == id })
	})
}

// rowsOf returns the rows of a list question that were not discarded.
func (m *mapper) rowsOf(question string) []Entity {
	if rows, ok := m.listed[question]; ok {
		return rows
	}
	var rows []Entity
	for _, row := range m.f.answers.Rows(question) {
		if i, ok := m.at[EntityID(row)]; ok {
			rows = append(rows, m.f.Entities[i])
		}
	}
	m.listed[question] = rows
	return rows
}

// column reads one of the five questions.
func (m *mapper) column(e Entity, id access.NodeID, col checklist.AccessColumn) {
	v := m.f.Head(e.ID, Field(col.Part))
	r := reading{codes: m.data.Matrix.Codes, who: true, cap: access.Certainty(col.Cap)}
	edge := access.Edge{
		To: id, Channel: col.Channel, Basis: string(v.Basis), Slot: slotCode(v.Slot),
		CutBy: stepIDs(m.data.Matrix.CutBy[m.f.Group(e)]),
	}
	name := fmt.Sprintf("matrix:%s:%s", id, col.Part)
	if v.blank() {
		m.model.Questions = append(m.model.Questions, access.Question{Slot: edge.Slot, Entity: id, Channel: col.Channel})
		if col.Draw {
			edge.ID, edge.From, edge.NotAsked = access.EdgeID(name), AccessPersonOfConcern, true
			edge.Certainty, edge.Basis = access.Unknown, ""
			m.edge(edge)
		}
		return
	}
	if v.Has(checklist.WhoSurvivor) {
		own := edge
		own.ID, own.From, own.Certainty, own.CutBy = access.EdgeID(name+":survivor"), AccessSurvivor, access.Known, nil
		m.edge(own)
	}
	m.ways(name, "", edge, r.read(v))
}

// rows puts the rows of lists on the map, with what they lead to.
func (m *mapper) rows() {
	for _, r := range m.data.Rows {
		for _, e := range m.rowsOf(r.Question) {
			id := m.entity(e)
			for _, to := range m.rowLeads(r, e.ID) {
				m.edge(access.Edge{
					ID: access.EdgeID(fmt.Sprintf("row:%s:%s", id, to)), From: id, To: m.node(to),
					Channel: m.f.Content.Question(r.Question).Channel, Basis: string(Inferred), Certainty: access.Suspected,
				})
			}
		}
	}
}

// rowLeads returns what one row leads to: "something nobody knows yet" while the column is open.
func (m *mapper) rowLeads(r checklist.AccessRows, row EntityID) []string {
	to := slices.Clone(r.To)
	if r.By == "" {
		return to
	}
	v := m.f.At(checklist.Ref{Entity: string(row), Question: r.Question, Part: r.By})
	for _, code := range v.Codes {
		to = append(to, r.Map[code]...)
	}
	if openEnded(v) && v.State != checklist.No && v.State != checklist.NotApplicable {
		to = append(to, checklist.AccessNotKnown)
	}
	return to
}

// gives adds what the wholes on the map lead to, until nothing new comes.
func (m *mapper) gives() {
	for count := -1; count != len(m.model.Edges); {
		count = len(m.model.Edges)
		for _, g := range m.data.Gives {
			if !m.nodes[access.NodeID(g.From)] {
				continue
			}
			m.edge(access.Edge{
				ID: access.EdgeID("gives:" + g.From + ":" + g.To + ":" + g.Channel), From: access.NodeID(g.From), To: m.node(g.To),
				Channel: g.Channel, Basis: string(Inferred), Certainty: access.Certainty(g.Certainty), CutBy: stepIDs(g.CutBy),
			})
		}
	}
}

// comeBack joins links with those by which they come back. Both must lead to the same place.
func (m *mapper) comeBack() {
	for _, l := range m.data.Links {
		var by []int
		for _, back := range l.BackBy {
			by = append(by, m.from[back]...)
		}
		for _, e := range m.from[l.ID] {
			m.join(&m.model.Edges[e], by)
		}
	}
}

// join notes which of these links bring one back.
func (m *mapper) join(edge *access.Edge, by []int) {
	for _, r := range by {
		if other := &m.model.Edges[r]; other.To == edge.To && other.ID != edge.ID {
			edge.ReopensVia = append(edge.ReopensVia, other.ID)
		}
	}
}

// steps hands over the steps of the content as the phase gate sees them now.
func (m *mapper) steps() {
	ready, wanted := m.f.Readiness(), m.f.wanted()
	for i := range m.f.Content.Actions {
		m.model.Steps = append(m.model.Steps, m.f.mapStep(&m.f.Content.Actions[i], ready, wanted))
	}
}

// mapStep reads one step of the content. The map does not tell its things apart: it counts as done or
// not needed once it is for every one of them, and as held back while it is for any.
func (f *File) mapStep(a *checklist.Action, ready Readiness, wanted needs) access.Step {
	ids := wanted.of(a.ID)
	all := func(results ...string) bool {
		return !slices.ContainsFunc(ids, func(id string) bool {
			return !slices.Contains(results, f.said(id, stepResult, wanted.thing(id)).Code())
		})
	}
	done := all(ResultDone)
	s := access.Step{
		ID: access.StepID(a.ID), Alert: alertOf(a.Alert), ProofLost: a.ProofLost, DependsOn: stepIDs(a.DependsOn),
		Done: done, Waived: !done && all(ResultDone, ResultNotNeeded) || f.stepMet(a.ID),
	}
	for _, id := range ids {
		for _, h := range f.heldNow(a, id, ready, wanted) {
			if !slices.Contains(s.Held, h) {
				s.Held = append(s.Held, h)
			}
		}
	}
	s.Available = len(s.Held) == 0
	if s.ProofLost == "" {
		s.ProofLost = "unknown"
	}
	if a.NotYet.Told != "" {
		s.Told = []string{a.ID}
	}
	for _, w := range a.Warnings {
		s.Warnings = append(s.Warnings, string(w))
	}
	return s
}

// heldNow says what makes a step unavailable: what the phase gate and the freeze rule hold, and her
// choice. Agreement, a date and the order of steps are what a proposal is there to talk about.
func (f *File) heldNow(a *checklist.Action, id string, ready Readiness, wanted needs) []string {
	talk := []Hold{HoldAgreement, HoldDate, HoldDepends}
	if slices.Contains(a.DependsOn, stepOwnAdmin) {
		talk = append(talk, HoldOwnAdmin) // the step that brings it comes first in every proposal
	}
	var out []string
	for _, h := range ready.Holds(a, f.facts(id, wanted)) {
		if !slices.Contains(talk, h) {
			out = append(out, string(h))
		}
	}
	if end := f.said(id, stepEnd, wanted.thing(id)).Code(); end == EndKeep || end == EndLeave {
		out = append(out, HeldLeft)
	}
	return out
}

// alertOf turns an alert level of the content into one of the map.
func alertOf(a checklist.Alert) access.Alert {
	switch a.OrWorst() {
	case checklist.A0:
		return access.A0
	case checklist.A1:
		return access.A1
	}
	return access.A2
}

func stepIDs(ids []string) []access.StepID {
	var out []access.StepID
	for _, id := range ids {
		out = append(out, access.StepID(id))
	}
	return out
}

// slotCode writes a place of the record as the map carries it; AccessSlot reads it back.
func slotCode(s Slot) string { return string(s.Entity) + "|" + string(s.Field) }
