package server

import (
	"cmp"

	"keyholder/casework"
	"keyholder/casework/checklist"
	"keyholder/server/view"
)

// findingArea lists what the answers point to.
func (s *Server) findingArea() area {
	routes := append(forPlaces(s, methodGet, "/findings", s.showFindings),
		forPlaces(s, methodPost, "/findings", s.saveFinding)...)
	return area{routes: routes, pages: []view.Page{&findingsPage{}}}
}

// findingsPage lists possible ways in, what nobody knows yet, and, apart from both, what nobody
// asked. It never says that there is nothing.
type findingsPage struct {
	placeBase
	Findings  []findingView
	OpenItems []findingView
	NotAsked  []view.Link
	Action    string
	Views     []view.Link
	Next      view.Next
}

type findingView struct {
	Card   view.ActionCard
	ID     string
	Head   string // the status that the page shows, as a value
	Status view.Select
}

func (findingsPage) Template() string { return "plan/findings" }

func (s *Server) showFindings(c *call, p *place) error {
	page := &findingsPage{placeBase: p.base(c, "plan.findings.title"), Action: c.at(p.within + "/findings")}
	page.Back = p.wayBack(c)
	page.Lead = c.t("plan.findings.lead")
	page.Views = mapLinks(c, p)
	for _, f := range p.file.Findings() {
		v := s.findingView(c, p, f)
		if f.Kind == checklist.OutcomeOpen {
			page.OpenItems = append(page.OpenItems, v)
			continue
		}
		page.Findings = append(page.Findings, v)
	}
	for _, o := range p.file.NotAsked() {
		if o.Question.Section == "" {
			continue
		}
		page.NotAsked = append(page.NotAsked, view.Link{Text: o.Question.Text, Href: c.at(p.within + "/ask/" + o.Question.ID)})
	}
	page.Next = view.Next{Text: c.t("session.summary.next"), Reason: c.t("session.summary.next.why"), Href: c.at(p.within + "/plan")}
	return c.show(page)
}

// findingView puts a finding into words: what it may mean, how it is known, what the next step
// would show and which proof may go.
func (s *Server) findingView(c *call, p *place, f casework.Finding) findingView {
	q := f.Question
	card := view.ActionCard{ID: "finding-" + f.ID, Title: q.Finding, Text: q.Means}
	if f.Kind == checklist.OutcomeOpen {
		card.Title, card.Text = q.Text, ""
		card.Facts = append(card.Facts, row(c, "plan.finding.who", q.DontKnow.Who), row(c, "plan.finding.how", q.DontKnow.How))
	}
	if !f.Label.Empty() {
		card.Facts = append(card.Facts, row(c, "plan.finding.about", f.Label.Reveal()))
	}
	for _, b := range f.Bases {
		card.Facts = append(card.Facts, row(c, "plan.finding.basis", c.t("basis."+string(b))))
	}
	card.Facts = append(card.Facts,
		row(c, "plan.finding.certainty", c.t("plan.certainty."+string(f.Certainty))),
		row(c, "plan.finding.alert", s.content.Alerts[f.Alert]),
		row(c, "plan.finding.proof", c.t("plan.proof."+f.ProofLost)))
	for _, w := range f.Warnings {
		card.Warnings = append(card.Warnings, s.content.WarningTexts[w])
	}
	if q.Section != "" {
		card.Links = []view.Link{{Text: c.t("checklist.section.change"), About: card.Title, Href: c.at(p.within + "/ask/" + q.ID)}}
	}
	about := card.Title
	if !f.Label.Empty() {
		about += ": " + f.Label.Reveal()
	}
	slot := f.Slot()
	return findingView{Card: card, ID: f.ID, Head: string(p.file.Head(slot.Entity, slot.Field).ID), Status: findingStatus(c, f, about)}
}

// findingStatus offers where a finding can stand. What nobody knows yet is settled by an answer only.
func findingStatus(c *call, f casework.Finding, about string) view.Select {
	sel := view.Select{Name: "status", Label: c.t("plan.finding.status"), About: about}
	for _, st := range casework.FindingStatuses() {
		if f.Kind == checklist.OutcomeOpen && st != casework.FindingOpen && st != casework.FindingWatching {
			continue
		}
		sel.Items = append(sel.Items, view.Choice{
			Value: string(st), Label: c.t("plan.finding.status." + string(st)), Chosen: st == f.Status,
		})
	}
	return sel
}

// row is a line of facts; a missing fact says that it is not known.
func row(c *call, key, value string) view.Row {
	if value == "" {
		value = c.t("plan.unknown")
	}
	return view.Row{Key: c.t(key), Value: value}
}

// findingSlot is where the status of a finding is kept, and what the finding says.
func (p *place) findingSlot(id string) (slot casework.Slot, about string) {
	for _, f := range p.file.Findings() {
		if f.ID == id {
			return f.Slot(), f.Question.Finding
		}
	}
	return casework.Slot{}, ""
}

func (s *Server) saveFinding(c *call, p *place) error {
	leaveTheirs(c)
	if c.PostForm("status") == "" { // left as it stands
		return c.to(p.within + "/findings")
	}
	slot, about := p.findingSlot(c.PostForm("finding"))
	err := p.book.SetFindingStatus(c.ctx(), p.id, p.act(c), c.PostForm("finding"),
		casework.FindingStatus(c.PostForm("status")),
		map[casework.Slot]casework.ValueID{slot: casework.ValueID(c.PostForm(headPrefix + "status"))})
	if err != nil {
		return p.stale(c, err, func(casework.Slot) (contest, bool) {
			return contest{
				name: "status", head: headPrefix + "status", asked: about,
				words: func(v casework.Value) []string {
					return []string{c.t("plan.finding.status." + cmp.Or(v.Code(), string(casework.FindingOpen)))}
				},
			}, true
		})
	}
	c.settle()
	return c.to(p.within + "/findings")
}
