package talk

import (
	"strings"

	"keyholder/casework"
	"keyholder/casework/checklist"
	"keyholder/server/view"
	"keyholder/server/web"
)

// answerSheet is every answer on paper, for the worker: what was asked, what was said, how it is known
// and when. What nobody asked stands there as not asked.
type answerSheet struct {
	web.SheetBase
	Heads  []string // of the columns
	Topics []answerTopic
}

// answerTopic is one topic of the sheet.
type answerTopic struct {
	Heading  string
	Asked    []answerBlock
	NotAsked []string // questions of which nothing was asked
}

// answerBlock is one question, with a line for each part and row.
type answerBlock struct {
	Text  string
	Lines []answerLine
}

// answerLine is one answer; Label is empty for the main part.
type answerLine struct{ Label, Answer, Basis, At string }

func (answerSheet) Template() string { return "checklist/sheet" }

// printAnswers shows the sheet, and writes into the audit that it was shown.
func (s *pages) printAnswers(c *web.Call, p *web.Place) error {
	base, err := p.Sheet(c, "checklist.sheet.title", s.Now())
	if err != nil {
		return err
	}
	page := &answerSheet{SheetBase: base}
	page.Hint = c.T("checklist.sheet.note")
	page.Back = &view.Link{Text: c.T("checklist.sections.title"), Href: c.At(p.Within + "/sections")}
	for _, key := range []string{"part", "answer", "basis", "when"} {
		page.Heads = append(page.Heads, c.T("checklist.history."+key))
	}
	for i := range s.Content.Sections {
		if topic := s.answerTopic(c, p, &s.Content.Sections[i]); len(topic.Asked)+len(topic.NotAsked) > 0 {
			page.Topics = append(page.Topics, topic)
		}
	}
	return c.Show(page)
}

func (s *pages) answerTopic(c *web.Call, p *web.Place, section *checklist.Section) answerTopic {
	topic := answerTopic{Heading: section.Title}
	for i := range section.Questions {
		q := &section.Questions[i]
		block := answerBlock{Text: q.Text}
		for _, ref := range answerRefs(p, q) {
			if v := p.File.At(ref); v.ID != "" && v.State != checklist.NotAsked {
				block.Lines = append(block.Lines, s.answerLine(c, p, q, ref, v))
			}
		}
		if len(block.Lines) == 0 {
			topic.NotAsked = append(topic.NotAsked, q.Text)
			continue
		}
		topic.Asked = append(topic.Asked, block)
	}
	return topic
}

// answerRefs are the slots of a question about the case and those of the rows that it has.
func answerRefs(p *web.Place, q *checklist.Question) []checklist.Ref {
	refs := q.Refs("")
	for _, row := range p.Answers().Rows(q.ID) {
		refs = append(refs, q.RowRefs(row)...)
	}
	return refs
}

func (s *pages) answerLine(c *web.Call, p *web.Place, q *checklist.Question, ref checklist.Ref, v casework.Value) answerLine {
	part := s.partThen(q, ref, v)
	label := part.Label
	if part.Kind == checklist.KindItems {
		label = part.Option(ref.Part).Label
	}
	if row := p.File.Head(casework.EntityID(ref.Entity), casework.FieldLabel).Text; ref.Entity != "" && !row.Empty() {
		label = strings.TrimSpace(row.Reveal() + ": " + label)
	}
	return answerLine{Label: label, Answer: p.Phrase(part, v), Basis: c.T("basis." + string(v.Basis)), At: c.Moment(v.At)}
}
