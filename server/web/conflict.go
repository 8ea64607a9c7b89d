package web

import (
	"errors"
	"slices"
	"sort"
	"strings"

	"keyholder/casework"
	"keyholder/server/view"
)

// ConflictPage shows both sides of every value that somebody else changed meanwhile.
type ConflictPage struct {
	PlaceBase
	Action string
	Sides  []conflictSide
	Fields []HeadView // the form as it was sent, with what stands now as the seen values
}

type conflictSide struct {
	Asked        string
	Mine, Theirs []string
	Choice       view.Radios
}

// Template names the file of the page.
func (ConflictPage) Template() string { return "session/conflict" }

// ChoicePrefix marks the choices of the conflict page.
const ChoicePrefix = "_choice."

// Contest is a contested value of a form in words.
type Contest struct {
	Name  string // of its input
	Head  string // name of the field that carries the value the worker saw
	Asked string
	Words func(casework.Value) []string
}

// Contests knows the values of one form; false for a value that the form does not have.
type Contests func(casework.Slot) (Contest, bool)

// Stale shows both sides when err says that the form was stale; every other error is passed on.
func (p *Place) Stale(c *Call, err error, known Contests) error {
	var clash *casework.Conflict
	if errors.As(err, &clash) {
		return p.conflict(c, clash, known)
	}
	return err
}

// conflict shows a stale post with both sides; nothing was saved and nothing typed is lost. What
// stands now goes into the form as seen.
func (p *Place) conflict(c *Call, clash *casework.Conflict, known Contests) error {
	page := &ConflictPage{PlaceBase: p.Base(c, "session.conflict.title"), Action: c.Request.URL.Path}
	now := map[string]string{}
	for _, side := range clash.Sides {
		k, ok := known(side.Offered.Slot)
		if !ok {
			continue
		}
		now[k.Head] = string(side.Now.ID)
		page.add(c, k, side)
	}
	page.Fields = resend(c, now)
	return c.Again(page)
}

// add shows one contest. Values that one input sets together, such as group and class, are one.
func (page *ConflictPage) add(c *Call, k Contest, side casework.Side) {
	name := ChoicePrefix + k.Name
	i := slices.IndexFunc(page.Sides, func(s conflictSide) bool { return s.Choice.Name == name })
	if i < 0 {
		i = len(page.Sides)
		page.Sides = append(page.Sides, conflictSide{Asked: k.Asked, Choice: view.Radios{
			Name: name, Label: c.T("session.conflict.choose"), About: k.Asked,
			Items: []view.Choice{
				{Value: "mine", Label: c.T("session.conflict.mine")},
				{Value: "theirs", Label: c.T("session.conflict.theirs"), Chosen: true},
			},
		}})
	}
	s := &page.Sides[i]
	s.Mine, s.Theirs = append(s.Mine, k.Words(side.Offered)...), append(s.Theirs, k.Words(side.Now)...)
}

// Typed is a free text in words; what was left empty is named by its state.
func (c *Call) Typed(v casework.Value) []string {
	if v.Text.Empty() {
		return []string{c.Site.Content.StateLabels[v.Answer().Is()]}
	}
	return []string{v.Text.Reveal()}
}

// resend lists the fields of a form as hidden fields, with some replaced or added.
func resend(c *Call, replaced map[string]string) []HeadView {
	var out []HeadView
	for name, v := range replaced {
		out = append(out, HeadView{Name: name, Value: v})
	}
	for name, values := range c.Request.PostForm {
		if _, done := replaced[name]; done || strings.HasPrefix(name, "_") {
			continue
		}
		for _, v := range values {
			out = append(out, HeadView{Name: name, Value: v})
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].Name < out[j].Name })
	return out
}
