package server

import (
	"errors"
	"slices"
	"sort"
	"strings"

	"keyholder/casework"
	"keyholder/server/view"
)

// conflictPage shows both sides of every value that somebody else changed meanwhile.
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

// choicePrefix marks the choices of the conflict page.
const choicePrefix = "_choice."

// contest is a contested value of a form in words.
type contest struct {
	name  string // of its input
	head  string // name of the field that carries the value the worker saw
	asked string
	words func(casework.Value) []string
}

// contests knows the values of one form; false for a value that the form does not have.
type contests func(casework.Slot) (contest, bool)

// stale shows both sides when err says that the form was stale; every other error is passed on.
func (p *place) stale(c *call, err error, known contests) error {
	var clash *casework.Conflict
	if errors.As(err, &clash) {
		return p.conflict(c, clash, known)
	}
	return err
}

// conflict shows a stale post with both sides; nothing was saved and nothing typed is lost. What
// stands now goes into the form as seen.
func (p *place) conflict(c *call, clash *casework.Conflict, known contests) error {
	page := &conflictPage{placeBase: p.base(c, "session.conflict.title"), Action: c.Request.URL.Path}
	now := map[string]string{}
	for _, side := range clash.Sides {
		k, ok := known(side.Offered.Slot)
		if !ok {
			continue
		}
		now[k.head] = string(side.Now.ID)
		page.add(c, k, side)
	}
	page.Fields = resend(c, now)
	return c.again(page)
}

// add shows one contest. Values that one input sets together, such as group and class, are one.
func (page *conflictPage) add(c *call, k contest, side casework.Side) {
	name := choicePrefix + k.name
	i := slices.IndexFunc(page.Sides, func(s conflictSide) bool { return s.Choice.Name == name })
	if i < 0 {
		i = len(page.Sides)
		page.Sides = append(page.Sides, conflictSide{Asked: k.asked, Choice: view.Radios{
			Name: name, Label: c.t("session.conflict.choose"), About: k.asked,
			Items: []view.Choice{
				{Value: "mine", Label: c.t("session.conflict.mine")},
				{Value: "theirs", Label: c.t("session.conflict.theirs"), Chosen: true},
			},
		}})
	}
	s := &page.Sides[i]
	s.Mine, s.Theirs = append(s.Mine, k.words(side.Offered)...), append(s.Theirs, k.words(side.Now)...)
}

// leaveTheirs takes out of a form what the worker decided to leave as it stands.
func leaveTheirs(c *call) {
	form := c.Request.PostForm
	for name := range form {
		if input, choice := strings.CutPrefix(name, choicePrefix); choice && form.Get(name) == "theirs" {
			form.Del(input)
		}
	}
}

// typed is a free text in words; what was left empty is named by its state.
func (s *Server) typed(v casework.Value) []string {
	if v.Text.Empty() {
		return []string{s.content.StateLabels[v.Answer().Is()]}
	}
	return []string{v.Text.Reveal()}
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
