package server

import (
	"strings"
	"time"

	"keyholder/casework"
	"keyholder/casework/checklist"
	"keyholder/casework/personal"
	"keyholder/server/view"
)

// closingTopic is the topic that closes a session.
const closingTopic = "S24"

// closeArea is the end of a session and the one page that may be taken along.
func (s *Server) closeArea() area {
	var routes []route
	for _, r := range [][]route{
		forPlaces(s, methodGet, "/close", s.showClose),
		forPlaces(s, methodPost, "/close", s.saveClose),
		forPlaces(s, methodGet, "/close/paper", s.showHandBack),
	} {
		routes = append(routes, r...)
	}
	return area{routes: routes, pages: []view.Page{&closePage{}, &handBackPage{}}}
}

// closePage walks the closing questions, then says what was covered, what stays unknown, and how the
// two meet again. The note and the next look at the risk are kept only where there is a record.
type closePage struct {
	placeBase
	Gone     *view.Inset // where nothing is kept: what to do
	Next     view.Next
	Steps    view.SummaryList
	Covered  []string
	Unknown  []openItem
	NotAsked string
	Contact  view.SummaryList
	Wipe     *view.Inset // what the survivor wants wiped now
	NoWay    *view.Inset // the service is to call, and nobody has named a way
	Writable bool
	Action   string
	Heads    []headView
	Relook   view.Input
	Note     view.Textarea
	History  bool     // the note was saved before
	Later    []string // answered since the note was saved
	Paper    closePaper
	End      *view.Button
}

// closePaper says whether paper may be taken, and offers it only after a plain yes.
type closePaper struct {
	Text  string
	Ask   view.Link
	Print *view.Button
}

func (closePage) Template() string { return "session/close" }

func (s *Server) showClose(c *call, p *place) error { return s.drawClose(c, p, nil) }

// since is when the session of a place began; a case without a sitting counts the hours of one.
func (s *Server) since(p *place) time.Time {
	if p.sitting != nil {
		return p.sitting.StartedAt
	}
	return s.cfg.Now().Add(-casework.SameSitting)
}

func (s *Server) drawClose(c *call, p *place, errs view.FieldErrors) error {
	k := p.file.Close(s.since(p), s.cfg.Now())
	page := &closePage{placeBase: p.base(c, "close.title"), Writable: p.recorded(), Action: c.at(p.within + "/close")}
	page.Lead, page.Errors, page.Back = c.t("close.lead"), errs, p.wayBack(c)
	if !page.Writable {
		page.Gone = &view.Inset{Title: c.t("close.gone"), Text: c.t("close.gone.text"), Tone: "caution"}
	}
	s.closeLists(c, p, page, k)
	page.Paper = s.closePaper(c, p, k)
	if err := s.closeForm(c, p, page, k); err != nil {
		return err
	}
	if p.sitting != nil {
		page.End = &view.Button{Text: c.t("session.summary.end"), Href: c.at(p.within + "/end"), Kind: "secondary"}
	}
	if errs != nil {
		return c.again(page)
	}
	return c.show(page)
}

// closeLists fills in what was asked and covered, what stays unknown, and how the two meet again.
func (s *Server) closeLists(c *call, p *place, page *closePage, k casework.Closing) {
	page.Next = s.closeNext(c, p, k)
	for _, step := range k.Steps {
		if !step.Auto && step.Question.ID != nextContact {
			page.Steps.Rows = append(page.Steps.Rows, s.questionRow(c, p, step.Question))
		}
	}
	for _, sec := range k.Covered {
		page.Covered = append(page.Covered, sec.Title)
	}
	page.Unknown = s.closeUnknown(k)
	if k.NotAsked > 0 {
		page.NotAsked = c.n("close.not_asked", k.NotAsked)
	}
	page.Contact = view.SummaryList{Rows: []view.Row{
		s.questionRow(c, p, s.content.Question(nextContact)), s.questionRow(c, p, s.content.Question("00.4")),
	}}
	if noWay(p.file) {
		page.NoWay = &view.Inset{Title: c.t("close.no_way"), Text: c.t("close.no_way.text"), Tone: "caution"}
	}
	if len(k.Wipe) > 0 {
		page.Wipe = &view.Inset{Title: c.t("close.wipe"), Text: c.t("close.wipe.text", "what", strings.Join(k.Wipe, ", ")), Tone: "caution"}
	}
}

// nextContact is the question how the two meet again.
const nextContact = "24.5"

// noWay reports whether the service is to call while nobody has named a way in which it may.
func noWay(f *casework.File) bool {
	route, known := f.Ask(nextContact, "route"), f.Ask("00.4", "route")
	named := known.State == checklist.Yes && len(known.Codes) > 0
	onlyHers := named && len(known.Codes) == 1 && known.Has("survivor_calls")
	return route.Has("we_call") && (!named || onlyHers)
}

// closeNext is the next closing question that nobody asked, or the end.
func (s *Server) closeNext(c *call, p *place, k casework.Closing) view.Next {
	for _, step := range k.Steps {
		if !step.Asked && !step.Auto {
			return view.Next{Text: step.Question.Text, Reason: step.Question.Help, Href: c.at(p.within + "/ask/" + step.Question.ID)}
		}
	}
	if p.sitting != nil {
		return view.Next{Text: c.t("session.summary.end"), Reason: c.t("close.next.end"), Href: c.at(p.within + "/end")}
	}
	return view.Next{Text: c.t("session.summary.next"), Reason: c.t("close.next.plan"), Href: c.at(p.within + "/plan")}
}

// closeUnknown lists what nobody knows yet, with who could find out and how without harm.
func (s *Server) closeUnknown(k casework.Closing) []openItem {
	var out []openItem
	for _, f := range k.Unknown {
		item := openItem{Text: f.Question.Text, Who: f.Question.DontKnow.Who, How: f.Question.DontKnow.How}
		if !f.Label.Empty() {
			item.Text = f.Label.Reveal() + ": " + item.Text
		}
		out = append(out, item)
	}
	return out
}

// closePaper offers paper only after a plain yes to 24.7.
func (s *Server) closePaper(c *call, p *place, k casework.Closing) closePaper {
	q := s.content.Question("24.7")
	out := closePaper{Text: c.t("close.paper.no"), Ask: view.Link{Text: c.t("checklist.section.change"), About: q.Text, Href: c.at(p.within + "/ask/24.7")}}
	if k.Paper == checklist.NotAsked {
		out.Text, out.Ask.Text = c.t("close.paper.ask"), c.t("checklist.section.first")
	}
	if k.Paper == checklist.Yes {
		out.Text = c.t("close.paper.yes", "day", c.date(p.file.Ask("24.7", "").At))
		out.Print = &view.Button{Text: c.t("close.paper.show"), Href: c.at(p.within + "/close/paper"), Kind: "secondary"}
	}
	return out
}

// closeForm fills the form: the note, as it was saved or drafted from the answers, and the day of the
// next look at the risk.
func (s *Server) closeForm(c *call, p *place, page *closePage, k casework.Closing) error {
	if !page.Writable {
		return nil
	}
	set, err := c.opened.Settings.Setting(c.ctx(), settingRelook)
	if err != nil {
		return err
	}
	note := k.Note.Text.Reveal()
	page.History = k.Note.ID != ""
	if !page.History {
		note = strings.Join(s.noteLines(c, k.Draft), "\n")
	}
	page.Later = s.noteLines(c, k.Later)
	hint := c.t("close.relook.hint")
	if days, ok := relookDays(set); ok && !k.Chosen {
		hint = c.n("close.relook.default", days)
		k.Relook = k.Relook.Add(time.Duration(days)*24*time.Hour - casework.RelookAfter)
	}
	day := k.Relook.Format(time.DateOnly)
	if now := s.cfg.Now().Format(time.DateOnly); day < now {
		day = now
	}
	page.Relook = view.Input{
		Name: "relook", Label: c.t("close.relook"), Hint: hint, Type: "date", Width: "10",
		Value: orTyped(c, "relook", day), Error: page.Errors.For("relook"),
	}
	page.Note = view.Textarea{
		Name: "note", Label: c.t("close.note"), Hint: c.t("close.note.hint"), Value: orTyped(c, "note", note), Rows: 12,
	}
	page.Heads = []headView{
		{Name: headPrefix + "note", Value: string(k.Note.ID)},
		{Name: headPrefix + "relook", Value: string(p.file.Head("", casework.FieldRelook).ID)},
	}
	return nil
}

// noteLines writes what was answered, each line with how it is known.
func (s *Server) noteLines(c *call, lines []casework.NoteLine) []string {
	var out []string
	for _, l := range lines {
		answer := strings.Join(l.Line.Answer, ", ")
		if !l.Line.Text.Empty() {
			answer = strings.TrimPrefix(answer+": "+l.Line.Text.Reveal(), ": ")
		}
		out = append(out, c.t("close.note.line", "basis", c.t("close.basis."+string(l.Basis)), "asked", l.Line.Asked, "answer", answer))
	}
	return out
}

// saveClose keeps the note and the day of the next look.
func (s *Server) saveClose(c *call, p *place) error {
	if !p.recorded() {
		return &casework.Error{Kind: casework.KindForbidden, Key: "error.consultation.not_agreed"}
	}
	leaveTheirs(c)
	seen := map[casework.Slot]casework.ValueID{}
	for name, field := range s.closeFields() {
		if id, sent := c.GetPostForm(headPrefix + name); sent {
			seen[casework.Slot{Field: field}] = casework.ValueID(id)
		}
	}
	err := p.book.SaveClosing(c.ctx(), p.id, p.act(c), casework.Closed{
		Note: personal.New(lines(c.PostForm("note"))), Relook: c.PostForm("relook"),
	}, seen)
	if errs := c.fieldErrors(err); errs != nil {
		return s.drawClose(c, p, errs)
	}
	if err != nil {
		return p.stale(c, err, s.closeContest(c))
	}
	c.settle()
	c.flash("done", c.t("close.saved"))
	return c.to(p.within + "/close")
}

// lines gives a text the line ends it had: browsers send others.
func lines(text string) string { return strings.ReplaceAll(text, "\r\n", "\n") }

// closeFields are the fields of the form by their names.
func (s *Server) closeFields() map[string]casework.Field {
	return map[string]casework.Field{"note": casework.FieldNote(s.cfg.Now()), "relook": casework.FieldRelook}
}

// closeContest puts what somebody else saved meanwhile into words.
func (s *Server) closeContest(c *call) contests {
	return func(slot casework.Slot) (contest, bool) {
		for name, field := range s.closeFields() {
			if field != slot.Field {
				continue
			}
			k := contest{name: name, head: headPrefix + name, asked: c.t("close." + name), words: s.typed}
			if name == "relook" {
				k.words = func(v casework.Value) []string { return []string{v.Code()} }
			}
			return k, true
		}
		return contest{}, false
	}
}

// handBackPage is the one page that may be taken along. It reads like a household list.
type handBackPage struct {
	placeBase
	Heading string
	Lines   []string
	Day     string
	Hint    string
}

func (handBackPage) Template() string { return "session/handback" }

// showHandBack shows the page for the printer. Without a plain yes to the question whether paper is safe
// to take there is none, and the worker is led back to it.
func (s *Server) showHandBack(c *call, p *place) error {
	sheet, may := p.file.HandBack()
	if !may {
		c.flash("note", c.t("close.paper.ask"))
		return c.to(p.within + "/close")
	}
	if err := p.book.Printed(c.ctx(), p.id, c.opened.Worker); err != nil {
		return err
	}
	page := &handBackPage{placeBase: p.plainBase(c), Heading: c.t("plan.unmarked.title"), Lines: sheet.Lines}
	page.Title, page.Window, page.MadeUp = page.Heading, c.t("plan.sheet.window"), c.MadeUp()
	page.Back = &view.Link{Text: c.t("close.title"), Href: c.at(p.within + "/close")}
	page.Hint = c.t("plan.print.hint.unmarked")
	if day, err := time.Parse(time.DateOnly, sheet.Day); err == nil {
		page.Day = c.t("close.paper.day", "day", c.date(day))
	}
	return c.show(page)
}
