package cards

import (
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode"

	"keyholder/casework"
	"keyholder/casework/checklist"
	"keyholder/casework/knowledge"
	"keyholder/server/view"
	"keyholder/server/web"
)

// cardArea is the look-up cards and what is known about makers' apps. They hold nothing about anybody,
// so they can be read with and without a case.
func (s *pages) cardArea() web.Area {
	routes := web.ForPlaces(http.MethodGet, "/cards/for/:question", s.showCardsFor)
	for _, r := range []struct {
		path string
		show web.Placed
	}{
		{"/cards", s.showCards},
		{"/cards/at/:card", s.showCard},
		{"/cards/print/:card", s.printCard},
		{"/cards/maker/:maker", s.showPlatform},
	} {
		routes = append(routes, web.Get(r.path, func(c *web.Call) error { return r.show(c, nil) }))
		routes = append(routes, web.ForPlaces(http.MethodGet, r.path, r.show)...)
	}
	find := web.Transient("/cards", func(c *web.Call) error { return s.showCards(c, nil) })
	routes = append(routes, find)
	for _, r := range web.ForPlaces(http.MethodPost, "/cards", s.showCards) {
		r.Forget = true // what was looked for is nobody's business
		routes = append(routes, r)
	}
	return web.Area{Routes: routes, Pages: []view.Page{&cardsPage{}, &cardPage{}, &cardSheetPage{}, &platformPage{}}}
}

// cardBase is the base of a page that can stand within a place or outside. What the window shows is
// always the same, whatever the card is about.
func (s *pages) cardBase(c *web.Call, p *web.Place) web.PlaceBase {
	base := web.PlaceBase{Base: c.PlainBase()}
	if p != nil {
		base = p.PlainBase(c)
	}
	base.Window = c.T("cards.title")
	base.Back = &view.Link{Text: c.T("cards.title"), Href: c.At(web.PathOf(p) + "/cards")}
	return base
}

// cardsPage lists the cards by group.
type cardsPage struct {
	web.PlaceBase
	Before  string
	First   []view.Link // what to ask before anyone looks
	Unsure  string
	Action  string
	Word    view.Input
	Kind    view.Select
	Found   string
	Groups  []cardGroup
	Makers  []view.Link
	All     *view.Link // back to all cards, when some are left out
	Nothing bool
}

// cardGroup is one heading of the list with its cards.
type cardGroup struct {
	Title string
	Tasks view.TaskList
}

func (cardsPage) Template() string { return "cards/cards" }

func (s *pages) showCards(c *web.Call, p *web.Place) error {
	page := s.cardList(c, p)
	word, kind := strings.TrimSpace(c.PostForm("q")), c.PostForm("group")
	page.Word.Value = word
	page.Kind.Items = append(page.Kind.Items, view.Choice{Label: c.T("cards.filter.all")})
	for _, g := range s.Knowledge.Groups() {
		page.Kind.Items = append(page.Kind.Items, view.Choice{Value: g.ID, Label: g.Title, Chosen: g.ID == kind})
	}
	fits := func(card knowledge.Card) bool {
		return (kind == "" || card.Group == kind) && s.mentions(card, word)
	}
	s.fillCards(c, p, page, slices.DeleteFunc(s.Knowledge.Cards(), func(card knowledge.Card) bool { return !fits(card) }), "")
	if word == "" && kind == "" {
		page.All = nil
		for _, m := range s.Knowledge.Platforms() {
			page.Makers = append(page.Makers, view.Link{Text: m.Name, Href: c.At(web.PathOf(p) + "/cards/maker/" + m.ID)})
		}
	}
	return c.Show(page)
}

// cardList is the list without its cards.
func (s *pages) cardList(c *web.Call, p *web.Place) *cardsPage {
	page := &cardsPage{PlaceBase: s.cardBase(c, p), Action: c.At(web.PathOf(p) + "/cards")}
	page.Title, page.Lead = c.T("cards.title"), c.T("cards.lead")
	page.Before, page.First, page.Unsure = s.askFirst(c, p)
	page.Back = &view.Link{Text: c.T("frame.nav.cases"), Href: c.At("/home")}
	if p != nil {
		page.Back = p.WayBack(c)
	}
	page.Word = view.Input{Name: "q", Label: c.T("cards.filter.q"), Hint: c.T("cards.filter.q.hint"), Width: "20"}
	page.Kind = view.Select{Name: "group", Label: c.T("cards.filter.group")}
	page.All = &view.Link{Text: c.T("cards.all"), Href: page.Action}
	return page
}

// fillCards puts cards under their headings. The question, if any, is where a card leads back to.
func (s *pages) fillCards(c *web.Call, p *web.Place, page *cardsPage, cards []knowledge.Card, question string) {
	for _, g := range s.Knowledge.Groups() {
		group := cardGroup{Title: g.Title}
		for _, card := range cards {
			if card.Group == g.ID {
				group.Tasks.Tasks = append(group.Tasks.Tasks, s.cardTask(c, p, card, question))
			}
		}
		if len(group.Tasks.Tasks) > 0 {
			page.Groups = append(page.Groups, group)
		}
	}
	page.Nothing, page.Found = len(cards) == 0, c.N("cards.found", len(cards))
}

func (s *pages) cardTask(c *web.Call, p *web.Place, card knowledge.Card, question string) view.Task {
	t := view.Task{
		ID: "card-" + card.ID, Title: card.Title, Hint: s.Content.Alerts[checklist.Alert(card.Look.Alert)],
		Href: web.CardAt(c, p, card.ID, question),
	}
	if age := s.cardAge(c, card.Checked); age.Warning != "" {
		t.Status, t.Tone = age.Tag, "caution"
	}
	return t
}

// mentions reports whether every word that was typed begins a word of the card.
func (s *pages) mentions(card knowledge.Card, typed string) bool {
	text := []string{card.Title, card.ID, card.Sketch.Screen}
	for _, g := range s.Knowledge.Groups() {
		if g.ID == card.Group {
			text = append(text, g.Title)
		}
	}
	for _, tap := range card.Where {
		text = append(append(text, tap.Do), tap.Or...)
	}
	all := searchWords(strings.Join(text, " "))
	return !slices.ContainsFunc(searchWords(typed), func(w string) bool {
		return !slices.ContainsFunc(all, func(known string) bool { return strings.HasPrefix(known, w) })
	})
}

// searchWords are the words of a text for comparing, without signs.
func searchWords(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// showCardsFor lists the cards that help with one question.
func (s *pages) showCardsFor(c *web.Call, p *web.Place) error {
	q, err := c.Question()
	if err != nil {
		return err
	}
	page := s.cardList(c, p)
	page.Back = &view.Link{Text: c.T("cards.back.question"), Href: c.At(p.Within + "/ask/" + q.ID)}
	s.fillCards(c, p, page, s.Knowledge.CardsForQuestion(q.ID), q.ID)
	return c.Show(page)
}

// DeviceLinks leads from a device to the cards that may be about it.
func DeviceLinks(c *web.Call, p *web.Place, d casework.Device) []view.Link {
	var links []view.Link
	for _, card := range deviceCards(c, d) {
		links = append(links, view.Link{Text: card.Title, Href: web.CardAt(c, p, card.ID, "")})
	}
	return append(links, view.Link{Text: c.T("cards.all"), Href: c.At(p.Within + "/cards")})
}

// classCards are the cards of a device's class, or of its whole group while its class is not known.
func classCards(c *web.Call, d casework.Device) []knowledge.Card {
	classes := []string{d.Class}
	for _, g := range casework.DeviceGroups() {
		if d.Class == "" && g.Code == d.Group {
			classes = g.Classes
		}
	}
	return slices.DeleteFunc(c.Site.Knowledge.Cards(), func(card knowledge.Card) bool {
		return !slices.ContainsFunc(card.Classes, func(code knowledge.Code) bool { return slices.Contains(classes, string(code)) })
	})
}

// deviceCards are the cards that may be about a device; only those that name its maker, when some do.
func deviceCards(c *web.Call, d casework.Device) []knowledge.Card {
	cards := classCards(c, d)
	var named []knowledge.Card
	for _, card := range cards {
		if NamesMaker(card.Title, d.Brand.Reveal()) {
			named = append(named, card)
		}
	}
	if len(named) > 0 {
		return named
	}
	return cards
}

// shortestMaker is how long a word must be to tell a maker.
const shortestMaker = 4

// NamesMaker reports whether a title names the maker that a brand tells.
func NamesMaker(title, brand string) bool {
	known := searchWords(title)
	return slices.ContainsFunc(searchWords(brand), func(w string) bool {
		return len(w) >= shortestMaker && slices.Contains(known, w)
	})
}

// cardAge is how old a card is, in words; empty while it is young enough.
type cardAge struct{ Warning, Tag string }

// cardAge says when the month of the last check lies too far back, by the clock of the server. A clock
// that runs behind the card cannot tell, and says so.
func (s *pages) cardAge(c *web.Call, checked string) cardAge {
	now := s.Now()
	month, err := time.Parse("2006-01", checked)
	if err != nil || month.After(now) {
		return cardAge{c.T("cards.clock"), c.T("cards.clock.tag")}
	}
	if !checklist.Stale(checked, now) {
		return cardAge{}
	}
	months := (now.Year()-month.Year())*12 + int(now.Month()) - int(month.Month())
	return cardAge{c.N("cards.old", months), c.N("cards.old.tag", months)}
}

// askFirst says what has to be asked before anyone looks, with the questions of the record.
func (s *pages) askFirst(c *web.Call, p *web.Place) (before string, questions []view.Link, unsure string) {
	if p == nil {
		return c.T("cards.before.apart"), nil, ""
	}
	for _, id := range []string{"00.1", "00.3"} {
		if q := s.Content.Question(id); q != nil {
			questions = append(questions, view.Link{Text: q.Text, Href: c.At(p.Within + "/ask/" + q.ID)})
		}
	}
	return c.T("cards.before"), questions, c.T("cards.before.unsure")
}
