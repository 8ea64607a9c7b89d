package server

import (
	"fmt"
	"html"
	"math/rand/v2"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"keyholder/casework"
	"keyholder/casework/checklist"
	"keyholder/server/web"
	"keyholder/server/wording"
)

// The end of a session says what stays unknown, keeps the note with how each line is known, and offers
// paper only after a plain yes.
func TestClose_case(t *testing.T) {
	w := newWorld(t)
	b := w.unlocked()
	path := b.agreed(b.sitting())
	b.submit(path+"/ask/01.1", path+"/ask/01.1", url.Values{"a.01.1": {"together"}})
	b.submit(path+"/ask/12.2", path+"/ask/12.2", url.Values{"s.12.2": {"dont_know"}})
	page := b.text(path + "/close")
	contains(t, "the end", page, "Survivor said: "+w.server.Content.Question("01.1").Text, w.server.Content.Question("12.2").Text,
		w.server.Content.Question("12.2").DontKnow.Who, b.w.server.Texts.T("close.paper.ask"))
	lacks(t, "the end", page, b.w.server.Texts.T("close.paper.show"))
	b.get(b.at(path + "/close/paper"))
	want(t, "paper before it was asked", b.page.Code, 303)
	for _, state := range []string{"no", "suspected", "dont_know", "declined"} {
		b.submit(path+"/ask/24.7", path+"/ask/24.7", url.Values{"s.24.7": {state}})
		b.get(b.at(path + "/close/paper"))
		want(t, "paper after "+state, b.page.Code, 303)
		lacks(t, "the end after "+state, b.text(path+"/close"), b.w.server.Texts.T("close.paper.show"))
	}
	want(t, "where a closing question leads", b.submit(path+"/ask/24.7", path+"/ask/24.7", url.Values{"s.24.7": {"yes"}}), b.at(path+"/close"))
	contains(t, "the paper", b.text(path+"/close/paper"), b.w.server.Texts.T("plan.unmarked.title"))
}

// The note and the day are kept as values: a version of somebody else is never overwritten silently,
// and a day that is no day loses nothing that was typed.
func TestClose_noteIsKept(t *testing.T) {
	w := newWorld(t)
	b := w.unlocked()
	path := b.agreed(b.sitting())
	form := b.submitForm(path+"/close", url.Values{"note": {"first\r\nsecond"}, "relook": {"2026-12-01"}})
	want(t, "saving", b.post(b.at(path+"/close"), form).Code, 303)
	slot := casework.Slot{Field: casework.FieldNote(w.now)}
	want(t, "the note", b.record(path, slot).Text.Reveal(), "first\nsecond")
	want(t, "the day", b.record(path, casework.Slot{Field: casework.FieldRelook}).Code(), "2026-12-01")

	stale := b.submitForm(path+"/close", url.Values{"note": {"mine"}})
	fresh := b.submitForm(path+"/close", url.Values{"note": {"theirs"}})
	want(t, "another worker", b.post(b.at(path+"/close"), fresh).Code, 303)
	want(t, "a stale form", b.post(b.at(path+"/close"), stale).Code, 200)
	contains(t, "the conflict", b.page.Body.String(), "mine", "theirs")
	want(t, "the note after it", b.record(path, slot).Text.Reveal(), "theirs")

	for _, day := range []string{"soon", "2026-11-01", "2026-02-31"} {
		bad := b.submitForm(path+"/close", url.Values{"note": {"typed <and> kept"}, "relook": {day}})
		want(t, day, b.post(b.at(path+"/close"), bad).Code, 200)
		contains(t, day, html.UnescapeString(b.page.Body.String()), "typed <and> kept", "govuk-error-summary", w.server.Texts.T("error.close.relook"))
	}
	want(t, "the note after bad days", b.record(path, slot).Text.Reveal(), "theirs")
}

// What she wants wiped is said on the page and goes into no draft, and her words leave the turned page.
func TestClose_wipe(t *testing.T) {
	w := newWorld(t)
	b := w.unlocked()
	path := b.agreed(b.sitting())
	b.submit(path+"/ask/00.6", path+"/ask/00.6", url.Values{"a.00.6/own_words": {told}})
	contains(t, "the draft", b.text(path+"/close"), told)
	contains(t, "the turned page", b.text(path+"/show"), told)
	book := w.casebook()
	err := book.SaveAnswers(t.Context(), casework.CaseID(strings.TrimPrefix(path, "/cases/")), casework.Act{By: "w1"},
		casework.Answers{Values: []casework.Value{casework.ValueOf(checklist.Ref{Question: "24.4", Part: "own_words"}, checklist.Answer{State: checklist.No}, "")}})
	if err != nil {
		t.Fatal(err)
	}
	contains(t, "the end", b.text(path+"/close"), w.server.Texts.T("close.wipe"), "Your own words")
	lacks(t, "the draft", b.text(path+"/close"), told)
	lacks(t, "the turned page", b.text(path+"/show"), told)
}

// The organisation sets after how many days the risk is looked at again: sooner than the rule, never later.
func TestClose_organisationSetsTheDay(t *testing.T) {
	w := newWorld(t)
	b := w.unlocked()
	path := b.agreed(b.sitting())
	day := func() string {
		return regexp.MustCompile(`name="relook" type="date" value="([^"]*)"`).FindStringSubmatch(b.get(b.at(path + "/close")).Body.String())[1]
	}
	rule := day()
	want(t, "the rule", rule, w.now.Add(casework.RelookAfter).Format(time.DateOnly))
	settings := url.Values{"product": {"Notes"}, "idle": {"5"}}
	for _, wrong := range []string{"0", "31", "soon"} {
		settings.Set("relook", wrong)
		want(t, wrong, b.submit("/settings", "/settings", settings), "")
		contains(t, wrong, b.page.Body.String(), w.server.Texts.T("frame.settings.relook.wrong"))
	}
	want(t, "after wrong settings", day(), rule)
	settings.Set("relook", "7")
	b.submit("/settings", "/settings", settings)
	want(t, "seven days", day(), w.now.AddDate(0, 0, 7).Format(time.DateOnly))
}

// Who is to call has to have a way that was named; the page says so until there is one.
func TestClose_noWayNamed(t *testing.T) {
	w := newWorld(t)
	b := w.unlocked()
	path := b.agreed(b.sitting())
	warning := w.server.Texts.T("close.no_way")
	b.submit(path+"/ask/24.5", path+"/ask/24.5", url.Values{"a.24.5/route": {"survivor_calls"}})
	lacks(t, "she calls", b.text(path+"/close"), warning)
	b.submit(path+"/ask/24.5", path+"/ask/24.5", url.Values{"a.24.5/route": {"we_call"}})
	contains(t, "we call, no way asked", b.text(path+"/close"), warning)
	b.submit(path+"/ask/00.4", path+"/ask/00.4", url.Values{"a.00.4/route": {"survivor_calls"}})
	contains(t, "we call, only she may", b.text(path+"/close"), warning)
	b.submit(path+"/ask/00.4", path+"/ask/00.4", url.Values{"a.00.4/route": {"call_other_phone"}})
	lacks(t, "we call a way that was named", b.text(path+"/close"), warning)
}

// submitForm is a form as the page shows it now, with some fields changed.
func (b *browser) submitForm(page string, fields url.Values) url.Values {
	b.w.t.Helper()
	form := b.guard(page)
	for _, m := range regexp.MustCompile(`name="(h\.[^"]*)" value="([^"]*)"`).FindAllStringSubmatch(b.page.Body.String(), -1) {
		form.Set(html.UnescapeString(m[1]), m[2])
	}
	for name, values := range fields {
		form[name] = values
	}
	return form
}

// Without a record nothing of the end can be written; the page says so, and what to do.
func TestClose_withoutRecord(t *testing.T) {
	w := newWorld(t)
	b := w.unlocked()
	sitting := b.sitting()
	page := b.text(sitting + "/close")
	contains(t, "the end", page, w.server.Texts.T("close.gone"), w.server.Texts.T("close.gone.text"))
	lacks(t, "the end", page, w.server.Texts.T("close.save"))
	form := b.guard(sitting + "/end")
	form.Set("note", "anything")
	want(t, "a note all the same", b.post(b.at(sitting+"/close"), form).Code, 403)
}

// randomCase writes random answers and decisions into a case of its own.
func (w *world) randomCase(random *rand.Rand) (path string, file *casework.File) {
	w.t.Helper()
	content := w.server.Content
	book := w.casebook()
	k, err := book.OpenCase(w.t.Context(), casework.Act{By: "w1"}, false)
	if err != nil {
		w.t.Fatal(err)
	}
	save := func(values ...casework.Value) {
		err := book.SaveAnswers(w.t.Context(), k.ID, casework.Act{By: "w1", Submission: casework.NewID()}, casework.Answers{Values: values})
		if err != nil {
			w.t.Fatal(err)
		}
	}
	var values []casework.Value
	for _, q := range content.Questions() {
		for _, ref := range q.Refs("") {
			if v, ok := randomAnswer(random, content, q.Part(ref.Part), ref); ok && q.ID != "24.7" {
				values = append(values, v)
			}
		}
	}
	save(append(values, casework.ValueOf(checklist.Ref{Question: "24.7"}, checklist.Answer{State: checklist.Yes}, ""))...)
	for i := range content.Actions {
		if random.IntN(3) > 0 {
			continue
		}
		d := casework.Decision{Agreed: checklist.States()[random.IntN(7)], Result: []string{"", "", "", "done", "not_needed"}[random.IntN(5)]}
		if ends := content.Actions[i].Ends; len(ends) > 0 {
			d.End = ends[random.IntN(len(ends))]
		}
		if err := book.Decide(w.t.Context(), k.ID, casework.Act{By: "w1"}, content.Actions[i].ID, d, nil); err != nil {
			w.t.Fatal(err)
		}
	}
	if file, err = book.Read(w.t.Context(), k.ID, "w1"); err != nil {
		w.t.Fatal(err)
	}
	return "/cases/" + string(k.ID), file
}

// randomAnswer draws an answer to one place; half of the places stay unasked.
func randomAnswer(random *rand.Rand, c *checklist.Content, p *checklist.Part, ref checklist.Ref) (casework.Value, bool) {
	options := c.Options(p)
	if p.Kind == checklist.KindItems {
		options = nil
	}
	a := checklist.Answer{State: checklist.States()[random.IntN(len(checklist.States()))]}
	switch {
	case random.IntN(2) == 0 || p.Kind == checklist.KindAuto || p.Kind.Typed():
		return casework.Value{}, false
	case len(options) > 0:
		a = checklist.Answer{State: checklist.Yes, Codes: []string{options[random.IntN(len(options))].Code}}
	}
	return casework.ValueOf(ref, a, ""), true
}

// Over random cases the page that is turned round and the page that is taken along hold no instruction
// of a step that is held back, no code, no lane and no name of a finding.
func TestTurnedAndHandBack_betrayNothing(t *testing.T) {
	w := newWorld(t)
	b := w.unlocked()
	random := rand.New(rand.NewPCG(3, 5))
	held, shown := 0, 0
	for n := range 25 {
		path, file := w.randomCase(random)
		plan := file.SafetyPlan()
		allowed := map[string]bool{}
		for _, st := range append(plan.Protect, plan.Now...) {
			a := w.server.Content.Action(st.Of)
			allowed[a.Unmarked], allowed[a.Survivor] = true, true
		}
		for _, page := range []string{"/show", "/close/paper"} {
			text := html.UnescapeString(b.text(path + page))
			at := fmt.Sprintf("case %d, %s", n, page)
			lacks(t, at, text, "SP-", "F-0", "F-1", "F-2", file.Case.Code, "A1", "A2", "24.7")
			for _, lane := range casework.Lanes() {
				lacks(t, at, text, wording.Lane(&web.Call{Site: w.server.Site}, lane))
			}
			for _, x := range file.Findings() {
				lacks(t, at, text, x.Question.Finding)
			}
			for _, st := range plan.NotYet {
				a := w.server.Content.Action(st.Of)
				held++
				for _, instruction := range []string{a.Worker, a.Survivor, a.Unmarked} {
					if instruction != "" && !allowed[instruction] {
						lacks(t, at, text, instruction)
					}
				}
			}
			shown += len(text)
		}
	}
	if held < 100 || shown < 5000 {
		t.Errorf("only %d steps were held back and %d letters shown", held, shown)
	}
}

// The turned page has no way to a case but back, no name that somebody typed for a thing, and her words.
func TestTurned_page(t *testing.T) {
	w := newWorld(t)
	b, path, device := withDevice(w)
	b.submit(path+"/ask/00.6", path+"/ask/00.6", url.Values{"a.00.6": {"calm"}, "a.00.6/own_words": {"sleep again"}})
	b.submit(device, device, url.Values{"a.matrix/account_holder@" + device[strings.LastIndex(device, "/")+1:]: {"survivor"}})
	body := b.get(b.at(path + "/show")).Body.String()
	contains(t, "the turned page", body, "Feel calmer", "sleep again", "The main login: ", w.server.Texts.T("show.back"), `href="/leave"`)
	lacks(t, "the turned page", body, told, "kh-nav", "/home", "/settings", "/plan")
	contains(t, "the case", b.text(path), "The main login: "+told)
	links := regexp.MustCompile(`<a [^>]*href="([^"]*)"`).FindAllStringSubmatch(body, -1)
	for _, l := range links {
		if l[1] != "/leave" && l[1] != b.at(path) {
			t.Errorf("the turned page leads to %s", l[1])
		}
	}
}

// An empty list of what she holds is kind and true.
func TestHolds_none(t *testing.T) {
	w := newWorld(t)
	b := w.unlocked()
	path := b.agreed(b.sitting())
	for _, page := range []string{"", "/show"} {
		text := b.text(path + page)
		contains(t, "the page", text, w.server.Texts.T("hold.none"))
		lacks(t, "the page", text, "%")
	}
}
