package talk

import (
	"net/http"
	"slices"
	"strings"

	"keyholder/casework"
	"keyholder/casework/checklist"
	"keyholder/server/view"
	"keyholder/server/web"
)

// sectionArea is the checklist of a record, one topic a page.
func (s *pages) sectionArea() web.Area {
	routes := slices.Concat(
		web.ForPlaces(http.MethodGet, "/sections", s.showSections),
		web.ForPlaces(http.MethodGet, "/sections/:section", s.showSection),
		web.ForPlaces(http.MethodGet, "/ask/:question", s.showQuestion),
		web.ForPlaces(http.MethodPost, "/ask/:question", s.saveQuestion),
		web.ForPlaces(http.MethodPost, "/sections/:section", s.openSection),
		web.ForPlaces(http.MethodGet, "/history/:question", s.showHistory),
		web.ForPlaces(http.MethodGet, "/answers", s.printAnswers),
		web.ForPlaces(http.MethodGet, "/devices/history/:device", s.showDeviceHistory),
	)
	return web.Area{Routes: routes, Pages: []view.Page{&sectionsPage{}, &sectionPage{}, &questionPage{}, &historyPage{}, &answerSheet{}, &offerPage{}}}
}

// sectionsPage lists the topics of the checklist with their states.
type sectionsPage struct {
	web.PlaceBase
	Now   view.TaskList
	Later []string // topics that open in a later version of the content
	Print view.Link
}

func (sectionsPage) Template() string { return "checklist/sections" }

func (s *pages) showSections(c *web.Call, p *web.Place) error {
	page := &sectionsPage{PlaceBase: p.Base(c, "checklist.sections.title")}
	page.Back = p.WayBack(c)
	page.Lead = c.T("checklist.sections.lead")
	page.Now = view.TaskList{Tasks: SectionTasks(c, p)}
	page.Print = view.Link{Text: c.T("checklist.sections.print"), Href: c.At(p.Within + "/answers")}
	for _, sec := range s.Content.Sections {
		if !sec.Available {
			page.Later = append(page.Later, sec.Title)
		}
	}
	return c.Show(page)
}

// SectionTasks lists the available sections with their states in words.
func SectionTasks(c *web.Call, p *web.Place) []view.Task {
	sit := p.File.Situation()
	var tasks []view.Task
	for i := range c.Site.Content.Sections {
		sec := &c.Site.Content.Sections[i]
		if !sec.Available {
			continue
		}
		t := view.Task{ID: "section-" + sec.ID, Title: sec.Title, Href: c.At(p.Within + "/sections/" + sec.ID)}
		t.Status, t.Tone = sectionState(c, checklist.ProgressOf(c.Site.Content, p.Answers(), sec.ID))
		if text, tone := offered(c, p, sec.ID); text != "" {
			t.Status, t.Tone = text, tone
		}
		switch {
		case sec.Own != "":
			t.Hint = c.T("checklist.sections.own", "who", sec.Own)
		case sec.Opens(sit) == checklist.OpensNo:
			t.Hint = c.T("checklist.sections.gate", "when", sec.Gate.Text)
		}
		tasks = append(tasks, t)
	}
	return tasks
}

func sectionState(c *web.Call, g checklist.Progress) (text, tone string) {
	switch g.State() {
	case checklist.SectionNotAsked:
		return c.T("checklist.state.not_asked"), ""
	case checklist.SectionPartly:
		if g.Unknown > 0 {
			return c.T("checklist.state.partly_unknown", "unknown", g.Unknown), "caution"
		}
		return c.T("checklist.state.partly"), "quiet"
	case checklist.SectionHasUnknowns:
		return c.N("checklist.state.unknowns", g.Unknown), "caution"
	}
	return c.T("checklist.state.answered"), "done"
}

// sectionPage shows the answers of a topic, to check and to change.
type sectionPage struct {
	web.PlaceBase
	Why     string
	Answers view.SummaryList
	Ask     *view.Button
}

func (sectionPage) Template() string { return "checklist/section" }

func (s *pages) section(id string) (*checklist.Section, error) {
	sec := s.Content.SectionByID(id)
	if sec == nil || !sec.Available {
		return nil, &casework.Error{Kind: casework.KindNotFound, Key: "frame.error.not_found"}
	}
	return sec, nil
}

func (s *pages) showSection(c *web.Call, p *web.Place) error {
	sec, err := s.section(c.Param("section"))
	if err != nil {
		return err
	}
	if p.File.Opened(sec.ID) != checklist.Yes {
		return s.drawOffer(c, p, sec, nil)
	}
	page := &sectionPage{PlaceBase: p.PlainBase(c), Why: sec.Why}
	page.Window = c.T("checklist.sections.title.window")
	page.Title = sec.Title
	page.Back = &view.Link{Text: c.T("checklist.sections.title"), Href: c.At(p.Within + "/sections")}
	var first *checklist.Question
	for i := range sec.Questions {
		q := &sec.Questions[i]
		page.Answers.Rows = append(page.Answers.Rows, QuestionRow(c, p, q))
		if asked, _ := checklist.Touched(q, p.Answers()); !asked && first == nil {
			first = q
		}
	}
	if first != nil {
		page.Ask = &view.Button{Text: c.T("checklist.section.ask"), Href: c.At(p.Within + "/ask/" + first.ID)}
	}
	return c.Show(page)
}

// QuestionRow is one question of the answers to check.
func QuestionRow(c *web.Call, p *web.Place, q *checklist.Question) view.Row {
	row := view.Row{Key: q.Text}
	for _, l := range checklist.Lines(c.Site.Content, checklist.All(q), p.Answers()) {
		if l.State == checklist.NotAsked && len(q.Refs("")) > 1 {
			continue
		}
		for _, w := range l.Answer {
			row.Values = append(row.Values, lineWords(q, l, w))
		}
		if !l.Text.Empty() {
			row.Values = append(row.Values, l.Text.Reveal())
		}
	}
	change := "checklist.section.change"
	if asked, _ := checklist.Touched(q, p.Answers()); !asked {
		row.Values, change = []string{c.Site.Content.StateLabels[checklist.NotAsked]}, "checklist.section.first"
	}
	row.Links = []view.Link{{Text: c.T(change), About: q.Text, Href: c.At(p.Within + "/ask/" + q.ID)}}
	return row
}

// lineWords puts the name of the part before the answer where a question has several.
func lineWords(q *checklist.Question, l checklist.Line, answer string) string {
	part := q.Part(l.Ref.Part)
	switch {
	case part.Kind == checklist.KindItems:
		return labelled(part.Option(l.Ref.Part).Label, answer)
	case part.Label != "":
		return labelled(part.Label, answer)
	}
	return answer
}

// questionPage asks one question.
type questionPage struct {
	web.PlaceBase
	Action   string
	Question web.QuestionView
	Save     view.Button
	More     *view.Button // one more row of a list
	Same     *view.Button // fill the last row of a list like the one above
	Topic    view.Button
}

func (questionPage) Template() string { return "checklist/question" }

func (s *pages) showQuestion(c *web.Call, p *web.Place) error {
	q, err := c.Question()
	if err != nil {
		return err
	}
	return s.drawQuestion(c, p, q, p.Answers(), nil)
}

func (s *pages) drawQuestion(c *web.Call, p *web.Place, q *checklist.Question, as checklist.Answers, errs view.FieldErrors) error {
	sec := s.Content.SectionByID(q.Section)
	page := &questionPage{PlaceBase: p.PlainBase(c), Action: c.At(p.Within + "/ask/" + q.ID)}
	page.Window = c.T("checklist.sections.title.window")
	page.Title, page.Errors = q.Text, errs
	page.Back = &view.Link{Text: sec.Title, Href: c.At(p.Within + topicPath(sec.ID))}
	page.Question = p.Ask(c, checklist.All(q), as, errs)[0]
	page.Question.Text = ""
	page.Save = view.Button{Text: c.T("checklist.question.save_next"), Name: "_then", Value: "next"}
	page.Topic = view.Button{Text: c.T("checklist.question.save_topic"), Name: "_then", Value: "topic", Kind: "secondary"}
	if q.Rows != nil {
		page.More = &view.Button{Text: c.T("checklist.question.save_more"), Name: "_then", Value: "more", Kind: "secondary"}
		page.Same = web.SameButton(c, q)
	}
	if errs != nil {
		return c.Again(page)
	}
	return c.Show(page)
}

func (s *pages) saveQuestion(c *web.Call, p *web.Place) error {
	q, err := c.Question()
	if err != nil {
		return err
	}
	a := p.Read(c, checklist.All(q))
	if p.FillRow(c, &a) {
		return s.drawQuestion(c, p, q, a.Answers, a.Errors)
	}
	if done, err := p.KeepAnswers(c, &a); done || err != nil {
		return err
	}
	if a.Errors != nil {
		return s.drawQuestion(c, p, q, a.Answers, a.Errors)
	}
	if err := s.settleRecord(c, p, a.Asked); err != nil {
		return p.Stale(c, err, p.AnswerContest(attachPrefix))
	}
	c.Settle()
	if c.PostForm("_then") == "more" {
		return c.To(p.Within + "/ask/" + q.ID)
	}
	if next := s.nextInSection(p, q); next != nil && c.PostForm("_then") == "next" {
		return c.To(p.Within + "/ask/" + next.ID)
	}
	return c.To(p.Within + topicPath(q.Section))
}

// topicPath is the page of a topic; the topic that closes a session has one of its own.
func topicPath(section string) string {
	if section == closingTopic {
		return "/close"
	}
	return "/sections/" + section
}

// nextInSection is the next question of the section that was not asked when the page was sent.
func (s *pages) nextInSection(p *web.Place, q *checklist.Question) *checklist.Question {
	sec := s.Content.SectionByID(q.Section)
	past := false
	for i := range sec.Questions {
		other := &sec.Questions[i]
		if other.ID == q.ID {
			past = true
			continue
		}
		if asked, _ := checklist.Touched(other, p.Answers()); past && !asked && len(other.Refs("")) > 0 {
			return other
		}
	}
	return nil
}

// labelled puts what an answer is about before it. A label that is a question keeps its own mark.
func labelled(label, answer string) string {
	if strings.HasSuffix(label, "?") {
		return label + " " + answer
	}
	return label + ": " + answer
}
