package cards

import (
	"slices"
	"strings"

	"keyholder/casework"
	"keyholder/casework/checklist"
	"keyholder/casework/knowledge"
	"keyholder/server/view"
	"keyholder/server/web"
	"keyholder/server/wording"
)

// cardPage is one look-up card: the warning of looking first, then the way, what is normal, what to
// write down. It holds no step that changes anything.
type cardPage struct {
	web.PlaceBase
	Before    string
	First     []view.Link
	Unsure    string
	Look      web.LookView
	Warnings  []string
	Old       string           // the card is old; empty while it is not
	Seen      []wording.Notice // what looking may show the other side, before the way there
	Taps      []tapView
	Sketch    sketchView
	Write     []string
	Limits    []string
	Changes   []view.Row // what others see and what proof goes, when something is changed
	Questions []view.Link
	Maker     *view.Link
	Print     view.Link
	Checked   string
	Sources   string
	Unsigned  bool
	Next      view.Next
}

// tapView is one step on the way to a list, with other names of the menu.
type tapView struct{ Do, Or string }

// sketchView is a made-up screen.
type sketchView struct {
	Screen string
	Rows   []sketchRow
}

type sketchRow struct {
	Label, Value, Why string
	Note              view.Tag
}

func (cardPage) Template() string { return "cards/card" }

func (s *pages) card(c *web.Call) (knowledge.Card, error) {
	card, ok := s.Knowledge.Card(c.Param("card"))
	if !ok {
		return card, &casework.Error{Kind: casework.KindNotFound, Key: "frame.error.not_found"}
	}
	return card, nil
}

func (s *pages) showCard(c *web.Call, p *web.Place) error {
	card, err := s.card(c)
	if err != nil {
		return err
	}
	page := &cardPage{PlaceBase: s.cardBase(c, p), Write: card.Write, Limits: card.Limits}
	page.Title = card.Title
	page.Before, page.First, page.Unsure = s.askFirst(c, p)
	page.Look = s.cardLook(card)
	for _, w := range card.Look.Warnings {
		page.Warnings = append(page.Warnings, s.Content.WarningTexts[checklist.Warning(w)])
	}
	page.Old = s.cardAge(c, card.Checked).Warning
	page.Seen = wording.Notices(c, s.cardNotices(card))
	page.Taps, page.Sketch = taps(card.Where), sketch(c, card.Sketch)
	page.Changes = []view.Row{web.FactRow(c, "cards.removing", card.Removing), web.FactRow(c, "cards.proof", card.Proof)}
	page.Print = view.Link{Text: c.T("cards.print"), Href: c.At(web.PathOf(p) + "/cards/print/" + card.ID)}
	if m, ok := s.Knowledge.Platform(card.Platform); ok {
		page.Maker = &view.Link{Text: c.T("cards.maker", "name", m.Name), Href: c.At(web.PathOf(p) + "/cards/maker/" + m.ID)}
	}
	page.Checked, page.Unsigned = c.T("cards.checked", "month", card.Checked), card.Review == "needed"
	page.Sources = c.T("cards.sources", "keys", strings.Join(card.Sources, ", "))
	s.cardQuestions(c, p, page, card)
	return c.Show(page)
}

// cardNotices are what the other side may see of the looking that the questions of a card ask for, each
// once. What nobody has described stands there only where nothing else does.
func (s *pages) cardNotices(card knowledge.Card) []checklist.Notice {
	var out []checklist.Notice
	for _, id := range card.Questions {
		q := s.Content.Question(id)
		if q == nil {
			continue
		}
		for _, n := range s.Content.NoticesOfLook(q) {
			if !slices.ContainsFunc(out, func(o checklist.Notice) bool { return o.ID == n.ID }) {
				out = append(out, n)
			}
		}
	}
	return out
}

func (s *pages) cardLook(card knowledge.Card) web.LookView {
	return web.LookView{Level: s.Content.Alerts[checklist.Alert(card.Look.Alert)], Trace: card.Look.Words}
}

// cardQuestions leads to the questions that the card helps with: first to the one from which the
// worker came.
func (s *pages) cardQuestions(c *web.Call, p *web.Place, page *cardPage, card knowledge.Card) {
	page.Next = view.Next{Text: c.T("cards.next.session"), Reason: c.T("cards.next.session.why"), Href: c.At("/session")}
	for _, id := range card.Questions {
		q := s.Content.Question(id)
		if q == nil {
			continue
		}
		l := view.Link{Text: q.Text}
		if p != nil {
			l.Href = c.At(p.Within + "/ask/" + q.ID)
		}
		page.Questions = append(page.Questions, l)
		if p != nil && (len(page.Questions) == 1 || q.ID == c.Query("question")) {
			page.Next = view.Next{Text: c.T("cards.next", "question", q.Text), Reason: c.T("cards.next.why"), Href: l.Href}
		}
		if p != nil && q.ID == c.Query("question") {
			page.Back = &view.Link{Text: c.T("cards.back.question"), Href: l.Href}
		}
	}
}

func taps(where []knowledge.Tap) []tapView {
	var out []tapView
	for _, t := range where {
		out = append(out, tapView{Do: t.Do, Or: strings.Join(t.Or, "; ")})
	}
	return out
}

func sketch(c *web.Call, k knowledge.Sketch) sketchView {
	v := sketchView{Screen: k.Screen}
	for _, r := range k.Rows {
		note := view.Tag{Text: c.T("cards.sketch.normal"), Tone: "quiet"}
		if r.Asks() {
			note = view.Tag{Text: c.T("cards.sketch.ask"), Tone: "caution"}
		}
		v.Rows = append(v.Rows, sketchRow{Label: r.Label, Value: r.Value, Why: r.Why, Note: note})
	}
	return v
}

// cardSheetPage is a card on paper. It has an ordinary title, no case and no word about why.
type cardSheetPage struct {
	web.PlaceBase
	Hint   string
	Large  bool
	Other  view.Link // the other size
	Old    string
	Before []string
	Look   string
	Taps   []tapView
	Sketch sketchView
	Write  []string
}

func (cardSheetPage) Template() string { return "cards/sheet" }

func (s *pages) printCard(c *web.Call, p *web.Place) error {
	card, err := s.card(c)
	if err != nil {
		return err
	}
	page := &cardSheetPage{PlaceBase: s.cardBase(c, p), Look: card.Look.Words, Write: card.Write}
	page.Title, page.Window = card.Title, c.T("cards.print.window")
	page.Back = &view.Link{Text: card.Title, Href: c.At(web.PathOf(p) + "/cards/at/" + card.ID)}
	page.Large = c.Query("size") == "large"
	page.Other = view.Link{Text: c.T("plan.print.large"), Href: c.At(web.PathOf(p) + "/cards/print/" + card.ID + "?size=large")}
	if page.Large {
		page.Other = view.Link{Text: c.T("plan.print.normal"), Href: c.At(web.PathOf(p) + "/cards/print/" + card.ID)}
	}
	page.Hint, page.Old = c.T("cards.print.hint"), s.cardAge(c, card.Checked).Warning
	page.Before = []string{c.T("cards.print.when")}
	for _, w := range card.Look.Warnings {
		key := map[string]string{"SAFE_OLD": "cards.print.old", "SAFE_NEW": "cards.print.new"}[w]
		page.Before = append(page.Before, c.T(key))
	}
	page.Taps, page.Sketch = taps(card.Where), sketch(c, card.Sketch)
	return c.Show(page)
}

// platformPage says who rules in one maker's app. It is knowledge, not a step.
type platformPage struct {
	web.PlaceBase
	Look     web.LookView // what looking shows, because the page says where the list is
	Old      string
	Roles    []string
	Facts    view.SummaryList
	Checked  string
	Sources  string
	Unsigned bool
	Next     view.Next
}

func (platformPage) Template() string { return "cards/platform" }

func (s *pages) showPlatform(c *web.Call, p *web.Place) error {
	m, ok := s.Knowledge.Platform(c.Param("maker"))
	card, there := s.Knowledge.Card(m.ID)
	if !ok || !there {
		return &casework.Error{Kind: casework.KindNotFound, Key: "frame.error.not_found"}
	}
	page := &platformPage{PlaceBase: s.cardBase(c, p), Roles: m.Roles, Old: s.cardAge(c, m.Checked).Warning}
	page.Title, page.Lead = m.Name, c.T("cards.platform.lead")
	page.Look = s.cardLook(card)
	page.Facts.Rows = []view.Row{
		web.FactRow(c, "cards.platform.remove", m.WhoCanRemove),
		web.FactRow(c, "cards.platform.told", m.WhoIsTold),
		web.FactRow(c, "cards.platform.history", m.History),
		web.FactRow(c, "cards.platform.lost", m.ProofLost),
		web.FactRow(c, "cards.platform.see", m.SeeAccess),
		web.FactRow(c, "cards.platform.reset", m.Reset),
	}
	page.Checked, page.Unsigned = c.T("cards.checked", "month", m.Checked), m.Review == "needed"
	page.Sources = c.T("cards.sources", "keys", strings.Join(m.Sources, ", "))
	page.Next = view.Next{
		Text: c.T("cards.platform.card", "title", card.Title), Reason: c.T("cards.platform.card.why"),
		Href: web.CardAt(c, p, card.ID, ""),
	}
	return c.Show(page)
}
