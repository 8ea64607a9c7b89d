package web

import (
	"keyholder/casework/checklist"
	"keyholder/server/view"
)

// PathOf is the path of a place, empty outside.
func PathOf(p *Place) string {
	if p == nil {
		return ""
	}
	return p.Within
}

// CardAt is the address of a card. The number of a question says nothing about anybody.
func CardAt(c *Call, p *Place, card, question string) string {
	address := c.At(PathOf(p) + "/cards/at/" + card)
	if question != "" {
		address += "?question=" + question
	}
	return address
}

// questionCards leads from a question to the card that helps with it, or to the list of several; nil
// when there is none, because a list of other cards would send the worker looking in the wrong place.
func questionCards(c *Call, p *Place, q *checklist.Question) *view.Link {
	cards := c.Site.Knowledge.CardsForQuestion(q.ID)
	switch len(cards) {
	case 0:
		return nil
	case 1:
		return &view.Link{Text: c.T("ask.look.card", "title", cards[0].Title), Href: CardAt(c, p, cards[0].ID, q.ID)}
	}
	return &view.Link{Text: c.T("ask.look.cards"), About: q.Text, Href: c.At(p.Within + "/cards/for/" + q.ID)}
}
