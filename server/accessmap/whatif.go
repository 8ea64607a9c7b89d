package accessmap

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	graph "keyholder/casework/access"
	"keyholder/server/view"
	"keyholder/server/web"
)

// triedMost is how many steps can be tried at once; more nobody can follow.
const triedMost = 12

// whatIfPage tries steps on paper. It saves nothing and puts nothing on the plan.
type whatIfPage struct {
	web.PlaceBase
	Frozen  *view.Inset
	Empty   string
	Action  string
	Choose  *view.Checkboxes
	Before  string
	Leads   []leftView // what could be reached as things stand
	After   []afterView
	Redo    []string
	Apart   string
	Asks    wayAsks
	Follows view.Next
}

// afterView is how things would stand after one more step.
type afterView struct {
	Number   string
	Link     view.Link
	Warnings []string
	Waits    []string
	First    string // what should come before it
	TryFirst *view.Link
	Facts    []view.Row
	Gone     []string
	MoreGone string
	Back     []string
	Closed   []string
	Left     string
	Leads    []leftView
}

// leftView is one thing that could still be reached, with the surest short way.
type leftView struct{ Title, Way, More string }

func (whatIfPage) Template() string { return "map/whatif" }

func (s *pages) showWhatIf(c *web.Call, p *web.Place) error {
	m, err := s.mapOf(c, p)
	if err != nil {
		return err
	}
	page := &whatIfPage{PlaceBase: p.Base(c, "map.whatif.title"), Action: c.At(p.Within + "/map/whatif"), Frozen: s.frozen(c, p)}
	page.Lead = c.T("map.whatif.lead")
	page.Back = &view.Link{Text: c.T("map.title"), Href: c.At(p.Within + "/map")}
	page.Follows = view.Next{
		Text: c.T("map.next.proposal"), Reason: c.T("map.next.proposal.why"), Href: c.At(p.Within + "/map/proposal"),
	}
	page.Asks = m.notAsked()
	offered := m.offered()
	order, errs := m.readOrder(offered)
	page.Errors = errs
	if len(offered) == 0 {
		page.Empty = c.T("map.whatif.none")
		return c.Show(page)
	}
	page.Choose = m.choose(offered, errs)
	if len(order) > 0 && len(errs) == 0 {
		err = m.forecast(page, order)
	}
	if err != nil {
		return err
	}
	return c.Show(page)
}

// offered are the steps that would cut a link that is reached, and those that come before one.
func (m *mapped) offered() []graph.StepID {
	reached := m.g.Reached()
	var out []graph.StepID
	var add func(id graph.StepID)
	add = func(id graph.StepID) {
		st, ok := m.g.Step(id)
		if !ok || slices.Contains(out, id) {
			return
		}
		for _, first := range st.DependsOn {
			add(first)
		}
		out = append(out, id)
	}
	for _, e := range m.g.Edges() {
		if !reached[e.From] {
			continue
		}
		for _, id := range e.CutBy {
			add(id)
		}
	}
	return out
}

// readOrder reads the address: the steps that were ticked, by their numbers where they have any, else
// as they stand in the list. What is no step of the list is left out.
func (m *mapped) readOrder(offered []graph.StepID) ([]graph.StepID, view.FieldErrors) {
	type placed struct {
		id graph.StepID
		at int
	}
	var errs view.FieldErrors
	var chosen []placed
	ticked := m.c.QueryArray("step")
	for _, id := range offered {
		if !slices.Contains(ticked, string(id)) {
			continue
		}
		at, typed := triedMost+1, strings.TrimSpace(m.c.Query(orderName(id)))
		if n, err := strconv.Atoi(typed); err == nil && n > 0 {
			at = n
		} else if typed != "" {
			errs.Add(orderName(id), m.c.T("error.map.number"))
		}
		chosen = append(chosen, placed{id, at})
	}
	if len(chosen) > triedMost {
		errs.Add("step", m.c.T("error.map.many", "most", triedMost))
	}
	slices.SortStableFunc(chosen, func(a, b placed) int { return cmp.Compare(a.at, b.at) })
	var out []graph.StepID
	for _, ch := range chosen {
		out = append(out, ch.id)
	}
	return out, errs
}

// orderName is the field with the place of a step in the order.
func orderName(id graph.StepID) string { return "n." + string(id) }

// choose offers the steps by name, with who may notice and whether it waits.
func (m *mapped) choose(offered []graph.StepID, errs view.FieldErrors) *view.Checkboxes {
	out := &view.Checkboxes{
		Name: "step", Label: m.c.T("map.whatif.choose"), Hint: m.c.T("map.whatif.choose.hint"), Error: errs.For("step"), Small: true,
	}
	ticked := m.c.QueryArray("step")
	for _, id := range offered {
		st, _ := m.g.Step(id)
		hint := m.alert(st.Alert)
		if m.steps[id].Held() || !st.Available {
			hint = m.c.T("map.whatif.waits", "alert", hint)
		}
		out.Items = append(out.Items, view.Choice{
			Value: string(id), Label: m.step(id), Hint: hint, Chosen: slices.Contains(ticked, string(id)),
			Input: &view.Input{
				Name: orderName(id), Label: m.c.T("map.whatif.order", "step", m.step(id)), Value: m.c.Query(orderName(id)),
				InputMode: "numeric", Width: "2", Error: errs.For(orderName(id)),
			},
		})
	}
	return out
}

// forecast puts into words how things would stand after each step.
func (m *mapped) forecast(page *whatIfPage, order []graph.StepID) error {
	f, err := m.g.WhatIf(order)
	if err != nil {
		return err
	}
	page.Before, page.Leads = m.c.N("map.count", len(f.Before)), m.left(f.Before)
	if len(f.Before) == 0 {
		page.Before = m.c.T("map.count.none")
	}
	for i, st := range f.After {
		page.After = append(page.After, m.after(i, st, order))
	}
	for _, again := range f.Redo {
		e, _ := m.g.Edge(again.Edge)
		page.Redo = append(page.Redo, m.c.T("map.whatif.redo.one",
			"step", m.step(again.Step), "after", m.step(again.After), "link", m.sentence(e)))
	}
	page.Apart = m.c.T("map.whatif.apart")
	return nil
}

// goneShown is how many of the links that a step ends a page names.
const goneShown = 5

func (m *mapped) after(i int, st graph.State, order []graph.StepID) afterView {
	v := afterView{Number: m.c.T("plan.step.number", "number", i+1), Link: *m.stepLink(st.Step), Waits: m.waits(st)}
	if words := m.steps[st.Step]; len(st.Warnings) > 0 {
		for _, w := range words.Warnings {
			v.Warnings = append(v.Warnings, m.s.Content.WarningTexts[w])
		}
	}
	if len(st.Missing) > 0 {
		v.First = m.c.T("map.whatif.first", "steps", m.stepList(st.Missing))
		v.TryFirst = m.tryFirst(i, st.Missing, order)
	}
	v.Facts = m.noticed(st)
	reached := m.g.Reached()
	v.Gone = m.sentences(slices.DeleteFunc(slices.Clone(st.Gone), func(id graph.EdgeID) bool {
		e, _ := m.g.Edge(id)
		return !reached[e.From] // nobody was named who gets there
	}))
	if n := len(v.Gone) - goneShown; n > 0 {
		v.Gone, v.MoreGone = v.Gone[:goneShown], m.c.N("map.whatif.gone.more", n)
	}
	for k, id := range st.Back {
		e, _ := m.g.Edge(id)
		by, _ := m.g.Edge(st.BackBy[k])
		v.Back = append(v.Back, m.c.T("map.whatif.back.one", "link", m.sentence(e), "by", m.sentence(by)))
	}
	for _, pair := range st.Closed {
		v.Closed = append(v.Closed, upperFirst(m.can(pair.To)))
	}
	v.Left, v.Leads = m.c.N("map.whatif.left", len(st.Left)), m.left(st.Left)
	if len(st.Left) == 0 {
		v.Left = m.c.T("map.whatif.left.none")
	}
	return v
}

// waits says why a step is not one to do now: what the plan holds it back for, or what the map does.
func (m *mapped) waits(st graph.State) []string {
	var out []string
	for _, h := range m.steps[st.Step].Holds {
		out = append(out, m.c.T(string(h)))
	}
	if len(out) == 0 {
		out = m.held(st.Held)
	}
	return out
}

// noticed says who may notice, who may be told and what proof may go, counting from the first step.
func (m *mapped) noticed(st graph.State) []view.Row {
	rows := []view.Row{
		web.FactRow(m.c, "plan.step.alert", m.alert(st.Alert)),
		web.FactRow(m.c, "map.whatif.noticed", m.alert(st.Noticed)),
	}
	var told, proof []string
	for _, id := range st.Told {
		told = append(told, m.steps[graph.StepID(id)].NotYet.Told)
	}
	for _, code := range st.ProofLost {
		proof = append(proof, m.c.T("plan.proof."+code))
	}
	if len(proof) == 0 {
		proof = []string{m.c.T("plan.proof.none")}
	}
	return append(rows, view.Row{Key: m.c.T("plan.step.told"), Value: cmp.Or(strings.Join(told, " "), m.c.T("plan.unknown"))},
		view.Row{Key: m.c.T("plan.finding.proof"), Value: strings.Join(proof, ", ")})
}

// tryFirst leads to the same order with what should come before one of its steps.
func (m *mapped) tryFirst(i int, missing, order []graph.StepID) *view.Link {
	var all []graph.StepID
	for _, id := range slices.Concat(order[:i], missing, order[i:]) {
		if !slices.Contains(all, id) {
			all = append(all, id)
		}
	}
	return &view.Link{Text: m.c.T("map.whatif.try"), About: m.step(order[i]), Href: m.c.At(m.p.Within + "/map/whatif" + orderQuery(all))}
}

// orderQuery writes an order of steps as the end of an address.
func orderQuery(order []graph.StepID) string {
	var parts []string
	for i, id := range order {
		parts = append(parts, "step="+string(id), orderName(id)+"="+strconv.Itoa(i+1))
	}
	return "?" + strings.Join(parts, "&")
}

func (m *mapped) stepList(ids []graph.StepID) string {
	var out []string
	for _, id := range ids {
		out = append(out, m.step(id))
	}
	return strings.Join(out, "; ")
}

func (m *mapped) sentences(ids []graph.EdgeID) []string {
	var out []string
	for _, id := range ids {
		e, _ := m.g.Edge(id)
		out = append(out, m.sentence(e))
	}
	return out
}

// left names what could still be reached, and one way to each.
func (m *mapped) left(reaches []graph.Reach) []leftView {
	var out []leftView
	for _, r := range reaches {
		v := leftView{Title: upperFirst(m.can(r.To)), Way: m.path(r.Paths[0])}
		switch n := len(r.Paths) - 1 + r.More; {
		case r.AtLeast:
			v.More = m.c.N("map.more.at_least", n)
		case n > 0:
			v.More = m.c.N("map.more", n)
		}
		out = append(out, v)
	}
	return out
}
