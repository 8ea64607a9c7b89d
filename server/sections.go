package server

import (
	"strings"
	"time"

	"keyholder/casework"
	"keyholder/casework/checklist"
	"keyholder/server/view"
)

// sectionArea is the checklist of a record, one topic a page.
func (s *Server) sectionArea() area {
	var routes []route
	for _, r := range [][]route{
		forPlaces(s, methodGet, "/sections", s.showSections),
		forPlaces(s, methodGet, "/sections/:section", s.showSection),
		forPlaces(s, methodGet, "/ask/:question", s.showQuestion),
		forPlaces(s, methodPost, "/ask/:question", s.saveQuestion),
		forPlaces(s, methodPost, "/sections/:section", s.openSection),
		forPlaces(s, methodGet, "/history/:question", s.showHistory),
		forPlaces(s, methodGet, "/answers", s.printAnswers),
		forPlaces(s, methodGet, "/devices/history/:device", s.showDeviceHistory),
	} {
		routes = append(routes, r...)
	}
	return area{routes: routes, pages: []view.Page{&sectionsPage{}, &sectionPage{}, &questionPage{}, &historyPage{}, &answerSheet{}, &offerPage{}}}
}

// sectionsPage lists the topics of the checklist with their states.
type sectionsPage struct {
	placeBase
	Now   view.TaskList
	Later []string // topics that open in a later version of the content
	Print view.Link
}

func (sectionsPage) Template() string { return "checklist/sections" }

func (s *Server) showSections(c *call, p *place) error {
	page := &sectionsPage{placeBase: p.base(c, "checklist.sections.title")}
	page.Back = p.wayBack(c)
	page.Lead = c.t("checklist.sections.lead")
	page.Now = view.TaskList{Tasks: s.sectionTasks(c, p)}
	page.Print = view.Link{Text: c.t("checklist.sections.print"), Href: c.at(p.within + "/answers")}
	for _, sec := range s.content.Sections {
		if !sec.Available {
			page.Later = append(page.Later, sec.Title)
		}
	}
	return c.show(page)
}

// sectionTasks lists the available sections with their states in words.
func (s *Server) sectionTasks(c *call, p *place) []view.Task {
	sit := p.file.Situation()
	var tasks []view.Task
	for i := range s.content.Sections {
		sec := &s.content.Sections[i]
		if !sec.Available {
			continue
		}
		t := view.Task{ID: "section-" + sec.ID, Title: sec.Title, Href: c.at(p.within + "/sections/" + sec.ID)}
		t.Status, t.Tone = s.sectionState(c, checklist.ProgressOf(s.content, p.answers(), sec.ID))
		if text, tone := s.offered(c, p, sec.ID); text != "" {
			t.Status, t.Tone = text, tone
		}
		switch {
		case sec.Own != "":
			t.Hint = c.t("checklist.sections.own", "who", sec.Own)
		case sec.Opens(sit) == checklist.OpensNo:
			t.Hint = c.t("checklist.sections.gate", "when", sec.Gate.Text)
		}
		tasks = append(tasks, t)
	}
	return tasks
}

func (s *Server) sectionState(c *call, g checklist.Progress) (text, tone string) {
	switch g.State() {
	case checklist.SectionNotAsked:
		return c.t("checklist.state.not_asked"), ""
	case checklist.SectionPartly:
		if g.Unknown > 0 {
			return c.t("checklist.state.partly_unknown", "unknown", g.Unknown), "caution"
		}
		return c.t("checklist.state.partly"), "quiet"
	case checklist.SectionHasUnknowns:
		return c.n("checklist.state.unknowns", g.Unknown), "caution"
	}
	return c.t("checklist.state.answered"), "done"
}

// sectionPage shows the answers of a topic, to check and to change.
type sectionPage struct {
	placeBase
	Why     string
	Answers view.SummaryList
	Ask     *view.Button
}

func (sectionPage) Template() string { return "checklist/section" }

func (s *Server) section(id string) (*checklist.Section, error) {
	sec := s.content.SectionByID(id)
	if sec == nil || !sec.Available {
		return nil, &casework.Error{Kind: casework.KindNotFound, Key: "frame.error.not_found"}
	}
	return sec, nil
}

func (s *Server) showSection(c *call, p *place) error {
	sec, err := s.section(c.Param("section"))
	if err != nil {
		return err
	}
	if p.file.Opened(sec.ID) != checklist.Yes {
		return s.drawOffer(c, p, sec, nil)
	}
	page := &sectionPage{placeBase: p.plainBase(c), Why: sec.Why}
	page.Title = sec.Title
	page.Back = &view.Link{Text: c.t("checklist.sections.title"), Href: c.at(p.within + "/sections")}
	var first *checklist.Question
	for i := range sec.Questions {
		q := &sec.Questions[i]
		page.Answers.Rows = append(page.Answers.Rows, s.questionRow(c, p, q))
		if asked, _ := checklist.Touched(q, p.answers()); !asked && first == nil {
			first = q
		}
	}
	if first != nil {
		page.Ask = &view.Button{Text: c.t("checklist.section.ask"), Href: c.at(p.within + "/ask/" + first.ID)}
	}
	return c.show(page)
}

// questionRow is one question of the answers to check.
func (s *Server) questionRow(c *call, p *place, q *checklist.Question) view.Row {
	row := view.Row{Key: q.Text}
	for _, l := range checklist.Lines(s.content, checklist.All(q), p.answers()) {
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
	if asked, _ := checklist.Touched(q, p.answers()); !asked {
		row.Values, change = []string{s.content.StateLabels[checklist.NotAsked]}, "checklist.section.first"
	}
	row.Links = []view.Link{{Text: c.t(change), About: q.Text, Href: c.at(p.within + "/ask/" + q.ID)}}
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
	placeBase
	Action   string
	Question questionView
	Save     view.Button
	More     *view.Button // one more row of a list
	Same     *view.Button // fill the last row of a list like the one above
	Topic    view.Button
}

func (questionPage) Template() string { return "checklist/question" }

func (s *Server) question(c *call) (*checklist.Question, error) {
	q := s.content.Question(c.Param("question"))
	if q == nil || q.Section == "" {
		return nil, &casework.Error{Kind: casework.KindNotFound, Key: "frame.error.not_found"}
	}
	return q, nil
}

func (s *Server) showQuestion(c *call, p *place) error {
	q, err := s.question(c)
	if err != nil {
		return err
	}
	return s.drawQuestion(c, p, q, p.answers(), nil)
}

func (s *Server) drawQuestion(c *call, p *place, q *checklist.Question, as checklist.Answers, errs view.FieldErrors) error {
	sec := s.content.SectionByID(q.Section)
	page := &questionPage{placeBase: p.plainBase(c), Action: c.at(p.within + "/ask/" + q.ID)}
	page.Title, page.Errors = q.Text, errs
	page.Back = &view.Link{Text: sec.Title, Href: c.at(p.within + topicPath(sec.ID))}
	page.Question = p.ask(c, checklist.All(q), as, errs)[0]
	page.Question.Text = ""
	page.Save = view.Button{Text: c.t("checklist.question.save_next"), Name: "_then", Value: "next"}
	page.Topic = view.Button{Text: c.t("checklist.question.save_topic"), Name: "_then", Value: "topic", Kind: "secondary"}
	if q.Rows != nil {
		page.More = &view.Button{Text: c.t("checklist.question.save_more"), Name: "_then", Value: "more", Kind: "secondary"}
		page.Same = sameButton(c, q)
	}
	if errs != nil {
		return c.again(page)
	}
	return c.show(page)
}

func (s *Server) saveQuestion(c *call, p *place) error {
	q, err := s.question(c)
	if err != nil {
		return err
	}
	a := p.read(c, checklist.All(q))
	if p.fillRow(c, &a) {
		return s.drawQuestion(c, p, q, a.answers, a.errors)
	}
	if done, err := p.keepAnswers(c, &a); done || err != nil {
		return err
	}
	if a.errors != nil {
		return s.drawQuestion(c, p, q, a.answers, a.errors)
	}
	if err := s.settleRecord(c, p, a.asked); err != nil {
		return p.stale(c, err, p.answerContest(attachPrefix))
	}
	c.settle()
	if c.PostForm("_then") == "more" {
		return c.to(p.within + "/ask/" + q.ID)
	}
	if next := s.nextInSection(p, q); next != nil && c.PostForm("_then") == "next" {
		return c.to(p.within + "/ask/" + next.ID)
	}
	return c.to(p.within + topicPath(q.Section))
}

// topicPath is the page of a topic; the topic that closes a session has one of its own.
func topicPath(section string) string {
	if section == closingTopic {
		return "/close"
	}
	return "/sections/" + section
}

// nextInSection is the next question of the section that was not asked when the page was sent.
func (s *Server) nextInSection(p *place, q *checklist.Question) *checklist.Question {
	sec := s.content.SectionByID(q.Section)
	past := false
	for i := range sec.Questions {
		other := &sec.Questions[i]
		if other.ID == q.ID {
			past = true
			continue
		}
		if asked, _ := checklist.Touched(other, p.answers()); past && !asked && len(other.Refs("")) > 0 {
			return other
		}
	}
	return nil
}

// moment writes a day and the time of day with its zone as it was recorded.
func (c *call) moment(at time.Time) string { return c.date(at) + ", " + at.Format("15:04 -07:00") }

// labelled puts what an answer is about before it. A label that is a question keeps its own mark.
func labelled(label, answer string) string {
	if strings.HasSuffix(label, "?") {
		return label + " " + answer
	}
	return label + ": " + answer
}
