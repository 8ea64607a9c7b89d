package server

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"keyholder/casework"
	"keyholder/casework/checklist"
)

// sent is what a browser sends of the main form of a page when nobody changes anything.
func sent(t *testing.T, page string) url.Values {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	form := url.Values{}
	for n := range doc.Descendants() {
		name, value := attr(n, "name"), attr(n, "value")
		switch {
		case n.Type == html.ElementNode && n.Data == "option" && has(n, "selected"):
			form.Add(attr(n.Parent, "name"), value)
		case n.Type != html.ElementNode || name == "":
		case n.Data == "input" && (attr(n, "type") == "radio" || attr(n, "type") == "checkbox"):
			if has(n, "checked") {
				form.Add(name, value)
			}
		case n.Data == "input" && value != "":
			form.Add(name, value)
		case n.Data == "textarea" && n.FirstChild != nil:
			form.Add(name, n.FirstChild.Data)
		}
	}
	return form
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, key string) bool {
	for _, a := range n.Attr {
		if a.Key == key {
			return true
		}
	}
	return false
}

// walked are the slots of a question that the walk fills, in the order of the page.
func walked(c *checklist.Content) map[checklist.Ref]*checklist.Part {
	out := map[checklist.Ref]*checklist.Part{}
	for _, q := range c.Questions() {
		for _, ref := range q.Refs("") {
			out[ref] = q.Part(ref.Part)
		}
	}
	return out
}

// given is the answer number n to a part: a state for the first seven, then one code after the other,
// or typed words. ok says whether the part can be answered so.
func given(c *checklist.Content, part *checklist.Part, n int) (a checklist.Answer, ok bool) {
	states := checklist.States()
	options := c.Options(part)
	switch {
	case n < len(states):
		s := states[n]
		asState := part.Kind == checklist.KindState || part.Kind == checklist.KindItems || part.Kind == checklist.KindList
		return checklist.Answer{State: s}, s != checklist.NotAsked && (asState || s != checklist.Yes && s != checklist.No && s != checklist.Suspected)
	case part.Kind.Coded() && n-len(states) < len(options):
		code := options[n-len(states)].Code
		return checklist.Answer{State: checklist.Yes, Codes: []string{code}}, code != checklist.CodeDontKnow // that is a state
	case part.Kind == checklist.KindNumber && n == len(states):
		return checklist.Answer{State: checklist.Yes, Codes: []string{"0"}}, true
	case part.Kind == checklist.KindDate && n == len(states):
		return checklist.Answer{State: checklist.Yes, Codes: []string{"2026-10-03"}}, true
	case part.Kind.Typed() && n == len(states)+1:
		return checklist.Answer{State: checklist.Yes, Text: checklist.NewWords("her own words")}, part.Kind == checklist.KindText || part.Kind == checklist.KindNote
	}
	return checklist.Answer{}, false
}

// walk is a case in which one round of answers stands.
type walk struct {
	t    *testing.T
	b    *browser
	c    *checklist.Content
	path string
	as   checklist.Answers
}

// save puts a round on record.
func (w *walk) save(round int) {
	w.t.Helper()
	w.as = checklist.Answers{}
	id := casework.CaseID(strings.TrimPrefix(w.path, "/cases/"))
	book := w.b.w.casebook()
	f, err := book.Read(context.Background(), id, "w1")
	if err != nil {
		w.t.Fatal(err)
	}
	as := checklist.Answers{}
	for ref, part := range walked(w.c) {
		if a, ok := given(w.c, part, round); ok {
			as[ref] = a
		} else {
			as[ref] = checklist.Answer{State: checklist.NotAsked}
		}
	}
	act := casework.Act{Submission: casework.NewID(), By: "w1"}
	if err := book.SaveAnswers(context.Background(), id, act, f.Form(as, nil, casework.SurvivorSaid)); err != nil {
		w.t.Fatalf("round %d: %v", round, err)
	}
	w.as = as
}

// asked checks that the page of a question shows the answers, and would send them back as they are. A
// question of which this round says nothing is looked at once, in the first round.
func (w *walk) asked(q *checklist.Question, first bool) {
	w.t.Helper()
	if !first && !slices.ContainsFunc(q.Refs(""), func(ref checklist.Ref) bool { return w.as[ref].Is() != checklist.NotAsked }) {
		return
	}
	rec := w.b.get(w.b.at(w.path + "/ask/" + q.ID))
	if rec.Code != 200 {
		w.t.Errorf("%s cannot be reached: status %d", q.ID, rec.Code)
		return
	}
	back, faults := checklist.ParseForm(w.c, checklist.All(q), "", sent(w.t, rec.Body.String()))
	if len(faults) > 0 {
		w.t.Errorf("%s: the page sends what nobody can read: %v", q.ID, faults)
	}
	for _, ref := range q.Refs("") {
		if w.as[ref].Is() != back[ref].Is() || strings.Join(w.as[ref].Codes, " ") != strings.Join(back[ref].Codes, " ") ||
			w.as[ref].Text.Reveal() != back[ref].Text.Reveal() {
			w.t.Errorf("%s/%s: %v %v was saved, the page would send %v %v", q.ID, ref.Part, w.as[ref].Is(), w.as[ref].Codes, back[ref].Is(), back[ref].Codes)
		}
	}
}

// printed checks that the sheet says of every answer what was said, and never a no for what nobody
// knows.
func (w *walk) printed() {
	w.t.Helper()
	sheet := w.b.text(w.path + "/answers")
	for _, q := range w.c.Questions() {
		contains(w.t, "the sheet", sheet, plain(q.Text))
		for _, ref := range q.Refs("") {
			a := w.as[ref]
			if a.Is() == checklist.NotAsked {
				continue
			}
			words := w.c.Words(w.c.Question(q.ID).Part(ref.Part), a)
			contains(w.t, q.ID+"/"+ref.Part, sheet, plain(strings.Join(words, ", ")))
			for _, word := range words {
				if unknown(a.Is()) && strings.HasPrefix(strings.ToLower(word), "no,") || unknown(a.Is()) && strings.EqualFold(word, "no") {
					w.t.Errorf("%s/%s: %s reads %q", q.ID, ref.Part, a.Is(), word)
				}
			}
		}
	}
}

func unknown(s checklist.State) bool {
	return s == checklist.DontKnow || s == checklist.Declined || s == checklist.NotAsked
}

// plain is a text as the page's source has it, white space runs joined.
func plain(s string) string { return strings.Join(strings.Fields(html.EscapeString(s)), " ") }

// TestWalk_everyQuestionEveryAnswer: each question can be reached, answered in all its states and with
// all its choices, comes back unchanged for editing, and stands on the printed sheet as it was said.
func TestWalk_everyQuestionEveryAnswer(t *testing.T) {
	b := newWorld(t).unlocked()
	w := &walk{t: t, b: b, c: b.w.server.Content, path: b.agreed(b.sitting())}
	if n := len(w.c.Questions()); n != 186+6 {
		t.Fatalf("%d questions, want 186 and the six on danger", n)
	}
	longest := 0
	for _, part := range walked(w.c) {
		longest = max(longest, len(w.c.Options(part)))
	}
	rounds := len(checklist.States()) + max(longest, 2)
	if testing.Short() {
		rounds = len(checklist.States()) + 2
	}
	for round := range rounds {
		w.save(round)
		for _, q := range w.c.Questions() {
			w.asked(q, round == 0)
		}
		w.printed()
		if t.Failed() {
			t.Fatalf("after round %d", round)
		}
	}
}
