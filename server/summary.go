package server

import (
	"strconv"

	"keyholder/casework"
	"keyholder/casework/checklist"
	"keyholder/server/view"
)

// summaryPage says what a session has come to. It is true wherever the session stopped: what was
// not asked stands there as not asked.
type summaryPage struct {
	placeBase
	Gates     []view.Inset
	Step      *view.ActionCard
	Findings  []string
	StillOpen []openItem
	Known     view.SummaryList
	Unknown   view.SummaryList
	Declined  view.SummaryList
	NotAsked  []string
	Suggested []string
	Next      view.Next
	GoOn      *view.Button
	More      view.Button // beyond the first questions
	Without   bool        // offer to go on without a record
	WithoutAt string
	End       view.Button
	Recorded  bool
}

// openItem is something nobody knows yet, with who could find out.
type openItem struct{ Text, Who, How string }

func (summaryPage) Template() string { return "session/summary" }

func (s *Server) showSummary(c *call, p *place) error {
	sum := checklist.Summarise(s.content, s.content.FirstAsked(), p.answers())
	page := &summaryPage{placeBase: p.base(c, "session.summary.title"), Recorded: p.recorded()}
	page.Lead = c.t("session.summary.lead")
	for _, hit := range sum.Gates {
		for _, text := range hit.Gate.Text {
			page.Gates = append(page.Gates, view.Inset{Title: hit.Gate.Title, Text: text, Tone: gateTone(hit.Gate.Result)})
		}
	}
	page.Step = s.firstStep(c, p)
	for _, f := range sum.Findings {
		page.Findings = append(page.Findings, f.Question.Finding)
	}
	for _, o := range sum.Open {
		page.StillOpen = append(page.StillOpen, openItem{Text: o.Question.Text, Who: o.Question.DontKnow.Who, How: o.Question.DontKnow.How})
	}
	page.Known = view.SummaryList{Rows: lineRows(sum.Known)}
	page.Unknown = view.SummaryList{Rows: lineRows(sum.Unknown)}
	page.Declined = view.SummaryList{Rows: lineRows(sum.Declined)}
	for _, l := range sum.NotAsked {
		page.NotAsked = append(page.NotAsked, l.Asked)
	}
	for _, sg := range checklist.Suggest(s.content, p.answers()) {
		page.Suggested = append(page.Suggested, sg.Words)
	}
	s.leadOn(c, p, page)
	return c.show(page)
}

// leadOn fills in where a session goes from its summary. Talking without harm and danger today come
// before the plan as long as nobody has asked about them.
func (s *Server) leadOn(c *call, p *place, page *summaryPage) {
	page.Without = p.sitting.Standing() == casework.StandingDraft
	page.WithoutAt = c.at(p.within + "/without")
	page.Next = view.Next{
		Text: c.t("session.summary.next"), Reason: c.t("session.summary.next.why"), Href: c.at(p.within + "/plan"),
	}
	page.More = view.Button{Text: c.t("session.summary.more"), Href: c.at(p.within + "/talk"), Kind: "secondary"}
	page.End = view.Button{Text: c.t("session.summary.end"), Href: c.at(p.within + "/end"), Kind: "secondary"}
	n := s.content.NextScreen(p.answers())
	danger := p.danger(c) != nil
	if danger {
		page.Next = view.Next{
			Text: c.t("next.emergency"), Reason: c.t("next.emergency.why"), Href: c.at(p.within + "/emergency"),
		}
	}
	if n == len(s.content.First.Screens) {
		return
	}
	screen := s.content.First.Screens[n]
	text, href := c.t("session.summary.go_on", "screen", screen.Title), c.at(p.within+"/first/"+strconv.Itoa(n+1))
	if !danger && (screen.ID == "safe_to_talk" || screen.ID == "danger_today") {
		page.Next = view.Next{Text: text, Reason: c.t("session.summary.go_on.first"), Href: href}
		return
	}
	page.GoOn = &view.Button{Text: text, Kind: "secondary", Href: href}
}

// firstStep is the one careful step at the end of the first walk, worded for the survivor.
func (s *Server) firstStep(c *call, p *place) *view.ActionCard {
	a := checklist.FirstStep(s.content, checklist.Evaluate(s.content, p.answers()))
	if a == nil {
		return nil
	}
	card := &view.ActionCard{ID: "first-step", Text: a.Worker}
	for _, w := range a.Warnings {
		card.Warnings = append(card.Warnings, s.content.WarningTexts[w])
	}
	return card
}

func gateTone(result string) string {
	if result == "danger" || result == "stop" {
		return "act"
	}
	return "caution"
}

// lineRows puts answers into a summary list, words of the survivor included.
func lineRows(lines []checklist.Line) []view.Row {
	rows := make([]view.Row, 0, len(lines))
	for _, l := range lines {
		values := append([]string(nil), l.Answer...)
		if !l.Text.Empty() {
			values = append(values, l.Text.Reveal())
		}
		rows = append(rows, view.Row{Key: l.Asked, Values: values})
	}
	return rows
}

// endPage asks before a session ends, and says what is gone then.
type endPage struct {
	placeBase
	Text   string
	Action string
	Button view.Button
}

func (endPage) Template() string { return "session/end" }

func (s *Server) showEnd(c *call, p *place) error {
	page := &endPage{placeBase: p.base(c, "session.end.title"), Action: c.at(p.within + "/end")}
	page.Text, page.Button.Text = c.t("session.end.gone"), c.t("session.end.forget")
	if p.recorded() {
		page.Text, page.Button.Text = c.t("session.end.kept"), c.t("session.end.close")
	}
	page.Back = &view.Link{Text: c.t("frame.back"), Href: c.at(p.within + "/summary")}
	return c.show(page)
}

// forgetSitting ends a sitting with everything of it that is in memory: a check of a network that is
// under way is called off, and what one has found is gone.
func (s *Server) forgetSitting(id casework.ConsultationID) {
	s.sittings.End(id)
	s.scans.forgetIn("/session/" + string(id))
}

// endSitting ends the sitting. What was not on record is gone.
func (s *Server) endSitting(c *call, p *place) error {
	recorded, id := p.recorded(), p.id
	s.forgetSitting(p.sitting.ID)
	if recorded {
		return c.to("/cases/" + string(id))
	}
	return c.to("/home")
}
