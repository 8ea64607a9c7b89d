package server

import (
	"errors"
	"sort"
	"strings"

	"keyholder/casework"
	"keyholder/casework/checklist"
	"keyholder/server/view"
)

// answering is one posted page of questions on its way into the record.
type answering struct {
	asked   []checklist.Asked
	answers checklist.Answers
	errors  view.FieldErrors
}

// read takes the answers to the asked questions from the form. Everything that was typed stays in
// answers, also when something cannot be read.
func (p *place) read(c *call, asked []checklist.Asked) answering {
	as, problems := checklist.ParseForm(p.file.Content, asked, "", c.Request.PostForm)
	a := answering{asked: asked, answers: as}
	for _, e := range problems {
		a.errors.Add(e.Name, c.t(e.Key))
	}
	return a
}

// save keeps the answers. Contested ones for which the worker chose what stands in the record are
// left out.
func (p *place) save(c *call, a *answering) error {
	form := p.file.Form(p.chosen(c, a.answers), expect(c, a.answers), casework.SurvivorSaid)
	err := p.book.SaveAnswers(c.ctx(), p.id, p.act(c), form)
	var wrong casework.FieldErrors
	if errors.As(err, &wrong) {
		for _, e := range wrong {
			a.errors.Add(p.inputName(e.Field), c.t(e.Key))
		}
		return nil
	}
	return err
}

// keepAnswers saves what could be read. done says that the answer was already given: the page that
// shows both sides of a conflict.
func (p *place) keepAnswers(c *call, a *answering) (done bool, err error) {
	if a.errors != nil {
		return false, nil
	}
	err = p.save(c, a)
	var clash *casework.Conflict
	if errors.As(err, &clash) {
		return true, p.conflict(c, clash, headPrefix)
	}
	return false, err
}

// inputName is the form name of a field of the case itself.
func (p *place) inputName(field string) string {
	ref, ok := p.file.Content.Ref("", field)
	if !ok {
		return field
	}
	return ref.Input()
}

// choicePrefix marks the choices of the conflict page.
const choicePrefix = "_choice."

// chosen leaves out what the worker decided to leave as it stands.
func (p *place) chosen(c *call, as checklist.Answers) checklist.Answers {
	out := checklist.Answers{}
	for ref, a := range as {
		if c.PostForm(choicePrefix+strings.TrimPrefix(ref.Input(), "a.")) != "theirs" {
			out[ref] = a
		}
	}
	return out
}

// conflictPage shows both sides of every answer that somebody else changed meanwhile.
type conflictPage struct {
	placeBase
	Action string
	Sides  []conflictSide
	Fields []headView // the form as it was sent, with what stands now as the seen values
}

type conflictSide struct {
	Asked        string
	Mine, Theirs []string
	Choice       view.Radios
}

func (conflictPage) Template() string { return "session/conflict" }

// conflict shows a stale post with both sides; nothing was saved and nothing typed is lost. What
// stands now goes into the form as seen, under the given prefix.
func (p *place) conflict(c *call, clash *casework.Conflict, prefix string) error {
	page := &conflictPage{placeBase: p.base(c, "session.conflict.title"), Action: c.Request.URL.Path}
	now := map[string]string{}
	for _, side := range clash.Sides {
		ref, ok := p.file.Content.Ref(string(side.Now.Slot.Entity), string(side.Now.Slot.Field))
		if !ok {
			continue
		}
		key := strings.TrimPrefix(ref.Input(), "a.")
		now[prefix+key] = string(side.Now.ID)
		q := p.file.Content.Question(ref.Question)
		part := q.Part(ref.Part)
		page.Sides = append(page.Sides, conflictSide{
			Asked:  q.Text + " " + part.Label,
			Mine:   p.words(part, side.Offered),
			Theirs: p.words(part, side.Now),
			Choice: view.Radios{
				Name: choicePrefix + key, Label: c.t("session.conflict.choose"),
				Items: []view.Choice{
					{Value: "mine", Label: c.t("session.conflict.mine")},
					{Value: "theirs", Label: c.t("session.conflict.theirs"), Chosen: true},
				},
			},
		})
	}
	page.Fields = resend(c, now)
	return c.again(page)
}

// words puts a value into the words that were offered, free text included.
func (p *place) words(part *checklist.Part, v casework.Value) []string {
	out := p.file.Content.Words(part, v.Answer())
	if !v.Text.Empty() {
		out = append(out, v.Text.Reveal())
	}
	return out
}

// resend lists the fields of a form as hidden fields, with some replaced or added.
func resend(c *call, replaced map[string]string) []headView {
	var out []headView
	for name, v := range replaced {
		out = append(out, headView{Name: name, Value: v})
	}
	for name, values := range c.Request.PostForm {
		if _, done := replaced[name]; done || strings.HasPrefix(name, "_") {
			continue
		}
		for _, v := range values {
			out = append(out, headView{Name: name, Value: v})
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].Name < out[j].Name })
	return out
}
