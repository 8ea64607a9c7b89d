package server

import (
	"cmp"
	"slices"
	"strings"

	"keyholder/casework"
	"keyholder/casework/checklist"
	"keyholder/server/view"
)

// letterArea is the letters to providers: steps of the plan with a text of their own.
func (s *Server) letterArea() area {
	var routes []route
	for _, r := range [][]route{
		forPlaces(s, methodGet, "/plan/letter/:step", s.showLetter),
		forPlaces(s, methodPost, "/plan/letter/:step", s.saveLetter),
		forPlaces(s, methodPost, "/plan/letter/:step/read", s.readLetter),
		forPlaces(s, methodGet, "/plan/letter/:step/print", s.printLetter),
	} {
		routes = append(routes, r...)
	}
	return area{routes: routes, pages: []view.Page{&letterPage{}, &letterSheet{}}}
}

// letterPage is one letter. What stands on it grows: held back, only the words of "not yet"; then who
// may be told and the warnings; once they were read and an answer has a way to come, what the letter
// discloses and its text.
type letterPage struct {
	placeBase
	Held     *view.ActionCard
	Before   []view.Row
	See      *view.Link // what they may see, as a picture
	Unsigned bool
	Warnings []string
	ReadAt   string // where to say that the warnings were read; empty once they were
	Blocked  *view.Inset
	Contact  *view.Link // the question that has to be answered first
	Form     *letterForm
	Earlier  []letterEarlier
	Next     view.Next
}

func (letterPage) Template() string { return "plan/letter" }

// letterLink leads from a step that is a letter to its text; from one that is held back it leads nowhere.
func (s *Server) letterLink(c *call, p *place, st casework.Step) []view.Link {
	if st.Held() || s.content.Letter(st.ID) == nil {
		return nil
	}
	return []view.Link{{Text: c.t("letter.write"), About: st.Text, Href: c.at(p.within + "/plan/letter/" + st.ID)}}
}

// letterForm is the part of the page that shows the letter.
type letterForm struct {
	Claims  []string
	Says    []letterSays
	Silent  []letterSays // not known, so left out
	Action  string
	Heads   []headView
	Edited  string
	Inputs  []view.Input
	To      view.Textarea
	Sign    view.Textarea
	Route   view.Radios
	Why     view.Radios
	Text    view.Textarea
	Stage   view.Radios
	SentOn  view.Input
	Print   *view.Button
	NoPrint string
}

// letterSays is one thing that the letter says, or could say if somebody knew it.
type letterSays struct {
	Label, Says, Source string
	Href                string // the question behind it
}

// letterEarlier is an earlier text of the letter.
type letterEarlier struct{ When, Text string }

// letterOf finds a letter of the plan.
func letterOf(c *call, p *place) (casework.Letter, error) {
	l, ok := p.file.Letter(c.Param("step"))
	if !ok {
		return l, &casework.Error{Kind: casework.KindNotFound, Key: "error.letter.not_found"}
	}
	return l, nil
}

func (s *Server) showLetter(c *call, p *place) error { return s.drawLetter(c, p, nil) }

func (s *Server) drawLetter(c *call, p *place, errs view.FieldErrors) error {
	l, err := letterOf(c, p)
	if err != nil {
		return err
	}
	page := &letterPage{placeBase: p.plainBase(c)}
	page.Title, page.Window, page.Errors = l.Step.NotYet.What, c.t("letter.window"), errs
	page.Back = &view.Link{Text: c.t("plan.title"), Href: c.at(p.within + "/plan")}
	at := c.at(p.within + "/plan/letter/" + l.Letter.ID)
	step := view.Next{Text: c.t("letter.next.step"), Reason: c.t("letter.next.step.why"), Href: c.at(p.within + "/plan/step/" + l.Letter.ID)}
	page.Next = step
	switch {
	case l.Step.Held():
		card := s.stepCard(c, p, l.Step)
		card.Links, card.Title = nil, c.t("plan.sheet.not_yet")
		page.Held, page.Lead = &card, c.t("letter.held")
		page.Next = view.Next{Text: c.t("letter.next.held"), Reason: c.t("letter.next.held.why"), Href: step.Href}
	default:
		s.letterBefore(c, p, page, l)
		s.letterOpen(c, p, page, l, at)
	}
	if page.Form != nil {
		if err := s.letterHistory(c, p, page, l); err != nil {
			return err
		}
	}
	if errs != nil {
		return c.again(page)
	}
	return c.show(page)
}

// letterBefore is what has to be known before the text is read: who may be told, and how sure that is.
func (s *Server) letterBefore(c *call, p *place, page *letterPage, l casework.Letter) {
	page.Lead = c.t("letter.lead")
	page.Unsigned = l.Letter.Review == "needed"
	page.Before = []view.Row{
		row(c, "letter.told", l.Letter.Told.Words),
		row(c, "letter.sure", c.t("letter.sure."+l.Letter.Told.Sure)),
		row(c, "plan.step.alert", s.content.Alerts[l.Step.Alert]),
		row(c, "plan.finding.proof", c.t("plan.proof."+l.Step.ProofLost)),
		row(c, "letter.to", c.t("letter.to."+l.Letter.To)),
		row(c, "letter.purpose", c.t("letter.purpose."+l.Letter.Purpose)),
		row(c, "letter.checked", l.Letter.Checked),
	}
	if l.Step.NextDayCheck {
		page.Before = append(page.Before, row(c, "plan.step.check", c.t("plan.step.check.text")))
	}
	page.See = s.stepCard(c, p, l.Step).See
	for _, w := range l.Step.Warnings {
		page.Warnings = append(page.Warnings, s.content.WarningTexts[w])
	}
}

// letterOpen goes on where nothing holds the letter back: warnings first, then a way for the answer,
// then the letter.
func (s *Server) letterOpen(c *call, p *place, page *letterPage, l casework.Letter, at string) {
	switch {
	case !l.Read:
		page.ReadAt = at + "/read"
		page.Next = view.Next{}
	case l.Route == "":
		page.Blocked = &view.Inset{Title: c.t("letter.contact.none"), Text: c.t("letter.contact.none.text"), Tone: "caution"}
		page.Next = view.Next{Text: s.content.Question("00.4").Text, Reason: c.t("letter.contact.why"), Href: c.at(p.within + "/ask/00.4")}
	default:
		page.Form = s.letterForm(c, p, l, page.Errors, at)
	}
}

func (s *Server) letterForm(c *call, p *place, l casework.Letter, errs view.FieldErrors, at string) *letterForm {
	form := &letterForm{Action: at, Claims: l.Claims}
	for _, fact := range l.Facts {
		says := s.letterFact(c, p, fact)
		switch {
		case says.Says != "":
			form.Says = append(form.Says, says)
		case !fact.Typed:
			form.Silent = append(form.Silent, says)
		}
	}
	form.Says = append(form.Says, letterSays{
		Label: c.t("letter.route"), Says: c.t("letter.route." + l.Route),
		Source: s.content.Question("00.4").Text, Href: c.at(p.within + "/ask/00.4"),
	})
	if l.Edited {
		form.Edited = c.t("letter.edited")
	}
	s.letterInputs(c, form, l, errs)
	form.Text = view.Textarea{
		Name: casework.LetterText, Label: c.t("letter.text"), Hint: c.t("letter.text.hint"), Rows: 26,
		Value: orTyped(c, casework.LetterText, l.Text.Reveal()), Error: errs.For(casework.LetterText),
	}
	for _, part := range casework.LetterParts() {
		head := p.headOf(casework.LetterField(l.Letter.ID, part))
		form.Heads = append(form.Heads, headView{Name: headPrefix + part, Value: head.Value})
	}
	if l.Printable() {
		form.Print = &view.Button{Text: c.t("letter.print"), Href: at + "/print", Kind: "secondary"}
	} else {
		form.NoPrint = c.t("letter.print.behind")
	}
	return form
}

// letterFact puts one fact into words: what it says and how that is known.
func (s *Server) letterFact(c *call, p *place, fact casework.LetterFact) letterSays {
	out := letterSays{Label: fact.Label, Says: fact.Says.Reveal(), Source: c.t("letter.source.typed")}
	if fact.Typed {
		out.Label = c.t("letter.fact." + fact.Name)
	} else if q := s.content.Question(fact.From.Question); q != nil {
		out.Source, out.Href = q.Text, c.at(p.within+"/ask/"+q.ID)
	} else {
		out.Source, out.Href = c.t("devices.title"), c.at(p.within+"/devices")
	}
	switch {
	case out.Says == "":
		out.Source += " " + c.t("letter.unknown", "state", s.content.StateLabels[cmp.Or(fact.State, checklist.NotAsked)])
	case !fact.Typed:
		out.Source += " " + c.t("letter.source.known", "basis", c.t("basis."+string(fact.Basis)), "when", c.moment(fact.At))
	}
	if out.Says != "" && !fact.InText {
		out.Source += " " + c.t("letter.not_in_text")
	}
	return out
}

// letterInputs are what is typed for this letter and for no other.
func (s *Server) letterInputs(c *call, form *letterForm, l casework.Letter, errs view.FieldErrors) {
	says := map[string]string{}
	for _, fact := range l.Facts {
		if fact.Typed {
			says[fact.Name] = fact.Says.Reveal()
		}
	}
	area := func(name string) view.Textarea {
		return view.Textarea{
			Name: name, Label: c.t("letter.fact." + name), Hint: c.t("letter.fact." + name + ".hint"), Rows: 3,
			Value: orTyped(c, name, says[name]), Error: errs.For(name),
		}
	}
	form.To, form.Sign = area("to"), area("sign")
	for _, name := range []string{"reference", "since", "reply"} {
		if name == "since" && !l.Letter.Uses(name) && says[name] == "" {
			continue
		}
		form.Inputs = append(form.Inputs, view.Input{
			Name: name, Label: c.t("letter.fact." + name), Hint: c.t("letter.fact." + name + ".hint"),
			Value: orTyped(c, name, says[name]), Error: errs.For(name),
		})
	}
	day := func(name, label, value string) view.Input {
		return view.Input{Name: name, Label: c.t(label), Type: "date", Width: "10", Value: orTyped(c, name, value), Error: errs.For(name)}
	}
	form.Inputs = append(form.Inputs, day("deadline", "letter.fact.deadline", l.Deadline))
	form.SentOn = day(casework.LetterSentOn, "letter.sent_on", l.SentOn)
	form.Route = choose(c, casework.LetterRoute, "letter.route", l.Routes, l.Route)
	form.Why = choose(c, casework.LetterWhy, "letter.why", []string{"", "yes"}, map[bool]string{true: "yes"}[l.Why])
	form.Why.Items[1].Hint = l.Letter.Why
	form.Stage = choose(c, casework.LetterStage, "letter.stage", append([]string{""}, casework.LetterStages()...), l.Stage)
}

// choose is a list of codes of which one stands; the texts are key + "." + code.
func choose(c *call, name, key string, codes []string, stands string) view.Radios {
	r := view.Radios{Name: name, Label: c.t(key), Hint: c.t(key + ".hint")}
	chosen := orTyped(c, name, stands)
	for _, code := range codes {
		r.Items = append(r.Items, view.Choice{Value: code, Label: c.t(key + "." + cmp.Or(code, "none")), Chosen: code == chosen})
	}
	return r
}

// letterHistory lists the texts that the worker wrote before this one.
func (s *Server) letterHistory(c *call, p *place, page *letterPage, l casework.Letter) error {
	chain, err := p.book.History(c.ctx(), p.id, casework.Slot{Field: casework.LetterField(l.Letter.ID, casework.LetterText)})
	if err != nil {
		return err
	}
	for _, v := range slices.Backward(chain) {
		if text := v.Text.Reveal(); text != "" && text != l.Text.Reveal() {
			page.Earlier = append(page.Earlier, letterEarlier{When: c.moment(v.At), Text: text})
		}
	}
	return nil
}

func (s *Server) readLetter(c *call, p *place) error {
	id := c.Param("step")
	if err := p.book.ReadLetter(c.ctx(), p.id, p.act(c), id); err != nil {
		return err
	}
	c.settle()
	return c.to(p.within + "/plan/letter/" + id)
}

func (s *Server) saveLetter(c *call, p *place) error {
	leaveTheirs(c)
	id := c.Param("step")
	form := casework.LetterForm{Parts: map[string]string{}, Afresh: c.PostForm("afresh") != ""}
	seen := map[casework.Slot]casework.ValueID{}
	for _, part := range casework.LetterParts() {
		if typed, sent := c.GetPostForm(part); sent {
			form.Parts[part] = typed
		}
		if head, sent := c.GetPostForm(headPrefix + part); sent {
			seen[casework.Slot{Field: casework.LetterField(id, part)}] = casework.ValueID(head)
		}
	}
	err := p.book.SaveLetter(c.ctx(), p.id, p.act(c), id, form, seen)
	if errs := c.fieldErrors(err); errs != nil {
		return s.drawLetter(c, p, errs)
	}
	if err != nil {
		return p.stale(c, err, s.letterContest(c))
	}
	c.settle()
	c.flash("success", c.t("letter.saved"))
	return c.to(p.within + "/plan/letter/" + id)
}

// letterContest puts the parts of a letter into words.
func (s *Server) letterContest(c *call) contests {
	return func(slot casework.Slot) (contest, bool) {
		part, ok := strings.CutPrefix(string(slot.Field), string(casework.LetterField(c.Param("step"), "")))
		if !ok {
			return contest{}, false
		}
		k := contest{name: part, head: headPrefix + part, asked: c.t(letterKey(part)), words: s.typed}
		switch part {
		case casework.LetterRoute, casework.LetterStage:
			k.words = func(v casework.Value) []string {
				return []string{c.t("letter." + part + "." + cmp.Or(v.Code(), "none"))}
			}
		case casework.LetterWhy:
			k.words = func(v casework.Value) []string {
				return []string{c.t("letter.why." + map[bool]string{true: "yes", false: "none"}[v.State == checklist.Yes])}
			}
		case casework.LetterSentOn, "deadline":
			k.words = func(v casework.Value) []string {
				return []string{cmp.Or(v.Code(), s.content.StateLabels[v.Answer().Is()])}
			}
		}
		return k, true
	}
}

// letterKey is the message key of the name of a part.
func letterKey(part string) string {
	if slices.Contains(checklist.TypedFacts(), part) {
		return "letter.fact." + part
	}
	return "letter." + part
}
