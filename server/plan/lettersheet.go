package plan

import (
	"strings"

	"keyholder/casework"
	"keyholder/server/view"
	"keyholder/server/web"
)

// letterSheet is a letter on paper: its text and nothing else. No heading says who made it or why.
type letterSheet struct {
	web.PlaceBase
	Paragraphs [][]string // lines of each
	Hint       string
}

func (letterSheet) Template() string { return "plan/lettersheet" }

// printLetter shows the paper, and writes into the audit that it was shown. A letter that is held back,
// unread, without a way for the answer, or with a gap has none.
func (s *pages) printLetter(c *web.Call, p *web.Place) error {
	l, err := letterOf(c, p)
	if err != nil {
		return err
	}
	if !l.Printable() {
		return c.To(p.Within + "/plan/letter/" + l.Step.ID)
	}
	if err := p.Book.Printed(c.Ctx(), p.ID, c.Opened.Worker); err != nil {
		return err
	}
	page := &letterSheet{PlaceBase: p.PlainBase(c), Hint: c.T("letter.print.hint")}
	page.Title, page.Window = c.T("letter.window"), c.T("letter.window")
	page.MadeUp = page.MadeUp || p.File.Case.MadeUp || c.MadeUp()
	page.Back = &view.Link{Text: c.T("letter.back"), Href: c.At(p.Within + "/plan/letter/" + l.Step.ID)}
	page.Paragraphs = paragraphs(l)
	return c.Show(page)
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
