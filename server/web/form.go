package web

import (
	"errors"
	"strings"

	"keyholder/casework"
	"keyholder/server/view"
)

// HeadView is the hidden field that carries which value the worker saw.
type HeadView struct{ Name, Value string }

// HeadPrefix marks the hidden fields that carry the value a worker saw.
const HeadPrefix = "h."

// HeadOf is the hidden field that carries the value of a field of the case itself.
func (p *Place) HeadOf(f casework.Field) HeadView {
	return HeadView{Name: HeadPrefix + string(f), Value: string(p.File.Head("", f).ID)}
}

// OrTyped prefers what was typed into a form that was not accepted.
func OrTyped(c *Call, name, stands string) string {
	if typed, sent := c.GetPostForm(name); sent {
		return typed
	}
	return stands
}

// LeaveTheirs takes out of a form what the worker decided to leave as it stands.
func LeaveTheirs(c *Call) {
	form := c.Request.PostForm
	for name := range form {
		if input, choice := strings.CutPrefix(name, ChoicePrefix); choice && form.Get(name) == "theirs" {
			form.Del(input)
		}
	}
}

// FieldErrors turns the errors of a form into words; nil when err is none.
func (c *Call) FieldErrors(err error) view.FieldErrors {
	var wrong casework.FieldErrors
	var one *casework.Error
	if errors.As(err, &one) && one.Kind == casework.KindInvalid && one.Field != "" {
		wrong = casework.FieldErrors{one}
	} else if !errors.As(err, &wrong) {
		return nil
	}
	var out view.FieldErrors
	for _, e := range wrong {
		out.Add(e.Field, c.T(e.Key))
	}
	return out
}

// Also names the second change that one form post makes; a post without an id names none.
func Also(submission, what string) string {
	if submission == "" {
		return ""
	}
	return submission + "-" + what
}

// FactRow is a line of facts; a missing fact says that it is not known.
func FactRow(c *Call, key, value string) view.Row {
	if value == "" {
		value = c.T("plan.unknown")
	}
	return view.Row{Key: c.T(key), Value: value}
}
