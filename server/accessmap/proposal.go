package accessmap

import (
	"slices"
	"strings"

	graph "keyholder/casework/access"
	"keyholder/server/plan"
	"keyholder/server/view"
	"keyholder/server/web"
)

// proposalPage shows the smallest set of steps that closes every way that can be closed now, with the
// reasons. It is there to be talked about: nothing of it is done, and nothing is put on the plan.
type proposalPage struct {
	web.PlaceBase
	Frozen  *view.Inset
	Empty   string
	Sum     string
	Exact   string
	Steps   []choiceView
	Redo    []view.Link // done before: look again whether it held
	Others  []otherView
	Stays   []openView
	More    string
	Ask     []view.Link
	Asks    wayAsks
	Follows view.Next
}

// choiceView is one step with its reasons.
type choiceView struct {
	Card view.ActionCard
	Open view.Button
	Best string // what the surest link that it cuts is worth
	For  string
	Cuts []string
	More string
	Less []string // what stays within reach when this step alone is left out
}

// otherView is a step that is not in the set, and why.
type otherView struct {
	Link view.Link
	Why  []string
}

// openView is why some ways cannot be closed now, with these ways.
type openView struct {
	Why   string
	Held  []string
	Paths []pathView
}

func (proposalPage) Template() string { return "map/proposal" }

func (s *pages) showProposal(c *web.Call, p *web.Place) error {
	m, err := s.mapOf(c, p)
	if err != nil {
		return err
	}
	page := &proposalPage{PlaceBase: p.Base(c, "map.proposal.title"), Frozen: s.frozen(c, p)}
	page.Lead = c.T("map.proposal.lead")
	page.Back = &view.Link{Text: c.T("map.title"), Href: c.At(p.Within + "/map")}
	m.propose(page, m.g.Smallest())
	return c.Show(page)
}

// propose puts a proposal into words.
func (m *mapped) propose(page *proposalPage, set graph.Proposal) {
	var ids []graph.StepID
	for i, choice := range set.Steps {
		ids = append(ids, choice.Step)
		page.Steps = append(page.Steps, m.choice(i, choice))
	}
	page.Sum, page.Exact = m.c.N("map.proposal.sum", len(ids), "told", set.A2, "seen", set.A1), m.c.T("map.proposal.exact")
	if !set.Exact {
		page.Exact = m.c.T("map.proposal.greedy")
	}
	if len(ids) == 0 {
		page.Empty, page.Exact = m.c.T("map.proposal.none"), ""
	}
	for _, id := range set.Confirm {
		page.Redo = append(page.Redo, *m.stepLink(id))
	}
	page.Others = m.others(ids, set.Confirm)
	page.Stays = m.stays(set.Open)
	if set.More {
		page.More = m.c.T("map.proposal.more")
	}
	page.Ask = m.asks(set.Ask)
	page.Asks = m.notAsked()
	page.Follows = view.Next{
		Text: m.c.T("next.plan"), Reason: m.c.T("map.proposal.plan.why"), Href: m.c.At(m.p.Within + "/plan"),
	}
	if n := len(ids); n > 0 && n <= triedMost {
		page.Follows = view.Next{
			Text: m.c.T("map.proposal.try"), Reason: m.c.T("map.proposal.try.why"), Href: m.c.At(m.p.Within + "/map/whatif" + orderQuery(ids)),
		}
	}
}

// stays puts the ways that cannot be closed now together by what keeps them open.
func (m *mapped) stays(open []graph.Open) []openView {
	at := map[string]int{}
	var out []openView
	for _, o := range open {
		key := strings.Join(append([]string{string(o.Why)}, o.Held...), " ")
		i, there := at[key]
		if !there {
			i, at[key] = len(out), len(out)
			out = append(out, openView{Why: m.c.T("map.open." + string(o.Why)), Held: m.held(o.Held)})
		}
		out[i].Paths = append(out[i].Paths, m.pathView(o.Path))
	}
	return out
}

// choice is one step of the set: its card as on the plan, and what it is there for.
func (m *mapped) choice(i int, ch graph.Choice) choiceView {
	st := m.steps[ch.Step]
	card := plan.StepCard(m.c, m.p, st)
	card.Links, card.Number = nil, m.c.T("plan.step.number", "number", i+1)
	card.Title = m.step(ch.Step)
	if st.Held() {
		card.Tags = []view.Tag{{Text: m.c.T("plan.sheet.not_yet"), Tone: "caution"}}
	}
	v := choiceView{Card: card, Open: view.Button{
		Text: m.c.T("map.proposal.open", "step", m.step(ch.Step)), Kind: "secondary",
		Href: m.c.At(m.p.Within + "/plan/step/" + string(ch.Step)),
	}}
	if len(ch.Cuts) > 0 {
		v.Best = m.c.T("map.best." + string(ch.Best))
	}
	if len(ch.For) > 0 {
		v.For = m.c.T("map.proposal.for", "steps", m.stepList(ch.For))
	}
	v.Cuts = m.sentences(ch.Cuts)
	if n := len(v.Cuts) - goneShown; n > 0 {
		v.Cuts, v.More = v.Cuts[:goneShown], m.c.N("map.whatif.gone.more", n)
	}
	for _, pair := range ch.Reaches {
		if words := upperFirst(m.can(pair.To)); !slices.Contains(v.Less, words) {
			v.Less = append(v.Less, words)
		}
	}
	return v
}

// others says of every step that would cut a link that is reached why it is not in the set.
func (m *mapped) others(chosen, done []graph.StepID) []otherView {
	ends, reached := map[graph.StepID][]graph.Edge{}, m.g.Reached()
	for _, e := range m.g.Edges() {
		for _, id := range e.CutBy {
			if reached[e.From] {
				ends[id] = append(ends[id], e)
			}
		}
	}
	var out []otherView
	for _, st := range m.g.Steps() {
		if len(ends[st.ID]) == 0 || slices.Contains(chosen, st.ID) || slices.Contains(done, st.ID) {
			continue
		}
		out = append(out, otherView{Link: *m.stepLink(st.ID), Why: m.whyNot(st, ends[st.ID], chosen)})
	}
	return out
}

// whyNot says why a step is not in the set.
func (m *mapped) whyNot(st graph.Step, ends []graph.Edge, chosen []graph.StepID) []string {
	if st.Waived {
		return []string{m.c.T("map.why.waived")}
	}
	if !st.Available {
		return m.held(st.Held)
	}
	for _, id := range st.DependsOn {
		if first, _ := m.g.Step(id); !first.Available && !first.Done && !first.Waived {
			return append([]string{m.c.T("map.why.after", "step", m.step(id))}, m.held(first.Held)...)
		}
	}
	same := !slices.ContainsFunc(ends, func(e graph.Edge) bool {
		return !slices.ContainsFunc(e.CutBy, func(id graph.StepID) bool { return slices.Contains(chosen, id) })
	})
	if same {
		return []string{m.c.T("map.why.same")}
	}
	return []string{m.c.T("map.why.elsewhere")}
}
