package talk

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"keyholder/casework"
	"keyholder/casework/checklist"
	"keyholder/casework/personal"
	"keyholder/server/view"
	"keyholder/server/web"
)

// closingTopic is the topic that closes a session.
const closingTopic = "S24"

// closeArea is the end of a session and the one page that may be taken along.
func (s *pages) closeArea() web.Area {
	routes := slices.Concat(
		web.ForPlaces(http.MethodGet, "/close", s.showClose),
		web.ForPlaces(http.MethodPost, "/close", s.saveClose),
		web.ForPlaces(http.MethodGet, "/close/paper", s.showHandBack),
	)
	return web.Area{Routes: routes, Pages: []view.Page{&closePage{}, &handBackPage{}}}
}

// closePage walks the closing questions, then says what was covered, what stays unknown, and how the
// two meet again. The note and the next look at the risk are kept only where there is a record.
type closePage struct {
	web.PlaceBase
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
	Heads    []web.HeadView
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

func (s *pages) showClose(c *web.Call, p *web.Place) error { return s.drawClose(c, p, nil) }

// since is when the session of a place began; a case without a sitting counts the hours of one.
func (s *pages) since(p *web.Place) time.Time {
	if p.Sitting != nil {
		return p.Sitting.StartedAt
	}
	return s.Now().Add(-casework.SameSitting)
}

func (s *pages) drawClose(c *web.Call, p *web.Place, errs view.FieldErrors) error {
	k := p.File.Close(s.since(p), s.Now())
	page := &closePage{PlaceBase: p.Base(c, "close.title"), Writable: p.Recorded(), Action: c.At(p.Within + "/close")}
	page.Lead, page.Errors, page.Back = c.T("close.lead"), errs, p.WayBack(c)
	if !page.Writable {
		page.Gone = &view.Inset{Title: c.T("close.gone"), Text: c.T("close.gone.text"), Tone: "caution"}
	}
	s.closeLists(c, p, page, k)
	page.Paper = s.closePaper(c, p, k)
	if err := s.closeForm(c, p, page, k); err != nil {
		return err
	}
	if p.Sitting != nil {
		page.End = &view.Button{Text: c.T("session.summary.end"), Href: c.At(p.Within + "/end"), Kind: "secondary"}
	}
	if errs != nil {
		return c.Again(page)
	}
	return c.Show(page)
}

// closeLists fills in what was asked and covered, what stays unknown, and how the two meet again.
func (s *pages) closeLists(c *web.Call, p *web.Place, page *closePage, k casework.Closing) {
	page.Next = s.closeNext(c, p, k)
	for _, step := range k.Steps {
		if !step.Auto && step.Question.ID != nextContact {
			page.Steps.Rows = append(page.Steps.Rows, QuestionRow(c, p, step.Question))
		}
	}
	for _, sec := range k.Covered {
		page.Covered = append(page.Covered, sec.Title)
	}
	page.Unknown = s.closeUnknown(k)
	if k.NotAsked > 0 {
		page.NotAsked = c.N("close.not_asked", k.NotAsked)
	}
	page.Contact = view.SummaryList{Rows: []view.Row{
		QuestionRow(c, p, s.Content.Question(nextContact)), QuestionRow(c, p, s.Content.Question("00.4")),
	}}
	if noWay(p.File) {
		page.NoWay = &view.Inset{Title: c.T("close.no_way"), Text: c.T("close.no_way.text"), Tone: "caution"}
	}
	if len(k.Wipe) > 0 {
		page.Wipe = &view.Inset{Title: c.T("close.wipe"), Text: c.T("close.wipe.text", "what", strings.Join(k.Wipe, ", ")), Tone: "caution"}
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
func (s *pages) closeNext(c *web.Call, p *web.Place, k casework.Closing) view.Next {
	for _, step := range k.Steps {
		if !step.Asked && !step.Auto {
			return view.Next{Text: step.Question.Text, Reason: step.Question.Help, Href: c.At(p.Within + "/ask/" + step.Question.ID)}
		}
	}
	if p.Sitting != nil {
		return view.Next{Text: c.T("session.summary.end"), Reason: c.T("close.next.end"), Href: c.At(p.Within + "/end")}
	}
	return view.Next{Text: c.T("session.summary.next"), Reason: c.T("close.next.plan"), Href: c.At(p.Within + "/plan")}
}

// closeUnknown lists what nobody knows yet, with who could find out and how without harm.
func (s *pages) closeUnknown(k casework.Closing) []openItem {
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
func (s *pages) closePaper(c *web.Call, p *web.Place, k casework.Closing) closePaper {
	q := s.Content.Question("24.7")
	out := closePaper{Text: c.T("close.paper.no"), Ask: view.Link{Text: c.T("checklist.section.change"), About: q.Text, Href: c.At(p.Within + "/ask/24.7")}}
	if k.Paper == checklist.NotAsked {
		out.Text, out.Ask.Text = c.T("close.paper.ask"), c.T("checklist.section.first")
	}
	if k.Paper == checklist.Yes {
		out.Text = c.T("close.paper.yes", "day", c.Date(p.File.Ask("24.7", "").At))
		out.Print = &view.Button{Text: c.T("close.paper.show"), Href: c.At(p.Within + "/close/paper"), Kind: "secondary"}
	}
	return out
}

// closeForm fills the form: the note, as it was saved or drafted from the answers, and the day of the
// next look at the risk.
func (s *pages) closeForm(c *web.Call, p *web.Place, page *closePage, k casework.Closing) error {
	if !page.Writable {
		return nil
	}
	set, err := c.Opened.Settings.Setting(c.Ctx(), web.SettingRelook)
	if err != nil {
		return err
	}
	note := k.Note.Text.Reveal()
	page.History = k.Note.ID != ""
	if !page.History {
		note = strings.Join(s.noteLines(c, k.Draft), "\n")
	}
	page.Later = s.noteLines(c, k.Later)
	hint := c.T("close.relook.hint")
	if days, ok := web.RelookDays(set); ok && !k.Chosen {
		hint = c.N("close.relook.default", days)
		k.Relook = k.Relook.Add(time.Duration(days)*24*time.Hour - casework.RelookAfter)
	}
	day := k.Relook.Format(time.DateOnly)
	if now := s.Now().Format(time.DateOnly); day < now {
		day = now
	}
	page.Relook = view.Input{
		Name: "relook", Label: c.T("close.relook"), Hint: hint, Type: "date", Width: "10",
		Value: web.OrTyped(c, "relook", day), Error: page.Errors.For("relook"),
	}
	page.Note = view.Textarea{
		Name: "note", Label: c.T("close.note"), Hint: c.T("close.note.hint"), Value: web.OrTyped(c, "note", note), Rows: 12,
	}
	page.Heads = []web.HeadView{
		{Name: web.HeadPrefix + "note", Value: string(k.Note.ID)},
		{Name: web.HeadPrefix + "relook", Value: string(p.File.Head("", casework.FieldRelook).ID)},
	}
	return nil
}

// noteLines writes what was answered, each line with how it is known.
func (s *pages) noteLines(c *web.Call, lines []casework.NoteLine) []string {
	var out []string
	for _, l := range lines {
		answer := strings.Join(l.Line.Answer, ", ")
		if !l.Line.Text.Empty() {
			answer = strings.TrimPrefix(answer+": "+l.Line.Text.Reveal(), ": ")
		}
		out = append(out, c.T("close.note.line", "basis", c.T("close.basis."+string(l.Basis)), "asked", l.Line.Asked, "answer", answer))
	}
	return out
}

// saveClose keeps the note and the day of the next look.
func (s *pages) saveClose(c *web.Call, p *web.Place) error {
	if !p.Recorded() {
		return &casework.Error{Kind: casework.KindForbidden, Key: "error.consultation.not_agreed"}
	}
	web.LeaveTheirs(c)
	seen := map[casework.Slot]casework.ValueID{}
	for name, field := range s.closeFields() {
		if id, sent := c.GetPostForm(web.HeadPrefix + name); sent {
			seen[casework.Slot{Field: field}] = casework.ValueID(id)
		}
	}
	err := p.Book.SaveClosing(c.Ctx(), p.ID, p.Act(c), casework.Closed{
		Note: personal.New(lines(c.PostForm("note"))), Relook: c.PostForm("relook"),
	}, seen)
	if errs := c.FieldErrors(err); errs != nil {
		return s.drawClose(c, p, errs)
	}
	if err != nil {
		return p.Stale(c, err, s.closeContest(c))
	}
	c.Settle()
	c.Flash("done", c.T("close.saved"))
	return c.To(p.Within + "/close")
}

// lines gives a text the line ends it had: browsers send others.
func lines(text string) string { return strings.ReplaceAll(text, "\r\n", "\n") }

// closeFields are the fields of the form by their names.
func (s *pages) closeFields() map[string]casework.Field {
	return map[string]casework.Field{"note": casework.FieldNote(s.Now()), "relook": casework.FieldRelook}
}

// closeContest puts what somebody else saved meanwhile into words.
func (s *pages) closeContest(c *web.Call) web.Contests {
	return func(slot casework.Slot) (web.Contest, bool) {
		for name, field := range s.closeFields() {
			if field != slot.Field {
				continue
			}
			k := web.Contest{Name: name, Head: web.HeadPrefix + name, Asked: c.T("close." + name), Words: c.Typed}
			if name == "relook" {
				k.Words = func(v casework.Value) []string { return []string{v.Code()} }
			}
			return k, true
		}
		return web.Contest{}, false
	}
}

// handBackPage is the one page that may be taken along. It reads like a household list.
type handBackPage struct {
	web.PlaceBase
	Heading string
	Lines   []string
	Day     string
	Hint    string
}

func (handBackPage) Template() string { return "session/handback" }

// showHandBack shows the page for the printer. Without a plain yes to the question whether paper is safe
// to take there is none, and the worker is led back to it.
func (s *pages) showHandBack(c *web.Call, p *web.Place) error {
	sheet, may := p.File.HandBack()
	if !may {
		c.Flash("note", c.T("close.paper.ask"))
		return c.To(p.Within + "/close")
	}
	if err := p.Book.Printed(c.Ctx(), p.ID, c.Opened.Worker); err != nil {
		return err
	}
	page := &handBackPage{PlaceBase: p.PlainBase(c), Heading: c.T("plan.unmarked.title"), Lines: sheet.Lines}
	page.Title, page.Window, page.MadeUp = page.Heading, c.T("plan.sheet.window"), c.MadeUp()
	page.Back = &view.Link{Text: c.T("close.title"), Href: c.At(p.Within + "/close")}
	page.Hint = c.T("plan.print.hint.unmarked")
	if day, err := time.Parse(time.DateOnly, sheet.Day); err == nil {
		page.Day = c.T("close.paper.day", "day", c.Date(day))
	}
	return c.Show(page)
}
