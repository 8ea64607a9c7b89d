package plan

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"keyholder/casework"
	"keyholder/casework/checklist"
	"keyholder/server/view"
	"keyholder/server/web"
)

// letterArea is the letters to providers: steps of the plan with a text of their own.
func (s *pages) letterArea() web.Area {
	routes := slices.Concat(
		web.ForPlaces(http.MethodGet, "/plan/letter/:step", s.showLetter),
		web.ForPlaces(http.MethodPost, "/plan/letter/:step", s.saveLetter),
		web.ForPlaces(http.MethodPost, "/plan/letter/:step/read", s.readLetter),
		web.ForPlaces(http.MethodGet, "/plan/letter/:step/print", s.printLetter),
	)
	return web.Area{Routes: routes, Pages: []view.Page{&letterPage{}, &letterSheet{}}}
}

// letterPage is one letter. What stands on it grows: held back, only the words of "not yet"; then who
// may be told and the warnings; once they were read and an answer has a way to come, what the letter
// discloses and its text.
type letterPage struct {
	web.PlaceBase
	Held     *view.ActionCard
	Before   []view.Row
	See      *view.Link // what they may see, as a picture
	Unsigned bool
	Warnings []string
	ReadAt   string // where to say that the warnings were read; empty once they were
	Blocked  *view.Inset
	Form     *letterForm
	Earlier  []letterEarlier
	Next     view.Next
}

func (letterPage) Template() string { return "plan/letter" }

// letterLink leads from a step that is a letter to its text; from one that is held back it leads nowhere.
func letterLink(c *web.Call, p *web.Place, st casework.Step) []view.Link {
	if st.Held() || c.Site.Content.Letter(st.Of) == nil {
		return nil
	}
	return []view.Link{{Text: c.T("letter.write"), About: st.Text, Href: c.At(p.Within + "/plan/letter/" + st.ID)}}
}

// letterForm is the part of the page that shows the letter.
type letterForm struct {
	Claims  []string
	Says    []letterSays
	Silent  []letterSays // not known, so left out
	Action  string
	Heads   []web.HeadView
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
func letterOf(c *web.Call, p *web.Place) (casework.Letter, error) {
	l, ok := p.File.Letter(c.Param("step"))
	if !ok {
		return l, &casework.Error{Kind: casework.KindNotFound, Key: "error.letter.not_found"}
	}
	return l, nil
}

func (s *pages) showLetter(c *web.Call, p *web.Place) error { return s.drawLetter(c, p, nil) }

func (s *pages) drawLetter(c *web.Call, p *web.Place, errs view.FieldErrors) error {
	l, err := letterOf(c, p)
	if err != nil {
		return err
	}
	page := &letterPage{PlaceBase: p.PlainBase(c)}
	page.Title, page.Window, page.Errors = l.Step.NotYet.What, c.T("letter.window"), errs
	page.Back = &view.Link{Text: c.T("plan.title"), Href: c.At(p.Within + "/plan")}
	at := c.At(p.Within + "/plan/letter/" + l.Step.ID)
	step := view.Next{Text: c.T("letter.next.step"), Reason: c.T("letter.next.step.why"), Href: c.At(p.Within + "/plan/step/" + l.Step.ID)}
	page.Next = step
	switch {
	case l.Step.Held():
		card := StepCard(c, p, l.Step)
		card.Links, card.Title = nil, c.T("plan.sheet.not_yet")
		page.Held, page.Lead = &card, c.T("letter.held")
		page.Next = view.Next{Text: c.T("letter.next.held"), Reason: c.T("letter.next.held.why"), Href: step.Href}
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
		return c.Again(page)
	}
	return c.Show(page)
}

// letterBefore is what has to be known before the text is read: who may be told, and how sure that is.
func (s *pages) letterBefore(c *web.Call, p *web.Place, page *letterPage, l casework.Letter) {
	page.Lead = c.T("letter.lead")
	page.Unsigned = l.Letter.Review == "needed"
	page.Before = []view.Row{
		web.FactRow(c, "letter.told", l.Letter.Told.Words),
		web.FactRow(c, "letter.sure", c.T("letter.sure."+l.Letter.Told.Sure)),
		web.FactRow(c, "plan.step.alert", s.Content.Alerts[l.Step.Alert]),
		web.FactRow(c, "plan.finding.proof", c.T("plan.proof."+l.Step.ProofLost)),
		web.FactRow(c, "letter.to", c.T("letter.to."+l.Letter.To)),
		web.FactRow(c, "letter.purpose", c.T("letter.purpose."+l.Letter.Purpose)),
		web.FactRow(c, "letter.checked", l.Letter.Checked),
	}
	if about := aboutWords(c, l.Step.Name.Reveal(), l.Step.Number, l.Step.Count); about != "" {
		page.Before = append([]view.Row{web.FactRow(c, "plan.step.about", about)}, page.Before...)
	}
	if l.Step.NextDayCheck {
		page.Before = append(page.Before, web.FactRow(c, "plan.step.check", c.T("plan.step.check.text")))
	}
	page.See = StepCard(c, p, l.Step).See
	for _, w := range l.Step.Warnings {
		page.Warnings = append(page.Warnings, s.Content.WarningTexts[w])
	}
}

// letterOpen goes on where nothing holds the letter back: warnings first, then a way for the answer,
// then the letter.
func (s *pages) letterOpen(c *web.Call, p *web.Place, page *letterPage, l casework.Letter, at string) {
	switch {
	case !l.Read:
		page.ReadAt = at + "/read"
		page.Next = view.Next{}
	case l.Route == "":
		page.Blocked = &view.Inset{Title: c.T("letter.contact.none"), Text: c.T("letter.contact.none.text"), Tone: "caution"}
		page.Next = view.Next{Text: s.Content.Question("00.4").Text, Reason: c.T("letter.contact.why"), Href: c.At(p.Within + "/ask/00.4")}
	default:
		page.Form = s.letterForm(c, p, l, page.Errors, at)
	}
}

func (s *pages) letterForm(c *web.Call, p *web.Place, l casework.Letter, errs view.FieldErrors, at string) *letterForm {
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
		Label: c.T("letter.route"), Says: c.T("letter.route." + l.Route),
		Source: s.Content.Question("00.4").Text, Href: c.At(p.Within + "/ask/00.4"),
	})
	if l.Edited {
		form.Edited = c.T("letter.edited")
	}
	s.letterInputs(c, form, l, errs)
	form.Text = view.Textarea{
		Name: casework.LetterText, Label: c.T("letter.text"), Hint: c.T("letter.text.hint"), Rows: 26,
		Value: web.OrTyped(c, casework.LetterText, l.Text.Reveal()), Error: errs.For(casework.LetterText),
	}
	for _, part := range casework.LetterParts() {
		slot := casework.LetterSlot(l.Step.ID, part)
		form.Heads = append(form.Heads, web.HeadView{Name: web.HeadPrefix + part, Value: string(p.File.Head(slot.Entity, slot.Field).ID)})
	}
	if l.Printable() {
		form.Print = &view.Button{Text: c.T("letter.print"), Href: at + "/print", Kind: "secondary"}
	} else {
		form.NoPrint = c.T("letter.print.behind")
	}
	return form
}

// letterFact puts one fact into words: what it says and how that is known.
func (s *pages) letterFact(c *web.Call, p *web.Place, fact casework.LetterFact) letterSays {
	out := letterSays{Label: fact.Label, Says: fact.Says.Reveal(), Source: c.T("letter.source.typed")}
	if fact.Typed {
		out.Label = c.T("letter.fact." + fact.Name)
	} else if q := s.Content.Question(fact.From.Question); q != nil {
		out.Source, out.Href = q.Text, c.At(p.Within+"/ask/"+q.ID)
	} else {
		out.Source, out.Href = c.T("devices.title"), c.At(p.Within+"/devices")
	}
	switch {
	case out.Says == "":
		out.Source += " " + c.T("letter.unknown", "state", s.Content.StateLabels[cmp.Or(fact.State, checklist.NotAsked)])
	case !fact.Typed:
		out.Source += " " + c.T("letter.source.known", "basis", c.T("basis."+string(fact.Basis)), "when", c.Moment(fact.At))
	}
	if out.Says != "" && !fact.InText {
		out.Source += " " + c.T("letter.not_in_text")
	}
	return out
}

// letterInputs are what is typed for this letter and for no other.
func (s *pages) letterInputs(c *web.Call, form *letterForm, l casework.Letter, errs view.FieldErrors) {
	says := map[string]string{}
	for _, fact := range l.Facts {
		if fact.Typed {
			says[fact.Name] = fact.Says.Reveal()
		}
	}
	area := func(name string) view.Textarea {
		return view.Textarea{
			Name: name, Label: c.T("letter.fact." + name), Hint: c.T("letter.fact." + name + ".hint"), Rows: 3,
			Value: web.OrTyped(c, name, says[name]), Error: errs.For(name),
		}
	}
	form.To, form.Sign = area("to"), area("sign")
	for _, name := range []string{"reference", "since", "reply"} {
		if name == "since" && !l.Letter.Uses(name) && says[name] == "" {
			continue
		}
		form.Inputs = append(form.Inputs, view.Input{
			Name: name, Label: c.T("letter.fact." + name), Hint: c.T("letter.fact." + name + ".hint"),
			Value: web.OrTyped(c, name, says[name]), Error: errs.For(name),
		})
	}
	day := func(name, label, value string) view.Input {
		return view.Input{Name: name, Label: c.T(label), Type: "date", Width: "10", Value: web.OrTyped(c, name, value), Error: errs.For(name)}
	}
	form.Inputs = append(form.Inputs, day("deadline", "letter.fact.deadline", l.Deadline))
	form.SentOn = day(casework.LetterSentOn, "letter.sent_on", l.SentOn)
	form.Route = choose(c, casework.LetterRoute, "letter.route", l.Routes, l.Route)
	form.Why = choose(c, casework.LetterWhy, "letter.why", []string{"", "yes"}, map[bool]string{true: "yes"}[l.Why])
	form.Why.Items[1].Hint = l.Letter.Why
	form.Stage = choose(c, casework.LetterStage, "letter.stage", append([]string{""}, casework.LetterStages()...), l.Stage)
}

// choose is a list of codes of which one stands; the texts are key + "." + code.
func choose(c *web.Call, name, key string, codes []string, stands string) view.Radios {
	r := view.Radios{Name: name, Label: c.T(key), Hint: c.T(key + ".hint")}
	chosen := web.OrTyped(c, name, stands)
	for _, code := range codes {
		r.Items = append(r.Items, view.Choice{Value: code, Label: c.T(key + "." + cmp.Or(code, "none")), Chosen: code == chosen})
	}
	return r
}

// letterHistory lists the texts that the worker wrote before this one.
func (s *pages) letterHistory(c *web.Call, p *web.Place, page *letterPage, l casework.Letter) error {
	chain, err := p.Book.History(c.Ctx(), p.ID, casework.LetterSlot(l.Step.ID, casework.LetterText))
	if err != nil {
		return err
	}
	for _, v := range slices.Backward(chain) {
		if text := v.Text.Reveal(); text != "" && text != l.Text.Reveal() {
			page.Earlier = append(page.Earlier, letterEarlier{When: c.Moment(v.At), Text: text})
		}
	}
	return nil
}

func (s *pages) readLetter(c *web.Call, p *web.Place) error {
	id := c.Param("step")
	if err := p.Book.ReadLetter(c.Ctx(), p.ID, p.Act(c), id); err != nil {
		return err
	}
	c.Settle()
	return c.To(p.Within + "/plan/letter/" + id)
}

func (s *pages) saveLetter(c *web.Call, p *web.Place) error {
	web.LeaveTheirs(c)
	id := c.Param("step")
	form := casework.LetterForm{Parts: map[string]string{}, Afresh: c.PostForm("afresh") != ""}
	seen := map[casework.Slot]casework.ValueID{}
	for _, part := range casework.LetterParts() {
		if typed, sent := c.GetPostForm(part); sent {
			form.Parts[part] = typed
		}
		if head, sent := c.GetPostForm(web.HeadPrefix + part); sent {
			seen[casework.LetterSlot(id, part)] = casework.ValueID(head)
		}
	}
	err := p.Book.SaveLetter(c.Ctx(), p.ID, p.Act(c), id, form, seen)
	if errs := c.FieldErrors(err); errs != nil {
		return s.drawLetter(c, p, errs)
	}
	if err != nil {
		return p.Stale(c, err, s.letterContest(c))
	}
	c.Settle()
	c.Flash("success", c.T("letter.saved"))
	return c.To(p.Within + "/plan/letter/" + id)
}

// letterContest puts the parts of a letter into words.
func (s *pages) letterContest(c *web.Call) web.Contests {
	letter, _ := casework.StepParts(c.Param("step"))
	return func(slot casework.Slot) (web.Contest, bool) {
		part, ok := strings.CutPrefix(string(slot.Field), string(casework.LetterField(letter, "")))
		if !ok {
			return web.Contest{}, false
		}
		k := web.Contest{Name: part, Head: web.HeadPrefix + part, Asked: c.T(letterKey(part)), Words: c.Typed}
		switch part {
		case casework.LetterRoute, casework.LetterStage:
			k.Words = func(v casework.Value) []string {
				return []string{c.T("letter." + part + "." + cmp.Or(v.Code(), "none"))}
			}
		case casework.LetterWhy:
			k.Words = func(v casework.Value) []string {
				return []string{c.T("letter.why." + map[bool]string{true: "yes", false: "none"}[v.State == checklist.Yes])}
			}
		case casework.LetterSentOn, "deadline":
			k.Words = func(v casework.Value) []string {
				return []string{cmp.Or(v.Code(), s.Content.StateLabels[v.Answer().Is()])}
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
