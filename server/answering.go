package server

import (
	"errors"
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
		return true, p.conflict(c, clash, p.answerContest(headPrefix))
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

// words puts a value into the words that were offered, free text included.
func (p *place) words(part *checklist.Part, v casework.Value) []string {
	out := p.file.Content.Words(part, v.Answer())
	if !v.Text.Empty() {
		out = append(out, v.Text.Reveal())
	}
	return out
}

// answerContest puts answers that somebody else changed into words. prefix is that of the fields that
// carry the values the worker saw.
func (p *place) answerContest(prefix string) contests {
	return func(slot casework.Slot) (contest, bool) {
		ref, ok := p.file.Content.Ref(string(slot.Entity), string(slot.Field))
		if !ok {
			return contest{}, false
		}
		key := strings.TrimPrefix(ref.Input(), "a.")
		q := p.file.Content.Question(ref.Question)
		part := q.Part(ref.Part)
		return contest{
			name: key, head: prefix + key, asked: strings.TrimSpace(q.Text + " " + part.Label),
			words: func(v casework.Value) []string { return p.words(part, v) },
		}, true
	}
}
