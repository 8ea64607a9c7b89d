package plan

import (
	"cmp"
	"net/http"

	"keyholder/casework"
	"keyholder/casework/checklist"
	"keyholder/server/view"
	"keyholder/server/web"
)

// findingArea lists what the answers point to.
func (s *pages) findingArea() web.Area {
	routes := append(web.ForPlaces(http.MethodGet, "/findings", s.showFindings),
		web.ForPlaces(http.MethodPost, "/findings", s.saveFinding)...)
	return web.Area{Routes: routes, Pages: []view.Page{&findingsPage{}}}
}

// findingsPage lists possible ways in, what nobody knows yet, and, apart from both, what nobody
// asked. It never says that there is nothing.
type findingsPage struct {
	web.PlaceBase
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

func (s *pages) showFindings(c *web.Call, p *web.Place) error {
	page := &findingsPage{PlaceBase: p.Base(c, "plan.findings.title"), Action: c.At(p.Within + "/findings")}
	page.Back = p.WayBack(c)
	page.Lead = c.T("plan.findings.lead")
	page.Views = mapLinks(c, p)
	for _, f := range p.File.Findings() {
		v := s.findingView(c, p, f)
		if f.Kind == checklist.OutcomeOpen {
			page.OpenItems = append(page.OpenItems, v)
			continue
		}
		page.Findings = append(page.Findings, v)
	}
	for _, o := range p.File.NotAsked() {
		if o.Question.Section == "" {
			continue
		}
		page.NotAsked = append(page.NotAsked, view.Link{Text: o.Question.Text, Href: c.At(p.Within + "/ask/" + o.Question.ID)})
	}
	page.Next = view.Next{Text: c.T("session.summary.next"), Reason: c.T("session.summary.next.why"), Href: c.At(p.Within + "/plan")}
	return c.Show(page)
}

// findingView puts a finding into words: what it may mean, how it is known, what the next step
// would show and which proof may go.
func (s *pages) findingView(c *web.Call, p *web.Place, f casework.Finding) findingView {
	q := f.Question
	card := view.ActionCard{ID: "finding-" + f.ID, Title: q.Finding, Text: q.Means}
	if f.Kind == checklist.OutcomeOpen {
		card.Title, card.Text = q.Text, ""
		card.Facts = append(card.Facts, web.FactRow(c, "plan.finding.who", q.DontKnow.Who), web.FactRow(c, "plan.finding.how", q.DontKnow.How))
	}
	if !f.Label.Empty() {
		card.Facts = append(card.Facts, web.FactRow(c, "plan.finding.about", f.Label.Reveal()))
	}
	for _, b := range f.Bases {
		card.Facts = append(card.Facts, web.FactRow(c, "plan.finding.basis", c.T("basis."+string(b))))
	}
	card.Facts = append(card.Facts,
		web.FactRow(c, "plan.finding.certainty", c.T("plan.certainty."+string(f.Certainty))),
		web.FactRow(c, "plan.finding.alert", s.Content.Alerts[f.Alert]),
		web.FactRow(c, "plan.finding.proof", c.T("plan.proof."+f.ProofLost)))
	for _, w := range f.Warnings {
		card.Warnings = append(card.Warnings, s.Content.WarningTexts[w])
	}
	if q.Section != "" {
		card.Links = []view.Link{{Text: c.T("checklist.section.change"), About: card.Title, Href: c.At(p.Within + "/ask/" + q.ID)}}
	}
	about := card.Title
	if !f.Label.Empty() {
		about += ": " + f.Label.Reveal()
	}
	slot := f.Slot()
	return findingView{Card: card, ID: f.ID, Head: string(p.File.Head(slot.Entity, slot.Field).ID), Status: findingStatus(c, f, about)}
}

// findingStatus offers where a finding can stand. What nobody knows yet is settled by an answer only.
func findingStatus(c *web.Call, f casework.Finding, about string) view.Select {
	sel := view.Select{Name: "status", Label: c.T("plan.finding.status"), About: about}
	for _, st := range casework.FindingStatuses() {
		if f.Kind == checklist.OutcomeOpen && st != casework.FindingOpen && st != casework.FindingWatching {
			continue
		}
		sel.Items = append(sel.Items, view.Choice{
			Value: string(st), Label: c.T("plan.finding.status." + string(st)), Chosen: st == f.Status,
		})
	}
	return sel
}

// findingSlot is where the status of a finding is kept, and what the finding says.
func findingSlot(p *web.Place, id string) (slot casework.Slot, about string) {
	for _, f := range p.File.Findings() {
		if f.ID == id {
			return f.Slot(), f.Question.Finding
		}
	}
	return casework.Slot{}, ""
}

func (s *pages) saveFinding(c *web.Call, p *web.Place) error {
	web.LeaveTheirs(c)
	if c.PostForm("status") == "" { // left as it stands
		return c.To(p.Within + "/findings")
	}
	slot, about := findingSlot(p, c.PostForm("finding"))
	err := p.Book.SetFindingStatus(c.Ctx(), p.ID, p.Act(c), c.PostForm("finding"),
		casework.FindingStatus(c.PostForm("status")),
		map[casework.Slot]casework.ValueID{slot: casework.ValueID(c.PostForm(web.HeadPrefix + "status"))})
	if err != nil {
		return p.Stale(c, err, func(casework.Slot) (web.Contest, bool) {
			return web.Contest{
				Name: "status", Head: web.HeadPrefix + "status", Asked: about,
				Words: func(v casework.Value) []string {
					return []string{c.T("plan.finding.status." + cmp.Or(v.Code(), string(casework.FindingOpen)))}
				},
			}, true
		})
	}
	c.Settle()
	return c.To(p.Within + "/findings")
}
