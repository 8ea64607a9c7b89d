package server

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"keyholder/casework"
	"keyholder/casework/checklist"
	"keyholder/casework/knowledge"
	"keyholder/server/view"
)

// cardArea is the look-up cards and what is known about makers' apps. They hold nothing about anybody,
// so they can be read with and without a case.
func (s *Server) cardArea() area {
	routes := forPlaces(s, methodGet, "/cards/for/:question", s.showCardsFor)
	for _, r := range []struct {
		path string
		show placed
	}{
		{"/cards", s.showCards},
		{"/cards/at/:card", s.showCard},
		{"/cards/print/:card", s.printCard},
		{"/cards/maker/:maker", s.showPlatform},
	} {
		routes = append(routes, get(r.path, func(c *call) error { return r.show(c, nil) }))
		routes = append(routes, forPlaces(s, methodGet, r.path, r.show)...)
	}
	find := transient("/cards", func(c *call) error { return s.showCards(c, nil) })
	routes = append(routes, find)
	for _, r := range forPlaces(s, methodPost, "/cards", s.showCards) {
		r.forget = true // what was looked for is nobody's business
		routes = append(routes, r)
	}
	return area{routes: routes, pages: []view.Page{&cardsPage{}, &cardPage{}, &cardSheetPage{}, &platformPage{}}}
}

// within is the path of a place, empty outside.
func within(p *place) string {
	if p == nil {
		return ""
	}
	return p.within
}

// cardBase is the base of a page that can stand within a place or outside. What the window shows is
// always the same, whatever the card is about.
func (s *Server) cardBase(c *call, p *place) placeBase {
	base := placeBase{Base: c.plainBase()}
	if p != nil {
		base = p.plainBase(c)
	}
	base.Window = c.t("cards.title")
	base.Back = &view.Link{Text: c.t("cards.title"), Href: c.at(within(p) + "/cards")}
	return base
}

// cardsPage lists the cards by group.
type cardsPage struct {
	placeBase
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

func (s *Server) showCards(c *call, p *place) error {
	page := s.cardList(c, p)
	word, kind := strings.TrimSpace(c.PostForm("q")), c.PostForm("group")
	page.Word.Value = word
	page.Kind.Items = append(page.Kind.Items, view.Choice{Label: c.t("cards.filter.all")})
	for _, g := range s.knowledge.Groups() {
		page.Kind.Items = append(page.Kind.Items, view.Choice{Value: g.ID, Label: g.Title, Chosen: g.ID == kind})
	}
	fits := func(card knowledge.Card) bool {
		return (kind == "" || card.Group == kind) && s.mentions(card, word)
	}
	s.fillCards(c, p, page, slices.DeleteFunc(s.knowledge.Cards(), func(card knowledge.Card) bool { return !fits(card) }), "")
	if word == "" && kind == "" {
		page.All = nil
		for _, m := range s.knowledge.Platforms() {
			page.Makers = append(page.Makers, view.Link{Text: m.Name, Href: c.at(within(p) + "/cards/maker/" + m.ID)})
		}
	}
	return c.show(page)
}

// cardList is the list without its cards.
func (s *Server) cardList(c *call, p *place) *cardsPage {
	page := &cardsPage{placeBase: s.cardBase(c, p), Action: c.at(within(p) + "/cards")}
	page.Title, page.Lead = c.t("cards.title"), c.t("cards.lead")
	page.Before, page.First, page.Unsure = s.askFirst(c, p)
	page.Back = &view.Link{Text: c.t("frame.nav.cases"), Href: c.at("/home")}
	if p != nil {
		page.Back = p.wayBack(c)
	}
	page.Word = view.Input{Name: "q", Label: c.t("cards.filter.q"), Hint: c.t("cards.filter.q.hint"), Width: "20"}
	page.Kind = view.Select{Name: "group", Label: c.t("cards.filter.group")}
	page.All = &view.Link{Text: c.t("cards.all"), Href: page.Action}
	return page
}

// fillCards puts cards under their headings. The question, if any, is where a card leads back to.
func (s *Server) fillCards(c *call, p *place, page *cardsPage, cards []knowledge.Card, question string) {
	for _, g := range s.knowledge.Groups() {
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
	page.Nothing, page.Found = len(cards) == 0, c.n("cards.found", len(cards))
}

func (s *Server) cardTask(c *call, p *place, card knowledge.Card, question string) view.Task {
	t := view.Task{
		ID: "card-" + card.ID, Title: card.Title, Hint: s.content.Alerts[checklist.Alert(card.Look.Alert)],
		Href: cardAt(c, p, card.ID, question),
	}
	if age := s.cardAge(c, card.Checked); age.Warning != "" {
		t.Status, t.Tone = age.Tag, "caution"
	}
	return t
}

// cardAt is the address of a card. The number of a question says nothing about anybody.
func cardAt(c *call, p *place, card, question string) string {
	address := c.at(within(p) + "/cards/at/" + card)
	if question != "" {
		address += "?question=" + question
	}
	return address
}

// mentions reports whether every word that was typed begins a word of the card.
func (s *Server) mentions(card knowledge.Card, typed string) bool {
	text := []string{card.Title, card.ID, card.Sketch.Screen}
	for _, g := range s.knowledge.Groups() {
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
func (s *Server) showCardsFor(c *call, p *place) error {
	q, err := s.question(c)
	if err != nil {
		return err
	}
	page := s.cardList(c, p)
	page.Back = &view.Link{Text: c.t("cards.back.question"), Href: c.at(p.within + "/ask/" + q.ID)}
	s.fillCards(c, p, page, s.knowledge.CardsForQuestion(q.ID), q.ID)
	return c.show(page)
}

// questionCards leads from a question to the card that helps with it, or to the list of several; nil
// when there is none, because a list of other cards would send the worker looking in the wrong place.
func (s *Server) questionCards(c *call, p *place, q *checklist.Question) *view.Link {
	cards := s.knowledge.CardsForQuestion(q.ID)
	switch len(cards) {
	case 0:
		return nil
	case 1:
		return &view.Link{Text: c.t("ask.look.card", "title", cards[0].Title), Href: cardAt(c, p, cards[0].ID, q.ID)}
	}
	return &view.Link{Text: c.t("ask.look.cards"), About: q.Text, Href: c.at(p.within + "/cards/for/" + q.ID)}
}

// deviceCardLinks leads from a device to the cards that may be about it.
func (s *Server) deviceCardLinks(c *call, p *place, d casework.Device) []view.Link {
	var links []view.Link
	for _, card := range s.deviceCards(d) {
		links = append(links, view.Link{Text: card.Title, Href: cardAt(c, p, card.ID, "")})
	}
	return append(links, view.Link{Text: c.t("cards.all"), Href: c.at(p.within + "/cards")})
}

// classCards are the cards of a device's class, or of its whole group while its class is not known.
func (s *Server) classCards(d casework.Device) []knowledge.Card {
	classes := []string{d.Class}
	for _, g := range casework.DeviceGroups() {
		if d.Class == "" && g.Code == d.Group {
			classes = g.Classes
		}
	}
	return slices.DeleteFunc(s.knowledge.Cards(), func(card knowledge.Card) bool {
		return !slices.ContainsFunc(card.Classes, func(c knowledge.Code) bool { return slices.Contains(classes, string(c)) })
	})
}

// deviceCards are the cards that may be about a device; only those that name its maker, when some do.
func (s *Server) deviceCards(d casework.Device) []knowledge.Card {
	cards := s.classCards(d)
	var named []knowledge.Card
	for _, card := range cards {
		if namesMaker(card.Title, d.Brand.Reveal()) {
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

func namesMaker(title, brand string) bool {
	known := searchWords(title)
	return slices.ContainsFunc(searchWords(brand), func(w string) bool {
		return len(w) >= shortestMaker && slices.Contains(known, w)
	})
}

// cardAge is how old a card is, in words; empty while it is young enough.
type cardAge struct{ Warning, Tag string }

// cardAge says when the month of the last check lies too far back, by the clock of the server. A clock
// that runs behind the card cannot tell, and says so.
func (s *Server) cardAge(c *call, checked string) cardAge {
	now := s.cfg.Now()
	month, err := time.Parse("2006-01", checked)
	if err != nil || month.After(now) {
		return cardAge{c.t("cards.clock"), c.t("cards.clock.tag")}
	}
	if !checklist.Stale(checked, now) {
		return cardAge{}
	}
	months := (now.Year()-month.Year())*12 + int(now.Month()) - int(month.Month())
	return cardAge{c.n("cards.old", months), c.n("cards.old.tag", months)}
}

// askFirst says what has to be asked before anyone looks, with the questions of the record.
func (s *Server) askFirst(c *call, p *place) (before string, questions []view.Link, unsure string) {
	if p == nil {
		return c.t("cards.before.apart"), nil, ""
	}
	for _, id := range []string{"00.1", "00.3"} {
		if q := s.content.Question(id); q != nil {
			questions = append(questions, view.Link{Text: q.Text, Href: c.at(p.within + "/ask/" + q.ID)})
		}
	}
	return c.t("cards.before"), questions, c.t("cards.before.unsure")
}
