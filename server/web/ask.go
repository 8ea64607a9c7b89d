package web

import (
	"fmt"
	"strings"

	"keyholder/casework"
	"keyholder/casework/checklist"
	"keyholder/server/view"
)

// QuestionView is one question as a page draws it (partial question).
type QuestionView struct {
	ID       string
	Text     string // heading; empty when the question is its only field and the field says it
	Help     string // why we ask
	Because  string // why it is asked today; empty outside a chosen sitting
	Look     *LookView
	Warnings []string
	Fields   []FieldView
	Rows     []RowView
	Heads    []HeadView
	History  *view.Link
	Cards    *view.Link // how to look it up, step by step
}

// LookView says what looking itself may show, before anyone looks.
type LookView struct {
	Level string // words of the alert level
	Where string
	Trace string
	See   *view.Link // a picture of what the other side may see
}

// RowView is one row of a list question.
type RowView struct {
	Title  string
	Fields []FieldView
	Heads  []HeadView
}

// FieldView is one control; exactly one of the pointers is set.
type FieldView struct {
	Radios     *view.Radios
	Checkboxes *view.Checkboxes
	Select     *view.Select
	Input      *view.Input
	Textarea   *view.Textarea
	Is, IsNot  []string    // examples of what counts
	Folded     []FieldView // one control for each item, folded away
	FoldTitle  string
}

func headName(ref checklist.Ref) string { return HeadPrefix + strings.TrimPrefix(ref.Input(), "a.") }

// asker draws questions of one record.
type asker struct {
	c      *Call
	p      *Place
	as     checklist.Answers
	errors view.FieldErrors
}

// Ask draws the questions with the answers as given; a form that was not accepted passes what was
// typed instead of what stands in the record.
func (p *Place) Ask(c *Call, asked []checklist.Asked, as checklist.Answers, errs view.FieldErrors) []QuestionView {
	a := asker{c: c, p: p, as: as, errors: errs}
	out := make([]QuestionView, 0, len(asked))
	for _, k := range asked {
		out = append(out, a.question(k))
	}
	return out
}

func (a asker) question(k checklist.Asked) QuestionView {
	q := k.Question
	v := QuestionView{ID: q.ID, Text: q.Text, Help: q.Help, Look: a.look(q)}
	if v.Look != nil {
		for _, w := range q.Warnings {
			if w == checklist.WarnSafeNew || w == checklist.WarnSafeOld {
				v.Warnings = append(v.Warnings, a.content().WarningTexts[w])
			}
		}
		v.Cards = questionCards(a.c, a.p, q)
	}
	v.Fields = a.fields(a.content().Inputs(k, "", a.as))
	v.Heads = a.p.Heads(q.Refs(""))
	if q.Rows != nil {
		v.Rows = a.rows(q)
	}
	if a.answered(q) {
		v.History = &view.Link{Text: a.c.T("ask.history"), About: q.Text, Href: a.c.At(a.p.Within + "/history/" + q.ID)}
	}
	if len(v.Fields) > 0 && v.Fields[0].legend() == q.Text {
		v.Text = ""
	}
	return v
}

func (a asker) content() *checklist.Content { return a.p.File.Content }

func (a asker) look(q *checklist.Question) *LookView {
	if q.Look == nil {
		return nil
	}
	return &LookView{
		Level: a.content().Alerts[q.Look.Alert.OrWorst()], Where: q.Look.Where, Trace: q.Look.Trace,
		See: &view.Link{Text: a.c.T("see.link.look"), About: q.Text, Href: a.c.At(a.p.Within + "/see/look/" + q.ID)},
	}
}

func (a asker) answered(q *checklist.Question) bool {
	asked, _ := checklist.Touched(q, a.p.Answers())
	return asked
}

// blankRows is how many empty rows a list offers beyond those it has; another one comes with
// "Save and add another".
const blankRows = 1

func (a asker) rows(q *checklist.Question) []RowView {
	var out []RowView
	ids := a.as.Rows(q.ID)
	fresh := 0
	for _, id := range ids {
		if strings.HasPrefix(id, "new") {
			fresh++
		}
	}
	for i := 1; fresh < blankRows && i < 100; i++ {
		id := fmt.Sprintf("new%d", i)
		if !hasRow(ids, id) {
			ids = append(ids, id)
			fresh++
		}
	}
	for i, id := range ids {
		out = append(out, RowView{
			Title:  a.c.T("ask.row", "noun", q.Rows.Noun, "number", i+1),
			Fields: a.fields(a.content().RowInputs(q, id, a.as)),
			Heads:  a.p.Heads(q.RowRefs(id)),
		})
	}
	return out
}

func hasRow(ids []string, id string) bool {
	for _, known := range ids {
		if known == id {
			return true
		}
	}
	return false
}

// fields turns inputs into controls. Inputs that answer single items of the one before them are
// folded away behind it.
func (a asker) fields(inputs []checklist.Input) []FieldView {
	var out []FieldView
	about := ""
	for i, in := range inputs {
		if !in.Aside {
			about = in.Legend
		}
		f := a.field(in, i > 0 && in.Aside, about)
		if in.Aside && in.Legend != "" && len(out) > 0 {
			last := &out[len(out)-1]
			last.Folded = append(last.Folded, f)
			last.FoldTitle = a.c.T("ask.one_by_one")
			continue
		}
		out = append(out, f)
	}
	return out
}

// field draws one control. One that refines another is named with what it refines.
func (a asker) field(in checklist.Input, aside bool, about string) FieldView {
	label := in.Legend
	if label == "" && aside {
		label = a.asideLabel(in)
	} else {
		about = ""
	}
	f := FieldView{Is: in.Is, IsNot: in.IsNot}
	problem := a.errors.For(in.Name)
	switch in.Control {
	case checklist.ControlRadios:
		f.Radios = &view.Radios{Name: in.Name, Label: label, About: about, Hint: in.Hint, Error: problem, Items: a.choices(in), Small: aside}
	case checklist.ControlCheckboxes:
		f.Checkboxes = &view.Checkboxes{Name: in.Name, Label: label, About: about, Hint: in.Hint, Error: problem, Items: a.choices(in), Small: aside, Aside: aside}
	case checklist.ControlSelect:
		f.Select = &view.Select{Name: in.Name, Label: label, About: about, Hint: in.Hint, Error: problem, Items: a.choices(in)}
	case checklist.ControlTextArea:
		f.Textarea = &view.Textarea{Name: in.Name, Label: label, Hint: in.Hint, Error: problem, Value: in.Value, Rows: 3}
	case checklist.ControlNumber:
		f.Input = &view.Input{Name: in.Name, Label: label, Hint: in.Hint, Error: problem, Value: in.Value, InputMode: "numeric", Width: "4"}
	case checklist.ControlDate:
		f.Input = &view.Input{Name: in.Name, Label: label, Hint: in.Hint, Error: problem, Value: in.Value, Width: "10"}
	default:
		f.Input = &view.Input{Name: in.Name, Label: label, Hint: in.Hint, Error: problem, Value: in.Value}
	}
	return f
}

// asideLabel names a control that refines the one before it.
func (a asker) asideLabel(in checklist.Input) string {
	switch in.Control {
	case checklist.ControlRadios:
		return a.c.T("ask.aside.rest")
	case checklist.ControlCheckboxes:
		return a.c.T("ask.aside.sure")
	}
	return a.c.T("ask.aside.state")
}

// choices sets states off from the codes by a divider.
func (a asker) choices(in checklist.Input) []view.Choice {
	out := make([]view.Choice, 0, len(in.Choices))
	for i, ch := range in.Choices {
		choice := view.Choice{Value: ch.Value, Label: ch.Label, Hint: ch.Hint, Chosen: ch.Checked}
		if ch.State && i > 0 && !in.Choices[i-1].State {
			choice.Divider = a.c.T("ask.or")
		}
		out = append(out, choice)
	}
	return out
}

// legend is the words of the control.
func (f FieldView) legend() string {
	switch {
	case f.Radios != nil:
		return f.Radios.Label
	case f.Checkboxes != nil:
		return f.Checkboxes.Label
	case f.Select != nil:
		return f.Select.Label
	case f.Input != nil:
		return f.Input.Label
	case f.Textarea != nil:
		return f.Textarea.Label
	}
	return ""
}

// expect reads from a form which values the worker saw.
func expect(c *Call, as checklist.Answers) map[casework.Slot]casework.ValueID {
	seen := map[casework.Slot]casework.ValueID{}
	for ref := range as {
		values, sent := c.Request.PostForm[headName(ref)]
		if !sent || len(values) == 0 {
			continue
		}
		slot := casework.Slot{Entity: casework.EntityID(ref.Entity), Field: casework.Field(ref.Field())}
		seen[slot] = casework.ValueID(values[0])
	}
	return seen
}

// AgreementQuestion is where the survivor agrees to a record, purpose by purpose.
const AgreementQuestion = "00.7"

// Question is the question in the address; an error for one that no topic of today asks.
func (c *Call) Question() (*checklist.Question, error) {
	q := c.Site.Content.Question(c.Param("question"))
	if q == nil || q.Section == "" {
		return nil, &casework.Error{Kind: casework.KindNotFound, Key: "frame.error.not_found"}
	}
	return q, nil
}

// Heads are the values that stand in the record at the given places.
func (p *Place) Heads(refs []checklist.Ref) []HeadView {
	out := make([]HeadView, 0, len(refs))
	for _, ref := range refs {
		out = append(out, HeadView{Name: headName(ref), Value: string(p.File.At(ref).ID)})
	}
	return out
}

// Fields draws the controls for inputs, with the answers as given.
func (p *Place) Fields(c *Call, inputs []checklist.Input, as checklist.Answers, errs view.FieldErrors) []FieldView {
	return asker{c: c, p: p, as: as, errors: errs}.fields(inputs)
}
