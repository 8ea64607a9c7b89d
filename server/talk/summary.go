package talk

import (
	"strconv"

	"keyholder/casework"
	"keyholder/casework/checklist"
	"keyholder/server/view"
	"keyholder/server/web"
)

// summaryPage says what a session has come to. It is true wherever the session stopped: what was
// not asked stands there as not asked.
type summaryPage struct {
	web.PlaceBase
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

func (s *pages) showSummary(c *web.Call, p *web.Place) error {
	sum := checklist.Summarise(s.Content, s.Content.FirstAsked(), p.Answers())
	page := &summaryPage{PlaceBase: p.Base(c, "session.summary.title"), Recorded: p.Recorded()}
	page.Lead = c.T("session.summary.lead")
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
	for _, sg := range checklist.Suggest(s.Content, p.Answers()) {
		page.Suggested = append(page.Suggested, sg.Words)
	}
	s.leadOn(c, p, page)
	return c.Show(page)
}

// leadOn fills in where a session goes from its summary. Talking without harm and danger today come
// before the plan as long as nobody has asked about them.
func (s *pages) leadOn(c *web.Call, p *web.Place, page *summaryPage) {
	page.Without = p.Sitting.Standing() == casework.StandingDraft
	page.WithoutAt = c.At(p.Within + "/without")
	page.Next = view.Next{
		Text: c.T("session.summary.next"), Reason: c.T("session.summary.next.why"), Href: c.At(p.Within + "/plan"),
	}
	page.More = view.Button{Text: c.T("session.summary.more"), Href: c.At(p.Within + "/talk"), Kind: "secondary"}
	page.End = view.Button{Text: c.T("session.summary.end"), Href: c.At(p.Within + "/end"), Kind: "secondary"}
	n := s.Content.NextScreen(p.Answers())
	now := danger(c, p) != nil
	if now {
		page.Next = view.Next{
			Text: c.T("next.emergency"), Reason: c.T("next.emergency.why"), Href: c.At(p.Within + "/emergency"),
		}
	}
	if n == len(s.Content.First.Screens) {
		return
	}
	screen := s.Content.First.Screens[n]
	text, href := c.T("session.summary.go_on", "screen", screen.Title), c.At(p.Within+"/first/"+strconv.Itoa(n+1))
	if !now && (screen.ID == "safe_to_talk" || screen.ID == "danger_today") {
		page.Next = view.Next{Text: text, Reason: c.T("session.summary.go_on.first"), Href: href}
		return
	}
	page.GoOn = &view.Button{Text: text, Kind: "secondary", Href: href}
}

// firstStep is the one careful step at the end of the first walk, worded for the survivor.
func (s *pages) firstStep(c *web.Call, p *web.Place) *view.ActionCard {
	a := checklist.FirstStep(s.Content, checklist.Evaluate(s.Content, p.Answers()))
	if a == nil {
		return nil
	}
	card := &view.ActionCard{ID: "first-step", Text: a.Worker}
	for _, w := range a.Warnings {
		card.Warnings = append(card.Warnings, s.Content.WarningTexts[w])
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
	web.PlaceBase
	Text   string
	Action string
	Button view.Button
}

func (endPage) Template() string { return "session/end" }

func (s *pages) showEnd(c *web.Call, p *web.Place) error {
	page := &endPage{PlaceBase: p.Base(c, "session.end.title"), Action: c.At(p.Within + "/end")}
	page.Text, page.Button.Text = c.T("session.end.gone"), c.T("session.end.forget")
	if p.Recorded() {
		page.Text, page.Button.Text = c.T("session.end.kept"), c.T("session.end.close")
	}
	page.Back = &view.Link{Text: c.T("frame.back"), Href: c.At(p.Within + "/summary")}
	return c.Show(page)
}

// endSitting ends the sitting. What was not on record is gone.
func (s *pages) endSitting(c *web.Call, p *web.Place) error {
	recorded, id := p.Recorded(), p.ID
	s.forget(p.Sitting.ID)
	if recorded {
		return c.To("/cases/" + string(id))
	}
	return c.To("/home")
}
