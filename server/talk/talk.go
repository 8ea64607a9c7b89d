package talk

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"keyholder/casework"
	"keyholder/casework/checklist"
	"keyholder/server/view"
	"keyholder/server/web"
	"keyholder/server/wording"
)

// talkArea leads a consultation beyond the first questions: how deep it goes, and then one topic a
// screen.
func (s *pages) talkArea() web.Area {
	routes := slices.Concat(
		web.ForPlaces(http.MethodGet, "/talk", s.showTalk),
		web.ForPlaces(http.MethodPost, "/talk", s.leadTalk),
		web.ForPlaces(http.MethodGet, "/safe", s.showSafe),
		web.ForPlaces(http.MethodPost, "/safe", s.saveSafe),
		web.ForPlaces(http.MethodGet, "/talk/:section", s.showTopic),
		web.ForPlaces(http.MethodPost, "/talk/:section", s.saveTopic),
	)
	return web.Area{Routes: routes, Pages: []view.Page{&talkPage{}, &topicPage{}, &safePage{}}}
}

// talkPage is where a consultation begins, pauses and goes on.
type talkPage struct {
	web.PlaceBase
	Danger   *view.Inset
	Step     *view.Next // what to do now
	Wish     view.SummaryList
	Progress string // empty while no depth was chosen
	Topics   view.TaskList
	Changed  bool // what was said since would choose other questions
	Others   view.TaskList
	Action   string
	Depths   view.Radios
	Minutes  view.Radios
	Choose   view.Button
}

func (talkPage) Template() string { return "talk/talk" }

func (s *pages) showTalk(c *web.Call, p *web.Place) error { return s.drawTalk(c, p, nil) }

func (s *pages) drawTalk(c *web.Call, p *web.Place, errs view.FieldErrors) error {
	if checklist.Closed(checklist.Gates(s.Content, p.Answers())) {
		return s.showStop(c, p)
	}
	page := &talkPage{PlaceBase: p.Base(c, "talk.title"), Action: c.At(p.Within + "/talk"), Danger: danger(c, p)}
	page.Lead, page.Errors = c.T("talk.lead"), errs
	page.Back = p.WayBack(c)
	talk, choice := p.File.Talk(), p.File.Choose(s.Now())
	page.Step = s.talkStep(c, p, talk)
	page.Wish = view.SummaryList{Rows: []view.Row{QuestionRow(c, p, s.Content.Question("00.6"))}}
	if talk.Depth != "" {
		page.Progress = left(c, "talk.progress", talk.Left, "topics", len(talk.Topics))
		page.Topics = s.topicTasks(c, p, talk)
	}
	page.Changed = talk.Depth == checklist.DepthSession && changed(talk, choice)
	page.Others = s.otherTasks(c, p, talk, choice)
	page.Depths, page.Minutes = s.depths(c, p, talk, choice, errs), minutes(c, talk, errs)
	page.Choose = view.Button{Text: c.T("talk.choose")}
	if page.Step != nil {
		page.Choose.Kind = "secondary"
	}
	if errs != nil {
		return c.Again(page)
	}
	return c.Show(page)
}

// left says how many questions are left, in words of its own when none is.
func left(c *web.Call, key string, n int, args ...any) string {
	if n == 0 {
		return c.T(key+".none", args...)
	}
	return c.N(key, n, args...)
}

// talkStep is the one thing to do now: first whether it is safe to talk, then the topic to go on with.
func (s *pages) talkStep(c *web.Call, p *web.Place, talk casework.Talk) *view.Next {
	if !p.File.SafeToTalk(s.Now()) {
		return &view.Next{Text: c.T("talk.safe"), Reason: c.T("talk.safe.why"), Href: c.At(p.Within + "/safe")}
	}
	if talk.Depth == "" {
		return nil
	}
	if i := p.File.Resume(talk); i >= 0 {
		sec := talk.Topics[i].Section
		return &view.Next{
			Text: c.T("talk.go_on", "topic", sec.Title), Reason: sec.Why, Href: c.At(p.Within + "/talk/" + sec.ID),
		}
	}
	return &view.Next{Text: c.T("talk.done"), Reason: c.T("talk.done.why"), Href: c.At(p.Within + "/plan")}
}

// changed reports whether other questions would be chosen now.
func changed(talk casework.Talk, choice checklist.Selection) bool {
	chosen := talk.IDs()
	return slices.ContainsFunc(choice.IDs(), func(id string) bool { return !slices.Contains(chosen, id) })
}

// topicTasks lists the topics of the consultation with what is left of each.
func (s *pages) topicTasks(c *web.Call, p *web.Place, talk casework.Talk) view.TaskList {
	var list view.TaskList
	for _, topic := range talk.Topics {
		t := view.Task{
			ID: "topic-" + topic.Section.ID, Title: topic.Section.Title, Href: c.At(p.Within + "/talk/" + topic.Section.ID),
			Status: c.N("talk.left", topic.Left), Tone: "quiet",
		}
		if topic.Left == 0 {
			t.Status, t.Tone = sectionState(c, checklist.ProgressOf(s.Content, p.Answers(), topic.Section.ID))
		}
		list.Tasks = append(list.Tasks, t)
	}
	return list
}

// otherTasks lists what is not part of the consultation, one click away.
func (s *pages) otherTasks(c *web.Call, p *web.Place, talk casework.Talk, choice checklist.Selection) view.TaskList {
	chosen := choice.IDs()
	if talk.Depth != "" {
		chosen = talk.IDs()
	}
	var list view.TaskList
	for i := range s.Content.Sections {
		sec := &s.Content.Sections[i]
		n := openOthers(p, sec, chosen)
		if n == 0 || !sec.Available {
			continue
		}
		t := view.Task{ID: "other-" + sec.ID, Title: sec.Title, Href: c.At(p.Within + "/sections/" + sec.ID), Status: c.N("talk.others.more", n)}
		if text, tone := offered(c, p, sec.ID); text != "" {
			t.Status, t.Tone = text, tone
		}
		list.Tasks = append(list.Tasks, t)
	}
	return list
}

// openOthers counts the open questions of a section that were not chosen.
func openOthers(p *web.Place, sec *checklist.Section, chosen []string) int {
	n := 0
	for i := range sec.Questions {
		if q := &sec.Questions[i]; !slices.Contains(chosen, q.ID) && checklist.Open(p.File.Content, p.Answers(), q) {
			n++
		}
	}
	return n
}

// depths offers how deep the consultation goes.
func (s *pages) depths(c *web.Call, p *web.Place, talk casework.Talk, choice checklist.Selection, errs view.FieldErrors) view.Radios {
	whole := 0
	for _, q := range s.Content.Questions() {
		if checklist.Open(s.Content, p.Answers(), q) {
			whole++
		}
	}
	r := view.Radios{Name: "depth", Label: c.T("talk.depth"), Error: errs.For("depth")}
	for _, d := range []struct {
		depth checklist.Depth
		hint  string
	}{
		{checklist.DepthFirst, c.T("talk.depth.first.hint")},
		{checklist.DepthSession, c.N("talk.depth.session.hint", choice.Count())},
		{checklist.DepthFull, c.N("talk.depth.full.hint", whole)},
	} {
		label := c.T("talk.depth." + string(d.depth))
		if d.depth == checklist.DepthSession && talk.Depth == d.depth {
			label = c.T("talk.depth.again")
		}
		r.Items = append(r.Items, view.Choice{Value: string(d.depth), Label: label, Hint: d.hint, Chosen: d.depth == checklist.DepthSession})
	}
	return r
}

// minutes asks how much time is left; whoever says nothing gets as many questions as one sitting holds.
func minutes(c *web.Call, talk casework.Talk, errs view.FieldErrors) view.Radios {
	r := view.Radios{Name: "minutes", Label: c.T("talk.minutes"), Hint: c.T("talk.minutes.hint"), Error: errs.For("minutes"), Small: true}
	chosen, typed := c.GetPostForm("minutes")
	if !typed && talk.Minutes > 0 {
		chosen = strconv.Itoa(talk.Minutes)
	}
	r.Items = append(r.Items, view.Choice{Label: c.T("talk.minutes.any"), Chosen: chosen == ""})
	for _, m := range slices.Sorted(maps.Keys(casework.TalkMinutes())) {
		value := strconv.Itoa(m)
		r.Items = append(r.Items, view.Choice{
			Value: value, Label: c.T("talk.minutes.for", "minutes", m, "count", casework.TalkMinutes()[m]), Chosen: chosen == value,
		})
	}
	return r
}

// minutesLeft reads the answer; what is no number is passed on as one that is not offered.
func minutesLeft(c *web.Call) int {
	typed := c.PostForm("minutes")
	if typed == "" {
		return 0
	}
	n, err := strconv.Atoi(typed)
	if err != nil || n == 0 {
		return -1
	}
	return n
}

// leadTalk keeps the depth and leads to the first topic.
func (s *pages) leadTalk(c *web.Call, p *web.Place) error {
	depth := checklist.Depth(c.PostForm("depth"))
	if depth == checklist.DepthFirst {
		return c.To(p.Within + "/first/" + strconv.Itoa(s.Content.NextScreen(p.Answers())%len(s.Content.First.Screens)+1))
	}
	err := p.Book.LeadTalkFor(c.Ctx(), p.ID, p.Act(c), depth, minutesLeft(c))
	if errs := c.FieldErrors(err); errs != nil {
		return s.drawTalk(c, p, errs)
	}
	if err != nil {
		return err
	}
	c.Settle()
	return c.To(p.Within + "/talk")
}

// topicPage asks what is open of one topic.
type topicPage struct {
	web.PlaceBase
	Action    string
	Step      string // "Topic 3 of 9, 14 questions left"
	Why       string
	Because   []string
	Danger    *view.Inset
	Questions []web.QuestionView
	Shown     []string // ids of the questions of the form
	Said      view.SummaryList
	Save      view.Button
	Stop      view.Button
	Rows      []view.Button // for the lists among the questions
}

func (topicPage) Template() string { return "talk/topic" }

// topic finds the topic of the address in the consultation of this place.
func (s *pages) topic(c *web.Call, p *web.Place) (talk casework.Talk, at int, err error) {
	talk = p.File.Talk()
	if at = talk.Index(c.Param("section")); at < 0 {
		return talk, at, &casework.Error{Kind: casework.KindNotFound, Key: "frame.error.not_found"}
	}
	return talk, at, nil
}

func (s *pages) showTopic(c *web.Call, p *web.Place) error {
	if checklist.Closed(checklist.Gates(s.Content, p.Answers())) {
		return s.showStop(c, p)
	}
	talk, at, err := s.topic(c, p)
	if err != nil {
		return err
	}
	var open []*checklist.Question
	for _, q := range talk.Topics[at].Questions {
		if checklist.Open(s.Content, p.Answers(), q) || c.Query("add") == q.ID {
			open = append(open, q)
		}
	}
	return s.drawTopic(c, p, topicForm{talk: talk, at: at, asked: checklist.All(open...), answers: p.Answers()})
}

// topicForm is what one screen of a consultation shows.
type topicForm struct {
	talk    casework.Talk
	at      int
	asked   []checklist.Asked
	answers checklist.Answers
	errors  view.FieldErrors
}

func (s *pages) drawTopic(c *web.Call, p *web.Place, f topicForm) error {
	topic := f.talk.Topics[f.at]
	page := &topicPage{PlaceBase: p.PlainBase(c), Action: c.At(p.Within + "/talk/" + topic.Section.ID)}
	page.Window = c.T("talk.title.window")
	page.Title, page.Why, page.Errors = topic.Section.Title, topic.Section.Why, f.errors
	page.Back = &view.Link{Text: c.T("talk.title"), Href: c.At(p.Within + "/talk")}
	page.Step = left(c, "talk.topic.step", f.talk.Left, "number", f.at+1, "of", len(f.talk.Topics))
	page.Danger = danger(c, p)
	s.fillTopic(c, p, page, f)
	page.Save = view.Button{Text: c.T("talk.topic.save"), Name: "_then", Value: "go"}
	if len(f.asked) == 0 {
		page.Save.Text = c.T("talk.topic.next")
	}
	page.Stop = view.Button{Text: c.T("talk.topic.pause"), Name: "_then", Value: "pause", Kind: "secondary"}
	if f.errors != nil {
		return c.Again(page)
	}
	return c.Show(page)
}

// fillTopic puts the questions on the screen, and what was answered of the topic below them.
func (s *pages) fillTopic(c *web.Call, p *web.Place, page *topicPage, f topicForm) {
	views := p.Ask(c, f.asked, f.answers, f.errors)
	for i, k := range f.asked {
		q := k.Question
		page.Shown = append(page.Shown, q.ID)
		reasons := s.because(c, p.File.Why(q))
		if len(reasons) > 0 {
			views[i].Because = reasons[0]
		}
		page.Questions = append(page.Questions, views[i])
		for _, r := range reasons {
			if !slices.Contains(page.Because, r) {
				page.Because = append(page.Because, r)
			}
		}
		page.Rows = append(page.Rows, web.RowButtons(c, q)...)
	}
	for _, q := range f.talk.Topics[f.at].Questions {
		if !slices.Contains(page.Shown, q.ID) {
			page.Said.Rows = append(page.Said.Rows, QuestionRow(c, p, q))
		}
	}
}

// because puts the reasons for a question into words.
func (s *pages) because(c *web.Call, reasons []checklist.Because) []string {
	var out []string
	for _, b := range reasons {
		what := b.Words
		if b.Kind == checklist.BecauseDevice {
			what = wording.Kind(c, b.Code, "")
		}
		if text := c.T("talk.because."+string(b.Kind), "what", what); !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	return out
}

// shownQuestions are the questions that the posted form showed. Only those are read: what was not on
// the screen stays as it is.
func (s *pages) shownQuestions(c *web.Call, section string) []*checklist.Question {
	var out []*checklist.Question
	for _, id := range c.PostFormArray("shown[]") {
		if q := s.Content.Question(id); q != nil && q.Section == section && !slices.Contains(out, q) {
			out = append(out, q)
		}
	}
	return out
}

// saveTopic keeps what was answered on one screen and leads on.
func (s *pages) saveTopic(c *web.Call, p *web.Place) error {
	talk, at, err := s.topic(c, p)
	if err != nil {
		return err
	}
	asked := checklist.All(s.shownQuestions(c, talk.Topics[at].Section.ID)...)
	a := p.Read(c, asked)
	same := p.FillRow(c, &a)
	if !same {
		if done, err := p.KeepAnswers(c, &a); done || err != nil {
			return err
		}
	}
	if same || a.Errors != nil {
		return s.drawTopic(c, p, topicForm{talk: talk, at: at, asked: asked, answers: a.Answers, errors: a.Errors})
	}
	if err := s.settleRecord(c, p, asked); err != nil {
		return p.Stale(c, err, p.AnswerContest(attachPrefix))
	}
	c.Settle()
	return s.afterTopic(c, p, talk.Topics[at].Section.ID)
}

// afterTopic leads on to the next topic, back to the list when the worker pauses or nothing is left,
// and out when it is not safe to talk.
func (s *pages) afterTopic(c *web.Call, p *web.Place, section string) error {
	if p.Sitting != nil {
		p.Book, p.ID = p.Sitting.Casebook(), p.Sitting.Case() // it may be on record since this form
	}
	if c.PostForm("_then") == "pause" {
		act := p.Act(c)
		act.Submission = web.Also(c.Submission(), "pause")
		if err := p.Book.PauseTalk(c.Ctx(), p.ID, act, section); err != nil {
			return err
		}
	}
	return p.Run(c, func(c *web.Call, p *web.Place) error {
		if checklist.Closed(checklist.Gates(s.Content, p.Answers())) {
			return c.To(p.Within + "/stop")
		}
		then := c.PostForm("_then")
		if list := s.listAsked(section, then); list != nil {
			return c.To(p.Within + "/talk/" + section + "?add=" + list.ID)
		}
		talk := p.File.Talk()
		at := talk.Index(section)
		next := talk.After(at)
		if then == "pause" || next <= at {
			return c.To(p.Within + "/talk")
		}
		return c.To(p.Within + "/talk/" + talk.Topics[next].Section.ID)
	})
}

// listAsked is the list of a topic for which one more row was asked; nil when none was. What the form
// says is never put into an address: only the number of a list that the topic has.
func (s *pages) listAsked(section, then string) *checklist.Question {
	id, more := strings.CutPrefix(then, web.MorePrefix)
	if q := s.Content.Question(id); more && q != nil && q.Section == section && q.Rows != nil {
		return q
	}
	return nil
}
