package server

import (
	"strings"

	"keyholder/casework"
	"keyholder/server/view"
)

// letterSheet is a letter on paper: its text and nothing else. No heading says who made it or why.
type letterSheet struct {
	placeBase
	Paragraphs [][]string // lines of each
	Hint       string
}

func (letterSheet) Template() string { return "plan/lettersheet" }

// printLetter shows the paper, and writes into the audit that it was shown. A letter that is held back,
// unread, without a way for the answer, or with a gap has none.
func (s *Server) printLetter(c *call, p *place) error {
	l, err := letterOf(c, p)
	if err != nil {
		return err
	}
	if !l.Printable() {
		return c.to(p.within + "/plan/letter/" + l.Letter.ID)
	}
	if err := p.book.Printed(c.ctx(), p.id, c.opened.Worker); err != nil {
		return err
	}
	page := &letterSheet{placeBase: p.plainBase(c), Hint: c.t("letter.print.hint")}
	page.Title, page.Window = c.t("letter.window"), c.t("letter.window")
	page.MadeUp = page.MadeUp || p.file.Case.MadeUp || c.MadeUp()
	page.Back = &view.Link{Text: c.t("letter.back"), Href: c.at(p.within + "/plan/letter/" + l.Letter.ID)}
	page.Paragraphs = paragraphs(l)
	return c.show(page)
}

// paragraphs splits the text at empty lines, and each part into its lines.
func paragraphs(l casework.Letter) [][]string {
	var out [][]string
	for block := range strings.SplitSeq(l.Text.Reveal(), "\n\n") {
		if block = strings.TrimSpace(block); block != "" {
			out = append(out, strings.Split(block, "\n"))
		}
	}
	return out
}
