package checklist

import (
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// FieldError is one answer that could not be read. Key is a message key of the locale catalogue; the
// posted value is never repeated in it.
type FieldError struct {
	Name string // form name of the control to go to
	Ref  Ref
	Key  string
}

// FieldErrors are all the errors of one form, in the order of the questions.
type FieldErrors []FieldError

// The message keys of field errors.
const (
	KeyUnknownChoice = "checklist.error.unknown_choice"
	KeyTwoAnswers    = "checklist.error.two_answers"
	KeyTicksAndNone  = "checklist.error.ticks_and_none"
	KeyNotANumber    = "checklist.error.not_a_number"
	KeyNotADate      = "checklist.error.not_a_date"
	KeyTooLong       = "checklist.error.too_long"
	KeyRowID         = "checklist.error.row"
	KeyTooManyRows   = "checklist.error.too_many_rows"
)

// MaxWords is the longest free text in characters.
const MaxWords = 4000

// maxRows bounds the rows of one posted list.
const maxRows = 60

var rowID = regexp.MustCompile(`^([0-9a-f]{32}|new[0-9]{1,2})$`)

// ParseForm reads the posted answers to the shown parts, asked of the given entity. It returns an
// answer for every shown slot, "not asked" included, so that taking an answer back is kept too; a
// new row that was left blank is dropped. With errors the answers hold what could be read, so that
// nothing typed is lost when the page is shown again.
func ParseForm(c *Content, asked []Asked, entity string, form url.Values) (Answers, FieldErrors) {
	p := parser{c: c, form: form, as: Answers{}}
	for _, k := range asked {
		for i := range k.Question.Parts {
			if part := &k.Question.Parts[i]; k.Shows(part) && part.Kind != KindAuto {
				p.part(part, Ref{Entity: entity, Question: k.Question.ID, Part: part.Name})
			}
		}
		if k.Question.Rows != nil {
			p.rows(k.Question)
		}
	}
	return p.as, p.errs
}

type parser struct {
	c    *Content
	form url.Values
	as   Answers
	errs FieldErrors
}

func (p *parser) fail(name string, ref Ref, key string) {
	p.errs = append(p.errs, FieldError{Name: name, Ref: ref, Key: key})
}

func (p *parser) part(part *Part, ref Ref) {
	switch {
	case part.Kind == KindItems:
		p.items(part, ref)
	case part.Kind == KindState || part.Kind == KindList:
		p.as[ref] = Answer{State: p.state(ref, States()...)}
	case part.Kind.Several():
		p.several(part, ref)
	case part.Kind.Coded():
		p.pick(part, ref)
	default:
		p.typed(part, ref)
	}
}

// state reads the state control of a slot; nothing sent is NotAsked.
func (p *parser) state(ref Ref, allowed ...State) State {
	vs := nonEmpty(p.form[ref.StateInput()])
	switch {
	case len(vs) == 0:
		return NotAsked
	case len(vs) > 1:
		p.fail(ref.StateInput(), ref, KeyTwoAnswers)
	case !slices.Contains(allowed, State(vs[0])):
		p.fail(ref.StateInput(), ref, KeyUnknownChoice)
	default:
		return State(vs[0])
	}
	return NotAsked
}

func (p *parser) pick(part *Part, ref Ref) {
	vs := nonEmpty(p.form[ref.Input()])
	if len(vs) > 1 {
		p.fail(ref.Input(), ref, KeyTwoAnswers)
		return
	}
	refined := p.state(ref, Suspected)
	if len(vs) == 0 {
		p.as[ref] = Answer{State: refined}
		return
	}
	if s, bare := strings.CutPrefix(vs[0], statePrefix); bare || vs[0] == CodeDontKnow {
		p.bareState(ref, State(s))
		return
	}
	if p.c.option(part, vs[0]) == nil {
		p.fail(ref.Input(), ref, KeyUnknownChoice)
		return
	}
	if refined == NotAsked {
		refined = Yes
	}
	p.as[ref] = Answer{State: refined, Codes: vs}
}

func (p *parser) bareState(ref Ref, s State) {
	if !slices.Contains(pickStates(), s) {
		p.fail(ref.Input(), ref, KeyUnknownChoice)
		return
	}
	p.as[ref] = Answer{State: s}
}

func (p *parser) several(part *Part, ref Ref) {
	var codes []string
	for _, v := range nonEmpty(p.form[ref.Input()]) {
		if v == CodeDontKnow || p.c.option(part, v) == nil {
			p.fail(ref.Input(), ref, KeyUnknownChoice)
			return
		}
		if !slices.Contains(codes, v) {
			codes = append(codes, v)
		}
	}
	st := p.state(ref, No, Suspected, DontKnow, Declined, NotApplicable)
	p.as[ref] = p.settle(ref, st, Answer{Codes: codes}, len(codes) > 0)
}

// settle joins what was given with the state beside it. Something given and "none" or "does not
// apply" contradict each other; the worker has to choose.
func (p *parser) settle(ref Ref, st State, a Answer, given bool) Answer {
	a.State = st
	switch {
	case given && st == NotAsked:
		a.State = Yes
	case given && (st == No || st == NotApplicable):
		p.fail(ref.Input(), ref, KeyTicksAndNone)
	}
	return a
}

func (p *parser) items(part *Part, ref Ref) {
	ticked := nonEmpty(p.form[ref.Input()])
	for _, v := range ticked {
		if part.Option(v) == nil {
			p.fail(ref.Input(), ref, KeyUnknownChoice)
			return
		}
	}
	common := []State{No, DontKnow, Declined, NotAsked}
	if part.YesToAll != "" {
		common = append(common, Yes)
	}
	rest := p.state(ref, common...)
	for _, o := range part.Options {
		item := Ref{Entity: ref.Entity, Question: ref.Question, Part: o.Code}
		one := p.state(item, States()...)
		explicit := len(nonEmpty(p.form[item.StateInput()])) > 0
		tick := slices.Contains(ticked, o.Code)
		switch {
		case tick && explicit && one != Yes:
			p.fail(ref.Input(), item, KeyTicksAndNone)
			p.as[item] = Answer{State: Yes}
		case tick:
			p.as[item] = Answer{State: Yes}
		case explicit:
			p.as[item] = Answer{State: one}
		default:
			p.as[item] = Answer{State: rest}
		}
	}
}

func (p *parser) typed(part *Part, ref Ref) {
	vs := nonEmpty(p.form[ref.Input()])
	if len(vs) > 1 {
		p.fail(ref.Input(), ref, KeyTwoAnswers)
		return
	}
	st := p.state(ref, No, Suspected, DontKnow, Declined, NotApplicable)
	if len(vs) == 0 {
		p.as[ref] = Answer{State: st}
		return
	}
	a, key := typedAnswer(part.Kind, vs[0])
	if key != "" {
		p.fail(ref.Input(), ref, key)
	}
	p.as[ref] = p.settle(ref, st, a, true)
}

// typedAnswer reads one typed value. With a message key the value could not be read; it is then
// kept as text, so that the page can show it again.
func typedAnswer(kind Kind, v string) (a Answer, key string) {
	text := Answer{Text: NewWords(v)}
	switch kind {
	case KindNumber:
		n, err := strconv.Atoi(strings.TrimSpace(v))
		if err != nil || n < 0 {
			return text, KeyNotANumber
		}
		return Answer{Codes: []string{strconv.Itoa(n)}}, ""
	case KindDate:
		if !validDate(strings.TrimSpace(v)) {
			return text, KeyNotADate
		}
		return Answer{Codes: []string{strings.TrimSpace(v)}}, ""
	}
	if utf8.RuneCountInString(v) > MaxWords {
		return text, KeyTooLong
	}
	return text, ""
}

func validDate(s string) bool {
	for _, layout := range []string{time.DateOnly, "2006-01"} {
		if _, err := time.Parse(layout, s); err == nil {
			return true
		}
	}
	return false
}

// rows reads the rows that the form names, known ones and new ones.
func (p *parser) rows(q *Question) {
	ids, ok := p.rowIDs(q)
	if !ok {
		return
	}
	for _, id := range ids {
		for i := range q.Rows.Columns {
			col := &q.Rows.Columns[i]
			p.part(col, Ref{Entity: id, Question: q.ID, Part: col.Name})
		}
		if strings.HasPrefix(id, "new") && p.blank(q, id) {
			for _, ref := range q.RowRefs(id) {
				delete(p.as, ref)
			}
		}
	}
}

func (p *parser) rowIDs(q *Question) (ids []string, ok bool) {
	for name := range p.form {
		key := strings.TrimPrefix(strings.TrimPrefix(name, "a."), "s.")
		id, found := strings.CutPrefix(key, q.ID+"/")
		_, row, at := strings.Cut(id, "@")
		if !found || !at || slices.Contains(ids, row) {
			continue
		}
		if !rowID.MatchString(row) {
			p.fail(Ref{Question: q.ID}.StateInput(), Ref{Question: q.ID}, KeyRowID)
			return nil, false
		}
		ids = append(ids, row)
	}
	if len(ids) > maxRows {
		p.fail(Ref{Question: q.ID}.StateInput(), Ref{Question: q.ID}, KeyTooManyRows)
		return nil, false
	}
	slices.Sort(ids)
	return ids, true
}

func (p *parser) blank(q *Question, row string) bool {
	for _, ref := range q.RowRefs(row) {
		if p.as[ref].Is() != NotAsked {
			return false
		}
	}
	return true
}

// nonEmpty drops the empty values that selects and blank fields send.
func nonEmpty(vs []string) []string {
	var out []string
	for _, v := range vs {
		if strings.TrimSpace(v) != "" {
			out = append(out, v)
		}
	}
	return out
}
