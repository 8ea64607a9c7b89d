package web

import (
	"errors"
	"strings"

	"keyholder/casework"
	"keyholder/casework/checklist"
	"keyholder/server/view"
)

// Answering is one posted page of questions on its way into the record.
type Answering struct {
	Asked   []checklist.Asked
	Answers checklist.Answers
	Errors  view.FieldErrors
}

// Read takes the answers to the asked questions from the form. Everything that was typed stays in
// answers, also when something cannot be read.
func (p *Place) Read(c *Call, asked []checklist.Asked) Answering {
	as, problems := checklist.ParseForm(p.File.Content, asked, "", c.Request.PostForm)
	a := Answering{Asked: asked, Answers: as}
	for _, e := range problems {
		a.Errors.Add(e.Name, c.T(e.Key))
	}
	return a
}

// save keeps the answers. Contested ones for which the worker chose what stands in the record are
// left out.
func (p *Place) save(c *Call, a *Answering) error {
	form := p.File.Form(p.chosen(c, a.Answers), expect(c, a.Answers), casework.SurvivorSaid)
	err := p.Book.SaveAnswers(c.Ctx(), p.ID, p.Act(c), form)
	var wrong casework.FieldErrors
	if errors.As(err, &wrong) {
		for _, e := range wrong {
			a.Errors.Add(p.inputName(e.Field), c.T(e.Key))
		}
		return nil
	}
	return err
}

// KeepAnswers saves what could be read. done says that the answer was already given: the page that
// shows both sides of a conflict.
func (p *Place) KeepAnswers(c *Call, a *Answering) (done bool, err error) {
	if a.Errors != nil {
		return false, nil
	}
	err = p.save(c, a)
	var clash *casework.Conflict
	if errors.As(err, &clash) {
		return true, p.conflict(c, clash, p.AnswerContest(HeadPrefix))
	}
	return false, err
}

// inputName is the form name of a field of the case itself.
func (p *Place) inputName(field string) string {
	ref, ok := p.File.Content.Ref("", field)
	if !ok {
		return field
	}
	return ref.Input()
}

// chosen leaves out what the worker decided to leave as it stands.
func (p *Place) chosen(c *Call, as checklist.Answers) checklist.Answers {
	out := checklist.Answers{}
	for ref, a := range as {
		if c.PostForm(ChoicePrefix+strings.TrimPrefix(ref.Input(), "a.")) != "theirs" {
			out[ref] = a
		}
	}
	return out
}

// words puts a value into the words that were offered, free text included.
func (p *Place) words(part *checklist.Part, v casework.Value) []string {
	out := p.File.Content.Words(part, v.Answer())
	if !v.Text.Empty() {
		out = append(out, v.Text.Reveal())
	}
	return out
}

// AnswerContest puts answers that somebody else changed into words. prefix is that of the fields that
// carry the values the worker saw.
func (p *Place) AnswerContest(prefix string) Contests {
	return func(slot casework.Slot) (Contest, bool) {
		ref, ok := p.File.Content.Ref(string(slot.Entity), string(slot.Field))
		if !ok {
			return Contest{}, false
		}
		key := strings.TrimPrefix(ref.Input(), "a.")
		q := p.File.Content.Question(ref.Question)
		part := q.Part(ref.Part)
		return Contest{
			Name: key, Head: prefix + key, Asked: strings.TrimSpace(q.Text + " " + part.Label),
			Words: func(v casework.Value) []string { return p.words(part, v) },
		}, true
	}
}

// Phrase is a value in one line of words.
func (p *Place) Phrase(part *checklist.Part, v casework.Value) string {
	return strings.Join(p.words(part, v), ", ")
}
